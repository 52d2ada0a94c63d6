"""`Operator`: the questions that a job asks of the person at the table, answered at a screen or by a script on a pipe.

So the same job runs with both, and a drill runs the very code that a recovery runs. `cli` implements it.
"""

from dataclasses import dataclass, field
from typing import Protocol

from custody.errors import CustodyError
from custody.keys.entropy import Dice
from custody.keys.phrases.wordlist import Wordlist
from custody.secret import Secret


@dataclass(frozen=True, slots=True)
class Sheet:
    """One thing that leaves on its own: a card, a phrase, the machine's part of the entropy.

    `title` names it in public ("card 2 of 5"). `heading` is what its holder reads above it, at most 80 columns.
    `content` is the secret: words of `wordlist` as ASCII text, or raw bytes where there is no list, shown in hex.
    `label` begins its line on a pipe ("machine: "). `on_paper`: its holder has it, and only reads it back.
    """

    title: str
    heading: tuple[str, ...]
    content: Secret = field(repr=False)
    wordlist: Wordlist | None = field(repr=False)
    label: str = ""
    on_paper: bool = False


class Operator(Protocol):
    """What a job asks of one person. Every method may raise Declined: a person may always stop."""

    def say(self, text: str) -> None:
        """Say a line in public. Never a secret."""

    def progress(self, text: str) -> None:
        """Say how far the work is; whoever does not want to know is not told."""

    def warn(self, text: str) -> None:
        """Say a line that must not be overlooked."""

    def pause(self, text: str) -> None:
        """Wait until the person has done what `text` says. A script is not waited for."""

    def ask_dice(self, rolls: int) -> Dice:
        """Ask for at least this many rolls of a die. Nobody has checked yet that they look rolled."""

    def dice_refused(self, failure: CustodyError) -> None:
        """Tell why dice were not taken. Returns where a person throws more, or all again; raises it to a script."""

    def ask_new_passphrase(self) -> Secret | None:
        """Ask for a passphrase that will protect something, UTF-8; None where none is wanted."""

    def ask_card(self, number: int, *, complete: bool) -> str | None:
        """Ask for the words of a share, the `number`th from 1; None: there are no more.

        `complete` says that those taken so far are a quorum already: a person may stop, a script gives all it has.
        """

    def card_refused(self, number: int, failure: CustodyError) -> None:
        """Tell why a card was not taken. Returns where a person may try again; raises it where a script gave it."""

    def hand_over(self, sheet: Sheet) -> None:
        """Let one sheet out: to its holder, who copies it and reads it back, or down the pipe that was named."""
