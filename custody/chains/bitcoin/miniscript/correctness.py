"""A fragment, and the types of what stands in it, to its type, or None where they do not fit (BIP-379, "Correctness").

A type is one of four basic types, with five properties.
"""

from dataclasses import dataclass
from enum import StrEnum

from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, Context, Fragment


class Base(StrEnum):
    """What an expression leaves: base (a truth value), verify (nothing), key, or wrapped (below the top)."""

    B = "B"
    V = "V"
    K = "K"
    W = "W"


@dataclass(frozen=True, slots=True)
class Correctness:
    """A type: z takes no element, o one, n at least one that is not zero; d can be dissatisfied; u leaves exactly 1."""

    base: Base
    z: bool = False
    o: bool = False
    n: bool = False
    d: bool = False
    u: bool = False


_B, _V, _K, _W = Base
_Types = tuple[Correctness, ...]
_HASH = Correctness(_B, o=True, n=True, d=True, u=True)
_LEAVES = {
    Fragment.FALSE: Correctness(_B, z=True, u=True, d=True),
    Fragment.TRUE: Correctness(_B, z=True, u=True),
    Fragment.PK_K: Correctness(_K, o=True, n=True, d=True, u=True),
    Fragment.PK_H: Correctness(_K, n=True, d=True, u=True),
    Fragment.OLDER: Correctness(_B, z=True),
    Fragment.AFTER: Correctness(_B, z=True),
    Fragment.MULTI: Correctness(_B, n=True, d=True, u=True),
    Fragment.MULTI_A: Correctness(_B, d=True, u=True),
    **dict.fromkeys(HASH_SIZES, _HASH),
}


def correctness(fragment: Fragment, context: Context, subs: _Types) -> Correctness | None:
    """Return the type of a fragment over expressions of these types; None where its requirements are not met."""
    if fragment in _LEAVES:
        return _LEAVES[fragment]
    if fragment is Fragment.THRESH:
        return _thresh(subs)
    if fragment is Fragment.ANDOR:
        return _andor(*subs)
    if len(subs) == 2:
        return _and(fragment, *subs) if fragment in (Fragment.AND_V, Fragment.AND_B) else _or(fragment, *subs)
    return _wrapper(fragment, context, *subs)


def _thresh(subs: _Types) -> Correctness | None:
    first, *others = subs
    if first.base is not _B or any(sub.base is not _W for sub in others) or not all(sub.d and sub.u for sub in subs):
        return None
    taking = [sub for sub in subs if not sub.z]
    return Correctness(_B, z=not taking, o=len(taking) == 1 and taking[0].o, d=True, u=True)


def _andor(x: Correctness, y: Correctness, z: Correctness) -> Correctness | None:
    if not (x.base is _B and x.d and x.u and y.base is z.base and y.base is not _W):
        return None
    return Correctness(
        y.base,
        z=x.z and y.z and z.z,
        o=(x.z and y.o and z.o) or (x.o and y.z and z.z),
        u=y.u and z.u,
        d=z.d,
    )


def _and(fragment: Fragment, x: Correctness, y: Correctness) -> Correctness | None:
    z = x.z and y.z
    o = (x.z and y.o) or (y.z and x.o)
    n = x.n or (x.z and y.n)
    if fragment is Fragment.AND_V:
        return Correctness(y.base, z=z, o=o, n=n, u=y.u) if x.base is _V and y.base is not _W else None
    return Correctness(_B, z=z, o=o, n=n, d=x.d and y.d, u=True) if x.base is _B and y.base is _W else None


def _or(fragment: Fragment, x: Correctness, z: Correctness) -> Correctness | None:
    if fragment is Fragment.OR_I:
        if x.base is not z.base or x.base is _W:
            return None
        return Correctness(x.base, o=x.z and z.z, u=x.u and z.u, d=x.d or z.d)
    if x.base is not _B or not x.d:
        return None
    if fragment is Fragment.OR_B:
        o = (x.z and z.o) or (z.z and x.o)
        return Correctness(_B, z=x.z and z.z, o=o, d=True, u=True) if z.base is _W and z.d else None
    if not x.u or z.base is not (_V if fragment is Fragment.OR_C else _B):
        return None
    if fragment is Fragment.OR_C:
        return Correctness(_V, z=x.z and z.z, o=x.o and z.z)
    return Correctness(_B, z=x.z and z.z, o=x.o and z.z, d=z.d, u=z.u)


def _wrapper(fragment: Fragment, context: Context, x: Correctness) -> Correctness | None:
    match fragment:
        case Fragment.A if x.base is _B:
            return Correctness(_W, d=x.d, u=x.u)
        case Fragment.S if x.base is _B and x.o:
            return Correctness(_W, d=x.d, u=x.u)
        case Fragment.C if x.base is _K:
            return Correctness(_B, o=x.o, n=x.n, d=x.d, u=True)
        case Fragment.D if x.base is _V and x.z:
            return Correctness(
                _B, o=True, n=True, d=True, u=context is Context.TAPSCRIPT
            )  # MINIMALIF is consensus there
        case Fragment.V if x.base is _B:
            return Correctness(_V, z=x.z, o=x.o, n=x.n)
        case Fragment.J if x.base is _B and x.n:
            return Correctness(_B, o=x.o, n=True, d=True, u=x.u)
        case Fragment.N if x.base is _B:
            return Correctness(_B, z=x.z, o=x.o, n=x.n, d=x.d, u=True)
    return None
