"""Lines keep their width and lose nothing; marks that close begin no line, marks that open end none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.printing.wrap import wrap
from tests.printing.faces import face

TEXTS = st.text(st.sampled_from("ab W  i、。「」鍵生ーっ(),.\U00020bb7"), max_size=120)


@given(TEXTS, st.integers(30, 200))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(text: str, width: int) -> None:
    told = wrap(face(), text, 10, width)
    assert all(face().width(line, 10) <= width for line in told)
    assert "".join(told).replace(" ", "") == face().shown(text).replace(" ", "")


@pytest.mark.parametrize(("text", "mark"), [("あ" * 10 + "。" + "い" * 9, "。"), ("あ" * 10 + "、「い」", "、")])
def test_a_mark_that_closes_begins_no_line(text: str, mark: str) -> None:
    for width in range(30, 140, 5):
        assert not any(line.startswith(mark) for line in wrap(face(), text, 10, width))


def test_a_mark_that_opens_ends_no_line() -> None:
    for width in range(40, 140, 5):
        assert not any(line.endswith("「") for line in wrap(face(), "ああああああ「いいいいい」ううう", 10, width))


def test_words_stay_whole_where_they_fit() -> None:
    told = wrap(face(), "compare them with what you rebuilt", 10, 80)
    assert " ".join(told) == "compare them with what you rebuilt"
    assert len(told) > 1


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap(face(), "", 10, 100) == ("",)
