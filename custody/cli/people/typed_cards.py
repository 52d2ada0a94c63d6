"""Cards typed unseen, one after the other, until a person stops: what a card is in words, and what was taken so far.

Strings of codex32 are taken up to a quorum: each says how many there must be.
Which cards belong together is decided in `keys.cards.collection`.
"""

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.people.dictation import Dictation, Form
from custody.cli.people.terminal import Terminal
from custody.errors import CustodyError, Mismatch, Unreadable
from custody.keys.cards import codex32
from custody.keys.cards.codex32 import Codex32
from custody.keys.cards.shares import LENGTHS, SLIP39, read_share

CARD = Form(SLIP39, LENGTHS, (20, 33), LENGTHS, lambda text: read_share(text, _("this card")))
"""A card: its checksum, of 30 bits, tells at every length whether it is whole."""

_STOP = "."


class TypedCards:
    """One person's cards at one terminal; `first` is one that was typed before, for another question."""

    def __init__(self, terminal: Terminal, first: str | None = None) -> None:
        self._terminal = terminal
        self._dictation = Dictation(terminal)
        self._first = first
        self.cards: list[str] = []

    def ask(self, *, complete: bool) -> str | None:
        """Take a card; None for who stops. Where there is a quorum an empty line stops too."""
        card, self._first = self._first, None
        if card is None:
            card = self._heard(complete=complete)
        if card is not None:
            self.cards.append(card)
        return card

    def refused(self, failure: CustodyError) -> None:
        """Say why the last card was not taken; it is forgotten."""
        self.cards.pop()
        output.say(_("This card was not taken: {reason}").format(reason=failure.message))
        if failure.hint:
            output.say(failure.hint)

    def _heard(self, *, complete: bool) -> str | None:
        if not self.cards:
            output.say(_("Bring the first card."))
            self._dictation.explain()
        form = CARD.of_count(len(self.cards[0].split())) if self.cards else CARD
        with self._terminal.hidden():
            while True:
                line = self._dictation.hear(self._question(complete=complete))
                if line.strip() == _STOP or (complete and not line.strip()):
                    self._terminal.write("\n")
                    return None
                taken = self._dictation.take((form,), line)
                if taken is not None:
                    return taken[1]

    def _question(self, *, complete: bool) -> str:
        """What is typed here counts as a card's first word, so it says so."""
        if complete:
            return _("These open the secret. Enter goes on; or one more card, word 1: ")
        if self.cards:
            return _("Next card, word 1 (. and Enter stops here): ")
        return _("Word 1: ")


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
