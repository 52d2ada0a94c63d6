"""Two laptops that changed the officers at once: nothing is signed until the quorums of both settle it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.laptops import admitted, carried, carry, founded, seen_there
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, sign, status
from tests.support import desk
from tests.support.officers import custody, quick_identities


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def enrolled_on_both(home: str) -> str:
    """Frank joins on the one laptop and Grace on the other; then each hears of the other. The other laptop's home."""
    second = admitted(home)
    brought, there = carried(home), seen_there(home, *THREE)
    assert custody("officer", "enrol", "Frank", "--home", home, officers=("Frank", *THREE)).code == 0
    told = custody("officer", "enrol", "Grace", "--home", second, *brought, officers={"Grace": "Grace", **there})
    assert told.code == 0, told
    carry(second, home)
    carry(home, second)
    return second


def test_contested_rosters_are_both_shown_and_nothing_is_signed(tmp_path: Path) -> None:
    home = begun(tmp_path)
    second = enrolled_on_both(home)
    for each in (home, second):
        told = status(each)
        assert told["contested"]
        assert len({roster["roster"] for roster in told["rosters"]}) == 2
        assert "CONTESTED" in custody("status", "--home", each).out
    listed = read(custody("officer", "list", "--home", home, "--json"))
    assert listed["contested"]
    joining = [{officer["name"] for officer in roster["officers"]} for roster in listed["rosters"]]
    assert sorted("Frank" in names for names in joining) == [False, True]
    assert all({"Alice", "Bob", "Carol", "Dave", "Erin"} <= names for names in joining)
    shown = custody("officer", "list", "--home", home).out
    assert "Roster 1 of 2 that are contested" in shown
    assert "Roster 2 of 2 that are contested" in shown
    assert "Frank" in shown
    told = sign(home, payment(tmp_path), str(tmp_path / "out"))
    assert told.code == 3
    assert "two rosters follow one" in told.err
    assert not (tmp_path / "out").exists()
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0


def test_one_roster_is_listed_once_where_nothing_is_contested(tmp_path: Path) -> None:
    home = founded(tmp_path / "first")
    listed = read(custody("officer", "list", "--home", home, "--json"))
    assert not listed["contested"]
    (roster,) = listed["rosters"]
    assert roster["officers"] == listed["officers"]
    assert (roster["version"], roster["rules"], roster["unlock"]) == (1, 3, 3)
    assert "contested" not in custody("officer", "list", "--home", home).out


def test_a_change_by_the_quorums_of_both_settles_it_everywhere(tmp_path: Path) -> None:
    home = founded(tmp_path / "first")
    second = enrolled_on_both(home)
    settled = custody("officer", "retire", "Erin", "--home", home, officers=THREE)
    assert settled.code == 0, settled
    assert not status(home)["contested"]
    assert [each["name"] for each in status(home)["officers"]] == ["Alice", "Bob", "Carol", "Dave"]
    carry(home, second)
    assert not status(second)["contested"]
    assert len(status(second)["officers"]) == 4


def test_a_change_that_leavers_did_not_hear_of_waits_and_is_adopted(tmp_path: Path) -> None:
    """Carol, Dave and Erin register a wallet on the second laptop while Dave and Erin are retired on the first."""
    home = founded(tmp_path / "first")
    second = admitted(home)
    brought, there = carried(home), seen_there(home, "Carol", "Dave", "Erin")
    wallet = ("wallet", "new", "pay", "--descriptor", desk.wallet("tr").single(0), "--network", "regtest")
    assert custody(*wallet, "--home", second, *brought, officers=there).code == 0
    for name in ("Erin", "Dave"):
        retired = custody("officer", "retire", name, "--home", home, officers=THREE)
        assert retired.code == 0, retired
    nothing = custody("journal", "adopt", "--home", home, officers=THREE)
    assert nothing.code == 3
    assert "nothing waits" in nothing.err
    carry(second, home)
    (waiting,) = status(home)["waiting"]
    assert (waiting["kind"], waiting["machine"]) == ("wallet", status(second)["machine"]["key"])
    assert status(home)["wallets"] == []
    assert "Waits: wallet" in custody("status", "--home", home).out
    assert custody("journal", "adopt", "--home", home, officers=THREE[:2]).code == 3
    told = read(custody("journal", "adopt", "--home", home, "--json", officers=THREE))
    assert (told["adopted"], told["head"]) == (1, status(home)["head"])
    assert (status(home)["waiting"], status(home)["wallets"]) == ([], ["pay"])
    carry(home, second)
    assert status(second)["wallets"] == ["pay"]
