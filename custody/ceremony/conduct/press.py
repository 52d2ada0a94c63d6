"""`Press`: what a key's maker asks of a printer and of who stands there; each sheet is noted before it is sent."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from custody.ceremony.plan.plan import Key
from custody.ceremony.printed.cards import Filled
from custody.ceremony.transcript.contents import Content
from custody.ceremony.transcript.key_lines import Printed, Spoiled
from custody.ceremony.transcript.sheets import has_room
from custody.ceremony.transcript.standing import Standing
from custody.errors import CustodyError, Unreadable
from custody.secret import Secret


class CameOut(Enum):
    """What lies in the printer's tray: one whole sheet, several, a spoiled one, or none."""

    WHOLE = "whole"
    TWICE = "twice"
    SPOILED = "spoiled"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A card to be printed: of which key, its group and number there, from 1, its words, and what else stands on it."""

    key: Key
    place: tuple[int, int]
    filled: Filled
    card: Secret = field(repr=False)
    is_rehearsal: bool


class Press(Protocol):
    """A printer, and a person beside it. Every method may raise Declined."""

    def wanted(self, title: str) -> bool:
        """Ask whether the holder wants a card printed now; else it is copied from the screen."""

    def printed(self, card: OnPaper, sheet: int) -> CameOut:
        """Print a card on a sheet of this number, and ask what came out."""

    def destroyed(self, standing: Standing, sheet: int, came: CameOut) -> frozenset[str]:
        """Ask before whom paper of a sheet was destroyed, by the plan's names; say what is to be, as it came out."""

    def refused(self, failure: CustodyError) -> None:
        """Tell why an answer was not taken."""


class Notes(Protocol):
    """Where a line is kept before anything else happens."""

    @property
    def standing(self) -> Standing:
        """Where the sitting stands now."""

    def note(self, content: Content) -> None:
        """Keep a line. Raises Unreadable for one that may not follow, and as `Kept.write`."""


def on_paper(press: Press, notes: Notes, card: OnPaper, number: int, title: str) -> int | None:
    """Print a card until one whole sheet is with its holder. Return the sheet's number; None where none is wanted.

    A sheet that failed is destroyed before two people, and its card is printed again under the next number.
    """
    while has_room(notes.standing) and press.wanted(title):
        sheet = notes.standing.printed + 1
        notes.note(Printed(card.key.id, number, sheet))
        came = press.printed(card, sheet)
        if came is not CameOut.WHOLE:
            _spoiled(press, notes, sheet, came)
        if came in (CameOut.WHOLE, CameOut.TWICE):
            return sheet
    return None


def _spoiled(press: Press, notes: Notes, sheet: int, came: CameOut) -> None:
    """Note what becomes of the paper; asked again until it is told before people who are there."""
    while True:
        people = press.destroyed(notes.standing, sheet, came)
        try:
            notes.note(Spoiled(sheet, came is CameOut.TWICE, people, came.value))
        except Unreadable as failure:
            press.refused(failure)
        else:
            return
