"""What a terminal of 80 by 24 shows of a command, with its scrollback, and how that differs from the truth."""

import io
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pyte
from embit.networks import NETWORKS
from embit.script import Script

from custody.cli.front import main
from tests.chains.bitcoin.review.drafts import STRANGER
from tests.cli.hostile_strings import OURS
from tests.support import desk
from tests.support.aloud import WEIGHT, spaced
from tests.support.unhardened import unhardened

WARNED = "Nothing forbids it, but something needs your eye. Not yet approved."
REFUSED = "REFUSED. This will not be signed."
SENTENCES = {"accept": OURS, "warn": WARNED, "refuse": REFUSED}
HEADINGS = (
    "Leaves this wallet",
    "Returns to this wallet",
    "Destroyed, nobody",
    "SHA-256 of what was read",
    "Fee  ",
    "In all ",
)
"""How lines of ours begin that a forger may want. They stand one column from the left."""

TITLE = 'Bitcoin regtest (test money), wallet "'
SENDS = (
    " Leaves this wallet",
    "   #0  0.00 030 000 BTC (30 000 satoshi)",
    f"       {spaced(Script(STRANGER).address(NETWORKS['regtest']))}",
    " Returns to this wallet",
    "   #1  0.00 069 000 BTC (69 000 satoshi)",
    f"       {spaced(desk.wallet('wpkh').address(1, 3))}",
    "       proven by deriving m/84'/1'/0'/1/3 again",
    " Fee      0.00 001 000 BTC (1 000 satoshi), ",
    " In all   0.00 031 000 BTC (31 000 satoshi) with the fee",
    " Spent    0.00 100 000 BTC (100 000 satoshi) from 1 coin, its amount proven",
    " SHA-256 of what was read:",
)
"""How the true lines begin, in their order: amounts by the draft, addresses by embit."""


class Tty(io.StringIO):
    """A stream that says it is a terminal, so that sentences are folded as for a person."""

    def isatty(self) -> bool:
        return True


class Scrolled(pyte.HistoryScreen):
    """A screen and all that scrolled away. Nobody pages back, so no attribute that is read is looked at for that."""

    __getattribute__ = pyte.Screen.__getattribute__  # type: ignore[assignment]


@dataclass(frozen=True)
class Shown:
    """What a command said: exit code, all that it wrote, and the lines that an emulator shows of it."""

    code: int
    written: str
    lines: list[str]


def emulated(written: str) -> list[str]:
    """Every line that a terminal of 80 by 24 shows, those that scrolled away first."""
    emulator = Scrolled(80, 24, history=10_000)
    pyte.ByteStream(emulator).feed(written.replace("\n", "\r\n").encode("utf-8", "surrogatepass"))
    shown = (emulator.buffer.get(row, {}) for row in range(24))
    return [_text(line) for line in (*emulator.history.top, *shown)]


def _text(line: Mapping[int, pyte.screens.Char]) -> str:
    """A line as `pyte.Screen.display` draws it, without blanks at its end. Cells that nobody wrote are not made."""
    return "".join(line[column].data if column in line else " " for column in range(max(line, default=-1) + 1)).rstrip()


def shown(*arguments: str) -> Shown:
    """Run a command in this process, on something like a terminal."""
    both = Tty()
    with redirect_stdout(both), redirect_stderr(both), unhardened():
        code = main.run(arguments)
    return Shown(code, both.getvalue(), emulated(both.getvalue()))


def is_ours(line: str) -> bool:
    """Say whether a line stands where ours do and begins as they do."""
    return line.removeprefix(" ").startswith((*SENTENCES.values(), *HEADINGS)) or line.startswith("   #")


def clean(what: Shown) -> Iterator[str]:
    """Say what reached the terminal and must not: anything but printable ASCII, the ends of lines, and weight."""
    if strange := {letter for letter in WEIGHT.sub("", what.written) if letter != "\n" and not " " <= letter <= "~"}:
        yield f"characters {sorted(map(hex, map(ord, strange)))}"


def faults_of_review(what: Shown, verdict: str) -> Iterator[str]:
    """Say how a shown review differs from the truth: the lines, their order, their number, the verdict's place."""
    yield from clean(what)
    at = what.lines.index(f" {SENTENCES[verdict]}") if f" {SENTENCES[verdict]}" in what.lines else 0
    if not (what.lines[0].startswith(TITLE) and at and all(line.startswith("    ") for line in what.lines[1:at])):
        yield f"the verdict is not at its place: {what.lines[:3]}"
    places = [[number for number, line in enumerate(what.lines) if line.startswith(true)] for true in SENDS]
    if any(len(place) != 1 for place in places) or places != sorted(places):
        yield f"a true line is missing, doubled or out of order: {places}"
    ours = [line for line in what.lines if is_ours(line)]
    burned = sum(line.startswith((" Destroyed", "   #2")) for line in what.lines)
    if len(ours) != 8 + burned or burned not in (0, 2):
        yield f"lines that look like ours: {ours}"


def faults_of_refusal(what: Shown, *codes: int) -> Iterator[str]:
    """Say what is wrong with an error: it begins as one, ends as one, and shows no line that looks like a review's."""
    yield from clean(what)
    if what.code not in codes:
        yield f"exit {what.code}"
    if not any(line.startswith("error:") for line in what.lines):
        yield f"no error: {what.lines[:3]}"
    if forged := [line for line in what.lines if is_ours(line)]:
        yield f"lines that look like ours: {forged}"
