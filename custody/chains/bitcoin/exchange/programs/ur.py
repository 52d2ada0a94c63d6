"""The CBOR of a UR that holds a wallet, as Blockchain Commons defines it, read and written.

Types: crypto-output (BCR-2020-010), output-descriptor (BCR-2023-010) and crypto-account (BCR-2020-015). Read only are
account-descriptor (BCR-2023-019), and crypto-hdkey or hdkey (BCR-2020-007), one key, which names no script. The letters
of a UR are the window's (`airgap.ur`).
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, Form, KeyExpression
from custody.chains.bitcoin.descriptor.expression import inside
from custody.chains.bitcoin.exchange import branches
from custody.chains.bitcoin.exchange.documents import cannot_hold
from custody.chains.bitcoin.exchange.imported import (
    CosignerKey,
    Imported,
    choose,
    no_wallet,
    without_script,
)
from custody.chains.bitcoin.exchange.programs.ur_keys import VERSION_1, VERSION_2, malformed, read_key, write_key
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.cbor_values import Tagged, Value, decode, encode


class UrType(StrEnum):
    """The types of UR that hold a wallet."""

    OUTPUT = "crypto-output"
    DESCRIPTOR = "output-descriptor"
    ACCOUNT = "crypto-account"


READ_TYPES = (*UrType, "account-descriptor", "crypto-hdkey", "hdkey")
"""The types that are read: those, the accounts of version 2, and one key, which is no wallet by itself."""

OUTPUT_TAG, DESCRIPTOR_TAG, ACCOUNT_TAG, ACCOUNTS_TAG = 308, 40308, 311, 40311
SH, WSH, PKH, WPKH, MULTI, SORTED_MULTI, TR, COSIGNER = 400, 401, 403, 404, 406, 407, 409, 410

_SINGLE = {Form.PKH: (PKH,), Form.WPKH: (WPKH,), Form.SH_WPKH: (SH, WPKH), Form.TR: (TR,)}
_AROUND = {Form.SH: (SH,), Form.WSH: (WSH,), Form.SH_WSH: (SH, WSH)}
_NAMES = {SH: "sh", WSH: "wsh", PKH: "pkh", WPKH: "wpkh", TR: "tr", MULTI: "multi", SORTED_MULTI: "sortedmulti"}
_ACCOUNTS = {(PKH,): "bip44", (SH, WPKH): "bip49", (WPKH,): "bip84", (TR,): "bip86"}
"""Scripts of a crypto-account -> the name by which a person chooses one."""

_QUORUMS = {(SH,): Form.SH, (SH, WSH): Form.SH_WSH, (WSH,): Form.WSH}
"""Scripts of an account around one cosigner's key -> the script of the quorum that it is for."""

_COSIGNER = "cosigner"
_NAMES_OF_FORMS = {Form.PKH: "bip44", Form.SH_WPKH: "bip49", Form.WPKH: "bip84", Form.TR: "bip86"}
_CHAIN_CODE = 4
_OLD_TAGS = 1_000
"""Every tag of version 1 is below, every one of version 2 above."""

_HDKEY, _ACCOUNTS_V2 = "crypto-hdkey", "account-descriptor"
_VERSION_1_OF = {"hdkey": _HDKEY}
_BY_TAG = {
    DESCRIPTOR_TAG: UrType.DESCRIPTOR,
    ACCOUNT_TAG: UrType.ACCOUNT,
    ACCOUNTS_TAG: _ACCOUNTS_V2,
    VERSION_1.hdkey: _HDKEY,
    VERSION_2.hdkey: _HDKEY,
}

_THRESHOLD, _KEYS = 1, 2
_SOURCE, _SOURCE_KEYS, _NAME, _NOTE = 1, 2, 3, 4
_MASTER, _OUTPUTS = 1, 2
_BOTH_BRANCHES = "/<0;1>/*"
_USUAL = ((0, 1),)
_PLACEHOLDER = re.compile(r"@(0|[1-9][0-9]{0,3})(?![0-9])")
_KEYS_LIMIT = 1_000


def is_one(document: bytes) -> bool:
    """Say whether bytes begin like the CBOR of one of the types: with a tag, or a map of few fields."""
    return document[:1] in (b"\xd9", *(bytes([0xA0 + fields]) for fields in range(1, 11)))


def read(document: bytes, ur_type: str | None = None, account: str | None = None) -> Imported:
    """Read the CBOR of a UR, of a type named or told by its form. `account` names one of a crypto-account's.

    Raises Unreadable, and Usage where a crypto-account holds several and none is named.
    """
    value = decode(document)
    found = _type_of(value)
    if ur_type is not None and found != _VERSION_1_OF.get(ur_type, ur_type):
        raise malformed(_("its form is that of another type than it says"))
    if found == _HDKEY:
        raise without_script(_read_bare(value))
    if found == _ACCOUNTS_V2:
        return _read_account_descriptor(_untagged(value, ACCOUNTS_TAG), account)
    if found is UrType.ACCOUNT:
        accounts, cosigners = _read_accounts(_untagged(value, ACCOUNT_TAG))
        return choose(accounts, account, cosigners)
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
    names: list[str] = []
    tags: tuple[int, ...] = ()
    while isinstance(value, Tagged) and value.tag in (SH, WSH, PKH, WPKH, TR):
        names.append(_NAMES[value.tag])
        tags += (value.tag,)
        value = value.content
    if not names:
        raise malformed(_("its script is not one of sh, wsh, pkh, wpkh and tr"))
    if isinstance(value, Tagged) and value.tag == COSIGNER:
        raise no_wallet([_cosigner(value, tags, fingerprint)])
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


def _read_accounts(value: Value) -> tuple[dict[str, Imported], list[CosignerKey]]:
    """Read a crypto-account's single keys by name, and the keys that it offers to quorums."""
    master, outputs = _accounts(value)
    found: dict[str, Imported] = {}
    cosigners: list[CosignerKey] = []
    for each in outputs:
        output = _untagged(each, OUTPUT_TAG)
        tags, inner = _tags(output)
        name = _ACCOUNTS.get(tags)
        if name in found:
            raise malformed(_("an account stands there twice"))
        if name is not None:
            account = branches.both(Descriptor.parse(_read_script(output, fingerprint=master)))  # some end it in /0/*
            found[name] = Imported((account.text(),))
        elif tags in _QUORUMS:
            cosigners.append(_cosigner(inner, tags, master))
    return found, cosigners


def _accounts(value: Value) -> tuple[int, Sequence[Value]]:
    """Take an account apart: the master's fingerprint, and what stands in its list."""
    fields = _map(value, {_MASTER, _OUTPUTS})
    master = fields.get(_MASTER)
    if type(master) is not int or not 0 <= master < 2**32:
        raise malformed(_("the master fingerprint is missing or malformed"))
    return master, _list(fields.get(_OUTPUTS))


def _cosigner(value: Value, tags: tuple[int, ...], fingerprint: int | None) -> CosignerKey:
    """Read the key of one cosigner, which may be marked as such."""
    form = _QUORUMS.get(tags)
    if form is None:
        raise malformed(_("a cosigner's key stands in another script than sh, wsh and sh(wsh"))
    return CosignerKey(form, read_key(_untagged(value, COSIGNER), fingerprint=fingerprint))


def _read_account_descriptor(value: Value, wanted: str | None) -> Imported:
    """Read version 2's accounts, each an output-descriptor (BCR-2023-019)."""
    _master, outputs = _accounts(value)
    found: dict[str, Imported] = {}
    cosigners: list[CosignerKey] = []
    for each in outputs:
        (text,) = _read_source(_untagged(each, DESCRIPTOR_TAG)).descriptors
        offered = _offered(text)
        if offered is not None:
            cosigners.append(offered)
            continue
        descriptor = branches.both(Descriptor.parse(text))
        name = _NAMES_OF_FORMS.get(descriptor.form)
        if name is None or name in found:
            raise malformed(_("an account stands there twice, or is none of a single key"))
        found[name] = Imported((descriptor.text(),))
    return choose(found, wanted, cosigners)


def _offered(text: str) -> CosignerKey | None:
    """Read cosigner(KEY) in a script of quorums; None where the text is something else."""
    for form in _QUORUMS.values():
        key = inside(text, f"{form}({_COSIGNER}")
        if key is not None:
            return CosignerKey(form, KeyExpression.parse(key).text())
    return None


def _write_account(descriptor: Descriptor) -> Value:
    """Write the account without tags before its outputs, as devices do: not all programs read the one of the BCR."""
    key = descriptor.keys[0]
    if descriptor.threshold is not None or not key.has_origin or key.steps != _USUAL:
        raise cannot_hold(
            UrType.ACCOUNT, _("the type is for single keys with an origin, whose addresses are at /<0;1>/*")
        )
    return {_MASTER: int.from_bytes(key.fingerprint), _OUTPUTS: [_write_script(descriptor)]}


def _tags(value: Value) -> tuple[tuple[int, ...], Value]:
    """The tags of the scripts around a key, and the key, which may be marked as a cosigner's."""
    found: tuple[int, ...] = ()
    while isinstance(value, Tagged) and value.tag in _NAMES:
        found += (value.tag,)
        value = value.content
    return found, value


# --- one key ---


def _read_bare(value: Value) -> str:
    """Read a key that stands alone, of either version, with its tag or without."""
    if isinstance(value, Tagged):
        return KeyExpression.parse(read_key(value)).text()
    tags = VERSION_2 if any(isinstance(each, Tagged) and each.tag > _OLD_TAGS for each in _map_of(value)) else VERSION_1
    return KeyExpression.parse(read_key(Tagged(tags.hdkey, value))).text()


def _map_of(value: Value) -> Sequence[Value]:
    return list(value.values()) if isinstance(value, Mapping) else []


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


def _type_of(value: Value) -> str:
    """Tell the type by the form: a UR's body has no tag of its own, though some programs write one."""
    if isinstance(value, Tagged):
        return _BY_TAG.get(value.tag, UrType.OUTPUT)
    if isinstance(value, Mapping) and isinstance(value.get(_SOURCE), str):
        return UrType.DESCRIPTOR
    if isinstance(value, Mapping) and isinstance(value.get(_CHAIN_CODE), bytes):
        return _HDKEY
    if isinstance(value, Mapping):
        outputs = value.get(_OUTPUTS)
        return _ACCOUNTS_V2 if isinstance(outputs, Sequence) and any(map(_is_source, outputs)) else UrType.ACCOUNT
    raise malformed(_("it is neither a descriptor, nor an account, nor a key"))


def _is_source(value: Value) -> bool:
    content = _untagged(value, DESCRIPTOR_TAG)
    return isinstance(content, Mapping) and isinstance(content.get(_SOURCE), str)


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
