"""Wallet policies (BIP-388), a descriptor template and its list of keys as JSON, read and written by the BIP's rules.

Devices and their libraries name the two fields differently; the BIP leaves that open. The names in use are read, and
one of them is written.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from custody import strict_json
from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, KeyExpression
from custody.chains.bitcoin.exchange.documents import cannot_hold, key_text
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable

TEMPLATES = ("descriptor_template", "description_template", "template", "description")
"""What the template's field is called; the first is what is written, the last is a text where another is there."""

KEY_LISTS = ("keys_info", "keys")

_KNOWN = {"name", *TEMPLATES, *KEY_LISTS}
_NUMBER = r"(?:0|[1-9][0-9]{0,9})"
_PLACEHOLDER = re.compile(rf"@(0|[1-9][0-9]{{0,3}})/(?:\*\*|<({_NUMBER});({_NUMBER})>/\*)(?=[,)}}])")
_USUAL = ("0", "1")
_KEYS_LIMIT = 1_000


def read(document: bytes) -> Imported:
    """Read a wallet policy. Raises Unreadable for whatever the BIP forbids."""
    fields = strict_json.parse(document)
    if not isinstance(fields, Mapping) or fields.keys() - _KNOWN:
        raise _malformed(_("it has a field that is not known"))
    template, keys, name = _one(fields, TEMPLATES), _one(fields, KEY_LISTS), fields.get("name")
    if not isinstance(template, str) or not isinstance(name, str | None):
        raise _malformed(_("its template or its name is not a text"))
    return Imported((_expand(template, _keys(keys)),), name)


def write(wallet: Wallet) -> bytes:
    """Write a wallet policy. Raises Usage for a wallet that is none: one whose keys do not end in /<a;b>/*."""
    keys: dict[str, int] = {}
    placeholders = [_placeholder(key, keys) for key in wallet.descriptor.keys]
    template = wallet.descriptor.shape.text(placeholders.__getitem__)
    fields = {"name": wallet.name, TEMPLATES[0]: template, KEY_LISTS[0]: list(keys)}
    return (json.dumps(fields, indent=2) + "\n").encode("ascii")


def _placeholder(key: KeyExpression, keys: dict[str, int]) -> str:
    """Write a key's placeholder; a key that is not yet in the list is appended to it."""
    if key.extended is None or not key.ranged or len(key.steps) != 1 or len(key.steps[0]) != 2:
        raise cannot_hold("policy", _("each of its keys must end in /<a;b>/*"))
    below = tuple(map(str, key.steps[0]))
    at = keys.setdefault(key_text(key, ""), len(keys))
    return f"@{at}/**" if below == _USUAL else f"@{at}/<{';'.join(below)}>/*"


def _one(fields: Mapping[str, Any], names: Sequence[str]) -> Any:
    """Take the field that is there under one of its names. "description" beside another is a text for people."""
    there = [name for name in names if name in fields]
    if len(there) > 1:
        there = [name for name in there if name != "description"]
    if len(there) != 1:
        raise _malformed(_("its template or its list of keys is missing, or there twice"))
    return fields[there[0]]


def _keys(listed: Any) -> list[str]:
    """Read the key information vector: extended keys without steps below them, pairwise distinct."""
    if (
        not isinstance(listed, list)
        or not 1 <= len(listed) <= _KEYS_LIMIT
        or not all(isinstance(k, str) for k in listed)
    ):
        raise _malformed(_("its keys are not a list of texts"))
    keys = [KeyExpression.parse(text) for text in listed]
    points = [key.extended.point for key in keys if key.extended is not None and not key.steps and not key.ranged]
    if len(points) != len(keys):
        raise _malformed(_("a key of its list is no extended key, or names steps below it"))
    if len(set(points)) != len(points):
        raise _malformed(_("the same key stands in its list twice"))
    return [key.text() for key in keys]


def _expand(template: str, keys: Sequence[str]) -> str:
    """Put the keys into the template ("Descriptor derivation"), after its "Additional rules"."""
    found = list(_PLACEHOLDER.finditer(template))
    if not found or len(found) != template.count("@"):
        raise _malformed(_("a placeholder of its template is not of the form @0/** or @0/<0;1>/*"))
    numbers = [int(each[1]) for each in found]
    if list(dict.fromkeys(numbers)) != list(range(len(keys))):
        raise _malformed(_("its placeholders are not numbered in order, or do not match the list of keys"))
    _check_branches([(number, {each[2] or "0", each[3] or "1"}) for number, each in zip(numbers, found, strict=True)])
    text = _PLACEHOLDER.sub(lambda each: f"{keys[int(each[1])]}/<{each[2] or '0'};{each[3] or '1'}>/*", template)
    if len(Descriptor.parse(text).keys) != len(found):
        raise _malformed(_("its template names a key that is not in the list"))
    return text


def _check_branches(uses: Sequence[tuple[int, set[str]]]) -> None:
    """Two uses of one placeholder must have no branch in common, or one key would stand in two places."""
    if any(number == other and ours & theirs for (number, ours), (other, theirs) in combinations(uses, 2)):
        raise _malformed(_("its template uses one key twice on the same branch"))


def _malformed(what: str) -> Unreadable:
    return Unreadable(
        _("the wallet policy cannot be read: {what}").format(what=what),
        hint=_("It is JSON with a name, a descriptor_template and keys_info (BIP-388)."),
    )
