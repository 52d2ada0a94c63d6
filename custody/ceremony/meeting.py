"""`Meeting`: what a job asks of several officers, answered by people at a screen or by a script on a pipe.

Both are held to the same rules, and each may decline. Nobody is asked for a quorum that is already there. Only the
thread that asks says anything, so no line falls into a question. `cli` implements it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from custody.errors import CustodyError
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import KeyFile


@dataclass(frozen=True, slots=True)
class Offered:
    """An officer who may come next: the name as it is shown, the Ed25519 key, and whether a key file is wanted too."""

    name: str
    key: bytes
    key_file: bool


@dataclass(frozen=True, slots=True)
class Factors:
    """What guards an identity: a passphrase and, where it is wanted, a key file."""

    passphrase: Passphrase = field(repr=False)
    key_file: KeyFile | None = field(default=None, repr=False)

    def wipe(self) -> None:
        """Overwrite both."""
        self.passphrase.wipe()
        if self.key_file is not None:
            self.key_file.secret.wipe()


class Meeting(Protocol):
    """What a job asks of several officers. Every method may raise Declined: a person may always stop."""

    def say(self, text: str) -> None:
        """Say a line in public. Never a secret."""

    def warn(self, text: str) -> None:
        """Say a line that must not be overlooked."""

    def confirm(self, lines: Sequence[str], question: str, word: str) -> None:
        """Show what is to be agreed, and ask for the word that means yes. Raises Declined for anything else."""

    def working(self, text: str) -> AbstractContextManager[None]:
        """Show that something takes a while, from the beginning of the block to its end."""

    def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        """Ask who comes next: the place in what is offered, and the factors. `wanted` says what for.

        Raises Usage where a script has nobody more.
        """

    def officer_refused(self, name: str, failure: CustodyError) -> None:
        """Tell that an identity did not open. Returns where a person may try again; raises it for a script."""

    def new_factors(self, name: str) -> Factors:
        """Agree with an officer on a new passphrase, made here or brought along, and on a key file if one is wanted."""
