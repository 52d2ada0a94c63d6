"""`Table`: a TOML table's members, taken one by one, each of its kind and bounds; an error names the place in the file.

People write plans by hand, so what is wrong is said by its name and with what would be right.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from custody.catalogue import _
from custody.errors import Unreadable
from custody.text import safe

DOCUMENT_LIMIT = 256 * 1024
"""Bytes of a plan."""
TEXT_LIMIT = 200
MOST_LISTED = 64
"""Entries of a list of people, of tables, and of names."""

_MEMBERS_TOLD = _("docs/spec/ceremony.md tells every member.")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_SHOWN = 60
_Choice = TypeVar("_Choice", bound=StrEnum)


def parse(content: bytes) -> "Table":
    """Read a TOML document. Raises Unreadable."""
    if len(content) > DOCUMENT_LIMIT:
        raise Unreadable(_("a plan has at most {most} bytes").format(most=DOCUMENT_LIMIT))
    try:
        return Table(tomllib.loads(content.decode()), "")
    except UnicodeDecodeError:
        raise Unreadable(_("the plan is not UTF-8"), hint=_("Save it as plain text, UTF-8.")) from None
    except tomllib.TOMLDecodeError as failure:
        raise Unreadable(
            _("the plan is no TOML: {reason}").format(reason=safe(str(failure), _SHOWN)),
            hint=_("Texts stand in double quotes; tables in brackets; see docs/ceremonies.md."),
        ) from None
    except (RecursionError, ValueError):  # brackets a thousand deep; a number of a million digits
        raise Unreadable(_("the plan is no TOML that anybody would write")) from None


class Table:
    """One table. `end` refuses what nobody took."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise wrong(where, _("this is no table"))
        self._left: dict[str, Any] = dict(value)
        self._asked: list[str] = []
        self.where = where

    def end(self) -> None:
        """Raise Unreadable for a member that no plan has here."""
        for name in self._left:
            near = get_close_matches(name, self._asked, 1)
            hint = _("Is it {name}?").format(name=near[0]) if near else _MEMBERS_TOLD
            raise wrong(self.at(name), _("a plan has no such member here"), hint)

    def at(self, name: str) -> str:
        """Return the place of a member."""
        shown = safe(name, _SHOWN)
        return f"{self.where}.{shown}" if self.where else shown

    def has(self, name: str) -> bool:
        """Say whether a member is there that nobody took."""
        self._asked.append(name)
        return name in self._left

    def take(self, name: str) -> Any:
        """Take a member of any kind."""
        self._asked.append(name)
        if name not in self._left:
            near = get_close_matches(name, self._left, 1)
            meant = _("Is {name} meant, which stands there?").format(name=safe(near[0], _SHOWN)) if near else ""
            raise wrong(self.at(name), _("this is missing"), meant or _MEMBERS_TOLD)
        return self._left.pop(name)

    def text(self, name: str) -> str:
        """Take a text on one line."""
        value = self.take(name)
        if isinstance(value, str) and value.strip() and len(value) <= TEXT_LIMIT and value.isprintable():
            return value
        raise wrong(self.at(name), _("this is a text of 1 to {most} characters on one line").format(most=TEXT_LIMIT))

    def name(self, name: str, known: Callable[[str], bool] | None = None) -> str:
        """Take a name, of something that is `known`."""
        return checked_name(self.take(name), self.at(name), known)

    def names(self, name: str, known: Callable[[str], bool], *, least: int = 0) -> tuple[str, ...]:
        """Take a list of names, none twice."""
        value = self.take(name)
        if not isinstance(value, list) or not least <= len(value) <= MOST_LISTED:
            raise wrong(
                self.at(name), _("this is a list of {least} to {most} names").format(least=least, most=MOST_LISTED)
            )
        found = tuple(checked_name(each, self.at(name), known) for each in value)
        for each in found:
            if found.count(each) > 1:
                raise wrong(self.at(name), _("{name} stands here twice").format(name=each))
        return found

    def number(self, name: str, least: int, most: int) -> int:
        """Take a whole number within bounds; true is none."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise wrong(self.at(name), _("this is a number from {least} to {most}").format(least=least, most=most))
        return value

    def flag(self, name: str) -> bool:
        """Take true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise wrong(self.at(name), _("this is true or false"))
        return value

    def day(self, name: str) -> date:
        """Take a date without a time."""
        value = self.take(name)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise wrong(self.at(name), _("this is a date, written like 2026-12-20, without quotes"))
        return value

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        """Take one of a few words."""
        value = self.take(name)
        if value not in [each.value for each in kind]:
            raise wrong(self.at(name), _("this is one of: {words}").format(words=", ".join(kind)))
        return kind(value)

    def tables(self, name: str, most: int = MOST_LISTED) -> Iterator["Table"]:
        """Yield the tables of a list, which has at least one."""
        value = self.take(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise wrong(self.at(name), _("this is a list of 1 to {most} tables").format(most=most))
        for place, each in enumerate(value, 1):
            yield Table(each, f"{self.at(name)}[{place}]")

    def by_name(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield the members of a table whose keys are names of things, at least one."""
        value = self.take(name)
        if not isinstance(value, dict) or not 1 <= len(value) <= MOST_LISTED:
            raise wrong(self.at(name), _("this is a table of 1 to {most} names").format(most=MOST_LISTED))
        for each, told in value.items():
            yield checked_name(each, self.at(name)), told


def checked_name(value: Any, where: str, known: Callable[[str], bool] | None = None) -> str:
    """Return a name, of something that is `known`. Raises Unreadable."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise wrong(where, _("a name has 1 to 40 letters a to z, digits and hyphens, and begins with a letter"))
    if known is not None and not known(value):
        raise wrong(where, _("nothing in this plan is called {name}").format(name=value))
    return value


def wrong(where: str, reason: str, hint: str = "") -> Unreadable:
    """Return the error for a place in the file."""
    return Unreadable(_("{where}: {reason}").format(where=where or _("the plan"), reason=reason), hint=hint)
