"""What a home keeps is not lost or changed unnoticed: it is told before anybody types, and mended where it can be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.test_treasury import begun, payment, read, sign
from tests.support.officers import NAMES, custody, quick_identities

EXPORTED = ("journal", "export")


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = begun(tmp_path)
    assert sign(path, payment(tmp_path), str(tmp_path / "signed")).code == 0
    return Path(path)


def flip(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def newest_vault(home: Path) -> Path:
    return max((home / "vaults").iterdir())


def test_kept_bytes_that_are_gone_are_named_by_everybody_who_needs_them(home: Path, tmp_path: Path) -> None:
    (entry,) = read(custody("journal", "show", "--home", str(home), "--kind", "signed", "--json"))["entries"]
    (home / "kept" / entry["what"]["result"]).unlink()
    for line in (
        ("journal", "verify"),
        ("journal", "export", "-o", str(tmp_path / "export")),
        ("home", "backup", "-o", str(tmp_path / "backup")),
    ):
        answer = custody(*line, "--home", str(home))
        assert answer.code == 9, line
        assert f"kept/{entry['what']['result']}" in answer.err
        assert f"entry {entry['n']}" in answer.err
    assert not (tmp_path / "export").exists()
    assert not (tmp_path / "backup").exists()
    bare = custody("journal", "export", "--no-documents", "--home", str(home), "-o", str(tmp_path / "export"))
    assert bare.code == 0


@pytest.mark.parametrize("which", ["document", "review", "result"])
def test_everything_that_an_entry_keeps_is_verified(which: str, home: Path) -> None:
    (entry,) = read(custody("journal", "show", "--home", str(home), "--kind", "signed", "--json"))["entries"]
    flip(home / "kept" / entry["what"][which], 5)
    assert custody("journal", "verify", "--home", str(home)).code == 9


@pytest.mark.parametrize("place", [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1])
def test_one_bit_of_a_vault_is_told_before_anybody_types(place: float, home: Path, tmp_path: Path) -> None:
    vault = newest_vault(home)
    flip(vault, round(place * (vault.stat().st_size - 1)))
    for line in (("journal", "verify"), ("status",), ("home", "backup", "-o", str(tmp_path / "backup"))):
        answer = custody(*line, "--home", str(home))
        assert answer.code in (4, 9), line
        assert vault.name in answer.err or "vault" in answer.err
    nobody = sign(str(home), payment(tmp_path, coin=1), str(tmp_path / "out"), officers=())
    assert nobody.code in (4, 9), "before the first passphrase is wanted"


def test_an_older_vault_in_the_newest_ones_place_is_an_alarm(home: Path) -> None:
    older, newest = sorted((home / "vaults").iterdir())[-2:]
    newest.write_bytes(older.read_bytes())
    assert custody("status", "--home", str(home)).code == 9


def test_a_damaged_identity_is_told_and_mended_from_the_vault(home: Path) -> None:
    file = min((home / "officers").iterdir())
    whole = file.read_bytes()
    flip(file, len(whole) - 1)
    told = custody("journal", "verify", "--home", str(home))
    assert told.code == 9
    assert file.name in told.err
    halted = custody("halt", "--home", str(home), officers=NAMES[4:])
    assert halted.code == 0
    assert f"officers/{file.name} was damaged" in halted.err
    assert file.read_bytes() == whole
    assert custody("journal", "verify", "--home", str(home)).code == 0


def test_a_damaged_identity_that_no_vault_holds_is_told_each_morning_and_not_backed_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    officers = [part for name in NAMES for part in ("--officer", name)]
    assert custody("home", "new", "--home", str(home), "--network", "regtest", *officers, officers=NAMES).code == 0
    file = min((home / "officers").iterdir())
    flip(file, 20)
    for line in (("status",), ("journal", "verify"), ("home", "backup", "-o", str(tmp_path / "backup"))):
        answer = custody(*line, "--home", str(home))
        assert answer.code == 9, line
        assert file.name in answer.err
    assert not (tmp_path / "backup").exists()
