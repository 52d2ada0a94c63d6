"""A file in binary, base64 or hex to the bytes of a PSBT, exactly decoded, and other bytes back in the same form.

So a signed file looks to the desk like the one it made. More than 10 MB, or anything beside one line, is Unreadable.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from custody.catalogue import _
from custody.errors import Unreadable

MAGIC = b"psbt\xff"
PAYLOAD_LIMIT = 10_000_000
"""Bytes of a PSBT (10 MB)."""
FILE_LIMIT = 2 * PAYLOAD_LIMIT + 2
"""Bytes of a file: a PSBT in hex, and the end of its line."""

_NEWLINES = (b"\r\n", b"\n")
_HEX_MAGIC = MAGIC.hex().encode()
_BASE64_MAGIC = b"cHNidP"
_HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF")
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

    A text may end in one newline and holds nothing else. Raises Unreadable, with a hint for what people mistake for a
    PSBT, and where it is larger than 10 MB.
    """
    if not data:
        raise Unreadable(_("the file is empty"), hint=_("Export the transaction again."))
    if data.startswith(MAGIC):
        return Envelope(_bounded(data), Encoding.BINARY)
    if len(data) > FILE_LIMIT:
        raise _too_large()
    suffix = next((newline for newline in _NEWLINES if data.endswith(newline)), b"")
    text = data[: len(data) - len(suffix)]
    if text[: len(_HEX_MAGIC)].lower() == _HEX_MAGIC:
        return Envelope(_bounded(_from_hex(text)), Encoding.HEX, suffix, upper=text.isupper())
    if text.startswith(_BASE64_MAGIC):
        return Envelope(_bounded(_from_base64(text)), Encoding.BASE64, suffix)
    raise _foreign(text)


def _bounded(payload: bytes) -> bytes:
    if len(payload) > PAYLOAD_LIMIT:
        raise _too_large()
    return payload


def _too_large() -> Unreadable:
    return Unreadable(
        _("the file is larger than a PSBT may be ({limit} bytes)").format(limit=PAYLOAD_LIMIT),
        hint=_("Pay in several transactions."),
    )


def _from_hex(text: bytes) -> bytes:
    if len(text) % 2 or not _HEX_DIGITS.issuperset(text):
        raise Unreadable(
            _("the PSBT is written in hex, but holds something else than pairs of hex digits"),
            hint=_("A text is one line: no spaces, no blank lines. Copy or export it again, whole."),
        )
    return bytes.fromhex(text.decode("ascii"))


def _from_base64(text: bytes) -> bytes:
    try:
        payload = base64.b64decode(text, validate=True)
    except binascii.Error:
        payload = b""
    if base64.b64encode(payload) != text:  # unused bits that are not zero would give one payload many texts
        raise Unreadable(
            _("the PSBT is written in base64, but is damaged or not one whole line"),
            hint=_("A text is one line: no spaces, no blank lines. Copy or export it again, whole."),
        )
    if not payload.startswith(MAGIC):
        raise _foreign(text)
    return payload


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
        hint=_("A PSBT is a binary file, or one line of base64 (cHNidP...) or of hex (70736274ff...)."),
    )
