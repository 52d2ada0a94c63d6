"""A question and its answer: believed of a machine that writes, to this very question, with nothing missing here."""

from dataclasses import replace

import pytest

from custody.errors import Alarm, Mismatch, Refused, Unreadable
from custody.governance import ed25519
from custody.governance.book import Book
from custody.governance.known.answering import Answer, Question, answer, require_newest
from custody.governance.statement import Tip
from tests.governance.treasury import (
    A,
    B,
    C,
    Laptop,
    begun,
    both,
    digest,
    ended,
    exchanged,
    exported,
    joined,
    signed,
    taken,
)

QUESTION = Question(digest("treasury"), A.key, Tip(7, digest("head")), bytes(16))


def asked(book: Book, text: str = "") -> Question:
    return Question(book.state.treasury, book.writer, Tip(book.head.number, book.head.hash), digest(text)[:16])


def answered(question: Question, book: Book, by: Laptop = B) -> Answer:
    unsealed = answer(question, book.state, book.known, book.past)
    return replace(unsealed, seal=by.private.sign(unsealed.to_seal))


def believed(question: Question, found: Answer, book: Book) -> None:
    require_newest(question, found, book.state, book.known)


def two_books() -> tuple[Book, Book]:
    one, two = exchanged(*both(B))
    one, two = exchanged(signed(one, "one"), signed(two, "two"))
    return one, two


def test_a_question_and_an_answer_read_as_they_were_written() -> None:
    assert Question.decode(QUESTION.encode()) == QUESTION
    one, two = two_books()
    found = answered(asked(one), two)
    assert Answer.decode(found.encode()) == found


@pytest.mark.parametrize(
    "old", [b'"head"', b'"n', b'"machine":"', b'"nonce":"', b'"treasury":"', b'"question"', b"[7,"]
)
def test_a_question_written_otherwise_is_unreadable(old: bytes) -> None:
    content = QUESTION.encode()
    assert old in content
    for new in (old + b"0", old[:-1], b"[7,8,"):
        with pytest.raises(Unreadable):
            Question.decode(content.replace(old, new, 1))


@pytest.mark.parametrize("more", [b'{"question":{}}', b"{}", b"[]", b'{"answer":{},"seal":"00"}'])
def test_what_is_neither_is_unreadable(more: bytes) -> None:
    for read in (Question.decode, Answer.decode):
        with pytest.raises(Unreadable):
            read(more)


def test_an_answer_written_otherwise_is_unreadable() -> None:
    one, two = two_books()
    content = answered(asked(one), two).encode()
    for old, new in (
        (b'{"answer":', b'{"answer":1,"also":'),
        (b'"asker":[', b'"asker":[[1],'),
        (b'"frontier":{', b'"frontier":{"00":[],'),
        (b'"machine":"', b'"machine":"00'),
        (b'"question":"', b'"question":"00'),
        (b'"seal":"', b'"seal":"00'),
        (b'"machine"', b'"machines"'),
        (b'},"seal"', b',"x":1},"seal"'),
        (b'"}', b'","x":1}'),
    ):
        assert old in content
        with pytest.raises(Unreadable):
            Answer.decode(content.replace(old, new, 1))


def test_another_question_has_another_digest() -> None:
    others = [
        replace(QUESTION, treasury=digest("x")),
        replace(QUESTION, machine=B.key),
        replace(QUESTION, head=Tip(8, digest("head"))),
        replace(QUESTION, nonce=digest("x")[:16]),
    ]
    assert len({each.digest for each in (QUESTION, *others)}) == 5
    assert QUESTION.digest == ed25519.digest(b"custody/question/v1", QUESTION.encode())


def test_whatever_is_answered_is_sealed() -> None:
    one, two = two_books()
    found = answered(asked(one), two)
    for changed in (
        {"question": digest("x")},
        {"machine": A.key},
        {"asker": (Tip(0, digest("x")),)},
        {"frontier": {}},
    ):
        other = replace(found, **changed)
        assert other.to_seal != found.to_seal
    assert found.to_seal.startswith(b"custody/answer/v1\0")


def test_an_answer_names_what_the_answerer_knows() -> None:
    one, two = two_books()
    found = answered(asked(one), two)
    assert found.question == asked(one).digest and found.machine == B.key
    assert found.asker == two.past.heads[A.key]
    assert found.frontier.keys() == {A.key, B.key}


def test_imports_that_no_export_brings_are_not_asked_for() -> None:
    """Machines that only told each other what they heard have no news: none is waited for."""
    one, two = exchanged(*both(B))
    two = taken(two, exported(signed(one, "one")))
    two = taken(two, exported(signed(signed(one, "one"), "two")))
    one = signed(signed(one, "one"), "two")
    assert [line.kind for line in two.chain.lines[-2:]] == ["imported", "imported"]
    found = answered(asked(one), two)
    assert found.frontier[B.key] == (Tip(0, two.head_at(0).hash),)
    assert found.asker == (Tip(one.head.number, one.head.hash),)
    believed(asked(one), found, one)


def test_an_answer_to_whoever_has_everything_is_believed() -> None:
    one, two = two_books()
    one = taken(one, exported(two))
    believed(asked(one), answered(asked(one), two), one)


def test_a_machine_that_was_rolled_back_hears_of_it() -> None:
    one, two = two_books()
    newer = signed(one, "three")
    two = taken(two, exported(newer))
    with pytest.raises(Alarm, match=f"entry {newer.head.number} of this home's own journal") as told:
        believed(asked(one), answered(asked(one), two), one)
    assert told.value.code == "journal-rolled-back"
    believed(asked(newer), answered(asked(newer), two), newer)


def test_a_machine_hears_of_each_branch_in_its_name_that_it_does_not_have() -> None:
    one, two = two_books()
    here, elsewhere = signed(one, "three"), signed(one, "four")
    two = taken(taken(two, exported(here)), exported(elsewhere))
    with pytest.raises(Alarm) as told:
        believed(asked(here), answered(asked(here), two), here)
    assert told.value.code == "journal-rolled-back"


def test_lines_that_are_not_here_are_imported_first() -> None:
    one, two = two_books()
    one = taken(one, exported(two))
    two = signed(two, "more")
    with pytest.raises(Refused) as told:
        believed(asked(one), answered(asked(one), two), one)
    assert told.value.code == "journal-gap"


def test_an_answer_to_another_question_is_none() -> None:
    one, two = two_books()
    one = taken(one, exported(two))
    with pytest.raises(Mismatch, match="another question"):
        believed(asked(one, "new"), answered(asked(one, "old"), two), one)


def test_only_a_live_machine_is_believed_and_not_oneself() -> None:
    one, two = two_books()
    one = taken(one, exported(two))
    question = asked(one)
    found = answered(question, two)
    with pytest.raises(Mismatch, match="does not write"):
        believed(question, replace(found, machine=C.key, seal=C.private.sign(b"")), one)
    own = replace(found, machine=A.key)
    with pytest.raises(Mismatch, match="does not write"):
        believed(question, replace(own, seal=A.private.sign(own.to_seal)), one)
    gone = ended(one, B)
    with pytest.raises(Mismatch, match="does not write"):
        believed(question, found, gone)


def test_an_answer_is_sealed_by_the_machine_in_whose_name_it_stands() -> None:
    one, two = two_books()
    one = taken(one, exported(two))
    with pytest.raises(Mismatch, match="not sealed"):
        believed(asked(one), answered(asked(one), two, by=C), one)


def test_nobody_answers_for_another_treasury_or_itself_or_whom_it_never_heard() -> None:
    one, two = two_books()
    with pytest.raises(Refused) as told:
        answer(replace(asked(one), treasury=digest("x")), two.state, two.known, two.past)
    assert told.value.code == "foreign"
    with pytest.raises(Refused) as told:
        answer(asked(two), two.state, two.known, two.past)
    assert told.value.code == "own-machine"
    with pytest.raises(Refused) as told:
        answer(replace(asked(one), machine=C.key), two.state, two.known, two.past)
    assert told.value.code == "unheard"
    listening = joined(C, exported(begun()))
    with pytest.raises(Refused) as told:
        answer(asked(begun()), listening.state, listening.known, listening.past)
    assert told.value.code == "not-admitted"
