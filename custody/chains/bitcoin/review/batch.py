"""Several reviews to one batch: each keeps its own verdict and gains what the others show, under one total a wallet."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from custody.chains.bitcoin.findings import at_input, at_output, finding
from custody.chains.bitcoin.review.past import payees, refuse_equal_nonces
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.signing import Finding, Review, Verdict

_SEVERITIES = (Verdict.ACCEPT, Verdict.WARN, Verdict.REFUSE)


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of one wallet's transactions, in satoshi; `fee` is None while a single one of them is not proven."""

    network: str
    wallet: str | None
    transactions: int
    payments: int
    change: int
    burned: int
    fee: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Reviews in the order of their files, and the totals of each wallet in the order of its first file."""

    reviews: tuple[Review, ...]
    totals: tuple[Total, ...]

    @property
    def verdict(self) -> Verdict:
        """The severest of the verdicts."""
        return max((review.verdict for review in self.reviews), key=_SEVERITIES.index)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `custody review` prints for several files."""
        return {
            "verdict": str(self.verdict),
            "totals": {
                "transactions": sum(total.transactions for total in self.totals),
                "unit": "satoshi",
                "wallets": [asdict(total) for total in self.totals],
            },
            "reviews": [review.to_json() for review in self.reviews],
        }


def together(reviewed: Sequence[ReviewedPsbt]) -> Batch:
    """Put reviews under one total, and add to each what the others show about it. Linear in all of them.

    Raises Alarm where a nonce signed two things, and ArithmeticError, which would be a bug of ours, where a proven sum
    does not come out.
    """
    refuse_equal_nonces(each.verified for each in reviewed)
    seen = _Seen(reviewed)
    reviews = tuple(
        replace(each.review, findings=(*each.review.findings, *seen.findings(number)))
        for number, each in enumerate(reviewed)
    )
    counted = [review for number, review in enumerate(reviews) if seen.first(number) == number]
    wallets = dict.fromkeys((review.network, review.wallet) for review in counted)
    totals = (
        _total([review for review in counted if (review.network, review.wallet) == wallet], *wallet)
        for wallet in wallets
    )
    return Batch(reviews, tuple(totals))


class _Seen:
    """What the files of a batch spend and pay, and in which of them: by transaction, since copies pay once."""

    def __init__(self, reviewed: Sequence[ReviewedPsbt]) -> None:
        self._reviewed = reviewed
        self._unsigned = [each.psbt.transaction.serialize() for each in reviewed]
        self._first: dict[bytes, int] = {}
        self._spent: dict[Hashable, dict[bytes, int]] = {}
        self._paid: dict[Hashable, dict[bytes, int]] = {}
        self._stated: dict[Hashable, set[Hashable]] = {}
        for number, (each, transaction) in enumerate(zip(reviewed, self._unsigned, strict=True)):
            self._first.setdefault(transaction, number)
            for coin in each.coins:
                self._spent.setdefault(coin.outpoint, {}).setdefault(transaction, number)
                self._stated.setdefault(coin.outpoint, set()).update({coin.output} - {None})
            for _index, payee in payees(each.outputs):
                self._paid.setdefault(payee, {}).setdefault(transaction, number)

    def first(self, number: int) -> int:
        """Return the number of the first file that holds the same transaction."""
        return self._first[self._unsigned[number]]

    def findings(self, number: int) -> Iterator[Finding]:
        """Yield what the other files show about the file of a number, counted from 0."""
        each, transaction = self._reviewed[number], self._unsigned[number]
        if self.first(number) != number:
            yield finding("BTC-BATCH-SAME", number=self.first(number) + 1)
        for index, coin in enumerate(each.coins):
            if len(self._stated[coin.outpoint]) > 1:
                yield finding("BTC-AMOUNT-CHANGED", at_input(index))
            other = _another(self._spent[coin.outpoint], transaction)
            if other is not None:
                yield finding("BTC-BATCH-CONFLICT", at_input(index), number=other + 1)
        for index, payee in payees(each.outputs):
            other = _another(self._paid[payee], transaction)
            if other is not None:
                yield finding("BTC-BATCH-TWICE", at_output(index), number=other + 1)


def _another(files: dict[bytes, int], transaction: bytes) -> int | None:
    """The first file, of those that share something, whose transaction is another one."""
    return next((number for each, number in files.items() if each != transaction), None)


def _total(reviews: Sequence[Review], network: str, wallet: str | None) -> Total:
    payments = sum(each.atoms for review in reviews for each in review.payments)
    change = sum(each.atoms for review in reviews for each in review.change)
    burned = sum(each.atoms for review in reviews for each in review.burned)
    fees = [review.fee.atoms for review in reviews if review.fee.proven]
    fee = sum(each or 0 for each in fees) if len(fees) == len(reviews) else None
    spent = sum(coin.atoms or 0 for review in reviews for coin in review.inputs)
    if fee is not None and spent != payments + change + burned + fee:
        raise ArithmeticError("the sums of a batch do not come out")
    return Total(network, wallet, len(reviews), payments, change, burned, fee)
