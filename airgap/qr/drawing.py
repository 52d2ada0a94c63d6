"""QR codes to the bytes of a PNG, an animated GIF or an SVG, with the quiet zone that the standard asks for."""

import io
from collections.abc import Sequence

from PIL import Image

from airgap.qr.blocks import QUIET
from airgap.qr.symbol import Matrix

SCALE = 8
"""Pixels to a module, unless told otherwise."""


def png(matrix: Matrix, scale: int = SCALE) -> bytes:
    """Return a black-on-white PNG, `scale` pixels to a module, with the standard's quiet zone."""
    written = io.BytesIO()
    picture(matrix, scale).save(written, format="PNG", optimize=True)
    return written.getvalue()


def gif(matrices: Sequence[Matrix], period_ms: int, scale: int = SCALE) -> bytes:
    """Return a GIF that shows the codes in order for `period_ms` milliseconds each, again and again.

    GIF counts in hundredths of a second, so the period is rounded to one, and never below two: browsers slow down
    anything faster. All codes are drawn as wide as the widest.
    """
    widest = max(len(matrix) for matrix in matrices)
    pictures = [picture(matrix, scale, widest) for matrix in matrices]
    written = io.BytesIO()
    pictures[0].save(
        written,
        format="GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=max(20, round(period_ms / 10) * 10),
        loop=0,
        optimize=False,
    )
    return written.getvalue()


def svg(matrix: Matrix, scale: int = SCALE) -> bytes:
    """Return the code as an SVG document: one white ground, one black path, `scale` units to a module."""
    side = len(matrix) + 2 * QUIET
    runs = "".join(
        f"M{start + QUIET} {row + QUIET}h{length}v1h-{length}z"
        for row, line in enumerate(matrix)
        for start, length in _dark_runs(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * scale}" height="{side * scale}" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{runs}"/></svg>\n'
    ).encode()


def picture(matrix: Matrix, scale: int, widest: int = 0) -> Image.Image:
    """Return a code with its quiet zone, one bit to a pixel; a code narrower than `widest` stands in the middle."""
    side = max(len(matrix), widest) + 2 * QUIET
    corner = (side - len(matrix)) // 2
    drawn = Image.new("1", (side, side), 1)
    code = Image.new("1", (len(matrix), len(matrix)))
    code.putdata([0 if dark else 255 for row in matrix for dark in row])
    drawn.paste(code, (corner, corner))
    return drawn.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def _dark_runs(line: Sequence[bool]) -> list[tuple[int, int]]:
    """Return (start, length) of each unbroken run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(line):
        if not dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
