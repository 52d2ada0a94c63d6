"""What other commands take of keys that were made: records of their cards, and wallets, as others would write them."""

from dataclasses import replace

import pytest
from embit.descriptor import Descriptor
from embit.networks import NETWORKS

from custody.ceremony.candidates.records import set_record, whole_wallets
from custody.errors import Alarm
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from tests.ceremony.candidates.drawn import KEY, PLAN, candidate, with_script
from tests.ceremony.plan.plans import filled, read, wish

QUORUM = read(filled(wish(keys=3, quorum=2)))
MADE = {key.id: candidate(at, key).follows(QUORUM, key) for at, key in enumerate(QUORUM.keys, 1)}


def test_a_record_has_the_plan_s_scheme_and_comes_back_from_its_file() -> None:
    follows = candidate(1).follows(PLAN, KEY)
    record = set_record(KEY, follows)
    assert (record.identifier, record.scheme) == (1001, Scheme.single(3, 5))
    assert SetRecord.from_json(record.to_json()) == record
    assert record.fingerprints == {"slip39": follows.fingerprint, "bip39": follows.other_fingerprint}


@pytest.mark.parametrize("script", ["wpkh", "tr"])
def test_a_wallet_of_one_key_has_the_address_that_was_committed_to(script: str) -> None:
    plan = with_script(script)
    follows = candidate(1).follows(plan, KEY)
    (wallet,) = whole_wallets(plan, {KEY.id: follows})
    assert [wallet.address(0, 0)] == [each.address for each in follows.addresses]
    assert wallet.name == plan.wallets[0].id


def test_a_quorum_is_a_wallet_once_all_its_keys_are_there_and_another_library_has_its_addresses() -> None:
    for missing in MADE:
        assert list(whole_wallets(QUORUM, {name: each for name, each in MADE.items() if name != missing})) == []
    (wallet,) = whole_wallets(QUORUM, MADE)
    text = str(wallet.descriptor.with_checksum())
    assert text.startswith("wsh(sortedmulti(2,")
    for branch in (0, 1):
        theirs = Descriptor.from_string(text.split("#", maxsplit=1)[0].replace("<0;1>", str(branch)))
        for index in (0, 7):
            assert wallet.address(branch, index) == theirs.derive(index).address(NETWORKS["regtest"])


def test_a_key_that_carries_another_one_into_a_descriptor_is_an_alarm() -> None:
    """What is read from a transcript cannot hold one (`test_follows`); a wallet is held to the keys that were made all
    the same."""
    first, own = MADE["key-1"], MADE["key-1"].accounts[0]
    other = candidate(9, QUORUM.keys[0]).follows(QUORUM, QUORUM.keys[0]).accounts[0]
    hidden = replace(own, xpub=f"{own.xpub}/<0;1>/*,[aaaaaaaa/48h/1h/0h/2h]{other.xpub}")
    made = {**MADE, "key-1": replace(first, accounts=(hidden,))}
    with pytest.raises(Alarm) as raised:
        list(whole_wallets(QUORUM, made))
    assert raised.value.code == "candidate-differs"
