"""The evaluator: what it understands it runs as consensus and BIP-322 say; what it does not is never a yes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.hashes import hash160, ripemd160, sha256, sha256d
from custody.chains.bitcoin.consensus.script import push
from custody.chains.bitcoin.interpreter import opcodes as op
from custody.chains.bitcoin.interpreter.checker import Rules
from custody.chains.bitcoin.interpreter.evaluator import encode_number, evaluate, truth
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid

ONE, ZERO = b"\x51", b"\x00"


class Signatures:
    """A checker for which key K is signed by the bytes b"sig" + K, at height 100 and age 10."""

    def __init__(self, rules: Rules = Rules.WITNESS_V0) -> None:
        self.rules = rules

    def holds(self, signature: bytes, public_key: bytes) -> bool:
        if signature and not self.matches(signature, public_key):
            raise Invalid("it does not hold")
        return bool(signature)

    def matches(self, signature: bytes, public_key: bytes) -> bool:
        return signature == b"sig" + public_key

    def locktime_reached(self, wanted: int) -> bool:
        return wanted <= 100

    def age_reached(self, wanted: int) -> bool:
        return wanted <= 10


def run(script: bytes, *stack: bytes, rules: Rules = Rules.WITNESS_V0) -> tuple[bytes, ...]:
    return evaluate(script, stack, Signatures(rules))


def code(*parts: int | bytes) -> bytes:
    return b"".join(bytes([part]) if isinstance(part, int) else push(part) for part in parts)


RESULTS = [
    ("a push", code(b"abc"), (), (b"abc",)),
    ("small numbers", code(0x51, 0x60, 0x4F, 0x00), (), (b"\x01", b"\x10", b"\x81", b"")),
    ("if, taken", code(op.OP_IF, 0x52, op.OP_ELSE, 0x53, op.OP_ENDIF), (b"\x01",), (b"\x02",)),
    ("if, not taken", code(op.OP_IF, 0x52, op.OP_ELSE, 0x53, op.OP_ENDIF), (b"",), (b"\x03",)),
    ("notif", code(op.OP_NOTIF, 0x52, op.OP_ENDIF), (b"",), (b"\x02",)),
    ("nested", code(op.OP_IF, op.OP_IF, 0x52, op.OP_ENDIF, op.OP_ENDIF), (b"", b"\x01"), ()),
    ("an untaken branch runs nothing", code(op.OP_IF, op.OP_RETURN, op.OP_ENDIF, 0x51), (b"",), (b"\x01",)),
    ("verify", code(op.OP_VERIFY), (b"\x05",), ()),
    ("alternative stack", code(op.OP_TOALTSTACK, 0x52, op.OP_FROMALTSTACK), (b"x",), (b"\x02", b"x")),
    ("ifdup of true", code(op.OP_IFDUP), (b"x",), (b"x", b"x")),
    ("ifdup of false", code(op.OP_IFDUP), (b"",), (b"",)),
    ("drop", code(op.OP_DROP), (b"a", b"b"), (b"a",)),
    ("dup", code(op.OP_DUP), (b"a",), (b"a", b"a")),
    ("swap", code(op.OP_SWAP), (b"a", b"b"), (b"b", b"a")),
    ("size", code(op.OP_SIZE), (b"abc",), (b"abc", b"\x03")),
    ("equal", code(op.OP_EQUAL), (b"a", b"a"), (b"\x01",)),
    ("not equal", code(op.OP_EQUAL), (b"a", b"b"), (b"",)),
    ("equalverify", code(op.OP_EQUALVERIFY), (b"a", b"a"), ()),
    ("not", code(op.OP_NOT), (b"",), (b"\x01",)),
    ("0notequal", code(op.OP_0NOTEQUAL), (b"\x05",), (b"\x01",)),
    ("add", code(op.OP_ADD), (b"\x05", b"\x81"), (b"\x04",)),
    ("booland", code(op.OP_BOOLAND), (b"\x05", b""), (b"",)),
    ("boolor", code(op.OP_BOOLOR), (b"\x05", b""), (b"\x01",)),
    ("numequal", code(op.OP_NUMEQUAL), (b"\x05", b"\x05"), (b"\x01",)),
    ("numequalverify", code(op.OP_NUMEQUALVERIFY), (b"\x05", b"\x05"), ()),
    ("ripemd160", code(op.OP_RIPEMD160), (b"a",), (ripemd160(b"a"),)),
    ("sha256", code(op.OP_SHA256), (b"a",), (sha256(b"a"),)),
    ("hash160", code(op.OP_HASH160), (b"a",), (hash160(b"a"),)),
    ("hash256", code(op.OP_HASH256), (b"a",), (sha256d(b"a"),)),
    ("checksig", code(b"K1", op.OP_CHECKSIG), (b"sigK1",), (b"\x01",)),
    ("checksig without a signature", code(b"K1", op.OP_CHECKSIG), (b"",), (b"",)),
    ("checksigverify", code(b"K1", op.OP_CHECKSIGVERIFY), (b"sigK1",), ()),
    ("2 of 3", code(0x52, b"K1", b"K2", b"K3", 0x53, op.OP_CHECKMULTISIG), (b"", b"sigK1", b"sigK3"), (b"\x01",)),
    ("2 of 3, nobody", code(0x52, b"K1", b"K2", b"K3", 0x53, op.OP_CHECKMULTISIG), (b"", b"", b""), (b"",)),
    ("0 of 1", code(0x00, b"K1", 0x51, op.OP_CHECKMULTISIG), (b"",), (b"\x01",)),
    ("multisigverify", code(0x51, b"K1", 0x51, op.OP_CHECKMULTISIGVERIFY), (b"", b"sigK1"), ()),
    ("lock time", code(b"\x64", op.OP_CHECKLOCKTIMEVERIFY), (), (b"\x64",)),
    ("age", code(0x5A, op.OP_CHECKSEQUENCEVERIFY), (), (b"\x0a",)),
]

WRONG = [
    ("an item is missing", code(op.OP_DROP), ()),
    ("the alternative stack is empty", code(op.OP_FROMALTSTACK), ()),
    ("dup of nothing", code(op.OP_DUP), ()),
    ("a condition stays open", code(op.OP_IF), (b"\x01",)),
    ("else without if", code(op.OP_ELSE), ()),
    ("endif without if", code(op.OP_ENDIF), ()),
    ("MINIMALIF: two", code(op.OP_IF, op.OP_ENDIF), (b"\x02",)),
    ("MINIMALIF: a zero byte", code(op.OP_IF, op.OP_ENDIF), (b"\x00",)),
    ("verify of false", code(op.OP_VERIFY), (b"",)),
    ("verify of negative zero", code(op.OP_VERIFY), (b"\x80",)),
    ("equalverify", code(op.OP_EQUALVERIFY), (b"a", b"b")),
    ("op_return", code(op.OP_RETURN), ()),
    ("MINIMALDATA: a small number pushed as data", b"\x01\x05", ()),
    ("MINIMALDATA: PUSHDATA1 for three bytes", b"\x4c\x03abc", ()),
    ("a push beyond the end", b"\x05abc", ()),
    ("more than 520 bytes", code(bytes(521)), ()),
    ("a number of five bytes", code(op.OP_NOT), (b"\x01\x02\x03\x04\x05",)),
    ("a number that is longer than it needs to be", code(op.OP_NOT), (b"\x05\x00",)),
    ("negative zero as a number", code(op.OP_NOT), (b"\x80",)),
    ("NULLFAIL: a wrong signature", code(b"K1", op.OP_CHECKSIG), (b"sigK2",)),
    ("signatures in the wrong order", code(0x52, b"K1", b"K2", 0x52, op.OP_CHECKMULTISIG), (b"", b"sigK2", b"sigK1")),
    ("the same signature twice", code(0x52, b"K1", b"K2", 0x52, op.OP_CHECKMULTISIG), (b"", b"sigK1", b"sigK1")),
    ("NULLFAIL in a quorum", code(0x52, b"K1", b"K2", 0x52, op.OP_CHECKMULTISIG), (b"", b"sigK1", b"")),
    ("NULLDUMMY", code(0x51, b"K1", 0x51, op.OP_CHECKMULTISIG), (b"\x01", b"sigK1")),
    ("no dummy", code(0x51, b"K1", 0x51, op.OP_CHECKMULTISIG), (b"sigK1",)),
    ("more signatures than keys", code(0x52, b"K1", 0x51, op.OP_CHECKMULTISIG), (b"", b"sigK1", b"sigK1")),
    ("a negative number of keys", code(0x51, b"K1", 0x4F, op.OP_CHECKMULTISIG), (b"", b"sigK1")),
    ("a negative number of keys, and else nothing", code(0x4F, op.OP_CHECKMULTISIG), (b"", b"")),
    ("a negative number of signatures", code(0x4F, b"K1", 0x51, op.OP_CHECKMULTISIG), (b"",)),
    ("21 keys", code(0x00, *[b"K1"] * 21, b"\x15", op.OP_CHECKMULTISIG), (b"",)),
    ("the lock time is not reached", code(b"\x65", op.OP_CHECKLOCKTIMEVERIFY), ()),
    ("the age is not reached", code(0x5B, op.OP_CHECKSEQUENCEVERIFY), ()),
    ("a negative lock", code(0x4F, op.OP_CHECKLOCKTIMEVERIFY), ()),
    ("OP_CODESEPARATOR", code(0x51, op.OP_CODESEPARATOR), ()),
    ("OP_CODESEPARATOR in a branch not taken", code(0x00, op.OP_IF, op.OP_CODESEPARATOR, op.OP_ENDIF, 0x51), ()),
    ("202 operations", code(0x51, *[op.OP_NOT] * 202), ()),
    ("a stack over 1,000", code(*[0x51] * 1001), ()),
    ("over 10,000 bytes", code(*[bytes(75), op.OP_DROP] * 140), ()),
]

NOT_UNDERSTOOD = [
    ("OP_CAT", 0x7E),
    ("OP_NOP", 0x61),
    ("OP_NOP1, kept for an upgrade", 0xB0),
    ("OP_NOP4, kept for an upgrade", 0xB3),
    ("OP_ROLL", 0x7A),
    ("OP_CHECKSIGADD outside taproot", op.OP_CHECKSIGADD),
    ("OP_RESERVED", 0x50),
    ("an opcode without a name", 0xBB),
    ("OP_INVALIDOPCODE", 0xFF),
]


@pytest.mark.parametrize(("script", "stack", "left"), [row[1:] for row in RESULTS], ids=[row[0] for row in RESULTS])
def test_what_is_understood_is_run(script: bytes, stack: tuple[bytes, ...], left: tuple[bytes, ...]) -> None:
    assert run(script, *stack) == left


@pytest.mark.parametrize(("script", "stack"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_breaks_a_rule_is_invalid(script: bytes, stack: tuple[bytes, ...]) -> None:
    with pytest.raises(Invalid):
        run(script, *stack)


@pytest.mark.parametrize("opcode", [row[1] for row in NOT_UNDERSTOOD], ids=[row[0] for row in NOT_UNDERSTOOD])
@pytest.mark.parametrize("taken", [True, False])
def test_what_is_not_understood_is_never_a_yes(opcode: int, taken: bool) -> None:
    with pytest.raises(Inconclusive):
        run(code(0x51 if taken else 0x00, op.OP_IF, opcode, op.OP_ENDIF, 0x51))


def test_tapscript_has_rules_of_its_own() -> None:
    adding = code(b"K1", op.OP_CHECKSIG, b"K2", op.OP_CHECKSIGADD, 0x52, op.OP_NUMEQUAL)
    assert run(adding, b"sigK2", b"sigK1", rules=Rules.TAPSCRIPT) == (b"\x01",)
    assert run(adding, b"", b"sigK1", rules=Rules.TAPSCRIPT) == (b"",)
    assert run(code(0x51, *[op.OP_NOT] * 400), rules=Rules.TAPSCRIPT) == (b"\x01",)
    with pytest.raises(Invalid):
        run(code(0x51, b"K1", 0x51, op.OP_CHECKMULTISIG), b"", b"sigK1", rules=Rules.TAPSCRIPT)


def test_zero_has_many_forms() -> None:
    assert not any(truth(item) for item in (b"", b"\x00", b"\x80", b"\x00\x00", b"\x00\x80"))
    assert all(truth(item) for item in (b"\x01", b"\x80\x00", b"\x80\x80", b"\x00\x01", b"\x81"))


@given(st.integers(-(2**31) + 1, 2**31 - 1), st.integers(-(2**31) + 1, 2**31 - 1))
def test_numbers_are_added_as_numbers(first: int, second: int) -> None:
    assert run(code(op.OP_ADD), encode_number(first), encode_number(second)) == (encode_number(first + second),)


@given(st.binary(max_size=60), st.lists(st.binary(max_size=8), max_size=5), st.sampled_from(Rules))
def test_any_bytes_have_an_answer(script: bytes, stack: list[bytes], rules: Rules) -> None:
    with suppress(Invalid, Inconclusive):
        evaluate(script, stack, Signatures(rules))
