"""What each command loads: nothing but click until its options are read, and then only libraries that it can use.

A new command or job fails here until it has its row in `JOBS`. A growing one fails at its ceiling: look at what it
loads now and did not before, and raise the number only where the job needs it.
"""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from airgap.cli.table import COMMANDS
from custody.cli.front.named_files import InputFile
from custody.cli.front.table import ROWS
from custody.cli.treasury.options import DayType
from docs import command_line as document
from tests.conftest import ROOT
from tests.support.loaded import Loaded, Task, ask

CLICK = frozenset({"click"})
CURVE = CLICK | {"coincurve"}
BOOK = CLICK | {"cryptography", "shamir_mnemonic"}
VAULT = CURVE | {"cryptography", "shamir_mnemonic"}
KEYS = CURVE | {
    "shamir_mnemonic",
    "bip_utils",
    # what bip_utils loads in its turn (docs/dependencies.md)
    *("Crypto", "bitarray", "cbor2", "cffi", "ecdsa", "ed25519_blake2b", "nacl"),
    *("pycparser", "pytoniq_core", "six", "sr25519", "typing_extensions"),
}
ALL = KEYS | VAULT
PHRASES = KEYS | {"mnemonic"}
EVERY = ALL | PHRASES
DRAWING = frozenset({"PIL", "qrcode"})


class Job(NamedTuple):
    """What a command's job may load: a module of ours that does it, the libraries, and the most modules of ours."""

    module: str
    libraries: frozenset[str]
    ours: int


JOBS: dict[str, tuple[Job, ...]] = {
    "custody key new": (Job("custody.cli.keys.key", PHRASES, 124),),
    "custody key show": (Job("custody.cli.keys.key", PHRASES, 124),),
    "custody key restore": (Job("custody.cli.keys.restore", EVERY, 273),),
    "custody share split": (Job("custody.cli.keys.share", PHRASES, 123),),
    "custody share check": (
        Job("custody.cli.keys.share", PHRASES, 123),
        Job("custody.cli.ceremonies.cards.check", EVERY, 306),
    ),
    "custody share combine": (Job("custody.cli.keys.share", PHRASES, 123),),
    "custody wallet new": (Job("custody.cli.wallets.register", VAULT, 251),),
    "custody wallet list": (Job("custody.cli.wallets.listing", CURVE, 89),),
    "custody wallet address": (
        Job("custody.cli.wallets.addresses", CURVE, 79),
        Job("custody.cli.wallets.address_code", CURVE | DRAWING, 86),
    ),
    "custody wallet find": (Job("custody.cli.wallets.addresses", CURVE, 79),),
    "custody wallet export": (
        Job("custody.cli.wallets.export", CURVE, 119),
        Job("custody.cli.wallets.played", CURVE | DRAWING, 140),
    ),
    "custody review": (
        Job("custody.cli.transactions.review", CURVE, 137),
        Job("custody.cli.transactions.review_home", VAULT, 213),
    ),
    "custody sign": (Job("custody.cli.transactions.sign", EVERY, 294),),
    "custody psbt complete": (Job("custody.cli.transactions.psbt", CURVE, 162),),
    "custody psbt combine": (Job("custody.cli.transactions.psbt", CURVE, 162),),
    "custody psbt finalize": (Job("custody.cli.transactions.psbt", CURVE, 162),),
    "custody psbt extract": (Job("custody.cli.transactions.psbt", CURVE, 162),),
    "custody compare": (Job("custody.cli.transactions.compare", CURVE | DRAWING, 92),),
    "custody message sign": (Job("custody.cli.messages.sign", EVERY, 345),),
    "custody message verify": (Job("custody.cli.messages.verify", CURVE, 150),),
    "custody message prove": (Job("custody.cli.messages.sign", EVERY, 345),),
    "custody status": (Job("custody.cli.treasury.standing", BOOK, 144),),
    "custody officer enrol": (Job("custody.cli.officers.officer", EVERY, 174),),
    "custody officer list": (Job("custody.cli.treasury.standing", BOOK, 144),),
    "custody officer retire": (Job("custody.cli.officers.officer", EVERY, 174),),
    "custody officer passphrase": (Job("custody.cli.officers.seats", EVERY, 175),),
    "custody officer absence": (Job("custody.cli.officers.seats", EVERY, 175),),
    "custody officer rules": (Job("custody.cli.officers.rules", EVERY, 175),),
    "custody officer carry": (
        Job("custody.cli.officers.carry", BOOK, 128),
        Job("custody.cli.officers.carry_code", BOOK | DRAWING, 153),
    ),
    "custody halt": (Job("custody.cli.treasury.halt", BOOK, 161),),
    "custody resume": (Job("custody.cli.treasury.halt", BOOK, 161),),
    "custody journal show": (Job("custody.cli.treasury.journal", BOOK, 151),),
    "custody journal verify": (Job("custody.cli.treasury.journal", BOOK, 151),),
    "custody journal export": (Job("custody.cli.treasury.carrying", BOOK, 163),),
    "custody journal import": (Job("custody.cli.treasury.carrying", BOOK, 163),),
    "custody journal answer": (Job("custody.cli.treasury.carrying", BOOK, 163),),
    "custody journal adopt": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody home new": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody home backup": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody home restore": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody home admit": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody home end": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody home exception": (Job("custody.cli.treasury.exception", BOOK, 165),),
    "custody home renew": (Job("custody.cli.treasury.home", EVERY, 210),),
    "custody ceremony plan": (
        Job("custody.cli.ceremonies.plan", CLICK | {"cryptography"}, 87),
        Job("custody.cli.ceremonies.begun", CLICK | {"cryptography"}, 67),
        Job("custody.cli.ceremonies.measured_plan", CLICK | {"coincurve", "cryptography", "shamir_mnemonic"}, 182),
    ),
    "custody ceremony identity": (Job("custody.cli.ceremonies.identity", BOOK, 171),),
    "custody ceremony sign": (Job("custody.cli.ceremonies.signing", EVERY, 273),),
    "custody ceremony rehearse": (Job("custody.cli.ceremonies.rehearse", EVERY | DRAWING, 284),),
    "custody ceremony run": (Job("custody.cli.ceremonies.run", EVERY | DRAWING, 285),),
    "custody ceremony service": (Job("custody.cli.ceremonies.service", EVERY | DRAWING, 287),),
    "custody ceremony verify": (
        Job("custody.cli.ceremonies.verifying.verify", EVERY, 266),
        Job("custody.cli.ceremonies.verifying.reporting", EVERY | DRAWING, 298),
    ),
    "custody ceremony enter": (Job("custody.cli.ceremonies.entering", EVERY, 306),),
    "custody ceremony print": (Job("custody.cli.ceremonies.printed", CLICK | DRAWING | {"cryptography"}, 99),),
    "custody doctor": (
        Job("custody.cli.machine.doctor", CLICK | {"cryptography"}, 76),
        Job("custody.cli.machine.doctor_code", CLICK | DRAWING | {"cryptography"}, 104),
    ),
    "custody selftest": (Job("custody.cli.machine.selftest", CLICK | {"cryptography"}, 61),),
    "custody verify-bundle": (Job("custody.cli.machine.verify_bundle", CLICK | {"cryptography"}, 58),),
    "custody completion": (Job("custody.cli.machine.completion", CLICK, 45),),
    "airgap show": (
        Job("airgap.cli.pictures", CLICK | DRAWING, 64),
        Job("airgap.cli.screen", CLICK | DRAWING, 62),
        Job("airgap.cli.show", CLICK, 57),
    ),
    "airgap scan": (Job("airgap.cli.scan", CLICK, 62),),
    "airgap encode": (Job("airgap.cli.encode", CLICK, 57),),
    "airgap decode": (Job("airgap.cli.decode", CLICK, 56),),
}
"""A command -> its jobs. `ours` is what was measured, and three more: who adds a fourth looks here first."""

OPTIONS = {
    "keys": 49,
    "wallets": 50,
    "transactions": 52,
    "messages": 52,
    "treasury": 47,
    "officers": 48,
    "machine": 44,
    "ceremonies": 49,
    "airgap show": 56,
    "airgap scan": 61,
    "airgap encode": 56,
    "airgap decode": 55,
}
"""A room's commands, or the window's -> the most modules of ours that are there when options are read."""

NAMES_OF_NETWORKS = {
    "custody.chains",
    "custody.chains.bitcoin",
    "custody.chains.bitcoin.consensus",
    "custody.chains.bitcoin.consensus.network",
}
"""All that options know of the rooms behind them."""

ROOMS_OF_JOBS = ("custody.chains", "custody.keys", "custody.ceremony", "custody.governance")


def commands() -> list[str]:
    """Every command of both programs, by its words."""
    return [*(f"custody {name}" for name in ROWS), *(f"airgap {name}" for name in COMMANDS)]


def modules_of(command: str) -> set[str]:
    """The modules that do a command's work, as its room's commands name them: what is loaded behind the options."""
    program, _space, words = command.partition(" ")
    if program == "airgap":
        own = f"airgap.cli.{words}"
        return {own} | set(targets(ast.parse(source(own)), "import_module"))
    module, _colon, function = ROWS[words].target.partition(":")
    (defined,) = [
        node
        for node in ast.parse(source(f"custody.cli.{module}")).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    return {f"custody.cli.{target.partition(':')[0]}" for target in targets(defined, "job")}


def source(module: str) -> str:
    """The text of a module."""
    return (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")


def targets(tree: ast.AST, function: str) -> Iterable[str]:
    """The first argument of every call of a function: a literal, or the table could not be held."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
            yield ast.literal_eval(node.args[0])


def room_of(command: str) -> str:
    """Where a command's options stand: its row in `OPTIONS`."""
    program, _space, words = command.partition(" ")
    return command if program == "airgap" else ROWS[words].target.partition(".")[0]


def rooms_behind(loaded: Loaded) -> set[str]:
    """What was loaded of the rooms that only jobs need."""
    return {
        name
        for name in loaded.ours - NAMES_OF_NETWORKS
        if any(name == room or name.startswith(f"{room}.") for room in ROOMS_OF_JOBS)
    }


# --- the tables are whole


def test_every_command_has_its_budget() -> None:
    missing = [command for command in commands() if command not in JOBS]
    assert not missing, f"add a row to JOBS in {Path(__file__).name}: what may this command load? {missing}"
    assert JOBS.keys() == set(commands()), "a row without a command"
    assert OPTIONS.keys() == {room_of(command) for command in commands()}, "add the room to OPTIONS, or take it out"


@pytest.mark.parametrize("command", JOBS)
def test_every_job_of_a_command_has_its_budget(command: str) -> None:
    told = {job.module for job in JOBS[command]}
    assert told == modules_of(command), f"name each module that {command!r} loads once, in JOBS"


# --- options


WRONG = "--no-such-option"


@pytest.fixture(scope="module")
def read_options() -> dict[tuple[str, str], Loaded]:
    """What each command has loaded once it has shown its help, or refused its line."""
    lines = [(command, word) for command in commands() for word in ("--help", WRONG)]
    lines += [("custody", "--help"), ("airgap", "--help")]
    return dict(zip(lines, ask([Task((*command.split(), word)) for command, word in lines]), strict=True))


def test_options_are_read_with_click_alone(read_options: dict[tuple[str, str], Loaded]) -> None:
    for line, loaded in read_options.items():
        assert loaded.libraries == CLICK, line
        assert rooms_behind(loaded) == set(), line
        assert loaded.code == (2 if WRONG in line else 0), line


def test_reading_options_loads_no_more_modules_than_was_measured(read_options: dict[tuple[str, str], Loaded]) -> None:
    for (command, word), loaded in read_options.items():
        if " " in command:
            within(len(loaded.ours), OPTIONS[room_of(command)], f"{command} {word}", loaded.ours)


def within(found: int, ceiling: int, what: str, ours: Iterable[str]) -> None:
    """Hold a count against its ceiling, from both sides: a ceiling that is far above holds nothing."""
    assert found <= ceiling, f"{what} loads {found} modules of ours, {ceiling} are budgeted: {sorted(ours)}"
    assert found > ceiling - SLACK, f"{what} loads {found} modules of ours: lower its ceiling of {ceiling}"


SLACK = 8
"""So far below its ceiling a count may fall before the ceiling follows."""


# --- jobs


@pytest.fixture(scope="module")
def jobs() -> dict[str, Loaded]:
    """What is loaded with each module that does a command's work."""
    lines = {job.module: tuple(command.split()) for command, rows in JOBS.items() for job in rows}
    loaded = ask([Task((*line, "--help"), (module,)) for module, line in lines.items()])
    return dict(zip(lines, loaded, strict=True))


@pytest.mark.parametrize("command", JOBS)
def test_a_job_loads_what_it_can_use_and_no_more(jobs: dict[str, Loaded], command: str) -> None:
    for job in JOBS[command]:
        loaded = jobs[job.module]
        strange = loaded.libraries - job.libraries
        assert not strange, f"{command} ({job.module}) loads {sorted(strange)}: what of it can it use?"
        assert not job.libraries - loaded.libraries, f"{command} no longer loads all that its row allows: narrow it"
        within(len(loaded.ours), job.ours, f"{command} ({job.module})", loaded.ours)


def test_what_reads_no_secret_loads_no_library_of_keys(jobs: dict[str, Loaded]) -> None:
    keyless = [job.module for rows in JOBS.values() for job in rows if not job.libraries & {"bip_utils"}]
    assert {"custody.cli.transactions.review", "custody.cli.wallets.listing", "custody.cli.treasury.journal"} <= set(
        keyless
    )
    for module in keyless:
        assert not {name for name in jobs[module].ours if name.startswith("custody.keys.phrases.mnemonic")}, module


# --- what needs no library is said before one is loaded


ABSENT = "no-such-file.json"
FOLDER = str(ROOT / "docs" / "pictures")


def lines_that_name(wrong: str) -> list[tuple[str, ...]]:
    """For every place of a command line that names a file to read, unless it takes a folder: a line that names it."""
    lines = []
    for words, command, _context in document.leaves("custody"):
        for absent in command.params:
            if isinstance(absent.type, InputFile) and not (wrong == FOLDER and absent.type.or_folder):
                given = [word for each in command.params for word in words_for(each, absent, wrong)]
                lines.append((*words.split(), *given))
    return [*lines, *lines_of_the_window(wrong)]


def words_for(each: click.Parameter, absent: click.Parameter, wrong: str) -> list[str]:
    """What a line needs of a parameter, and the wrong file."""
    if each is not absent and not each.required:
        return []
    word = wrong if each is absent else __file__ if isinstance(each.type, InputFile) else "a-word"
    if isinstance(each.type, DayType):
        word = "2031-12-24"
    if isinstance(each.type, click.Choice):
        word = each.type.choices[0]
    return [word] if isinstance(each, click.Argument) else [each.opts[0], word]


def lines_of_the_window(wrong: str) -> list[tuple[str, ...]]:
    reading = ("encode", "decode", "scan") if wrong == ABSENT else ("encode", "decode")  # a folder is scanned
    return [
        *(("airgap", name, wrong, *(("-o", "never") if name != "encode" else ())) for name in reading),
        ("airgap", "show", wrong, "--to", "png", "-o", "never.png"),
    ]


def test_a_file_that_is_not_there_is_said_before_anything_is_loaded_for_it() -> None:
    lines = lines_that_name(ABSENT)
    assert len(lines) > len(ROWS), "they are found by their type, InputFile"
    for line, loaded in zip(lines, ask([Task(line) for line in lines]), strict=True):
        assert loaded.code == 2, (line, loaded.said)
        assert ABSENT in loaded.said, (line, loaded.said)
        assert "there" in loaded.said.splitlines()[0], (line, loaded.said)
        assert loaded.libraries == CLICK, line
        assert rooms_behind(loaded) == set(), line


def test_a_folder_in_a_files_place_is_said_before_anything_is_loaded_for_it() -> None:
    lines = lines_that_name(FOLDER)
    assert len(lines) > len(ROWS)
    for line, loaded in zip(lines, ask([Task(line) for line in lines]), strict=True):
        assert loaded.code == (2 if line[0] == "custody" else 8), (line, loaded.said)
        assert loaded.said.startswith(f"error: {FOLDER} "), (line, loaded.said)
        assert loaded.libraries == CLICK, line
        assert rooms_behind(loaded) == set(), line


@pytest.mark.parametrize(
    ("line", "first"),
    [
        (("custody", "review", "a.psbt", "--wallet", "b.json"), "a.psbt"),
        (("custody", "review", "--wallet", "b.json", "--wallet", "c.json", "a.psbt"), "b.json"),
        (("custody", "review", "a.psbt", "--labels", "l", "--before", "e", "--wallet", "b.json"), "a.psbt"),
        (("custody", "sign", "--before", "e", "a.psbt", "--wallet", "b.json", "-o", "out"), "e"),
        (("custody", "psbt", "combine", "--wallet", "b.json", "x", "y", "-o", "out"), "b.json"),
        (("custody", "psbt", "combine", "x", "y", "--wallet", "b.json", "-o", "out"), "x"),
        (("custody", "psbt", "combine", "--wallet=b.json", "x", "y", "-o", "out"), "b.json"),
    ],
)
def test_of_several_absent_files_the_first_that_was_named_is_said(line: tuple[str, ...], first: str) -> None:
    (loaded,) = ask([Task(line)])
    assert loaded.said.splitlines()[0] == f"error: there is no file {first}"


def test_every_command_that_reads_a_file_is_among_them() -> None:
    reading = {
        " ".join(line[: 3 if " ".join(line[1:3]) in ROWS else 2])
        for line in lines_that_name(ABSENT)
        if line[0] == "custody"
    }
    written = {"out", "record_path", "records", "report"}
    folders = {"home_path", "folder", "medium", "new_home", "tokens", "printer"}
    for words, command, _context in document.leaves("custody"):
        paths = {
            each.name
            for each in command.params
            if isinstance(each.type, click.Path) and not isinstance(each.type, InputFile)
        }
        assert paths <= written | folders, f"{words}: a file to read has the type InputFile: {paths}"
    assert {"custody review", "custody sign", "custody wallet address", "custody journal verify"} <= reading
