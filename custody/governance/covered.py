"""How far officers' signatures cover a journal: up to there, and no farther, a cached fold may be believed.

Whoever can write to the disk can write a line and a fold that agree with each other. But every line names the one
before, so officers who signed a head signed all that led to it; and all of it is verified before they are asked.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Rules:
    """As much of the rules as judges signatures: the treasury, the newest rule-changing statement, the roster."""

    treasury: bytes
    basis: bytes
    roster: Roster


def covered(journal: bytes, chain: Chain) -> int:
    """Return the number of the newest entry that a quorum of the officers of its time has signed; or NOTHING.

    The rules are followed from the genesis on, each statement by the one before: one that was signed for another
    treasury, or for rules that are over, covers nothing, and nothing after it does.
    """
    newest, rules = NOTHING, None
    try:
        for number, line in enumerate(chain.lines):
            if rules is None or line.kind in _BY_A_QUORUM or line.kind == records.Import.KIND:
                entry = Entry.decode(journal[line.begin : line.end])
                for signed in _statements(entry):
                    rules = _begun(signed) if rules is None else _followed(rules, signed)
                    head = chain.numbers.get(signed.statement.head, NOTHING)
                    if head < number and entry.kind in _BY_A_QUORUM:
                        newest = max(newest, head)
    except (Refused, Unreadable):
        pass  # the fold says what is wrong with it
    return newest


def _statements(entry: Entry) -> tuple[Signed, ...]:
    """The statements of an entry that change rules, a genesis among them; a halt is no rule."""
    fields = StrictFields(entry.what, _("an entry"))
    found = records.Import.take(fields).statements if entry.kind == records.Import.KIND else (Signed.take(fields),)
    return tuple(signed for signed in found if signed.statement.kind != acceptance.HALT)


def _begun(signed: Signed) -> _Rules:
    digest = signed.statement.digest
    return _Rules(digest, digest, acceptance.accept_genesis(signed).roster)


def _followed(rules: _Rules, signed: Signed) -> _Rules:
    """The rules after a statement. Raises Refused for one that does not follow them, or lacks their quorum."""
    statement = signed.statement
    if (statement.treasury, statement.basis) != (rules.treasury, rules.basis):
        raise Refused(_("this statement was signed before the rules last changed, or for another treasury"))
    rules.roster.require_rules_quorum(signed.by)
    is_roster = statement.kind == acceptance.ROSTER
    return _Rules(rules.treasury, statement.digest, contents.roster_of(statement) if is_roster else rules.roster)
