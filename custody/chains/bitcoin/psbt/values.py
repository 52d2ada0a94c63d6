"""The values of PSBT fields, each checked as BIP-174, 370 and 371 describe it. It knows no maps.

Every function takes bytes and returns a frozen value, or raises Unreadable with the reason alone: the map's reader
adds which field of which map it was.
"""

from collections.abc import Callable
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.hashes import hash160, ripemd160, sha256, sha256d
from custody.chains.bitcoin.script import SCRIPT_LIMIT
from custody.chains.bitcoin.stream import Reader
from custody.chains.bitcoin.transaction import Transaction, TxOutput, read_output, read_witness
from custody.curve import Point, is_x_only
from custody.errors import Unreadable

DEPTH_LIMIT = 10
"""Steps of a derivation path."""

_TAPROOT_DEPTH = 128
_LEAF_VERSION_MASK = 0xFE
_XPUB_SIZE, _XPUB_DEPTH, _XPUB_KEY = 78, 4, 45
_HASHES: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "ripemd160": (20, ripemd160),
    "sha256": (32, sha256),
    "hash160": (20, hash160),
    "hash256": (32, sha256d),
}


@dataclass(frozen=True, slots=True)
class KeyOrigin:
    """A public key (33 or 65 bytes), its master fingerprint (4 bytes) and its path: claims of whoever wrote the file."""

    pubkey: bytes
    fingerprint: bytes
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TapKeyOrigin:
    """An x-only key (32 bytes), the leaves that it signs (hashes of 32 bytes), its fingerprint and its path."""

    xonly: bytes
    leaf_hashes: tuple[bytes, ...]
    fingerprint: bytes
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A serialised BIP-32 public key (78 bytes), its master fingerprint and its path."""

    extended_key: bytes
    fingerprint: bytes
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TapScriptSig:
    """A BIP-340 signature (64 or 65 bytes) of an x-only key for one leaf."""

    xonly: bytes
    leaf_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class TapLeafScript:
    """A leaf to be spent: its control block (BIP-341), its script and its version."""

    control_block: bytes
    script: bytes
    leaf_version: int


@dataclass(frozen=True, slots=True)
class TapLeaf:
    """A leaf of an output's tree: its depth, its version and its script."""

    depth: int
    leaf_version: int
    script: bytes


@dataclass(frozen=True, slots=True)
class Preimage:
    """A byte string that hashes to `digest` under `algorithm` (ripemd160, sha256, hash160, hash256)."""

    algorithm: str
    digest: bytes
    preimage: bytes


def exactly(size: int) -> Callable[[bytes], bytes]:
    """Make a check that a value has `size` bytes."""

    def check(value: bytes) -> bytes:
        if len(value) != size:
            raise Unreadable(_("it has {count} bytes instead of {size}").format(count=len(value), size=size))
        return value

    return check


_thirty_two_bytes = exactly(32)
_four_bytes = exactly(4)


def u8(value: bytes) -> int:
    """Read a number of one byte."""
    return exactly(1)(value)[0]


def u32(value: bytes) -> int:
    """Read an unsigned little-endian number of four bytes."""
    return int.from_bytes(_four_bytes(value), "little")


def i32(value: bytes) -> int:
    """Read a signed little-endian number of four bytes."""
    return int.from_bytes(_four_bytes(value), "little", signed=True)


def amount(value: bytes) -> int:
    """Read satoshi: a signed little-endian number of eight bytes."""
    return int.from_bytes(exactly(8)(value), "little", signed=True)


def compact_size(value: bytes) -> int:
    """Read a compact size and nothing behind it."""
    reader = _reader(value)
    number = reader.compact_size()
    reader.finish()
    return number


def script(value: bytes) -> bytes:
    """Let a script of up to 10,000 bytes through."""
    if len(value) > SCRIPT_LIMIT:
        raise Unreadable(
            _("a script of {count} bytes is over the limit of {limit}").format(count=len(value), limit=SCRIPT_LIMIT)
        )
    return value


def anything(value: bytes) -> bytes:
    """Let bytes through whose meaning only a node can check (a final scriptSig)."""
    return value


def previous_transaction(value: bytes) -> Transaction:
    """Read PSBT_IN_NON_WITNESS_UTXO: a whole transaction in network serialisation."""
    return Transaction.parse(value, what=_("the previous transaction"))


def witness_utxo(value: bytes) -> TxOutput:
    """Read PSBT_IN_WITNESS_UTXO: one output."""
    reader = _reader(value)
    output = read_output(reader)
    reader.finish()
    script(output.script)
    return output


def witness_stack(value: bytes) -> tuple[bytes, ...]:
    """Read PSBT_IN_FINAL_SCRIPTWITNESS: a count, then byte strings."""
    reader = _reader(value)
    stack = read_witness(reader)
    reader.finish()
    return stack


def time_locktime(value: bytes) -> int:
    """Read PSBT_IN_REQUIRED_TIME_LOCKTIME: a Unix time, 500,000,000 or later (BIP-370)."""
    number = u32(value)
    if number < LOCKTIME_THRESHOLD:
        raise Unreadable(_("{number} is a block height, not a time").format(number=number))
    return number


def height_locktime(value: bytes) -> int:
    """Read PSBT_IN_REQUIRED_HEIGHT_LOCKTIME: a block height above 0 and below 500,000,000 (BIP-370)."""
    number = u32(value)
    if not 0 < number < LOCKTIME_THRESHOLD:
        raise Unreadable(_("{number} is not a block height").format(number=number))
    return number


LOCKTIME_THRESHOLD = 500_000_000
"""From here on a lock time counts seconds, below it counts blocks."""


def public_key(key_data: bytes) -> bytes:
    """Let a public key through: 33 or 65 bytes that are a point of the curve."""
    try:
        Point.parse(key_data)
    except ValueError:
        raise Unreadable(_("it holds no valid public key")) from None
    return key_data


def x_only_key(key_data: bytes) -> bytes:
    """Let an x-only public key through: 32 bytes that are the x coordinate of a point (BIP-340)."""
    if not is_x_only(_thirty_two_bytes(key_data)):
        raise Unreadable(_("it holds no valid x-only public key"))
    return key_data


def partial_sig(key_data: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Read PSBT_IN_PARTIAL_SIG: a public key, and a DER signature with its sighash byte."""
    if not is_der_signature(value[:-1]):
        raise Unreadable(_("a signature is not written in strict DER (BIP-66)"))
    return public_key(key_data), value


def is_der_signature(encoded: bytes) -> bool:
    """Say whether bytes are a signature in strict DER (BIP-66), its sighash byte already taken off."""
    if not (8 <= len(encoded) <= 72 and encoded[0] == 0x30 and encoded[1] == len(encoded) - 2):
        return False
    r_size = encoded[3]
    if 6 + r_size >= len(encoded):
        return False
    s_size = encoded[5 + r_size]
    if 6 + r_size + s_size != len(encoded):
        return False
    return _is_der_number(encoded[2 : 4 + r_size]) and _is_der_number(encoded[4 + r_size :])


def _is_der_number(encoded: bytes) -> bool:
    """An INTEGER of DER, positive, without a zero byte that it does not need."""
    if encoded[0] != 0x02 or len(encoded) < 3 or encoded[2] & 0x80:
        return False
    return not (len(encoded) > 3 and encoded[2] == 0 and not encoded[3] & 0x80)


def schnorr_sig(value: bytes) -> bytes:
    """Let a BIP-340 signature through: 64 bytes, or 65 with a sighash byte that is not DEFAULT (BIP-341)."""
    if len(value) not in (64, 65):
        raise Unreadable(_("a taproot signature has 64 or 65 bytes, this one has {count}").format(count=len(value)))
    if len(value) == 65 and value[64] == 0:
        raise Unreadable(_("a taproot signature writes out the sighash type DEFAULT, which makes it invalid"))
    return value


def key_origin(key_data: bytes, value: bytes) -> KeyOrigin:
    """Read PSBT_IN_BIP32_DERIVATION or PSBT_OUT_BIP32_DERIVATION."""
    return KeyOrigin(public_key(key_data), *_fingerprint_and_path(value))


def tap_key_origin(key_data: bytes, value: bytes) -> TapKeyOrigin:
    """Read PSBT_IN_TAP_BIP32_DERIVATION or PSBT_OUT_TAP_BIP32_DERIVATION."""
    reader = _reader(value)
    leaf_hashes = tuple(reader.read(32) for _each in range(reader.count(smallest=32)))
    origin = _fingerprint_and_path(reader.read(reader.remaining))
    return TapKeyOrigin(x_only_key(key_data), leaf_hashes, *origin)


def account_key(key_data: bytes, value: bytes) -> AccountKey:
    """Read PSBT_GLOBAL_XPUB: as many steps in the path as the key is deep (BIP-174)."""
    fingerprint, path = _fingerprint_and_path(value)
    public_key(exactly(_XPUB_SIZE)(key_data)[_XPUB_KEY:])
    if key_data[_XPUB_DEPTH] != len(path):
        raise Unreadable(
            _("an account key of depth {depth} comes with a path of {count} steps").format(
                depth=key_data[_XPUB_DEPTH], count=len(path)
            )
        )
    return AccountKey(key_data, fingerprint, path)


def tap_script_sig(key_data: bytes, value: bytes) -> TapScriptSig:
    """Read PSBT_IN_TAP_SCRIPT_SIG: its key is an x-only key and a leaf hash."""
    exactly(64)(key_data)
    return TapScriptSig(x_only_key(key_data[:32]), key_data[32:], schnorr_sig(value))


def tap_leaf_script(key_data: bytes, value: bytes) -> TapLeafScript:
    """Read PSBT_IN_TAP_LEAF_SCRIPT: its key is a control block of 33 + 32m bytes, m <= 128 (BIP-341)."""
    steps, rest = divmod(len(key_data) - 33, 32)
    if rest or not 0 <= steps <= _TAPROOT_DEPTH:
        raise Unreadable(_("a control block has {count} bytes").format(count=len(key_data)))
    if not value:
        raise Unreadable(_("a leaf has no version"))
    return TapLeafScript(key_data, script(value[:-1]), value[-1])


def tap_tree(value: bytes) -> tuple[TapLeaf, ...]:
    """Read PSBT_OUT_TAP_TREE: leaves in depth-first order that make one whole tree."""
    reader = _reader(value)
    leaves = []
    open_depths: list[int] = []
    while reader.remaining:
        leaf = TapLeaf(reader.u8(), reader.u8(), script(reader.var_bytes()))
        if leaf.depth > _TAPROOT_DEPTH or leaf.leaf_version & ~_LEAF_VERSION_MASK:
            raise Unreadable(_("a leaf has an impossible depth or version"))
        leaves.append(leaf)
        open_depths.append(leaf.depth)
        while len(open_depths) > 1 and open_depths[-1] == open_depths[-2]:  # two siblings close their parent
            open_depths[-2:] = [open_depths[-1] - 1]
    if open_depths != [0]:
        raise Unreadable(_("its leaves do not make one whole tree"))
    return tuple(leaves)


def preimage(algorithm: str) -> Callable[[bytes, bytes], Preimage]:
    """Make the reader of a preimage field: its key is the digest, its value must hash to it (BIP-174)."""
    size, digest_of = _HASHES[algorithm]
    check_size = exactly(size)

    def read(key_data: bytes, value: bytes) -> Preimage:
        if digest_of(value) != check_size(key_data):
            raise Unreadable(_("a preimage does not hash to its key"))
        return Preimage(algorithm, key_data, value)

    return read


def _fingerprint_and_path(value: bytes) -> tuple[bytes, tuple[int, ...]]:
    steps, rest = divmod(len(value) - 4, 4)
    if rest or steps < 0:
        raise Unreadable(_("a key's origin has {count} bytes").format(count=len(value)))
    if steps > DEPTH_LIMIT:
        raise Unreadable(
            _("a path of {count} steps is over the limit of {limit}").format(count=steps, limit=DEPTH_LIMIT)
        )
    return value[:4], tuple(int.from_bytes(value[at : at + 4], "little") for at in range(4, len(value), 4))


def _reader(value: bytes) -> Reader:
    return Reader(value, _("its value"))
