"""A file to the message that it holds: a PSBT in binary, base64 or hex, or a UR's lines; all else is taken as it is.

An empty file, a text that begins as one of these and is not whole, one that `--type` calls a PSBT and is none, and what
holds a secret raise Unreadable.
"""

from airgap import files, phrase, plain
from airgap.catalogue import _
from airgap.content import psbt, texts
from airgap.errors import Unreadable, Usage
from airgap.message import PSBT_TYPES, Message
from airgap.receiving.collector import Collector
from airgap.ur.multipart import SCHEME

FILE_LIMIT = 9 * 1024 * 1024
"""Bytes of a file: the longest message, 4 MiB, written as hex."""

DEFAULT_PSBT_TYPE = "crypto-psbt"
"""The name that shipped devices know; `psbt` is its successor in BCR-2020-006."""


def message_of(name: str, ur_type: str | None) -> Message:
    """Read a file and return its message.

    A PSBT may be binary, base64 or hex; its text is decoded when `ur_type` names a PSBT or is None, which means to
    tell it by its first bytes. A file of UR lines is the UR's message, not the lines. Raises Unreadable, also for what
    holds a secret; Usage where there is no such file, or a UR is to be of another type; StorageFailed.
    """
    data = files.read(name, FILE_LIMIT)
    if not data:
        raise Unreadable(
            _("{name} is empty, so there is nothing to carry").format(name=files.shown(name)),
            hint=_("Export the file again."),
        )
    if ur_type is None or ur_type in PSBT_TYPES:
        found = data if data.startswith(psbt.MAGIC) else _written(name, data)
        if found is not None:
            return Message(ur_type or DEFAULT_PSBT_TYPE, found)
    if (lines := _ur_lines(data)) is not None:
        return _of_lines(name, lines, ur_type)
    if ur_type in PSBT_TYPES:
        raise Unreadable(
            _("{name} is not a PSBT: it begins with none of its forms").format(name=files.shown(name)),
            hint=_("Leave --type away, or export the PSBT again as a binary file."),
        )
    if phrase.is_held_in(ur_type or "bytes", data):
        raise phrase.refusal()
    return Message(ur_type or "bytes", data)


def _written(name: str, data: bytes) -> bytes | None:
    """Return the PSBT that these bytes are the base64 or hex of (lines may be wrapped), else None."""
    text = texts.unquoted("".join(files.text_of(data).split()))
    if not plain.begins_as_psbt(text):
        return None
    message = plain.decode(text)
    if message is None:
        raise Unreadable(
            _("{name} begins as the text of a PSBT, and is not a whole one: it is cut off or damaged").format(
                name=files.shown(name)
            ),
            hint=_("Copy or export it again, whole."),
        )
    return message.payload


def _ur_lines(data: bytes) -> list[str] | None:
    """Return the lines of a text that begins as a UR does, else None."""
    lines = files.text_of(data).split()
    return lines if lines and lines[0].lower().startswith(SCHEME) else None


def _of_lines(name: str, lines: list[str], ur_type: str | None) -> Message:
    """Return the message of a UR's lines. Raises Unreadable where it is not whole, or more than it is there."""
    collector = Collector()
    for line in lines:
        collector.receive(line)
    message = collector.require()
    if collector.foreign:
        raise Unreadable(
            _("{name} holds a UR and lines that do not belong to it").format(name=files.shown(name)),
            hint=_("Keep the lines of the UR alone in it."),
        )
    if ur_type not in (None, message.type):
        raise Usage(
            _("{name} holds a UR of type {type}").format(name=files.shown(name), type=message.type),
            hint=_("Leave --type away."),
        )
    return message
