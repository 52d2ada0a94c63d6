"""Work with a secret is done in a copy that ends with it: what it gives, how it fails, and who is stopped by what."""

import os
import pty
import signal
import termios
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from custody import apart, errors
from custody.errors import CustodyError
from tests.support.patience import until


def failed(failure: Exception) -> CustodyError:
    return CustodyError(f"a bug: {type(failure).__name__}")


def test_what_the_work_gives_comes_back_and_nothing_else_that_it_did() -> None:
    changed: list[int] = []
    here = os.getpid()

    def work() -> bytes:
        changed.append(1)
        return (b"%d " % os.getpid()) + bytes(1_000_000)

    there, _space, content = apart.run(work, failed).partition(b" ")
    assert int(there) != here and content == bytes(1_000_000)
    assert changed == []
    assert apart.run(lambda: b"", failed) == b""


@pytest.mark.parametrize("kind", apart.BY_CODE.values())
def test_an_error_of_ours_comes_back_as_it_is(kind: type[CustodyError]) -> None:
    def work() -> NoReturn:
        raise kind("what is wrong", hint="what\nhelps", code="a-code")

    with pytest.raises(kind) as raised:
        apart.run(work, failed)
    assert (type(raised.value), raised.value.message, raised.value.hint) == (kind, "what is wrong", "what\nhelps")
    assert raised.value.code == "a-code"


def test_every_exit_code_of_an_error_has_its_class() -> None:
    kinds = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, CustodyError)}
    assert set(apart.BY_CODE.values()) == kinds


def test_of_a_bug_nothing_comes_back_but_what_is_made_of_it() -> None:
    with pytest.raises(CustodyError) as raised:
        apart.run(lambda: b"" + int("the passphrase of Erin"), failed)  # type: ignore[operator]
    assert raised.value.message == "a bug: ValueError"
    assert raised.value.__context__ is None


@pytest.mark.parametrize("stop", [KeyboardInterrupt, EOFError])
def test_whoever_is_stopped_there_is_stopped_here(stop: type[BaseException]) -> None:
    def work() -> NoReturn:
        raise stop

    with pytest.raises(KeyboardInterrupt):
        apart.run(work, failed)


def test_ctrl_c_is_for_the_copy_while_it_works() -> None:
    """In a process of one thread, as the command is; a signal may come to any thread of the tests' own."""
    process = os.fork()
    if process == 0:
        _and_end(_interrupt)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def _interrupt() -> None:
    before = signal.getsignal(signal.SIGINT), signal.pthread_sigmask(signal.SIG_BLOCK, ())

    def work() -> bytes:
        os.kill(os.getppid(), signal.SIGINT)
        return b"signed"

    assert apart.run(work, failed) == b"signed"
    assert (signal.getsignal(signal.SIGINT), signal.pthread_sigmask(signal.SIG_BLOCK, ())) == before
    with pytest.raises(KeyboardInterrupt):
        apart.run(_interrupted, failed)


def _interrupted() -> bytes:
    os.kill(os.getpid(), signal.SIGINT)
    return b"too late"


def test_a_copy_that_was_killed_gave_nothing() -> None:
    with pytest.raises(CustodyError, match="was ended before its work was done") as raised:
        apart.run(_killed, failed)
    assert raised.value.exit_code == 1


def _killed() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def test_the_copy_ends_with_whoever_waits_for_it() -> None:
    reader, writer = os.pipe()

    def work() -> bytes:
        os.write(writer, b"%d\n" % os.getpid())
        signal.pause()
        return b"never"

    waiter = os.fork()
    if waiter == 0:
        _and_end(lambda: apart.run(work, failed))
    copy = int(os.read(reader, 32))
    os.kill(waiter, signal.SIGKILL)
    os.waitpid(waiter, 0)
    until(lambda: not _lives(copy), "the copy is still there")


def _and_end(work: Callable[[], object]) -> NoReturn:
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def _lives(process: int) -> bool:
    """Whether a process is there and is none that ended and waits to be counted."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_terminal_is_left_as_it_was() -> None:
    reader, writer = os.pipe()
    process, terminal = pty.fork()
    if process == 0:

        def hidden() -> bytes:
            settings = termios.tcgetattr(0)
            settings[3] &= ~termios.ECHO
            termios.tcsetattr(0, termios.TCSANOW, settings)
            return _killed()

        def work() -> None:
            with pytest.raises(CustodyError):
                apart.run(hidden, failed)
            os.write(writer, b"shown" if termios.tcgetattr(0)[3] & termios.ECHO else b"hidden")

        _and_end(work)
    os.close(writer)
    assert os.read(reader, 16) == b"shown"
    os.waitpid(process, 0)
    os.close(terminal)
