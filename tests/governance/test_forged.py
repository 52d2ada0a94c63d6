"""Whoever can write to the disk can make the chain fit again: then rules and signatures must hold, and nothing breaks.

Each entry of a journal is changed somewhere, and every line after it is chained again.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.errors import CustodyError
from custody.governance.book import Book
from custody.governance.entry import BEGINNING, digest

LINES = (Path(__file__).parent / "vectors" / "journal-v1.jsonl").read_bytes().splitlines()
ENTRIES = [json.loads(line) for line in LINES]
TRUE = Book.verify(b"".join(line + b"\n" for line in LINES)).state

SIGNED = {"genesis", "roster", "wallet", "vault", "halt", "resume"}
VALUES = st.sampled_from([None, True, 0, -1, 2**70, "", "00" * 32, "x" * 300, [], {}, [[]], {"a": 1}, "\ud83d\ude00"])


def chained(entries: list[dict[str, Any]]) -> bytes:
    """The journal of these entries, each naming the one before as it is now."""
    after, lines = BEGINNING, []
    for entry in entries:
        line = json.dumps({**entry, "after": after.hex()}, sort_keys=True, separators=(",", ":")).encode()
        after = digest(line)
        lines.append(line + b"\n")
    return b"".join(lines)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return new
    value[path[0]] = put(value[path[0]], path[1:], new)
    return value


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(ENTRIES) - 1), st.data())
def test_whatever_is_changed_in_an_entry_ends_in_an_answer(number: int, data: st.DataObject) -> None:
    entries = deepcopy(ENTRIES)
    path = data.draw(st.sampled_from(list(places(entries[number]["what"]))))
    entries[number]["what"] = put(entries[number]["what"], path, data.draw(VALUES))
    try:
        state = Book.verify(chained(entries)).state
    except CustodyError:
        return
    rules = ("roster", "wallets", "treasury", "basis", "halts", "cleared")
    if entries[number] != ENTRIES[number]:
        # what a file's digest is stands beside the statement: a false one is an alarm beside the file
        assert ENTRIES[number]["kind"] not in SIGNED or path[0] in ("identities", "vaults"), path
    assert all(getattr(state, rule) == getattr(TRUE, rule) for rule in rules), path


@pytest.mark.parametrize("number", [n for n, entry in enumerate(ENTRIES) if entry["kind"] in SIGNED])
def test_no_rule_is_left_out_and_none_comes_twice(number: int) -> None:
    without = [{**entry, "n": place} for place, entry in enumerate(ENTRIES[:number] + ENTRIES[number + 1 :])]
    twice = ENTRIES[: number + 1] + ENTRIES[number:]
    twice = [{**entry, "n": place} for place, entry in enumerate(twice)]
    for forged in (without, twice):
        with pytest.raises(CustodyError):
            Book.verify(chained(forged))


@pytest.mark.parametrize("number", range(1, len(ENTRIES)))
def test_another_machines_name_on_a_line_is_refused(number: int) -> None:
    entries = deepcopy(ENTRIES)
    entries[number]["writer"] = "ab" * 16
    if ENTRIES[number]["kind"] == "restored":
        return  # a restored home's name is its own choice; the lines after it must follow
    with pytest.raises(CustodyError):
        Book.verify(chained(entries))
