"""The plain values of PSBT fields: bytes to a frozen value, each checked as BIP-174 and 370 describe it.

Every function returns the value or raises Unreadable with the reason alone: the map's reader adds which field of which
map it was. The same holds in `origins`, `signatures` and `taproot`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import hash160, ripemd160, sha256, sha256d
from custody.chains.bitcoin.consensus.script import SCRIPT_LIMIT
from custody.chains.bitcoin.consensus.stream import Reader
from custody.chains.bitcoin.consensus.transaction import Transaction, TxOutput, read_output, read_witness
from custody.errors import Unreadable

LOCKTIME_THRESHOLD = 500_000_000
"""From here on a lock time counts seconds, below it counts blocks."""

_HASHES: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "ripemd160": (20, ripemd160),
    "sha256": (32, sha256),
    "hash160": (20, hash160),
    "hash256": (32, sha256d),
}


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
    reader = value_reader(value)
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
    reader = value_reader(value)
    output = read_output(reader)
    reader.finish()
    script(output.script)
    return output


def witness_stack(value: bytes) -> tuple[bytes, ...]:
    """Read PSBT_IN_FINAL_SCRIPTWITNESS: a count, then byte strings."""
    reader = value_reader(value)
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


def preimage(algorithm: str) -> Callable[[bytes, bytes], Preimage]:
    """Make the reader of a preimage field: its key is the digest, its value must hash to it (BIP-174)."""
    size, digest_of = _HASHES[algorithm]
    check_size = exactly(size)

    def read(key_data: bytes, value: bytes) -> Preimage:
        if digest_of(value) != check_size(key_data):
            raise Unreadable(_("a preimage does not hash to its key"))
        return Preimage(algorithm, key_data, value)

    return read


def value_reader(value: bytes) -> Reader:
    """Make a reader of a field's value."""
    return Reader(value, _("its value"))
