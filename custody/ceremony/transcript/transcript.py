"""`Transcript`: a chain of lines, read from a file that may have been torn off, and made longer line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import KINDS, MOST_LINES, Begun, Content, Done, kind_of
from custody.ceremony.transcript.line import LINE_LIMIT, NOTHING, Line
from custody.errors import Unreadable
from custody.governance.chain import Head

TRANSCRIPT_LIMIT = 64 * 1024 * 1024
"""Bytes of a transcript's file."""

_NAME_ANOTHER = _("Name the file that custody ceremony rehearse or run wrote with -o.")
_TAKE_A_COPY = _("It was changed or damaged. Take the copy whose last words are those that people kept on paper.")


@dataclass(frozen=True, slots=True)
class Transcript:
    """Lines of which each names the one before. `torn`: a crash left the beginning of another behind them."""

    lines: tuple[Line, ...]
    torn: bool = False

    @property
    def head(self) -> Head:
        """The last line: its number and its hash."""
        return Head(len(self.lines) - 1, self.lines[-1].hash if self.lines else NOTHING)

    @property
    def begun(self) -> Begun:
        """What the first line says. Raises Unreadable where there is none."""
        first = self.lines[0].content if self.lines else None
        if not isinstance(first, Begun):
            raise Unreadable(_("this transcript does not begin with a plan"), hint=_TAKE_A_COPY)
        return first

    def heads(self) -> Iterator[bytes]:
        """Yield the hash of every line."""
        return (line.hash for line in self.lines)

    def next(self, content: Content, at: int, step: Evidence | None = None) -> Line:
        """Return the line that says this next, at a time in seconds; `step` is who says so of a step that is done."""
        said = KINDS[kind_of(content)][1] or step
        if said is None or (step is not None) is not isinstance(content, Done):
            raise ValueError("a step is done by somebody's evidence, and nothing else is")
        return Line(len(self.lines), self.head.hash, at, said, content)

    def with_(self, line: Line) -> "Transcript":
        """Return it with one line more."""
        return Transcript((*self.lines, line))

    @classmethod
    def decode(cls, document: bytes) -> Self:
        """Read a file. Raises Unreadable, with the number of the line."""
        *whole, torn = document[: TRANSCRIPT_LIMIT + 1].split(b"\n", MOST_LINES + 1)
        if len(document) > TRANSCRIPT_LIMIT or len(whole) > MOST_LINES or len(torn) > LINE_LIMIT:
            raise Unreadable(_("a transcript has at most {most} lines").format(most=MOST_LINES), hint=_NAME_ANOTHER)
        lines: list[Line] = []
        after = NOTHING
        for number, each in enumerate(whole):
            try:
                line = Line.decode(each)
            except Unreadable as failure:
                hint = failure.hint or (_TAKE_A_COPY if lines else _NAME_ANOTHER)
                raise at_line(number, failure.message, hint) from None
            if line.number != number or line.after != after:
                raise at_line(number, _("it does not follow the line before it: a line was changed, or is missing"))
            after = line.hash
            lines.append(line)
        if not lines:
            raise Unreadable(_("this is no transcript: there is no whole line in it"), hint=_NAME_ANOTHER)
        return cls(tuple(lines), torn != b"")


def at_line(number: int, reason: str, hint: str = "") -> Unreadable:
    """Return the error for a line; its next step is another copy, where no better one is known."""
    return Unreadable(
        _("line {number} of the transcript: {reason}").format(number=number, reason=reason), hint=hint or _TAKE_A_COPY
    )
