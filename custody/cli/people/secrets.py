"""Secrets through descriptors: `--secret-fd` and `--passphrase-fd` to lines, and a line to `--secret-out-fd`.

In: at most 64 KiB of strict UTF-8, or one picture of the code that a card shows (docs/spec/secret-input.md). Out: a
pipe, a socket or a printer. A regular file, a terminal, standard output or standard error for what leaves raises Usage,
under whatever number they were opened.
"""

import fcntl
import os
import select
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from unicodedata import normalize

from custody.catalogue import _
from custody.cli.people.secret_picture import PICTURE_LIMIT, is_picture, text_in
from custody.errors import StorageFailed, Unreadable, Usage
from custody.secret import Secret

INPUT_LIMIT = 64 * 1024
"""Bytes read from a descriptor: many times the largest set of shares."""

PASSPHRASE = "passphrase:"  # noqa: S105  the name of a line, not a passphrase
DICE = "dice:"

_BYTE_ORDER_MARK = "\ufeff"
_CHUNK = 4096
_STANDARD = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Given:
    """What a script gave: the secret's lines, and the lines that are no part of it. Never printed."""

    lines: tuple[str, ...]
    passphrase: str | None
    dice: str | None

    def __repr__(self) -> str:
        return "Given(...)"

    def secret_lines(self, *, dice_too: bool = False) -> tuple[str, ...]:
        """The lines of docs/spec/secret-input.md, with the passphrase as one of them.

        Raises Unreadable for dice, unless the secret is one that is cut with `dice_too`.
        """
        if not dice_too:
            self.refuse_dice()
        return self.lines if self.passphrase is None else (*self.lines, f"{PASSPHRASE} {self.passphrase}")

    def refuse_dice(self) -> None:
        """Raise Unreadable if there are dice that would be passed over."""
        if self.dice is not None:
            raise Unreadable(
                _('a line begins with "{beginning}", and no dice are wanted here').format(beginning=DICE),
                hint=_("Dice are for custody key new and share split. Check what is connected to --secret-fd."),
            )


def read_given(secret_fd: int | None, passphrase_fd: int | None) -> Given:
    """Read what a script gives through its descriptors. Raises Usage and Unreadable.

    A line `passphrase: ...` or `dice: ...` is taken apart from the secret's own; each may stand there once. A PNG or
    JPEG picture counts as the lines of the code that it shows.
    """
    if secret_fd is not None and secret_fd == passphrase_fd:
        raise Usage(_("--secret-fd and --passphrase-fd name the same descriptor"))
    lines = _lines(_secret_text(secret_fd)) if secret_fd is not None else ()
    passphrase = _only_line(lines, PASSPHRASE)
    if passphrase_fd is not None:
        if passphrase is not None:
            raise Usage(
                _("the passphrase is given twice"), hint=_("Use --passphrase-fd or a passphrase line, not both.")
            )
        passphrase = _one_line(read_fd(passphrase_fd, "--passphrase-fd"))
    own = tuple(line for line in lines if line.strip() and not line.startswith((PASSPHRASE, DICE)))
    return Given(own, passphrase, _only_line(lines, DICE))


def read_lines(descriptor: int, option: str) -> tuple[Secret, ...]:
    """Read a descriptor to its end, and return its lines that are not blank. Raises Usage and Unreadable."""
    return tuple(Secret(line.encode()) for line in _lines(read_fd(descriptor, option)) if line.strip())


def said_by(name: str, line: Secret) -> Secret | None:
    """Return what stands behind "NAME: " in a line; None where it is somebody else's."""
    content = line.reveal()
    for form in ("NFC", "NFD"):  # what a keyboard writes, and what some systems make of it
        beginning = normalize(form, f"{name}:").encode()
        if content.startswith(beginning):
            return Secret(content.removeprefix(beginning).removeprefix(b" "))
    return None


def _secret_text(descriptor: int) -> Secret:
    content = read_fd(descriptor, "--secret-fd", pictures=True)
    picture = content.reveal()
    return Secret(text_in(picture).encode()) if is_picture(picture) else content


def read_fd(descriptor: int, option: str, *, pictures: bool = False) -> Secret:
    """Read a descriptor to its end: at most 64 KiB, or PICTURE_LIMIT where it gives one of the `pictures` awaited.

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
            limit = PICTURE_LIMIT if pictures and is_picture(content) else INPUT_LIMIT
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


def _lines(content: Secret) -> tuple[str, ...]:
    try:
        return tuple(line.removesuffix("\r") for line in text_of(content).removeprefix(_BYTE_ORDER_MARK).split("\n"))
    except UnicodeDecodeError:
        pass  # that exception carries the bytes: it must not become another's context
    raise Unreadable(
        _("a descriptor gives bytes that are not UTF-8 text"),
        hint=_("Write the secret as plain text; --secret-fd also takes one PNG or JPEG picture of its code."),
    )


def _only_line(lines: Sequence[str], beginning: str) -> str | None:
    found = [line.removeprefix(beginning).removeprefix(" ") for line in lines if line.startswith(beginning)]
    if len(found) > 1:
        raise Unreadable(_('more than one line begins with "{beginning}"').format(beginning=beginning))
    return found[0] if found else None


def _one_line(content: Secret) -> str:
    lines = _lines(content)
    if len(lines) > 2 or (len(lines) == 2 and lines[1]):
        raise Unreadable(_("the passphrase has more than one line"))
    return lines[0]


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
