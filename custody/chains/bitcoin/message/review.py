"""A message's PSBT to its review: what is signed, by which address, which coins it shows, and what objects.

Whatever the review of transactions objects to in scripts, keys, amounts and signatures holds here too. Only what it
says about money that moves is left out, because none does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.findings import at_input, finding
from custody.chains.bitcoin.message.conditions import MessagePsbt, recognise
from custody.chains.bitcoin.message.text_rules import read_message, text_findings
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.envelope import open as open_envelope
from custody.chains.bitcoin.psbt.foreign import SIGNED_MESSAGE
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.chains.bitcoin.review.review import review as review_psbt
from custody.chains.bitcoin.review.signed import present
from custody.chains.bitcoin.review.spend import Spend
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import format_path
from custody.signing import Finding, Review

_VERSIONS = (0, 2)
_OF_PAYMENTS = frozenset(
    {
        "BTC-MESSAGE-DISGUISED",
        "BTC-FEE-EXCESSIVE",
        "BTC-FEE-HIGH",
        "BTC-RBF",
        "BTC-LOCKTIME",
        "BTC-LOCKTIME-FAR",
        "BTC-SEQUENCE-LOCK",
        "BTC-VERSION-UNKNOWN",
        "BTC-FIELDS-UNKNOWN",
    }
)
"""Rules about where money goes and when. Time, version and fields are counted anew, by what they are of a message."""

_STATED = frozenset({"BTC-AMOUNT-MISSING", "BTC-AMOUNT-UNPROVEN"})
"""Rules about a coin's proof that the first input needs none for: what it spends is computed here."""


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin that the message shows. `path` is its first key's."""

    outpoint: str
    atoms: int
    address: str
    path: str


@dataclass(frozen=True, slots=True)
class MessageReview(Review):
    """A review of a message. Nothing is paid, so what a transaction's review says of money is empty.

    `time` and `age` are lock time and sequence number, 0 where the signature is valid at once. `have` of `need`
    signatures are there; `need` is None where it is not as simple as that.
    """

    message: str
    address: str
    path: str
    coins: tuple[Coin, ...]
    total: int
    time: int
    age: int
    have: int
    need: int | None

    def to_json(self) -> dict[str, Any]:
        """Return everything that a person was shown; an approval commits to exactly this."""
        return {
            "verdict": str(self.verdict),
            "kind": "message",
            "digest": self.digest,
            "chain": self.chain,
            "network": self.network,
            "wallet": self.wallet,
            "message": self.message,
            "address": self.address,
            "path": self.path,
            "coins": [asdict(coin) for coin in self.coins],
            "total": {"atoms": self.total, "coins": len(self.coins)},
            "time": self.time,
            "age": self.age,
            "signatures": {"have": self.have, "need": self.need},
            "findings": [each.to_json() for each in self.findings],
        }


@dataclass(frozen=True, slots=True)
class ReviewedMessage:
    """A message with its review; `signable` is the same for the signing job, which knows no difference."""

    draft: MessagePsbt
    signable: ReviewedPsbt
    review: MessageReview


def review_message(document: bytes, wallets: Sequence[Wallet]) -> ReviewedMessage:
    """Read a message's PSBT (binary, base64 or hex) and judge it against registered wallets, at least one.

    Raises Unreadable for what is not a PSBT, Refused where one of BIP-322's five conditions fails, and Alarm for
    evidence of tampering.
    """
    draft = recognise(Psbt.parse(open_envelope(document).payload))
    text = read_message(draft.message)
    reviewed = review_psbt(document, wallets)
    transaction, network = draft.psbt.transaction, NETWORKS[reviewed.review.network]
    spends = {spend.index: spend for spend in reviewed.spends}
    base = {each.name: getattr(reviewed.review, each.name) for each in fields(Review)}
    coins = tuple(
        Coin(
            str(tx_input.outpoint),
            spends[index].spent.amount,
            address(spends[index].spent.script, network) or "",
            _path(spends[index]),
        )
        for index, tx_input in enumerate(transaction.inputs)
        if index and index in spends
    )
    review = MessageReview(
        **base
        | {
            "findings": (*_kept(reviewed), *text_findings(text), *_transaction_findings(draft)),
            "payments": (),
            "change": (),
            "burned": (),
        },
        message=text,
        address=address(draft.challenge, network) or draft.challenge.hex(),
        path=_path(spends[0]) if 0 in spends else "",
        coins=coins,
        total=sum(coin.atoms for coin in coins),
        time=transaction.locktime,
        age=transaction.inputs[0].sequence,
        have=signatures_there(draft, reviewed.spends),
        need=spends[0].threshold if 0 in spends else None,
    )
    return ReviewedMessage(draft, replace(reviewed, review=review), review)


def _kept(reviewed: ReviewedPsbt) -> Iterator[Finding]:
    """Yield what the review of transactions found, without what cannot matter where nothing is spent."""
    our_field = finding("BTC-FIELD-REFUSED", what=SIGNED_MESSAGE)
    for each in reviewed.review.findings:
        stated = each.id in _STATED and each.where == at_input(0)
        if not (stated or each.id in _OF_PAYMENTS or each == our_field):
            yield each


def _transaction_findings(draft: MessagePsbt) -> Iterator[Finding]:
    """What BIP-322 says of the transaction around the message, and what else the file holds."""
    transaction, first = draft.psbt.transaction, draft.psbt.inputs[0]
    if draft.unknown_count:
        yield finding("BTC-FIELDS-UNKNOWN", count=draft.unknown_count)
    if transaction.version not in _VERSIONS:
        yield finding("BTC-MESSAGE-VERSION", version=transaction.version)
    if first.witness_utxo not in (None, draft.virtual_coin):
        yield finding("BTC-UTXO-CONFLICT", at_input(0))
    age = max(tx_input.sequence for tx_input in transaction.inputs)
    if transaction.locktime or age:
        yield finding("BTC-MESSAGE-LOCKED", time=transaction.locktime, age=age)


def _path(spend: Spend) -> str:
    return format_path(spend.derived.keys[0].path)


def signatures_there(draft: MessagePsbt, spends: Sequence[Spend]) -> int:
    """Count the signatures that every input has."""
    return min((len(present(draft.psbt.inputs[spend.index])) for spend in spends), default=0)
