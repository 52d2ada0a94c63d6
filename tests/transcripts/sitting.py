"""People at a sitting who know only what the screen says: they read a page, and do what it asks of them.

Each page that was seen is kept, with what was typed under it; a card is copied from the share screen and read back.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.support.patience import Deadline

DICE = "3161524625414365261343521664235125346162435126341524635142635124613542163524163425136245163241532614"
"""Rolls that were rolled; people need more of them than any plan here asks for."""

_PROMPT = re.compile(r"(?:[>:?]|press Enter\.|to stop:)\s*$")


@dataclass
class Sitting:
    """A sitting that goes on at a terminal. `surprises` come first: each is tried on every page until it answers."""

    screen: Screen
    signatures: Callable[[str], Sequence[Path]]
    other_machine: Callable[[], str]
    surprises: list[Callable[["Sitting", str], str | None]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    """A question's beginning -> what is typed the first times that it is asked."""
    paper: Callable[[], str] | None = None
    """The words on the sheet that came out of the printer last."""
    again: list[str] = field(default_factory=list)
    """Cards that are typed once more, to know which they are."""
    misread: int = 0
    """How often the first word of a card is read wrongly."""
    seen: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    thrown: int = 0
    """How often dice were asked for: each time other ones are rolled."""
    papers: int = 0
    """How often it was asked whether something public is to be printed: each is wanted twice."""
    _typed: int = 0

    def run(self, most: int = 2_000) -> int:
        """Answer until the program ends; return its exit code."""
        for _step in range(most):
            text = self.waiting()
            if text is None:
                return self.screen.finish()
            self.answer(text)
        raise AssertionError(f"it does not end:\n{self.screen.text}")

    def waiting(self) -> str | None:
        """Wait until something is asked that was not answered yet; None where the program has ended.

        A page is drawn in pieces: what is asked is what still stands there when no more comes.
        """
        deadline = Deadline()
        while True:
            is_quiet, ended = not self.screen.read(0.01), self.screen.process.poll() is not None
            if ended:
                return None
            drawn, text = len(self.screen.raw), self.screen.text
            if is_quiet and drawn == len(self.screen.raw) > self._typed and _is_question(text):
                return text
            deadline.require(lambda: f"a question:\n{self.screen.text}")

    def type(self, line: str) -> None:
        self.screen.read(0)
        self._typed = len(self.screen.raw) + (len(line) + 2 if self.screen.echoes else 0)
        self.screen.enter(line)

    def answer(self, text: str) -> None:
        """Read the last line, and do what it asks."""
        last = [line for line in text.split("\n") if line.strip()][-1].strip()
        for question, typed in self.answers.items():
            if last.startswith(question) and typed:
                self.type(typed.pop(0))
                return
        if last == ">":
            self.page(text)
        elif last.startswith("Rolls "):
            self.thrown += last.startswith("Rolls 0")
            self.type(rolls_of(self.thrown))
        elif "only its holder may see the screen" in text and last.endswith("Then press Enter."):
            self.card()
        elif last.startswith("Word 1:") and "Bring the first card" in text:
            self.type(self.again.pop(0))
        elif self.paper is not None and last.startswith("Word ") and "read it back" in text:
            self.read_back(self.paper().split())
        elif last.startswith("What is public of the wallet"):
            self.papers += 1
            self.type("print" if self.papers % 3 else "done")
        elif last.endswith('"print" or "screen":'):
            self.keep(text, "print")
            self.type("print")
        elif last.startswith("What came out"):
            self.keep(text, "whole")
            self.type("whole")
        elif last.startswith(("Before whom", "Who is here now")) or last.endswith("Before whom?"):
            self.type("all")
        elif last.startswith("The throw"):
            self.type("3")
        elif last.startswith(("serial:",)):
            self.type(_bag(text))
        elif last.startswith("transaction "):
            self.type("12"[last.startswith("transaction out")] * 64)
        elif last.startswith("words:"):
            self.type(self.other_machine())
        elif last.startswith("Files with signatures"):
            self.type(" ".join(map(str, self.signatures(text))))
        elif last.startswith(("Who signed on paper",)):
            self.type("all")
        elif last.endswith('Type "read":'):
            self.keep(text, "read")
            self.type("read")
        elif (word := re.search(r'Type "([a-z ]+)":$', " ".join(text.split()))) is not None:
            self.type(word[1])
        elif last.endswith(":"):
            self.type("noted")
        else:
            raise AssertionError(f"nobody knows what to answer:\n{text}")

    def page(self, text: str) -> None:
        """Answer a page of the sitting."""
        for surprise in self.surprises:
            if (typed := surprise(self, text)) is not None:
                self.surprises.remove(surprise)
                self.keep(text, typed)
                self.type(typed)
                return
        typed = self.usual(text)
        self.keep(text, typed)
        self.type(typed)

    def usual(self, text: str) -> str:
        waits = " ".join(text.split("Waits", 1)[1].split()) if "\nWaits " in text else ""
        if "is missing" in waits:
            return "h"
        if "has not taken over" in waits:
            return "t"
        if "are not destroyed yet" in waits:
            return "d"
        if "has not signed" in waits or "has not agreed" in waits:
            return "s" if self.signatures(text) else "i"
        return "b" if "no proof of" in waits else ""

    def card(self) -> None:
        """Be the holder: look, copy, clear, read back by four letters."""
        self.type("")
        self.screen.until("Copied, every word?")
        shown = self.screen.text
        words = [word for _number, word in sorted(_words(shown))]
        self.cards.append(" ".join(words))
        self.keep(re.sub(r"[a-z]+(?=\s|$)", "****", shown), "")
        self.screen.enter("")
        self.screen.until("read it back")
        self.read_back(words, known=True)

    def read_back(self, words: list[str], *, known: bool = False) -> None:
        """Type a card's words, each by four letters; from a sheet, keep them first."""
        if not known:
            self.cards.append(" ".join(words))
        for _time in range(self.misread):
            before = self.screen.raw.count(b"differs from the card")
            self.screen.enter(next(word for word in ("academic", "zero") if word != words[0]))
            self.screen.until_raw(b"differs from the card", before + 1)
        for word in words:
            self.screen.enter(word[:4])
        self.screen.until_raw(b"words agree", len(self.cards))
        self._typed = self.screen.raw.rindex(b"words agree")

    def keep(self, text: str, typed: str) -> None:
        self.seen.append("\n".join(line.rstrip() for line in text.split("\n")).rstrip() + f" {typed}".rstrip())


def rolls_of(number: int) -> str:
    """What the dice showed the `number`th time."""
    return (DICE[number:] + DICE[:number])[:50]


def _is_question(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and bool(_PROMPT.search(lines[-1]))


def _words(shown: str) -> list[tuple[int, str]]:
    return [(int(number), word) for number, word in re.findall(r"(\d+)  ([a-z]+)", shown)]


def _bag(text: str) -> str:
    found = re.search(r"(?:into|serial of) bag (.+?)(?:, closes it|\. )", " ".join(text.split()))
    assert found is not None, text
    return found[1]


def opened(*line: str, size: tuple[int, int] = (80, 24), **settings: object) -> Screen:
    return Screen(PROGRAM, *line, size=size, **settings)
