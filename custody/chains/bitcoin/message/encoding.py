"""A signature's text to its variant and value, and back: `smp`, `ful`, `pof` and base64 (BIP-322), or 65 legacy bytes.

Base64 is read strictly: one text for one signature. Whether a signature holds is `verification`'s.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from custody import outside
from custody.catalogue import _
from custody.chains.bitcoin.consensus.stream import Reader, compact_size
from custody.chains.bitcoin.consensus.transaction import Transaction, read_witness
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.envelope import PAYLOAD_LIMIT
from custody.errors import Unreadable

PREFIX_SIZE = 3
TEXT_LIMIT = PREFIX_SIZE + (PAYLOAD_LIMIT + 2) // 3 * 4
"""Characters: a proof of funds of 10 MB in base64."""

LEGACY_SIZE = 65
_LEGACY_HEADERS = range(27, 43)


class Variant(StrEnum):
    """The forms of a signature. The three of BIP-322 are also the prefixes of their texts."""

    SIMPLE = "smp"
    FULL = "ful"
    PROOF_OF_FUNDS = "pof"
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Witness:
    """A simple signature: the witness stack alone."""

    stack: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Compact:
    """A legacy signature: a header that says which key and which address, and r || s (64 bytes)."""

    header: int
    rs: bytes


MessageSignature = Witness | Transaction | Psbt | Compact


def read(text: str) -> tuple[Variant, MessageSignature]:
    """Read a signature's text. Without a prefix it is legacy where it has its 65 bytes, else simple (BIP-322).

    Raises Unreadable for a text that is none of the forms.
    """
    if len(text) > TEXT_LIMIT:
        raise Unreadable(_("the signature is longer than {limit} characters").format(limit=TEXT_LIMIT))
    variant = next((each for each in _READERS if text.startswith(each)), None)
    payload = _from_base64(text if variant is None else text[PREFIX_SIZE:])
    if variant is None and len(payload) == LEGACY_SIZE and payload[0] in _LEGACY_HEADERS:
        return Variant.LEGACY, Compact(payload[0], payload[1:])
    variant = variant or Variant.SIMPLE
    try:
        return variant, _READERS[variant](payload)
    except Unreadable as error:
        raise Unreadable(
            _("the signature does not parse as the {variant} variant: {reason}").format(
                variant=_NAMES[variant], reason=error.message
            ),
            hint=_("Copy it again, whole, with its first three letters."),
        ) from None


def write(signature: Witness | Transaction | Psbt) -> str:
    """Write a signature of BIP-322 as text."""
    if isinstance(signature, Witness):
        stack = signature.stack
        payload = compact_size(len(stack)) + b"".join(compact_size(len(item)) + item for item in stack)
        return _text(Variant.SIMPLE, payload)
    variant = Variant.FULL if isinstance(signature, Transaction) else Variant.PROOF_OF_FUNDS
    return _text(variant, signature.serialize())


def _text(variant: Variant, payload: bytes) -> str:
    return variant + base64.b64encode(payload).decode("ascii")


def _from_base64(text: str) -> bytes:
    if not text:
        raise Unreadable(_("the signature is too short: it is empty"))
    try:
        return outside.from_base64(text.encode())
    except (Unreadable, ValueError):  # ValueError: half a surrogate pair
        raise Unreadable(
            _("the signature is not base64, or not the whole of it"),
            hint=_("Copy it again, whole, and nothing beside it."),
        ) from None


def _read_witness(payload: bytes) -> Witness:
    reader = Reader(payload, _("the witness"))
    stack = read_witness(reader)
    reader.finish()
    return Witness(stack)


def _read_transaction(payload: bytes) -> Transaction:
    return Transaction.parse(payload, what=_("the transaction"))


_READERS: Mapping[Variant, Callable[[bytes], MessageSignature]] = {
    Variant.SIMPLE: _read_witness,
    Variant.FULL: _read_transaction,
    Variant.PROOF_OF_FUNDS: Psbt.parse,
}
_NAMES = {Variant.SIMPLE: "simple", Variant.FULL: "full", Variant.PROOF_OF_FUNDS: "full proof of funds"}
