"""What a ceremony stands on: rehearsals of its plan and sitting that passed, and who signed all of each."""

from collections.abc import Iterable, Sequence

from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.contents import Rehearsed
from custody.ceremony.transcript.signature import Says, Signature
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Mismatch, Refused


def rehearsed(found: Account, plan: Plan, sitting: str) -> Rehearsed:
    """Return what a ceremony of this plan and sitting may stand on.

    Raises Mismatch for what is no rehearsal of it, and Refused for one that did not pass, is not over, or is not signed
    by everybody who has a key.
    """
    begun, closed = found.standing.begun, found.standing.closed
    if not begun.rehearsal:
        raise Mismatch(
            _("this is the transcript of a ceremony, and no rehearsal"),
            hint=_("Name with --rehearsal the file that custody ceremony rehearse wrote."),
        )
    if begun.plan.digest != plan.digest:
        raise Mismatch(
            _("this rehearsal is of another plan"),
            hint=_("Whatever is changed in a plan is rehearsed again: custody ceremony rehearse PLAN -o FILE"),
        )
    if begun.sitting != sitting:
        raise Mismatch(
            _("this rehearsal is of {name}, and {sitting} is to begin").format(name=begun.sitting, sitting=sitting),
            hint=_("Rehearse that sitting too: custody ceremony rehearse PLAN --sitting {name}").format(name=sitting),
        )
    if closed is None:
        raise Refused(
            _("this rehearsal is not over"),
            hint=_("Go on with it: custody ceremony rehearse PLAN -o FILE"),
            code="rehearsal-open",
        )
    again = _("See to what was wrong, and rehearse again.")
    if not closed.passed:
        due = "-" if closed.due is None else closed.due.isoformat()
        told = _("this rehearsal did not pass: {owner} sees to it, until {due}").format(owner=closed.owner, due=due)
        raise Refused(told, hint=again, code="rehearsal-failed")
    if found.refusing:
        told = _("{names} refused this rehearsal").format(names=", ".join(found.refusing))
        raise Refused(told, hint=again, code="rehearsal-failed")
    if found.lacking:
        raise Refused(
            _("this rehearsal is not signed, or not all of it, by {names}").format(names=", ".join(found.lacking)),
            hint=_("Bring what they signed: custody ceremony sign FILE --identity ID, then --signature SIG"),
            code="rehearsal-unsigned",
        )
    head = found.transcript.head
    return Rehearsed(head.number, head.hash, found.signed_all)


def is_of_plan(signature: Signature) -> bool:
    """Say whether a signature is of a plan, and so of every transcript that has it."""
    return signature.statement.says is Says.AGREED


def is_of_any(signature: Signature, transcripts: Iterable[Transcript]) -> bool:
    """Say whether a signature is of a line of one of these transcripts."""
    return any(signature.statement.head in each.heads() for each in transcripts)


def signatures_of(transcript: Transcript, signatures: Iterable[Signature]) -> list[Signature]:
    """Return those of signatures that are of a transcript's lines, or of a plan."""
    return [each for each in signatures if is_of_plan(each) or is_of_any(each, [transcript])]


def accounts(transcripts: Iterable[Transcript], signatures: Sequence[Signature]) -> tuple[Account, ...]:
    """Replay rehearsals, each with the signatures that lie beside it: of its own lines, or of the plan.

    Raises as `account`; Mismatch for a signature that is of none of them.
    """
    read = list(transcripts)
    for signature in signatures:
        if not is_of_plan(signature) and not is_of_any(signature, read):
            raise Mismatch(
                _("{name} signed a line that none of the rehearsals has").format(name=signature.statement.person),
                hint=_("Name the rehearsal that it is of, or leave the signature out."),
            )
    return tuple(account(each, signatures_of(each, signatures)) for each in read)


def check_rehearsed(found: Account, rehearsals: Iterable[Account]) -> frozenset[bytes]:
    """Hold rehearsals against what a ceremony says of them; return the heads of those that were shown.

    Raises as `rehearsed`; Mismatch for one that the ceremony does not stand on, and where it says of one that somebody
    rehearsed who did not sign it.
    """
    shown = set()
    for each in rehearsals:
        true = rehearsed(each, found.standing.plan, found.standing.begun.sitting)
        claimed = [said for said in found.standing.rehearsed if (said.head, said.line) == (true.head, true.line)]
        if not claimed:
            raise Mismatch(
                _("the ceremony does not stand on this rehearsal"),
                hint=_("Name one that its transcript names, or leave it out."),
            )
        if strangers := sorted(claimed[0].people - true.people):
            raise Mismatch(
                _("the ceremony says that {name} rehearsed, who did not sign the rehearsal").format(name=strangers[0]),
                hint=_(
                    "Bring what {name} signed of it, with --signature. If there is nothing, it was invented."
                ).format(name=strangers[0]),
            )
        shown.add(true.head)
    return frozenset(shown)
