"""An opened candidate, as a transcript has it, to what follows from it: recomputed on any machine, by anybody."""

from custody.ceremony.candidates.candidate import NOTHING_OF_THE_MACHINE, Candidate
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.key_lines import Opened
from custody.keys.cards.published import Published


def recomputed(plan: Plan, opened: Opened) -> Follows:
    """Return what follows from an opened candidate, from its cards to its address.

    Raises Refused for dice that no fair ones would give, and Unreadable for a candidate that its plan has not.
    """
    key = next(each for each in plan.keys if each.id == opened.key)
    published = Published(opened.set, opened.part or NOTHING_OF_THE_MACHINE, opened.rolls)
    return Candidate(opened.candidate, published.mix(), opened.salts).follows(plan, key)
