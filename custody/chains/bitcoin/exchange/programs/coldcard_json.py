"""Coldcard's "generic JSON", a device's own accounts in a section for each kind of script, read and never written.

Each section of a single key gives the first address, which is compared where the wallet is registered. The sections for
quorums hold one cosigner's key and are no wallets.
"""

import re

from custody.catalogue import _
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import Imported, choose
from custody.chains.extended_key import ExtendedKey
from custody.derivation import HARDENED, Path, format_path, parse_path

SECTIONS = {"bip44": ("pkh", 44), "bip49": ("sh(wpkh", 49), "bip84": ("wpkh", 84), "bip86": ("tr", 86)}
"""Sections of a single key -> what stands around it, and the purpose its path begins with."""

_WHAT = _("the device's JSON export")
_NETWORKS = {"BTC": "main", "XTN": None, "XRT": "regtest"}
"""The device's names for networks; by the second it means any of the three that share their addresses."""

_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")


def read(document: bytes, account: str | None = None) -> Imported:
    """Read one section. Raises Unreadable, and Usage where there are several and none is named."""
    fields = Fields.parse(_WHAT, document)
    if fields.text("chain") not in _NETWORKS:
        raise fields.wrong("chain")
    if not _FINGERPRINT.fullmatch(fields.text("xfp")):
        raise fields.wrong("xfp")
    return choose({name: _section(fields, name) for name in SECTIONS if name in fields.values}, account)


def _section(fields: Fields, name: str) -> Imported:
    section, (form, purpose) = fields.fields(name), SECTIONS[name]
    xpub, path = section.text("xpub"), parse_path(section.text("deriv"))
    _check_key(section, ExtendedKey.parse(xpub))
    _check_path(fields, path, purpose)
    key = f"[{format_path(path, 'h', fields.text('xfp').lower())}]{xpub}/<0;1>/*"
    network = _NETWORKS[fields.text("chain")]
    return Imported((around(form, key),), network=network, first_address=section.text_or_none("first"))


def _check_key(section: Fields, key: ExtendedKey) -> None:
    """A section names its own key's fingerprint beside the master's."""
    named = section.text_or_none("xfp")
    if named is not None and named.lower() != key.fingerprint.hex():
        raise malformed(_WHAT, _("a section's fingerprint is not that of its key"))


def _check_path(fields: Fields, path: Path, purpose: int) -> None:
    """A path must be of its section's purpose and of the account that the file names."""
    account = fields.number("account", 0, HARDENED - 1) if "account" in fields.values else 0
    if len(path) != 3 or path[0] != HARDENED + purpose or path[2] != HARDENED + account:
        raise malformed(_WHAT, _("the path of a section is not that of its kind and account"))
