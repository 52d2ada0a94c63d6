"""The fragments of miniscript (BIP-379), and the two contexts in which its scripts stand."""

from enum import StrEnum
from types import MappingProxyType


class Context(StrEnum):
    """Where the script stands: behind P2WSH (BIP-141), or in a leaf of a taproot tree (BIP-342)."""

    P2WSH = "p2wsh"
    TAPSCRIPT = "tapscript"

    @property
    def key_size(self) -> int:
        """Bytes of a public key: compressed, or x-only."""
        return 32 if self is Context.TAPSCRIPT else 33


class Fragment(StrEnum):
    """The fragments of BIP-379's translation table without its sugar. Those of one letter are wrappers."""

    FALSE = "0"
    TRUE = "1"
    PK_K = "pk_k"
    PK_H = "pk_h"
    OLDER = "older"
    AFTER = "after"
    SHA256 = "sha256"
    HASH256 = "hash256"
    RIPEMD160 = "ripemd160"
    HASH160 = "hash160"
    ANDOR = "andor"
    AND_V = "and_v"
    AND_B = "and_b"
    OR_B = "or_b"
    OR_C = "or_c"
    OR_D = "or_d"
    OR_I = "or_i"
    THRESH = "thresh"
    MULTI = "multi"
    MULTI_A = "multi_a"
    A = "a"
    S = "s"
    C = "c"
    D = "d"
    V = "v"
    J = "j"
    N = "n"


WRAPPERS = frozenset({Fragment.A, Fragment.S, Fragment.C, Fragment.D, Fragment.V, Fragment.J, Fragment.N})

HASH_SIZES = MappingProxyType({Fragment.SHA256: 32, Fragment.HASH256: 32, Fragment.RIPEMD160: 20, Fragment.HASH160: 20})
"""A hash -> the bytes of its digest."""

PREIMAGE_SIZE = 32
"""Bytes of every preimage: the scripts ask for no other size."""
