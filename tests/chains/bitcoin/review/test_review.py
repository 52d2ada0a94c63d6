"""The review of honest transactions: they pass, every satoshi is accounted for, and the fee is a fact."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.review import review as reviews
from custody.chains.bitcoin.review.outputs import Outputs
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Usage
from custody.signing import Verdict
from tests.chains.bitcoin.review.drafts import CHANGE, FEE, PAYMENT, honest, ids, judge
from tests.support import desk


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("count", [1, 5])
def test_an_honest_payment_is_accepted(kind: str, count: int) -> None:
    found = judge(honest(kind, count)).review
    assert found.verdict is Verdict.ACCEPT
    assert [payment.atoms for payment in found.payments] == [PAYMENT * count]
    assert [change.path[-4:] for change in found.change] == ["/1/3"]
    assert found.fee.proven
    assert found.fee.atoms == FEE * count
    assert all(coin.ours and not coin.signed for coin in found.inputs)


@pytest.mark.parametrize("kind", desk.KINDS)
def test_every_satoshi_is_paid_returned_destroyed_or_fee(kind: str) -> None:
    draft = honest(kind)
    draft.outputs.append((b"\x6a\x03abc", 0, []))
    found = judge(draft).review
    spent = sum(coin.atoms or 0 for coin in found.inputs)
    sums = [sum(each.atoms for each in part) for part in (found.payments, found.change, found.burned)]
    assert sums == [PAYMENT, CHANGE, 0]
    assert found.fee.atoms is not None
    assert spent == sum(sums) + found.fee.atoms
    assert found.burned[0].data == b"abc".hex()


def test_a_consolidation_without_payment_is_accepted() -> None:
    draft = honest("wpkh", 2)
    draft.outputs = [(script, 198_000, pairs) for script, _amount, pairs in draft.outputs[1:]]
    found = judge(draft).review
    assert found.verdict is Verdict.ACCEPT
    assert not found.payments


def test_a_transfer_to_another_registered_wallet_is_a_payment_with_its_name() -> None:
    draft = honest("wpkh")
    other = desk.wallet("tr")
    savings = Wallet.register("savings", [other.descriptor], NETWORKS["regtest"])
    draft.outputs[0] = (other.script(0, 7), PAYMENT, [])
    reviewed = judge(draft, Wallet.register("treasury", [desk.wallet("wpkh").descriptor], NETWORKS["regtest"]), savings)
    assert reviewed.review.payments[0].label == "savings"
    assert reviewed.review.verdict is Verdict.ACCEPT
    assert "BTC-OWN-TRANSFER" in ids(reviewed)


def test_lock_time_and_replaceability_are_shown() -> None:
    draft = honest("wpkh")
    draft.locktime = 800_000
    assert {"BTC-LOCKTIME", "BTC-RBF"} <= ids(judge(draft))
    draft.sequence = desk.FINAL
    assert not {"BTC-LOCKTIME", "BTC-RBF"} & ids(judge(draft))


def test_the_digest_is_of_the_decoded_bytes_whatever_the_encoding() -> None:
    wallet = Wallet.register("treasury", [desk.wallet("wpkh").descriptor], NETWORKS["regtest"])
    binary = honest("wpkh").psbt()
    digests = {
        review(form, (wallet,)).review.digest
        for form in (binary, base64.b64encode(binary), binary.hex().encode(), base64.b64encode(binary) + b"\n")
    }
    assert len(digests) == 1


def test_the_commitment_changes_with_anything_that_is_shown() -> None:
    first, second = honest("wpkh"), honest("wpkh")
    second.outputs[0] = (second.outputs[0][0], PAYMENT + 1, [])
    assert judge(first).review.commitment == judge(honest("wpkh")).review.commitment
    assert judge(first).review.commitment != judge(second).review.commitment


def test_a_review_without_a_wallet_is_a_mistake_of_the_command() -> None:
    with pytest.raises(Usage):
        review(honest("wpkh").psbt(), ())


def _core(vectors: Path) -> list[dict]:
    return json.loads((vectors / "core-psbts.json").read_text())["psbts"]


def _wallet(entry: dict) -> Wallet:
    descriptors = [each["descriptor"] for each in entry["descriptors"]]
    return Wallet.register("core", descriptors, NETWORKS[entry["network"]])


def test_what_the_nodes_wallet_made_is_reviewed_as_the_node_told_it(vectors: Path) -> None:
    refused = {
        "sh(wpkh) non_witness_utxo stripped": "BTC-AMOUNT-UNPROVEN",
    }
    judged = 0
    for entry in _core(vectors):
        if entry["kind"] == "mixed":
            continue
        judged += 1
        reviewed = review(base64.b64decode(entry["psbt"]), (_wallet(entry),))
        found = reviewed.review
        if entry["name"] in refused:
            assert refused[entry["name"]] in ids(reviewed), entry["name"]
            assert found.verdict is Verdict.REFUSE
            continue
        assert found.verdict is Verdict.ACCEPT, (entry["name"], found.findings)
        assert found.fee.atoms == entry["fee_sats"]
        assert sum(coin.atoms or 0 for coin in found.inputs) == entry["input_sats"]
        ours = {change.index for change in found.change}
        assert ours == {index for index, each in enumerate(entry["outputs"]) if each["is_mine"]}
        for payment in found.payments:
            assert payment.address == entry["outputs"][payment.index]["address"]
            assert payment.atoms == entry["outputs"][payment.index]["sats"]
    assert judged == 31


def test_coins_of_several_wallets_are_refused(vectors: Path) -> None:
    entry = next(each for each in _core(vectors) if each["kind"] == "mixed")
    pairs = zip(entry["descriptors"][::2], entry["descriptors"][1::2], strict=True)
    wallets = [
        Wallet.register(f"w{number}", [receive["descriptor"], change["descriptor"]], NETWORKS["regtest"])
        for number, (receive, change) in enumerate(pairs)
    ]
    reviewed = review(base64.b64decode(entry["psbt"]), wallets)
    assert reviewed.review.verdict is Verdict.REFUSE
    assert "BTC-INPUT-MIXED" in ids(reviewed)


@pytest.mark.parametrize("kind", [*desk.KINDS, *desk.POLICIES])
def test_scripts_that_the_file_leaves_out_are_the_wallets_own(kind: str) -> None:
    """What is given has to be right; nothing need be given that the wallet knows."""
    draft = honest(kind, 2)
    for index in range(len(draft.inputs)):
        draft.drop(index, b"\x04").drop(index, b"\x05")
    script, amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, [(key, value) for key, value in pairs if key not in (b"\x00", b"\x01")])
    reviewed = judge(draft)
    assert reviewed.review.verdict is judge(honest(kind, 2)).review.verdict is Verdict.ACCEPT
    assert [change.index for change in reviewed.review.change] == [1]


@pytest.mark.parametrize("payments", [0, 2])
def test_an_output_that_is_counted_twice_or_not_at_all_is_a_bug_of_ours(
    monkeypatch: pytest.MonkeyPatch, payments: int
) -> None:
    sorting = reviews.read_outputs

    def careless(*arguments: Any) -> Outputs:
        outputs: Outputs = sorting(*arguments)
        return replace(outputs, payments=outputs.payments * payments)

    monkeypatch.setattr(reviews, "read_outputs", careless)
    with pytest.raises(ArithmeticError, match="counted twice or not at all"):
        judge(honest())
