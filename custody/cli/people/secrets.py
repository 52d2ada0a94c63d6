"""Secrets through descriptors: what `--secret-fd` and `--passphrase-fd` give, and a line to `--secret-out-fd`.

In: at most 64 KiB, or as much as is said to be awaited. Out: a pipe, a socket or a printer. A regular file, a terminal,
standard output or standard error for what leaves raises Usage, under whatever number they were opened.
"""

import fcntl
import os
import select
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from unicodedata import normalize

from custody.catalogue import _
from custody.errors import StorageFailed, Unreadable, Usage
from custody.secret import Secret

INPUT_LIMIT = 64 * 1024
"""Bytes read from a descriptor: many times the largest set of shares."""

_BYTE_ORDER_MARK = "\ufeff"
_CHUNK = 4096
_STANDARD = (0, 1, 2)


def read_lines(descriptor: int, option: str) -> tuple[Secret, ...]:
    """Read a descriptor to its end, and return its lines that are not blank. Raises Usage and Unreadable."""
    return tuple(Secret(line.encode()) for line in lines_of(read_fd(descriptor, option)) if line.strip())


def said_by(name: str, line: Secret) -> Secret | None:
    """Return what stands behind "NAME: " in a line; None where it is somebody else's."""
    content = line.reveal()
    for form in ("NFC", "NFD"):  # what a keyboard writes, and what some systems make of it
        beginning = normalize(form, f"{name}:").encode()
        if content.startswith(beginning):
            return Secret(content.removeprefix(beginning).removeprefix(b" "))
    return None


def read_fd(descriptor: int, option: str, most: Callable[[bytearray], int] = lambda _content: INPUT_LIMIT) -> Secret:
    """Read a descriptor to its end: at most 64 KiB, or as many bytes as `most` says for what begins so.

    Raises Usage for a closed descriptor, an output or a terminal, and Unreadable above the limit.
    """
    mode = _status(descriptor, option).st_mode
    if stat.S_ISDIR(mode) or descriptor in _STANDARD[1:] or _access(descriptor) == os.O_WRONLY:
        raise Usage(_("{option} names a descriptor that cannot be read").format(option=option))
    if os.isatty(descriptor):
        raise Usage(
            _("{option} names a terminal, which would show what is typed").format(option=option),
            hint=_("Leave the option away: a prompt asks, and shows nothing."),
        )
    content = bytearray()
    try:
        while chunk := _read_some(descriptor):
            content += chunk
            limit = most(content)
            if len(content) > limit:
                raise Unreadable(
                    _("{option} gives more than {limit} bytes").format(option=option, limit=limit),
                    hint=_("Check what is connected to it."),
                )
    except OSError:
        raise StorageFailed(_("{option} cannot be read to its end").format(option=option)) from None
    return Secret(content)


@dataclass(frozen=True, slots=True)
class SecretPipe:
    """A descriptor that secrets may leave by; made only by `checked`."""

    descriptor: int

    @classmethod
    def checked(cls, descriptor: int) -> Self:
        """Accept a pipe, a socket or a character device that is no terminal. Raises Usage for anything else."""
        option = "--secret-out-fd"
        there = _status(descriptor, option)
        if descriptor in _STANDARD or any(_same_file(there, number) for number in _STANDARD[1:]):
            raise Usage(
                _("{option} names standard output or standard error, where a secret never goes").format(option=option),
                hint=_("Open a pipe of its own, for instance: --secret-out-fd 3 3> >(lpr)"),
            )
        if os.isatty(descriptor):
            raise Usage(
                _("{option} names a terminal").format(option=option),
                hint=_("Leave the option away: the share screen shows one card at a time and clears it."),
            )
        kinds = (stat.S_ISFIFO, stat.S_ISSOCK, stat.S_ISCHR)
        if not any(kind(there.st_mode) for kind in kinds) or _access(descriptor) == os.O_RDONLY:
            raise Usage(
                _("{option} names a file, and a secret is never written to one").format(option=option),
                hint=_("Connect it to a pipe, for instance: --secret-out-fd 3 3> >(lpr)"),
            )
        return cls(descriptor)

    def send(self, text: Secret) -> None:
        """Write one line. Raises StorageFailed when the reader goes away."""
        left = memoryview(text.reveal() + b"\n")
        try:
            while left:
                left = left[_write_some(self.descriptor, left) :]
        except OSError:
            raise StorageFailed(
                _("the reader of --secret-out-fd went away before it had everything"),
                hint=_("What it received is out: destroy it, and begin again with a new secret."),
            ) from None


def words_of(text: Secret) -> list[str]:
    """Return the words of a sheet, for its holder's reading back."""
    return text.reveal().decode("utf-8").split()


def text_of(secret: Secret) -> str:
    """Return a secret's text, for the parser that takes it."""
    return secret.reveal().decode("utf-8")


def hex_of(secret: Secret) -> str:
    """Return a secret's bytes in hex."""
    return secret.reveal().hex()


def lines_of(content: Secret) -> tuple[str, ...]:
    """Return a text's lines, as strict UTF-8. Raises Unreadable."""
    try:
        return tuple(line.removesuffix("\r") for line in text_of(content).removeprefix(_BYTE_ORDER_MARK).split("\n"))
    except UnicodeDecodeError:
        pass  # that exception carries the bytes: it must not become another's context
    raise Unreadable(
        _("a descriptor gives bytes that are not UTF-8 text"),
        hint=_("Write the secret as plain text; --secret-fd also takes one PNG or JPEG picture of its code."),
    )


def _read_some(descriptor: int) -> bytes:
    """Read what there is; wait for it where the other side made the descriptor one that does not wait."""
    try:
        return os.read(descriptor, _CHUNK)
    except BlockingIOError:
        select.select([descriptor], [], [])
        return _read_some(descriptor)


def _write_some(descriptor: int, content: memoryview) -> int:
    """Write what fits, and return how much that was; wait for room likewise."""
    try:
        return os.write(descriptor, content)
    except BlockingIOError:
        select.select([], [descriptor], [])
        return _write_some(descriptor, content)


def _status(descriptor: int, option: str) -> os.stat_result:
    try:
        return os.fstat(descriptor)
    except OSError:
        raise Usage(
            _("{option} names descriptor {number}, which is not open").format(option=option, number=descriptor),
            hint=_("Open it in the shell, for instance: --secret-fd 3 3< <(...)"),
        ) from None


def _same_file(there: os.stat_result, descriptor: int) -> bool:
    try:
        other = os.fstat(descriptor)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (other.st_dev, other.st_ino)


def _access(descriptor: int) -> int:
    return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
