"""The document of how long commands take to start, written from what was measured and from nothing else."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "startup.md"

BARE = "a bare click program, --help"
BARS = {"custody --help": 1.15, "airgap --help": 1.15, "custody wallet address": 2.0, "custody review": 3.0}
"""What a command may take at most, of what the bare program takes; `review` beside the derivation of its window."""

SEARCHING = "custody review"
"""The command that derives every address within its wallet's reach (docs/adr/0014)."""

WINDOW = "that derivation alone"

PYTHON = "a bare `python3 -I -c pass`"
DOOR_BARS = {"custody wallet address": 1.0, "custody --help": 0.5}
"""What launcher and door may add to a command at most, of what that Python takes. A page of help has no door."""

OF_THE_SAME_TYPE, OF_ANOTHER_TYPE = "of the spender's script type", "of another script type"
OTHERS_BARS = {OF_THE_SAME_TYPE: 1.3, OF_ANOTHER_TYPE: 0.1}
"""What four other wallets may add to a review at most, of what the bare derivation of their windows takes."""

BEFORE = {"custody --help": 1.24, "airgap --help": 1.54, "custody wallet address": 6.14, "custody review": 7.7}
"""The same, of the commit before options and jobs were parted, measured in one run of 21 rounds (docs/adr/0013)."""


def without(command: str) -> str:
    """Name a command as it is called without launcher and door."""
    return f"`{command}` without launcher and door"


def ratio(results: Mapping[str, Any], command: str) -> float:
    """Return how many times the bare program's processor time a command takes: the median of the rounds' ratios."""
    return float(results["ratios"][command])


def write(results: Mapping[str, Any]) -> None:
    """Write the document."""
    DOCUMENT.write_text(text(results), encoding="utf-8")


def text(results: Mapping[str, Any]) -> str:
    """Return the document."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Mapping[str, Any]) -> Iterator[str]:
    yield "# How long commands take to start"
    yield ""
    yield (
        "Written by `make bench-startup` from `benchmarks/startup/results.json`; a test compares, and holds the bars. "
        "Whole processes,\nin shuffled order, by the processor time that the system counted for each. *Of the bare "
        "program* is the median of the rounds' ratios, since\nseconds differ between machines and hours, and ratios of "
        "what ran one after the other hardly do. What each command loads is a table of its own,\n"
        "`tests/cli/test_import_budget.py`; why it is so little, [record 0013](adr/0013-what-a-command-loads.md)."
    )
    yield ""
    yield "| command | median, ms | quickest, ms | of the bare program | at most | before |"
    yield "|---|---|---|---|---|---|"
    for name, times in results["milliseconds"].items():
        written = f"| {f'`{name}`' if name in BARS else name} | {times['median']} | {times['quickest']} |"
        if name == SEARCHING:
            yield f"{written} {results['whole']:.2f} | | {BEFORE[name]} |"
        elif name in BARS:
            yield f"{written} {ratio(results, name):.2f} | {BARS[name]} | {BEFORE[name]} |"
        else:
            yield f"{written} {'1' if name == BARE else ''} | | |"
    yield f"| `{SEARCHING}`, beside that derivation | | | {ratio(results, SEARCHING):.2f} | {BARS[SEARCHING]} | |"
    machine = results["machine"]
    yield ""
    yield (
        f"{results['rounds']} rounds, Python {machine['python']} on {machine['system']}, {machine['processors']} "
        "processors that others used too. `wallet address` and `review` read\n`docs/pictures/treasury.json`, a wallet "
        "of a single key; their work is part of the figure. `review` looks for its output among 2,002\naddresses, and "
        "derives them each time ([record 0014](adr/0014-ownership-is-by-script.md)): the bar is held beside "
        "that, and the\nwhole is what the officer waits for."
    )
    yield ""
    yield "| launcher and door add to | of a bare `python3 -I -c pass` | at most |"
    yield "|---|---|---|"
    for name, bar in DOOR_BARS.items():
        yield f"| `{name}` | {results['door'][name]:.2f} | {bar} |"
    yield ""
    yield (
        "The launcher is a shell that starts Python in an empty environment; the door is the filter of system calls, "
        "and what closes files off ([record 0020](adr/0020-the-door.md),\n[record 0022](adr/0022-files.md)). A page "
        "of help has the launcher and no door. The median of the rounds' differences."
    )
    yield ""
    yield "| four other wallets beside the spender's add to a review | of the derivation of their windows | at most |"
    yield "|---|---|---|"
    for kind, bar in OTHERS_BARS.items():
        yield f"| {kind} | {results['others'][kind]:.2f} | {bar} |"
    yield ""
    yield (
        "Pairs in one process, the review with them and without; the median of 21. A payment's script says in which "
        "wallets it can lie at all: the others\nare not derived, and `tests/chains/bitcoin/review/test_effort.py` "
        "counts that."
    )
