"""Runs commands and leaves what their processes still hold in memory afterwards, in files for somebody else to search.

python -m tests.leaks.remembering     reads a task as JSON on standard input; it knows no secret, and descriptors alone
"""

import ctypes
import gc
import json
import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from io import StringIO
from pathlib import Path

from airgap.door.standing import Standing
from custody.cli.front import hardened, main
from custody.secret import Secret
from tests.support.imports import modules
from tests.support.officers import quick_identities

_CHUNK = 1 << 20


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


def dump(memory: int, buffer: mmap.mmap, place: Path) -> None:
    """Write the memory to a file, through a buffer that is not part of it, and beside it where each piece lay."""
    told = []
    with place.open("wb", buffering=0) as out, memoryview(buffer) as view:
        for begin, end in regions(address_of(buffer)):
            for at in range(begin, end, _CHUNK):
                with suppress(OSError):  # a page that is there and cannot be read
                    got = os.preadv(memory, [view[: min(_CHUNK, end - at)]], at)
                    out.write(view[:got])
                    told.append((at, got))
    Path(f"{place}.json").write_text(json.dumps({"pieces": told, "held": held()}))


def held() -> list[tuple[int, int]]:
    """Where the secrets lie that are still alive and not wiped."""
    gc.collect()
    alive = [each._pages for each in gc.get_objects() if isinstance(each, Secret)]
    return [(address_of(pages), len(pages)) for pages in alive if pages is not None]


def live(line: list[str], place: Path) -> None:
    """Run one command, and dump the memory before and after it."""
    hardened.standing = lambda: Standing(is_shut=True)  # type: ignore[assignment]  the door is `tests/airgap/door`'s
    memory = os.open("/proc/self/mem", os.O_RDONLY)  # before the process closes itself to others
    buffer = mmap.mmap(-1, _CHUNK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    dump(memory, buffer, place.with_suffix(".before"))
    with quick_identities(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        code = main.run(line)
    gc.collect()
    dump(memory, buffer, place.with_suffix(".after"))
    place.write_text(str(code))


def all_of(task: dict[str, list[str]]) -> None:
    """Run each command in a child of its own."""
    for module in modules("custody"):
        import_module(module)
    for place, line in task.items():
        child = os.fork()
        if not child:
            try:
                live(line, Path(place))
            finally:
                os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    all_of(json.load(sys.stdin))
