"""CBOR: the shortest heads written, one strict item read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airgap import cbor
from airgap.errors import Unreadable


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65535, "19ffff"),
        (65536, "1a00010000"),
        (2**32, "1b0000000100000000"),
    ],
)
def test_a_head_is_the_shortest_of_rfc_8949(argument: int, written: str) -> None:
    assert cbor.head(cbor.UNSIGNED, argument).hex() == written
    assert cbor.Reader(bytes.fromhex(written)).unsigned(2**64) == argument


@given(st.binary(max_size=70_000))
def test_a_byte_string_is_read_as_written(data: bytes) -> None:
    reader = cbor.Reader(cbor.byte_string(data))
    assert reader.byte_string() == data
    reader.end()


@pytest.mark.parametrize(
    "item",
    [
        "00",
        "3903e7",  # -1000
        "43010203",
        "6449455446",  # "IETF"
        "83010203",
        "a201020304",
        "c11a514b67b0",
        "d82076687474703a2f2f7777772e6578616d706c652e636f6d",  # a tag of 32 over a URI
        "f4",
        "f93c00",
        "fb3ff199999999999a",
        "f8ff",
        "a26161016162820203",  # {"a": 1, "b": [2, 3]}
        "80",
        "a0",
    ],
)
def test_the_examples_of_rfc_8949_are_one_item(item: str) -> None:
    cbor.require_one_item(bytes.fromhex(item))


@pytest.mark.parametrize(
    ("defect", "item"),
    [
        ("nothing", ""),
        ("head cut off", "19ff"),
        ("byte string cut off", "44010203"),
        ("array cut off", "830102"),
        ("map without its last value", "a2010203"),
        ("tag over nothing", "c1"),
        ("bytes after the end", "0000"),
        ("indefinite byte string", "5f42010243030405ff"),
        ("indefinite array", "9f01ff"),
        ("break alone", "ff"),
        ("reserved head", "1c"),
        ("text not UTF-8", "62c328"),
        ("simple value below 32 in two bytes", "f818"),
        ("length of 2**63", "5b8000000000000000"),
        ("array of 2**63", "9b8000000000000000"),
    ],
)
def test_malformed_cbor_is_unreadable(defect: str, item: str) -> None:
    with pytest.raises(Unreadable):
        cbor.require_one_item(bytes.fromhex(item))


@pytest.mark.parametrize("opening", ["81", "a100", "c1"])
def test_nesting_ends_at_sixteen(opening: str) -> None:
    cbor.require_one_item(bytes.fromhex(opening * 16 + "00"))
    with pytest.raises(Unreadable, match="deeper than 16"):
        cbor.require_one_item(bytes.fromhex(opening * 17 + "00"))


def test_a_number_above_its_limit_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="limit of 4096"):
        cbor.Reader(cbor.head(cbor.UNSIGNED, 4097)).unsigned(4096)


def test_a_length_written_longer_than_needed_is_read() -> None:
    assert cbor.Reader(bytes.fromhex("5900020102")).byte_string() == b"\1\2"


@pytest.mark.parametrize(("asked", "item"), [("unsigned", "20"), ("byte_string", "6161"), ("array", "a0")])
def test_another_kind_of_item_is_unreadable(asked: str, item: str) -> None:
    reader = cbor.Reader(bytes.fromhex(item))
    questions = {
        "unsigned": lambda: reader.unsigned(2**64),
        "byte_string": reader.byte_string,
        "array": lambda: reader.array(0),
    }
    with pytest.raises(Unreadable):
        questions[asked]()


@given(st.binary(max_size=40))
def test_any_bytes_are_an_item_or_unreadable(data: bytes) -> None:
    try:
        cbor.require_one_item(data)
    except Unreadable:
        return
    assert data
