"""What lines of a transcript say of a service: what it stands on, and proofs from the cards.

To JSON and back. Raises Unreadable for what no such line has.
"""

import re
from dataclasses import dataclass
from typing import Any

from custody.ceremony.transcript import members
from custody.governance.fields import StrictFields, distinct

MOST_OF_SIGNATURE = 20_000
"""Characters of a proof's signature: a quorum of fifteen has some 2,500."""

_HASH = 32
_MOST_LINES = 20_000
_MOST_EACH = 64
_MOST_OF_DESCRIPTOR = 10_000
_SIGNATURE = re.compile(r"[0-9A-Za-z+/=]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ended:
    """A sitting that is whole: its name in the plan, and the last line of its transcript, by number and hash."""

    sitting: str
    line: int
    head: bytes

    def to_json(self) -> dict[str, Any]:
        """Return an item of `sittings`."""
        return {"sitting": self.sitting, "line": self.line, "head": self.head.hex()}

    @classmethod
    def of(cls, fields: StrictFields) -> "Ended":
        """Take it from its members."""
        ended = cls(
            members.name(fields, "sitting"), fields.number("line", 1, _MOST_LINES - 1), fields.hex("head", _HASH)
        )
        fields.end()
        return ended


@dataclass(frozen=True, slots=True)
class Made:
    """A wallet of the keys that were made: its name in the plan, and its descriptor, with the checksum."""

    wallet: str
    descriptor: str

    def to_json(self) -> dict[str, Any]:
        """Return an item of `wallets`."""
        return {"wallet": self.wallet, "descriptor": self.descriptor}

    @classmethod
    def of(cls, fields: StrictFields) -> "Made":
        """Take it from its members."""
        name, descriptor = members.name(fields, "wallet"), fields.take("descriptor")
        fields.end()
        if not isinstance(descriptor, str) or not 1 <= len(descriptor) <= _MOST_OF_DESCRIPTOR:
            raise fields.strange()
        return cls(name, descriptor)


@dataclass(frozen=True, slots=True)
class StandsOn:
    """What a service stands on: every sitting of the plan, and every wallet of its keys."""

    sittings: tuple[Ended, ...]
    wallets: tuple[Made, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {
            "sittings": [each.to_json() for each in self.sittings],
            "wallets": [each.to_json() for each in self.wallets],
        }

    @classmethod
    def of(cls, fields: StrictFields) -> "StandsOn":
        """Take it from its members."""
        sittings = tuple(Ended.of(StrictFields(each, members.WHAT)) for each in fields.items("sittings", _MOST_EACH))
        wallets = tuple(Made.of(StrictFields(each, members.WHAT)) for each in fields.items("wallets", _MOST_EACH))
        if not distinct(each.head for each in sittings):
            raise fields.strange()
        return cls(sittings, wallets)


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature by BIP-322, as its text, that keys of a wallet made for its first address."""

    wallet: str
    signature: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"wallet": self.wallet, "signature": self.signature}

    @classmethod
    def of(cls, fields: StrictFields) -> "Proof":
        """Take it from its members."""
        name, signature = members.name(fields, "wallet"), fields.take("signature")
        if not isinstance(signature, str) or len(signature) > MOST_OF_SIGNATURE or not _SIGNATURE.fullmatch(signature):
            raise fields.strange()
        return cls(name, signature)
