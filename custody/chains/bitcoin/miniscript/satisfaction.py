"""A miniscript and the signatures at hand to the smallest non-malleable witness (BIP-379, "Satisfaction"), or None.

Preimages are verified here, which is hashing; signatures are taken as verified by the caller.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from custody.chains.bitcoin.consensus.hashes import hash160, ripemd160, sha256, sha256d
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, PREIMAGE_SIZE, Fragment
from custody.chains.bitcoin.miniscript.node import K, Node

HASHERS: Mapping[Fragment, Callable[[bytes], bytes]] = MappingProxyType(
    {
        Fragment.SHA256: sha256,
        Fragment.HASH256: sha256d,
        Fragment.RIPEMD160: ripemd160,
        Fragment.HASH160: hash160,
    }
)


@dataclass(frozen=True, slots=True)
class _Stack:
    """Elements of a witness, the top of the stack last. `usable` is not the BIP's DONTUSE, `signed` its HASSIG."""

    items: tuple[bytes, ...] = ()
    signed: bool = False
    usable: bool = True

    @property
    def size(self) -> int:
        return sum(1 + len(item) for item in self.items)


@dataclass(frozen=True, slots=True)
class _Ways:
    """The best witness that satisfies an expression and the best that does not; None where there is none at all."""

    sat: _Stack | None
    dsat: _Stack | None


_EMPTY, _ZERO, _ONE = _Stack(), _Stack((b"",)), _Stack((b"\x01",))
_FAKE_PREIMAGE = _Stack((bytes(PREIMAGE_SIZE),), usable=False)
"""Any other 32 bytes would do as well, so whoever sees it can change it."""


def satisfy(
    node: Node[K],
    *,
    signatures: Mapping[K, bytes],
    timing: Timing,
    key_bytes: Callable[[K], bytes],
    preimages: Iterable[bytes] = (),
) -> tuple[bytes, ...] | None:
    """Return the smallest non-malleable witness, without script and control block; None where none can be made yet.

    `signatures` are verified ones with their sighash byte, by key as it stands in the tree; `preimages` those known, of
    whatever hash (others than of 32 bytes open nothing); `timing` is of the transaction and input that is spent.
    """
    known = list(preimages)
    opened = {
        (name, hasher(each)): each for each in known if len(each) == PREIMAGE_SIZE for name, hasher in HASHERS.items()
    }

    def visit(node: Node[K], subs: tuple[_Ways, ...]) -> _Ways:
        if node.own_keys:
            return _keyed(node, [signatures.get(key) for key in node.own_keys], key_bytes)
        if node.fragment in HASH_SIZES:
            preimage = opened.get((node.fragment, node.digest))
            return _Ways(None if preimage is None else _Stack((preimage,)), _FAKE_PREIMAGE)
        if not subs:
            return _unkeyed(node, timing)
        if node.fragment is Fragment.THRESH:
            return _thresh(node.number, subs)
        return _wrapper(node.fragment, *subs) if len(subs) == 1 else _combined(node.fragment, *subs)

    found = node.fold(visit).sat
    return found.items if found is not None and found.usable and found.signed else None


def _keyed(node: Node[K], signatures: list[bytes | None], key_bytes: Callable[[K], bytes]) -> _Ways:
    if node.fragment is Fragment.MULTI:
        return _multi(node.number, signatures)
    if node.fragment is Fragment.MULTI_A:
        return _multi_a(node.number, signatures)
    key = _Stack((key_bytes(node.own_keys[0]),)) if node.fragment is Fragment.PK_H else _EMPTY
    signed = None if signatures[0] is None else _all(key, _Stack((signatures[0],), signed=True))
    return _Ways(signed, _all(key, _ZERO))


def _unkeyed(node: Node[K], timing: Timing) -> _Ways:
    match node.fragment:
        case Fragment.FALSE:
            return _Ways(None, _EMPTY)
        case Fragment.TRUE:
            return _Ways(_EMPTY, None)
        case Fragment.OLDER:
            return _Ways(_EMPTY if timing.meets_older(node.number) else None, None)
        case Fragment.AFTER:
            return _Ways(_EMPTY if timing.meets_after(node.number) else None, None)
    raise ValueError("this fragment holds others")


def _multi(threshold: int, signatures: list[bytes | None]) -> _Ways:
    """CHECKMULTISIG takes signatures in the order of the keys, over an empty element (BIP-147)."""
    chosen = _shortest(threshold, signatures)
    dsat = _Stack((b"",) * (threshold + 1))
    if chosen is None:
        return _Ways(None, dsat)
    return _Ways(_Stack((b"", *(chosen[at] for at in sorted(chosen))), signed=True), dsat)


def _multi_a(threshold: int, signatures: list[bytes | None]) -> _Ways:
    """Every key takes an element, the first one the top of the stack: a signature, or the empty one."""
    chosen = _shortest(threshold, signatures)
    dsat = _Stack((b"",) * len(signatures))
    if chosen is None:
        return _Ways(None, dsat)
    return _Ways(_Stack(tuple(chosen.get(at, b"") for at in reversed(range(len(signatures)))), signed=True), dsat)


def _shortest(threshold: int, signatures: list[bytes | None]) -> dict[int, bytes] | None:
    """Choose as many signatures as are asked for, by the place of their key; None where there are too few."""
    present = sorted((len(each), at, each) for at, each in enumerate(signatures) if each is not None)
    return {at: each for _size, at, each in present[:threshold]} if len(present) >= threshold else None


def _thresh(threshold: int, subs: tuple[_Ways, ...]) -> _Ways:
    """Add one expression after the other: `stacks[n]` satisfies n of those so far.

    Satisfying some, but not as many as asked for, is a dissatisfaction too, which only an attacker would use.
    """
    stacks: list[_Stack | None] = [_EMPTY]
    for sub in subs:
        without = [_all(stack, sub.dsat) for stack in stacks]
        with_it = [_all(stack, sub.sat) for stack in stacks]
        stacks = [_best(*pair) for pair in zip([*without, None], [None, *with_it], strict=True)]
    others = (_unusable(stack) for count, stack in enumerate(stacks) if count not in (0, threshold))
    return _Ways(stacks[threshold], _best(stacks[0], *others))


def _combined(fragment: Fragment, x: _Ways, y: _Ways, z: _Ways | None = None) -> _Ways:
    """The rows of BIP-379's table, those that it strikes through included: an attacker has them too."""
    neither = _all(x.dsat, y.dsat)
    only_x, only_y = _all(x.sat, y.dsat), _all(x.dsat, y.sat)
    match fragment:
        case Fragment.ANDOR if z is not None:
            sat = _best(_all(x.sat, y.sat), _all(x.dsat, z.sat))
            return _Ways(sat, _best(_all(x.dsat, z.dsat), only_x))
        case Fragment.AND_V:
            return _Ways(_all(x.sat, y.sat), only_x)
        case Fragment.AND_B:
            return _Ways(_all(x.sat, y.sat), _best(neither, _unusable(only_x), _unusable(only_y)))
        case Fragment.OR_B:
            both = _unusable(_all(x.sat, y.sat))
            return _Ways(_best(_all(x.sat, y.dsat), _all(x.dsat, y.sat), both), neither)
        case Fragment.OR_C:
            return _Ways(_best(x.sat, _all(x.dsat, y.sat)), None)
        case Fragment.OR_D:
            return _Ways(_best(x.sat, _all(x.dsat, y.sat)), neither)
        case Fragment.OR_I:
            sat = _best(_all(_ONE, x.sat), _all(_ZERO, y.sat))
            return _Ways(sat, _best(_all(_ONE, x.dsat), _all(_ZERO, y.dsat)))
    raise ValueError("this fragment holds one expression")


def _wrapper(fragment: Fragment, x: _Ways) -> _Ways:
    match fragment:
        case Fragment.D:
            return _Ways(_all(_ONE, x.sat), _ZERO)
        case Fragment.V:
            return _Ways(x.sat, None)
        case Fragment.J:
            return _Ways(x.sat, _best(_ZERO, _unusable(x.dsat)))  # whatever its top element is, as the types have it
    return x  # a, s, c, n


def _all(*parts: _Stack | None) -> _Stack | None:
    """Put together what several expressions take, the one that runs first on top."""
    items: tuple[bytes, ...] = ()
    signed, usable = False, True
    for part in parts:
        if part is None:
            return None
        items = part.items + items
        signed, usable = signed or part.signed, usable and part.usable
    return _Stack(items, signed, usable)


def _best(*stacks: _Stack | None) -> _Stack | None:
    """Choose one of several witnesses: the one without a signature, if there is one, for an attacker has it too."""
    present = [stack for stack in stacks if stack is not None]
    unsigned = [stack for stack in present if not stack.signed]
    if len(unsigned) > 1:
        return replace(min(unsigned, key=_size), usable=False)
    if unsigned:
        return unsigned[0]
    usable = [stack for stack in present if stack.usable]
    return min(usable or present, key=_size, default=None)


def _size(stack: _Stack) -> int:
    return stack.size


def _unusable(stack: _Stack | None) -> _Stack | None:
    return None if stack is None else replace(stack, usable=False)
