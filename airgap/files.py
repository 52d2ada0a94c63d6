"""Files by the names of the command line: read whole within a limit, written whole or not at all with mode 0600.

The only module of the window that opens files. `-` is standard input or output. What cannot be named is Usage (2), what
is too large is Unreadable (4), and what the storage refuses (a full disk, a read-only medium, a name that is taken) is
StorageFailed (8).
"""

import codecs
import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, cast

from airgap.catalogue import _
from airgap.errors import StorageFailed, Unreadable, Usage
from airgap.text import safe

STANDARD = "-"
"""The name of standard input and output."""

LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of one line: more than the longest message takes when it is written as one line of hex."""

_LINE = re.compile(r"[^\r\n\t]*(?:\r\n|[\r\n\t])")
_PORTION = 1 << 16


_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What a file system says that has no hard links, as on most memory cards."""


def read(name: str, limit: int) -> bytes:
    """Return the whole of a file. Raises Usage when there is none, Unreadable above `limit` bytes, StorageFailed."""
    with _opened(name) as source:
        data = source.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(
            _("{name} is larger than {limit} bytes, which is the most that is read").format(
                name=shown(name), limit=limit
            )
        )
    return data


def members(name: str) -> tuple[str, ...]:
    """Return a folder's files by name, hidden ones left out; of anything else, itself."""
    path = Path(name)
    with _storage(name, reading=True):
        if name == STANDARD or not path.is_dir():
            return (name,)
        return tuple(sorted(str(each) for each in path.iterdir() if each.is_file() and not each.name.startswith(".")))


def state(name: str) -> tuple[int, int] | None:
    """Return what changes when a file does, its size and time; None where it is gone."""
    try:
        found = Path(name).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def start(name: str, length: int) -> bytes:
    """Return the first bytes of a regular file; nothing of anything else, which gives them once. Raises as `read`."""
    with _storage(name, reading=True):
        if name == STANDARD or not Path(name).is_file():
            return b""
    with _opened(name) as source:
        return source.read(length)


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open a file for another to read. Raises as `read` does."""
    with _opened(name) as source:
        yield source


def make_folder(name: str) -> None:
    """Make a folder that is not there, mode 0700. Its own folder must be there. Raises StorageFailed."""
    with _storage(name):
        Path(name).mkdir(mode=0o700, exist_ok=True)


def lines(name: str) -> Iterator[str]:
    """Yield a file's lines as they arrive and as they stand, with their ends, blank ones too.

    A line ends where a scanner ends one: by LF, CR, both, or Tab. Text is UTF-8 or, where its mark says so, UTF-16; the
    mark goes, and what is neither becomes U+FFFD, which no frame holds. Raises as `read` does, and above LINE_LIMIT.
    """
    pending: list[str] = []
    length = 0
    for text in _decoded(name):
        at = 0
        for line in _LINE.finditer(text):
            yield "".join([*pending, line[0]])
            pending, length, at = [], 0, line.end()
        pending.append(text[at:])
        length += len(text) - at
        if length > LINE_LIMIT:
            raise Unreadable(
                _("a line of {name} is longer than {limit} bytes, so it is no frame").format(
                    name=shown(name), limit=LINE_LIMIT
                )
            )
    if any(pending):
        yield "".join(pending)


def text_of(data: bytes) -> str:
    """Return the text that bytes are, as `lines` reads it."""
    return codecs.getincrementaldecoder(_encoding(data))("replace").decode(data, final=True)


def _encoding(start: bytes) -> str:
    """Tell UTF-16 by its mark."""
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _decoded(name: str) -> Iterator[str]:
    """Yield a file's text as it arrives."""
    with _opened(name) as opened:
        source = cast(BufferedIOBase, opened)  # what `read1` needs: a part, as soon as it is there
        start = source.read1(_PORTION)
        if len(start) == 1:  # too short to tell by
            start += source.read1(_PORTION)
        decoder = codecs.getincrementaldecoder(_encoding(start))("replace")
        portion = start
        while portion:
            yield decoder.decode(portion)
            portion = source.read1(_PORTION)
        yield decoder.decode(b"", final=True)


def write(name: str, data: bytes, *, force: bool = False) -> None:
    """Write a new file of mode 0600, whole or not at all; over another only with `force`. Raises StorageFailed."""
    if name == STANDARD:
        _write_out(data)
        return
    with _storage(name):
        require_free(name, force=force)
        _write_beside(Path(name), data, force=force)


def remove(names: Iterable[str]) -> None:
    """Take files away that were written for nothing. What cannot be removed stays."""
    for name in names:
        with suppress(OSError):
            Path(name).unlink()


def require_free(name: str, *, force: bool = False) -> None:
    """Raise StorageFailed when `name` is taken, unless by a regular file that `force` lets be replaced.

    For asking early, before long work; `write` asks again.
    """
    path = Path(name)
    if name == STANDARD or not os.path.lexists(path):
        return
    if not (path.is_file() or path.is_symlink()):
        raise StorageFailed(
            _("{name} is not a regular file, so nothing is written there").format(name=shown(name)),
            hint=_("Name a file, or - for standard output."),
        )
    if not force:
        raise _taken(name)


def shown(name: str) -> str:
    """Return a file's name safe to show, standard input and output by their names."""
    return _("standard input or output") if name == STANDARD else safe(name)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    with _storage(name, reading=True):
        if name == STANDARD:
            yield sys.stdin.buffer
            return
        with Path(name).open("rb") as source:
            yield source


@contextmanager
def _storage(name: str, *, reading: bool = False) -> Iterator[None]:
    """Say what the operating system said, in one sentence."""
    try:
        yield
    except (FileNotFoundError, ValueError) as problem:
        if reading:
            raise Usage(
                _("there is no file {name}").format(name=shown(name)),
                hint=_("Check the name, or use - to read a pipe."),
            ) from problem
        raise StorageFailed(
            _("the folder of {name} does not exist, so nothing was written").format(name=shown(name)),
            hint=_("Make the folder first, or name another."),
        ) from problem
    except OSError as problem:
        reason = _reason(problem)
        if reading:
            raise StorageFailed(
                _("{name} cannot be read: {reason}").format(name=shown(name), reason=reason),
                hint=_("Check that it is a file, and that you may read it."),
            ) from problem
        raise StorageFailed(
            _("{name} cannot be written: {reason}; nothing was left").format(name=shown(name), reason=reason),
            hint=_("Free some space, or use another folder or medium."),
        ) from problem


def _reason(problem: OSError) -> str:
    """What the system says; where a file's rights would let this user, that it was not named (docs/adr/0022)."""
    named = problem.filename
    if problem.errno == errno.EACCES and isinstance(named, str | os.PathLike) and os.access(named, os.R_OK):
        return _("the command line does not name it, so the kernel keeps it closed")
    return safe(os.strerror(problem.errno or errno.EIO))


def _write_out(data: bytes) -> None:
    with _storage(STANDARD):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _write_beside(path: Path, data: bytes, *, force: bool) -> None:
    """Write to a new name in the same folder, let it reach the medium, then give it its own name."""
    beside = path.with_name(f".{path.name[:200]}.{os.urandom(8).hex()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if force:
            beside.replace(path)
        else:
            _name_anew(beside, path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    _sync_folder(path.parent)


def _name_anew(beside: Path, path: Path) -> None:
    """Give the file its name only if nobody has it: a hard link fails when the name is taken, a rename would not."""
    try:
        path.hardlink_to(beside)
    except FileExistsError as problem:
        raise _taken(str(path)) from problem
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise _taken(str(path)) from problem
        beside.rename(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as problem:
        # Some file systems cannot sync a folder (EINVAL); the file itself has reached the medium.
        if problem.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def _taken(name: str) -> StorageFailed:
    return StorageFailed(
        _("{name} exists already, and is not written over").format(name=shown(name)),
        hint=_("Name another file, or add --force to replace it."),
    )
