"""Signature hashes against BIP-143's and BIP-341's vectors, and against btclib on random transactions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from btclib.script import sig_hash
from btclib.tx.tx import Tx
from btclib.tx.tx_out import TxOut
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses.address import address, script_of
from custody.chains.bitcoin.consensus import sighash
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.consensus.script import p2pkh
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.descriptor import Descriptor
from custody.curve import is_x_only, tagged_hash, verify_bip340, x_only_tweak_add

NATIVE = (
    "0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffffef51e1b804cc89d182d2"
    "79655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95"
    "a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac11000000"
)
"""BIP-143 "Native P2WPKH", the unsigned transaction."""


def test_the_native_p2wpkh_example_of_bip143() -> None:
    transaction = Transaction.parse(bytes.fromhex(NATIVE))
    spent = [TxOutput(625_000_000, b""), TxOutput(600_000_000, b"")]
    script_code = p2pkh(bytes.fromhex("1d0f172a0ecb48aee1be1f2687d2963ae33f71a1"))
    assert Sighash(transaction, spent).segwit_v0(1, script_code, 600_000_000, 1).hex() == (
        "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670"
    )


def test_every_key_path_hash_of_bip341(vectors: Path) -> None:
    (group,) = json.loads((vectors / "bip341" / "wallet.json").read_text(encoding="utf-8"))["keyPathSpending"]
    transaction = Transaction.parse(bytes.fromhex(group["given"]["rawUnsignedTx"]))
    spent = [TxOutput(each["amountSats"], bytes.fromhex(each["scriptPubKey"])) for each in group["given"]["utxosSpent"]]
    shared = Sighash(transaction, spent)
    for entry in group["inputSpending"]:
        given = entry["given"]
        found = shared.taproot(given["txinIndex"], given["hashType"])
        assert found.hex() == entry["intermediary"]["sigHash"]
    assert len(group["inputSpending"]) == 7


def test_every_tweak_of_bip341(vectors: Path) -> None:
    entries = json.loads((vectors / "bip341" / "wallet.json").read_text(encoding="utf-8"))["scriptPubKey"]
    for entry in entries:
        internal = bytes.fromhex(entry["given"]["internalPubkey"])
        root = bytes.fromhex(entry["intermediary"].get("merkleRoot") or "")
        tweak = tagged_hash("TapTweak", internal + root)
        assert tweak.hex() == entry["intermediary"]["tweak"]
        assert x_only_tweak_add(internal, tweak).hex() == entry["intermediary"]["tweakedPubkey"]
        assert is_x_only(internal)


def test_every_key_alone_of_bip341_has_the_published_script_and_address(vectors: Path) -> None:
    entries = json.loads((vectors / "bip341" / "wallet.json").read_text(encoding="utf-8"))["scriptPubKey"]
    alone = [entry for entry in entries if entry["given"]["scriptTree"] is None]
    assert alone
    for entry in alone:
        derived = Descriptor.parse(f"tr({entry['given']['internalPubkey']})").derive(0, 0)
        assert derived.script.hex() == entry["expected"]["scriptPubKey"]
        assert address(derived.script, NETWORKS["main"]) == entry["expected"]["bip350Address"]
    for entry in entries:
        assert (
            script_of(entry["expected"]["bip350Address"], NETWORKS["main"]).hex() == entry["expected"]["scriptPubKey"]
        )


def test_every_key_path_signature_of_bip341_verifies_with_the_key_that_its_tweak_makes(vectors: Path) -> None:
    (group,) = json.loads((vectors / "bip341" / "wallet.json").read_text(encoding="utf-8"))["keyPathSpending"]
    spent = [TxOutput(each["amountSats"], bytes.fromhex(each["scriptPubKey"])) for each in group["given"]["utxosSpent"]]
    shared = Sighash(Transaction.parse(bytes.fromhex(group["given"]["rawUnsignedTx"])), spent)
    for entry in group["inputSpending"]:
        index, internal = entry["given"]["txinIndex"], bytes.fromhex(entry["intermediary"]["internalPubkey"])
        root = bytes.fromhex(entry["given"]["merkleRoot"] or "")
        tweak = tagged_hash("TapTweak", internal + root)
        assert tweak.hex() == entry["intermediary"]["tweak"]
        output_key = x_only_tweak_add(internal, tweak)
        assert spent[index].script == b"\x51\x20" + output_key
        signature = bytes.fromhex(entry["expected"]["witness"][0])[:64]
        verify_bip340(output_key, shared.taproot(index, entry["given"]["hashType"]), signature)


TYPES = [1, 2, 3, 0x81, 0x82, 0x83]
amounts = st.integers(0, 200_000_000_000_000)
scripts = st.binary(max_size=40)


@st.composite
def transactions(draw: Callable) -> tuple[Transaction, list[TxOutput]]:
    count = draw(st.integers(1, 4))
    inputs = tuple(
        TxInput(
            OutPoint(draw(st.binary(min_size=31, max_size=31)) + bytes([1 + number]), draw(st.integers(0, 5))),
            b"",
            draw(st.integers(0, 2**32 - 1)),
        )
        for number in range(count)
    )
    outputs = tuple(TxOutput(draw(amounts), draw(scripts)) for _each in range(draw(st.integers(1, 4))))
    version = draw(st.sampled_from([1, 2, 3]))
    transaction = Transaction(version, inputs, outputs, draw(st.integers(0, 2**32 - 1)))
    return transaction, [TxOutput(draw(amounts), draw(scripts)) for _each in range(count)]


@settings(max_examples=60, deadline=None)
@given(transactions(), st.binary(min_size=20, max_size=20), st.sampled_from(TYPES), st.data())
def test_legacy_and_segwit_v0_agree_with_btclib(
    made: tuple[Transaction, list[TxOutput]], key_hash: bytes, sighash_type: int, data: st.DataObject
) -> None:
    transaction, spent = made
    index = data.draw(st.integers(0, len(spent) - 1))
    code, amount = p2pkh(key_hash), spent[index].amount
    ours, theirs = Sighash(transaction, spent), Tx.parse(transaction.serialize())
    assert ours.legacy(index, code, sighash_type) == sig_hash.legacy(code, theirs, index, sighash_type)
    found = ours.segwit_v0(index, code, amount, sighash_type)
    assert found == sig_hash.segwit_v0(code, theirs, index, sighash_type, amount)


@settings(max_examples=60, deadline=None)
@given(transactions(), st.sampled_from([0, *TYPES]), st.data())
def test_taproot_agrees_with_btclib(
    made: tuple[Transaction, list[TxOutput]], sighash_type: int, data: st.DataObject
) -> None:
    transaction, spent = made
    index = data.draw(st.integers(0, len(spent) - 1))
    ours = Sighash(transaction, spent)
    if sighash_type & 3 == 3 and index >= len(transaction.outputs):
        with pytest.raises(ValueError, match="BIP-341"):
            ours.taproot(index, sighash_type)
        return
    prevouts = [TxOut.parse(output.serialize()) for output in spent]
    theirs = sig_hash.taproot(Tx.parse(transaction.serialize()), index, prevouts, sighash_type, 0, b"", b"")
    assert ours.taproot(index, sighash_type) == theirs


def test_a_single_without_its_output_is_the_number_one_in_legacy() -> None:
    transaction = Transaction(1, (TxInput(OutPoint(bytes(32), 0), b"", 0),) * 2, (TxOutput(1, b""),), 0)
    shared = Sighash(transaction, [TxOutput(1, b"")] * 2)
    assert shared.legacy(1, b"\x51", 3) == (1).to_bytes(32, "little")
    assert shared.legacy(0, b"\x51", 3) != (1).to_bytes(32, "little")


def test_every_input_needs_the_output_that_it_spends() -> None:
    transaction = Transaction.parse(bytes.fromhex(NATIVE))
    with pytest.raises(ValueError, match="output that it spends"):
        Sighash(transaction, [TxOutput(1, b"")])


def hashed_bytes(monkeypatch: pytest.MonkeyPatch, count: int) -> int:
    """How many bytes the hashes of all inputs of one transaction read, in segwit v0 and taproot together."""
    lengths: list[int] = []

    def counted(function: Callable[..., bytes]) -> Callable[..., bytes]:
        def counting(*arguments: str | bytes) -> bytes:
            lengths.append(len(arguments[-1]))
            return function(*arguments)

        return counting

    inputs = tuple(TxInput(OutPoint(number.to_bytes(32), 0), b"", 0) for number in range(count))
    outputs = tuple(TxOutput(number, b"\x00\x14" + bytes(20)) for number in range(count))
    shared = Sighash(Transaction(2, inputs, outputs, 0), outputs)
    with monkeypatch.context() as patch:
        for name in ("sha256", "sha256d", "tagged_hash"):
            patch.setattr(sighash, name, counted(getattr(sighash, name)))
        for index in range(count):
            shared.segwit_v0(index, p2pkh(bytes(20)), 1, 1)
            shared.taproot(index, 0)
    return sum(lengths)


def test_the_cost_of_many_inputs_is_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes instead of seconds: twice the inputs and outputs cost twice as much, some 600 bytes for each."""
    once, twice = hashed_bytes(monkeypatch, 500), hashed_bytes(monkeypatch, 1_000)
    assert twice < 2.01 * once
    assert twice < 1_000 * 700
