"""`custody sign`: review, ask, sign, verify, write. The job is `ceremony.sign`; here somebody answers for it."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from custody import guard, store, text
from custody.catalogue import _, ngettext
from custody.ceremony.sign import Signed
from custody.ceremony.sign import sign as sign_reviewed
from custody.cli import output, review_screen
from custody.cli.layout import folded
from custody.cli.lists import ListCommand
from custody.cli.options import force_option, json_option, quiet_option
from custody.cli.review import read_reviewed
from custody.cli.review_options import (
    before_option,
    labels_option,
    read_labels,
    read_past,
    refuse_one_input_twice,
    say_what_was_ignored,
)
from custody.cli.secrets import passphrase_fd_option, read_given, secret_fd_option
from custody.cli.terminal import Terminal, standard_terminal
from custody.cli.typed_secret import ask_secret
from custody.cli.wallet_files import load_wallets, wallet_option
from custody.errors import Refused, Usage
from custody.keys.kinds import SecretInput, read_secret
from custody.signing import Approval, Review, Severity, SigningTask, Verdict


@click.command(
    cls=ListCommand,
    help=_("Review the transaction in FILE, ask, sign it and write it to OUT with the signatures added."),
)
@click.argument("file", type=click.Path())
@wallet_option
@before_option
@labels_option
@secret_fd_option
@passphrase_fd_option
@click.option("--yes", is_flag=True, help=_("Ask nobody. Test networks only."))
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(), help=_("The file to write, - for standard output.")
)
@force_option
@json_option
@quiet_option
def sign(
    file: str,
    wallet: tuple[str, ...],
    before: tuple[str, ...],
    labels_file: str | None,
    secret_fd: int | None,
    passphrase_fd: int | None,
    yes: bool,
    out: str,
    force: bool,
    as_json: bool,
) -> int:
    """Sign; exit 3 where the review refuses, with the review printed and nothing written."""
    output.refuse_two_results(out, as_json=as_json)
    refuse_one_input_twice((file, *wallet, *before, labels_file))
    wallets, labels = load_wallets(wallet), read_labels(labels_file)
    reviewed = read_reviewed(file, wallets, read_past(before), labels)
    review = reviewed.review
    if review.verdict is Verdict.REFUSE:
        output.result(review.to_json(), review_screen.lines(review), as_json=as_json)
        return Refused.exit_code
    for concern in guard.harden():
        output.warn(concern)
    store.refuse_taken(out, force=force)
    main_network = any(registered.network.is_main for registered in wallets)
    operator = _operator(review, secret_fd, passphrase_fd, yes=yes, main_network=main_network)
    try:
        signed = sign_reviewed(reviewed, operator, main_network=main_network)
    except Refused as refusal:
        if not as_json:
            raise
        output.result(_refused_json(review, refusal), (), as_json=True)
        return refusal.exit_code
    store.write_new(out, signed.document, force=force)
    if as_json:
        output.result(_signed_json(review, signed), (), as_json=True)
    say_what_was_ignored(labels)
    output.progress(_signed_sentence(signed, out))
    return 0


@dataclass(frozen=True, slots=True)
class ScriptedOperator:
    """Nobody is asked: `--yes` on a test network. The secret comes from a file descriptor."""

    secret_fd: int
    passphrase_fd: int | None

    def approve(self, review: Review) -> Approval:
        """Approve what a script asked for."""
        return Approval(review.commitment, by="--yes")

    def unlock(self) -> SecretInput:
        """Read the secret's lines."""
        return read_secret(read_given(self.secret_fd, self.passphrase_fd).contract_lines())

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
        if self.secret_fd is not None:
            return read_secret(read_given(self.secret_fd, self.passphrase_fd).contract_lines())
        return ask_secret(self.terminal)

    def warn(self, sentence: str) -> None:
        """Say a warning."""
        output.warn(sentence)

    def progress(self, tasks: Sequence[SigningTask]) -> Iterable[SigningTask]:
        """Yield the tasks."""
        return _progress(tasks)


def _operator(
    review: Review, secret_fd: int | None, passphrase_fd: int | None, *, yes: bool, main_network: bool
) -> ScriptedOperator | PersonAtTerminal:
    if yes and main_network:
        raise Usage(
            _("--yes is for test networks; on {network} a person reads and answers").format(network=review.network),
            hint=_("Run the command on a terminal, without --yes."),
        )
    if yes:
        if secret_fd is None:
            raise Usage(_("--yes asks for nothing, so the secret must come from --secret-fd"))
        return ScriptedOperator(secret_fd, passphrase_fd)
    terminal = standard_terminal()
    terminal.require(_("A person must read the review; on a test network a script may say --yes."))
    return PersonAtTerminal(terminal, secret_fd, passphrase_fd)


def _progress(tasks: Sequence[SigningTask]) -> Iterator[SigningTask]:
    hidden = output.is_quiet() or len(tasks) < 2
    with click.progressbar(tasks, label=_("Signing"), file=sys.stderr, hidden=hidden) as bar:
        yield from bar


def _signed_json(review: Review, signed: Signed) -> dict[str, object]:
    made = [
        {
            "input": signature.task.input_index,
            "fingerprint": signature.task.fingerprint.hex(),
            "public_key": signature.task.public_key.hex(),
            "scheme": str(signature.task.scheme),
        }
        for signature in signed.signatures
    ]
    return {**review.to_json(), "signed": made, "key": {"fingerprint": signed.fingerprint.hex(), "kind": signed.kind}}


def _refused_json(review: Review, refusal: Refused) -> dict[str, object]:
    """The review, as at every exit 3, and why it was not signed although the review itself does not refuse."""
    error = {"code": refusal.code, "message": refusal.message, "hint": refusal.hint}
    return {**review.to_json(), "signed": [], "error": error}


def _signed_sentence(signed: Signed, out: str) -> str:
    count = len(signed.signatures)
    return ngettext(
        "{count} signature made with key {fingerprint}, verified by a second engine, written to {out}.",
        "{count} signatures made with key {fingerprint}, verified by a second engine, written to {out}.",
        count,
    ).format(count=count, fingerprint=signed.fingerprint.hex(), out=text.safe(out))
