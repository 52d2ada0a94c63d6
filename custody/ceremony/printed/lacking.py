"""Characters that the font has not, with the places of a document at which they stand."""

from collections.abc import Iterator
from typing import Any

from custody.printing.face import Face


def lacking_in(face: Face, document: Any, where: str = "") -> tuple[tuple[str, str], ...]:
    """Return each place of a document, as JSON has it, whose text has such characters, with these characters."""
    found = ((place, "".join(face.lacking(text))) for place, text in _texts(document, where))
    return tuple((place, characters) for place, characters in found if characters)


def _texts(part: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield where, part
    members = part.items() if isinstance(part, dict) else enumerate(part, 1) if isinstance(part, list) else ()
    for name, each in members:
        yield from _texts(each, f"{where}.{name}" if where else str(name))
