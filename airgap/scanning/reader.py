"""The process that reads pictures: pictures or a film on standard input to lines of JSON on standard output.

The libraries that decode pictures are written in C and C++, and a picture may be made to break them. So they run here,
with what they need loaded beforehand and nothing else within reach. It is started by `scanning.worker`, reads pictures
from standard input, and answers on standard output; it knows no file and no stream of frames.

A picture is its length in eight bytes and its content; so is a PDF, which has a process of its own kind. A film is
standard input itself, or a camera. The answer is lines of JSON: `{"texts": [...], "scale": 3.1}` for each frame as soon
as it is read, `{"refused": [message, hint]}`, and `{"end": true}`.

A picture may hold a secret itself: a phrase drawn as a code. Whoever reads such a one starts a process for it alone.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.scanning import scan
from airgap.scanning.scan import Look

LENGTH_BYTES = 8
MEMORY_LIMIT = 3 * 1024**3
"""Bytes of address space: what the largest picture takes, on every rung of the ladder, with the libraries."""

_INPUT, _OUTPUT = 0, 1
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_PORTION = 1 << 20


def serve(*, as_hex: bool = False) -> None:
    """Answer one picture after another until standard input ends; `as_hex` as `scan.Look` has it."""
    scan.load_everything()
    if not _is_confined():
        return
    while header := _take(LENGTH_BYTES):
        _tell(scan.read_frames(_take(int.from_bytes(header, "big")), as_hex=as_hex))


def serve_pages(*, as_hex: bool = False) -> None:
    """Answer one PDF after another, each page a frame: what draws them is loaded for no other picture."""
    scan.load_everything()
    try:
        pages = import_module("airgap.scanning.pages")
    except ModuleNotFoundError:
        pages = None
    if not _is_confined():
        return
    while header := _take(LENGTH_BYTES):
        _tell(_pages(pages, _take(int.from_bytes(header, "big")), as_hex=as_hex))


def watch(source: str, *, as_hex: bool = False) -> None:
    """Answer the frames of a film: a camera by its number, or the file that is standard input."""
    scan.load_everything()
    _tell(_film(source, as_hex=as_hex))


def _pages(pages: ModuleType | None, data: bytes, *, as_hex: bool) -> Iterator[Look]:
    if pages is None:
        raise Unreadable(
            _("PDF pages need PDFium, which is not installed here"),
            hint=_("Install the toolkit with its extra [pdf], or read pictures of the pages."),
        )
    for pixels in pages.frames(data):
        yield scan.look(pixels, still=True, as_hex=as_hex)


def _film(source: str, *, as_hex: bool) -> Iterator[Look]:
    try:
        camera = import_module("airgap.scanning.camera")
    except ModuleNotFoundError as missing:
        raise Unreadable(
            _("films and cameras need OpenCV, which is not installed here"),
            hint=_("Install the toolkit with its extra [camera], or read pictures."),
        ) from missing
    bound()  # whoever made the file chose what its opening takes
    film = camera.opened(source)
    confine()
    for pixels in camera.frames(film):
        yield scan.look(pixels, still=False, as_hex=as_hex)


def _tell(looks: Iterator[Look]) -> None:
    try:
        for each in looks:
            _answer({"texts": each.texts, "scale": each.scale})
    except Unreadable as refusal:
        _refuse(refusal)
    else:
        _answer({"end": True})


def _is_confined() -> bool:
    """Confine the process before the first picture, and answer that one with the refusal where that fails."""
    try:
        confine()
    except Unreadable as refusal:
        _refuse(refusal)
        return False
    return True


def _refuse(refusal: Unreadable) -> None:
    _answer({"refused": [refusal.message, refusal.hint]})
    _answer({"end": True})


def confine() -> None:
    """Give up what a reader of pictures never needs, once all is loaded: files, processes, and what `bound` takes."""
    bound()
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 3)  # the three that are open


def bound() -> None:
    """Give up what not even opening a film needs: memory without end, files that grow, a core dump.

    Linux also closes its memory to other processes of the same user; a core dump that goes to a program has no limit,
    and this stops that one too. And it ends the process with the one that started it, whatever it is busy with then.
    Raises Unreadable where the system does not.
    """
    if sys.platform.startswith("linux"):
        system = ctypes.CDLL(None)
        for what, value in ((_PR_SET_DUMPABLE, 0), (_PR_SET_PDEATHSIG, signal.SIGKILL)):
            if system.prctl(what, value, 0, 0, 0):
                raise Unreadable(
                    _("pictures are not read: the process for it cannot be closed off on this system"),
                    hint=_("Read them on another machine, or type the frames: airgap decode"),
                )
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_LIMIT)


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


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
