"""The PDF, read by another program: its text, its font, its greys; and the same pages are the same bytes."""

import hashlib
import re

import pypdfium2
import pytest

from custody.errors import Unreadable
from custody.printing.canvas import HEIGHT, WIDTH, Canvas
from custody.printing.document import document
from tests.printing.faces import face

TEXT = "Everybody but 髙橋 花子 turns away now. 今から背を向けてください。"


def drawn() -> Canvas:
    canvas = Canvas()
    canvas.text(50, 100, TEXT, 11, bold=True)
    canvas.text(50, 120, "fine", 8, grey=0.4)
    canvas.box(50, 200, 100, 40)
    canvas.area(200, 200, 50, 50, 0.85)
    canvas.line(50, 300, 300, 300, dashed=True)
    canvas.code(400, 200, 60, ((True, False), (False, True)))
    return canvas


@pytest.fixture(scope="module")
def content() -> bytes:
    return document(face(), [drawn(), Canvas()], "Script 手順書")


def test_another_program_reads_the_text_and_the_pages(content: bytes) -> None:
    with pypdfium2.PdfDocument(content) as read:
        assert len(read) == 2
        assert tuple(round(side, 2) for side in read[0].get_size()) == (WIDTH, HEIGHT)
        assert read.get_metadata_dict()["Title"] == "Script 手順書"
        text = read[0].get_textpage().get_text_bounded()
    assert TEXT in text
    assert "fine" in text


def test_marks_lie_where_they_were_drawn(content: bytes) -> None:
    with pypdfium2.PdfDocument(content) as read:
        page = read[0].render(scale=2, grayscale=True).to_numpy()
    assert abs(int(page[450, 450]) - 217) < 3, "the grey area"
    assert page[420, 820] == 0
    assert page[420, 880] == 255
    assert page[440, 150] == 255
    assert page[400, 200] < 200, "the box's upper side"


def test_the_same_pages_are_the_same_bytes_and_these_are_they_on_every_machine(content: bytes) -> None:
    assert document(face(), [drawn(), Canvas()], "Script 手順書") == content
    assert hashlib.sha256(content).hexdigest() == "f801506f82737145d834b04f2a8c202debb932757707bb6c3007d9f559f058c1"


def test_nothing_is_told_of_a_machine_a_time_or_a_place(content: bytes) -> None:
    assert not re.search(rb"/(CreationDate|ModDate|Producer|Creator|Author|ID|URI|JavaScript|JS|Metadata)\b", content)


def test_a_character_that_the_font_has_not_makes_no_page() -> None:
    canvas = Canvas()
    canvas.text(50, 50, "\U00020bb7", 10)
    with pytest.raises(Unreadable):
        document(face(), [canvas], "Script")


def test_the_table_of_objects_is_exact(content: bytes) -> None:
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    lines = content[start:].split(b"\n")
    count = int(lines[1].split()[1])
    for number in range(1, count):
        at = int(lines[2 + number].split()[0])
        assert content[at:].startswith(b"%d 0 obj\n" % number)
