"""What went wrong once between machines, and after a restoration, must not again: each case through the command line.

| case | held by |
|---|---|
| a refused restoration left a live home; who had retired signed there | here |
| a rolled-back home took in a witness's export in silence | here |
| who approved was not signed | here, and `tests/auditor` |
| what is kept, or the newest vault, is damaged, and nothing tells | `test_damage.py` |
| two machines that each resumed one halt never exchanged again | here |
| two machines that each called a vault `main` never exchanged again | here |
| a courier dropped a halt, or added a signature of rubbish | here |
| a restoration whose receipt left a gap made a home, and said that paper was compared | here |
| a forged fold, and lines appended to the journal, were believed | here, and `test_forged_lines.py` |
| a stranger's treasury said that it follows another | `tests/ceremony/treasury/test_succession.py` |
| a halt was refused for its long reason | `test_halt.py` |
| identities that nobody can open went into backups | `test_damage.py` |
| a random source that is not healthy | `tests/keys/test_entropy.py` |
| a prompt that waits kept an officer from halting | `test_person.py`, `tests/ceremony/treasury/test_meanwhile.py` |
| two officers of one name, written differently | `test_names.py` |
| a change of rules laundered a rollback | here, and every other command in `test_freshness.py` |
| a courier made an honest machine say that it was rolled back | here |
| `--join` took another network's name; `enrol` took a name twice | `test_names.py` |
"""

import json
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.treasury.machines import admitted, called, carried, carry, exchange, export, listening, verified
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, sign, status
from tests.support import desk
from tests.support.officers import NAMES, Answer, custody, quick_identities

FOUR = (*NAMES[:4],)


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> str:
    return begun(tmp_path)


def backed_up(home: str, folder: Path) -> str:
    """A sealed copy."""
    assert custody("home", "backup", "--home", home, "-o", str(folder / "backup")).code == 0
    return str(folder / "backup")


def restored(backup: str, spare: Path, *options: str, names: tuple[str, ...] = THREE) -> Answer:
    """A spare of a copy; before it is open only seats are known."""
    seats = {f"seat {NAMES.index(name) + 1}": name for name in names}
    return custody("home", "restore", backup, "--home", str(spare), *options, officers=seats)


def lines_of(file: str) -> list[dict[str, Any]]:
    """The lines of an export as somebody reads them who may change them."""
    return [json.loads(line) for line in Path(file).read_bytes().splitlines()]


def written(file: str, lines: list[dict[str, Any]]) -> str:
    """An export as a courier writes it: canonical, its hashes linked anew, under the old seals."""
    before: dict[str, str] = {}
    out = b""
    for line in lines:
        if "writer" in line:
            line["after"] = before.get(line["writer"], line["after"])
        content = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
        if "writer" in line:
            before[line["writer"]] = sha256(b"custody/journal/hash/v2\0" + content).hexdigest()
        out += content + b"\n"
    Path(file).write_bytes(out)
    return file


def imported(file: str, home: str) -> Answer:
    return custody("journal", "import", file, "--home", home)


# --- restoring


def test_a_refused_restoration_leaves_no_home_and_who_retired_signs_on_no_spare(home: str, tmp_path: Path) -> None:
    backup = backed_up(home, tmp_path)
    joined = custody("officer", "enrol", "Frank", "--home", home, officers=("Frank", *FOUR))
    assert joined.code == 0, joined
    assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 0
    receipt = export(home, tmp_path)
    refused = restored(backup, tmp_path / "spare", "--receipts", receipt)
    assert refused.code == 3, refused
    assert "--officer-file" in refused.err
    assert not (tmp_path / "spare").exists()
    made = restored(backup, tmp_path / "spare", "--receipts", receipt, *carried(home))
    assert made.code == 0, made
    spare = str(tmp_path / "spare")
    with_erin = sign(spare, payment(tmp_path), str(tmp_path / "loss"), officers=("Alice", "Bob", "Erin"))
    assert with_erin.code != 0
    assert not (tmp_path / "loss").exists()
    assert sign(spare, payment(tmp_path), str(tmp_path / "signed")).code == 0


def test_a_restoration_with_a_gap_leaves_no_home_and_the_whole_receipt_is_taken_later(
    home: str, tmp_path: Path
) -> None:
    backup = backed_up(home, tmp_path)
    for name in THREE:
        assert custody("halt", "--home", home, officers=(name,)).code == 0
    head = status(home)["head"]
    paper = ("--head", f"{head['n']} {head['words']}")
    gap = export(home, tmp_path, "--from", str(head["n"]))
    refused = restored(backup, tmp_path / "spare", *paper, "--receipts", gap)
    assert refused.code == 3, refused
    assert not (tmp_path / "spare").exists()
    made = restored(backup, tmp_path / "spare", *paper, "--receipts", export(home, tmp_path))
    assert made.code == 0, made
    assert status(str(tmp_path / "spare"))["halted"]
    entry = read(custody("journal", "show", "--home", str(tmp_path / "spare"), "--json"))["entries"][-1]
    assert (entry["kind"], entry["what"]["paper"]) == ("begun", True)


# --- what was rolled back


def test_a_rolled_back_home_hears_it_from_a_witness_and_signs_no_more(home: str, tmp_path: Path) -> None:
    old = str(tmp_path / "old")
    shutil.copytree(home, old)
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    witness = listening(home, tmp_path, "witness")
    told = carry(witness, old, tmp_path)
    assert told.code == 9, told
    assert "this home does not" in told.err
    assert status(old)["alarms"]
    before = (Path(old) / "journal.jsonl").read_bytes()
    assert sign(old, payment(tmp_path, coin=1), str(tmp_path / "two")).code == 9
    assert not (tmp_path / "two").exists()
    assert custody("officer", "retire", "Dave", "--home", old, officers=THREE).code == 9
    rows = Path(export(witness, tmp_path)).read_bytes().splitlines(keepends=True)
    few = tmp_path / "few"  # what a courier brings on, without a line of this home
    few.write_bytes(b"".join(row for row in rows if b'"kind":"joined"' in row))
    assert imported(str(few), old).code in (3, 9)
    assert (Path(old) / "journal.jsonl").read_bytes() == before, "a line would make the fork that was just noticed"
    assert custody("halt", "--home", old, officers=("Erin",)).code == 0
    assert status(old)["halted"]


def test_a_quorum_gives_a_rolled_back_home_a_new_beginning(home: str, tmp_path: Path) -> None:
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    shutil.copytree(home, old)
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    witness = listening(home, tmp_path, "witness")
    assert carry(witness, old, tmp_path).code == 9
    renewed = custody("home", "renew", "--home", old, "--to", new, officers=THREE)
    assert renewed.code == 0, renewed
    assert not status(new)["alarms"]
    heard = carry(witness, new, tmp_path)
    assert heard.code == 0, heard
    again = payment(tmp_path, amount=50_000, name="again.psbt")
    findings = {each["id"] for each in read(custody("review", again, "--home", new, "--json"))["findings"]}
    assert "BTC-REPLACES" in findings, "what the rolled-back home had forgotten is known again"


def test_a_change_of_rules_launders_no_rollback(home: str, tmp_path: Path) -> None:
    old = str(tmp_path / "old")
    shutil.copytree(home, old)
    retired = read(custody("officer", "retire", "Erin", "--home", home, "--json", officers=THREE))
    paper = ("--head", f"{retired['head']['n']} {retired['head']['words']}")
    enrolled = custody("officer", "enrol", "Frank", "--home", old, *paper, officers=("Frank", *THREE))
    assert enrolled.code == 9, enrolled
    assert len(status(old)["officers"]) == 5
    assert custody("journal", "verify", "--home", old, *paper).code == 9


# --- who approved


def test_who_approved_a_payment_cannot_be_rewritten_by_a_courier(home: str, tmp_path: Path) -> None:
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    file = export(home, tmp_path)
    (told,) = [each for each in verified(file)["signed"] if each["kind"] == "signed"]
    present = {each["officer"] for each in status(home)["officers"] if each["name"] in THREE}
    assert set(told["officers"]) == present
    lines = lines_of(file)
    (entry,) = [line for line in lines if line.get("kind") == "signed"]
    others = [each["officer"] for each in status(home)["officers"][2:]]
    for approved, officer in zip(entry["what"]["present"], sorted(others), strict=True):
        approved["approval"]["officer"] = officer
    forged = custody("journal", "verify", written(file, lines))
    assert forged.code == 9, forged


# --- two machines


def test_two_machines_that_each_resumed_one_halt_go_on_exchanging(home: str, tmp_path: Path) -> None:
    second = admitted(home, tmp_path, "second")
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    exchange(tmp_path, home, second)
    assert custody("resume", "--home", home, officers=THREE).code == 0
    resumed = custody("resume", "--home", second, *carried(home), officers=called(home, THREE))
    assert resumed.code == 0, resumed
    exchange(tmp_path, home, second)
    assert [status(each)["halted"] for each in (home, second)] == [False, False]
    halted = custody("halt", "--home", second, *carried(home), officers=called(home, ("Dave",)))
    assert halted.code == 0, halted
    assert carry(second, home, tmp_path).code == 0
    assert status(home)["halted"]


def test_two_machines_may_each_call_a_vault_the_same(home: str, tmp_path: Path) -> None:
    second = admitted(home, tmp_path, "second")
    restore = ("key", "restore", "--home", second, *carried(home))
    sealed = custody(*restore, officers=called(home, THREE), secret=desk.PHRASES["B"] + "\n")
    assert sealed.code == 0, sealed
    exchange(tmp_path, home, second)
    vaults = [status(each)["vaults"] for each in (home, second)]
    assert [list(each) for each in vaults] == [["main"], ["main"]]
    assert vaults[0]["main"]["fingerprints"] != vaults[1]["main"]["fingerprints"]
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0


def test_a_courier_who_leaves_a_halt_out_delays_it_and_hides_nothing_later(home: str, tmp_path: Path) -> None:
    second = admitted(home, tmp_path, "second")
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    assert custody("officer", "retire", "Dave", "--home", home, officers=THREE).code == 0
    genuine = export(home, tmp_path)
    lines = [line for line in lines_of(genuine) if line.get("kind") != "halt"]
    for dropped in (lines, None):
        file = str(tmp_path / "dropped")
        if dropped is None:  # the bytes as they were, but for the line of the halt
            rows = Path(genuine).read_bytes().splitlines(keepends=True)
            Path(file).write_bytes(b"".join(row for row in rows if b'"kind":"halt"' not in row))
        else:
            written(file, dropped)
        told = imported(file, second)
        assert told.code in (0, 3), told
        assert len(status(second)["officers"]) == 5, "nothing that stands on the halt counts without it"
    assert imported(genuine, second).code == 0
    assert status(second)["halted"]
    assert len(status(second)["officers"]) == 4


def test_a_courier_who_adds_a_signature_of_rubbish_bars_no_coin(home: str, tmp_path: Path) -> None:
    second = admitted(home, tmp_path, "second")
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    genuine = export(home, tmp_path)
    lines = lines_of(genuine)
    newest = max((line for line in lines if "writer" in line), key=lambda line: line["n"])
    rubbish = json.loads(json.dumps(newest)) | {"n": newest["n"] + 1}
    rubbish["what"]["result"] = sha256(b"rubbish").hexdigest()
    lines.insert(lines.index(newest) + 1, rubbish)
    told = imported(written(str(tmp_path / "forged"), lines), second)
    assert told.code in (0, 3), told
    assert "not sealed" in told.out + told.err or told.code == 3
    assert not status(second)["alarms"]
    genuinely = imported(genuine, second)
    assert genuinely.code == 0, genuinely
    other = payment(tmp_path, amount=50_000, name="other.psbt")
    assert custody("review", other, "--home", second, "--json").code == 0


def test_a_courier_makes_no_machine_say_that_it_was_rolled_back(home: str, tmp_path: Path) -> None:
    second = admitted(home, tmp_path, "second")
    genuine = export(home, tmp_path)
    lines = lines_of(genuine)
    newest = max((line for line in lines if "writer" in line), key=lambda line: line["n"])
    what = {"label": "00" * 32, "present": [], "sha256": "00" * 32}
    added = {**newest, "kind": "backup", "n": newest["n"] + 1, "what": what}
    added["after"] = sha256(
        b"custody/journal/hash/v2\0" + json.dumps(newest, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
    file = written(str(tmp_path / "added"), [*lines, added])
    for each in (home, second):
        told = imported(file, each)
        assert told.code in (0, 3), told
        assert not status(each)["alarms"]
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    assert carry(home, second, tmp_path).code == 0
    assert status(second)["halted"]


# --- the directory


@pytest.mark.parametrize("kind", ["checkpoint", "mended"])
def test_a_line_that_somebody_appends_to_the_journal_is_believed_by_nobody(
    kind: str, home: str, tmp_path: Path
) -> None:
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    journal = Path(home) / "journal.jsonl"
    last = journal.read_bytes().splitlines()[-1]
    line = json.loads(last) | {"kind": kind, "what": {"state": "00" * 32}}
    if kind == "mended":
        line["what"] = {"bytes": 1, "present": [], "sha256": "00" * 32}
    line |= {"after": sha256(b"custody/journal/hash/v2\0" + last).hexdigest(), "n": line["n"] + 1}
    with journal.open("ab") as opened:
        opened.write(json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    (Path(home) / "fold.json").write_text("{}")
    (Path(home) / "fold.json").chmod(0o600)
    for command in (("status",), ("officer", "list"), ("review", payment(tmp_path)), ("journal", "verify")):
        answer = custody(*command, "--home", home)
        assert answer.code in (4, 9), (command, answer)
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code in (4, 9)
    assert not (tmp_path / "out").exists()


def test_every_test_that_the_table_names_is_there() -> None:
    root = Path(__file__).parents[3]
    for name in re.findall(r"`([a-z_/]+(?:\.py)?)`", __doc__ or ""):
        if name.endswith(".py"):
            assert (root / name).exists() or (Path(__file__).parent / name).exists(), name
