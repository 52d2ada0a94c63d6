"""`custody review`: files and registered wallets to reviews, one total over several; exit 3 where one refuses.

No key is needed and none is asked for. docs/spec/review.md has the JSON.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from custody import store
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.review.batch import together
from custody.chains.bitcoin.review.labels import Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.chains.bitcoin.review.review import review as review_psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.documents import refuse_one_input_twice
from custody.cli.people.shown import show
from custody.cli.transactions.beside import naming, read_labels, read_past, say_what_was_ignored
from custody.cli.transactions.screens import batch as batch_screen
from custody.cli.transactions.screens import review as review_screen
from custody.cli.wallets.files import load_wallets, require_wallets
from custody.errors import Refused
from custody.signing import Verdict

Judge = Callable[[bytes], ReviewedPsbt]
"""Reads a document and judges it."""

Bench = Callable[[Sequence[Wallet], Sequence[Earlier], Labels], AbstractContextManager[Judge]]
"""Opens a judge, of what was named on the command line: wallets, earlier transactions, the desk's labels."""


def review(
    files: tuple[str, ...],
    wallet: tuple[str, ...],
    before: tuple[str, ...],
    labels_file: str | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Review by the wallets that were named; exit 0 where nothing forbids, 3 where a review refuses."""
    require_wallets(wallet, None)
    return review_before(_named_wallets, files, wallet, before, labels_file, explain=explain, as_json=as_json)


def review_before(
    bench: Bench,
    files: tuple[str, ...],
    wallet: tuple[str, ...],
    before: tuple[str, ...],
    labels_file: str | None,
    *,
    explain: bool,
    as_json: bool,
) -> int:
    """Read what was named, have each file judged, and print it; exit 0 where nothing forbids, 3 where one refuses."""
    refuse_one_input_twice((*files, *wallet, *before, labels_file))
    wallets, past, labels = load_wallets(wallet), read_past(before), read_labels(labels_file)
    with bench(wallets, past, labels) as judge:
        reviewed = tuple(_read_all(files, judge))
    for each in reviewed:
        output.about(each.review.network)
    if len(files) == 1:
        verdict = _show_one(reviewed[0], explain=explain, as_json=as_json)
    else:
        verdict = _show_batch(reviewed, files, explain=explain, as_json=as_json)
    say_what_was_ignored(labels)
    return Refused.exit_code if verdict is Verdict.REFUSE else 0


@contextmanager
def _named_wallets(wallets: Sequence[Wallet], past: Sequence[Earlier], labels: Labels) -> Iterator[Judge]:
    yield lambda document: review_psbt(document, wallets, past, labels)


def _show_one(reviewed: ReviewedPsbt, *, explain: bool, as_json: bool) -> Verdict:
    show(reviewed.review.to_json(), review_screen.lines(reviewed.review, explain=explain), as_json=as_json)
    return reviewed.review.verdict


def _show_batch(reviewed: Sequence[ReviewedPsbt], files: Sequence[str], *, explain: bool, as_json: bool) -> Verdict:
    batch = together(tuple(reviewed))
    show(batch.to_json(), batch_screen.lines(batch, files, explain=explain), as_json=as_json)
    return batch.verdict


def _read_all(files: Sequence[str], judge: Judge) -> Iterator[ReviewedPsbt]:
    """Read and judge each file, once. All of them together may be as large as a single one."""
    left = FILE_LIMIT
    for file in files:
        content = store.read(file, left)
        left -= len(content)
        with naming(file) if len(files) > 1 else nullcontext():
            yield judge(content)
