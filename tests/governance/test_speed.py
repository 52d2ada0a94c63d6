"""A journal of 50,000 entries costs a few times what parsing its lines does; a cached fold, a part of it."""

import json
from collections.abc import Callable
from hashlib import sha256

import pytest

from custody.governance import chain, records
from custody.governance.book import Book
from custody.governance.entry import Entry
from custody.governance.fold import Folding
from tests.governance.treasury import ALICE, BOB, CAROL, agree, begun, signature
from tests.support.effort import against, growth, operations

ENTRIES = 50_000
FEW = 1_000


def written(entries: int) -> bytes:
    """A journal of many signatures, each with a coin and a payment, and the checkpoints that a home would write."""
    book = begun()
    numbers = dict(book.chain.numbers)
    folding = Folding(book.state, numbers)
    lines, head, last = [book.journal], book.head, 0
    what = signature("one")
    for number in range(1, entries):
        if number - last >= max(1000, number // 8):
            last = number
            written = json.dumps(folding.state().to_json(), sort_keys=True, separators=(",", ":")).encode()
            kind, what_now = "checkpoint", records.Checkpoint(sha256(written).digest()).to_json()
        else:
            marks = [records.mark(f"coin:{number}").hex(), records.mark(f"pays:{number}").hex()]
            kind, what_now = "signed", {**what, "marks": marks, "digest": sha256(b"%d" % number).hexdigest()}
        entry = Entry(head.hash, 1_700_000_000, kind, number, book.state.writer, what_now)
        members = {"after": entry.after.hex(), "at": entry.at, "kind": kind, "n": number, "v": 1}
        members |= {"what": what_now, "writer": entry.writer.hex()}
        line = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
        head = chain.Head(number, chain.digest(line))
        numbers[head.hash] = number
        folding.apply(entry)
        lines.append(line + b"\n")
    return b"".join(lines)


@pytest.fixture(scope="module")
def journal() -> bytes:
    return written(ENTRIES)


def read_simply(journal: bytes) -> None:
    """Do the least that reading a journal asks for: each line hashed, parsed, and written again to compare."""
    for line in journal.splitlines():
        sha256(line).digest()
        json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"))


def test_fifty_thousand_entries_cost_a_few_times_what_reading_their_lines_does(journal: bytes) -> None:
    assert against(lambda: Book.verify(journal), lambda: read_simply(journal), 2) < 20
    assert Book.load(journal).head.number == ENTRIES - 1


@pytest.mark.parametrize("read", [Book.verify, Book.load])
def test_eight_times_the_entries_are_eight_times_the_work(read: Callable[[bytes], Book]) -> None:
    few, many = written(FEW), written(8 * FEW)
    assert operations(lambda: read(many)) < 10 * operations(lambda: read(few))
    assert operations(lambda: read(few)) < 1_500 * FEW
    assert growth(lambda: read(few), lambda: read(many), 3) < 24


def test_a_cached_fold_is_there_for_a_small_part_of_the_work_and_is_the_same(journal: bytes) -> None:
    book = Book.load(journal)
    cached, what = book.checkpoint()
    book = book.extended(book.next("checkpoint", what, at=0))
    book = agree(book, "wallet", {"document": {"format": "x"}, "name": "treasury"}, (ALICE, BOB, CAROL))
    assert against(lambda: Book.load(book.journal, cached), lambda: read_simply(journal), 2) < 1.5
    assert Book.load(book.journal, cached).state == book.state
    assert operations(lambda: Book.load(book.journal, cached)) < 100 * ENTRIES
