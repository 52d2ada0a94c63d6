"""What a process may open: what Python and this toolkit need of the system, and what a command line names.

Rights are on folders, with all that lies below: where a file is written, its folder is open for writing, for it comes
beside its name first. Nothing here is ever executed, so no place has that right.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from airgap.door.landlock import (
    IOCTL_DEV,
    MAKE_DIR,
    MAKE_REG,
    READ,
    READ_DIR,
    READ_FILE,
    REMOVE_DIR,
    REMOVE_FILE,
    TRUNCATE,
    WRITE_FILE,
    Rule,
)

_WRITE = READ_DIR | WRITE_FILE | MAKE_REG | REMOVE_FILE
_KEEP = _WRITE | READ_FILE | TRUNCATE | MAKE_DIR
_USE = READ_FILE | WRITE_FILE | IOCTL_DEV


class Use(Enum):
    """What a command does with a path that its line names."""

    READ = "reads it, or what is in it"
    WRITE = "writes it anew"
    PROVE = "writes it anew, and reads it back"
    MEDIUM = "reads and writes files in it, whose names are typed later"
    KEEP = "keeps a treasury in it"
    MAKE = "makes it, and keeps a treasury in it"
    PRINT = "writes to it, a device that prints"
    PLUGGED = "is whose token is plugged in, at a time that nobody knows yet"


Named = tuple[Use, str]

WRITING = {
    "-o": Use.PROVE,
    "--output": Use.PROVE,
    "--token": Use.PLUGGED,
    "--medium": Use.MEDIUM,
    "--records": Use.MEDIUM,
    "--printer": Use.PRINT,
    "--report": Use.PROVE,
    "--home": Use.MAKE,
    "--to": Use.MAKE,
}
"""Options of any command that name what is written: all that the first rules know of commands."""

_HOME = "CUSTODY_HOME"
_PLAIN = (
    *("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/lib", "/lib64", "/nix/store"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/openssl.cnf"),
    *("/proc", "/sys/devices/system", "/dev/urandom", "/dev/random"),
)
_MEASURED = ("/sys", "/etc/ld.so.preload")
_LISTED = ("/dev", "/etc", "/var")
_TOKENS = "/dev/hidraw"
_CAMERAS = "/sys/class/video4linux"
_NOBODY_WRITES = ("/", "/dev", "/proc", "/sys")


def of_system() -> Iterator[Rule]:
    """Yield what every process needs: Python, its libraries and this toolkit, locales and fonts, a few devices."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100,PTH120
    homes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    for place in (*sorted(homes), f"{here}/airgap", f"{here}/custody", *_PLAIN):
        yield place, READ
    for listed in sys.path:
        yield listed, READ_DIR
    yield "/dev/null", _USE
    yield "/dev/tty", _USE


def of_fitness() -> Iterator[Rule]:
    """Yield what is looked at before a secret, to say whether something makes keys unsafe on this machine."""
    yield from ((place, READ) for place in _MEASURED)


def of_machine() -> Iterator[Rule]:
    """Yield all that is looked at to say what a machine is like."""
    yield from of_fitness()
    yield from ((place, READ_DIR) for place in _LISTED)


def of_cameras() -> Iterator[Rule]:
    """Yield the cameras that are there, as far as one can be named (`airgap scan --camera`)."""
    if os.path.exists(_CAMERAS):  # noqa: PTH110
        named = (f"/dev/video{number}" for number in range(64))
        yield from ((name, _USE) for name in named if os.path.exists(name))  # noqa: PTH110


def of_tokens() -> Iterator[Rule]:
    """Yield the FIDO2 tokens, and what else speaks USB HID, that are plugged in by now."""
    named = [f"{_TOKENS}{number}" for number in range(64)]
    there = [name for name in named if os.path.exists(name)]  # noqa: PTH110
    yield from ((name, _USE) for name in there)
    if there:
        yield "/dev", READ_DIR


def of_words(words: Iterable[str], environment: Mapping[str, str]) -> Iterator[Rule]:
    """Yield what a command line could name, before anybody knows its command: much, and nothing beyond it."""
    if home := environment.get(_HOME):
        yield from _possible(Use.MAKE, home)
    before = ""
    for word in words:
        option, equals, value = word.partition("=")
        for name, said in ((before, word), (option, value), (word[:2], word[2:])):
            if name in WRITING and said:
                yield from _possible(WRITING[name], said)
        yield word, READ
        while equals:
            yield value, READ
            _name, equals, value = value.partition("=")
        before = word


def _possible(use: Use, path: str) -> Iterator[Rule]:
    """What a path could need; where a home may be made, the folder around it until it is."""
    yield from of_named([(use, path)])
    if use is Use.MAKE and not os.path.isdir(path):  # noqa: PTH112
        yield from _written(_above(path), _KEEP | REMOVE_DIR)


def of_named(named: Iterable[Named]) -> Iterator[Rule]:
    """Yield what is needed for the paths that a line names. A home that is to be made has to be there by now."""
    for use, path in named:
        if use is Use.READ:
            yield path, READ
        elif use is Use.PRINT:
            yield path, WRITE_FILE | IOCTL_DEV
        elif use is Use.PLUGGED:  # its device is not there yet: a rule for it alone cannot be made
            yield "/dev", READ_DIR | _USE
        elif use is Use.MEDIUM:
            yield from _written(path, _WRITE | READ_FILE)
        elif use in (Use.WRITE, Use.PROVE):
            yield from _output(path, _WRITE | (READ_FILE if use is Use.PROVE else 0))
        elif os.path.isdir(path):  # noqa: PTH112  pathlib costs every start
            yield from _written(path, _KEEP)
            yield _above(path), READ_DIR | (REMOVE_DIR if use is Use.MAKE else 0)


def _output(path: str, rights: int) -> Iterator[Rule]:
    """A file's folder; of a folder that is there already, itself, and of one that is to be made, the one above."""
    if os.path.isdir(path):  # noqa: PTH112
        yield from _written(path, rights)
        yield _above(path), READ_DIR
    else:
        yield from _written(_above(path), rights | (MAKE_DIR if path.endswith("/") else 0))


def _written(folder: str, rights: int) -> Iterator[Rule]:
    """A folder to write in; where devices and the kernel's own files are, or lie below, only to look into."""
    real = os.path.realpath(folder)
    is_system = real.startswith(("/proc/", "/sys/")) or real in _NOBODY_WRITES
    yield folder, READ_DIR if is_system else rights


def _above(path: str) -> str:
    return os.path.dirname(path.rstrip("/")) or ("/" if path.startswith("/") else ".")  # noqa: PTH120
