"""A printer that is none: a pipe with a name, and a thread that takes each page from it as a job of its own."""

import fcntl
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pypdfium2
import zxingcpp

from tests.support.patience import SECONDS

_TURN = 0.02
_HOLDS = 4096
"""Bytes that the pipe takes while nobody reads: a printer's buffer, smaller than a page."""


@dataclass
class FakePrinter:
    """What came out, job by job. `jobs` are whole when the writer has closed; `has_paper` cleared, it takes nothing."""

    path: Path
    jobs: list[bytes] = field(default_factory=list)
    has_paper: Event = field(default_factory=Event)
    is_on: Event = field(default_factory=Event)
    _ends: Event = field(default_factory=Event)

    def cards(self) -> list[str]:
        """The words of each sheet that is a card's, by its code."""
        return [code for code in map(_code, self.jobs) if " " in code]

    def run(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _HOLDS)
        self.is_on.set()
        job = b""
        while not self._ends.is_set():
            if not self.has_paper.wait(_TURN) or not select.select([descriptor], [], [], _TURN)[0]:
                continue
            if part := os.read(descriptor, 65_536):
                job += part
            elif job:
                self.jobs.append(job)
                job = b""
            else:
                self._ends.wait(_TURN)
        os.close(descriptor)

    def end(self) -> None:
        self._ends.set()


@contextmanager
def fake_printer(folder: Path) -> Iterator[FakePrinter]:
    """Lay a printer in a folder, with paper."""
    path = folder / "printer"
    os.mkfifo(path, 0o600)
    printer = FakePrinter(path)
    printer.has_paper.set()
    thread = Thread(target=printer.run)
    thread.start()
    try:
        assert printer.is_on.wait(SECONDS)
        yield printer
    finally:
        printer.end()
        thread.join()


def _code(job: bytes) -> str:
    """What the first code on a job's first page says; nothing where there is none."""
    with pypdfium2.PdfDocument(job) as read:
        codes = zxingcpp.read_barcodes(read[0].render(scale=150 / 72).to_numpy())
    return str(codes[0].text) if codes else ""
