"""The book: every broken link and every broken rule is found and located; a cached fold is the fold."""

import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody import canonical
from custody.errors import Alarm, CustodyError, Unreadable
from custody.governance import acceptance, chain, records
from custody.governance.book import Book
from custody.governance.entry import Entry
from custody.governance.paper import PaperHead, paper_head, slow_words, words_of
from custody.governance.state import State
from tests.governance.treasury import ALICE, BOB, CAROL, FIVE, agree, begun, roster, signature, tell, with_vault


def busy() -> Book:
    """A book with an entry of nearly every kind."""
    book = with_vault(begun())
    book = agree(book, acceptance.WALLET, {"document": {"format": "x"}, "name": "treasury"}, (ALICE, BOB, CAROL))
    book = tell(book, "signed", signature("one", "coin:aa:0", by=FIVE[:3], vaults={"main": 2}))
    objection = records.Objection("refused", None, sha256(b"document").digest(), None, ("treasury",), ("BTC-SIGHASH",))
    book = tell(book, "refused", objection.to_json())
    book = tell(book, "checkpoint", book.checkpoint()[1])
    book = agree(book, acceptance.HALT, {"reason": None}, (BOB,))
    book = agree(book, acceptance.RESUME, {"halts": [each.hex() for each in book.state.halts]}, (ALICE, BOB, CAROL))
    says = {"roster": roster(FIVE[:4], version=2).to_json()}
    return agree(book, acceptance.ROSTER, says, (ALICE, BOB, CAROL), vaults={"main": 3})


def test_a_book_reads_as_it_was_written() -> None:
    book = busy()
    for again in (Book.load(book.journal), Book.verify(book.journal)):
        assert again == book
    assert book.state.roster.version == 2
    assert book.state.vaults["main"].generation == 3
    assert book.state.vaults["main"].kept_from == 3
    assert not book.state.halted


def test_the_state_has_one_writing() -> None:
    state = busy().state
    again = State.from_json(canonical.decode(canonical.encode(state.to_json())))
    assert again == state


def test_the_fold_is_the_canonical_writing_that_earlier_releases_vouched_for() -> None:
    cached, vouched = busy().checkpoint()
    assert cached == canonical.encode(busy().state.to_json())
    assert vouched == {"state": "df6b9c9b72e6898d1a131f7da5ac6ffadddfbfc91fdbbaaa5821a3e61d43922a"}


@pytest.mark.parametrize("reader", [Book.load, Book.verify])
def test_every_flipped_bit_is_refused_and_located(reader) -> None:  # type: ignore[no-untyped-def]
    journal = tell(busy(), "mended", records.Mended(7, sha256(b"torn").digest()).to_json()).journal
    ends = [at for at, byte in enumerate(journal) if byte == 0x0A]
    for at in range(len(journal)):
        for bit in range(8):
            damaged = bytearray(journal)
            damaged[at] ^= 1 << bit
            if at in ends[-1:]:
                continue  # the end of the last line: torn, which is mended and told
            try:
                book = reader(bytes(damaged))
            except Alarm as alarm:
                assert alarm.code in {"journal-damaged", "journal-broken"}
            except Unreadable as failure:
                assert failure.code == "newer-format"
            else:  # a flip in the last line makes another last line, which only a head from elsewhere tells
                assert at > ends[-2]
                assert book.head != chain.read(journal).head


def test_every_shorter_journal_is_torn_or_has_an_older_head() -> None:
    book = busy()
    heads = {line.end + 1: line.hash for line in book.chain.lines}
    for size in range(1, len(book.journal)):
        begun_with = [at for at in heads if at <= size]
        if not begun_with:
            with pytest.raises(CustodyError):
                Book.load(book.journal[:size])
            continue
        short = chain.read(book.journal[:size])
        assert short.head.hash == heads[max(begun_with)]
        assert short.torn == book.journal[max(begun_with) : size]
        if size % 97 == 0:
            assert Book.load(book.journal[:size]).chain == short


def test_damage_names_the_entry_its_byte_and_the_last_good_head() -> None:
    book = busy()
    line = book.chain.lines[3]
    damaged = bytearray(book.journal)
    damaged[line.begin] ^= 1
    with pytest.raises(Alarm, match=rf"at entry 3 \(line 4, byte {line.begin}\)$") as told:
        Book.load(bytes(damaged))
    assert f"entry 2, whose hash begins with {book.head_at(2).hash.hex()[:8]}." in told.value.hint
    assert "custody home restore" in told.value.hint


def test_a_line_of_a_newer_format_is_unreadable_and_not_damage() -> None:
    book = begun()
    line = book.next("signed", signature("one"), at=5).replace(b'"v":1,', b'"v":2,', 1)
    with pytest.raises(Unreadable, match="newer release"):
        Book.load(book.journal + line + b"\n")


def test_an_entry_of_an_unknown_kind_is_unreadable() -> None:
    book = begun()
    with pytest.raises(Unreadable, match="not known"):
        Book.load(book.journal + book.next("granted", {}, at=5) + b"\n")


@pytest.mark.parametrize(
    ("defect", "entry"),
    [
        ("another machine's line", Entry(b"", 0, "signed", 0, sha256(b"other").digest()[:16], signature("one"))),
        ("a vault that is not there", Entry(b"", 0, "signed", 0, b"", signature("one", vaults={"main": 2}))),
    ],
)
def test_a_line_that_breaks_a_rule_is_an_alarm(defect: str, entry: Entry) -> None:
    book = begun()
    line = Entry(book.head.hash, 0, entry.kind, 1, entry.writer or book.state.writer, entry.what).encode()
    with pytest.raises(Alarm, match="breaks a rule"):
        Book.load(book.journal + line + b"\n")


def test_a_cached_fold_is_believed_only_if_a_checkpoint_vouches_for_it() -> None:
    book = tell(begun(), "signed", signature("one", "coin:aa:0"))
    cached, what = book.checkpoint()
    book = tell(tell(book, "checkpoint", what), "signed", signature("two", "coin:bb:0"))
    assert Book.load(book.journal, cached) == book
    forged = cached.replace(b'"rules":3', b'"rules":2')
    assert forged != cached
    assert Book.load(book.journal, forged) == book
    assert Book.load(book.journal, b"") == book


def test_a_checkpoint_that_vouches_for_a_false_fold_fools_only_who_does_not_verify() -> None:
    book = begun()
    forged = book.checkpoint()[0].replace(b'"rules":3', b'"rules":2')
    book = tell(book, "checkpoint", records.Checkpoint(sha256(forged).digest()).to_json())
    with pytest.raises(Alarm, match="entry 1"):
        Book.verify(book.journal)


def test_every_entry_of_a_book_stands_on_its_paper_and_a_newer_one_is_an_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slow_words, "beginning", lambda treasury, hash_: sha256(treasury + hash_).digest()[:10])
    monkeypatch.setattr(paper_head, "beginning", slow_words.beginning)
    book, newer = busy(), tell(busy(), "signed", signature("three"))
    for number in range(book.head.number + 1):
        assert book.require_on_paper(on_paper(book, number)) == book.head_at(number)
    with pytest.raises(Alarm) as told:
        book.require_on_paper(on_paper(newer, newer.head.number))
    assert told.value.exit_code == 9


def on_paper(book: Book, number: int) -> PaperHead:
    """What is written down of an entry."""
    return PaperHead.parse(f"{number} {' '.join(words_of(book.state.treasury, book.head_at(number)))}")


def test_documents_are_found_by_what_two_transactions_have_in_common() -> None:
    book = tell(
        tell(begun(), "signed", signature("one", "coin:aa:0", "pays:00:5")), "signed", signature("two", "pays:00:5")
    )
    one, two = sha256(b"one result").digest(), sha256(b"two result").digest()
    assert book.signed_with(records.mark("pays:00:5")) == (one, two)
    assert book.signed_with(records.mark("coin:aa:0")) == (one,)
    assert book.signed_with(records.mark("coin:cc:0")) == ()


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_journal_end_in_an_answer(content: bytes) -> None:
    with pytest.raises(CustodyError):
        Book.load(content)
    with pytest.raises(CustodyError):
        Book.verify(begun().journal + content + b"\n")


def test_json_is_what_a_pager_shows() -> None:
    for line in busy().journal.splitlines():
        assert line.isascii()
        json.loads(line)
