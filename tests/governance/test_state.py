"""A cached fold is read as strictly as a line of the journal: whatever we do not write is Unreadable."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from custody import canonical
from custody.errors import Unreadable
from custody.governance import acceptance, records
from custody.governance.book import Book
from custody.governance.state import State
from tests.governance.treasury import ALICE, BOB, CAROL, agree, begun, digest, signature, tell, with_vault

WRONG = (None, True, -1, 1.5, "", "x", [], [None], ["1"], [True], [-1], {}, {"": None}, {"a": 1})
"""Of every type, none of them what any member of a fold holds; those that one does hold are left out below."""


def full() -> Any:
    """The object of a fold in which every member holds something."""
    book = with_vault(begun())
    book = agree(book, acceptance.WALLET, {"document": {"format": "x"}, "name": "treasury"}, (ALICE, BOB, CAROL))
    book = tell(book, "signed", signature("one", "coin:aa:0"))
    book = tell(book, "backup", records.BackupMade(digest("copy"), digest("label")).to_json())
    imported = records.Import(digest("segment"), {digest("writer 2")[:16]: (3, digest("head"))}, {}, (), {})
    book = tell(book, "imported", imported.to_json())
    book = agree(book, acceptance.HALT, {"reason": None}, (BOB,))
    says = {"halts": [each.hex() for each in book.state.halts]}
    book = agree(book, acceptance.RESUME, says, (ALICE, BOB, CAROL))
    book = agree(book, acceptance.HALT, {"reason": None}, (BOB,))
    return canonical.decode(canonical.encode(book.state.to_json()))


FULL = full()
FREE_TEXT = {("vaults", "main", "kind")}
OPEN = {("wallets", "treasury")}
"""What a wallet's document holds is the wallet's own to judge; a fold demands an object."""


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every value of the object stands."""
    if at and at[0] != "roster":  # which has a reader and tests of its own
        yield at
    if at in OPEN:
        return
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths(value[key], (*at, key))


def found(at: tuple[Any, ...], value: Any = FULL) -> Any:
    """What stands there."""
    for key in at:
        value = value[key]
    return value


def changed(at: tuple[Any, ...], wrong: Any, value: Any = FULL) -> Any:
    """The object with another value in one place."""
    if not at:
        return wrong
    if isinstance(value, list):
        return [changed(at[1:], wrong, each) if n == at[0] else each for n, each in enumerate(value)]
    return {**value, at[0]: changed(at[1:], wrong, value[at[0]])}


def renamed(at: tuple[Any, ...], name: str, value: Any = FULL) -> Any:
    """The object with another key in one place."""
    if len(at) == 1:
        return {name if key == at[0] else key: each for key, each in value.items()}
    return {**value, at[0]: renamed(at[1:], name, value[at[0]])}


def is_right(at: tuple[Any, ...], wrong: Any) -> bool:
    """Whether a value of `WRONG` may stand there after all."""
    if at in FREE_TEXT:
        return isinstance(wrong, str)
    if at in OPEN:
        return isinstance(wrong, dict)
    many = {"backups", "cleared", "counts", "halts", "identities", "marks", "vaults", "wallets", "writers"}
    if (len(at) == 1 and at[0] in many) or at[-1] == "fingerprints":
        empty_enough = wrong in ({}, {"a": 1}) if at == ("counts",) else not wrong
        return type(wrong) is type(found(at)) and empty_enough
    return False


DEFECTS = [(at, wrong) for at in paths(FULL) for wrong in WRONG if not is_right(at, wrong)]
HEX = [at for at in paths(FULL) if isinstance(found(at), str) and at not in FREE_TEXT]
HEX_KEYS = [at for at in paths(FULL) if len(at) == 2 and at[0] in {"halts", "marks", "writers"}]


def hostile(written: str) -> list[str]:
    """Other writings of the same bytes, and more or fewer of them."""
    spaced = f"{written[:2]} {written[2:]}"
    return [spaced, written.upper(), f" {written}", f"{written}\n", written[2:], f"{written}00", f"{written[:-1]}g"]


def refused(value: Any) -> None:
    with pytest.raises(Unreadable):
        State.from_json(value)


def test_the_full_fold_is_read_and_written_the_same() -> None:
    assert State.from_json(FULL).to_json() | {"cleared": FULL["cleared"]} == FULL | {
        "marks": {mark: tuple(numbers) for mark, numbers in FULL["marks"].items()}
    }
    assert all(FULL.values())
    assert FULL["backups"][0].keys() == {"label", "n", "roster", "sha256"}
    assert State.from_json(FULL).backups[0].roster_version == FULL["backups"][0]["roster"]


@pytest.mark.parametrize(("at", "wrong"), DEFECTS, ids=lambda value: str(value)[:60])
def test_a_member_of_another_type_is_unreadable(at: tuple[Any, ...], wrong: Any) -> None:
    refused(changed(at, wrong))


@pytest.mark.parametrize("at", HEX, ids=str)
def test_bytes_have_one_writing(at: tuple[Any, ...]) -> None:
    for wrong in hostile(found(at)):
        refused(changed(at, wrong))


@pytest.mark.parametrize("at", HEX_KEYS, ids=str)
def test_bytes_that_are_keys_have_one_writing(at: tuple[Any, ...]) -> None:
    for wrong in hostile(at[-1]):
        refused(renamed(at, wrong))


@pytest.mark.parametrize("name", ["", "../main", "MAIN", "-main", "ma in", "m" * 65])
def test_a_vault_of_the_fold_has_a_vaults_name(name: str) -> None:
    refused(renamed(("vaults", "main"), name))


@pytest.mark.parametrize("at", [at for at in paths(FULL) if len(at) == 1], ids=str)
def test_a_member_that_is_missing_or_over_is_unreadable(at: tuple[Any, ...]) -> None:
    refused({name: each for name, each in FULL.items() if name != at[0]})
    refused(FULL | {"more": 1})


@pytest.mark.parametrize("cached", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 5_000])
def test_what_a_checkpoint_vouches_for_may_still_be_no_fold(cached: bytes) -> None:
    book = begun()
    vouched = records.Checkpoint(sha256(cached).digest()).to_json()
    book = tell(book, "checkpoint", vouched)
    wallet = {"document": {"format": "x"}, "name": "treasury"}
    book = agree(book, "wallet", wallet, (ALICE, BOB, CAROL))  # officers' signatures cover the checkpoint
    with pytest.raises(Unreadable):
        Book.load(book.journal, cached)
