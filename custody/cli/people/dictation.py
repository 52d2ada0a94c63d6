"""Words typed unseen, one at a time, to a list's full spelling; words read back from paper, compared with a card's.

A wrong word is answered at once, by its position and with words that are close; only that word is asked for again.
Several words on one line are taken as the words that follow. Nothing that was typed is ever shown.
"""

from collections.abc import Sequence

from custody.catalogue import _
from custody.cli.people.terminal import Terminal
from custody.errors import Declined
from custody.keys.phrases.wordlist import Wordlist

_START_OF_LINE = "\r\x1b[K"
_BACK = "<"


class Dictation:
    """One person at one terminal, and the list their words come from."""

    def __init__(self, terminal: Terminal, wordlist: Wordlist) -> None:
        self._terminal = terminal
        self._wordlist = wordlist

    def words(self, count: int) -> list[str]:
        """Take `count` words of the list, in full spelling."""
        words: list[str] = []
        self._say(_('Type each word or its first four letters, then Enter. "<" goes one back.'))
        with self._terminal.hidden():
            while len(words) < count:
                self._take(words, count)
            self._say(_START_OF_LINE + _("{count} words taken.").format(count=count))
        return words

    def correct(self, words: Sequence[str]) -> list[str]:
        """Ask which word to type again, and take that one; an empty answer takes them all again."""
        count = len(words)
        question = _("Which word shall be typed again, 1 to {count}? Enter alone begins anew: ").format(count=count)
        answer = self._terminal.ask(question).strip()
        if not answer:
            return self.words(count)
        corrected = list(words)
        if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= count):
            self._say(_("That is no number from 1 to {count}.").format(count=count))
            return corrected
        position = int(answer)
        with self._terminal.hidden():
            corrected[position - 1] = self._one(position, count)
            self._say(_START_OF_LINE + _("Word {position} taken.").format(position=position))
        return corrected

    def read_back(self, words: Sequence[str]) -> bool:
        """Compare words typed from paper with the card's. False: the person asks to see the card once more."""
        count = len(words)
        self._say(_("Now read it back from your paper. An empty line shows the card once more."))
        with self._terminal.hidden():
            for position, expected in enumerate(words, 1):
                if not self._matches(expected, position, count):
                    return False
            self._say(_START_OF_LINE + _("All {count} words agree.").format(count=count))
        return True

    def _matches(self, expected: str, position: int, count: int) -> bool:
        while typed := self._hear(position, count):
            number = self._wordlist.index(typed[0])
            if len(typed) == 1 and number is not None and self._wordlist.words[number] == expected:
                return True
            self._say(_START_OF_LINE + _("Word {position} differs from the card.").format(position=position))
        return False

    def _take(self, words: list[str], count: int) -> None:
        """Take the next line: one word, several, or a step back."""
        typed = self._hear(len(words) + 1, count)
        if typed == [_BACK]:
            del words[-1:]
            return
        if len(typed) > count - len(words):
            self._say(_START_OF_LINE + _("Those are more words than are wanted; the line was not taken."))
            return
        for word in typed:
            number = self._wordlist.index(word)
            if number is None:
                self._say(_START_OF_LINE + self._stranger(word, len(words) + 1))
                return
            words.append(self._wordlist.words[number])

    def _one(self, position: int, count: int) -> str:
        while True:
            typed = self._hear(position, count)
            number = self._wordlist.index(typed[0]) if len(typed) == 1 else None
            if number is not None:
                return self._wordlist.words[number]
            self._say(_START_OF_LINE + self._stranger(typed[0] if typed else "", position))

    def _hear(self, position: int, count: int) -> list[str]:
        prompt = _("Word {position} of {count}: ").format(position=str(position).rjust(len(str(count))), count=count)
        self._terminal.write(_START_OF_LINE + prompt)
        return self._terminal.line().split()

    def _stranger(self, word: str, position: int) -> str:
        close = self._wordlist.suggest(word) if word else ()
        if not close:
            return _("Word {position} is not in the list. Type it again.").format(position=position)
        quoted = _(" or ").join(f'"{candidate}"' for candidate in close)
        return _("Word {position} is not in the list. Did you mean {words}?").format(position=position, words=quoted)

    def _say(self, text: str) -> None:
        self._terminal.write(text + "\n")


def ask_count(terminal: Terminal, question: str, allowed: Sequence[int]) -> int:
    """Ask for one of a few numbers; a person who answers three times beside them is let go with Declined."""
    choice = ", ".join(map(str, allowed))
    for _attempt in range(3):
        answer = terminal.ask(_("{question} ({choice}): ").format(question=question, choice=choice)).strip()
        if answer in map(str, allowed):
            return int(answer)
        terminal.write(_("Please answer with one of: {choice}").format(choice=choice) + "\n")
    raise Declined(_("no answer was one of {choice}, so nothing was done").format(choice=choice))
