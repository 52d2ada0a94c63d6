"""One defect per proof: the spend that it shows is not one that a node would take, or not one that we understand."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.script import p2pkh, p2sh, p2tr, p2wsh, push, witness_script_pubkey
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.taproot import control_block, leaf_hash, output_key, tap_tweak
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxOutput
from custody.chains.bitcoin.interpreter import opcodes as op
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message.encoding import write
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.message.virtual import to_sign
from custody.curve import ORDER
from custody.signing import SignatureScheme
from tests.chains.bitcoin.message.keys import LoneKey, locks, open_input

MESSAGE = b"A statement"
A, B = LoneKey.named("A"), LoneKey.named("B")
LOCKS = locks([A]) | {name: lock for name, lock in locks([A, B]).items() if "multisig" in name}
SINGLE = ("p2pkh", "p2wpkh", "p2sh-p2wpkh", "p2tr")


def opened(kind: str, **settings: int) -> Transaction:
    lock, plain = LOCKS[kind], to_sign(MESSAGE, LOCKS[kind].script)
    if "sequence" in settings:
        plain = replace(plain, inputs=(replace(plain.inputs[0], sequence=settings.pop("sequence")),))
    keys = [A] if kind in SINGLE else [A, B]
    return open_input(replace(plain, **settings), 0, [TxOutput(0, lock.script)], lock, keys)


def check(script: bytes, transaction: Transaction) -> None:
    verify(script, MESSAGE, write(transaction))


def first(transaction: Transaction, **changes: object) -> Transaction:
    return replace(transaction, inputs=(replace(transaction.inputs[0], **changes), *transaction.inputs[1:]))


@pytest.mark.parametrize("kind", LOCKS)
def test_every_template_is_verified(kind: str) -> None:
    check(LOCKS[kind].script, opened(kind))


Change = Callable[[Transaction], Transaction]


def last_witness(change: Callable[[bytes], bytes]) -> Change:
    return lambda each: first(each, witness=(change(each.inputs[0].witness[0]), *each.inputs[0].witness[1:]))


INVALID: dict[str, tuple[str, Change]] = {
    "nobody signed": ("p2wpkh", lambda each: first(each, witness=())),
    "a scriptSig beside a native witness": ("p2wpkh", lambda each: first(each, script_sig=b"\x51")),
    "a witness beside a legacy scriptSig": ("p2pkh", lambda each: first(each, witness=(b"x",))),
    "a witness beside a legacy redeem script": ("p2sh-multisig", lambda each: first(each, witness=(b"x",))),
    "a second item": ("p2wpkh", lambda each: first(each, witness=(b"x", *each.inputs[0].witness))),
    "an item too many for a legacy script": (
        "p2pkh",
        lambda each: first(each, script_sig=b"\x51" + each.inputs[0].script_sig),
    ),
    "another output": ("p2wpkh", lambda each: replace(each, outputs=(TxOutput(1, b"\x6a"),))),
    "an output that holds data": ("p2wpkh", lambda each: replace(each, outputs=(TxOutput(0, b"\x6a\x01a"),))),
    "two outputs": ("p2wpkh", lambda each: replace(each, outputs=each.outputs * 2)),
    "no output": ("p2wpkh", lambda each: replace(each, outputs=())),
    "another lock time than signed": ("p2wpkh", lambda each: replace(each, locktime=1)),
    "another sequence than signed": ("p2tr", lambda each: first(each, sequence=1)),
    "the second output of to_spend": (
        "p2wpkh",
        lambda each: first(each, outpoint=OutPoint(each.inputs[0].outpoint.txid, 1)),
    ),
    "a redeem script that is another one": (
        "p2sh-p2wpkh",
        lambda each: first(each, script_sig=push(b"\x00\x14" + bytes(20))),
    ),
    "a redeem script with something before it": (
        "p2sh-p2wpkh",
        lambda each: first(each, script_sig=b"\x51" + each.inputs[0].script_sig),
    ),
    "no redeem script": ("p2sh-p2wsh-multisig", lambda each: first(each, script_sig=b"")),
    "a witness script that is another one": (
        "p2wsh-multisig",
        lambda each: first(each, witness=(*each.inputs[0].witness[:-1], b"\x51")),
    ),
    "SIGHASH_NONE": ("p2wpkh", last_witness(lambda signature: signature[:-1] + b"\x02")),
    "SIGHASH_ALL with ANYONECANPAY": ("p2wpkh", last_witness(lambda signature: signature[:-1] + b"\x81")),
    "a taproot type that is not the whole": ("p2tr", last_witness(lambda signature: signature + b"\x83")),
    "DEFAULT written out": ("p2tr", last_witness(lambda signature: signature + b"\x00")),
    "a taproot signature under another type": ("p2tr", last_witness(lambda signature: signature + b"\x01")),
    "a short taproot signature": ("p2tr", last_witness(lambda signature: signature[:-1])),
    "a signature that is not DER": ("p2wpkh", last_witness(lambda signature: b"\x31" + signature[1:])),
    "a damaged signature": ("p2wpkh", last_witness(lambda s: s[:20] + bytes([s[20] ^ 1]) + s[21:])),
    "a hybrid key": (
        "p2wpkh",
        lambda each: first(each, witness=(each.inputs[0].witness[0], b"\x06" + bytes(64))),
    ),
    "a push longer than it needs to be": (
        "p2sh-multisig",
        lambda each: first(each, script_sig=b"\x4c\x00" + each.inputs[0].script_sig[1:]),
    ),
    "one signature of two": (
        "p2wsh-multisig",
        lambda each: first(each, witness=(b"", b"", *each.inputs[0].witness[2:])),
    ),
    "one witness item over 520 bytes": (
        "p2wsh-multisig",
        lambda each: first(each, witness=(bytes(521), *each.inputs[0].witness)),
    ),
}


@pytest.mark.parametrize(("kind", "change"), INVALID.values(), ids=INVALID)
def test_a_defect_makes_it_invalid(kind: str, change: Change) -> None:
    with pytest.raises(Invalid):
        check(LOCKS[kind].script, change(opened(kind)))


def test_a_high_s_is_invalid() -> None:
    transaction = opened("p2wpkh")
    signature, public_key = transaction.inputs[0].witness
    r_size = signature[3]
    s = int.from_bytes(signature[6 + r_size : -1])
    high = (ORDER - s).to_bytes(33)
    body = b"\x02" + bytes([r_size]) + signature[4 : 4 + r_size] + b"\x02" + bytes([len(high)]) + high
    written = b"\x30" + bytes([len(body)]) + body + b"\x01"
    with pytest.raises(Invalid, match="high S"):
        check(LOCKS["p2wpkh"].script, first(transaction, witness=(written, public_key)))


@pytest.mark.parametrize("version", [1, 3, -1])
def test_another_version_is_not_understood_even_with_a_signature_that_holds(version: int) -> None:
    with pytest.raises(Inconclusive):
        check(LOCKS["p2wpkh"].script, opened("p2wpkh", version=version))


@pytest.mark.parametrize("version", [0, 2])
def test_both_known_versions_are(version: int) -> None:
    check(LOCKS["p2wpkh"].script, opened("p2wpkh", version=version))


def anyone(script: bytes, witness: tuple[bytes, ...] = (b"\x01",), script_sig: bytes = b"") -> Transaction:
    return first(to_sign(MESSAGE, script), witness=witness, script_sig=script_sig)


@pytest.mark.parametrize(
    ("script", "script_sig"),
    [
        (witness_script_pubkey(2, bytes(32)), b""),
        (witness_script_pubkey(16, bytes(2)), b""),
        (witness_script_pubkey(1, bytes(33)), b""),
        (bytes.fromhex("51024e73"), b""),
        (p2sh(hash160(p2tr(A.public[1:]))), push(p2tr(A.public[1:]))),
    ],
    ids=["version 2", "version 16", "version 1 of 33 bytes", "an anchor", "taproot in P2SH"],
)
def test_what_anyone_may_spend_today_and_nobody_tomorrow_is_inconclusive(script: bytes, script_sig: bytes) -> None:
    with pytest.raises(Inconclusive):
        check(script, anyone(script, script_sig=script_sig))


def test_a_witness_program_of_version_0_with_a_strange_length_is_invalid() -> None:
    script = b"\x00\x10" + bytes(16)
    with pytest.raises(Invalid):
        check(script, anyone(script))


def test_an_annex_is_inconclusive() -> None:
    transaction = opened("p2tr")
    with pytest.raises(Inconclusive, match="annex"):
        check(LOCKS["p2tr"].script, first(transaction, witness=(*transaction.inputs[0].witness, b"\x50abc")))


# --- scripts of our own ---


def in_wsh(script: bytes, sign: Callable[[bytes], tuple[bytes, ...]], **settings: int) -> None:
    challenge = p2wsh(sha256(script).digest())
    plain = to_sign(MESSAGE, challenge)
    plain = first(plain, sequence=settings.pop("sequence", 0))
    plain = replace(plain, **settings)
    digest = Sighash(plain, [TxOutput(0, challenge)]).segwit_v0(0, script, 0, 1)
    check(challenge, first(plain, witness=(*sign(digest), script)))


LOCKED_TO_100 = (
    push(b"\x64") + bytes([op.OP_CHECKLOCKTIMEVERIFY, op.OP_DROP]) + push(A.public) + bytes([op.OP_CHECKSIG])
)
OLDER_10 = b"\x5a" + bytes([op.OP_CHECKSEQUENCEVERIFY, op.OP_DROP]) + push(A.public) + bytes([op.OP_CHECKSIG])
SWITCHED_OFF = (
    push(b"\x0a\x00\x00\x80\x00")
    + bytes([op.OP_CHECKSEQUENCEVERIFY, op.OP_DROP])
    + push(A.public)
    + bytes([op.OP_CHECKSIG])
)
"""An age with bit 31 asks for nothing (BIP-112)."""


def by_a(digest: bytes) -> tuple[bytes, ...]:
    return (A.ecdsa(digest),)


@pytest.mark.parametrize(
    ("script", "settings"),
    [
        (LOCKED_TO_100, {"locktime": 100}),
        (LOCKED_TO_100, {"locktime": 499_999_999}),
        (OLDER_10, {"version": 2, "sequence": 10}),
        (OLDER_10, {"version": 2, "sequence": 65_535}),
        (SWITCHED_OFF, {"version": 0, "sequence": 0}),
        (SWITCHED_OFF, {"version": 2, "sequence": 1 << 31}),
    ],
)
def test_a_time_lock_that_is_asked_for_is_met(script: bytes, settings: dict[str, int]) -> None:
    in_wsh(script, by_a, **settings)


@pytest.mark.parametrize(
    ("script", "settings"),
    [
        (LOCKED_TO_100, {}),
        (LOCKED_TO_100, {"locktime": 99}),
        (LOCKED_TO_100, {"locktime": 500_000_000}),
        (LOCKED_TO_100, {"locktime": 100, "sequence": 0xFFFFFFFF}),
        (OLDER_10, {"version": 2, "sequence": 9}),
        (OLDER_10, {"version": 0, "sequence": 10}),
        (OLDER_10, {"version": 2, "sequence": 10 | 1 << 31}),
        (OLDER_10, {"version": 2, "sequence": 10 | 1 << 22}),
    ],
)
def test_a_time_lock_that_is_not_met_is_invalid(script: bytes, settings: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        in_wsh(script, by_a, **settings)


def test_a_script_with_an_opcode_that_is_not_known_is_inconclusive() -> None:
    with pytest.raises(Inconclusive, match="0x7e"):
        in_wsh(b"\x7e\x51", by_a)


def test_a_legacy_script_that_holds_its_own_signature_is_invalid() -> None:
    """FindAndDelete would cut it out before hashing, which BIP-322 forbids to rely on."""
    key = push(A.public) + bytes([op.OP_CHECKSIG])
    signature = A.ecdsa(bytes(32))
    redeem = push(signature) + bytes([op.OP_DROP]) + key
    challenge = p2sh(hash160(redeem))
    with pytest.raises(Invalid, match="FindAndDelete"):
        check(challenge, anyone(challenge, (), push(signature) + push(redeem)))


def test_a_script_sig_that_computes_is_inconclusive() -> None:
    script = p2pkh(hash160(A.public))
    with pytest.raises(Inconclusive):
        check(script, anyone(script, (), bytes([0x51, op.OP_DUP])))


# --- tapscript ---

SCRIPT = push(A.public[1:]) + bytes([op.OP_CHECKSIG])
INTERNAL = B.public[1:]


def in_leaf(
    script: bytes = SCRIPT,
    *,
    version: int = 0xC0,
    change: Callable[[bytes], bytes] = lambda control: control,
    sign: Callable[[bytes], tuple[bytes, ...]] = lambda digest: (A.sign(digest, SignatureScheme.BIP340),),
) -> None:
    leaf = leaf_hash(script, version)
    output, odd = output_key(INTERNAL, leaf)
    challenge = p2tr(output)
    plain = to_sign(MESSAGE, challenge)
    digest = Sighash(plain, [TxOutput(0, challenge)]).taproot(0, 0, leaf)
    control = change(control_block(INTERNAL, (), odd=odd, version=version))
    check(challenge, first(plain, witness=(*sign(digest), script, control)))


def test_a_leaf_is_opened_by_its_key() -> None:
    in_leaf()


@pytest.mark.parametrize(
    "change",
    [
        lambda control: bytes([control[0] ^ 1]) + control[1:],
        lambda control: control[:1] + A.public[1:],
        lambda control: control + bytes(32),
        lambda control: control[:-1],
        lambda control: control + bytes(32 * 129),
        lambda control: control[:1] + b"\xff" * 32,
    ],
    ids=["parity", "another internal key", "a branch too many", "short", "deeper than 128", "no key"],
)
def test_a_control_block_that_does_not_lead_to_the_output_is_invalid(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Invalid):
        in_leaf(change=change)


def test_the_key_paths_signature_opens_no_leaf() -> None:
    with pytest.raises(Invalid):
        in_leaf(sign=lambda digest: (B.sign(digest, SignatureScheme.BIP340, tap_tweak(INTERNAL, None)),))


def test_another_leaf_version_is_inconclusive() -> None:
    with pytest.raises(Inconclusive):
        in_leaf(version=0xC2)


def test_an_op_success_is_inconclusive_whatever_else_the_script_holds() -> None:
    with pytest.raises(Inconclusive):
        in_leaf(b"\x50" + SCRIPT + b"\x05")


def test_a_key_of_a_kind_to_come_is_inconclusive() -> None:
    with pytest.raises(Inconclusive):
        in_leaf(push(A.public) + bytes([op.OP_CHECKSIG]))


CHECK_AND_KEEP = bytes(
    [
        *(op.OP_DUP, op.OP_TOALTSTACK, op.OP_SWAP, op.OP_DUP, op.OP_TOALTSTACK, op.OP_SWAP),
        *(op.OP_CHECKSIGVERIFY, op.OP_FROMALTSTACK, op.OP_FROMALTSTACK),
    ]
)
"""Verifies the signature and key on the stack, and leaves both there."""


def checked_often(count: int) -> None:
    in_leaf(
        CHECK_AND_KEEP * count + bytes([op.OP_DROP, op.OP_DROP, 0x51]),
        sign=lambda digest: (A.sign(digest, SignatureScheme.BIP340), A.public[1:]),
    )


def test_a_leaf_may_not_check_more_than_its_witness_pays_for() -> None:
    checked_often(3)
    with pytest.raises(Invalid, match="pays for"):
        checked_often(20)
