"""How machines are looked at while the model plays, and what its players have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from custody.errors import Refused, Unreadable
from custody.governance.book import Book
from custody.governance.known.checking import check_states
from custody.governance.roster import Role, Roster
from tests.governance import treasury
from tests.governance.known.model import Expected, Fact, told
from tests.governance.known.world import Home, World
from tests.governance.treasury import digest, exported

MOST_FLYING = 12


class Looking(RuleBasedStateMachine):
    """Everybody at a table: who decides on a machine, what is under way, and whether a machine holds what is so."""

    operations = 0
    world: World

    def settle(self) -> None:
        """Exchange everything until nothing changes: all honest machines hold the same."""
        world = self.world
        halts = {digest_ for home in world.homes for digest_ in world.halts if self.heard(home, digest_)}
        world.settle()
        if any(home.barred for home in world.homes):
            return
        ready = [home for home in world.homes if world.expected(home).live(home.laptop.key)]
        first = held((ready or world.homes)[0])
        for home in world.homes:
            rules = held(home) | ({} if home in ready else {"mute": first["mute"]})
            apart = {key: (first[key], rules[key]) for key in first if first[key] != rules[key]}
            assert not apart, f"machines that know the same hold other rules: {apart}"
        times = self.times_of_note()
        counting = [{time: counts_for(home, time) for time in times} for home in world.homes]
        assert all(each == counting[0] for each in counting), "machines that know the same let others stand in"
        for home in world.homes:
            self.look(home)
            self.look_well(home, halts)

    def look_well(self, home: Home, halts: set[bytes]) -> None:
        world, expected = self.world, self.world.expected(home)
        assert Book.verify(home.book.journal, world.kept.get).state.rules.to_json() == home.book.state.rules.to_json()
        for called in halts:
            if world.halts[called] in world.record.members(expected.leaves):
                assert called in expected.called | expected.cleared, "a halt was lost"
        facts = world.record.of(home.seen)
        rosters = {fact.hash for fact in world.record.facts.values() if fact.roster is not None and fact.honest}
        agreed = {fact.digest for fact in facts if fact.honest}
        if rosters <= home.seen:
            assert expected.standing <= agreed, "what those agreed on who had left counts"
            self.look_at_absences(home, expected, facts)
        check_states(home.book.known)

    def look_at_absences(self, home: Home, expected: Expected, facts: list[Fact]) -> None:
        """See that whoever counts for somebody was agreed on for that day, and that nobody counts twice."""
        record = self.world.record
        honest = [fact.absence for fact in facts if fact.honest and fact.absence]
        gone = record.removed(home.seen)
        for time in self.times_of_note():
            counting = counts_for(home, time)
            agreed = {key for begins, key, ends in honest if begins <= time < ends}
            assert {alternate for alternate, _for in counting} <= agreed - gone, "somebody counts without an absence"
            pairs = {pair for each in expected.leaves for pair in record.shapes[each].alternates}
            acting = record.acting(home.seen, [time])
            assert counting == {pair for pair in pairs if pair[0] in acting}, "somebody counts for another, or does not"
            for roster in home.book.state.rosters:
                for both in alternates_of(roster):
                    voices = roster.voices(both, Role.APPROVER, home.book.acting(time))
                    assert len(voices) == 1, "one seat has two voices"

    def times_of_note(self) -> list[int]:
        """The edges of some absences, and what clocks say."""
        days = sorted({fact.absence for fact in self.world.record.facts.values() if fact.absence})[-6:]
        edges = {time for begins, _key, ends in days for time in (begins - 1, begins, ends - 1, ends)}
        return sorted(edges | {self.world.time(home.laptop.key) for home in self.world.homes})

    def heard(self, home: Home, called: bytes) -> bool:
        return any(said.halt is not None and said.halt.digest == called for _node, said in home.book.known.said)

    def look(self, home: Home) -> None:
        """Compare what a machine holds with what is so."""
        world, rules = self.world, home.book.state.rules
        for node in home.book.known.nodes.values():
            assert node.hash in world.record.facts, "a forged line was taken in"
            assert world.record.facts[node.hash].below <= home.seen, "a line was taken in without what it covers"
        expected = world.expected(home)
        machines = rules.machines
        if expected.absences:
            time = world.time(home.laptop.key)
            assert home.book.acting(time) == world.record.acting(home.seen, [time]), "another alternate counts"
        assert told(expected, world.record) == {
            "absences": tuple(sorted((each.begins, each.officer, each.ends) for each in rules.absences)),
            "certified": {key for key, each in machines.items() if each.certified},
            "cleared": rules.cleared,
            "contested": rules.contested,
            "ends": {key: {tip.hash for tip in each.ends} for key, each in machines.items() if each.ends},
            "forked": {key: each.forked for key, each in machines.items() if each.forked is not None},
            "halts": set(rules.halts),
            "mute": set(rules.mute),
            "rosters": sorted(
                (
                    tuple(o.key for o in sorted(each.officers, key=lambda o: o.seat) if not o.alternate),
                    each.rules,
                    tuple(sorted(alternates_of(each))),
                )
                for _id, each in rules.leaves
            ),
            "waiting": {each.digest for each in rules.waiting},
            "wallets": {(each.name, each.document["format"]) for each in rules.wallets},
        }
        type(self).operations += 1

    def home(self, at: int) -> Home:
        return self.world.homes[at % len(self.world.homes)]

    def leaves(self, home: Home) -> frozenset[int]:
        return self.world.record.leaves(home.seen)

    def deciding(self, home: Home, leavers: bool) -> frozenset[bytes] | None:
        """Who decides on a machine; nobody where no quorum admitted it, or an alarm is open."""
        if home.barred or home.laptop.key not in self.world.certified_for(home.seen):
            return None
        return self.world.quorum(home.seen, leavers=leavers, at=self.world.time(home.laptop.key))

    def enough(self, home: Home, by: Iterable[bytes]) -> bool:
        """Whether these people decide on a machine now."""
        by = frozenset(by)
        acting = self.world.acting(home.seen, by, [self.world.time(home.laptop.key)])
        return self.world.record.may_change(self.leaves(home), by, acting)

    def branch(self, which_: int) -> Book:
        return self.world.thief[which_ % len(self.world.thief)]

    def grow(self, book: Book) -> None:
        self.world.thief.append(book)
        del self.world.thief[:-16]
        self.fly(exported(book))

    def forge(self, book: Book, kind: str, what: dict[str, Any]) -> None:
        """Write a line under the stolen key that breaks a rule, and send it on its way."""
        line = treasury.line_of(book, kind, what)
        self.refused_on(lambda: book.extended(line, {digest("nothing"): b""}.get))
        self.fly(exported(book) + line + b"\n")

    def refused_on(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (Refused, Unreadable):
            return
        raise AssertionError("a forgery was let through")

    def fly(self, content: bytes) -> None:
        self.world.flying.append(content)
        del self.world.flying[:-MOST_FLYING]
        type(self).operations += 1


def held(home: Home) -> dict[str, Any]:
    """The rules of a machine, without machines that only listen: what those write is nobody else's yet.

    Nor is a halt by somebody who left, which counts nowhere, in the lines of one that does not write for the treasury.
    """
    rules = home.book.state.rules.to_json()
    machines = {key: each for key, each in rules["machines"].items() if each["certified"]}
    return rules | {"machines": machines}


def alternates_of(roster: Roster) -> set[tuple[bytes, bytes]]:
    """The dated alternates of a roster, each with the one for whom he stands in."""
    principals = {each.seat: each.key for each in roster.officers if not each.alternate}
    return {(each.key, principals[each.seat]) for each in roster.officers if each.dated}


def counts_for(home: Home, time: int) -> set[tuple[bytes, bytes]]:
    """Who counts on a machine at a time, and for whom."""
    acting = home.book.acting(time)
    return {
        (alternate, principal)
        for roster in home.book.state.rosters
        for alternate, principal in alternates_of(roster)
        if roster.voices({alternate}, Role.APPROVER, acting)
    }
