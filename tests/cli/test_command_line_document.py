"""The page of the command line says what is so: commands, options, limits, codes, and the keys of every result."""

import json
import re
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import pytest

from airgap.errors import AirgapError
from custody.ceremony.plan.plan import Threat
from custody.cli.front.table import ROWS
from custody.cli.wallets.import_file import read_foreign
from custody.errors import CustodyError
from custody.governance.known.answering import NONCE_BYTES, Question
from custody.governance.statement import Tip
from custody.machine.measurement import Machine, Measurement, Standing
from custody.machine.report import Report
from docs import command_line as document
from tests.ceremony.plan.plans import filled, public_key, put, wish
from tests.ceremony.plan.plans import read as plan_of
from tests.ceremony.receipts import held
from tests.ceremony.transcript.sittings import Sat, a_plan
from tests.cli.treasury.test_absences import clock
from tests.conftest import ROOT
from tests.release.bundles import Release
from tests.support import desk
from tests.support.custody_command import run
from tests.support.letting_out import letting_out
from tests.support.officers import NAMES, custody, given, quick_identities
from tests.transcripts.sitting import Sitting, opened
from tests.transcripts.world import Surprise

PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
SECTIONS = {title: body for title, _newline, body in (part.partition("\n") for part in PAGE.split("\n### ")[1:])}
LEAVES = {
    words: (command, context) for program in document.PROGRAMS for words, command, context in document.leaves(program)
}
OWNER = desk.wallet("wpkh")
PHRASE = desk.PHRASES["A"] + "\n"
DESCRIPTORS = (*(part for branch in (0, 1) for part in ("--descriptor", OWNER.single(branch))), "--network", "regtest")
QUORUM = ("--threshold", "2", "--shares", "2")
KEY = r"`([a-z][a-z0-9_]*)`"
SEATS = {"seat 1": "Alice", "seat 2": "Bob"}


def test_the_page_is_what_the_code_says_today() -> None:
    assert document.command_line(PAGE) == PAGE, "make docs"


def test_every_part_stands_on_the_page_once() -> None:
    assert sorted(found[2] for found in document.PART.finditer(PAGE)) == sorted(document.PARTS)


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert list(SECTIONS) == [*(f"custody {name}" for name in ROWS), *(w for w in LEAVES if w.startswith("airgap"))]
    assert SECTIONS.keys() == LEAVES.keys()
    for words in LEAVES:
        assert PAGE.count(f"[{words}](#{words.replace(' ', '-')})") == 1


@pytest.mark.parametrize("words", LEAVES)
def test_every_option_stands_in_its_section_and_none_that_does_not_exist(words: str) -> None:
    command, _context = LEAVES[words]
    rows = [line.split("` | ")[0] for line in SECTIONS[words].splitlines() if line.startswith("| `-")]
    written = [name for row in rows for name in re.findall(r"(?<![\w-])-{1,2}[a-z][a-z-]*", row)]
    there = [
        name for each in command.params if isinstance(each, click.Option) for name in (*each.opts, *each.secondary_opts)
    ]
    assert sorted(written) == sorted(there)


def kinds_of(root: Any) -> list[Any]:
    """The classes of an error tree as its own module has it, one for each exit code."""
    return [kind for kind in (root, *root.__subclasses__()) if kind.__module__ == root.__module__]


def table_of(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, cell by cell."""
    body = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ?(.*?) ?\|$", body, re.MULTILINE)
    return [[cell.strip().strip("`") for cell in row.split("|")] for row in rows[2:]]


def test_every_class_of_error_is_in_the_table_of_exit_codes() -> None:
    rows = [(int(row[0]), row[1], row[2]) for row in table_of("Exit codes")]
    assert rows == [(0, "", ""), *((kind.exit_code, kind.code, kind.__name__) for kind in kinds_of(CustodyError))]
    assert [row[0] for row in rows] == list(range(10))


def test_the_window_has_the_exit_codes_that_the_page_gives_it() -> None:
    sentence = re.search(r"`airgap` has ([0-9, and]+) of them", PAGE)
    assert sentence is not None
    assert {int(each) for each in re.findall("[0-9]", sentence[1])} == {
        kind.exit_code for kind in kinds_of(AirgapError)
    }


def test_codes_are_found_where_errors_are_made() -> None:
    found = document.codes()
    assert {"private-key"} <= found[4]
    assert {"inconclusive", "halted"} <= found[3]
    assert "newer-format" in found[4], "given by a name"


def test_a_limit_is_read_from_exactly_one_module() -> None:
    assert document.constant("strict_json.DEPTH_LIMIT") == 16
    with pytest.raises(LookupError):
        document.constant("output.NO_SUCH_LIMIT")
    with pytest.raises(LookupError):
        document.constant("LIMIT.PIXEL_LIMIT")


# --- the keys of every result


RESULTS = {
    command: (set(re.findall(KEY, always)), set(re.findall(KEY, sometimes)))
    for command, always, sometimes in re.findall(
        r"^\| `((?:custody|airgap) [a-z -]+)` \| (`[^;\n]*)(.*) \|$", PAGE.split("\n## Each command")[0], re.MULTILINE
    )
}
"""Command -> the keys that a result always has, and those that it has with some options."""


def read(*arguments: str, **given: Any) -> dict[str, Any]:
    """What custody prints."""
    answer = custody(*arguments, "--json", **given)
    assert answer.code == 0, answer
    content: dict[str, Any] = json.loads(answer.out)
    return content


def scripted(*arguments: str) -> dict[str, Any]:
    """What custody prints for the owner of an identity."""
    answer = given(*arguments, "--json", lines=["nine lanterns over a quiet harbour"])
    assert answer.code == 0, answer
    content: dict[str, Any] = json.loads(answer.out)
    return content


def seen(*arguments: str) -> dict[str, Any]:
    """What the window prints."""
    answer = run("airgap", *arguments, "--json")
    assert answer.code == 0, answer
    content: dict[str, Any] = json.loads(answer.out)
    return content


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, Any]]]:
    """Every command of the table of results, run at least once."""
    with quick_identities():
        return [*keyless(tmp_path_factory.mktemp("plain")), *keys(), *treasury(tmp_path_factory.mktemp("home"))]


def keyless(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    wallet, request, frames = str(folder / "wallet.json"), str(folder / "request.psbt"), folder / "frames"
    paid = desk.wallet("tr").script(0, 7)
    Path(request).write_bytes(desk.psbt(OWNER, desk.coins(OWNER, 1), [(paid, 60_000)], 500, 2))
    yield "custody wallet new", read("wallet", "new", "savings", *DESCRIPTORS, "-o", wallet)
    yield "custody wallet list", read("wallet", "list", wallet)
    yield "custody wallet address", (first := read("wallet", "address", wallet))
    yield "custody wallet address", read("wallet", "address", wallet, "--range", "0:2")
    yield "custody wallet find", read("wallet", "find", wallet, first["address"])
    yield "custody wallet export", read("wallet", "export", wallet, "--to", "core")
    yield "custody compare", (shown := read("compare", request, "--show"))
    yield "custody compare", read("compare", request, "--with", shown["text"])
    yield "custody compare", (spoken := read("compare", request, "--voice"))
    yield "custody compare", read("compare", request, "--salt", spoken["salt"])
    bundle = Release().write(folder / "bundle")
    root = sha256((bundle / "roots" / "1").read_bytes()).hexdigest()
    yield "custody verify-bundle", read("verify-bundle", str(bundle), "--root", root)
    planned = str(folder / "plan.toml")
    line = ("ceremony", "plan", "--new", "--threat", "insider", "--network", "regtest", "-o", planned)
    yield "custody ceremony plan", read(*line)
    identity, signature = str(folder / "own.identity"), str(folder / "agreed.sig")
    line = ("ceremony", "identity", "--network", "regtest", "-o", identity)
    yield "custody ceremony identity", (made := scripted(*line))
    Path(planned).write_text(put(filled(wish()), public_key("witness-1").hex(), made["key"]))
    yield "custody ceremony sign", scripted("ceremony", "sign", planned, "--identity", identity, "-o", signature)
    yield "custody ceremony plan", read("ceremony", "plan", planned, "--signature", signature)
    yield "custody ceremony rehearse", led(folder, "rehearse")
    yield "custody ceremony run", led(folder, "run", "--rehearsal", str(folder / "rehearse.jsonl"))
    stops = lambda _sitting, _text: "p"  # noqa: E731
    yield "custody ceremony service", led(folder, "service", "--with", str(folder / "run.jsonl"), first=stops, code=3)
    transcript = folder / "sitting.jsonl"
    transcript.write_bytes(Sat(a_plan(Threat.ACCIDENT)).aloud().everybody().to_end().encode())
    yield "custody ceremony verify", read("ceremony", "verify", str(transcript))
    transcript.write_bytes(held.kept().encode())
    yield "custody share check", read("share", "check", "--transcript", str(transcript), secret=held.words(2))
    yield "custody ceremony print", read("ceremony", "print", planned, "-o", str(folder / "script.pdf"))
    yield "airgap encode", (encoded := seen("encode", request))
    frames.write_text("\n".join(encoded["frames"]), encoding="ascii")
    yield "airgap decode", seen("decode", str(frames))
    yield "airgap show", (drawn := seen("show", request, "--to", "png", "-o", str(folder / "code.png")))
    yield "airgap scan", seen("scan", *drawn["files"])


def led(folder: Path, command: str, *more: str, first: Surprise | None = None, code: int = 0) -> dict[str, Any]:
    """What a sitting says that one person led at a terminal, who answers the first page otherwise."""
    plan = folder / "own.toml"
    text = filled(wish(Threat.ACCIDENT))
    plan.write_text(put(put(text, "bits = 256", "bits = 128", -1), "rolls = 100", "rolls = 50", -1))
    line = ("ceremony", command, str(plan), *more, "-o", str(folder / f"{command}.jsonl"), "--json")
    with opened(*line, stdout=subprocess.PIPE) as screen:
        stops = {"Why does it stop here?": ["lunch"]}
        assert Sitting(screen, lambda _text: [], str, [first] if first else [], stops).run() == code
        assert screen.process.stdout is not None
        told: dict[str, Any] = json.loads(screen.process.stdout.read())
        return told


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "custody key show", read("key", "show", secret=PHRASE)
    yield "custody key show", read("key", "show", "--path", "m/84h/1h/0h", "--network", "test", secret=PHRASE)
    yield "custody key new", released("key", "new", "--no-dice", "--network", "test", *QUORUM)[0]
    cut, cards = released("share", "split", *QUORUM, secret=PHRASE)
    yield "custody share split", cut
    yield "custody share check", read("share", "check", secret=cards.splitlines()[0])
    yield "custody share check", read("share", "check", secret=cards)
    yield "custody share combine", read("share", "combine", secret=cards)


def released(*arguments: str, **given: Any) -> tuple[dict[str, Any], str]:
    """Run a command that lets cards out; return its result and the cards."""
    answer, cards = letting_out(*arguments, "--json", **given)
    assert answer.code == 0, answer
    return json.loads(answer.out), cards


def treasury(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    home, spare = ("--home", str(folder / "treasury")), ("--home", str(folder / "spare"))
    export, backup = str(folder / "export"), str(folder / "backup")
    three, two = NAMES[:3], NAMES[:2]
    founders = [part for name in three for part in ("--officer", name)]
    yield "custody home new", read("home", "new", *home, "--network", "regtest", *founders, officers=three)
    yield "custody wallet new", read("wallet", "new", "pay", *DESCRIPTORS, *home, officers=two)
    yield "custody key restore", read("key", "restore", *home, secret=PHRASE, officers=two)
    yield "custody officer enrol", read("officer", "enrol", "Dave", *home, officers=[*two, "Dave"])
    yield "custody officer retire", read("officer", "retire", "Carol", *home, officers=two)
    yield "custody officer rules", read("officer", "rules", "--rules", "3", *home, officers=two)
    yield "custody officer rules", read("officer", "rules", "--rules", "2", *home, officers=[*two, "Dave"])
    yield "custody officer carry", read("officer", "carry", "Dave", *home, "-o", str(folder / "dave.officer"))
    yield "custody officer list", read("officer", "list", *home)
    yield "custody halt", read("halt", *home, officers=two)
    yield "custody resume", read("resume", *home, officers=two)
    yield "custody status", read("status", *home)
    yield "custody journal show", read("journal", "show", *home)
    yield "custody journal verify", read("journal", "verify", *home)
    yield "custody journal export", read("journal", "export", *home, "-o", export)
    yield "custody journal import", read("journal", "import", export, *home, officers=())
    yield "custody home backup", read("home", "backup", *home, "-o", backup)
    yield "custody home restore", read("home", "restore", backup, *spare, officers=SEATS)
    stand_in = ("--alternate-of", "Alice", "--dated")
    assert custody("officer", "enrol", "Erin", *stand_in, *home, officers=[*two, "Erin"]).code == 0
    days = ("--from", "2031-12-24", "--to", "2031-12-26")
    yield "custody officer absence", read("officer", "absence", "Alice", *days, *home, officers=two)
    forgotten = ("officer", "passphrase", "Dave", "--forgotten", *home)
    yield "custody officer passphrase", read(*forgotten, officers=["Dave", *two])
    yield from machines(folder, home[1])


def machines(folder: Path, home: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A second machine is admitted, asked and ended; what it registered meanwhile is adopted; the first is renewed."""
    first, second = ("--home", home), ("--home", str(folder / "second"))
    there, back, two = str(folder / "there"), str(folder / "back"), NAMES[:2]
    assert custody("journal", "export", *first, "-o", there).code == 0
    yield "custody home new", (joined := read("home", "new", *second, "--join", there))
    yield "custody home admit", read("home", "admit", joined["machine"], *first, "--name", "second", officers=two)
    assert custody("journal", "export", *first, "-o", there, "--force").code == 0
    yield "custody journal import", read("journal", "import", there, *second, officers=())
    asker, newest = read("status", *first), folder / "question"
    head = Tip(asker["head"]["n"], bytes.fromhex(asker["head"]["hash"]))
    treasury_, key = bytes.fromhex(asker["treasury"]), bytes.fromhex(asker["machine"]["key"])
    newest.write_bytes(Question(treasury_, key, head, bytes(NONCE_BYTES)).encode())
    yield "custody journal answer", read("journal", "answer", str(newest), *second, "-o", str(folder / "answer"))
    files = [part for file in Path(home, "officers").iterdir() for part in ("--officer-file", str(file))]
    dave = next(each["officer"][:8] for each in asker["officers"] if each["name"] == "Dave")
    bob = next(each["officer"][:8] for each in asker["officers"] if each["name"] == "Bob")
    wallet = ("wallet", "new", "late", "--descriptor", desk.wallet("tr").single(0), "--network", "regtest")
    assert custody(*wallet, *second, *files, officers={dave: "Dave", bob: "Bob"}).code == 0
    assert custody("officer", "retire", "Dave", *first, officers=two).code == 0
    assert custody("journal", "export", *second, "-o", back).code == 0
    assert custody("journal", "import", back, *first).code == 0
    yield "custody journal adopt", read("journal", "adopt", *first, officers=two)
    swap = Measurement("MACHINE-SWAP", Standing.UNFIT, "swap is on", "", "")
    (folder / "report").write_bytes(Report(Machine("Linux", (swap,)), 0).encode())
    excepted = ("--machine", "second", "--report", str(folder / "report"), "--until", "2031-12-31", "--reason", "old")
    with clock("2031-12-01 09:00:00"):
        yield "custody home exception", read("home", "exception", *excepted, *first, officers=two)
    yield "custody home end", read("home", "end", "second", *first, officers=two)
    text = filled(wish(Threat.ACCIDENT))
    (plan := folder / "ceremony.toml").write_text(text)
    (held := folder / "ceremony.jsonl").write_bytes(Sat(plan_of(text)).aloud().everybody().on_paper().encode())
    enter = ("ceremony", "enter", str(held), "--plan", str(plan))
    yield "custody ceremony enter", read(*enter, *first, officers=two)
    yield "custody ceremony verify", read("ceremony", "verify", str(held), *first)
    yield "custody home renew", read("home", "renew", *first, "--to", str(folder / "renewed"), officers=two)


REGISTERS = {"custody journal show", "custody ceremony verify", "custody ceremony enter"}
"""Results that are lists of what happened: what holds a key there is one entry's document, and is read by itself."""


def within(words: str, result: Any) -> Iterator[Any]:
    """What is read back of a result."""
    if words not in REGISTERS or (
        isinstance(result, dict) and ("descriptor" in result or {"xpub", "key"} <= result.keys())
    ):
        yield result
    elif isinstance(result, dict | list):
        for each in result.values() if isinstance(result, dict) else result:
            yield from within(words, each)


EXTENDED = re.compile(r"\b[xt]pub[1-9A-HJ-NP-Za-km-z]{100,}")


def test_whatever_result_holds_a_key_or_a_descriptor_is_read_back(
    results: list[tuple[str, dict[str, Any]]], tmp_path: Path
) -> None:
    """By the reader of `wallet new --from`, whole, as it was printed."""
    holding = [(words, result) for words, result in results if EXTENDED.search(json.dumps(result))]
    assert {words for words, _result in holding} >= {
        f"custody {each}" for each in ("wallet new", "wallet list", "wallet export", "key show")
    }
    read_back = [(words, each) for words, result in holding for each in within(words, result)]
    assert {words for words, _each in read_back} == {words for words, _result in holding}
    for words, each in read_back:
        (tmp_path / "result").write_text(json.dumps(each))
        imported = read_foreign(str(tmp_path / "result"), None)
        found = set(EXTENDED.findall(json.dumps(each)))
        assert set(EXTENDED.findall("".join(imported.descriptors))) == found, words


@pytest.mark.parametrize("command", RESULTS)
def test_a_result_has_the_keys_that_are_told(results: list[tuple[str, dict[str, Any]]], command: str) -> None:
    always, sometimes = RESULTS[command]
    found = [result.keys() for words, result in results if words == command]
    assert found, f"yield a run of {command} in keyless(), keys() or treasury() of this file"
    for keys_found in found:
        assert always <= keys_found <= always | sometimes
    assert set().union(*found) == always | sometimes


def test_every_command_with_a_result_has_its_keys_told() -> None:
    specified = set(re.findall(r"`((?:custody|airgap) [a-z ]+)`(?=[^|\n]*\| \[spec/)", PAGE))
    given = {words for words, (command, _context) in LEAVES.items() if any("--json" in o.opts for o in command.params)}
    assert specified | RESULTS.keys() == given, 'tell its keys in docs/command-line.md, "What --json prints"'
    assert LEAVES.keys() - given == {"custody completion"}
