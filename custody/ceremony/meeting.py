"""`Meeting`: what a job asks of several officers, answered by people at a screen or by a script on a pipe.

Both are held to the same rules, and each may decline. Nobody is asked for a quorum that is already there. Only the
thread that asks says anything, so no line falls into a question. `cli` implements it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from custody.errors import CustodyError
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import KeyFile, SealedIdentity
from custody.keys.vaults.token import NewTokens, TokenAnswer, Tokens


@dataclass(frozen=True, slots=True)
class Offered:
    """An officer who may come next: the name as it is shown, the Ed25519 key, and which second factors are wanted.

    `seat` is where the officer sits, which others may share; `signs` is what the key will sign, as its owner says it.
    """

    name: str
    key: bytes
    seat: int
    key_file: bool
    tokens: Tokens | None = None
    signs: str = ""


@dataclass(frozen=True, slots=True)
class Factors:
    """What guards an identity: a passphrase and, where they are wanted, a key file and a token.

    `token` is what one answered that opens an identity, `enrolled` are those that a new identity is sealed for.
    """

    passphrase: Passphrase = field(repr=False)
    key_file: KeyFile | None = field(default=None, repr=False)
    token: TokenAnswer | None = field(default=None, repr=False)
    enrolled: NewTokens | None = field(default=None, repr=False)

    def seal(self, keys: OfficerKeys, network: Network) -> SealedIdentity:
        """Seal an officer's keys, and open them again with each token: what does not open again is no identity."""
        identity = SealedIdentity.seal(keys, self.passphrase, self.key_file, network, tokens=self.enrolled)
        for answer in (None,) if self.enrolled is None else self.enrolled.answers:
            identity.unseal(self.passphrase, self.key_file, answer).wipe()
        return identity

    def unseal(self, identity: SealedIdentity) -> OfficerKeys:
        """Open an identity. Raises as `SealedIdentity.unseal`."""
        return identity.unseal(self.passphrase, self.key_file, self.token)

    def wipe(self) -> None:
        """Overwrite all of them."""
        self.passphrase.wipe()
        if self.key_file is not None:
            self.key_file.secret.wipe()
        if self.token is not None:
            self.token.secret.wipe()
        if self.enrolled is not None:
            self.enrolled.wipe()


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

    def new_factors(self, name: str, tokens: int) -> Factors:
        """Agree with an officer on a new passphrase, made here or brought along, and on a key file if one is wanted.

        `tokens`: how many of the officer's tokens are enrolled with it.
        """
