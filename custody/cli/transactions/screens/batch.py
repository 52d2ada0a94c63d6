"""Several reviews to lines of at most 80 columns: a total of each wallet, a verdict of each file, each review whole."""

from collections.abc import Iterator, Sequence

from custody import text
from custody.catalogue import _, ngettext
from custody.chains.bitcoin.review.batch import Batch, Total
from custody.cli.front.layout import WIDTH, bitcoin, folded
from custody.cli.transactions.screens import review as review_screen
from custody.signing import Review, Verdict

_CHAIN = "bitcoin"


def lines(batch: Batch, names: Sequence[str], *, explain: bool = False) -> Iterator[str]:
    """Yield the batch, line by line: what each wallet loses in all, a verdict for each file, then each review whole."""
    yield _("{count} files reviewed together").format(count=len(batch.reviews))
    yield f" {_sentence(batch)}"
    for total in batch.totals:
        yield from _total(total)
    yield ""
    yield _(" One by one")
    for number, (review, name) in enumerate(zip(batch.reviews, names, strict=True), 1):
        yield from _row(number, review, name)
    for number, (review, name) in enumerate(zip(batch.reviews, names, strict=True), 1):
        yield ""
        yield "=" * WIDTH
        yield from folded(_("File {number}: {name}").format(number=number, name=text.safe(name)), indent=" ")
        yield from review_screen.lines(review, explain=explain)


def _sentence(batch: Batch) -> str:
    refused = sum(review.verdict is Verdict.REFUSE for review in batch.reviews)
    if refused:
        return ngettext(
            "REFUSED: {count} of them will not be signed.", "REFUSED: {count} of them will not be signed.", refused
        ).format(count=refused)
    return review_screen.verdict_sentence(batch.verdict)


def _total(total: Total) -> Iterator[str]:
    count = ngettext("{count} transaction", "{count} transactions", total.transactions).format(count=total.transactions)
    yield ""
    yield from folded(f"{review_screen.owner(_CHAIN, total.network, total.wallet)}: {count}", indent=" ")
    yield _("   Leaves     {amount}").format(amount=bitcoin(total.payments))
    if total.burned:
        yield _("   Destroyed  {amount}").format(amount=bitcoin(total.burned))
    yield _("   Returns    {amount}").format(amount=bitcoin(total.change))
    if total.fee is None:
        yield _("   Fees       cannot be checked")
        return
    yield _("   Fees       {amount}").format(amount=bitcoin(total.fee))
    yield _("   In all     {amount} with the fees").format(amount=bitcoin(total.payments + total.burned + total.fee))


def _row(number: int, review: Review, name: str) -> Iterator[str]:
    verdict = {
        Verdict.ACCEPT: _("nothing objects"),
        Verdict.WARN: _("needs your eye"),
        Verdict.REFUSE: _("REFUSED"),
    }[review.verdict]
    leaving = sum(each.atoms for each in review.payments) + sum(each.atoms for each in review.burned)
    yield _("   {number:<4}{verdict}: {amount} leaves").format(number=number, verdict=verdict, amount=bitcoin(leaving))
    yield from folded(text.safe(name), indent="       ")
