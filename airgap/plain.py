"""One line without a frame to a message: hex of any bytes, or the base64 of a PSBT; None for anything else.

Base64 of anything else is not taken for a message: a word, an address or a private key in its usual form could be read
as base64 too. Hex carries no checksum: what was mistyped is read as it stands.
"""

import base64
import binascii
import re

from airgap import phrase
from airgap.message import MESSAGE_LIMIT, Message

PSBT_MAGIC = b"psbt\xff"

_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_BASE64 = re.compile(r"cHNidP[A-Za-z0-9+/]+={0,2}")
"""Base64 of the magic begins with these six letters; `8`, `9`, `+` or `/` follows."""


def decode(line: str) -> Message | None:
    """Return the message that a line is: a PSBT, or of hex any bytes; None when it is neither, or over 4 MiB.

    Strict: hex in one case, base64 of the standard alphabet with its padding and no bits left over, no spaces.
    What looks like a recovery phrase is none: the window carries no secret.
    """
    if len(line) > 2 * MESSAGE_LIMIT or phrase.is_secret(line):
        return None
    if len(line) % 2 == 0 and _HEX.fullmatch(line):
        data = binascii.unhexlify(line)
        return Message("crypto-psbt" if data.startswith(PSBT_MAGIC) else "bytes", data)
    if not _BASE64.fullmatch(line):
        return None
    data = _base64(line)
    return Message("crypto-psbt", data) if data.startswith(PSBT_MAGIC) and len(data) <= MESSAGE_LIMIT else None


def _base64(line: str) -> bytes:
    """Decode canonical base64 (RFC 4648, section 4); nothing where it is not."""
    try:
        data = base64.b64decode(line, validate=True)
    except binascii.Error:
        return b""
    return data if base64.b64encode(data).decode("ascii") == line else b""
