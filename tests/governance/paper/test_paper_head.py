"""A head on paper: how it is read, and which entry it is of; a wrong number is found eight away, and not nine."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from custody import words
from custody.errors import Alarm, Mismatch, Usage
from custody.governance.chain import Head
from custody.governance.paper import PaperHead, paper_head, slow_words, words_of

TREASURY = sha256(b"a treasury whose words cost little").digest()
JOURNAL = [Head(number, sha256(b"entry %d" % number).digest()) for number in range(60)]
NEWEST = 40


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """The entries whose words were made, which cost little here and are forgotten before each test."""
    asked: list[bytes] = []

    def quick(treasury: bytes, hash_: bytes) -> bytes:
        assert treasury == TREASURY
        asked.append(hash_)
        return sha256(treasury + hash_).digest()[:10]

    for module in (slow_words, paper_head):
        monkeypatch.setattr(module, "beginning", quick)
    return asked


def said(number: int) -> str:
    """The words of an entry, as they are read aloud."""
    return " ".join(words_of(TREASURY, JOURNAL[number]))


def require(spoken: str, newest: int = NEWEST) -> Head:
    """The entry that stands on paper, in a journal of so many entries."""
    return PaperHead.parse(spoken).require(TREASURY, JOURNAL[newest], JOURNAL.__getitem__)


@pytest.mark.parametrize("number", [0, 1, 20, NEWEST - 1, NEWEST])
def test_an_entry_is_found_whatever_its_age_and_only_its_words_are_made(number: int, made: list[bytes]) -> None:
    spoken = said(number)
    for written in (
        f"{number} {spoken}",
        f"{number} {spoken.upper()}",
        f"{number}: {spoken.replace(' ', ', ')}",
        f"  entry {number}: {spoken}\n",
    ):
        made.clear()
        assert require(written) == JOURNAL[number]
        assert made == [JOURNAL[number].hash]


@pytest.mark.parametrize("newest", [9, NEWEST])
@pytest.mark.parametrize("away", [-8, -1, 1, 8])
def test_the_words_of_an_entry_up_to_eight_away_are_told_as_a_wrong_number(away: int, newest: int) -> None:
    true = newest - 9 if away > 0 else newest - 1
    with pytest.raises(Mismatch, match=f"the words of entry {true}, and the number that was said is {true + away}$"):
        require(f"{true + away} {said(true)}", newest)


@pytest.mark.parametrize("away", [-9, 9])
def test_nine_away_is_an_alarm(away: int) -> None:
    true = 20
    with pytest.raises(Alarm, match=rf"^entry {true + away} of this journal has other words") as told:
        require(f"{true + away} {said(true)}")
    assert told.value.code == "journal-rolled-back"


@pytest.mark.parametrize("number", [0, 12, NEWEST + 9, 10**14])
def test_the_words_of_the_newest_entries_are_found_whatever_number_is_said(number: int) -> None:
    for true in (NEWEST - 8, NEWEST):
        with pytest.raises(Mismatch, match=f"the words of entry {true}, and the number that was said is {number}$"):
            require(f"{number} {said(true)}")
    with pytest.raises(Alarm):
        require(f"{number} {said(NEWEST - 9)}")


def test_an_entry_that_a_rolled_back_journal_lacks_is_an_alarm_with_the_words_of_its_newest() -> None:
    with pytest.raises(Alarm, match=r"^this journal has no entry 41: it is older than the paper") as told:
        require(f"41 {said(41)}")
    assert (told.value.exit_code, told.value.code) == (9, "journal-rolled-back")
    assert f"entry {NEWEST}: {said(NEWEST)}" in told.value.hint


def test_an_alarm_has_looked_at_no_more_than_seventeen_entries_and_nine(made: list[bytes]) -> None:
    for number, most in ((20, 26), (NEWEST, 9), (NEWEST + 1, 9), (10**14, 9)):
        made.clear()
        with pytest.raises(Alarm):
            require(f"{number} {' '.join(words.words(bytes(10)))}")
        assert len(set(made)) == most


def test_a_misread_word_is_an_alarm_and_one_that_is_none_is_named_by_its_place() -> None:
    read = said(NEWEST).split()
    read[3] = "able" if read[3] != "able" else "acid"
    with pytest.raises(Alarm, match=f"entry {NEWEST} of this journal has other words"):
        require(f"{NEWEST} {' '.join(read)}")
    read[1], read[9] = "pluz", "lust1"
    with pytest.raises(Usage, match=r"word 2, 10$"):
        require(f"{NEWEST} {' '.join(read)}")


@pytest.mark.parametrize("before", ["", "entry ", "\n"])
def test_words_without_a_number_are_told_that_it_is_missing(before: str) -> None:
    with pytest.raises(Usage, match="number is missing") as told:
        PaperHead.parse(before + said(NEWEST))
    assert "41 able acid" in told.value.hint


@pytest.mark.parametrize(
    "spoken",
    [
        *("", "able", "7", "entry 7", "able " * 9, "able " * 11, "7 " + "able " * 9, "7 " + "able " * 11),
        *("house " * 11, "-7 " + "able " * 10, "7.0 " + "able " * 10, "1" * 16 + " able" * 10),
        *("\u0664 " + "able " * 10, "7 7 " + "able " * 10, "41able " + "able " * 10),
    ],
)
def test_what_is_no_number_and_ten_words_is_no_head(spoken: str) -> None:
    with pytest.raises(Usage, match="the entry's number and 10 words"):
        PaperHead.parse(spoken)


def test_of_two_entries_with_one_number_either_is_on_paper() -> None:
    """At a restoration: two machines have written on after one backup."""
    fork = Head(NEWEST, sha256(b"a fork").digest())
    for head in (fork, JOURNAL[NEWEST]):
        paper = PaperHead.parse(f"{NEWEST} {' '.join(words_of(TREASURY, head))}")
        assert paper.among(TREASURY, [JOURNAL[NEWEST], fork]) == head
        assert paper.among(TREASURY, []) is None
