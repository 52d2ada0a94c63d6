"""`custody ceremony verify --service`: a service is judged with the sittings that it stands on."""

import json
from functools import cache
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.service_lines import StandsOn
from custody.ceremony.transcript.together import Together
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.transcript.services import Served
from tests.ceremony.transcript.sittings import Sat
from tests.support.officers import Answer, custody

TEXT = filled(wish(Threat.ACCIDENT))
PLAN = read(TEXT)


@cache
def held(number: int = 17) -> Sat:
    sat = Sat(PLAN).aloud()
    sat.fixed = number
    return sat.everybody().on_paper()


def stood(number: int = 17) -> StandsOn:
    return Together.of([account(held(number).transcript)]).stands_on


@cache
def served() -> bytes:
    sat = Served(PLAN, stood()).aloud().everybody().to_end()
    return sat.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "held.jsonl").write_bytes(held().encode())
    (tmp_path / "plan.toml").write_text(TEXT)
    (tmp_path / "records").mkdir()
    return tmp_path


def verify(folder: Path, service: bytes | None, *more: str) -> Answer:
    line = ["ceremony", "verify", str(folder / "held.jsonl"), "--plan", str(folder / "plan.toml"), *more]
    if service is not None:
        (folder / "service.jsonl").write_bytes(service)
        line += ["--service", str(folder / "service.jsonl")]
    return custody(*line, "--records", str(folder / "records"))


def kind(folder: Path) -> str:
    return str(json.loads((folder / "records" / "wallet.wallet.json").read_text())["format"])


def test_a_wallet_waits_until_its_service_is_whole_and_its_file_gives_way_then(folder: Path) -> None:
    waits = verify(folder, None)
    assert (waits.code, kind(folder)) == (0, "custody-wallet/2")
    assert "It is NOT in service yet" in waits.out
    *lines, _closed = served().splitlines(keepends=True)
    unfinished = verify(folder, b"".join(lines), "--json")
    assert (unfinished.code, kind(folder)) == (3, "custody-wallet/2")
    told = json.loads(unfinished.out)
    assert (told["whole"], told["service"]["closed"], told["wallets"][0]["waits"]) == (True, False, True)
    whole = verify(folder, served())
    assert (whole.code, kind(folder)) == (0, "custody-wallet/1")
    assert "It is in service." in whole.out
    assert verify(folder, served()).code == 0, "what is there to the letter is left"
    back = verify(folder, None)
    assert (back.code, kind(folder)) == (8, "custody-wallet/1")


def test_a_service_of_other_sittings_is_exit_5_and_one_of_other_keys_exit_9(folder: Path) -> None:
    other = Served(PLAN, stood(18)).everybody()
    told = verify(folder, other.encode())
    assert (told.code, "another transcript of sitting-1" in told.err) == (5, True)
    none = verify(folder, held().encode())
    assert (none.code, "no service of these sittings" in none.err) == (5, True)
    false = Served(PLAN, StandsOn(stood().sittings, stood(18).wallets)).everybody()
    alarm = verify(folder, false.encode())
    assert (alarm.code, "of other keys" in alarm.err) == (9, True)
    assert list((folder / "records").iterdir()) == []


def test_a_service_is_named_as_one_and_not_as_a_sitting(folder: Path) -> None:
    (folder / "other.jsonl").write_bytes(served())
    answer = verify(folder, None, "--with", str(folder / "other.jsonl"))
    assert (answer.code, "--service FILE" in answer.err) == (5, True)
