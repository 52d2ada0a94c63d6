"""Whether keys type what is printed on them: a line that was shown and typed, to a pair of layouts that explains it.

A passphrase that was chosen under one layout and is typed under another is wrong, and nothing says why. What is typed
here is no secret.
"""

import re
from collections.abc import Iterator

from custody.catalogue import _
from custody.machine.measurement import Seen, Standing
from custody.text import safe

SHOWN = r"""zZyYaAqQ@#"'\|-_=+?"""
"""The line to be typed: letters and signs that move between layouts."""

_DEAD = "\0"
"""A key that types nothing by itself, and changes what comes next."""


def _rows(*rows: str) -> tuple[str, str]:
    """Join rows of keys, from the top of the keyboard: plain and with shift, in turns."""
    return "".join(rows[::2]), "".join(rows[1::2])


_LAYOUTS = {
    "English (US)": _rows(
        *("`1234567890-=", "~!@#$%^&*()_+"),
        *("qwertyuiop[]", "QWERTYUIOP{}"),
        *("asdfghjkl;'\\", 'ASDFGHJKL:"|'),
        *("<zxcvbnm,./", ">ZXCVBNM<>?"),
    ),
    "English (UK)": _rows(
        *("`1234567890-=", '¬!"£$%^&*()_+'),
        *("qwertyuiop[]", "QWERTYUIOP{}"),
        *("asdfghjkl;'#", "ASDFGHJKL:@~"),
        *("\\zxcvbnm,./", "|ZXCVBNM<>?"),
    ),
    "German": _rows(
        *(f"{_DEAD}1234567890ß{_DEAD}", f'°!"§$%&/()=?{_DEAD}'),
        *("qwertzuiopü+", "QWERTZUIOPÜ*"),
        *("asdfghjklöä#", "ASDFGHJKLÖÄ'"),
        *("<yxcvbnm,.-", ">YXCVBNM;:_"),
    ),
    "French": _rows(
        *("²&é\"'(-è_çà)=", "~1234567890°+"),
        *(f"azertyuiop{_DEAD}$", f"AZERTYUIOP{_DEAD}£"),
        *("qsdfghjklmù*", "QSDFGHJKLM%µ"),
        *("<wxcvbn,;:!", ">WXCVBN?./§"),
    ),
}
"""A layout of 48 keys -> what each types, plain and with shift; each row begins at its left, as on a PC's keyboard."""

_WITH_ALTGR = {
    "German": {"@": "q", "\\": "ß", "|": "<"},
    "French": {"@": "à", "#": '"', "\\": "_", "|": "-"},
}
"""What the line has that such a keyboard types with AltGr -> what the key types plain."""


def keyboard(typed: str | None) -> Seen:
    """Judge what was typed when `SHOWN` was asked for; None where nobody was asked."""
    if not typed:
        return Seen(Standing.UNKNOWN, _("not tested"))
    if typed == SHOWN:
        return Seen(Standing.FIT, _("the keys type what is printed on them"))
    text = _("the keys look {printed}, and are read as {read}")
    if found := [text.format(printed=printed, read=read) for printed, read in explanations(typed)]:
        return Seen(Standing.TOLD, _("; or ").join(found))
    return Seen(Standing.TOLD, _("what came is {typed}, as of no layout known here").format(typed=safe(typed, 40)))


def explanations(typed: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of layouts, as printed on the keys and as read by the machine, that explain what was typed."""
    for printed in _LAYOUTS:
        for read in _LAYOUTS:
            if printed != read and re.fullmatch(_expected(printed, read), typed, re.DOTALL):
                yield printed, read


def _expected(printed: str, read: str) -> str:
    """Return a pattern of what comes where somebody types the line as printed. What is not sure is left open."""
    pattern, after_dead = [], False
    for character in SHOWN:
        came = _typed(character, printed, read)
        pattern.append(".{0,2}" if came in (_DEAD, "") or after_dead else re.escape(came))
        after_dead = came == _DEAD
    return "".join(pattern)


def _typed(character: str, printed: str, read: str) -> str:
    """Return what the key with a character printed on it types; "" where that depends on the program."""
    for there, here in zip(_LAYOUTS[printed], _LAYOUTS[read], strict=True):
        if (at := there.find(character)) >= 0:
            return here[at]
    plain, _shifted = _LAYOUTS[printed]
    at = plain.index(_WITH_ALTGR[printed][character])
    back = {_LAYOUTS[read][0].index(key): sign for sign, key in _WITH_ALTGR.get(read, {}).items()}
    return back.get(at, "")
