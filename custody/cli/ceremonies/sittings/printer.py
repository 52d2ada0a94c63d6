"""`Printer`: a card to a printer's device, streamed from memory, and questions to who stands beside it.

Nothing is written but to the device. What a printer, or what reads from a pipe, keeps of it is beyond us, and is said.
"""

import os
import select
from collections.abc import Sequence

from airgap.qr.symbol import matrix
from custody.catalogue import _
from custody.ceremony.conduct.press import CameOut, OnPaper
from custody.ceremony.printed.card_sheet import card_sheet
from custody.ceremony.printed.cards import Filled
from custody.ceremony.transcript.standing import Standing
from custody.cli.ceremonies.sittings.names import asked_people
from custody.cli.people.secrets import words_of
from custody.cli.people.terminal import Terminal
from custody.errors import CustodyError, Declined, StorageFailed, Unreadable, Usage
from custody.printing.canvas import Canvas
from custody.printing.document import document
from custody.printing.face import Face
from custody.store.devices import open_printer

_PATIENCE = 10.0
"""Seconds that a printer may take nothing before somebody is asked to look."""
_PART = 4096
_OUTCOMES = {"whole": CameOut.WHOLE, "two": CameOut.TWICE, "spoiled": CameOut.SPOILED, "nothing": CameOut.NOTHING}


class Printer:
    """The printer at `path`, and the terminal beside it. `face`: the font of what is printed."""

    def __init__(self, terminal: Terminal, path: str, face: Face, patience: float = _PATIENCE) -> None:
        self._terminal, self._path, self.face, self._patience = terminal, path, face, patience
        self._told = False

    def wanted(self, title: str) -> bool:
        """Ask whether the card is to be printed now."""
        if not self._told:
            self._say(_("A printer's memory and a spooler's disk may keep sheets: docs/ceremonies.md"))
            self._told = True
        question = _('{title}: only its holder at the printer. "print" or "screen": ').format(title=title)
        return self._one_of(question, (_("print"), _("screen"))) == _("print")

    def printed(self, card: OnPaper, sheet: int) -> CameOut:
        """Print a card, and have the holder say what came out. What the device refuses is told, and is nothing yet."""
        told = card.filled
        filled = Filled(told.kind, told.set, told.fingerprint, tuple(words_of(card.card)))
        canvas = card_sheet(self.face, card.key, card.place, filled, sheet, matrix, rehearsal=card.is_rehearsal)
        page = memoryview(document(self.face, [canvas], _("Card")))  # in the copy that ends with the key
        try:
            return self._came_out(page, sheet)
        except (KeyboardInterrupt, Declined):
            hint = _("Sheet {sheet} may be in the printer, or its tray: destroy it, and switch the printer off and on.")
            raise Declined(_("stopped, as you asked"), hint=hint.format(sheet=sheet)) from None

    def _came_out(self, page: memoryview, sheet: int) -> CameOut:
        try:
            self._send(page)
        except (StorageFailed, Usage) as failure:
            self.refused(failure)
        else:
            self._say(_("Sheet {sheet} was sent.").format(sheet=sheet))
        self._say(_("Look at each page in the tray."))
        question = _('What came out: "whole", "two", "spoiled" or "nothing"? ')
        outcome = _OUTCOMES[self._one_of(question, tuple(_OUTCOMES))]
        if outcome is CameOut.NOTHING:
            self._say(_("Switch the printer off and on, so that nothing comes later."))
        return outcome

    def papers(self, canvases: Sequence[Canvas]) -> None:
        """Print pages that hold no secret, as often as somebody wants them."""
        content = document(self.face, canvases, _("Wallet"))
        question = _('What is public of the wallet, on paper: "print" once, or "done": ')
        while self._one_of(question, (_("print"), _("done"))) == _("print"):
            try:
                self._send(memoryview(content))
            except (StorageFailed, Usage) as failure:
                self.refused(failure)

    def destroyed(self, standing: Standing, sheet: int, came: CameOut) -> frozenset[str]:
        """Ask before whom paper of a sheet was destroyed."""
        question = _("Destroy whatever there is of sheet {sheet}, each scrap. Before whom? ")
        if came is CameOut.TWICE:
            question = _("Destroy all pages of sheet {sheet} but one. Before whom? ")
        while True:
            try:
                return asked_people(self._terminal, standing, question.format(sheet=sheet))
            except Unreadable as failure:
                self.refused(failure)

    def refused(self, failure: CustodyError) -> None:
        """Tell why something was not taken."""
        for line in filter(None, (f"! {failure.message}", failure.hint and f"  {failure.hint}")):
            self._say(line)

    def _send(self, left: memoryview) -> None:
        """Write a page to the device, as it takes it. Raises StorageFailed."""
        descriptor = open_printer(self._path)
        try:
            while left:
                self._wait(descriptor)
                try:
                    left = left[os.write(descriptor, left[:_PART]) :]
                except BlockingIOError:
                    continue
        except OSError as failure:
            raise StorageFailed(
                _("the printer took only a part: {reason}").format(reason=os.strerror(failure.errno or 0))
            ) from None
        finally:
            os.close(descriptor)

    def _wait(self, descriptor: int) -> None:
        """Wait until the printer takes more; where it does not for long, until somebody has looked.

        Raises StorageFailed where this sheet is given up.
        """
        while not select.select([], [descriptor], [], self._patience)[1]:
            question = _('The printer takes nothing: paper, a lid, a jam? "wait", or "stop" to give this sheet up: ')
            if self._one_of(question, (_("wait"), _("stop"))) == _("stop"):
                raise StorageFailed(_("the printer did not take all of the sheet"))

    def _one_of(self, question: str, words: tuple[str, ...]) -> str:
        while (typed := self._terminal.answer(question).strip().casefold()) not in words:
            self._say(_("one of these: {words}").format(words=", ".join(words)))
        return typed

    def _say(self, text: str) -> None:
        self._terminal.write(text + "\n")
