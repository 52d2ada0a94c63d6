"""A home that knows that it was rolled back writes no line; a halt is heard there, and never lost without a word."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.ceremony.home.beside import AlarmTold
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import writing
from custody.errors import Alarm
from custody.governance.records import HaltCalled
from tests.cli.treasury.test_brought import by_key, exported, home, new_passphrase, second, well
from tests.support.officers import custody, quick_identities

__all__ = ["home"]


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def test_a_rolled_back_home_takes_nothing_in_and_halts_beside_its_journal(home: str, tmp_path: Path) -> None:
    other, files = second(home, tmp_path)
    old = str(tmp_path / "old")
    shutil.copytree(home, old)
    well(custody("halt", "--home", other, *files, officers=by_key(home, "Carol")))
    news = exported(other, tmp_path / "news")
    well(new_passphrase(home, "Bob"))
    proof = exported(home, tmp_path / "proof")
    assert custody("journal", "import", proof, "--home", old).code == 9
    before = (Path(old) / "journal.jsonl").read_bytes()
    assert custody("journal", "import", news, "--home", old).code == 9
    well(custody("halt", "--home", old, officers=["Alice"]))
    assert (Path(old) / "journal.jsonl").read_bytes() == before
    assert (Path(old) / "beside.jsonl").read_bytes().count(b'{"halt"') == 2


def test_an_alarm_that_came_while_a_command_decided_stops_it(home: str) -> None:
    with writing(home) as slow:
        slow.require_sound()
        with writing(home) as other:
            other.tell_alarm(Alarm("the key was copied", code="journal-rolled-back"), bars=True)
        with pytest.raises(Alarm):
            slow.commit(Step(HaltCalled.KIND, {}))


def test_where_what_lies_beside_is_damaged_a_halt_is_handed_over_to_be_carried(home: str) -> None:
    beside = AlarmTold(0, "journal-rolled-back", "the text", bars=True).encode()
    (Path(home) / "beside.jsonl").write_bytes(beside.replace(b"the text", b"the \xfftext"))
    called = custody("halt", "--home", home, officers=["Alice"])
    assert called.code != 0
    assert "custody-halt-1:" in called.err
