"""Participants' signatures from files, held against a plan. A false one, or one of another plan, raises Alarm."""

from collections.abc import Iterable, Mapping

from custody import store
from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Says, Signature
from custody.errors import Mismatch


def agreements(plan: Plan, paths: Iterable[str]) -> Mapping[str, Signature]:
    """Return who agreed to a plan, in its order, once every signature was found to hold.

    Raises Alarm as `Signature.require`, Unreadable, and Mismatch for a signature of a transcript, which agrees to none.
    """
    brought = [Signature.decode(store.read(path, SIGNATURE_LIMIT + 1)) for path in paths]
    for each in brought:
        each.require(plan)
    for each in brought:
        if each.statement.says is not Says.AGREED:
            raise Mismatch(
                _("the signature of {name} is of a transcript, and agrees to no plan").format(
                    name=each.statement.person
                ),
                hint=_(
                    "Agreeing to the plan is a signature of its own: custody ceremony sign PLAN --identity ID -o SIG"
                ),
            )
    said = {each.statement.person: each for each in brought}
    return {name: said[name] for name in plan.identities if name in said}
