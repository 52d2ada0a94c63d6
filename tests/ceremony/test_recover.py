from hashlib import sha256

import pytest

from custody.ceremony.recover import collect, known_warnings, progress, release
from custody.ceremony.split import SplitWish, hand_over_cards
from custody.errors import Mismatch, Refused, Unreadable
from custody.keys.cards.shares import Scheme
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.ceremony.treasury.table import Scribe

SECRET = sha256(b"brought together again").digest()[:16]


def cards_of(scheme: Scheme, kind: Kind = Kind.SLIP39, secret: bytes = SECRET) -> list[str]:
    scribe = Scribe()
    hand_over_cards(Secret(secret), SplitWish(kind, scheme, 0), scribe, None)
    return scribe.texts


def test_a_quorum_gives_the_secret_back():
    cards = cards_of(Scheme.single(2, 3))
    collection = collect(Scribe(cards=cards[:2]))
    assert collection.quorum().recover(None) == Secret(SECRET)


def test_after_each_card_it_is_said_what_is_missing():
    scribe = Scribe(cards=cards_of(Scheme.single(3, 3))[:2])
    collection = collect(scribe)
    assert "2 more cards" in scribe.said[0]
    assert "1 more card " in scribe.said[1]
    assert scribe.said[1] == "Taken: card 2. " + progress(collection.status())
    with pytest.raises(Refused):
        collection.quorum()


def test_the_operator_is_told_when_a_quorum_is_there():
    scribe = Scribe(cards=cards_of(Scheme.single(2, 2)))
    collect(scribe)
    assert scribe.events[-1] == "card 3 complete"


def test_a_card_that_cannot_be_read_is_asked_for_again():
    one, two = cards_of(Scheme.single(2, 2))
    scribe = Scribe(cards=[one, "academic acid", two])
    collection = collect(scribe)
    assert "refused 2" in scribe.events
    assert collection.status().complete


def test_a_card_of_another_set_is_not_taken_and_harms_nothing():
    one, two = cards_of(Scheme.single(2, 2))
    stranger = cards_of(Scheme.single(2, 2), secret=sha256(b"another").digest()[:16])[0]
    scribe = Scribe(cards=[one, stranger, two])
    assert collect(scribe).quorum().recover(None) == Secret(SECRET)
    assert "refused 2" in scribe.events


def test_with_a_record_the_first_card_too_is_of_its_set_or_not_taken():
    scribe = Scribe()
    record = hand_over_cards(Secret(SECRET), SplitWish(Kind.SLIP39, Scheme.single(2, 2), 0), scribe, None)
    stranger = cards_of(Scheme.single(2, 2), secret=sha256(b"another").digest()[:16])[0]
    table = Scribe(cards=[stranger, *scribe.texts])
    assert collect(table, record).quorum().recover(None) == Secret(SECRET)
    assert "refused 1" in table.events


def test_a_card_that_comes_twice_is_said_and_counts_once():
    one, two = cards_of(Scheme.single(2, 2))
    scribe = Scribe(cards=[one, one, two])
    collection = collect(scribe)
    assert "This card was given already: card 1. It counts once." in scribe.said
    assert collection.repeated == ["card 1"]
    assert collection.status().groups[0].cards == (1, 2)


def test_a_script_is_not_asked_twice():
    one, _two = cards_of(Scheme.single(2, 2))
    with pytest.raises(Unreadable):
        collect(Scribe(cards=[one, "academic acid"], forgiving=False))
    stranger = cards_of(Scheme.single(2, 2), secret=sha256(b"another").digest()[:16])[0]
    with pytest.raises(Mismatch):
        collect(Scribe(cards=[one, stranger], forgiving=False))


def test_the_secret_of_a_quorum_leaves_in_one_piece_of_its_kind():
    quorum = collect(Scribe(cards=cards_of(Scheme.single(2, 2)))).quorum()
    as_card, as_phrase = Scribe(), Scribe()
    release(quorum, Kind.SLIP39, as_card, None)
    release(quorum, Kind.BIP39, as_phrase, None)
    assert collect(Scribe(cards=as_card.texts)).quorum().recover(None) == Secret(SECRET)
    assert mnemonic.entropy_of(as_phrase.texts[0]) == Secret(SECRET)


def test_the_record_of_a_set_names_its_key():
    scribe = Scribe()
    record = hand_over_cards(Secret(SECRET), SplitWish(Kind.SLIP39, Scheme.single(2, 3), 0), scribe, None)
    assert record.fingerprint == MasterKey.from_seed(Secret(SECRET)).fingerprint
    assert [sheet.title for sheet in scribe.sheets] == ["Card 1 of 3", "Card 2 of 3", "Card 3 of 3"]


def test_a_known_secret_is_named():
    assert known_warnings(Secret(bytes(16)))
    assert known_warnings(Secret(SECRET)) == []
