"""What looking at a journal of 50,000 entries costs: one pass over its bytes, and no more judging than a short one."""

from collections.abc import Callable
from unittest import mock

import pytest

from custody.governance import ed25519
from custody.governance.book import Book
from custody.governance.chain import read
from custody.governance.entry import Entry, digest
from custody.governance.records import Signature
from custody.governance.statement import WALLET
from tests.governance.treasury import AT, THREE, A, agree, begun, signature
from tests.support.effort import operations

ENTRIES = 50_000
FEW = 1_000


def nothing(_digest: bytes) -> None:
    return None


def written(entries: int, kind: str = Signature.KIND) -> bytes:
    """A journal of many lines after a wallet; the newest is sealed, which covers the others for whoever only looks."""
    book = agree(begun(), WALLET, {"document": {"format": "x"}, "name": "treasury"}, THREE)
    mended = {"bytes": 1, "present": [], "sha256": "00" * 32}
    what = signature(book, "one", "coin:aa:0", "pays:00:5") if kind == Signature.KIND else mended
    lines, after = [book.journal], book.head.hash
    before, rest = Entry(bytes(32), AT, kind, 7, A.key, what).encode().split(b'"n":7')
    for number in range(2, entries):
        if kind != Signature.KIND or number == entries - 1:
            line = A.sealed(Entry(after, AT, kind, number, A.key, what))
        else:
            line = before.replace(b"00" * 32, after.hex().encode()) + b'"n":%d' % number + rest
        after = digest(line)
        lines.append(line + b"\n")
    return b"".join(lines)


@pytest.fixture(scope="module")
def many() -> bytes:
    return written(ENTRIES)


@pytest.fixture(scope="module")
def few() -> bytes:
    return written(FEW)


def calls(work: Callable[[], object]) -> tuple[int, int]:
    """How many signatures were verified, and how many lines read strictly."""
    with (
        mock.patch.object(ed25519, "holds", side_effect=ed25519.holds) as verified,
        mock.patch.object(Entry, "decode", side_effect=Entry.decode) as decoded,
    ):
        work()
    return verified.call_count, decoded.call_count


def test_fifty_thousand_entries_are_judged_like_a_thousand(many: bytes, few: bytes) -> None:
    """Two lines that the rules depend on and the newest: their signatures, and no others."""
    long, short = (calls(lambda journal=journal: Book.load(journal, nothing)) for journal in (many, few))  # type: ignore[misc]
    assert long == short
    assert long[0] < 12 and long[1] < 8


def test_fifty_thousand_entries_cost_their_reading_and_three_times_a_thousand(many: bytes, few: bytes) -> None:
    """Beside the one pass over the bytes, each line is only put in its place: what remains does not grow."""
    reading = operations(lambda: read(many))
    looking = operations(lambda: Book.load(many, nothing))
    assert looking < 3 * reading + 3 * operations(lambda: Book.load(few, nothing))
    assert reading < 60 * ENTRIES


@pytest.mark.parametrize("size", [FEW, 4 * FEW])
def test_verifying_is_so_much_work_for_each_line(size: int) -> None:
    journal = written(size, "mended")
    verified, decoded = calls(lambda: Book.verify(journal, nothing))
    assert size <= verified <= size + 12
    assert size <= decoded <= size + 4


def test_four_times_the_entries_are_four_times_the_work_to_verify() -> None:
    short, long = written(FEW, "mended"), written(4 * FEW, "mended")
    assert operations(lambda: Book.verify(long, nothing)) < 5 * operations(lambda: Book.verify(short, nothing))
