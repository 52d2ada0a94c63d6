"""Pictures to text: what is read, what is refused before it costs anything, and what damage does."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from airgap import qr
from airgap.errors import Unreadable
from airgap.scanning import scan
from tests.airgap.scanning.camera import Conditions, photograph

TEXT = "UR:BYTES/HDCXDWINVEZMHSPKETBWOLSF"


def read_picture(data: bytes) -> tuple[str, ...]:
    """The text of every QR code in a picture; of an animation, frame after frame."""
    return tuple(text for seen in scan.read_frames(data) for text in seen.texts)


def picture(text: str = TEXT, scale: int = 4) -> Image.Image:
    return Image.open(io.BytesIO(qr.png(qr.matrix(text), scale))).convert("L")


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_each_format_is_read(kind: str) -> None:
    assert read_picture(saved(picture(), kind)) == (TEXT,)


@pytest.mark.parametrize("turn", [90, 180, 37])
def test_a_turned_picture_is_read(turn: int) -> None:
    assert read_picture(saved(picture().rotate(turn, expand=True, fillcolor=255))) == (TEXT,)


def test_a_mirrored_or_inverted_picture_is_read() -> None:
    assert read_picture(saved(ImageOps.invert(picture()))) == (TEXT,)
    assert read_picture(saved(ImageOps.mirror(picture()))) == (TEXT,)


def test_dark_modules_on_transparency_are_read_as_a_viewer_shows_them() -> None:
    ink = Image.new("RGBA", picture().size, (0, 0, 0, 255))
    ink.putalpha(ImageOps.invert(picture()))
    assert read_picture(saved(ink)) == (TEXT,)


def test_sixteen_bits_of_grey_are_read() -> None:
    wide = Image.fromarray(np.asarray(picture()).astype(np.uint16) * 257)
    assert read_picture(saved(wide)) == (TEXT,)


def test_every_code_on_a_page_is_read() -> None:
    texts = [f"{TEXT}{number}" for number in range(6)]
    codes = [picture(text, 3) for text in texts]
    side = codes[0].width
    page = Image.new("L", (side * 3, side * 2), 255)
    for number, code in enumerate(codes):
        page.paste(code, (number % 3 * side, number // 3 * side))
    assert sorted(read_picture(saved(page))) == texts


def test_every_frame_of_an_animation_is_read_in_order() -> None:
    texts = tuple(f"{TEXT}{number}" for number in range(5))
    assert read_picture(qr.gif([qr.matrix(text, 4) for text in texts], 100, 3)) == texts


def test_a_picture_without_a_code_gives_nothing() -> None:
    assert read_picture(saved(Image.new("L", (200, 200), 128))) == ()


@pytest.mark.parametrize("text", ["\u00fcber \u4e2d\u6587 \U0001f511", "a\x1b[2Jb", "\u00e9" * 50])
def test_text_is_exact_and_no_encoding_is_guessed(text: str) -> None:
    assert read_picture(qr.png(qr.matrix(text))) == (text,)


def test_bytes_that_are_no_text_come_as_hex() -> None:
    library = pytest.importorskip("qrcode")
    content = b"psbt\xff\x01\x00\x80\xfe"
    code = library.QRCode()
    code.add_data(library.util.QRData(content, mode=library.util.MODE_8BIT_BYTE))
    written = io.BytesIO()
    code.make_image().save(written)
    assert read_picture(written.getvalue()) == (content.hex(),)


@pytest.mark.parametrize(
    ("rung", "length", "conditions"),
    [
        ("_read_blurred", 395, Conditions(side=300, blur=1.6, noise=18, shade=0.5)),
        ("_read_flattened", 150, Conditions(side=150, blur=1.2, noise=14, shade=0.8)),
    ],
)
def test_each_retry_reads_what_the_rung_below_does_not(rung: str, length: int, conditions: Conditions) -> None:
    """The ladder is kept honest: a rung that never helps would be removed."""
    below = {"_read_blurred": scan._read_fully, "_read_flattened": scan._read_blurred}[rung]
    text = ("7BYZ$" * 79)[:length]
    helped = 0
    for seed in range(6):
        photo = np.asarray(Image.open(io.BytesIO(photograph(qr.png(qr.matrix(text)), seed, conditions))))
        before, after = ([code.text for code in each(photo)] for each in (below, getattr(scan, rung)))
        assert before in ([], [text])
        helped += after == [text] != before
    assert helped >= 2


def claimed_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8001, 8000), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (64_000_001, 1)])
def test_a_picture_that_claims_too_many_pixels_is_refused_unread(size: tuple[int, int]) -> None:
    with pytest.raises(Unreadable):
        read_picture(claimed_png(*size))


def test_an_animation_is_bounded_by_all_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    animation = qr.gif([qr.matrix(f"{TEXT}{number}") for number in range(5)], 100, 3)
    width, height = Image.open(io.BytesIO(animation)).size
    monkeypatch.setattr(scan, "ANIMATION_PIXEL_LIMIT", 4 * width * height)
    with pytest.raises(Unreadable, match="larger than what is read"):
        read_picture(animation)


def test_a_file_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "FILE_LIMIT", 100)
    with pytest.raises(Unreadable, match="100 bytes"):
        read_picture(saved(picture()))


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"UR:BYTES/AE", b"\0" * 1000])
def test_what_is_no_picture_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        read_picture(data)


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "WEBP", "PPM"])
def test_formats_that_nobody_asked_for_are_not_opened(kind: str) -> None:
    with pytest.raises(Unreadable):
        read_picture(saved(picture(), kind))


def test_damaged_pictures_are_unreadable_or_read_right_and_nothing_else() -> None:
    chance = np.random.default_rng(7)
    sources = [saved(picture(scale=2)), saved(picture(scale=2), "JPEG"), qr.gif([qr.matrix(TEXT)] * 2, 100, 2)]
    for turn in range(240):
        damaged = bytearray(sources[turn % 3])
        if turn % 4 == 0:
            del damaged[chance.integers(len(damaged)) :]
        for _ in range(turn % 7):
            if damaged:
                damaged[chance.integers(min(len(damaged), 400))] = chance.integers(256)
        try:
            texts = read_picture(bytes(damaged))
        except Unreadable:
            continue
        assert set(texts) <= {TEXT}


@pytest.mark.parametrize("scale", [2, 3, 8])
def test_a_code_is_measured_in_pixels_to_a_module(scale: int) -> None:
    [seen] = scan.read_frames(qr.png(qr.matrix(TEXT), scale))
    assert seen.texts == (TEXT,)
    assert seen.scale == pytest.approx(scale, rel=0.05)


def test_a_picture_without_a_code_has_no_scale() -> None:
    [seen] = scan.read_frames(saved(Image.new("L", (200, 200), 128)))
    assert seen.scale is None
