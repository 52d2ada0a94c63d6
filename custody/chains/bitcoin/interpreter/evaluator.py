"""A script and a stack to the stack that it leaves: runs what the standard templates and Miniscript are made of.

It is no full interpreter: an opcode outside the table makes the answer inconclusive, wherever in the script it stands.
Within the table it follows consensus and BIP-322's required rules (MINIMALDATA, MINIMALIF, NULLFAIL, NULLDUMMY).
"""

from collections.abc import Callable, Mapping, Sequence

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import hash160, ripemd160, sha256, sha256d
from custody.chains.bitcoin.consensus.script import OP_16, SCRIPT_LIMIT, Operation, operations, push
from custody.chains.bitcoin.interpreter import opcodes as op
from custody.chains.bitcoin.interpreter.checker import Checker, Rules
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.errors import Unreadable

ITEM_LIMIT = 520
STACK_LIMIT = 1_000
OPERATIONS_LIMIT = 201
MULTISIG_KEYS_LIMIT = 20

_TRUE, _FALSE = b"\x01", b""
_NUMBER_SIZE, _LOCK_SIZE = 4, 5
_HASHES = {op.OP_RIPEMD160: ripemd160, op.OP_SHA256: sha256, op.OP_HASH160: hash160, op.OP_HASH256: sha256d}
_CONDITIONS = (op.OP_IF, op.OP_NOTIF, op.OP_ELSE, op.OP_ENDIF)


def evaluate(script: bytes, stack: Sequence[bytes], checker: Checker) -> tuple[bytes, ...]:
    """Run a script on a stack and return the stack that it leaves. Raises Invalid and Inconclusive."""
    understood(script, checker.rules)
    machine = _Machine(list(stack), checker)
    for operation in operations(script):  # read again: a list of millions would take hundreds of megabytes
        machine.step(operation)
    return machine.finish()


def understood(script: bytes, rules: Rules) -> None:
    """Read a script to its end. Raises Inconclusive at an opcode outside the table, Invalid where it is broken."""
    if rules is not Rules.TAPSCRIPT and len(script) > SCRIPT_LIMIT:
        raise Invalid(_("a script is longer than any node runs"))
    try:
        for operation in operations(script):
            _check_known(operation, rules)
    except Unreadable as error:
        raise Invalid(error.message) from None


def truth(item: bytes) -> bool:
    """Say whether an item counts as true: not zero, and not negative zero."""
    return any(item[:-1]) or item[-1:] not in (b"", b"\x00", b"\x80")


def _check_known(operation: Operation, rules: Rules) -> None:
    opcode = operation.opcode
    if opcode == op.OP_CODESEPARATOR:
        raise Invalid(_("a script uses OP_CODESEPARATOR"))
    known = operation.pushed is not None or opcode in _CONDITIONS or opcode in _OPERATIONS
    if not known or (opcode == op.OP_CHECKSIGADD and rules is not Rules.TAPSCRIPT):
        raise Inconclusive(
            _("a script uses opcode 0x{opcode:02x}, which this program does not understand").format(opcode=opcode),
            hint=_("Verify it with a node or a program that runs every script."),
        )


class _Machine:
    """A stack, a second one, and the conditions that are open."""

    def __init__(self, stack: list[bytes], checker: Checker) -> None:
        self.stack = stack
        self.alternative: list[bytes] = []
        self.conditions: list[bool] = []
        self.checker = checker
        self.operations = 0

    def step(self, operation: Operation) -> None:
        """Run one operation, or step over it inside a condition that is not met."""
        if operation.pushed is not None and len(operation.pushed) > ITEM_LIMIT:
            raise Invalid(_("a script pushes more than {limit} bytes").format(limit=ITEM_LIMIT))
        if operation.opcode > OP_16:
            self.count_operations(1)
        running = all(self.conditions)
        if operation.opcode in _CONDITIONS:
            self.branch(operation.opcode, running)
        elif running and operation.pushed is not None:
            if push(operation.pushed)[0] != operation.opcode:
                raise Invalid(_("a push is not written in the shortest way (MINIMALDATA)"))
            self.stack.append(operation.pushed)
        elif running:
            _OPERATIONS[operation.opcode](self)
        if len(self.stack) + len(self.alternative) > STACK_LIMIT:
            raise Invalid(_("a script's stack grows over {limit} items").format(limit=STACK_LIMIT))

    def finish(self) -> tuple[bytes, ...]:
        """Return the stack. Raises Invalid where a condition is still open."""
        if self.conditions:
            raise Invalid(_("a script ends inside a condition"))
        return tuple(self.stack)

    def count_operations(self, count: int) -> None:
        self.operations += count
        if self.checker.rules is not Rules.TAPSCRIPT and self.operations > OPERATIONS_LIMIT:
            raise Invalid(_("a script has more than {limit} operations").format(limit=OPERATIONS_LIMIT))

    def branch(self, opcode: int, running: bool) -> None:
        if opcode in (op.OP_IF, op.OP_NOTIF):
            taken = False
            if running:
                argument = self.pop()
                if argument not in (_FALSE, _TRUE):
                    raise Invalid(_("the argument of a condition is neither 0 nor 1 (MINIMALIF)"))
                taken = (argument == _TRUE) == (opcode == op.OP_IF)
            self.conditions.append(taken)
        elif not self.conditions:
            raise Invalid(_("a script closes a condition that is not open"))
        elif opcode == op.OP_ELSE:
            self.conditions[-1] = not self.conditions[-1]
        else:
            self.conditions.pop()

    def pop(self) -> bytes:
        if not self.stack:
            raise _too_few()
        return self.stack.pop()

    def top(self) -> bytes:
        if not self.stack:
            raise _too_few()
        return self.stack[-1]

    def pop_number(self) -> int:
        return _number(self.pop(), _NUMBER_SIZE)

    def push_number(self, number: int) -> None:
        self.stack.append(encode_number(number))

    def push_truth(self, answer: bool) -> None:
        self.stack.append(_TRUE if answer else _FALSE)

    def verify(self) -> None:
        if not truth(self.pop()):
            raise Invalid(_("a condition of the script is not met"))

    def drop(self) -> None:
        self.pop()

    def to_alternative(self) -> None:
        self.alternative.append(self.pop())

    def from_alternative(self) -> None:
        if not self.alternative:
            raise _too_few()
        self.stack.append(self.alternative.pop())

    def duplicate_if_true(self) -> None:
        if truth(self.top()):
            self.stack.append(self.top())

    def swap(self) -> None:
        upper, lower = self.pop(), self.pop()
        self.stack += [upper, lower]

    def equal(self) -> None:
        self.push_truth(self.pop() == self.pop())

    def add(self) -> None:
        self.push_number(self.pop_number() + self.pop_number())

    def compare(self, rule: Callable[[int, int], bool]) -> None:
        second, first = self.pop_number(), self.pop_number()
        self.push_truth(rule(first, second))

    def check_signature(self) -> None:
        public_key, signature = self.pop(), self.pop()
        self.push_truth(self.checker.holds(signature, public_key))

    def check_signature_add(self) -> None:
        public_key, number, signature = self.pop(), self.pop_number(), self.pop()
        self.push_number(number + self.checker.holds(signature, public_key))

    def check_multisig(self) -> None:
        """Signatures stand in the order of their keys, each key is looked at once, and the dummy is empty."""
        if self.checker.rules is Rules.TAPSCRIPT:
            raise Invalid(_("a tapscript uses OP_CHECKMULTISIG"))
        keys = self.pop_counted(MULTISIG_KEYS_LIMIT)
        self.count_operations(len(keys))
        signatures = self.pop_counted(len(keys))
        if self.pop():
            raise Invalid(_("the dummy of OP_CHECKMULTISIG is not empty (NULLDUMMY)"))
        wanted, left = list(signatures), list(keys)  # both from the last to the first, as they are popped
        while wanted and len(wanted) <= len(left):
            if self.checker.matches(wanted[0], left.pop(0)):
                wanted.pop(0)
        if wanted and any(signatures):
            raise Invalid(_("a signature of the quorum does not hold, or stands in the wrong order"))
        self.push_truth(not wanted)

    def pop_counted(self, limit: int) -> tuple[bytes, ...]:
        count = self.pop_number()
        if not 0 <= count <= limit:
            raise Invalid(_("a script asks for an impossible number of keys or signatures"))
        return tuple(self.pop() for _each in range(count))

    def check_locktime(self) -> None:
        wanted = _number(self.top(), _LOCK_SIZE)
        if wanted < 0 or not self.checker.locktime_reached(wanted):
            raise Invalid(_("the lock time of the proof is before the one that its script asks for"))

    def check_age(self) -> None:
        wanted = _number(self.top(), _LOCK_SIZE)
        if wanted < 0 or not self.checker.age_reached(wanted):
            raise Invalid(_("the age in the proof is less than the one that its script asks for"))

    def fail(self) -> None:
        raise Invalid(_("the script is one that nobody can satisfy (OP_RETURN)"))


def _number(item: bytes, size: int) -> int:
    """Read a number of a script: little endian, sign in the highest bit, in the shortest form."""
    if len(item) > size or encode_number(_decoded(item)) != item:
        raise Invalid(_("a number in a script is too long or not in its shortest form"))
    return _decoded(item)


def _decoded(item: bytes) -> int:
    if not item:
        return 0
    magnitude = int.from_bytes(item[:-1] + bytes([item[-1] & 0x7F]), "little")
    return -magnitude if item[-1] & 0x80 else magnitude


def encode_number(number: int) -> bytes:
    """Write a number of a script in its shortest form."""
    if number == 0:
        return b""
    size = abs(number).bit_length() // 8 + 1
    return (abs(number) | (1 << 8 * size - 1 if number < 0 else 0)).to_bytes(size, "little")


def _too_few() -> Invalid:
    return Invalid(_("the signature holds less than its script asks for"))


def _then_verify(operation: Callable[[_Machine], None]) -> Callable[[_Machine], None]:
    def both(machine: _Machine) -> None:
        operation(machine)
        machine.verify()

    return both


def _hashing(digest: Callable[[bytes], bytes]) -> Callable[[_Machine], None]:
    return lambda machine: machine.stack.append(digest(machine.pop()))


_OPERATIONS: Mapping[int, Callable[[_Machine], None]] = {
    op.OP_VERIFY: _Machine.verify,
    op.OP_RETURN: _Machine.fail,
    op.OP_TOALTSTACK: _Machine.to_alternative,
    op.OP_FROMALTSTACK: _Machine.from_alternative,
    op.OP_IFDUP: _Machine.duplicate_if_true,
    op.OP_DROP: _Machine.drop,
    op.OP_DUP: lambda machine: machine.stack.append(machine.top()),
    op.OP_SWAP: _Machine.swap,
    op.OP_SIZE: lambda machine: machine.push_number(len(machine.top())),
    op.OP_EQUAL: _Machine.equal,
    op.OP_EQUALVERIFY: _then_verify(_Machine.equal),
    op.OP_NOT: lambda machine: machine.push_truth(machine.pop_number() == 0),
    op.OP_0NOTEQUAL: lambda machine: machine.push_truth(machine.pop_number() != 0),
    op.OP_ADD: _Machine.add,
    op.OP_BOOLAND: lambda machine: machine.compare(lambda first, second: first != 0 and second != 0),
    op.OP_BOOLOR: lambda machine: machine.compare(lambda first, second: first != 0 or second != 0),
    op.OP_NUMEQUAL: lambda machine: machine.compare(int.__eq__),
    op.OP_NUMEQUALVERIFY: _then_verify(lambda machine: machine.compare(int.__eq__)),
    **{opcode: _hashing(digest) for opcode, digest in _HASHES.items()},
    op.OP_CHECKSIG: _Machine.check_signature,
    op.OP_CHECKSIGVERIFY: _then_verify(_Machine.check_signature),
    op.OP_CHECKSIGADD: _Machine.check_signature_add,
    op.OP_CHECKMULTISIG: _Machine.check_multisig,
    op.OP_CHECKMULTISIGVERIFY: _then_verify(_Machine.check_multisig),
    op.OP_CHECKLOCKTIMEVERIFY: _Machine.check_locktime,
    op.OP_CHECKSEQUENCEVERIFY: _Machine.check_age,
}
