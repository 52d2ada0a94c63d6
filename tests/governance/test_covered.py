"""A cached fold is believed as far as officers' signatures cover the journal; who writes to the disk forges none."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from custody import canonical
from custody.governance import acceptance, records
from custody.governance.book import Book
from custody.governance.covered import NOTHING, covered
from custody.governance.statement import Signed, Statement
from tests.governance.treasury import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    Person,
    agree,
    begun,
    digest,
    roster,
    sign,
    signature,
    statement,
    tell,
)

QUORUM = (ALICE, BOB, CAROL)
WALLET: dict[str, Any] = {"document": {"format": "x"}, "name": "treasury"}
MALLORY = tuple(Person(f"mallory {number}") for number in range(3))


def of(book: Book) -> int:
    return covered(book.journal, book.chain)


def with_forged_fold(book: Book) -> tuple[Book, bytes]:
    """The book with a checkpoint that vouches for a fold without its halts, and that fold."""
    forged = canonical.encode(book.state.changed(halts={}, marks={}).to_json())
    return tell(book, "checkpoint", records.Checkpoint(sha256(forged).digest()).to_json()), forged


def test_a_quorums_statement_covers_all_that_its_signers_saw() -> None:
    book = tell(begun(), "signed", signature("one", "coin:aa:0"))
    assert of(book) == NOTHING
    book = agree(book, acceptance.WALLET, WALLET, QUORUM)
    assert of(book) == 1
    book = tell(book, "signed", signature("two"))
    assert of(book) == 1
    assert of(agree(book, acceptance.ROSTER, {"roster": roster(FIVE[:4], version=2).to_json()}, QUORUM, vaults={})) == 3


def test_one_officers_halt_covers_nothing() -> None:
    assert of(agree(begun(), acceptance.HALT, {"reason": None}, (ERIN,))) == NOTHING


def test_a_checkpoint_that_nobody_signed_vouches_for_nothing() -> None:
    book = tell(begun(), "signed", signature("one", "coin:aa:0"))
    book = agree(book, acceptance.HALT, {"reason": None}, (ERIN,))
    forged, cached = with_forged_fold(book)
    read = Book.load(forged.journal, cached)
    assert read.state.halted
    assert read.signed_with(records.mark("coin:aa:0"))


def test_a_checkpoint_is_believed_once_officers_have_signed_what_follows_it() -> None:
    book = tell(begun(), "signed", signature("one", "coin:aa:0"))
    cached, what = book.checkpoint()
    book = agree(tell(book, "checkpoint", what), acceptance.WALLET, WALLET, QUORUM)
    told = cached.replace(b'"signed":1', b'"signed":7')
    assert told != cached
    assert Book.load(book.journal, cached).state == book.state
    assert Book.load(book.journal, told).state == book.state  # it is not the one that was vouched for


@pytest.mark.parametrize("people", [(), QUORUM[:2], MALLORY, (ALICE, BOB, MALLORY[0])])
def test_a_statement_without_the_officers_quorum_covers_nothing(people: tuple[Person, ...]) -> None:
    book, _cached = with_forged_fold(begun())
    signed = sign(statement(book, acceptance.WALLET, WALLET), people)
    line = book.next(acceptance.WALLET, signed.to_json(), at=0)
    journal = book.journal + line + b"\n"
    with pytest.raises(Exception, match="breaks a rule"):
        Book.load(journal)
    chain = Book.load(book.journal).chain
    grown = type(chain)(
        (*chain.lines, chain.lines[-1]._replace(kind="wallet", begin=len(book.journal), end=len(journal) - 1)),
        chain.head,
        b"",
        chain.numbers,
    )
    assert covered(journal, grown) == NOTHING


def test_the_rosters_are_followed_and_who_left_covers_nothing() -> None:
    book = agree(begun(), acceptance.ROSTER, {"roster": roster(FIVE[2:], version=2).to_json()}, QUORUM, vaults={})
    assert of(book) == 0
    newer = agree(book, acceptance.WALLET, WALLET, (CAROL, DAVE, ERIN))
    assert of(newer) == 1
    signed = sign(statement(book, acceptance.WALLET, WALLET), QUORUM)
    old = book.journal + book.next(acceptance.WALLET, signed.to_json(), at=0) + b"\n"
    lines = (*book.chain.lines, book.chain.lines[-1]._replace(kind="wallet", begin=len(book.journal), end=len(old) - 1))
    assert covered(old, type(book.chain)(lines, book.chain.head, b"", book.chain.numbers)) == 0


def imported(book: Book, *statements: Signed) -> bytes:
    """The journal with a line that takes statements in, as if another machine had made them."""
    says = records.Import(digest("segment"), {}, {}, statements, {}).to_json()
    return book.journal + book.next("imported", says, at=0) + b"\n"


def of_forged(book: Book, journal: bytes, kind: str = "imported") -> int:
    """How far a journal is covered that ends with a line which the book's own fold would refuse."""
    line = book.chain.lines[-1]._replace(kind=kind, begin=len(book.journal), end=len(journal) - 1)
    return covered(journal, replace(book.chain, lines=(*book.chain.lines, line)))


def test_an_old_change_of_the_roster_comes_back_for_nobody() -> None:
    """Who was installed once and left covers nothing, though the true statement that installed him is shown again."""
    strangers = (CAROL, DAVE, ERIN)
    book = begun()
    installed = sign(statement(book, acceptance.ROSTER, {"roster": roster(FIVE[2:], version=2).to_json()}), QUORUM)
    book = tell(book, acceptance.ROSTER, installed.to_json() | {"identities": {}, "vaults": {}})
    says = {"roster": roster(FIVE[:3], version=3).to_json()}
    book = agree(book, acceptance.ROSTER, says, (*strangers, ALICE, BOB), vaults={})
    covers = of(book)
    again = imported(book, installed)
    assert of_forged(book, again) == covers
    signed = sign(
        Statement("wallet", book.state.treasury, installed.statement.digest, book.head.hash, WALLET), strangers
    )
    both = imported(book, installed, signed)
    assert of_forged(book, both) == covers


@pytest.mark.parametrize("changed", [{"treasury": digest("another")}, {"basis": digest("another")}])
def test_a_statement_of_another_treasury_or_of_other_rules_covers_nothing(changed: dict[str, bytes]) -> None:
    book = tell(begun(), "signed", signature("one"))
    signed = sign(replace(statement(book, acceptance.WALLET, WALLET), **changed), QUORUM)
    journal = book.journal + book.next(acceptance.WALLET, signed.to_json(), at=0) + b"\n"
    assert of_forged(book, journal, acceptance.WALLET) == NOTHING
    assert of_forged(book, imported(book, signed)) == NOTHING
