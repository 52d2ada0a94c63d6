"""`PaperHead`: what a person reads from paper, to a number and ten words, and these to the entry that they are of.

The number says which entry's words are made, since each takes a fifth of a second. Near it, and near the newest, other
entries are looked at too: a number that was written down wrongly is told as that, and is no alarm.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from custody import words
from custody.catalogue import _
from custody.errors import Alarm, Mismatch, Usage
from custody.governance.chain import Head
from custody.governance.paper.slow_words import COUNT, beginning, words_of

NEAR = 8
"""So far from the number that was said, and from the newest, an entry with these words is looked for."""


@dataclass(frozen=True, slots=True)
class PaperHead:
    """A head as somebody wrote it down: the entry's number, and the bytes that the ten words stand for."""

    number: int
    beginning: bytes

    @classmethod
    def parse(cls, spoken: str) -> Self:
        """Read "41 able acid ...", as it was shown ("entry 41: able acid ...") or said. Raises Usage."""
        first, *said = re.sub(r"[,:]|\A\s*entry\b", " ", spoken, flags=re.IGNORECASE).split() or [""]
        if not re.fullmatch(r"[0-9]{1,15}", first, re.ASCII):
            raise _without_number() if len(said) + 1 == COUNT else _not_a_head()
        if len(said) != COUNT:
            raise _not_a_head()
        strange = words.strangers(" ".join(said))
        value = words.value(" ".join(said))
        if value is None:
            raise Usage(
                _("no word on such a paper is written like this: word {places}").format(
                    places=", ".join(map(str, strange))
                ),
                hint=_("Look at its letters again; each word has four."),
            )
        return cls(int(first), value)

    def require(self, treasury: bytes, newest: Head, head_at: Callable[[int], Head]) -> Head:
        """Return the entry of a journal that stands on this paper. `head_at`: its entries by number, to the `newest`.

        Raises as `among`, and Alarm where the journal has no such entry: it was rolled back, or the paper is another's.
        """
        near = {self.number, newest.number}
        numbers = {each for middle in near for each in range(middle - NEAR, middle + NEAR + 1)}
        found = self.among(treasury, [head_at(each) for each in sorted(numbers) if 0 <= each <= newest.number])
        if found is None:
            raise self._rolled_back(treasury, newest)
        return found

    def among(self, treasury: bytes, heads: Iterable[Head]) -> Head | None:
        """Return which of these entries stands on this paper, None for none of them.

        Raises Mismatch for the words of one with the number of another, which is found if it is near.
        """
        known = list(heads)
        newest = max((head.number for head in known), default=-1)
        near = [each for each in known if abs(each.number - self.number) <= NEAR or newest - each.number <= NEAR]
        for head in sorted(near, key=lambda each: abs(each.number - self.number)):
            if beginning(treasury, head.hash) == self.beginning:
                if head.number != self.number:
                    raise self._misnumbered(head)
                return head
        return None

    def _misnumbered(self, head: Head) -> Mismatch:
        return Mismatch(
            _("these are the words of entry {number}, and the number that was said is {said}").format(
                number=head.number, said=self.number
            ),
            hint=_("Read the paper again. If it says so, somebody wrote it down wrongly: compare with another copy."),
        )

    def _rolled_back(self, treasury: bytes, newest: Head) -> Alarm:
        reason = (
            _("this journal has no entry {number}: it is older than the paper, or another journal")
            if self.number > newest.number
            else _("entry {number} of this journal has other words: it is older than the paper, or another journal")
        )
        return Alarm(
            reason.format(number=self.number),
            hint=_("Its newest is entry {number}: {words}. Stop, keep this machine as it is, and find out why.").format(
                number=newest.number, words=" ".join(words_of(treasury, newest))
            ),
            code="journal-rolled-back",
        )


def _without_number() -> Usage:
    return Usage(
        _("the entry's number is missing: it stands before the words on the paper"),
        hint=_('Read the number too: "41 able acid ...". It says which entry the words are of.'),
    )


def _not_a_head() -> Usage:
    return Usage(
        _("a head on paper is the entry's number and {count} words of four letters").format(count=COUNT),
        hint=_("Read them again from the newest paper."),
    )
