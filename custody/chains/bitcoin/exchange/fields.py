"""`Fields`: an object of a foreign JSON document, read field by field; unknown ones are passed over.

A field that is missing, or of another kind than asked for, raises Unreadable with its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from custody import strict_json
from custody.catalogue import _
from custody.errors import Unreadable
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object; `what` names the document in errors.

    A field that is missing, or of another kind than asked for, raises Unreadable with its name. Fields that nobody asks
    for are passed over: programs keep much in their files that says nothing of the keys.
    """

    what: str
    values: Mapping[str, Any]

    @classmethod
    def parse(cls, what: str, document: bytes) -> Self:
        """Read a document whose outermost value is an object. Raises Unreadable."""
        return cls.of(what, strict_json.parse(document))

    @classmethod
    def of(cls, what: str, value: object) -> Self:
        """Take a value that must be an object. Raises Unreadable."""
        if not isinstance(value, Mapping):
            raise malformed(what, _("it holds something else where an object should be"))
        return cls(what, value)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            raise self.wrong(name)
        return value

    def text_or_none(self, name: str) -> str | None:
        """Return a text; None where the field is missing or null."""
        return None if self.values.get(name) is None else self.text(name)

    def number(self, name: str, least: int, most: int) -> int:
        """Return a whole number within bounds; true is not 1."""
        value = self.values.get(name)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(name)
        return value

    def flag_or_none(self, name: str) -> bool | None:
        """Return true or false; None where the field is missing or null."""
        value = self.values.get(name)
        if not isinstance(value, bool | None):
            raise self.wrong(name)
        return value

    def fields(self, name: str) -> "Fields":
        """Return an object within this one."""
        return Fields.of(self.what, self.values.get(name))

    def items(self, name: str) -> list[Any]:
        """Return a list."""
        value = self.values.get(name)
        if not isinstance(value, list):
            raise self.wrong(name)
        return value

    def wrong(self, name: str) -> Unreadable:
        """Make the error for a field that is missing or malformed."""
        return malformed(self.what, _("the field {name} is missing or malformed").format(name=safe(name)))


def malformed(what: str, reason: str) -> Unreadable:
    """Make the error for a document that is not what its format says."""
    return Unreadable(
        _("{what} cannot be read: {reason}").format(what=what, reason=reason),
        hint=_("Export it again from the program that made it."),
    )
