"""A PNG, JPEG or GIF, or a frame in grey, to the texts of its QR codes, exact to the byte. The only door to zxing-cpp.

Pictures are hostile until read: the size that a file claims is checked before a pixel of it is decoded, and what is
damaged or too large raises Unreadable. A frame that does not read at once is tried again blurred, sharpened, and
without its light and shade. It runs in a process of its own, `reader`.
"""

import io
import math
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from airgap.capacity import modules
from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.scanning.worker import FILE_LIMIT

FORMATS = ("PNG", "JPEG", "GIF")

PIXEL_LIMIT = 64_000_000
"""Pixels of one picture: above what the cameras of telephones make, below what hurts."""

ANIMATION_PIXEL_LIMIT = 1_000_000_000
"""Pixels of all frames of an animation together."""

ANIMATION_FRAMES_LIMIT = 65_536
"""Frames of an animation: as many as a series has at most."""

_UPSCALE_LIMIT = 12_500_000
"""A picture with more pixels than this has small modules for other reasons than its size."""

_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError)
"""What Pillow's readers raise for files that are cut off or lie about themselves."""

Pixels = NDArray[np.uint8]
"""Rows of grey values."""

Codes = list[zxingcpp.Barcode]


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame showed: the text of every code, and the pixels to a module of the code drawn smallest, or None.

    Text is exact: UTF-8 when the bytes of the code are, else the bytes as lower-case hex; where `as_hex` was asked for,
    always hex, so that no code that says hex itself is taken for another.
    """

    texts: tuple[str, ...]
    scale: float | None


def look(pixels: Pixels, *, still: bool, as_hex: bool = False) -> Look:
    """Read one frame in grey.

    A still picture is worth a full look at once, as it may hold several codes; the frames of a film come by the
    hundred, hold one each, and are mostly clean.
    """
    codes = _climb(pixels, _LADDER[1:] if still else _LADDER)
    scales = [scale for code in codes if (scale := _scale(code)) is not None]
    texts = tuple(code.bytes.hex() if as_hex else _text(code.bytes) for code in codes)
    return Look(texts, min(scales, default=None))


def read_frames(data: bytes, *, as_hex: bool = False) -> Iterator[Look]:
    """Yield what each frame of a PNG, JPEG or GIF picture shows; a still one is one frame.

    Raises Unreadable when this is no such picture, is damaged, or claims more than PIXEL_LIMIT pixels.
    """
    if len(data) > FILE_LIMIT:
        raise Unreadable(_("the picture has more than {limit} bytes").format(limit=FILE_LIMIT))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about large pictures on standard error; ours is a refusal
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                still = not getattr(picture, "is_animated", False)
                for pixels in _frames(picture):
                    yield look(pixels, still=still, as_hex=as_hex)
    except (*_DAMAGED, struct.error, zlib.error, Image.DecompressionBombError) as problem:
        raise Unreadable(
            _("the picture cannot be read: it is damaged, or neither PNG, JPEG, GIF nor PDF"),
            hint=_("Take the picture again, or save it as PNG."),
        ) from problem
    except MemoryError as problem:
        raise Unreadable(
            _("the picture takes more memory than there is for reading one"), hint=_("Scale it down.")
        ) from problem


def load_everything() -> None:
    """Load what reading the formats takes, so that nothing has to be opened later."""
    Image.init()
    still = Image.new("L", (64, 64), 255)
    for kind in FORMATS:
        written = io.BytesIO()
        still.save(written, format=kind)
        for _look in read_frames(written.getvalue()):
            pass


def _frames(picture: Image.Image) -> Iterator[Pixels]:
    """Yield each frame in grey, within the limits."""
    number = 0
    while True:
        number += 1
        width, height = picture.size
        if width * height > PIXEL_LIMIT or number * width * height > ANIMATION_PIXEL_LIMIT:
            raise _too_large(width, height)
        if number > ANIMATION_FRAMES_LIMIT:
            raise Unreadable(
                _("the picture has more than {limit} frames").format(limit=ANIMATION_FRAMES_LIMIT),
                hint=_("Cut it shorter."),
            )
        yield _grey(picture)
        try:
            picture.seek(number)
        except EOFError:
            return


def _grey(picture: Image.Image) -> Pixels:
    """Return grey values, what is transparent on white as a viewer shows it."""
    if picture.mode.startswith("I;16"):
        return (np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        picture = Image.alpha_composite(white, layer)
    return np.asarray(picture.convert("L"))


def read_fast(pixels: Pixels) -> Codes:
    """Take one quick look, for a code that is held straight and sharp."""
    return _codes(zxingcpp.read_barcodes(pixels, _QR, try_rotate=False, try_downscale=False, try_invert=False))


def _read_fully(pixels: Pixels) -> Codes:
    return _codes(zxingcpp.read_barcodes(pixels, _QR))


def _read_blurred(pixels: Pixels) -> Codes:
    """A little blur takes the camera's noise away and leaves the modules."""
    return _read_fully(np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1))))


def _read_sharpened(pixels: Pixels) -> Codes:
    """Twice as large and much sharper: for small modules under noise, in even light."""
    picture = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1.4))
    if picture.width * picture.height <= _UPSCALE_LIMIT:
        picture = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    return _read_fully(np.asarray(picture.filter(ImageFilter.UnsharpMask(radius=4, percent=200, threshold=0))))


def _read_flattened(pixels: Pixels) -> Codes:
    """Divide by the light that lies on the picture, then enlarge and sharpen: for small codes in bad light."""
    picture = Image.fromarray(pixels)
    light = np.asarray(picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 20))).astype(np.float32)
    flat = Image.fromarray(np.clip(pixels / np.maximum(light, 1) * 160, 0, 255).astype(np.uint8))
    flat = flat.filter(ImageFilter.GaussianBlur(1))
    if flat.width * flat.height <= _UPSCALE_LIMIT:
        flat = flat.resize((flat.width * 2, flat.height * 2), Image.Resampling.BICUBIC)
    return _read_fully(np.asarray(flat.filter(ImageFilter.UnsharpMask(radius=3, percent=150, threshold=0))))


_LADDER: tuple[Callable[[Pixels], Codes], ...] = (
    read_fast,
    _read_fully,
    _read_blurred,
    _read_sharpened,
    _read_flattened,
)
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def _climb(pixels: Pixels, ladder: tuple[Callable[[Pixels], Codes], ...]) -> Codes:
    """Return what the first rung reads that reads anything."""
    for rung in ladder:
        if codes := rung(pixels):
            return codes
    return []


def _codes(found: Codes) -> Codes:
    return [code for code in found if code.valid and code.bytes]


def _scale(code: zxingcpp.Barcode) -> float | None:
    """How many pixels a module is wide in the picture, from the corners and the version that the reader found."""
    extra: object = code.extra
    version = extra.get("Version") if isinstance(extra, dict) else None
    if not isinstance(version, str) or not version.isdigit():
        return None
    left, right = code.position.top_left, code.position.top_right
    return math.dist((left.x, left.y), (right.x, right.y)) / modules(int(version))


def _text(content: bytes) -> str:
    """The reader's own text guesses at encodings; the bytes do not."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.hex()


def _too_large(width: int, height: int) -> Unreadable:
    return Unreadable(
        _("a picture of {width} by {height} pixels, with all its frames, is larger than what is read").format(
            width=width, height=height
        ),
        hint=_("Scale it down, or cut out the QR code."),
    )
