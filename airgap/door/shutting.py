"""`shut`: what was inherited is closed, and the kernel refuses to talk, start programs, or open what nobody named.

What ran before this line cannot be prevented here; what of it leaves a trace is noticed. Nothing is said: whoever needs
a sound door asks `standing`.
"""

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from airgap.door import confining, descriptors
from airgap.door.calls import MACHINES
from airgap.door.programs import INSTRUCTION_BYTES, program
from airgap.door.standing import remember

ALLOWED = frozenset(
    {
        *("CUSTODY_HOME", "HOME", "PATH", "TERM", "COLORTERM", "NO_COLOR", "LINES", "COLUMNS"),
        *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"),
        *("_CUSTODY_COMPLETE", "_AIRGAP_COMPLETE", "COMP_WORDS", "COMP_CWORD"),
        *("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "ASCIINEMA_REC"),  # who looks on is told by these
    }
)
"""Variables that the launcher passes on; any other has come by another way."""

LOADED_BEFORE = "CUSTODY_LOADER"
"""In it the launcher names what the system's loader was told: it ran before any line of ours."""

_PLAIN = frozenset({"TERM", "COLORTERM", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"})
"""Names and no paths: a locale with a slash is a folder with somebody's words."""

LAUNCH = "from airgap.door.shutting import shut; shut(); "
"""How the launcher's line of Python begins."""

_PRELOADED = "/etc/ld.so.preload"
_HELP, _VERSION = frozenset({"--help", "-h"}), "--version"
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def shut() -> None:
    """Shut the door of this process for good, as the first thing that the launcher's line of Python does.

    A page of help needs no door, and gets none: it reads no secret. On a system other than Linux, and on a machine
    whose calls are not known, nothing is shut, and `standing` says so.
    """
    words = sys.argv[1:]
    if not asks_for_a_page(words):
        _shut(words, [*_of_start(os.environ)])


def shut_late() -> None:
    """Shut the door that a word for a page of help kept open, where the word is a value and a command goes on.

    Before it opens anything. What was loaded until now had no door, which is noticed.
    """
    words = sys.argv[1:]
    if asks_for_a_page(words):
        _shut(words, ["late"])


def asks_for_a_page(words: Sequence[str]) -> bool:
    """Say whether the command line holds what could ask for a page of help, or for the version, as launchers see it."""
    return not _HELP.isdisjoint(words) or words[:1] == [_VERSION]


def _shut(words: Sequence[str], noticed: list[str]) -> None:
    if sys.platform == "linux":
        inherited = descriptors.close_others(descriptors.named(words))
        noticed += ["network"] if inherited else []
        noticed += [] if confining.to_words(words, os.environ) else ["files"]
        noticed += [] if _filtered() else ["open"]
        noticed += _of_files()
    else:
        noticed.append("system")
    remember(tuple(noticed))


def _of_start(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not as the launcher has it."""
    if not sys.flags.isolated or _before(sys.orig_argv) != ["-I", "-c", LAUNCH]:
        yield "launcher"
    if environment.get(LOADED_BEFORE) or os.path.exists(_PRELOADED):  # noqa: PTH110  pathlib costs every start
        yield "loader"
    if any(_is_strange(name, value) for name, value in environment.items()):
        yield "environment"


def _before(line: Sequence[str]) -> list[str]:
    """The options of this Python, and as much of its line as every launcher has."""
    return [*line[1:3], *(each[: len(LAUNCH)] for each in line[3:4])]


def _is_strange(name: str, value: str) -> bool:
    return (name not in ALLOWED and name != LOADED_BEFORE) or (name in _PLAIN and "/" in value)


def _filtered() -> bool:
    """Let the kernel filter the calls of this process and of all that it starts. Say whether it does."""
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        return False
    system = ctypes.CDLL(None)
    steps = program(machine)
    kept = ctypes.create_string_buffer(steps, len(steps))
    filter_ = _Program(len(steps) // INSTRUCTION_BYTES, ctypes.addressof(kept))
    zero = ctypes.c_ulong(0)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero):
        return False
    return not system.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(filter_), zero, zero)


def _of_files() -> Iterator[str]:
    """Yield "mapped" where code is in this process that is neither Python's own nor the system's."""
    homes = tuple({os.path.realpath(each) + "/" for each in (sys.prefix, sys.base_prefix)}) + _SYSTEM
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:  # noqa: PTH123
        for line in maps:
            fields = line.split(maxsplit=5)
            if len(fields) == 6 and "x" in fields[1] and fields[5].startswith("/") and not fields[5].startswith(homes):
                yield "mapped"
                return


_SYSTEM = ("/usr/lib/", "/usr/lib64/", "/lib/", "/lib64/", "/usr/bin/", "/usr/local/lib/", "/nix/store/")
"""Where a Linux has its libraries, and its Python."""
