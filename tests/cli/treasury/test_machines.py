"""A laptop joins, is admitted, ended, and gets a new home: what it may do before and after, and what scripts read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.laptops import admitted, carried, carry, export, founded, joined, journal, seen_there
from tests.cli.treasury.test_person import comes, words_of
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, sign, status
from tests.support import desk
from tests.support.officers import NAMES, custody, quick_identities


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> str:
    return founded(tmp_path / "first")


def test_a_witness_reads_verifies_carries_and_halts(home: str) -> None:
    witness, key = joined(home)
    own = status(witness)["machine"]
    assert (own["key"], own["name"], own["admitted"], own["live"]) == (key, None, False, False)
    shown = custody("status", "--home", witness).out
    assert "No quorum has admitted this machine yet" in shown
    assert f"Its key: {key}" in shown
    verified = read(custody("journal", "verify", "--home", witness, "--json"))
    assert (verified["treasury"], verified["entries"]) == (status(home)["treasury"], 2)
    carried_on = read(custody("journal", "verify", export(witness), "--json"))
    assert carried_on["entries"] == 1, "its own line counts elsewhere once a quorum has admitted it"
    halted = custody("halt", "--home", witness, *carried(home), officers=seen_there(home, "Erin"))
    assert halted.code == 0, halted
    assert read(custody("journal", "import", export(witness), "--home", home, "--json"))["halts"] == 1
    assert status(home)["halted"]


def test_a_witness_changes_no_rule_and_signs_and_copies_nothing(home: str, tmp_path: Path) -> None:
    witness, _key = joined(home)
    before = journal(witness)
    everybody = seen_there(home, *NAMES)
    wallet = ("wallet", "new", "pay", "--descriptor", desk.wallet("tr").single(0), "--network", "regtest")
    for line in (
        ("officer", "enrol", "Frank"),
        ("officer", "retire", status(home)["officers"][4]["officer"][:8]),
        ("home", "admit", "00" * 32),
        ("journal", "adopt"),
        wallet,
    ):
        told = custody(*line, "--home", witness, *carried(home), officers={**everybody, "Frank": "Frank"})
        assert told.code == 3, told
        assert "no quorum has admitted this machine" in told.err
        assert "custody home admit" in told.err
    restored = custody(
        "key", "restore", "--home", witness, *carried(home), officers=everybody, secret=desk.PHRASES["A"] + "\n"
    )
    assert restored.code == 3
    assert custody("home", "backup", "--home", witness, "-o", str(tmp_path / "copy"), *carried(home)).code == 3
    assert not (tmp_path / "copy").exists()
    assert journal(witness) == before


def test_a_witness_reviews_and_does_not_sign(tmp_path: Path) -> None:
    home = begun(tmp_path)
    witness, _key = joined(home)
    file = payment(tmp_path)
    assert custody("review", file, "--home", witness).code == 0
    told = custody(
        *("sign", file, "--home", witness, "-o", str(tmp_path / "out"), *carried(home)),
        officers=seen_there(home, *THREE),
        secret=desk.PHRASES["A"] + "\n",
    )
    assert told.code == 3, told
    assert "no quorum has admitted this machine" in told.err
    assert not (tmp_path / "out").exists()


def test_a_machine_that_was_admitted_signs_with_cards_and_the_first_one_hears_of_it(tmp_path: Path) -> None:
    home = begun(tmp_path)
    second = admitted(home)
    told = status(second)["machine"]
    assert (told["admitted"], told["live"]) == (True, True)
    assert [each["name"] for each in status(home)["machines"].values()] == ["Laptop second"]
    signed = custody(
        *("sign", payment(tmp_path), "--home", second, "-o", str(tmp_path / "out"), *carried(home)),
        officers=seen_there(home, *THREE),
        secret=desk.PHRASES["A"] + "\n",
    )
    assert signed.code == 0, signed
    carry(second, home)
    other = payment(tmp_path, amount=50_000, name="other.psbt")
    findings = {each["id"] for each in read(custody("review", other, "--home", home, "--json"))["findings"]}
    assert "BTC-REPLACES" in findings


@pytest.mark.parametrize("key", ["", "00", "0" * 63, "z" * 64, "A" * 64])
def test_what_is_no_key_of_a_machine_is_not_admitted(key: str, home: str) -> None:
    told = custody("home", "admit", key, "--home", home, officers=THREE)
    assert told.code == 2
    assert "64 hex digits" in told.err


def test_a_machine_is_admitted_once_by_a_quorum(home: str) -> None:
    _witness, key = joined(home)
    before = journal(home)
    assert custody("home", "admit", key, "--home", home, officers=THREE[:2]).code == 3
    assert journal(home) == before
    told = read(custody("home", "admit", key, "--home", home, "--json", officers=THREE))
    assert (told["machine"], told["head"]) == (key, status(home)["head"])
    again = custody("home", "admit", key, "--home", home, officers=THREE)
    assert again.code == 3
    assert "admitted already" in again.err


def test_a_machine_that_was_ended_signs_and_decides_nothing_once_it_has_heard_of_it(home: str, tmp_path: Path) -> None:
    second = admitted(home)
    told = read(custody("home", "end", "Laptop second", "--home", home, "--json", officers=THREE))
    key = status(second)["machine"]["key"]
    assert told["machine"] == key
    assert (status(home)["machines"][key]["admitted"], status(home)["machines"][key]["live"]) == (True, False)
    assert "was ended" in custody("status", "--home", home).out
    carry(home, second)
    for line in (("officer", "retire", status(home)["officers"][4]["officer"][:8]), ("resume",), ("journal", "adopt")):
        barred = custody(*line, "--home", second, *carried(home), officers=seen_there(home, *NAMES))
        assert barred.code == 3, barred
        assert "custody home renew" in barred.err
    halted = custody("halt", "--home", second, *carried(home), officers=seen_there(home, "Erin"))
    assert halted.code == 0, halted


@pytest.mark.parametrize(
    ("machine", "code"),
    [("Laptop nobody", 5), ("00000000", 5), ("", 5)],
)
def test_a_machine_that_nobody_knows_is_not_ended(machine: str, code: int, home: str) -> None:
    assert custody("home", "end", machine, "--home", home, officers=THREE).code == code


def test_a_machine_does_not_end_itself(home: str) -> None:
    told = custody("home", "end", status(home)["machine"]["key"], "--home", home, officers=THREE)
    assert told.code == 3
    assert "does not end itself" in told.err


def test_a_home_that_was_copied_is_barred_and_goes_on_as_a_new_one(tmp_path: Path) -> None:
    """A copy went on; its lines come back: the key is out, and this home writes nothing until a quorum renews it."""
    home = begun(tmp_path)
    shutil.copytree(home, tmp_path / "copy")
    assert sign(str(tmp_path / "copy"), payment(tmp_path), str(tmp_path / "out")).code == 0
    told = custody("journal", "import", export(str(tmp_path / "copy")), "--home", home)
    assert told.code == 9
    (alarm,) = status(home)["alarms"]
    assert alarm["code"] == "journal-rolled-back"
    assert "ALARM since" in custody("status", "--home", home).out
    before = journal(home)
    for line in (("officer", "retire", "Erin"), ("home", "admit", "00" * 32), ("home", "backup", "-o", f"{home}.b")):
        officers = None if line[1] == "backup" else THREE
        assert custody(*line, "--home", home, officers=officers).code == 9
    assert sign(home, payment(tmp_path, coin=1), str(tmp_path / "two")).code == 9
    assert not (tmp_path / "two").exists()
    assert custody("journal", "import", export(str(tmp_path / "copy")), "--home", home).code == 9
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    assert journal(home) == before, "a halt lies beside what may not go on"
    assert status(home)["halted"]
    renewed = renew(home, tmp_path / "new")
    assert status(renewed)["alarms"] == []
    assert status(renewed)["halted"], "the halt comes along"
    assert custody("resume", "--home", renewed, officers=THREE).code == 0
    assert sign(renewed, payment(tmp_path, coin=1), str(tmp_path / "three")).code == 0
    assert custody("journal", "verify", "--home", renewed).code == 0


def renew(home: str, path: Path) -> str:
    """Let a quorum make a new home of one that may not write."""
    head = status(home)["head"]
    words = f"{head['n']} {head['words']}"
    before = status(home)
    told = read(custody("home", "renew", "--to", str(path), "--home", home, "--head", words, "--json", officers=THREE))
    assert told["treasury"] == before["treasury"]
    assert told["machine"] != before["machine"]["key"]
    assert told["head"]["n"] == 0
    return str(path)


def test_a_new_home_takes_the_place_of_the_old_one_which_writes_no_more(home: str, tmp_path: Path) -> None:
    renewed = renew(home, tmp_path / "new")
    assert [each["name"] for each in status(renewed)["officers"]] == list(NAMES)
    carry(renewed, home)
    told = custody("officer", "retire", "Erin", "--home", home, officers=THREE)
    assert told.code == 3
    assert "no longer writes for the treasury" in told.err
    assert custody("officer", "retire", "Erin", "--home", renewed, officers=THREE).code == 0


def test_a_machine_that_no_quorum_admitted_takes_no_place_of_a_writer(home: str, tmp_path: Path) -> None:
    """Before anybody is asked: officers who met would go home with nothing."""
    other, _key = joined(home)
    told = custody("home", "renew", "--home", other, "--to", str(tmp_path / "new"), *carried(home), officers=())
    assert told.code == 3, told
    assert "no quorum has admitted this machine" in told.err
    assert "custody home new --join" in told.err
    assert not (tmp_path / "new").exists()


def test_a_home_is_not_renewed_by_too_few_nor_over_another_nor_against_the_paper(home: str, tmp_path: Path) -> None:
    new = ("home", "renew", "--home", home, "--to")
    assert custody(*new, str(tmp_path / "new"), officers=THREE[:2]).code == 3
    words = " ".join(["0", *["acid"] * 10])
    assert custody(*new, str(tmp_path / "new"), "--head", words, officers=THREE).code == 9
    assert not (tmp_path / "new").exists()
    assert custody(*new, home, officers=THREE).code == 8
    assert custody("home", "renew", "--home", home, officers=THREE).code == 2


def test_a_person_who_renews_is_asked_for_the_paper_and_the_book_says_that_it_was_compared(
    home: str, tmp_path: Path
) -> None:
    new = str(tmp_path / "new")
    with Screen(PROGRAM, "home", "renew", "--home", home, "--to", new) as screen:
        screen.until("The number and the ten words on the newest paper")
        screen.enter(words_of(home))
        renewed_by(screen)
    assert paper_compared(new)


def test_where_an_alarm_bars_the_home_no_paper_is_asked_for_that_it_could_not_have(home: str, tmp_path: Path) -> None:
    copy, new = str(tmp_path / "copy"), str(tmp_path / "new")
    shutil.copytree(home, copy)
    assert custody("halt", "--home", copy, officers=("Erin",)).code == 0
    assert custody("journal", "import", export(copy), "--home", home).code == 9
    with Screen(PROGRAM, "home", "renew", "--home", home, "--to", new) as screen:
        screen.until('Type "')
        assert "newest paper" not in screen.text
        renewed_by(screen)
    assert not paper_compared(new)


def renewed_by(screen: Screen) -> None:
    """Three officers agree to a new home."""
    asked = screen.until('Type "')
    screen.enter(asked.rpartition('Type "')[2].partition('"')[0])
    for turn, name in enumerate(THREE, 1):
        comes(screen, name, f"the passphrase of {name}", turn, turn)
    assert screen.finish() == 0, screen.text


def paper_compared(home: str) -> bool:
    """What a new home's first entry says of paper."""
    entries = read(custody("journal", "show", "--home", home, "--json"))["entries"]
    (begun_,) = [each for each in entries if each["kind"] == "begun"]
    return bool(begun_["what"]["paper"])


def test_a_script_that_said_no_words_leaves_that_in_the_book(home: str, tmp_path: Path) -> None:
    new = str(tmp_path / "new")
    renewed = custody("home", "renew", "--home", home, "--to", new, officers=THREE)
    assert renewed.code == 0, renewed
    assert not paper_compared(new)
