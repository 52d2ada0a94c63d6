"""A text into lines of a width: broken at spaces, between ideographs and kana, and within a word that fits no line.

No line begins with a mark that closes, and none ends with one that opens (JIS X 4051, as far as a table of marks goes).
"""

import re
from collections.abc import Iterator

from custody.printing.face import Face

_CLOSING = (
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\u300d\u300f\uff09\uff3d\uff5d\u3009\u300b\u3011\u201d\u2019,.!?)]}"
    "ーゝゞヽヾ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_OPENING = "\u300c\u300e\uff08\uff3b\uff5b\u3008\u300a\u3010\u201c\u2018"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(f"[{re.escape(_OPENING)}]*(?:[{_WIDE}]|[^ {_WIDE}]+| +)[{re.escape(_CLOSING)}]*")


def wrap(face: Face, text: str, size: float, width: float) -> tuple[str, ...]:
    """Return the lines of a text, at least one; what the font lacks is written as its number."""
    lines, line, taken = [], "", 0.0
    for piece in _pieces(face, face.shown(text), size, width):
        wide = face.width(piece, size)
        if line and taken + face.width(piece.rstrip(" "), size) > width:
            lines.append(line.rstrip(" "))
            line, taken = "", 0.0
        if line or piece.strip(" "):
            line, taken = line + piece, taken + wide
    return (*lines, line.rstrip(" "))


def _pieces(face: Face, text: str, size: float, width: float) -> Iterator[str]:
    """Yield what is not broken; a piece that no line could hold is cut where it must be."""
    at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        piece = found.group() if found else text[at]
        at += len(piece)
        if face.width(piece, size) <= width:
            yield piece
        else:
            yield from _cut(face, piece, size, width)


def _cut(face: Face, piece: str, size: float, width: float) -> Iterator[str]:
    part, taken = "", 0.0
    for character in piece:
        wide = face.width(character, size)
        if part and taken + wide > width:
            yield part
            part, taken = "", 0.0
        part, taken = part + character, taken + wide
    yield part
