"""`custody review`: read a transaction and say what it does. It needs no key and asks for none."""

from collections.abc import Sequence

import click

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.envelope import FILE_LIMIT
from custody.chains.bitcoin.review import ReviewedPsbt
from custody.chains.bitcoin.review import review as review_psbt
from custody.chains.bitcoin.wallet import Wallet
from custody.cli import output, review_screen
from custody.cli.options import json_option, quiet_option
from custody.cli.wallet_files import load_wallets, wallet_option
from custody.errors import Refused
from custody.signing import Verdict


@click.command(help=_("Read the transaction in FILE and say what it does, judged against registered wallets."))
@click.argument("file", type=click.Path())
@wallet_option
@json_option
@quiet_option
def review(file: str, wallet: tuple[str, ...], as_json: bool) -> int:
    """Print the review; exit 0 where nothing forbids, 3 where the review refuses."""
    reviewed = read_reviewed(file, load_wallets(wallet))
    output.result(reviewed.review.to_json(), review_screen.lines(reviewed.review), as_json=as_json)
    return Refused.exit_code if reviewed.review.verdict is Verdict.REFUSE else 0


def read_reviewed(file: str, wallets: Sequence[Wallet]) -> ReviewedPsbt:
    """Read a file, once, and judge it. Raises Usage, Unreadable, StorageFailed and Alarm."""
    return review_psbt(store.read(file, FILE_LIMIT), wallets)
