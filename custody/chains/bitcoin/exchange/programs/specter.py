"""Specter Desktop's wallet file, JSON with a label and the descriptor that receives, read and written.

Other programs write it too. The descriptor's keys end in /0/*, or in nothing; change is then on /1/*. A backup of the
program names both.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.expression import without_checksum
from custody.chains.bitcoin.descriptor.output import TEXT_LIMIT
from custody.chains.bitcoin.exchange import branches, slip132
from custody.chains.bitcoin.exchange.documents import cannot_hold
from custody.chains.bitcoin.exchange.fields import Fields
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet

FROM_THE_BEGINNING = 0
"""The block from which the program looks for coins."""

_BACKUP, _EXPORT = "recv_descriptor", "descriptor"
_SLIP132 = re.compile(r"(?<![0-9A-Za-z])[yzYZuvUV]pub[1-9A-HJ-NP-Za-km-z]{100,112}(?![0-9A-Za-z])")


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
    """Read a descriptor whose keys may be written in SLIP-132's letters, if they are those of its script."""
    if len(text) > TEXT_LIMIT:
        return Descriptor.parse(text)  # says so, before anything is computed over it
    body = without_checksum(text)
    dressed = _SLIP132.findall(body)
    plain = _SLIP132.sub(lambda found: _undressed(found[0]), body)
    descriptor = Descriptor.parse(plain)
    for key in dressed:
        slip132.read_for(key, descriptor.form, is_quorum=descriptor.threshold is not None)
    return descriptor


def _undressed(text: str) -> str:
    """Write a key of SLIP-132 as xpub or tpub, whatever script it is for; that is judged once the script is known."""
    return slip132.read(text, is_quorum=text[0].isupper())[0].serialize()
