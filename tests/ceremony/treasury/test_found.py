"""What the model of several homes found, each as small as it came."""

import shutil
from pathlib import Path

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import writing
from custody.ceremony.machines import admission as machines
from custody.ceremony.machines import exchange
from custody.ceremony.machines.beginning import renew
from custody.ceremony.officers import rosters
from custody.ceremony.officers.rosters import Quorums
from custody.ceremony.table.by_name import find
from custody.ceremony.treasury.halting import halt
from custody.errors import Alarm
from tests.ceremony.treasury.model import objection
from tests.ceremony.treasury.officers import NAMES, Script, begun
from tests.ceremony.treasury.officers import paper as written_down


def export(path: Path) -> bytes:
    """All that a home knows."""
    with reading(path) as home:
        return exchange.export(home, 0, documents=True)


def test_a_home_that_was_rolled_back_writes_nothing_into_its_journal_once_it_is_told(tmp_path: Path) -> None:
    first, second, older = tmp_path / "first", tmp_path / "second", tmp_path / "older"
    begun(first)
    key = exchange.join(second, export(first)).writer
    with writing(first) as home:
        machines.admit(home, Script(), key, "")
    shutil.copytree(first, older)
    with writing(first) as home:
        home.commit(objection("refused", b"later"))
    with writing(second) as home:
        exchange.take_in(home, export(first))
        with reading(first) as there:
            officers = there.book.state.roster.officers
            carried = [each for each in map(there.identity, officers) if each is not None]
        called = {f"officer {officers[0].key.hex()[:8]}": "Alice"}
        halt(home, Script(("Alice",), called=called), "", carried)
    shutil.rmtree(first)
    shutil.copytree(older, first)
    before = (first / "journal.jsonl").read_bytes()
    for _time in range(2):
        with writing(first) as home:
            with pytest.raises(Alarm):
                exchange.take_in(home, export(second))
            assert len(home.halts_beside) == 1
    assert (first / "journal.jsonl").read_bytes() == before
    with writing(first) as home, pytest.raises(Alarm):
        machines.admit(home, Script(), b"k" * 32, "")


def test_a_home_with_an_alarm_is_renewed_by_the_officers_whom_receipts_prove(tmp_path: Path) -> None:
    first, second, older, new = (tmp_path / name for name in ("first", "second", "older", "new"))
    begun(first)
    key = exchange.join(second, export(first)).writer
    with writing(first) as home:
        machines.admit(home, Script(), key, "")
    shutil.copytree(first, older)
    with writing(first) as home:
        for name in NAMES[:2]:
            rosters.retire(home, Script(NAMES[::-1]), find(home, name), Quorums(rules=2, unlock=2))
        paper = written_down(home.book)
    with writing(second) as home:
        exchange.take_in(home, export(first))
    shutil.rmtree(first)
    shutil.copytree(older, first)
    with writing(first) as home:
        with pytest.raises(Alarm):
            exchange.take_in(home, export(second))
        with pytest.raises(Alarm):
            renew(home, new, Script(), paper=paper)
        book = renew(home, new, Script(NAMES[3:]), receipts=[export(second)], paper=paper)
    assert len(book.state.roster.officers) == 3
    book.state.require_writer()
    with writing(second) as home:
        exchange.take_in(home, export(new))
        assert home.book.state.rules.to_json() == book.state.rules.to_json()
