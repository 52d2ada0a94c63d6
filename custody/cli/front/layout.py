"""Amounts and addresses as a screen shows them, and sentences folded so that text from outside never begins as ours do.

Lines are laid for 80 columns; `fold` fits them to a narrower window. No group of an amount or of an address is cut.
"""

import os
import re
from textwrap import wrap
from typing import TextIO

from custody import aloud
from custody.catalogue import _

WIDTH = 80

_BOLD, _NOT_BOLD = "\x1b[1m", "\x1b[22m"
_WEIGHT = re.compile(r"\x1b\[(?:1|22)m")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_IN_AMOUNT = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
_HELD = "\N{NO-BREAK SPACE}"
_GOES_ON = " " * 5
"""How much further in a folded line goes on: lines of ours begin at columns 0, 1, 2, 3 and 7."""


def bitcoin(atoms: int) -> str:
    """Write satoshi in both units, "0.10 000 000 BTC (10 000 000 satoshi)", from the same integer."""
    return _("{bitcoin} BTC ({satoshi} satoshi)").format(
        bitcoin=aloud.bitcoin(atoms).aloud, satoshi=aloud.number(atoms).aloud
    )


def address_lines(address: str, before: str) -> list[str]:
    """Write an address in groups behind a label or an indent, in rows as even as they can be, below each other.

    Its first and last group are set apart by weight. The others stand as they are, and are not dimmed: whoever compares
    the ends alone pays a look-alike.
    """
    groups = aloud.address(address).aloud.split(" ")
    groups[0] = f"{_BOLD}{groups[0]}{_NOT_BOLD}"
    groups[-1] = f"{_BOLD}{groups[-1]}{_NOT_BOLD}"
    rows = -(-len(groups) // ((WIDTH - len(before) + 1) // (aloud.GROUP + 1)))
    length = -(-len(groups) // rows)
    return [
        (" " * len(before) if at else before) + " ".join(groups[at : at + length])
        for at in range(0, len(groups), length)
    ]


def paid_to(address: str | None, script: str, indent: str) -> list[str]:
    """Write whom an output pays: its address, or the beginning of a script (in hex) that has none."""
    if address is None:
        return [indent + _("no address: script {script}").format(script=script[:44])]
    return address_lines(address, indent)


def weighed(text: str, *, is_terminal: bool) -> str:
    """Return what is shown as it may be shown: weight goes to a terminal that has it, and where nobody refused it."""
    if is_terminal and os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("NO_COLOR"):
        return text
    return _WEIGHT.sub("", text)


def fold(line: str, columns: int, *, cut: bool = True) -> list[str]:
    """Fold a line between words into pieces that fit; it goes on further in. Styles take no room, and nothing is lost.

    A longer word is cut, unless it is left to the terminal, so that it can be copied whole.
    """
    if _room(line) <= columns:
        return [line]
    inner = line.lstrip(" ")
    indent = " " * (len(line) - len(inner))
    pieces, row = [], indent
    for word in re.split(r"(?<=[^ ])(?= )", _IN_AMOUNT.sub(_HELD, inner)):
        added = word.replace(_HELD, " ")
        if row.strip() and _room(row + added) > columns:
            pieces.append(row)
            row, added = indent + _GOES_ON, added.lstrip(" ")
        row += added
        if cut and _room(row) > columns:
            plain = _STYLE.sub("", row)
            *whole, row = (plain[at : at + columns] for at in range(0, len(plain), columns))
            pieces += whole
    return [*pieces, row]


def columns(stream: TextIO) -> int:
    """Say how many columns a window has; 80 where a stream is none, or does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH


def _room(line: str) -> int:
    return len(_STYLE.sub("", line))


def wrapped(sentence: str, first: str, rest: str, width: int = WIDTH) -> list[str]:
    """Fold a sentence between words and never inside an amount; the first line and the rest begin with these."""
    held = _IN_AMOUNT.sub(_HELD, sentence)
    lines = wrap(held, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(_HELD, " ") for line in lines]


def folded(sentence: str, indent: str) -> list[str]:
    """Fold a sentence; it goes on further in, where no line of ours begins, as it may hold a name from outside.

    Ours begin at columns 0, 1, 3 and 7; what goes on is three further in than one of these.
    """
    return wrapped(sentence, indent, f"{indent}   ")


def marked(sentence: str, indent: str) -> list[str]:
    """Fold a sentence that holds another's words, each line behind a bar: none of them can pass for one of ours."""
    return wrapped(sentence, f"{indent}| ", f"{indent}| ")
