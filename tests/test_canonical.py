"""Equal values give equal bytes, and only those bytes are read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import canonical
from custody.errors import Unreadable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_prints(value: object) -> None:
    written = canonical.encode(value)
    assert canonical.decode(written) == value
    assert written.isascii()
    assert written.decode().isprintable() or b"\x7f" in written


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical.encode({"b": [1, True, None], "a": "é\u202e"}) == b'{"a":"\\u00e9\\u202e","b":[1,true,null]}'


@pytest.mark.parametrize("value", [1.5, {1: 2}, "\ud800", {"\udfff": 1}, b"bytes", {"a": {2}}, [object()]])
def test_what_has_no_one_writing_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical.encode(value)


@pytest.mark.parametrize(
    "document",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"1.0",
        b"1e3",
        b'"\xc3\xa9"',
        b'"\\u00E9"',
        b'"\\/"',
        b"-0",
        b" 1",
        b"1\n",
        b"",
        b"{",
        b'{"a":1,"a":1}',
    ],
)
def test_another_writing_of_the_same_is_refused(document: bytes) -> None:
    with pytest.raises(Unreadable):
        canonical.decode(document)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(Unreadable):
        canonical.decode(b'{"name":"\\ud800"}')
    assert canonical.decode(b'{"name":"\\ud83d\\ude00"}') == {"name": "\U0001f600"}
