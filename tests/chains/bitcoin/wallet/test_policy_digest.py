"""The policy digest, against a recomputation that takes the descriptor apart as plain text and imports nothing."""

import re
from collections.abc import Callable
from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody import words
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.wallet.policy_digest import canonical_text, policy_digest
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.conftest import ROOT
from tests.support import desk

REGTEST = NETWORKS["regtest"]
KINDS = [*desk.KINDS, *desk.POLICIES]
SORTED = re.compile(r"(sortedmulti(?:_a)?\([0-9]+,)([^()]+)\)")


def recomputed(descriptor: str, network: str) -> bytes:
    """docs/spec/wallet.md, "The policy digest", by other means: what a person could do in an editor."""
    body = descriptor.partition("#")[0].replace("'", "h")
    body = SORTED.sub(lambda found: found[1] + ",".join(sorted(found[2].split(","))) + ")", body)
    return sha256(f"custody-policy/1\nbitcoin\n{network}\n{body}\n".encode("ascii")).digest()[:16]


def digest(descriptor: str, network: str = "regtest") -> bytes:
    return policy_digest(Descriptor.parse(descriptor), NETWORKS[network])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_wallet_has_the_digest_that_the_specification_says(kind: str) -> None:
    descriptor = Descriptor.parse(desk.wallet(kind).descriptor)
    for network in NETWORKS.values():
        assert policy_digest(descriptor, network) == recomputed(descriptor.with_checksum(), network.name)


def test_no_two_kinds_and_no_two_networks_share_a_digest() -> None:
    found = {digest(desk.wallet(kind).descriptor, network) for kind in KINDS for network in NETWORKS}
    assert len(found) == len(KINDS) * len(NETWORKS)
    assert {len(each) for each in found} == {words.POLICY_BYTES}


@pytest.mark.parametrize("form", ["wsh(sortedmulti(2,{}))", "sh(sortedmulti(2,{}))", "tr({H},sortedmulti_a(2,{}))"])
def test_sorted_keys_give_the_same_digest_in_any_order(form: str) -> None:
    keys = desk.expressions("48h/1h/0h/2h")
    orders = permutations([keys["A"], keys["B"], keys["C"]])
    found = {digest(form.format(",".join(order), H=desk.NUMS)) for order in orders}
    assert len(found) == 1


@pytest.mark.parametrize("form", ["wsh(multi(2,{}))", "sh(multi(2,{}))", "tr({H},multi_a(2,{}))"])
def test_keys_that_are_not_sorted_give_another_digest_in_another_order(form: str) -> None:
    keys = desk.expressions("48h/1h/0h/2h")
    orders = permutations([keys["A"], keys["B"], keys["C"]])
    found = {digest(form.format(",".join(order), H=desk.NUMS)) for order in orders}
    assert len(found) == 6


CHANGED = {
    "threshold": ("sortedmulti(2,", "sortedmulti(3,"),
    "order of keys": ("sortedmulti(", "multi("),
    "script": ("wsh(sortedmulti(2,{A},{B},{C}))", "sh(wsh(sortedmulti(2,{A},{B},{C})))"),
    "one cosigner's key": ("{C}", "{other}"),
    "one cosigner fewer": (",{C}", ""),
    "branches": ("{C}", "{C2}"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_whatever_changes_an_address_changes_the_digest(what: str) -> None:
    form = "wsh(sortedmulti(2,{A},{B},{C}))"
    keys = desk.expressions("48h/1h/0h/2h")
    keys["other"] = desk.expressions("48h/1h/1h/2h")["C"]
    changed = form.replace(*CHANGED[what])
    assert digest(form.format(**keys)) != digest(changed.format(**keys))


def test_a_key_under_another_origin_has_another_digest() -> None:
    """Its addresses are the same, but not the key that a signer would look for."""
    single = desk.wallet("wpkh").descriptor
    other = single.replace("[73c5da0a", "[73c5da0b")
    assert other != single
    assert digest(other) != digest(single)


@pytest.mark.parametrize("written", ["02{H}", "03{H}", "[00000000]{H}", "[73c5da0a/1]02{H}"])
def test_the_key_that_nobody_holds_is_the_same_however_it_is_written(written: str) -> None:
    """BIP-386 takes it with and without a parity, and an origin of it says nothing."""
    bare = desk.wallet("tr(nobody,multi_a)").descriptor.partition("#")[0]
    other = bare.replace(desk.NUMS, written.format(H=desk.NUMS))
    assert Wallet.register("w", [other], REGTEST).address(0, 0) == desk.wallet("tr(nobody,multi_a)").address(0, 0)
    assert digest(other) == digest(bare) == recomputed(bare, "regtest")


# --- whatever the spelling; whatever the policy ---


@st.composite
def policies(draw: st.DrawFn) -> tuple[str, int, tuple[tuple[str, int], ...], bool]:
    """A quorum: what stands around it, its threshold, its keys by holder and account, and whether they are sorted."""
    keys = draw(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 2)), min_size=1, max_size=5, unique=True))
    around = draw(st.sampled_from(["sh({})", "wsh({})", "sh(wsh({}))"]))
    return around, draw(st.integers(1, len(keys))), tuple(keys), draw(st.booleans())


def spelled(policy: tuple[str, int, tuple[tuple[str, int], ...], bool], draw: Callable[..., Any]) -> list[str]:
    """One of the ways in which people write a policy: one descriptor, or two."""
    around, threshold, keys, is_sorted = policy
    order = draw(st.permutations(keys)) if is_sorted else keys
    texts = [desk.expressions(f"48h/1h/{account}h/2h")[who] for who, account in order]
    if draw(st.booleans()):
        texts = [re.sub(r"(?<=[0-9])h(?=[/\]])", "'", text) for text in texts]
    if draw(st.booleans()):
        texts = [text[:9].upper() + text[9:] for text in texts]
    text = around.format(f"{'sortedmulti' if is_sorted else 'multi'}({threshold},{','.join(texts)})")
    found = [text.replace("<0;1>", branch) for branch in "01"] if draw(st.booleans()) else [text]
    return [f"{each}#{checksum(each)}" for each in found] if draw(st.booleans()) else found


def registered(descriptors: list[str]) -> bytes:
    return policy_digest(Wallet.register("w", descriptors, REGTEST).descriptor, REGTEST)


@settings(max_examples=60, deadline=None)
@given(policies(), st.data())
def test_one_policy_has_the_same_words_in_every_spelling(policy: Any, data: st.DataObject) -> None:
    assert registered(spelled(policy, data.draw)) == registered(spelled(policy, data.draw))


@settings(max_examples=60, deadline=None)
@given(policies(), policies(), st.data())
def test_two_policies_have_different_words_in_every_spelling(one: Any, other: Any, data: st.DataObject) -> None:
    def meant(policy: Any) -> tuple[Any, ...]:
        around, threshold, keys, is_sorted = policy
        return around, threshold, frozenset(keys) if is_sorted else keys, is_sorted

    same = registered(spelled(one, data.draw)) == registered(spelled(other, data.draw))
    assert same == (meant(one) == meant(other))


def test_the_text_that_is_hashed_is_a_descriptor_of_the_same_addresses() -> None:
    for kind in KINDS:
        first = Descriptor.parse(desk.wallet(kind).descriptor)
        again = Descriptor.parse(canonical_text(first))
        for branch in (0, 1):
            assert again.derive(branch, 5).script == first.derive(branch, 5).script
        assert canonical_text(again) == canonical_text(first)


def test_the_example_of_the_specification_holds() -> None:
    page = (ROOT / "docs" / "spec" / "wallet.md").read_text(encoding="utf-8")
    found = re.search(r'"descriptor": "([^"]+)"', page)
    assert found is not None
    stated = digest(found[1])
    assert stated.hex() in page
    assert stated == recomputed(found[1], "regtest")
    row = page.partition(stated.hex())[2].partition("```")[0]
    assert re.findall(r"[a-z]{4}", row) == list(words.words(stated))
