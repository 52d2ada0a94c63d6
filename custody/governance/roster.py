"""`Roster`: officers, the seats they sit on, and how many seats must agree; one that could not work raises Usage.

A seat has one principal and any number of alternates. A quorum counts seats: two people of one seat are one voice.
Officers stand here with public keys and the commitments of their names.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from custody import canonical
from custody.catalogue import _
from custody.errors import Refused, Unreadable, Usage
from custody.governance import ed25519
from custody.governance.commitment import COMMITMENT_BYTES
from custody.governance.ed25519 import KEY_BYTES
from custody.governance.fields import StrictFields, distinct

_TAG = b"custody/roster/v1"

MOST_OFFICERS = 64
MOST_SEATS = 16
"""Seats with a piece of the vault: what SLIP-39 gives a group."""


class Role(StrEnum):
    """What an officer may do.

    APPROVER counts for quorums; KEYHOLDER has a slot in the vault; the others only sign as themselves.
    """

    APPROVER = "approver"
    KEYHOLDER = "keyholder"
    ORIGINATOR = "originator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer as the book knows one: two public keys (32 bytes each), the commitment of a name, a seat and roles.

    A `dated` alternate counts from day to day only, while the principal's absence is agreed on.
    """

    key: bytes
    recipient: bytes
    name: bytes
    seat: int
    alternate: bool
    roles: frozenset[Role]
    dated: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the officer as the roster writes it."""
        return {
            "alternate": self.alternate,
            "dated": self.dated,
            "name": self.name.hex(),
            "officer": self.key.hex(),
            "recipient": self.recipient.hex(),
            "roles": sorted(self.roles),
            "seat": self.seat,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Officer":
        """Read an officer. Raises Unreadable."""
        fields = StrictFields(value, _("an officer of the roster"))
        officer = cls(
            key=fields.hex("officer", KEY_BYTES),
            recipient=fields.hex("recipient", KEY_BYTES),
            name=fields.hex("name", COMMITMENT_BYTES),
            seat=fields.number("seat", 1, MOST_OFFICERS),
            alternate=fields.flag("alternate"),
            roles=_roles(fields.items("roles", len(Role))),
            dated=fields.flag("dated"),
        )
        fields.end()
        return officer


@dataclass(frozen=True, slots=True)
class Roster:
    """Who the officers are; `rules` seats of approvers change the rules, `unlock` seats of keyholders open a vault.

    Raises Usage where it could not work: a quorum out of reach, a vault that one person opens, a key that stands twice.
    """

    network: str
    officers: tuple[Officer, ...]
    rules: int
    unlock: int
    version: int

    def __post_init__(self) -> None:
        if not self.officers or len(self.officers) > MOST_OFFICERS:
            raise Usage(_("a roster has 1 to {most} officers").format(most=MOST_OFFICERS))
        _check_people(self.officers)
        approvers, holders = len(self.seats(Role.APPROVER)), len(self.seats(Role.KEYHOLDER))
        if not min(2, approvers) <= self.rules <= approvers or self.rules < 1:
            raise Usage(
                _("of {seats} seats that approve, {count} cannot decide").format(seats=approvers, count=self.rules),
                hint=_("Name a number from 2 to the number of seats."),
            )
        if (holders and not 2 <= self.unlock <= holders <= MOST_SEATS) or (not holders and self.unlock):
            raise Usage(
                _("of {seats} seats that hold a piece of the vault, {count} cannot open it").format(
                    seats=holders, count=self.unlock
                ),
                hint=_(
                    "Name a number from 2 to the number of seats, at most {most}. Nobody opens a vault alone."
                ).format(most=MOST_SEATS),
            )

    def seats(self, role: Role) -> frozenset[int]:
        """The seats that somebody with this role sits on."""
        return frozenset(officer.seat for officer in self.officers if role in officer.roles)

    def holding(self, role: Role) -> tuple[Officer, ...]:
        """The officers with this role, in the roster's order."""
        return tuple(officer for officer in self.officers if role in officer.roles)

    def officer(self, key: bytes) -> Officer | None:
        """The officer with this Ed25519 key, or None."""
        return next((officer for officer in self.officers if officer.key == key), None)

    def voices(self, keys: Collection[bytes], role: Role, acting: Collection[bytes] = ()) -> frozenset[int]:
        """The seats that these keys speak for in this role. A key that is not on the roster speaks for none.

        `acting` are the dated alternates (keys) who count just now.
        """
        return frozenset(
            officer.seat
            for officer in self.holding(role)
            if officer.key in keys and (not officer.dated or officer.key in acting)
        )

    def require_rules_quorum(self, keys: Collection[bytes], acting: Collection[bytes] = ()) -> None:
        """Raise Refused where too few seats agree to change the rules."""
        voices = len(self.voices(keys, Role.APPROVER, acting))
        if voices < self.rules:
            raise Refused(
                _("{voices} of the {needed} seats that must agree have signed").format(
                    voices=voices, needed=self.rules
                ),
                hint=_("Two people of one seat count once. More officers must be present."),
                code="quorum",
            )

    def require_signing_quorum(self, keys: Collection[bytes], acting: Collection[bytes] = ()) -> None:
        """Raise Refused where too few seats answer for a signature: those that unlock; if none do, that rule."""
        if not self.seats(Role.KEYHOLDER):
            self.require_rules_quorum(keys, acting)
            return
        voices = len(self.voices(keys, Role.KEYHOLDER, acting))
        if voices < self.unlock:
            raise Refused(
                _("{voices} of the {needed} seats that must be present have signed").format(
                    voices=voices, needed=self.unlock
                ),
                hint=_("Two people of one seat count once. More officers must be present."),
                code="quorum",
            )

    def identity(self, treasury: bytes, basis: Collection[bytes]) -> bytes:
        """Return the id of this roster (32 bytes) as one that follows the rosters of these ids.

        Names and the version do not count, so one change that two machines make is one roster.
        """
        officers = sorted((officer.to_json() for officer in self.officers), key=lambda each: str(each["officer"]))
        for officer in officers:
            del officer["name"]
        document = {
            "basis": sorted(each.hex() for each in basis),
            "roster": {"network": self.network, "officers": officers, "rules": self.rules, "unlock": self.unlock},
            "treasury": treasury.hex(),
        }
        return ed25519.digest(_TAG, canonical.encode(document))

    def is_alike(self, other: "Roster") -> bool:
        """Say whether two rosters differ in names and version at most."""
        return self.identity(bytes(32), ()) == other.identity(bytes(32), ())

    def to_json(self) -> dict[str, Any]:
        """Return the roster as a statement says it."""
        return {
            "network": self.network,
            "officers": [officer.to_json() for officer in self.officers],
            "rules": self.rules,
            "unlock": self.unlock,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Roster":
        """Read a roster. Raises Unreadable, also for one that could not work."""
        fields = StrictFields(value, _("a roster"))
        network = fields.text("network")
        officers = tuple(Officer.from_json(each) for each in fields.items("officers", MOST_OFFICERS))
        rules, unlock = fields.number("rules"), fields.number("unlock")
        version = fields.number("version", 1)
        fields.end()
        try:
            return cls(network, officers, rules, unlock, version)
        except Usage as failure:
            raise Unreadable(failure.message) from None


def officer_of(rosters: Iterable[Roster], key: bytes) -> Officer | None:
    """The officer with this Ed25519 key on any of several rosters, or None."""
    return next((found for roster in rosters if (found := roster.officer(key)) is not None), None)


def _check_people(officers: Iterable[Officer]) -> None:
    officers = tuple(officers)
    if not all(
        distinct(values)
        for values in (
            [officer.key for officer in officers],
            [officer.recipient for officer in officers],
            [officer.name for officer in officers],
            [officer.seat for officer in officers if not officer.alternate],
        )
    ):
        raise Usage(_("two officers of a roster share a key, a name or, as principals, a seat"))
    principals = {officer.seat for officer in officers if not officer.alternate}
    if any(officer.seat not in principals for officer in officers):
        raise Usage(_("an alternate sits on a seat that has no principal"))
    if any(officer.dated and not officer.alternate for officer in officers):
        raise Usage(_("only an alternate counts from day to day"))
    if not all(officer.roles for officer in officers):
        raise Usage(_("an officer without a role has no place on a roster"))


def _roles(values: list[Any]) -> frozenset[Role]:
    if values != sorted(set(map(str, values))) or not set(values) <= set(Role):
        raise Unreadable(_("the roles of an officer are not as this format has them"))
    return frozenset(map(Role, values))
