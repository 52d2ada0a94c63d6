"""A fragment, and the scripts of what stands in it, to its script (BIP-379, translation table)."""

from dataclasses import dataclass

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.script import (
    OP_0,
    OP_1,
    OP_CHECKMULTISIG,
    OP_CHECKSIG,
    OP_DUP,
    OP_EQUAL,
    OP_EQUALVERIFY,
    OP_HASH160,
    push,
)
from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, PREIMAGE_SIZE, Fragment

_IF, _NOTIF, _ELSE, _ENDIF, _VERIFY = b"\x63", b"\x64", b"\x67", b"\x68", b"\x69"
_TOALTSTACK, _FROMALTSTACK, _IFDUP, _SWAP, _SIZE = b"\x6b", b"\x6c", b"\x73", b"\x7c", b"\x82"
_0NOTEQUAL, _ADD, _BOOLAND, _BOOLOR, _NUMEQUAL = b"\x92", b"\x93", b"\x9a", b"\x9b", b"\x9c"
_CHECKLOCKTIMEVERIFY, _CHECKSEQUENCEVERIFY, _CHECKSIGADD = b"\xb1", b"\xb2", b"\xba"
_DUP, _EQUAL, _EQUALVERIFY = bytes([OP_DUP]), bytes([OP_EQUAL]), bytes([OP_EQUALVERIFY])
_CHECKSIG, _CHECKMULTISIG = bytes([OP_CHECKSIG]), bytes([OP_CHECKMULTISIG])

_HASH_OPCODES = {
    Fragment.RIPEMD160: b"\xa6",
    Fragment.SHA256: b"\xa8",
    Fragment.HASH160: bytes([OP_HASH160]),
    Fragment.HASH256: b"\xaa",
}


@dataclass(frozen=True, slots=True)
class Assembled:
    """A script. `verifiable` says that its last opcode has a VERIFY version: the opcode that follows it by one."""

    script: bytes
    verifiable: bool = False

    def verified(self) -> bytes:
        """Write it as in v:X."""
        if self.verifiable:
            return self.script[:-1] + bytes([self.script[-1] + 1])
        return self.script + _VERIFY


def assemble(
    fragment: Fragment, subs: tuple[Assembled, ...], keys: tuple[bytes, ...], number: int, digest: bytes
) -> Assembled:
    """Write a fragment. `keys` as they stand in scripts; `number` and `digest` as in the tree."""
    if not subs:
        return _leaf(fragment, keys, number, digest)
    if fragment is Fragment.V:
        return Assembled(subs[0].verified())
    scripts = [sub.script for sub in subs]
    if fragment is Fragment.AND_V:
        return Assembled(b"".join(scripts), subs[1].verifiable)
    if fragment is Fragment.THRESH:
        first, *others = scripts
        return Assembled(first + b"".join(script + _ADD for script in others) + _number(number) + _EQUAL, True)
    if fragment is Fragment.C:
        return Assembled(scripts[0] + _CHECKSIG, True)
    return Assembled(_combined(fragment, *scripts))


def _combined(fragment: Fragment, x: bytes, y: bytes = b"", z: bytes = b"") -> bytes:
    """Write what is of one, two or three expressions and ends in no opcode that can verify."""
    match fragment:
        case Fragment.ANDOR:
            return x + _NOTIF + z + _ELSE + y + _ENDIF
        case Fragment.AND_B:
            return x + y + _BOOLAND
        case Fragment.OR_B:
            return x + y + _BOOLOR
        case Fragment.OR_C:
            return x + _NOTIF + y + _ENDIF
        case Fragment.OR_D:
            return x + _IFDUP + _NOTIF + y + _ENDIF
        case Fragment.OR_I:
            return _IF + x + _ELSE + y + _ENDIF
        case Fragment.A:
            return _TOALTSTACK + x + _FROMALTSTACK
        case Fragment.S:
            return _SWAP + x
        case Fragment.D:
            return _DUP + _IF + x + _ENDIF
        case Fragment.J:
            return _SIZE + _0NOTEQUAL + _IF + x + _ENDIF
        case Fragment.N:
            return x + _0NOTEQUAL
    raise ValueError("this fragment holds no other")


def _leaf(fragment: Fragment, keys: tuple[bytes, ...], number: int, digest: bytes) -> Assembled:
    match fragment:
        case Fragment.FALSE:
            return Assembled(bytes([OP_0]))
        case Fragment.TRUE:
            return Assembled(bytes([OP_1]))
        case Fragment.PK_K:
            return Assembled(push(keys[0]))
        case Fragment.PK_H:
            return Assembled(_DUP + bytes([OP_HASH160]) + push(hash160(keys[0])) + _EQUALVERIFY)
        case Fragment.OLDER:
            return Assembled(_number(number) + _CHECKSEQUENCEVERIFY)
        case Fragment.AFTER:
            return Assembled(_number(number) + _CHECKLOCKTIMEVERIFY)
        case Fragment.MULTI:
            pushed = b"".join(push(key) for key in keys)
            return Assembled(_number(number) + pushed + _number(len(keys)) + _CHECKMULTISIG, True)
        case Fragment.MULTI_A:
            first, *others = (push(key) for key in keys)
            added = b"".join(key + _CHECKSIGADD for key in others)
            return Assembled(first + _CHECKSIG + added + _number(number) + _NUMEQUAL, True)
    if fragment in HASH_SIZES:
        sized = _SIZE + push(bytes([PREIMAGE_SIZE])) + _EQUALVERIFY
        return Assembled(sized + _HASH_OPCODES[fragment] + push(digest) + _EQUAL, True)
    raise ValueError("this fragment holds others")


def _number(number: int) -> bytes:
    """Push a number in the shortest way: little endian, the highest bit is its sign."""
    return push(number.to_bytes(number.bit_length() // 8 + 1, "little") if number else b"")
