"""A text without a frame to a message: hex of any bytes, or the base64 of a PSBT; None for anything else.

Base64 of anything else is not taken for a message: a word, an address or a private key in its usual form could be read
as base64 too. Neither carries a checksum, so a PSBT must be whole, and other bytes are read as they stand.
"""

import base64
import binascii
import re

from airgap import phrase
from airgap.content import psbt
from airgap.message import MESSAGE_LIMIT, Message

_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_BASE64 = re.compile(r"cHNidP[A-Za-z0-9+/]+={0,2}")
"""Base64 of the magic begins with these six letters; `8`, `9`, `+` or `/` follows."""
_START = re.compile(r"cHNidP|70736274(?:ff|FF)")


def decode(line: str) -> Message | None:
    """Return the message that a line is: a PSBT, or of hex any bytes; None when it is neither, or over 4 MiB.

    Strict: hex in one case, base64 of the standard alphabet with its padding and no bits left over, no spaces, and a
    PSBT to its last map. What looks like a recovery phrase is none: the window carries no secret.
    """
    if len(line) > 2 * MESSAGE_LIMIT or phrase.is_secret(line):
        return None
    if is_hex(line):
        data = binascii.unhexlify(line) if len(line) % 2 == 0 else b""
    else:
        data = _base64(line) if _BASE64.fullmatch(line) else b""
        data = data if data.startswith(psbt.MAGIC) and len(data) <= MESSAGE_LIMIT else b""
    if not data.startswith(psbt.MAGIC):
        return Message("bytes", data) if data else None
    return Message("crypto-psbt", data) if psbt.is_whole(data) else None


def is_hex(line: str) -> bool:
    """Say whether a line is hex digits in one case, and nothing else."""
    return _HEX.fullmatch(line) is not None


def begins_as_psbt(line: str) -> bool:
    """Say whether a line begins as the base64 or hex of a PSBT does, whole or not."""
    return _START.match(line) is not None


def _base64(line: str) -> bytes:
    """Decode canonical base64 (RFC 4648, section 4); nothing where it is not."""
    try:
        data = base64.b64decode(line, validate=True)
    except binascii.Error:
        return b""
    return data if base64.b64encode(data).decode("ascii") == line else b""
