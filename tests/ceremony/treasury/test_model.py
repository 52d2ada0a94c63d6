"""Random work on homes that lie on a disk, killed and failing at random, exchanged, restored and rolled back.

HUNT_OPERATIONS says how many operations are done (docs/faults.md). What a thief writes is tests/governance/known's.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from custody.ceremony.home.home import Home, reading
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.machines import admission as machines
from custody.ceremony.machines import exchange
from custody.ceremony.machines.backup import Restoration, back_up, restore
from custody.ceremony.machines.beginning import renew
from custody.ceremony.officers import rosters
from custody.ceremony.officers.rosters import Quorums
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.carried import CarriedFile
from custody.ceremony.table.enrolment import Candidate
from custody.ceremony.treasury.halting import halt, resume
from custody.ceremony.treasury.registration import register
from custody.ceremony.treasury.vaults import open_vault, reseal
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm, CustodyError
from custody.governance.known.checking import check_states
from custody.keys.vaults.sealed import SealedIdentity
from tests.ceremony.treasury.model import Model, Said, objection
from tests.ceremony.treasury.officers import NAMES, WORKING, Script, begun, signature_of, with_vault
from tests.ceremony.treasury.officers import paper as written_down
from tests.faults.fault import FAULTS, Fault
from tests.faults.homes import MEMORY
from tests.faults.inside import Inside
from tests.governance.known.courier import DEEDS, changed
from tests.support import desk

OPERATIONS, STEPS = int(os.environ.get("HUNT_OPERATIONS", "50")), 25

LEAST, MOST = 4, 7
"""Officers who stay at least, and officers at most."""

Trouble = tuple[Fault, int] | None
Work = Callable[[WritableHome], object]
troubles = st.one_of(st.none(), st.none(), st.tuples(st.sampled_from(FAULTS), st.integers(3, 40)))
which = st.integers(0, 999)


def wallet(name: str) -> Wallet:
    return Wallet.register(name, [desk.wallet("wpkh").descriptor], network("regtest"))


class Homes(RuleBasedStateMachine):
    """Two or three homes. After trouble each is in the old state or the new; exchanged, all hold the same."""

    operations = disturbed = 0

    @initialize()
    def make(self) -> None:
        self.scratch = Path(tempfile.mkdtemp(dir=MEMORY)).resolve()
        self.model, self.fresh = Model(), 0
        self.names: dict[bytes, str] = {}
        self.identities: dict[bytes, SealedIdentity] = {}
        self.files: list[bytes] = []
        self.earlier: list[tuple[Path, Path]] = []
        self.backups: list[tuple[Path, bytes]] = []
        first = self.scratch / "first"
        shutil.copytree(template(), first)
        self.homes = [first]
        with reading(first) as home:
            self.meet(home)
        for _each in range(2):
            self.join()

    # --- what a treasury does ---

    @rule(at=which, who=which, reason=st.sampled_from(["", "a strange message"]), trouble=troubles)
    def halt(self, at: int, who: int, reason: str, trouble: Trouble) -> None:
        def work(home: WritableHome) -> None:
            officers = home.book.state.roster.officers
            name = self.names[officers[who % len(officers)].key]
            halt(home, Script((name,), called=self.called()), reason, self.carried())

        self.do(at, work, trouble)

    @rule(at=which, trouble=troubles)
    def resume(self, at: int, trouble: Trouble) -> None:
        self.do(at, lambda home: resume(home, self.script(), self.carried()), trouble)

    @rule(at=which, name=st.sampled_from(["pay", "save"]), trouble=troubles)
    def register(self, at: int, name: str, trouble: Trouble) -> None:
        self.do(at, lambda home: register(home, self.script(), wallet(name), (), self.carried()), trouble)

    @rule(at=which, trouble=troubles)
    def sign(self, at: int, trouble: Trouble) -> None:
        text = f"payment {self.new()}"
        kept = tuple(f"{text} {what}".encode() for what in ("document", "review", "result"))

        def work(home: WritableHome) -> None:
            home.require_sound()
            home.book.state.require_running()
            home.book.state.require_settled()
            with Attendance(home, self.script(), self.carried()) as table:
                if "main" not in home.book.state.vaults:
                    home.commit(Step("signed", signature_of(home, text, table.answering()), kept=kept))
                    return
                with open_vault(home, table, "main") as vault:
                    what = signature_of(home, text, table.answering())
                    again = reseal(home, vault, self.carried())
                    home.commit(Step("signed", what, kept=kept, vaults={"main": again}))

        self.do(at, work, trouble)

    @rule(at=which, trouble=troubles)
    def refuse(self, at: int, trouble: Trouble) -> None:
        document = f"refused {self.new()}".encode()
        self.do(at, lambda home: home.commit(objection("refused", document)), trouble)

    @rule(at=which, trouble=troubles)
    def enrol(self, at: int, trouble: Trouble) -> None:
        name = f"Officer {self.new()}"

        def work(home: WritableHome) -> None:
            old = rosters.settled(home.book.state.rosters)
            if len(old.officers) < MOST:
                candidate = Candidate(name, max(officer.seat for officer in old.officers) + 1, False, WORKING)
                rosters.enrol(home, self.script(), candidate, Quorums(), self.carried())

        self.do(at, work, trouble)

    @rule(at=which, who=which, enough=st.sampled_from([True, True, False]), trouble=troubles)
    def retire(self, at: int, who: int, enough: bool, trouble: Trouble) -> None:
        def work(home: WritableHome) -> None:
            old = rosters.settled(home.book.state.rosters)
            if len(old.officers) > LEAST:
                leaver = old.officers[who % len(old.officers)]
                script = self.script() if enough else Script(NAMES[:2], called=self.called())
                rosters.retire(home, script, leaver, Quorums(), self.carried())

        self.do(at, work, trouble)

    @rule(at=which, other=which, trouble=troubles)
    def admit(self, at: int, other: int, trouble: Trouble) -> None:
        key = self.key(other)
        self.do(at, lambda home: machines.admit(home, self.script(), key, f"m {self.new()}", self.carried()), trouble)

    @rule(at=which, trouble=troubles)
    def adopt(self, at: int, trouble: Trouble) -> None:
        self.do(at, lambda home: machines.adopt(home, self.script(), self.carried()), trouble)

    # --- homes that come and go ---

    @precondition(lambda self: len(self.homes) < 3)
    @rule()
    def join(self) -> None:
        path = self.scratch / f"home {self.new()}"
        exchange.join(path, self.export(self.homes[0]))
        self.homes.append(path)
        key = self.key(len(self.homes) - 1)
        self.do(0, lambda home: machines.admit(home, self.script(), key, "", self.carried()), None)
        if len(self.homes) == 3 and self.operations < 3:
            with reading(self.homes[0]) as home:
                assert key in home.book.state.rules.machines
        self.hear(path, self.export(self.homes[0]))

    @rule(at=which, trouble=troubles)
    def back_up(self, at: int, trouble: Trouble) -> None:
        out, path = self.scratch / f"backup {self.new()}", self.home(at)
        with reading(path) as home:
            seats = {officer.seat: self.names[officer.key] for officer in home.book.state.roster.officers}
        self.do(at, lambda home: back_up(home, out, "a safe", self.carried()), trouble)
        if out.exists():
            self.backups.append((out, tuple(seats.get(seat, "") for seat in range(1, max(seats) + 1))))  # type: ignore[arg-type]

    @precondition(lambda self: self.backups)
    @rule(copy=which, at=which, receipt=st.booleans(), trouble=troubles)
    def restore(self, copy: int, at: int, receipt: bool, trouble: Trouble) -> None:
        """Let a spare take the place of some home, with a receipt or without; one backup may be restored twice."""
        out, seats = self.backups[copy % len(self.backups)]
        spare, other = self.scratch / f"home {self.new()}", self.home(at + 1)
        receipts = (self.export(other),) if receipt else ()

        def work(_spare: Path) -> None:
            script = Script(tuple(self.names.values()), seats=seats, called=self.called())  # type: ignore[arg-type]
            brought = tuple(map(CarriedFile, self.carried()))
            restore(spare, Restoration(out.read_bytes(), None, receipts, brought), script)

        self.attempt(spare, work, trouble)
        if (spare / "journal.jsonl").exists() and len(self.homes) > 1:
            self.homes[at % len(self.homes)] = spare
        self.count(spare)

    @rule(at=which, back=which)
    def roll_back(self, at: int, back: int) -> None:
        """Put a whole folder back as it was: paper tells, and so does the next import from whoever heard more."""
        path = self.home(at)
        copies = [copy for of, copy in self.earlier if of == path]
        if not copies:
            return
        with reading(path) as home:
            paper, lost = written_down(home.book), home.book
        true = self.scratch / f"true {self.new()}"
        path.rename(true)
        shutil.copytree(copies[back % len(copies)], path)
        with reading(path) as home:
            number = home.book.head.number
            if number < lost.head.number:
                with pytest.raises(Alarm):
                    home.book.require_on_paper(paper)
        others = [self.export(each) for each in self.homes if each != path]
        for content in others:
            if any(digest.hash.hex().encode() in content for digest in lost.chain.lines[number + 1 :]):
                with writing(path) as home:
                    before = home.book.head
                    told = ""
                    try:
                        told = " ".join(exchange.take_in(home, content).told)
                    except Alarm as alarm:
                        assert alarm.code == "journal-rolled-back"
                        assert home.book.head == before
                        with pytest.raises(Alarm):
                            home.require_sound()
                    except CustodyError as failure:
                        assert failure.code != "alarm"
                    else:
                        assert "which it does not have" in told or number == lost.head.number
        shutil.rmtree(path)
        true.rename(path)
        self.count(path)

    @rule(at=which, back=which)
    def lose_and_go_on(self, at: int, back: int) -> None:
        """The same, and nobody puts the true folder back: the home goes on from what it was."""
        path = self.home(at)
        copies = [copy for of, copy in self.earlier if of == path]
        if copies:
            shutil.rmtree(path)
            shutil.copytree(copies[back % len(copies)], path)
            self.count(path)

    # --- the courier ---

    @rule(at=which, deed=st.sampled_from(["", *DEEDS]), seed=which)
    def send(self, at: int, deed: str, seed: int) -> None:
        content = self.export(self.home(at))
        self.files = [*self.files[-5:], changed(content, deed, random.Random(seed)) if deed else content]

    @precondition(lambda self: self.files)
    @rule(at=which, file=which, trouble=troubles)
    def deliver(self, at: int, file: int, trouble: Trouble) -> None:
        content = self.files[file % len(self.files)]
        self.do(at, lambda home: exchange.take_in(home, content), trouble)

    # --- how it is done, and looked at ---

    def do(self, at: int, work: Work, trouble: Trouble) -> None:
        """Work in a process that may be killed, then open the home as the next command does and note what was said."""
        path = self.home(at)

        def action(root: Path) -> None:
            with writing(root) as home:
                work(home)

        with reading(path) as home:
            before = home.book.head.number
        self.attempt(path, action, trouble)
        with writing(path) as home:
            self.meet(home)
            self.note(home, before)
            self.model.require(home)
        self.count(path)

    def attempt(self, path: Path, action: Callable[[Path], object], trouble: Trouble) -> None:
        outcome = Inside(action).attempt(path, *trouble or (None, -1))
        assert outcome.killed or outcome.code != 1, outcome
        type(self).disturbed += trouble is not None and (outcome.killed or outcome.error == "StorageFailed")

    def note(self, home: Home, before: int) -> None:
        """Remember what each new line of a home said."""
        for number in range(before + 1, home.book.head.number + 1):
            node = home.book.known.nodes[home.book.chain.lines[number].hash]
            what: object = None
            if node.kind == "halt":
                what = next(said.halt.digest for each, said in home.book.known.said if each is node and said.halt)
            elif node.kind == "resume":
                what = frozenset(map(bytes.fromhex, node.entry.what["statement"]["says"]["halts"]))
            elif node.kind == "wallet":
                what = node.entry.what["statement"]["says"]["name"]
            elif node.kind == "signed":
                what = f"payment {self.fresh}"
            kind = node.kind
            if kind == "roster":
                below = {officer.key for id_ in home.book.known.statements for officer in _officers(id_)}
                kind, what = (
                    "retire",
                    below - {officer.key for each in home.book.state.rosters for officer in each.officers},
                )
            self.model.said.append(Said(node.hash, kind, what))

    def meet(self, home: Home) -> None:
        """Remember who is called how, and take a copy of each identity, as its officer has one."""
        for roster in home.book.state.rosters:
            for officer in roster.officers:
                name = home.names.text(officer.name)
                if name is not None:
                    self.names[officer.key] = name
                held = home.identity(officer, self.identities)
                if held is not None:
                    self.identities[officer.key] = held

    def hear(self, path: Path, content: bytes) -> None:
        """Take a file in; a home that is barred gets a new beginning from a quorum."""
        try:
            with writing(path) as home:
                before = home.book.head.number
                try:
                    exchange.take_in(home, content)
                finally:
                    self.note(home, before)
        except Alarm as alarm:
            assert alarm.code == "journal-rolled-back"
            self.renewed(path)
        except CustodyError as failure:
            assert failure.code in ("forged", "journal-gap"), failure

    def renewed(self, path: Path) -> None:
        receipts = tuple(self.export(other) for other in self.homes if other != path)
        new = self.scratch / f"home {self.new()}"
        with writing(path) as home:
            renew(home, new, self.script(), self.carried(), receipts, paper=None)
        self.homes[self.homes.index(path)] = new

    @rule()
    def settle(self) -> None:
        """Carry everything everywhere until nothing changes: all homes hold the same rules and every halt."""
        for _round in range(30):
            before = [(path, (path / "journal.jsonl").read_bytes()) for path in self.homes]
            for place in range(len(self.homes)):
                for other in range(len(self.homes)):
                    if other != place:
                        self.hear(self.homes[place], self.export(self.homes[other]))
            if before == [(path, (path / "journal.jsonl").read_bytes()) for path in self.homes]:
                break
        else:
            raise AssertionError("homes answer each other for ever")
        held = []
        for path in self.homes:
            with reading(path, strictly=True) as home:
                self.model.require(home)
                check_states(home.book.known)
                home.check_all()
                rules = home.book.state.rules.to_json()
                held.append(
                    rules | {"machines": {k: each for k, each in rules["machines"].items() if each["certified"]}}
                )
        first, *others = held
        for each in others:
            apart = {key: (first[key], each[key]) for key in first if first[key] != each[key]}
            assert not apart, f"homes that know the same hold other rules: {apart}"
        self.count(self.homes[0])

    def export(self, path: Path) -> bytes:
        with reading(path) as home:
            return exchange.export(home, 0, documents=True)

    def home(self, at: int) -> Path:
        return self.homes[at % len(self.homes)]

    def key(self, at: int) -> bytes:
        with reading(self.home(at)) as home:
            return home.book.writer

    def carried(self) -> tuple[SealedIdentity, ...]:
        return tuple(self.identities.values())

    def called(self) -> dict[str, str]:
        """A home that joined knows keys and no names."""
        return {f"officer {key.hex()[:8]}": name for key, name in self.names.items()}

    def script(self) -> Script:
        return Script(tuple(self.names.values()), called=self.called())

    def new(self) -> int:
        self.fresh += 1
        return self.fresh

    def count(self, path: Path) -> None:
        type(self).operations += 1
        if not type(self).operations % 5 and path.exists():
            copy = self.scratch / f"earlier {self.new()}"
            shutil.copytree(path, copy)
            self.earlier = [*self.earlier[-4:], (path, copy)]

    def teardown(self) -> None:
        with suppress(AttributeError):  # nothing was made
            self.settle()
            shutil.rmtree(self.scratch)


def _officers(stated: object) -> tuple[object, ...]:
    roster = stated.roster  # type: ignore[attr-defined]
    return () if roster is None else roster.roster.officers


_made: list[Path] = []


def template() -> Path:
    """A treasury of five with a vault, made once."""
    if not _made:
        root = Path(tempfile.mkdtemp(dir=MEMORY)) / "home"
        begun(root)
        with_vault(root)
        _made.append(root)
    return _made[0]


def test_homes_that_are_killed_rolled_back_and_restored_come_to_hold_the_same(
    record_property: Callable[[str, object], None],
) -> None:
    Homes.operations = Homes.disturbed = 0
    try:
        run_state_machine_as_test(
            Homes,
            settings=settings(
                max_examples=max(2, OPERATIONS // STEPS),
                stateful_step_count=STEPS,
                deadline=None,
                derandomize="HUNT_OPERATIONS" not in os.environ,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    finally:
        shutil.rmtree(_made.pop().parent)
    for name in ("operations", "disturbed"):
        record_property(name, getattr(Homes, name))
