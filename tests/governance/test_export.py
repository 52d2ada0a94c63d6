"""What other machines' journals bring: news, replays, gaps, forks and rollbacks are told apart."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import pytest

from custody.errors import Alarm, CustodyError, Refused, Unreadable
from custody.governance import export, records
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.export import JournalExport
from tests.governance.treasury import ALICE, BOB, CAROL, WRITER, agree, begun, digest, signature, tell

HERE = digest("here")[:16]


@dataclass
class Seen:
    """What a home has seen: books of other machines."""

    books: Iterable[Book] = ()

    def hash_of(self, writer: bytes, number: int) -> bytes | None:
        for book in self.books:
            for at, line in enumerate(book.chain.lines):
                if (book.entry(at).writer, at) == (writer, number):
                    return line.hash
        return None

    def newest(self, writer: bytes) -> Head | None:
        lines = [each for book in self.books if book.state.writer == writer for each in enumerate(book.chain.lines)]
        heads = [Head(number, line.hash) for number, line in lines]
        return max(heads, key=lambda head: head.number, default=None)


def grown(entries: int, text: str = "payment") -> Book:
    book = begun()
    for number in range(entries):
        book = tell(book, "signed", signature(f"{text} {number}", f"coin:{text}:{number}"))
    return book


def exported(
    book: Book, first: int = 0, last: int | None = None, kept: dict[bytes, bytes] | None = None
) -> JournalExport:
    lines = book.chain.lines[first : None if last is None else last + 1]
    return JournalExport.read(export.write(book.journal[lines[0].begin : lines[-1].end + 1], kept or {}))


def test_all_is_new_to_who_has_seen_nothing() -> None:
    news = exported(grown(3)).news(Seen(), HERE)
    assert [entry.number for entry, _hash in news] == [0, 1, 2, 3]


def test_what_was_seen_is_no_news() -> None:
    book = grown(3)
    assert exported(book).news(Seen([book]), HERE) == ()
    assert [entry.number for entry, _ in exported(grown(5)).news(Seen([book]), HERE)] == [4, 5]
    assert [entry.number for entry, _ in exported(grown(5), first=3).news(Seen([book]), HERE)] == [4, 5]


def test_a_gap_names_what_is_missing() -> None:
    with pytest.raises(Refused) as told:
        exported(grown(6), first=6).news(Seen([grown(3)]), HERE)
    assert told.value.code == "journal-gap"
    assert "4 to 5" in told.value.message
    assert "--from 4" in told.value.hint
    with pytest.raises(Refused):
        exported(grown(6), first=1).news(Seen(), HERE)


def test_two_entries_of_one_writer_under_one_number_are_a_fork() -> None:
    common = grown(2)
    one, other = (tell(common, "signed", signature(text, f"coin:{text}:0")) for text in ("one", "other"))
    with pytest.raises(Alarm) as told:
        exported(other).news(Seen([one]), HERE)
    assert told.value.code == "journal-forked"
    with pytest.raises(Alarm):
        exported(other, first=3).news(Seen([one]), HERE)


def test_entries_of_ours_that_we_do_not_have_tell_of_a_rollback() -> None:
    newer = grown(5)
    with pytest.raises(Alarm) as told:
        exported(newer).news(Seen([grown(3)]), WRITER)
    assert told.value.code == "journal-rolled-back"
    assert exported(grown(3)).news(Seen([newer]), WRITER) == ()


def test_the_spare_goes_on_where_the_dead_laptop_ended_and_its_later_receipts_are_news() -> None:
    lost = grown(5)
    backup = grown(3)
    restored = records.Restored(WRITER, backup.head.number, backup.head.hash, True).to_json()
    spare = backup.extended(backup.next("restored", restored, at=0, writer=HERE))
    assert spare.state.writer == HERE
    assert spare.state.writers[WRITER] == backup.head
    assert [entry.number for entry, _ in exported(lost).news(Seen([spare]), HERE)] == [4, 5]
    assert [entry.number for entry, _ in exported(spare).news(Seen([lost]), digest("third")[:16])] == [4]


def test_documents_cross_beside_the_lines_and_are_what_they_are_named() -> None:
    content = b"psbt\xff of a payment"
    found = exported(begun(), kept={sha256(content).digest(): content})
    assert found.kept == {sha256(content).digest(): content}


def test_an_export_that_lacks_what_was_signed_is_refused_where_it_is_needed() -> None:
    with pytest.raises(Refused) as told:
        export.require_documents(exported(grown(1)).entries, {})
    assert told.value.code == "documents-missing"
    export.require_documents(exported(begun()).entries, {})


def test_marks_and_statements_are_taken_from_the_news() -> None:
    book = agree(grown(2), "halt", {"reason": None}, (BOB,))
    book = agree(book, "resume", {"halts": [each.hex() for each in book.state.halts]}, (ALICE, BOB, CAROL))
    news = exported(book).news(Seen([grown(1)]), HERE)
    assert export.marks_of(news) == {records.mark("coin:payment:1"): digest("payment 1 result")}
    assert [signed.statement.kind for signed in export.statements_of(news)] == ["halt", "resume"]


def test_an_import_is_the_same_state_by_line_and_by_fold() -> None:
    other = agree(grown(2), "halt", {"reason": None}, (BOB,))
    news = exported(other, first=1).entries
    told = records.Import(
        segment=digest("segment"),
        heads={WRITER: (other.head.number, other.head.hash)},
        marks=export.marks_of(news),
        statements=export.statements_of(news),
        vaults={},
    )
    book = tell(begun(), "imported", told.to_json())
    assert book.state.halted
    assert book.signed_with(records.mark("coin:payment:0")) == (digest("payment 0 result"),)
    assert book.state.writers == {WRITER: other.head}
    assert Book.verify(book.journal) == book


def broken(defect: str) -> bytes:
    book = grown(2)
    content = export.write(book.journal, {sha256(b"x").digest(): b"x"})
    lines = content.splitlines(keepends=True)
    match defect:
        case "nothing":
            return b""
        case "no entry":
            return lines[-1]
        case "no end":
            return content[:-1]
        case "an entry missing between":
            return b"".join(lines[:1] + lines[2:])
        case "an entry after the documents":
            return content + lines[0]
        case "bytes of another name":
            return content.replace(b'"base64":"' + base64.b64encode(b"x"), b'"base64":"' + base64.b64encode(b"y"))
        case "base64 written otherwise":
            return content.replace(b'"base64":"eA=="', b'"base64":"eB=="')
        case "a number for base64":
            return content.replace(b'"base64":"eA=="', b'"base64":7')
        case _:
            return b"not a journal\n"


@pytest.mark.parametrize(
    "defect",
    [
        "nothing",
        "no entry",
        "no end",
        "an entry missing between",
        "an entry after the documents",
        "bytes of another name",
        "base64 written otherwise",
        "a number for base64",
        "something else",
    ],
)
def test_what_is_no_export_is_unreadable_or_an_alarm(defect: str) -> None:
    with pytest.raises((Unreadable, Alarm)):
        JournalExport.read(broken(defect))


def test_every_flipped_bit_of_an_export_is_noticed_or_makes_another_newest_entry() -> None:
    book = grown(2)
    content = export.write(book.journal, {sha256(b"x").digest(): b"x"})
    for at in range(0, len(content), 3):
        damaged = bytearray(content)
        damaged[at] ^= 1 << at % 8
        try:
            found = JournalExport.read(bytes(damaged))
            news = found.news(Seen([book]), HERE)
        except CustodyError:
            continue
        assert found.kept == {sha256(b"x").digest(): b"x"} and not news, at
