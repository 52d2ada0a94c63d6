"""`SetRecord`: what is public about a set of cards, to and from its file (docs/spec/share-set.md); never a word of one.

Its scheme, its kind, which the words cannot say, and the fingerprints, which tell a right recovery from a wrong one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from custody.catalogue import _
from custody.errors import CustodyError, Mismatch, Unreadable
from custody.keys.cards.randomness import IDENTIFIERS
from custody.keys.cards.shares import HIGHEST_EXPONENT, ReadShare, Scheme
from custody.keys.kinds import Kind

FORMAT = "custody-share-set/1"
DOCUMENT_LIMIT = 4_000_000

_FIELDS = {
    "format",
    "identifier",
    "kind",
    "extendable",
    "iteration_exponent",
    "group_threshold",
    "groups",
    "fingerprint",
    "fingerprints",
}


@dataclass(frozen=True, slots=True)
class SetRecord:
    """A set of cards, in public: its number, its kind, its scheme, and the key that it opens (4-byte fingerprints).

    `other_fingerprint` is what the same cards open when they are taken for the other kind, without a passphrase.
    """

    identifier: int
    kind: Kind
    extendable: bool
    iteration_exponent: int
    scheme: Scheme
    fingerprint: bytes
    other_fingerprint: bytes

    @property
    def fingerprints(self) -> dict[Kind, bytes]:
        """What the cards open in each reading."""
        other = Kind.BIP39 if self.kind is Kind.SLIP39 else Kind.SLIP39
        return {self.kind: self.fingerprint, other: self.other_fingerprint}

    def check_card(self, share: ReadShare) -> None:
        """Raise Mismatch for a card of another set, or one that claims other thresholds or another place."""
        hint = _("Bring the cards of the set, or name the record that belongs to these.")
        if share.identifier != self.identifier:
            raise Mismatch(
                _("{card} is of set {theirs}, the record of set {ours}").format(
                    card=share.place, theirs=share.identifier, ours=self.identifier
                ),
                hint=hint,
            )
        if not self._has(share):
            raise Mismatch(
                _("{card} says the number of the record's set, but other thresholds, groups or cards").format(
                    card=share.place
                ),
                hint=hint,
            )

    def _has(self, share: ReadShare) -> bool:
        whole = (share.extendable, share.iteration_exponent, share.group_threshold, share.group_count)
        if whole != (self.extendable, self.iteration_exponent, self.scheme.group_threshold, len(self.scheme.groups)):
            return False
        threshold, count = self.scheme.groups[share.group_index]
        return share.member_threshold == threshold and share.member_index < count

    def check_fingerprints(self, found: Mapping[Kind, bytes], *, passphrase: bool = False) -> None:
        """Raise Mismatch where what was brought does not open, with or without a passphrase, the key of the record."""
        opened = found.get(self.kind)
        if opened is None:
            raise Mismatch(
                _("what was brought cannot be of kind {kind}, as the record says").format(kind=self.kind),
                hint=_("Bring the cards of the set, or name the record that belongs to these."),
                code="kind",
            )
        if opened != self.fingerprint:
            sentence = (
                _("this passphrase leads to key {found}, the set's is {wanted}")
                if passphrase
                else _("without a passphrase this opens key {found}, the set's is {wanted}")
            )
            raise Mismatch(
                sentence.format(found=opened.hex(), wanted=self.fingerprint.hex()),
                hint=_("A wrong passphrase opens another key without any error. Give the right one."),
            )

    def to_json(self) -> str:
        """Write the record's file (docs/spec/share-set.md)."""
        content = {
            "format": FORMAT,
            "identifier": self.identifier,
            "kind": str(self.kind),
            "extendable": self.extendable,
            "iteration_exponent": self.iteration_exponent,
            "group_threshold": self.scheme.group_threshold,
            "groups": [{"threshold": threshold, "shares": count} for threshold, count in self.scheme.groups],
            "fingerprint": self.fingerprint.hex(),
            "fingerprints": {str(kind): fingerprint.hex() for kind, fingerprint in self.fingerprints.items()},
        }
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def from_json(cls, document: str) -> Self:
        """Read a record's file. Raises Unreadable for anything but what `to_json` writes, to the letter."""
        content = _content(document)
        try:
            groups = tuple((_number(group["threshold"]), _number(group["shares"])) for group in content["groups"])
            kind = Kind(content["kind"])
            readings = {Kind(name): bytes.fromhex(text) for name, text in content["fingerprints"].items()}
            other = readings[Kind.BIP39 if kind is Kind.SLIP39 else Kind.SLIP39]
            record = cls(
                _number(content["identifier"]),
                kind,
                content["extendable"],
                _number(content["iteration_exponent"]),
                Scheme(_number(content["group_threshold"]), groups),
                readings[kind],
                other,
            )
        except (KeyError, TypeError, ValueError, AttributeError, CustodyError):
            raise _malformed() from None
        if not record._in_bounds() or record.to_json() != document:
            raise _malformed()
        return record

    def _in_bounds(self) -> bool:
        return (
            0 <= self.identifier < IDENTIFIERS
            and 0 <= self.iteration_exponent <= HIGHEST_EXPONENT
            and isinstance(self.extendable, bool)
            and len(self.fingerprint) == len(self.other_fingerprint) == 4
        )


def _content(document: str) -> dict[str, Any]:
    if len(document) > DOCUMENT_LIMIT:
        raise Unreadable(_("a set's record is over the limit of {limit} bytes").format(limit=DOCUMENT_LIMIT))
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT or set(content) != _FIELDS:
        raise Unreadable(
            _("this is not the record of a set of cards in a format that this program knows"),
            hint=_("It knows {format}, which share split writes with -o.").format(format=FORMAT),
        )
    return content


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _malformed() -> Unreadable:
    return Unreadable(_("the record of a set of cards is malformed"), hint=_("Use the file that share split wrote."))
