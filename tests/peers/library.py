"""Starts the other wallets' libraries under node and puts questions to them. It knows no answer."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.patience import LONG

HERE = Path(__file__).parent


def missing() -> str:
    """Say what keeps the libraries from being asked; nothing where nothing does."""
    if shutil.which("node") is None:
        return "no node"
    if not (HERE / "node_modules").is_dir():
        return "the libraries are not laid: make peers"
    return ""


class Library:
    """The libraries in one process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / "peer.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
        )

    def ask(self, what: str, **about: object) -> dict[str, Any]:
        """Put one question, by its name in peer.mjs; an answer with "error" is the library's refusal."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"ask": what, **about}) + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=LONG)


def library() -> Iterator[Library]:
    """Open the libraries, and close them."""
    opened = Library()
    yield opened
    opened.close()
