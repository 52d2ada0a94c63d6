"""`Follows`: all that follows from a candidate, in public, committed to before dice choose (docs/spec/ceremony.md).

Its key's fingerprint, the account keys of the plan's wallets, the address that a wallet of this key alone has first,
and a salted commitment to each card. To its canonical JSON and back; no word of a card, and no roll.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.derivation import format_path, parse_path
from custody.errors import Unreadable
from custody.keys.cards.randomness import IDENTIFIERS
from custody.words import POLICY_BYTES, words

MOST_BYTES = 200_000

_TAG = b"custody/ceremony/follows/v1\x00"

_BASE58 = re.compile("[1-9A-HJ-NP-Za-km-z]{100,120}", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """An account's public key: for which script, at which path, in Base58Check of the plan's network."""

    script: str
    path: str
    xpub: str

    def with_origin(self, fingerprint: bytes) -> str:
        """Return it as a descriptor has it, with the fingerprint of its master key: `[fingerprint/path]xpub`."""
        return f"[{format_path(parse_path(self.path), 'h', fingerprint.hex())}]{self.xpub}"


@dataclass(frozen=True, slots=True)
class FirstAddress:
    """The first receiving address of a wallet of the plan that is of this key alone."""

    wallet: str
    address: str


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from one candidate. `plan` is the plan's digest, `machine` the SHA-256 of the machine's part.

    `machine` is None where the key comes from dice alone. `cards` are commitments, group by group. `other_fingerprint`
    is of the key that the cards open where they are taken for the entropy of a phrase.
    """

    plan: bytes
    key: str
    candidate: int
    set: int
    machine: bytes | None
    fingerprint: bytes
    other_fingerprint: bytes
    accounts: tuple[Account, ...]
    addresses: tuple[FirstAddress, ...]
    cards: tuple[tuple[bytes, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """Return what the digest is of."""
        return {
            "v": 1,
            "plan": self.plan.hex(),
            "key": self.key,
            "candidate": self.candidate,
            "set": self.set,
            "machine": None if self.machine is None else self.machine.hex(),
            "fingerprint": self.fingerprint.hex(),
            "other_fingerprint": self.other_fingerprint.hex(),
            "accounts": [asdict(account) for account in self.accounts],
            "addresses": [asdict(first) for first in self.addresses],
            "cards": [[commitment.hex() for commitment in group] for group in self.cards],
        }

    def encode(self) -> bytes:
        """Return its canonical JSON."""
        return canonical.encode(self.to_json())

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read what `encode` writes, and nothing else. Raises Unreadable."""
        if len(content) > MOST_BYTES:
            raise Unreadable(
                _("what follows from a candidate is over the limit of {limit} bytes").format(limit=MOST_BYTES)
            )
        value = canonical.decode(content)
        try:
            read = cls._of(value)
            if read.encode() == content and read._is_shaped():
                return read
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        raise Unreadable(_("this is not what follows from a candidate, as a machine commits to it"))

    @classmethod
    def _of(cls, value: Any) -> Self:
        return cls(
            _bytes(value["plan"]),
            _text(value["key"]),
            _number(value["candidate"]),
            _number(value["set"]),
            None if value["machine"] is None else _bytes(value["machine"]),
            _bytes(value["fingerprint"]),
            _bytes(value["other_fingerprint"]),
            tuple(Account(*map(_text, (each["script"], each["path"], each["xpub"]))) for each in value["accounts"]),
            tuple(FirstAddress(_text(each["wallet"]), _text(each["address"])) for each in value["addresses"]),
            tuple(tuple(_bytes(commitment) for commitment in group) for group in value["cards"]),
        )

    def _is_shaped(self) -> bool:
        digests = [self.plan, *(() if self.machine is None else (self.machine,)), *(each for _at, each in self.places)]
        if not all(_BASE58.fullmatch(each.xpub) for each in self.accounts):
            return False  # it goes into a descriptor, where a comma would begin another key
        numbered = 0 <= self.set < IDENTIFIERS and self.candidate > 0
        return numbered and {len(digest) for digest in digests} == {32} and self._has_fingerprints

    @property
    def _has_fingerprints(self) -> bool:
        return len(self.fingerprint) == len(self.other_fingerprint) == 4

    @property
    def places(self) -> Iterator[tuple[tuple[int, int], bytes]]:
        """Each card's group and number in it, from 1, with its commitment."""
        for group, commitments in enumerate(self.cards, 1):
            for number, commitment in enumerate(commitments, 1):
                yield (group, number), commitment

    @property
    def digest(self) -> bytes:
        """SHA-256 of a tag and the canonical JSON."""
        return sha256(_TAG + self.encode()).digest()

    @property
    def words(self) -> tuple[str, ...]:
        """The first sixteen bytes of the digest, a word each: said and written down before the dice choose."""
        return words(self.digest[:POLICY_BYTES])


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise TypeError("not bytes in hexadecimal digits")
    return bytes.fromhex(value)


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
