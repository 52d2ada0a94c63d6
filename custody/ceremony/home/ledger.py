"""The book's wallets and earlier documents for a review of a PSBT, and the entry that each outcome of a review leaves.

Whatever ends a review is written down with the exact bytes: a signature, a refusal, an officer's no, an alarm.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from custody import canonical
from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Reseal, Step
from custody.ceremony.home.writing import WritableHome
from custody.chains.bitcoin.review.labels import NO_LABELS, Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.chains.bitcoin.wallet.policy_digest import policy_digest
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm, CustodyError, Declined, Mismatch, Refused, Unreadable
from custody.governance import records
from custody.governance.approval import Approved, Intent
from custody.keys.vaults.officer import OfficerKeys
from custody.signing import Review
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Who answers for a signature, with open keys, and how each vault that was opened for it is sealed again."""

    officers: tuple[OfficerKeys, ...] = ()
    vaults: Mapping[str, Reseal] | None = None


def wallets_of(home: Home) -> tuple[Wallet, ...]:
    """Return the registered wallets. Raises Unreadable and Mismatch for one that this release does not take.

    One that waits is left out once a quorum has registered the same policy as in service, under another name.
    """
    found = [Wallet.from_json(json.dumps(document)) for document in home.book.state.wallets.values()]
    serving = {policy_digest(each.descriptor, each.network) for each in found if not each.waits}
    return tuple(
        each for each in found if not each.waits or policy_digest(each.descriptor, each.network) not in serving
    )


def registered(home: Home, named: Sequence[Wallet]) -> tuple[Wallet, ...]:
    """Return the book's wallets. Raises Mismatch for a wallet that was named and that no quorum registered.

    A file could lend its owner's name to an output, or call a stranger's share of an address change.
    """
    wallets = wallets_of(home)
    for wallet in named:
        if wallet not in wallets:
            raise Mismatch(
                _("the wallet {name} is not registered in this treasury as its file has it").format(
                    name=safe(wallet.name)
                ),
                hint=_("With --home none need be named. A quorum registers one: custody wallet new NAME --home DIR."),
            )
    return wallets


def reviewed_with(
    home: Home,
    document: bytes,
    wallets: Sequence[Wallet],
    past: Sequence[Earlier] = (),
    labels: Labels = NO_LABELS,
) -> ReviewedPsbt:
    """Review a PSBT beside everything that was signed and has a coin or a payment in common with it.

    Raises Unreadable, and Alarm for evidence of tampering; Refused where something was signed and is not kept here.
    """
    alone = review(document, wallets, past, labels)
    signed = _earlier(home, alone)
    return review(document, wallets, (*past, *signed), labels) if signed else alone


def tell_signature(
    home: WritableHome, reviewed: ReviewedPsbt, document: bytes, result: bytes, unlocked: Unlocked
) -> None:
    """Write a signature into the book, before it leaves. Raises StorageFailed."""
    written = _review_bytes(reviewed.review)
    kept = (document, written, result)
    signature = records.Signature(
        chain=reviewed.review.chain,
        network=reviewed.review.network,
        digest=reviewed.envelope.digest,
        document=sha256(document).digest(),
        review=sha256(written).digest(),
        result=sha256(result).digest(),
        wallets=_wallets(reviewed.review),
        marks=tuple(map(records.mark, reviewed.marks)),
        findings=_findings(reviewed.review),
        present=tuple(_approved(home, reviewed, Intent.SIGN, keys) for keys in unlocked.officers),
        vaults={},
    )
    home.commit(Step(records.Signature.KIND, signature.to_json(), kept=kept, vaults=unlocked.vaults or {}))


def tell_objection(
    home: WritableHome,
    document: bytes,
    reviewed: ReviewedPsbt | None,
    failure: CustodyError,
    declining: Sequence[OfficerKeys] = (),
) -> None:
    """Write down that something was not signed, and why; nothing while an alarm is open here. Raises StorageFailed.

    `declining` sign their no. Where another command wrote meanwhile it is written without that: it is never lost.
    """
    if not home.may_write:
        return
    written = None if reviewed is None else _review_bytes(reviewed.review)
    objection = records.Objection(
        code=failure.code,
        digest=None if reviewed is None else reviewed.envelope.digest,
        document=sha256(document).digest(),
        review=None if written is None else sha256(written).digest(),
        wallets=() if reviewed is None else _wallets(reviewed.review),
        findings=() if reviewed is None else _findings(reviewed.review),
    )
    kept = (document,) if written is None else (document, written)
    if reviewed is not None and declining:
        present = tuple(_approved(home, reviewed, Intent.DECLINE, keys) for keys in declining)
        with suppress(Refused):
            home.commit(Step(_kind_of(failure), replace(objection, present=present).to_json(), kept=kept))
            return
    home.commit(Step(_kind_of(failure), objection.to_json(), kept=kept))


def is_told(failure: CustodyError) -> bool:
    """Say whether a failure is an answer to what was to be signed, and not to how the command was typed."""
    return isinstance(failure, Refused | Declined | Alarm)


def _kind_of(failure: CustodyError) -> str:
    if isinstance(failure, Alarm):
        return records.Objection.ALARM
    return records.Objection.DECLINED if isinstance(failure, Declined) else records.Objection.REFUSED


def _earlier(home: Home, reviewed: ReviewedPsbt) -> tuple[Earlier, ...]:
    digests = dict.fromkeys(digest for mark in reviewed.marks for digest in home.book.signed_with(records.mark(mark)))
    return tuple(_read(home, digest) for digest in digests)


def _read(home: Home, digest: bytes) -> Earlier:
    document = home.kept(digest)
    if document is None:
        raise Refused(
            _("an earlier signature has a coin or a payment in common with this, and what was signed is not kept here"),
            hint=_("Bring kept/{digest} back from a backup, or import the other machine's journal again.").format(
                digest=digest.hex()
            ),
            code="documents-missing",
        )
    try:
        return Earlier.read(document)
    except Unreadable:
        raise Alarm(_("a document that was signed earlier cannot be read any more"), code="kept-changed") from None


def _approved(home: WritableHome, reviewed: ReviewedPsbt, intent: Intent, keys: OfficerKeys) -> Approved:
    """Let an officer sign what was reviewed: this document, this review, on this head."""
    approval = home.book.approval(
        intent,
        keys.public.officer,
        reviewed.envelope.digest,
        at=home.time(),
        review=sha256(_review_bytes(reviewed.review)).digest(),
        verdict=str(reviewed.review.verdict),
    )
    return Approved(approval, keys.sign(approval.to_sign))


def _review_bytes(review: Review) -> bytes:
    return canonical.encode(review.to_json())


def _wallets(review: Review) -> tuple[str, ...]:
    return () if review.wallet is None else (review.wallet,)


def _findings(review: Review) -> tuple[str, ...]:
    return tuple(sorted({finding.id for finding in review.findings}))
