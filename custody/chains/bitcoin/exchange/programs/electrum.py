"""Electrum's wallet file, JSON with a keystore for each key, read and written without any secret.

One that holds a secret, or is encrypted, is refused. The script's kind is in the letters of the extended keys
(SLIP-132) and nowhere else; the keys of a quorum are always sorted; addresses are counted on 0/* and 1/*. Much else in
the file is the program's memory, and is passed over.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange import branches, private_keys, slip132
from custody.chains.bitcoin.exchange.documents import cannot_hold
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.extended_key import ExtendedKey
from custody.derivation import format_path, parse_path
from custody.errors import Unreadable

SEED_VERSION = 20
"""The version of the file, not of a seed: the first that keeps every key's origin, and all later programs read it."""

GENESIS = {
    "main": "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    "test": "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
    "testnet4": "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
    "signet": "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
    "regtest": "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
}
"""Networks by the hash of their first block, which the younger versions of the program write down and compare."""

_MANY = re.compile(r"([1-9][0-9]?)of([1-9][0-9]?)")
_KEYSTORE = re.compile(r"x([1-9][0-9]*)/?")
_ENCRYPTED = re.compile(rb"\s*QklF[A-Za-z0-9+/=\s]+")
_CHANGED = re.compile(rb'\},\n?\{"op": ?"')
_FINGERPRINT = re.compile(r"[0-9a-fA-F]{8}")
_SECRETS = ("seed", "xprv", "passphrase", "keypairs")
_HOT = ("lightning_xprv", "lightning_privkey", "lightning_privkey2", "channels", "master_private_keys", *_SECRETS)


def is_one(value: Any) -> bool:
    """Say whether JSON is an Electrum wallet."""
    return isinstance(value, Mapping) and "wallet_type" in value


def is_closed(document: bytes) -> bool:
    """Say whether a file is an Electrum wallet of which no JSON document can be read.

    It is behind a password: base64 that begins with BIE1 or BIE2. Or the program, at work, has written changes behind
    the document (RFC 6902), each an object of its own.
    """
    return _ENCRYPTED.fullmatch(document) is not None or _CHANGED.search(document) is not None


def refuse_closed(document: bytes) -> Imported:
    """Refuse what `is_closed` finds. Always raises Unreadable."""
    if _CHANGED.search(document):
        raise Unreadable(
            _("this is an Electrum wallet file with changes behind it, which the program has not yet put in place"),
            hint=_("In Electrum: File, Save backup, and take that file."),
        )
    raise Unreadable(
        _("this is an Electrum wallet file encrypted with a password, and only open ones are read"),
        hint=_("In a copy of the wallet that watches only, take the password off (Wallet, Password), and save it."),
    )


def read(document: bytes) -> Imported:
    """Read a wallet of one key, or of a quorum. Raises Unreadable; whatever holds a secret is refused.

    The network, and the first address that the program remembers, are compared where the wallet is registered.
    """
    fields = Fields.parse(_("the Electrum wallet file"), document)
    names, threshold = _keystores(fields)
    keystores = [fields.fields(name) for name in names]
    if any(fields.values.get(name) for name in _HOT) or any(
        keystore.values.get(name) for keystore in keystores for name in _SECRETS
    ):
        raise private_keys.exposed()
    found = [_key(keystore, is_quorum=threshold is not None) for keystore in keystores]
    form = found[0][1]
    if any(each is not form for _text, each in found):
        raise malformed(fields.what, _("its keys are for different kinds of script"))
    keys = [text for text, _form in found]
    inner = keys[0] if threshold is None else f"sortedmulti({threshold},{','.join(keys)})"
    return Imported((around(form, inner),), network=_network(fields), first_address=_first_address(fields))


def write(wallet: Wallet) -> bytes:
    """Write a wallet that watches. Raises Usage for one that Electrum does not hold."""
    descriptor = wallet.descriptor
    is_quorum = len(descriptor.keys) > 1 or descriptor.threshold is not None
    is_known = not descriptor.is_policy and descriptor.form is not Form.TR
    if not is_known or not branches.is_usual(descriptor) or is_quorum is not descriptor.is_sorted:
        raise cannot_hold(
            "electrum",
            _("the program holds single keys but no taproot, and sortedmulti, with keys that end in /<0;1>/* alone"),
        )
    keystores = [_keystore(key, descriptor.form) for key in descriptor.keys]
    fields: dict[str, Any] = {"keystore": keystores[0], "wallet_type": "standard"}
    if is_quorum:
        fields = {f"x{number}/": keystore for number, keystore in enumerate(keystores, 1)}
        fields["wallet_type"] = f"{descriptor.threshold}of{len(keystores)}"
    fields |= {"seed_version": SEED_VERSION, "use_encryption": False, "genesis_blockhash": GENESIS[wallet.network.name]}
    return (json.dumps(fields, indent=4) + "\n").encode("ascii")


def _keystores(fields: Fields) -> tuple[list[str], int | None]:
    """Find the keystores' names, and the threshold of a quorum."""
    kind = fields.text("wallet_type")
    there = [name for name in fields.values if name == "keystore" or _KEYSTORE.fullmatch(name)]
    if kind == "standard":
        names: Sequence[str] = ("keystore",)
        threshold = None
    elif (many := _MANY.fullmatch(kind)) is not None:
        threshold = int(many[1])
        slash = "/" if "x1/" in fields.values else ""  # younger versions of the program write none
        names = [f"x{number}{slash}" for number in range(1, int(many[2]) + 1)]
    else:
        raise Unreadable(
            _("an Electrum wallet of this type is not read: it is neither of one key nor of a quorum"),
            hint=_("Imported addresses, and keys that a service shares in, have no descriptor."),
        )
    if sorted(there) != sorted(names):
        raise malformed(fields.what, _("its keystores are not those of its type"))
    return list(names), threshold


def _key(keystore: Fields, *, is_quorum: bool) -> tuple[str, Form]:
    """Write a keystore as a key expression, and say for which script its key is."""
    if keystore.text("type") not in ("bip32", "hardware"):
        raise malformed(keystore.what, _("a keystore is of a type that derives no keys by BIP-32"))
    key, form = slip132.read(keystore.text("xpub"), is_quorum=is_quorum)
    fingerprint, derivation = _fingerprint(keystore), keystore.text_or_none("derivation")
    origin = ""
    if fingerprint is not None and derivation is not None:
        path = parse_path(derivation.removesuffix("/"))
        origin = f"[{format_path(path, 'h', fingerprint)}]"
    return f"{origin}{key.serialize()}/<0;1>/*", form


def _fingerprint(keystore: Fields) -> str | None:
    """The master's fingerprint, in hex. Coldcard writes it as a number, its lowest byte first, and the master's key.

    What is there twice must agree.
    """
    found = set()
    if (named := keystore.text_or_none("root_fingerprint")) is not None:
        if not _FINGERPRINT.fullmatch(named):
            raise keystore.wrong("root_fingerprint")
        found.add(named.lower())
    if keystore.values.get("ckcc_xfp") is not None:
        found.add(keystore.number("ckcc_xfp", 0, 2**32 - 1).to_bytes(4, "little").hex())
    if (master := keystore.text_or_none("ckcc_xpub")) is not None:
        found.add(ExtendedKey.parse(master).fingerprint.hex())
    if len(found) > 1:
        raise malformed(keystore.what, _("a keystore names two different master keys"))
    return next(iter(found), None)


def _keystore(key: KeyExpression, form: Form) -> dict[str, Any]:
    if key.extended is None:
        raise ValueError("every key of the wallet is an extended key")
    return {
        "type": "bip32",
        "xpub": slip132.write(key.extended, form),
        "derivation": format_path(key.origin_path) if key.has_origin else None,
        "root_fingerprint": key.fingerprint.hex() if key.has_origin else None,
        "pw_hash_version": 1,
    }


def _network(fields: Fields) -> str | None:
    block = fields.text_or_none("genesis_blockhash")
    found = next((name for name, known in GENESIS.items() if known == block), None)
    if block is not None and found is None:
        raise fields.wrong("genesis_blockhash")
    return found


def _first_address(fields: Fields) -> str | None:
    """The first receiving address of those that the program remembers."""
    addresses = fields.values.get("addresses")
    receiving = addresses.get("receiving") if isinstance(addresses, Mapping) else None
    if not isinstance(receiving, list) or not receiving:
        return None
    if not isinstance(receiving[0], str):
        raise fields.wrong("addresses")
    return receiving[0]
