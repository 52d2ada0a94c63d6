"""What a foreign file says, until it is a wallet: the network and the first address that it names, and its accounts."""

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor import Form
from custody.chains.bitcoin.exchange.imported import CosignerKey, Imported, choose, no_wallet, without_script
from custody.errors import Mismatch, Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.support import desk

TEXT = desk.wallet("wpkh").descriptor
FIRST = desk.wallet("wpkh").address(0, 0)
ONE, TWO = Imported((TEXT,), "one"), Imported((TEXT,), "two")
COSIGNERS = [
    CosignerKey(Form.WSH, "[00000001/48h]xpub"),
    CosignerKey(Form.SH_WSH, "xpub2"),
    CosignerKey(Form.SH, "xpub3"),
]
PLACES = [
    "wsh(sortedmulti(M,[00000001/48h]xpub/<0;1>/*,...))",
    "sh(wsh(sortedmulti(M,xpub2/<0;1>/*,...)))",
    "sh(sortedmulti(M,xpub3/<0;1>/*,...))",
]


@pytest.mark.parametrize("network", [None, "main", "test", "testnet4", "signet", "regtest"])
@pytest.mark.parametrize("ours", ["test", "testnet4", "signet", "regtest"])
def test_a_network_that_the_file_names_is_the_wallets(network: str | None, ours: str) -> None:
    imported = Imported((TEXT,), network=network)
    if network in (None, ours):
        assert imported.register("treasury", NETWORKS[ours]).network.name == ours
        return
    with pytest.raises(Mismatch) as refusal:
        imported.register("treasury", NETWORKS[ours])
    assert refusal.value.code == "network-mismatch"
    assert f"--network {network}" in refusal.value.hint


def test_the_first_address_is_the_first_that_receives() -> None:
    assert Imported((TEXT,), first_address=FIRST).register("treasury", wallets.REGTEST) == wallets.wallet("wpkh")
    for other in ((0, 1), (1, 0)):
        with pytest.raises(Mismatch, match="another first address than its keys make"):
            Imported((TEXT,), first_address=desk.wallet("wpkh").address(*other)).register("treasury", wallets.REGTEST)


def test_how_far_it_was_used_is_a_persons_word_and_never_the_files() -> None:
    imported = Imported((TEXT,), used_to=900)
    assert imported.register("treasury", wallets.REGTEST).used_to is None
    assert imported.register("treasury", wallets.REGTEST, 7).used_to == 7


def test_the_only_account_is_the_one_and_of_two_one_is_named() -> None:
    assert choose({"a": ONE}, None) is ONE
    assert choose({"a": ONE}, "a") is ONE
    assert choose({"a": ONE, "b": TWO}, "b") is TWO
    with pytest.raises(Usage, match="several accounts") as refusal:
        choose({"a": ONE, "b": TWO}, None)
    assert refusal.value.hint == "Say which with --account: a, b."
    for accounts in ({"a": ONE}, {"a": ONE, "b": TWO}):
        with pytest.raises(Usage, match="no account of that name"):
            choose(accounts, "c")


def test_the_keys_of_a_cosigner_beside_accounts_are_told_with_their_places() -> None:
    assert choose({"a": ONE}, None, COSIGNERS) is ONE
    with pytest.raises(Usage) as refusal:
        choose({"a": ONE, "b": TWO}, None, COSIGNERS)
    assert refusal.value.hint.splitlines()[0] == "Say which with --account: a, b."
    assert refusal.value.hint.splitlines()[2:] == PLACES


@pytest.mark.parametrize("wanted", [None, "a"])
def test_without_an_account_it_is_no_wallet(wanted: str | None) -> None:
    with pytest.raises(Unreadable, match=r"no account of a single key$") as refusal:
        choose({}, wanted)
    assert refusal.value.code == "unreadable"
    with pytest.raises(Unreadable, match="the keys of one cosigner") as refusal:
        choose({}, wanted, COSIGNERS)
    assert refusal.value.code == "cosigner-key"
    assert refusal.value.hint.splitlines()[1:] == PLACES
    assert no_wallet(COSIGNERS).hint == refusal.value.hint


def test_one_key_is_written_out_for_every_script_of_a_single_key() -> None:
    failure = without_script("[00000001/84h]xpub")
    assert failure.code == "script-unsaid"
    inner = "[00000001/84h]xpub/<0;1>/*"
    assert failure.hint.splitlines()[1:] == [f"wpkh({inner})", f"tr({inner})", f"sh(wpkh({inner}))", f"pkh({inner})"]
