"""The formats of other wallets, as a table: by what each is told from the others, and who reads and writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from custody.catalogue import _
from custody.chains import strict_json
from custody.chains.bitcoin.exchange import bsms, coldcard, coldcard_json, policy, text, ur
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet import Wallet
from custody.errors import Unreadable, Usage


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `is_one` judges the file's bytes, or of JSON what was read of it.

    `read` takes the name of an account too where `has_accounts`; `write` is None where a format is only read.
    """

    name: str
    is_json: bool
    is_one: Callable[[Any], bool]
    read: Callable[..., Imported]
    write: Callable[[Wallet], bytes] | None = None
    has_accounts: bool = False


def _has(*names: str) -> Callable[[Any], bool]:
    """Say of a JSON document whether it is an object with all of these fields."""
    return lambda fields: isinstance(fields, Mapping) and set(names) <= fields.keys()


def _has_any(*names: str) -> Callable[[Any], bool]:
    return lambda fields: isinstance(fields, Mapping) and not fields.keys().isdisjoint(names)


def _read_ours(document: bytes) -> Imported:
    """Read one of our own wallet files: to register it again, under another name or with another `--used-to`."""
    wallet = Wallet.from_json(document.decode("utf-8"))
    return Imported((wallet.descriptor.text(),), wallet.name, wallet.network.name, used_to=wallet.used_to)


FORMATS = (
    Format("custody", True, _has("format", "chain", "descriptor"), _read_ours),
    Format("bsms", False, bsms.is_one, bsms.read, bsms.write),
    Format("coldcard", False, coldcard.is_one, coldcard.read, coldcard.write),
    Format("coldcard-json", True, _has("chain", "xfp"), coldcard_json.read, has_accounts=True),
    Format("policy", True, _has_any(*policy.KEY_LISTS), policy.read, policy.write),
    Format("descriptor", False, text.is_one, text.read),
    Format("ur", False, ur.is_one, ur.read, ur.write, has_accounts=True),
)
"""The first that takes a document for one of its own reads it."""

WRITTEN = {each.name: each.write for each in FORMATS if each.write is not None}


def recognise(document: bytes, account: str | None = None) -> Imported:
    """Read a document of any of the formats; `account` names one of several, where a format has them.

    Raises Unreadable for what is of no known format, or malformed, and Usage for an account that says nothing.
    """
    found = _format_of(document)
    if found.has_accounts:
        return found.read(document, account=account)
    if account is not None:
        raise Usage(
            _("--account is for files that hold several accounts, and this one holds a wallet"),
            hint=_("Leave --account away."),
        )
    return found.read(document)


def _format_of(document: bytes) -> Format:
    is_json = document.lstrip()[:1] in (b"{", b"[")
    subject = strict_json.parse(document) if is_json else document
    for each in FORMATS:
        if each.is_json == is_json and each.is_one(subject):
            return each
    raise Unreadable(
        _("the file is of no wallet format that is known"),
        hint=_("Known: {names}.").format(names=", ".join(each.name for each in FORMATS)),
    )
