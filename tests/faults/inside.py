"""Runs a callable in a forked child, with one fault: thousands of points in seconds, and no interpreter to start."""

import gc
import io
import json
import os
import signal
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path

from custody.errors import CustodyError
from tests.faults.fault import Call, Fault, Outcome, Undone
from tests.faults.injector import Injector
from tests.support.custody_command import call
from tests.support.patience import SECONDS

_REPORTED = 1000


class Inside:
    """A callable that is given the folder. What it raises is its outcome; a CustodyError has its own exit code."""

    def __init__(self, action: Callable[[Path], object]) -> None:
        self._action = action

    def calls(self, folder: Path) -> tuple[Call, ...]:
        """Run it without a fault and return its write-side calls. Raises Undone if it fails by itself."""
        outcome, calls, _fired = self._forked(folder, None, -1)
        if outcome.code:
            raise Undone(f"fails without a fault: {outcome}")
        return calls

    def run(self, folder: Path, fault: Fault, at: int) -> Outcome:
        """Run it with a fault at its call number `at`. Raises Undone if the fault never came."""
        outcome, _calls, fired = self._forked(folder, fault, at)
        if not (fired or outcome.killed):
            raise Undone(f"{fault.name} at call {at} never came: {outcome}")
        return outcome

    def attempt(self, folder: Path, fault: Fault | None, at: int) -> Outcome:
        """Run it with a fault, or none, at its call number `at`, if it comes as far and such a call can have it."""
        return self._forked(folder, fault, at)[0]

    def applies(self, call: Call, fault: Fault) -> bool:
        """Say whether this way of running can make this fault at this call."""
        return fault.applies(call)

    def _forked(self, folder: Path, fault: Fault | None, at: int) -> tuple[Outcome, tuple[Call, ...], bool]:
        reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # threads of the test runner, which the child never uses
            child = os.fork()
        if not child:
            os.close(reader)
            _live(self._action, Injector(folder, fault, at), folder, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as end:
            told = end.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if not told:
            if code != -signal.SIGKILL:
                raise Undone(f"the child ended with {code} and said nothing (it has {SECONDS:.0f} seconds)")
            return Outcome(code), (), False
        report = json.loads(told)
        return Outcome(**report["outcome"]), tuple(Call(**call) for call in report["calls"]), report["fired"]


def _live(action: Callable[[Path], object], injector: Injector, folder: Path, writer: int) -> None:
    """Be the child: act, tell, and end without running anything that belongs to the parent."""
    gc.disable()  # looking through the parent's objects would copy the pages that they lie in
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(SECONDS))
        write = os.write
        injector.install()
        outcome = outcome_of(lambda: action(folder))
        report = {
            "outcome": asdict(outcome),
            "calls": [asdict(call) for call in injector.calls],
            "fired": injector.fired,
        }
        left = memoryview(json.dumps(report).encode())
        while left:
            left = left[write(writer, left) :]
    finally:
        os._exit(0)


class Ended(Exception):
    """A command ended: its exit code and what it said."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code


def command(*arguments: str, secret: str | None = None) -> Callable[[Path], None]:
    """Make an action of a `custody` command through its front door; "{folder}" stands for the copy.

    Its modules are loaded now, by asking for its help, and not in each child anew.
    """
    _spoken(*takewhile(lambda argument: not argument.startswith("-"), arguments), "--help")

    def act(folder: Path) -> None:
        raise _spoken(*(argument.replace("{folder}", str(folder)) for argument in arguments), secret=secret)

    return act


def _spoken(*arguments: str, secret: str | None = None) -> Ended:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _each in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = call(*arguments, secret=secret)
    return Ended(code, err.buffer.getvalue().decode())  # type: ignore[attr-defined]


def outcome_of(action: Callable[[], object]) -> Outcome:
    """Act, and say what became of it; whatever is raised is an answer, but for the harness's own trouble."""
    try:
        action()
    except Undone:
        raise
    except Ended as end:
        return Outcome(end.code, "", str(end)[:_REPORTED])
    except CustodyError as answer:
        return Outcome(answer.exit_code, type(answer).__name__, answer.message[:_REPORTED])
    except SystemExit as answer:
        code = answer.code if isinstance(answer.code, int) else int(answer.code is not None)
        return Outcome(code, "SystemExit" if code else "")
    except BaseException as failure:  # noqa: BLE001 - a crash is what is looked for
        return Outcome(1, type(failure).__name__, str(failure)[:_REPORTED])
    return Outcome(0)
