"""The evidence that a new treasury follows an old one, made of the old one's book and cards; others raise Mismatch.

For a treasury that has too few officers left. Only who brings a quorum of the cards together can use the key that the
old book recorded with its vault. `governance.following` checks it.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Self

from custody.catalogue import _
from custody.errors import Mismatch, Refused
from custody.governance.chain import Head
from custody.governance.contents import Follows
from custody.governance.export import verified
from custody.governance.following import continuities
from custody.governance.known.ground import Ground
from custody.governance.roster import Roster
from custody.keys.kinds import Kind, SecretInput
from custody.keys.vaults.payload import KeyPayload


@dataclass(frozen=True, slots=True)
class Ended:
    """A treasury that lost its quorum: the lines of its machines, and the entry with which it ended."""

    lines: bytes
    ground: Ground
    head: Head

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read an export of it, and believe nothing. Its end is the newest entry of all. Raises as `verified`."""
        known = verified(content).known
        ground = Ground.of(known)
        newest = max(known.nodes.values(), key=lambda node: (node.number, node.hash))
        return cls(ground.segment, ground, Head(newest.number, newest.hash))

    @property
    def digest(self) -> bytes:
        """SHA-256 of the lines: the new home keeps them, so that the succession can be checked at any time."""
        return sha256(self.lines).digest()


@dataclass(frozen=True, slots=True)
class Succession:
    """The old treasury, as its journal tells of it, and the secret that its cards make."""

    old: Ended
    cards: SecretInput

    def follows(self, roster: Roster) -> Follows:
        """Return the evidence that the holders of the old treasury's cards put this roster in charge.

        Raises Refused where the old book recorded no key of its cards, Mismatch where these are other cards, or another
        network's officers.
        """
        old, rules = self.old, self.old.ground.rules
        known = continuities(old.ground.known)
        if not known:
            raise Refused(
                _("the old treasury never sealed a vault, so its journal knows no key of its cards"),
                hint=_("Begin a treasury without --follows, and name the old one in an --exception."),
                code="continuity",
            )
        network = rules.leaves[0][1].network
        if roster.network != network:
            raise Mismatch(_("the old treasury is on {network}").format(network=network))
        for kind, _master in self.cards.candidates():
            with self.cards.secret(kind) as secret:
                payload = KeyPayload(Kind(kind), secret)
                if payload.continuity() in known:
                    unsigned = Follows(
                        rules.treasury, old.head.hash, old.head.number, old.digest, payload.continuity(), bytes(64)
                    )
                    return replace(unsigned, evidence=payload.sign_continuity(unsigned.message(roster)))
        raise Mismatch(
            _("these cards are not those of the old treasury"), hint=_("Check which set they are: custody share check.")
        )
