"""Exceptions, and every line of the transcript: when, on which evidence, what, who says so, whose keys vouch for it."""

from collections.abc import Callable, Iterator, Mapping

from custody.ceremony.printed.cells import PLAIN, SMALL, TINY, Item, both, heading, inner, lines, named, row
from custody.ceremony.printed.page import BODY, Block, Section
from custody.ceremony.reported.blocks import introduced
from custody.ceremony.reported.moments import moment
from custody.ceremony.reported.people import numbers
from custody.ceremony.reported.said import Said, said, says_so
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import Deviation
from custody.ceremony.transcript.line import Line
from custody.printing.face import Face

_LINES = (62.0, 58.0, BODY - 246.0, 84.0, 42.0)
_EXCEPTIONS = (62.0, BODY - 172.0, 110.0)


def exceptions(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Iterator[Section]:
    """Yield what was not as planned, if anything."""
    found = [line for line in seen.found.transcript.lines if isinstance(line.content, Deviation)]
    if found:
        title = heading(face, told("exceptions"), 13.0)
        columns = named(face, _EXCEPTIONS, map(told, ("when", "what", "who")))
        rows = (block for line in found for block in row(_EXCEPTIONS, _exception(face, line)))
        yield Section((*heads, title, columns), rows)


def _exception(face: Face, line: Line) -> list[list[Item]]:
    what = line.content.to_json()
    text = lines(face, what["text"], inner(_EXCEPTIONS[1]), PLAIN)
    return [_when(face, line), text, lines(face, what["by"], inner(_EXCEPTIONS[2]), SMALL)]


def every(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Section:
    """Return every line."""
    about = introduced(face, "lines", "lines-told", "lines-keys")
    columns = named(face, _LINES, map(told, ("when", "evidence-mark", "what", "who", "vouched")))
    return Section((*heads, *about, columns), _rows(face, seen))


def _rows(face: Face, seen: Seen) -> Iterator[Block]:
    steps, vouching = seen.steps, _vouching(seen)
    marks: Mapping[Evidence, list[Item]] = {
        each: both(face, told(each.value), inner(_LINES[1]), SMALL, bold=each is Evidence.SIGNED) for each in Evidence
    }
    for line in seen.found.transcript.lines:
        cells = (
            _when(face, line),
            marks[line.evidence],
            _what(face, said(line, steps)),
            both(face, says_so(line), inner(_LINES[3]), SMALL),
            lines(face, vouching(line.number), inner(_LINES[4]), TINY + 1),
        )
        yield from row(_LINES, cells)


def _when(face: Face, line: Line) -> list[Item]:
    wide = inner(_LINES[0])
    return [*lines(face, str(line.number), wide, PLAIN, bold=True), *lines(face, moment(line.at), wide, TINY)]


def _what(face: Face, told_: Said) -> list[Item]:
    """Return what a line says, the texts that somebody typed below it, and the step's name."""
    wide = inner(_LINES[2])
    items = (
        both(face, told_.sentence, wide, SMALL) if told_.sentence[1] else lines(face, told_.sentence[0], wide, SMALL)
    )
    for label, text in told_.below:
        items += lines(face, f"{' '.join(label).strip()}: {text}", wide, SMALL, bold=False)
    return [*items, *(lines(face, told_.id, wide, TINY, grey=0.35) if told_.id else [])]


def _vouching(seen: Seen) -> Callable[[int], str]:
    """Return a function from a line's number to the numbers of those whose own keys vouch for it, in runs."""
    numbered = numbers(seen.found.standing.plan)
    ends = sorted((each.covers, numbered[each.name]) for each in seen.found.signers if each.covers is not None)
    known: dict[int, str] = {}

    def vouching(line: int) -> str:
        count = sum(covers >= line for covers, _number in ends)
        if count not in known:
            known[count] = _in_runs(sorted(number for covers, number in ends if covers >= line)) or "-"
        return known[count]

    return vouching


def _in_runs(found: list[int]) -> str:
    """Return numbers as runs, for instance 1-3, 7."""
    runs: list[list[int]] = []
    for each in found:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
