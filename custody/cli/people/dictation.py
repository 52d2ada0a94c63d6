"""Words typed unseen, one or many a line, until a checksum or an empty line ends them; a card read back from paper.

How many words there are is found, not asked: `Entry` knows what the words so far may become. A wrong word is answered
by its position alone. Nothing that was typed is ever shown, and no word that is close to it either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.cli.people.terminal import Terminal
from custody.errors import Unreadable
from custody.keys.phrases.layout import placed_words
from custody.keys.phrases.wordlist import Words

_START_OF_LINE = "\r\x1b[K"
_BACK, _ANEW = "<", "0"
_LONGEST_POSITION = 2


@dataclass(frozen=True, slots=True)
class Form:
    """How a secret is written in words: its list, how many there may be, and what its checksum says.

    `usual` are the counts that people are told of. At a count of `proven` a checksum that holds ends the words: it is
    long enough not to hold by chance. `check` raises Unreadable for a text that is not whole.
    """

    wordlist: Words
    counts: tuple[int, ...]
    usual: tuple[int, ...]
    proven: tuple[int, ...]
    check: Callable[[str], object]

    def of_count(self, count: int) -> "Form":
        """Return this form with one count only, which is known from another card of the set."""
        return Form(self.wordlist, (count,), (count,), (count,), self.check)

    def text(self, words: Sequence[str]) -> str:
        """Return words of the list in full spelling."""
        numbers = (self.wordlist.index(word) for word in words)
        return " ".join(self.wordlist.words[number] for number in numbers if number is not None)

    def holds(self, words: Sequence[str]) -> bool:
        """Say whether the words are whole."""
        try:
            self.check(self.text(words))
        except Unreadable:
            return False
        return True


class Entry:
    """The words so far, as they were typed, and the forms that they may still be of."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = tuple(forms)
        self.words: list[str] = []

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms whose list has every word so far."""
        return self._of(self.words)

    @property
    def total(self) -> int | None:
        """How many words there will be, where only one count is possible."""
        counts = {count for form in self.forms for count in form.counts}
        return counts.pop() if len(counts) == 1 else None

    @property
    def may_end(self) -> bool:
        """Whether something has as many words as there are."""
        return any(len(self.words) in form.counts for form in self.forms)

    @property
    def overdue(self) -> bool:
        """Whether there are as many words as people ever have; they are not whole then, or they would have ended."""
        return all(len(self.words) == form.usual[-1] for form in self.forms)

    def put(self, word: str, position: int) -> None:
        """Put a word at a position from 1: behind the last one, or in the place of one. Raises Unreadable."""
        words = [*self.words[: position - 1], word, *self.words[position:]]
        fitting = self._of(words)
        if not fitting:
            raise Unreadable(self._strange(word).format(position=position))
        if all(len(words) > form.counts[-1] for form in fitting):
            raise Unreadable(_("Word {position} is one more than there can be.").format(position=position))
        self.words = words

    def ended(self) -> Form | None:
        """Return the form that the words are of, where its checksum alone ends them."""
        forms = self.forms
        if len(forms) != 1 or len(self.words) not in forms[0].proven or not forms[0].holds(self.words):
            return None
        return forms[0]

    def whole(self) -> Form:
        """Return the form that the words are of, now that somebody says that these are all. Raises Unreadable.

        Of several, which are phrases in several languages, one: whoever reads the words asks which it is.
        """
        possible = self._countable()
        found = [form for form in possible if form.holds(self.words)]
        if found:
            return found[0]
        for form in possible:
            form.check(form.text(self.words))
        usual = ", ".join(map(str, sorted({count for form in self.forms for count in form.usual})))
        raise Unreadable(
            _("Words so far: {count}. There are {usual} in all.").format(count=len(self.words), usual=usual)
        )

    def text(self, form: Form) -> str:
        """Return the words in full spelling; but as they were typed where another list has them too."""
        return " ".join(self.words) if len(self._countable()) > 1 else form.text(self.words)

    def _countable(self) -> list[Form]:
        """The forms that may have as many words as there are."""
        return [form for form in self.forms if len(self.words) in form.counts]

    def _of(self, words: Sequence[str]) -> tuple[Form, ...]:
        return tuple(form for form in self._forms if all(form.wordlist.index(word) is not None for word in words))

    def _strange(self, word: str) -> str:
        if self._of([word]):
            return _("Word {position} is of another list than the others, so it or one of them is wrong.")
        return _("Word {position} is not in the list. Type it again.")


class Dictation:
    """One person at one terminal, who types words that nobody sees."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def explain(self) -> None:
        """Say how words are typed."""
        self.say(_("Type its words, one or several a line; four letters are enough. Nothing shows."))
        self.say(_('"<" takes the last word back, a number (7) that word again, 0 begins anew.'))

    def hear(self, question: str) -> str:
        """Ask for a line, in the place of the question before."""
        with self._terminal.hidden():
            self._terminal.write(_START_OF_LINE + question)
            return self._terminal.line()

    def say(self, text: str) -> None:
        """Say a line, in the place of a question."""
        self._terminal.write(f"{_START_OF_LINE}{text}\n")

    def take(self, forms: Sequence[Form], line: str) -> tuple[Form, str] | None:
        """Take words that begin with `line`; return their form and text, or None for who took every word back."""
        entry, form = Entry(forms), None
        with self._terminal.hidden():
            self._add(entry, line)
            while entry.words and (form := entry.ended()) is None:
                form = self._next(entry)
                if form is not None:
                    break
        if form is None:
            return None
        self.say(_("{count} words taken.").format(count=len(entry.words)))
        return form, entry.text(form)

    def read_back(self, wordlist: Words, words: Sequence[str]) -> bool:
        """Compare words typed from paper with the card's. False: the person asks to see the card once more."""
        count, taken = len(words), 0
        self.say(_("Now read it back from your paper, one word or several a line; four letters are"))
        self.say(_("enough. Nothing shows. An empty line shows the card once more."))
        with self._terminal.hidden():
            while taken < count:
                typed = self.hear(_place(taken + 1, count)).split()
                if not typed:
                    self._terminal.write("\n")
                    return False
                taken += self._agreeing(wordlist, typed, words, taken)
            self.say(_("All {count} words agree.").format(count=count))
        return True

    def _agreeing(self, wordlist: Words, typed: Sequence[str], words: Sequence[str], taken: int) -> int:
        """Count the words of a line that agree with the card's; say which one does not."""
        left = words[taken:]
        if len(typed) > len(left):
            self.refuse(_("Those are more words than the card has; the line was not taken."))
            return 0
        for number, (word, expected) in enumerate(zip(typed, left, strict=False)):
            index = wordlist.index(word)
            if index is None or wordlist.words[index] != expected:
                self.refuse(_("Word {position} differs from the card.").format(position=taken + number + 1))
                return number
        return len(typed)

    def _next(self, entry: Entry) -> Form | None:
        """Take the next line: words, a step back, a word to type again, or the end of them all."""
        line = self.hear(_prompt(entry))
        typed = line.split()
        if not typed:
            return self._whole(entry)
        if typed == [_BACK]:
            del entry.words[-1:]
        elif typed == [_ANEW]:
            entry.words.clear()
        elif len(typed) == 1 and (position := _position(typed[0], len(entry.words))):
            self._again(entry, position)
        else:
            self._add(entry, line)
        return None

    def _whole(self, entry: Entry) -> Form | None:
        try:
            return entry.whole()
        except Unreadable as failure:
            self.refuse(failure.message, failure.hint)
            return None

    def _again(self, entry: Entry, position: int) -> None:
        """Take one word once more, in the place of the one that is there."""
        typed = self.hear(_("Word {position} again: ").format(position=position)).split()
        if len(typed) != 1:
            self.refuse(_("One word is wanted; nothing was changed."))
            return
        self._put(entry, typed[0], position)

    def _add(self, entry: Entry, line: str) -> None:
        """Take words up to one that is wrong, or up to the end that a checksum makes; a number is a word's place."""
        typed = list(placed_words(line))
        for number, (place, word) in enumerate(typed, 1):
            position = len(entry.words) + 1
            if word and place not in (None, position):
                self.refuse(_("A number stands where word {position} comes next.").format(position=position))
                return
            if not self._put(entry, word, position):
                return
            if entry.ended() is not None:
                if number < len(typed):
                    self.say(_("What stood behind the last word was forgotten."))
                return
        if entry.overdue:
            self._whole(entry)

    def _put(self, entry: Entry, word: str, position: int) -> bool:
        try:
            entry.put(word, position)
        except Unreadable as failure:
            self.refuse(failure.message)
            return False
        return True

    def refuse(self, *sentences: str) -> None:
        """Say why; what was typed in the meantime did not know of it, and would count for words that it is not."""
        self._terminal.forget_ahead()
        for sentence in filter(None, sentences):
            self.say(sentence)


def _prompt(entry: Entry) -> str:
    if entry.total is not None:
        return _place(len(entry.words) + 1, entry.total)
    if entry.may_end:
        return _("Word {position}, or Enter if these were all: ").format(position=len(entry.words) + 1)
    return _("Word {position}: ").format(position=len(entry.words) + 1)


def _place(position: int, count: int) -> str:
    return _("Word {position} of {count}: ").format(position=str(position).rjust(len(str(count))), count=count)


def _position(typed: str, count: int) -> int:
    """The position of a word that is there, if that is what was typed; else 0."""
    plain = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_POSITION
    return int(typed) if plain and int(typed) <= count else 0
