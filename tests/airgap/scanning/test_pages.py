"""PDF pages as pictures of codes: our own prints, drawn ones, and documents made to break who opens them."""

import io
import json
import resource
import signal
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from airgap import qr
from airgap.errors import Unreadable
from airgap.qr import printed
from airgap.qr.blocks import QUIET
from airgap.scanning.pages import PAGES_LIMIT, PIXEL_LIMIT, SIDE_LIMIT, frames
from airgap.scanning.reader import MEMORY_LIMIT
from airgap.scanning.worker import PictureReader
from tests.airgap.conftest import PSBT, Run, frames_of
from tests.airgap.frames import whole
from tests.support.effort import against
from tests.support.patience import LONG

A4 = (595, 842)
DRAWN = "0 0 0 rg"


def pdf(*pages: bytes, size: tuple[float, float] = A4, count: int | None = None, more: bytes = b"") -> bytes:
    """A PDF whose pages' content is given; `count` is what it claims, `more` stands in every page."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (3 + 2 * at) for at in range(len(pages))), len(pages) if count is None else count),
    ]
    for at, content in enumerate(pages):
        box = f"[0 0 {size[0]} {size[1]}]".encode()
        bodies += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R %s >>" % (box, 4 + 2 * at, more),
            b"<< /Length %d >> stream\n%s\nendstream" % (len(content), content),
        ]
    return written(bodies)


def written(bodies: list[bytes], trailer: bytes = b"") -> bytes:
    """The objects of a PDF with their table (ISO 32000-1, 7.5)."""
    document, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(document) + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(bodies) + 1, table, len(bodies) + 1, trailer, len(document))
    )


def drawn(text: str, module: float = 2, at: tuple[float, float] = (60, 80)) -> bytes:
    """A code as a page's vectors: a square of `module` points for each dark module."""
    rows = qr.matrix(text)
    squares = [
        f"{at[0] + (QUIET + column) * module} {at[1] + (len(rows) - row) * module} {module} {module} re"
        for row, line in enumerate(rows)
        for column, dark in enumerate(line)
        if dark
    ]
    return "\n".join([DRAWN, *squares, "f"]).encode()


def texts(data: bytes) -> list[tuple[str, ...]]:
    with PictureReader() as reader:
        return [seen.texts for seen in reader.frames(data)]


@pytest.mark.parametrize("arguments", [(), ("--to", "self"), ("--to", "coldcard-q"), ("--fragment", "2000")])
def test_our_own_print_is_read_back_to_its_last_frame(
    arguments: tuple[str, ...], run: Run, psbt: str, tmp_path: Path
) -> None:
    content = whole(6 * len(PSBT))
    (tmp_path / psbt).write_bytes(content)
    code, out, err = run("show", psbt, "--to", "pdf", "-o", "print.pdf", "--json", *arguments)
    assert code == 0, err
    count = json.loads(out)["frames"]
    code, out, err = run("scan", "print.pdf", "-o", "out", "--json")
    assert code == 0, err
    assert (tmp_path / "out").read_bytes() == content
    assert json.loads(out)["frames_seen"] == count
    assert json.loads(out)["frames_foreign"] == 0


def test_what_a_print_shows_is_the_series_that_encode_writes(run: Run, psbt: str, tmp_path: Path) -> None:
    wanted = {line.upper() for line in frames_of(run, psbt).decode().split()}
    assert run("show", psbt, "--to", "pdf", "-o", "print.pdf")[0] == 0
    found = {text for page in texts((tmp_path / "print.pdf").read_bytes()) for text in page}
    assert found == wanted


@pytest.mark.parametrize("module", [0.7, 1, 1.37, 4])
def test_a_drawn_code_is_read_however_large_its_squares_are(module: float) -> None:
    assert texts(pdf(drawn("UR:BYTES/DRAWN", module), drawn("UR:BYTES/SECOND", module))) == [
        ("UR:BYTES/DRAWN",),
        ("UR:BYTES/SECOND",),
    ]


def test_a_print_that_went_through_a_scanner_is_read() -> None:
    """Paper on glass: 200 dots to the inch, a little crooked, grey and noisy, packed as JPEG."""
    wanted = [f"UR:BYTES/{number}-6/{'LPAD' * 40}" for number in range(1, 7)]
    sheet = printed._page([qr.matrix(text, 10) for text in wanted], [""] * 6, "heading", alone=False)
    paper = sheet.convert("L").resize((1654, 2339)).rotate(1.5, fillcolor=255)
    noise = np.random.default_rng(4).normal(0, 12, (paper.height, paper.width))
    grey = np.clip(np.asarray(paper) * 0.8 + 30 + noise, 0, 255).astype(np.uint8)
    scanned = io.BytesIO()
    Image.fromarray(grey).save(scanned, "PDF", resolution=200, quality=70)
    [found] = texts(scanned.getvalue())
    assert sorted(found) == wanted


@pytest.mark.parametrize("size", [(80, 80), (3_000, 2_000), (SIDE_LIMIT, SIDE_LIMIT)])
def test_a_label_and_a_poster_are_read_too(size: tuple[int, int]) -> None:
    across = len(qr.matrix("UR:BYTES/LABEL")) + 2 * QUIET
    module = min(size) / across * 0.9
    assert texts(pdf(drawn("UR:BYTES/LABEL", module, (0, 0)), size=size)) == [("UR:BYTES/LABEL",)]


def test_a_page_that_lies_on_its_side_is_read() -> None:
    assert texts(pdf(drawn("UR:BYTES/SIDE"), more=b"/Rotate 90")) == [("UR:BYTES/SIDE",)]


def test_a_page_without_a_code_is_a_frame_without_one() -> None:
    assert texts(pdf(b"", drawn("UR:BYTES/SECOND"))) == [(), ("UR:BYTES/SECOND",)]


def test_a_blank_line_before_a_pdf_does_not_hide_it() -> None:
    assert texts(b"\r\n" + pdf(drawn("UR:BYTES/LATE"))) == [("UR:BYTES/LATE",)]


def test_pdfs_and_pictures_are_read_by_one_reader_in_turn() -> None:
    picture, document = qr.png(qr.matrix("UR:BYTES/PICTURE")), pdf(drawn("UR:BYTES/PAGE"))
    with PictureReader() as reader:
        seen = [
            text for each in (picture, document, document, picture) for one in reader.frames(each) for text in one.texts
        ]
    assert seen == ["UR:BYTES/PICTURE", "UR:BYTES/PAGE", "UR:BYTES/PAGE", "UR:BYTES/PICTURE"]


def served(program: str, data: bytes) -> list[str]:
    """Put one file to a reader's process, and return the lines that it says."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        input=len(data).to_bytes(8, "big") + data,
        capture_output=True,
        timeout=LONG,
        check=False,
    )
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize(
    ("serve", "data", "loaded"),
    [("serve", qr.png(qr.matrix("X")), False), ("serve_pages", pdf(drawn("X")), True)],
    ids=["a picture", "a page"],
)
def test_what_draws_pages_is_loaded_for_pages_alone(serve: str, data: bytes, loaded: bool) -> None:
    program = f"from airgap.scanning.reader import {serve}; {serve}(); import sys; print('pypdfium2' in sys.modules)"
    answer, end, told = served(program, data)
    assert json.loads(answer)["texts"] == ["X"]
    assert json.loads(end) == {"end": True}
    assert told == str(loaded)


LOCK = b"<< /Filter /%s /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"


def locked(handler: bytes) -> bytes:
    whole = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        LOCK % (handler, b"11" * 32, b"22" * 32),
    ]
    return written(whole, b"/Encrypt 4 0 R /ID [<00> <00>]")


OWN = pdf(*[drawn("UR:BYTES/OWN")] * 3)

HOSTILE = {
    "empty": (b"%PDF-1.7\n", "damaged"),
    "no PDF by that name": (b"hello, I am a letter", "neither PNG"),
    "the start alone": (OWN[:200], "damaged"),
    "a password": (locked(b"Standard"), "locked"),
    "an unknown lock": (locked(b"Nobody"), "locked"),
    "10,000 pages": (pdf(*[b""] * 10_000), "10000 pages"),
    "one page too many": (pdf(*[b""] * (PAGES_LIMIT + 1)), "pages"),
    "a page of a million points": (pdf(b"", size=(1_000_000, 1_000_000)), "1000000 points"),
    "a page that is too wide": (pdf(b"", size=(SIDE_LIMIT + 1, 10)), "no page"),
    "a page inside itself": (
        written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
        "",
    ),
    "random bytes": (b"%PDF-1.4\n" + bytes(range(256)) * 40, "damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_document_is_exit_4_and_names_itself(what: str, run: Run, tmp_path: Path) -> None:
    content, said = HOSTILE[what]
    (tmp_path / "page.pdf").write_bytes(content)
    code, out, err = run("scan", "page.pdf", "-o", "out")
    assert code == 4, (out, err)
    assert said in err
    assert "page.pdf" in err
    assert "hint:" in err
    assert "took too long" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_document_that_is_cut_off_is_refused_or_shows_what_it_has(share: float, run: Run, psbt: str) -> None:
    """PDFium mends what it can. Whatever it finds, the message is whole or it is refused."""
    assert run("show", psbt, "--to", "pdf", "-o", "print.pdf")[0] == 0
    whole = Path("print.pdf").read_bytes()
    Path("cut.pdf").write_bytes(whole[: int(len(whole) * share)])
    code, _out, err = run("scan", "cut.pdf", "-o", "out")
    assert code in (0, 4), err
    assert Path("out").exists() == (code == 0)
    assert code or Path("out").read_bytes() == PSBT


def test_a_count_that_lies_is_no_work(run: Run, tmp_path: Path) -> None:
    lying, honest = pdf(drawn("X"), count=2_000_000_000), pdf(drawn("X"))
    (tmp_path / "page.pdf").write_bytes(lying)
    code, _out, err = run("scan", "page.pdf")
    assert code == 4
    assert "took too long" not in err
    assert against(lambda: list(frames(lying)), lambda: list(frames(honest))) < 3


@pytest.mark.parametrize("count", [0, 1, 2, None])
def test_a_page_that_is_not_counted_is_read_all_the_same(count: int | None) -> None:
    assert texts(pdf(drawn("UR:BYTES/A"), drawn("UR:BYTES/B"), drawn("UR:BYTES/C"), count=count)) == [
        ("UR:BYTES/A",),
        ("UR:BYTES/B",),
        ("UR:BYTES/C",),
    ]


def packed(pages: int, count: int, *, filler: bytes = b"") -> bytes:
    """A PDF whose tree of pages lies in an object stream (ISO 32000-1, 7.5.7), its table in another (7.5.8)."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + pages))
    held = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>"] * pages,
    ]
    starts = [sum(len(each) + 1 for each in held[:at]) for at in range(len(held))]
    index = b" ".join(b"%d %d" % (number, start) for number, start in enumerate(starts, 1)) + b" "
    content = zlib.compress(index + b"\n".join(held) + filler)
    number = len(held) + 1
    document = b"%PDF-1.7\n"
    stream_at = len(document)
    document += (
        b"%d 0 obj\n<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n" % (number, len(held), len(index), len(content), content)
    )
    table_at = len(document)
    rows = [
        b"\0" * 6 + b"\xff",
        *[b"\2" + number.to_bytes(4, "big") + at.to_bytes(2, "big") for at in range(len(held))],
    ]
    rows += [b"\1" + at.to_bytes(4, "big") + b"\0\0" for at in (stream_at, table_at)]
    table = b"".join(rows)
    return document + (
        b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF\n" % (number + 1, number + 2, len(table), table, table_at)
    )


def test_a_page_that_is_not_counted_in_a_packed_tree_is_said() -> None:
    assert texts(packed(2, 2)) == [(), ()]
    seen: list[tuple[str, ...]] = []
    with PictureReader() as reader, pytest.raises(Unreadable, match="says that it has 1 pages, and holds 2"):
        seen.extend(each.texts for each in reader.frames(packed(2, 1)))
    assert seen == [()]


def test_a_packed_tree_that_unpacks_without_end_is_no_work() -> None:
    bomb = packed(1, 1, filler=bytes(64 << 20))
    assert next(iter(frames(bomb))).size
    assert against(lambda: list(frames(bomb)), lambda: zlib.decompress(zlib.compress(bytes(64 << 20)))) < 5


def endless() -> bytes:
    """A page of a form that draws another ten times, which draws another ten times, and so on."""
    levels = 12
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /X 5 0 R >> >> >>",
        b"<< /Length 5 >> stream\n/X Do\nendstream",
    ]
    for level in range(levels):
        inner = b"/X Do " * 10 if level + 1 < levels else b"0 0 595 842 re f"
        bodies.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X %d 0 R >> >> "
            b"/Length %d >> stream\n%s\nendstream" % (6 + level, len(inner), inner)
        )
    return written(bodies)


def test_a_page_that_draws_without_end_is_given_up() -> None:
    with PictureReader(seconds=2) as reader:
        process = reader._process = reader._ready_for(endless())
        with pytest.raises(Unreadable, match="broke its reader or took too long"):
            list(reader.frames(endless()))
        assert process.process.returncode == -signal.SIGKILL  # it was ended, and had not ended itself


@cache
def packed_zeros() -> bytes:
    """A hundred and fifty megabytes, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(10_000_000)) for _ in range(15)) + packer.flush()


@pytest.mark.parametrize("side", [12_000, 2**31 - 1])
def test_a_picture_in_a_page_that_unpacks_without_end_takes_no_memory_without_end(side: int) -> None:
    content = packed_zeros()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /X 5 0 R >> >> >>",
        b"<< /Length 29 >> stream\n500 0 0 500 40 40 cm /X Do Q \nendstream",
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray "
        b"/Filter /FlateDecode /Length %d >> stream\n%s\nendstream" % (side, side, len(content), content),
    ]
    assert texts(written(bodies)) == [()]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert memory < MEMORY_LIMIT


def test_no_page_is_drawn_larger_than_its_bound() -> None:
    for size in (A4, (1, 1), (SIDE_LIMIT, 1), (SIDE_LIMIT, SIDE_LIMIT), (900, 1_300)):
        (pixels,) = frames(pdf(b"", size=size))
        assert pixels.size <= PIXEL_LIMIT * 1.01


def test_without_pdfium_a_page_is_refused_with_the_way_out() -> None:
    program = """
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("pypdfium2"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from airgap.scanning.reader import serve_pages
serve_pages()
"""
    refused, end = map(json.loads, served(program, pdf(b"")))
    assert "PDFium" in refused["refused"][0]
    assert "[pdf]" in refused["refused"][1]
    assert end == {"end": True}
