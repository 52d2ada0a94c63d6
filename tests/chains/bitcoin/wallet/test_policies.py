"""Registering a policy: what is said of it, whose keys it holds, and what lets fewer people sign than it says."""

import pytest

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor import DerivedKey, braces
from custody.chains.bitcoin.descriptor.quorum import KEYS_LIMIT
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.extended_key import ExtendedKey
from custody.derivation import parse_path
from custody.errors import CustodyError, Mismatch, Unreadable
from tests.conftest import ROOT
from tests.support import desk

REGTEST, MAIN = NETWORKS["regtest"], NETWORKS["main"]
PATH = "48h/1h/0h/2h"
KEYS = desk.expressions(PATH)
DECAYING = "wsh(or_d(multi(2,{A},{B},{C}),and_v(v:pkh({A2}),older(52560))))"


def register(form: str, **others: str) -> Wallet:
    return Wallet.register("treasury", [form.format(**{**KEYS, **others})], REGTEST)


def account(who: str) -> ExtendedKey:
    return ExtendedKey.parse(desk.root(who).derive(f"m/{PATH}").to_public().to_base58())


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_a_policy_is_registered_and_its_file_is_read_back(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST, 17)
    assert Wallet.from_json(wallet.to_json()) == wallet
    assert wallet.descriptor.threshold is None
    assert len(wallet.account_keys) == len(wallet.fingerprints) == 3
    assert [key.fingerprint for key in wallet.account_keys] == list(
        dict.fromkeys(key.fingerprint for key in wallet.account_keys)
    )


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_two_descriptors_make_the_policy_of_both_branches(kind: str) -> None:
    owner = desk.wallet(kind)
    both = Wallet.register("treasury", [owner.descriptor], REGTEST)
    assert Wallet.register("treasury", [owner.single(0), owner.single(1)], REGTEST) == both
    with pytest.raises(Unreadable, match="wrong order"):
        Wallet.register("treasury", [owner.single(1), owner.single(0)], REGTEST)


@pytest.mark.parametrize("old,new", [("older(52560)", "older(52559)"), ("multi(2", "multi(1"), ("v:pkh", "v:pk")])
def test_two_policies_that_differ_are_no_wallet(old: str, new: str) -> None:
    owner = desk.wallet("wsh(decaying)")
    with pytest.raises(Unreadable, match="two branches"):
        Wallet.register("treasury", [owner.single(0), owner.single(1).replace(old, new)], REGTEST)


def keys_at(wallet: Wallet, fingerprint: bytes, path: tuple[int, ...]) -> list[DerivedKey]:
    """What the wallet's keys have where an origin points."""
    places = ((key, key.locate(fingerprint, path)) for key in wallet.descriptor.keys)
    return [key.derive(*place) for key, place in places if place is not None]


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_every_address_is_found_and_every_key_is_located(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    for branch in (0, 1):
        assert wallet.find(wallet.address(branch, 3), 5) == (branch, 3)
        for key in wallet.derive(branch, 3).keys:
            assert wallet.locate(key.fingerprint, key.path) == (branch, 3)
            assert key in keys_at(wallet, key.fingerprint, key.path)


def test_who_can_spend_is_said_in_words() -> None:
    now, later = register(DECAYING).policy
    assert "2 of cosigner 1, cosigner 2, cosigner 3" in now
    assert "cosigner 1 alone" in later
    assert "52,560 blocks" in later


def test_a_key_path_is_named_with_its_cosigner_or_with_nobody() -> None:
    held = register("tr({A},pk({B}))").policy
    assert held[0] == "cosigner 1 alone now (key path)"
    assert "cosigner 2" in held[1]
    for nobody in ("H", "HX"):
        wallet = register("tr({%s},pk({B}))" % nobody)  # noqa: UP031
        assert wallet.policy[0] == "key path: nobody"
        assert [key.fingerprint for key in wallet.account_keys] == [desk.root("B").my_fingerprint]
        assert wallet.fingerprints == {desk.root("B").my_fingerprint}


def test_a_key_that_only_looks_like_nobodys_is_a_cosigners() -> None:
    """H with one more G: whoever chose it may know its private key (BIP-341 has it say so in a proof we cannot see)."""
    near = taproot.output_key(taproot.NUMS_KEY, None)[0]
    with pytest.raises(Unreadable, match="must be extended keys"):
        register("tr({H},pk({B}))", H=near.hex())
    odd = register("tr({H},pk({B}))", H="03" + desk.NUMS)
    assert odd.policy[0] == "key path: nobody"
    assert odd.address(0, 0) == register("tr({H},pk({B}))").address(0, 0)


@pytest.mark.parametrize(
    "form",
    ["tr({H})", "tr({HX})", "wpkh({HX})", "tr({A},pk({HX}))", "wsh(multi(2,{A},{HX}))", "wsh(or_d(pk({A}),pkh({HX})))"],
)
def test_a_key_that_nobody_holds_may_not_stand_where_a_signature_is_needed(form: str) -> None:
    with pytest.raises(Unreadable, match=r"nobody can hold|end in"):
        register(form)


def test_nobodys_key_of_another_network_is_a_mismatch() -> None:
    main = KEYS["HX"].split("/")[0]
    other = ExtendedKey(MAIN.xpub, 0, bytes(4), 0, bytes(range(32)), ExtendedKey.parse(main).point).serialize()
    with pytest.raises(Mismatch) as refusal:
        register("tr({H},pk({B}))", H=f"{other}/<0;1>/*")
    assert refusal.value.code == "network-mismatch"


ALLOWED = {
    "a decaying quorum": DECAYING,
    "two leaves": "tr({H},{{pk({A}),and_v(v:pk({A2}),older(9))}})",
    "key path and leaf": "tr({A},and_v(v:pk({A2}),older(9)))",
    "both sides of or_i": "wsh(or_i(pk({A}),and_v(v:pk({A2}),older(9))))",
    "the last of andor": "wsh(andor(pk({A}),pk({B}),and_v(v:pk({A2}),older(9))))",
    "an or within an and": "wsh(and_v(v:pk({B}),or_d(pk({A}),and_v(v:pkh({A2}),older(9)))))",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_one_account_key_may_stand_in_several_ways_with_branches_of_its_own(name: str) -> None:
    wallet = register(ALLOWED[name])
    accounts = [key.extended_key for key in wallet.account_keys]
    assert len(set(accounts)) == len(accounts)
    assert len({key.public_key for key in wallet.derive(0, 0).keys}) == len(wallet.derive(0, 0).keys)


COUNTED_TWICE = {
    "in a quorum": "wsh(multi(2,{A},{A2},{B}))",
    "in a quorum of a policy": "wsh(or_d(multi(2,{A},{A2},{B}),and_v(v:pk({C}),older(9))))",
    "in a quorum of a leaf": "tr({H},multi_a(2,{A},{A2},{B}))",
    "in a sorted quorum of a leaf": "tr({H},sortedmulti_a(2,{A},{A2},{B}))",
    "in an and": "wsh(and_v(v:pk({A}),pk({A2})))",
    "in an and beside an or": "wsh(and_v(v:pk({A}),or_d(pk({B}),and_v(v:pkh({A2}),older(9)))))",
    "in a thresh": "wsh(thresh(2,pk({A}),s:pk({A2}),s:pk({B})))",
    "in the first two of andor": "wsh(andor(pk({A}),pk({A2}),and_v(v:pk({B}),older(9))))",
    "in one leaf of a tree": "tr({B},{{pk({C}),and_v(v:pk({A}),pk({A2}))}})",
}


@pytest.mark.parametrize("name", COUNTED_TWICE)
def test_one_account_key_may_not_count_twice_towards_the_same_signatures(name: str) -> None:
    with pytest.raises(Unreadable, match="twice"):
        register(COUNTED_TWICE[name])


@pytest.mark.parametrize("again", ["<0;1>", "<1;2>", "<2;1>", "<0;2>"])
def test_branches_that_meet_are_the_same_keys_twice(again: str) -> None:
    """Alternatives too: a signature for one place would serve the other (BIP-388 asks for disjoint branches)."""
    with pytest.raises(CustodyError):
        register(DECAYING, A2=KEYS["A"].replace("<0;1>", again))


def test_one_account_key_under_two_names_is_refused() -> None:
    stolen = KEYS["A2"].replace(desk.root("A").my_fingerprint.hex(), desk.root("B").my_fingerprint.hex())
    with pytest.raises(Unreadable, match="twice"):
        register(DECAYING, A2=stolen)


def test_a_key_may_not_stand_beside_its_own_child_in_another_leaf() -> None:
    fingerprint = desk.root("A").my_fingerprint.hex()
    below = f"[{fingerprint}/{PATH}/5]{account('A').child(5).serialize()}/<0;1>/*"
    for form in ("tr({H},{{pk({A}),pk({A2})}})", DECAYING):
        with pytest.raises(Unreadable, match=r"child|twice"):
            register(form, A2=below)


def test_two_different_keys_may_not_claim_one_origin_in_two_leaves() -> None:
    forged = f"[{desk.root('A').my_fingerprint.hex()}/{PATH}]{account('B').serialize()}/<0;1>/*"
    with pytest.raises(Mismatch, match="same origin"):
        register("tr({H},{{pk({A}),pk({A2})}})", A2=forged)


UNSAFE = {
    "anyone after a while": "wsh(or_d(pk({A}),older(144)))",
    "a lock that never was": "wsh(and_v(v:pk({A}),older(65536)))",
    "a lock of no time": "wsh(and_v(v:pk({A}),older(0)))",
    "heights and times at once": "wsh(and_v(v:and_v(v:pk({A}),older(9)),older(4194305)))",
    "malleable": "wsh(or_i(pk({A}),andor(pk({B}),sha256(" + "0" * 64 + "),or_i(0,hash256(" + "1" * 64 + "))))))",
    "no signature in a leaf": "tr({A},older(9))",
    "no signature in one leaf": "tr({A},{{pk({B}),sha256(" + "0" * 64 + ")}})",
    "a quorum over its keys": "tr({H},multi_a(4,{A},{B},{C}))",
    "multi in a leaf": "tr({H},multi(2,{A},{B}))",
    "multi_a in wsh": "wsh(multi_a(2,{A},{B}))",
}


@pytest.mark.parametrize("name", UNSAFE)
def test_a_policy_that_is_not_safe_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        register(UNSAFE[name])


def test_a_fixed_key_in_a_policy_is_no_wallet() -> None:
    fixed = account("B").point.compressed.hex()
    for form in ("wsh(or_d(pk({A}),and_v(v:pk({B}),older(9))))", "tr({A},pk({B}))"):
        with pytest.raises(Unreadable):
            register(form, B=fixed)


def test_a_path_below_the_key_of_nobody_belongs_to_the_wallet() -> None:
    """Some desks tell where the internal key lies; what they tell is derived again like every claim."""
    wallet = Wallet.register("treasury", [desk.wallet("tr(nobody,tree)").descriptor], REGTEST)
    nobody = ExtendedKey.parse(KEYS["HX"].split("/")[0])
    (key,) = keys_at(wallet, nobody.fingerprint, (1, 7))
    assert key.public_key[1:] == wallet.derive(1, 7).internal_key
    assert nobody.fingerprint not in wallet.fingerprints


def test_the_policy_of_a_quorum_and_of_a_single_key_needs_no_words() -> None:
    for kind in desk.KINDS:
        assert Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST).policy == ()


def test_the_document_names_the_limits_and_the_key_of_nobody() -> None:
    document = (ROOT / "docs" / "spec" / "wallet.md").read_text(encoding="utf-8")
    assert f"at most {braces.LEAVES_LIMIT} leaves and lies at most {braces.DEPTH_LIMIT} deep" in document
    assert f"at most {KEYS_LIMIT} keys" in document
    assert taproot.NUMS_KEY.hex() in document
    assert '"key path: nobody"' in document


@pytest.mark.parametrize("form", ["pkh({A})", "wpkh({A})", "sh(wpkh({A}))", "tr({A})", DECAYING, "tr({A},pk({B}))"])
def test_every_form_that_the_document_names_is_registered(form: str) -> None:
    assert register(form).address(0, 0)


def test_a_miniscript_is_written_in_its_short_form() -> None:
    long, short = register("wsh(and_v(vc:pk_k({A}),c:pk_h({B})))"), register("wsh(and_v(v:pk({A}),pkh({B})))")
    assert long.to_json() == short.to_json()
    assert "c:" not in long.to_json()


def test_the_path_of_an_address_is_a_cosigners() -> None:
    for key in Wallet.register("treasury", [desk.wallet("tr(nobody,multi_a)").descriptor], REGTEST).derive(1, 2).keys:
        assert key.path[:4] == parse_path("m/48h/1h/0h/3h")[:4]


def test_a_cosigner_without_a_chain_code_is_refused_by_the_name_of_what_he_does() -> None:
    plain = f"[{desk.root('B').my_fingerprint.hex()}/{PATH}]{account('B').point.compressed.hex()}"
    with pytest.raises(Unreadable, match=rf"^cosigner 2 \({desk.root('B').my_fingerprint.hex()}\): .*BIP-89"):
        register("wsh(sortedmulti(2,{A},{B},{C}))", B=plain)


def test_the_cosigner_whose_key_does_not_fit_is_named() -> None:
    third = KEYS["C"].replace(f"/{PATH}]", "/48h/1h/0h/1h]")
    with pytest.raises(Mismatch, match=rf"^cosigner 3 \({desk.root('C').my_fingerprint.hex()}\): .*origin"):
        register("wsh(sortedmulti(2,{A},{B},{C}))", C=third)
    with pytest.raises(Mismatch) as refusal:
        Wallet.register("treasury", [f"wpkh({KEYS['A']})"], MAIN)
    assert not refusal.value.message.startswith("cosigner")
