"""What a hostile or careless descriptor must not get past registration, and what an honest one must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.extended_key import ExtendedKey
from custody.derivation import parse_path
from custody.errors import CustodyError, Mismatch, Unreadable
from tests.support import desk

REGTEST, MAIN = NETWORKS["regtest"], NETWORKS["main"]
FINGERPRINTS = {who: desk.root(who).my_fingerprint.hex() for who in desk.PHRASES}
MULTISIG = "48h/1h/0h/2h"


def tpub(who: str, path: str = MULTISIG) -> str:
    return desk.root(who).derive(f"m/{path}").to_public().to_base58()


def key(who: str, path: str = MULTISIG, below: str = "/<0;1>/*") -> str:
    return f"[{FINGERPRINTS[who]}/{path}]{tpub(who, path)}{below}"


def main_key(who: str, path: str) -> str:
    """The same key written for the main network."""
    data = base58.decode_check(tpub(who, path))
    return f"[{FINGERPRINTS[who]}/{path}]{base58.encode_check(MAIN.xpub + data[4:])}/<0;1>/*"


def changed(text: str, at: int, content: bytes) -> str:
    data = base58.decode_check(text)
    return base58.encode_check(data[:at] + content + data[at + len(content) :])


def register(*descriptors: str) -> Wallet:
    return Wallet.register("treasury", descriptors, REGTEST)


def quorum(*keys: str, threshold: int = 2) -> str:
    return f"wsh(sortedmulti({threshold},{','.join(keys)}))"


def test_an_honest_quorum_is_registered() -> None:
    wallet = register(quorum(key("A"), key("B"), key("C")))
    assert {fingerprint.hex() for fingerprint in wallet.fingerprints} == set(FINGERPRINTS.values())
    assert [account.fingerprint.hex() for account in wallet.account_keys] == list(FINGERPRINTS.values())
    assert all(account.origin_path == parse_path(f"m/{MULTISIG}") for account in wallet.account_keys)
    assert [account.extended_key.serialize() for account in wallet.account_keys] == [tpub(who) for who in "ABC"]


def test_one_person_may_not_hold_two_places_under_another_name() -> None:
    with pytest.raises(Unreadable, match="twice"):
        register(quorum(key("A"), f"[{FINGERPRINTS['B']}/{MULTISIG}]{tpub('A')}/<0;1>/*"))


def test_one_key_may_not_hide_behind_another_chain_code() -> None:
    """Child keys differ then, and whoever has the one private key computes both."""
    other = changed(tpub("A"), 13, b"\x11" * 32)
    with pytest.raises(Unreadable, match="twice"):
        register(quorum(key("A"), f"[{FINGERPRINTS['B']}/{MULTISIG}]{other}/<0;1>/*"))


def test_a_key_may_not_stand_beside_its_own_child() -> None:
    account = ExtendedKey.parse(tpub("A"))
    below = f"[{FINGERPRINTS['A']}/{MULTISIG}/5]{account.child(5).serialize()}/<0;1>/*"
    with pytest.raises(Unreadable, match="twice"):
        register(quorum(key("A", below="/5/<0;1>/*"), below))
    with pytest.raises(Unreadable, match="twice"):
        register(quorum(key("A", below="/5/6/<0;1>/*"), below))


def test_a_key_may_not_stand_beside_its_own_branch() -> None:
    branch = ExtendedKey.parse(tpub("A")).child(1)
    strange = f"[{FINGERPRINTS['B']}/{MULTISIG}/1]{branch.serialize()}/<0;1>/*"
    with pytest.raises(Unreadable, match="twice"):
        register(quorum(key("A"), strange))


def test_two_different_keys_may_not_claim_one_origin() -> None:
    forged = f"[{FINGERPRINTS['A']}/{MULTISIG}]{tpub('B')}/<0;1>/*"
    with pytest.raises(Mismatch, match="same origin"):
        register(quorum(key("A"), forged, key("C")))


def test_origins_that_nobody_knows_may_be_alike() -> None:
    keys = [f"[00000000/{MULTISIG}]{tpub(who)}/<0;1>/*" for who in "BC"]
    assert len(register(quorum(key("A"), *keys)).account_keys) == 3


def test_one_person_may_register_two_accounts_of_their_own() -> None:
    """Unwise, and not a lie: the fingerprints are the same for everyone to see."""
    wallet = register(quorum(key("A"), key("A", "48h/1h/1h/2h"), threshold=1))
    assert len(wallet.fingerprints) == 1


@pytest.mark.parametrize("below", ["/<1;0>/*", "/<2147483647;0>/*", "/<0;1>/<1;0>/*"])
def test_branches_in_the_wrong_order_are_refused(below: str) -> None:
    with pytest.raises(Unreadable):
        register(f"wpkh({key('A', '84h/1h/0h', below)})")


def test_the_descriptor_for_change_may_not_come_first() -> None:
    owner = desk.wallet("wpkh")
    with pytest.raises(Unreadable, match="wrong order") as refusal:
        register(owner.single(1), owner.single(0))
    assert "receives first" in refusal.value.hint


def test_branches_in_step_may_have_other_numbers() -> None:
    wallet = register(quorum(key("A", below="/<0;1>/*"), key("B", below="/<2;3>/*")))
    fingerprint = desk.root("B").my_fingerprint
    assert wallet.locate(fingerprint, (*parse_path(f"m/{MULTISIG}"), 3, 7)) == (1, 7)
    assert wallet.locate(fingerprint, (*parse_path(f"m/{MULTISIG}"), 1, 7)) is None


def test_cosigners_in_opposite_order_are_refused() -> None:
    with pytest.raises(Unreadable, match="wrong order"):
        register(quorum(key("A", below="/<0;1>/*"), key("B", below="/<1;0>/*")))


def test_a_wallet_of_one_branch_takes_its_change_there() -> None:
    wallet = register(desk.wallet("wpkh").single(0))
    path = parse_path("m/84h/1h/0h")
    assert wallet.descriptor.branches == 1
    assert wallet.locate(desk.root("A").my_fingerprint, (*path, 0, 9)) == (0, 9)
    assert wallet.locate(desk.root("A").my_fingerprint, (*path, 1, 9)) is None
    with pytest.raises(Unreadable):
        wallet.address(1, 0)


@pytest.mark.parametrize("path", ["44h", "48h", "49h", "84h", "86h"])
def test_a_coin_type_of_another_network_is_a_mismatch(path: str) -> None:
    for steps, network, text in (
        (f"{path}/0h/0h", REGTEST, f"wpkh({key('A', f'{path}/0h/0h')})"),
        (f"{path}/1h/0h", MAIN, f"wpkh({main_key('A', f'{path}/1h/0h')})"),
        (f"{path}/1/0h", REGTEST, f"wpkh({key('A', f'{path}/1/0h')})"),
        (f"{path}/2h/0h", MAIN, f"wpkh({main_key('A', f'{path}/2h/0h')})"),
    ):
        with pytest.raises(Mismatch, match="another coin or network") as refusal:
            Wallet.register("treasury", [text], network)
        assert refusal.value.code == "network-mismatch", steps


@pytest.mark.parametrize("path", ["84h/0h/0h", "49h/0h/7h", "48h/0h/0h/2h", "45h", "0h/1/2"])
def test_a_main_network_key_is_registered_for_the_main_network_only(path: str) -> None:
    text = f"wpkh({main_key('A', path)})"
    assert Wallet.register("treasury", [text], MAIN).address(0, 0).startswith("bc1q")
    for name in ("test", "testnet4", "signet", "regtest"):
        with pytest.raises(Mismatch) as refusal:
            Wallet.register("treasury", [text], NETWORKS[name])
        assert refusal.value.code == "network-mismatch"


@pytest.mark.parametrize(
    ("at", "content"),
    [(4, b"\x03"), (4, b"\x05"), (9, b"\x80\x00\x00\x01"), (9, b"\x00\x00\x00\x02")],
    ids=["shallower", "deeper", "another child", "an unhardened child"],
)
def test_a_key_that_does_not_lie_where_its_origin_says_is_a_mismatch(at: int, content: bytes) -> None:
    moved = changed(tpub("A"), at, content)
    with pytest.raises(Mismatch, match="origin"):
        register(quorum(f"[{FINGERPRINTS['A']}/{MULTISIG}]{moved}/<0;1>/*", key("B")))


@pytest.mark.parametrize("below", ["", "/0", "/<0;1>", "/0/5", "/<0;1;2>/*"])
def test_a_wallet_needs_many_addresses_on_one_or_two_branches(below: str) -> None:
    with pytest.raises(Unreadable):
        register(f"wpkh({key('A', '84h/1h/0h', below)})")


def test_a_quorum_in_which_one_key_stands_still_is_refused() -> None:
    with pytest.raises(Unreadable):
        register(quorum(key("A"), key("B", below="/0/5")))


@pytest.mark.parametrize("threshold", [0, 3, 16])
def test_a_threshold_that_nobody_or_not_enough_can_meet_is_refused(threshold: int) -> None:
    with pytest.raises(Unreadable, match="threshold"):
        register(quorum(key("A"), key("B"), threshold=threshold))


def test_fifteen_cosigners_are_the_most() -> None:
    keys = [key("A", f"48h/1h/{account}h/2h") for account in range(16)]
    for form in ("sh(multi(2,{}))", "wsh(multi(2,{}))", "sh(wsh(sortedmulti(15,{})))"):
        wallet = register(form.format(",".join(keys[:15])))
        redeem = wallet.derive(1, 2).redeem_script
        assert redeem is None or len(redeem) <= 520
        with pytest.raises(Unreadable, match="15"):
            register(form.format(",".join(keys)))


def test_an_address_is_found_within_the_limit_and_not_beyond() -> None:
    wallet = register(desk.wallet("wpkh").descriptor)
    for branch, index in ((0, 0), (1, 0), (0, 19), (1, 19)):
        assert wallet.find(wallet.address(branch, index), 20) == (branch, index)
    assert wallet.find(wallet.address(1, 20), 20) is None
    assert wallet.find(desk.wallet("tr").address(0, 0), 20) is None
    with pytest.raises(Mismatch):
        wallet.find("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 20)


@given(st.integers(0, 1), st.integers(0, 2**31 - 1))
def test_every_own_key_is_located_where_it_was_derived(branch: int, index: int) -> None:
    wallet = register(desk.wallet("wsh(sortedmulti)").descriptor)
    for own in wallet.derive(branch, index).keys:
        assert wallet.locate(own.fingerprint, own.path) == (branch, index)


@given(st.binary(min_size=4, max_size=4), st.lists(st.integers(0, 2**32 - 1), max_size=10))
def test_a_foreign_origin_is_never_located(fingerprint: bytes, path: list[int]) -> None:
    wallet = register(desk.wallet("wsh(sortedmulti)").descriptor)
    if fingerprint not in wallet.fingerprints:
        assert wallet.locate(fingerprint, tuple(path)) is None


@given(st.data())
def test_a_mutated_file_is_refused_or_the_same_wallet(data: st.DataObject) -> None:
    document = register(desk.wallet("wsh(sortedmulti)").descriptor).to_json()
    at = data.draw(st.integers(0, len(document) - 1))
    mutated = document[:at] + data.draw(st.characters(min_codepoint=32, max_codepoint=126)) + document[at + 1 :]
    try:
        wallet = Wallet.from_json(mutated)
    except CustodyError as refusal:
        assert refusal.message.isprintable()
        return
    assert wallet.descriptor == Wallet.from_json(document).descriptor
