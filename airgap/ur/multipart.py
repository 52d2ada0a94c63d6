"""A message to the text of a UR (BCR-2020-005), whole or in parts without end, and a text to the part that it is.

Every bound that one part alone can break is checked: a wrong checksum, CBOR of another form, lengths that contradict,
more than 4 MiB or 4,096 fragments raise Unreadable. Written in lower case; a QR code wants it in upper case, and both
are read. `decoder` puts parts together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from airgap import cbor
from airgap.catalogue import _
from airgap.errors import Unreadable, Usage
from airgap.message import MESSAGE_LIMIT, Message
from airgap.ur import bytewords
from airgap.ur.fountain import FRAGMENTS_LIMIT, SEQUENCE_LIMIT, Fountain, sequence

FRAGMENT_BYTES = 200
"""Fragment length that every device's camera and memory can take."""

SCHEME = "ur:"

_UR = re.compile(r"ur:([a-z0-9-]{1,200})/(?:([1-9][0-9]{0,9})-([1-9][0-9]{0,9})/)?([a-z]+)")
"""Type, sequence number and length where there are several parts, bytewords. No number begins with a zero."""

_PART_FIELDS = 5
_CHECKSUM_LIMIT = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart UR, each bound of it checked; `data` is as long as any other part's of its stream."""

    type: str
    seq_num: int
    seq_len: int
    message_len: int
    checksum: int
    data: bytes = field(repr=False)

    @property
    def stream(self) -> tuple[str, int, int, int, int]:
        """What all parts of one message share."""
        return self.type, self.seq_len, self.message_len, self.checksum, len(self.data)


class Encoder:
    """The parts of one message by sequence number, so that a schedule may choose among them.

    `fragment_bytes` is the longest that a fragment of the UR's body may be. Raises Unreadable when the message is over
    4 MiB or 4,096 fragments, Usage when a fragment would be empty.
    """

    def __init__(self, message: Message, fragment_bytes: int = FRAGMENT_BYTES) -> None:
        self._type = message.type
        self._body = _body(message, fragment_bytes)
        self._fountain = Fountain(self._body, fragment_bytes)
        self.seq_len = len(self._fountain.fragments)
        self.checksum = self._fountain.checksum

    def single(self) -> str:
        """Return the whole message as one UR."""
        return f"{SCHEME}{self._type}/{bytewords.encode(self._body)}"

    def part(self, seq_num: int) -> str:
        """Return part `seq_num`, 1 to 2**32 - 1."""
        fields = (seq_num, self.seq_len, len(self._body), self._fountain.checksum)
        content = cbor.head(cbor.ARRAY, _PART_FIELDS)
        content += b"".join(cbor.head(cbor.UNSIGNED, number) for number in fields)
        content += cbor.byte_string(self._fountain.mixed(seq_num))
        return f"{SCHEME}{self._type}/{seq_num}-{self.seq_len}/{bytewords.encode(content)}"


def encode(message: Message, fragment_bytes: int = FRAGMENT_BYTES) -> Iterator[str]:
    """Yield one UR and end when the message fits a fragment; else its parts, without end. Raises as Encoder does."""
    encoder = Encoder(message, fragment_bytes)
    if encoder.seq_len == 1:
        return iter((encoder.single(),))
    return (encoder.part(seq_num) for seq_num in sequence())


def is_one(text: str) -> bool:
    """Say whether a text has the shape of a UR, right or wrong: a type, perhaps two numbers, and letters."""
    return text.isascii() and _UR.fullmatch(text.lower()) is not None


def parse(text: str) -> Part | Message:
    """Read one UR in either case: a part of a message, or a whole one. Raises Unreadable.

    Refused: a wrong checksum, CBOR that is not the part of BCR-2020-005, a path that says otherwise than the CBOR, more
    than 4 MiB or 4,096 fragments, and a count that does not follow from the lengths (which alone ends every attack
    that claims a huge count). Every sequence number from 1 is legal; 0, to which a counter may wrap, names no fragment.
    """
    found = _UR.fullmatch(text.lower()) if text.isascii() else None
    if found is None:
        raise Unreadable(_("this is not a UR"))
    ur_type, seq_num, seq_len, body = found.groups()
    if len(body) > 2 * (MESSAGE_LIMIT + 64):
        raise _too_long()
    content = bytewords.decode(body)
    if seq_num is None:
        return _whole(ur_type, content)
    part = _part(ur_type, content)
    if (part.seq_num, part.seq_len) != (int(seq_num), int(seq_len)):
        raise Unreadable(_("the UR's path and its content number the part differently"))
    return part


def _whole(ur_type: str, content: bytes) -> Message:
    if len(content) > MESSAGE_LIMIT:
        raise _too_long()
    return Message.from_cbor(ur_type, content)


def _part(ur_type: str, content: bytes) -> Part:
    """Read `[seqNum, seqLen, messageLen, checksum, data]`."""
    reader = cbor.Reader(content)
    reader.array(_PART_FIELDS)
    seq_num = reader.unsigned(SEQUENCE_LIMIT)
    seq_len = reader.unsigned(FRAGMENTS_LIMIT)
    message_len = reader.unsigned(MESSAGE_LIMIT)
    checksum = reader.unsigned(_CHECKSUM_LIMIT)
    data = reader.byte_string()
    reader.end()
    if not data or not message_len or -(-message_len // len(data)) != seq_len:
        raise Unreadable(_("the UR's number of parts does not follow from its lengths"))
    return Part(ur_type, seq_num, seq_len, message_len, checksum, data)


def _body(message: Message, fragment_bytes: int) -> bytes:
    if fragment_bytes < 1:
        raise Usage(_("a fragment has at least one byte"), hint=_("Choose a larger fragment."))
    body = message.cbor()
    if len(body) > MESSAGE_LIMIT:
        raise _too_long()
    return body


def _too_long() -> Unreadable:
    return Unreadable(_("the message is longer than {limit} bytes").format(limit=MESSAGE_LIMIT))
