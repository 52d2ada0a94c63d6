"""After each command the next one: from one table, in words that can be typed."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from custody.cli.front import output
from custody.cli.front.documents import called
from custody.cli.front.table import ROWS
from custody.cli.guide.next_steps import ENDS, STEPS, Step, lines, steps
from docs import command_line as document
from tests.support.command_lines import parse

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
WALLET = str(PICTURES / "treasury.json")
PAYMENT = str(PICTURES / "payment.psbt")
OUTCOMES = {"cards", "complete"}


def test_every_command_has_a_next_step_or_is_an_end() -> None:
    assert STEPS.keys() | ENDS.keys() == ROWS.keys(), "a row in custody/cli/guide/next_steps.py"
    assert not STEPS.keys() & ENDS.keys()
    assert all(STEPS.values())


def every_step() -> Iterator[tuple[str, Step]]:
    for name, rows in STEPS.items():
        yield from ((name, step) for step in rows)


def everything_said(name: str) -> dict[str, Any]:
    """All that a command's line may say, as its parameters are called."""
    (command,) = [command for words, command, _context in document.leaves("custody") if words == f"custody {name}"]
    said: dict[str, Any] = {}
    for each in command.params:
        values = ("a file", "other") if each.multiple or each.nargs == -1 else ("a file",)
        said[each.name or ""] = values if each.multiple or each.nargs == -1 else values[0]
    return (
        said
        | {key: "test" for key in ("network_name",) if key in said}
        | ({"path_text": "m/84h/1h/0h"} if "path_text" in said else {})
    )


@pytest.mark.parametrize(
    ("name", "step"), list(every_step()), ids=lambda each: each if isinstance(each, str) else each.when
)
@pytest.mark.parametrize("with_all", [True, False])
def test_each_step_is_a_line_that_is_taken(name: str, step: Step, with_all: bool) -> None:
    why, *command = lines(step, everything_said(name) if with_all else {})
    assert why.startswith("next: ")
    assert len(why) < 80
    assert len(command) == bool(step.line)
    for line in command:
        assert line.startswith("  ")
        parse(line.replace("NETWORK", "test"))


@pytest.mark.parametrize(
    ("name", "step"), list(every_step()), ids=lambda each: each if isinstance(each, str) else each.when
)
def test_a_steps_condition_is_something_that_is_said_or_ended_so(name: str, step: Step) -> None:
    word = step.when.removeprefix("not ")
    assert word in {"", *OUTCOMES, *everything_said(name)}


def test_after_every_command_something_is_told_however_it_ended() -> None:
    for name in STEPS:
        for said in ({}, everything_said(name)):
            for endings in (set(), OUTCOMES):
                assert list(steps(name, said, endings)), (name, said, endings)


@pytest.mark.parametrize(
    ("name", "said", "endings", "told"),
    [
        (
            "key new",
            {"record_path": "set.json", "network_name": "test", "kind_name": "bip39"},
            {"cards"},
            [
                "custody share combine --set set.json",
                "custody key show --set set.json --network test --path m/84h/1h/0h",
            ],
        ),
        (
            "key new",
            {"record_path": "-", "network_name": "mainnet", "kind_name": "bip39"},
            set(),
            ["custody key show --kind bip39 --network mainnet --path m/84h/0h/0h"],
        ),
        (
            "key show",
            {"path_text": "m/86'/0'/0'", "network_name": "main"},
            set(),
            ["custody wallet new NAME --network main --descriptor 'tr(KEY/<0;1>/*)' -o wallet.json"],
        ),
        (
            "key show",
            {"path_text": "m/48h/0h/0h/2h", "network_name": "main"},
            set(),
            ["custody wallet new NAME --network main --descriptor DESCRIPTOR -o wallet.json"],
        ),
        ("key show", {}, set(), ["custody key show --network NETWORK --path m/84h/1h/0h"]),
        (
            "review",
            {"files": ("a b.psbt", "c"), "wallet": ("w", "v")},
            set(),
            ["custody sign 'a b.psbt' --wallet w --wallet v -o signed.psbt"],
        ),
        ("review", {"files": ("-",), "home_path": "h"}, set(), ["custody sign FILE --home h -o signed.psbt"]),
        ("sign", {"out": "signed.psbt"}, set(), ["airgap show signed.psbt"]),
        ("psbt combine", {"out": "o"}, {"complete"}, ["custody psbt finalize o -o final.psbt"]),
        ("psbt combine", {"out": "o"}, set(), ["custody sign o --wallet WALLET -o signed.psbt"]),
        ("psbt extract", {}, set(), []),
        ("wallet export", {"wallet": "w.json"}, set(), ["custody wallet address w.json"]),
    ],
)
def test_a_step_has_the_names_that_were_said(name: str, said: Any, endings: Any, told: list[str]) -> None:
    shown = [line.strip() for step in steps(name, said, endings) for line in list(lines(step, said))[1:]]
    assert shown == told


def test_a_files_name_can_neither_move_the_cursor_nor_run_anything() -> None:
    (step,) = steps("sign", {}, ())
    (_why, command) = lines(step, {"out": "a\x1b[2J; rm $(x)"})
    assert shlex.split(command) == ["airgap", "show", r"a\x1b[2J; rm $(x)"]


@pytest.mark.parametrize("stream", ["-", "/dev/stdin", "/dev/stdout", "/dev/fd/63", "/proc/self/fd/3"])
def test_a_stream_is_no_file_that_the_next_command_finds(stream: str) -> None:
    (step,) = steps("review", {}, ())
    (_why, command) = lines(step, {"files": (stream,), "wallet": ("/dev/fd/9",)})
    assert command == "  custody sign FILE --wallet FILE -o signed.psbt"
    (_why, command) = lines(STEPS["share combine"][0], {"record_path": stream})
    assert command == "  custody key show --network NETWORK --path m/84h/1h/0h"


def test_what_went_to_a_stream_is_said_to_be_there() -> None:
    assert {called(each) for each in ("-", "/dev/stdout", "/dev/fd/1")} == {"standard output"}
    assert called("/dev/fdx/1") == "/dev/fdx/1"


def test_it_is_said_on_standard_error_and_not_to_a_script(custody) -> None:
    line = ("wallet", "address", WALLET)
    said = custody(*line)
    assert said.stderr.splitlines() == [
        "next: once the desk asks for a payment, read what it does",
        f"  custody review request.psbt --wallet {WALLET}",
    ]
    assert "next: " not in said.stdout
    assert custody(*line, "--quiet").stderr == ""
    assert custody(*line, "--json").stderr == ""


def test_nothing_comes_next_where_a_command_did_not_end_well(custody, tmp_path) -> None:
    refused = custody("review", PAYMENT, "--wallet", PAYMENT)
    assert refused.code == 4
    assert "next: " not in refused.stderr
    assert "next: custody sign" not in custody("wallet", "list", WALLET).stderr


def test_after_a_key_its_set_and_what_comes_next_are_named(custody, tmp_path) -> None:
    record = tmp_path / "set.json"
    made = custody(
        *("key", "new", "--network", "test", "--no-dice", "--threshold", "2", "--shares", "2", "-o", str(record)),
        out=True,
    )
    assert f"What is public of the cards is in {record}" in made.stdout
    assert [line.strip() for line in made.stderr.splitlines() if line.startswith("  custody ")] == [
        f"custody share combine --set {record}",
        f"custody key show --set {record} --network test --path m/84h/1h/0h",
    ]
    alone = custody("key", "new", "--network", "test", "--no-dice", out=True)
    assert "share combine" not in alone.stderr
    assert "custody key show --network test" in alone.stderr


def test_a_command_that_needs_no_next_one_says_none(custody) -> None:
    assert "next: " not in custody("completion", "bash").stderr
    assert click.get_current_context(silent=True) is None


def test_a_network_that_was_answered_at_a_question_is_minded() -> None:
    def told() -> list[str]:
        return [line.strip() for step in steps("key show", {}, set()) for line in list(lines(step, {}))[1:]]

    with click.Context(click.Command("show")):
        assert told() == ["custody key show --network NETWORK --path m/84h/1h/0h"]
        output.about("main")
        assert told() == ["custody key show --network main --path m/84h/0h/0h"]
