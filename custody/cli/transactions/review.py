"""`custody review`: read transactions and say what they do. It needs no key and asks for none."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

import click

from custody import store
from custody.catalogue import _
from custody.ceremony.home.home import reading
from custody.ceremony.home.ledger import registered, reviewed_with
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.review.batch import together
from custody.chains.bitcoin.review.labels import Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.chains.bitcoin.review.review import review as review_psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.lists import ListCommand
from custody.cli.front.options import json_option, quiet_option
from custody.cli.people.terminal import standard_terminal
from custody.cli.transactions.options import (
    before_option,
    labels_option,
    naming,
    read_labels,
    read_past,
    refuse_one_input_twice,
    say_what_was_ignored,
)
from custody.cli.transactions.screens import batch as batch_screen
from custody.cli.transactions.screens import review as review_screen
from custody.cli.wallets.files import load_wallets, require_wallets, wallet_or_home_options
from custody.errors import Refused
from custody.signing import Verdict

Judge = Callable[[bytes], ReviewedPsbt]
"""Reads a document and judges it."""


@click.command(
    cls=ListCommand, help=_("Read the transaction in FILE (or several, under one total) and say what it does.")
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@wallet_or_home_options
@before_option
@labels_option
@click.option("--explain", is_flag=True, help=_("Say of each finding what exactly was checked."))
@json_option
@quiet_option
def review(
    files: tuple[str, ...],
    wallet: tuple[str, ...],
    home_path: str | None,
    before: tuple[str, ...],
    labels_file: str | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Print the review; exit 0 where nothing forbids, 3 where a review refuses."""
    refuse_one_input_twice((*files, *wallet, *before, labels_file))
    require_wallets(wallet, home_path)
    wallets, past, labels = load_wallets(wallet), read_past(before), read_labels(labels_file)
    with _judge(home_path, wallets, past, labels) as judge:
        reviewed = tuple(_read_all(files, judge))
    if len(files) == 1:
        verdict = _show_one(reviewed[0], explain=explain, as_json=as_json)
    else:
        verdict = _show_batch(reviewed, files, explain=explain, as_json=as_json)
    say_what_was_ignored(labels)
    return Refused.exit_code if verdict is Verdict.REFUSE else 0


@contextmanager
def _judge(
    home_path: str | None, wallets: Sequence[Wallet], past: Sequence[Earlier], labels: Labels
) -> Iterator[Judge]:
    """Judge by the wallets that were named; with a home, by the book's too, and beside all that it tells of."""
    if home_path is None:
        yield lambda document: review_psbt(document, wallets, past, labels)
        return
    with reading(home_path) as home:
        every = registered(home, wallets)
        yield lambda document: reviewed_with(home, document, every, past, labels)


def _show_one(reviewed: ReviewedPsbt, *, explain: bool, as_json: bool) -> Verdict:
    output.result(reviewed.review.to_json(), review_screen.lines(reviewed.review, explain=explain), as_json=as_json)
    return reviewed.review.verdict


def _show_batch(reviewed: Sequence[ReviewedPsbt], files: Sequence[str], *, explain: bool, as_json: bool) -> Verdict:
    batch = together(tuple(reviewed))
    lines = tuple(batch_screen.lines(batch, files, explain=explain))
    terminal = standard_terminal()
    if not as_json and terminal.present and sys.stdout.isatty():
        terminal.page(lines)
    else:
        output.result(batch.to_json(), lines, as_json=as_json)
    return batch.verdict


def _read_all(files: Sequence[str], judge: Judge) -> Iterator[ReviewedPsbt]:
    """Read and judge each file, once. All of them together may be as large as a single one."""
    left = FILE_LIMIT
    for file in files:
        content = store.read(file, left)
        left -= len(content)
        with naming(file) if len(files) > 1 else nullcontext():
            yield judge(content)
