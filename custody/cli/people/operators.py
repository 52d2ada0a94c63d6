"""`FrontOperator`: a job's questions answered at a terminal or by `--secret-fd`, its sheets shown or sent down a pipe.

The command line's `ceremony.operator.Operator`. What comes in and what goes out are chosen apart, so a script may give
cards and a person read them. A card that is wrong is asked for again of a person, and ends a script.
"""

from functools import cached_property

from custody import guard
from custody.catalogue import _
from custody.ceremony.operator import Sheet
from custody.cli.front import output
from custody.cli.people.dictation import Dictation, ask_count
from custody.cli.people.secrets import Given, SecretPipe, hex_of, read_given, text_of, words_of
from custody.cli.people.terminal import Terminal
from custody.errors import CustodyError, Mismatch, Unreadable, Usage
from custody.keys.entropy import Dice
from custody.keys.phrases.wordlist import Wordlist
from custody.secret import Secret

CARD_LENGTHS = (20, 33)
"""Words of a share of a 128-bit and of a 256-bit secret."""

_START_OF_LINE = "\r\x1b[K"


class FrontOperator:
    """The operator that the command line makes of its options.

    With `secret_fd` a script gives what is asked for, and it is read when it is first asked for and not before; with
    `pipe` secrets leave by it. Without them a person at the terminal types, and reads the share screen.
    """

    def __init__(
        self,
        terminal: Terminal,
        wordlist: Wordlist,
        *,
        secret_fd: int | None = None,
        passphrase_fd: int | None = None,
        pipe: SecretPipe | None = None,
        ask_passphrase: bool = False,
        card_length: int | None = None,
    ) -> None:
        self._terminal = terminal
        self._wordlist = wordlist
        self._secret_fd = secret_fd
        self._passphrase_fd = passphrase_fd
        self._pipe = pipe
        self._ask_passphrase = ask_passphrase
        self._card_length = card_length
        self._warned = False
        self._dice_wanted = False
        self.cards: list[str] = []

    @property
    def scripted(self) -> bool:
        """Say whether a script gives the secret."""
        return self._secret_fd is not None

    @cached_property
    def given(self) -> Given:
        """What the script gives; read now if it was not yet. Raises Usage and Unreadable."""
        return read_given(self._secret_fd, self._passphrase_fd)

    def say(self, text: str) -> None:
        """Say a line in public."""
        output.say(text)

    def progress(self, text: str) -> None:
        """Say how far the work is, unless `--quiet`."""
        output.progress(text)

    def warn(self, text: str) -> None:
        """Say a line that must not be overlooked."""
        output.warn(text)

    def pause(self, text: str) -> None:
        """Wait for a person; not for a script."""
        if not self.scripted and self._terminal.present:
            self._terminal.pause(text)

    def ask_dice(self, rolls: int) -> Dice:
        """Take the script's `dice:` line, or rolls typed unseen, line by line, until there are enough."""
        if not self.scripted:
            return self._typed_dice(rolls)
        self._dice_wanted = True
        if self.given.dice is None:
            raise Usage(
                _("dice are wanted, and --secret-fd gives no line that begins with dice:"),
                hint=_("Add the line, for instance dice: 3161..., or say --no-dice."),
            )
        return Dice.parse(self.given.dice)

    def ask_new_passphrase(self) -> Secret | None:
        """Take the script's passphrase, or have one typed twice where a person wants one.

        Raises Mismatch, and Unreadable where the script gave what has no part in a new key.
        """
        self._refuse_leftovers()
        passphrase = self.given.passphrase
        if passphrase is None and self._ask_passphrase:
            self._terminal.require(_("Give the passphrase with --passphrase-fd N."))
            passphrase = self._terminal.ask_hidden(_("New passphrase: "))
            if self._terminal.ask_hidden(_("The same again: ")) != passphrase:
                raise Mismatch(_("the two passphrases differ, so nothing was done"), hint=_("Run the command again."))
        return Secret(passphrase.encode()) if passphrase else None

    def ask_passphrase(self) -> Secret | None:
        """Take the passphrase that opens what is there: the script's, or typed once, unseen; empty is none."""
        passphrase = self.given.passphrase
        if passphrase is None and not self.scripted and self._passphrase_fd is None:
            passphrase = self._terminal.ask_hidden(_("Passphrase, or Enter for none: "))
        return Secret(passphrase.encode()) if passphrase else None

    def ask_card(self, number: int, *, complete: bool) -> str | None:
        """Take the script's next line, or a card typed word by word."""
        if self.scripted:
            self.given.refuse_dice()
            return self.given.lines[number - 1] if number <= len(self.given.lines) else None
        if not self._wants_another(number, complete=complete):
            return None
        if self._card_length is None:
            self._card_length = ask_count(self._terminal, _("How many words has a card?"), CARD_LENGTHS)
        output.say("\n" + _("Card {number}").format(number=number))
        self.cards.append(" ".join(Dictation(self._terminal, self._wordlist).words(self._card_length)))
        return self.cards[-1]

    def card_refused(self, number: int, failure: CustodyError) -> None:
        """Tell a person and let them try again; end a script."""
        if self.scripted:
            raise failure
        self.cards.pop()
        output.say(_("Card {number} was not taken: {reason}").format(number=number, reason=failure.message))
        if failure.hint:
            output.say(failure.hint)

    def hand_over(self, sheet: Sheet) -> None:
        """Send the sheet down the pipe, or show it, clear it, and hear it read back."""
        if self._pipe is not None:
            self._pipe.send(_line(sheet))
            return
        if not self._warned:
            self._warn_of_onlookers()
        self._terminal.pause(_("{title}: only its holder may see the screen.").format(title=sheet.title))
        self._terminal.show_secret(_screen(sheet))
        words = sheet.wordlist
        while words is not None and not Dictation(self._terminal, words).read_back(words_of(sheet.content)):
            self._terminal.show_secret(_screen(sheet))

    def _refuse_leftovers(self) -> None:
        """A secret or dice that somebody gave and that would be passed over is a misunderstanding."""
        if not self._dice_wanted:
            self.given.refuse_dice()
        if self.given.lines:
            raise Unreadable(
                _("--secret-fd gives a secret, and a new key is made from none"),
                hint=_("Give dice alone, as a line dice: 3161... To cut a secret that exists: custody share split."),
            )

    def _wants_another(self, number: int, *, complete: bool) -> bool:
        if number == 1:
            return True
        if complete:
            answer = self._terminal.ask(_("These open the secret. Enter goes on, + and Enter takes one more: "))
            return answer.strip() == "+"
        return self._terminal.ask(_("Enter begins the next card, . and Enter stops here: ")).strip() != "."

    def _warn_of_onlookers(self) -> None:
        self._warned = True
        for program in guard.onlookers():
            output.warn(
                _("{program} is running around this terminal and may keep what it shows").format(program=program)
            )

    def _typed_dice(self, rolls: int) -> Dice:
        typed = ""
        with self._terminal.hidden():
            while len(typed) < rolls:
                prompt = _("Rolls {have} of {rolls}. Type some, then Enter: ").format(have=len(typed), rolls=rolls)
                self._terminal.write(_START_OF_LINE + prompt)
                line = self._terminal.line()
                try:
                    Dice.parse(line)
                except Unreadable as failure:
                    reason = _("Line not taken: {reason}.").format(reason=failure.message)
                    self._terminal.write(f"{_START_OF_LINE}{reason}\n")
                    continue
                typed += "".join(line.split())
            self._terminal.write(_START_OF_LINE + _("{count} rolls taken.").format(count=len(typed)) + "\n")
        return Dice.parse(typed)


def outlet(terminal: Terminal, secret_out_fd: int | None) -> SecretPipe | None:
    """Return the pipe that was named, or None for the share screen. Raises Usage where there is neither, at once."""
    if secret_out_fd is not None:
        return SecretPipe.checked(secret_out_fd)
    terminal.require(_("Let the secret out with --secret-out-fd N, or run the command on a terminal."))
    return None


def _screen(sheet: Sheet) -> list[str]:
    body = numbered(words_of(sheet.content)) if sheet.wordlist is not None else [hex_of(sheet.content)]
    return [*sheet.heading, "", *body]


def numbered(words: list[str]) -> list[str]:
    """Return words in three columns, numbered downwards, as they are copied to paper."""
    rows = -(-len(words) // 3)
    cells = [f"{number:>4}  {word:<14}" for number, word in enumerate(words, 1)]
    return ["".join(cells[row::rows]).rstrip() for row in range(rows)]


def _line(sheet: Sheet) -> Secret:
    text = text_of(sheet.content) if sheet.wordlist is not None else hex_of(sheet.content)
    return Secret(f"{sheet.label}{text}".encode())
