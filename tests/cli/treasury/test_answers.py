"""Another machine is asked where no paper is at hand, at the prompt for the words; and answers what it knows."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.laptops import carried, carry, founded, joined, second, seen_there
from tests.cli.treasury.test_treasury import THREE, read, status
from tests.support.officers import Answer, custody, quick_identities


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(two: str) -> str:
    return two


def asking(home: str, question: Path) -> Screen:
    """A person at the first laptop who has no paper and asks for new words of Dave's: the question is in a file."""
    medium = ("--medium", str(question.parent))
    screen = Screen(PROGRAM, "home", "backup", "--home", home, "-o", f"{home}.copy", *medium)
    screen.until("(or: ask FILE)")
    screen.enter(f"ask {question}")
    screen.until("The file of the answer")
    return screen


def answered(home: str, question: Path, *options: str, name: str = "answer") -> Answer:
    out = question.with_name(name)
    return custody("journal", "answer", str(question), "--home", home, "-o", str(out), *options)


def heard(screen: Screen, question: Path, name: str = "answer") -> int:
    screen.enter(str(question.with_name(name)))
    return screen.finish()


def copied(home: str) -> bool:
    return Path(f"{home}.copy").exists()


def test_a_person_without_paper_asks_another_machine_and_goes_on(home: str, tmp_path: Path) -> None:
    question = tmp_path / "question"
    with asking(home, question) as screen:
        assert "custody journal answer QUESTION --home HOME -o ANSWER" in screen.text
        told = read(answered(second(home), question, "--json"))
        assert told["asker"] == status(home)["machine"]["key"]
        assert told["head"] == status(second(home))["head"], "who answers writes nothing"
        assert heard(screen, question) == 0, screen.text
        assert "knows nothing newer" in screen.text
    assert copied(home)


def test_a_folder_for_what_is_typed_is_named_on_the_line_and_no_other_is_open(home: str, tmp_path: Path) -> None:
    medium, other = tmp_path / "medium", tmp_path / "other"
    medium.mkdir()
    other.mkdir()
    line = ("home", "backup", "--home", home, "-o", f"{medium}/copy", "--medium", str(medium))
    with Screen(PROGRAM, *line) as screen:
        screen.until("(or: ask FILE)")
        screen.enter(f"ask {other}/question")
        screen.until("--medium")
        screen.enter(f"ask {medium}/question")
        screen.until("The file of the answer")
        read(answered(second(home), medium / "question", "--json"))
        assert heard(screen, medium / "question") == 0, screen.text
    assert (medium / "copy").exists()
    assert list(other.iterdir()) == []


def test_whoever_answers_is_told_where_the_answer_is_and_nothing_is_overwritten(home: str, tmp_path: Path) -> None:
    question = tmp_path / "question"
    with asking(home, question) as screen:
        told = answered(second(home), question)
        assert told.code == 0, told
        assert f"The answer is in {tmp_path / 'answer'}. Carry it back." in told.err
        answer = (tmp_path / "answer").read_bytes()
        assert answered(second(home), question).code == 8
        assert (tmp_path / "answer").read_bytes() == answer
        assert answered(second(home), question, "--force").code == 0
        assert heard(screen, question) == 0, screen.text


def test_a_rolled_back_home_hears_it_from_the_answer_and_goes_on_nowhere(home: str, tmp_path: Path) -> None:
    old = str(tmp_path / "old")
    shutil.copytree(home, old)
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    carry(home, second(home))
    question = tmp_path / "question"
    with asking(old, question) as screen:
        assert answered(second(home), question).code == 0
        assert heard(screen, question) == 9, screen.text
        assert "another machine has entry" in screen.text
    assert not copied(old)
    (alarm,) = status(old)["alarms"]
    assert alarm["code"] == "journal-rolled-back"
    assert custody("home", "backup", "--home", old, "-o", f"{old}.copy").code == 9, "the alarm stays"


def test_what_only_the_other_machine_knows_is_imported_first(home: str, tmp_path: Path) -> None:
    erin = seen_there(home, "Erin")
    assert custody("halt", "--home", second(home), *carried(home), officers=erin).code == 0
    question = tmp_path / "question"
    with asking(home, question) as screen:
        assert answered(second(home), question).code == 0
        assert heard(screen, question) == 3, screen.text
        assert "knows entries that are not here" in screen.text
    assert not copied(home)
    carry(second(home), home)
    (tmp_path / "question").unlink()
    with asking(home, question) as screen:
        assert answered(second(home), question, "--force").code == 0
        assert heard(screen, question) == 0, screen.text


def test_an_answer_of_yesterday_is_none_and_the_question_waits_for_its_own(home: str, tmp_path: Path) -> None:
    """A home that was rolled back with its medium has old answers; none of them fits a question asked now."""
    question = tmp_path / "question"
    with asking(home, question) as screen:
        assert answered(second(home), question, name="yesterday").code == 0
        assert heard(screen, question, "yesterday") == 0, screen.text
    question.unlink()
    Path(f"{home}.copy").unlink()
    with asking(home, question) as screen:
        screen.enter(str(tmp_path / "yesterday"))
        screen.until("this is an answer to another question")
        assert not copied(home)
        assert answered(second(home), question).code == 0
        assert heard(screen, question) == 0, screen.text


def test_a_file_that_is_no_answer_is_asked_for_again_and_nothing_stops(home: str, tmp_path: Path) -> None:
    question = tmp_path / "question"
    with asking(home, question) as screen:
        screen.enter(str(tmp_path / "mistyped"))
        screen.until_raw(b"The file of the answer", 2)
        screen.enter(str(question))
        screen.until_raw(b"The file of the answer", 3)
        screen.enter("")
        assert screen.finish() == 6, screen.text
        assert "no answer came; nothing was changed" in screen.text
    assert not copied(home)


def test_a_question_is_written_over_no_file_and_the_words_may_still_be_said(home: str, tmp_path: Path) -> None:
    journal = Path(home) / "journal.jsonl"
    before = journal.read_bytes()
    head = status(home)["head"]
    medium = ("--medium", str(journal.parent))
    with Screen(PROGRAM, "home", "backup", "--home", home, "-o", f"{home}.copy", *medium) as screen:
        screen.until("(or: ask FILE)")
        screen.enter(f"ask {journal}")
        screen.until("Name a file that is not there yet")
        assert journal.read_bytes() == before
        screen.until_raw(b"(or: ask FILE)", 2)
        screen.enter("ask")
        screen.until_raw(b"(or: ask FILE)", 3)
        screen.enter(f"{head['n']} {head['words']}")
        assert screen.finish() == 0, screen.text
    assert copied(home)


def test_the_nonce_of_a_question_is_in_no_file_of_the_home(home: str, tmp_path: Path) -> None:
    question = tmp_path / "question"
    with asking(home, question) as screen:
        nonce = json.loads(question.read_bytes())["question"]["nonce"]
        assert answered(second(home), question).code == 0
        assert heard(screen, question) == 0, screen.text
    assert re.fullmatch("[0-9a-f]{32}", nonce)
    for file in Path(home).rglob("*"):
        assert not file.is_file() or nonce.encode() not in file.read_bytes()


def test_only_a_machine_that_writes_for_this_treasury_answers(home: str, tmp_path: Path) -> None:
    witness, _key = joined(home, "witness")
    (tmp_path / "elsewhere").mkdir()
    stranger = founded(tmp_path / "elsewhere" / "stranger")
    question = tmp_path / "question"
    with asking(home, question) as screen:
        for other, sentence in (
            (witness, "no quorum has admitted this machine"),
            (stranger, "this question is of another treasury"),
            (home, "a machine does not answer itself"),
        ):
            told = answered(other, question)
            assert told.code == 3, (other, told)
            assert sentence in told.err
            assert not question.with_name("answer").exists()
        screen.enter("")
        assert screen.finish() == 6


def test_the_answer_of_a_machine_that_was_ended_counts_for_nothing(home: str, tmp_path: Path) -> None:
    assert custody("home", "end", "Laptop second", "--home", home, officers=THREE).code == 0
    question = tmp_path / "question"
    with asking(home, question) as screen:
        assert answered(second(home), question).code == 0, "it has not heard of its end"
        screen.enter(str(tmp_path / "answer"))
        screen.until("does not write for the treasury")
        screen.enter("")
        assert screen.finish() == 6
    assert not copied(home)


@pytest.mark.parametrize("content", [b"", b"{}", b"custody-halt-1:00", b'{"question":{}}', b"\xff" * 20_000])
def test_what_is_no_question_is_not_answered(content: bytes, home: str, tmp_path: Path) -> None:
    (tmp_path / "question").write_bytes(content)
    assert answered(second(home), tmp_path / "question").code == 4
    assert not (tmp_path / "answer").exists()
