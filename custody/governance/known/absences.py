"""Which dated alternates count at a time, where a past is known: those whose absences stand in it; and its newest time.

An absence that waits counts nowhere: leavers who date one back speak for nobody's seat (docs/spec/journal.md).
"""

from custody.catalogue import _
from custody.governance.contents import Absence
from custody.governance.fields import StrictFields
from custody.governance.known.lines import Known
from custody.governance.known.past import Past
from custody.governance.known.standing import Rosters, standing
from custody.governance.records import Signature
from custody.governance.statement import ABSENCE


def acting(known: Known, past: Past, at: int) -> frozenset[bytes]:
    """Return the dated alternates (keys) who count at a time.

    A clock that was put back revives no absence: the time is not before the newest that officers signed there.
    """
    stand, _waits = standing(Rosters(known, past))
    absences = [Absence.of(each.signed.statement) for each in stand if each.signed.statement.kind == ABSENCE]
    found = frozenset(each.officer for each in absences if each.begins <= at < each.ends)
    return found if found and at >= newest_signed(known, past) else frozenset()


def newest_signed(known: Known, past: Past) -> int:
    """Return the newest time that officers signed in a past, in statements and over what was signed."""
    stated = [each.signed.statement.at for each in known.statements if known.is_in(past, each.node)]
    nodes = (node for node in known.nodes.values() if node.kind == Signature.KIND and known.is_in(past, node))
    approved = [
        each.approval.at
        for node in nodes
        for each in Signature.take(StrictFields(node.entry.what, _("an entry"))).present
    ]
    return max((*stated, *approved), default=0)
