"""Signs a reviewed transaction: the review is shown and approved, then the key opened, then the document signed.

The order cannot be changed: nothing secret is read before a person has approved, and nothing leaves before every
signature was verified by another engine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from custody.catalogue import _
from custody.errors import Mismatch, Refused
from custody.keys import known, signer
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind, SecretInput
from custody.signing import Approval, Review, Reviewed, Signature, SigningTask, Verdict


class SigningOperator(Protocol):
    """Whoever answers for a signature: a person at a terminal, or a script on a test network."""

    def approve(self, review: Review) -> Approval:
        """Show the review and hear the answer. Raises Declined."""

    def unlock(self) -> SecretInput:
        """Ask for the key, or for the cards that make one. Raises Declined, Unreadable, Mismatch."""

    def warn(self, sentence: str) -> None:
        """Say something that does not stop the work."""

    def progress(self, tasks: Sequence[SigningTask]) -> Iterable[SigningTask]:
        """Yield the tasks, showing how far the work is."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document, whose key signed it, and what it signed."""

    document: bytes
    fingerprint: bytes
    kind: Kind
    signatures: tuple[Signature, ...]


def sign(reviewed: Reviewed, operator: SigningOperator, *, main_network: bool) -> Signed:
    """Sign a reviewed transaction.

    Raises Refused where the review refuses or the key is publicly known on a main network, Declined where the person
    says no, Mismatch where the key is none of the wallet's, Alarm where a signature does not hold.
    """
    if reviewed.review.verdict is Verdict.REFUSE:
        raise Refused(_("the review refuses this transaction; nothing was signed"))
    approval = operator.approve(reviewed.review)
    secret = operator.unlock()
    kind, master = _choose(secret, reviewed.signers)
    _refuse_known(secret, kind, operator, main_network=main_network)
    tasks = reviewed.tasks(approval, master.fingerprint)
    signatures = tuple(signer.sign(master, task, approval) for task in operator.progress(tasks))
    return Signed(reviewed.attach(signatures), master.fingerprint, kind, signatures)


def _choose(secret: SecretInput, signers: frozenset[bytes]) -> tuple[Kind, MasterKey]:
    """Take the reading of the secret that the wallet names: a share cannot say which kind it is of."""
    candidates = tuple(secret.candidates())
    for kind, master in candidates:
        if master.fingerprint in signers:
            return kind, master
    found = ", ".join(f"{master.fingerprint.hex()} ({kind})" for kind, master in candidates)
    raise Mismatch(
        _("this key is none of the wallet's: it is {found}, the wallet has {wanted}").format(
            found=found, wanted=", ".join(sorted(fingerprint.hex() for fingerprint in signers))
        ),
        hint=_("A wrong passphrase gives a different key without any error. Check it, the cards and the wallet."),
    )


def _refuse_known(secret: SecretInput, kind: Kind, operator: SigningOperator, *, main_network: bool) -> None:
    with secret.content(kind) as opened:
        reason = known.reason(opened)
    if reason is None:
        return
    if main_network:
        raise Refused(
            _("this key is publicly known ({reason}): anyone can take what it holds").format(reason=reason),
            hint=_("Move the money to a new key at once; publicly known keys are for tests only."),
            code="known-secret",
        )
    operator.warn(_("This key is publicly known ({reason}). Use it on test networks only.").format(reason=reason))
