"""Coldcard's "generic JSON": a device's own accounts, a section for each kind of script. It is read, never written.

Each section of a single key gives the first address, which is compared where the wallet is registered. The sections for
quorums hold one cosigner's key and are no wallets.
"""

from collections.abc import Mapping
from typing import Any

from custody.catalogue import _
from custody.chains import strict_json
from custody.chains.bitcoin.exchange.imported import Imported, choose
from custody.chains.extended_key import ExtendedKey
from custody.derivation import HARDENED, Path, format_path, parse_path
from custody.errors import Unreadable

SECTIONS = {"bip44": ("pkh", 44), "bip49": ("sh(wpkh", 49), "bip84": ("wpkh", 84), "bip86": ("tr", 86)}
"""Sections of a single key -> what stands around it, and the purpose its path begins with."""

_NETWORKS = {"BTC": "main", "XTN": None, "XRT": "regtest"}
"""The device's names for networks; by the second it means any of the three that share their addresses."""


def read(document: bytes, account: str | None = None) -> Imported:
    """Read one section. Raises Unreadable, and Usage where there are several and none is named."""
    fields = strict_json.parse(document)
    if not isinstance(fields, Mapping) or not isinstance(fields.get("chain"), str) or fields["chain"] not in _NETWORKS:
        raise _malformed(_("the chain is none that is known"))
    fingerprint = _text(fields, "xfp")
    if len(fingerprint) != 8 or not set(fingerprint) <= set("0123456789abcdefABCDEF"):
        raise _malformed(_("the master fingerprint is malformed"))
    found = {name: _section(fields, name) for name in SECTIONS if name in fields}
    return choose(found, account)


def _section(fields: Mapping[str, Any], name: str) -> Imported:
    section = fields[name]
    if not isinstance(section, Mapping):
        raise _malformed(_("a section is malformed"))
    xpub = _text(section, "xpub")
    path = parse_path(_text(section, "deriv"))
    _check_key(section, ExtendedKey.parse(xpub))
    _check_path(fields, path, SECTIONS[name][1])
    around = SECTIONS[name][0]
    key = f"[{format_path(path, 'h', fields['xfp'].lower())}]{xpub}/<0;1>/*"
    descriptor = f"{around}({key}{')' * (around.count('(') + 1)}"
    first = section.get("first")
    if first is not None and not isinstance(first, str):
        raise _malformed(_("a first address is malformed"))
    return Imported((descriptor,), network=_NETWORKS[fields["chain"]], first_address=first)


def _check_key(section: Mapping[str, Any], key: ExtendedKey) -> None:
    """A section names its own key's fingerprint beside the master's."""
    named = section.get("xfp")
    if named is not None and (not isinstance(named, str) or named.lower() != key.fingerprint.hex()):
        raise _malformed(_("a section's fingerprint is not that of its key"))


def _check_path(fields: Mapping[str, Any], path: Path, purpose: int) -> None:
    """A path must be of its section's purpose and of the account that the file names."""
    account = fields.get("account", 0)
    if type(account) is not int or not 0 <= account < HARDENED:
        raise _malformed(_("the account is no number"))
    if len(path) != 3 or path[0] != HARDENED + purpose or path[2] != HARDENED + account:
        raise _malformed(_("the path of a section is not that of its kind and account"))


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise _malformed(_("a field is missing or no text: {name}").format(name=name))
    return value


def _malformed(what: str) -> Unreadable:
    return Unreadable(
        _("the device's JSON export cannot be read: {what}").format(what=what),
        hint=_("Export it again from the device."),
    )
