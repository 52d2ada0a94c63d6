"""The script templates in use, written and recognised by their exact bytes; a script to its operations and pushes.

Every byte string has an answer from `classify`. A push that reaches beyond the end raises Unreadable. Nothing is run
here: that is the `interpreter`'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from custody.catalogue import _
from custody.errors import Unreadable

SCRIPT_LIMIT = 10_000
"""Bytes. A longer script cannot be run by any node, so nothing sent to it is ever spent."""

OP_0 = 0x00
OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4 = 0x4C, 0x4D, 0x4E
OP_1NEGATE, OP_1, OP_16 = 0x4F, 0x51, 0x60
OP_RETURN = 0x6A
OP_DUP, OP_EQUAL, OP_EQUALVERIFY, OP_HASH160 = 0x76, 0x87, 0x88, 0xA9
OP_CHECKSIG, OP_CHECKMULTISIG = 0xAC, 0xAE

_ANCHOR = bytes.fromhex("51024e73")
_P2PKH_HEAD, _P2PKH_TAIL = bytes([OP_DUP, OP_HASH160, 20]), bytes([OP_EQUALVERIFY, OP_CHECKSIG])
_P2SH_HEAD, _P2SH_TAIL = bytes([OP_HASH160, 20]), bytes([OP_EQUAL])
_PUSHDATA_SIZES = {OP_PUSHDATA1: 1, OP_PUSHDATA2: 2, OP_PUSHDATA4: 4}


class ScriptKind(StrEnum):
    """What a script asks of its spender. NONSTANDARD is everything that is not one of the others."""

    P2PK = "p2pk"
    P2PKH = "p2pkh"
    P2SH = "p2sh"
    P2WPKH = "p2wpkh"
    P2WSH = "p2wsh"
    P2TR = "p2tr"
    MULTISIG = "multisig"
    OP_RETURN = "op_return"
    WITNESS_UNKNOWN = "witness_unknown"
    ANCHOR = "anchor"
    NONSTANDARD = "nonstandard"


@dataclass(frozen=True, slots=True)
class Template:
    """A recognised script.

    `hash` is that of P2PKH, P2SH, P2WPKH (20 bytes) and P2WSH (32); `witness_version` and `program` are BIP-141's;
    `threshold` and `keys` belong to MULTISIG (and one key to P2PK); `data` is what OP_RETURN carries: the pushed bytes
    of one plain push, or else everything behind the opcode.
    """

    kind: ScriptKind
    hash: bytes = b""
    program: bytes = b""
    witness_version: int | None = None
    threshold: int | None = None
    keys: tuple[bytes, ...] = ()
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One opcode, and what it pushes: None where it is not a push."""

    opcode: int
    pushed: bytes | None


def p2pkh(key_hash: bytes) -> bytes:
    """Pay to the hash of a public key (20 bytes)."""
    return _P2PKH_HEAD + _sized(key_hash, 20) + _P2PKH_TAIL


def p2sh(script_hash: bytes) -> bytes:
    """Pay to the hash of a script (20 bytes, BIP-16)."""
    return _P2SH_HEAD + _sized(script_hash, 20) + _P2SH_TAIL


def p2wpkh(key_hash: bytes) -> bytes:
    """Pay to witness public key hash (20 bytes, BIP-141)."""
    return bytes([OP_0, 20]) + _sized(key_hash, 20)


def p2wsh(script_hash: bytes) -> bytes:
    """Pay to witness script hash (32 bytes of SHA-256, BIP-141)."""
    return bytes([OP_0, 32]) + _sized(script_hash, 32)


def p2tr(output_key: bytes) -> bytes:
    """Pay to taproot (a 32-byte output key, already tweaked, BIP-341)."""
    return bytes([OP_1, 32]) + _sized(output_key, 32)


def witness_script_pubkey(version: int, program: bytes) -> bytes:
    """Write a witness program of any version 0 to 16 and 2 to 40 bytes (BIP-141). Raises ValueError."""
    if not (0 <= version <= 16 and 2 <= len(program) <= 40):
        raise ValueError("not a witness program")
    return bytes([_small_number(version), len(program)]) + program


def multisig(threshold: int, keys: Sequence[bytes]) -> bytes:
    """Ask for `threshold` signatures of `keys` (33 or 65 bytes each, in this order), 1 <= m <= n <= 16."""
    if not 1 <= threshold <= len(keys) <= 16:
        raise ValueError("a multisig script needs 1 <= m <= n <= 16")
    if not all(_looks_like_key(key) for key in keys):
        raise ValueError("a multisig script holds public keys of 33 or 65 bytes")
    pushed = b"".join(push(key) for key in keys)
    return bytes([_small_number(threshold)]) + pushed + bytes([_small_number(len(keys)), OP_CHECKMULTISIG])


def push(data: bytes) -> bytes:
    """Push `data` in the shortest way (BIP-62 rule 3)."""
    size = len(data)
    if size == 1 and 1 <= data[0] <= 16:
        return bytes([_small_number(data[0])])
    if data == b"\x81":
        return bytes([OP_1NEGATE])
    if size < OP_PUSHDATA1:
        return bytes([size]) + data  # of nothing, OP_0
    for opcode, width in _PUSHDATA_SIZES.items():
        if size < 1 << 8 * width:
            return bytes([opcode]) + size.to_bytes(width, "little") + data
    raise ValueError("too long to be pushed")


def operations(script: bytes) -> Iterator[Operation]:
    """Yield the operations of a script. Raises Unreadable at a push that reaches beyond its end."""
    position = 0
    while position < len(script):
        opcode = script[position]
        position += 1
        size = _push_size(script, opcode, position)
        if size is None:
            yield Operation(opcode, _pushed_number(opcode))
            continue
        position += _PUSHDATA_SIZES.get(opcode, 0)
        data = script[position : position + size]
        if len(data) != size:
            raise Unreadable(_("a script ends inside a push"))
        yield Operation(opcode, data)
        position += size


def count_operations(script: bytes) -> int:
    """Count the operations of a script, up to a push that reaches beyond its end, at a fifth of the work."""
    position = count = 0
    while position < len(script):
        opcode = script[position]
        position += 1
        count += 1
        if opcode < OP_PUSHDATA1:
            position += opcode
        elif opcode in _PUSHDATA_SIZES:
            width = _PUSHDATA_SIZES[opcode]
            position += width + int.from_bytes(script[position : position + width], "little")
    return count


def classify(script: bytes) -> Template:
    """Recognise a script by its exact bytes. Every byte string has an answer; what is strange is NONSTANDARD."""
    if script[:1] == bytes([OP_RETURN]):
        return Template(ScriptKind.OP_RETURN, data=_carried(script[1:]))
    if len(script) == 25 and script.startswith(_P2PKH_HEAD) and script.endswith(_P2PKH_TAIL):
        return Template(ScriptKind.P2PKH, hash=script[3:23])
    if len(script) == 23 and script.startswith(_P2SH_HEAD) and script.endswith(_P2SH_TAIL):
        return Template(ScriptKind.P2SH, hash=script[2:22])
    return _witness(script) or _bare(script) or Template(ScriptKind.NONSTANDARD)


def _witness(script: bytes) -> Template | None:
    """Recognise a witness program: one small number, one push of 2 to 40 bytes (BIP-141)."""
    if not (4 <= len(script) <= 42 and script[1] == len(script) - 2):
        return None
    opcode, program = script[0], script[2:]
    if opcode == OP_0:
        kind = {20: ScriptKind.P2WPKH, 32: ScriptKind.P2WSH}.get(len(program))
        return Template(kind, hash=program, program=program, witness_version=0) if kind else None
    if not OP_1 <= opcode <= OP_16:
        return None
    version = opcode - OP_1 + 1
    kind = ScriptKind.WITNESS_UNKNOWN
    if version == 1 and len(program) == 32:
        kind = ScriptKind.P2TR
    elif script == _ANCHOR:
        kind = ScriptKind.ANCHOR
    return Template(kind, program=program, witness_version=version)


def _bare(script: bytes) -> Template | None:
    """Recognise P2PK and bare multisig, which name their keys."""
    if script[-1:] == bytes([OP_CHECKSIG]) and _looks_like_key(script[1:-1]) and script[0] == len(script) - 2:
        return Template(ScriptKind.P2PK, keys=(script[1:-1],))
    if script[-1:] != bytes([OP_CHECKMULTISIG]) or len(script) < 3:
        return None
    threshold, count = script[0] - OP_1 + 1, script[-2] - OP_1 + 1
    keys = _keys(script[1:-2])
    if keys is None or len(keys) != count or not 1 <= threshold <= count <= 16:
        return None
    return Template(ScriptKind.MULTISIG, threshold=threshold, keys=keys)


def _keys(script: bytes) -> tuple[bytes, ...] | None:
    """Read public keys, each behind its one-byte push."""
    keys = []
    position = 0
    while position < len(script):
        size = script[position]
        key = script[position + 1 : position + 1 + size]
        if len(key) != size or not _looks_like_key(key):
            return None
        keys.append(key)
        position += 1 + size
    return tuple(keys)


def _looks_like_key(key: bytes) -> bool:
    return (len(key), key[:1]) in ((33, b"\x02"), (33, b"\x03"), (65, b"\x04"))


def _carried(script: bytes) -> bytes:
    """What stands behind OP_RETURN: of a single plain push the data, of anything else all of it, so nothing hides."""
    if script and 0 < script[0] < OP_PUSHDATA1 and script[0] == len(script) - 1:
        return script[1:]
    if script[:1] == bytes([OP_PUSHDATA1]) and len(script) >= 2 and script[1] == len(script) - 2:
        return script[2:]
    return script


def _push_size(script: bytes, opcode: int, position: int) -> int | None:
    """Return how many bytes an opcode pushes from the script itself; None where it takes none from it."""
    if opcode < OP_PUSHDATA1:
        return opcode
    width = _PUSHDATA_SIZES.get(opcode)
    if width is None:
        return None
    size = script[position : position + width]
    if len(size) != width:
        raise Unreadable(_("a script ends inside a push"))
    return int.from_bytes(size, "little")


def _pushed_number(opcode: int) -> bytes | None:
    if OP_1 <= opcode <= OP_16:
        return bytes([opcode - OP_1 + 1])
    return b"\x81" if opcode == OP_1NEGATE else None


def _small_number(number: int) -> int:
    return OP_1 + number - 1 if number else OP_0


def _sized(program: bytes, size: int) -> bytes:
    if len(program) != size:
        raise ValueError(f"a hash or key of {size} bytes is needed")
    return program
