"""The roles of BIP-174's own example, byte for byte; other projects' files, in others.json with where they are from."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles import PreviousTransaction, combine, complete, extract, finalize
from custody.errors import Refused
from tests.chains.bitcoin.roles.cosigners import changed, fields, source, without

PUBLISHED: dict[str, Any] = json.loads(Path(__file__).with_name("bip174.json").read_text(encoding="utf-8"))

OTHERS: dict[str, Any] = json.loads(Path(__file__).with_name("others.json").read_text(encoding="ascii"))


def of_others(name: str) -> bytes:
    return base64.b64decode(OTHERS[name]["psbt"], validate=True)


def published(name: str) -> bytes:
    return base64.b64decode(PUBLISHED[name], validate=True)


def signed(name: str = "signed") -> list[bytes]:
    return [base64.b64decode(each, validate=True) for each in PUBLISHED[name]]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_combiner_makes_the_published_psbt(backwards: bool) -> None:
    files = [source(each) for each in signed()]
    made = combine(files[::-1] if backwards else files)
    assert fields(made.psbt) == fields(Psbt.parse(published("combined")))
    assert [(status.need, status.missing, status.ready) for status in made.inputs] == [(2, 0, True)] * 2


def test_one_signer_alone_cannot_be_finalised() -> None:
    for each in signed():
        with pytest.raises(Refused) as refusal:
            finalize(source(each))
        assert refusal.value.code == "signatures-missing"
        assert "input 0: 1 more signature is needed" in refusal.value.hint


def test_the_finaliser_makes_the_published_psbt() -> None:
    made = finalize(source(published("combined"))).psbt
    assert fields(made) == fields(Psbt.parse(published("finalized")))
    assert made.serialize() == published("finalized")


def test_the_extractor_makes_the_published_transaction() -> None:
    made = extract(source(published("finalized")))
    assert made.transaction.serialize().hex() == PUBLISHED["extracted"]
    assert (made.fee.atoms, made.fee.proven) == (10_000, True)


def test_fields_that_nobody_knows_are_combined() -> None:
    made = combine([source(each) for each in signed("unknown")]).psbt
    assert fields(made) == fields(Psbt.parse(base64.b64decode(PUBLISHED["unknown_combined"])))


def test_the_updater_puts_the_previous_transaction_back() -> None:
    whole = source(published("updated"))
    previous = whole.psbt.inputs[0].non_witness_utxo
    assert previous is not None
    bare = source(changed(published("updated"), 1, without(0x00)))
    made = complete(bare, [PreviousTransaction("raw", previous)])
    assert fields(made.psbt) == fields(whole.psbt)
    assert (made.added, made.missing) == ((0,), (1,))


def test_a_quorum_whose_origin_has_35_steps_is_finalised() -> None:
    read = source(of_others("a path of 35 steps"))
    assert sorted(len(each.path) for each in read.psbt.inputs[0].bip32_derivations) == [2, 4, 35]
    assert finalize(read).psbt.inputs[0].is_final


def test_a_file_that_its_signer_left_open_is_finalised() -> None:
    left_open = source(of_others("version 2, open"))
    assert left_open.psbt.modifiable
    assert extract(source(finalize(left_open).psbt.serialize())).transaction.inputs[0].script_sig


def test_a_taproot_signature_of_64_bytes_is_not_of_the_kind_all_that_its_file_asks_for() -> None:
    with pytest.raises(Refused, match="asks for a signature of kind ALL, and this one is of kind DEFAULT") as refusal:
        finalize(source(of_others("taproot, ALL in 64 bytes")))
    assert refusal.value.code == "sighash"
    assert "64 bytes" in refusal.value.hint
