"""`FrontOperator`: a job's questions answered at a terminal or by `--secret-fd`, its sheets shown or sent down a pipe.

The command line's `ceremony.operator.Operator`. What comes in and what goes out are chosen apart, so a script may give
cards and a person read them. A card that is wrong is asked for again of a person, and ends a script.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from custody import guard
from custody.catalogue import _
from custody.ceremony.operator import Sheet
from custody.cli.front import output
from custody.cli.people.dictation import Dictation
from custody.cli.people.given import Given, read_given
from custody.cli.people.passphrases import ask_passphrase, ask_until_right, passphrase_of, try_keys, typed_passphrase
from custody.cli.people.secrets import SecretPipe, hex_of, text_of, words_of
from custody.cli.people.terminal import Terminal
from custody.cli.people.typed_cards import TypedCards
from custody.cli.people.typed_dice import TypedDice
from custody.errors import CustodyError, Declined, Mismatch, Unreadable, Usage
from custody.keys.entropy import Dice
from custody.keys.reading import cards_of
from custody.secret import Secret

_Opened = TypeVar("_Opened")
_DESTROY = _("Destroy what was copied: it is of a key, or of a set of cards, that was not finished.")


class FrontOperator:
    """The operator that the command line makes of its options.

    With `secret_fd` a script gives what is asked for, and it is read when it is first asked for and not before; with
    `pipe` secrets leave by it. Without them a person at the terminal types, and reads the share screen.
    """

    def __init__(
        self,
        terminal: Terminal,
        *,
        secret_fd: int | None = None,
        passphrase_fd: int | None = None,
        pipe: SecretPipe | None = None,
        ask_passphrase: bool = False,
        first_card: str | None = None,
    ) -> None:
        self._terminal = terminal
        self._dictation = Dictation(terminal)
        self._dice = TypedDice(terminal)
        self._secret_fd = secret_fd
        self._passphrase_fd = passphrase_fd
        self._pipe = pipe
        self._ask_passphrase = ask_passphrase
        self._shown = False
        self._dice_wanted = False
        self.typed = TypedCards(terminal, first_card)

    @property
    def scripted(self) -> bool:
        """Say whether a script gives the secret."""
        return self._secret_fd is not None

    @cached_property
    def given(self) -> Given:
        """What the script gives; read now if it was not yet. Raises Usage and Unreadable."""
        return read_given(self._secret_fd, self._passphrase_fd)

    @cached_property
    def _cards(self) -> list[str]:
        """The script's cards, however they were written. Raises Unreadable."""
        return cards_of(self.given.lines)

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
            return self._dice.ask(rolls)
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
            try_keys(self._terminal)
            passphrase = typed_passphrase(self._terminal, _("New passphrase: "))
            if typed_passphrase(self._terminal, _("The same again: ")) != passphrase:
                raise Mismatch(_("the two passphrases differ, so nothing was done"), hint=_("Run the command again."))
        return passphrase_of(passphrase)

    def open(self, opened: Callable[[Secret | None], _Opened], *, known: bool) -> _Opened:
        """Open what is there with its passphrase: the script's, or one that a person types unseen; empty is none.

        Where it is `known` which key is meant, `opened` raises Mismatch for another one, and a person is asked only
        if there is no key without a passphrase, and then again. Raises that Mismatch.
        """
        if self.scripted or self._passphrase_fd is not None:
            return opened(passphrase_of(self.given.passphrase))
        if known:
            return ask_until_right(self._terminal, opened, self.typed.cards)
        return opened(ask_passphrase(self._terminal, self.typed.cards))

    def ask_card(self, number: int, *, complete: bool) -> str | None:
        """Take the script's next line, or a card typed unseen."""
        if self.scripted:
            self.given.refuse_dice()
            return self._cards[number - 1] if number <= len(self._cards) else None
        return self.typed.ask(complete=complete)

    def card_refused(self, number: int, failure: CustodyError) -> None:  # noqa: ARG002  a person knows which was the last
        """Tell a person and let them try again; end a script."""
        if self.scripted:
            raise failure
        self.typed.refused(failure)

    def dice_refused(self, failure: CustodyError) -> None:
        """Tell a person, who may throw more dice or all of them again; end a script. What fails is never taken."""
        if self.scripted:
            raise failure
        self._dice.refused(failure)

    def hand_over(self, sheet: Sheet) -> None:
        """Send the sheet down the pipe, or show it, clear it, and hear it read back.

        Raises Declined for who stops, and then says what becomes of the paper.
        """
        if self._pipe is not None:
            self._pipe.send(_line(sheet))
            return
        try:
            self._show(sheet)
        except (KeyboardInterrupt, Declined):
            raise Declined(_("stopped, as you asked"), hint=_DESTROY if self._shown else "") from None

    def _show(self, sheet: Sheet) -> None:
        if not self._shown:
            self._warn_of_onlookers()
        self._shown = True
        if not sheet.on_paper:
            self._terminal.pause(_("{title}: only its holder may see the screen.").format(title=sheet.title))
            self._terminal.show_secret(_screen(sheet))
        words = sheet.wordlist
        while words is not None and not self._dictation.read_back(words, words_of(sheet.content)):
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

    def _warn_of_onlookers(self) -> None:
        for program in guard.onlookers():
            output.warn(
                _("{program} is running around this terminal and may keep what it shows").format(program=program)
            )


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
