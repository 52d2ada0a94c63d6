"""Machines of a treasury that are honest, a thief who has one of their keys, and what everybody wrote, as facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

import pytest

from custody.errors import Refused, Unreadable
from custody.governance import contents, ed25519, records
from custody.governance.approval import Approval, Approved, Intent
from custody.governance.book import Book
from custody.governance.book import begun as begun_with
from custody.governance.chain import Head
from custody.governance.contents import Absence, Machine, Replaced, handover_message
from custody.governance.entry import BEGINNING, Entry
from custody.governance.export import JournalExport, intake
from custody.governance.halt import MOST_OPEN, Halt, found_in
from custody.governance.known import judging
from custody.governance.known.ground import Ground
from custody.governance.known.lines import Known
from custody.governance.statement import ABSENCE, ADOPT, GENESIS, MACHINE, RESUME, ROSTER, WALLET, Statement, Tip
from tests.governance import treasury
from tests.governance.known.model import Expected, Fact, Record, Shape
from tests.governance.treasury import (
    AT,
    FIVE,
    LAPTOPS,
    Laptop,
    Person,
    by_hand,
    digest,
    exported,
    genesis,
    halt_of,
    roster,
    sign,
)


@dataclass
class Home:
    """An honest machine. `earlier` are its books as they were; `barred` says that an alarm against it is open."""

    name: str
    laptop: Laptop
    book: Book
    earlier: list[Book] = field(default_factory=list)
    barred: bool = False

    @property
    def seen(self) -> frozenset[bytes]:
        return frozenset(self.book.known.nodes)


@contextmanager
def quickly() -> Iterator[None]:
    """Read each line and verify each signature once: these are pure functions, and a run asks them a million times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ed25519, "holds", lru_cache(100_000)(ed25519.holds))
        patch.setattr(Entry, "decode", staticmethod(lru_cache(100_000)(Entry.decode)))
        patch.setattr(judging, "_read", once(judging._read))
        patch.setattr(Entry, "is_sealed", property(once(Entry.is_sealed.fget)))
        patch.setattr(Statement, "digest", property(once(Statement.digest.fget)))
        for name in ("roster_of", "wallet_of", "cleared_by", "adopted_by"):
            patch.setattr(contents, name, once(getattr(contents, name)))
        for kind in (Laptop, Person):
            key, private = kind.key.fget, kind.private.fget  # type: ignore[attr-defined]
            patch.setattr(kind, "key", property(lru_cache(1000)(key)))
            patch.setattr(kind, "private", property(lru_cache(1000)(private)))
        yield


def once(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same for the same value, which is remembered with what came of it."""
    found: dict[int, tuple[Any, Any]] = {}

    def remembered(value: Any) -> Any:
        if id(value) not in found:
            if len(found) > 50_000:
                found.clear()
            found[id(value)] = value, work(value)
        return found[id(value)][1]

    return remembered


class World:
    """Everybody, and everything that was ever written."""

    def __init__(self, rules: int) -> None:
        self.record = Record()
        self.kept: dict[bytes, bytes] = {}
        self.people = {person.key: person for person in FIVE}
        self.left: set[bytes] = set()
        self.homes: list[Home] = []
        self.flying: list[bytes] = []
        self.backups: list[tuple[Laptop, Book]] = []
        self.stolen: Laptop | None = None
        self.thief: list[Book] = []
        self.halts: dict[bytes, bytes] = {}
        self.usurped = False
        self.fresh = 0
        self.now, self.clocks = AT, dict[bytes, int]()
        first = genesis(FIVE, rules=rules, unlock=rules)
        book = begun_with(treasury.genesis_line(first, treasury.A))
        place = self.record.place(Shape(tuple(each.key for each in FIVE), rules, frozenset()))
        self.record.add(
            Fact(
                book.head.hash,
                book.writer,
                0,
                GENESIS,
                frozenset(),
                True,
                first.by,
                roster=place,
                times=frozenset({AT}),
            )
        )
        self.homes.append(Home("A", treasury.A, book))

    def new(self) -> int:
        self.fresh += 1
        return self.fresh

    def laptop(self) -> Laptop:
        made = Laptop(f"laptop {self.new()}")
        LAPTOPS[made.key] = made
        return made

    def person(self) -> Person:
        made = Person(f"person {self.new()}")
        self.people[made.key] = made
        return made

    def time(self, writer: bytes) -> int:
        """What a machine's clock says; never the same twice."""
        return self.now + self.clocks.get(writer, 0) + self.new()

    def expected(self, home: Home) -> Expected:
        return self.record.rules(home.seen)

    def certified_for(self, seen: Iterable[bytes]) -> set[bytes | None]:
        """The keys of the machines that quorums admitted, as whoever knows these lines knows."""
        facts = self.record.of(frozenset(seen))
        return {fact.certifies for fact in facts} | {fact.writer for fact in facts if fact.kind == GENESIS}

    # --- writing ---

    def write(
        self, book: Book, kind: str, what: dict[str, Any], *kept: bytes, honest: bool = True, **said: Any
    ) -> Book:
        """Return the book with a line more, which is a fact from then on. Raises what the book raises."""
        self.kept |= {sha256(each).digest(): each for each in kept}
        after = book.extended(treasury.line_of(book, kind, what), self.kept.get)
        heads = [tip.hash for tips in said.pop("heads", {}).values() for tip in tips]
        self.note(after, [book.head.hash, *heads], kind, honest, **said)
        return after

    def note(self, book: Book, on: Iterable[bytes], kind: str, honest: bool, **said: Any) -> None:
        below = self.record.covered(on)
        said = {"basis": self.record.leaves(below), **said} if "by" in said else said
        self.record.add(Fact(book.head.hash, book.writer, book.head.number, kind, below, honest, **said))

    def go(self, home: Home, book: Book) -> None:
        if book is not home.book:
            home.earlier.append(home.book)
            home.book = book

    def agree(
        self,
        book: Book,
        kind: str,
        says: dict[str, Any],
        by: Iterable[bytes],
        *,
        honest: bool = True,
        at: int | None = None,
        **said: Any,
    ) -> Book:
        """Return the book after people agreed on something. Raises Refused, for too few voices only where so it is."""
        time = self.time(book.writer) if at is None else at
        statement = treasury.statement(book, kind, says, at=time)
        signed = sign(statement, [self.people[each] for each in by])
        what = signed.to_json() | ({"identities": {}, "vaults": {}} if kind == ROSTER else {})
        told = {"by": signed.by, "digest": statement.digest, "times": frozenset({time}), **said}
        joining = self.record.shapes[said["roster"]].everybody if kind == ROSTER else frozenset[bytes]()
        with self.counted(book, signed.by, [time], joining):
            return self.write(book, kind, what, honest=honest, **told)

    @contextmanager
    def counted(
        self, book: Book, by: frozenset[bytes], times: Iterable[int], joining: frozenset[bytes] = frozenset()
    ) -> Iterator[None]:
        """See that what these people sign over a book at these times is let in if they are a quorum, and only then."""
        below = frozenset(book.known.nodes)
        leaves = self.record.leaves(below)
        strangers = by - self.record.members(leaves) - joining
        enough = not strangers and self.record.may_change(leaves, by, self.acting(below, by, times))
        try:
            yield
        except Refused as refusal:
            assert not enough or refusal.code != "quorum", "a quorum was refused"
            raise
        assert enough, "too few voices count"

    def acting(self, seen: frozenset[bytes], by: Iterable[bytes], times: Iterable[int]) -> frozenset[bytes]:
        """Return the alternates who count at each of these times, where one of these people is an alternate at all."""
        if not self.record.alternates(self.record.leaves(seen)) & frozenset(by):
            return frozenset()
        return self.record.acting(seen, times)

    def quorum(self, seen: Iterable[bytes], *, leavers: bool = False, at: int | None = None) -> frozenset[bytes] | None:
        """Return people who decide over this, those who left among them only if that is asked; None if too few.

        At a time `at` alternates answer who count then, where that is enough.
        """
        seen = frozenset(seen)
        chosen = self._principals(seen, leavers=leavers)
        if chosen is None or at is None:
            return chosen
        leaves = self.record.leaves(seen)
        if not self.record.alternates(leaves):
            return chosen
        acting = self.record.acting(seen, [at]) - (frozenset() if leavers else self.left)
        stand_ins = self.stand_ins(leaves, chosen, acting)
        return stand_ins if self.record.may_change(leaves, stand_ins, acting) else chosen

    def stand_ins(self, leaves: Iterable[int], by: frozenset[bytes], acting: frozenset[bytes]) -> frozenset[bytes]:
        """Return these people, with each for whom one of `acting` may stand in replaced by him."""
        found = set(by)
        for each in leaves:
            for alternate, principal in self.record.shapes[each].alternates:
                if alternate in acting and principal in found:
                    found = found - {principal} | {alternate}
        return frozenset(found)

    def _principals(self, seen: Iterable[bytes], *, leavers: bool) -> frozenset[bytes] | None:
        chosen: set[bytes] = set()
        for each in self.record.leaves(seen):
            shape = self.record.shapes[each]
            able = [key for key in shape.people if leavers or key not in self.left]
            able.sort(key=lambda key: (key not in chosen, leavers and key not in self.left))
            if len(able) < shape.rules:
                return None
            chosen |= set(able[: shape.rules])
        return frozenset(chosen)

    def change(
        self,
        book: Book,
        people: tuple[bytes, ...],
        by: frozenset[bytes],
        rules: int,
        alternates: Iterable[tuple[bytes, bytes]] = (),
        *,
        honest: bool = True,
        at: int | None = None,
    ) -> Book:
        """Return the book after its roster changed; whoever joins signs too. `alternates` with those on the seats."""
        below = frozenset(book.known.nodes)
        leaves = self.record.leaves(below)
        shape = Shape(people, rules, leaves, frozenset(alternates))
        version = 1 + max(each.version for each in book.state.rosters)
        made = roster([self.people[each] for each in people], rules, rules, version)
        dated = (
            replace(self.people[key].officer(1 + people.index(principal), alternate=True), dated=True)
            for key, principal in sorted(shape.alternates)
        )
        made = replace(made, officers=(*made.officers, *dated))
        by |= shape.everybody - self.record.members(leaves)
        place = self.record.place(shape)
        return self.agree(book, ROSTER, {"roster": made.to_json()}, by, honest=honest, roster=place, at=at)

    def absent(self, book: Book, days: Absence, by: Iterable[bytes], *, honest: bool = True) -> Book:
        """Return the book after people agreed that an alternate counts for some days."""
        away = days.begins, days.officer, days.ends
        return self.agree(book, ABSENCE, days.to_json(), by, honest=honest, absence=away)

    def wallet(
        self, book: Book, name: str, content: str, by: Iterable[bytes], *, honest: bool = True, at: int | None = None
    ) -> Book:
        says = {"document": {"format": content, "name": name}, "name": name}
        return self.agree(book, WALLET, says, by, honest=honest, wallet=(name, content), at=at)

    def resume(self, book: Book, halts: Iterable[bytes], by: Iterable[bytes], *, honest: bool = True) -> Book:
        halts = frozenset(halts)
        says = {"halts": sorted(each.hex() for each in halts)}
        return self.agree(book, RESUME, says, by, honest=honest, names=halts)

    def adopt(self, book: Book, statements: Iterable[bytes], by: Iterable[bytes]) -> Book:
        statements = frozenset(statements)
        says = {"statements": sorted(each.hex() for each in statements)}
        return self.agree(book, ADOPT, says, by, names=statements)

    def certify(
        self, book: Book, key: bytes | None, ends: tuple[bytes, Tip] | None, by: Iterable[bytes], *, honest: bool = True
    ) -> Book:
        says = Machine(key, None, None if ends is None else Replaced(*ends))
        told = None if ends is None else (ends[0], ends[1].hash)
        return self.agree(book, MACHINE, says.to_json(), by, honest=honest, certifies=key, ends=told)

    def halt(self, book: Book, officer: bytes, *, honest: bool = True) -> Book:
        called = halt_of(book, self.people[officer], f"halt {self.new()}")
        return self.tell_halt(book, called, honest=honest)

    def tell_halt(self, book: Book, called: Halt, *, honest: bool = True) -> Book:
        what = records.HaltCalled(called).to_json()
        return self.write(book, "halt", what, honest=honest, digest=called.digest, officer=called.officer)

    def sign(
        self, book: Book, by: Iterable[bytes], *, honest: bool = True, late: Mapping[bytes, int] | None = None
    ) -> Book:
        """Return the book after people approved a payment, at one time but for those who are `late`, or early."""
        text, time, late = f"payment {self.new()}", self.time(book.writer), late or {}
        people = sorted(by)
        times = {key: late.get(key, time) for key in people}
        approved = treasury.approved(book, text, [self.people[key] for key in people])
        present = [
            by_hand(replace(each.approval, at=times[key]), self.people[key])
            for key, each in zip(people, approved, strict=True)
        ]
        what = treasury.signature(book, text, text, by=[]) | {"present": [each.to_json() for each in present]}
        signed_at = frozenset(times.values())
        with self.counted(book, frozenset(people), signed_at):
            return self.write(book, records.Signature.KIND, what, honest=honest, times=signed_at)

    def plain(self, book: Book, *, honest: bool = True) -> Book:
        what = records.BackupMade(digest(f"backup {self.new()}"), digest("label"))
        return self.write(book, what.KIND, what.to_json(), honest=honest)

    # --- carrying ---

    def hear(self, home: Home, content: bytes) -> None:
        """Take an export in as `custody.ceremony.machines.exchange` does: halts, own lines, then all that holds."""
        self.hear_halts(home, content)
        try:
            read = JournalExport.read(content)
            if read.genesis is not None and read.genesis.statement.digest != home.book.state.treasury:
                return
        except Unreadable:
            return
        news = intake(read, home.book.known, home.book.writer)
        if news.own:
            home.barred = True
        if home.barred or not news.is_news:
            return
        self.go(home, self.imported(home.book, news.segment, news.heads))
        self.hear_halts(home, content)

    def imported(self, book: Book, segment: bytes, heads: Any, *, honest: bool = True) -> Book:
        what = records.Import(sha256(segment).digest(), heads)
        return self.write(book, what.KIND, what.to_json(), segment, honest=honest, heads=heads)

    def hear_halts(self, home: Home, content: bytes) -> None:
        if home.barred:
            return
        called = {said.halt.digest for _node, said in home.book.known.said if said.halt is not None}
        for halt in found_in(content, home.book.state.treasury):
            state = home.book.state
            known = halt.digest in called or not any(each.officer(halt.officer) for each in state.rosters)
            open_ = sum(each.halt.officer == halt.officer for each in state.halts.values())
            if not known and open_ < MOST_OPEN:
                self.go(home, self.tell_halt(home.book, halt))

    def join(self, content: bytes) -> Home:
        """Return a machine that begins with an export, and may only listen yet."""
        laptop = self.laptop()
        ground = Ground.of(treasury.known_from(content))
        what = records.Joined(sha256(ground.segment).digest(), ground.past.heads)
        return self.begin(laptop, ground, what.KIND, what.to_json())

    def begin(self, laptop: Laptop, ground: Ground, kind: str, what: dict[str, Any], **said: Any) -> Home:
        segment = ground.segment
        self.kept[sha256(segment).digest()] = segment
        line = laptop.sealed(Entry(BEGINNING, AT, kind, 0, laptop.key, what))
        book = Book.verify(line + b"\n", self.kept.get)
        self.note(book, [tip.hash for tips in ground.past.heads.values() for tip in tips], kind, True, **said)
        return Home(laptop.name, laptop, book)

    def heir(self, old: Laptop, head: Head, known: Known, *, backup: bool) -> Home | None:
        """Return a machine that takes the place of another, with what is proven; None where too few decide there."""
        ground = Ground.of(known)
        laptop = self.laptop()
        self.clocks[laptop.key] = self.clocks.get(old.key, 0)
        at = self.time(laptop.key)
        by = self.quorum(known.nodes, at=at)
        if by is None:
            return None
        replaced = ground.last_of(old.key, Tip(head.number, head.hash))
        statement = ground.statement(MACHINE, Machine(laptop.key, None, replaced).to_json(), laptop.key, at)
        copy = digest(f"backup {self.new()}") if backup else None
        approvals = [
            Approval(
                Intent.RESTORE, ground.rules.treasury, laptop.key, None, ground.past.leaves, statement.state,
                copy or bytes(32), None, None, at, each,
            )
            for each in sorted(by)
        ]  # fmt: skip
        present = tuple(Approved(each, self.people[each.officer].private.sign(each.to_sign)) for each in approvals)
        begun = records.Begun(
            backup=copy,
            handover=old.private.sign(handover_message(statement.digest)),
            segment=sha256(ground.segment).digest(),
            heads=ground.past.heads,
            paper=False,
            present=present if backup else (),
            vaults={},
        )
        signed = sign(statement, [self.people[each] for each in by])
        return self.begin(
            laptop, ground, begun.KIND, signed.to_json() | begun.to_json(),
            by=signed.by, digest=statement.digest, certifies=laptop.key, ends=(old.key, replaced.last.hash),
            times=frozenset({at}),
        )  # fmt: skip

    def proven(self, book: Book, receipts: Iterable[bytes]) -> Known:
        """All that a home and receipts make known to whoever takes the place of a machine."""
        known = book.known.copy()
        for content in receipts:
            news = intake(JournalExport.read(content), known, b"")
            for node in news.lines:
                known.add(node, news.said[node.hash])
        return known

    # --- the end ---

    def settle(self) -> None:
        """Carry everything everywhere until nothing changes; a home that is barred gets a new beginning."""
        for _round in range(100):
            before = [(home.laptop, home.book.head) for home in self.homes]
            for home in self.homes:
                for other in self.homes:
                    if other is not home:
                        self.hear(home, exported(other.book))
            for place, home in enumerate(self.homes):
                if home.barred:
                    receipts = [exported(other.book) for other in self.homes if other is not home]
                    known = self.proven(home.book, receipts)
                    if home.laptop.key in self.certified_for(known.nodes):
                        renewed = self.heir(home.laptop, home.book.head, known, backup=False)
                    else:  # it only listened, and does so again
                        renewed = self.join(receipts[0])
                    assert renewed is not None or self.usurped or self.stuck(), "a home stays barred"
                    if renewed is not None:
                        self.homes[place] = renewed
            if before == [(home.laptop, home.book.head) for home in self.homes]:
                return
        raise AssertionError("machines answer each other for ever")

    def stuck(self) -> bool:
        """Whether honest people, after changes that did not know of each other, are no quorum in some leaf."""
        return any(self.quorum(home.seen) is None for home in self.homes)
