"""Requests of test wallets, and cosigners who sign them as the signing job does."""

from collections.abc import Sequence

from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction
from custody.chains.bitcoin.message.finish import finish
from custody.chains.bitcoin.message.funds import coins_of_transactions, place_of
from custody.chains.bitcoin.message.request import OwnCoin, request
from custody.chains.bitcoin.message.review import ReviewedMessage, review_message
from custody.keys import signer
from custody.signing import Approval
from tests.chains.bitcoin.review.drafts import registered
from tests.chains.bitcoin.review.test_tasks import master
from tests.support import desk

MESSAGE = b"We hold this.\nAuditor Ltd, 2026-11-23"


def coins(kind: str, count: int) -> tuple[OwnCoin, ...]:
    """Coins of a test wallet, with the transactions that made them."""
    made = desk.coins(desk.wallet(kind), count)
    wanted = [OutPoint(desk.txid(coin.previous), coin.vout) for coin in made]
    previous = [Transaction.parse(coin.previous) for coin in made]
    return coins_of_transactions(previous, wanted, registered(kind), gap=count) if count else ()


def asked(kind: str, count: int = 0, message: bytes = MESSAGE) -> bytes:
    """A request to a test wallet's first address, showing so many coins."""
    return request(message, place_of(registered(kind), 0, 0), coins(kind, count))


def judged(kind: str, document: bytes) -> ReviewedMessage:
    return review_message(document, [registered(kind)])


def signed(kind: str, document: bytes, who: str) -> bytes:
    """What one cosigner hands back."""
    reviewed = judged(kind, document)
    approval = Approval(reviewed.review.commitment, by="a test")
    owed = reviewed.signable.tasks(approval, master(who).fingerprint)
    return reviewed.signable.attach([signer.sign(master(who), task, approval) for task in owed])


def signed_by_all(kind: str, document: bytes, signers: Sequence[str] | None = None) -> bytes:
    for who in signers or desk.wallet(kind).signers:
        document = signed(kind, document, who)
    return document


def finished(kind: str, document: bytes, form: str | None = None) -> str | None:
    reviewed = judged(kind, document)
    return finish(reviewed.draft, reviewed.signable.spends, form)


def ids(reviewed: ReviewedMessage) -> set[str]:
    return {finding.id for finding in reviewed.review.findings}
