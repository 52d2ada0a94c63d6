"""Whoever only looks at a journal refuses a line that stands on nothing, as whoever verifies does."""

from collections.abc import Callable

import pytest

from custody.errors import Alarm
from custody.governance.book import Book
from custody.governance.entry import BEGINNING, Entry
from tests.governance.treasury import AT, A


@pytest.mark.parametrize("read", [Book.load, Book.verify])
def test_a_journal_that_begins_with_a_refusal_is_damaged(read: Callable[..., Book]) -> None:
    line = A.sealed(Entry(BEGINNING, AT, "refused", 0, A.key, {}))
    with pytest.raises(Alarm):
        read(line + b"\n", lambda _digest: None)
