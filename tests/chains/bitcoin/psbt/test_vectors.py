"""Published PSBTs: those of the BIPs' texts, and those that a node's wallet made, against judges that are not ours."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bdkpython
import pytest
import wallycore
from btclib.tx.tx import Tx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.psbt import Psbt, envelope
from custody.errors import CustodyError, Unreadable


@dataclass(frozen=True)
class Published:
    """What the texts of BIP-174, 370 and 371 call invalid, valid, or leave to the signer."""

    invalid: dict[str, bytes]
    valid: dict[str, bytes]
    either: dict[str, bytes]


@pytest.fixture(scope="module")
def published(vectors: Path) -> Published:
    entries = json.loads((vectors / "psbt" / "bip174-370-371.json").read_text())
    sorted_by = {
        kind: {
            f"{entry['id']}: {entry['about']}": base64.b64decode(entry["psbt_base64"])
            for entry in entries
            if entry["parse"] == kind
        }
        for kind in ("error", "ok", "either")
    }
    return Published(sorted_by["error"], sorted_by["ok"], sorted_by["either"])


@pytest.fixture(scope="module")
def made_by_a_node(vectors: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((vectors / "core-psbts.json").read_text())["psbts"]
    return entries


def test_every_invalid_psbt_of_the_bips_is_unreadable(published: Published) -> None:
    assert len(published.invalid) == 55
    for name, data in published.invalid.items():
        with pytest.raises(Unreadable):
            pytest.fail(f"read: {name}, {Psbt.parse(data)}")


def test_every_valid_psbt_of_the_bips_comes_back_as_it_went(published: Published) -> None:
    assert len(published.valid) == 38
    for name, data in published.valid.items():
        assert Psbt.parse(data).serialize() == data, name


def test_what_the_bips_leave_to_the_signer_gets_an_answer(published: Published) -> None:
    assert len(published.either) == 5
    for name, data in published.either.items():
        try:
            psbt = Psbt.parse(data)
        except Unreadable:
            continue
        assert psbt.serialize() == data, name


def test_lock_times_of_bip_370(published: Published) -> None:
    found = {
        name.split(":")[0]: Psbt.parse(data).transaction.locktime
        for name, data in published.valid.items()
        if "locktime-" in name
    }
    assert found == {
        "bip370-locktime-01": 0,
        "bip370-locktime-02": 0,
        "bip370-locktime-03": 10_000,
        "bip370-locktime-04": 10_000,
        "bip370-locktime-05": 10_000,
        "bip370-locktime-06": 10_000,
        "bip370-locktime-07": 1_657_048_460,
        "bip370-locktime-08": 1_657_048_460,
    }


def test_every_psbt_of_the_node_comes_back_as_it_went(made_by_a_node: list[dict[str, Any]]) -> None:
    assert len(made_by_a_node) == 32
    for entry in made_by_a_node:
        opened = envelope.open(entry["psbt"].encode())
        psbt = Psbt.parse(opened.payload)
        assert opened.seal(psbt.serialize()) == entry["psbt"].encode(), entry["name"]
        assert (psbt.unknown_count, psbt.refused_fields) == (0, ()), entry["name"]


def test_what_the_node_says_of_its_psbts_is_what_we_read(made_by_a_node: list[dict[str, Any]]) -> None:
    for entry in made_by_a_node:
        psbt = Psbt.parse(base64.b64decode(entry["psbt"]))
        transaction = psbt.transaction
        assert psbt.version == entry["psbt_version"]
        assert (transaction.version, transaction.locktime) == (entry["tx_version"], entry["locktime"])
        assert sorted({each.sequence for each in transaction.inputs}) == entry["sequences"]
        assert [(each.script.hex(), each.amount) for each in transaction.outputs] == [
            (each["script_hex"], each["sats"]) for each in entry["outputs"]
        ]
        where = network(entry["network"])
        assert [address(each.script, where) for each in transaction.outputs] == [
            each["address"] for each in entry["outputs"]
        ]


def test_previous_transactions_of_the_node_are_those_that_the_inputs_name(
    made_by_a_node: list[dict[str, Any]],
) -> None:
    proven = 0
    for entry in made_by_a_node:
        psbt = Psbt.parse(base64.b64decode(entry["psbt"]))
        for tx_input, declared in zip(psbt.transaction.inputs, psbt.inputs, strict=True):
            if declared.non_witness_utxo is None:
                continue
            assert declared.non_witness_utxo.txid == tx_input.outpoint.txid
            spent = declared.non_witness_utxo.outputs[tx_input.outpoint.index]
            assert declared.witness_utxo in (None, spent)
            proven += 1
    assert proven > 300


def test_the_transaction_agrees_with_libwally_and_btclib(
    published: Published, made_by_a_node: list[dict[str, Any]]
) -> None:
    asked = 0
    files = [*published.valid.values(), *(base64.b64decode(entry["psbt"]) for entry in made_by_a_node)]
    for data in files:
        transaction = Psbt.parse(data).transaction
        if not transaction.inputs or not transaction.outputs:
            continue
        try:
            theirs = wallycore.psbt_extract(wallycore.psbt_from_bytes(data, 0), wallycore.WALLY_PSBT_EXTRACT_NON_FINAL)
        except ValueError:
            continue  # libwally keeps its own opinion of some flags and fields; the count below says how many
        raw = bytes(wallycore.tx_to_bytes(theirs, 0))
        assert raw == transaction.serialize()
        assert Tx.parse(raw, check_validity=False).id.hex() == transaction.txid_hex
        asked += 1
    assert asked >= len(files) - 10


def test_the_transaction_agrees_with_bdk(made_by_a_node: list[dict[str, Any]]) -> None:
    asked = 0
    for entry in made_by_a_node:
        if entry["psbt_version"] != 0:
            continue
        theirs = bdkpython.Psbt(entry["psbt"]).extract_tx_unchecked_fee_rate()
        ours = Psbt.parse(base64.b64decode(entry["psbt"])).transaction
        assert str(theirs.compute_txid()) == ours.txid_hex
        assert [(out.value.to_sat(), bytes(out.script_pubkey.to_bytes())) for out in theirs.output()] == [
            (out.amount, out.script) for out in ours.outputs
        ]
        asked += 1
    assert asked >= 25


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_a_changed_published_psbt_is_read_exactly_or_unreadable(published: Published, data: st.DataObject) -> None:
    files = sorted({**published.valid, **published.invalid, **published.either}.values())
    whole = data.draw(st.sampled_from(files))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 8)))
    changed = whole[:start] + data.draw(st.binary(max_size=10)) + whole[end:]
    try:
        psbt = Psbt.parse(changed)
    except CustodyError as error:
        assert error.exit_code == 4
        return
    assert psbt.serialize() == changed


@pytest.mark.parametrize("huge", [b"\xfd\xff\xff", b"\xfe\xff\xff\xff\xff", b"\xff" * 9])
def test_a_huge_count_anywhere_is_answered_at_once(published: Published, huge: bytes) -> None:
    for whole in published.valid.values():
        for position in range(5, len(whole), 7):
            try:
                psbt = Psbt.parse(whole[:position] + huge + whole[position + 1 :])
            except Unreadable:
                continue
            assert psbt.serialize() == whole[:position] + huge + whole[position + 1 :]
