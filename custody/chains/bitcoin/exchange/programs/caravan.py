"""Caravan's wallet configuration, JSON with a quorum and its keys, read and written.

The keys are always sorted (BIP-67), and addresses numbered one way only: 0/* to receive and 1/* for change. Any other
wallet raises Usage.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.descriptor.quorum import KEYS_LIMIT
from custody.chains.bitcoin.exchange import branches, slip132
from custody.chains.bitcoin.exchange.documents import cannot_hold
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import HARDENED, format_path, parse_path

TYPES = {"P2SH": Form.SH, "P2SH-P2WSH": Form.SH_WSH, "P2WSH": Form.WSH}
"""Its address types -> what stands around the quorum."""

_NETWORKS = {"mainnet": "main", "testnet": None, "regtest": "regtest", "signet": "signet"}
"""Its networks -> ours. By testnet it means any network whose keys begin with tpub."""

_TO_NETWORKS = {"main": "mainnet", "regtest": "regtest", "signet": "signet"}
_UNKNOWN = "unknown"
_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")


def is_one(value: Any) -> bool:
    """Say whether JSON is a Caravan configuration."""
    return isinstance(value, Mapping) and {"quorum", "extendedPublicKeys"} <= value.keys()


def read(document: bytes) -> Imported:
    """Read a configuration. Raises Unreadable."""
    fields = Fields.parse(_("the Caravan configuration"), document)
    form = TYPES.get(fields.text("addressType").replace("_", "-"))  # Sparrow writes P2SH_P2WSH
    if form is None:
        raise fields.wrong("addressType")
    if fields.text("network") not in _NETWORKS:
        raise fields.wrong("network")
    if "startingAddressIndex" in fields.values:
        fields.number("startingAddressIndex", 0, HARDENED - 1)  # where it begins to look; the wallet is the same
    quorum, listed = fields.fields("quorum"), fields.items("extendedPublicKeys")
    threshold = quorum.number("requiredSigners", 1, KEYS_LIMIT)
    if quorum.number("totalSigners", 1, KEYS_LIMIT) != len(listed):
        raise malformed(fields.what, _("its quorum counts other keys than it holds"))
    keys = [_key(Fields.of(fields.what, each), form) for each in listed]
    descriptor = around(form, f"sortedmulti({threshold},{','.join(keys)})")
    return Imported((descriptor,), fields.text_or_none("name"), _NETWORKS[fields.text("network")])


def write(wallet: Wallet) -> bytes:
    """Write a configuration. Raises Usage for a wallet that Caravan does not hold."""
    descriptor = wallet.descriptor
    if not descriptor.is_sorted or not branches.is_usual(descriptor) or not all(k.has_origin for k in descriptor.keys):
        raise cannot_hold(
            "caravan", _("the program holds sortedmulti, with keys that have an origin and end in /<0;1>/* alone")
        )
    fields = {
        "name": wallet.name,
        "addressType": next(name for name, form in TYPES.items() if form is descriptor.form),
        "network": _TO_NETWORKS.get(wallet.network.name, "testnet"),
        "client": {"type": "public"},
        "quorum": {"requiredSigners": descriptor.threshold, "totalSigners": len(descriptor.keys)},
        "extendedPublicKeys": [_public_key(key) for key in descriptor.keys],
        "startingAddressIndex": 0,
    }
    return (json.dumps(fields, indent=2) + "\n").encode("ascii")


def _key(key: Fields, form: Form) -> str:
    """Write a key as a key expression; without an origin, where the file says that it does not know one."""
    xpub = slip132.read_for(key.text("xpub"), form, is_quorum=True).serialize()
    fingerprint = key.text("xfp") if "xfp" in key.values else _UNKNOWN
    path = key.text("bip32Path") if "bip32Path" in key.values else _UNKNOWN
    if _UNKNOWN in (fingerprint.lower(), path.lower()):
        return f"{xpub}/<0;1>/*"
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise key.wrong("xfp")
    return f"[{format_path(parse_path(path), 'h', fingerprint.lower())}]{xpub}/<0;1>/*"


def _public_key(key: KeyExpression) -> dict[str, str]:
    if key.extended is None:
        raise ValueError("every key of the wallet is an extended key")
    fingerprint = key.fingerprint.hex()
    return {
        "name": fingerprint,
        "bip32Path": format_path(key.origin_path),
        "xpub": key.extended.serialize(),
        "xfp": fingerprint,
    }
