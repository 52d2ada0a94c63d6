"""Bitcoin Core: an answer of listdescriptors to one account in it, and a wallet to what importdescriptors takes.

A node's list holds a descriptor for each branch of each kind of address; they are put together again by their keys.
Change that belongs to nothing, and private keys, raise Unreadable.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from custody import strict_json
from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, Form, KeyExpression, merge
from custody.chains.bitcoin.descriptor import checksum as checksums
from custody.chains.bitcoin.exchange import branches, private_keys
from custody.chains.bitcoin.exchange.fields import Fields, malformed
from custody.chains.bitcoin.exchange.imported import Imported, choose
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import HARDENED
from custody.errors import Unreadable

BEYOND = 1_000
"""Addresses that the node looks for beyond the highest that was handed out."""

FROM_THE_BEGINNING = 0
"""The time from which the node looks for coins: it searches the whole chain, whatever the wallet's age."""

_PURPOSES = {Form.PKH: 44, Form.SH_WPKH: 49, Form.WPKH: 84, Form.TR: 86}
"""Forms of a single key -> the purpose that their paths begin with."""

_ENTRIES_LIMIT = 200


@dataclass(frozen=True, slots=True)
class _Entry:
    """One descriptor of the list. `internal`: whether it is for change; None, where the node does not use it now."""

    descriptor: Descriptor
    internal: bool | None


def is_one(value: Any) -> bool:
    """Say whether JSON is the answer of listdescriptors, or a list for importdescriptors."""
    entries = value.get("descriptors") if isinstance(value, Mapping) else value
    return isinstance(entries, list) and any(isinstance(each, Mapping) and "desc" in each for each in entries)


def read(document: bytes, account: str | None = None) -> Imported:
    """Read one account of the list.

    Raises Unreadable for a list that holds private keys, or a descriptor that is not understood or belongs to no
    other, and Usage where there are several accounts and none is named.
    """
    value = strict_json.parse(document)
    what = _("the list of descriptors")
    name = Fields.of(what, value).text_or_none("wallet_name") if isinstance(value, Mapping) else None
    entries = Fields.of(what, value).items("descriptors") if isinstance(value, Mapping) else value
    if not isinstance(entries, list) or not 1 <= len(entries) <= _ENTRIES_LIMIT:
        raise malformed(what, _("it holds no descriptors, or too many"))
    found = [_entry(Fields.of(what, entry), number) for number, entry in enumerate(entries, 1)]
    accounts = [_join(group) for group in _groups(found)]
    named = zip(_names(accounts), (Imported((each.text(),), name) for each in accounts), strict=True)
    return choose(dict(sorted(named, key=itemgetter(0))), account)


def write(wallet: Wallet) -> bytes:
    """Write a list for importdescriptors: a descriptor for each branch, which nodes before BIP-389 read too."""
    last = BEYOND - 1 + (0 if wallet.used_to is None else wallet.used_to + 1)
    requests = [
        {
            "desc": branches.one(wallet.descriptor, branch).with_checksum(),
            "active": True,
            "internal": branch == 1,
            "range": [0, min(last, HARDENED - 1)],
            "timestamp": FROM_THE_BEGINNING,
        }
        for branch in range(wallet.descriptor.branches)
    ]
    return (json.dumps(requests, indent=2) + "\n").encode("ascii")


def _entry(fields: Fields, number: int) -> _Entry:
    text = fields.text("desc")
    private_keys.refuse(text.encode())
    try:
        descriptor = Descriptor.parse(text)
    except Unreadable as failure:
        message = _("descriptor {number} of the list: {reason}").format(number=number, reason=failure.message)
        hint = failure.hint or _("Take it out of the list, if it is not of the wallet that you mean.")
        raise Unreadable(message, hint=hint, code=failure.code) from None
    internal = fields.flag_or_none("internal")
    if internal and descriptor.branches > 1:
        raise malformed(fields.what, _("a descriptor of both branches is marked as change"))
    return _Entry(descriptor, internal)


def _groups(entries: Iterable[_Entry]) -> list[list[_Entry]]:
    """Put the branches together: descriptors that are alike but for the last step before "/*"."""
    found: dict[Descriptor, list[_Entry]] = {}
    for entry in dict.fromkeys(entries):
        descriptor = entry.descriptor
        keys = descriptor.keys if descriptor.branches > 1 else tuple(map(_without_branch, descriptor.keys))
        found.setdefault(Descriptor(descriptor.shape, keys), []).append(entry)
    return list(found.values())


def _without_branch(key: KeyExpression) -> KeyExpression:
    return KeyExpression(
        key.fingerprint, key.origin_path, key.has_origin, key.extended, key.steps[:-1], key.ranged, key.raw
    )


def _join(group: Sequence[_Entry]) -> Descriptor:
    """Make one descriptor of the branches of an account. Change that belongs to nothing must not go unnoticed."""
    order = sorted(group, key=lambda entry: [key.steps[-1:] for key in entry.descriptor.keys])
    if len(order) == 1:
        if order[0].internal:
            raise _unmatched(_("a descriptor for change belongs to none that receives"))
        return order[0].descriptor
    if len(order) > 2:
        raise _unmatched(_("more than two descriptors are of the same keys"))
    receive, change = order
    if receive.internal or change.internal is False:
        raise _unmatched(_("two descriptors of the same keys are not marked as one that receives and one for change"))
    return merge(receive.descriptor, change.descriptor)


def _names(accounts: Sequence[Descriptor]) -> list[str]:
    """Name accounts by their purpose, where only one has it; else by the checksum of the descriptor that receives."""
    purposes = [_purpose(each) for each in accounts]
    return [
        purpose
        if purpose is not None and purposes.count(purpose) == 1
        else checksums.checksum(branches.one(each, 0).text())
        for purpose, each in zip(purposes, accounts, strict=True)
    ]


def _purpose(account: Descriptor) -> str | None:
    purpose = _PURPOSES.get(account.form)
    if len(account.keys) != 1 or purpose is None or account.keys[0].origin_path[:1] != (HARDENED + purpose,):
        return None
    return f"bip{purpose}"


def _unmatched(reason: str) -> Unreadable:
    return Unreadable(
        _("the list of descriptors cannot be read: {reason}").format(reason=reason),
        hint=_("Keep the two descriptors of one account in the file: the one that receives, and the one for change."),
    )
