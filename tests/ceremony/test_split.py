"""A secret that exists is cut with dice of its own, rolled after the machine committed to its part."""

import random
from dataclasses import replace
from hashlib import sha256

import pytest

from custody.ceremony.split import SplitWish, cut
from custody.errors import Refused, Unfit
from custody.keys import entropy
from custody.keys.cards.shares import Scheme
from custody.keys.kinds import Kind
from custody.secret import Secret
from tests.ceremony.treasury.table import Scribe
from tests.support.recomputed import four_letters, recomputed

DICE = "".join(random.Random(21).choices("123456", k=100))
SECRET = sha256(b"an old secret").digest()
WISH = SplitWish(Kind.BIP39, Scheme.single(3, 5), 0)


def test_the_machine_commits_then_the_dice_are_rolled_then_the_cards_are_cut() -> None:
    scribe = Scribe(dice=DICE)
    made = cut(Secret(SECRET), WISH, scribe, None, with_dice=True)
    assert scribe.events == ["say", "say", "say", "pause", "dice 100", *["sheet"] * 5]
    assert made.commitment is not None
    assert made.commitment in scribe.said[1]
    assert scribe.said[2] == f"The cards will be set {made.record.identifier}."
    assert made.rolls == 100


def test_the_part_the_dice_and_the_secret_give_the_cards_that_were_handed_over() -> None:
    scribe = Scribe(dice=DICE)
    made = cut(Secret(SECRET), WISH, scribe, None, with_dice=True, release_machine_part=True)
    part = scribe.sheets[0].content.reveal()
    commitment, cards = recomputed(part, DICE, SECRET.hex(), made.record.identifier, WISH.scheme)
    assert commitment == made.commitment
    assert cards == [four_letters(card) for card in scribe.texts]


def test_a_second_set_has_another_part_and_other_cards() -> None:
    tables = [Scribe(dice=DICE), Scribe(dice=DICE)]
    first, second = (cut(Secret(SECRET), WISH, table, None, with_dice=True) for table in tables)
    assert first.commitment != second.commitment
    assert set(tables[0].texts).isdisjoint(tables[1].texts)


def test_poor_dice_are_rolled_again_and_end_a_script() -> None:
    scribe = Scribe(dice="1" * 100, other_dice=[DICE])
    assert cut(Secret(SECRET), WISH, scribe, None, with_dice=True).rolls == 100
    assert scribe.events.count("dice refused") == 1
    scribe = Scribe(dice="1" * 100)
    with pytest.raises(Refused):
        cut(Secret(SECRET), WISH, scribe, None, with_dice=True)
    assert scribe.sheets == []


def test_fifty_rolls_are_asked_for_a_secret_of_128_bits_and_a_hundred_above() -> None:
    for size, rolls in ((16, 50), (20, 100), (32, 100)):
        scribe = Scribe(dice=DICE)
        cut(Secret(SECRET[:size]), replace(WISH, kind=Kind.SLIP39), scribe, None, with_dice=True)
        assert f"dice {rolls}" in scribe.events


def test_cards_without_dice_are_warned_of() -> None:
    scribe = Scribe()
    made = cut(Secret(SECRET), WISH, scribe, None, with_dice=False)
    assert scribe.events == ["say", "say", "say", "warn", *["sheet"] * 5]
    assert made.rolls is None
    assert "rests on this machine alone" in scribe.said[-1]


def test_a_card_that_opens_alone_has_nothing_random_and_asks_for_no_dice() -> None:
    scribe = Scribe(dice=DICE)
    made = cut(Secret(SECRET), replace(WISH, scheme=Scheme.single(1, 1)), scribe, None, with_dice=True)
    assert scribe.events == ["sheet"]
    assert (made.commitment, made.rolls) == (None, None)


def test_a_machine_that_is_not_healthy_cuts_no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entropy.MachinePart.draw.__func__, "__defaults__", (bytes,))  # type: ignore[attr-defined]
    scribe = Scribe(dice=DICE)
    with pytest.raises(Unfit):
        cut(Secret(SECRET), WISH, scribe, None, with_dice=True)
    assert scribe.events == []
