"""Runs commands and leaves what their processes still hold in memory, in files for somebody else to search.

What a process remembers before any command, what the command's own does once it is done, and what the copy does that
had the secret (`custody.apart`), when it is about to end.

python -m tests.leaks.remembering BEFORE     reads commands as JSON, one a line, on standard input; it knows no secret
"""

import ctypes
import gc
import json
import mmap
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from hashlib import sha256
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from airgap.door.standing import Standing
from custody.cli.front import hardened, main
from custody.secret import Secret
from tests.support.imports import modules
from tests.support.officers import quick_treasury

_CHUNK = 1 << 16
_PR_SET_DUMPABLE = 4
NOTHING: Mapping[int, bytes] = MappingProxyType({})


def address_of(pages: mmap.mmap) -> int:
    """Where pages lie."""
    return ctypes.addressof(ctypes.c_char.from_buffer(pages))


def regions(without: int) -> Iterator[tuple[int, int]]:
    """The memory of this process that can be written, but for one place, as beginnings and ends."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        bounds, rights, *_rest = line.split()
        begin, end = (int(bound, 16) for bound in bounds.split("-"))
        if rights.startswith("rw") and not begin <= without < end:
            yield begin, end


def dump(memory: int, buffer: mmap.mmap, place: Path, before: Mapping[int, bytes] = NOTHING) -> Mapping[int, bytes]:
    """Write the memory to a file, through a buffer that is not part of it, and beside it where each piece lay.

    What is as it was `before` is left out. Returned is the SHA-256 of each piece that was written.
    """
    told, digests = [], {}
    with place.open("wb", buffering=0) as out, memoryview(buffer) as view:
        for begin, end in regions(address_of(buffer)):
            for at in range(begin, end, _CHUNK):
                with suppress(OSError):  # a page that is there and cannot be read
                    got = os.preadv(memory, [view[: min(_CHUNK, end - at)]], at)
                    digest = sha256(view[:got]).digest()
                    if before.get(at) != digest:
                        out.write(view[:got])
                        told.append((at, got))
                        digests[at] = digest
    Path(f"{place}.json").write_text(json.dumps({"pieces": told, "held": held()}))
    return digests


def held() -> list[tuple[int, int]]:
    """Where the secrets lie that are still alive and not wiped."""
    gc.collect()
    alive = [each._pages for each in gc.get_objects() if isinstance(each, Secret)]
    return [(address_of(pages), len(pages)) for pages in alive if pages is not None]


def live(task: dict[str, Any], buffer: mmap.mmap, before: Mapping[int, bytes]) -> None:
    """Run one command, and dump the memory that is left of it."""
    place, ends = Path(task["place"]), {option: _opened(option, end) for option, end in task["ends"].items()}
    hardened.standing = lambda: Standing(is_shut=True)  # type: ignore[assignment]  the door is `tests/airgap/door`'s
    end_of_command = hardened._end_of_command

    def end_of_copy() -> None:
        end_of_command()
        leave(buffer, place.with_suffix(".apart"), before)

    hardened._end_of_command = end_of_copy  # type: ignore[assignment]
    with quick_treasury(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        code = main.run([*task["line"], *(part for option, end in ends.items() for part in (option, str(end)))])
    leave(buffer, place.with_suffix(".after"), before)
    place.write_text(str(code))


def leave(buffer: mmap.mmap, place: Path, before: Mapping[int, bytes] = NOTHING) -> Mapping[int, bytes]:
    """Dump the memory of this process, which has closed itself to others, and to itself where it is not root."""
    gc.collect()
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    digests = dump(memory, buffer, place, before)
    os.close(memory)
    return digests


def _opened(option: str, end: str) -> int:
    return os.open(end, os.O_WRONLY if option == "--secret-out-fd" else os.O_RDONLY)


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def each_of(tasks: Iterable[str], before: Path) -> None:
    """Run each command in a child of its own, and say when it is done."""
    for module in modules("custody"):
        import_module(module)
    buffer = mmap.mmap(-1, _CHUNK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    known = leave(buffer, before)
    gc.freeze()  # whoever looks through these objects writes into the pages that they lie in
    _say("ready")
    for task in tasks:
        child = os.fork()
        if not child:
            try:
                live(json.loads(task), buffer, known)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        _say("done")


if __name__ == "__main__":
    each_of(sys.stdin, Path(sys.argv[1]))
