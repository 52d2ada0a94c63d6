"""The process that looks at pictures: it is told no secret, may open nothing, and can be lost without harm.

The libraries that decode pictures are written in C and C++, and a picture may be made to break them. So they run here,
with what they need loaded beforehand and nothing else within reach. It is started by `airgap.worker`, reads pictures
from standard input, and answers on standard output; it knows no file and no stream of frames.

A picture is its length in eight bytes and its content; a film is standard input itself, or a camera. The answer is
lines of JSON: `{"texts": [...], "scale": 3.1}` for each frame as soon as it is read, `{"refused": [message, hint]}`,
and `{"end": true}`.

A picture may hold a secret itself: a phrase drawn as a code. Whoever reads such a one starts a process for it alone.
"""

import ctypes
import json
import os
import resource
import sys
from collections.abc import Iterator
from importlib import import_module

from airgap import scan
from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.scan import Look

LENGTH_BYTES = 8
MEMORY_LIMIT = 3 * 1024**3
"""Bytes of address space: what the largest picture takes, on every rung of the ladder, with the libraries."""

_INPUT, _OUTPUT = 0, 1
_PR_SET_DUMPABLE = 4
_PORTION = 1 << 20


def serve(*, as_hex: bool = False) -> None:
    """Answer one picture after another until standard input ends; `as_hex` as `scan.Look` has it."""
    scan.load_everything()
    confine()
    while header := _take(LENGTH_BYTES):
        _tell(scan.read_frames(_take(int.from_bytes(header, "big")), as_hex=as_hex))


def watch(source: str, *, as_hex: bool = False) -> None:
    """Answer the frames of a film: a camera by its number, or the file that is standard input."""
    scan.load_everything()
    _tell(_film(source, as_hex=as_hex))


def _film(source: str, *, as_hex: bool) -> Iterator[Look]:
    try:
        camera = import_module("airgap.camera")
    except ModuleNotFoundError as missing:
        raise Unreadable(
            _("films and cameras need OpenCV, which is not installed here"),
            hint=_("Install the toolkit with its extra [camera], or read pictures."),
        ) from missing
    film = camera.opened(source)
    confine()
    for pixels in camera.frames(film):
        yield scan.look(pixels, still=False, as_hex=as_hex)


def _tell(looks: Iterator[Look]) -> None:
    try:
        for each in looks:
            _answer({"texts": each.texts, "scale": each.scale})
    except Unreadable as refusal:
        _answer({"refused": [refusal.message, refusal.hint]})
    _answer({"end": True})


def confine() -> None:
    """Give up what a reader of pictures never needs: files, processes, memory without end, a core dump.

    Linux also closes its memory to other processes of the same user; a core dump that goes to a program has no limit,
    and this stops that one too.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for limit, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),  # the three that are open
        (resource.RLIMIT_AS, MEMORY_LIMIT),
    ):
        resource.setrlimit(limit, (bound, bound))


def _take(count: int) -> bytes:
    """Read so many bytes; fewer, or none, where the input ends."""
    portions: list[bytes] = []
    while count and (portion := os.read(_INPUT, min(count, _PORTION))):
        portions.append(portion)
        count -= len(portion)
    return b"".join(portions)


def _answer(item: dict[str, object]) -> None:
    line = json.dumps(item).encode() + b"\n"
    while line:
        line = line[os.write(_OUTPUT, line) :]
