"""Names of pictures, PDFs, films, folders or a camera to what each frame of them shows, in order.

A picture that cannot be read does not end the work among many: it is reported as `Looked`, with the reason.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from airgap import files
from airgap.catalogue import _
from airgap.content.pictures import START_LENGTH, Kind, format_unread, kind_of, way_out
from airgap.errors import AirgapError, Unreadable, Usage
from airgap.scanning.worker import FILE_LIMIT, PictureReader, Seen

POLL_SECONDS = 0.3
"""How often a folder is looked at again."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture or film was looked through to its end; `problem` says why it showed nothing, and else is empty.

    `hint` is what helps against it, where something does.
    """

    name: str
    problem: str
    hint: str = ""


def frames(names: tuple[str, ...], reader: PictureReader, enough: Callable[[], bool]) -> Iterator[Seen | Looked]:
    """Yield what the files show: what is named, and the pictures and films of a folder.

    A film is left once it is `enough`. One bad picture among many is no reason to stop: what it would have shown is
    missing, and will be named.
    """
    for name in names:
        for each in files.members(name):
            yield from _shown(each, reader, enough, chosen=each == name)


def arriving(folders: tuple[str, ...], reader: PictureReader, enough: Callable[[], bool]) -> Iterator[Seen | Looked]:
    """Yield what the folders' files show, and wait for more until it is `enough`. Raises Usage for what is no folder.

    A file that cannot be read yet may still be being written, so it is tried again when it has changed.
    """
    for folder in folders:
        if files.members(folder) == (folder,):
            raise Usage(
                _("{name} is not a folder, so nothing can arrive in it").format(name=files.shown(folder)),
                hint=_("Name the folder in which the pictures will be, or leave --watch away."),
            )
    known: dict[str, tuple[int, int]] = {}
    for turn in count():
        for name in (each for folder in folders for each in files.members(folder)):
            state = files.state(name)
            if state is None or known.get(name) == state:
                continue
            known[name] = state
            yield from _shown(name, reader, enough, chosen=False)
        if enough():
            return
        if turn:
            time.sleep(POLL_SECONDS)


def camera(number: int, reader: PictureReader) -> Iterator[Seen]:
    """Yield what a camera sees, for ever."""
    return reader.film(str(number))


def _shown(name: str, reader: PictureReader, enough: Callable[[], bool], *, chosen: bool) -> Iterator[Seen | Looked]:
    """Yield what one file shows. That one cannot be opened ends the work only where a person has `chosen` it.

    What is no picture is looked at only where it was chosen; in a folder it lies there for other reasons.
    """
    texts = 0
    try:
        start = files.start(name, START_LENGTH)
        kind = kind_of(start)
        if kind is Kind.OTHER and not chosen:
            return
        for frame in _frames_of(name, kind, start, reader, enough):
            texts += len(frame.texts)
            yield frame
    except AirgapError as problem:
        if chosen and not isinstance(problem, Unreadable):
            raise
        yield Looked(name, _named(name, problem.message), problem.hint)
        return
    yield Looked(name, "" if texts else _("no QR code was read in {name}").format(name=files.shown(name)))


def _named(name: str, problem: str) -> str:
    """Put the file's name before what is wrong with it, unless it stands there."""
    shown = files.shown(name)
    return problem if problem.startswith(shown) else _("{name}: {problem}").format(name=shown, problem=problem)


def _frames_of(
    name: str, kind: Kind, start: bytes, reader: PictureReader, enough: Callable[[], bool]
) -> Iterator[Seen]:
    if kind is Kind.UNREAD:
        unread = format_unread(start)
        raise Unreadable(
            _("{name} is a {format} picture, which is not read").format(name=files.shown(name), format=unread),
            hint=way_out(unread),
        )
    if kind is not Kind.FILM:
        yield from reader.frames(files.read(name, FILE_LIMIT))
        return
    with files.opened(name) as film:
        for frame in reader.film("-", film):
            yield frame
            if enough():
                return
