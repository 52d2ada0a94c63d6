"""A candidate and what follows from it: the same for everybody who has the same part, rolls, number and salts."""

import hmac
import secrets
from dataclasses import replace
from hashlib import sha256

import pytest
from embit import bip32
from embit.descriptor import Descriptor
from embit.networks import NETWORKS

from custody.ceremony.candidates import candidate as module
from custody.ceremony.candidates.candidate import Candidate, scheme_of
from custody.ceremony.plan.plan import Key, Plan
from custody.errors import Refused, Unreadable
from custody.keys.cards import rehearsal
from custody.keys.entropy import Dice
from tests.ceremony.candidates.drawn import KEY, PLAN, candidate, rolls, with_script
from tests.ceremony.plan.plans import filled, read, wish
from tests.support.recomputed import recomputed

DICE_ALONE = replace(KEY, machine_random=False)
MACHINE_ALONE = replace(KEY, rolls=0)
GROUPS = replace(KEY, bits=128, rolls=50, groups_needed=2, groups=(*KEY.groups, *KEY.groups))


def planned(key: Key) -> Plan:
    return replace(PLAN, keys=(key,))


def root_of(drawn: Candidate, key: Key) -> bip32.HDKey:
    """The master key by another library, from the documented mix."""
    dice = b"" if drawn.mix.dice is None else drawn.mix.dice.rolls.reveal()
    mixed = hmac.digest(b"custody/entropy/v1", drawn.mix.machine.secret.reveal() + dice, "sha512")
    return bip32.HDKey.from_seed(mixed[: key.bits // 8], version=NETWORKS["regtest"]["xprv"])


@pytest.mark.parametrize(
    ("script", "path", "begins"), [("wpkh", "m/84h/1h/0h", "bcrt1q"), ("tr", "m/86h/1h/0h", "bcrt1p")]
)
def test_fingerprint_account_and_address_are_those_of_another_library(script: str, path: str, begins: str) -> None:
    plan, drawn = with_script(script), candidate(3)
    follows, root = drawn.follows(plan, KEY), root_of(drawn, KEY)
    account = root.derive(path).to_public()
    assert follows.fingerprint == root.my_fingerprint
    (found,) = follows.accounts
    assert (found.script, found.path, found.xpub) == (script, path.replace("h", "'"), account.to_string())
    descriptor = Descriptor.from_string(f"{script}([{root.my_fingerprint.hex()}{path[1:]}]{found.xpub}/0/*)")
    (first,) = follows.addresses
    assert first.address == descriptor.derive(0).address(NETWORKS["regtest"])
    assert first.address.startswith(begins)


def test_a_key_of_a_quorum_has_the_account_of_bip_48_and_no_address() -> None:
    plan = read(filled(wish(keys=3, quorum=2)))
    for key in plan.keys:
        drawn = candidate(1, key)
        follows = drawn.follows(plan, key)
        (account,) = follows.accounts
        assert (account.script, account.path) == ("wsh", "m/48'/1'/0'/2'")
        assert account.xpub == root_of(drawn, key).derive("m/48h/1h/0h/2h").to_public().to_string()
        assert follows.addresses == ()


def test_on_the_main_network_paths_and_keys_are_of_the_main_network() -> None:
    follows = candidate(1).follows(replace(PLAN, network="main"), KEY)
    assert follows.accounts[0].path == "m/84'/0'/0'"
    assert follows.accounts[0].xpub.startswith("xpub")
    assert follows.addresses[0].address.startswith("bc1q")


def test_a_key_of_several_wallets_has_each_account_once_and_each_address() -> None:
    (only,) = PLAN.wallets
    plan = replace(PLAN, wallets=(only, replace(only, id="second", script="tr"), replace(only, id="third")))
    follows = candidate(1).follows(plan, KEY)
    assert [account.script for account in follows.accounts] == ["wpkh", "tr"]
    assert [first.wallet for first in follows.addresses] == [only.id, "second", "third"]


@pytest.mark.parametrize("key", [KEY, DICE_ALONE, MACHINE_ALONE, GROUPS], ids=["both", "dice", "machine", "groups"])
def test_every_commitment_is_of_the_card_that_the_published_program_cuts(key: Key) -> None:
    drawn = candidate(2, key)
    part = drawn.mix.machine.secret.reveal()
    dice = "" if drawn.mix.dice is None else drawn.mix.dice.rolls.reveal().decode()
    secret = hmac.digest(b"custody/entropy/v1", part + dice.encode(), "sha512")[: key.bits // 8]
    _commitment, cards = recomputed(part, dice, secret.hex(), drawn.mix.identifier, scheme_of(key), exponent=1)
    salts = [salt for group in drawn.salts for salt in group]
    expected = [
        hmac.digest(salt, b"custody/ceremony/card/v1\x00" + card.encode(), "sha256")
        for salt, card in zip(salts, cards, strict=True)
    ]
    follows = drawn.follows(planned(key), key)
    assert [commitment for _place, commitment in follows.places] == expected
    assert follows.machine == (sha256(part).digest() if key.machine_random else None)


def test_the_same_candidate_follows_twice_and_another_one_does_not() -> None:
    assert candidate(1).follows(PLAN, KEY) == candidate(1).follows(PLAN, KEY)
    first, again = candidate(1).follows(PLAN, KEY), candidate(1, seed=1).follows(PLAN, KEY)
    assert first.fingerprint != again.fingerprint
    assert first.digest != again.digest


def test_it_is_bound_to_the_plan_the_key_and_its_number() -> None:
    follows = candidate(3).follows(PLAN, KEY)
    assert (follows.plan, follows.key, follows.candidate, follows.set) == (PLAN.digest, KEY.id, 3, 1003)


def test_what_is_drawn_is_fresh_and_the_dice_come_later() -> None:
    drawn = [Candidate.draw(KEY, number) for number in range(1, 5)]
    assert len({each.mix.machine.commitment for each in drawn}) == 4
    assert len({salt for each in drawn for group in each.salts for salt in group}) == 20
    assert all(each.mix.dice is None for each in drawn)
    assert all({len(salt) for group in each.salts for salt in group} == {16} for each in drawn)


def test_a_number_that_is_in_use_is_not_drawn_again() -> None:
    used = set(range(rehearsal.NUMBERS.start)) - {4711}
    assert Candidate.draw(KEY, 1, used).mix.identifier == 4711
    free = rehearsal.NUMBERS[3]
    drawn = Candidate.draw(KEY, 1, set(rehearsal.NUMBERS) - {free}, for_rehearsal=True)
    assert drawn.mix.identifier == free


def test_wallets_of_other_keys_ask_nothing_of_this_one() -> None:
    (only,) = PLAN.wallets
    plan = replace(PLAN, wallets=(only, replace(only, id="another", script="tr", keys=("key-2",))))
    follows = candidate(1).follows(plan, KEY)
    assert [account.script for account in follows.accounts] == ["wpkh"]
    assert [first.wallet for first in follows.addresses] == [only.id]


def test_dice_alone_means_a_part_of_zeros_that_everybody_knows() -> None:
    drawn = Candidate.draw(DICE_ALONE, 1)
    assert drawn.mix.machine.secret.reveal() == bytes(32)
    assert drawn.rolled(Dice.parse(rolls(1))).follows(planned(DICE_ALONE), DICE_ALONE).machine is None


@pytest.mark.parametrize("dice", [None, rolls(1, 99), "1" * 100], ids=["none", "one too few", "not rolled"])
def test_too_few_and_poor_dice_are_refused(dice: str | None) -> None:
    drawn = Candidate.draw(KEY, 1).rolled(None if dice is None else Dice.parse(dice))
    for attempt in (lambda: drawn.follows(PLAN, KEY), lambda: drawn.cards(KEY)):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "dice"


def test_more_rolls_than_are_enough_are_taken_where_the_plan_wants_them() -> None:
    key = replace(KEY, rolls=120)
    with pytest.raises(Refused, match="100 rolls are fewer than the plan says for key-1: 120"):
        candidate(1).follows(planned(key), key)
    assert candidate(1, key).follows(planned(key), key).key == "key-1"


def test_a_rehearsals_candidate_is_a_test_key() -> None:
    drawn = Candidate.draw(KEY, 1, for_rehearsal=True).rolled(Dice.parse(rolls(1)))
    assert drawn.mix.identifier in rehearsal.NUMBERS
    follows = drawn.follows(PLAN, KEY)
    assert follows.fingerprint != root_of(drawn, KEY).my_fingerprint
    assert follows.set in rehearsal.NUMBERS
    assert len(drawn.cards(KEY).groups[0]) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"salts": ()},
        {"salts": ((bytes(16),) * 4,)},
        {"salts": ((bytes(16),) * 4 + (bytes(15),),)},
        {"salts": ((bytes(16),) * 5, (bytes(16),))},
        {"mix": replace(candidate(1).mix, identifier=32768)},
        {"mix": replace(candidate(1).mix, identifier=-1)},
    ],
    ids=["no salts", "one salt too few", "a short salt", "salts of another group", "over the numbers", "below them"],
)
def test_what_somebody_typed_and_no_candidate_has_is_unreadable(change: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        replace(candidate(1), **change).follows(PLAN, KEY)  # type: ignore[arg-type]


def test_nothing_secret_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = candidate(1)
    shown = repr(drawn) + repr(drawn.follows(PLAN, KEY)) + repr(drawn.cards(KEY))
    assert drawn.mix.dice is not None
    assert drawn.mix.dice.rolls.reveal().decode() not in shown
    assert drawn.mix.machine.secret.reveal().hex() not in shown
    for card in drawn.cards(KEY).groups[0]:
        assert card.reveal().decode()[:40] not in shown
    monkeypatch.setattr(secrets, "token_bytes", bytes)
    assert module.SALT_BYTES == 16
