"""Who answers a job: a person at a terminal, a script on file descriptors, or one for what comes in and the other for
what goes out. It knows how to ask and how to hand over, not what for.
"""

from custody import guard
from custody.catalogue import _
from custody.ceremony.operator import Sheet
from custody.cli import output
from custody.cli.dictation import Dictation, ask_count
from custody.cli.secrets import Given, SecretPipe, hex_of, text_of, words_of
from custody.cli.terminal import Terminal
from custody.errors import CustodyError, Unreadable, Usage
from custody.keys.entropy import Dice
from custody.keys.wordlist import Wordlist
from custody.secret import Secret

_NUMBERED_COLUMNS = 3
CARD_LENGTHS = (20, 33)
"""Words of a share of a 128-bit and of a 256-bit secret."""


class FrontOperator:
    """The operator that the command line makes of its options.

    `given` is what a script gave, or None where a person is asked; `pipe` is where secrets leave, or None for the share
    screen. Made by `operator`, which has checked that a person is there where one is needed.
    """

    def __init__(
        self,
        terminal: Terminal,
        given: Given | None,
        pipe: SecretPipe | None,
        cards: Wordlist,
        card_length: int | None = None,
    ) -> None:
        self._terminal = terminal
        self._given = given
        self._pipe = pipe
        self._cards = cards
        self._card_length = card_length
        self._warned = False

    def say(self, text: str) -> None:
        """Say a line in public."""
        output.say(text)

    def warn(self, text: str) -> None:
        """Say a line that must not be overlooked."""
        output.warn(text)

    def pause(self, text: str) -> None:
        """Wait for a person; not for a script."""
        if self._given is None:
            self._terminal.pause(text)

    def ask_dice(self, rolls: int) -> Secret:
        """Take the script's `dice:` line, or rolls typed unseen, line by line, until there are enough."""
        if self._given is not None:
            if self._given.dice is None:
                raise Usage(
                    _("dice are wanted, and --secret-fd gives no line that begins with dice:"),
                    hint=_("Add the line, for instance dice: 3161..., or say --no-dice."),
                )
            return Secret(self._given.dice.encode())
        return self._typed_dice(rolls)

    def ask_card(self, number: int, *, complete: bool) -> str | None:
        """Take the script's next line, or a card typed word by word."""
        if self._given is not None:
            return self._given.lines[number - 1] if number <= len(self._given.lines) else None
        if not self._wants_another(number, complete):
            return None
        if self._card_length is None:
            self._card_length = ask_count(self._terminal, _("How many words has a card?"), CARD_LENGTHS)
        output.say("\n" + _("Card {number}").format(number=number))
        return " ".join(Dictation(self._terminal, self._cards).words(self._card_length))

    def card_refused(self, number: int, failure: CustodyError) -> None:
        """Tell a person and let them try again; end a script."""
        if self._given is not None:
            raise failure
        output.say(_("Card {number} was not taken: {reason}").format(number=number, reason=failure.message))
        if failure.hint:
            output.say(failure.hint)
        if number == 1:
            self._card_length = None

    def hand_over(self, sheet: Sheet) -> None:
        """Send the sheet down the pipe, or show it, clear it, and hear it read back."""
        if self._pipe is not None:
            self._pipe.send(_line(sheet))
            return
        if not self._warned:
            self._warn_of_onlookers()
        self._terminal.pause(_("{title}: let only its holder see the screen.").format(title=sheet.title))
        self._terminal.show_secret(_screen(sheet))
        wordlist = sheet.wordlist
        while wordlist is not None and not Dictation(self._terminal, wordlist).read_back(words_of(sheet.content)):
            self._terminal.show_secret(_screen(sheet))

    def _wants_another(self, number: int, complete: bool) -> bool:
        if number == 1:
            return True
        if complete:
            return self._terminal.ask(_("These open the secret. Enter goes on; + and Enter adds a card: ")).strip() == "+"
        return self._terminal.ask(_("Enter begins the next card; . and Enter stops here: ")).strip() != "."

    def _warn_of_onlookers(self) -> None:
        self._warned = True
        for program in guard.onlookers():
            output.warn(
                _("{program} is running around this terminal and may keep what it shows").format(program=program)
            )

    def _typed_dice(self, rolls: int) -> Secret:
        typed = ""
        with self._terminal.hidden():
            while len(typed) < rolls:
                prompt = _("Rolls {have} of {rolls}; type some and press Enter: ").format(have=len(typed), rolls=rolls)
                self._terminal.write(f"\r\x1b[K{prompt}")
                line = self._terminal.line()
                try:
                    Dice.parse(line)
                except Unreadable as failure:
                    self._terminal.write("\r\x1b[K" + _("Not taken: {reason}.").format(reason=failure.message) + "\n")
                    continue
                typed += "".join(line.split())
            self._terminal.write("\r\x1b[K" + _("{count} rolls taken.").format(count=len(typed)) + "\n")
        return Secret(typed.encode())


def numbered(words: list[str]) -> list[str]:
    """Return words in columns, numbered downwards, as they are copied to paper."""
    rows = -(-len(words) // _NUMBERED_COLUMNS)
    cells = [f"{number:>4}  {word:<12}" for number, word in enumerate(words, 1)]
    return ["".join(cells[row::rows]).rstrip() for row in range(rows)]


def _screen(sheet: Sheet) -> list[str]:
    return [*sheet.heading, "", *(numbered(words_of(sheet.content)) if sheet.wordlist else [hex_of(sheet.content)])]


def _line(sheet: Sheet) -> Secret:
    text = text_of(sheet.content) if sheet.wordlist else hex_of(sheet.content)
    return Secret(f"{sheet.label}{text}".encode())
