"""Plain decimal digits to a number within bounds (`NumberType`), or to two (`PairType`); a word to one of a few names.

`int()` also takes signs, spaces, underscores and digits of other scripts, which is not what anybody meant to type.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import click

from custody.catalogue import _

_PLAIN = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


class NumberType(click.types.IntParamType):
    """A whole number from `least` to `most`."""

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail as click does."""
        if isinstance(value, int):
            return value
        if not _PLAIN.fullmatch(value) or not self.least <= int(value) <= self.most:
            text = _("a plain number from {least} to {most} is wanted").format(least=self.least, most=self.most)
            self.fail(text, param, ctx)
        return int(value)


class PairType(click.types.StringParamType):
    """Two whole numbers with a sign between them, such as 2/3 or 0:20."""

    def __init__(self, separator: str, name: str, most: int) -> None:
        self.separator = separator
        self.name = name
        self.most = most

    def convert(  # type: ignore[override]  # click's stub says str; what a type converts to is its own affair
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return the two numbers, or fail as click does."""
        if isinstance(value, tuple):
            return value
        parts = value.split(self.separator)
        if len(parts) != 2 or not all(_PLAIN.fullmatch(part) and int(part) <= self.most for part in parts):
            self.fail(_("two plain numbers are wanted, as in {example}").format(example=self.name), param, ctx)
        return int(parts[0]), int(parts[1])


class UnknownName(click.BadParameter):
    """A word that is none of a few names. Its message repeats nothing; `unknown` says more."""

    def __init__(self, word: str, option: str, names: Sequence[str], aliases: Sequence[str]) -> None:
        super().__init__(option)
        self.word, self.option, self.names, self.aliases = word, option, names, aliases


class NameType(click.Choice[str]):
    """One of a few names; `aliases` are taken too, and not told."""

    def __init__(self, names: Iterable[str], aliases: Iterable[str] = ()) -> None:
        super().__init__(tuple(names))
        self._aliases = tuple(aliases)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the name. Raises UnknownName."""
        if value in self.choices or value in self._aliases:
            return str(value)
        raise UnknownName(str(value), param.opts[0] if param is not None else "", self.choices, self._aliases)
