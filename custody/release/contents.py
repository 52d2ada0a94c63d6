"""Which files each wheel of a bundle lays, by size and SHA-256: what an installation is held against, later.

The manifest names the document as it names every file, so whoever signed the bundle signed each file that is laid
(docs/spec/bundle.md, "What is laid"). The installer writes what its tools made in the same form.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from custody.release.grammar import SHA256, SIZE, match, not_written_so, refuse_disorder

CONTENTS = "contents"
"""The document's name in a bundle, and beside an installation."""

MADE = "made"
"""The name of the installer's own record beside an installation: what its tools made."""

LIMIT = 8_000_000
"""Bytes of either document."""

SITE = "site-packages/"
"""How the folder of packages is written, wherever this Python has it."""

_PATH = r"[!-~]+(?: [!-~]+)*"
_FILE = rf"file {_PATH} {SIZE} {SHA256}\n"
_CONTENTS = re.compile(rf"custody-contents 1\n((?:wheel {_PATH}\n(?:{_FILE})+)+)")
_MADE = re.compile(rf"custody-made 1\n((?:{_FILE})*)")


class Bytes(NamedTuple):
    """A file's size and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel by its file's name, and what it lays: the path, and the bytes there."""

    name: str
    files: tuple[tuple[str, Bytes], ...]

    @property
    def mark(self) -> tuple[str, Bytes]:
        """The file by which an installation tells which wheel it was laid from: `WHEEL` names its tags (PEP 427)."""
        return next(each for each in self.files if each[0].endswith(".dist-info/WHEEL"))


def encode(wheels: Iterable[Wheel]) -> bytes:
    """Return the document of a bundle's wheels."""
    sections = (f"wheel {each.name}\n{_lines(each.files)}" for each in sorted(wheels, key=lambda each: each.name))
    return ("custody-contents 1\n" + "".join(sections)).encode()


def parse(document: bytes) -> tuple[Wheel, ...]:
    """Read the document of a bundle's wheels. Raises Unreadable."""
    (text,) = match(document, _CONTENTS, LIMIT, CONTENTS).groups()
    sections = [section.partition("\n") for section in text.removeprefix("wheel ").split("\nwheel ")]
    refuse_disorder([name for name, _newline, _files in sections], CONTENTS)
    wheels = tuple(Wheel(name, tuple(_read(lines, CONTENTS))) for name, _newline, lines in sections)
    if any(sum(path.endswith(".dist-info/WHEEL") for path, _bytes in each.files) != 1 for each in wheels):
        raise not_written_so(CONTENTS)
    return wheels


def parse_made(document: bytes) -> dict[str, Bytes]:
    """Read what an installer's tools made: a path -> its bytes. Raises Unreadable."""
    (text,) = match(document, _MADE, LIMIT, MADE).groups()
    return dict(_read(text, MADE))


def _lines(files: Iterable[tuple[str, Bytes]]) -> str:
    return "".join(sorted(f"file {path} {found.size} {found.sha256}\n" for path, found in files))


def _read(text: str, name: str) -> Iterator[tuple[str, Bytes]]:
    """Yield the files of a section. Raises Unreadable where one stands twice."""
    lines = text.splitlines()
    refuse_disorder(lines, name)
    seen: set[str] = set()
    for line in lines:
        path, size, sha256 = line.removeprefix("file ").rsplit(" ", 2)
        if path in seen:
            raise not_written_so(name)
        seen.add(path)
        yield path, Bytes(int(size), sha256)
