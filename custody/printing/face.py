"""`Face`: a TrueType font: how wide a character is, whether it is there, and a font of the drawn glyphs alone.

OpenType 1.9, chapters cmap (format 12), hmtx, loca, glyf. The font is ours: it comes with this release, and its SHA-256
is checked before anything of it is read. So its inner lengths are trusted, and no other font is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from struct import pack, unpack_from
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable

FILE = Path(__file__).with_name("BIZUDPGothic-Regular.ttf")
"""BIZ UDPGothic 1.05, as it was published; its licence, the SIL Open Font License 1.1, stands beside it in OFL.txt."""
FILE_BYTES = 4_669_688
DIGEST = "8d4fd9568ad662d9eb1bc8ca8663dcd76a6336373e3e3f32d634978db4c7388e"
NAME = "BIZUDPGothic-Regular"

_KEPT = ("cvt ", "fpgm", "prep")
"""What glyphs are hinted with, unchanged."""
_ARGUMENTS_ARE_WORDS, _SCALED, _MORE, _SCALED_TWICE, _MATRIX = 0x01, 0x08, 0x20, 0x40, 0x80
"""Flags of a component (OpenType 1.9, glyf)."""


@dataclass(frozen=True)
class Face:
    """A font's bytes, and where its tables are."""

    content: bytes
    tables: Mapping[str, tuple[int, int]]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the font of this release. Raises Unreadable for any other."""
        if sha256(content).hexdigest() != DIGEST:
            raise Unreadable(
                _("the font of this installation is not the one that was released"),
                hint=_("Lay the toolkit again from a release that was verified."),
            )
        (count,) = unpack_from(">H", content, 4)
        entries = (unpack_from(">4sIII", content, 12 + 16 * number) for number in range(count))
        return cls(content, {tag.decode("ascii"): (offset, size) for tag, _check, offset, size in entries})

    def table(self, tag: str) -> bytes:
        """Return a table."""
        offset, size = self.tables[tag]
        return self.content[offset : offset + size]

    @cached_property
    def units(self) -> int:
        """Units of the em: a width is in these."""
        return int(unpack_from(">H", self.table("head"), 18)[0])

    @cached_property
    def glyphs(self) -> Mapping[str, int]:
        """Every character of the font, with its glyph (cmap, platform 3, encoding 10)."""
        cmap = self.table("cmap")
        (count,) = unpack_from(">H", cmap, 2)
        records = (unpack_from(">HHI", cmap, 4 + 8 * number) for number in range(count))
        at = next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 10))
        (groups,) = unpack_from(">I", cmap, at + 12)
        found = {}
        for number in range(groups):
            first, last, glyph = unpack_from(">III", cmap, at + 16 + 12 * number)
            found.update({chr(first + step): glyph + step for step in range(last - first + 1)})
        return found

    @cached_property
    def advances(self) -> tuple[int, ...]:
        """How wide each glyph is, in units."""
        (count,) = unpack_from(">H", self.table("hhea"), 34)
        metrics: tuple[int, ...] = unpack_from(">" + "Hh" * count, self.table("hmtx"))
        (glyphs,) = unpack_from(">H", self.table("maxp"), 4)
        return (*metrics[::2], *[metrics[2 * count - 2]] * (glyphs - count))

    @cached_property
    def _widths(self) -> Mapping[str, int]:
        return {character: self.advances[glyph] for character, glyph in self.glyphs.items()}

    def width(self, text: str, size: float) -> float:
        """Return how wide a text is in points, of whose characters the font has each one."""
        return sum(map(self._widths.__getitem__, text)) * size / self.units

    def lacking(self, text: str) -> tuple[str, ...]:
        """Return the characters of a text that the font has not, each once, in their order."""
        return tuple(dict.fromkeys(each for each in text if each not in self._widths))

    def shown(self, text: str) -> str:
        """Return a text whose characters the font all has: another is written as its number, for instance [U+20BB7]."""
        if not (lacks := self.lacking(text)):
            return text
        return text.translate({ord(each): f"[U+{ord(each):04X}]" for each in lacks})

    def _outlines(self) -> tuple[int, ...]:
        (glyphs,) = unpack_from(">H", self.table("maxp"), 4)
        return unpack_from(f">{glyphs + 1}I", self.table("loca"))


@dataclass(frozen=True, slots=True)
class Subset:
    """A font of some characters: its file, the glyph of each character in it, and how wide each glyph is, in units."""

    content: bytes
    glyphs: Mapping[str, int]
    advances: tuple[int, ...]


def subset(face: Face, characters: Iterable[str]) -> Subset:
    """Return the font of these characters, and of what their glyphs are composed of; the same ones make the same file.

    Raises Unreadable for a character that the font has not: nothing is ever drawn as an empty box.
    """
    wanted = sorted(set(characters))
    for each in wanted:
        if each not in face.glyphs:
            raise Unreadable(_("the font has no U+{number:04X}").format(number=ord(each)))
    ends, glyf = face._outlines(), face.table("glyf")
    outlines: dict[int, bytes] = {}
    to_visit = [0, *(face.glyphs[each] for each in wanted)]
    while to_visit:
        glyph = to_visit.pop()
        if glyph not in outlines:
            outlines[glyph] = glyf[ends[glyph] : ends[glyph + 1]]
            to_visit += [part for _at, part in _components(outlines[glyph])]
    order = sorted(outlines)
    numbers = {glyph: number for number, glyph in enumerate(order)}
    drawn = [_renumbered(outlines[glyph], numbers) for glyph in order]
    advances = tuple(face.advances[glyph] for glyph in order)
    content = _font(face, order, drawn, advances)
    return Subset(content, {each: numbers[face.glyphs[each]] for each in wanted}, advances)


def _components(outline: bytes) -> list[tuple[int, int]]:
    """Return the parts of a composed glyph: where each one's number stands, and the number."""
    if not outline or unpack_from(">h", outline)[0] >= 0:
        return []
    found, at, more = [], 10, True
    while more:
        flags, glyph = unpack_from(">HH", outline, at)
        found.append((at + 2, glyph))
        at += 8 if flags & _ARGUMENTS_ARE_WORDS else 6
        at += 2 if flags & _SCALED else 4 if flags & _SCALED_TWICE else 8 if flags & _MATRIX else 0
        more = bool(flags & _MORE)
    return found


def _renumbered(outline: bytes, numbers: Mapping[int, int]) -> bytes:
    """Return an outline whose parts have their new numbers, with the length that a table wants."""
    changed = bytearray(outline)
    for at, glyph in _components(outline):
        changed[at : at + 2] = pack(">H", numbers[glyph])
    return bytes(changed) + bytes(-len(changed) % 4)


def _font(face: Face, order: list[int], outlines: list[bytes], advances: tuple[int, ...]) -> bytes:
    """Return the file: its tables in the order of their tags, each at a multiple of four (OpenType 1.9, chapter 5)."""
    ends = [0]
    for outline in outlines:
        ends.append(ends[-1] + len(outline))
    hmtx, (count,) = face.table("hmtx"), unpack_from(">H", face.table("hhea"), 34)
    bearings = [
        unpack_from(">h", hmtx, 4 * glyph + 2 if glyph < count else 4 * count + 2 * (glyph - count))[0]
        for glyph in order
    ]
    head = bytearray(face.table("head"))
    head[8:12] = bytes(4)
    head[50:52] = pack(">h", 1)  # loca in words of four bytes
    tables = {
        "glyf": b"".join(outlines),
        "head": bytes(head),
        "hhea": face.table("hhea")[:34] + pack(">H", len(order)),
        "hmtx": b"".join(pack(">Hh", *pair) for pair in zip(advances, bearings, strict=True)),
        "loca": pack(f">{len(ends)}I", *ends),
        "maxp": face.table("maxp")[:4] + pack(">H", len(order)) + face.table("maxp")[6:],
        **{tag: face.table(tag) for tag in _KEPT},
    }
    return _file(tables)


def _file(tables: Mapping[str, bytes]) -> bytes:
    """Return tables as a file, with its directory and their sums."""
    tags = sorted(tables)
    power = len(tags).bit_length() - 1
    head = pack(">IHHHH", 0x00010000, len(tags), 16 << power, power, 16 * len(tags) - (16 << power))
    at, directory, body = 12 + 16 * len(tags), b"", b""
    for tag in tags:
        content = tables[tag]
        padded = content + bytes(-len(content) % 4)
        directory += pack(">4sIII", tag.encode("ascii"), _sum(padded), at + len(body), len(content))
        body += padded
    whole = bytearray(head + directory + body)
    places = {tag: unpack_from(">I", whole, 12 + 16 * number + 8)[0] for number, tag in enumerate(tags)}
    adjustment = (0xB1B0AFBA - _sum(bytes(whole))) % (1 << 32)
    whole[places["head"] + 8 : places["head"] + 12] = pack(">I", adjustment)
    return bytes(whole)


def _sum(padded: bytes) -> int:
    words: tuple[int, ...] = unpack_from(f">{len(padded) // 4}I", padded)
    return sum(words) % (1 << 32)
