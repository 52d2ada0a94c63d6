"""The process that reads pictures: what it may do, what it is told, and what happens when a picture breaks it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from airgap import qr
from airgap.errors import Unreadable
from airgap.scanning import reader as confinement
from airgap.scanning.worker import ANSWER_LIMIT, FILE_LIMIT, PictureReader
from tests.support.patience import LONG

TEXTS = ("UR:BYTES/FIRST", "UR:BYTES/SECOND", "plain \x1b[31m text")


def picture(*texts: str) -> bytes:
    """One picture, animated where there are several texts."""
    if len(texts) == 1:
        return qr.png(qr.matrix(texts[0]))
    return qr.gif([qr.matrix(text, 4) for text in texts], 100, 3)


def texts(reader: PictureReader, data: bytes) -> list[tuple[str, ...]]:
    return [seen.texts for seen in reader.frames(data)]


def standing_in(program: str, seconds: float = LONG) -> PictureReader:
    """A reader that runs another program."""
    return PictureReader((sys.executable, "-I", "-c", program), seconds)


def test_every_frame_is_told_as_it_is_read() -> None:
    with PictureReader() as reader:
        assert texts(reader, picture(*TEXTS)) == [(text,) for text in TEXTS]
        assert texts(reader, picture(TEXTS[0])) == [(TEXTS[0],)]


def test_a_refusal_costs_the_next_picture_nothing() -> None:
    with PictureReader() as reader:
        with pytest.raises(Unreadable, match="damaged"):
            list(reader.frames(b"no picture"))
        process = reader._process
        assert texts(reader, picture(TEXTS[0])) == [(TEXTS[0],)]
        assert reader._process is process


def test_a_picture_that_is_left_in_the_middle_says_nothing_to_the_next() -> None:
    with PictureReader() as reader:
        assert next(reader.frames(picture(*TEXTS))).texts == (TEXTS[0],)
        assert texts(reader, picture("ANOTHER")) == [("ANOTHER",)]


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 11)",
        "import os; os.read(0, 1); os.abort()",
        "pass",
        "print('no json', flush=True); input()",
        "print('[1]', flush=True); input()",
        'print(\'{"texts": [1], "scale": null}\', flush=True); input()',
        'print(\'{"texts": [], "scale": "3"}\', flush=True); input()',
        f"print('x' * {2 * ANSWER_LIMIT}, flush=True); input()",
    ],
    ids=[
        "a crash",
        "an abort",
        "an end",
        "no JSON",
        "no answer",
        "no text",
        "no scale",
        "an answer without end",
    ],
)
def test_a_broken_reader_is_a_picture_that_cannot_be_read(program: str) -> None:
    """By what it says or does, and long before its limit."""
    with standing_in(program) as reader, pytest.raises(Unreadable, match="broke its reader"):
        list(reader.frames(picture(TEXTS[0])))


def test_an_answer_is_not_taken_beyond_its_limit_though_it_would_end() -> None:
    """The line is well formed and would be one answer: only its length is against it."""
    padding = ANSWER_LIMIT + (1 << 17)
    program = f"""
print('{{"texts": [], "scale": null' + ' ' * {padding} + '}}', flush=True)
print('{{"end": true}}', flush=True); input()
"""
    with standing_in(program) as reader, pytest.raises(Unreadable, match="broke its reader"):
        list(reader.frames(picture(TEXTS[0])))
    with standing_in(program.replace(str(padding), "1000")) as reader:
        assert texts(reader, picture(TEXTS[0])) == [()]


def test_a_reader_that_says_nothing_is_ended_after_its_limit() -> None:
    with standing_in("import signal; signal.pause()", seconds=0.5) as reader:
        process = reader._process = reader._ready_for(picture(TEXTS[0]))
        with pytest.raises(Unreadable, match="broke its reader or took too long"):
            list(reader.frames(picture(TEXTS[0])))
        assert process.process.returncode == -signal.SIGKILL


def test_after_a_crash_the_next_picture_has_a_new_reader(tmp_path: Path) -> None:
    mark = tmp_path / "crashed"
    program = f"""
import os, sys
if not os.path.exists({str(mark)!r}):
    open({str(mark)!r}, "w").close()
    os.abort()
from airgap.scanning.reader import serve
serve()
"""
    with PictureReader((sys.executable, "-I", "-c", program)) as reader:
        with pytest.raises(Unreadable):
            list(reader.frames(picture(TEXTS[0])))
        assert texts(reader, picture(TEXTS[1])) == [(TEXTS[1],)]


def test_a_picture_above_the_limit_is_not_sent() -> None:
    with pytest.raises(Unreadable, match="more than"):
        list(PictureReader(("/nonexistent",)).frames(bytes(FILE_LIMIT + 1)))


def test_the_reader_is_told_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLE", "needle-in-the-environment")
    with PictureReader() as reader:
        list(reader.frames(picture(TEXTS[0])))
        assert reader._process is not None
        environment = Path(f"/proc/{reader._process.process.pid}/environ").read_bytes()
    assert b"LC_ALL" in environment
    assert b"needle" not in environment


def test_no_file_of_ours_is_open_in_the_reader(tmp_path: Path) -> None:
    secret = os.open(tmp_path / "secret", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(secret, True)
    try:
        with PictureReader() as reader:
            list(reader.frames(picture(TEXTS[0])))
            assert reader._process is not None
            assert {each.name for each in Path(f"/proc/{reader._process.process.pid}/fd").iterdir()} == {"0", "1", "2"}
    finally:
        os.close(secret)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is Linux's")
@pytest.mark.parametrize("refused", [confinement._PR_SET_DUMPABLE, confinement._PR_SET_PDEATHSIG])
def test_a_system_that_does_not_close_the_reader_off_is_not_read_on(
    refused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class System:
        def prctl(self, what: int, *_arguments: int) -> int:
            return -1 if what == refused else 0

    monkeypatch.setattr(confinement.ctypes, "CDLL", lambda _name: System())
    monkeypatch.setattr(confinement, "_limit", lambda *_arguments: None)
    with pytest.raises(Unreadable, match="cannot be closed off"):
        confinement.bound()


def test_what_the_reader_cannot_give_up_is_told() -> None:
    program = """
from airgap.scanning import reader
def refuse():
    raise reader.Unreadable("the reader cannot be closed off")
reader.bound = refuse
reader.serve()
"""
    with standing_in(program) as reader, pytest.raises(Unreadable, match="cannot be closed off"):
        list(reader.frames(picture(TEXTS[0])))


CONFINED = """
import os, resource, socket, subprocess, sys
from airgap.scanning import reader, scan
scan.load_everything()
reader.confine()
refused = 0
for attempt in (
    lambda: open("/etc/hostname"),
    lambda: open(sys.argv[1], "w"),
    lambda: socket.socket(),
    lambda: os.pipe(),
    lambda: bytearray(4 * 1024**3),
):
    try:
        attempt()
    except (OSError, MemoryError):
        refused += 1
print(refused, resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_the_reader_opens_nothing_and_takes_no_memory_without_end(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", CONFINED, str(tmp_path / "x")],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert done.stdout == "5 (0, 0)\n", done.stderr
    assert not (tmp_path / "x").exists()
