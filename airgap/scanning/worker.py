"""`PictureReader`: a picture, PDF, film or camera to what each frame shows, read by another process that may break.

It starts `reader`, bounds its time and its answer, and trusts the answer no more than the picture. It loads no imaging
library. Whatever goes wrong raises Unreadable.
"""

import json
import os
import re
import select
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Self

from airgap.catalogue import _
from airgap.content.pictures import START_LENGTH, is_pdf
from airgap.door.standing import standing
from airgap.errors import Unreadable
from airgap.scanning.nursery import Forked, Job, Reading, Started, has_nursery, nursery, python
from airgap.text import safe

FILE_LIMIT = 64 * 1024 * 1024
"""Bytes of a picture file."""

SECONDS = 60.0
"""For one frame of a picture. The largest, on every rung of the ladder, takes a third of it."""

ANSWER_LIMIT = 1 << 20
"""Bytes of one answer: what a frame full of codes says, and room."""

_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What one frame showed: the text of every code, and the pixels to a module of the smallest; None where unknown.

    A code's bytes that are no UTF-8 are told in hex; by a reader `as_hex`, all are.
    """

    texts: tuple[str, ...]
    scale: float | None

    @property
    def contents(self) -> tuple[bytes, ...]:
        """The bytes of every code, as a reader `as_hex` told them. Raises Unreadable where they are no hex."""
        if not all(map(_HEX.fullmatch, self.texts)):
            raise _broken()
        return tuple(map(bytes.fromhex, self.texts))


class PictureReader:
    """Reads pictures, one after another, in one process that is started with the first. Use it in a `with`."""

    def __init__(
        self, program: tuple[str, ...] | None = None, seconds: float = SECONDS, *, as_hex: bool = False
    ) -> None:
        self._program = program
        self._as_hex = as_hex
        self._seconds = seconds
        self._of_pages = False
        self._process: Reading | None = None
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def frames(self, picture: bytes) -> Iterator[Seen]:
        """Yield what each frame of a PNG, JPEG or GIF file or each page of a PDF shows, as soon as it is read.

        Raises Unreadable when this is no such picture, is damaged or too large, or broke its reader.
        """
        if len(picture) > FILE_LIMIT:
            raise Unreadable(_("the picture has more than {limit} bytes").format(limit=FILE_LIMIT))
        process = self._process = self._ready_for(picture)
        finished = False
        try:
            self._send(process, len(picture).to_bytes(_LENGTH_BYTES, "big") + picture)
            while (answer := self._answer(process)) != {"end": True}:
                yield _seen(answer)
            finished = True
        except Unreadable as refusal:
            finished = isinstance(refusal, _Refused) and self._answer(process) == {"end": True}
            raise
        finally:
            if not finished:  # what it would say next belongs to this picture
                self.close()

    def film(self, source: str, content: BinaryIO | None = None) -> Iterator[Seen]:
        """Yield what each frame of a film shows: a camera by its number, or a file that is open.

        Raises Unreadable when it cannot be read, or broke its reader.
        """
        self.close()
        process = self._process = self._started(Job("watch", source, self._as_hex), content)
        try:
            while (answer := self._answer(process)) != {"end": True}:
                yield _seen(answer)
        finally:
            self.close()

    def _ready_for(self, picture: bytes) -> Reading:
        """Return the process for such a picture: what draws pages is not loaded where other pictures are read."""
        of_pages = is_pdf(picture[:START_LENGTH])
        if of_pages != self._of_pages:
            self.close()
        self._of_pages = of_pages
        job = Job("serve_pages" if of_pages else "serve", as_hex=self._as_hex)
        return self._process or self._started(job)

    def _started(self, job: Job, content: BinaryIO | None = None) -> Reading:
        """Let a process do a job: where no program may be started, a copy of this one, or of one from before."""
        self._unread = b""
        if self._program is not None or not standing().is_shut:
            return Started.of(self._program or python(job), content)
        if content is not None or not has_nursery():
            return Forked.of(job, content)
        grown = nursery().start(job)
        if grown is None:
            raise Unreadable(_("too many pictures for one command"), hint=_("Run it again with fewer of them."))
        return grown

    def _send(self, process: Reading, data: bytes) -> None:
        if process.stdin is None:
            raise _broken()
        with suppress(BrokenPipeError):  # it is noticed by the missing answer
            process.stdin.write(data)
            process.stdin.flush()

    def _answer(self, process: Reading) -> Any:
        """Return the next answer. Raises Unreadable where none comes in time."""
        deadline = time.monotonic() + self._seconds
        while b"\n" not in self._unread:
            waiting = max(0.0, deadline - time.monotonic())
            ready, _write, _error = select.select([process.stdout], [], [], waiting)
            portion = os.read(process.stdout.fileno(), 1 << 16) if ready else b""
            if not portion or len(self._unread) > ANSWER_LIMIT:
                raise _broken()
            self._unread += portion
        line, _newline, self._unread = self._unread.partition(b"\n")
        try:
            return json.loads(line)
        except ValueError:
            raise _broken() from None


class _Refused(Unreadable):
    """The reader is well, and says no."""


def _seen(answer: Any) -> Seen:
    """Return what an answer says. Raises Unreadable for a refusal, and for what is no answer."""
    match answer:
        case {"texts": [*texts], "scale": None | float() as scale} if all(isinstance(text, str) for text in texts):
            return Seen(tuple(texts), scale)
        case {"refused": [str(message), str(hint)]}:
            raise _Refused(safe(message, limit=400), hint=safe(hint, limit=400))
    raise _broken()


def _broken() -> Unreadable:
    return Unreadable(
        _("the picture cannot be read: it broke its reader or took too long"),
        hint=_("Do not trust where it came from. Take the picture again, smaller and of the code alone."),
    )
