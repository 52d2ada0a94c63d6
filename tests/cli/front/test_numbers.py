import inspect
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from airgap.cli.table import COMMANDS
from custody.cli.front import loading
from custody.cli.front.numbers import NumberType, PairType
from custody.cli.front.table import ROWS
from custody.errors import Usage

SLOPPY = ("+5", "-5", "1_0", " 5", "5 ", "5\n", "\uff10\uff15", "\u0665", "0x5", "5.0", "5e0", "")
"""Fives and tens as `int()` or `float()` would take them, and what neither takes."""


@pytest.mark.parametrize(
    "typed", ["", "+1", "-1", " 1", "1 ", "01", "1_0", "\uff10\uff14", "٣", "1.0", "0x1", "1e2", "11", "9" * 40]
)
def test_only_plain_digits_in_range_are_a_number(typed):
    with pytest.raises(click.BadParameter):
        NumberType(1, 10).convert(typed, None, None)


def test_a_plain_number_is_taken():
    assert [NumberType(0, 10).convert(typed, None, None) for typed in ("0", "7", "10")] == [0, 7, 10]


@pytest.mark.parametrize("typed", ["", "2", "2/", "/3", "2/3/4", "+2/3", "2 /3", "\uff12/3", "2:3", "2/17"])
def test_only_two_plain_numbers_are_a_pair(typed):
    with pytest.raises(click.BadParameter):
        PairType("/", "2/3", 16).convert(typed, None, None)


def test_a_pair_is_taken():
    assert PairType("/", "2/3", 16).convert("2/3", None, None) == (2, 3)
    assert PairType(":", "0:20", 2**31).convert("0:10000", None, None) == (0, 10000)


def numeric_options() -> Iterator[tuple[str, click.Parameter]]:
    """Every option and argument of both programs that becomes a number, or numbers."""
    commands = {f"custody {row.name}": loading.command(row.target) for row in ROWS.values()}
    commands |= {f"airgap {name}": getattr(import_module(f"airgap.cli.{name}"), name) for name in COMMANDS}
    for name, command in commands.items():
        for each in command.params:
            converted = inspect.signature(each.type.convert).return_annotation
            if isinstance(each.type, click.types.IntParamType | click.types.FloatParamType) or "int" in str(converted):
                yield f"{name} {each.opts[0]}", each


NUMERIC = dict(numeric_options())


def test_the_numbers_are_found():
    assert {
        "airgap show --frames",
        "custody home new --rules",
        "custody journal show --from",
        "custody officer enrol --unlock",
        "custody share split --group",
        "custody sign --passphrase-fd",
        "custody wallet find --limit",
    } < NUMERIC.keys()


@pytest.mark.parametrize("option", NUMERIC)
@pytest.mark.parametrize("typed", SLOPPY)
def test_no_option_takes_a_number_that_is_not_plainly_written(option, typed):
    kind = NUMERIC[option].type
    pairs = isinstance(kind, PairType)
    for text in (f"{typed}{kind.separator}6", f"5{kind.separator}{typed}") if pairs else (typed,):
        with pytest.raises((click.BadParameter, Usage)):
            kind.convert(text, NUMERIC[option], None)


@pytest.mark.parametrize(
    "line",
    [
        ("home", "new", "--rules", "+2"),
        ("home", "new", "--unlock", "\uff12"),
        ("officer", "enrol", "Erin", "--unlock", "1_0"),
        ("officer", "retire", "Erin", "--rules", " 2"),
        ("journal", "show", "--from", "+0"),
        ("journal", "export", "-o", "-", "--from", "1_0"),
    ],
    ids=" ".join,
)
def test_the_front_door_asks_for_a_plain_number(line, custody):
    answer = custody(*line)
    assert (answer.code, answer.stdout) == (2, "")
    assert "a plain number from" in answer.stderr
