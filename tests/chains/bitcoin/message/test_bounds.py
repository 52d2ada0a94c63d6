"""What a small file could ask for: bounded before it is done, in work and in memory."""

import tracemalloc
from hashlib import sha256

import pytest

from custody.chains.bitcoin.consensus.script import p2wsh, push
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.taproot import control_block, leaf_hash, output_key
from custody.chains.bitcoin.consensus.transaction import Transaction, TxOutput
from custody.chains.bitcoin.interpreter import checker
from custody.chains.bitcoin.interpreter import opcodes as op
from custody.chains.bitcoin.interpreter.checker import Checks
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message.encoding import Witness, write
from custody.chains.bitcoin.message.funds import coins_of_transactions, place_of
from custody.chains.bitcoin.message.request import OwnCoin, request
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.message.virtual import to_sign
from custody.chains.bitcoin.psbt import Psbt
from custody.errors import Refused
from tests.chains.bitcoin.message.keys import LoneKey
from tests.chains.bitcoin.review.drafts import registered
from tests.support import desk
from tests.support.effort import growth, operations

MESSAGE = b"m"
A, B = LoneKey.named("A"), LoneKey.named("B")


def simple(challenge: bytes, *witness: bytes) -> None:
    verify(challenge, MESSAGE, write(Witness(witness)))


def test_a_script_that_compares_often_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = push(B.public) + push(A.public) + bytes([op.OP_DUP]) * 18  # A's signature fits the last key that is tried
    script = b"\x51" + keys + push(b"\x14") + bytes([op.OP_CHECKMULTISIG])
    challenge = p2wsh(sha256(script).digest())
    digest = Sighash(to_sign(MESSAGE, challenge), [TxOutput(0, challenge)]).segwit_v0(0, script, 0, 1)
    simple(challenge, b"", B.ecdsa(digest), script)
    monkeypatch.setattr(checker, "CHECKS_LIMIT", 19)
    with pytest.raises(Invalid, match="signature checks"):
        simple(challenge, b"", B.ecdsa(digest), script)


def test_the_count_is_of_the_whole_proof() -> None:
    checks = Checks(checker.CHECKS_LIMIT - 1)
    checks.count()
    with pytest.raises(Invalid):
        checks.count()


def opened_with(pairs: int) -> None:
    """Verify a proof by a leaf that does nothing, twice as many opcodes long."""
    script = bytes([op.OP_DUP, op.OP_DROP]) * pairs
    key, odd = output_key(A.public[1:], leaf_hash(script))
    control = control_block(A.public[1:], (), odd=odd)
    simple(b"\x51\x20" + key, b"\x01", script, control)


def test_a_leaf_of_very_many_opcodes_takes_no_memory_and_work_by_its_length() -> None:
    tracemalloc.start()
    opened_with(50_000)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert operations(lambda: opened_with(8_000)) < 10 * operations(lambda: opened_with(1_000))
    assert operations(lambda: opened_with(8_000)) < 8_000 * 500
    assert growth(lambda: opened_with(6_250), lambda: opened_with(50_000)) < 24


def test_a_long_witness_is_not_understood_or_refused_at_once() -> None:
    with pytest.raises((Invalid, Inconclusive)):
        simple(p2wsh(bytes(32)), *[b""] * 100_000)


def paid_often(count: int) -> list[OwnCoin]:
    """The coins that one transaction has made by paying the wallet so many times."""
    script = desk.wallet("wpkh").script(0, 0)
    made = desk.transaction([(bytes([1]) * 32, 0, desk.FINAL)], [desk.output(1_000, script)] * count)
    return list(coins_of_transactions([Transaction.parse(made)], [], registered("wpkh"), gap=5))


def test_a_transaction_that_paid_the_wallet_often_is_written_once_and_as_far_as_a_psbt_may_be() -> None:
    place = place_of(registered("wpkh"), 0, 0)
    few, many = paid_often(50), paid_often(400)
    assert len(Psbt.parse(request(MESSAGE, place, few)).inputs) == 51
    assert operations(lambda: request(MESSAGE, place, many)) < 12 * operations(lambda: request(MESSAGE, place, few))
    with pytest.raises(Refused) as refused:
        request(MESSAGE, place, paid_often(600))
    assert refused.value.code == "too-large"
