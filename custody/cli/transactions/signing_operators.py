"""A review to its approval, and then the key's secret: from a person, or a script's `--yes` on test networks alone.

A person reads the review page by page, answers for each warning and types the word that signs; anything else raises
Declined. `--yes` on a main network, and nobody to ask, raise Usage.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.front.layout import folded
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.cli.people.typed_secret import ANY_KEY, Wanted, given_secret, obtain_secret
from custody.cli.transactions.screens import review as review_screen
from custody.errors import Usage
from custody.keys.kinds import SecretInput
from custody.signing import Approval, Review, Severity, SigningTask


@dataclass(frozen=True, slots=True)
class ScriptedOperator:
    """Nobody is asked: `--yes` on a test network. The secret comes from a file descriptor."""

    secret_fd: int | None
    passphrase_fd: int | None
    wanted: Wanted = ANY_KEY

    def approve(self, review: Review) -> Approval:
        """Approve what a script asked for."""
        return Approval(review.commitment, by="--yes")

    def unlock(self) -> SecretInput:
        """Read the secret's lines."""
        return given_secret(self.secret_fd, self.passphrase_fd, self.wanted)

    def warn(self, sentence: str) -> None:
        """Say a warning."""
        output.warn(sentence)

    def progress(self, tasks: Sequence[SigningTask]) -> Iterable[SigningTask]:
        """Yield the tasks."""
        return _progress(tasks)


@dataclass(frozen=True, slots=True)
class PersonAtTerminal:
    """A person reads the review page by page, answers for every warning, and types the word that signs."""

    terminal: Terminal
    secret_fd: int | None
    passphrase_fd: int | None
    wanted: Wanted = ANY_KEY

    def approve(self, review: Review) -> Approval:
        """Show the review; each warning needs its own answer. Raises Declined."""
        self.terminal.page(tuple(review_screen.lines(review)))
        for finding in review.findings:
            if finding.severity is Severity.WARN:
                self.terminal.page(("", *folded(review_screen.finding_sentence(finding), indent=" ")))
                self.terminal.confirm(_("You answer for this."), _("understood"))
        self.terminal.confirm(_("Sign exactly this?"), _("sign"))
        return Approval(review.commitment, by=_("the person at the terminal"))

    def unlock(self) -> SecretInput:
        """Read the secret from its descriptor, or ask for it word by word."""
        return obtain_secret(self.terminal, self.secret_fd, self.passphrase_fd, self.wanted)

    def warn(self, sentence: str) -> None:
        """Say a warning."""
        output.warn(sentence)

    def progress(self, tasks: Sequence[SigningTask]) -> Iterable[SigningTask]:
        """Yield the tasks."""
        return _progress(tasks)


def operator_for(
    review: Review,
    secret_fd: int | None,
    passphrase_fd: int | None,
    wanted: Wanted = ANY_KEY,
    *,
    yes: bool,
    main_network: bool,
    vault: bool = False,
) -> ScriptedOperator | PersonAtTerminal:
    """Return who answers. With a `vault` no secret is asked for.

    Raises Usage for `--yes` on a main network, and where there is neither a person nor a script.
    """
    if yes and main_network:
        raise Usage(
            _("--yes is for test networks; on {network} a person reads and answers").format(network=review.network),
            hint=_("Run the command on a terminal, without --yes."),
        )
    if yes:
        if secret_fd is None and not vault:
            raise Usage(_("--yes asks for nothing, so the secret must come from --secret-fd"))
        return ScriptedOperator(secret_fd, passphrase_fd, wanted)
    terminal = standard_terminal()
    terminal.require(_("A person must read the review; on a test network a script may say --yes."))
    return PersonAtTerminal(terminal, secret_fd, passphrase_fd, wanted)


def _progress(tasks: Sequence[SigningTask]) -> Iterator[SigningTask]:
    hidden = output.is_quiet() or len(tasks) < 2
    with click.progressbar(tasks, label=_("Signing"), file=sys.stderr, hidden=hidden) as bar:
        yield from bar
