"""Every published vector of BIP-322, both files: what must verify, what is refused and why, what we sign."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.addresses.address import address, script_of
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.consensus.transaction import Transaction, TxOutput
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.encoding import Variant, Witness, read, write
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.message.virtual import message_hash, to_sign, to_spend
from custody.errors import Unreadable
from tests.chains.bitcoin.message.keys import LoneKey, locks, open_input

MAIN = NETWORKS["main"]
COUNTS = {"tx_hashes": 3, "simple": 8, "full": 10, "proof_of_funds": 3, "error": 36}
MEANS = {
    "base64": (Unreadable, "base64"),
    "error decoding signature as base64": (Unreadable, "base64"),
    "signature too short": (Unreadable, "too short"),
    "error parsing signature as full variant": (Unreadable, "does not parse as the full variant"),
    "invalid signature": (Invalid, None),
}
"""What the published error says -> our class, and a part of our sentence."""

VARIANTS = {"simple": Variant.SIMPLE, "full": Variant.FULL, "proof_of_funds": Variant.PROOF_OF_FUNDS}


@pytest.fixture(scope="module")
def published(vectors: Path) -> dict[str, list[dict[str, Any]]]:
    """Both files, joined by kind."""
    files = [json.loads((vectors / "bip322" / f"{name}.json").read_text()) for name in ("basic", "generated")]
    return {kind: [entry for file in files for entry in file.get(kind, [])] for kind in COUNTS}


def signatures(published: dict[str, list[dict[str, Any]]], *kinds: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for kind in kinds:
        for entry in published[kind]:
            for text in entry["bip322_signatures"]:
                yield kind, entry, text


def challenge(entry: dict[str, Any]) -> bytes:
    return script_of(entry["address"], MAIN)


def test_no_vector_is_left_out(published: dict[str, list[dict[str, Any]]]) -> None:
    assert {kind: len(entries) for kind, entries in published.items()} == COUNTS


def test_the_hashes_and_both_transactions_are_the_published_ones(published: dict[str, list[dict[str, Any]]]) -> None:
    for entry in published["tx_hashes"]:
        message, script = entry["message"].encode(), challenge(entry)
        assert message_hash(message).hex() == entry["message_hash"]
        assert to_spend(message, script).txid_hex == entry["to_spend_tx_hash"]
        assert to_sign(message, script).txid_hex == entry["to_sign_tx_hash"]


def test_every_published_signature_is_valid(published: dict[str, list[dict[str, Any]]]) -> None:
    for kind, entry, text in signatures(published, "simple", "full", "proof_of_funds"):
        verified = verify(challenge(entry), entry["message"].encode(), text)
        assert verified.variant is VARIANTS[kind], entry["type"]
        assert (verified.time, verified.age) == (entry.get("lock_time", 0), entry.get("sequence", 0))
        assert verified.locked is (kind != "simple")
        shown = [coin for group in entry.get("additional_inputs", []) for coin in group]
        assert [(coin.output.amount, coin.output.script.hex()) for coin in verified.coins] == [
            (coin["value"], coin["pk_script"]) for coin in shown
        ]


def test_every_published_signature_is_written_as_it_was_read(published: dict[str, list[dict[str, Any]]]) -> None:
    for _kind, _entry, text in signatures(published, "simple", "full", "proof_of_funds"):
        _variant, signature = read(text)
        assert write(signature) in (text, f"smp{text}")  # type: ignore[arg-type]


def test_every_published_error_is_refused_for_its_reason(published: dict[str, list[dict[str, Any]]]) -> None:
    for entry in published["error"]:
        kind, words = MEANS[entry["error_substr"]]
        with pytest.raises(kind, match=words):
            verify(challenge(entry), entry["message"].encode(), entry["signature"])


def test_every_published_signature_is_bound_to_its_message(published: dict[str, list[dict[str, Any]]]) -> None:
    for _kind, entry, text in signatures(published, "simple", "full", "proof_of_funds"):
        with pytest.raises(Invalid):
            verify(challenge(entry), entry["message"].encode() + b" ", text)


def test_our_signatures_with_the_published_keys_hold_and_are_the_published_ones_where_r_is_low(
    published: dict[str, list[dict[str, Any]]],
) -> None:
    made = 0
    for kind in ("simple", "full"):
        for entry in published[kind]:
            keys = [LoneKey.from_wif(wif) for wif in entry["private_keys"]]
            lock = locks(keys).get(entry["type"].split("-2of")[0].split("-3of")[0])
            if lock is None:
                assert "time-lock" in entry["type"]
                continue
            assert address(lock.script, MAIN) == entry["address"]
            text = ours(entry, kind, [TxOutput(0, lock.script)], lock, keys)
            verify(lock.script, entry["message"].encode(), text)
            published_texts = [each.removeprefix("smp") for each in entry["bip322_signatures"]]
            if all(low_r(each) for each in entry["bip322_signatures"][:1]):
                assert text.removeprefix("smp") in published_texts, entry["type"]
                made += 1
    assert made >= 3


def ours(entry: dict[str, Any], kind: str, spent: list[TxOutput], lock: Any, keys: list[LoneKey]) -> str:
    plain = to_sign(entry["message"].encode(), lock.script)
    if kind == "full":
        first = replace(plain.inputs[0], sequence=entry["sequence"])
        plain = replace(plain, version=entry["tx_version"], locktime=entry["lock_time"], inputs=(first,))
    opened = open_input(plain, 0, spent, lock, keys)
    return write(Witness(opened.inputs[0].witness) if kind == "simple" else opened)


def low_r(text: str) -> bool:
    """Whether every signature in it is ECDSA with an r below 2**255, so that it is the only one that we would make."""
    _variant, signature = read(text)
    if isinstance(signature, Witness):
        items = signature.stack
    else:
        assert isinstance(signature, Transaction)
        items = signature.inputs[0].witness
    ecdsa = [item for item in items if len(item) in (70, 71, 72, 73) and item[0] == 0x30]
    return bool(ecdsa) and all(item[3] == 32 for item in ecdsa)
