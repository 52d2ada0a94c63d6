"""Work that needs a secret, in a copy of this process that ends with it: what comes after never had the secret.

A command that goes on once its key was used, that makes words, or asks whether to seal a copy, would keep what
libraries left in its memory (docs/threat-model.md). So the key is asked for, used and forgotten in a copy, at the same
terminal, and what it gives comes back through a pipe, as bytes.
"""

import ctypes
import json
import os
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any, NoReturn

from custody.catalogue import _
from custody.errors import (
    Alarm,
    CustodyError,
    Declined,
    Mismatch,
    Refused,
    StorageFailed,
    Unfit,
    Unreadable,
    Usage,
)

BY_CODE = {
    each.exit_code: each
    for each in (CustodyError, Usage, Refused, Unreadable, Mismatch, Declined, Unfit, StorageFailed, Alarm)
}
"""An exit code -> the class of its errors."""

_DONE, _FAILED, _STOPPED = b"done", b"failed", b"stopped"

_NO_CARD = b"\x1b[?1049h\x1b[H\x1b[2J\x1b[?1049l\x1b[3J"
"""Enters the screen on which cards are shown, clears it and leaves it: what stands on the normal one stays."""

_PR_SET_PDEATHSIG = 1
_ENDINGS = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP})


def run(
    work: Callable[[], bytes], failed: Callable[[Exception], CustodyError], last: Callable[[], None] = lambda: None
) -> bytes:
    """Do the work in a copy of this process, and return what it returns, which must be no secret.

    Raises its errors of ours, KeyboardInterrupt where a person stopped it, and of any other error what `failed` makes
    of it: nothing of its text or traceback comes back. `last` ends the copy, whatever came of the work. Nothing else
    that changes there changes here. What was written to a stream before has to be flushed.
    """
    ours, theirs = os.pipe()
    waits = os.getpid()
    with _terminal() as terminal, _endings_held() as held:
        copy = os.fork()
        if copy == 0:
            _end_with(waits)
            _live(partial(_worked, work, last), failed, theirs, held)
        os.close(theirs)
        with _endings_passed_on(copy):  # the copy hears of them, and says what becomes of the work
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            with os.fdopen(ours, "rb") as answer:
                end, _newline, content = answer.read().partition(b"\n")
            _copy, status = os.waitpid(copy, 0)
        if status:
            end = b""  # it was ended by a signal, perhaps in the middle of its answer
            terminal.restore()
    match end:
        case b"done":
            return content
        case b"failed":
            raise _told(content)
        case b"stopped":
            raise KeyboardInterrupt
    raise CustodyError(
        _("the process that held the secret was ended before its work was done"),
        hint=_("Was it killed, or memory short? Look at what is there, and run the command again."),
    )


def _worked(work: Callable[[], bytes], last: Callable[[], None]) -> bytes:
    try:
        return work()
    finally:
        last()


def _live(
    work: Callable[[], bytes], failed: Callable[[Exception], CustodyError], answer: int, held: set[signal.Signals]
) -> NoReturn:
    """Be the copy: do the work, say what came of it, and end here.

    Signals are held but while it works, so that none is taken for the end of another process, or cuts the answer short.
    """
    try:
        end, content = _outcome(work, failed, held)
        with os.fdopen(answer, "wb") as pipe:
            pipe.write(end + b"\n" + content)
    finally:
        os._exit(0)


def _outcome(
    work: Callable[[], bytes], failed: Callable[[Exception], CustodyError], held: set[signal.Signals]
) -> tuple[bytes, bytes]:
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        try:
            return _DONE, work()
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    except CustodyError as failure:
        return _FAILED, _telling(failure)
    except (KeyboardInterrupt, EOFError):
        return _STOPPED, b""
    except Exception as failure:  # noqa: BLE001  a bug in the copy is told as one here
        return _FAILED, _telling(failed(failure))


def _telling(failure: CustodyError) -> bytes:
    """Write an error of ours, which holds no secret."""
    return json.dumps([failure.exit_code, failure.message, failure.hint, failure.code]).encode()


def _told(content: bytes) -> CustodyError:
    exit_code, message, hint, code = json.loads(content)
    return BY_CODE[exit_code](message, hint=hint, code=code)


def _end_with(parent: int) -> None:
    """Let the kernel end this process when the one that waits for it ends, however that happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


@contextmanager
def _endings_held() -> Iterator[set[signal.Signals]]:
    """Let what would end a process wait until both know what to do with it; yields what was held before."""
    held: set[Any] = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield held
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


@contextmanager
def _endings_passed_on(copy: int) -> Iterator[None]:
    """Leave the keyboard to the copy, which hears it itself, and pass on to it what this process alone is sent."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(copy, number)

    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGQUIT)}
    before |= {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Terminal:
    """The terminal of this process as it was, if there is one."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._before = None if descriptor is None else termios.tcgetattr(descriptor)

    def restore(self) -> None:
        """Set it as it was, after a copy that ended while it hid what is typed or showed a card; not from behind."""
        if self._descriptor is None or self._before is None or os.tcgetpgrp(self._descriptor) != os.getpgrp():
            return
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, self._before)
        os.write(self._descriptor, _NO_CARD)


@contextmanager
def _terminal() -> Iterator[_Terminal]:
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        yield _Terminal(None)
        return
    try:
        yield _Terminal(descriptor)
    finally:
        os.close(descriptor)
