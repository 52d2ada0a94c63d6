"""A cached fold is believed as far as officers' signatures cover the journal; who writes to the disk forges none."""

from hashlib import sha256
from typing import Any

import pytest

from custody import canonical
from custody.governance import acceptance, records
from custody.governance.book import Book
from custody.governance.covered import NOTHING, covered
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
