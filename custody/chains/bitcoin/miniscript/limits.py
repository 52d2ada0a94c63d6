"""A miniscript to what it costs at most to satisfy without malleability: opcodes, stack elements, witness bytes.

Every cost is computed of an expression's satisfactions and dissatisfactions, from those of the expressions within:
parts add up, of alternatives the larger counts, and None says that there is no way.
"""

from dataclasses import dataclass
from types import MappingProxyType

from custody.chains.bitcoin.consensus.script import OP_16, operations
from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, PREIMAGE_SIZE, Context, Fragment
from custody.chains.bitcoin.miniscript.node import K, Node

OPS_LIMIT = 201
"""Opcodes that a P2WSH script may run: consensus. Tapscript has no such limit."""

P2WSH_STACK_LIMIT = 100
"""Elements of a witness for P2WSH, its script left out, that nodes relay."""

STACK_LIMIT = 1000
"""Elements on the stack while a script runs: consensus, and what bounds tapscript."""

SIGNATURE_SIZES = MappingProxyType({Context.P2WSH: 72, Context.TAPSCRIPT: 65})
"""Bytes of the longest signature with its sighash byte: DER with a low s, or BIP-340."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way costs.

    `keys` is what CHECKMULTISIG adds to the opcodes. `net` and `peak` count elements on the stack: how many more there
    are at the start than at the end, and at the fullest moment than at the end. `size` is the bytes of the witness,
    each element with its length.
    """

    keys: int = 0
    net: int = 0
    peak: int = 0
    size: int = 0

    def then(self, following: "Cost") -> "Cost":
        """What runs first, and what runs after it."""
        return Cost(
            self.keys + following.keys,
            self.net + following.net,
            max(following.peak, following.net + self.peak),
            self.size + following.size,
        )

    def either(self, other: "Cost") -> "Cost":
        """The worse of two, in every measure."""
        return Cost(
            max(self.keys, other.keys),
            max(self.net, other.net),
            max(self.peak, other.peak),
            max(self.size, other.size),
        )


@dataclass(frozen=True, slots=True)
class Ways:
    """What it costs at most to satisfy an expression, and to dissatisfy it."""

    sat: Cost | None
    dsat: Cost | None


_PUSH, _TAKE, _EQUALVERIFY = Cost(net=-1), Cost(net=1, peak=1), Cost(net=2, peak=2)
"""An opcode that adds an element; one that ends with one less; one that takes two."""

_IF, _VERIFY, _ADD, _CHECKSIG, _EQUAL = _TAKE, _TAKE, _TAKE, _TAKE, _TAKE
_HASHED = _PUSH.then(_PUSH).then(_EQUALVERIFY).then(_PUSH).then(_EQUAL)  # SIZE 32 EQUALVERIFY (hash) digest EQUAL
_KEY_HASHED = _PUSH.then(_PUSH).then(_EQUALVERIFY)  # DUP (hash) digest EQUALVERIFY
_DUP_IF, _IFDUP_NOTIF = _PUSH.then(_IF), _PUSH.then(_IF)
_ZERO, _ONE = Cost(size=1), Cost(size=2)
"""Elements of the witness: the empty one, and 01."""


def ops_count(node: Node[K]) -> int:
    """Return the opcodes that count towards the limit of 201, at most; without a way to spend, those of the script."""
    placeholder = bytes(node.context.key_size)
    script = node.script(lambda _key: placeholder)
    cost = _largest(node)
    return sum(operation.opcode > OP_16 for operation in operations(script)) + (cost.keys if cost else 0)


def stack_items(node: Node[K]) -> int | None:
    """Return how many elements a witness has at most, the script left out; None where there is none."""
    cost = _largest(node)
    return None if cost is None else cost.net + 1  # the script leaves one


def exec_stack_items(node: Node[K]) -> int | None:
    """Return how many elements lie on the stack at the fullest moment; None where nobody can spend."""
    cost = _largest(node)
    return None if cost is None else cost.peak + 1


def largest_satisfaction_size(node: Node[K]) -> int | None:
    """Return the bytes of the largest witness that `satisfy` makes; None where nobody can spend.

    Counted are its elements, each with its length; left out are their number, the script and a control block. A
    signature counts 72 bytes in P2WSH and 65 in tapscript, its sighash byte included.
    """
    cost = _largest(node)
    return None if cost is None else cost.size


def _largest(node: Node[K]) -> Cost | None:
    return node.fold(_ways).sat


def _ways(node: Node[K], subs: tuple[Ways, ...]) -> Ways:
    if not subs:
        return _leaf(node)
    if node.fragment is Fragment.THRESH:
        return _thresh(node.number, subs)
    if len(subs) == 1:
        return _wrapper(node.fragment, *subs)
    return _combined(node.fragment, *subs)


def _leaf(node: Node[K]) -> Ways:
    signature, key = Cost(size=1 + SIGNATURE_SIZES[node.context]), Cost(size=1 + node.context.key_size)
    match node.fragment:
        case Fragment.FALSE:
            return Ways(None, _PUSH)
        case Fragment.TRUE | Fragment.OLDER | Fragment.AFTER:
            return Ways(_PUSH, None)
        case Fragment.PK_K:
            return Ways(_all(_PUSH, signature), _all(_PUSH, _ZERO))
        case Fragment.PK_H:
            return Ways(_all(_KEY_HASHED, signature, key), _all(_KEY_HASHED, _ZERO, key))
        case Fragment.MULTI | Fragment.MULTI_A:
            return _quorum(node.fragment, node.number, len(node.own_keys), signature)
    if node.fragment in HASH_SIZES:
        return Ways(_all(_HASHED, Cost(size=1 + PREIMAGE_SIZE)), None)  # to dissatisfy one is malleable
    raise ValueError("this fragment holds others")


def _quorum(fragment: Fragment, threshold: int, count: int, signature: Cost) -> Ways:
    signed = threshold * signature.size
    if fragment is Fragment.MULTI:
        peak = threshold + count + 2
        return Ways(Cost(count, threshold, peak, 1 + signed), Cost(count, threshold, peak, 1 + threshold))
    return Ways(Cost(0, count - 1, count, signed + count - threshold), Cost(0, count - 1, count, count))


def _thresh(threshold: int, subs: tuple[Ways, ...]) -> Ways:
    """Add one expression after the other: `costs[n]` is the cost of satisfying n of those so far."""
    costs: list[Cost | None] = [subs[0].dsat, subs[0].sat]
    for sub in subs[1:]:
        without = [_all(cost, sub.dsat, _ADD) for cost in costs]
        with_it = [_all(cost, sub.sat, _ADD) for cost in costs]
        costs = [_any(*pair) for pair in zip([*without, None], [None, *with_it], strict=True)]
    return Ways(_all(costs[threshold], _PUSH, _EQUAL), _all(costs[0], _PUSH, _EQUAL))


def _combined(fragment: Fragment, x: Ways, y: Ways, z: Ways | None = None) -> Ways:
    """The rows of BIP-379's table of satisfactions, in the order in which the script runs."""
    neither = _all(x.dsat, y.dsat, _TAKE)
    match fragment:
        case Fragment.ANDOR if z is not None:
            sat = _any(_all(x.sat, _IF, y.sat), _all(x.dsat, _IF, z.sat))
            return Ways(sat, _all(x.dsat, _IF, z.dsat))
        case Fragment.AND_V:
            return Ways(_all(x.sat, y.sat), None)
        case Fragment.AND_B:
            return Ways(_all(x.sat, y.sat, _TAKE), neither)
        case Fragment.OR_B:
            return Ways(_any(_all(x.sat, y.dsat, _TAKE), _all(x.dsat, y.sat, _TAKE)), neither)
        case Fragment.OR_C:
            return Ways(_any(_all(x.sat, _IF), _all(x.dsat, _IF, y.sat)), None)
        case Fragment.OR_D:
            sat = _any(_all(x.sat, _IFDUP_NOTIF), _all(x.dsat, _IF, y.sat))
            return Ways(sat, _all(x.dsat, _IF, y.dsat))
        case Fragment.OR_I:
            sat = _any(_all(_ONE, _IF, x.sat), _all(_ZERO, _IF, y.sat))
            return Ways(sat, _any(_all(_ONE, _IF, x.dsat), _all(_ZERO, _IF, y.dsat)))
    raise ValueError("this fragment holds one expression")


def _wrapper(fragment: Fragment, x: Ways) -> Ways:
    match fragment:
        case Fragment.C:
            return Ways(_all(x.sat, _CHECKSIG), _all(x.dsat, _CHECKSIG))
        case Fragment.D:
            return Ways(_all(_ONE, _DUP_IF, x.sat), _all(_ZERO, _DUP_IF))
        case Fragment.V:
            return Ways(_all(x.sat, _VERIFY), None)
        case Fragment.J:
            return Ways(_all(_PUSH, _IF, x.sat), _all(_ZERO, _PUSH, _IF))
    return x  # a, s, n: the elements only change places


def _all(*parts: Cost | None) -> Cost | None:
    total = Cost()
    for part in parts:
        if part is None:
            return None
        total = total.then(part)
    return total


def _any(first: Cost | None, second: Cost | None) -> Cost | None:
    if first is None or second is None:
        return first or second
    return first.either(second)
