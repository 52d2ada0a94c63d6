"""Every command that changes a treasury's directory, with every fault at every write-side call of it.

python -m tests.faults.treasury [NAME ...]     the whole hunt, or the commands named; what it found: docs/faults.md

The state is the old one or the new one and what was said of it is true; the next writer opens it, the same command
works, the vault opens with the right secret, and nothing stray or secret is left. `homes` knows what a home holds.
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path

from custody.ceremony.home.home import reading
from custody.ceremony.home.noted import Note
from custody.ceremony.home.writing import writing
from tests.faults import homes
from tests.faults.changes import COMMANDS, Command
from tests.faults.fault import KILLED_BEFORE, Call, Fault, Outcome
from tests.faults.homes import HOME, NEW, SHOWN, SIGNED
from tests.faults.inside import Inside
from tests.faults.order import complaints
from tests.faults.points import Tried, Way, every_point, fresh
from tests.support.officers import custody, quick_treasury

TRUE_OF_NEITHER = ("nobody knows", "the next command")
"""What is said where the disk left it open whether a step happened."""

TOLD_AFTERWARDS = ("cannot be written: ", "was written, and ", "journal.next cannot be removed", "is halted, and ")
"""What is said of a step that has happened: the result could not be delivered, or what is left be cleared up."""

OUTPUT_STRAY = re.compile(r"\.(signed|backup)\.[0-9a-f]{16}\.tmp")
"""What a killed command leaves beside a file that it was writing elsewhere than in a home: sealed, or public."""


@dataclass
class Judge:
    """Says of a disturbed run whether it left what it may. `clean` is a home after an undisturbed run."""

    command: Command
    before: homes.Found | None
    clean: homes.Found
    settled: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, command: Command, prepared: Path, scratch: Path) -> "Judge":
        """Learn what the command does when nothing disturbs it."""
        folder = fresh(prepared, scratch / "folder")
        if homes.journal_of(folder / command.home):
            with writing(folder / command.home):
                pass
        before = homes.found(folder / command.home)
        folder = fresh(prepared, scratch / "folder")
        answer = command.act(folder)
        assert answer.code == command.code, answer
        done = homes.found(folder / command.home)
        assert done is not None
        assert done.kinds[-1] == command.kind
        with writing(folder / command.home):  # who opens it next writes the halts into the book that came beside it
            pass
        clean = homes.found(folder / command.home)
        assert clean is not None
        return cls(command, before, clean)

    def __call__(self, folder: Path, outcome: Outcome) -> None:
        """Raise AssertionError for what must not be."""
        command, home = self.command, folder / self.command.home
        assert outcome.killed or outcome.code in (0, 8), outcome
        assert outcome.code != 8 or "error: " in outcome.said, outcome
        homes.require_nothing_secret(folder)
        self._out_is_in_the_book(folder)
        made = homes.journal_of(home) != b""
        if made:
            self._settle(home, outcome)
        else:
            assert self.before is None
            assert outcome.code != 0
            self._count("nothing")
        self._again(folder, happened=made and homes.kinds_of(home) == self.clean.kinds)
        with writing(home) as opened:
            if command.vaults:
                homes.require_vault_opens(opened, command.come)
            homes.require_nothing_stray(opened.book, home)
        homes.require_nothing_secret(folder)
        beside = {path.name for path in folder.iterdir()} - SHOWN - {HOME, NEW}
        assert all(OUTPUT_STRAY.fullmatch(name) for name in beside), beside

    def _out_is_in_the_book(self, folder: Path) -> None:
        """The book is told before a signature leaves; a backup is there before the book tells of it."""
        out = self.command.out
        if out == SIGNED and (folder / out).exists():
            was = 0 if self.before is None else self.before.kinds.count("signed")
            assert homes.journal_of(folder / self.command.home).count(b'"kind":"signed"') > was

    def _settle(self, home: Path, outcome: Outcome) -> None:
        with reading(home, strictly=True):
            pass
        with writing(home) as opened:
            homes.require_no_leavers(opened)
            homes.require_nothing_stray(opened.book, home)
            assert (home / "journal.head").read_bytes() == Note.of(opened.book).encode()
            assert opened.halted or (home / "reserve").exists()
            beside = bool(opened.halts_beside)  # a halt that the journal did not take
        found = homes.found(home)
        assert found is not None
        before = () if self.before is None else self.before.kinds
        torn = (*before, "mended", *self.clean.kinds[len(before) :])  # a halt lies beside the line that was cut away
        happened = found.kinds == self.clean.kinds or (self.command.kind == "halt" and found.kinds == torn)
        if happened:
            assert found.places == self.clean.places
            self._count("new" if found.kinds == self.clean.kinds else "new, a torn line cut away")
        else:
            assert self.before is not None
            assert found.kinds in (before, (*before, "mended")), found.kinds
            assert found.files == self.before.files
            assert "mended" in found.kinds or found.journal == self.before.journal
            assert not beside or self.command.kind == "halt"
            self._count("beside" if beside else "old" if found.kinds == before else "old, a torn line cut away")
        self._said_is_true(outcome, happened=beside or happened)
        assert custody("journal", "verify", "--home", str(home)).code == 0

    def _said_is_true(self, outcome: Outcome, *, happened: bool) -> None:
        if outcome.killed:
            return
        if outcome.code == 0:
            assert happened, "said to have happened, and did not"
        elif not any(words in _error(outcome) for words in TRUE_OF_NEITHER + TOLD_AFTERWARDS):
            assert not happened, "said to have failed, and happened"

    def _again(self, folder: Path, *, happened: bool) -> None:
        """Run the same command: it works, or is refused because it has happened."""
        command, home = self.command, folder / self.command.home
        before = homes.kinds_of(home)
        answer = command.act(folder)
        if happened:
            assert answer.code in command.again, answer
        elif answer.code == 8 and command.out == "backup":
            assert f"{command.out} is there already" in answer.err
            (folder / command.out).unlink()
            assert command.act(folder).code == 0
        else:
            assert answer.code == command.code, answer
            with writing(home):
                pass
            same = takewhile(lambda pair: pair[0] == pair[1], zip(before, self.clean.kinds, strict=False))
            assert homes.kinds_of(home) == (*before, *self.clean.kinds[len(list(same)) :])

    def _count(self, what: str) -> None:
        self.settled[what] = self.settled.get(what, 0) + 1


def _error(outcome: Outcome) -> str:
    """The sentence with which a command failed: what it warned of before is about what was there before."""
    return outcome.said.rpartition("error: ")[2]


class Sampled:
    """A way of which only some points are tried: each `kills`th kill before a call, each `rest`th other fault."""

    def __init__(self, way: Way, kills: int, rest: int) -> None:
        self._way = way
        self._every = {True: kills, False: rest}
        self._asked = {True: 0, False: 0}

    def calls(self, folder: Path) -> tuple[Call, ...]:
        return self._way.calls(folder)

    def applies(self, call: Call, fault: Fault) -> bool:
        kill = fault is KILLED_BEFORE
        if not self._way.applies(call, fault):
            return False
        self._asked[kill] += 1
        return self._asked[kill] % self._every[kill] == 0

    def run(self, folder: Path, fault: Fault, at: int) -> Outcome:
        return self._way.run(folder, fault, at)


def hunt(name: str, scratch: Path, *, kills: int = 1, rest: int = 1) -> tuple[Tried, Judge]:
    """Try a command at its points, or a sample of them. What the judge raises is passed on."""
    command = COMMANDS[name]
    (prepared := scratch / "prepared").mkdir(parents=True)
    command.prepare(prepared)
    judge = Judge.of(command, prepared, scratch)
    tried = every_point(Sampled(Inside(command.action), kills, rest), prepared, judge, scratch)
    assert complaints(tried.calls) == []
    return tried, judge


def _main(names: Iterable[str]) -> int:
    say, points, begin = partial(print, file=sys.stderr, flush=True), 0, time.monotonic()
    for name in names or COMMANDS:
        with tempfile.TemporaryDirectory(dir=homes.MEMORY) as scratch, quick_treasury():
            tried, judge = hunt(name, Path(scratch).resolve())
        points += tried.points
        left = ", ".join(f"{count} {what}" for what, count in sorted(judge.settled.items()))
        say(f"{name}: {tried}; {left}")
    say(f"{points} points in {time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
