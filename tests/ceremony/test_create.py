import random
from dataclasses import replace
from hashlib import sha256

import pytest

from custody.ceremony.create import KeyWish, create, refuse_known
from custody.errors import Declined, Mismatch, Refused, Unfit, Unreadable
from custody.keys import entropy
from custody.keys.cards.shares import Scheme
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.ceremony.treasury.table import Scribe
from tests.support.recomputed import four_letters, recomputed

DICE = "".join(random.Random(4).choices("123456", k=100))
WISH = KeyWish(
    kind=Kind.BIP39,
    bits=256,
    with_dice=True,
    scheme=None,
    iteration_exponent=0,
    release_machine_part=False,
    main_network=True,
)


def test_the_order_of_a_creation_cannot_be_another():
    scribe = Scribe(dice=DICE)
    create(WISH, scribe)
    assert scribe.events == ["say", "say", "pause", "dice 100", "passphrase", "sheet"]


def test_the_commitment_is_said_before_the_dice_are_asked_for():
    scribe = Scribe(dice=DICE)
    created = create(WISH, scribe)
    assert created.commitment in scribe.said[1]
    assert scribe.events.index("say") < scribe.events.index("dice 100")


def test_the_machines_part_and_the_dice_give_the_key_that_was_handed_over():
    scribe = Scribe(dice=DICE)
    created = create(replace(WISH, release_machine_part=True), scribe)
    part = scribe.sheets[0].content.reveal()
    assert sha256(part).hexdigest() == created.commitment
    machine = entropy.MachinePart(Secret(part))
    expected = entropy.mix(machine, entropy.Dice.parse(DICE), 256)
    assert mnemonic.entropy_of(scribe.texts[0]) == expected
    assert created.fingerprint == MasterKey.from_seed(mnemonic.seed(expected)).fingerprint
    assert created.rolls == 100


def test_one_throw_and_one_part_give_the_key_and_the_cards_that_were_handed_over():
    scribe = Scribe(dice=DICE)
    scheme = Scheme(2, ((2, 3), (1, 1), (3, 3)))
    wish = replace(WISH, kind=Kind.SLIP39, scheme=scheme, release_machine_part=True)
    created = create(wish, scribe)
    assert scribe.events.count("dice 100") == 1
    part = scribe.sheets[0].content.reveal()
    secret = entropy.mix(entropy.MachinePart(Secret(part)), entropy.Dice.parse(DICE), 256).reveal().hex()
    commitment, cards = recomputed(part, DICE, secret, created.record.identifier, scheme)
    assert commitment == created.commitment
    assert cards == [four_letters(card) for card in scribe.texts]


def test_the_number_of_the_set_is_said_before_the_dice_are_asked_for():
    scribe = Scribe(dice=DICE)
    created = create(replace(WISH, kind=Kind.SLIP39, scheme=Scheme.single(2, 3)), scribe)
    assert scribe.events[:5] == ["say", "say", "say", "pause", "dice 100"]
    assert scribe.said[2] == f"The cards will be set {created.record.identifier}."


def test_poor_dice_end_it_before_anything_is_handed_over():
    scribe = Scribe(dice="1" * 100)
    with pytest.raises(Refused):
        create(WISH, scribe)
    assert scribe.sheets == []
    with pytest.raises(Unreadable):
        create(WISH, Scribe(dice="abc"))


def test_poor_dice_are_thrown_again_and_judged_as_the_first_were():
    scribe = Scribe(dice="1" * 100, other_dice=["12" * 50, DICE])
    created = create(WISH, scribe)
    assert scribe.events.count("dice refused") == 2
    assert created.rolls == 100
    assert created.fingerprint == MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(scribe.texts[0]))).fingerprint
    with pytest.raises(Refused):
        create(WISH, Scribe(dice="1" * 100, other_dice=["12" * 50]))


def test_a_key_without_dice_is_warned_of():
    scribe = Scribe()
    created = create(replace(WISH, with_dice=False), scribe)
    assert created.rolls is None
    assert "warn" in scribe.events
    assert "dice 100" not in scribe.events
    assert scribe.pauses == []


def test_a_machine_that_is_not_healthy_makes_no_key(monkeypatch):
    monkeypatch.setattr(entropy.MachinePart.draw.__func__, "__defaults__", (bytes,))
    scribe = Scribe(dice=DICE)
    with pytest.raises(Unfit):
        create(WISH, scribe)
    assert scribe.events == []


def test_a_key_in_cards_has_a_record_and_a_card_for_each_holder():
    scribe = Scribe(dice=DICE)
    created = create(replace(WISH, kind=Kind.SLIP39, scheme=Scheme.single(2, 3)), scribe)
    assert created.record is not None
    assert len(scribe.texts) == 3
    assert created.record.fingerprint == created.fingerprint


def test_a_holder_who_leaves_ends_it():
    with pytest.raises(Declined):
        create(replace(WISH, kind=Kind.SLIP39, scheme=Scheme.single(2, 3)), Scribe(dice=DICE, leaves_after=1))


def test_a_passphrase_that_slip39_cannot_take_ends_it_before_anything_is_handed_over():
    scribe = Scribe(dice=DICE, passphrase="ü".encode())
    with pytest.raises(Mismatch):
        create(replace(WISH, kind=Kind.SLIP39), scribe)
    assert scribe.sheets == []


def test_a_known_secret_is_refused_where_money_has_worth_and_named_elsewhere():
    scribe = Scribe()
    with pytest.raises(Refused, match="publicly known") as refusal:
        refuse_known(Secret(bytes(32)), scribe, main_network=True)
    assert refusal.value.code == "known-secret"
    assert refuse_known(Secret(bytes(32)), scribe, main_network=False)
    assert scribe.events == ["warn"]
    assert refuse_known(Secret(sha256(b"nobody's").digest()), scribe, main_network=True) is None


def test_no_sheet_prints_what_it_holds():
    scribe = Scribe(dice=DICE)
    create(WISH, scribe)
    assert scribe.texts[0].split()[0] not in repr(scribe.sheets[0]).split("'")
    assert "Secret(...)" in repr(scribe.sheets[0].content)
