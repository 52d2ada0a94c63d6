"""The CBOR of a UR that holds a wallet, as Blockchain Commons defines it, read and written.

Types: crypto-output (BCR-2020-010), output-descriptor (BCR-2023-010) and crypto-account (BCR-2020-015). The letters of
a UR are the window's (`airgap.ur`).
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, Form
from custody.chains.bitcoin.exchange.documents import cannot_hold
from custody.chains.bitcoin.exchange.imported import Imported, choose
from custody.chains.bitcoin.exchange.programs.ur_keys import VERSION_1, VERSION_2, malformed, read_key, write_key
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.cbor_values import Tagged, Value, decode, encode
from custody.errors import Unreadable


class UrType(StrEnum):
    """The types of UR that hold a wallet."""

    OUTPUT = "crypto-output"
    DESCRIPTOR = "output-descriptor"
    ACCOUNT = "crypto-account"


OUTPUT_TAG, DESCRIPTOR_TAG, ACCOUNT_TAG = 308, 40308, 311
SH, WSH, PKH, WPKH, MULTI, SORTED_MULTI, TR, COSIGNER = 400, 401, 403, 404, 406, 407, 409, 410

_SINGLE = {Form.PKH: (PKH,), Form.WPKH: (WPKH,), Form.SH_WPKH: (SH, WPKH), Form.TR: (TR,)}
_AROUND = {Form.SH: (SH,), Form.WSH: (WSH,), Form.SH_WSH: (SH, WSH)}
_NAMES = {SH: "sh", WSH: "wsh", PKH: "pkh", WPKH: "wpkh", TR: "tr", MULTI: "multi", SORTED_MULTI: "sortedmulti"}
_ACCOUNTS = {(PKH,): "bip44", (SH, WPKH): "bip49", (WPKH,): "bip84", (TR,): "bip86"}
"""Scripts of a crypto-account -> the name by which a person chooses one."""

_THRESHOLD, _KEYS = 1, 2
_SOURCE, _SOURCE_KEYS, _NAME, _NOTE = 1, 2, 3, 4
_MASTER, _OUTPUTS = 1, 2
_BOTH_BRANCHES = "/<0;1>/*"
_USUAL = ((0, 1),)
_PLACEHOLDER = re.compile(r"@(0|[1-9][0-9]{0,3})(?![0-9])")
_KEYS_LIMIT = 1_000


def is_one(document: bytes) -> bool:
    """Say whether bytes begin like the CBOR of one of the types: with a tag, or a map of few fields."""
    return document[:1] in (b"\xd9", b"\xa1", b"\xa2", b"\xa3", b"\xa4")


def read(document: bytes, ur_type: str | None = None, account: str | None = None) -> Imported:
    """Read the CBOR of a UR, of a type named or told by its form. `account` names one of a crypto-account's.

    Raises Unreadable, and Usage where a crypto-account holds several and none is named.
    """
    value = decode(document)
    found = _type_of(value)
    if ur_type is not None and found != ur_type:
        raise malformed(_("its form is that of another type than it says"))
    if found is UrType.ACCOUNT:
        return choose(_read_accounts(_untagged(value, ACCOUNT_TAG)), account)
    if found is UrType.DESCRIPTOR:
        return _read_source(_untagged(value, DESCRIPTOR_TAG))
    return Imported((_read_script(_untagged(value, OUTPUT_TAG)),))


def write(wallet: Wallet, ur_type: UrType = UrType.OUTPUT) -> bytes:
    """Write the CBOR of a UR. Raises Usage for a wallet that the type cannot hold."""
    descriptor = wallet.descriptor
    if ur_type is UrType.DESCRIPTOR:
        return encode(_write_source(descriptor, wallet.name))
    if descriptor.is_policy:
        raise cannot_hold(ur_type, _("the type knows single keys and quorums alone"))
    if ur_type is UrType.OUTPUT:
        return encode(_write_script(descriptor))
    return encode(_write_account(descriptor))


# --- crypto-output ---


def _read_script(value: Value, *, fingerprint: int | None = None) -> str:
    """Read nested scripts around a key or a quorum. Which may stand in which is the descriptor's business."""
    names = []
    while isinstance(value, Tagged) and value.tag in (SH, WSH, PKH, WPKH, TR):
        names.append(_NAMES[value.tag])
        value = value.content
    if not names:
        raise malformed(_("its script is not one of sh, wsh, pkh, wpkh and tr"))
    if isinstance(value, Tagged) and value.tag == COSIGNER:
        raise Unreadable(
            _("the UR holds the key of one cosigner, not a wallet"),
            hint=_("Ask whoever sets the quorum up for the whole descriptor."),
        )
    if isinstance(value, Tagged) and value.tag in (MULTI, SORTED_MULTI):
        inner = _read_quorum(_NAMES[value.tag], value.content)
    else:
        inner = read_key(value, fingerprint=fingerprint, below=_BOTH_BRANCHES)
    return f"{'('.join(names)}({inner}{')' * len(names)}"


def _read_quorum(name: str, value: Value) -> str:
    fields = _map(value, {_THRESHOLD, _KEYS})
    threshold, keys = fields.get(_THRESHOLD), _list(fields.get(_KEYS))
    if type(threshold) is not int:
        raise malformed(_("the threshold of a quorum is not a number"))
    texts = ",".join(read_key(key, below=_BOTH_BRANCHES) for key in keys)
    return f"{name}({threshold},{texts})"


def _write_script(descriptor: Descriptor) -> Tagged:
    """Write the script. The usual branches are left unsaid: devices know them, and not all can read a pair."""
    keys = [write_key(key, VERSION_1, children=key.steps != _USUAL) for key in descriptor.keys]
    if descriptor.threshold is None:
        return _around(_SINGLE[descriptor.form], keys[0])
    kind = SORTED_MULTI if descriptor.is_sorted else MULTI
    quorum: dict[Value, Value] = {_THRESHOLD: descriptor.threshold, _KEYS: list[Value](keys)}
    return _around((*_AROUND[descriptor.form], kind), quorum)


def _around(tags: Sequence[int], value: Value) -> Tagged:
    *outer, inner = tags
    found = Tagged(inner, value)
    for tag in reversed(outer):
        found = Tagged(tag, found)
    return found


# --- crypto-account ---


def _read_accounts(value: Value) -> dict[str, Imported]:
    """Read a crypto-account's single keys by name; the keys it offers to quorums are passed over."""
    fields = _map(value, {_MASTER, _OUTPUTS})
    master = fields.get(_MASTER)
    if type(master) is not int or not 0 <= master < 2**32:
        raise malformed(_("the master fingerprint is missing or malformed"))
    found: dict[str, Imported] = {}
    for each in _list(fields.get(_OUTPUTS)):
        output = _untagged(each, OUTPUT_TAG)
        name = _ACCOUNTS.get(_tags(output))
        if name in found:
            raise malformed(_("an account stands there twice"))
        if name is not None:
            found[name] = Imported((_read_script(output, fingerprint=master),))
    return found


def _write_account(descriptor: Descriptor) -> Value:
    """Write the account without tags before its outputs, as devices do: not all programs read the one of the BCR."""
    key = descriptor.keys[0]
    if descriptor.threshold is not None or not key.has_origin or key.steps != _USUAL:
        raise cannot_hold(
            UrType.ACCOUNT, _("the type is for single keys with an origin, whose addresses are at /<0;1>/*")
        )
    return {_MASTER: int.from_bytes(key.fingerprint), _OUTPUTS: [_write_script(descriptor)]}


def _tags(value: Value) -> tuple[int, ...]:
    """The tags of the scripts around a key."""
    found: tuple[int, ...] = ()
    while isinstance(value, Tagged) and value.tag in _NAMES:
        found += (value.tag,)
        value = value.content
    return () if isinstance(value, Tagged) and value.tag == COSIGNER else found


# --- output-descriptor ---


def _read_source(value: Value) -> Imported:
    fields = _map(value, {_SOURCE, _SOURCE_KEYS, _NAME, _NOTE})
    source, name = fields.get(_SOURCE), fields.get(_NAME)
    if not isinstance(source, str) or not isinstance(name, str | None) or not isinstance(fields.get(_NOTE, ""), str):
        raise malformed(_("its text, name or note is malformed"))
    keys = [read_key(key) for key in _list(fields.get(_SOURCE_KEYS, ()))]
    used = [int(found[1]) for found in _PLACEHOLDER.finditer(source)]
    if set(used) != set(range(len(keys))) or source.count("@") != len(used):
        raise malformed(_("the keys and their places in the text do not match"))
    text = _PLACEHOLDER.sub(lambda found: keys[int(found[1])], source)
    return Imported((text,), name)


def _write_source(descriptor: Descriptor, name: str) -> Value:
    """Write the text with a placeholder for each key; a key that no hdkey can hold stays in the text."""
    keys: list[Value] = []
    texts = []
    for key in descriptor.keys:
        if key.extended is None or (key.has_origin and not any(key.fingerprint)):
            texts.append(key.text())
            continue
        texts.append(f"@{len(keys)}")
        keys.append(write_key(key, VERSION_2))
    fields: dict[Value, Value] = {_SOURCE: descriptor.shape.text(texts.__getitem__)}
    if keys:
        fields[_SOURCE_KEYS] = keys
    return {**fields, _NAME: name}


# --- forms ---


def _type_of(value: Value) -> UrType:
    """Tell the type by the form: a UR's body has no tag of its own, though some programs write one."""
    if isinstance(value, Tagged):
        known = {DESCRIPTOR_TAG: UrType.DESCRIPTOR, ACCOUNT_TAG: UrType.ACCOUNT}
        return known.get(value.tag, UrType.OUTPUT)
    if isinstance(value, Mapping) and isinstance(value.get(_SOURCE), str):
        return UrType.DESCRIPTOR
    if isinstance(value, Mapping):
        return UrType.ACCOUNT
    raise malformed(_("it is neither a descriptor nor an account"))


def _untagged(value: Value, tag: int) -> Value:
    return value.content if isinstance(value, Tagged) and value.tag == tag else value


def _map(value: Value, known: set[int]) -> Mapping[Value, Value]:
    if not isinstance(value, Mapping) or value.keys() - known:
        raise malformed(_("a map is missing, or has a field that is not known"))
    return value


def _list(value: Value | None) -> Sequence[Value]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not len(value) <= _KEYS_LIMIT:
        raise malformed(_("a list is missing or too long"))
    return value
