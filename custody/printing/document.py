"""Pages to the bytes of a PDF 1.7 (ISO 32000-1), with the part of the font that they use; text can be searched.

The same pages are the same bytes on every machine: no clock, no number drawn at random, no name of a person or a
program, and nothing is compressed, since two releases of zlib do not agree on how.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from custody.printing.canvas import HEIGHT, WIDTH, Area, Canvas, Code, Mark, Stroke, Text
from custody.printing.face import NAME, Face, Subset, subset

_BOLD = 0.035
"""How thick a bold letter's edge is drawn, of its size."""
_AT_ONCE = 100
"""Characters in a block of a map (PDF 1.7, 9.10.3)."""


def document(face: Face, canvases: Sequence[Canvas], title: str) -> bytes:
    """Return the file. Raises Unreadable for a character that the font has not."""
    drawn = (mark.content for canvas in canvases for mark in canvas.marks if isinstance(mark, Text))
    font = subset(face, (character for content in drawn for character in content))
    first = 9
    pages = [first + 2 * number for number in range(len(canvases))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) "
        b"/ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >> >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(b"%d 0 R" % page for page in pages)),
        b"<< /Title <%s> >>" % ("\ufeff" + title).encode("utf-16-be").hex().encode(),
        *_font(face, font),
    ]
    for page, canvas in zip(pages, canvases, strict=True):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Resources << /Font << /F 4 0 R >> >> "
            b"/Contents %d 0 R >>" % (_number(WIDTH), _number(HEIGHT), page + 1)
        )
        objects.append(_stream(b"\n".join(_drawn(mark, font) for mark in canvas.marks)))
    return _file(objects)


def _file(objects: Iterable[bytes]) -> bytes:
    """Return objects, numbered from 1, with the table of where each one is (PDF 1.7, 7.5)."""
    parts, at, places = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"], 15, []
    for number, content in enumerate(objects, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        at += len(parts[-1])
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    parts += [b"%010d 00000 n \n" % place for place in places]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, at))
    return b"".join(parts)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), more, content)


def _font(face: Face, font: Subset) -> Iterator[bytes]:
    """Yield objects 4 to 8: a composite font, its parts, and what each glyph stands for (PDF 1.7, 9.7)."""
    name = b"AAAAAA+" + NAME.encode()  # six letters say that it is a part; the document has no other
    scaled = [round(1000 * advance / face.units) for advance in font.advances]
    yield (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [5 0 R] "
        b"/ToUnicode 8 0 R >>" % name
    )
    yield (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /FontDescriptor 6 0 R /CIDToGIDMap /Identity /DW 1000 /W [0 [%s]] >>"
        % (name, b" ".join(b"%d" % advance for advance in scaled))
    )
    yield (
        b"<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [-1000 -300 2000 1100] /ItalicAngle 0 /Ascent 880 "
        b"/Descent -120 /CapHeight 740 /StemV 80 /FontFile2 7 0 R >>" % name
    )
    yield _stream(font.content, b" /Length1 %d" % len(font.content))
    yield _stream(b"\n".join(_meanings(font)))


def _meanings(font: Subset) -> Iterator[bytes]:
    """Yield the map from glyphs to characters; of several characters with one glyph, the first."""
    yield b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap"
    yield b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def"
    yield b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange"
    by_glyph = {glyph: character for character, glyph in sorted(font.glyphs.items(), reverse=True)}
    told = sorted(by_glyph.items())
    for at in range(0, len(told), _AT_ONCE):
        block = told[at : at + _AT_ONCE]
        yield b"%d beginbfchar" % len(block)
        yield from (b"<%04X> <%s>" % (glyph, each.encode("utf-16-be").hex().encode()) for glyph, each in block)
        yield b"endbfchar"
    yield b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


def _number(value: float) -> bytes:
    return f"{value:.2f}".encode()


def _numbers(*values: float) -> bytes:
    return b" ".join(map(_number, values))


def _drawn(mark: Mark, font: Subset) -> bytes:
    """Return the operators for a mark; PDF counts from the lower left corner."""
    match mark:
        case Text():
            codes = b"".join(b"%04X" % font.glyphs[each] for each in mark.content)
            edge = b"2 Tr %s w" % _number(_BOLD * mark.size) if mark.bold else b"0 Tr"
            return b"BT /F %s Tf %s g %s G %s %s Td <%s> Tj ET" % (
                _number(mark.size),
                _number(mark.grey),
                _number(mark.grey),
                edge,
                _numbers(mark.x, HEIGHT - mark.y),
                codes,
            )
        case Stroke():
            return b"0 G %s w [%s] 0 d %s m %s l S" % (
                _number(mark.thick),
                b"3 3" if mark.dashed else b"",
                _numbers(mark.x, HEIGHT - mark.y),
                _numbers(mark.to_x, HEIGHT - mark.to_y),
            )
        case Area():
            low = HEIGHT - mark.y - mark.high
            return b"%s g %s re f" % (_number(mark.grey), _numbers(mark.x, low, mark.wide, mark.high))
        case Code():
            return b"0 g\n%s\nf" % b"\n".join(_runs(mark))


def _runs(code: Code) -> Iterator[bytes]:
    """Yield dark runs as parts of one path, so that no seam of light is left between two rows."""
    module = code.side / len(code.modules)
    for row, modules in enumerate(code.modules):
        low = HEIGHT - code.y - (row + 1) * module
        edges = [at for at, (one, other) in enumerate(pairwise((False, *modules, False))) if one != other]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            yield b"%s re" % _numbers(code.x + start * module, low, (end - start) * module, module)
