"""Rolls of dice, typed unseen, line by line: a line can be taken back, and refused dice are thrown again or added to.

Whether they look rolled is not judged here: what fails the tests of `keys.entropy` is never taken.
"""

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.people.dictation import Dictation
from custody.cli.people.terminal import Terminal
from custody.errors import CustodyError, Unreadable
from custody.keys.entropy import MOST_ROLLS, Dice

_MORE, _BACK = "+", "<"


class TypedDice:
    """One person's rolls at one terminal, kept until they are taken: the next question is of other ones."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._dictation = Dictation(terminal)
        self._lines: list[str] = []
        self._fewest = self._wanted = 0
        self._refused = False

    @property
    def _rolls(self) -> str:
        return "".join(self._lines)

    def ask(self, rolls: int) -> Dice:
        """Take lines until there are enough rolls: so many, or more after some were refused and kept.

        Rolls that were taken count once: whoever asks again without having refused them wants new ones.
        """
        if not self._refused:
            self._lines.clear()
        self._fewest, self._refused = rolls, False
        self._wanted = max(self._wanted if self._lines else 0, rolls)
        with self._terminal.hidden():
            while len(self._rolls) < self._wanted:
                prompt = _("Rolls {have} of {rolls}. Type some, 1 to 6 (< takes the last line back): ")
                line = self._dictation.hear(prompt.format(have=len(self._rolls), rolls=self._wanted))
                if line.strip() == _BACK:
                    del self._lines[-1:]
                else:
                    self._take(line)
            self._dictation.say(_("{count} rolls taken.").format(count=len(self._rolls)))
        return Dice.parse(self._rolls)

    def refused(self, failure: CustodyError) -> None:
        """Say why they were refused, and hear whether all are thrown again, or half as many as are needed added."""
        output.say(_("These dice were not taken: {reason}.").format(reason=failure.message))
        more = -(-self._fewest // 2)
        question = _("Enter throws all of them again, + and Enter adds {more} rolls: ").format(more=more)
        with self._terminal.hidden():
            while (answer := self._dictation.hear(question).strip()) not in ("", _MORE):
                self._dictation.say(_("Neither Enter nor +."))
        self._wanted = len(self._rolls) + more
        if not answer or self._wanted > MOST_ROLLS:
            self._lines.clear()
        self._refused = True

    def _take(self, line: str) -> None:
        """Keep a line, or say by the place in it what is wrong."""
        try:
            Dice.parse(line)
            Dice.parse(self._rolls + line)
        except Unreadable as failure:
            self._dictation.say(_("Line not taken: {reason}.").format(reason=failure.message))
        else:
            self._lines.append("".join(line.split()))
