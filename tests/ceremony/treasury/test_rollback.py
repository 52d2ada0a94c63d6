"""Older copies put back: of the journal, of a vault, of both. What files can tell is told before anything is opened."""

import shutil
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import pytest

from custody.ceremony.home import home as home_module
from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import writing
from custody.errors import Alarm, CustodyError, StorageFailed
from tests.ceremony.treasury.officers import begun, paper, sign, with_vault

SIGNATURES = 4


@pytest.fixture
def states(tmp_path: Path) -> list[Path]:
    """Copies of one home after its genesis, its vault, and each of some signatures."""
    home, copies = tmp_path / "home", []

    def keep() -> None:
        copies.append(Path(shutil.copytree(home, tmp_path / f"state {len(copies)}")))

    begun(home)
    keep()
    with_vault(home)
    keep()
    for number in range(SIGNATURES):
        sign(home, f"payment {number}")
        keep()
    return copies


def refused(home: Path) -> Alarm:
    """The alarm that reading and writing both raise."""
    told = []
    for door in (reading, writing):
        with pytest.raises(Alarm) as raised, door(home):
            pytest.fail("an older copy was opened")
        told.append(raised.value)
    assert {alarm.exit_code for alarm in told} == {9}
    return told[0]


@pytest.mark.parametrize("older", range(SIGNATURES + 1))
@pytest.mark.parametrize("with_head", [False, True])
def test_an_older_journal_is_an_alarm(older: int, with_head: bool, states: list[Path]) -> None:
    newest = states[-1]
    for name in ("journal.jsonl", *(["journal.head"] if with_head else [])):
        shutil.copy(states[older] / name, newest / name)
    assert refused(newest).code == "journal-rolled-back"


@pytest.mark.parametrize("older", range(1, SIGNATURES + 1))
def test_an_older_vault_is_an_alarm(older: int, states: list[Path]) -> None:
    newest = states[-1]
    shutil.rmtree(newest / "vaults")
    shutil.copytree(states[older] / "vaults", newest / "vaults")
    assert refused(newest).code == "vault-rolled-back"


@pytest.mark.parametrize("older", range(1, SIGNATURES + 1))
def test_an_older_vault_under_the_newest_name_is_an_alarm(older: int, states: list[Path]) -> None:
    newest = states[-1]
    last, old = max((newest / "vaults").iterdir()), max((states[older] / "vaults").iterdir())
    shutil.copy(old, last)
    assert refused(newest).code == "vault-rolled-back"


def test_a_vault_that_is_gone_is_an_alarm(states: list[Path]) -> None:
    shutil.rmtree(states[-1] / "vaults")
    assert refused(states[-1]).code == "vault-rolled-back"


@pytest.mark.parametrize("older", range(SIGNATURES + 1))
def test_both_rolled_back_together_look_honest_and_the_paper_tells(older: int, states: list[Path]) -> None:
    with reading(states[-1]) as newest:
        written = paper(newest.book)
    with reading(states[older]) as home, pytest.raises(Alarm) as told:
        home.book.require_on_paper(written)
    assert told.value.code == "journal-rolled-back"


def test_the_head_beside_the_journal_may_not_vanish(states: list[Path]) -> None:
    (states[-1] / "journal.head").unlink()
    assert refused(states[-1]).code == "journal-rolled-back"


@pytest.mark.parametrize("name", ["journal.jsonl", "journal.head"])
def test_every_shorter_and_every_flipped_file_beside_a_vault_is_refused(name: str, states: list[Path]) -> None:
    """Every byte of the small file; samples of the journal, closer in the last line. An unchanged book is read once."""
    home = states[2]
    with reading(home) as opened:
        book = opened.book
    once = mock.patch.object(home_module, "read_book", lambda *_files, **_how: book)
    content = (home / name).read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    tried = [*range(0, last, 211), *range(last, len(content), 7 if last else 1), len(content) - 1]
    for at in tried:
        for damaged in (content[:at], content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]):
            if damaged == content[:-1] and name == "journal.jsonl":
                continue  # torn: only its line end is gone, which the next writer mends
            (home / name).write_bytes(damaged)
            with nullcontext() if last else once, pytest.raises(CustodyError) as told, reading(home):
                pytest.fail(f"byte {at} was let through")
            assert told.value.exit_code in (4, 9), told.value
    (home / name).write_bytes(content)
    with reading(home):
        pass


def test_a_directory_without_a_journal_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    for door in (reading, writing):
        with pytest.raises(StorageFailed, match="no treasury"), door(tmp_path / "empty"):
            pytest.fail("an empty directory was opened")
