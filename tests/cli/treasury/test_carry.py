"""An officer goes to another machine in one file: the sealed identity and the name; what does not fit is refused."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from airgap.receiving.collector import Collector
from custody.governance.commitment import Opening
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, status
from tests.cli.wallets.test_codes import codes_on
from tests.support import desk
from tests.support.custody_command import run
from tests.support.officers import NAMES, Answer, custody, quick_identities
from tests.support.patience import until


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> str:
    return begun(tmp_path)


@pytest.fixture
def second(home: str, tmp_path: Path) -> str:
    """Another machine of the treasury, which a quorum admitted: it knows no name and holds no identity."""
    path = str(tmp_path / "second")
    line = ("home", "new", "--home", path, "--network", "regtest", "--join", exported(home, tmp_path))
    assert custody(*line).code == 0
    assert custody("home", "admit", status(path)["machine"]["key"], "--home", home, officers=THREE).code == 0
    assert custody("journal", "import", exported(home, tmp_path), "--home", path).code == 0
    return path


def exported(home: str, folder: Path) -> str:
    path = str(folder / "export")
    assert custody("journal", "export", "--home", home, "-o", path, "--force").code == 0
    return path


def carried(home: str, name: str, folder: Path) -> str:
    path = folder / f"{name}.officer"
    assert custody("officer", "carry", name, "--home", home, "-o", str(path)).code == 0
    return str(path)


def files_of(home: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(home).rglob("*") if path.is_file()}


def called(home: str) -> list[str | None]:
    return [each["name"] for each in status(home)["officers"]]


def code_of(answer: Answer) -> str:
    return str(json.loads(answer.out)["error"]["code"])


def halted(home: str, file: str, name: str = "Alice") -> Answer:
    return custody("halt", "--home", home, "--officer-file", file, "--json", officers=(name,))


def test_the_file_is_told_and_what_whoever_finds_it_may_do(home: str, tmp_path: Path) -> None:
    out = tmp_path / "alice.officer"
    before = files_of(home)
    told = custody("officer", "carry", "Alice", "--home", home, "-o", str(out))
    assert told.code == 0
    assert "can guess the passphrase" in told.out
    assert out.stat().st_mode & 0o777 == 0o600
    assert files_of(home) == before
    public = read(custody("officer", "carry", "alice", "--home", home, "-o", str(out), "--force", "--json"))
    officer = status(home)["officers"][0]["officer"]
    assert public == {
        "output": str(out),
        "name": "Alice",
        "officer": officer,
        "bytes": out.stat().st_size,
        "key_file": False,
        "tokens": 0,
    }


def test_on_the_other_machine_the_officer_comes_and_has_a_name_from_then_on(
    home: str, second: str, tmp_path: Path
) -> None:
    assert "officer " in custody("officer", "list", "--home", second).out
    assert halted(second, carried(home, "Alice", tmp_path)).code == 0
    assert called(second) == ["Alice", None, None, None, None]
    listed = custody("officer", "list", "--home", second).out
    assert "Seat 1: Alice" in listed
    assert custody("status", "--home", second).out.count("Alice") == 2  # the seat, and who called the halt
    files = [part for name in ("Bob", "Carol") for part in ("--officer-file", carried(home, name, tmp_path))]
    alice = ("--officer-file", str(tmp_path / "Alice.officer"))
    assert custody("resume", "--home", second, *alice, *files, officers=THREE).code == 0
    assert called(second) == ["Alice", "Bob", "Carol", None, None]
    assert custody("journal", "verify", "--home", second).code == 0


def test_the_name_is_taken_from_the_file_in_the_command_itself(home: str, second: str, tmp_path: Path) -> None:
    files = [part for name in NAMES for part in ("--officer-file", carried(home, name, tmp_path))]
    line = ("officer", "rules", "--seat", "Erin=9", "--home", second, *files)
    assert custody(*line, officers=THREE).code == 0
    assert called(second) == list(NAMES)


def test_every_command_that_changes_the_home_keeps_the_name(home: str, second: str, tmp_path: Path) -> None:
    every = [part for name in NAMES for part in ("--officer-file", carried(home, name, tmp_path))]
    copied = custody("home", "backup", "--home", second, "-o", str(tmp_path / "copy"), *every)
    assert copied.code == 0, copied
    assert called(second) == list(NAMES)
    restored = str(tmp_path / "restored")
    seats = {f"seat {number}": name for number, name in enumerate(THREE, 1)}
    assert custody("home", "restore", str(tmp_path / "copy"), "--home", restored, officers=seats).code == 0
    assert called(restored) == list(NAMES)


def test_a_restoration_learns_names_too(home: str, second: str, tmp_path: Path) -> None:
    every = [str(next((Path(home) / "officers").glob(f"{key[:16]}*"))) for key in keys(home)]
    bare = [part for file in every for part in ("--officer-file", file)]
    assert custody("home", "backup", "--home", second, "-o", str(tmp_path / "copy"), *bare).code == 0
    assert called(second) == [None] * 5
    restored = str(tmp_path / "restored")
    line = ("home", "restore", str(tmp_path / "copy"), "--home", restored)
    seats = {f"seat {number}": name for number, name in enumerate(THREE, 1)}
    bob = ("--officer-file", carried(home, "Bob", tmp_path))
    assert custody(*line, *bob, officers=seats).code == 0
    assert called(restored) == [None, "Bob", None, None, None]


def keys(home: str) -> list[str]:
    return [each["officer"] for each in status(home)["officers"]]


def test_what_is_refused_or_only_looks_keeps_nothing(home: str, second: str, tmp_path: Path) -> None:
    before = files_of(second)
    alice = ("--officer-file", carried(home, "Alice", tmp_path))
    assert custody("officer", "rules", "--rules", "2", "--home", second, *alice, officers=("Alice",)).code == 3
    assert custody("halt", "--home", second, *alice, officers={"Alice": "Mallory"}).code == 5
    assert custody("officer", "list", "--home", second).code == 0
    assert files_of(second) == before


def test_who_was_enrolled_elsewhere_is_named_as_the_entries_are_taken_in(
    home: str, second: str, tmp_path: Path
) -> None:
    assert custody("officer", "enrol", "Frank", "--home", home, officers=(*THREE, "Frank")).code == 0
    frank = carried(home, "Frank", tmp_path)
    assert code_of(halted(second, frank, "Frank")) == "no-officer"
    line = ("journal", "import", exported(home, tmp_path), "--home", second, "--json")
    forged = rewritten(frank, tmp_path, named=Opening.fresh("Alice"))
    before = files_of(second)
    answer = custody(*line, "--officer-file", forged, officers=())
    assert (answer.code, code_of(answer)) == (5, "name-mismatch")
    assert files_of(second) == before
    read(custody(*line, "--officer-file", frank, officers=()))
    assert called(second) == [*[None] * 5, "Frank"]
    assert halted(second, frank, "Frank").code == 0


def test_an_import_says_that_a_file_was_for_nobody(home: str, second: str, tmp_path: Path) -> None:
    erin = carried(home, "Erin", tmp_path)
    assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 0
    line = ("journal", "import", exported(home, tmp_path), "--home", second, "--officer-file", erin)
    answer = custody(*line, officers=())
    assert answer.code == 0
    assert "not on the roster" in answer.err


# --- what does not fit


def rewritten(
    file: str,
    folder: Path,
    *,
    named: Opening | None = None,
    treasury: bytes | None = None,
    identity: Callable[[bytes], bytes] = bytes,
) -> str:
    """Change a file as somebody does who knows the format, and put the right digest below it."""
    content = Path(file).read_bytes()
    head, sealed, salt, name = content[:40], content[40:187], content[187:203], content[205:-32]
    if treasury is not None:
        head = content[:8] + treasury
    if named is not None:
        salt, name = named.salt, named.text.encode()
    body = head + identity(sealed) + salt + len(name).to_bytes(2) + name
    path = folder / "rewritten"
    path.write_bytes(body + sha256(body).digest())
    return str(path)


def test_what_is_not_changed_is_written_as_it_was(home: str, tmp_path: Path) -> None:
    file = carried(home, "Alice", tmp_path)
    assert Path(rewritten(file, tmp_path)).read_bytes() == Path(file).read_bytes()


def test_another_name_is_a_mismatch_even_where_it_is_an_officers(home: str, second: str, tmp_path: Path) -> None:
    alice, bob = carried(home, "Alice", tmp_path), Path(carried(home, "Bob", tmp_path)).read_bytes()
    before = files_of(second)
    for name in (Opening.fresh("Alice"), Opening(bob[187:203], "Bob"), Opening.fresh("Mallory")):
        answer = halted(second, rewritten(alice, tmp_path, named=name))
        assert (answer.code, code_of(answer)) == (5, "name-mismatch")
    assert files_of(second) == before


def test_a_file_of_another_treasury_is_a_mismatch(home: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = begun(tmp_path / "other")
    foreign = halted(home, carried(other, "Alice", tmp_path))
    assert (foreign.code, code_of(foreign)) == (5, "foreign")
    relabelled = rewritten(str(tmp_path / "Alice.officer"), tmp_path, treasury=bytes.fromhex(status(home)["treasury"]))
    stranger = halted(home, relabelled)
    assert (stranger.code, code_of(stranger)) == (5, "no-officer")


def test_who_was_retired_has_no_part_in_it_any_more(home: str, tmp_path: Path) -> None:
    erin = carried(home, "Erin", tmp_path)
    line = ("officer", "retire", "Erin", "--home", home, "--officer-file", erin)
    assert custody(*line, officers=("Alice", "Bob", "Erin")).code == 0
    answer = halted(home, erin, "Erin")
    assert (answer.code, code_of(answer)) == (5, "no-officer")
    assert custody("officer", "carry", "Erin", "--home", home, "-o", str(tmp_path / "again")).code == 5


def test_an_identity_with_another_opening_key_is_an_alarm(home: str, second: str, tmp_path: Path) -> None:
    alice = carried(home, "Alice", tmp_path)
    changed = rewritten(alice, tmp_path, identity=lambda sealed: sealed[:41] + bytes(32) + sealed[73:])
    assert halted(second, changed).code == 9


def test_a_changed_seed_does_not_open(home: str, second: str, tmp_path: Path) -> None:
    alice = carried(home, "Alice", tmp_path)
    changed = rewritten(alice, tmp_path, identity=lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]))
    before = files_of(second)
    assert halted(second, changed).code == 5
    assert files_of(second) == before


@pytest.mark.parametrize(
    ("defect", "change"),
    [
        ("cut short", lambda content: content[:-1]),
        ("half of it", lambda content: content[: len(content) // 2]),
        ("its first bytes", lambda content: content[:8]),
        ("nothing", lambda _content: b""),
        ("a byte more", lambda content: content + b"\n"),
        ("a name's letter", lambda content: content[:205] + bytes([content[205] ^ 1]) + content[206:]),
        ("a newer release's", lambda content: b"CUSTCAR2" + content[8:]),
        ("another's first bytes", lambda content: b"CUSTCARx" + content[8:]),
        ("the identity's first bytes", lambda content: b"CUSTOFF1" + content[8:]),
        ("far too large", lambda content: content * 100),
    ],
)
def test_what_is_not_whole_is_unreadable(
    home: str, tmp_path: Path, defect: str, change: Callable[[bytes], bytes]
) -> None:
    alice = Path(carried(home, "Alice", tmp_path))
    alice.write_bytes(change(alice.read_bytes()))
    before = files_of(home)
    assert halted(home, str(alice)).code == 4, defect
    assert files_of(home) == before


# --- where the file goes


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(home: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    line = ("officer", "carry", "Alice", "--home", home, "-o", str(tmp_path / "there"))
    assert custody(*line).code == 8
    assert (tmp_path / "there").read_text() == "mine"
    assert custody(*line, "--force").code == 0
    assert (tmp_path / "there").read_bytes().startswith(b"CUSTCAR1")


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_link_is_not_followed(home: str, tmp_path: Path, force: tuple[str, ...]) -> None:
    (tmp_path / "aim").write_text("mine")
    for aim in ("aim", "nowhere"):
        link = tmp_path / f"to-{aim}"
        link.symlink_to(tmp_path / aim)
        assert custody("officer", "carry", "Alice", "--home", home, "-o", str(link), *force).code == 8
    assert (tmp_path / "aim").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


def test_what_is_not_here_is_not_carried(home: str, second: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    line = ("officer", "carry", "--home", second, "-o", str(out), "--json")
    assert custody(*line, "Alice").code == 5
    assert code_of(custody(*line, keys(second)[0][:8])) == "identity-missing"
    (Path(home) / "names.json").unlink()
    erased = custody("officer", "carry", keys(home)[0][:8], "--home", home, "-o", str(out), "--json")
    assert (erased.code, code_of(erased)) == (3, "name-missing")
    assert not out.exists()


def test_it_goes_somewhere_and_to_one_place(home: str) -> None:
    line = ("officer", "carry", "Alice", "--home", home)
    assert custody(*line).code == 2
    assert custody(*line, "-o", "-", "--json").code == 2
    assert custody(*line, "--qr").code == 2
    assert custody(*line, "--qr", "--json").code == 2
    piped = subprocess.run([sys.executable, "-c", PROGRAM, *line, "-o", "-"], capture_output=True, check=True)
    assert piped.stdout.startswith(b"CUSTCAR1")
    assert b"can guess the passphrase" in piped.stderr


# --- through the window


def test_it_crosses_as_one_still_code(home: str, second: str, tmp_path: Path) -> None:
    alice, picture, out = carried(home, "Alice", tmp_path), str(tmp_path / "code.png"), str(tmp_path / "scanned")
    assert run("airgap", "show", alice, "--to", "png", "-o", picture).code == 0
    assert run("airgap", "scan", picture, "-o", out).code == 0
    assert Path(out).read_bytes() == Path(alice).read_bytes()
    assert halted(second, out).code == 0
    assert called(second)[0] == "Alice"


def test_it_is_played_in_an_80x24_window_and_is_the_file_that_is_written(home: str, tmp_path: Path) -> None:
    out, collector = tmp_path / "alice.officer", Collector()
    with Screen(PROGRAM, "officer", "carry", "Alice", "--home", home, "--qr", "-o", str(out)) as screen:

        def whole() -> bool:
            for code in codes_on(screen):
                collector.receive(code)
            screen.read()
            return collector.settled

        until(whole, lambda: screen.text)
        screen.type("q")
        assert screen.finish() == 0
        assert "can guess the passphrase" in " ".join(screen.text.split())
    assert collector.require().payload == out.read_bytes()


def test_a_person_is_asked_by_the_name_that_came_with_the_file(home: str, second: str, tmp_path: Path) -> None:
    with Screen(PROGRAM, "halt", "--home", second, "--officer-file", carried(home, "Alice", tmp_path)) as screen:
        screen.until("Who comes?")
        assert "  1  Alice" in screen.lines
        screen.enter("Alice")
        screen.until("Alice, your passphrase")
        screen.enter("the passphrase of Alice")
        assert screen.finish() == 0, screen.text
    assert called(second)[0] == "Alice"


def test_a_signature_keeps_the_name_with_cards_and_with_a_vault(home: str, second: str, tmp_path: Path) -> None:
    alice = ("--officer-file", carried(home, "Alice", tmp_path))
    others = keys(home)[1:3]
    come = {"Alice": "Alice", others[0][:8]: "Bob", others[1][:8]: "Carol"}
    bare = [part for key in others for part in ("--officer-file", f"{home}/officers/{key[:16]}.officer")]
    line = ("sign", payment(tmp_path), "--home", second, "-o", str(tmp_path / "signed"), *alice, *bare)
    signed = custody(*line, officers=come, secret=desk.PHRASES["A"] + "\n")
    assert signed.code == 0, signed
    assert called(second) == ["Alice", None, None, None, None]
    (Path(home) / "names.json").unlink()
    line = ("sign", payment(tmp_path), "--home", home, "-o", str(tmp_path / "again"), *alice)
    assert custody(*line, officers=come).code == 0
    assert called(home) == ["Alice", None, None, None, None]
