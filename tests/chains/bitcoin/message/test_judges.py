"""Judges that are not ours: btclib's engine runs what we finished, libwally finishes what our cosigners signed.

And a hunt: whatever proof is mutated how, we never say yes where the engine says no, nor no where it says yes.
"""

from dataclasses import replace
from hashlib import sha256

import pytest
import wallycore
from btclib.exceptions import BTClibException
from btclib.script.engine import verify_transaction
from btclib.script.engine.flags import ALL_FLAGS, ScriptFlag
from btclib.tx.tx import Tx
from btclib.tx.tx_out import TxOut
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.script import p2tr, p2wsh, push
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.taproot import control_block, leaf_hash, output_key
from custody.chains.bitcoin.consensus.transaction import Transaction, TxOutput
from custody.chains.bitcoin.interpreter import opcodes as op
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message.encoding import Variant, read, write
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.message.virtual import to_sign
from custody.chains.bitcoin.psbt import Psbt
from custody.signing import SignatureScheme
from tests.chains.bitcoin.message.keys import LoneKey, locks, open_input
from tests.chains.bitcoin.message.requests import MESSAGE, asked, finished, signed_by_all
from tests.support import desk

RULES = (
    ALL_FLAGS
    | ScriptFlag.STRICTENC
    | ScriptFlag.LOW_S
    | ScriptFlag.MINIMALDATA
    | ScriptFlag.CLEANSTACK
    | ScriptFlag.MINIMALIF
    | ScriptFlag.NULLFAIL
    | ScriptFlag.CONST_SCRIPTCODE
    | ScriptFlag.DISCOURAGE_UPGRADABLE_NOPS
    | ScriptFlag.DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM
    | ScriptFlag.DISCOURAGE_UPGRADABLE_PUBKEYTYPE
    | ScriptFlag.DISCOURAGE_OP_SUCCESS
    | ScriptFlag.DISCOURAGE_UPGRADABLE_TAPROOT_VERSION
)
"""BIP-322's required and upgradeable rules, in the engine's words."""


def engine(transaction: Transaction, spent: list[TxOutput]) -> bool:
    """Ask btclib's engine. It knows nothing of messages, only of scripts."""
    try:
        verify_transaction(
            [TxOut.parse(output.serialize()) for output in spent], Tx.parse(transaction.serialize()), RULES
        )
    except BTClibException:
        return False
    return True


def final(text: str) -> tuple[Transaction, list[TxOutput]]:
    """The transaction of a signature's text and what its inputs beyond the first spend."""
    variant, signature = read(text)
    if variant is Variant.FULL:
        assert isinstance(signature, Transaction)
        return signature, []
    assert isinstance(signature, Psbt)
    inputs = tuple(
        replace(each, script_sig=said.final_script_sig or b"", witness=said.final_script_witness or ())
        for each, said in zip(signature.transaction.inputs, signature.inputs, strict=True)
    )
    spent = [
        said.witness_utxo or said.non_witness_utxo.outputs[each.outpoint.index]  # type: ignore[union-attr]
        for each, said in zip(signature.transaction.inputs[1:], signature.inputs[1:], strict=True)
    ]
    return replace(signature.transaction, inputs=inputs), spent


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("count", [0, 3])
def test_the_engine_runs_what_we_finished(kind: str, count: int) -> None:
    text = finished(kind, signed_by_all(kind, asked(kind, count)), None if count else "full")
    assert text is not None
    transaction, coins = final(text)
    spent = [TxOutput(0, desk.wallet(kind).script(0, 0)), *coins]
    assert engine(transaction, spent)
    assert not engine(replace(transaction, locktime=transaction.locktime + 1), spent)


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("count", [0, 3])
def test_libwally_finishes_what_our_cosigners_signed_as_we_do(kind: str, count: int) -> None:
    signed = signed_by_all(kind, asked(kind, count))
    read_psbt = wallycore.psbt_from_bytes(signed, wallycore.WALLY_PSBT_PARSE_FLAG_STRICT)
    wallycore.psbt_finalize(read_psbt, 0)
    assert wallycore.psbt_is_finalized(read_psbt)
    extracted = wallycore.psbt_extract(read_psbt, wallycore.WALLY_PSBT_EXTRACT_FINAL)
    text = finished(kind, signed, None if count else "full")
    assert text is not None
    assert wallycore.tx_to_bytes(extracted, wallycore.WALLY_TX_FLAG_USE_WITNESS) == final(text)[0].serialize()


# --- the hunt ---

A, B = LoneKey.named("A"), LoneKey.named("B")
OPCODES = [number for name, number in vars(op).items() if name.startswith("OP_") and number != op.OP_CODESEPARATOR]
SIGNED_BY_A, SIGNED_BY_B = "A", "B"
"""Places in a witness for signatures that are made once the script is known."""

items = st.one_of(
    st.sampled_from([b"", b"\x01", b"\x02", b"\x00", b"\x80", A.public, B.public, A.public[1:], bytes(3)]),
    st.sampled_from([SIGNED_BY_A, SIGNED_BY_B]),
)
keys_and_numbers = [push(each) for each in (b"", b"\x01", b"\x02", b"\x03", b"\x0a", A.public, B.public, A.public[1:])]
codes = st.sampled_from([bytes([number]) for number in OPCODES] + keys_and_numbers * 3)
scripts = st.lists(codes, max_size=12).map(b"".join)
TEMPLATES = [
    push(A.public) + bytes([op.OP_CHECKSIG]),
    b"\x51" + push(A.public) + push(B.public) + b"\x52" + bytes([op.OP_CHECKMULTISIG]),
    bytes([op.OP_IF]) + push(A.public) + bytes([op.OP_ELSE]) + push(B.public) + bytes([op.OP_ENDIF, op.OP_CHECKSIG]),
    bytes([op.OP_SIZE]) + b"\x01\x20" + bytes([op.OP_EQUALVERIFY, op.OP_SHA256, op.OP_DROP, 0x51]),
    push(A.public) + bytes([op.OP_CHECKSIG, op.OP_IFDUP, op.OP_NOTIF]) + b"\x5a" + bytes([0xB2, op.OP_ENDIF]),
]
mostly_templates = st.one_of(
    scripts,
    st.sampled_from(TEMPLATES),
    st.sampled_from(TEMPLATES).flatmap(
        lambda script: st.integers(0, len(script) - 1).map(lambda at: script[:at] + script[at + 1 :])
    ),
)


def agree(challenge: bytes, transaction: Transaction) -> None:
    """Compare the verdicts. What we do not understand is no verdict."""
    try:
        verify(challenge, MESSAGE, write(transaction))
        ours = True
    except Invalid:
        ours = False
    except Inconclusive:
        return
    assert ours is engine(transaction, [TxOutput(0, challenge)])


@settings(max_examples=250, deadline=None)
@given(mostly_templates, st.lists(items, max_size=4), st.sampled_from([0, 9, 10]))
def test_witness_scripts_have_the_engines_verdict(script: bytes, stack: list[bytes | str], age: int) -> None:
    challenge = p2wsh(sha256(script).digest())
    plain = to_sign(MESSAGE, challenge)
    plain = replace(plain, version=2, inputs=(replace(plain.inputs[0], sequence=age),))
    digest = Sighash(plain, [TxOutput(0, challenge)]).segwit_v0(0, script, 0, 1)
    made = {SIGNED_BY_A: A.ecdsa(digest), SIGNED_BY_B: B.ecdsa(digest)}
    witness = (*(made[each] if isinstance(each, str) else each for each in stack), script)
    agree(challenge, replace(plain, inputs=(replace(plain.inputs[0], witness=witness),)))


@settings(max_examples=150, deadline=None)
@given(scripts, st.lists(items, max_size=4))
def test_leaves_have_the_engines_verdict(script: bytes, stack: list[bytes | str]) -> None:
    leaf = leaf_hash(script)
    key, odd = output_key(B.public[1:], leaf)
    challenge = p2tr(key)
    plain = to_sign(MESSAGE, challenge)
    digest = Sighash(plain, [TxOutput(0, challenge)]).taproot(0, 0, leaf)
    made = {name: key.sign(digest, SignatureScheme.BIP340) for name, key in ((SIGNED_BY_A, A), (SIGNED_BY_B, B))}
    opened = (*(made[each] if isinstance(each, str) else each for each in stack), script)
    witness = (*opened, control_block(B.public[1:], (), odd=odd))
    agree(challenge, replace(plain, inputs=(replace(plain.inputs[0], witness=witness),)))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(locks([A]))), st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_has_the_engines_verdict(kind: str, place: int, value: int) -> None:
    lock = locks([A])[kind]
    opened = open_input(to_sign(MESSAGE, lock.script), 0, [TxOutput(0, lock.script)], lock, [A])
    first = opened.inputs[0]
    parts = [first.script_sig, *first.witness]
    number = place % len(parts)
    if parts[number]:
        changed = bytearray(parts[number])
        changed[place % len(changed)] = value
        parts[number] = bytes(changed)
    script_sig, *witness = parts
    agree(lock.script, replace(opened, inputs=(replace(first, script_sig=script_sig, witness=tuple(witness)),)))
