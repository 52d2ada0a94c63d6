"""Whether a treasury follows another is believed of the other's journal alone, once it is here."""

from dataclasses import replace
from hashlib import sha256

import pytest

from custody.errors import Alarm, Unreadable
from custody.governance.book import Book
from custody.governance.book import begun as begun_with
from custody.governance.contents import Follows, Genesis
from custody.governance.following import continuities, followed, is_proven
from tests.governance.treasury import (
    FIVE,
    VAULT_SAYS,
    B,
    Person,
    begun,
    both,
    digest,
    exchanged,
    genesis,
    genesis_line,
    roster,
    sign,
    signed,
    with_vault,
)

CARDS = Person("the cards")
OLD = signed(with_vault(begun()), "one")
JOURNAL = sha256(OLD.journal).digest()
FOLLOWS = Follows(OLD.state.treasury, OLD.head.hash, OLD.head.number, JOURNAL, digest("continuity"), bytes(64))
KEPT = {JOURNAL: OLD.journal}


def following() -> Book:
    """A treasury whose genesis follows another, with the signature of its cards."""
    unsigned = replace(FOLLOWS, continuity=CARDS.key)
    follows = replace(unsigned, evidence=CARDS.private.sign(unsigned.message(roster())))
    first = Genesis(roster(), bytes(16), (), (), follows)
    return begun_with(genesis_line(sign(replace(genesis().statement, says=first.to_json()), FIVE)))


def test_a_genesis_says_what_it_follows() -> None:
    found = followed(following().known)
    assert found is not None and found.treasury == OLD.state.treasury
    assert followed(begun().known) is None


def test_every_vault_that_officers_agreed_on_has_a_continuity_key() -> None:
    assert continuities(OLD.known) == {digest("continuity")}
    assert continuities(begun().known) == frozenset()
    one, two = both(B)
    one, _two = exchanged(one, with_vault(two))
    assert continuities(one.known) == {bytes.fromhex(VAULT_SAYS["continuity"])}  # type: ignore[arg-type]


def test_a_journal_that_recorded_the_cards_key_proves_it() -> None:
    assert is_proven(FOLLOWS, KEPT.get)


def test_without_the_journal_nothing_is_proven_yet() -> None:
    assert not is_proven(FOLLOWS, {}.get)
    assert not is_proven(replace(FOLLOWS, continuity=digest("x")), {}.get)


@pytest.mark.parametrize(
    "changed",
    [
        {"head": digest("x")},
        {"head": OLD.head_at(0).hash},
        {"number": OLD.head.number - 1},
        {"treasury": digest("x")},
        {"continuity": digest("x")},
    ],
    ids=str,
)
def test_a_journal_that_says_otherwise_is_an_alarm(changed: dict[str, object]) -> None:
    with pytest.raises(Alarm) as told:
        is_proven(replace(FOLLOWS, **changed), KEPT.get)  # type: ignore[arg-type]
    assert told.value.code == "continuity"


def test_a_journal_that_does_not_hold_proves_nothing() -> None:
    with pytest.raises(Unreadable):
        is_proven(FOLLOWS, {JOURNAL: b"strange\n"}.get)
    with pytest.raises(Alarm, match="damaged"):
        is_proven(FOLLOWS, {JOURNAL: OLD.journal.replace(b"slip39", b"slip38")}.get)
