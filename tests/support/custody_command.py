"""Runs our own commands as a script does: arguments, secrets through a pipe, results from standard output.

`run` starts a process, as an officer's shell would; `call` passes the same arguments through the same front door
without starting Python again, for tests that need hundreds.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from custody.cli.front import main as front
from tests.support.feeding import feed
from tests.support.patience import LONG
from tests.support.unhardened import unhardened

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code and both of its streams."""

    code: int
    out: str
    err: str


def run(program: str, *arguments: str, secret: str | None = None) -> Answer:
    """Start `custody` or `airgap`; a secret is handed over with `--secret-fd`."""
    reader = None if secret is None else feed(secret)
    try:
        done = subprocess.run(
            [str(BIN / program), *arguments, *([] if reader is None else ["--secret-fd", str(reader)])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=() if reader is None else (reader,),
            timeout=LONG,
            check=False,
        )
    finally:
        if reader is not None:
            os.close(reader)
    return Answer(done.returncode, done.stdout, done.stderr)


def call(*arguments: str, secret: str | None = None) -> int:
    """Pass arguments through custody's front door in this process; return the exit code.

    The process is not hardened: that would change it for every test that comes after.
    """
    reader = None if secret is None else feed(secret)
    try:
        with unhardened():
            return front.run([*arguments, *([] if reader is None else ["--secret-fd", str(reader)])])
    finally:
        if reader is not None:
            os.close(reader)
