"""How many copies of a secret a process still holds after its command: in pages of ours none, in libraries' so many.

python -m tests.leaks.memory     prints the table of docs/threat-model.md
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.faults import homes
from tests.leaks.needles import of_card, of_phrase
from tests.leaks.scenes import ALL, CARDS, CARDS_PASSPHRASE, PASSPHRASE, PHRASE, Scene, Stage, pipe
from tests.support.patience import LONG

OPERATIONS = ("key show", "share combine", "sign, with a phrase", "sign", "message sign", "officer passphrase")
COLUMNS = ("phrase or card", "seed", "master key", "xprv", "passphrase")

_LONG_ENOUGH = 24


@dataclass(frozen=True)
class Remembered:
    """Copies of each kind before a command and after it; `own`: those that lie in a `Secret` which is not wiped."""

    code: int
    before: Counter[str]
    after: Counter[str]
    own: Counter[str]


def sought(name: str) -> dict[str, Sequence[bytes]]:
    """What is looked for after an operation, by column."""
    passphrase = PASSPHRASE if name == "key show" else ""
    of_key = of_phrase(PHRASE, passphrase)
    found: dict[str, Sequence[bytes]] = {
        "phrase or card": [of_key["phrase"]],
        "seed": [of_key["seed"]],
        "master key": [of_key["master key"]],
        "xprv": [of_key["xprv of main"], of_key["xprv of test"]],
        "passphrase": [passphrase.encode()] if passphrase else [],
    }
    if name == "share combine":
        cards = [of_card(card) for card in CARDS]
        secret = bytes.fromhex("bb54aac4b89dc868ba37d9cc21b2cece")
        found |= {"phrase or card": [card["card"] for card in cards], "seed": [secret], "master key": [], "xprv": []}
        found["passphrase"] = [f": {CARDS_PASSPHRASE}".encode()]
    elif name in ("sign", "officer passphrase"):
        found |= {"phrase or card": [], "passphrase": [f"the passphrase of {who}".encode() for who in homes.NAMES]}
    return found


def remembered(names: Sequence[str], place: Path) -> dict[str, Remembered]:
    """Run operations in processes that know of no secret but what they are given, and search what is left of each."""
    stage = Stage(place)
    task, given, outlets = {}, [], []
    for number, name in enumerate(names):
        scene = ALL[name]
        folder = stage.folder(scene).rename(place / f"folder-{number}")
        ends = {option: pipe(text) for option, text in scene.gives.items()}
        outlet = os.open(os.devnull, os.O_WRONLY) if scene.out else -1
        task[str(place / f"run-{number}")] = _line(scene, folder, ends, outlet)
        given += ends.values()
        outlets += [outlet] if scene.out else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.leaks.remembering"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        cwd=ROOT,
        pass_fds=(*given, *outlets),
        timeout=LONG,
        check=False,
    )
    for end in (*given, *outlets):
        os.close(end)
    assert done.returncode == 0, done.stderr
    return {name: _searched(Path(place_of), sought(name)) for name, place_of in zip(names, task, strict=True)}


def _line(scene: Scene, folder: Path, ends: Mapping[str, int], outlet: int) -> list[str]:
    out = ["--secret-out-fd", str(outlet)] if outlet >= 0 else []
    return [*scene.line(folder), *(part for option, end in ends.items() for part in (option, str(end))), *out]


def _searched(place: Path, secrets: Mapping[str, Sequence[bytes]]) -> Remembered:
    before, _own = _counted(place.with_suffix(".before"), secrets)
    after, own = _counted(place.with_suffix(".after"), secrets)
    return Remembered(int(place.read_text()), before, after, own)


def _counted(dump: Path, secrets: Mapping[str, Sequence[bytes]]) -> tuple[Counter[str], Counter[str]]:
    told = json.loads(Path(f"{dump}.json").read_text())
    copies, own = Counter[str](), Counter[str]()
    with dump.open("rb") as content:
        for begin, length in told["pieces"]:
            piece = content.read(length)
            for column, each in ((column, each) for column, many in secrets.items() for each in many):
                for at in found_at(piece, kept(each)):
                    copies[column] += 1
                    own[column] += any(start <= begin + at < start + size for start, size in told["held"])
    return copies, own


def kept(secret: bytes) -> bytes:
    """What freed memory still tells of a secret: an allocator writes over the beginning of what it takes back."""
    return secret[len(secret) // 2 :] if len(secret) >= _LONG_ENOUGH else secret


def found_at(piece: bytes, secret: bytes) -> list[int]:
    """Where a secret stands in a piece of memory."""
    found, at = [], piece.find(secret)
    while at >= 0:
        found.append(at)
        at = piece.find(secret, at + 1)
    return found


def table(answers: Mapping[str, Remembered]) -> list[str]:
    """The rows of docs/threat-model.md; nothing where the operation is given no such secret."""
    rows = [f"| after | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, answer in answers.items():
        cells = [str(answer.after[column]) if sought(name)[column] else "" for column in COLUMNS]
        rows.append(f"| {shown(name)} | {' | '.join(cells)} |")
    return rows


def shown(name: str) -> str:
    """An operation as the table names it: `sign`, with a phrase."""
    command, comma, how = name.partition(",")
    return f"`{command}`{comma}{how}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as folder:
        print(*table(remembered(OPERATIONS, Path(folder).resolve())), sep="\n")
