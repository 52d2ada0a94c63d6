"""Officers who are away from day to day, and who counts for them: agreed on, ended, tried beyond, and forged.

An absence ends by itself, early where the alternate leaves the roster, and where a quorum signs a time beyond it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from custody.errors import Refused
from custody.governance.book import Book
from custody.governance.contents import Absence
from custody.governance.statement import ABSENCE, Signed
from tests.governance.known.looking import Looking
from tests.governance.known.world import Home
from tests.governance.treasury import sign, statement

DAY = 86_400
MOST_ALTERNATES = 2

Pair = tuple[bytes, bytes]
"""A dated alternate, and the one for whom he stands in."""

which = st.integers(0, 999)


class Away(Looking):
    """Days pass, clocks differ, quorums agree that an alternate counts for a while, and others say so who may not."""

    # --- what honest people do ---

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.world.now += days * DAY

    @rule(at=which, days=st.integers(-3, 3))
    def set_clock(self, at: int, days: int) -> None:
        self.world.clocks[self.home(at).laptop.key] = days * DAY

    @rule(at=which, who=which)
    def appoint(self, at: int, who: int) -> None:
        """Enrol a dated alternate, let one go, which ends his absences, or give him another seat."""
        home, world = self.home(at), self.world
        by, leaves = self.deciding(home, False), sorted(self.leaves(home))
        if by is None or len(leaves) > 1:
            return
        shape = world.record.shapes[leaves[0]]
        pairs = sorted(shape.alternates)
        principal = shape.people[who % len(shape.people)]
        if len(pairs) < MOST_ALTERNATES and not who % 2:
            pairs.append((world.person().key, principal))
        elif pairs:
            gone, _for = pairs.pop(who % len(pairs))
            if who % 3:
                pairs.append((gone, principal))
            else:
                world.left.add(gone)
        world.go(home, world.change(home.book, shape.people, by, shape.rules, pairs))
        self.look(home)

    @rule(at=which, who=which)
    def succeed_to(self, at: int, who: int) -> None:
        """Let an officer go whose alternate takes the seat, and needs no absence from then on."""
        home, world = self.home(at), self.world
        by, leaves = self.deciding(home, False), sorted(self.leaves(home))
        if by is None or len(leaves) > 1 or not world.record.shapes[leaves[0]].alternates:
            return
        shape = world.record.shapes[leaves[0]]
        heir, leaver = sorted(shape.alternates)[who % len(shape.alternates)]
        people = tuple(heir if each == leaver else each for each in shape.people)
        pairs = [(each, heir if of == leaver else of) for each, of in shape.alternates if each != heir]
        world.left.add(leaver)
        world.go(home, world.change(home.book, people, by, shape.rules, pairs))
        self.look(home)

    @rule(at=which, other=which, who=which, begins=st.integers(-2, 2), lasts=st.integers(1, 4), twice=st.booleans())
    def announce(self, at: int, other: int, who: int, begins: int, lasts: int, twice: bool) -> None:
        """Agree on an absence, sometimes on two machines that have not heard of each other's."""
        for place in (at, other) if twice else (at,):
            home = self.home(place)
            if (by := self.deciding(home, False)) and (key := self.alternate(self.leaves(home), who)):
                days = self.days(key, begins, lasts)
                self.world.go(home, self.world.absent(home.book, days, by))
                self.look(home)

    @rule(
        at=which,
        who=which,
        when=which,
        deed=st.sampled_from(["wallet", "roster", "signed", "signed, some earlier"]),
        beside=st.booleans(),
    )
    def stand_in(self, at: int, who: int, when: int, deed: str, beside: bool) -> None:
        """Let an alternate sign in place of his principal, or beside him in place of another, at some time.

        He may be somebody else's, may count at that time or not, or have left: the world knows (`World.counted`).
        """
        home, world = self.home(at), self.world
        by, live = world.quorum(home.seen), world.expected(home).live(home.laptop.key)
        if home.barred or not by or not live:
            return
        tried = self.tried(home, by, who, beside=beside)
        if tried is None:
            return
        signers, alternate = tried
        time = self.time_to_try(home, alternate, when)
        if deed == "wallet":
            self.attempt(home, lambda: world.wallet(home.book, "stood in", "stood in", signers, at=time))
        elif deed == "roster":
            self.attempt(home, lambda: self.same_people(home, signers, time))
        elif not world.expected(home).halts:
            late = dict.fromkeys([alternate] if deed.endswith("earlier") else signers, time)
            self.attempt(home, lambda: world.sign(home.book, signers, late=late))

    # --- the thief ---

    @precondition(lambda self: self.world.stolen)
    @rule(branch=which, who=which, way=st.sampled_from(["replayed", "re-dated", "strangers", "undated"]))
    def forge_absence(self, branch: int, who: int, way: str) -> None:
        """Lines of the thief's that nobody let him write: another's absence, with other days, or by others."""
        book = self.branch(branch)
        known = [each.signed for each in book.known.statements if each.signed.statement.kind == ABSENCE]
        if known and way == "replayed":
            self.forge(book, ABSENCE, known[who % len(known)].to_json())
        elif known and way == "re-dated":
            old = known[who % len(known)]
            absence = Absence.of(old.statement)
            says = replace(absence, ends=absence.ends + 30 * DAY).to_json()
            now = statement(book, ABSENCE, says, at=old.statement.at)
            self.forge(book, ABSENCE, Signed(now, old.signatures).to_json())
        elif key := self.alternate(self.world.record.leaves(book.known.nodes), who):
            days = self.days(key, -1, 3)
            backwards = {"from": days.ends, "officer": key.hex(), "to": days.begins}
            says = backwards if way == "undated" else days.to_json()
            by = self.world.quorum(book.known.nodes) if way == "undated" else [self.world.person().key]
            signed = sign(statement(book, ABSENCE, says), [self.world.people[each] for each in by or ()])
            self.forge(book, ABSENCE, signed.to_json())

    @precondition(lambda self: self.world.stolen)
    @rule(branch=which, who=which, back=st.integers(0, 6), deed=st.sampled_from(["absence", "wallet", "signed"]))
    def date_back(self, branch: int, who: int, back: int, deed: str) -> None:
        """Leavers agree on an absence over what the thief's laptop knew, and on what they then sign with an alternate.

        He may be an officer still. On machines that know that they left, their absence waits.
        """
        world, book = self.world, self.branch(branch)
        below = frozenset(book.known.nodes)
        leaves = world.record.leaves(below)
        by = frozenset(world.left & world.record.members(leaves))
        key = self.alternate(leaves, who)
        if not by or key is None or book.writer not in world.certified_for(below):
            return
        if deed == "absence":
            if world.record.may_change(leaves, by, world.acting(below, by, [world.time(book.writer)])):
                self.grow(world.absent(book, self.days(key, -back, 1 + back), by, honest=False))
            return
        time = world.time(book.writer) - back * DAY
        try:
            if deed == "wallet":
                self.grow(world.wallet(book, "theirs", "theirs", by | {key}, honest=False, at=time))
            else:
                self.grow(world.sign(book, by | {key}, honest=False, late=dict.fromkeys(by | {key}, time)))
        except Refused as refusal:
            assert refusal.code in ("contested", "quorum")

    # --- what they need ---

    def alternate(self, leaves: Iterable[int], who: int) -> bytes | None:
        """One of the dated alternates of some rosters."""
        found = sorted(self.world.record.alternates(leaves))
        return found[who % len(found)] if found else None

    def days(self, key: bytes, begins: int, lasts: int) -> Absence:
        first = self.world.now + begins * DAY
        return Absence(key, first, first + lasts * DAY)

    def still_there(self, pairs: Iterable[Pair], people: Iterable[bytes]) -> frozenset[Pair]:
        """The alternates whose principals stay, and who have not left themselves."""
        return frozenset((each, of) for each, of in pairs if of in people and each not in self.world.left | set(people))

    def tried(
        self, home: Home, by: frozenset[bytes], who: int, *, beside: bool
    ) -> tuple[frozenset[bytes], bytes] | None:
        """Return who signs with an alternate among them: in his principal's place, or beside him in another's."""
        record = self.world.record
        ever = {fact.roster for fact in record.of(home.seen) if fact.roster is not None}
        pairs = [pair for each in self.leaves(home) for pair in record.shapes[each].alternates]
        pairs = sorted({pair for each in ever for pair in record.shapes[each].alternates}) + 2 * sorted(pairs)
        if not pairs:
            return None
        alternate, principal = pairs[who % len(pairs)]
        others = sorted(by - {principal})
        if beside and principal in by:
            return frozenset({*others[1:], principal, alternate}), alternate
        return frozenset({*(others if principal in by else others[1:]), alternate}), alternate

    def time_to_try(self, home: Home, alternate: bytes, when: int) -> int:
        """Now, the edges of an absence of his, and the newest time that was signed."""
        spans = [each for each in home.book.state.rules.absences if each.officer == alternate]
        edges = [time for each in spans for time in (each.begins - 1, each.begins, each.ends - 1, each.ends)]
        newest = max(time for fact in self.world.record.of(home.seen) for time in fact.times)
        now = self.world.time(home.laptop.key)
        times = [now, now, now, newest - 1, newest, *edges]
        return times[when % len(times)]

    def same_people(self, home: Home, by: frozenset[bytes], time: int) -> Book:
        """The book after its roster was agreed on again, with the same people."""
        shape = self.world.record.shapes[min(self.leaves(home))]
        return self.world.change(home.book, shape.people, by, shape.rules, shape.alternates, at=time)

    def attempt(self, home: Home, work: Callable[[], Book]) -> None:
        """Do what may be refused for want of a quorum, and for nothing else."""
        try:
            book = work()
        except Refused as refusal:
            assert refusal.code in ("contested", "quorum")
            return
        self.world.go(home, book)
        self.look(home)
