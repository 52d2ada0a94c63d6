"""One writer's lines in their chain: the first break is found and located; a torn end is kept apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import Alarm, CustodyError, Unreadable
from custody.governance import chain
from custody.governance.chain import NOTHING, Head
from custody.governance.entry import BEGINNING, LINE_LIMIT, Entry, digest
from tests.governance.treasury import AT, A, B, Laptop


def made(count: int, laptop: Laptop = A, after: Head = NOTHING) -> list[bytes]:
    """Lines of one writer that follow one another."""
    found, head = [], after
    for number in range(after.number + 1, after.number + 1 + count):
        found.append(laptop.sealed(Entry(head.hash, AT + number, "mended", number, laptop.key, {"n": number})))
        head = Head(number, digest(found[-1]))
    return found


FOUR = made(4)


def journal(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def test_a_chain_is_read_line_by_line() -> None:
    read = chain.read(journal(*FOUR))
    assert read.head == Head(3, digest(FOUR[3]))
    assert read.torn == b""
    begin = 0
    for number, (line, said) in enumerate(zip(FOUR, read.lines, strict=True)):
        entry = Entry.decode(line)
        assert (said.writer, said.number, said.kind, said.at) == (A.key, number, "mended", AT + number)
        assert (said.after, said.hash) == (entry.after, digest(line))
        assert (said.begin, said.end) == (begin, begin + len(line))
        begin = said.end + 1


def test_nothing_is_a_chain_without_a_head() -> None:
    read = chain.read(b"")
    assert (read.lines, read.head, read.torn) == ((), NOTHING, b"")
    assert Head(-1, BEGINNING) == NOTHING


def test_a_part_is_read_after_the_head_that_it_follows() -> None:
    head = Head(1, digest(FOUR[1]))
    assert chain.read(journal(*FOUR[2:]), after=head).head.number == 3
    with pytest.raises(Alarm):
        chain.read(journal(*FOUR[2:]))


@pytest.mark.parametrize("size", range(1, len(FOUR[3]) + 1, 37))
def test_a_torn_end_is_kept_apart(size: int) -> None:
    read = chain.read(journal(*FOUR[:3]) + FOUR[3][:size])
    assert read.head.number == 2
    assert read.torn == FOUR[3][:size]


OTHERS = made(4, B)
DEFECTS = {
    "an entry is missing": (journal(FOUR[0], FOUR[2]), 1),
    "the first is missing": (journal(*FOUR[1:]), 0),
    "two changed places": (journal(FOUR[0], FOUR[2], FOUR[1]), 1),
    "one comes twice": (journal(FOUR[0], FOUR[0]), 1),
    "a line of another chain": (journal(FOUR[0], OTHERS[1]), 1),
    "an empty line": (journal(FOUR[0], b""), 1),
    "a strange line": (journal(FOUR[0], b"not a line"), 1),
    "a number that does not follow": (journal(FOUR[0], FOUR[1].replace(b'"n":1', b'"n":2', 1)), 1),
    "a link that does not follow": (journal(FOUR[0], FOUR[1].replace(digest(FOUR[0]).hex().encode(), b"ab" * 32)), 1),
    "an older format": (journal(FOUR[0], FOUR[1].replace(b'"v":2', b'"v":1', 1)), 1),
    "spaces at the end": (journal(FOUR[0], FOUR[1] + b" "), 1),
    "another writer on the same chain": (
        journal(FOUR[0], B.sealed(Entry(digest(FOUR[0]), AT, "mended", 1, B.key, {}))),
        1,
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_break_is_an_alarm_with_its_entry_its_byte_and_the_last_good_head(defect: str) -> None:
    content, number = DEFECTS[defect]
    with pytest.raises(Alarm) as told:
        chain.read(content)
    begin = 0 if number == 0 else len(FOUR[0]) + 1
    assert told.value.code == "journal-damaged"
    assert f"entry {number} (line {number + 1}, byte {begin})" in told.value.message
    assert "custody home restore" in told.value.hint
    last_good = f"The last good one is entry 0, whose hash begins with {digest(FOUR[0]).hex()[:8]}."
    assert (last_good in told.value.hint) == (number == 1)


def test_a_line_of_a_newer_format_is_no_damage() -> None:
    newer = FOUR[1].replace(b'"v":2', b'"v":3', 1)
    for read in (chain.read, chain.lines_of):
        with pytest.raises(Unreadable, match="entry 1 of the journal is of format 3") as told:
            read(journal(FOUR[0], newer))
        assert told.value.code == "newer-format"


def test_a_line_over_the_limit_is_none() -> None:
    head = Head(0, digest(FOUR[0]))
    room = LINE_LIMIT - len(A.sealed(Entry(head.hash, AT, "mended", 1, A.key, {"a": ""})))
    for more in (0, 1):
        entry = Entry(head.hash, AT, "mended", 1, A.key, {"a": "x" * room})
        line = A.sealed(entry).replace(b'"a":"', b'"a":"' + b"y" * more)
        assert len(line) == LINE_LIMIT + more
        assert (chain.parse(line, 0, len(line)) is None) == bool(more)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"after":"', b'"after":"0'),
        (b'"at":', b'"at":-'),
        (b'"kind":"mended"', b'"kind":"M"'),
        (b'"n":1', b'"n":-1'),
        (b'"seal":"', b'"seal":"0'),
        (b'"what":{', b'"what":['),
        (b'},"writer"', b'] ,"writer"'),
        (b'"writer":"', b'"writer":"0'),
    ],
)
def test_what_has_not_the_form_of_a_line_is_none(old: bytes, new: bytes) -> None:
    assert old in FOUR[1]
    line = FOUR[1].replace(old, new, 1)
    assert chain.parse(line, 0, len(line)) is None


def test_the_beginning_and_the_end_of_a_line_do_not_share_bytes() -> None:
    begin = FOUR[0][: FOUR[0].index(b'"what":{') + 8]
    for what in (b"", b'"}', b'"a":1}'):
        line = begin + what + b'},"writer":"' + b"ab" * 32 + b'"}'
        found = chain.parse(line, 0, len(line))
        assert found is not None and found.writer == b"\xab" * 32
    overlapping = begin[:-1] + b'},"writer":"' + b"ab" * 32 + b'"}'
    assert chain.parse(overlapping, 0, len(overlapping)) is None


def test_lines_of_several_writers_may_follow_one_another() -> None:
    content = journal(FOUR[0], OTHERS[0], FOUR[2])
    found = chain.lines_of(content)
    assert [(each.writer, each.number) for each in found] == [(A.key, 0), (B.key, 0), (A.key, 2)]
    assert [content[each.begin : each.end] for each in found] == [FOUR[0], OTHERS[0], FOUR[2]]
    assert chain.lines_of(b"") == ()


@pytest.mark.parametrize("content", [journal(FOUR[0]) + FOUR[1], journal(FOUR[0], b"strange"), b"x", b"\n"])
def test_kept_lines_that_are_damaged_are_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        chain.lines_of(content)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_journal_end_in_an_answer(content: bytes) -> None:
    with pytest.raises(CustodyError):
        chain.read(content + b"\n")
