"""What `airgap scan` looks at: folders, folders that fill, films, a camera; and what it tells the person."""

import io
import json
import re
import shlex
import subprocess
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import click
import cv2
import numpy as np
import pytest
from PIL import Image

from airgap import qr
from airgap.cli.front import front
from airgap.cli.guide import WINDOW, Guide
from airgap.cli.show import KINDS
from airgap.message import Message
from airgap.presets import PRESETS
from airgap.scanning.worker import PictureReader, Seen
from airgap.ur import multipart
from tests.airgap.conftest import PSBT, Run
from tests.conftest import ROOT

FRAMES = [frame.upper() for frame in islice(multipart.encode(Message("crypto-psbt", PSBT), 120), 9)]
VERSION = 12


def pictures() -> list[bytes]:
    return [qr.png(qr.matrix(frame, VERSION), 5) for frame in FRAMES]


def film(path: Path, codec: str = "MJPG", repeats: int = 1) -> None:
    """Film the codes as a camera would, each for a few frames."""
    size = (640, 480)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 10, size)  # type: ignore[attr-defined]
    for content in pictures():
        code = Image.open(io.BytesIO(content)).convert("L")
        page = Image.new("L", size, 255)
        page.paste(code, ((size[0] - code.width) // 2, (size[1] - code.height) // 2))
        for _frame in range(repeats):
            writer.write(cv2.cvtColor(np.asarray(page), cv2.COLOR_GRAY2BGR))
    writer.release()


def test_a_folder_is_all_its_pictures(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "codes"
    folder.mkdir()
    for number, content in enumerate(pictures()):
        (folder / f"{number}.png").write_bytes(content)
    (folder / ".hidden").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("no picture")
    code, out, err = run("scan", "codes", "-o", "out", "--json")
    assert code == 0
    assert json.loads(out)["frames_seen"] == len(FRAMES)
    assert (tmp_path / "out").read_bytes() == PSBT
    assert "warning" not in err


def test_in_a_folder_only_pictures_are_looked_at_and_the_rest_starts_no_reader(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.psbt").write_bytes(PSBT)
    (tmp_path / "c.png").write_text("no picture at all")
    (tmp_path / "d").write_bytes(b"")
    monkeypatch.setattr(PictureReader, "frames", lambda *_arguments: pytest.fail("read"))
    monkeypatch.setattr(PictureReader, "film", lambda *_arguments: pytest.fail("read"))
    code, _out, err = run("scan", ".", "-o", "out")
    assert code == 4
    assert "no picture" in err
    assert "warning" not in err


UNREAD = {
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "AVIF": b"\0\0\0\x18ftypavif",
    "WebP": b"RIFF\x10\0\0\0WEBPVP8 ",
    "TIFF": b"II*\0\x08\0\0\0",
    "BMP": b"BM\x10\0\0\0\0\0\0\0",
}


@pytest.mark.parametrize("what", UNREAD)
def test_a_picture_of_a_kind_that_is_not_read_is_named_with_the_way_out(what: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "photo").write_bytes(UNREAD[what] + bytes(300))
    for named in ("photos/photo", "photos"):
        code, _out, err = run("scan", named, "-o", "out")
        assert code == 4
        assert f"photos/photo is a {what} picture" in err
        assert "hint: Save it as" in err
        assert what != "HEIC" or "iPhone" in err


def test_an_empty_folder_shows_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    code, _out, err = run("scan", "codes")
    assert code == 4
    assert "no picture" in err


def test_a_folder_that_fills_is_watched_until_the_message_is_there(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "codes"
    folder.mkdir()
    (folder / "0.png").write_bytes(pictures()[0][:50])  # still being written

    def fill() -> None:
        for number, content in enumerate(pictures()):
            time.sleep(0.1)
            (folder / f"{number}.png").write_bytes(content)

    filling = threading.Thread(target=fill)
    filling.start()
    code, _out, _err = run("scan", "codes", "--watch", "-o", "out")
    filling.join()
    assert code == 0
    assert (tmp_path / "out").read_bytes() == PSBT


@pytest.mark.parametrize(("name", "codec"), [("film.avi", "MJPG"), ("film.mp4", "mp4v")])
def test_a_film_is_read_frame_by_frame(name: str, codec: str, run: Run, tmp_path: Path) -> None:
    film(tmp_path / name, codec, 2)
    code, _out, err = run("scan", name, "-o", "out")
    assert code == 0, err
    assert (tmp_path / "out").read_bytes() == PSBT


@pytest.mark.parametrize("start", [b"RIFF\0\0\0\0AVI ", b"\0\0\0\x18ftypmp42", b"\x1a\x45\xdf\xa3"])
def test_a_damaged_film_is_exit_4(start: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(start + bytes(1_000))
    code, _out, err = run("scan", "film")
    assert code == 4
    assert "film" in err


def test_a_camera_that_is_not_there_is_exit_4_and_says_what_to_do(run: Run) -> None:
    code, _out, err = run("scan", "--camera", "63")
    assert code == 4
    assert "camera 63 cannot be opened" in err
    assert "hint:" in err


@pytest.mark.parametrize("arguments", [[], ["x.png", "--camera", "0"], ["--camera", "-1"]])
def test_pictures_and_a_camera_exclude_each_other(arguments: list[str], run: Run) -> None:
    assert run("scan", *arguments)[0] == 2


def test_without_opencv_a_film_is_refused_with_the_way_out(tmp_path: Path) -> None:
    film(tmp_path / "film.avi")
    program = """
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "cv2":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from airgap.scanning.reader import watch
watch("-")
"""
    with (tmp_path / "film.avi").open("rb") as content:
        done = subprocess.run(
            [sys.executable, "-I", "-c", program], stdin=content, capture_output=True, text=True, check=False
        )
    answer = json.loads(done.stdout.splitlines()[0])
    assert "OpenCV" in answer["refused"][0]
    assert "[camera]" in answer["refused"][1]


def guided(*frames: Seen) -> str:
    guide = Guide()
    for frame in frames:
        guide.watch(frame)
    return guide.advice


def test_small_modules_are_told_in_pixels() -> None:
    assert guided(Seen(("X",), 2.6)) == "move closer: 2.6 pixels to a module"
    assert guided(Seen(("X",), 3.1)) == ""


def test_missed_codes_are_told_once_enough_was_seen() -> None:
    nothing, code = Seen((), None), Seen(("X",), 5.0)
    assert guided(*[nothing] * (WINDOW - 1)) == ""
    assert "no code is seen" in guided(*[nothing] * WINDOW)
    assert "press - on the sender" in guided(*[nothing, nothing, code] * WINDOW)
    assert guided(*[nothing, code] * WINDOW) == ""


FENCE = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`(airgap [^`]+)`")


def shown_commands() -> list[str]:
    """Every use of the command that the officer's page and the README show."""
    found: list[str] = []
    for name in ("docs/officer.md", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line for block in FENCE.findall(text) for line in block.splitlines() if line.startswith("airgap ")]
        found += [*lines, *CODE.findall(text)]
    return found


@pytest.mark.parametrize("command", shown_commands())
def test_a_command_in_the_documents_can_be_given(command: str) -> None:
    _program, name, *arguments = shlex.split(command, comments=True)
    command_named = front.get_command(click.Context(front), name)
    assert command_named is not None
    command_named.make_context(name, arguments)


def test_the_documents_name_every_receiver_and_kind_of_picture() -> None:
    text = (ROOT / "docs" / "officer.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in (*PRESETS, *KINDS))
    assert all(str(preset.fragment) in text.replace(",", "") for preset in PRESETS.values())


def test_the_advice_in_the_documents_is_what_is_said() -> None:
    text = (ROOT / "docs" / "officer.md").read_text(encoding="utf-8")
    nothing, code = Seen((), None), Seen(("X",), 5.0)
    for said in (guided(*[nothing] * WINDOW), guided(*[nothing, nothing, code] * WINDOW)):
        assert f"`{said.partition(':')[0]}: ...`" in text
    assert f"`{guided(Seen(('X',), 2.6))}`" in text
