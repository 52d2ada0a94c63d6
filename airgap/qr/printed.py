"""A series to the bytes of a PDF: A4 pages at 300 dpi, each code above its caption, one large or six to a page."""

import io
import time
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from airgap.qr.blocks import QUIET
from airgap.qr.drawing import picture
from airgap.qr.symbol import Matrix

DPI = 300
_PAGE = (2480, 3508)
"""A4 in dots."""
_MARGIN = 180
_TEXT = 40
"""Dots of a line's letters: 10 points."""

_COLUMNS, _ROWS = 2, 3
_ALONE = 1700
"""Dots of a code that stands alone: 14 cm, which any camera reads."""

_EPOCH = time.gmtime(0)
"""The same series is the same file: no clock goes into it."""


def pdf(matrices: Sequence[Matrix], captions: Sequence[str], heading: str) -> bytes:
    """Return a PDF: one code large, or six to a page, each above its caption. Text is ASCII."""
    per_page = 1 if len(matrices) == 1 else _COLUMNS * _ROWS
    pages = [
        _page(matrices[at : at + per_page], captions[at : at + per_page], heading, alone=per_page == 1)
        for at in range(0, len(matrices), per_page)
    ]
    written = io.BytesIO()
    pages[0].save(
        written,
        format="PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=DPI,
        creationDate=_EPOCH,
        modDate=_EPOCH,
    )
    return written.getvalue()


def _page(matrices: Sequence[Matrix], captions: Sequence[str], heading: str, *, alone: bool) -> Image.Image:
    page = Image.new("1", _PAGE, 1)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(_TEXT)
    pen.text((_MARGIN, _MARGIN), heading, fill=0, font=font)
    top = _MARGIN + 3 * _TEXT
    columns, rows = (1, 1) if alone else (_COLUMNS, _ROWS)
    width = (_PAGE[0] - 2 * _MARGIN) // columns
    height = (_PAGE[1] - top - _MARGIN) // rows
    for number, (matrix, caption) in enumerate(zip(matrices, captions, strict=True)):
        left, above = _MARGIN + number % columns * width, top + number // columns * height
        room = min(width, height - 2 * _TEXT, _ALONE)
        code = picture(matrix, max(1, room // (len(matrix) + 2 * QUIET)))
        page.paste(code, (left + (width - code.width) // 2, above))
        pen.text((left + width // 2, above + code.height), caption, fill=0, font=font, anchor="ma")
    return page
