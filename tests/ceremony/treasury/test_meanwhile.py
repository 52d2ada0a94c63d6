"""A command that waits for a person keeps nobody from the home; what it decided on an older book does not happen."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import writing
from custody.ceremony.meeting import Factors, Offered
from custody.ceremony.treasury import rosters
from custody.ceremony.treasury.attendance import Attendance
from custody.ceremony.treasury.backup import back_up
from custody.ceremony.treasury.by_name import find
from custody.ceremony.treasury.halting import halt, resume
from custody.ceremony.treasury.rosters import Quorums
from custody.ceremony.treasury.vaults import open_vault, reseal
from custody.errors import Alarm, Refused, StorageFailed
from tests.ceremony.treasury.model import objection
from tests.ceremony.treasury.officers import NAMES, Script, begun, sign, with_vault
from tests.governance.treasury import signature


@pytest.fixture
def home(tmp_path: Path) -> Path:
    begun(tmp_path / "home")
    with_vault(tmp_path / "home")
    return tmp_path / "home"


def files_of(home: Path) -> dict[str, bytes]:
    return {str(file.relative_to(home)): file.read_bytes() for file in home.rglob("*") if file.is_file()}


class Slow(Script):
    """People who take so long that somebody else does something meanwhile."""

    def __init__(self, meanwhile: Callable[[], object], come: Sequence[str] = NAMES) -> None:
        super().__init__(come)
        self.meanwhile = meanwhile

    def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        came = super().next_officer(wanted, offered)
        if len(self.asked) == 1:
            self.meanwhile()
        return came


def call_a_halt(home: Path, who: str = "Erin") -> None:
    with writing(home) as opened:
        halt(opened, Script((who,)), "somebody broke in")


def test_a_halt_gets_through_while_others_are_asked_and_what_they_decided_does_not_happen(home: Path) -> None:
    with writing(home) as opened:
        slow = Slow(lambda: call_a_halt(home))
        with pytest.raises(Refused) as told:
            rosters.retire(opened, slow, find(opened, "Dave"), Quorums())
    assert told.value.code == "moved-on"
    with reading(home) as after:
        assert after.book.state.halted
        assert after.book.state.roster.version == 1
        assert len(after.files.names("vaults")) == 1


def test_nothing_is_signed_beside_a_halt_or_another_signature(home: Path) -> None:
    for meanwhile in ("a halt", "a signature"):
        with writing(home) as opened, Attendance(opened, Script()) as table, open_vault(opened, table, "main") as vault:
            step = Step("signed", signature("one", "coin:aa:0"), vaults={"main": reseal(vault, opened.book.state)})
            if meanwhile == "a halt":
                call_a_halt(home)
            else:
                with writing(home) as other:
                    resume(other, Script())
            before = files_of(home)
            with pytest.raises(Refused) as told:
                opened.commit(step)
        assert told.value.code == "moved-on"
        assert files_of(home) == before, "a refused step leaves nothing"


def test_a_halt_and_a_refusal_are_never_late(home: Path) -> None:
    with writing(home) as refusing, writing(home) as halting:
        slow = Script(("Alice",))
        with writing(home) as other:
            rosters.retire(other, Script(), find(other, "Erin"), Quorums())
        refusing.commit(objection("refused", b"a document"))
        halt(halting, slow, "late and yet in time")
    with reading(home, believing_cache=False) as after:
        assert [entry.kind for entry in after.book.entries(2)] == ["roster", "refused", "halt"]


def test_who_left_meanwhile_halts_no_more(home: Path) -> None:
    def retire_erin() -> None:
        with writing(home) as other:
            rosters.retire(other, Script(), find(other, "Erin"), Quorums())

    with writing(home) as halting, pytest.raises(Refused) as told:
        halt(halting, Slow(retire_erin, ("Erin",)), "")
    assert told.value.code == "quorum"


def test_a_home_that_was_put_back_meanwhile_is_an_alarm(home: Path) -> None:
    old = files_of(home)
    call_a_halt(home)
    with writing(home) as opened:
        for name, content in old.items():
            (home / name).write_bytes(content)
        before = files_of(home)
        with pytest.raises(Alarm) as told:
            halt(opened, Script(NAMES[:1]), "")
        assert told.value.code == "journal-rolled-back"
        assert files_of(home) == before


def test_who_reads_keeps_nobody_waiting(home: Path) -> None:
    with reading(home) as shown:
        call_a_halt(home)
        assert not shown.book.state.halted
    with reading(home) as after:
        assert after.book.state.halted


def test_a_folder_that_takes_the_homes_place_meanwhile_gets_nothing(home: Path, tmp_path: Path) -> None:
    with writing(home) as opened:
        shutil.copytree(home, tmp_path / "copy")
        home.rename(tmp_path / "moved")
        (tmp_path / "copy").rename(home)
        before, moved = files_of(home), files_of(tmp_path / "moved")
        with pytest.raises(StorageFailed, match="replaced by another folder"):
            halt(opened, Script(NAMES[:1]), "")
    assert (files_of(home), files_of(tmp_path / "moved")) == (before, moved)


def test_a_vault_that_others_have_sealed_anew_is_no_lost_one(home: Path) -> None:
    with writing(home) as opened:
        for text in ("one", "two", "three"):
            sign(home, text)
        with pytest.raises(Refused) as told, Attendance(opened, Script()) as table:
            open_vault(opened, table, "main")
    assert told.value.code == "moved-on"


def test_names_that_were_erased_meanwhile_stay_erased(home: Path) -> None:
    with writing(home) as opened:
        (home / "names.json").write_bytes(b"{}")
        halt(opened, Script(NAMES[:1]), "why")
    with reading(home) as after:
        assert after.names.text(after.book.state.roster.officers[0].name) is None


def test_a_copy_is_of_the_book_that_it_is_written_into(home: Path, tmp_path: Path) -> None:
    with writing(home) as opened:
        call_a_halt(home)
        with pytest.raises(Refused) as told:
            back_up(opened, tmp_path / "copy", "the safe")
    assert told.value.code == "moved-on"
    assert not (tmp_path / "copy").exists()
