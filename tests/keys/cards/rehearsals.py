"""Cards of a rehearsal, made by the code that makes real ones."""

from dataclasses import dataclass
from hashlib import sha256

from custody.keys.cards import rehearsal
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme, split
from custody.keys.kinds import Kind, master_key
from custody.secret import Secret

SECRETS = {bits: rehearsal.marked(Secret(sha256(b"practised with").digest()[: bits // 8])) for bits in (128, 256)}


@dataclass(frozen=True)
class Rehearsed:
    """A set of test cards, group by group, and its public record."""

    groups: tuple[tuple[str, ...], ...]
    record: SetRecord

    @property
    def quorum(self) -> list[str]:
        """Every card of the set."""
        return [card for group in self.groups for card in group]


def rehearsed(scheme: Scheme, kind: Kind = Kind.SLIP39, bits: int = 128) -> Rehearsed:
    """Cut a test key under a rehearsal's number."""
    secret = SECRETS[bits]
    made = split(secret, scheme, iteration_exponent=0, mix=SetMix.draw(for_rehearsal=True))
    fingerprints = {each: master_key(secret, each, None).fingerprint for each in Kind}
    other = Kind.BIP39 if kind is Kind.SLIP39 else Kind.SLIP39
    record = SetRecord(made.identifier, kind, True, 0, scheme, fingerprints[kind], fingerprints[other])
    groups = tuple(tuple(card.reveal().decode() for card in group) for group in made.groups)
    return Rehearsed(groups, record)
