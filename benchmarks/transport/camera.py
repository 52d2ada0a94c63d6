"""A synthetic camera of 1920 by 1080 pixels in front of another laptop's screen, the same for the same seed.

It draws, from the light to the file: the code at so many pixels to a module, perspective, the screen's moire, the lens,
the light and its gradient, a glare, the sensor's noise, and a JPEG. `measure` counts what is read of its pictures.
"""

import io
import random
import string
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from airgap import qr
from airgap.capacity import characters
from airgap.scanning import scan

WIDTH, HEIGHT = 1920, 1080
VERSIONS = (10, 20, 25, 30, 40)
PIXELS = (3, 4, 5, 6, 7, 8)
"""To a module."""
MARGIN = 12
"""Pixels that stay free around the code with its quiet zone."""

QUIET = 4
"""Light modules around a code."""

_DARK, _LIGHT, _AROUND = 10, 245, 70
"""Grey values that the screen sends out: dark modules, light ones, and what lies around the code."""
_FLOOR = 8
"""Grey value that the sensor gives without light."""

Matrix = tuple[tuple[bool, ...], ...]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Severity:
    """How badly the picture is taken."""

    tilt: float
    """How far a corner may be off, as a part of the code's width."""
    blur: float
    """Sigma of the lens's Gaussian, in pixels."""
    noise: float
    """Standard deviation of the sensor's noise, of 255 grey values."""
    light: float
    """How bright white is, of the brightest that the sensor can tell."""
    gradient: float
    """How much darker the picture's darkest edge is than the opposite one."""
    moire: float
    """Amplitude of the stripes that the screen's pixels make with the sensor's, of the light."""
    glare: float
    """How bright a reflection's middle is, of the brightest that the sensor can tell."""
    quality: int
    """Of the JPEG."""


SEVERITIES = {
    "good": Severity(0.02, 0.6, 3, 0.90, 0.10, 0.02, 0.0, 90),
    "medium": Severity(0.04, 1.0, 8, 0.65, 0.30, 0.06, 0.0, 75),
    "harsh": Severity(0.05, 1.6, 18, 0.35, 0.30, 0.08, 0.25, 60),
}


def fits(version: int, scale: int) -> bool:
    """Say whether a code of that version, at so many pixels to a module, stands in the picture whole."""
    return (17 + 4 * version + 2 * QUIET) * scale + 2 * MARGIN <= HEIGHT


def measure(version: int, scale: int, severity: str, pictures: int) -> dict[str, float]:
    """Count what is read of so many photographs, each of another code that is full: by the fast look, by the ladder.

    `ladder` is what a film's frame gets, and `ms` its mean processor time; `wrong` counts texts that nobody drew.
    """
    fast = ladder = wrong = 0
    spent = 0.0
    for number in range(pictures):
        seed = f"{version} {scale} {severity} {number}"
        text = "".join(random.Random(seed).choices(string.ascii_uppercase + string.digits, k=characters(version)))
        pixels = photograph(qr.matrix(text, version), scale, SEVERITIES[severity], seed)
        at_once = [code.bytes.decode() for code in scan.read_fast(pixels)]
        begin = time.process_time()
        texts = scan.look(pixels, still=False).texts
        spent += time.process_time() - begin
        fast += text in at_once
        ladder += text in texts
        wrong += sum(each != text for each in (*at_once, *texts))
    return {
        "pictures": pictures,
        "fast": fast,
        "ladder": ladder,
        "wrong": wrong,
        "ms": round(1000 * spent / pictures, 1),
    }


def photograph(code: Matrix, scale: int, severity: Severity, seed: str) -> Pixels:
    """Return the picture in grey, as it comes out of its JPEG. `scale` is in pixels to a module."""
    chance = np.random.default_rng(random.Random(seed).getrandbits(64))
    drawn = _drawn(code, scale)
    seen = _in_perspective(drawn, chance, severity.tilt)
    light = np.asarray(seen, dtype=np.float32) / 255 * _stripes(chance, severity.moire)
    light = _blurred(light, severity.blur)
    grey = _FLOOR + 255 * severity.light * light * _slope(chance, severity.gradient)
    grey += 255 * _reflection(chance, severity.glare)
    grey += chance.normal(0, severity.noise, grey.shape).astype(np.float32)
    written = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(written, "JPEG", quality=severity.quality)
    return np.asarray(Image.open(written))


def _drawn(code: Matrix, scale: int) -> Image.Image:
    """The code with its quiet zone, each module `scale` pixels wide."""
    modules = np.pad(np.array(code, dtype=bool), QUIET)
    return Image.fromarray(np.where(modules, _DARK, _LIGHT).astype(np.uint8).repeat(scale, 0).repeat(scale, 1))


def _in_perspective(drawn: Image.Image, chance: np.random.Generator, tilt: float) -> Image.Image:
    """The screen in the picture: somewhere near the middle, each corner a little off, whole in any case."""
    side = drawn.width
    off = min(tilt * side, (HEIGHT - side) / 2 - MARGIN)
    free = np.array([(WIDTH - side) / 2, (HEIGHT - side) / 2]) - MARGIN - off
    middle = np.array([WIDTH, HEIGHT]) / 2 + chance.uniform(-1, 1, 2) * np.minimum(free, 120)
    square = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) - 0.5) * side + middle
    corners = square + chance.uniform(-off, off, (4, 2))
    back = _homography(corners, side)
    seen = drawn.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC)
    inside = Image.new("L", drawn.size, 255).transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, back)
    picture = Image.new("L", (WIDTH, HEIGHT), _AROUND)
    picture.paste(seen, mask=inside)
    return picture


def _homography(corners: NDArray[np.float64], side: int) -> list[float]:
    """The eight numbers that take a pixel of the picture to one of the drawing, as Pillow wants them."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (side, 0), (side, side), (0, side)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return list(np.linalg.solve(np.array(rows), np.array(wanted)))


def _stripes(chance: np.random.Generator, amplitude: float) -> NDArray[np.float32]:
    """Stripes of 4 to 40 pixels in any direction, across each other: two gratings that nearly agree."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    pattern = np.zeros((HEIGHT, WIDTH), np.float32)
    for _grating in range(2):
        direction, length, phase = chance.uniform(0, np.pi), chance.uniform(4, 40), chance.uniform(0, 2 * np.pi)
        wave = 2 * np.pi / length
        pattern += np.sin(np.float32(wave) * (across * np.cos(direction) + down * np.sin(direction)) + phase) / 2
    return (1 - amplitude + amplitude * pattern).astype(np.float32)


def _blurred(light: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """The light through a lens that is out of focus: a Gaussian, along the rows and then along the columns."""
    reach = int(np.ceil(3 * sigma))
    weights = np.exp(-((np.arange(-reach, reach + 1) / sigma) ** 2) / 2).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padded = np.pad(light, [(reach, reach) if axis == each else (0, 0) for each in (0, 1)], mode="edge")
        length = light.shape[axis]
        light = np.zeros_like(light)
        for at, weight in enumerate(weights):
            light += weight * (padded[at : at + length] if axis == 0 else padded[:, at : at + length])
    return light


def _slope(chance: np.random.Generator, gradient: float) -> NDArray[np.float32]:
    """Light that falls off from one edge to the opposite one."""
    direction = chance.uniform(0, 2 * np.pi)
    across, down = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    along = (across * np.cos(direction) + down * np.sin(direction)) / (abs(np.cos(direction)) + abs(np.sin(direction)))
    return (1 - gradient * (1 + along) / 2).astype(np.float32)


def _reflection(chance: np.random.Generator, glare: float) -> NDArray[np.float32]:
    """A soft spot of light somewhere in the middle half of the picture's height."""
    middle = chance.uniform((WIDTH / 2 - 250, HEIGHT / 4), (WIDTH / 2 + 250, HEIGHT * 3 / 4))
    radius = chance.uniform(60, 160)
    across = np.exp(-(((np.arange(WIDTH) - middle[0]) / radius) ** 2) / 2)
    down = np.exp(-(((np.arange(HEIGHT) - middle[1]) / radius) ** 2) / 2)
    return (glare * np.outer(down, across)).astype(np.float32)
