"""Random work on several machines, with a thief and a courier, against a model that knows who agreed on what.

MODEL_OPERATIONS says how many operations are done; 20,000 of them are the long run (docs/faults.md).
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from custody.errors import Alarm, Refused, Unreadable
from custody.governance import records
from custody.governance.book import Book
from custody.governance.export import JournalExport, intake
from custody.governance.statement import MACHINE, ROSTER, WALLET, Tip
from tests.governance import treasury
from tests.governance.known.away import Away
from tests.governance.known.courier import DEEDS, changed, mixed
from tests.governance.known.world import Home, World, quickly
from tests.governance.treasury import Laptop, digest, exported, sign, statement

OPERATIONS, STEPS = int(os.environ.get("MODEL_OPERATIONS", "300")), 50

MOST_HOMES = 5
which = st.integers(0, 999)
WORDS = ("treasury", "spare")


class Machines(Away):
    """Three to five machines, officers who come and go or are away, one stolen laptop, and a courier."""

    @initialize(
        usurping=st.sampled_from([False, False, False, True]),
        early=st.sampled_from([True, True, False]),
        rules=st.sampled_from([2, 3]),
        dated=st.sampled_from([True, True, True, False]),
    )
    def make(self, usurping: bool, early: bool, rules: int, dated: bool) -> None:
        """Three machines; mostly the key of one is copied before anything happens, and nobody knows."""
        self.world, self.usurping = World(rules), usurping
        first = self.world.homes[0]
        if dated:
            self.appoint(0, 2)
            self.announce(0, 0, 0, -1, 4, False)
        for _each in range(2):
            self.world.homes.append(self.world.join(exported(first.book)))
            self.admit_on(first, self.world.homes[-1])
        for home in self.world.homes[1:]:
            self.world.hear(home, exported(first.book))
        if early:
            self.world.stolen, self.world.thief = self.world.homes[1].laptop, [self.world.homes[1].book]

    # --- what honest machines do ---

    @rule(at=which, who=which)
    def halt(self, at: int, who: int) -> None:
        home = self.home(at)
        if home.barred:
            return
        people = sorted(self.world.record.members(self.leaves(home)))
        officer = people[who % len(people)]
        self.world.go(home, self.world.halt(home.book, officer))
        self.world.halts[home.book.known.said[-1][1].halt.digest] = officer
        self.look(home)

    @rule(at=which, leavers=st.booleans())
    def resume(self, at: int, leavers: bool) -> None:
        home = self.home(at)
        halts = home.book.state.halts
        if halts and (by := self.deciding(home, leavers)):
            self.world.go(home, self.world.resume(home.book, halts, by))
            self.look(home)

    @rule(at=which, name=st.sampled_from(WORDS), content=st.sampled_from(WORDS), leavers=st.booleans())
    def register(self, at: int, name: str, content: str, leavers: bool) -> None:
        home = self.home(at)
        if by := self.deciding(home, leavers):
            self.world.go(home, self.world.wallet(home.book, name, content, by))
            self.look(home)

    @rule(at=which, who=which, leavers=st.booleans(), rules=st.integers(2, 3))
    def change(self, at: int, who: int, leavers: bool, rules: int) -> None:
        """Enrol somebody or let somebody go; where rosters are contested, settle it with both quorums."""
        home = self.home(at)
        by = self.deciding(home, leavers)
        if by is None:
            return
        world, leaves = self.world, self.leaves(home)
        first, *others = (world.record.shapes[each].people for each in sorted(leaves))
        pairs = frozenset.intersection(*(world.record.shapes[each].alternates for each in leaves))
        people = [key for key in first if all(key in other for other in others)]
        people = people if leavers else [key for key in people if key not in world.left]
        if len(leaves) == 1 and len(people) == len(first):
            gone = who % (2 * len(people))
            if gone < len(people):
                people.pop(gone)
            else:
                people.append(world.person().key)
        while len(people) < 3:
            people.append(world.person().key)
        pairs = self.still_there(pairs, people)
        world.left |= world.record.members(leaves) - set(people) - {alternate for alternate, _for in pairs}
        world.go(home, world.change(home.book, tuple(people), by, rules, pairs))
        self.look(home)

    @rule(at=which, stay=st.integers(1, 2))
    def replace_most(self, at: int, stay: int) -> None:
        """Let a quorum of officers go at once, and others take their seats."""
        home, world = self.home(at), self.world
        by, leaves = self.deciding(home, False), sorted(self.leaves(home))
        if by is None or len(leaves) > 1 or len(world.left) > 12:
            return
        shape = world.record.shapes[leaves[0]]
        people = shape.people[:stay] + tuple(world.person().key for _each in shape.people[stay:])
        pairs = self.still_there(shape.alternates, people)
        world.left |= shape.everybody - set(people) - {alternate for alternate, _for in pairs}
        world.go(home, world.change(home.book, people, by, shape.rules, pairs))
        self.look(home)

    @rule(at=which, leavers=st.booleans())
    def adopt(self, at: int, leavers: bool) -> None:
        """Let what waits stand, but for what honest people did not sign."""
        home = self.home(at)
        honest = {fact.digest for fact in self.world.record.of(home.seen) if fact.honest}
        waits = self.world.expected(home).waiting & honest
        if waits and (by := self.deciding(home, leavers)):
            self.world.go(home, self.world.adopt(home.book, waits, by))
            self.look(home)

    @rule(at=which, leavers=st.booleans())
    def sign(self, at: int, leavers: bool) -> None:
        home, by = self.home(at), self.deciding(self.home(at), leavers)
        expected = self.world.expected(home)
        if not by or home.barred or not expected.live(home.laptop.key):
            return
        if expected.contested:
            self.refused_on(lambda: self.world.sign(home.book, by))
        elif not expected.halts:
            self.world.go(home, self.world.sign(home.book, by))
            self.look(home)

    @rule(at=which)
    def tell(self, at: int) -> None:
        home = self.home(at)
        if not home.barred:
            self.world.go(home, self.world.plain(home.book))
            self.look(home)

    @rule(at=which, who=which)
    def sign_wrongly(self, at: int, who: int) -> None:
        """One voice too few, or somebody who left: nothing of it becomes a line."""
        home, world = self.home(at), self.world
        by = self.deciding(home, False)
        gone = sorted(world.record.removed(home.seen))
        if by is None:
            return
        short = sorted(by)[1:]
        wrong = [*short, gone[who % len(gone)]] if gone else short
        if not self.enough(home, short):
            self.refused_on(lambda: world.wallet(home.book, "w", "w", short))
            self.refused_on(lambda: world.sign(home.book, short))
        if gone:
            self.refused_on(lambda: world.wallet(home.book, "w", "w", wrong))
            self.refused_on(lambda: world.sign(home.book, [*by, wrong[-1]]))

    # --- machines that come and go ---

    @precondition(lambda self: len(self.world.homes) < MOST_HOMES)
    @rule(file=which)
    def join(self, file: int) -> None:
        world = self.world
        if world.flying:
            try:
                known = treasury.known_from(world.flying[file % len(world.flying)])
            except Unreadable:
                return
            if known.treasury == world.homes[0].book.state.treasury:
                world.homes.append(world.join(world.flying[file % len(world.flying)]))
                self.look(world.homes[-1])

    @rule(at=which, other=which)
    def admit(self, at: int, other: int) -> None:
        self.admit_on(self.home(at), self.home(other))

    def admit_on(self, home: Home, other: Home) -> None:
        if other.laptop.key not in self.world.expected(home).certified and (by := self.deciding(home, False)):
            self.world.go(home, self.world.certify(home.book, other.laptop.key, None, by))
            self.look(home)

    @rule(at=which, other=which)
    def end(self, at: int, other: int) -> None:
        """End the stolen machine; now and then one that did nothing wrong."""
        home, world = self.home(at), self.world
        writers = [key for key in home.book.state.rules.machines if key != home.laptop.key]
        if world.stolen is not None and world.stolen.key in writers and other % 2:
            writers = [world.stolen.key]
        if not writers or not (by := self.deciding(home, False)):
            return
        ended = writers[other % len(writers)]
        tip = home.book.state.rules.machines[ended].newest
        if tip is not None:
            world.go(home, world.certify(home.book, None, (ended, tip), by))
            self.look(home)

    @rule(at=which, other=which, stays=st.booleans())
    def renew(self, at: int, other: int, stays: bool) -> None:
        """Give a home a new writer that may not write; the old home goes on beside it, or does not."""
        home, world = self.home(at), self.world
        if home.barred or not world.expected(home).live(home.laptop.key):
            receipts = [exported(self.home(other).book)] if other % 2 else []
            self.succeed(home, home.laptop, home.book, receipts, backup=False, stays=stays)

    @rule(at=which)
    def back_up(self, at: int) -> None:
        home = self.home(at)
        self.world.backups.append((home.laptop, home.book))

    @precondition(lambda self: self.world.backups)
    @rule(copy=which, file=which, stays=st.booleans(), receipt=st.booleans())
    def restore(self, copy: int, file: int, stays: bool, receipt: bool) -> None:
        """Make a home of a backup, once or twice, where the old one is lost or goes on."""
        world = self.world
        laptop, book = world.backups[copy % len(world.backups)]
        old = next((home for home in world.homes if home.laptop == laptop), None)
        if old is None and len(world.homes) >= MOST_HOMES:
            return
        receipts = [exported(self.home(file).book)] if receipt else []
        self.succeed(old, laptop, book, receipts, backup=True, stays=stays)

    def succeed(
        self, old: Home | None, laptop: Laptop, book: Book, receipts: list[bytes], *, backup: bool, stays: bool
    ) -> None:
        """Take the place of a machine, which no quorum may have admitted: then nothing begins."""
        world = self.world
        known = world.proven(book, receipts)
        if laptop.key not in world.certified_for(known.nodes):
            with suppress(Alarm):
                assert world.heir(laptop, book.head, known, backup=backup) is None, "a listener was made a writer"
            return
        heir = world.heir(laptop, book.head, known, backup=backup)
        if heir is None:
            return
        if old is not None and not (stays and len(world.homes) < MOST_HOMES):
            world.homes.remove(old)
        world.homes.append(heir)
        self.look(heir)

    @rule(at=which, back=st.integers(1, 5))
    def roll_back(self, at: int, back: int) -> None:
        """Somebody puts an older copy of a home back: what others heard of it bars it."""
        home = self.home(at)
        if len(home.earlier) >= back:
            home.book = home.earlier[-back]
            del home.earlier[-back:]

    # --- the courier ---

    @rule(at=which)
    def send(self, at: int) -> None:
        self.fly(exported(self.home(at).book))

    @precondition(lambda self: self.world.flying)
    @rule(at=which, file=which, keeps=st.booleans())
    def deliver(self, at: int, file: int, keeps: bool) -> None:
        home, flying = self.home(at), self.world.flying
        content = flying[file % len(flying)]
        if not keeps:
            flying.remove(content)
        self.world.hear(home, content)
        self.look(home)

    @rule(at=which, other=which)
    def carry(self, at: int, other: int) -> None:
        self.world.hear(self.home(at), exported(self.home(other).book))
        self.look(self.home(at))

    @precondition(lambda self: self.world.flying)
    @rule(file=which, deed=st.sampled_from(DEEDS), seed=which)
    def tamper(self, file: int, deed: str, seed: int) -> None:
        flying = self.world.flying
        self.fly(changed(flying[file % len(flying)], deed, random.Random(seed)))

    @precondition(lambda self: len(self.world.flying) > 1)
    @rule(one=which, other=which, seed=which)
    def mix(self, one: int, other: int, seed: int) -> None:
        flying = self.world.flying
        self.fly(mixed(flying[one % len(flying)], flying[other % len(flying)], random.Random(seed)))

    @precondition(lambda self: len(self.world.flying) > 1)
    @rule(at=which, one=which, other=which)
    def in_two_orders(self, at: int, one: int, other: int) -> None:
        """The same files in another order make the same rules.

        A halt by somebody who left counts where a machine wrote it down while he was an officer there, so it may not.
        """
        home, flying = self.home(at), self.world.flying
        files = [flying[one % len(flying)], flying[other % len(flying)]]
        found = []
        for order in (files, files[::-1]):
            tried = Home(home.name, home.laptop, home.book, barred=home.barred)
            for content in (*order, *order):
                self.world.hear(tried, content)
            self.look(tried)
            if tried.barred:
                return
            rules = tried.book.state.rules
            today = {officer.key for _id, each in rules.leaves for officer in each.officers}
            halts = sorted(key.hex() for key, each in rules.halts.items() if each.halt.officer in today)
            found.append(rules.to_json() | {"halts": halts, "mute": []})
        assert found[0] == found[1]

    # --- the thief ---

    @precondition(lambda self: self.world.stolen is None)
    @rule(at=which, gone=st.booleans())
    def steal(self, at: int, gone: bool) -> None:
        """Take a laptop, or copy it: its key, and its book at any time."""
        world, home = self.world, self.home(at)
        others = [each for each in world.homes if each is not home and world.expected(each).live(each.laptop.key)]
        if others:
            world.stolen, world.thief = home.laptop, [*home.earlier[-8:], home.book]
            if gone:
                world.homes.remove(home)

    @precondition(lambda self: self.world.stolen)
    @rule(branch=which, kind=st.sampled_from(["plain", "halt", "imported", "heads", "replay", "stale"]), who=which)
    def write_alone(self, branch: int, kind: str, who: int) -> None:
        """Lines that nobody signed, halts of those who left, heads that he invents, what others signed elsewhere."""
        world = self.world
        book = self.branch(branch)
        gone = sorted(world.left)
        if kind == "plain":
            self.grow(world.plain(book, honest=False))
        elif kind == "halt" and gone:
            self.grow(world.halt(book, gone[who % len(gone)], honest=False))
        elif kind == "imported":
            known = sorted(book.known.nodes)
            node = book.known.nodes[known[who % len(known)]]
            covered = world.record.covered((book.head.hash, node.hash))
            if node.writer in world.certified_for(covered):
                self.grow(world.imported(book, b"", {node.writer: (node.tip,)}, honest=False))
            else:
                self.refused_on(lambda: world.imported(book, b"", {node.writer: (node.tip,)}, honest=False))
        elif kind == "heads":
            heads = {world.homes[0].laptop.key: (Tip(who, digest(f"{who}")),)}
            what = records.Import(digest("nothing"), heads)
            self.forge(book, what.KIND, what.to_json())
        else:
            stated = book.known.statements[who % len(book.known.statements)]
            if stated.signed.statement.kind in (ROSTER, MACHINE, WALLET) and stated.node.kind != "begun":
                more = {"identities": {}, "vaults": {}} if stated.signed.statement.kind == ROSTER else {}
                self.forge(book, stated.signed.statement.kind, stated.signed.to_json() | more)

    @precondition(lambda self: self.world.stolen)
    @rule(branch=which, file=which)
    def listen(self, branch: int, file: int) -> None:
        """Take in what is under way, so that his lines cover it."""
        flying, book = self.world.flying, self.branch(branch)
        if not flying:
            return
        try:
            news = intake(JournalExport.read(flying[file % len(flying)]), book.known, b"")
        except Unreadable:
            return
        if news.lines:
            self.grow(self.world.imported(book, news.segment, news.heads, honest=False))

    @precondition(lambda self: self.world.stolen)
    @rule(branch=which, kind=st.sampled_from(["wallet", "resume", "machine", "end", "roster", "signed", "begun"]))
    def write_with_leavers(self, branch: int, kind: str) -> None:
        """What those sign who left, on the thief's machine, over what it knew then."""
        world, book = self.world, self.branch(branch)
        leaves = world.record.leaves(book.known.nodes)
        by = frozenset(world.left & world.record.members(leaves))
        if not by or book.writer not in self.world.certified_for(book.known.nodes):
            return
        at = world.time(book.writer)
        if not world.record.may_change(leaves, by, world.acting(frozenset(book.known.nodes), by, [at])):
            says = {"document": {}, "name": "w"}
            wrong = sign(statement(book, WALLET, says, at=at), [world.people[each] for each in by])
            self.forge(book, WALLET, wrong.to_json())
        elif kind == "wallet":
            self.grow(world.wallet(book, "theirs", "theirs", by, honest=False))
        elif kind == "resume" and world.halts:
            self.grow(world.resume(book, world.halts, by, honest=False))
        elif kind == "machine":
            self.grow(world.certify(book, world.laptop().key, None, by, honest=False))
        elif kind == "end":
            ended = world.homes[0]
            tip = book.known.newest(ended.laptop.key)
            if tip is not None and ended.laptop.key != book.writer:
                self.grow(world.certify(book, None, (ended.laptop.key, tip), by, honest=False))
        elif kind == "signed":
            try:
                self.grow(world.sign(book, by, honest=False))
            except Refused as refusal:
                assert refusal.code in ("contested", "quorum", "writer")
        elif kind == "roster" and self.usurping:
            people = tuple(sorted(by))
            if len(people) > 1:
                self.grow(world.change(book, people, by, 2, honest=False))
                world.usurped = True

    @precondition(lambda self: self.world.stolen)
    @rule(branch=which)
    def send_stolen(self, branch: int) -> None:
        self.fly(exported(self.branch(branch)))

    # --- how it is looked at ---

    @rule(now=which)
    def meet(self, now: int) -> None:
        if not now % 8:
            self.settle()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.settle()


def run(operations: int) -> None:
    """Do so many operations at least."""
    with quickly():
        run_state_machine_as_test(
            Machines,
            settings=settings(
                max_examples=3 * operations // STEPS + 5,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize="MODEL_OPERATIONS" not in os.environ,  # the long run looks where none has looked
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )


def test_whatever_a_thief_and_a_courier_do_honest_machines_come_to_hold_the_same(
    record_property: Callable[[str, object], None],
) -> None:
    Machines.operations = 0
    run(OPERATIONS)
    record_property("operations", Machines.operations)
    assert Machines.operations >= OPERATIONS
