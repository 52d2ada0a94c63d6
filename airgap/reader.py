"""The process that looks at pictures: it holds no secret, may open nothing, and can be lost without harm.

The libraries that decode pictures are written in C and C++, and a picture may be made to break them. So they run here,
with what they need loaded beforehand and nothing else within reach. It is started by `airgap.worker`, reads pictures
from standard input, and answers on standard output; it knows no file and no stream of frames.

A picture is its length in eight bytes and its content. The answer is lines of JSON: `{"texts": [...]}` for each frame
of the picture as soon as it is read, `{"refused": [message, hint]}`, and `{"end": true}`.
"""

import json
import os
import resource

from airgap import scan
from airgap.errors import Unreadable

LENGTH_BYTES = 8
MEMORY_LIMIT = 3 * 1024**3
"""Bytes of address space: what the largest picture takes, on every rung of the ladder, with the libraries."""

_INPUT, _OUTPUT = 0, 1
_PORTION = 1 << 20


def serve() -> None:
    """Answer one picture after another until standard input ends."""
    scan.load_everything()
    confine()
    while header := _take(LENGTH_BYTES):
        picture = _take(int.from_bytes(header, "big"))
        try:
            for texts in scan.read_frames(picture):
                _answer({"texts": texts})
        except Unreadable as refusal:
            _answer({"refused": [refusal.message, refusal.hint]})
        _answer({"end": True})


def confine() -> None:
    """Give up what a reader of pictures never needs: files, processes, memory without end, a core dump."""
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
