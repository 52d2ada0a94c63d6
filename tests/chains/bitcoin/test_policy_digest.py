"""The policy digest, against a recomputation that takes the descriptor apart as plain text and imports nothing."""

import re
from hashlib import sha256
from itertools import permutations

import pytest

from custody import words
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.network import NETWORKS
from custody.chains.bitcoin.policy_digest import canonical_text, policy_digest
from tests.conftest import ROOT
from tests.support import desk

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


def test_the_text_that_is_hashed_is_a_descriptor_of_the_same_addresses() -> None:
    for kind in KINDS:
        given = Descriptor.parse(desk.wallet(kind).descriptor)
        again = Descriptor.parse(canonical_text(given))
        for branch in (0, 1):
            assert again.derive(branch, 5).script == given.derive(branch, 5).script
        assert canonical_text(again) == canonical_text(given)


def test_the_example_of_the_specification_holds() -> None:
    page = (ROOT / "docs" / "spec" / "wallet.md").read_text(encoding="utf-8")
    found = re.search(r'"descriptor": "([^"]+)"', page)
    assert found is not None
    given = digest(found[1])
    assert given.hex() in page
    assert given == recomputed(found[1], "regtest")
    row = page.partition(given.hex())[2].partition("```")[0]
    assert re.findall(r"[a-z]{4}", row) == list(words.words(given))
