"""Whether a stranger could change a script's witness (BIP-379, "Malleability"), and whether one needs a signature."""

from dataclasses import dataclass

from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, Fragment
from custody.chains.bitcoin.miniscript.node import K, Node


@dataclass(frozen=True, slots=True)
class Malleability:
    """s: satisfying takes a signature; f: dissatisfying too; e: only one dissatisfaction takes none; m: it is sound."""

    s: bool = False
    f: bool = False
    e: bool = False
    m: bool = True


_Properties = tuple[Malleability, ...]
_KEYS = Malleability(s=True, e=True)
_LEAVES = {
    Fragment.FALSE: _KEYS,
    Fragment.TRUE: Malleability(f=True),
    Fragment.OLDER: Malleability(f=True),
    Fragment.AFTER: Malleability(f=True),
    Fragment.PK_K: _KEYS,
    Fragment.PK_H: _KEYS,
    Fragment.MULTI: _KEYS,
    Fragment.MULTI_A: _KEYS,
    **dict.fromkeys(HASH_SIZES, Malleability()),
}


def is_non_malleable(node: Node[K]) -> bool:
    """Say whether there is, whatever is known, a witness that nobody without a key can change."""
    return node.fold(_malleability).m


def needs_signature(node: Node[K]) -> bool:
    """Say whether nobody can spend without a signature."""
    return node.fold(_malleability).s


def _malleability(node: Node[K], subs: _Properties) -> Malleability:
    if not subs:
        return _LEAVES[node.fragment]
    whole = all(sub.m for sub in subs)
    if node.fragment is Fragment.THRESH:
        return _thresh(node.number, subs, whole)
    if node.fragment is Fragment.ANDOR:
        x, y, z = subs
        return _andor(x, y, z, whole)
    if len(subs) == 2:
        is_and = node.fragment in (Fragment.AND_V, Fragment.AND_B)
        return _and(node.fragment, *subs, whole) if is_and else _or(node.fragment, *subs, whole)
    return _wrapper(node.fragment, *subs)


def _thresh(threshold: int, subs: _Properties, whole: bool) -> Malleability:
    unsigned = sum(not sub.s for sub in subs)
    sound = whole and all(sub.e for sub in subs) and unsigned <= threshold
    return Malleability(s=unsigned <= threshold - 1, e=unsigned == 0, m=sound)


def _andor(x: Malleability, y: Malleability, z: Malleability, whole: bool) -> Malleability:
    signed_or_forced = x.s or y.f
    return Malleability(
        s=z.s and (x.s or y.s),
        f=z.f and signed_or_forced,
        e=z.e and signed_or_forced,
        m=whole and x.e and (x.s or y.s or z.s),
    )


def _and(fragment: Fragment, x: Malleability, y: Malleability, whole: bool) -> Malleability:
    s = x.s or y.s
    if fragment is Fragment.AND_V:
        return Malleability(s=s, f=x.s or y.f, m=whole)
    f = (x.f and y.f) or (x.s and x.f) or (y.s and y.f)
    return Malleability(s=s, f=f, e=x.e and y.e and x.s and y.s, m=whole)


def _or(fragment: Fragment, x: Malleability, z: Malleability, whole: bool) -> Malleability:
    s = x.s and z.s
    sound = whole and (x.s or z.s)
    match fragment:
        case Fragment.OR_B:
            return Malleability(s=s, e=True, m=sound and x.e and z.e)
        case Fragment.OR_C:
            return Malleability(s=s, f=True, m=sound and x.e)
        case Fragment.OR_D:
            return Malleability(s=s, f=z.f, e=z.e, m=sound and x.e)
    return Malleability(s=s, f=x.f and z.f, e=(x.e and z.f) or (z.e and x.f), m=sound)  # or_i


def _wrapper(fragment: Fragment, x: Malleability) -> Malleability:
    match fragment:
        case Fragment.C:
            return Malleability(s=True, f=x.f, e=x.e, m=x.m)
        case Fragment.D:
            return Malleability(s=x.s, e=True, m=x.m)
        case Fragment.V:
            return Malleability(s=x.s, f=True, m=x.m)
        case Fragment.J:
            return Malleability(s=x.s, e=x.f, m=x.m)
    return x  # a, s, n
