"""The three documents of a bundle are lines of printable ASCII, written in one way (docs/spec/bundle.md, "Documents").

A shell without a parser reads the same lines by the same expressions (carry/verify.sh), so both refuse the same.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from custody.catalogue import _
from custody.errors import Unreadable

DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
"""A day of the calendar; two of them compare as text."""

KEY = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
"""32 bytes in base64, in the one writing of them: the bits that base64 leaves over are zero."""

SIGNATURE = r"[A-Za-z0-9+/]{85}[AQgw]=="
"""64 bytes in base64, likewise."""

SHA256 = r"[0-9a-f]{64}"
NUMBER = r"(?:0|[1-9][0-9]{0,3})"
SIZE = r"(?:0|[1-9][0-9]{0,8})"

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,148}[A-Za-z0-9])?"
NAME = rf"{_PART}(?:/{_PART}){{0,7}}"
"""A file's path: no part begins or ends with a dot, so none is hidden, `.` or `..`, and none is absolute."""

_NAME = re.compile(NAME)


def is_name(text: str) -> bool:
    """Say whether a path may stand in a manifest."""
    return _NAME.fullmatch(text) is not None


def match(document: bytes, pattern: re.Pattern[str], limit: int, name: str) -> re.Match[str]:
    """Return how a whole document is of a pattern, from its first to its last byte. Raises Unreadable by its `name`."""
    if len(document) > limit:
        raise Unreadable(
            _("{name} is larger than the {limit} bytes that are read here").format(name=name, limit=limit),
            hint=_("Nothing of ours writes so large a one: fetch the bundle again."),
        )
    found = pattern.fullmatch(document.decode("ascii", errors="replace"))
    if found is None:
        raise not_written_so(name)
    return found


def refuse_disorder(lines: Sequence[str], name: str) -> None:
    """Raise Unreadable unless each line stands once, and in the order of its bytes."""
    if any(line >= following for line, following in pairwise(lines)):
        raise not_written_so(name)


def not_written_so(name: str) -> Unreadable:
    """Return the error about a document that is not written as the specification says."""
    return Unreadable(
        _("{name} is not written as a bundle's is").format(name=name),
        hint=_("Fetch the bundle again; a later release may be written in a way that this one cannot read."),
    )
