"""JSON with one device's account keys for several scripts, read: Coldcard's multisig key file, Unchained's, Specter's.

Specter's holds accounts of single keys too, each a wallet. Keys for quorums are one cosigner's: they are checked, and
written out for the descriptor that they belong into.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange import slip132
from custody.chains.bitcoin.exchange.dialect import BOTH
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import CosignerKey, Imported, choose
from custody.chains.extended_key import ExtendedKey
from custody.derivation import HARDENED, format_path, parse_path

QUORUMS = {"p2wsh": Form.WSH, "p2sh_p2wsh": Form.SH_WSH, "p2wsh_p2sh": Form.SH_WSH, "p2sh": Form.SH}
"""Coldcard's and Unchained's names of a key -> the script of its quorums. The nested one goes by two names."""

TYPES = {
    "pkh": Form.PKH,
    "sh-wpkh": Form.SH_WPKH,
    "wpkh": Form.WPKH,
    "tr": Form.TR,
    "sh": Form.SH,
    "sh-wsh": Form.SH_WSH,
    "wsh": Form.WSH,
}
"""Specter's types of a key -> the script around it."""

_KEYS_LIMIT = 200
_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")
_SCRIPTS = (Form.SH, Form.SH_WSH, Form.WSH)


def is_one(value: Any) -> bool:
    """Say whether JSON is of one of the two layouts: keys named by their script, or a list of keys with their types."""
    return isinstance(value, Mapping) and (_is_named(value) or _is_list(value))


def read(document: bytes, account: str | None = None) -> Imported:
    """Read a single key's account; the only one, or the one named. Raises Unreadable and Usage.

    A file with keys for quorums alone is refused once they are checked, and the error says where they belong.
    """
    fields = Fields.parse(_("the device's file of keys"), document)
    if _is_named(fields.values):
        return choose({}, account, [_named(fields, name) for name in QUORUMS if name in fields.values])
    items = fields.items("keys")
    if not 1 <= len(items) <= _KEYS_LIMIT:
        raise fields.wrong("keys")
    keys = [_listed(Fields.of(fields.what, each)) for each in items]
    single = [each for each in keys if each.form not in _SCRIPTS]
    names = _names([KeyExpression.parse(each.text) for each in single])
    accounts = {
        name: Imported((around(each.form, each.text + BOTH),)) for name, each in zip(names, single, strict=True)
    }
    return choose(accounts, account, [each for each in keys if each.form in _SCRIPTS])


def _is_named(value: Mapping[str, Any]) -> bool:
    return "xfp" in value and "chain" not in value and not QUORUMS.keys().isdisjoint(value)


def _is_list(value: Mapping[str, Any]) -> bool:
    keys = value.get("keys")
    return isinstance(keys, list) and any(isinstance(each, Mapping) and "derivation" in each for each in keys)


def _named(fields: Fields, name: str) -> CosignerKey:
    form = QUORUMS[name]
    key = slip132.read_for(fields.text(name), form, is_quorum=True)
    return CosignerKey(form, _expression(fields, "xfp", f"{name}_deriv", key))


def _listed(fields: Fields) -> CosignerKey:
    """Read one key of a list. It stands there twice, in SLIP-132's letters and without, and both must be the same."""
    form = TYPES.get(fields.text("type"))
    if form is None:
        raise fields.wrong("type")
    key = ExtendedKey.parse(fields.text("xpub"))
    original = fields.text_or_none("original")
    if original and slip132.read_for(original, form, is_quorum=form in _SCRIPTS) != key:
        raise malformed(fields.what, _("a key and its original are not the same one"))
    return CosignerKey(form, _expression(fields, "fingerprint", "derivation", key))


def _expression(fields: Fields, fingerprint: str, path: str, key: ExtendedKey) -> str:
    """Write a key with its origin, which must be as deep as the key and lead to its number."""
    if not _FINGERPRINT.fullmatch(fields.text(fingerprint)):
        raise fields.wrong(fingerprint)
    steps = parse_path(fields.text(path))
    if key.depth != len(steps) or steps[-1:] not in ((), (key.child_number,)):
        raise malformed(fields.what, _("a key does not lie where its path says"))
    return f"[{format_path(steps, 'h', fields.text(fingerprint).lower())}]{key.serialize()}"


def _names(keys: list[KeyExpression]) -> list[str]:
    """Name accounts by their purpose where only one has it, else by their path."""
    purposes = [f"bip{key.origin_path[0] - HARDENED}" if key.origin_path else "m" for key in keys]
    count = Counter(purposes)
    return [
        purpose if count[purpose] == 1 else format_path(key.origin_path)
        for purpose, key in zip(purposes, keys, strict=True)
    ]
