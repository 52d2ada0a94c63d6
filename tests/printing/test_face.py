"""The font is the released one, a part of it draws the same, and a character it lacks is never a silent box."""

import hashlib
from struct import unpack_from

import pytest

from custody.errors import Unreadable
from custody.printing.face import DIGEST, FILE, FILE_BYTES, Face, subset
from tests.printing.faces import face

RARE = "\U00020bb7"
"""A character of names that the font has not."""


def test_the_font_is_the_published_one_with_its_licence_beside_it() -> None:
    content = FILE.read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (FILE_BYTES, DIGEST)
    licence = FILE.with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "The BIZ UDGothic Project Authors" in licence
    assert "with Reserved Font Name" not in licence


def test_a_font_with_one_bit_changed_is_not_read() -> None:
    content = bytearray(FILE.read_bytes())
    content[2_000_000] ^= 1
    with pytest.raises(Unreadable, match="not the one that was released"):
        Face.read(bytes(content))


def test_names_of_people_can_be_written() -> None:
    assert not face().lacking("髙橋 﨑山 渡邊 齋藤 ヴァイオレット José Müller Ørsted Łukasz Иван")


def test_a_character_that_is_not_there_is_named_and_written_as_its_number() -> None:
    assert face().lacking(f"{RARE}野{RARE}") == (RARE,)
    assert face().shown(f"{RARE}野") == "[U+20BB7]野"
    assert face().shown("吉野") == "吉野"
    with pytest.raises(Unreadable, match=r"U\+20BB7"):
        subset(face(), RARE)


def test_a_part_of_the_font_has_the_asked_glyphs_their_widths_and_outlines() -> None:
    whole, text = face(), "Ceremony 鍵生成式 é"
    part = subset(whole, text)
    assert set(part.glyphs) == set(text)
    read = Face(part.content, _tables(part.content))
    for character, glyph in part.glyphs.items():
        assert read.advances[glyph] == whole.advances[whole.glyphs[character]]
        assert part.advances[glyph] == read.advances[glyph]
    assert len(part.content) < 60_000
    assert unpack_from(">H", read.table("maxp"), 4)[0] == len(part.advances)


def test_the_sums_of_a_part_s_tables_are_right() -> None:
    content = subset(face(), "abc鍵").content
    assert _sum(content) == 0xB1B0AFBA
    (count,) = unpack_from(">H", content, 4)
    for number in range(count):
        tag, said, offset, size = unpack_from(">4sIII", content, 12 + 16 * number)
        table = bytearray(content[offset : offset + size + -size % 4])
        if tag == b"head":
            table[8:12] = bytes(4)
        assert _sum(bytes(table)) == said, tag


def test_the_same_characters_make_the_same_part_in_whatever_order() -> None:
    assert subset(face(), "鍵abc") == subset(face(), "cba鍵鍵")


def _tables(content: bytes) -> dict[str, tuple[int, int]]:
    (count,) = unpack_from(">H", content, 4)
    entries = (unpack_from(">4sIII", content, 12 + 16 * number) for number in range(count))
    return {tag.decode(): (offset, size) for tag, _check, offset, size in entries}


def _sum(content: bytes) -> int:
    return sum(unpack_from(f">{len(content) // 4}I", content)) % (1 << 32)
