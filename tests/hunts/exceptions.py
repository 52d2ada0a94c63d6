"""An exception at a place drawn at random, in every room, during real commands: what it ends as, and what it leaves.

python -m tests.hunts.exceptions COUNT [SEED], or make hunt-exceptions: what it found: docs/hunts.md

A place is a line of ours (or the entry of a function) that a command runs, and how many times it was passed before. The
rooms are drawn first, then the module, then the line, so that a loop is not hunted more than what runs once.
"""

import json
import mmap
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from custody import apart
from custody.ceremony.home.home import reading
from custody.errors import CustodyError
from tests.conftest import ROOT
from tests.faults import homes
from tests.faults.homes import HOME, THREE
from tests.leaks.forked import Ended, run
from tests.leaks.scenes import AT, CARDS, MORE, PASSPHRASE, PHRASE, SCENES, WINDOW, Scene, Stage, digest_of
from tests.support.authenticator import Line, Token, plugged
from tests.support.imports import module_files
from tests.support.officers import NAMES, quick_identities

SECRET = "the words of a card"
OURS = (str(ROOT / "custody") + "/", str(ROOT / "airgap") + "/")
KINDS: dict[str, Callable[[], BaseException]] = {
    "RuntimeError": lambda: RuntimeError(SECRET),
    "OSError": lambda: OSError(5, SECRET, SECRET),
    "MemoryError": lambda: MemoryError(SECRET),
    "RecursionError": lambda: RecursionError(SECRET),
    "UnicodeDecodeError": lambda: UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
    "KeyboardInterrupt": lambda: KeyboardInterrupt(SECRET),
}
ANSWERS = {"RuntimeError": {1}, "MemoryError": {1, 7}, "KeyboardInterrupt": {6}}
"""Kinds that nothing may take for an answer. The others are how the system and Python say no: a code of ours then."""

JUDGING = "selftest"
"""What takes any exception of what it tries for an answer, and ends with 7: that computes wrongly here."""

NEVER = (SECRET, PASSPHRASE, PHRASE, *CARDS, *(f"the passphrase of {name}" for name in NAMES))
STRAY = re.compile(r"\.out(-\d+)?\.[0-9a-f]{16}\.(new|tmp)")
_NOISE = ("Traceback", "Exception ignored", 'File "')


TOKENS = {
    "officer enrol, with a token": Scene(
        ("officer", "enrol", "Frank", *AT, "--token", "Frank"), officers=(*THREE, "Frank")
    ),
}
"""Scenes in which a token is plugged in: a virtual one, in the hunt's own process."""


@dataclass(frozen=True)
class Place:
    """A line of a file, once it was passed so many times."""

    file: str
    line: int
    passed: int

    def __str__(self) -> str:
        return f"{self.file.removeprefix(str(ROOT) + '/')}:{self.line} ({self.passed})"


def here(work: Callable[[], bytes], *_how: object) -> bytes:
    """Do in this process what is done apart, where places are counted; `tests/test_apart.py` looks at the other way."""
    return work()


class Places:
    """Counts the lines that a command passes, and writes them to a file at its end."""

    def __init__(self, report: int) -> None:
        self._report = report  # open: no other file can be by then
        self._passed: Counter[tuple[str, int]] = Counter()

    def begin(self) -> None:
        apart.run = here  # type: ignore[assignment]
        sys.settrace(self._entered)

    def end(self) -> None:
        content = json.dumps([[*where, count] for where, count in self._passed.items()]).encode()
        os.pwrite(self._report, content, 0)

    def _entered(self, frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        return self._local(frame, "line", None) if frame.f_code.co_filename.startswith(OURS) else None

    def _local(self, frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        if event == "line":
            self._passed[frame.f_code.co_filename, frame.f_lineno] += 1
        return self._local


@dataclass
class Injection:
    """Raises at a place, once."""

    place: Place
    make: Callable[[], BaseException]
    left: int = field(init=False)
    told: mmap.mmap = field(init=False)  # shared with the child

    def __post_init__(self) -> None:
        self.left = self.place.passed
        self.told = mmap.mmap(-1, 1)

    @property
    def came(self) -> bool:
        """Whether it was raised, in whichever process."""
        return self.told[0] == 1

    def begin(self) -> None:
        apart.run = here  # type: ignore[assignment]
        sys.settrace(self._entered)

    def _entered(self, frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        return self._local(frame, "line", None) if frame.f_code.co_filename == self.place.file else None

    def _local(self, frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        if event == "line" and frame.f_lineno == self.place.line:
            if not self.left:
                sys.settrace(None)
                self.told[0] = 1
                raise self.make()
            self.left -= 1
        return self._local


def room(file: str) -> str:
    """The room that a file lies in: custody/cli/keys, say."""
    parts = Path(file).relative_to(ROOT).parent.parts
    return "/".join(parts[:3])


@dataclass(frozen=True)
class Known:
    """A scene when nothing disturbs it: files -> lines and how often each is passed, what it leaves, how it ends.

    `sure` are the files that come out the same each time.
    """

    places: dict[str, list[tuple[int, int]]]
    clean: dict[str, str]
    sure: set[str]
    ended: Ended


@dataclass
class Hunt:
    """Places of all scenes, drawn by a seed, and what was wrong where one was disturbed."""

    stage: Stage
    seed: int
    rooms: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    never: int = 0

    def go(self, count: int, scenes: dict[str, Scene]) -> None:
        """Disturb so many places. A scene is run once undisturbed first, with all modules there already."""
        for module in module_files("custody", "airgap"):
            import_module(module)
        known = {name: self._undisturbed(scene) for name, scene in scenes.items()}
        drawn = Random(self.seed)
        where = sorted({room(file) for each in known.values() for file in each.places})
        for number in range(count):
            chosen = where[number % len(where)]
            name = drawn.choice([name for name in known if any(room(file) == chosen for file in known[name].places)])
            places = known[name].places
            file = drawn.choice(sorted(file for file in places if room(file) == chosen))
            line, passed = drawn.choice(places[file])
            kind = drawn.choice(sorted(KINDS))
            place = Place(file, line, drawn.randrange(passed))
            self._disturb(name, scenes[name], place, kind, known[name])

    def _undisturbed(self, scene: Scene) -> "Known":
        folder = self.stage.folder(scene)
        with tempfile.NamedTemporaryFile() as report:
            counting = Places(report.fileno())
            ended = run(scene, folder, counting.begin, counting.end)
            told = json.loads(Path(report.name).read_text())
        clean = digest_of(folder)
        again = self.stage.folder(scene)
        run(scene, again)
        sure = {name for name, digest in digest_of(again).items() if clean.get(name) == digest}
        places: dict[str, list[tuple[int, int]]] = {}
        for file, line, passed in told:
            places.setdefault(file, []).append((line, passed))
        return Known(places, clean, sure, ended)

    def _disturb(self, name: str, scene: Scene, place: Place, kind: str, known: Known) -> None:
        folder = self.stage.folder(scene)
        before = digest_of(folder)
        injection = Injection(place, KINDS[kind])
        ended = run(scene, folder, injection.begin)
        if not injection.came:
            self.never += 1
            return
        self.rooms[room(place.file)] += 1
        self.codes[f"{kind}: {ended.code}"] += 1
        cleaning = place.file.endswith(("/files.py", "/writable.py"))
        told = [
            *faults_of(ended, kind, known.ended.code, scene.arguments),
            *left_by(folder, before, known, ended, cleaning=cleaning),
        ]
        self.faults += [f"{name}: {kind} at {place}: {each}" for each in told]


def faults_of(ended: Ended, kind: str, usual: int, line: Sequence[str] = ()) -> Iterator[str]:
    """Say what is wrong with how a disturbed command ended, which was called by a line."""
    said = ended.out + ended.err
    judging = {7} if JUDGING in line[:1] and kind != "KeyboardInterrupt" else set()
    silent = (
        {7} if kind == "OSError" else set()
    )  # a source of randomness that does not answer: a machine that is not fit
    if ended.code not in ANSWERS.get(kind, {usual, 1, 3, 4, 5, 8, 9}) | judging | silent:
        yield f"exit {ended.code}"
    if any(noise in said for noise in _NOISE):
        yield f"noise: {said[-600:]}"
    if any(secret in said for secret in NEVER):
        yield "a secret was said"
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    errors += _told_in_json(ended.out) if "--json" in line else []
    disturbed_while_told = usual and len(errors) == 2 and errors[1].startswith("error: an internal error (")
    if ended.code and len(errors) != 1 and not disturbed_while_told:
        yield f"not one error but: {ended.err[-400:]!r}"


def _told_in_json(out: str) -> list[str]:
    """The error that a script reads; of a command that judges, its judgement, where that is the reason for its code."""
    try:
        said = json.loads(out)
    except ValueError:
        return []
    is_told = "error" in said or False in (said.get("ok"), said.get("fit"))
    return [f"error: {said}"] if is_told else []


def left_by(folder: Path, before: dict[str, str], known: Known, ended: Ended, *, cleaning: bool) -> Iterator[str]:
    """Say what a disturbed command left that is neither as it was nor as it becomes.

    Where the clean-up itself is disturbed, as by a kill, what was written beside may stay under its hidden name.
    """
    after, clean = digest_of(folder), known.clean
    for name in sorted(after.keys() - before.keys() - clean.keys()):
        if not name.startswith((f"{HOME}/", "new/")) and not (cleaning and STRAY.fullmatch(name)):
            yield f"left {name}"
    made = {name for name in clean.keys() - before.keys() if name.startswith("out")}
    if ended.code == known.ended.code == 0 and not made <= after.keys():
        yield "says that it is done, and its file is missing"
    if any(name in after and after[name] != clean[name] for name in made & known.sure):
        yield "a file that is neither whole nor absent"
    yield from (f"{name} is gone" for name in before.keys() - after.keys() - {f"{HOME}/reserve"} if name in clean)
    if any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file() for secret in NEVER):
        yield "a secret was written"
    for home in (folder / HOME, folder / "new"):
        if (home / "journal.jsonl").exists():
            yield from _faults_of_home(home)


def _faults_of_home(home: Path) -> Iterator[str]:
    try:
        with reading(home, strictly=True):
            pass
    except CustodyError as failure:
        yield f"{home.name}: {failure.message}"


def main(count: int, seed: int) -> int:
    """Hunt, and say what was found."""
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place, quick_identities(), plugged(Line(Token())):
        hunt = Hunt(Stage(Path(place).resolve()), seed)
        hunt.go(count, {**SCENES, **MORE, **WINDOW, **TOKENS})
    print(f"{count} places in {len(hunt.rooms)} rooms, seed {seed}; {hunt.never} never came")
    everywhere = {room(str(path)) for each in OURS for path in Path(each).rglob("*.py") if path.name != "__init__.py"}
    print("rooms that no scene passes:", *sorted(everywhere - hunt.rooms.keys()))
    print(", ".join(f"{answer} ({times})" for answer, times in sorted(hunt.codes.items())))
    print(*hunt.faults, f"{len(hunt.faults)} faults", sep="\n")
    return int(bool(hunt.faults))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20261129))
