"""How far officers' signatures cover a journal: up to there, and no farther, a cached fold may be believed.

Whoever can write to the disk can write a line and a fold that agree with each other. But every line names the one
before, so officers who signed a head signed all that led to it; and all of it is verified before they are asked.
"""

from custody.catalogue import _
from custody.errors import Refused, Unreadable
from custody.governance import acceptance, contents, records
from custody.governance.chain import Chain
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.roster import Roster
from custody.governance.statement import Signed

NOTHING = -1
"""No entry is covered."""

_BY_A_QUORUM = acceptance.CHANGES - {acceptance.HALT}


def covered(journal: bytes, chain: Chain) -> int:
    """Return the number of the newest entry that a quorum of the officers of its time has signed; or NOTHING.

    The rosters are followed from the genesis on, each by the signatures of the one before.
    """
    newest, roster = NOTHING, None
    try:
        for number, line in enumerate(chain.lines):
            if roster is None or line.kind in _BY_A_QUORUM or line.kind == records.Import.KIND:
                entry = Entry.decode(journal[line.begin : line.end])
                for signed in _statements(entry):
                    roster = _next(roster, signed)
                    head = chain.numbers.get(signed.statement.head, NOTHING)
                    if head < number and entry.kind in _BY_A_QUORUM:
                        newest = max(newest, head)
    except (Refused, Unreadable):
        pass  # the fold says what is wrong with it; nothing after it is covered
    return newest


def _statements(entry: Entry) -> tuple[Signed, ...]:
    fields = StrictFields(entry.what, _("an entry"))
    return records.Import.take(fields).statements if entry.kind == records.Import.KIND else (Signed.take(fields),)


def _next(roster: Roster | None, signed: Signed) -> Roster:
    """The roster after a statement. Raises Refused where it has not the quorum of the one before."""
    if roster is None:
        return acceptance.accept_genesis(signed).roster
    if signed.statement.kind in _BY_A_QUORUM:
        roster.require_rules_quorum(signed.by)
    return contents.roster_of(signed.statement) if signed.statement.kind == acceptance.ROSTER else roster
