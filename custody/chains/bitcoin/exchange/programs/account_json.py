"""JSON with one account's ExtPubKey and its master's fingerprint, read: Keystone's, Cobo's, Coldcard's and Wasabi's.

The script is that of the key's letters (SLIP-132), or of the path's purpose; Wasabi, which writes neither, has P2WPKH
at m/84'/0'/0' and a second account of taproot beside it.
"""

import re
from collections.abc import Mapping
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange import private_keys, slip132
from custody.chains.bitcoin.exchange.dialect import BOTH
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import Imported, choose
from custody.chains.extended_key import ExtendedKey
from custody.derivation import HARDENED, Path, format_path, parse_path

PURPOSES = {44: Form.PKH, 49: Form.SH_WPKH, 84: Form.WPKH, 86: Form.TR}
"""The first step of a path -> the script of its keys (BIP-44, 49, 84, 86)."""

_KEY, _TAPROOT_KEY = "ExtPubKey", "TaprootExtPubKey"
_FIELDS = {_KEY: ("AccountKeyPath", 84), _TAPROOT_KEY: ("TaprootAccountKeyPath", 86)}
"""A key's field -> the field of its path, and the purpose where that one is left out."""

_SECRETS = ("EncryptedSecret", "ExtPrivKey")
_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")


def is_one(value: Any) -> bool:
    """Say whether JSON has an account key under that name."""
    return isinstance(value, Mapping) and _KEY in value


def read(document: bytes, account: str | None = None) -> Imported:
    """Read the account, or the one of two that is named. Raises Unreadable, for a secret too, and Usage."""
    fields = Fields.parse(_("the account key's JSON"), document)
    if any(fields.values.get(name) for name in _SECRETS):
        raise private_keys.exposed()
    if not _FINGERPRINT.fullmatch(fields.text("MasterFingerprint")):
        raise fields.wrong("MasterFingerprint")
    found = [_account(fields, name) for name in _FIELDS if fields.values.get(name) is not None]
    return choose(dict(found), account)


def _account(fields: Fields, name: str) -> tuple[str, Imported]:
    """Read one key: by which name a person chooses it, and the wallet."""
    path_name, purpose = _FIELDS[name]
    key, said = _key(fields.text(name))
    given = fields.text_or_none(path_name)
    path = _usual(purpose, key) if given is None else parse_path(given if given.startswith("m") else f"m/{given}")
    form = PURPOSES.get(path[0] - HARDENED) if path else None
    if form is None:
        raise malformed(fields.what, _("its path is not one of a single key's account (44', 49', 84', 86')"))
    if said not in (None, form):
        raise malformed(fields.what, _("its path is for another script than the letters of its key"))
    text = f"[{format_path(path, 'h', fields.text('MasterFingerprint').lower())}]{key.serialize()}{BOTH}"
    return f"bip{path[0] - HARDENED}", Imported((around(form, text),))


def _key(text: str) -> tuple[ExtendedKey, Form | None]:
    """Read a key, and the script that its letters name; an xpub names none here."""
    key, form = slip132.read(text, is_quorum=False)
    return key, None if text[:4] in ("xpub", "tpub") else form


def _usual(purpose: int, key: ExtendedKey) -> Path:
    """The path of the first account, on the network of the key."""
    return (HARDENED + purpose, HARDENED + (key.version == slip132.TEST), HARDENED)
