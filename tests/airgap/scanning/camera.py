"""A synthetic camera: it photographs a picture of a QR code as a hand does, and is the same for the same seed."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 1280, 960


@dataclass(frozen=True)
class Conditions:
    """How badly the picture is taken. Lengths are pixels of the photograph."""

    tilt: float = 0.07
    """How far each corner is off, as a part of the code's side: perspective and a little rotation."""
    blur: float = 1.2
    """Sigma of the Gaussian that the lens is out of focus by."""
    noise: float = 6.0
    """Standard deviation of the sensor's noise, of 255 grey values."""
    shade: float = 0.3
    """How much darker one side is than the other."""
    side: int = 780
    """How wide the code is in the photograph."""
    quality: int = 60
    """Of the JPEG."""


def photograph(picture: bytes, seed: int, conditions: Conditions = Conditions()) -> bytes:
    """Return a JPEG of 1280 by 960 pixels of the picture, lying on a grey table."""
    chance = np.random.default_rng(seed)
    code = Image.open(io.BytesIO(picture)).convert("L")
    corners = _corners(chance, conditions)
    table = Image.new("L", (WIDTH, HEIGHT), 150)
    seen = code.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, _homography(corners, code.size), _BICUBIC)
    inside = Image.new("L", code.size, 255).transform(
        (WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, _homography(corners, code.size)
    )
    table.paste(seen, mask=inside)
    grey = np.asarray(table.filter(ImageFilter.GaussianBlur(conditions.blur))).astype(np.float64)
    grey = 30 + grey * 0.8 * np.linspace(1, 1 - conditions.shade, WIDTH)[None, :]
    grey += chance.normal(0, conditions.noise, grey.shape)
    written = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(written, "JPEG", quality=conditions.quality)
    return written.getvalue()


_BICUBIC = Image.Resampling.BICUBIC


def _corners(chance: np.random.Generator, conditions: Conditions) -> np.ndarray:
    """Where the picture's corners (from the upper left, clockwise) come to lie in the photograph."""
    left, top = (WIDTH - conditions.side) / 2, (HEIGHT - conditions.side) / 2
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * conditions.side + (left, top)
    return square + chance.uniform(-1, 1, (4, 2)) * conditions.tilt * conditions.side


def _homography(corners: np.ndarray, size: tuple[int, int]) -> list[float]:
    """The eight numbers that take a pixel of the photograph to a pixel of the picture, as Pillow wants them."""
    width, height = size
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (width, 0), (width, height), (0, height)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return list(np.linalg.solve(np.array(rows), np.array(wanted)))
