"""Runs scenes under strace, which sees every byte that a process hands to the system, and every call into a network.

python -m tests.leaks.watched REPORT     the program that is watched: it reads its scenes from standard input
"""

import ctypes
import json
import mmap
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from custody.secret import Secret
from tests.conftest import ROOT
from tests.leaks.forked import run
from tests.leaks.scenes import ALL
from tests.support.imports import module_files
from tests.support.patience import LONG

NAMED = "a secret that was planted as what a link leads to"
CONTROL = "a secret that was planted where it must be found"
"""Written by a scene of the watch's own, into a file that it removes again."""

_NAMES = frozenset({
    *("open", "openat", "openat2", "creat", "mkdir", "mkdirat", "mknod", "mknodat", "memfd_create"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir"),
    *("setxattr", "lsetxattr", "fsetxattr"),
})  # fmt: skip
"""Calls that hand over a name, which a file system keeps as it keeps a file's bytes."""

_MOVES = frozenset({"sendfile", "copy_file_range", "splice", "tee", "vmsplice"})
"""Calls by which bytes come into a file without being shown to strace; and a shared page that is written likewise."""

_CALLS = (
    "write,writev,pwrite64,pwritev,pwritev2,execve,%network,execveat,io_uring_setup,mmap,"
    + ",".join(f"?{name}" for name in sorted(_NAMES | _MOVES))  # ?: not every machine has all
)
_HANDS_OVER = {"write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg", "execve"}
_LINE = re.compile(r"(?P<name>\w+)\((?P<where>\d+<[^>]*>)?(?P<rest>.*)", re.DOTALL)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_SHARED = re.compile(r"PROT_WRITE.*MAP_SHARED(?!.*MAP_ANONYMOUS)")
_FILE = re.compile(r"\d+<[^>]*>")
_PR_GET_DUMPABLE = 3


class Handed(NamedTuple):
    """Bytes that a process handed to the system: what it called, for which file, and them."""

    process: str
    name: str
    where: str
    content: bytes


@dataclass(frozen=True)
class Watched:
    """What was seen: of each scene its end, and everything that the scenes' processes handed over, joined by file."""

    scenes: Mapping[str, Mapping[str, Any]]
    handed: tuple[Handed, ...]
    talked: tuple[str, ...]
    """Calls into a network, and whatever starts a program; those of the watcher too, which loads all that there is."""

    moved: tuple[str, ...] = ()
    """Calls that bring bytes into a file unseen, each with the file."""

    @property
    def outlets(self) -> set[str]:
        """The pipes by which secrets may leave."""
        return {f"pipe:[{scene['outlet']}]" for scene in self.scenes.values() if scene["lets out"]}


def watch(names: list[str], folders: Mapping[str, Path], beside: Path) -> Watched:
    """Run scenes, each in its folder, under strace."""
    task = json.dumps({name: str(folders[name]) for name in names})
    line = ["strace", "-ff", "-f", "--seccomp-bpf", "-qqq", "-y", "-xx", "-s", "4000000", "-e", f"trace={_CALLS}"]
    done = subprocess.run(
        [*line, "-o", str(beside / "log"), sys.executable, "-m", "tests.leaks.watched", str(beside / "report")],
        input=task,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=LONG,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads((beside / "report").read_text())
    logs = sorted(beside.glob("log.*"))
    theirs = (path for path in logs if path.suffix != f".{report['watcher']}")
    given = tuple(each for path in theirs for each in handed(path))
    theirs = [path for path in logs if path.suffix != f".{report['watcher']}"]
    unseen = tuple(each for path in theirs for each in moved(path))
    return Watched(report["scenes"], given, tuple(each for path in logs for each in talked(path)), unseen)


def talked(log: Path) -> Iterator[str]:
    """Read one process's calls into a network, and those that start a program; the first of all starts the watcher."""
    for line in log.read_text(errors="replace").splitlines():
        call = _LINE.match(line)
        unheard = _NAMES | _MOVES | {"mmap"} | _HANDS_OVER - {"sendto", "sendmsg", "execve"}
        if call is not None and call["name"] not in unheard:
            yield line


def moved(log: Path) -> Iterator[str]:
    """Read one process's calls by which bytes could come into a file, or a pipe, and be seen in no call."""
    for line in log.read_text(errors="replace").splitlines():
        call = _LINE.match(line)
        if call is None:
            continue
        written_shared = call["name"] == "mmap" and _SHARED.search(call["rest"])
        if call["name"] in _MOVES or written_shared:
            named = _FILE.search(call["where"] or call["rest"])
            yield f"{call['name']} {_unescaped(named[0]) if named else '?'}"


def handed(log: Path) -> Iterator[Handed]:
    """Read one process's calls; what it wrote to one file is put together, for a secret may be cut in two."""
    written: dict[tuple[str, str], bytes] = {}
    for line in log.read_text(errors="replace").splitlines():
        call = _LINE.match(line)
        if call is None or call["name"] not in _HANDS_OVER | _NAMES:
            continue
        content = b"\0".join(bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(call["rest"]))
        where = _unescaped(call["where"] or "")
        if call["name"] == "execve":
            yield Handed(log.suffix, "execve", "", content)
        elif call["name"] in _NAMES:
            written["a name", ""] = written.get(("a name", ""), b"") + b"\0" + content
        else:
            written[call["name"], where] = written.get((call["name"], where), b"") + content
    yield from (Handed(log.suffix, name, where, content) for (name, where), content in written.items())


def _unescaped(where: str) -> str:
    """The name of a file, which strace writes in hex too."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), where).partition("<")[2].rstrip(">")


# --- the program that is watched


def live(report: Path) -> None:
    """Run the scenes, and then the control."""
    for module in module_files("custody", "airgap"):
        import_module(module)
    ended = {}
    for name, folder in json.load(sys.stdin).items():
        with tempfile.NamedTemporaryFile() as told:
            watcher = Seen(told.fileno())
            end = run(ALL[name], Path(folder), watcher.begin, watcher.leave_argv)
            seen = Path(told.name).read_text().splitlines()
        ended[name] = {**asdict(end), "lets out": ALL[name].out, "seen": seen, "files": _files(Path(folder))}
    _control(report.parent)
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()
    report.write_text(json.dumps({"watcher": os.getpid(), "scenes": ended}))


@dataclass
class Seen:
    """Notes how the process stands when it makes its first Secret, in a file that is open: none can be opened then."""

    report: int

    def begin(self) -> None:
        made = Secret.__init__

        def first(secret: Secret, content: bytes | bytearray) -> None:
            Secret.__init__ = made  # type: ignore[method-assign]
            self.note(standing())
            made(secret, content)

        Secret.__init__ = first  # type: ignore[method-assign]

    def note(self, what: str) -> None:
        os.write(self.report, f"{what}\n".encode())

    def leave_argv(self) -> None:
        """Note what other processes could read of this one: its arguments, its environment as it is at the end."""
        for each in [*sys.argv, *(f"{name}={value}" for name, value in os.environ.items())]:
            self.note(f"argv: {each.encode('utf-8', 'surrogateescape').hex()}")


def standing() -> str:
    """Say what is not as it must be before a secret is held; nothing where all is."""
    umask = os.umask(0o077)
    os.umask(umask)
    wrong = {
        "umask": umask != 0o077,
        "core dumps": resource.getrlimit(resource.RLIMIT_CORE) != (0, 0),
        "readable memory": ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0,
    }
    return "first secret: " + ", ".join(name for name, is_wrong in wrong.items() if is_wrong)


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): oct(path.stat().st_mode & 0o777) for path in folder.rglob("*")}


def _control(folder: Path) -> None:
    """Leak on purpose, half and half, into a file that is gone afterwards."""
    child = os.fork()
    if not child:
        place = folder / "control"
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        half = len(CONTROL) // 2
        os.write(descriptor, CONTROL[:half].encode())
        os.write(descriptor, CONTROL[half:].encode())
        with open(place, "r+b") as opened, mmap.mmap(opened.fileno(), 0) as page:  # noqa: PTH123
            page[0:1] = b"A"
        with open(place, "rb") as source, open(place, "r+b") as target:  # noqa: PTH123
            os.sendfile(target.fileno(), source.fileno(), 0, 1)
        (folder / "control of a name").symlink_to(NAMED)
        place.unlink()
        os._exit(0)
    os.waitpid(child, 0)


if __name__ == "__main__":
    live(Path(sys.argv[1]))
