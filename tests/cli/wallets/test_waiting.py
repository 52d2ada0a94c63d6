"""Commands about a wallet that is not in service yet say that only a small sum belongs there."""

import json
from pathlib import Path

import pytest

from tests.chains.bitcoin.review.drafts import registered

WARNING = "only a small sum belongs there now"


@pytest.fixture
def waits(tmp_path: Path) -> str:
    path = tmp_path / "waits.json"
    path.write_text(registered("wpkh").as_waiting().to_json())
    return str(path)


@pytest.mark.parametrize("command", ["address", "list", "find"])
def test_whoever_asks_for_an_address_or_a_list_is_told(custody, waits, tmp_path, command):
    line = ("wallet", command, waits, *((registered("wpkh").address(0, 0),) if command == "find" else ()))
    told = custody(*line)
    assert told.code == 0
    assert WARNING in " ".join((told.stderr + told.stdout).split())
    assert sum(WARNING in each for each in custody(*line, "--json").json["warnings"]) == 1
    serves = tmp_path / "serves.json"
    serves.write_text(registered("wpkh").to_json())
    silent = custody("wallet", command, str(serves), *line[3:], "--json").json
    assert not any(WARNING in each for each in silent["warnings"])


def test_it_is_registered_again_as_one_that_waits_from_its_file_and_from_what_was_shown(custody, waits, tmp_path):
    shown = tmp_path / "shown.json"
    shown.write_text(json.dumps(custody("wallet", "list", waits, "--json").json))
    for number, source in enumerate((waits, str(shown))):
        out = tmp_path / f"again-{number}.json"
        answer = custody("wallet", "new", "again", "--from", source, "-o", str(out), "--json")
        assert (answer.code, answer.json["waits"]) == (0, True)
        assert json.loads(out.read_text())["service"] == "waits"
