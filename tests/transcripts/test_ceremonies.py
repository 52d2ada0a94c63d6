"""Whole ceremonies at a terminal of 80x24: a rehearsal first, then real cards, which open the key that was said."""

import json
from pathlib import Path
from typing import Any

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.contents import Closed, Handover, Rehearsed
from custody.ceremony.transcript.key_lines import Destroyed, Voided
from tests.leaks.needles import Needles, of_card
from tests.support.officers import NAMES, custody, quick_identities
from tests.transcripts.sitting import Sitting
from tests.transcripts.world import World, at, flat


class Cut(Exception):
    """The power fails."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A plan of a team with keys of their own, and a rehearsal of it that passed and that everybody signed."""
    world = World(tmp_path, Threat.INSIDER)
    world.medium = tmp_path / "stick"
    world.medium.mkdir()
    assert world.rehearse() == 0
    world.cards.clear()
    return world


def test_a_key_is_made_before_people_who_rehearsed_and_its_cards_open_what_was_said(
    world: World, tmp_path: Path
) -> None:
    assert world.run() == 0
    standing = world.standing
    assert standing.closed == Closed(True, None, None)
    assert not standing.begun.rehearsal
    (stands_on,) = world.told(Rehearsed)
    assert isinstance(stands_on, Rehearsed)
    assert stands_on.people == standing.here
    content = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())
    for card in world.cards:
        assert not Needles.of(of_card(card)).found_in(content)

    records = tmp_path / "records"
    records.mkdir()
    line = ("ceremony", "verify", str(world.transcript), "--rehearsal", str(world.rehearsal), "--json")
    line = (*line, "--plan", str(world.plan))
    told = json.loads(custody(*line, "--records", str(records)).out)
    assert told["whole"]
    assert [each["shown"] for each in told["rehearsals"]] == [True]
    assert sorted(map(Path, told["records"])) == sorted(records.iterdir())
    again = custody(*line, "--records", str(records))
    assert again.code == 0, "what is there already is left"

    made = standing.made["key-1"].follows
    shown = custody(
        *("key", "show", "--set", str(records / "key-1.set.json"), "--network", "regtest"),
        *("--path", made.accounts[0].path, "--json"),
        secret="\n".join(world.cards[1:4]),
    )
    assert json.loads(shown.out)["key"] == told["accounts"][0]["key"]
    address = json.loads(custody("wallet", "address", str(records / "wallet.wallet.json"), "--json").out)
    assert address["address"] == made.addresses[0].address
    other = custody("share", "check", "--set", str(records / "key-1.set.json"), secret=world.cards[0])
    assert other.code == 0, other.err
    wallet = records / "wallet.wallet.json"
    in_service(world, wallet, line)
    wallet.write_text("{}")
    refused = custody(*line, "--records", str(records))
    assert (refused.code, wallet.read_text()) == (8, "{}"), "another file is there, and is not written over"
    enter_into_a_treasury(world, tmp_path, told, standing.made["key-1"].set)


def enter_into_a_treasury(world: World, folder: Path, verified: dict[str, Any], of_cards: int) -> None:
    """Three officers enter it, its wallet in service; another machine hears of it, and knows this very transcript."""
    officers, home = NAMES[:3], ("--home", str(folder / "treasury"))
    named = [part for name in officers for part in ("--officer", name)]
    rehearsed = ("--rehearsal", str(world.rehearsal), "--plan", str(world.plan))
    with quick_identities():
        new = ("home", "new", *home, "--network", "regtest", *named, "--rules", "2", "--unlock", "2")
        assert custody(*new, officers=officers).code == 0
        held = (str(world.folder / "ceremony.jsonl"), "--service", str(world.transcript))
        line = ("ceremony", "enter", *held, *rehearsed, *home, "--json")
        answer = custody(*line, officers=officers[:2])
    entered = json.loads(answer.out)
    assert (answer.code, entered["sittings"][0]["words"]) == (0, verified["head"])
    assert entered["sittings"][0]["written"] == verified["told"]
    (key,) = entered["sittings"][0]["keys"]
    assert key["set"] == of_cards
    assert key["fingerprint"] == verified["accounts"][0]["fingerprint"]
    other, export = ("--home", str(folder / "second")), str(folder / "treasury.export")
    assert custody("journal", "export", *home, "-o", export).code == 0
    assert custody("home", "new", *other, "--join", export).code == 0
    assert custody("ceremony", "verify", held[0], *other).code == 0
    assert json.loads(custody("status", *other, "--json").out)["wallets"] == ["wallet"]


def in_service(world: World, wallet: Path, line: tuple[str, ...]) -> None:
    """Go on: the cards arrive and prove the wallet, a power cut between; then, and not before, it is in service."""
    assert json.loads(wallet.read_text())["service"] == "waits"
    assert world.medium is not None
    ceremony, medium = world.transcript, world.medium

    def cut(sitting: Sitting, text: str) -> str | None:
        if "Do Wallet wallet: prove" in flat(text):
            sitting.screen.process.kill()
            raise Cut
        return None

    with pytest.raises(Cut):
        world.serve(cut, sittings=[ceremony])
    service = world.transcript
    (text,) = medium.glob("wallet-*.txt")
    for name, index in (("wrong", "1"), ("right", "0")):
        signed = custody(
            *("message", "sign", "--file", str(text), "--index", index, "--wallet", str(wallet), "--yes"),
            *("-o", str(medium / name)),
            secret="\n".join(world.cards[1:4]),
        )
        assert signed.code == 0, signed.err
    stops = {"Why does it stop here?": ["the sum is on its way"]}
    brought = {"A file with the signature": ["wrong", "right"]}
    assert world.serve(at("receive a small sum", "p"), **brought, **stops) == 3
    assert "the proof is not taken" in flat("".join(world.seen))
    unfinished = custody(*line, "--service", str(service))
    told = json.loads(unfinished.out)
    assert (unfinished.code, told["service"]["whole"], told["wallets"][0]["waits"]) == (3, False, True)
    assert world.serve() == 0
    records = ("--records", str(wallet.parent))
    told = json.loads(custody(*line, "--service", str(service), *records).out)
    assert (told["service"]["whole"], told["wallets"][0]["waits"]) == (True, False)
    assert json.loads(wallet.read_text())["format"] == "custody-wallet/1"
    assert custody(*line, *records).code == 8, "nobody takes it out of service by leaving a file out"


def test_a_power_cut_voids_the_set_and_a_deputy_who_rehearses_overnight_may_act(world: World) -> None:
    """The operator falls ill after the power cut; his deputy was at no rehearsal, so there is another one first."""

    def cut(sitting: Sitting, text: str) -> str | None:
        if "Do Card 2 of 5" in flat(text) and "\nWaits " not in text:
            sitting.screen.process.kill()
            raise Cut
        return None

    with pytest.raises(Cut):
        world.run(cut)
    ill = [
        at("draws its part", "h"),
        lambda _sitting, text: "p" if "operator-2 is here as operator, and was at no rehearsal" in flat(text) else None,
    ]
    here = {"Who is here now": ["+operator-2 -operator-1"], "Why does it stop here?": ["the operator is ill"]}
    assert world.run(*ill, **here) == 3
    (voided,) = world.told(Voided)
    assert isinstance(voided, Voided)
    assert voided.cards == (1, 2)
    second = World(world.folder / "overnight", Threat.INSIDER)
    second.medium = world.medium
    without = " ".join(sorted(world.standing.here))
    assert "operator-1" not in without.split()
    assert second.rehearse(**{"Who is here now": [without]}) == 0
    assert world.run(rehearsals=[second.rehearsal]) == 0
    handed = [(each.role, each.from_, each.to) for each in world.told(Handover) if isinstance(each, Handover)]
    assert handed == [("operator", "operator-1", "operator-2")]
    assert len(world.told(Rehearsed)) == 2
    (destroyed,) = world.told(Destroyed)
    assert isinstance(destroyed, Destroyed)
    assert destroyed.set == voided.set
    verified = json.loads(custody("ceremony", "verify", str(world.transcript), "--json").out)
    assert (verified["whole"], verified["lacking"], verified["left"]) == (True, [], ["operator-1"])
    assert world.standing.made["key-1"].set != voided.set


def test_without_a_rehearsal_of_this_plan_that_passed_nothing_begins(tmp_path: Path) -> None:
    world = World(tmp_path, Threat.ACCIDENT)
    line = ("ceremony", "run", str(world.plan), "-o", str(tmp_path / "ceremony.jsonl"))
    none = custody(*line)
    assert (none.code, "--rehearsal FILE" in none.err) == (3, True)
    assert (
        world.rehearse(at("Compare each serial", "f"), **{"Who sees to": ["holder-1"], "Until which": ["2027-01-31"]})
        == 3
    )
    failed = custody(*line, "--rehearsal", str(world.rehearsal))
    assert (failed.code, "holder-1 sees to it, until 2027-01-31" in failed.err) == (3, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.toml", "rehearsal.jsonl"]


CITIES = (('threat = "targeted"', 'threat = "accident"'), ("candidates = 4", "candidates = 1"))
"""All the people of three sittings, each with a machine of its own; one candidate is enough here."""


def test_a_quorum_is_made_in_three_cities_one_of_which_fails_first_and_one_is_late(tmp_path: Path) -> None:
    worlds = [
        World(tmp_path / f"city-{number}", Threat.TARGETED, *CITIES, quorum=(2, 3), sitting=f"sitting-{number}")
        for number in (1, 2, 3)
    ]
    for world in worlds:
        world.medium = world.folder / "stick"
        world.medium.mkdir()
    first, second, third = worlds
    for world in (first, second):
        assert world.rehearse() == 0
    assert first.run() == 0
    ends = {"Who sees to": ["administrator-1"], "Until which": ["2027-01-31"]}
    assert second.run(at("Compare each serial", "f"), **ends) == 3
    failed = second.transcript.rename(second.folder / "failed.jsonl")
    records = tmp_path / "records"
    records.mkdir()

    def verified(*others: Path) -> tuple[int, dict[str, Any]]:
        options = [part for each in others for part in ("--with", str(each))]
        to = ("--plan", str(first.plan), "--records", str(records))
        answer = custody("ceremony", "verify", str(first.transcript), *options, *to, "--json")
        return answer.code, json.loads(answer.out)

    code, told = verified(failed)
    assert (code, told["waiting"], told["records"]) == (3, {"wallet": ["sitting-2", "sitting-3"]}, [])
    assert second.run() == 0
    code, told = verified(second.transcript)
    assert (code, told["waiting"], told["wallets"]) == (0, {"wallet": ["sitting-3"]}, [])
    assert sorted(file.name for file in records.iterdir()) == ["key-1.set.json", "key-2.set.json"]
    assert third.rehearse() == 0
    assert third.run() == 0
    code, told = verified(third.transcript, second.transcript)
    assert (code, told["waiting"]) == (0, {})
    (wallet,) = told["wallets"]
    shown = json.loads(custody("wallet", "address", str(records / "wallet.wallet.json"), "--json").out)
    assert shown["address"] == wallet["first_address"]
    for world, name in zip(worlds, ("key-1", "key-2", "key-3"), strict=True):
        line = ("key", "show", "--set", str(records / f"{name}.set.json"), "--network", "regtest", "--json")
        key = json.loads(custody(*line, "--path", "m/48h/1h/0h/2h", secret="\n".join(world.cards[-3:])).out)["key"]
        assert key in wallet["descriptor"]
