"""Runs any program under strace, which kills it at a real system call or answers one with an error.

Counted are the calls that touch the folder; the same calls elsewhere (an interpreter's start, standard output) are
only stepped over, so there must be as many of them in every run. An interpreter opens its modules or the bytecode that
another process has left beside them: here it finds bytecode of its own, to which nobody adds. A short write is not made
here: strace can only pretend that bytes were written which were not.
A process that forbids its user to look on (`PR_SET_DUMPABLE`) hides its descriptors from strace, unless root traces.
"""

import errno
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.fault import EINTR, EIO, ENOSPC, EROFS, KILLED_BEFORE, Call, Fault, Outcome, Undone
from tests.faults.program import Program

STRACE = shutil.which("strace")
FAULTS = (KILLED_BEFORE, ENOSPC, EIO, EROFS, EINTR)
"""What strace can do at a call. Killed after one call is killed before the next."""

STEPPING = ("-ff",)
PASSING = ("-ff", "-f", "--seccomp-bpf")
"""How strace stops a program: at each call; or at those it counts alone, which is quicker, but no signal comes then."""

_BY_DESCRIPTOR = ("write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "ftruncate", "fchmod", "flock")
_BY_PATH = ("open", "creat", "unlink", "rmdir", "mkdir", "truncate", "chmod", "rename", "link", "symlink")
_AT = ("openat", "unlinkat", "mkdirat", "renameat", "renameat2", "linkat", "symlinkat", "fchmodat")
_SYSTEM_CALLS = ",".join(f"?{name}" for name in (*_BY_DESCRIPTOR, *_BY_PATH, *_AT))  # ?: not every machine has all

_LINE = re.compile(r"(?P<time>[0-9.]+) (?P<name>[a-z0-9_]+)\((?P<rest>.*)")
_DESCRIPTOR = re.compile(r"[0-9]+<(?P<path>[^>]*)>")
_PATH = re.compile(r'(?:(?:AT_FDCWD|[0-9]+)<(?P<above>[^>]*)>, )?"(?P<path>[^"]*)"')
_OPENS_FOR_WRITING = re.compile(r"\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)\b")
_RANDOM = re.compile(r"[0-9a-f]{16}|[0-9]+")
_SAID = 2000


@dataclass(frozen=True, slots=True)
class _Seen:
    """A system call in the log: when, whose, and the how manieth of its name it was in its process."""

    time: str
    process: str
    name: str
    turn: int
    call: Call
    writes: bool
    injected: bool


class Traced:
    """Any program. Raises Undone where strace is not there."""

    def __init__(self, program: Program) -> None:
        if STRACE is None:
            raise Undone("there is no strace on this machine")
        self._strace = STRACE
        self._bytecode = tempfile.TemporaryDirectory()
        self._program = _with_environment(program, PYTHONPYCACHEPREFIX=self._bytecode.name)
        self._points: tuple[_Seen, ...] = ()

    def calls(self, folder: Path) -> tuple[Call, ...]:
        """Run it without a fault and return its write-side calls. Raises Undone if it fails by itself."""
        self._compile(folder)
        outcome, seen = self._trace(folder, [])
        if outcome.code:
            raise Undone(f"fails without a fault: {outcome}")
        self._points = tuple(each for each in seen if each.writes)
        return tuple(point.call for point in self._points)

    def applies(self, _call: Call, fault: Fault) -> bool:
        """Say whether this way of running can make this fault at this call."""
        return fault in FAULTS

    def run(self, folder: Path, fault: Fault, at: int) -> Outcome:
        """Run it with a fault at the call that `calls` returned. Raises Undone if it came elsewhere, or never."""
        point = self._points[at]
        how = "signal=KILL" if fault.kill else f"error={errno.errorcode[fault.error]}"
        order = ["-e", f"inject={point.name}:{how}:when={point.turn}"]
        outcome, seen = self._trace(folder, order, kills=fault.kill)
        if fault.kill:
            hit = [each for each in seen if each.name == point.name][-1:] if outcome.killed else []
        else:
            hit = [each for each in seen if each.injected]
        if len(hit) != 1 or _steady(hit[0].call) != _steady(point.call):
            raise Undone(f"{fault.name} did not come at {point.call} and nowhere else, but at {hit}: {outcome}")
        return outcome

    def _compile(self, folder: Path) -> None:
        """Run it once on a copy, untraced, to write its bytecode."""
        with tempfile.TemporaryDirectory() as beside:
            copy = shutil.copytree(folder, Path(beside).resolve() / folder.name, symlinks=True)
            _with_environment(self._program, PYTHONDONTWRITEBYTECODE="").start([], copy)

    def _trace(self, folder: Path, options: list[str], *, kills: bool = False) -> tuple[Outcome, list[_Seen]]:
        with tempfile.TemporaryDirectory() as beside:
            log = Path(beside) / "log"
            stops = STEPPING if kills else PASSING
            watch = [self._strace, *stops, "-y", "-ttt", "-qq", "-s", "0", "-e", "signal=none", "-o", str(log)]
            done = self._program.start([*watch, "-e", f"trace={_SYSTEM_CALLS}", *options, "--"], folder)
            seen = [
                each
                for file in sorted(Path(beside).iterdir())
                for each in _read(file.suffix, file.read_text(errors="replace"), folder, self._program.where())
            ]
        said = done.stderr.decode(errors="replace")[-_SAID:]
        return Outcome(done.returncode, "", said), sorted(seen, key=lambda each: each.time)


def _with_environment(program: Program, **added: str) -> Program:
    return replace(program, environment={**program.environment, **added})


def _read(process: str, log: str, folder: Path, cwd: Path) -> list[_Seen]:
    turns: Counter[str] = Counter()
    seen = []
    for line in log.splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        name, rest = found["name"], found["rest"]
        turns[name] += 1
        call = _call(name, rest, cwd)
        writes = _touches(call, folder) and (name not in ("open", "openat") or bool(_OPENS_FOR_WRITING.search(rest)))
        seen.append(_Seen(found["time"], process, name, turns[name], call, writes, rest.endswith("(INJECTED)")))
    return seen


def _call(name: str, rest: str, cwd: Path) -> Call:
    """Say what a logged call changes, by whole paths: those of its descriptor, or those that it names."""
    if name in _BY_DESCRIPTOR:
        descriptor = _DESCRIPTOR.match(rest)
        return Call(name, descriptor["path"] if descriptor else "")
    paths = [str(Path(each["above"] or cwd) / each["path"]) for each in _PATH.finditer(rest)]
    path, new, *_rest = [*paths, "", ""]
    return Call(name, path, new)


def _touches(call: Call, folder: Path) -> bool:
    return any(path == str(folder) or path.startswith(f"{folder}/") for path in (call.path, call.new))


def _steady(call: Call) -> str:
    """Write a call without what differs from run to run: random names and descriptors' numbers."""
    return _RANDOM.sub("*", str(call))
