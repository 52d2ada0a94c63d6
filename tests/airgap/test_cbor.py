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


def test_no_head_holds_more_than_64_bits() -> None:
    assert cbor.head(cbor.TAG, 2**64 - 1).hex() == "db" + "ff" * 8
    with pytest.raises(OverflowError, match="64 bits"):
        cbor.head(cbor.UNSIGNED, 2**64)


@pytest.mark.parametrize("argument", [0, 23, 24, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**64 - 1])
def test_a_head_of_every_kind_and_width_is_read_as_written(argument: int) -> None:
    for major in range(8):
        reader = cbor.Reader(cbor.head(major, argument))
        assert reader.head() == (major, argument)
        reader.end()


def test_what_is_wrong_is_named() -> None:
    """Each by a sentence of its own, so that a check left to another one is noticed."""
    for item, said in {
        "1c": "an indefinite length or a reserved head",
        "1f": "an indefinite length or a reserved head",
        "5f": "an indefinite length or a reserved head",
        "19ff": "is cut off",
        "4401": "is cut off",
        "": "is cut off",
        "0000": "bytes follow the end",
        "61ff": "is not UTF-8",
        "f818": "a simple value in a form that is not allowed",
        "f800": "a simple value in a form that is not allowed",
        "f81f": "a simple value in a form that is not allowed",
        "81" * 17 + "00": "nested deeper than 16",
    }.items():
        with pytest.raises(Unreadable, match=said):
            cbor.require_one_item(bytes.fromhex(item))
    for item in ("f820", "1818", "3818", "f90018", "fa00000018", "5818" + "00" * 24, "41ff", "81" * 16 + "80"):
        cbor.require_one_item(bytes.fromhex(item))


@pytest.mark.parametrize(
    ("item", "step"),
    [
        ("4301020304", (cbor.BYTES, 3, b"\1\2\3")),
        ("6161ff", (cbor.TEXT, 1, b"a")),
        ("8301", (cbor.ARRAY, 3, b"")),
        ("a30102", (cbor.MAP, 3, b"")),
        ("c101", (cbor.TAG, 1, b"")),
        ("1901ff", (cbor.UNSIGNED, 511, b"")),
        ("f5", (cbor.SIMPLE, 21, b"")),
    ],
)
def test_a_step_is_a_head_and_of_a_string_its_bytes(item: str, step: tuple[int, int, bytes]) -> None:
    assert cbor.Reader(bytes.fromhex(item)).step() == step


def test_one_tag_that_is_known_is_passed_and_no_other() -> None:
    known = frozenset({310, 40_310})
    for tag in known:
        reader = cbor.Reader(cbor.head(cbor.TAG, tag) + cbor.byte_string(b"x"))
        reader.tags(known)
        assert reader.byte_string() == b"x"
    for content in (b"", b"\x41x"):
        reader = cbor.Reader(content)
        reader.tags(known)  # there is none, and nothing is passed
        assert not content or reader.byte_string() == b"x"
    for tag in (309, 311, 0):
        with pytest.raises(Unreadable, match="a tag that does not belong to its type"):
            cbor.Reader(cbor.head(cbor.TAG, tag) + b"\x41x").tags(known)


@pytest.mark.parametrize("largest", [0, 23, 255, 4_096])
def test_a_number_of_its_limit_is_read(largest: int) -> None:
    assert cbor.Reader(cbor.head(cbor.UNSIGNED, largest)).unsigned(largest) == largest
    with pytest.raises(Unreadable, match=f"above its limit of {largest}$"):
        cbor.Reader(cbor.head(cbor.UNSIGNED, largest + 1)).unsigned(largest)


def test_an_array_has_the_length_that_is_asked_for() -> None:
    cbor.Reader(b"\x85").array(5)
    for length in (4, 6):
        with pytest.raises(Unreadable, match="does not have 5 items"):
            cbor.Reader(cbor.head(cbor.ARRAY, length)).array(5)
    for other in (b"\xa5", b"\x05"):
        with pytest.raises(Unreadable, match="another kind of item than its place calls for"):
            cbor.Reader(other).array(5)


@pytest.mark.parametrize("children", ["820000", "a20000a0a0", "a1a000", "8281008100", "d8208100"])
def test_all_that_an_array_a_map_or_a_tag_holds_belongs_to_it_and_no_more(children: str) -> None:
    item = bytes.fromhex(children)
    cbor.require_one_item(item)
    for length in range(len(item)):
        with pytest.raises(Unreadable, match="cut off"):
            cbor.require_one_item(item[:length])
    with pytest.raises(Unreadable, match="bytes follow"):
        cbor.require_one_item(item + b"\0")
