"""A command as an officer starts it: arguments, standard input, secrets through pipes. It knows no faults."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.feeding import feed
from tests.support.patience import LONG

"""Seconds that one run may take."""


@dataclass(frozen=True)
class Program:
    """A command. "{folder}" in an argument stands for the copy; "{secret0}" for the descriptor of the first secret.

    What it starts with must not change from run to run, so its hashes are not shuffled and it writes no bytecode.
    """

    arguments: Sequence[str]
    secrets: Sequence[str] = ()
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    def start(self, before: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
        """Run it behind other arguments, those of a tracer."""
        readers = [feed(secret) for secret in self.secrets]
        places = {"folder": str(folder)} | {f"secret{number}": str(end) for number, end in enumerate(readers)}
        try:
            return subprocess.run(
                [*before, *(self._filled(argument, places) for argument in self.arguments)],
                input=self.stdin,
                capture_output=True,
                env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **self.environment},
                cwd=self.where(),
                pass_fds=readers,
                timeout=LONG,
                check=False,
            )
        finally:
            for reader in readers:
                os.close(reader)

    def where(self) -> Path:
        """The folder that it runs in."""
        return Path.cwd() if self.cwd is None else self.cwd

    @staticmethod
    def _filled(argument: str, places: Mapping[str, str]) -> str:
        for name, value in places.items():
            argument = argument.replace(f"{{{name}}}", value)
        return argument
