"""The evidence that a new treasury follows an old one, made of the old one's book and cards; others raise Mismatch.

For a treasury that has too few officers left. Only who brings a quorum of the cards together can use the key that the
old book recorded with its vault. `governance.following` checks it.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

from custody.catalogue import _
from custody.errors import Mismatch, Refused
from custody.governance.book import Book
from custody.governance.contents import Follows
from custody.governance.roster import Roster
from custody.keys.kinds import Kind, SecretInput
from custody.keys.vaults.payload import KeyPayload


@dataclass(frozen=True, slots=True)
class Succession:
    """The old treasury's verified book, and the secret that its cards make."""

    book: Book
    cards: SecretInput

    @property
    def digest(self) -> bytes:
        """SHA-256 of the old journal: the new home keeps it, so that the succession can be checked at any time."""
        return sha256(self.book.journal).digest()

    def follows(self, roster: Roster) -> Follows:
        """Return the evidence that the holders of the old treasury's cards put this roster in charge.

        Raises Refused where the old book recorded no key of its cards, Mismatch where these are other cards, or another
        network's officers.
        """
        state = self.book.state
        if not state.vaults:
            raise Refused(
                _("the old treasury never sealed a vault, so its journal knows no key of its cards"),
                hint=_("Begin a treasury without --follows, and name the old one in an --exception."),
                code="continuity",
            )
        if roster.network != state.roster.network:
            raise Mismatch(_("the old treasury is on {network}").format(network=state.roster.network))
        known = {record.continuity for record in state.vaults.values()}
        for kind, _master in self.cards.candidates():
            with self.cards.secret(kind) as secret:
                payload = KeyPayload(Kind(kind), secret)
                if payload.continuity() in known:
                    head = self.book.head
                    unsigned = Follows(
                        state.treasury, head.hash, head.number, self.digest, payload.continuity(), bytes(64)
                    )
                    return replace(unsigned, evidence=payload.sign_continuity(unsigned.message(roster)))
        raise Mismatch(
            _("these cards are not those of the old treasury"), hint=_("Check which set they are: custody share check.")
        )
