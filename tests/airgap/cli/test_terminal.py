"""The `airgap` command in a real terminal of 80 columns by 24 rows, as a person meets it."""

import re
import signal
from pathlib import Path

import pyte
import pytest
import zxingcpp

from airgap.receiving.collector import Collector
from tests.airgap.cli.terminal import Window
from tests.airgap.conftest import PSBT, Run, frames_of
from tests.airgap.frames import whole
from tests.airgap.qr.test_qr import rasterise

END_UPDATE = b"\x1b[?2026l"


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


def shown(raw: bytes, columns: int, rows: int, cell: tuple[int, int]) -> list[list[str]]:
    """What a camera reads of every frame that was drawn whole, at one size of the terminal's letters."""
    screen = pyte.Screen(columns, rows)
    terminal = pyte.ByteStream(screen)
    found = []
    for drawn in raw.split(END_UPDATE)[:-1]:
        terminal.feed(drawn + END_UPDATE)
        found.append([code.text for code in zxingcpp.read_barcodes(rasterise(screen, cell))])
    return found


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize(
    ("columns", "rows", "length", "cell"),
    [(80, 24, 300, (6, 13)), (120, 40, 2_000, (7, 15)), (200, 60, 5_000, (8, 16))],
)
def test_every_frame_of_a_window_is_read_and_together_they_are_the_message(
    framing: str, columns: int, rows: int, length: int, cell: tuple[int, int], tmp_path: Path
) -> None:
    content = whole(5 + length)
    (tmp_path / "payment.psbt").write_bytes(content)
    arguments = ("show", str(tmp_path / "payment.psbt"), "--framing", framing, "--fragment", str(length // 8))
    with Window(*arguments, "--period", "20", columns=columns, rows=rows) as window:
        parts = len(content) // (length // 8) + 2
        for _frame in range(3 * parts):
            window.wait_for(END_UPDATE)
        window.press(b"q")
        assert window.finish() == 0
    seen = shown(window.raw, columns, rows, cell)
    assert len(seen) >= 3 * parts
    assert all(len(codes) == 1 for codes in seen)
    collector = Collector()
    for [code] in seen:
        collector.receive(code)
    assert collector.require().payload == content
    assert collector.foreign == 0


@pytest.mark.parametrize("key", [b"q", b" ", b"\n", b"\x03", b"\x1b[A"])
def test_a_key_ends_the_show_and_leaves_a_clean_screen(key: bytes, psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt)) as window:
        before = window.attributes()
        window.wait_for(b"\x1b[?2026l")
        assert codes_on(window)
        assert "<> speed, -+ size" in window.screen.display[23]
        assert re.match(r"\d+ of 27 \| crypto-psbt 705 bytes \| \w{4} \w{4} \w{4} \w{4} \| ", window.screen.display[23])
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


def test_keys_change_the_speed_and_do_not_end(psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt), "--period", "40") as window:
        for key in (b"<", b">", b",,,", b"."):
            window.wait_for(b"\x1b[?2026l")
            window.press(key)
        window.wait_for(b"\x1b[?2026l")
        assert " of 27 " in window.screen.display[23]
        assert window.process.poll() is None
        window.press(b"x")
        assert window.finish() == 0


def test_minus_and_plus_change_the_size_of_the_codes_and_the_message_stays(run: Run, psbt: str, tmp_path: Path) -> None:
    with Window("show", str(tmp_path / psbt), "--period", "20") as window:
        window.wait_for(b"1 of 27")
        window.press(b"-")
        window.wait_for(b"1 of 37")
        window.press(b"+")
        window.wait_for(b"1 of 2")
        collected: dict[str, None] = {}
        for _ in range(200):
            window.wait_for(b"\x1b[?2026l")
            collected.update(dict.fromkeys(codes_on(window)))
            if run("decode", "-o", "out", "--force", stdin="\n".join(collected).encode())[0] == 0:
                break
        window.press(b"q")
        assert window.finish() == 0
    assert (tmp_path / "out").read_bytes() == PSBT


def test_one_still_code_becomes_a_series_of_smaller_ones(tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"hello, this is a note of some length")
    with Window("show", str(tmp_path / "note")) as window:
        window.wait_for(b"any key ends")
        window.press(b"-")
        window.wait_for(b"1 of 3")
        window.press(b"q")
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


def test_a_long_refusal_is_folded_between_words() -> None:
    with Window("show", "x", "--to", "nobody") as window:
        assert window.finish() == 2
    lines = [line.rstrip() for line in window.screen.display if line.strip()]
    assert len(lines) > 2
    assert all(len(line) <= 80 for line in lines)
    assert "coldcard-q, metamask." in " ".join(lines)
    said = window.raw.decode().replace("\r\n", "\n").splitlines()
    assert max(map(len, said)) <= 80
    assert [line.startswith(("error: ", "hint: ", "    ")) for line in said] == [True] * len(said)
