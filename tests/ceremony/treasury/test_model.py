"""Random work in a treasury, killed and failing at random, against a model of a few lists and numbers.

HUNT_OPERATIONS says how many operations are done; 10,000 of them are the long run (docs/faults.md).
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.treasury import exchange, rosters
from custody.ceremony.treasury.attendance import Attendance
from custody.ceremony.treasury.backup import Restoration, back_up, restore
from custody.ceremony.treasury.by_name import find
from custody.ceremony.treasury.enrolment import Candidate
from custody.ceremony.treasury.halting import halt, resume
from custody.ceremony.treasury.registration import register
from custody.ceremony.treasury.rosters import Quorums
from custody.ceremony.treasury.vaults import key_of, open_vault, reseal
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm
from tests.ceremony.treasury.model import LEAST, MOST, Model, objection, signature
from tests.ceremony.treasury.officers import SECRET, WORKING, Script, begun, paper, with_vault
from tests.faults.fault import FAULTS, Fault
from tests.faults.homes import MEMORY
from tests.faults.inside import Inside
from tests.faults.treasury import TRUE_OF_NEITHER
from tests.support import desk

OPERATIONS, STEPS = int(os.environ.get("HUNT_OPERATIONS", "300")), 25

Trouble = tuple[Fault, int] | None
Work = Callable[[WritableHome], object]
troubles = st.one_of(st.none(), *[st.tuples(st.sampled_from(FAULTS), st.integers(3, 40))] * 2)
texts = st.sampled_from(["coin 1", "coin 2", "coin 3"])


def wallet(name: str) -> Wallet:
    return Wallet.register(name, [desk.wallet("wpkh").descriptor], network("regtest"))


class Treasury(RuleBasedStateMachine):
    """A home, a second machine of the same treasury, and the model. After trouble it is in the old state or the new."""

    operations = disturbed = 0

    @initialize()
    def make(self) -> None:
        self.scratch = Path(tempfile.mkdtemp(dir=MEMORY)).resolve()
        self.root, self.second = self.scratch / "home", self.scratch / "second"
        shutil.copytree(template(), self.root)
        self.model, self.fresh, self.journal = Model(), 0, b""
        self.earlier: list[tuple[Path, Model]] = []
        self.backup: tuple[Path, Model] | None = None
        self.join()

    # --- what a treasury does ---

    @rule(kind=st.sampled_from(["refused", "declined"]), text=texts, trouble=troubles)
    def object(self, kind: str, text: str, trouble: Trouble) -> None:
        document = text.encode()
        self.do(lambda home: home.commit(objection(kind, document)), self.model.then(kind, document), trouble)

    @rule(text=texts, trouble=troubles)
    def sign(self, text: str, trouble: Trouble) -> None:
        kept = tuple(f"{text} {what} {self.new()}".encode() for what in ("document", "review", "result"))
        after = self.model.then("signed", *kept)
        after.generation += 1
        after.marks.setdefault(text, []).append(after.number)

        def work(home: WritableHome) -> None:
            with Attendance(home, self.script()) as table, open_vault(home, table, "main") as vault:
                home.commit(replace(signature(text, *kept), vaults={"main": reseal(vault, home.book.state)}))

        self.do(work, None if self.model.halts else after, trouble)

    @rule(trouble=troubles, reason=st.sampled_from(["", "a strange message"]))
    def halt(self, trouble: Trouble, reason: str) -> None:
        name = f"halt {self.new()}"
        after = self.model.ruled("halt", name)
        after.halts[name] = after.number
        self.do(lambda home: halt(home, Script(("Alice",)), reason), after, trouble)

    @rule(trouble=troubles)
    def resume(self, trouble: Trouble) -> None:
        after = self.model.ruled("resume", frozenset(self.model.halts))
        after.halts.clear()
        self.do(lambda home: resume(home, self.script()), after if self.model.halts else None, trouble)

    @rule(name=st.sampled_from(["pay", "save", "spend"]), trouble=troubles)
    def register(self, name: str, trouble: Trouble) -> None:
        after = self.model.ruled("wallet")
        taken = bool(self.model.halts) or name in self.model.wallets
        after.wallets.add(name)
        self.do(lambda home: register(home, self.script(), wallet(name), ()), None if taken else after, trouble)

    @rule(trouble=troubles)
    def enrol(self, trouble: Trouble) -> None:
        if len(self.model.seats) >= MOST:
            return
        name, seat = f"Officer {self.new()}", max(self.model.seats.values()) + 1
        candidate = Candidate(name, seat, False, WORKING)

        def work(home: WritableHome) -> None:
            rosters.enrol(home, self.script(), candidate, Quorums())

        self.do(work, self.model.rekeyed({**self.model.seats, name: seat}), trouble)

    @rule(which=st.integers(1, 100), enough=st.sampled_from([True, True, True, False]), trouble=troubles)
    def retire(self, which: int, enough: bool, trouble: Trouble) -> None:
        others = self.model.names[1:]
        leaver = others[which % len(others)]
        if len(self.model.seats) <= LEAST:
            return
        seats = {name: seat for name, seat in self.model.seats.items() if name != leaver}
        script = self.script() if enough else Script(self.model.names[:2])

        def work(home: WritableHome) -> None:
            rosters.retire(home, script, find(home, leaver), Quorums())

        self.do(work, self.model.rekeyed(seats) if enough else None, trouble)

    @rule(trouble=troubles)
    def back_up(self, trouble: Trouble) -> None:
        out, before = self.scratch / f"backup {self.new()}", deepcopy(self.model)
        after = self.model.then("backup")
        after.backups.append(after.number)
        self.do(lambda home: back_up(home, out, "a safe"), after, trouble)
        if self.model.backups != before.backups:
            self.backup = out, before

    @precondition(lambda self: self.backup is not None)
    @rule(trouble=troubles)
    def restore(self, trouble: Trouble) -> None:
        assert self.backup is not None
        out, before = self.backup
        spare = self.scratch / "spare"

        def work(_spare: Path) -> None:
            script = Script(before.names, seats=before.by_seat)
            restore(spare, Restoration(out.read_bytes(), None), script)

        outcome = Inside(work).attempt(spare, *trouble or (None, -1))
        assert outcome.killed or outcome.error in ("", "StorageFailed")
        if not (spare / "journal.jsonl").exists():
            assert outcome.code != 0
            work(spare)
        self.look_at(spare, replace(before.then("restored"), held=before.generation))
        shutil.rmtree(spare)
        self.count()

    # --- a second machine ---

    @rule(kind=st.sampled_from(["halt", "refused", "signed"]), text=texts)
    def elsewhere(self, kind: str, text: str) -> None:
        name = f"there {self.new()}"
        with writing(self.second) as home:
            if kind == "halt":
                halt(home, Script(("Alice",), called=self.called()), "", self.identities)
                self.halts_there.add(name)
                self.news.append(("halt", name))
            elif kind == "refused" or self.halts_there:
                home.commit(objection("refused", name.encode()))
                self.news.append(("refused", None))
            else:
                kept = (b"document " + name.encode(), b"review", b"result " + name.encode())
                home.commit(signature(text, *kept))
                self.news.append(("signed", (text, kept[2])))
        self.count()

    @rule(trouble=troubles)
    def hear(self, trouble: Trouble) -> None:
        """Take in what the second machine has seen since it was last heard."""
        with writing(self.second) as there:
            content = exchange.export(there, 0, documents=True)
        results = [what[1] for kind, what in self.told + self.news if kind == "signed"]
        if not self.news:
            self.do(lambda home: exchange.take_in(home, content, self.script()), self.model, trouble)
            return
        after = self.model.then("imported", content, *results)
        for kind, what in self.news:
            if kind == "halt":
                after.halts[what] = after.number
                after.log.append((kind, what))
            elif kind == "signed" and after.number not in after.marks.setdefault(what[0], []):
                after.marks[what[0]].append(after.number)
        self.do(lambda home: exchange.take_in(home, content, self.script()), after, trouble)
        if self.model.number == after.number and self.model.kinds[-1] == "imported":
            self.told, self.news = self.told + self.news, []

    @rule()
    def tell(self) -> None:
        """Let the second machine take in what was decided here; a halt that only it knows stays open there."""
        with writing(self.root) as here:
            content = exchange.export(here, 0, documents=True)
        halts = set(self.halts_there)
        for kind, what in self.model.log[self.heard :]:
            if kind == "halt":
                halts.add(what)
            elif kind == "resume":
                halts -= what
        with writing(self.second) as there:
            exchange.take_in(there, content, self.script())
        self.halts_there, self.heard = halts, len(self.model.log)
        if self.model.number > self.numbers_heard:
            self.news.append(("imported", None))
            self.numbers_heard = self.model.number
        self.count()

    # --- what others do to its files ---

    @rule(part=st.floats(0.01, 0.99))
    def tear(self, part: float) -> None:
        """Leave the beginning of a line, as a power cut does."""
        with reading(self.root) as home:
            line = home.book.next("refused", objection("refused", b"never").what, at=0)  # type: ignore[arg-type]
        with (self.root / "journal.jsonl").open("ab") as journal:
            journal.write(line[: max(1, int(len(line) * part))])
        self.model = self.model.then("mended")
        self.settle()
        self.count()

    def remember(self) -> None:
        """Keep a copy of the home as it is, for somebody to put back."""
        copy = self.scratch / f"earlier {self.new()}"
        self.earlier = [*self.earlier[-2:], (Path(shutil.copytree(self.root, copy)), deepcopy(self.model))]

    @precondition(lambda self: self.earlier)
    @rule(which=st.integers(0, 2), what=st.sampled_from(["journal", "journal and head", "vaults", "all"]))
    def roll_back(self, which: int, what: str) -> None:
        older, model = self.earlier[which % len(self.earlier)]
        true = Path(shutil.copytree(self.root, self.scratch / "true"))
        with reading(true) as home:
            written = paper(home.book)
        names = {"journal": ["journal.jsonl"], "journal and head": ["journal.jsonl", "journal.head"], "vaults": []}
        for name in names.get(what, []):
            shutil.copy2(older / name, self.root / name)
        if what in ("vaults", "all"):
            place = "vaults" if what == "vaults" else "."
            shutil.rmtree(self.root / place if what == "vaults" else self.root)
            shutil.copytree(older / place, self.root / place)
        resealed, grown = model.generation != self.model.generation, model.number != self.model.number
        told = {"journal": grown, "journal and head": resealed, "vaults": resealed, "all": False}[what]
        if told:
            for door in (reading, writing):
                with pytest.raises(Alarm), door(self.root):
                    pytest.fail(f"{what} of an older state was let through")
        elif grown and what != "vaults":
            with reading(self.root) as home, pytest.raises(Alarm):
                home.book.require_on_paper(written)
        shutil.rmtree(self.root)
        true.rename(self.root)
        self.settle()
        self.count()

    # --- how it is done, and looked at ---

    def do(self, work: Work, after: Model | None, trouble: Trouble) -> None:
        """Work in a process that may be killed. `after`: what is so if it happens; None: it is refused."""

        def action(root: Path) -> None:
            with writing(root) as home:
                work(home)

        outcome = Inside(action).attempt(self.root, *trouble or (None, -1))
        assert outcome.killed or outcome.code != 1, outcome
        type(self).disturbed += trouble is not None and (outcome.killed or outcome.error == "StorageFailed")
        with writing(self.root) as home:
            kinds = [line.kind for line in home.book.chain.lines]
        if outcome.code == 0:
            assert after is not None
            self.model = after
        elif trouble is None:
            assert after is None, outcome
        elif kinds == [*self.model.kinds, "mended"]:
            self.model = self.model.then("mended")
        elif after is not None and kinds == after.kinds and kinds != self.model.kinds:
            assert outcome.killed or any(words in outcome.said for words in TRUE_OF_NEITHER), outcome
            self.model = after
        self.settle()
        self.count()

    def settle(self) -> None:
        """Open it as the next command does, and compare everything."""
        with writing(self.root) as home:
            self.model.require(home)
            assert home.book.journal.startswith(self.journal), "something was lost"
            self.journal = home.book.journal
        assert not list(self.root.rglob(".*"))

    def look_at(self, root: Path, model: Model) -> None:
        """Compare a home with a model, and open its vault."""
        with writing(root) as home:
            model.require(home)
            script = Script(model.names)
            with Attendance(home, script) as table, open_vault(home, table, "main") as vault:
                assert key_of(vault).secret.reveal() == SECRET

    def join(self) -> None:
        """Let a second machine join, in the place of the one before."""
        shutil.rmtree(self.second, ignore_errors=True)
        with writing(self.root) as here:
            content = exchange.export(here, 0, documents=True)
            officers = here.book.state.roster.officers
            self.identities = [each for each in map(here.identity, officers) if each is not None]
            self.alice = here.name_of(officers[0]), officers[0].key.hex()[:8]
        exchange.join(self.second, content)
        self.news: list[tuple[str, Any]] = [("genesis", None), ("imported", None)]
        self.told: list[tuple[str, Any]] = []
        self.halts_there, self.heard = set(self.model.halts), len(self.model.log)
        self.numbers_heard = self.model.number

    def called(self) -> dict[str, str]:
        """The second machine knows keys and no names."""
        return {f"officer {self.alice[1]}": self.alice[0]}

    def script(self) -> Script:
        return Script(self.model.names)

    def new(self) -> int:
        self.fresh += 1
        return self.fresh

    def count(self) -> None:
        type(self).operations += 1
        if not self.fresh % 3:
            self.remember()

    def teardown(self) -> None:
        with suppress(AttributeError):  # nothing was made
            self.look_at(self.root, self.model)
            shutil.rmtree(self.scratch)


_made: list[Path] = []


def template() -> Path:
    """A treasury of five with a vault, made once."""
    if not _made:
        root = Path(tempfile.mkdtemp(dir=MEMORY)) / "home"
        begun(root)
        with_vault(root)
        _made.append(root)
    return _made[0]


def test_random_work_and_the_model_agree(record_property: Callable[[str, object], None]) -> None:
    Treasury.operations = Treasury.disturbed = 0
    try:
        run_state_machine_as_test(
            Treasury,
            settings=settings(
                max_examples=OPERATIONS // STEPS * 4 // 3 + 2,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    finally:
        shutil.rmtree(_made.pop().parent)
    for name in ("operations", "disturbed"):
        record_property(name, getattr(Treasury, name))
    assert Treasury.operations >= OPERATIONS
    assert Treasury.disturbed > OPERATIONS // 20
