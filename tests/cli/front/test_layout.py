"""Rows of a screen: an address in even rows with its ends set apart, and narrow windows that cut no group."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.cli.front import layout
from custody.cli.front.layout import address_lines, bitcoin, fold, folded, weighed
from tests.support.aloud import WEIGHT, spaced

BOLD = re.compile(r"\x1b\[1m([^\x1b]*)\x1b\[22m")
LONG = "bcrt1p" + "q0" * 29
SHORT = "bcrt1q" + "m9" * 19


@pytest.mark.parametrize(
    ("address", "rows"),
    [(LONG, [8, 8]), (SHORT, [11]), ("1" + "B" * 33, [9]), ("bc1q" + "x" * 38, [11])],
    ids=["p2tr", "p2wpkh", "base58", "p2wpkh of the main network"],
)
def test_an_address_stands_in_rows_as_even_as_they_can_be(address: str, rows: list[int]) -> None:
    lines = address_lines(address, " " * 7)
    plain = [WEIGHT.sub("", line) for line in lines]
    assert [len(line.split()) for line in plain] == rows
    assert all(line.startswith(" " * 7) and len(line) <= 80 for line in plain)
    assert " ".join("\n".join(plain).split()) == spaced(address)


@pytest.mark.parametrize("address", [LONG, SHORT])
def test_the_first_and_the_last_group_have_weight_and_the_middle_is_as_it_is(address: str) -> None:
    shown = "\n".join(address_lines(address, ""))
    groups = spaced(address).split()
    assert BOLD.findall(shown) == [groups[0], groups[-1]]
    assert "\x1b" not in BOLD.sub("", shown)


@pytest.mark.parametrize("width", [40, 45, 60, 80])
@given(atoms=st.integers(-(10**15), 21 * 10**14), address=st.text("abcdefghjk0123456789", min_size=26, max_size=90))
def test_no_window_cuts_a_group_or_an_amount(width: int, atoms: int, address: str) -> None:
    lines = [f"   #0  {bitcoin(atoms)}", f" In all   {bitcoin(atoms)} with the fee", *address_lines(address, " " * 7)]
    for line in lines:
        rows = fold(line, width)
        assert all(len(WEIGHT.sub("", row)) <= width for row in rows)
        assert [word for row in rows for word in row.split()] == line.split()
        assert all(row.startswith(" ") for row in rows)
        assert {len(BOLD.findall(line))} == {sum(len(BOLD.findall(row)) for row in rows)}
    shown = [row for line in lines[:2] for row in fold(line, width)]
    for amount in bitcoin(atoms).removesuffix(" satoshi)").split(" BTC ("):
        assert sum(amount in row for row in shown) >= 2


@given(st.integers(0, 21 * 10**14), st.integers(0, 60))
def test_a_folded_sentence_holds_an_amount_together(atoms: int, before: int) -> None:
    amount = bitcoin(atoms).partition(" BTC")[0]
    told = folded("x" * before + f" {amount} satoshi" * 6, " ")
    assert sum(line.count(amount) for line in told) == 6
    assert max(map(len, told)) <= 80


@pytest.mark.parametrize(
    ("terminal", "term", "no_color", "has_weight"),
    [
        (True, "xterm", "", True),
        (True, "xterm", "1", False),
        (True, "dumb", "", False),
        (True, None, "", False),
        (False, "xterm", "", False),
    ],
)
def test_weight_goes_to_a_terminal_that_has_it_and_where_nobody_refused_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, term: str | None, no_color: str, has_weight: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.delenv("TERM", raising=False)
    if term is not None:
        monkeypatch.setenv("TERM", term)
    [row] = address_lines(SHORT, "")
    assert (weighed(row, is_terminal=terminal) == row) is has_weight
    assert weighed(row, is_terminal=terminal) in (row, spaced(SHORT))


def test_other_styles_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code's black on white is what makes it readable."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert weighed("\x1b[38;5;16;48;5;231m \x1b[0m", is_terminal=True) == "\x1b[38;5;16;48;5;231m \x1b[0m"


def test_a_word_that_is_copied_is_left_to_the_terminal() -> None:
    assert fold("a key " + "k" * 111, 40, cut=False) == ["a key", "     " + "k" * 111]
    assert fold("k" * 111, 40, cut=False) == ["k" * 111]


def test_what_goes_on_begins_where_no_line_of_ours_does() -> None:
    for indent in (0, 1, 3, 7):
        rows = fold(" " * indent + "x " * 60, 40)
        begins = {len(row) - len(row.lstrip()) for row in rows[1:]}
        assert begins.isdisjoint({0, 1, 2, 3, 7})


def test_a_stream_that_is_no_window_has_80_columns() -> None:
    with Path("/dev/null").open() as nothing:
        assert layout.columns(nothing) == 80
