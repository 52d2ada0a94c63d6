"""Specter Desktop's wallet file, JSON with a label and the descriptor that receives, read and written.

Specter-DIY's line "addwallet NAME&DESCRIPTOR" is read too. Other programs write both. The descriptor's keys end in
/0/*, or in nothing; change is then on /1/*. A backup of the program names both.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.expression import within
from custody.chains.bitcoin.exchange import branches
from custody.chains.bitcoin.exchange.dialect import plain
from custody.chains.bitcoin.exchange.documents import cannot_hold, meant
from custody.chains.bitcoin.exchange.fields import Fields
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable

FROM_THE_BEGINNING = 0
"""The block from which the program looks for coins."""

_ADD_WALLET = re.compile(rb"\s*(?:#[^\n]*\n\s*)*addwallet[ \t]+", re.IGNORECASE)
_BACKUP, _EXPORT = "recv_descriptor", "descriptor"


def is_one(value: Any) -> bool:
    """Say whether JSON is a wallet of Specter's, exported or backed up."""
    return isinstance(value, Mapping) and not value.keys().isdisjoint((_BACKUP, _EXPORT)) and "format" not in value


def read(document: bytes) -> Imported:
    """Read an export, or a backup. Raises Unreadable."""
    fields = Fields.parse(_("the Specter wallet file"), document)
    name = fields.text_or_none("label" if "label" in fields.values else "name")
    if _BACKUP not in fields.values:
        return Imported((branches.both(_descriptor(fields.text(_EXPORT))).text(),), name)
    if fields.values.get("change_descriptor") is None:
        return Imported((branches.both(_descriptor(fields.text(_BACKUP))).text(),), name)
    return Imported(tuple(_descriptor(fields.text(each)).text() for each in (_BACKUP, "change_descriptor")), name)


def is_line(document: bytes) -> bool:
    """Say whether a file is what Specter-DIY is shown to add a wallet."""
    return _ADD_WALLET.match(document) is not None


def read_line(document: bytes) -> Imported:
    """Read Specter-DIY's line: a name, & and a descriptor, whose keys may end in nothing. Raises Unreadable."""
    with within(_("the line of Specter-DIY, addwallet NAME&DESCRIPTOR")):
        line, *more = [each for _number, each in meant(document)]
        name, mark, descriptor = line.partition(" ")[2].partition("&")
        if more or not mark or not name.strip():
            raise Unreadable(_("it needs a name, & and one descriptor, and holds nothing else"))
        return Imported((branches.both(_descriptor(descriptor)).text(),), name.strip())


def write(wallet: Wallet) -> bytes:
    """Write what Specter imports. Raises Usage for a wallet that it does not hold."""
    descriptor = wallet.descriptor
    if descriptor.is_policy or not branches.is_usual(descriptor):
        raise cannot_hold(
            "specter", _("the program holds single keys and quorums, with keys that end in /<0;1>/* alone")
        )
    devices = [{"type": "other", "label": key.fingerprint.hex()} for key in descriptor.keys]
    fields = {
        "label": wallet.name,
        "blockheight": FROM_THE_BEGINNING,
        "descriptor": branches.one(descriptor, 0).with_checksum(),
        "devices": devices,
    }
    return (json.dumps(fields, indent=4) + "\n").encode("ascii")


def _descriptor(text: str) -> Descriptor:
    return Descriptor.parse(plain(text))
