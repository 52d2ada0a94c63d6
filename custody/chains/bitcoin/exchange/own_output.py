"""What our own commands print of a key or a wallet, read: `key show`, as text and as JSON; of `wallet` the JSON.

The script of a key is that of its path's purpose (BIP-44, 49, 84, 86); a key at another path is written out for the
descriptor that it belongs into. What holds no key raises Unreadable.
"""

import re
from collections.abc import Mapping
from typing import Any

from custody import strict_json
from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange.dialect import BOTH
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import CosignerKey, Imported, choose, no_wallet, without_script
from custody.chains.bitcoin.exchange.programs.account_json import PURPOSES
from custody.derivation import HARDENED, Path
from custody.errors import Unreadable

_SHOWN = re.compile(rb"\s*[^\n\[\]{}]*\b([0-9a-f]{8})\b\s+\((?:bip39|slip39)\)[ \t\r]*(?:\n|\Z)")
"""The first line of what `key show` says: a fingerprint and a kind. The words around them are of some language."""
_KEY = re.compile(r"^\[[^\]\n]*\][0-9A-Za-z]+$", re.MULTILINE)

_QUORUMS = {1: Form.SH_WSH, 2: Form.WSH}
"""The fourth step below 48' -> the script of a quorum's keys (BIP-48)."""


def is_key(value: Any) -> bool:
    """Say whether JSON is what `key show --json` prints."""
    return isinstance(value, Mapping) and {"fingerprint", "fingerprints", "kind"} <= value.keys()


def read_key(document: bytes) -> Imported:
    """Read the key, of which the JSON says the network. Raises Unreadable where none was shown."""
    fields = Fields.parse(_("the JSON of key show"), document)
    key = fields.text_or_none("key")
    if key is None:
        raise _without_path()
    expression = KeyExpression.parse(key)
    if fields.text("fingerprint") != _fingerprint(expression):
        raise malformed(fields.what, _("its key is another one than its fingerprint says"))
    return _wallet(expression, fields.text("network"))


def is_text(document: bytes) -> bool:
    """Say whether a text is what `key show` prints."""
    return _SHOWN.match(document) is not None


def read_text(document: bytes) -> Imported:
    """Read the key. Its network is not read: it stands in a sentence. Raises Unreadable where none was shown."""
    shown, found = _SHOWN.match(document), _KEY.findall(document.decode("utf-8", "replace").replace("\r", ""))
    if not found:
        raise _without_path()
    expression = KeyExpression.parse(found[0])
    if len(found) > 1 or shown is None or shown[1].decode() != _fingerprint(expression):
        raise Unreadable(
            _("this is not what one command said of one key"),
            hint=_("Keep what custody key show --path PATH says in a file of its own."),
        )
    return _wallet(expression, None)


def is_wallet(value: Any) -> bool:
    """Say whether JSON is what `wallet new --json` prints."""
    return isinstance(value, Mapping) and {"descriptor", "network", "policy_digest", "first_address"} <= value.keys()


def read_wallet(document: bytes) -> Imported:
    """Read the wallet. Raises Unreadable."""
    return _read_wallet(Fields.parse(_("the JSON of wallet new"), document))


def is_list(value: Any) -> bool:
    """Say whether JSON is what `wallet list --json` prints."""
    if not isinstance(value, Mapping) or value.keys() != {"wallets", "warnings"}:
        return False
    return isinstance(value["wallets"], list) and all(map(is_wallet, value["wallets"]))


def read_list(document: bytes, account: str | None = None) -> Imported:
    """Read the wallet of a name, or the only one. Raises Unreadable, and Usage where that does not say which."""
    listed = Fields.parse(_("the JSON of wallet list"), document)
    fields = [Fields.of(listed.what, each) for each in listed.values["wallets"]]
    found = {each.text("name"): _read_wallet(each) for each in fields}
    if len(found) < len(fields):
        raise malformed(listed.what, _("two of its wallets have one name"))
    return choose(found, account)


def within(document: bytes) -> bytes:
    """Return the file that the JSON of `wallet export --json` holds; any other document as it is. Raises Unreadable."""
    if not document.lstrip().startswith(b"{") or b'"content"' not in document:
        return document
    value = strict_json.parse(document)
    is_ours = isinstance(value, Mapping) and {"to", "content", "policy_digest"} <= value.keys()
    return Fields.of(_("the JSON of wallet export"), value).text("content").encode() if is_ours else document


def _read_wallet(fields: Fields) -> Imported:
    return Imported(
        (fields.text("descriptor"),),
        fields.text_or_none("name"),
        fields.text("network"),
        fields.text("first_address"),
        None if fields.values.get("used_to") is None else fields.number("used_to", 0, HARDENED - 1),
        waits=fields.flag_or_none("waits") or False,  # earlier releases say nothing of that
    )


def _wallet(key: KeyExpression, network: str | None) -> Imported:
    path: Path = key.origin_path
    purpose = path[0] - HARDENED if path else None
    if purpose == 48 and len(path) == 4 and path[3] - HARDENED in _QUORUMS:
        raise no_wallet([CosignerKey(_QUORUMS[path[3] - HARDENED], key.text())])
    if purpose not in PURPOSES:
        raise without_script(key.text())
    return Imported((around(PURPOSES[purpose], key.text() + BOTH),), network=network)


def _fingerprint(key: KeyExpression) -> str:
    return key.fingerprint.hex()


def _without_path() -> Unreadable:
    return Unreadable(
        _("this says which key a secret is, and shows no public key of it"),
        hint=_("Show one with its path: custody key show --path m/84h/0h/0h --network NAME."),
    )
