"""A string from outside (a file's name, a frame) to printable ASCII: all else becomes a visible escape, cut at 200.

What is shown can neither move a cursor nor pass for something else. The window imports nothing of custody, so it has
its own small copy of `custody.text`.
"""

SHOWN_LIMIT = 200
"""Characters shown of one string; what was cut is counted."""


def safe(untrusted: str, limit: int = SHOWN_LIMIT) -> str:
    """Return `untrusted` with everything outside printable ASCII escaped, cut visibly after `limit` characters.

    A backslash is doubled, so the text cannot forge an escape.
    """
    shown = "".join(_visible(character) for character in untrusted[:limit])
    return shown + f"[+{len(untrusted) - limit}]" if len(untrusted) > limit else shown


def _visible(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if " " <= character <= "~":
        return character
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{{{point:x}}}"
