"""The `airgap` command as scripts meet it: starting, encode and decode, pictures, and the plan of a series."""

import base64
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from airgap.cli import front, series
from airgap.cli.series import Request
from airgap.message import Message
from airgap.ur import multipart
from tests.airgap.conftest import PSBT, Run, frames_of, listed, process


# --- what starting costs
@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["show", "--help"], ["scan", "--help"], ["encode", "--help"]]
)
def test_help_and_version_load_no_imaging_library(arguments: list[str]) -> None:
    script = (
        "import sys; from airgap.cli import front; code = front.run(sys.argv[1:]);"
        "heavy = {'PIL', 'numpy', 'qrcode', 'zxingcpp', 'cv2', 'custody'} & set(sys.modules);"
        "sys.stderr.write(' '.join(heavy)); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_help_lists_the_four_commands_with_a_line_each(run: Run) -> None:
    code, out, _err = run("--help")
    assert code == 0
    assert re.findall(r"^  (show|scan|encode|decode)  +\S", out, re.MULTILINE) == ["show", "scan", "encode", "decode"]
    assert run("--version")[1].startswith("airgap ")


def test_shell_completion_offers_the_commands() -> None:
    environment = os.environ | {"_AIRGAP_COMPLETE": "bash_complete", "COMP_WORDS": "airgap ", "COMP_CWORD": "1"}
    done = process(env=environment)
    assert b"plain,show" in done.stdout
    assert b"plain,decode" in done.stdout


# --- encode and decode
@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize("form", ["binary", "base64", "wrapped base64", "hex"])
def test_a_psbt_in_any_of_its_forms_crosses_as_bytes(run: Run, tmp_path: Path, framing: str, form: str) -> None:
    forms = {
        "binary": PSBT,
        "base64": base64.b64encode(PSBT) + b"\n",
        "wrapped base64": base64.encodebytes(PSBT),
        "hex": PSBT.hex().encode(),
    }
    (tmp_path / "file").write_bytes(forms[form])
    lines = frames_of(run, "file", "--framing", framing)
    code, out, _err = run("decode", "-o", "out", "--json", stdin=lines)
    assert code == 0
    assert (tmp_path / "out").read_bytes() == PSBT
    answer = json.loads(out)
    assert set(answer) == {"type", "bytes", "sha256", "words", "frames_seen", "frames_used", "frames_foreign"}
    assert answer["type"] in ("crypto-psbt", "psbt")
    assert answer["bytes"] == len(PSBT)
    assert answer["sha256"] == hashlib.sha256(PSBT).hexdigest()
    assert len(answer["words"]) == 4
    assert answer["frames_seen"] == len(lines.split())
    assert 0 < answer["frames_used"] <= answer["frames_seen"]
    assert answer["frames_foreign"] == 0


def test_what_is_no_psbt_travels_as_bytes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"hello")
    lines = frames_of(run, "note")
    assert lines.startswith(b"UR:BYTES/")
    code, out, err = run("decode", stdin=lines)
    assert (code, out) == (0, "hello")
    assert "bytes, 5 bytes. Words: " in err
    assert f"SHA-256: {hashlib.sha256(b'hello').hexdigest()}" in err


def test_frames_that_contradict_are_dropped_and_counted(run: Run, psbt: str) -> None:
    frames = frames_of(run, psbt, "--fragment", "100").decode().split()
    honest = multipart.parse(frames[2])
    assert isinstance(honest, multipart.Part)
    forged = multipart.Encoder(Message("crypto-psbt", bytes(len(PSBT))), 100)
    forged._fountain.checksum = honest.checksum
    code, _out, err = run("decode", "-o", "out", stdin="\n".join([forged.part(3), *frames]).encode())
    assert code == 0, err
    assert "1 frame contradicted the others and was dropped" in err


def test_a_longer_bbqr_series_changes_its_order_with_each_round(run: Run, psbt: str) -> None:
    """A camera that misses every second frame would miss the same parts for ever."""
    once = json.loads(run("encode", psbt, "--framing", "bbqr", "--fragment", "60", "--json")[1])["frames"]
    count = len(once)
    frames = json.loads(
        run("encode", psbt, "--framing", "bbqr", "--fragment", "60", "--frames", str(4 * count), "--json")[1]
    )["frames"]
    rounds = [frames[at : at + count] for at in range(0, 4 * count, count)]
    assert rounds[0] == once
    assert all(sorted(each) == sorted(once) for each in rounds)
    assert len({tuple(each) for each in rounds}) == 4
    assert set(frames[::2]) == set(once)


def test_a_type_that_is_named_is_kept(run: Run, psbt: str) -> None:
    lines = frames_of(run, psbt, "--type", "psbt", "--fragment", "2000")
    assert lines.startswith(b"UR:PSBT/")
    assert json.loads(run("decode", "--json", stdin=lines)[1])["type"] == "psbt"


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize("frames", [1, 4, 30])
def test_frames_says_how_many_lines(run: Run, psbt: str, framing: str, frames: int) -> None:
    lines = frames_of(run, psbt, "--framing", framing, "--frames", str(frames)).split()
    assert len(lines) == frames
    assert all(len(line) < 620 for line in lines)


@pytest.mark.parametrize("fragment", [10, 50, 200, 701, 2200])
@pytest.mark.parametrize("framing", ["ur", "bbqr"])
def test_any_fragment_size_crosses(run: Run, psbt: str, tmp_path: Path, framing: str, fragment: int) -> None:
    lines = frames_of(run, psbt, "--framing", framing, "--fragment", str(fragment))
    assert run("decode", "-o", "out", stdin=lines)[0] == 0
    assert (tmp_path / "out").read_bytes() == PSBT


def test_encode_json_is_one_object(run: Run, psbt: str) -> None:
    answer = json.loads(run("encode", psbt, "--json")[1])
    assert answer["framing"] == "ur"
    assert answer["parts"] == 4
    assert len(answer["frames"]) == 7
    assert answer["sha256"] == hashlib.sha256(PSBT).hexdigest()


def test_frames_in_any_order_with_strangers_between(run: Run, psbt: str, tmp_path: Path) -> None:
    lines = frames_of(run, psbt).decode().split()
    mixed = [lines[-1], "", "https://example.org/\u00e9", *lines[-2::-1], "UR:BYTES/NOTHING"]
    code, out, _err = run("decode", "-o", "out", "--json", stdin="\r\n".join(mixed).encode())
    assert code == 0
    assert (tmp_path / "out").read_bytes() == PSBT
    answer = json.loads(out)
    assert answer["frames_foreign"] == 2
    assert answer["frames_seen"] == len(lines) + 2


def test_decode_reads_a_file_of_frames(run: Run, psbt: str, tmp_path: Path) -> None:
    (tmp_path / "frames.txt").write_bytes(frames_of(run, psbt))
    assert run("decode", "frames.txt", "-o", "out")[0] == 0
    assert (tmp_path / "out").read_bytes() == PSBT


def test_without_output_json_writes_no_file(run: Run, psbt: str, tmp_path: Path) -> None:
    assert run("decode", "--json", stdin=frames_of(run, psbt))[0] == 0
    assert listed(tmp_path) == [psbt]


def test_the_file_that_arrives_is_private_and_leaves_nothing_beside(run: Run, psbt: str, tmp_path: Path) -> None:
    assert run("decode", "-o", "out", stdin=frames_of(run, psbt))[0] == 0
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert listed(tmp_path) == ["out", psbt]


# --- show and scan: pictures
@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize("kind", ["png", "gif"])
def test_pictures_bring_the_same_bytes_back(run: Run, psbt: str, tmp_path: Path, framing: str, kind: str) -> None:
    code, out, _err = run("show", psbt, "--framing", framing, "-o", f"code.{kind}", "--json")
    assert code == 0
    shown = json.loads(out)
    assert shown["files"] == (
        [f"code-{n:03}.png" for n in range(1, shown["frames"] + 1)] if kind == "png" else ["code.gif"]
    )
    code, out, _err = run("scan", *reversed(shown["files"]), "-o", "out", "--json")
    assert code == 0
    assert json.loads(out)["frames_seen"] == shown["frames"]
    assert (tmp_path / "out").read_bytes() == PSBT


def test_one_code_takes_the_name_itself_and_a_folder_takes_frames(run: Run, psbt: str, tmp_path: Path) -> None:
    assert run("show", psbt, "--fragment", "2000", "--to", "svg", "-o", "code")[0] == 0
    assert (tmp_path / "code").read_bytes().startswith(b"<svg ")
    (tmp_path / "folder").mkdir()
    assert run("show", psbt, "-o", "folder")[0] == 0
    assert listed(tmp_path / "folder") == [f"frame-{number:03}.png" for number in range(1, 8)]


def test_all_pictures_of_a_series_have_one_size(run: Run, psbt: str, tmp_path: Path) -> None:
    assert run("show", psbt, "--to", "png", "-o", "code.png", "--frames", "12", "--scale", "2")[0] == 0
    assert len({Image.open(picture).size for picture in tmp_path.glob("*.png")}) == 1


def test_no_picture_is_written_when_one_name_is_taken(run: Run, psbt: str, tmp_path: Path) -> None:
    (tmp_path / "code-003.png").write_bytes(b"")
    assert run("show", psbt, "--to", "png", "-o", "code.png")[0] == 8
    assert listed(tmp_path) == ["code-003.png", psbt]


def test_a_bad_picture_among_good_ones_is_a_warning(run: Run, psbt: str, tmp_path: Path) -> None:
    assert run("show", psbt, "--to", "gif", "-o", "code.gif")[0] == 0
    (tmp_path / "bad.png").write_bytes(b"\x89PNG")
    code, _out, err = run("scan", "bad.png", "code.gif", "-o", "out")
    assert code == 0
    assert "warning: bad.png" in err
    assert (tmp_path / "out").read_bytes() == PSBT


def test_pictures_that_are_not_all_there_are_exit_4(run: Run, psbt: str) -> None:
    assert run("show", psbt, "--to", "png", "-o", "code.png", "--frames", "4")[0] == 0
    assert run("scan", "code-001.png", "code-004.png", "-o", "out")[0] == 4


# --- the plan of a series
@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize("version", [1, 2, 3, 5, 6, 9, 13, 23, 40])
@pytest.mark.parametrize("length", [6, 44, 45, 250, 3000])
def test_a_planned_series_fits_its_version(framing: str, version: int, length: int) -> None:
    message = Message("crypto-psbt", (PSBT * 5)[:length])
    try:
        planned = series.plan(Request(message, framing), version)
    except front.Usage:
        assert version <= 3
        return
    room = series.characters(version)
    assert max(map(len, planned.frames)) <= room
    if length == 3000 and version <= 9:
        assert max(map(len, planned.frames)) > room * 0.7, "the window's room is used"


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 24, 75, 96])
def test_each_pass_shows_every_frame_and_passes_differ(length: int) -> None:
    stream = series.passes(length)
    rounds = [[next(stream) for _ in range(length)] for _ in range(6)]
    assert all(sorted(order) == list(range(length)) for order in rounds)
    if length > 3:
        assert len({tuple(order) for order in rounds}) > 2


def test_a_camera_that_sees_every_second_or_fifth_frame_still_sees_all() -> None:
    for length in (4, 10, 20, 50):
        order = list(islice(series.passes(length), 40 * length))
        for every in (2, 3, 5):
            assert set(order[::every]) == set(order[1::every]) == set(range(length))


# --- a UR in a file
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
@pytest.mark.parametrize("fragment", ["2000", "100"])
def test_a_file_of_ur_lines_is_the_ur_and_not_its_letters(
    fragment: str, end: str, run: Run, psbt: str, tmp_path: Path
) -> None:
    (tmp_path / "map").write_bytes(b"\xa1\1\2")
    for name, ur_type in ((psbt, "crypto-psbt"), ("map", "crypto-output")):
        lines = frames_of(run, name, "--type", ur_type, "--fragment", fragment).decode().lower().split()
        (tmp_path / "t.ur").write_text(end.join(lines) + end, newline="")
        again = run("encode", "t.ur", "--json")[1]
        assert json.loads(again)["type"] == ur_type
        assert json.loads(again)["sha256"] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        assert run("show", "t.ur", "--to", "png", "-o", f"{ur_type}/", "--type", ur_type)[0] == 0
        assert run("scan", ur_type, "-o", "out", "--force")[0] == 0
        assert (tmp_path / "out").read_bytes() == (tmp_path / name).read_bytes()
        assert run("encode", "t.ur", "--type", "bytes")[0] == 2


def test_a_file_of_a_ur_that_is_not_whole_or_not_alone_is_refused(run: Run, psbt: str, tmp_path: Path) -> None:
    lines = frames_of(run, psbt, "--frames", "4").decode().split()
    (tmp_path / "other").write_bytes(b"another")
    other = frames_of(run, "other").decode().split()
    for kept, code in ((lines[:3], 4), ([*lines, "hello"], 4), (lines + other, 5), (["ur:bytes/aeae"], 4)):
        (tmp_path / "t.ur").write_text("\n".join(kept))
        assert run("encode", "t.ur")[:2] == (code, "")


@pytest.mark.parametrize("cut", [1, 4, 300])
def test_the_text_of_a_psbt_that_is_cut_off_is_not_shown(cut: int, run: Run, tmp_path: Path) -> None:
    for text in (base64.b64encode(PSBT).decode(), PSBT.hex()):
        (tmp_path / "file").write_text(text[:-cut])
        code, out, err = run("encode", "file")
        assert (code, out) == (4, "")
        assert "not a whole one" in err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_psbt_in_text_is_shown_as_people_have_it(encoding: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(f'"{base64.b64encode(PSBT).decode()}"\r\n'.encode(encoding))
    assert json.loads(run("encode", "file", "--json")[1])["sha256"] == hashlib.sha256(PSBT).hexdigest()


# --- a folder that is not there
def test_a_folder_that_is_named_is_made(run: Run, psbt: str, tmp_path: Path) -> None:
    assert run("show", psbt, "--to", "png", "-o", "codes/")[0] == 0
    assert listed(tmp_path / "codes") == [f"frame-{number:03}.png" for number in range(1, 8)]
    assert stat.S_IMODE((tmp_path / "codes").stat().st_mode) == 0o700
    assert run("show", psbt, "-o", "codes/", "--force")[0] == 0
    assert run("show", psbt, "--to", "png", "-o", "absent/codes/")[0] == 8
    assert run("show", psbt, "--to", "gif", "-o", "gifs/")[0] == 2
    assert run("show", psbt, "--to", "png", "-o", f"{psbt}/")[0] == 8
    assert listed(tmp_path) == ["codes", psbt]
