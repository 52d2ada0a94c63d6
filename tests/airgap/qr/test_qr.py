"""Text to symbol to light: sizes of the standard, every version read back by a reader that is not ours, drawings."""

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pyte
import pytest
import qrcode.util
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from airgap import capacity, qr
from airgap.errors import Unreadable
from airgap.qr import blocks

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def read(picture: bytes) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert code.ec_level == "L"
    return code.bytes.decode()


def rasterise(screen: pyte.Screen, cell: tuple[int, int] = (8, 16)) -> Image.Image:
    """Draw a terminal's cells as pixels, by their own colours only; what has no colour is a dark theme's grey."""
    width, height = cell
    pixels = np.full((screen.lines * height, screen.columns * width), 40, np.uint8)
    shades = {"000000": 0, "ffffff": 255, "default": 40}
    for row in range(screen.lines):
        for column in range(screen.columns):
            character = screen.buffer[row][column]
            ink, ground = shades[character.fg], shades[character.bg]
            upper, lower = {"\u2580": (ink, ground), "\u2584": (ground, ink), "\u2588": (ink, ink)}.get(
                character.data, (ground, ground)
            )
            y, x = row * height, column * width
            pixels[y : y + height // 2, x : x + width] = upper
            pixels[y + height // 2 : y + height, x : x + width] = lower
    return Image.fromarray(pixels)


def on_terminal(text: str, columns: int, rows: int) -> pyte.Screen:
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    return screen


def test_capacities_are_those_of_the_standard() -> None:
    limits = qrcode.util.BIT_LIMIT_TABLE[1]
    assert [8 * words for words in capacity.DATA_CODEWORDS] == limits[1:]
    assert [qr.characters(version) for version in (1, 5, 9, 10, 26, 27, 40)] == [25, 154, 335, 395, 1990, 2132, 4296]
    assert [qr.characters(version, compact=False) for version in (1, 9, 10, 40)] == [17, 230, 271, 2953]


@pytest.mark.parametrize("version", [1, 2, 5, 6, 7, 9, 10, 20, 26, 27, 40])
def test_a_full_symbol_of_each_kind_reads_back(version: int) -> None:
    full = (ALPHANUMERIC * 100)[: qr.characters(version)]
    assert qr.version_for(full) == version
    assert read(qr.png(qr.matrix(full), 3)) == full
    bytewise = ("ur:bytes/" * 500)[: qr.characters(version, compact=False)]
    assert qr.version_for(bytewise) == version
    assert read(qr.png(qr.matrix(bytewise), 3)) == bytewise


@pytest.mark.parametrize("version", [1, 10, 27])
def test_one_character_more_needs_the_next_version(version: int) -> None:
    assert qr.version_for("A" * (qr.characters(version) + 1)) == version + 1


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=300))
def test_any_text_reads_back_exactly(text: str) -> None:
    assert read(qr.png(qr.matrix(text), 3)) == text


@pytest.mark.parametrize("text", ["0" * 1000, "A" * 3000, "B$" + "0" * 2000 + "Z", "%" * 800])
def test_monotonous_text_reads_back(text: str) -> None:
    """The library divides by zero on a block of zeros; and one mask for all must do for the worst of them."""
    assert read(qr.png(qr.matrix(text), 3)) == text


def test_a_series_keeps_the_version_it_is_given() -> None:
    assert {len(qr.matrix(text, 9)) for text in ("A", "B" * 300)} == {qr.modules(9)}
    assert len(qr.matrix("C" * 400, 9)) == qr.modules(11)


@pytest.mark.parametrize("text", ["A" * 4297, "a" * 2954, "a\0b"])
def test_text_that_fits_no_symbol_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        qr.matrix(text)


def test_png_has_the_quiet_zone_and_pure_black_and_white() -> None:
    picture = Image.open(io.BytesIO(qr.png(qr.matrix("HELLO"), 5)))
    assert picture.size == ((21 + 8) * 5,) * 2
    pixels = np.asarray(picture.convert("L"))
    assert set(np.unique(pixels)) == {0, 255}
    assert pixels[:20].min() == 255
    assert pixels[-20:].min() == 255
    assert pixels[20, 20] == 0


def test_gif_shows_every_code_in_order_for_its_time_and_repeats() -> None:
    texts = [f"FRAME {number}" for number in range(7)]
    picture = Image.open(io.BytesIO(qr.gif([qr.matrix(text, 4) for text in texts], 250, 4)))
    assert picture.n_frames == 7
    assert picture.info["loop"] == 0
    seen = []
    for number in range(7):
        picture.seek(number)
        assert picture.info["duration"] == 250
        [code] = zxingcpp.read_barcodes(picture.convert("L"))
        seen.append(code.text)
    assert seen == texts


def test_svg_is_one_path_that_draws_the_dark_modules() -> None:
    matrix = qr.matrix("UR:BYTES/HELLO", 3)
    ground, ink = ET.fromstring(qr.svg(matrix, 2))
    assert (ground.get("fill"), ink.get("fill")) == ("#fff", "#000")
    drawn = np.zeros((len(matrix) + 8,) * 2, bool)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", ink.get("d", "")):
        drawn[int(y), int(x) : int(x) + int(length)] = True
    assert (drawn[4:-4, 4:-4] == np.array(matrix)).all()
    assert drawn.sum() == np.array(matrix).sum()


def test_the_windows_hold_the_versions_that_were_measured() -> None:
    assert [qr.fits(*window) for window in ((80, 24), (120, 40), (200, 60), (20, 10))] == [5, 13, 23, 0]
    assert qr.fits(80, 24, blocks.TIGHT_QUIET) == 6


@pytest.mark.parametrize(
    ("version", "columns", "rows", "quiet"), [(5, 80, 24, 4), (6, 80, 24, 2), (13, 120, 40, 4), (23, 200, 60, 4)]
)
@pytest.mark.parametrize("cell", [(6, 13), (8, 16), (9, 18)])
def test_a_terminal_full_of_half_blocks_reads_back(
    version: int, columns: int, rows: int, quiet: int, cell: tuple[int, int]
) -> None:
    text = (ALPHANUMERIC * 100)[: qr.characters(version)]
    screen = on_terminal(qr.terminal(qr.matrix(text), quiet), columns, rows - 1)
    [code] = zxingcpp.read_barcodes(rasterise(screen, cell))
    assert code.text == text


def test_every_cell_of_a_terminal_code_has_its_own_colours() -> None:
    lines = qr.terminal(qr.matrix("HELLO")).split("\n")
    assert len(lines) == 15
    screen = on_terminal("\n".join(lines), 29, 15)
    cells = [screen.buffer[row][column] for row in range(15) for column in range(29)]
    assert {(cell.fg, cell.bg) for cell in cells} == {("000000", "ffffff")}
    assert all(line.endswith("\x1b[0m") for line in lines)
