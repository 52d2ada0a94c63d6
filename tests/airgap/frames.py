"""Frames that no honest sender writes, and losses. Built from the specification's fields, not from the encoder."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import count, islice

import pytest

from airgap import cbor
from airgap.message import Message
from airgap.receiving.collector import Collector
from airgap.ur import bytewords, multipart


def payload(length: int, seed: str = "Wolf") -> bytes:
    """Bytes that look random and are the same in every run."""
    blocks = (hashlib.sha256(f"{seed} {index}".encode()).digest() for index in range(-(-length // 32)))
    return b"".join(blocks)[:length]


TRANSACTION = b"\2\0\0\0" + b"\1" + bytes(36) + b"\0" + b"\xff" * 4 + b"\1" + bytes(8) + b"\0" + bytes(4)
"""An unsigned one of one input and one output (BIP-174)."""

_NEAREST = 5 + 3 + len(TRANSACTION) + 3 + 3 + 3


def whole(length: int, seed: str = "Wolf") -> bytes:
    """A PSBT of so many bytes, whole by its maps: what fills it is under a key of nobody's."""
    filling = length - _NEAREST
    assert filling >= 0
    count = b"\xfd" + filling.to_bytes(2, "little")
    pairs = b"\1\0" + bytes([len(TRANSACTION)]) + TRANSACTION + b"\2\xfcx" + count + payload(filling, seed)
    return b"psbt\xff" + pairs + b"\0" + b"\0" + b"\0"


def psbt(length: int, seed: str = "Wolf") -> Message:
    """A message that is a PSBT, whole where there is room for one."""
    if length >= _NEAREST:
        return Message("crypto-psbt", whole(length, seed))
    return Message("crypto-psbt", (b"psbt\xff" + payload(length, seed))[:length])


def part(
    seq_num: int,
    seq_len: int,
    message_len: int,
    checksum: int,
    data: bytes,
    *,
    path: str = "",
    ur_type: str = "crypto-psbt",
) -> str:
    """One multipart UR with whatever fields are asked for; its own bytewords checksum is right."""
    content = cbor.head(cbor.ARRAY, 5)
    content += b"".join(cbor.head(cbor.UNSIGNED, number) for number in (seq_num, seq_len, message_len, checksum))
    content += cbor.byte_string(data)
    return f"ur:{ur_type}/{path or f'{seq_num}-{seq_len}'}/{bytewords.encode(content)}"


def forged(frame: str, flip: int = 0xFF) -> str:
    """The same part with every byte of its data changed: the right header over wrong bytes."""
    honest = multipart.parse(frame)
    assert isinstance(honest, multipart.Part)
    data = bytes(byte ^ flip for byte in honest.data)
    return part(honest.seq_num, honest.seq_len, honest.message_len, honest.checksum, data, ur_type=honest.type)


def stream(message: Message, fragment: int, first: int = 1) -> Iterator[str]:
    """The parts of a message from any sequence number on."""
    encoder = multipart.Encoder(message, fragment)
    return (encoder.part(seq_num) for seq_num in count(first))


def fed(*frames: str) -> Collector:
    """A collector that was given some frames."""
    collector = Collector()
    for frame in frames:
        collector.receive(frame)
    return collector


def needed(frames: Iterable[str], collector: Collector, most: int) -> int:
    """Give frames until a message is complete; return how many it took."""
    for given, frame in enumerate(islice(frames, most), start=1):
        collector.receive(frame)
        if collector.messages:
            return given
    pytest.fail(f"no message after {most} frames: {collector.progress}")
