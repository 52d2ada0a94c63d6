"""`Plan`: who does what at a ceremony, which keys and wallets are made, where the cards go (docs/spec/ceremony.md).

A value that exists holds together: every name stands for something, and every quorum can be reached.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from custody import canonical
from custody.words import POLICY_BYTES, words

FORMAT = "custody/plan/1"
UNKNOWN = "?"
UNKNOWN_DAY = date(2000, 1, 1)
"""A text, and a day, that nobody has filled in yet."""

_TAG = b"custody/ceremony/plan/v1\x00"


class Threat(StrEnum):
    """What a ceremony must withstand, the least first."""

    ACCIDENT = "accident"
    INSIDER = "insider"
    TARGETED = "targeted"

    @property
    def level(self) -> int:
        """0 to 2."""
        return list(Threat).index(self)


class Medium(StrEnum):
    """What a card is written on in the end."""

    PAPER = "paper"
    METAL = "metal"


@dataclass(frozen=True, slots=True)
class Place:
    """Where cards rest."""

    name: str
    city: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A laptop, and the serial on its case."""

    name: str
    serial: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One gathering around one machine. Of people in a role the first acts, and who comes next stands in."""

    id: str
    city: str
    date: date
    machine: str
    second_machine: str | None
    administrator: tuple[str, ...]
    operator: tuple[str, ...]
    auditor: tuple[str, ...]
    witnesses: tuple[str, ...]
    witness_alternates: tuple[str, ...]
    attested_by: tuple[str, ...]

    @property
    def roles(self) -> Mapping[str, tuple[str, ...]]:
        """Who may come to act in which role, deputies among them."""
        return {
            "administrator": self.administrator,
            "operator": self.operator,
            "auditor": self.auditor,
            "witness": (*self.witnesses, *self.witness_alternates),
        }


@dataclass(frozen=True, slots=True)
class Card:
    """One share of a key: who has it, who may take it in the holder's place, where it rests, in which bag."""

    holder: str
    alternates: tuple[str, ...]
    place: str
    seal: str
    medium: Medium

    @property
    def people(self) -> frozenset[str]:
        """Everybody who may meet it."""
        return frozenset((self.holder, *self.alternates))


@dataclass(frozen=True, slots=True)
class Group:
    """A group of SLIP-39: so many of its cards are needed."""

    needed: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is made: `bits` of its secret, `rolls` of a die for each of the `candidates` it is chosen from."""

    id: str
    sitting: str
    bits: int
    rolls: int
    machine_random: bool
    candidates: int
    groups_needed: int
    groups: tuple[Group, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards, group by group."""
        return tuple(card for group in self.groups for card in group.cards)


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet that is made of these keys, of which so many sign."""

    id: str
    script: str
    needed: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it. `people`, `places` and `machines` by the name that the rest of the plan uses.

    `identities`: the Ed25519 keys (32 bytes) of the people who sign on a device of their own.
    """

    purpose: str
    network: str
    threat: Threat
    people: Mapping[str, str]
    places: Mapping[str, Place]
    machines: Mapping[str, Machine]
    sittings: tuple[Sitting, ...]
    keys: tuple[Key, ...]
    wallets: tuple[Wallet, ...]
    identities: Mapping[str, bytes]

    @property
    def cards(self) -> Iterator[tuple[Key, Card]]:
        """Every card, with its key."""
        return ((key, card) for key in self.keys for card in key.cards)

    def keys_of(self, wallet: Wallet) -> tuple[Key, ...]:
        """Return the keys of a wallet."""
        return tuple(key for key in self.keys if key.id in wallet.keys)

    def made_at(self, sitting: Sitting) -> tuple[Key, ...]:
        """Return the keys that are made at a sitting."""
        return tuple(key for key in self.keys if key.sitting == sitting.id)

    def sitting_of(self, key: Key) -> Sitting:
        """Return the sitting at which a key is made."""
        return next(each for each in self.sittings if each.id == key.sitting)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as its digest takes it; what is missing is left out."""
        keys = {name: key.hex() for name, key in self.identities.items()}
        return {
            "format": FORMAT,
            "kind": "generation",
            "purpose": self.purpose,
            "network": self.network,
            "threat": self.threat.value,
            "people": dict(self.people),
            "places": {name: _said(place) for name, place in self.places.items()},
            "machines": {name: _said(machine) for name, machine in self.machines.items()},
            "sittings": [_said(each) for each in self.sittings],
            "keys": [_said(each) for each in self.keys],
            "wallets": [_said(each) for each in self.wallets],
            **({"identities": keys} if keys else {}),
        }

    @property
    def digest(self) -> bytes:
        """SHA-256 of a tag and the plan's canonical JSON: what the roles sign."""
        return sha256(_TAG + canonical.encode(self.to_json())).digest()

    @property
    def words(self) -> tuple[str, ...]:
        """The digest to read aloud, sixteen words."""
        return words(self.digest[:POLICY_BYTES])


def _said(value: Any) -> Any:
    """Return a part of a plan as JSON has it, member by member."""
    if isinstance(value, tuple):
        return [_said(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return {each.name: _said(told) for each in fields(value) if (told := getattr(value, each.name)) is not None}
    return value
