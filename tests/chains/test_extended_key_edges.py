"""Extended keys at their edges: every field changed alone, keys that do not exist, depths that cannot be counted."""

from unittest.mock import Mock

import pytest
from embit.bip32 import HDKey
from hypothesis import given
from hypothesis import strategies as st

from custody.chains import extended_key
from custody.chains.bitcoin.addresses import base58
from custody.chains.extended_key import GREATEST_DEPTH, SIZE, Children, ExtendedKey
from custody.curve import ORDER
from custody.derivation import HARDENED
from custody.errors import Unreadable

# BIP-32, test vector 1: m/0h, its child 1 and the private key at m/0h.
PARENT = (
    "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw"
)
CHILD = (
    "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ"
)
PRIVATE = (
    "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7"
)


def rewritten(at: int, replacement: bytes, text: str = PARENT) -> str:
    """An extended key with some of its bytes replaced, under a checksum that holds."""
    data = base58.decode_check(text)
    return base58.encode_check(data[:at] + replacement + data[at + len(replacement) :])


def test_a_key_tells_its_place() -> None:
    key = ExtendedKey.parse(PARENT)
    assert (key.version.hex(), key.depth, key.child_number) == ("0488b21e", 1, HARDENED)
    assert key.parent_fingerprint.hex() == "3442193e"
    assert key.fingerprint.hex() == "5c1bd648"
    assert key.point.compressed.hex() == "035a784662a4a20a65bf6aab9ae98a6c068a81c52e4b032c0fb5400c706cfccc56"
    assert ExtendedKey.from_bytes(key.to_bytes()) == key


def test_a_child_is_bip32s_child_and_names_its_parent() -> None:
    child = ExtendedKey.parse(PARENT).child(1)
    assert child.serialize() == CHILD
    assert child.parent_fingerprint == ExtendedKey.parse(PARENT).fingerprint


@given(st.integers(0, HARDENED - 1))
def test_children_agree_with_embit(number: int) -> None:
    assert ExtendedKey.parse(PARENT).child(number).serialize() == HDKey.from_string(PARENT).child(number).to_base58()


@pytest.mark.parametrize("number", [HARDENED, 2 * HARDENED - 1, 2 * HARDENED, -1])
def test_a_hardened_or_impossible_child_is_refused(number: int) -> None:
    key = ExtendedKey.parse(PARENT)
    for derive in (key.child, Children(key).key):
        with pytest.raises(Unreadable, match="hardened"):
            derive(number)


def test_nothing_lies_below_the_greatest_depth() -> None:
    deepest = ExtendedKey.parse(rewritten(4, bytes([GREATEST_DEPTH])))
    with pytest.raises(Unreadable, match="depth"):
        deepest.child(0)


@pytest.mark.parametrize("tweak", [ORDER, 2**256 - 1])
def test_a_child_that_bip32_says_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch, tweak: int) -> None:
    key = ExtendedKey.parse(PARENT)
    mac = Mock(**{"copy.return_value.digest.return_value": tweak.to_bytes(32) + bytes(32)})
    monkeypatch.setattr(extended_key.hmac, "new", lambda *_arguments: mac)
    with pytest.raises(Unreadable, match="does not exist"):
        key.child(7)


@pytest.mark.parametrize(
    "text",
    [
        PRIVATE[:-1] + "8",
        rewritten(0, bytes.fromhex("04358394"), PRIVATE),
        rewritten(0, bytes.fromhex("04b2430c"), PRIVATE),
        rewritten(0, bytes.fromhex("0488b21e"), PRIVATE),
    ],
    ids=["mistyped", "tprv", "zprv", "under a public version"],
)
def test_a_private_key_is_recognised_in_every_dress_and_no_part_of_it_is_quoted(text: str) -> None:
    with pytest.raises(Unreadable, match="private key") as refusal:
        ExtendedKey.parse(text)
    assert refusal.value.code == "private-key"
    shown = refusal.value.message + refusal.value.hint + repr(refusal.value)
    assert not any(text[at : at + 8] in shown for at in range(len(text) - 8))
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("version", ["049d7cb2", "04b24746", "044a5262", "045f1cf6", "0295b43f", "02aa7ed3"])
def test_every_public_version_of_slip132_is_refused_with_the_way_out(version: str) -> None:
    with pytest.raises(Unreadable, match="SLIP-132") as refusal:
        ExtendedKey.parse(rewritten(0, bytes.fromhex(version)))
    assert "descriptor" in refusal.value.hint


@pytest.mark.parametrize(
    ("at", "replacement"),
    [
        (0, bytes.fromhex("01010101")),
        (0, bytes.fromhex("019da462")),
        (4, b"\x00"),
        (4, bytes(5) + b"\x00\x00\x00\x01"),
        (45, b"\x04"),
        (45, b"\x02" + bytes(31) + b"\x07"),
    ],
    ids=["unknown version", "another coin's", "master with a parent", "master with a number", "prefix 04", "no point"],
)
def test_a_key_that_contradicts_itself_is_refused(at: int, replacement: bytes) -> None:
    with pytest.raises(Unreadable):
        ExtendedKey.parse(rewritten(at, replacement))


@pytest.mark.parametrize("size", [0, 4, 45, SIZE - 1, SIZE + 1])
def test_another_length_is_refused(size: int) -> None:
    data = (base58.decode_check(PARENT) + b"\x00")[:size]
    with pytest.raises(Unreadable):
        ExtendedKey.from_bytes(data)
    with pytest.raises(Unreadable):
        ExtendedKey.parse(base58.encode_check(data))


@pytest.mark.parametrize("text", ["", "xpub", " " + PARENT, PARENT + "\n", PARENT.lower(), PARENT[:-1], "x" * 10_000])
def test_what_is_not_exactly_a_key_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        ExtendedKey.parse(text)


@given(st.binary(min_size=SIZE, max_size=SIZE) | st.binary(max_size=90))
def test_any_bytes_are_a_key_that_is_written_back_or_unreadable(data: bytes) -> None:
    try:
        key = ExtendedKey.from_bytes(data)
    except Unreadable:
        return
    assert key.to_bytes() == data


@given(st.integers(0, SIZE - 1), st.integers(1, 255))
def test_a_changed_byte_is_another_key_or_unreadable(at: int, flip: int) -> None:
    data = bytearray(base58.decode_check(PARENT))
    data[at] ^= flip
    try:
        key = ExtendedKey.from_bytes(bytes(data))
    except Unreadable:
        return
    assert key.to_bytes() == bytes(data)
    assert key != ExtendedKey.parse(PARENT)
