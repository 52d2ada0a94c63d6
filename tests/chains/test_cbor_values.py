"""CBOR as values: what is written is read back, and what is not of the few kinds is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.cbor_values import Tagged, decode, encode
from custody.errors import Unreadable

SCALARS = st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=20) | st.booleans()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 300) | st.text(max_size=4), inner, max_size=4)
        | st.builds(Tagged, st.integers(0, 2**64 - 1), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "text,value",
    [
        ("1903e8", 1000),
        ("3903e7", -1000),
        ("4401020304", b"\x01\x02\x03\x04"),
        ("6161", "a"),
        ("83010203", [1, 2, 3]),
        ("a201020304", {1: 2, 3: 4}),
        ("c11a514b67b0", Tagged(1, 1363896240)),
        ("f4", False),
        ("f5", True),
    ],
)
def test_the_examples_of_rfc_8949_are_read_and_written(text: str, value: Any) -> None:
    assert decode(bytes.fromhex(text)) == value
    assert encode(value).hex() == text


REFUSED = {
    "nothing": "",
    "null": "f6",
    "undefined": "f7",
    "a float of two bytes whose bits are those of true": "f90015",
    "a simple value in two bytes": "f8ff",
    "an indefinite array": "9f01ff",
    "a key twice": "a201010101",
    "a key that is true": "a1f501",
    "a key of bytes": "a1410001",
    "an array that is cut off": "8201",
    "a huge array": "9bffffffffffffffff",
    "a byte behind the end": "0101",
    "a text that is not UTF-8": "61ff",
    "too many arrays in one another": "81" * 17 + "00",
}


@pytest.mark.parametrize("defect", REFUSED)
def test_what_is_not_read_here_is_refused(defect: str) -> None:
    with pytest.raises(Unreadable):
        decode(bytes.fromhex(REFUSED[defect]))


def test_other_types_are_not_written() -> None:
    with pytest.raises(TypeError):
        encode(1.5)  # type: ignore[arg-type]
