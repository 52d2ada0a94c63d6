"""What follows from a candidate: public, whole, bound to its plan, and read in one writing only."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from custody.canonical import encode
from custody.ceremony.candidates.follows import MOST_BYTES, Account, FirstAddress, Follows
from custody.errors import Unreadable

XPUBS = [f"tpub{digit}".ljust(111, "x") for digit in "123"]
WHOLE = Follows(
    b"p" * 32, "key-1", 2, 4711, b"m" * 32, b"fing", b"othe",
    (Account("wpkh", "m/84'/1'/0'", XPUBS[0]), Account("tr", "m/86'/1'/0'", XPUBS[1])),
    (FirstAddress("wallet", "bcrt1q"),),
    ((b"1" * 32, b"2" * 32), (b"3" * 32,)),
)  # fmt: skip

OTHERWISE: dict[str, Any] = {
    "plan": b"q" * 32,
    "key": "key-2",
    "candidate": 3,
    "set": 4712,
    "machine": None,
    "fingerprint": b"fin2",
    "other_fingerprint": b"oth2",
    "accounts": (Account("wpkh", "m/84'/1'/0'", XPUBS[2]), Account("tr", "m/86'/1'/0'", XPUBS[1])),
    "addresses": (),
    "cards": ((b"1" * 32,), (b"2" * 32, b"3" * 32)),
}


def test_it_comes_back_as_it_went_and_its_words_are_of_its_digest() -> None:
    for each in (WHOLE, replace(WHOLE, machine=None, addresses=())):
        assert Follows.decode(each.encode()) == each
    assert len(WHOLE.words) == 16
    assert [place for place, _commitment in WHOLE.places] == [(1, 1), (1, 2), (2, 1)]


def test_every_member_is_in_the_digest() -> None:
    assert OTHERWISE.keys() == {each.name for each in fields(Follows)}
    changed = [replace(WHOLE, **{name: value}) for name, value in OTHERWISE.items()]
    assert len({each.digest for each in (WHOLE, *changed)}) == len(OTHERWISE) + 1


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"more": 1},
        {"plan": "00"},
        {"plan": "P" * 64},
        {"plan": "70" * 32 + "\n"},
        {"candidate": 0},
        {"candidate": "2"},
        {"candidate": True},
        {"set": 32768},
        {"set": -1},
        {"machine": "00" * 31},
        {"fingerprint": "00" * 5},
        {"accounts": [{"script": "wpkh", "path": "m", "xpub": 1}]},
        {"accounts": [{"script": "wpkh", "path": "m", "xpub": "x", "more": "y"}]},
        {"accounts": None},
        {"addresses": {}},
        {"cards": [["00" * 31]]},
        {"cards": ["00" * 32]},
        {"cards": 1},
        {"key": None},
    ],
    ids=str,
)
def test_anything_else_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Follows.decode(encode(WHOLE.to_json() | change))


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"1", b"{}", json.dumps(WHOLE.to_json()).encode(), WHOLE.encode() + b"\n", b" " * (MOST_BYTES + 1)],
    ids=["nothing", "a list", "a number", "an empty object", "not canonical", "a line end", "too long"],
)
def test_another_writing_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        Follows.decode(content)


@pytest.mark.parametrize("more", ["/<0;1>/*,[aaaaaaaa/48h/1h/0h/2h]tpubX", ",", " ", "\n", "0", "l", "x" * 20])
def test_an_account_key_is_one_key_and_nothing_beside_it(more: str) -> None:
    """It goes into a descriptor as it stands there."""
    account = replace(WHOLE.accounts[0], xpub=XPUBS[0] + more)
    with pytest.raises(Unreadable):
        Follows.decode(replace(WHOLE, accounts=(account, WHOLE.accounts[1])).encode())
