"""What the tests of the `airgap` command share: a way to run it in an empty folder, and a file to carry."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap.cli import front
from tests.airgap.frames import whole

PSBT = whole(705)
START = "from airgap.cli import main; main()"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty folder and return its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = front.run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_command


@pytest.fixture
def psbt(tmp_path: Path) -> str:
    (tmp_path / "payment.psbt").write_bytes(PSBT)
    return "payment.psbt"


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def frames_of(run: Run, *arguments: str) -> bytes:
    code, out, err = run("encode", *arguments)
    assert code == 0, err
    return out.encode()


def process(*arguments: str, stdin: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", START, *arguments], input=stdin, capture_output=True, **options)
