"""Which statements stand, and which wait: steps 1 and 2 of the fold (docs/spec/journal.md).

Rosters stand all; another statement stands if it was followed knowingly, is still agreed, or was adopted. What waits is
named, has no effect, and leaves its names free.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from custody.errors import Refused
from custody.governance import contents
from custody.governance.known.lines import Known, KnownRoster, Stated
from custody.governance.known.past import Past
from custody.governance.roster import Roster
from custody.governance.statement import ADOPT, GENESIS, ROSTER, Statement


@dataclass(frozen=True)
class Rosters:
    """The rosters of a past: `leaves`, those that no other follows, as their officers are called now."""

    known: Known
    past: Past

    @cached_property
    def leaves(self) -> tuple[KnownRoster, ...]:
        """The leaves, by their ids, ascending; officers under the names by which they joined."""
        return tuple(self._named(each) for each in self.past.leaves)

    @cached_property
    def contested(self) -> bool:
        """Say whether the leaves differ in more than names and versions: nothing is signed until that is settled."""
        return any(not each.roster.is_alike(self.leaves[0].roster) for each in self.leaves)

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        """The statements that made a roster, the genesis among them, the lowest digest first."""
        found = (each for each in self.known.statements if each.roster is not None)
        return tuple(sorted((each for each in found if self._is_known(each)), key=lambda each: each.digest))

    def unknown_to(self, basis: Iterable[bytes]) -> frozenset[bytes]:
        """Return the ids of all rosters but these and those that they follow from."""
        known, more = set[bytes](), set(basis)
        while more:
            known |= more
            more = {before for each in more for before in self.past.rosters.get(each, ())} - known
        return frozenset(self.past.rosters.keys() - known)

    def agreed(self, keys: frozenset[bytes]) -> bool:
        """Say whether these keys are a quorum that changes rules in each leaf."""
        return all(_is_quorum(each.roster, keys) for each in self.leaves)

    @cached_property
    def _names(self) -> Mapping[bytes, bytes]:
        """The commitment of each officer's name: under which he joined and signed, of several the lowest."""
        names: dict[bytes, bytes] = {}
        for each in self.stated:
            made = each.roster
            if made is None:
                continue
            before = {officer.key for id_ in made.basis for officer in self.known.rosters[id_].roster.officers}
            for officer in _of(each).officers:
                if officer.key not in before:
                    names[officer.key] = min(names.get(officer.key, officer.name), officer.name)
        return names

    def _named(self, id_: bytes) -> KnownRoster:
        first = next(each for each in self.stated if each.roster is not None and each.roster.id == id_)
        made, roster = self.known.rosters[id_], _of(first)
        officers = tuple(replace(each, name=self._names.get(each.key, each.name)) for each in roster.officers)
        return replace(made, roster=replace(roster, officers=officers))

    def _is_known(self, stated: Stated) -> bool:
        return self.known.is_in(self.past, stated.node)


def standing(rosters: Rosters) -> tuple[tuple[Stated, ...], tuple[Stated, ...]]:
    """Return the statements that stand, rosters not among them, and those that wait, in the order of their digests."""
    known, past = rosters.known, rosters.past
    open_ = sorted(
        (
            each
            for each in known.statements
            if each.signed.statement.kind not in (GENESIS, ROSTER) and known.is_in(past, each.node)
        ),
        key=lambda each: each.digest,
    )
    stand = {each.digest for each in open_ if _followed(each, rosters) or rosters.agreed(each.signed.by)}
    grown = True
    while grown:
        adopting = [each for each in open_ if each.digest in stand and each.signed.statement.kind == ADOPT]
        more = {each.digest for each in open_ if any(_adopts(one, each, known) for one in adopting)} - stand
        stand |= more
        grown = bool(more)
    return (
        tuple(each for each in open_ if each.digest in stand),
        tuple(each for each in open_ if each.digest not in stand),
    )


def _followed(stated: Stated, rosters: Rosters) -> bool:
    """Say whether whoever agreed on the rosters that this statement did not know knew it, each of them.

    Those of another branch count: who settles two of them does not let stand what a leaver of one signed in the other.
    """
    later = rosters.unknown_to(stated.signed.statement.basis)
    return all(
        _covers(each.signed.statement, stated, rosters.known)
        for each in rosters.stated
        if each.roster is not None and each.roster.id in later
    )


def _adopts(adoption: Stated, stated: Stated, known: Known) -> bool:
    """Say whether an adoption names a statement that it knew."""
    statement = adoption.signed.statement
    return stated.digest in contents.adopted_by(statement) and _covers(statement, stated, known)


def _covers(statement: Statement, stated: Stated, known: Known) -> bool:
    node = stated.node
    return any(known.covers(node.writer, tip, node.tip) for tip in statement.heads.get(node.writer, ()))


def _is_quorum(roster: Roster, keys: frozenset[bytes]) -> bool:
    try:
        roster.require_rules_quorum(keys)
    except Refused:
        return False
    return True


def _of(stated: Stated) -> Roster:
    statement = stated.signed.statement
    return contents.Genesis.of(statement).roster if statement.kind == GENESIS else contents.roster_of(statement)
