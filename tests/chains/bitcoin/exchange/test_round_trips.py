"""Files for other programs and from them: what is written is read back as the same wallet, and nothing else gets in."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.formats import FORMATS, WRITTEN, recognise
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import ABSENT, COMPARED, HOLDS, PAIRS, REGTEST
from tests.support import desk

JUDGED: dict[str, Any] = json.loads(Path(__file__).with_name("judged.json").read_text(encoding="ascii"))
"""What the owners of the formats said of exactly these files: a program, how it was asked, and by kind of wallet the
SHA-256 of the file and of the addresses that it made of it."""


@pytest.mark.parametrize(("target", "kind"), PAIRS)
def test_what_is_written_is_read_back_as_the_same_wallet(target: str, kind: str) -> None:
    wallet = wallets.wallet(kind)
    again = recognise(WRITTEN[target](wallet)).register("treasury", REGTEST)
    assert again == wallet
    assert [[again.address(b, i) for i in range(COMPARED)] for b in (0, 1)] == wallets.addresses(kind)


@pytest.mark.parametrize(("target", "kind"), ABSENT)
def test_what_a_program_cannot_hold_is_not_written_for_it(target: str, kind: str) -> None:
    with pytest.raises(Usage, match=target) as refusal:
        WRITTEN[target](wallets.wallet(kind))
    assert "--to" in refusal.value.hint


@pytest.mark.parametrize("target", [target for target in HOLDS if target != "core"])
@pytest.mark.parametrize("below", ["/<2;3>/*", "/0/<0;1>/*", "/0/*"])
def test_branches_that_a_program_does_not_know_are_not_written_for_it(target: str, below: str) -> None:
    text = wallets.owner("wsh(sortedmulti)").descriptor.replace("/<0;1>/*", below)
    with pytest.raises(Usage, match=target):
        WRITTEN[target](Wallet.register("treasury", [text], REGTEST))


@pytest.mark.parametrize("below", ["/<2;3>/*", "/0/<0;1>/*", "/0/*", "/*"])
def test_the_node_takes_any_branches(below: str) -> None:
    text = wallets.owner("wsh(sortedmulti)").descriptor.replace("/<0;1>/*", below)
    wallet = Wallet.register("treasury", [text], REGTEST)
    assert recognise(WRITTEN["core"](wallet)).register("treasury", REGTEST) == wallet


@pytest.mark.parametrize("network", ["main", "test", "testnet4", "signet"])
@pytest.mark.parametrize("target", HOLDS)
def test_wallets_of_every_network_come_back(network: str, target: str) -> None:
    chosen = NETWORKS[network]
    keys = []
    for who in "ABC":
        path = f"48h/{chosen.coin_type}h/0h/2h"
        key = desk.root(who).derive(f"m/{path}").to_public().to_base58(version=chosen.xpub)
        keys.append(f"[{desk.root(who).my_fingerprint.hex()}/{path}]{key}/<0;1>/*")
    wallet = Wallet.register("treasury", [f"wsh(sortedmulti(2,{','.join(keys)}))"], chosen)
    assert recognise(WRITTEN[target](wallet)).register("treasury", chosen) == wallet


@pytest.mark.parametrize("target", JUDGED)
def test_the_owners_of_the_formats_read_exactly_what_is_written_and_make_the_same_addresses(target: str) -> None:
    said = JUDGED[target]["files"]
    assert said.keys() == HOLDS[target]
    for kind, digests in said.items():
        file, listed = WRITTEN[target](wallets.wallet(kind)), json.dumps(wallets.addresses(kind)).encode()
        assert digests == {"file": hashlib.sha256(file).hexdigest(), "addresses": hashlib.sha256(listed).hexdigest()}


# --- hostile files ---

PRIVATE = {
    "an extended private key": desk.root("A").to_base58(),
    "one of SLIP-132": desk.root("A").to_base58(version=bytes.fromhex("045f18bc")),
    "a plain private key": desk.root("A").derive("m/0").key.wif(),
}


@pytest.mark.parametrize("target", HOLDS)
@pytest.mark.parametrize("private", PRIVATE)
def test_a_private_key_anywhere_in_a_file_is_refused_and_never_repeated(target: str, private: str) -> None:
    written = WRITTEN[target](wallets.wallet("wsh(sortedmulti)")).decode()
    key = PRIVATE[private]
    public = desk.root("B").derive("m/48h/1h/0h/2h").to_public().to_base58()
    hidden = written.replace(public, key) if public in written else written.replace("{", f'{{"memo": "{key}",', 1)
    assert key in hidden
    with pytest.raises(Unreadable) as refusal:
        recognise(hidden.encode())
    assert refusal.value.code == "private-key"
    assert "exposed" in refusal.value.hint
    assert key not in refusal.value.message + refusal.value.hint


def test_what_could_be_of_two_formats_is_of_none() -> None:
    both = json.loads(WRITTEN["caravan"](wallets.wallet("wsh(sortedmulti)")))
    both |= json.loads(WRITTEN["specter"](wallets.wallet("wsh(sortedmulti)")))
    with pytest.raises(Unreadable, match="more than one") as refusal:
        recognise(json.dumps(both).encode())
    assert "specter, caravan" in refusal.value.message


@pytest.mark.parametrize("target", HOLDS)
def test_a_swapped_cosigner_gives_another_wallet_which_only_people_can_notice(target: str) -> None:
    """No file can prove whose keys it holds. The policy words differ; a first address in the file gives it away."""
    written = WRITTEN[target](wallets.wallet("wsh(sortedmulti)"))
    swapped = recognise(WRITTEN[target](_with_a_stranger())).register("treasury", REGTEST)
    assert swapped.descriptor != recognise(written).register("treasury", REGTEST).descriptor
    assert swapped.address(0, 0) != wallets.wallet("wsh(sortedmulti)").address(0, 0)


def _with_a_stranger() -> Wallet:
    text = wallets.owner("wsh(sortedmulti)").descriptor
    theirs = desk.expressions("48h/1h/666h/2h")["C"]
    return Wallet.register("treasury", [text.replace(desk.expressions("48h/1h/0h/2h")["C"], theirs)], REGTEST)


SAMPLES = [sample for given_ones in wallets.samples().values() for sample in given_ones]


def test_every_format_is_damaged() -> None:
    """A format that is new here needs a file in `wallets.samples`, which the tests below damage."""
    assert wallets.samples().keys() == {each.name for each in FORMATS}


@pytest.mark.parametrize("name", wallets.samples())
def test_a_sample_is_of_its_format_and_a_wallet(name: str) -> None:
    for sample in wallets.samples()[name]:
        subject = json.loads(sample) if sample[:1] in (b"{", b"[") else sample
        is_json = subject is not sample
        assert name in [each.name for each in FORMATS if each.is_json == is_json and each.is_one(subject)]
        assert recognise(sample).register("treasury", REGTEST).name == "treasury"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_file_is_refused_with_an_error_of_ours_or_is_a_wallet(sample: bytes, data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.tuples(*[st.integers(0, len(sample))] * 2)))
    damaged = sample[:first] + data.draw(st.binary(max_size=8)) + sample[second:]
    try:
        recognise(damaged).register("treasury", REGTEST)
    except CustodyError as failure:
        assert failure.exit_code in (2, 4, 5)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = [json.loads(sample) for sample in SAMPLES if sample.startswith((b"{", b"["))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OBJECTS), st.data())
def test_any_value_in_the_place_of_another_is_refused_with_an_error_of_ours_or_is_a_wallet(
    document: Any, data: st.DataObject
) -> None:
    changed = json.loads(json.dumps(document))
    place = changed
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    try:
        recognise(json.dumps(changed).encode()).register("treasury", REGTEST)
    except CustodyError as failure:
        assert failure.exit_code in (2, 4, 5)
