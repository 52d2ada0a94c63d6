"""The table of formats: what is told from what, and what is nobody's."""

import json

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.formats import FORMATS, WRITTEN, recognise
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable, Usage
from tests.chains.bitcoin.exchange.wallets import samples
from tests.support import desk

REGTEST = NETWORKS["regtest"]
WALLET = Wallet.register("treasury", [desk.wallet("wsh(sortedmulti)").descriptor], REGTEST)


@pytest.mark.parametrize("target", WRITTEN)
def test_what_is_written_for_a_program_is_recognised_and_makes_the_same_addresses(target: str) -> None:
    again = recognise(WRITTEN[target](WALLET)).register("treasury", REGTEST)
    for branch in (0, 1):
        for index in range(10):
            assert again.address(branch, index) == desk.wallet("wsh(sortedmulti)").address(branch, index)


def test_a_text_of_descriptors_is_read() -> None:
    one, two = (desk.wallet("wpkh").single(branch) for branch in (0, 1))
    both = desk.wallet("wpkh").descriptor
    for text in (both, f"# receive and change\n{both}\n", f"{one}\n{two}\n", f"\n#x\r\n  {one}\r\n{two}"):
        assert recognise(text.encode()).register("t", REGTEST).descriptor.text() == both
    with pytest.raises(Unreadable, match="3 descriptors"):
        recognise(f"{one}\n{two}\n{both}\n".encode())


@pytest.mark.parametrize(
    "document",
    [b"", b"\n", b"hello", b"{}", b"[]", b"7", b"\xff\xfe", b'{"a": 1}', b"cHNidP8B", b"\x00" * 100, b"{" * 99],
)
def test_what_is_of_no_format_is_unreadable(document: bytes) -> None:
    with pytest.raises(Unreadable):
        recognise(document)


def test_an_account_of_a_file_that_has_none_is_a_usage_error() -> None:
    with pytest.raises(Usage, match="--account"):
        recognise(WRITTEN["bsms"](WALLET), "bip84")


def test_json_is_read_strictly() -> None:
    fields = json.loads(WRITTEN["policy"](WALLET))
    twice = json.dumps(fields)[:-1] + ', "name": "x"}'
    for document in (twice.encode(), b"[" * 20 + b"]" * 20, json.dumps(fields).encode("utf-16")):
        with pytest.raises(Unreadable):
            recognise(document)


@pytest.mark.parametrize("name", sorted(samples()))
def test_no_two_formats_take_a_file_for_one_of_their_own(name: str) -> None:
    for sample in samples()[name]:
        subject = json.loads(sample) if sample[:1] in (b"{", b"[") else sample
        is_json = subject is not sample
        assert [each.name for each in FORMATS if each.is_json is is_json and each.is_one(subject)] == [name]


@pytest.mark.parametrize("name", sorted(samples()))
def test_an_account_is_asked_for_only_where_a_format_has_accounts(name: str) -> None:
    """One of no such name is then refused as that, and elsewhere as what says nothing."""
    several = {"custody-list", "core", "coldcard-json", "account-json", "cosigner-json"}
    for sample in samples()[name]:
        if name == "ur":
            assert recognise(sample, "bip84") == recognise(sample)  # a wallet alone is the account
            continue
        with pytest.raises(Usage, match="no account of that name" if name in several else "--account is for files"):
            recognise(sample, "bip99")


@pytest.mark.parametrize("missing", ["chain", "descriptor"])
def test_one_of_our_own_without_a_member_is_of_no_format(missing: str) -> None:
    fields = json.loads(WALLET.to_json())
    del fields[missing]
    with pytest.raises(Unreadable, match="of no wallet format that is known"):
        recognise(json.dumps(fields).encode())


def test_one_of_our_own_keeps_its_name_its_network_and_how_far_it_was_used() -> None:
    used = Wallet.register("treasury", [desk.wallet("wpkh").descriptor], REGTEST, used_to=7)
    imported = recognise(used.to_json().encode())
    assert (imported.name, imported.network, imported.used_to) == ("treasury", "regtest", 7)
    assert imported.descriptors == (desk.wallet("wpkh").descriptor,)


def test_the_known_formats_are_named_where_a_file_is_of_none() -> None:
    with pytest.raises(Unreadable, match="of no wallet format that is known") as refusal:
        recognise(b"hello")
    assert refusal.value.hint == (
        "Known: custody, custody-list, core, sparrow, electrum, specter, nunchuk, caravan, bsms, coldcard, "
        "coldcard-json, account-json, cosigner-json, policy, descriptor, key, ur."
    )


@pytest.mark.parametrize("blanks", [b"", b" ", b"\n\r\n\t"])
def test_json_may_have_blanks_before_it(blanks: bytes) -> None:
    for name in ("caravan", "core"):
        assert recognise(blanks + samples()[name][0]) == recognise(samples()[name][0])
