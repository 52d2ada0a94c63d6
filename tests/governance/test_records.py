"""What an entry tells is read strictly, whatever its kind: each member of its type, none missing, none over.

Every kind of the fixture is asked, so a new kind is, too.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from custody.errors import CustodyError
from custody.governance.book import Book
from custody.governance.fold import Folding
from custody.governance.state import State
from tests.governance.test_forged import ENTRIES, LINES, SIGNED

TOLD = {entry["kind"]: number for number, entry in enumerate(ENTRIES) if entry["kind"] not in SIGNED}
"""Each kind that no officer signs -> where the fixture has it."""

WRONG: tuple[Any, ...] = (True, -1, 2**70, 0.5, [None], {"x": None})
BOOK = Book.verify(b"".join(line + b"\n" for line in LINES))


def before(number: int) -> State:
    """The state that an entry of the fixture finds."""
    folding = Folding(None, BOOK.chain.numbers)
    for each in range(number):
        folding.apply(BOOK.entry(each))
    return folding.state()


def wrong(value: Any) -> Iterator[Any]:
    """What may not stand in a value's place."""
    yield from (each for each in WRONG if not isinstance(value, bool) or not isinstance(each, bool))
    if isinstance(value, str) and re.fullmatch("(?:[0-9a-f]{2}){8,}", value):
        yield from (value[2:], value + "00", f" {value[1:]}", f"AA{value[2:]}", f"zz{value[2:]}")


def changed(what: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same with one member missing, one over, or one that holds what no member may."""
    yield {**what, "over": 1}
    for name in what:
        yield {other: value for other, value in what.items() if other != name}
        yield from ({**what, name: each} for each in wrong(what[name]))


@pytest.mark.parametrize("kind", TOLD)
def test_every_member_of_what_an_entry_tells_is_read_strictly(kind: str) -> None:
    state, entry = before(TOLD[kind]), BOOK.entry(TOLD[kind])
    Folding(state, BOOK.chain.numbers).apply(entry)
    for what in changed(dict(entry.what)):
        with pytest.raises(CustodyError) as refused:
            Folding(state, BOOK.chain.numbers).apply(replace(entry, what=what))
            pytest.fail(str(what))
        assert refused.value.exit_code in (3, 4), what
