"""A file to the message that it holds: a PSBT in binary, base64 or hex is recognised, all else taken as it is.

An empty file, one that `--type` calls a PSBT and is none, and what looks like a recovery phrase raise Unreadable.
"""

from airgap import files, phrase
from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.message import PSBT_TYPES, Message
from airgap.plain import PSBT_MAGIC, decode

FILE_LIMIT = 9 * 1024 * 1024
"""Bytes of a file: the longest message, 4 MiB, written as hex."""

DEFAULT_PSBT_TYPE = "crypto-psbt"
"""The name that shipped devices know; `psbt` is its successor in BCR-2020-006."""


def message_of(name: str, ur_type: str | None) -> Message:
    """Read a file and return its message.

    A PSBT may be binary, base64 or hex; its text is decoded when `ur_type` names a PSBT or is None, which means to
    tell it by its first bytes. Raises Unreadable, also for what looks like a recovery phrase; Usage where there is no
    such file; StorageFailed.
    """
    data = files.read(name, FILE_LIMIT)
    if not data:
        raise Unreadable(
            _("{name} is empty, so there is nothing to carry").format(name=files.shown(name)),
            hint=_("Export the file again."),
        )
    if ur_type is None or ur_type in PSBT_TYPES:
        psbt = _psbt(data)
        if psbt is not None:
            return Message(ur_type or DEFAULT_PSBT_TYPE, psbt)
    if ur_type in PSBT_TYPES:
        raise Unreadable(
            _("{name} is not a PSBT: it begins with none of its forms").format(name=files.shown(name)),
            hint=_("Leave --type away, or export the PSBT again as a binary file."),
        )
    if phrase.is_held_in(ur_type or "bytes", data):
        raise phrase.refusal()
    return Message(ur_type or "bytes", data)


def _psbt(data: bytes) -> bytes | None:
    """Return the PSBT that these bytes are, or are the base64 or hex of (lines may be wrapped), else None."""
    if data.startswith(PSBT_MAGIC):
        return data
    if not data.isascii():
        return None
    message = decode("".join(data.decode("ascii").split()))
    return message.payload if message is not None and message.payload.startswith(PSBT_MAGIC) else None
