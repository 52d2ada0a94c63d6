"""A file in binary, base64 or hex to the bytes of a PSBT, exactly decoded, and other bytes back in the same form.

A text may come as people have it: wrapped, in quotes, in UTF-16, in a node's JSON answer (`custody.outside`); it goes
back as one line. More than 10 MB, a second PSBT, and what a copy in text mode damaged are Unreadable.
"""

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from custody import outside
from custody.catalogue import _
from custody.errors import Unreadable

MAGIC = b"psbt\xff"
PAYLOAD_LIMIT = 10_000_000
"""Bytes of a PSBT (10 MB)."""
FILE_LIMIT = 3 * PAYLOAD_LIMIT
"""Bytes of a file: the largest PSBT in hex of wrapped lines, or in base64 as UTF-16."""

_NEWLINES = (b"\r\n", b"\n")
_LOST = re.compile(
    rb"(?:\xef\xbb\xbf)?psbt(?!\xff)[?\x7f-\xff]"
    rb"|(?:\xff\xfe)?p\0s\0b\0t\0(?![ ->@-~]\0)"
    rb"|(?:\xfe\xff)?\0p\0s\0b\0t(?!\0[ ->@-~])"
)
"""How a binary PSBT begins where a program took it for text: its fifth byte, 0xFF, is in none."""

_IN_JSON = re.compile(rb'"\s*(?:cHNidP|70736274[fF]{2})')
_HEAD_LIMIT = 200
"""Bytes in which the head of a text stands, however narrow its lines."""

_SECOND = re.compile(rb"[\r\n][ \t]*(?:cHNidP|70736274[fF]{2})")
_HEX_MAGIC = MAGIC.hex().encode()
_BASE64_MAGIC = b"cHNidP"
_TRANSACTION_HEADS = tuple(version.to_bytes(4, "little") for version in (1, 2, 3))


class Encoding(StrEnum):
    """How the bytes are written."""

    BINARY = "binary"
    BASE64 = "base64"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and the form it came in: `suffix` is the end of a text's line, `upper` says hex in capitals."""

    payload: bytes
    encoding: Encoding
    suffix: bytes = b""
    upper: bool = False

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload, 32 bytes: the name of what was reviewed, whatever its form."""
        return sha256(self.payload).digest()

    def seal(self, payload: bytes) -> bytes:
        """Return another payload in the same form."""
        if self.encoding is Encoding.BINARY:
            return payload
        if self.encoding is Encoding.BASE64:
            return base64.b64encode(payload) + self.suffix
        written = payload.hex().upper() if self.upper else payload.hex()
        return written.encode() + self.suffix


def open(data: bytes) -> Envelope:  # noqa: A001  # an envelope is opened and sealed; this module opens no files
    """Recognise a PSBT's form and return its bytes, exactly decoded.

    Raises Unreadable, with a hint for what people mistake for a PSBT, for two of them in one file, for one that was
    copied in text mode, and where it is larger than 10 MB.
    """
    if not data:
        raise Unreadable(_("the file is empty"), hint=_("Export the transaction again."))
    if data.startswith(MAGIC):
        return Envelope(_bounded(_whole(data)), Encoding.BINARY)
    if len(data) > FILE_LIMIT:
        raise _too_large()
    text = _text(data)
    suffix = next((newline for newline in _NEWLINES if text.endswith(newline)), b"")
    written = outside.bare(text)
    if outside.is_json(written):
        written, suffix = outside.bare(outside.member(written, "psbt", "hex", _could_be_meant)), b"\n"
    return _opened(written, suffix)


def is_claimed(data: bytes) -> bool:
    """Say whether a file is, or claims to be, a PSBT in any form. Then only `open` says what is in it."""
    if data.startswith(MAGIC) or _LOST.match(data):
        return True
    try:
        written = outside.bare(outside.plain(data))
    except Unreadable:
        return False
    if outside.is_json(written):
        return _IN_JSON.search(written) is not None
    return _claims(written)


def _text(data: bytes) -> bytes:
    """Return the text that a file is; a binary PSBT comes here only where a program took it for text."""
    if _LOST.match(data):
        raise outside.copied_as_text()
    try:
        return outside.plain(data)
    except Unreadable:
        raise _foreign(data) from None


def _whole(binary: bytes) -> bytes:
    """Take off the one line end that an editor or a shell adds: the last byte of every PSBT is a map's end, 0."""
    for newline in _NEWLINES:
        if binary.endswith(b"\x00" + newline):
            return binary[: -len(newline)]
    return binary


def _opened(written: bytes, suffix: bytes) -> Envelope:
    """Decode one PSBT in base64 or hex, in lines of any width."""
    if not _claims(written):
        raise _foreign(written)
    if _SECOND.search(written):
        raise Unreadable(_("the file holds more than one PSBT"), hint=_("Give each in a file of its own."))
    try:
        line = outside.one_line(written)
        if line[: len(_HEX_MAGIC)].lower() == _HEX_MAGIC:
            return Envelope(_bounded(outside.from_hex(line)), Encoding.HEX, suffix, upper=line.isupper())
        payload = outside.from_base64(line)
    except Unreadable as failure:
        raise Unreadable(
            _("the PSBT is written in base64 or hex, but damaged: {reason}").format(reason=failure.message),
            hint=_("Copy or export it again, whole, and nothing beside it."),
        ) from None
    if not payload.startswith(MAGIC):
        raise _foreign(line)
    return Envelope(_bounded(payload), Encoding.BASE64, suffix)


def _claims(written: bytes) -> bool:
    head = written[:_HEAD_LIMIT].translate(None, b" \t\r\n")
    return head.startswith(_BASE64_MAGIC) or head[: len(_HEX_MAGIC)].lower() == _HEX_MAGIC


def _could_be_meant(text: str) -> bool:
    return _claims(outside.bare(text.encode()))


def _bounded(payload: bytes) -> bytes:
    if len(payload) > PAYLOAD_LIMIT:
        raise _too_large()
    return payload


def _too_large() -> Unreadable:
    return Unreadable(
        _("the file is larger than a PSBT may be ({limit} bytes)").format(limit=PAYLOAD_LIMIT),
        hint=_("Pay in several transactions."),
    )


def _foreign(text: bytes) -> Unreadable:
    """Say what was given in the place of a PSBT, as far as its first bytes tell."""
    if text[:3].lower() == b"ur:" or text[:2] == b"B$":
        return Unreadable(
            _("this is one frame of a QR series, not a PSBT"),
            hint=_("Collect the frames first: airgap decode FRAMES -o FILE."),
        )
    if text.startswith(_TRANSACTION_HEADS) or text[:8] in {head.hex().encode() for head in _TRANSACTION_HEADS}:
        return Unreadable(
            _("this is a bare transaction, not a PSBT: it says nothing about the coins that it spends"),
            hint=_("Export the unsigned transaction as a PSBT (BIP-174)."),
        )
    return Unreadable(
        _("this is not a PSBT: it begins with other bytes"),
        hint=_("A PSBT is a binary file, or a text in base64 (cHNidP...) or in hex (70736274ff...)."),
    )
