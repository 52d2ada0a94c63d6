"""Reads a file of labels (BIP-329), one JSON object a line, and picks the notes about one transaction.

Whoever writes the file can write anything. A label is shown as the desk's words, apart from our own names, and has no
say in a verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from custody import strict_json
from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.findings import at_input, at_output
from custody.chains.bitcoin.review.coins import Coin
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable
from custody.signing import Note
from custody.text import NAME_LIMIT, safe

DOCUMENT_LIMIT = 4_000_000
"""Bytes of a file of labels."""
KINDS = ("tx", "addr", "pubkey", "input", "output", "xpub")
"""The types of BIP-329."""

_Subject = tuple[str, str, str]
"""Where it stands, its type, and its reference."""


@dataclass(frozen=True, slots=True)
class Labels:
    """A file of labels. `texts` are by type and reference, the last one counts; `ignored` lines are not known."""

    texts: Mapping[tuple[str, str], str]
    ignored: int

    @classmethod
    def parse(cls, document: bytes) -> Self:
        """Read a file of labels, UTF-8, an object a line; blank lines are nothing.

        Raises Unreadable over 4 MB and for a malformed line, which it names by its number. Lines of an unknown type are
        counted and otherwise ignored, as BIP-329 asks; so are fields that it does not name.
        """
        if len(document) > DOCUMENT_LIMIT:
            raise Unreadable(_("a file of labels is over the limit of {limit} bytes").format(limit=DOCUMENT_LIMIT))
        texts: dict[tuple[str, str], str] = {}
        ignored = 0
        for number, line in enumerate(document.split(b"\n"), 1):
            if not line.strip():
                continue
            record = _record(line, number)
            if record["type"] not in KINDS:
                ignored += 1
            else:
                texts[record["type"], _text(record, "ref", number)] = _text(record, "label", number, default="")
        return cls(MappingProxyType(texts), ignored)

    def about(self, kind: str, ref: str) -> str:
        """Return the label of an address, output, input, transaction or key; "" where there is none."""
        return self.texts.get((kind, ref), "")

    def notes(
        self,
        transaction: Transaction,
        coins: Sequence[Coin],
        derived: Sequence[Derived],
        wallet: Wallet | None,
        network: Network,
    ) -> tuple[Note, ...]:
        """Pick the labels that are about a transaction, its coins, its outputs, and the keys that sign it."""
        if not self.texts:
            return ()
        subjects = dict.fromkeys(
            [*_of_transaction(transaction, network), *_of_coins(coins, network), *_of_keys(derived, wallet)]
        )
        found = ((subject, self.about(*subject[1:])) for subject in subjects if subject[2])  # a script has no address
        return tuple(
            Note(where, kind, ref, text[:NAME_LIMIT], max(len(text) - NAME_LIMIT, 0))
            for (where, kind, ref), text in found
            if text
        )


NO_LABELS = Labels(MappingProxyType({}), 0)
"""What is known where the desk sent no labels."""


def _of_transaction(transaction: Transaction, network: Network) -> Iterator[_Subject]:
    txid = transaction.txid_hex  # signatures outside the witness will change it, and then no label can fit
    yield "", "tx", txid
    for index, output in enumerate(transaction.outputs):
        yield at_output(index), "addr", address(output.script, network) or ""
        yield at_output(index), "output", f"{txid}:{index}"
    for index in range(len(transaction.inputs)):
        yield at_input(index), "input", f"{txid}:{index}"


def _of_coins(coins: Sequence[Coin], network: Network) -> Iterator[_Subject]:
    for index, coin in enumerate(coins):
        yield at_input(index), "output", str(coin.outpoint)
        yield at_input(index), "tx", coin.outpoint.txid[::-1].hex()
        if coin.output is not None:
            yield at_input(index), "addr", address(coin.output.script, network) or ""


def _of_keys(derived: Sequence[Derived], wallet: Wallet | None) -> Iterator[_Subject]:
    for key in wallet.account_keys if wallet is not None else ():
        yield "", "xpub", key.extended_key.serialize()
    for each in derived:
        for signer in each.keys:
            yield "", "pubkey", signer.public_key.hex()
            yield "", "pubkey", signer.public_key[1:].hex()


def _record(line: bytes, number: int) -> dict[str, Any]:
    """Read one line: a JSON object with a type."""
    try:
        record = strict_json.parse(line)
    except Unreadable as failure:
        raise _malformed(number, failure.message) from None
    if not isinstance(record, dict):
        raise _malformed(number, _("it is not one JSON object"))
    if not isinstance(record.get("type"), str):
        raise _malformed(number, _("it has no type"))
    return record


def _text(record: dict[str, Any], key: str, number: int, default: str | None = None) -> str:
    value = record.get(key, default)
    if not isinstance(value, str):
        raise _malformed(number, _("{key} is not a text").format(key=key))
    return value


def _malformed(number: int, reason: str) -> Unreadable:
    return Unreadable(
        _("line {number} of the labels is malformed: {reason}").format(number=number, reason=safe(reason)),
        hint=_("A file of labels is BIP-329's: one JSON object a line. Export it again, or leave it out."),
    )
