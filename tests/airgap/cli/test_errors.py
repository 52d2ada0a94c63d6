"""Every exit code but 0 that the `airgap` command owns, each reached; no input produces a traceback."""

import base64
import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.airgap.conftest import PSBT, START, Run, frames_of, listed, process


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
        ["show", "payment.psbt", "--to", "png", "-o", "x.png", "--frames", "1400"],
    ],
)
def test_a_wrong_command_line_is_exit_2(run: Run, psbt: str, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert "Traceback" not in err
    if "--json" not in arguments:
        assert out == ""
        assert err.startswith("error: " if arguments else "airgap carries ")
    if arguments:
        answer = json.loads(run(*arguments, "--json")[1])
        assert set(answer["error"]) == {"code", "message", "hint"}
        assert answer["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("line", "message", "guess"),
    [
        ("shwo payment.psbt", "there is no command airgap shwo", "airgap show"),
        ("frobnicate", "there is no command of that name", ""),
        ("help", "there is no command airgap help", "airgap --help"),
        ("abandon", "there is no command of that name", ""),
        ("\x1b[2Jfoo", "there is no command of that name", ""),
        ("encode payment.psbt --fragmnt 200", "airgap encode has no option --fragmnt", "--fragment"),
        ("decode payment.psbt --count 3", "airgap decode has no option --count", ""),
        ("encode payment.psbt --to sparow", "--to does not take sparow", "sparrow"),
        ("show payment.psbt --to pgn", "--to does not take pgn", "png"),
        ("encode payment.psbt --framing abandon", "--framing does not take what was typed", ""),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_name(run: Run, line: str, message: str, guess: str) -> None:
    code, out, err = run(*line.split(" "))
    said, *hints = err.splitlines()
    assert (code, out, said) == (2, "", f"error: {message}")
    assert [hint for hint in hints if "Did you mean" in hint] == ([f"hint: Did you mean {guess}?"] if guess else [])
    assert hints


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
    assert err.strip().startswith("error: stopped")


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


def test_a_name_that_is_taken_meanwhile_on_a_medium_without_hard_links_is_kept(
    run: Run, psbt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(self: Path, _target: Path) -> None:
        self.write_bytes(b"precious")  # another program was quicker, after the name was found free
        raise PermissionError(1, "Operation not permitted")

    lines = frames_of(run, psbt)
    monkeypatch.setattr(Path, "hardlink_to", no_links)
    code, _out, err = run("decode", "-o", "out", stdin=lines)
    assert code == 8
    assert "exists already" in err
    assert (tmp_path / "out").read_bytes() == b"precious"
    assert listed(tmp_path) == ["out", psbt]


NUMBERS = {
    "--frames": ("encode", "payment.psbt"),
    "--fragment": ("encode", "payment.psbt"),
    "--period": ("show", "payment.psbt", "--to", "gif", "-o", "x.gif"),
    "--scale": ("show", "payment.psbt", "--to", "gif", "-o", "x.gif"),
    "--camera": ("scan",),
}


@pytest.mark.parametrize("number", [" 5", "5 ", "\u0663", "1_0", "+5", "-1", "05", "", "5.0", "99999999999"])
@pytest.mark.parametrize("option", NUMBERS)
def test_a_number_is_written_in_plain_digits(option: str, number: str, run: Run, psbt: str, tmp_path: Path) -> None:
    code, out, err = run(*NUMBERS[option], option, number)
    assert (code, out) == (2, "")
    assert "a plain number from" in err
    assert listed(tmp_path) == [psbt]


@pytest.mark.parametrize("command", ["show", "scan", "encode", "decode"])
@pytest.mark.parametrize("columns", ["80", "100", "200"])
def test_no_line_of_help_is_wider_than_the_window(
    command: str, columns: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    code, out, _err = run(command, "--help")
    assert code == 0
    assert max(map(len, out.splitlines())) <= min(int(columns), 100)
    assert command not in ("show", "encode") or "coldcard-q" in " ".join(out.split())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "arguments", [["encode"], ["encode", "--json"], ["show", "--to", "gif", "-o", "-"], ["--help"]]
)
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


def test_help_for_a_reader_that_has_gone_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as page:
        assert page.stdout is not None
        assert page.stderr is not None
        page.stdout.close()
        assert page.stderr.read() == b""
    assert page.returncode == 0


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_closed_standard_stream_is_exit_8(psbt: str, tmp_path: Path, closed: int) -> None:
    shell = ["sh", "-c", f'"$0" "$@" {closed}>&-', sys.executable, "-c", START, "encode", psbt]
    done = subprocess.run(shell, capture_output=True, cwd=tmp_path)
    assert done.returncode == 8
    assert done.stderr.startswith(b"error: standard input, output or error is closed" if closed != 2 else b"")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["encode", "folder"], ["decode", "folder"]])
def test_a_folder_is_not_read(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "folder").mkdir()
    code, out, err = run(*arguments)
    assert (code, out) == (8, "")
    assert "cannot be read" in err


# --- 1: a bug
def test_a_bug_is_one_line_and_exit_1() -> None:
    script = (
        "import sys; import airgap.cli, airgap.cli.decode; sys.modules['airgap.cli.decode'].Collector = lambda: 1 / 0;"
        "sys.argv = ['airgap', 'decode', *sys.argv[1:]]; airgap.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"x", capture_output=True)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: airgap has a bug: ZeroDivisionError")
    assert b"Traceback" not in done.stderr
    done = subprocess.run([sys.executable, "-c", script, "--json"], input=b"x", capture_output=True)
    assert json.loads(done.stdout)["error"]["code"] == "internal"
