"""JSON from outside: what is read, and what is refused before anything is built of it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody import strict_json
from custody.errors import Unreadable

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 10**19, 10**20 - 1)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.booleans())
def test_what_json_writes_is_read(value: object, ascii_only: bool) -> None:
    assert strict_json.parse(json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")) == value


@pytest.mark.parametrize("opening,closing", [("[", "]"), ('{"a":', "}")])
def test_sixteen_within_one_another_are_read_and_seventeen_are_not(opening: str, closing: str) -> None:
    at_most = strict_json.DEPTH_LIMIT
    assert strict_json.parse((opening * at_most + "1" + closing * at_most).encode())
    with pytest.raises(Unreadable, match="deeper than 16"):
        strict_json.parse((opening * (at_most + 1) + "1" + closing * (at_most + 1)).encode())


def test_brackets_in_texts_do_not_count() -> None:
    text = '\\"' + "[{" * 40 + "\\\\"
    assert strict_json.parse(f'["{text}", "{text}"]'.encode()) == ['"' + "[{" * 40 + "\\"] * 2


REFUSED = {
    "nothing": b"",
    "a key twice": b'{"a": 1, "a": 1}',
    "a key twice within": b'[{"a": {"b": 1, "b": 2}}]',
    "a key twice in two spellings": b'{"a": 1, "\\u0061": 2}',
    "NaN": b"[NaN]",
    "infinity": b'{"a": -Infinity}',
    "a number that becomes infinity": b"[1e999]",
    "a number that becomes minus infinity": b"[-1e999]",
    "a digit of another script": "[\u0664]".encode(),
    "half a surrogate pair": b'["\\ud800"]',
    "half a surrogate pair in a key": b'{"\\udc00": 1}',
    "a comment": b"[1] // x",
    "single quotes": b"{'a': 1}",
    "a leading nought": b"[01]",
    "a plus": b"[+1]",
    "a control character in a text": b'["\x1b"]',
    "another encoding": '{"a": 1}'.encode("utf-16"),
    "not UTF-8": b'"\xff"',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "two documents": b"{} {}",
    "a comma too many": b"[1,]",
    "a number beyond reason": b"9" * 10_000,
    "a whole number of 21 digits": b"9" * 21,
    "over the limit": b" " * strict_json.SIZE_LIMIT + b"1",
    "a hundred thousand brackets": b"[" * 100_000,
}


@pytest.mark.parametrize("defect", REFUSED)
def test_what_is_not_plain_json_is_refused(defect: str) -> None:
    with pytest.raises(Unreadable):
        strict_json.parse(REFUSED[defect])


def test_whole_numbers_have_twenty_characters_at_most() -> None:
    assert strict_json.parse(b"9" * 20) == 10**20 - 1
    assert strict_json.parse(b"-" + b"9" * 19) == 1 - 10**19


def test_true_is_read_as_true_and_not_as_one() -> None:
    assert strict_json.parse(b"[true]")[0] is True
