"""Where a directory is taken, that is said before anybody is asked for a passphrase."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.laptops import OFFICERS, export, founded
from tests.cli.treasury.test_treasury import THREE
from tests.support.officers import custody, quick_identities


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def test_whoever_would_begin_in_a_home_that_is_there_is_told_before_anybody_types(tmp_path: Path) -> None:
    home, copy = founded(tmp_path / "home"), str(tmp_path / "copy")
    assert custody("home", "backup", "--home", home, "-o", copy).code == 0
    taken, before = tmp_path / "taken", (tmp_path / "home" / "journal.jsonl").read_bytes()
    shutil.copytree(home, taken)
    for command in (
        ("home", "new", "--network", "regtest", *OFFICERS, "--home", str(taken)),
        ("home", "restore", copy, "--home", str(taken)),
        ("home", "renew", "--home", home, "--to", str(taken)),
        ("home", "new", "--join", export(home), "--home", str(taken)),
    ):
        nobody = None if "--join" in command else ()
        answer = custody(*command, officers=nobody)  # nobody gives a passphrase, and nobody's is missed
        assert answer.code == 8, (command, answer)
        assert "is not empty" in answer.err
        assert "Name a directory that does not exist yet." in answer.err
    assert (taken / "journal.jsonl").read_bytes() == before
    (tmp_path / "there").mkdir(0o700)
    assert custody("home", "renew", "--home", home, "--to", str(tmp_path / "there"), officers=THREE).code == 0
