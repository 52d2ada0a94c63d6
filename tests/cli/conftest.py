"""The command line as a script uses it: arguments, descriptors, exit code, standard output and standard error."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from airgap.door.shutting import ALLOWED, LAUNCH
from airgap.door.standing import Standing
from custody import apart, guard
from custody.cli.front import hardened, main
from custody.machine.measurement import Machine
from tests.support.custody_command import BIN

ON_A_FIT_MACHINE = (
    "from custody.cli.front import hardened; from custody.machine.measurement import Machine; "
    "hardened.measured_machine = lambda: Machine('Linux', ()); "
)
"""Machines that tests run on have networks: what is measured is left out, `tests/cli/machine` looks at it."""

PROGRAM = f"{LAUNCH}{ON_A_FIT_MACHINE}from custody.cli.front.main import main; main()"
"""What the launcher gives to Python, as on a machine that is fit."""

COMMAND = str(BIN / "custody")
"""The command as it is installed."""


FIT = Machine("Linux", ())
"""A machine of which nothing bad is known; those that tests run on have networks."""


@dataclass(frozen=True)
class Answer:
    """What came back. `secrets` are the lines that left by `--secret-out-fd`."""

    code: int
    stdout: str
    stderr: str
    secrets: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def pipe_with(text: str | bytes) -> int:
    """Return the reading end of a pipe that holds `text` and is closed at the other end."""
    reader, writer = os.pipe()
    os.write(writer, text.encode() if isinstance(text, str) else text)
    os.close(writer)
    return reader


@pytest.fixture
def custody(capsys, monkeypatch) -> Callable[..., Answer]:
    """Run a command in this process: quick, and without hardening it (`test_guard` and `test_process` look there)."""
    monkeypatch.setattr(guard, "harden", tuple)
    monkeypatch.setattr(hardened, "standing", lambda: Standing(True))
    monkeypatch.setattr(apart, "run", lambda work, *_how: work())
    monkeypatch.setattr(hardened, "measured_machine", lambda: FIT)

    def run(
        *arguments: str,
        secret: str | bytes | None = None,
        passphrase: str | bytes | None = None,
        out: bool = False,
    ) -> Answer:
        line, opened = list(arguments), []
        for option, content in (("--secret-fd", secret), ("--passphrase-fd", passphrase)):
            if content is not None:
                opened.append(pipe_with(content))
                line += [option, str(opened[-1])]
        reader, writer = os.pipe()
        if out:
            line += ["--secret-out-fd", str(writer)]
        try:
            code = main.run(line)
        finally:
            os.close(writer)
            for descriptor in opened:
                os.close(descriptor)
        with os.fdopen(reader, "rb") as released:
            lines = tuple(released.read().decode().splitlines())
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err, lines)

    return run


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What the launcher passes on of an environment."""
    return {name: value for name, value in environment.items() if name in ALLOWED}


def process(*arguments: str, stdin: Any = subprocess.DEVNULL, pass_fds: Sequence[int] = (), **settings: Any) -> Answer:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, *arguments],
        env=passed_on(settings.pop("env", os.environ)),
        stdin=stdin,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=pass_fds,
        **settings,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
