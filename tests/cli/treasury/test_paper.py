"""The words on paper at the command line: made where they are shown or compared alone, and said with their number."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from custody.governance.paper import slow_words
from tests.cli.treasury.test_treasury import begun, payment, read, sign
from tests.support.officers import Answer, custody, quick_identities


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mock]:
    """Counts the words that are made: with little work, since this treasury is drawn anew."""
    counted = Mock(wraps=Argon2id)
    monkeypatch.setattr(slow_words, "Argon2id", counted)
    monkeypatch.setattr(slow_words, "MEMORY", 8)
    with quick_identities():
        yield counted


def test_words_are_made_once_where_they_are_shown_once_where_they_are_compared_and_else_never(
    made: Mock, tmp_path: Path
) -> None:
    home, out = begun(tmp_path), tmp_path / "out"
    head = read(custody("status", "--home", home, "--json"))["head"]
    paper, at_home = ("--head", f"{head['n']} {head['words']}"), ("--home", home)
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes((Path(home) / "journal.jsonl").read_bytes().replace(b'"n":1', b'"n":9'))

    def count(code: int, run: Callable[[], Answer]) -> int:
        slow_words.beginning.cache_clear()
        made.reset_mock()
        answer = run()
        assert answer.code == code, answer
        return made.call_count

    assert count(0, lambda: custody("journal", "show", *at_home)) == 0
    assert count(0, lambda: custody("journal", "show", *at_home, "--json")) == 1
    assert count(0, lambda: custody("journal", "export", *at_home, "-o", str(tmp_path / "export"))) == 0
    assert count(9, lambda: custody("journal", "verify", str(damaged))) == 0
    assert count(0, lambda: custody("officer", "list", *at_home)) == 0
    assert count(0, lambda: custody("status", *at_home)) == 1
    assert count(0, lambda: custody("journal", "verify", *at_home, *paper)) == 2, "and those of the founding"
    assert count(0, lambda: sign(home, payment(tmp_path), str(out), *paper, "--json")) == 2
    assert count(0, lambda: custody("home", "backup", *at_home, *paper, "-o", str(tmp_path / "copy"), "--quiet")) == 2
    assert count(0, lambda: custody("halt", *at_home, officers=("Erin",))) == 1


def test_the_number_is_read_with_the_words_and_a_wrong_one_is_told(made: Mock, tmp_path: Path) -> None:
    home = begun(tmp_path)
    head = read(custody("status", "--home", home, "--json"))["head"]
    for said, code, told in (
        (head["words"], 2, "number is missing"),
        (f"{head['n'] + 8} {head['words']}", 5, f"the words of entry {head['n']}"),
        (f"{head['n']} {'able ' * 10}", 9, f"no entry {head['n']} of this journal has these words"),
        (f"entry {head['n']}: {head['words']}", 0, ""),
    ):
        answer = custody("journal", "verify", "--home", home, "--head", said)
        assert answer.code == code, answer
        assert told in answer.err
    entries = json.loads(custody("journal", "show", "--home", home, "--json").out)["entries"]
    assert all("words" not in entry and len(entry["hash"]) == 64 for entry in entries)
