"""Reviews and signs a document in a treasury: signature, refusal, no or alarm is in the book before anything leaves.

Who approves, and where the key comes from, are the caller's to say.
"""

from collections.abc import Callable, Sequence

from custody.catalogue import _
from custody.ceremony.home.ledger import Unlocked, is_told, reviewed_with, tell_objection, tell_signature
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.sign import Signed, SigningOperator, sign
from custody.chains.bitcoin.review.labels import Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm, CustodyError, Declined, Refused
from custody.keys.vaults.officer import OfficerKeys
from custody.signing import Verdict


def review_recorded(
    home: WritableHome, document: bytes, wallets: Sequence[Wallet], past: Sequence[Earlier], labels: Labels
) -> ReviewedPsbt:
    """Review a document beside what the book knows; an alarm is written down with the bytes. Raises as the review."""
    try:
        return reviewed_with(home, document, wallets, past, labels)
    except Alarm as alarm:
        tell_objection(home, document, None, alarm)
        raise


def refuse_recorded(home: WritableHome, document: bytes, reviewed: ReviewedPsbt) -> bool:
    """Write a refusal down where the review refuses, and say whether it does."""
    if reviewed.review.verdict is not Verdict.REFUSE:
        return False
    tell_objection(home, document, reviewed, Refused(_("the review refuses this transaction; nothing was signed")))
    return True


def sign_recorded(
    home: WritableHome,
    document: bytes,
    reviewed: ReviewedPsbt,
    operator: SigningOperator,
    unlocked: Callable[[], Unlocked],
    declining: Callable[[], Sequence[OfficerKeys]],
    *,
    main_network: bool,
) -> Signed:
    """Sign a reviewed document and write it down; what leaves is the caller's to deliver, once this returns.

    `unlocked` says, once the key was used, who answers and who opened a vault; `declining` who signs a no. Raises as
    `sign` does, and Refused while the treasury is halted; each refusal, each no and each alarm is written down.
    """
    try:
        home.require_sound()
        home.book.state.require_settled()
        home.require_running()
        signed = sign(reviewed, operator, main_network=main_network)
    except CustodyError as failure:
        if is_told(failure):
            by = declining() if isinstance(failure, Declined) else ()
            tell_objection(home, document, reviewed, failure, by)
        raise
    tell_signature(home, reviewed, document, signed.document, unlocked())
    return signed
