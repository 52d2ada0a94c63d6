"""`custody review`: read transactions and say what they do. It needs no key and asks for none."""

import sys
from collections.abc import Iterator, Sequence

import click

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.batch import together
from custody.chains.bitcoin.envelope import FILE_LIMIT
from custody.chains.bitcoin.labels import NO_LABELS, Labels
from custody.chains.bitcoin.past import Earlier
from custody.chains.bitcoin.review import ReviewedPsbt
from custody.chains.bitcoin.review import review as review_psbt
from custody.chains.bitcoin.wallet import Wallet
from custody.cli import batch_screen, output, review_screen
from custody.cli.lists import ListCommand
from custody.cli.options import json_option, quiet_option
from custody.cli.review_options import (
    before_option,
    labels_option,
    naming,
    read_labels,
    read_past,
    refuse_one_input_twice,
    say_what_was_ignored,
)
from custody.cli.terminal import standard_terminal
from custody.cli.wallet_files import load_wallets, wallet_option
from custody.errors import Refused
from custody.signing import Verdict


@click.command(
    cls=ListCommand, help=_("Read the transaction in FILE (or several, under one total) and say what it does.")
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@wallet_option
@before_option
@labels_option
@click.option("--explain", is_flag=True, help=_("Say of each finding what exactly was checked."))
@json_option
@quiet_option
def review(
    files: tuple[str, ...],
    wallet: tuple[str, ...],
    before: tuple[str, ...],
    labels_file: str | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Print the review; exit 0 where nothing forbids, 3 where a review refuses."""
    refuse_one_input_twice((*files, *wallet, *before, labels_file))
    wallets, past, labels = load_wallets(wallet), read_past(before), read_labels(labels_file)
    if len(files) == 1:
        reviewed = read_reviewed(files[0], wallets, past, labels)
        output.result(reviewed.review.to_json(), review_screen.lines(reviewed.review, explain=explain), as_json=as_json)
        say_what_was_ignored(labels)
        return _exit_code(reviewed.review.verdict)
    batch = together(tuple(_read_all(files, wallets, past, labels)))
    lines = tuple(batch_screen.lines(batch, files, explain=explain))
    terminal = standard_terminal()
    if not as_json and terminal.present and sys.stdout.isatty():
        terminal.page(lines)
    else:
        output.result(batch.to_json(), lines, as_json=as_json)
    say_what_was_ignored(labels)
    return _exit_code(batch.verdict)


def read_reviewed(
    file: str, wallets: Sequence[Wallet], past: Sequence[Earlier] = (), labels: Labels = NO_LABELS
) -> ReviewedPsbt:
    """Read a file, once, and judge it. Raises Usage, Unreadable, StorageFailed and Alarm."""
    return review_psbt(store.read(file, FILE_LIMIT), wallets, past, labels)


def _read_all(
    files: Sequence[str], wallets: Sequence[Wallet], past: Sequence[Earlier], labels: Labels
) -> Iterator[ReviewedPsbt]:
    """Read and judge each file. All of them together may be as large as a single one."""
    left = FILE_LIMIT
    for file in files:
        content = store.read(file, left)
        left -= len(content)
        with naming(file):
            yield review_psbt(content, wallets, past, labels)


def _exit_code(verdict: Verdict) -> int:
    return Refused.exit_code if verdict is Verdict.REFUSE else 0
