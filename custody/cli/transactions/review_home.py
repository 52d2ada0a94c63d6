"""`custody review --home`: the same reviews, by the wallets and earlier documents of a treasury's book too."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from custody.ceremony.home.home import reading
from custody.ceremony.home.ledger import registered, reviewed_with
from custody.chains.bitcoin.review.labels import Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.transactions.review import Judge, review_before


def review(
    home_path: str,
    files: tuple[str, ...],
    wallet: tuple[str, ...],
    before: tuple[str, ...],
    labels_file: str | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Review by the book's wallets too; exit 0 where nothing forbids, 3 where a review refuses."""
    bench = partial(_book, home_path)
    return review_before(bench, files, wallet, before, labels_file, explain=explain, as_json=as_json)


@contextmanager
def _book(home_path: str, wallets: Sequence[Wallet], past: Sequence[Earlier], labels: Labels) -> Iterator[Judge]:
    with reading(home_path) as home:
        every = registered(home, wallets)
        yield lambda document: reviewed_with(home, document, every, past, labels)
