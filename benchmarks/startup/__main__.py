"""Times each command as a whole process, many times in shuffled order, and writes the document."""

import compileall
import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from operator import sub, truediv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.startup import document
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.support import desk

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results.json"
ROUNDS, ROUNDS_BESIDE_OTHERS = 61, 21

BARE = '''import click


@click.group()
def main():
    """A program with one command."""


@main.command()
def nothing():
    """Do nothing."""


main()
'''
WINDOW = """import sys, time
from pathlib import Path
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.bitcoin.wallet.window import window
wallet = Wallet.from_json(Path(sys.argv[1]).read_text())
before = time.process_time()
window(wallet.descriptor, (range(wallet.reach + 1),))
print(time.process_time() - before)
"""
"""Says how many seconds of processor time a wallet's window takes, in a process of its own."""

OTHERS = """import sys, time
from pathlib import Path
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.bitcoin.wallet.window import window
file, *wallets = sys.argv[1:]
file = Path(file).read_bytes()
spender, *others = (Wallet.from_json(Path(each).read_text()) for each in wallets)
def spent(work):
    before = time.process_time()
    work()
    return time.process_time() - before
review(file, [spender])
beside = spent(lambda: review(file, [spender, *others]))
alone = spent(lambda: review(file, [spender]))
window.cache_clear()
print((beside - alone) / spent(lambda: [window(each.descriptor, (range(each.reach + 1),)) for each in others]))
"""
"""Says how much other wallets add to a review, of what the bare derivation of their windows takes: in one process, and
with the spender's own window already derived."""

WITHOUT = "import sys; sys.argv[0] = 'custody'; from custody.cli.front.main import main; main()"
"""A command without its launcher and its door."""

WALLET, PAYMENT = "docs/pictures/treasury.json", "docs/pictures/payment.psbt"
COMMANDS: Mapping[str, Sequence[str]] = {
    "custody --help": ("custody", "--help"),
    "airgap --help": ("airgap", "--help"),
    "custody wallet address": ("custody", "wallet", "address", WALLET),
    "custody review": ("custody", "review", PAYMENT, "--wallet", WALLET),
}


def _account(form: str, number: int) -> Wallet:
    """Register an account of a public test phrase as a wallet of a form."""
    path = f"84h/1h/{number}h"
    key = f"[{desk.root('A').my_fingerprint.hex()}/{path}]{desk.root('A').derive(f'm/{path}').to_public().to_base58()}"
    return Wallet.register(f"other {number}", [form.format(f"{key}/<0;1>/*")], network("regtest"))


OTHER_WALLETS: Mapping[str, Sequence[Wallet]] = {
    document.OF_THE_SAME_TYPE: [_account("wpkh({})", number) for number in range(1, 5)],
    document.OF_ANOTHER_TYPE: [_account("pkh({})", number) for number in range(1, 5)],
}


def measured() -> dict[str, Any]:
    """Return milliseconds of processor time of each command, median and quickest; and the median of the rounds' ratios.

    Within a round all run one after the other, so what the machine does by the minute falls on both.
    """
    for package in ("custody", "airgap"):
        compileall.compile_dir(ROOT / package, quiet=1)
    with TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        beside = Path(sys.executable).parent
        lines = {document.BARE: [sys.executable, str(bare), "--help"]}
        lines |= {name: [str(beside / line[0]), *line[1:]] for name, line in COMMANDS.items()}
        lines[document.PYTHON] = [sys.executable, "-I", "-c", "pass"]
        lines |= {
            document.without(name): [sys.executable, "-I", "-c", WITHOUT, *COMMANDS[name][1:]]
            for name in document.DOOR_BARS
        }
        times: dict[str, list[float]] = {name: [] for name in (*lines, document.WINDOW)}
        for number in range(ROUNDS + 1):
            print(f"round {number} of {ROUNDS}", file=sys.stderr)
            for name in random.sample(sorted(lines), len(lines)):
                spent = _spent(lines[name])
                if number:  # the first round fills the caches
                    times[name].append(spent)
            derived = _derived()
            if number:
                times[document.WINDOW].append(derived)
    review, window, bare_times = (times[name] for name in (document.SEARCHING, document.WINDOW, document.BARE))
    beside_it = {**times, document.SEARCHING: list(map(sub, review, window))}
    return {
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "rounds": ROUNDS,
        "milliseconds": {
            name: {"median": round(1000 * median(spent), 1), "quickest": round(1000 * min(spent), 1)}
            for name, spent in times.items()
        },
        "ratios": {name: round(median(map(truediv, beside_it[name], bare_times)), 3) for name in COMMANDS},
        "whole": round(median(map(truediv, review, bare_times)), 3),
        "door": {name: round(median(_of_the_door(times, name)), 3) for name in document.DOOR_BARS},
        "others": others(),
    }


def _of_the_door(times: Mapping[str, Sequence[float]], name: str) -> Iterator[float]:
    """Yield for each round what launcher and door added to a command, of what a bare Python takes."""
    for behind, without, bare in zip(times[name], times[document.without(name)], times[document.PYTHON], strict=True):
        yield (behind - without) / bare


def others() -> dict[str, float]:
    """Return what four other wallets add to a review, of the derivation of their windows: the median of the rounds."""
    with TemporaryDirectory() as folder:
        return {
            kind: round(median(_added(wallets, Path(folder)) for _round in range(ROUNDS_BESIDE_OTHERS)), 3)
            for kind, wallets in OTHER_WALLETS.items()
        }


def _added(wallets: Sequence[Wallet], folder: Path) -> float:
    files = [folder / f"{number}.json" for number in range(len(wallets))]
    for file, wallet in zip(files, wallets, strict=True):
        file.write_text(wallet.to_json(), encoding="utf-8")
    return _said(OTHERS, PAYMENT, WALLET, *map(str, files))


def _spent(line: Sequence[str]) -> float:
    """Run a command, and return the seconds of processor time that it took, its own and the system's for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = subprocess.Popen(line, cwd=ROOT, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{line}: exit {process.returncode}: {said!r}")
    return usage.ru_utime + usage.ru_stime


def _derived() -> float:
    """Return the seconds of processor time that the window of the wallet takes."""
    return _said(WINDOW, WALLET)


def _said(program: str, *arguments: str) -> float:
    """Run a program in a process of its own, and return the number that it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    line = [sys.executable, "-c", program, *arguments]
    return float(subprocess.run(line, cwd=ROOT, env=kept, capture_output=True, check=True, text=True).stdout)


def main() -> None:
    """Measure, and write results and document; with `--document`, write the document of what was measured before."""
    if sys.argv[1:] != ["--document"]:
        RESULTS.write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")
    document.write(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
