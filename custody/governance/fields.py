"""`StrictFields`: a JSON object's members, taken one by one, each of its type and bounds; none missing, none over.

What a journal holds was written by us. Whatever is not exactly as we write it was written by somebody else, and raises
Unreadable.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from custody.catalogue import _
from custody.errors import Unreadable

_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_MOST = 2**53 - 1

NAME_LIMIT = 200
"""Characters of a name, a label or a reason (docs/command-line.md)."""


class StrictFields:
    """One object whose members are taken one by one; `end` refuses what nobody took."""

    def __init__(self, value: Any, what: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable(_("{what} is not as this format has it").format(what=what))
        self._left: dict[str, Any] = dict(value)
        self._what = what

    def end(self) -> None:
        """Raise Unreadable if something is left over."""
        if self._left:
            raise self.strange()

    def strange(self) -> Unreadable:
        """Return the error for an object that is not as its format has it."""
        return Unreadable(_("{what} is not as this format has it").format(what=self._what))

    def has(self, name: str) -> bool:
        """Say whether a member is there that nobody took."""
        return name in self._left

    def names(self) -> tuple[str, ...]:
        """Return the names of the members that nobody took."""
        return tuple(self._left)

    def is_null(self, name: str) -> bool:
        """Say whether a member is null, and take it then. Raises Unreadable where it is missing."""
        if not self.has(name):
            raise self.strange()
        if self._left[name] is not None:
            return False
        self.take(name)
        return True

    def take(self, name: str) -> Any:
        """Take a member of any kind. Raises Unreadable where it is missing."""
        if name not in self._left:
            raise self.strange()
        return self._left.pop(name)

    def text(self, name: str) -> str:
        """Take a text of at most NAME_LIMIT characters."""
        value = self.take(name)
        if not isinstance(value, str) or len(value) > NAME_LIMIT:
            raise self.strange()
        return value

    def number(self, name: str, least: int = 0, most: int = _MOST) -> int:
        """Take a whole number within bounds; true is none."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.strange()
        return value

    def flag(self, name: str) -> bool:
        """Take true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise self.strange()
        return value

    def hex(self, name: str, size: int) -> bytes:
        """Take `size` bytes written in lower-case hex."""
        return self._bytes(self.take(name), size)

    def hex_or_none(self, name: str, size: int) -> bytes | None:
        """Take `size` bytes in lower-case hex, or null."""
        return None if self.is_null(name) else self.hex(name, size)

    def hexes(self, name: str, size: int, most: int | None = None) -> tuple[bytes, ...]:
        """Take a list of at most so many, each `size` bytes in lower-case hex, none twice."""
        found = tuple(self._bytes(each, size) for each in self.items(name, most))
        if not distinct(found):
            raise self.strange()
        return found

    def ascending(self, name: str, size: int, most: int | None = None) -> tuple[bytes, ...]:
        """Take a list that is a set: each `size` bytes in lower-case hex, in ascending order."""
        found = self.hexes(name, size, most)
        if list(found) != sorted(found):
            raise self.strange()
        return found

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """Take a list of at most so many texts, none twice."""
        found = tuple(StrictFields({name: each}, self._what).text(name) for each in self.items(name, most))
        if not distinct(found):
            raise self.strange()
        return found

    def items(self, name: str, most: int | None = None) -> list[Any]:
        """Take a list of at most so many; without a bound, of as many as the document has room for."""
        value = self.take(name)
        if not isinstance(value, list) or (most is not None and len(value) > most):
            raise self.strange()
        return value

    def by_bytes(self, name: str, size: int) -> dict[bytes, Any]:
        """Take an object whose keys are `size` bytes each, in lower-case hex."""
        return {self._bytes(key, size): value for key, value in self.mapping(name).items()}

    def mapping(self, name: str, most: int | None = None) -> Mapping[str, Any]:
        """Take an object whose keys are names of things."""
        value = self.take(name)
        if not isinstance(value, dict) or (most is not None and len(value) > most):
            raise self.strange()
        return value

    def _bytes(self, value: Any, size: int) -> bytes:
        if not isinstance(value, str) or len(value) != 2 * size or not _HEX.fullmatch(value):
            raise self.strange()
        return bytes.fromhex(value)


def distinct(values: Iterable[Any]) -> bool:
    """Say whether no value stands twice."""
    listed = list(values)
    return len(set(listed)) == len(listed)
