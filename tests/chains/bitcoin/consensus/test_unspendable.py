"""Scripts that nobody can ever spend are told from those that somebody may, each beside its nearest neighbour."""

import pytest

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.unspendable import is_taproot_of_nobody, is_unspendable, why_dead
from tests.support import desk

KEY = desk.root("B").derive("m/0").to_public().sec()
NO_KEY = b"\x02" + b"\x11" * 32
"""The 33 bytes of a key whose x is no point's."""

TWEAKED = taproot.output_key(taproot.NUMS_KEY, None)[0]
HASH = b"\x5a" * 20


def key(encoded: bytes) -> bytes:
    return desk.sized(encoded)


DEAD = {
    "longer than any node runs": (bytes(10_001), bytes(10_000)),
    "version 0 of 2 bytes": (b"\x00\x02ab", b"\x60\x02ab"),
    "version 0 of 19 bytes": (b"\x00\x13" + bytes(19), b"\x00\x14" + bytes(20)),
    "version 0 of 21 bytes": (b"\x00\x15" + bytes(21), b"\x00\x14" + bytes(20)),
    "version 0 of 33 bytes": (b"\x00\x21" + bytes(33), b"\x00\x20" + bytes(32)),
    "version 0 of 40 bytes": (b"\x00\x28" + bytes(40), b"\x51\x28" + bytes(40)),
    "a bare key that is none": (key(NO_KEY) + b"\xac", key(KEY) + b"\xac"),
    "a quorum of one key of two": (
        b"\x52" + key(KEY) + key(NO_KEY) + b"\x52\xae",
        b"\x51" + key(KEY) + key(NO_KEY) + b"\x52\xae",
    ),
    "OP_RETURN after a number": (b"\x51\x6a", b"\x51\x63\x6a\x68"),
    "OP_RETURN after a key": (key(KEY) + b"\xac\x6a", key(KEY) + b"\xac\x01\x6a"),
    "cut short in a push": (b"\x76\xa9\x14" + HASH[1:], b"\x76\xa9\x14" + HASH),
    "cut short in the length of a push": (b"\x51\x4d\x01", b"\x51\x4d\x01\x00\x07"),
    "OP_CAT in a branch": (b"\x63\x7e\x68", b"\x63\x7c\x68"),
    "OP_VERIF in a branch": (b"\x63\x65\x68", b"\x63\x62\x68"),
    "OP_RSHIFT": (b"\x99", b"\x9a"),
    "a push of 521 bytes in a branch": (
        b"\x63\x4d\x09\x02" + bytes(521) + b"\x68",
        b"\x63\x4d\x08\x02" + bytes(520) + b"\x68",
    ),
    "a key hash of no bytes": (b"\x76\xa9\x00\x88\xac", b"\x76\xa9\x63\x00\x88\x68\xac"),
    "a key hash of 19 bytes": (b"\x76\xa9\x13" + HASH[1:] + b"\x88\xac", b"\x76\xa9\x14" + HASH + b"\x88\xac"),
}
"""What -> a script that always fails, and its neighbour that may be spent."""


@pytest.mark.parametrize("what", DEAD)
def test_a_script_that_always_fails_is_told_from_its_neighbour(what: str) -> None:
    dead, alive = DEAD[what]
    assert is_unspendable(dead)
    assert why_dead(dead)
    assert not is_unspendable(alive)
    assert why_dead(alive) is None


def test_data_is_unspendable_and_no_script_that_fails() -> None:
    assert is_unspendable(b"\x6a")
    assert why_dead(b"\x6a") is None
    assert not is_unspendable(b"")


def test_a_taproot_output_is_nobodys_where_its_key_is_no_point_or_h() -> None:
    for program in (b"\x11" * 32, bytes(32), b"\xff" * 32, taproot.NUMS_KEY, TWEAKED):
        assert is_taproot_of_nobody(b"\x51\x20" + program)
        assert is_unspendable(b"\x51\x20" + program)
    with_leaf = taproot.output_key(taproot.NUMS_KEY, taproot.leaf_hash(b"\x51"))[0]
    for program in (b"\x01" * 32, KEY[1:], with_leaf):
        assert not is_unspendable(b"\x51\x20" + program)
    assert not is_taproot_of_nobody(b"\x52\x20" + taproot.NUMS_KEY)


@pytest.mark.parametrize(
    "script",
    [
        b"\x76\xa9\x14" + bytes(20) + b"\x88\xac",
        b"\xa9\x14" + bytes(20) + b"\x87",
        b"\x00\x14" + bytes(20),
        b"\x00\x20" + bytes(32),
        b"\x51\x02\x4e\x73",
        b"\x52\x20" + bytes(32),
    ],
    ids=["p2pkh", "p2sh", "p2wpkh", "p2wsh", "anchor", "version 2"],
)
def test_a_hash_of_zeros_and_a_version_of_the_future_prove_nothing(script: bytes) -> None:
    assert not is_unspendable(script)
