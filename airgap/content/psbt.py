"""Whether bytes are one PSBT from the first to the last: its maps, their number and their ends (BIP-174, BIP-370).

A text or a series of codes has no checksum, so a PSBT that comes so must vouch for itself. What its fields mean is not
known here.
"""

MAGIC = b"psbt\xff"

_UNSIGNED_TX, _INPUT_COUNT, _OUTPUT_COUNT, _VERSION = b"\x00", b"\x04", b"\x05", b"\xfb"
"""Keys of the global map."""

_OUTPOINT, _SEQUENCE, _AMOUNT = 36, 4, 8


class _CutOffError(Exception):
    """More is announced than there is."""


def is_whole(data: bytes) -> bool:
    """Say whether `data` is one PSBT of version 0 or 2: a map for each input and output, and nothing behind the last.

    Bytes are passed over once; nothing is kept of them but the global map.
    """
    if not data.startswith(MAGIC):
        return False
    reader = _Reader(data, len(MAGIC))
    try:
        for _each in range(_count(reader.map())):
            reader.map()
    except _CutOffError:
        return False
    return reader.ended


def _count(fields: dict[bytes, bytes]) -> int:
    """Return how many maps follow the global one."""
    if int.from_bytes(fields.get(_VERSION, b"\0"), "little"):
        return sum(_Reader(fields.get(key, b"")).number() for key in (_INPUT_COUNT, _OUTPUT_COUNT))
    transaction = _Reader(fields.get(_UNSIGNED_TX, b""))
    transaction.take(4)
    inputs = transaction.number()
    for _input in range(inputs):
        transaction.take(_OUTPOINT)
        transaction.string()
        transaction.take(_SEQUENCE)
    outputs = transaction.number()
    for _output in range(outputs):
        transaction.take(_AMOUNT)
        transaction.string()
    transaction.take(4)
    if not transaction.ended:
        raise _CutOffError
    return inputs + outputs


class _Reader:
    """Takes fields one after another. Raises _CutOffError where the bytes end before the field does."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._data)

    def take(self, count: int) -> bytes:
        """Take so many bytes."""
        end = self._at + count
        if end > len(self._data):
            raise _CutOffError
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self) -> int:
        """Take a compact size: a byte, or 0xfd, 0xfe, 0xff and the 2, 4 or 8 bytes that follow."""
        first = self.take(1)[0]
        return first if first < 0xFD else int.from_bytes(self.take(1 << (first - 0xFC)), "little")

    def string(self) -> bytes:
        """Take a length and as many bytes."""
        return self.take(self.number())

    def map(self) -> dict[bytes, bytes]:
        """Take a map: pairs of a key and a value, until a key of no length."""
        pairs: dict[bytes, bytes] = {}
        while key := self.string():
            pairs[key] = self.string()
        return pairs
