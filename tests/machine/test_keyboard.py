# ruff: noqa: RUF001  signs of keyboards
"""A line typed on keys that are printed in one layout and read in another is told for what it is."""

import pytest

from custody.machine.keyboard import _LAYOUTS, SHOWN, explanations, keyboard
from custody.machine.measurement import Standing

TYPED = {
    # written down key by key from pictures of keyboards, not computed
    ("English (US)", "English (UK)"): "zZyYaAqQ\"£@'#~-_=+?",
    ("English (UK)", "English (US)"): "zZyYaAqQ\"\\@'<>-_=+?",
    ("English (US)", "German"): "yYzZaAqQ\"§Ää#'ß?´`_",
    ("German", "English (US)"): "yYzZaAqQq\\@|-</?)]_",
    ("English (US)", "French"): "wWyYqQaA23%ù*µ)°=+§",
    ("French", "English (US)"): "wWyYqQaA03348668=+M",
}


@pytest.mark.parametrize(("pair", "typed"), TYPED.items())
def test_a_pair_of_layouts_is_found_by_what_was_typed(pair: tuple[str, str], typed: str) -> None:
    assert next(explanations(typed)) == pair
    assert keyboard(typed).text.startswith(f"the keys look {pair[0]}, and are read as {pair[1]}")
    assert keyboard(typed).standing is Standing.TOLD


def test_where_two_pairs_explain_it_both_are_told() -> None:
    text = keyboard(TYPED["French", "English (US)"]).text
    assert (
        text
        == "the keys look French, and are read as English (US); or the keys look French, and are read as English (UK)"
    )
    assert [pair for pair, typed in TYPED.items() if len(list(explanations(typed))) > 1] == [("French", "English (US)")]


@pytest.mark.parametrize("typed", TYPED.values())
@pytest.mark.parametrize("at", range(8))
def test_one_letter_otherwise_and_nothing_explains_it(typed: str, at: int) -> None:
    assert list(explanations(f"{typed[:at]}x{typed[at + 1 :]}")) == []


def test_every_layout_has_every_key_and_each_sign_of_the_line_once() -> None:
    for plain, shifted in _LAYOUTS.values():
        assert len(plain) == len(shifted) == 48
        assert all((plain + shifted).count(sign) <= 1 for sign in SHOWN)


def test_what_was_shown_is_explained_by_no_pair() -> None:
    assert list(explanations(SHOWN)) == []
    assert keyboard(SHOWN).standing is Standing.FIT
