"""What is so, told without the code that is tested: facts with what each covers as plain sets, and rules made of them.

A fact is a line that somebody wrote, an honest machine or a thief. Whoever takes in a line that is no fact, or a fact
without what it covers, believed a forgery.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_HALTS = 16

Away = tuple[int, bytes, int]
"""An alternate counts from one time up to another."""


@dataclass(frozen=True)
class Shape:
    """A roster: who sits on its seats, how many of them decide, and the rosters that it follows, by their places.

    `alternates` count from day to day only: each with the one for whom he stands in.
    """

    people: tuple[bytes, ...]
    rules: int
    basis: frozenset[int]
    alternates: frozenset[tuple[bytes, bytes]] = frozenset()

    @property
    def alike(self) -> tuple[tuple[bytes, ...], int, tuple[tuple[bytes, bytes], ...]]:
        return self.people, self.rules, tuple(sorted(self.alternates))

    @property
    def everybody(self) -> frozenset[bytes]:
        return frozenset((*self.people, *(alternate for alternate, _for in self.alternates)))

    def voices(self, by: frozenset[bytes], acting: frozenset[bytes]) -> frozenset[bytes]:
        """The people on seats for whom somebody speaks, they themselves or an alternate who counts just now."""
        stood_for = {principal for alternate, principal in self.alternates if alternate in by & acting}
        return by & frozenset(self.people) | stood_for


@dataclass(frozen=True)
class Fact:
    """A line. `below` are all lines that it covers, itself left out.

    A statement has its `digest`, who signed it, and what it does: makes a `roster`, agrees on a `wallet`, `certifies`
    or `ends` a writer, names halts or statements, agrees on an `absence`. A halt has its `digest` and its `officer`.
    `times` are those that officers signed, in a statement or over a payment.
    """

    hash: bytes
    writer: bytes
    number: int
    kind: str
    below: frozenset[bytes]
    honest: bool
    by: frozenset[bytes] = frozenset()
    basis: frozenset[int] = frozenset()
    digest: bytes = b""
    officer: bytes = b""
    roster: int | None = None
    wallet: tuple[str, str] | None = None
    certifies: bytes | None = None
    ends: tuple[bytes, bytes] | None = None
    names: frozenset[bytes] = frozenset()
    absence: Away | None = None
    times: frozenset[int] = frozenset()

    @property
    def is_statement(self) -> bool:
        return bool(self.by)


@dataclass(frozen=True)
class Expected:
    """The rules that a set of facts makes."""

    leaves: frozenset[int]
    contested: bool
    certified: frozenset[bytes]
    ends: dict[bytes, frozenset[bytes]]
    forked: dict[bytes, int]
    called: frozenset[bytes]
    halts: frozenset[bytes]
    mute: frozenset[bytes]
    cleared: frozenset[bytes]
    wallets: frozenset[tuple[str, str]]
    standing: frozenset[bytes]
    waiting: frozenset[bytes]
    absences: tuple[Away, ...]

    def live(self, writer: bytes) -> bool:
        return writer in self.certified and writer not in self.ends and writer not in self.forked


@dataclass
class Record:
    """Every fact by its hash, and every roster by its place."""

    facts: dict[bytes, Fact] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)

    def add(self, fact: Fact) -> Fact:
        return self.facts.setdefault(fact.hash, fact)

    def place(self, shape: Shape) -> int:
        if shape not in self.shapes:
            self.shapes.append(shape)
        return self.shapes.index(shape)

    def of(self, seen: Iterable[bytes]) -> list[Fact]:
        return [self.facts[each] for each in seen]

    def covered(self, on: Iterable[bytes]) -> frozenset[bytes]:
        """These lines, and all that they cover."""
        return frozenset(each for one in on for each in (one, *self.facts[one].below))

    def leaves(self, seen: Iterable[bytes]) -> frozenset[int]:
        made = {fact.roster for fact in self.of(seen) if fact.roster is not None}
        followed = {basis for each in made for basis in self.shapes[each].basis}
        return frozenset(made - followed)

    def may_change(self, leaves: Iterable[int], by: frozenset[bytes], acting: frozenset[bytes] = frozenset()) -> bool:
        """Whether these people are a quorum in each of these rosters. `acting` are the alternates who count."""
        shapes = [self.shapes[each] for each in leaves]
        return all(len(each.voices(by, acting)) >= each.rules for each in shapes)

    def acting(self, below: Iterable[bytes], times: Iterable[int]) -> frozenset[bytes]:
        """The alternates who count over these lines at each of these times, none before what was signed in them."""
        below = frozenset(below)
        newest = max((time for fact in self.of(below) for time in fact.times), default=0)
        absences = self.rules(below).absences
        return frozenset.intersection(
            *(
                frozenset(key for begins, key, ends in absences if newest <= time and begins <= time < ends)
                for time in times
            )
        )

    def alternates(self, leaves: Iterable[int]) -> frozenset[bytes]:
        return frozenset(key for each in leaves for key, _for in self.shapes[each].alternates)

    def members(self, leaves: Iterable[int]) -> frozenset[bytes]:
        return frozenset(key for each in leaves for key in self.shapes[each].everybody)

    def removed(self, seen: Iterable[bytes]) -> frozenset[bytes]:
        """Who was on a roster, and is on none that nothing follows."""
        seen = tuple(seen)
        made = {fact.roster for fact in self.of(seen) if fact.roster is not None}
        return self.members(made) - self.members(self.leaves(seen))

    def rules(self, seen: frozenset[bytes]) -> Expected:
        facts = self.of(seen)
        leaves = self.leaves(seen)
        statements = [fact for fact in facts if fact.is_statement and fact.roster is None]
        standing = {each.digest for each in statements if self._stands(each, facts, leaves)}
        for _round in statements:
            for each in statements:
                if each.kind == "adopt" and each.digest in standing:
                    standing |= each.names & {other.digest for other in statements}
        stand = [each for each in statements if each.digest in standing]
        certified = {each.certifies for each in stand if each.certifies}
        certified |= {fact.writer for fact in facts if fact.kind == "genesis"}
        ends: dict[bytes, set[bytes]] = {}
        for each in stand:
            if each.ends:
                ends.setdefault(each.ends[0], set()).add(each.ends[1])
        forked = self._forked(facts)
        cleared = frozenset(name for each in stand if each.kind == "resume" for name in each.names)
        counts, mute = self._halts(facts, leaves, certified, ends, forked)
        calls: dict[bytes, list[bytes]] = {}
        for digest, officer in sorted(counts.items()):
            if digest not in cleared:
                calls.setdefault(officer, []).append(digest)
        return Expected(
            leaves=leaves,
            contested=len({self.shapes[each].alike for each in leaves}) > 1,
            certified=frozenset(certified),
            ends={writer: frozenset(each) for writer, each in ends.items()},
            forked=forked,
            called=frozenset(counts) - cleared,
            halts=frozenset(digest for each in calls.values() for digest in each[:MOST_HALTS]),
            mute=frozenset(mute) - cleared - frozenset(counts),
            cleared=cleared,
            wallets=frozenset(each.wallet for each in stand if each.wallet),
            standing=frozenset(standing),
            waiting=frozenset(each.digest for each in statements) - standing,
            absences=tuple(sorted(each.absence for each in stand if each.absence)),
        )

    def _stands(self, fact: Fact, facts: list[Fact], leaves: frozenset[int]) -> bool:
        if self.may_change(leaves, fact.by):
            return True
        heard = {other.roster for other in facts if other.roster is not None and other.hash in fact.below}
        since = [each for each in facts if each.roster is not None and each.roster not in heard]
        return all(fact.hash in each.below for each in since)

    def _forked(self, facts: list[Fact]) -> dict[bytes, int]:
        twice: dict[bytes, int] = {}
        seen: dict[tuple[bytes, int], bytes] = {}
        for fact in facts:
            if seen.setdefault((fact.writer, fact.number), fact.hash) != fact.hash:
                twice[fact.writer] = min(twice.get(fact.writer, fact.number), fact.number)
        return twice

    def _halts(
        self,
        facts: list[Fact],
        leaves: frozenset[int],
        certified: set[bytes],
        ends: dict[bytes, set[bytes]],
        forked: dict[bytes, int],
    ) -> tuple[dict[bytes, bytes], dict[bytes, bytes]]:
        today, known = self.members(leaves), {fact.hash for fact in facts}
        counts, mute = {}, {}
        for fact in facts:
            if fact.kind != "halt":
                continue
            owned = fact.writer in certified
            if owned and fact.writer in ends:
                # an end that is not known yet is told by its number; here every end is of a line that is known
                owned = all(
                    end in known and (fact.hash == end or fact.hash in self.facts[end].below)
                    for end in ends[fact.writer]
                )
            elif owned and fact.writer in forked:
                owned = fact.number < forked[fact.writer]
            was = fact.officer in self.members(self.leaves(fact.below))
            (counts if fact.officer in today or (owned and was) else mute)[fact.digest] = fact.officer
        return counts, mute


def told(expected: Expected, record: Record) -> dict[str, Any]:
    """The rules as they are compared."""
    return {
        "absences": expected.absences,
        "certified": expected.certified,
        "cleared": expected.cleared,
        "contested": expected.contested,
        "ends": expected.ends,
        "forked": expected.forked,
        "halts": expected.halts,
        "mute": expected.mute,
        "rosters": sorted(record.shapes[each].alike for each in expected.leaves),
        "waiting": expected.waiting,
        "wallets": expected.wallets,
    }
