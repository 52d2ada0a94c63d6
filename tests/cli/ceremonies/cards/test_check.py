"""`custody share check --transcript`: one card alone at its holder's place, its receipt, and all that it says no to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Plan
from custody.ceremony.receipts.receipt import Receipt
from custody.cli.ceremonies.cards.signed import Inspector
from custody.errors import Mismatch
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import read_officer_file
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.receipts.held import PLAN, Held, card, whole, words
from tests.cli.ceremonies.participants import PASSPHRASE, identity, made
from tests.support import officers
from tests.support.officers import Answer

BAG = {number: card(number).bag or "" for number in range(1, 6)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sitting's transcript, of a plan that names an inspector beside the holders, and two identities."""
    folder = tmp_path_factory.mktemp("holder")
    named(folder)
    made(folder, "stranger")
    return folder


def named(folder: Path) -> Plan:
    key = bytes.fromhex(made(folder, "inspector"))
    people = {**PLAN.people, "inspector": "Ida Ito"}
    plan = replace(PLAN, people=people, identities={**PLAN.identities, "inspector": key})
    (folder / "sitting.jsonl").write_bytes(whole(plan).encode())
    return plan


def check(folder: Path, *options: str, cards: str = words(2), transcript: str = "sitting.jsonl") -> Answer:
    """Look at cards as a script does."""
    line = ("share", "check", "--transcript", str(folder / transcript), *options)
    return officers.custody(*line, secret=cards)


def signed(folder: Path, out: Path, *options: str, cards: str = words(2), by: str = "inspector") -> Answer:
    """Look at a card, and have somebody sign a receipt of it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(officers, "passphrases", lambda _nobody: PASSPHRASE + "\n")
        line = ("share", "check", "--transcript", str(folder / "sitting.jsonl"), "--identity", identity(folder, by))
        return officers.custody(*line, "-o", str(out), *options, officers=(), secret=cards)


def verified(folder: Path, *receipts: Path) -> Answer:
    options = [part for each in receipts for part in ("--receipt", str(each))]
    return officers.custody("ceremony", "verify", str(folder / "sitting.jsonl"), *options, "--json")


def test_cards_are_told_one_by_one_without_a_quorum_and_without_a_holders_name(folder: Path) -> None:
    answer = check(folder, "--json", cards="\n".join((words(4), words(1), words(4))))
    told = json.loads(answer.out)
    assert answer.code == 0, answer
    assert [(each["key"], each["set"], each["group"], each["number"], each["bag"]) for each in told["cards"]] == [
        ("key-1", 17, 1, 4, BAG[4]),
        ("key-1", 17, 1, 1, BAG[1]),
    ]
    assert told["cards"][0]["place"] == card(4).place.name
    assert told["warnings"] == ["card 4 was given more than once, and counts once"]
    assert (told["whole"], told["person"], told["receipt"]) == (True, None, None)
    seen = check(folder, cards=words(4)).out
    assert f"bag {BAG[4]}" in seen
    assert "Not shown: that nobody copied it" in seen
    assert "It is whole" in seen
    assert told["told"] in seen
    for each in (answer.out, seen):
        assert "holder" not in each
        assert card(4).salt.hex() not in each


def test_a_swapped_card_is_told_by_its_own_place_and_by_the_bags(folder: Path) -> None:
    assert check(folder, "--from-bag", BAG[2]).code == 0
    answer = check(folder, "--from-bag", BAG[2], cards=words(3))
    assert answer.code == 9
    assert f"this is card 3 of key-1, and bag {BAG[2]} was written down for card 2" in answer.err
    assert check(folder, "--from-bag", "unheard of").code == 5
    assert check(folder, "--from-bag", BAG[2], cards=f"{words(2)}\n{words(3)}").code == 2


def test_a_receipt_goes_from_the_card_to_who_keeps_the_record(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "card-2.receipt"
    answer = signed(folder, out, "--from-bag", BAG[2], "--bag", "B-2", "--json")
    assert answer.code == 0, answer
    told = json.loads(answer.out)
    assert (told["person"], told["receipt"], told["cards"][0]["bag"]) == ("inspector", str(out), "B-2")
    said = Receipt.decode(out.read_bytes()).looked
    assert (said.person, said.from_bag, said.into_bag, said.card) == ("inspector", BAG[2], "B-2", ("key-1", 1, 2))
    assert not set(words(2).split()) & set(out.read_text().replace('"', " ").split())
    judged = verified(folder, out)
    assert judged.code == 0, judged
    (newest,) = json.loads(judged.out)["receipts"]
    assert newest == {
        "key": "key-1",
        "set": 17,
        "group": 1,
        "number": 2,
        "person": "inspector",
        "at": said.at,
        "bag": "B-2",
        "unbroken": True,
    }
    # a year later the bag is the new one, once the receipt lies beside
    assert check(folder, "--from-bag", "B-2").code == 5
    assert check(folder, "--from-bag", "B-2", "--receipt", str(out)).code == 0
    assert check(folder, "--from-bag", BAG[2], "--receipt", str(out)).code == 5
    seen = officers.custody("ceremony", "verify", str(folder / "sitting.jsonl"), "--receipt", str(out)).out
    assert "card 2 of key-1 was looked at by Ida Ito (inspector), at 20" in seen
    assert "and lies in bag B-2" in seen
    assert "WARNING: card" not in seen


def test_a_false_receipt_is_an_alarm_by_name_and_a_bag_that_nobody_told_of_a_warning(
    folder: Path, tmp_path: Path
) -> None:
    out, changed = tmp_path / "receipt", tmp_path / "changed"
    assert signed(folder, out, "--from-bag", BAG[2], "--bag", "B-2").code == 0
    changed.write_bytes(out.read_bytes().replace(b'"B-2"', b'"B-3"'))
    answer = verified(folder, changed)
    assert (answer.code, json.loads(answer.out)["error"]["code"]) == (9, "receipt-false")
    assert "the receipt of inspector is false" in answer.out
    changed.write_bytes(out.read_bytes()[:-2])
    assert verified(folder, changed).code == 4
    plan = json.loads(out.read_bytes())["plan"].encode()
    changed.write_bytes(out.read_bytes().replace(plan, b"0" * 64))
    assert verified(folder, changed).code == 5
    again = tmp_path / "again"
    assert signed(folder, again, "--from-bag", BAG[2], "--bag", "B-4").code == 0
    line = ("ceremony", "verify", str(folder / "sitting.jsonl"), "--receipt", str(out), "--receipt", str(again))
    assert "WARNING: card 2 of key-1 came out of a bag that nothing here put it into" in officers.custody(*line).out


def test_a_receipt_that_does_not_hold_does_not_leave(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OfficerKeys, "sign", lambda _keys, _message: bytes(64))
    assert signed(folder, tmp_path / "out", "--from-bag", BAG[2]).code == 9
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--from-bag", BAG[3]), 9),
        (("--from-bag", "unheard of"), 5),
        ((), 2),
        (("--from-bag", BAG[2], "--bag", BAG[2]), 3),
        (("--from-bag", BAG[2], "--bag", BAG[5]), 3),
        (("--from-bag", BAG[2], "--bag", " "), 2),
        (("--from-bag", BAG[2], "--key-file", "FILE"), 2),
    ],
)
def test_what_a_receipt_would_have_to_lie_about_is_not_signed(
    options: tuple[str, ...], code: int, folder: Path, tmp_path: Path
) -> None:
    line = [identity(folder, "inspector") if each == "FILE" else each for each in options]
    assert signed(folder, tmp_path / "out", *line).code == code
    assert not (tmp_path / "out").exists()


def test_a_receipt_is_of_one_card_and_by_somebody_of_the_plan(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert signed(folder, out, "--from-bag", BAG[2], cards=f"{words(2)}\n{words(3)}").code == 2
    assert signed(folder, Path("-"), "--from-bag", BAG[2], "--json").code == 2
    stranger = signed(folder, out, "--from-bag", BAG[2], by="stranger")
    assert (stranger.code, "is nobody's in this plan" in stranger.err) == (5, True)
    assert not out.exists()
    out.write_bytes(b"there")
    assert signed(folder, out, "--from-bag", BAG[2], cards="not looked at").code == 8
    assert out.read_bytes() == b"there"


def test_a_test_networks_identity_signs_no_receipt_of_real_money(folder: Path) -> None:
    path = identity(folder, "inspector")
    key = read_officer_file(Path(path).read_bytes()).public.officer
    plan = replace(PLAN, network="main", identities={"holder-1": key})
    with pytest.raises(Mismatch, match="made for a test network"):
        Inspector.of(plan, path, None, None, yes=False)


def test_the_transcript_is_judged_before_a_card_is_asked_for(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "sitting.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "changed.jsonl").write_bytes(b"".join([*lines[:5], *lines[6:]]))
    (tmp_path / "rehearsal.jsonl").write_bytes(Held(PLAN, rehearsal=True).aloud().everybody().to_end().encode())
    (tmp_path / "open.jsonl").write_bytes(b"".join(lines[:-1]))
    (tmp_path / "plan.toml").write_text(filled(wish()))
    for name, options, code, told in (
        ("changed.jsonl", (), 4, "line 5"),
        ("rehearsal.jsonl", (), 3, "a rehearsal's transcript"),
    ):
        answer = check(tmp_path, *options, cards="not looked at", transcript=name)
        assert (answer.code, told in answer.err) == (code, True), answer
    assert read((tmp_path / "plan.toml").read_text()).digest != PLAN.digest
    answer = check(folder, "--plan", str(tmp_path / "plan.toml"), cards="not looked at")
    assert (answer.code, "is of another plan" in answer.err) == (5, True)
    unfinished = check(tmp_path, "--json", transcript="open.jsonl")
    assert unfinished.code == 0
    assert "is not whole" in json.loads(unfinished.out)["warnings"][0]


def test_cards_of_ceremonies_have_no_passphrase_and_none_is_no_card(folder: Path) -> None:
    assert "no passphrase" in check(folder, cards=f"{words(2)}\npassphrase: a secret").err
    for cards in ("passphrase: a secret", "\n", words(2).replace(words(2).split()[8], "academic")):
        answer = check(folder, cards=cards)
        assert answer.code == 4
        assert "a secret" not in answer.err


@pytest.mark.parametrize(
    "options",
    [
        ("--set", "sitting.jsonl", "--transcript", "sitting.jsonl"),
        ("--transcript", "sitting.jsonl", "--identity", "inspector.identity"),
        ("--transcript", "sitting.jsonl", "-o", "out"),
        ("--transcript", "sitting.jsonl", "--bag", "B-2"),
        ("--transcript", "sitting.jsonl", "--yes"),
        ("--from-bag", "B-2"),
        ("--receipt", "sitting.jsonl"),
        ("--identity", "inspector.identity", "-o", "out"),
    ],
)
def test_options_that_say_nothing_together_are_a_wrong_line(options: tuple[str, ...], folder: Path) -> None:
    line = [str(folder / each) if "." in each or each == "out" else each for each in options]
    assert officers.custody("share", "check", *line, secret=words(2)).code == 2


def test_who_cannot_be_asked_signs_nothing(folder: Path, tmp_path: Path) -> None:
    line = ("share", "check", "--transcript", str(folder / "sitting.jsonl"), "--from-bag", BAG[2])
    answer = officers.custody(
        *line, "--identity", identity(folder, "inspector"), "-o", str(tmp_path / "out"), secret=words(2)
    )
    assert (answer.code, "no terminal" in answer.err) == (2, True)
    assert not (tmp_path / "out").exists()
