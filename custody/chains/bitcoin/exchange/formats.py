"""A file of any known wallet format to what it says of a wallet; the table of formats, with their readers and writers.

A file of no known format, or of several, raises Unreadable.
"""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from custody import strict_json
from custody.catalogue import _
from custody.chains.bitcoin.exchange import own_output, private_keys
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.exchange.programs import (
    account_json,
    bsms,
    caravan,
    coldcard,
    coldcard_json,
    core,
    cosigner_json,
    descriptor_lines,
    electrum,
    key_line,
    nunchuk,
    policy,
    sparrow,
    specter,
    ur,
)
from custody.chains.bitcoin.wallet.wallet import Wallet
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


def _but(theirs: Callable[[bytes], bool], ours: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    """Say whether a document is of a format, and not of a special case of it that has a reader of its own."""
    return lambda document: theirs(document) and not ours(document)


def _has(*names: str) -> Callable[[Any], bool]:
    """Say of a JSON document whether it is an object with all of these fields."""
    return lambda fields: isinstance(fields, Mapping) and set(names) <= fields.keys()


def _is_policy(fields: Any) -> bool:
    """Say whether JSON has a list of keys. A backup of Specter's and a device's file have one too, of their own."""
    if not isinstance(fields, Mapping) or fields.keys().isdisjoint(policy.KEY_LISTS):
        return False
    return not specter.is_one(fields) and not cosigner_json.is_one(fields)


def _is_specter(fields: Any) -> bool:
    """Say whether JSON is a wallet of Specter's. What we print of a wallet has a descriptor under that name, too."""
    return specter.is_one(fields) and not own_output.is_wallet(fields)


def _is_device(fields: Any) -> bool:
    """Say whether JSON is a device's list of keys. A backup of Specter's has such a list beside its descriptors."""
    return cosigner_json.is_one(fields) and not specter.is_one(fields)


def _read_ours(document: bytes) -> Imported:
    """Read one of our own wallet files: to register it again, under another name or with another `--used-to`."""
    wallet = Wallet.from_json(document.decode("utf-8"))
    return Imported(
        (wallet.descriptor.text(),), wallet.name, wallet.network.name, used_to=wallet.used_to, waits=wallet.waits
    )


FORMATS = (
    Format("custody", True, _has("format", "chain", "descriptor"), _read_ours),
    Format("custody", True, own_output.is_wallet, own_output.read_wallet),
    Format("custody-list", True, own_output.is_list, own_output.read_list, has_accounts=True),
    Format("custody", True, own_output.is_key, own_output.read_key),
    Format("custody", False, own_output.is_text, own_output.read_text),
    Format("core", True, core.is_one, core.read, core.write, has_accounts=True),
    Format("sparrow", False, sparrow.is_one, sparrow.read, sparrow.write),
    Format("electrum", True, electrum.is_one, electrum.read, electrum.write),
    Format("electrum", False, electrum.is_closed, electrum.refuse_closed),
    Format("specter", True, _is_specter, specter.read, specter.write),
    Format("specter", False, specter.is_line, specter.read_line),
    Format("nunchuk", False, nunchuk.is_one, nunchuk.read, nunchuk.write),
    Format("caravan", True, caravan.is_one, caravan.read, caravan.write),
    Format("bsms", False, _but(bsms.is_one, nunchuk.is_one), bsms.read, bsms.write),
    Format("coldcard", False, coldcard.is_one, coldcard.read, coldcard.write),
    Format("coldcard-json", True, _has("chain", "xfp"), coldcard_json.read, has_accounts=True),
    Format("account-json", True, account_json.is_one, account_json.read, has_accounts=True),
    Format("cosigner-json", True, _is_device, cosigner_json.read, has_accounts=True),
    Format("policy", True, _is_policy, policy.read, policy.write),
    Format("descriptor", False, _but(descriptor_lines.is_one, sparrow.is_one), descriptor_lines.read),
    Format("key", False, key_line.is_one, key_line.read),
    Format("ur", False, ur.is_one, ur.read, ur.write, has_accounts=True),
)
"""No two of them take a document for one of their own."""

_MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)

WRITTEN = {each.name: each.write for each in FORMATS if each.write is not None}


def recognise(document: bytes, account: str | None = None) -> Imported:
    """Read a document of any of the formats; `account` names one of several, where a format has them.

    Raises Unreadable for what is of no known format or of several, for what is malformed and for a private key, and
    Usage for an account that says nothing.
    """
    private_keys.refuse(document)
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
    if document.startswith(_MARKS):
        raise Unreadable(
            _("the file begins with a byte order mark, which no wallet's file does"),
            hint=_("Save it as plain text (ASCII), or export it again."),
        )
    begins = document.lstrip()[:1] in (b"{", b"[")
    is_json = begins and not electrum.is_closed(document) and not key_line.is_one(document)
    subject = strict_json.parse(document) if is_json else document
    found = [each for each in FORMATS if each.is_json == is_json and each.is_one(subject)]
    if len(found) > 1:
        raise Unreadable(
            _("the file could be of more than one wallet format: {names}").format(
                names=", ".join(each.name for each in found)
            ),
            hint=_("Export it again, as a descriptor if the program can."),
        )
    if found:
        return found[0]
    raise Unreadable(
        _("the file is of no wallet format that is known"),
        hint=_("Known: {names}.").format(names=", ".join(dict.fromkeys(each.name for each in FORMATS))),
    )
