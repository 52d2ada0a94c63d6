"""A string from outside to printable ASCII that is safe to show, and names checked for being plain.

A label, a memo, a file name or a wallet's name may carry terminal escapes, bidirectional overrides, zero-width
characters or look-alikes (Unicode TR 36, TR 39). `safe` keeps printable ASCII as it stands and writes everything
else as a visible escape, so that what reaches a screen can neither move the cursor nor pass for something else.
"""

import unicodedata

from custody.catalogue import _
from custody.errors import Unreadable

NAME_LIMIT = 200
"""Characters in a name, a label or a memo."""


def safe(untrusted: str, limit: int = NAME_LIMIT) -> str:
    """Return `untrusted` with every character outside printable ASCII escaped, cut visibly after `limit` characters.

    A backslash is doubled, so an escape cannot be forged by the text itself.
    """
    shown = "".join(_visible(character) for character in untrusted[:limit])
    return shown + f"[+{len(untrusted) - limit}]" if len(untrusted) > limit else shown


def name(untrusted: str) -> str:
    """Return a name that a person gave (of a wallet, say), unchanged.

    Names enter records and are compared by eye, so they are printable ASCII, 1 to 200 characters, no space at an end.
    Raises Unreadable.
    """
    if not 1 <= len(untrusted) <= NAME_LIMIT:
        raise Unreadable(
            _("a name has 1 to {limit} characters, this one has {count}").format(limit=NAME_LIMIT, count=len(untrusted))
        )
    if not (untrusted.isascii() and untrusted.isprintable()) or untrusted != untrusted.strip():
        raise Unreadable(
            _("the name {name} is not plain text").format(name=safe(untrusted)),
            hint=_("Use letters, digits and punctuation of ASCII, without a space at either end."),
        )
    return untrusted


def has_control(text: str) -> bool:
    """Say whether a text holds a control character (Unicode's category Cc): an arrow key types one, unseen."""
    return any(unicodedata.category(character) == "Cc" for character in text)


def _visible(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if " " <= character <= "~":
        return character
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{{{point:x}}}"
