"""Officers with tokens at the command line: enrolled, asked for, refused, lost; and nothing is given up by omission."""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from custody.ceremony.table.carried import CarriedFile
from custody.cli.front import loading
from custody.errors import Unreadable
from tests.support.authenticator import Line, Token, plugged
from tests.support.officers import NAMES, Answer, custody, given, quick_identities

ALICE = "Alice: the passphrase of Alice"


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture(scope="module")
def token() -> Token:
    return Token()


@pytest.fixture(scope="module")
def begun_once(tmp_path_factory: pytest.TempPathFactory, token: Token) -> Path:
    """Two treasuries of five: `with`, in which Alice has a token, and `without`."""
    folder = tmp_path_factory.mktemp("begun")
    (folder / "with").mkdir()
    (folder / "without").mkdir()
    with quick_identities():
        begun(folder / "with", token)
        begun(folder / "without", None)
    return folder


@pytest.fixture
def home(begun_once: Path, tmp_path: Path) -> str:
    """A treasury of five, in which Alice has a token."""
    return str(shutil.copytree(begun_once / "with", tmp_path / "home") / "treasury")


@pytest.fixture
def bare(begun_once: Path, tmp_path: Path) -> str:
    """A treasury of five, in which nobody has a token."""
    return str(shutil.copytree(begun_once / "without", tmp_path / "bare") / "treasury")


def begun(folder: Path, token: Token | None, *options: str, pins: tuple[str, ...] = ()) -> str:
    path = str(folder / "treasury")
    officers = [part for name in NAMES for part in ("--officer", name)]
    lines = [*(f"{name}: the passphrase of {name}" for name in NAMES), *(f"Alice PIN: {pin}" for pin in pins)]
    wanted = () if token is None else ("--token", "Alice")
    line = ("home", "new", "--home", path, "--network", "regtest", *officers, *wanted, *options, "--yes")
    with plugged(*(() if token is None else (Line(token),))):
        answer = run(*line, lines=lines)
    assert answer.code == 0, answer
    return path


def run(*line: str, lines: Any = (ALICE,)) -> Answer:
    return given(*line, lines=lines)


def halt(home: str, *lines_: Line, said: Any = (ALICE,)) -> Answer:
    with plugged(*lines_):
        return run("halt", "--home", home, "--json", lines=said)


def error(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.out)["error"]
    return found


def files_of(home: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(home).rglob("*") if path.is_file()}


def test_the_token_is_asked_for_and_opens(home: str, token: Token) -> None:
    before = token.touches
    answer = halt(home, Line(token))
    assert answer.code == 0, answer
    assert "Alice, touch your token" in answer.err
    assert token.touches == before + 1


def test_a_wrong_token_and_a_wrong_passphrase_are_told_alike(home: str, token: Token) -> None:
    before = files_of(home)
    other = halt(home, Line(Token()))
    typed = halt(home, Line(token), said=("Alice: another one",))
    assert other.code == typed.code == 5
    assert error(other) == error(typed)
    assert other.err == typed.err
    assert files_of(home) == before


FAILING = {
    "no token": ((), 3, "no-token"),
    "two tokens": ((Line(Token()), Line(Token())), 3, "several-tokens"),
    "a touch refused": ((Line(Token(touch="refused")),), 6, "untouched"),
    "removed": ((Line(Token(), removed_after=9),), 4, "token-gone"),
    "no such extension": ((Line(Token(extensions=())),), 3, "token-unfit"),
}


@pytest.mark.parametrize("failing", FAILING)
def test_what_goes_wrong_with_a_token_has_a_code_and_changes_nothing(home: str, failing: str) -> None:
    lines, code, name = FAILING[failing]
    before = files_of(home)
    answer = halt(home, *lines)
    assert (answer.code, error(answer)["code"]) == (code, name)
    assert files_of(home) == before
    assert "\x1b[2J" not in answer.err + answer.out
    assert "\x07" not in answer.err + answer.out


def test_who_needs_a_token_is_listed(home: str, token: Token) -> None:
    answer = custody("officer", "list", "--home", home, "--json")
    officers = json.loads(answer.out)["officers"]
    assert officers[0]["tokens"] == [{"aaguid": token.aaguid.hex(), "pin": False}]
    assert officers[1]["tokens"] == []
    assert "Alice needs a token beside the passphrase; 1 is enrolled" in custody("officer", "list", "--home", home).out


def test_a_pin_is_taken_from_a_line_of_its_own(tmp_path: Path) -> None:
    token = Token(pin="1234")
    home = begun(tmp_path, token, pins=("1234",))
    assert custody_tokens(home)[0]["pin"] is True
    assert halt(home, Line(token)).code == 2
    wrong = halt(home, Line(token), said=(ALICE, "Alice PIN: 4321"))
    assert (wrong.code, error(wrong)["code"]) == (5, "pin")
    assert "7 attempts are left" in error(wrong)["message"]
    assert halt(home, Line(token), said=(ALICE, "Alice PIN: 1234")).code == 0


def custody_tokens(home: str) -> Any:
    return json.loads(custody("officer", "list", "--home", home, "--json").out)["officers"][0]["tokens"]


def changed(home: str, line: Line, *options: str, passphrase: str = "the passphrase of Alice") -> Answer:
    said = (f"Alice: {passphrase}", "Alice: another passphrase of Alice")
    with plugged(line):
        return run("officer", "passphrase", "Alice", "--home", home, *options, "--json", "--yes", lines=said)


def test_a_token_is_not_given_up_by_omission(home: str, token: Token) -> None:
    answer = changed(home, Line(token))
    assert answer.code == 2
    assert "--without-token" in error(answer)["hint"]
    assert custody_tokens(home)
    assert changed(home, Line(token), "--without-token").code == 0
    assert custody_tokens(home) == []
    assert halt(home, said=("Alice: another passphrase of Alice",)).code == 0


def test_forgotten_does_not_give_it_up_by_omission_either(home: str) -> None:
    lines = [f"{name}: the passphrase of {name}" for name in NAMES]
    line = ("officer", "passphrase", "Alice", "--forgotten", "--home", home, "--json", "--yes")
    assert run(*line, lines=lines).code == 2
    # lost: Bob, Carol and Dave agree, and Alice gets new keys for a new token
    new = Token()
    with plugged(Line(new)):
        said = [*lines[1:], "Alice: after the loss"]
        answer = run(*line, "--token", "Alice", lines=said)
    assert answer.code == 0, answer
    assert halt(home, Line(new), said=("Alice: after the loss",)).code == 0


def test_a_rolled_back_file_from_before_the_token_is_replaced_by_the_one_that_the_journal_names(bare: str) -> None:
    home, token = bare, Token()
    (file,) = (path for path in (Path(home) / "officers").iterdir() if alice(home) in path.name)
    older = file.read_bytes()
    assert changed(home, Line(token), "--token", "Alice").code == 0
    assert len(custody_tokens(home)) == 1
    assert halt(home, said=("Alice: another passphrase of Alice",)).code == 3
    newer = file.read_bytes()
    file.write_bytes(older)
    assert halt(home, said=(ALICE,)).code == 3
    file.write_bytes(older)
    assert halt(home, Line(token), said=(ALICE,)).code == 5
    assert halt(home, Line(token), said=("Alice: another passphrase of Alice",)).code == 0
    assert file.read_bytes() == newer


def alice(home: str) -> str:
    found: str = json.loads(custody("officer", "list", "--home", home, "--json").out)["officers"][0]["officer"][:16]
    return found


def test_a_spare_opens_too(bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, spare, home = Token(), Token(), bare
    lines = [Line(first), Line(spare)]
    taken = iter(lines)
    monkeypatch.setattr("custody.cli.tokens.asking.devices.open_connection", lambda _found: next(taken))
    with monkeypatch.context() as patch:
        from custody.cli.tokens import devices
        from tests.support.authenticator import descriptor

        patch.setattr(devices, "list_descriptors", lambda: [descriptor()])
        said = (ALICE, "Alice: another passphrase of Alice")
        line = ("officer", "passphrase", "Alice", "--token", "Alice", "--token", "alice", "--home", home, "--yes")
        answer = run(*line, lines=said)
        assert answer.code == 0, answer
    assert len(custody_tokens(home)) == 2
    monkeypatch.undo()
    with quick_identities():
        for each in (first, spare):
            with plugged(Line(each)):
                assert run("halt", "--home", home, lines=("Alice: another passphrase of Alice",)).code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--token", "Bob"), 2),
        (("--token", "Alice") * 5, 2),
        (("--token", "Alice", "--without-token"), 2),
    ],
)
def test_what_makes_no_sense_is_usage(home: str, token: Token, options: tuple[str, ...], code: int) -> None:
    assert changed(home, Line(token), *options).code == code


def test_a_token_of_somebody_else_is_usage_and_not_passed_over(bare: str) -> None:
    assert changed(bare, Line(Token()), "--token", "Bob").code == 2
    assert custody("officer", "enrol", "Frank", "--token", "Bob", "--home", bare, officers=NAMES).code == 2


def test_without_the_library_it_is_said_how_to_get_it(home: str, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    before = loading.import_module

    def missing(name: str) -> Any:
        if name == "custody.cli.tokens.asking":
            raise ModuleNotFoundError("No module named 'fido2'", name="fido2.hid")
        return before(name)

    monkeypatch.setattr(loading, "import_module", missing)
    answer = halt(home, Line(token))
    assert (answer.code, error(answer)["code"]) == (7, "no-fido2")
    assert "[token]" in error(answer)["hint"]


def test_a_vault_and_its_copy_open_with_the_token(home: str, token: Token, tmp_path: Path) -> None:
    from tests.support import desk

    three = [f"{name}: the passphrase of {name}" for name in NAMES[:3]]
    wallet = desk.wallet("wpkh")
    descriptors = [part for branch in (0, 1) for part in ("--descriptor", wallet.single(branch))]
    with plugged(Line(token)):
        new = ("wallet", "new", "pay", *descriptors, "--network", "regtest", "--home", home, "--yes")
        assert run(*new, lines=three).code == 0
    reader = desk.PHRASES["A"] + "\n"
    with plugged(Line(token)):
        restored = custody("key", "restore", "--home", home, officers=NAMES[:3], secret=reader)
    assert restored.code == 0, restored
    (vault,) = (path for path in Path(home, "vaults").iterdir())
    assert vault.read_bytes().startswith(b"CUSTVLT2")
    copy = tmp_path / "copy"
    assert custody("home", "backup", "--home", home, "-o", str(copy)).code == 0
    shutil.rmtree(home)
    head = ("--home", str(tmp_path / "again"))
    with plugged(Line(token)):
        seats = ["seat 1: the passphrase of Alice", "seat 2: the passphrase of Bob", "seat 3: the passphrase of Carol"]
        answer = run("home", "restore", str(copy), *head, "--yes", lines=seats)
    assert answer.code == 0, answer


def test_an_identity_with_a_token_is_carried(home: str, token: Token, tmp_path: Path) -> None:
    out = tmp_path / "alice.officer"
    answer = custody("officer", "carry", "Alice", "--home", home, "-o", str(out), "--json")
    assert json.loads(answer.out)["tokens"] == 1
    assert out.read_bytes().startswith(b"CUSTCAR2")
    (file,) = (path for path in (Path(home) / "officers").iterdir() if alice(home) in path.name)
    file.unlink()
    with plugged(Line(token)):
        carried = run("halt", "--home", home, "--officer-file", str(out), lines=(ALICE,))
    assert carried.code == 0, carried
    told = custody("officer", "carry", "Bob", "--home", home, "-o", str(tmp_path / "bob")).out
    assert "and a token" not in told
    plain = (tmp_path / "bob").read_bytes()
    body = b"CUSTCAR2" + plain[8:40] + (147).to_bytes(2) + plain[40:-32]
    with pytest.raises(Unreadable):
        CarriedFile.read(body + sha256(body).digest())
