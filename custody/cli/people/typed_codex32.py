"""Strings of codex32 typed unseen: a secret at once, or shares of one set until they are as many as it needs."""

from custody.catalogue import _
from custody.cli.people.dictation import Dictation
from custody.errors import Mismatch, Unreadable
from custody.keys.cards import codex32
from custody.keys.cards.codex32 import Codex32

_STOP = "."


def ask_codex32(dictation: Dictation, first: str) -> list[str] | None:
    """Take strings that begin with the line `first`; None for one that is wrong there, and for who stops."""
    lines: list[str] = []
    strings: list[Codex32] = []
    line = first
    while line.strip() != _STOP:
        try:
            read = Codex32.read(line)
            codex32.refuse_stranger(read, strings)
        except (Unreadable, Mismatch) as failure:
            dictation.refuse(failure.message, failure.hint)
            if not strings:
                return None
        else:
            lines.append(line.strip())
            strings.append(read)
        lacking = codex32.missing(strings)
        if not lacking:
            dictation.say(_("{count} codex32 strings taken.").format(count=len(strings)))
            return lines
        line = dictation.hear(_("Next codex32 share, {count} more (. and Enter stops here): ").format(count=lacking))
    return None
