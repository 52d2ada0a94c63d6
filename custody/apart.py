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
from typing import Any, NoReturn

from custody.catalogue import _
from custody.errors import BY_CODE, CustodyError

_DONE, _FAILED, _STOPPED = b"done", b"failed", b"stopped"

_PR_SET_PDEATHSIG = 1


def run(work: Callable[[], bytes], failed: Callable[[Exception], CustodyError]) -> bytes:
    """Do the work in a copy of this process, and return what it returns, which must be no secret.

    Raises its errors of ours, KeyboardInterrupt where a person stopped it, and of any other error what `failed` makes
    of it: nothing of its text or traceback comes back. Nothing else that changes there changes here. What was written
    to a stream before has to be flushed.
    """
    ours, theirs = os.pipe()
    with _terminal_kept(), _interrupts_held() as held:
        copy = os.fork()
        if copy == 0:
            os.close(ours)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            _live(work, failed, theirs)
        os.close(theirs)
        with _interrupts_ignored():  # the copy hears them, and says what becomes of the work
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            with os.fdopen(ours, "rb") as answer:
                end, _newline, content = answer.read().partition(b"\n")
            os.waitpid(copy, 0)
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


def _live(work: Callable[[], bytes], failed: Callable[[Exception], CustodyError], answer: int) -> NoReturn:
    """Be the copy: end with the process that waits, do the work, say what came of it, and end here."""
    try:
        _end_with(os.getppid())
        end, content = _outcome(work, failed)
        with os.fdopen(answer, "wb") as pipe:
            pipe.write(end + b"\n" + content)
    finally:
        os._exit(0)


def _outcome(work: Callable[[], bytes], failed: Callable[[Exception], CustodyError]) -> tuple[bytes, bytes]:
    try:
        return _DONE, work()
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
def _interrupts_held() -> Iterator[set[signal.Signals]]:
    """Let Ctrl-C wait until both processes know what to do with it; yields what was held before."""
    held: set[Any] = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield held
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """Leave the terminal as it was, if the copy was ended while it hid what is typed."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        before = termios.tcgetattr(terminal)
        yield
        if termios.tcgetattr(terminal) != before:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    finally:
        os.close(terminal)
