"""The `airgap` command as scripts and people meet it: every exit code it owns, and no traceback for any input."""

import base64
import hashlib
import io
import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from airgap.cli import front, series
from airgap.cli.series import Request
from airgap.message import Message
from tests.airgap.terminal import Window
from tests.airgap.test_qr import rasterise

PSBT = b"psbt\xff" + np.random.default_rng(11).bytes(700)
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
    assert len(answer["frames"]) == 6
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


# --- 2: usage


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["encode"],
        ["encode", "absent.psbt"],
        ["encode", "payment.psbt", "--framing", "morse"],
        ["encode", "payment.psbt", "--type", "Crypto_PSBT"],
        ["encode", "payment.psbt", "--fragment", "9"],
        ["encode", "payment.psbt", "--fragment", "\u0664\u0665x"],
        ["encode", "payment.psbt", "--frames", "0"],
        ["encode", "payment.psbt", "--frames", "99999999999"],
        ["decode", "absent.txt"],
        ["decode", "-o", "-", "--json"],
        ["scan"],
        ["scan", "absent.png"],
        ["show", "payment.psbt"],
        ["show", "payment.psbt", "--to", "png"],
        ["show", "payment.psbt", "-o", "code.tiff"],
        ["show", "payment.psbt", "--to", "terminal", "-o", "x.png"],
        ["show", "payment.psbt", "--to", "terminal", "--json"],
        ["show", "payment.psbt", "--to", "png", "-o", "-"],
        ["show", "payment.psbt", "--to", "gif", "-o", "-", "--json"],
        ["show", "payment.psbt", "--to", "png", "-o", "x.png", "--frames", "60000"],
    ],
)
def test_a_wrong_command_line_is_exit_2(run: Run, psbt: str, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    if arguments:
        assert err.startswith("error: ")
        answer = json.loads(run(*arguments, "--json")[1])
        assert set(answer["error"]) == {"code", "message", "hint"}
        assert answer["error"]["code"] == "usage"


def test_show_without_a_terminal_names_the_way_out(run: Run, psbt: str) -> None:
    assert "--to png -o FILE" in run("show", psbt)[2]


def test_what_was_typed_cannot_reach_the_terminal_as_control_characters(run: Run) -> None:
    for arguments in (["encode", "a\x1b[2Jb"], ["\x1b[2J"], ["scan", "\u202egnp.a"], ["encode", "--\x1b"]):
        code, _out, err = run(*arguments)
        assert code == 2
        assert all(" " <= character <= "~" or character == "\n" for character in err)


# --- 4: unreadable


def test_an_incomplete_stream_is_exit_4_and_names_what_is_missing(run: Run, psbt: str, tmp_path: Path) -> None:
    lines = frames_of(run, psbt, "--frames", "4").split()
    code, out, err = run("decode", "-o", "out", stdin=b"\n".join([lines[0], lines[1], lines[3]]))
    assert (code, out) == (4, "")
    assert "3" in err
    assert listed(tmp_path) == [psbt]
    answer = json.loads(run("decode", "-o", "out", "--json", stdin=lines[0])[1])
    assert answer["error"]["code"] == "unreadable"


@pytest.mark.parametrize(
    "stdin",
    [b"", b"\n\n", b"hello", b"\0" * 5000, b"\xff\xfe", b"ur:crypto-psbt/1-99999999/aeae", b"B$ZP0100", b"{" * 9000],
)
def test_input_without_a_message_is_exit_4(run: Run, stdin: bytes) -> None:
    code, out, err = run("decode", stdin=stdin)
    assert (code, out) == (4, "")
    assert err.startswith("error: ")


def test_a_line_without_end_is_exit_4(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airgap.files.LINE_LIMIT", 1000)
    assert run("decode", stdin=b"A" * 2000)[0] == 4


@pytest.mark.parametrize("content", [b"", b"hello", base64.b64encode(b"psbx\xff"), b"70736274", b"cHNidP8" + b"!" * 9])
def test_a_file_that_is_no_psbt_is_not_sent_as_one(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert run("encode", "file", "--type", "crypto-psbt")[0] == 4


def test_a_file_over_the_limit_is_exit_4(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    assert run("encode", "large")[0] == 4
    with (tmp_path / "large").open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    assert run("encode", "large", "--fragment", "2000", "--frames", "1")[0] == 4


def test_pictures_without_codes_are_exit_4(run: Run, tmp_path: Path) -> None:
    Image.new("L", (90, 90), 99).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    for pictures in (["a.png"], ["b.png"], ["a.png", "b.png"]):
        code, out, err = run("scan", *pictures, "-o", "out")
        assert (code, out) == (4, "")
        assert "Traceback" not in err


# --- 5: mismatch


def test_two_messages_at_once_are_exit_5(run: Run, psbt: str, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"psbt\xff another")
    both = frames_of(run, psbt) + frames_of(run, "other")
    code, out, err = run("decode", "-o", "out", stdin=both)
    assert (code, out) == (5, "")
    assert err.startswith("error: ")
    assert not (tmp_path / "out").exists()


# --- 6: declined


def test_an_interrupted_decode_is_exit_6(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("airgap.files.lines", interrupted)
    code, out, err = run("decode", "-o", "out")
    assert (code, out) == (6, "")
    assert err.startswith("error: stopped")


# --- 8: storage


def test_a_file_that_exists_is_kept_unless_forced(run: Run, psbt: str, tmp_path: Path) -> None:
    lines = frames_of(run, psbt)
    (tmp_path / "out").write_bytes(b"precious")
    code, _out, err = run("decode", "-o", "out", stdin=lines)
    assert code == 8
    assert "--force" in err
    assert (tmp_path / "out").read_bytes() == b"precious"
    assert run("decode", "-o", "out", "--force", stdin=lines)[0] == 0
    assert (tmp_path / "out").read_bytes() == PSBT
    for kind in ("png", "gif"):
        assert run("show", psbt, "--to", kind, "--fragment", "2000", "-o", "out")[0] == 8


@pytest.mark.parametrize("out", ["payment.psbt/out", "absent/out", "/dev/full", "folder", "o" * 300])
def test_where_nothing_can_be_written_is_exit_8(run: Run, psbt: str, tmp_path: Path, out: str) -> None:
    (tmp_path / "folder").mkdir()
    lines = frames_of(run, psbt)
    code, _out, err = run("decode", "-o", out, stdin=lines)
    assert code == 8
    assert err.startswith("error: ")
    assert listed(tmp_path) == ["folder", psbt]


def test_a_dangling_link_is_not_written_through(run: Run, psbt: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("elsewhere")
    assert run("decode", "-o", "link", stdin=frames_of(run, psbt))[0] == 8
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_fills_up_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(50_000))
    lines = frames_of(run, "file", "--fragment", "2000")

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = process("decode", "-o", "out", stdin=lines, cwd=tmp_path, preexec_fn=small_disk)
    assert done.returncode == 8
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr
    assert listed(tmp_path) == ["file"]


def test_a_medium_without_hard_links_is_written_and_still_not_over(
    run: Run, psbt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_self: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    lines = frames_of(run, psbt)
    monkeypatch.setattr(Path, "hardlink_to", no_links)
    assert run("decode", "-o", "out", stdin=lines)[0] == 0
    assert (tmp_path / "out").read_bytes() == PSBT
    assert run("decode", "-o", "out", stdin=lines)[0] == 8
    assert listed(tmp_path) == ["out", psbt]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("arguments", [["encode"], ["encode", "--json"], ["show", "--to", "gif", "-o", "-"]])
def test_a_full_standard_output_is_exit_8(psbt: str, tmp_path: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", START, arguments[0], psbt, *arguments[1:]], stdout=full, stderr=-1, cwd=tmp_path
        )
    assert done.returncode == 8
    assert b"Traceback" not in done.stderr


def test_a_reader_that_has_enough_ends_encode_in_peace(psbt: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", START, "encode", psbt, "--frames", "5000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as encoder:
        assert encoder.stdout is not None
        assert encoder.stderr is not None
        assert encoder.stdout.readline().startswith(b"UR:CRYPTO-PSBT/1-4/")
        encoder.stdout.close()
        assert encoder.stderr.read() == b""
    assert encoder.returncode == 0


# --- 1: a bug


def test_a_bug_is_one_line_and_exit_1() -> None:
    script = (
        "import sys; import airgap.cli; sys.modules['airgap.cli.decode'].Collector = lambda: 1 / 0;"
        "sys.argv = ['airgap', 'decode', *sys.argv[1:]]; airgap.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"x", capture_output=True)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: airgap has a bug: ZeroDivisionError")
    assert b"Traceback" not in done.stderr
    done = subprocess.run([sys.executable, "-c", script, "--json"], input=b"x", capture_output=True)
    assert json.loads(done.stdout)["error"]["code"] == "internal"


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
    assert run("show", psbt, "--to", "png", "-o", "folder")[0] == 0
    assert listed(tmp_path / "folder") == [f"frame-{number:03}.png" for number in range(1, 7)]


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


# --- show: the terminal


def codes_on(window: Window) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(rasterise(window.screen))]


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
def test_an_80x24_terminal_shows_frames_that_complete_the_message(
    framing: str, run: Run, psbt: str, tmp_path: Path
) -> None:
    """It must show 5, for a person: what the window shows, frame after frame, is the whole message."""
    seen: dict[str, None] = {}
    with Window("show", str(tmp_path / psbt), "--framing", framing, "--period", "20") as window:
        for _ in range(200):
            window.wait_for(b"\x1b[?2026l")
            seen.update(dict.fromkeys(codes_on(window)))
            code, _out, _err = run("decode", "-o", "out", "--force", stdin="\n".join(seen).encode())
            if code == 0:
                break
        window.press(b"q")
        assert window.finish() == 0
    assert (tmp_path / "out").read_bytes() == PSBT


@pytest.mark.parametrize("key", [b"q", b" ", b"\n", b"\x03", b"\x1b[A"])
def test_a_key_ends_the_show_and_leaves_a_clean_screen(key: bytes, psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt)) as window:
        before = window.attributes()
        window.wait_for(b"\x1b[?2026l")
        assert codes_on(window)
        assert "any key ends" in window.screen.display[23]
        assert "of 24" in window.screen.display[23]
        window.press(key)
        assert window.finish() == 0
        assert window.attributes() == before
    assert window.raw.startswith(b"\x1b[?1049h\x1b[?25l")
    assert window.raw.endswith(b"\x1b[2J\x1b[3J\x1b[?25h\x1b[?1049l")


def test_a_terminated_show_clears_the_screen_too(psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt)) as window:
        window.wait_for(b"\x1b[?2026l")
        window.process.send_signal(signal.SIGTERM)
        assert window.finish() == 0
    assert window.raw.endswith(b"\x1b[?1049l")


def test_plus_and_minus_change_the_speed_and_do_not_end(psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt), "--period", "40") as window:
        for key in (b"+", b"-", b"---"):
            window.wait_for(b"\x1b[?2026l")
            window.press(key)
        window.wait_for(b"\x1b[?2026l")
        assert window.process.poll() is None
        window.press(b"x")
        assert window.finish() == 0


def test_a_window_made_smaller_says_so_and_larger_shows_again(psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt), "--period", "30") as window:
        window.wait_for(b"\x1b[?2026l")
        window.resize(60, 20)
        window.wait_for(b"Make the window larger.")
        assert codes_on(window) == []
        window.resize(100, 40)
        window.wait_for(b"\x1b[?2026l")
        window.wait_for(b"\x1b[?2026l")
        assert codes_on(window)
        window.press(b"q")
        assert window.finish() == 0


def test_a_window_that_is_too_small_is_exit_2(psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt), columns=20, rows=8) as window:
        assert window.finish() == 2
    with Window("show", str(tmp_path / psbt), "--fragment", "400") as window:
        assert window.finish() == 2
    assert b"--fragment" in window.raw


def test_a_short_message_is_one_still_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"hello")
    with Window("show", str(tmp_path / "note")) as window:
        window.wait_for(b"any key ends")
        window.wait_for(b"\x1b[?2026l")
        [code] = codes_on(window)
        window.press(b"q")
        assert window.finish() == 0
    assert run("decode", stdin=code.encode())[1] == "hello"


def test_without_a_terminal_the_codes_are_printed_below_each_other(run: Run, psbt: str, tmp_path: Path) -> None:
    code, out, _err = run("show", psbt, "--to", "terminal", "--frames", "3")
    assert code == 0
    assert "\x1b[H" not in out
    assert out.count("\u2580") > 300
    assert "1 of 3" in out
    assert "3 of 3" in out


def test_typed_frames_end_when_the_message_is_there(run: Run, psbt: str, tmp_path: Path) -> None:
    """A person at a terminal: the progress bar moves, and nobody must know how to end the input."""
    frames = frames_of(run, psbt).splitlines()
    with Window("decode", "-o", str(tmp_path / "out")) as window:
        window.wait_for(b"Ctrl-D ends.")
        for number, frame in enumerate(frames[:4]):
            window.press(frame + b"\n")
            window.wait_for(f"{number + 1} of 4 parts".encode())
        assert window.finish() == 0
    assert (tmp_path / "out").read_bytes() == PSBT


def test_quiet_shows_no_bar_and_a_message_never_goes_to_a_terminal(run: Run, psbt: str, tmp_path: Path) -> None:
    frames = frames_of(run, psbt, "--fragment", "1000")
    with Window("decode", "-o", str(tmp_path / "out"), "--quiet") as window:
        window.press(frames)
        assert window.finish() == 0
    assert b"[#" not in window.raw
    with Window("decode") as window:
        assert window.finish() == 2


# --- the plan of a series


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize("version", [1, 2, 3, 5, 6, 9, 13, 23, 40])
@pytest.mark.parametrize("length", [6, 44, 45, 250, 3000])
def test_a_planned_series_fits_its_version(framing: str, version: int, length: int) -> None:
    message = Message("crypto-psbt", (PSBT * 5)[:length])
    try:
        planned = series.plan(Request(message, framing, None, None), version)
    except front.Usage:
        assert version <= 3
        return
    room = series.characters(version)
    assert max(map(len, planned.frames)) <= room
    if len(planned.frames) > 1 and version <= 9:
        assert max(map(len, planned.frames)) > room * 0.7, "the window's room is used"


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 24, 75, 96])
def test_each_pass_shows_every_frame_and_passes_differ(length: int) -> None:
    stream = series.passes(length)
    rounds = [[next(stream) for _ in range(length)] for _ in range(6)]
    assert all(sorted(order) == list(range(length)) for order in rounds)
    if length > 3:
        assert len({tuple(order) for order in rounds}) > 2


def test_a_camera_that_misses_every_second_frame_still_sees_all() -> None:
    for length in (4, 10, 20, 50):
        order = list(islice(series.passes(length), 40 * length))
        assert set(order[::2]) == set(order[1::2]) == set(range(length))
