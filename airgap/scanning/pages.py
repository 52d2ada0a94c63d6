"""A PDF to its pages in grey, at most 500; damage, a password or a page larger than paper raises Unreadable.

The only door to PDFium, which draws and does nothing else here: no form, no script, no annotation. What a page claims
is checked before it is drawn. Only the reader's process loads this module, and only for a PDF.
"""

import math
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pypdfium2

from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.scanning.scan import Pixels

PAGES_LIMIT = 500
"""Pages of one document: some 3,000 codes, as ours are printed."""

SIDE_LIMIT = 14_400
"""Points of a page's side: the largest that PDF 1.7 knows (Annex C)."""

PIXEL_LIMIT = 16_000_000
"""Pixels of a page, A3 as it is printed. A larger one is drawn smaller."""

DPI = 300
"""Ours are printed with so many, and scanners make no fewer."""

_LEAST = 1_500
"""Pixels of the longer side, however small the paper: room for a code of any version."""

_POINTS = 72
"""Of an inch."""

_LOCKED = (4, 5)
"""FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY: a password is wanted, or a lock that PDFium does not know."""

_WHITE = (255, 255, 255, 255)

_COUNT = re.compile(rb"(/Count\s{1,8})([0-9]{1,10})(?![0-9])")
_OBJECTS = re.compile(rb"/ObjStm(?:[^s]|s(?!tream)){0,400}stream\r?\n")
_PAGE = re.compile(rb"/Type\s{0,8}/Page(?![A-Za-z])")
_PACKED_LIMIT = 16 * 1024 * 1024
_UNPACKED_LIMIT = 32 * 1024 * 1024
"""Bytes of all object streams together: many thousand pages."""

_AGAIN = _("Print the pages with the codes into a PDF of their own.")


def frames(data: bytes) -> Iterator[Pixels]:
    """Yield each page of a PDF in grey, also those that it does not count.

    Raises Unreadable when this is no PDF, is damaged, wants a password, or claims more than the limits; and behind the
    last page when there are more than PDFium finds.
    """
    try:
        with pypdfium2.PdfDocument(data) as claiming, pypdfium2.PdfDocument(_uncounted(data)) as counted:
            document = max(claiming, counted, key=len)
            count = len(document)
            if count > PAGES_LIMIT:
                raise Unreadable(
                    _("the PDF has {count} pages, and {limit} are the most that are read").format(
                        count=count, limit=PAGES_LIMIT
                    ),
                    hint=_AGAIN,
                )
            for number in range(count):
                scale = _scale(*document.get_page_size(number))
                yield _drawn(document, number, scale)
    except pypdfium2.PdfiumError as problem:
        raise _unread(problem.err_code) from problem
    if (packed := _packed_pages(data)) > count:
        raise Unreadable(
            _("the PDF says that it has {count} pages, and holds {packed}: some were not read").format(
                count=count, packed=packed
            ),
            hint=_AGAIN,
        )


def _uncounted(data: bytes) -> bytes:
    """Take the number of pages away that a PDF claims (ISO 32000-1, 7.7.3.2), which PDFium believes.

    It counts for itself where it is told none. The numbers become zeros in their places, as others are found by theirs.
    """
    return _COUNT.sub(lambda found: found[1] + b"0" * len(found[2]), data)


def _packed_pages(data: bytes) -> int:
    """Count the pages in object streams (7.5.7), whose numbers cannot be taken away."""
    count, left = 0, _UNPACKED_LIMIT
    for found in _OBJECTS.finditer(data):
        inflater = zlib.decompressobj()
        with suppress(zlib.error):
            objects = inflater.decompress(memoryview(data)[found.end() :][:_PACKED_LIMIT], left)
            left -= len(objects)
            count += len(_PAGE.findall(objects))
        if left <= 0:
            break
    return count


def _scale(width: float, height: float) -> float:
    """Return the pixels to a point. Raises Unreadable for a page that no paper has."""
    if not (0 < width <= SIDE_LIMIT and 0 < height <= SIDE_LIMIT):
        raise Unreadable(
            _("a page of {width:.0f} by {height:.0f} points is no page: a side has {limit} at most").format(
                width=width, height=height, limit=SIDE_LIMIT
            ),
            hint=_("Print the code on ordinary paper, or save the page as a picture."),
        )
    wanted = max(DPI / _POINTS, _LEAST / max(width, height))
    return min(wanted, math.sqrt(PIXEL_LIMIT / (width * height)))


def _drawn(document: pypdfium2.PdfDocument, number: int, scale: float) -> Pixels:
    page = document[number]
    try:
        bitmap = page.render(scale=scale, grayscale=True, fill_color=_WHITE, may_draw_forms=False, draw_annots=False)
        try:
            pixels: Pixels = bitmap.to_numpy().copy()
            return pixels
        finally:
            bitmap.close()
    finally:
        page.close()


def _unread(code: int | None) -> Unreadable:
    if code in _LOCKED:
        return Unreadable(_("the PDF is locked"), hint=_("Save it without a password, or take pictures of the codes."))
    return Unreadable(
        _("the PDF cannot be read: it is damaged, or no PDF"),
        hint=_("Save or print it into a PDF again, or take pictures of the codes."),
    )
