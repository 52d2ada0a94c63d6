"""Numbers and byte strings: read exactly, refused where they lie about their length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.stream import Reader, compact_size
from custody.errors import Unreadable


def reader(hexadecimal: str) -> Reader:
    return Reader(bytes.fromhex(hexadecimal), "the sample")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "00"),
        (0xFC, "fc"),
        (0xFD, "fdfd00"),
        (0xFFFF, "fdffff"),
        (0x1_0000, "fe00000100"),
        (0xFFFF_FFFF, "feffffffff"),
        (0x1_0000_0000, "ff0000000001000000"),
        (2**64 - 1, "ffffffffffffffffff"),
    ],
)
def test_a_compact_size_has_one_form(number: int, written: str) -> None:
    assert compact_size(number).hex() == written
    source = reader(written)
    assert source.compact_size() == number
    source.finish()


@pytest.mark.parametrize("written", ["fdfc00", "fd0000", "feffff0000", "ffffffffff00000000"])
def test_a_compact_size_that_is_longer_than_needed_is_refused(written: str) -> None:
    with pytest.raises(Unreadable, match=r"the sample .* longer than it needs to be"):
        reader(written).compact_size()


def test_integers_are_little_endian_and_signed_where_the_format_is() -> None:
    source = reader("ff01000080010000800100000000000080")
    assert source.u8() == 255
    assert source.u32() == 2**31 + 1
    assert source.i32() == -(2**31) + 1
    assert source.i64() == -(2**63) + 1
    source.finish()


@pytest.mark.parametrize("width", ["u8", "u32", "i32", "i64", "compact_size", "var_bytes"])
def test_nothing_is_read_past_the_end(width: str) -> None:
    with pytest.raises(Unreadable, match="at byte 0: it ends too early"):
        getattr(reader(""), width)()


def test_a_byte_string_longer_than_the_rest_is_refused() -> None:
    with pytest.raises(Unreadable, match="3 bytes are announced, 2 are there"):
        reader("03aabb").var_bytes()


def test_a_long_byte_string_is_read_whole() -> None:
    content = bytes(range(256)) * 2
    source = Reader(compact_size(512) + content, "the sample")
    assert source.var_bytes() == content
    source.finish()


def test_a_byte_string_over_its_limit_is_refused() -> None:
    assert reader("02aabb").var_bytes(2) == b"\xaa\xbb"
    with pytest.raises(Unreadable, match="3 bytes are over the limit of 2"):
        reader("03aabbcc").var_bytes(2)


def test_a_count_that_cannot_fit_is_refused_before_anything_is_made() -> None:
    assert reader("020000").count(smallest=1) == 2
    with pytest.raises(Unreadable, match="do not fit in the 2 bytes"):
        reader("ffffffffffffffffff0000").count(smallest=1)


def test_a_negative_count_reads_nothing() -> None:
    with pytest.raises(Unreadable):
        reader("aabb").read(-1)


def test_trailing_bytes_are_refused() -> None:
    source = reader("aabb")
    source.u8()
    with pytest.raises(Unreadable, match="at byte 1: 1 bytes stand behind its end"):
        source.finish()


def test_bytes_since_a_position_are_those_read() -> None:
    source = reader("aabbccdd")
    source.u8()
    start = source.position
    source.read(2)
    assert source.since(start) == b"\xbb\xcc"
    assert source.remaining == 1


@given(st.binary(max_size=40))
def test_any_bytes_give_a_number_in_its_own_form_or_an_answer(data: bytes) -> None:
    source = Reader(data, "the sample")
    try:
        number = source.compact_size()
    except Unreadable:
        return
    assert data.startswith(compact_size(number))
