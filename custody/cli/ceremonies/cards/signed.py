"""`Inspector`: who looked at a card and signs that it was so, with the identity that the plan names."""

import time
from dataclasses import dataclass

from custody import store
from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.receipts.card import CommittedCard
from custody.ceremony.receipts.receipt import Looked, Receipt
from custody.ceremony.table.stakes import stakes_of
from custody.cli.ceremonies.cards.screen import looked_lines
from custody.cli.ceremonies.owner import Owner
from custody.cli.ceremonies.participants import require_factors, require_network, whose
from custody.cli.front.hardened import done_apart
from custody.keys.vaults.sealed import MOST_OF_OFFICER_FILE, SealedIdentity, read_officer_file
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody of the plan, by the key of the identity's file, and what this person brings to open it."""

    plan: Plan
    person: str
    identity: SealedIdentity
    passphrase_fd: int | None
    key_file: str | None
    yes: bool

    @classmethod
    def of(
        cls, plan: Plan, identity_file: str, passphrase_fd: int | None, key_file: str | None, *, yes: bool
    ) -> "Inspector":
        """Read an identity, and ask for nothing yet.

        Raises Mismatch for one of nobody, of another network, or with a token, and Usage for a key file that is missing
        or not wanted.
        """
        identity = read_officer_file(store.read(identity_file, MOST_OF_OFFICER_FILE))
        person = whose(plan, identity)
        require_network(identity, stakes_of(plan.network))
        require_factors(identity, key_file)
        return cls(plan, person, identity, passphrase_fd, key_file, yes)

    def sign(self, card: CommittedCard, head: bytes, bags: tuple[str | None, str | None]) -> Receipt:
        """Show what is signed, ask, and sign it in a copy of this process; what it gave is verified here.

        `head` is the transcript's (32 bytes), `bags` the serials of the opened and the new one. Raises Declined,
        Mismatch for a wrong passphrase, and Usage where nobody is there to ask.
        """
        looked = Looked.of(card, self.plan, head, self.person, bags, int(time.time()))
        question = _("{name}, did you read this card yourself, and is all of this so?").format(name=self.person)

        def work() -> bytes:
            owner = Owner.of(stakes_of(self.plan.network), self.passphrase_fd, self.key_file, yes=self.yes)
            owner.meeting.confirm(list(looked_lines(looked, card)), question, _("so"))
            with owner.open(self.identity, self.person, _("I looked at this card, and it was so")) as keys:
                return Receipt.made(looked, keys.sign).encode()

        receipt = Receipt.decode(done_apart(work))
        receipt.require(self.plan)
        return receipt

    def told(self, path: str) -> str:
        """Say that the receipt was written. `path` is safe to show."""
        return _("{name} ({called}) signed that it was so; the receipt is in {path}.").format(
            name=self.person, called=safe(self.plan.people[self.person]), path=path
        )
