"""Scanning and showing by somebody in a hurry, or against somebody's will: odd names, odd files, keys at any moment."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from airgap import files, qr
from airgap.errors import StorageFailed, Unreadable
from airgap.message import Message
from airgap.scanning import scan
from airgap.scanning.reader import MEMORY_LIMIT
from airgap.scanning.worker import PictureReader
from airgap.ur import multipart
from tests.airgap.cli.terminal import Window
from tests.airgap.cli.test_sources import FRAMES, VERSION, pictures
from tests.airgap.conftest import PSBT, Run, listed
from tests.airgap.scanning.test_pages import HOSTILE, drawn, endless, pdf
from tests.support.patience import SECONDS, stated, until, until_asleep


def codes(folder: Path, scale: int = 5) -> Path:
    folder.mkdir()
    for number, frame in enumerate(FRAMES):
        (folder / f"{number}.png").write_bytes(qr.png(qr.matrix(frame, VERSION), scale))
    return folder


# --- names and files that are not what they seem
def test_a_name_that_is_no_utf_8_is_read_written_and_shown_in_ascii(run: Run, tmp_path: Path) -> None:
    name, out = os.fsdecode(b"n\xff\xfe.png"), os.fsdecode(b"out\xff")
    (tmp_path / name).write_bytes(qr.png(qr.matrix(single())))
    code, _out, err = run("scan", name, "-o", out)
    assert code == 0, err
    assert err.isascii()
    assert (tmp_path / out).read_bytes() == b"hello"
    code, _out, err = run("scan", name, "-o", out)
    assert code == 8
    assert err.isascii()


def single() -> str:
    return multipart.Encoder(Message("bytes", b"hello"), 100).single().upper()


def test_a_pipe_is_read_like_a_file(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    sending = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(qr.png(qr.matrix(single())),))
    sending.start()
    code, out, _err = run("scan", "pipe", "-o", "-")
    sending.join()
    assert (code, out) == (0, "hello")


def test_in_a_folder_pipes_are_passed_over_and_links_to_files_followed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "codes"
    folder.mkdir()
    os.mkfifo(folder / "a")
    (folder / "b").symlink_to("/dev/zero")
    (folder / "c").symlink_to("c")
    (tmp_path / "picture").write_bytes(qr.png(qr.matrix(single())))
    (folder / "d").symlink_to(tmp_path / "picture")
    code, out, err = run("scan", "codes", "-o", "-")
    assert (code, out) == (0, "hello")
    assert "warning" not in err


@pytest.mark.parametrize(
    ("name", "code"), [("/dev/null", 4), ("/dev/zero", 4), ("loop", 8), ("x" * 150 + "y" * 400, 8)]
)
def test_what_is_no_picture_is_named_once_with_what_is_wrong(name: str, code: int, run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    found, out, err = run("scan", name, "-o", "out")
    assert (found, out) == (code, "")
    assert err.count(name[:100]) == 1
    assert "standard output" not in err
    assert listed(tmp_path) == ["loop"]


def test_a_folder_that_may_not_be_read_is_said_to_be_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "codes").mkdir()

    def refused(_self: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    code, _out, err = run("scan", "codes", "-o", "out")
    assert code == 8
    assert "codes cannot be read: Permission denied" in err


def test_of_many_files_without_a_code_the_first_ten_are_named(run: Run, tmp_path: Path) -> None:
    folder = codes(tmp_path / "codes")
    for number in range(25):
        (folder / f"z{number:02}.png").write_bytes(b"\x89PNG and no more")
    code, _out, err = run("scan", "codes", "-o", "out")
    assert code == 0
    assert err.count("warning: codes/z") == 10
    assert "15 more files" in err


def test_the_way_out_of_one_refused_file_is_the_hint(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(HOSTILE["a password"][0])
    assert "hint: Save it without a password" in run("scan", "page.pdf")[2]
    assert "hint: Save it without a password" in run("scan", "page.pdf", "page.pdf")[2]
    (tmp_path / "letter").write_text("no picture")
    assert "hint: Take them again" in run("scan", "page.pdf", "letter")[2]


def test_two_messages_on_the_pages_of_one_pdf_are_exit_5(run: Run, tmp_path: Path) -> None:
    other = multipart.Encoder(Message("bytes", b"other"), 100).single().upper()
    (tmp_path / "page.pdf").write_bytes(pdf(drawn(single()), drawn(other)))
    code, _out, err = run("scan", "page.pdf", "-o", "out")
    assert code == 5, err
    assert listed(tmp_path) == ["page.pdf"]


def test_an_animation_of_frames_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "ANIMATION_FRAMES_LIMIT", 5)
    shades = [Image.new("L", (1, 1), shade) for shade in range(0, 250, 25)]
    written = io.BytesIO()
    shades[0].save(written, "GIF", save_all=True, append_images=shades[1:])
    with pytest.raises(Unreadable, match="more than 5 frames"):
        list(scan.read_frames(written.getvalue()))
    assert len(list(islice(scan.read_frames(written.getvalue()), 5))) == 5


# --- at a terminal of 80 columns
def test_the_progress_stays_on_its_line_in_80_columns(tmp_path: Path) -> None:
    folder = codes(tmp_path / "codes", 2)
    with Window("scan", str(folder), "-o", str(tmp_path / "out")) as window:
        assert window.finish() == 0
    assert b"move closer: 2.0 pixels to a module" in window.raw
    bars = [line for line in window.screen.display if "parts" in line]
    assert len(bars) == 1
    assert bars[0].startswith(("[", "7 of"))


def test_progress_in_a_narrow_window_leaves_no_copies(tmp_path: Path) -> None:
    folder = codes(tmp_path / "codes", 2)
    with Window("scan", str(folder), "-o", str(tmp_path / "out"), columns=30) as window:
        assert window.finish() == 0
    assert sum("parts" in line for line in window.screen.display) == 1


def test_a_picture_is_not_waited_for_at_the_keyboard() -> None:
    with Window("scan", "-") as window:
        assert window.finish() == 2
    assert b"airgap decode" in b" ".join(window.raw.split())


# --- Ctrl-C at each place
@contextmanager
def waiting(tmp_path: Path, place: str) -> Iterator[Window]:
    """The command in the middle of what `place` names."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "codes").mkdir()
    (tmp_path / "endless.pdf").write_bytes(endless())
    arguments, said = {
        "a pipe that nobody fills": (("scan", str(tmp_path / "pipe")), b""),
        "a folder that does not fill": (("scan", str(tmp_path / "codes"), "--watch"), b"Waiting for pictures"),
        "a page that is drawn without end": (("scan", str(tmp_path / "endless.pdf")), b""),
        "typed frames": (("decode",), b"Ctrl-D ends."),
    }[place]
    with Window(*arguments, "-o", str(tmp_path / "out")) as window:
        if said:
            window.wait_for(said)
            until_asleep(window.process.pid)
            yield window
        elif place.startswith("a pipe"):
            with opened_for_nothing(tmp_path / "pipe"):
                until_asleep(window.process.pid)
                yield window
        else:
            until(lambda: any(map(working, children(window.process.pid))), "a reader at work")
            yield window


@contextmanager
def opened_for_nothing(pipe: Path) -> Iterator[None]:
    """Wait until somebody has opened a pipe to read, and hold its other end."""
    ends: list[int] = []

    def somebody_reads() -> bool:
        with suppress(OSError):  # ENXIO: nobody yet
            ends.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        return bool(ends)

    until(somebody_reads, "a command that opens the pipe")
    try:
        yield
    finally:
        os.close(ends[0])


def children(parent: int) -> list[int]:
    """The processes that a process started."""
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if (fields := stated(int(stat.parent.name))) and int(fields[1]) == parent
    ]


def working(process: int) -> bool:
    """Say whether a reader is confined, which it is before its first picture, and busy."""
    with suppress(FileNotFoundError, ProcessLookupError):
        limits = Path(f"/proc/{process}/limits").read_text()
        return bool(re.search(r"Max open files +3 ", limits)) and stated(process)[:1] == ["R"]
    return False


@pytest.mark.parametrize(
    "place",
    [
        "a pipe that nobody fills",
        "a folder that does not fill",
        "a page that is drawn without end",
        "typed frames",
    ],
)
def test_ctrl_c_is_exit_6_and_leaves_nothing(place: str, tmp_path: Path) -> None:
    """None of these ends by itself, and a page without end only after its limit, with another exit code."""
    with waiting(tmp_path, place) as window:
        before = window.attributes()
        window.press(b"\x03")
        assert window.finish() == 6
        assert window.attributes() == before
    assert b"stopped, as you asked" in window.raw
    assert b"Traceback" not in window.raw
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("problem", [KeyboardInterrupt, StorageFailed("the disk is full")])
def test_a_series_of_pictures_that_is_stopped_leaves_none(
    problem: BaseException, run: Run, psbt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = files.write, []

    def third_fails(name: str, data: bytes, *, force: bool = False) -> None:
        if len(written) == 2:
            raise problem
        written.append(name)
        write(name, data, force=force)

    monkeypatch.setattr(files, "write", third_fails)
    code, _out, _err = run("show", psbt, "--to", "png", "-o", "code.png")
    assert code in (6, 8)
    assert len(written) == 2
    assert listed(tmp_path) == [psbt]


def test_a_show_that_is_quit_clears_the_screen_too(psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt)) as window:
        before = window.attributes()
        window.wait_for(b"\x1b[?2026l")
        window.press(b"\x1c")
        assert window.finish() == 0
        assert window.attributes() == before
    assert window.raw.endswith(b"\x1b[?1049l")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux ends a child with its parent")
def test_a_reader_ends_with_the_command_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "endless.pdf").write_bytes(endless())
    program = f"""
from pathlib import Path
from airgap.scanning.worker import PictureReader
reader = PictureReader()
list(reader.frames(Path({str(tmp_path / "first.pdf")!r}).read_bytes()))
print(reader._process.process.pid, flush=True)
list(reader.frames(Path({str(tmp_path / "endless.pdf")!r}).read_bytes()))
"""
    (tmp_path / "first.pdf").write_bytes(pdf(b""))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        reader = int(command.stdout.readline())
        until(lambda: working(reader), "a reader at work")
        command.send_signal(signal.SIGKILL)
    until(lambda: not alive(reader), "the end of the reader")


def alive(process: int) -> bool:
    return stated(process)[:1] not in ([], ["Z"], ["X"])


def test_a_reader_is_asked_again_after_it_was_stopped() -> None:
    with PictureReader(seconds=1) as reader:
        with pytest.raises(Unreadable):
            list(reader.frames(endless()))
        reader._seconds = SECONDS  # what comes now is honest
        assert [each.texts for each in reader.frames(pictures()[0])] == [(FRAMES[0],)]


def test_the_message_is_whole_whichever_files_stand_beside_it(run: Run, tmp_path: Path) -> None:
    folder = codes(tmp_path / "codes")
    for what, (content, _said) in HOSTILE.items():
        (folder / what.replace("/", "-")).write_bytes(content)
    code, _out, err = run("scan", "codes", "-o", "out")
    assert code == 0, err
    assert (tmp_path / "out").read_bytes() == PSBT


BOUNDS = """
import resource, sys, types
camera = types.ModuleType("airgap.scanning.camera")
camera.opened = lambda _source: print(*(resource.getrlimit(what)[0] for what in (
    resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)))
camera.frames = lambda _film: iter(())
sys.modules["airgap.scanning.camera"] = camera
from airgap.scanning.reader import watch
watch("-")
"""


def test_a_film_is_not_even_opened_without_bounds() -> None:
    done = subprocess.run([sys.executable, "-I", "-c", BOUNDS], capture_output=True, text=True, check=False)
    assert f"{MEMORY_LIMIT} 0 0" in done.stdout.splitlines(), done.stderr
