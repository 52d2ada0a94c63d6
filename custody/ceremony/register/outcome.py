"""The review that an entry kept, to what was signed, declined or refused: payees, amounts, fee, or a message.

The bytes are those that the book names by their SHA-256, or Alarm is raised. Reviews of other releases may say more;
what is read here is what every review says (docs/spec/review.md, docs/spec/message.md).
"""

import json
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.register.row import Kept, Outcome, Payment
from custody.errors import Unreadable
from custody.governance import records
from custody.governance.fields import StrictFields

_MESSAGE = "message"
_MOST_MESSAGE = 10_000
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class _Read:
    payments: tuple[Payment, ...] = ()
    burned: int = 0
    fee: int | None = None
    message: str | None = None


def outcome_of(home: Home, told: records.Signature | records.Objection) -> Outcome:
    """Return what an entry's review says. Raises Alarm where other bytes lie in its place."""
    kept, read = _kept(home, told.review)
    return Outcome(
        digest=told.digest,
        kept=kept,
        wallets=told.wallets,
        payments=read.payments,
        burned=read.burned,
        fee=read.fee,
        message=read.message,
        findings=told.findings,
    )


def _kept(home: Home, digest: bytes | None) -> tuple[Kept, _Read]:
    if digest is None:
        return Kept.NONE, _Read()
    document = home.kept(digest)
    if document is None:
        return Kept.GONE, _Read()
    try:
        return Kept.HERE, _read(document)
    except Unreadable:
        return Kept.STRANGE, _Read()


def _read(document: bytes) -> _Read:
    """Read a review. It may be larger than a document from outside; the chain vouches for it. Raises Unreadable."""
    try:
        value = json.loads(document)
    except (ValueError, RecursionError):
        raise Unreadable(_("a kept review is not a JSON document")) from None
    fields = StrictFields(value, _("a kept review"))
    if fields.has("kind") and fields.text("kind") == _MESSAGE:
        return _Read(message=_long_text(fields))
    return _Read(
        payments=tuple(map(_payment, fields.items("payments"))),
        burned=sum(StrictFields(each, _("a kept review")).number("atoms") for each in fields.items("burned")),
        fee=_fee(fields),
    )


def _payment(value: object) -> Payment:
    fields = StrictFields(value, _("a kept review"))
    return Payment(
        index=fields.number("index"),
        address=_address_or_none(fields),
        script=_script(fields),
        satoshi=fields.number("atoms"),
        label=_text_or_none(fields, "label"),
    )


def _fee(fields: StrictFields) -> int | None:
    fee = StrictFields(fields.take("fee"), _("a kept review"))
    is_proven, atoms = fee.flag("proven"), fee.take("atoms")
    if not is_proven or atoms is None:
        return None
    return StrictFields({"atoms": atoms}, _("a kept review")).number("atoms")


def _text_or_none(fields: StrictFields, name: str) -> str | None:
    value = fields.take(name)
    return None if value is None else StrictFields({name: value}, _("a kept review")).text(name)


def _address_or_none(fields: StrictFields) -> str | None:
    """Take an address: letters and digits, so that it can be shown as it stands."""
    address = _text_or_none(fields, "address")
    if address is not None and not (address.isascii() and address.isalnum()):
        raise fields.strange()
    return address


def _script(fields: StrictFields) -> str:
    """Take a script in hex, however long."""
    value = fields.take("script")
    if not isinstance(value, str) or set(value) - _DIGITS:
        raise fields.strange()
    return value


def _long_text(fields: StrictFields) -> str:
    value = fields.take(_MESSAGE)
    if not isinstance(value, str) or len(value) > _MOST_MESSAGE:
        raise fields.strange()
    return value
