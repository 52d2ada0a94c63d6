"""A line of a journal has one writing and one hash, and its seal is its writer's over all the rest."""

import json
from dataclasses import replace
from typing import Any

import pytest

from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.entry import BEGINNING, LATEST, LINE_LIMIT, UNSEALED, Entry, digest
from tests.governance.treasury import A, B
from tests.governance.treasury import digest as hashed

ENTRY = Entry(hashed("before"), 1_700_000_000, "signed", 41, A.key, {"a": [1, None], "b": "\u00e9"})
LINE = A.sealed(ENTRY)


def written(**changed: Any) -> bytes:
    """The line with other members, None for one that is left out, in canonical form."""
    members = {**json.loads(LINE), **changed}
    kept = {name: each for name, each in members.items() if each is not ...}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def test_a_line_reads_as_it_was_written() -> None:
    read = Entry.decode(LINE)
    assert read == ENTRY.sealed(read.seal)
    assert read.encode() == LINE == written()
    assert read.is_sealed


def test_what_is_sealed_is_the_line_without_its_seal() -> None:
    unsealed = written(seal=...)
    tag = b"custody/journal/line/v2"
    assert ENTRY.to_seal == ed25519.message(tag, ed25519.digest(tag, unsealed))
    assert ENTRY.seal == UNSEALED == bytes(64)
    assert ENTRY.sealed(b"s" * 64).to_seal == ENTRY.to_seal
    assert not ENTRY.is_sealed


def test_a_hash_is_of_the_whole_line_with_its_seal() -> None:
    assert digest(LINE) == ed25519.digest(b"custody/journal/hash/v2", LINE)
    assert digest(LINE) != digest(ENTRY.encode())


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, after=hashed("another")),
        replace(ENTRY, at=ENTRY.at + 1),
        replace(ENTRY, kind="declined"),
        replace(ENTRY, number=42),
        replace(ENTRY, writer=B.key),
        replace(ENTRY, what={}),
    ],
    ids=lambda entry: entry.kind,
)
def test_whatever_a_line_says_is_sealed(other: Entry) -> None:
    assert not other.sealed(Entry.decode(LINE).seal).is_sealed


def test_a_seal_by_another_key_is_none() -> None:
    assert not ENTRY.sealed(B.private.sign(ENTRY.to_seal)).is_sealed
    assert not Entry.decode(LINE.replace(A.key.hex().encode(), B.key.hex().encode())).is_sealed


@pytest.mark.parametrize(
    "changed",
    [
        {"after": "00" * 31},
        {"after": "00" * 33},
        {"after": "AB" * 32},
        {"at": -1},
        {"at": LATEST + 1},
        {"at": True},
        {"at": None},
        {"kind": ""},
        {"kind": "x"},
        {"kind": "x" * 21},
        {"kind": "Signed"},
        {"kind": "a b"},
        {"kind": "ab\n"},
        {"kind": 1},
        {"n": -1},
        {"n": "1"},
        {"writer": "00" * 16},
        {"writer": None},
        {"what": []},
        {"what": {str(number): 0 for number in range(65)}},
        {"seal": "00" * 63},
        {"seal": ...},
        {"v": 1},
        {"v": 3},
        {"v": ...},
        {"v": True},
        {"what": ...},
        {"more": 1},
    ],
    ids=str,
)
def test_a_line_written_otherwise_is_unreadable(changed: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Entry.decode(written(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"at": LATEST},
        {"at": 0},
        {"kind": "ab"},
        {"kind": "x" * 20},
        {"n": 0},
        {"what": {str(number): 0 for number in range(64)}},
    ],
    ids=str,
)
def test_a_line_at_its_bounds_is_read(changed: dict[str, Any]) -> None:
    assert Entry.decode(written(**changed)).encode() == written(**changed)


@pytest.mark.parametrize("line", [LINE + b"\n", b" " + LINE, LINE.replace(b",", b", ", 1), LINE[:-1], b"", b"[]"])
def test_other_bytes_of_the_same_line_are_unreadable(line: bytes) -> None:
    with pytest.raises(Unreadable):
        Entry.decode(line)


def test_an_entry_over_the_limit_is_not_written() -> None:
    room = LINE_LIMIT - len(replace(ENTRY, what={"a": ""}).encode())
    assert len(replace(ENTRY, what={"a": "x" * room}).encode()) == LINE_LIMIT == 1_000_000
    with pytest.raises(Unreadable, match="1000000"):
        replace(ENTRY, what={"a": "x" * (room + 1)}).encode()


def test_the_first_line_names_zeros_as_the_one_before() -> None:
    assert bytes(32) == BEGINNING
    assert LATEST == 2**40
