"""How many copies of a secret a command left in memory: in pages of ours none, in libraries' and Python's own some.

Searched are the process that goes on once the command has done its work, and the copy of it that had the secret
(`custody.apart`), as it stands when its work is done and it is about to end.

python -m tests.leaks.memory     prints the table of docs/threat-model.md
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from embit import bip32
from shamir_mnemonic import combine_mnemonics

from custody.errors import CustodyError
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import read_officer_file
from custody.secret import Secret
from tests.conftest import ROOT
from tests.faults import homes
from tests.leaks.needles import of_card, of_phrase
from tests.leaks.scenes import ALL, CARDS, CARDS_PASSPHRASE, PASSPHRASE, PHRASE, Scene, Stage, pipe
from tests.support.officers import NAMES

ITSELF = {"halt"}
"""Commands that have the secret in the process that a shell started, which ends at once: nothing is forked to halt."""

OPENING = {"key restore", "sign", "officer enrol", "officer retire", "officer rules", "home restore", "home renew"}
"""Commands that have the key that is in the vault of their treasury, or seal it there."""

OPERATIONS = (
    "key new",
    "key new, a phrase",
    "key show",
    "key restore",
    "share split",
    "share check",
    "share check, one card alone",
    "share combine",
    "wallet new",
    "sign, with a phrase",
    "sign",
    "message sign",
    "message prove",
    "officer enrol",
    "officer retire",
    "officer passphrase",
    "officer absence",
    "officer rules",
    "halt",
    "resume",
    "journal adopt",
    "home new",
    "home restore",
    "home admit",
    "home exception",
    "home end",
    "home renew",
    "ceremony identity",
    "ceremony sign",
    "ceremony enter",
)
"""Every command that is given a secret or makes one that somebody could look for afterwards, by its scene."""

COLUMNS = ("phrase or card", "seed", "master key", "xprv", "passphrase", "officer's key")

NEW_PASSPHRASE = "another passphrase of Erin"
_LONG_ENOUGH = 24
_TESTER = bytes.fromhex("bb54aac4b89dc868ba37d9cc21b2cece")
"""What CARDS carry, by SLIP-39's published vectors."""

Sought = Mapping[str, Collection[bytes]]
"""What is looked for, by column."""


@dataclass(frozen=True)
class Remembered:
    """Copies of each kind: before a command, in the process that goes on after it, in the copy that had the secret.

    `own`: those of both that lie in a `Secret` which is not wiped. `apart` is None where there was no copy. `sought`
    says what the command was given.
    """

    code: int
    before: Counter[str]
    after: Counter[str]
    apart: Counter[str] | None
    own: Counter[str]
    sought: Sought


def sought(name: str, left: Sequence[str], folder: Path) -> Sought:
    """Say what a command had: what it was given, what it let out (`left`), whose identities lie in its folder."""
    scene = ALL[name]
    found: dict[str, set[bytes]] = {column: set() for column in COLUMNS}
    if scene.secret is not None and scene.secret.startswith(PHRASE):
        _add_phrase(found, PHRASE, PASSPHRASE if PASSPHRASE in scene.secret else "")
    elif scene.secret is not None:
        found["phrase or card"] |= {of_card(card)["card"] for card in CARDS}
        found["passphrase"].add(f": {CARDS_PASSPHRASE}".encode())
        _add_seed(found, _TESTER)
    if name == "key new, a phrase":
        _add_phrase(found, left[0])
    elif scene.out and scene.secret is None:
        _add_seed(found, combine_mnemonics(left[:2]))
    if name in ("key new", "share split"):
        found["phrase or card"] |= {card.encode() for card in left}
    if scene.officers is not None or scene.lines is not None:
        found["passphrase"] |= {phrase.encode() for phrase in _passphrases()}
        found["officer's key"] |= set(_officers_keys(folder))
    if name in OPENING:
        _add_phrase(found, PHRASE)
    return found


def _add_phrase(found: Mapping[str, set[bytes]], phrase: str, passphrase: str = "") -> None:
    known = of_phrase(phrase, passphrase)
    found["phrase or card"].add(known["phrase"])
    found["seed"] |= {known["seed"], known["entropy"]}
    found["master key"].add(known["master key"])
    found["xprv"] |= {known["xprv of main"], known["xprv of test"]}
    if passphrase:
        found["passphrase"].add(passphrase.encode())


def _add_seed(found: Mapping[str, set[bytes]], seed: bytes) -> None:
    root = bip32.HDKey.from_seed(seed)
    found["seed"].add(seed)
    found["master key"].add(root.key.secret)
    found["xprv"].add(root.to_base58().encode())


def _passphrases() -> Iterator[str]:
    yield from (f"the passphrase of {name}" for name in (*NAMES, "Frank"))
    yield NEW_PASSPHRASE


def _officers_keys(folder: Path) -> Iterator[bytes]:
    """The seeds and both private keys of whoever has an identity in a folder, opened with their passphrases."""
    for path in folder.rglob("*.officer"):
        yield from _opened(path.read_bytes())


@cache
def _opened(content: bytes) -> tuple[bytes, ...]:
    for passphrase in _passphrases():
        with suppress(CustodyError), _unsealed(content, passphrase) as keys:
            return tuple(each.reveal() for each in (keys.seed, keys._sign, keys._open))
    raise AssertionError("an identity that nobody of the tests can open")


def _unsealed(content: bytes, passphrase: str) -> OfficerKeys:
    return read_officer_file(content).unseal(Passphrase.read(Secret(passphrase.encode())))


def remembered(names: Sequence[str], place: Path) -> dict[str, Remembered]:
    """Run operations in processes that know of no secret but what they are given, and search what is left of each."""
    stage, answers = Stage(place), {}
    with _runner(place / "before") as runner:
        before = Dump(place / "before")
        for number, name in enumerate(names):
            folder = stage.folder(ALL[name]).rename(place / f"folder-{number}")
            answers[name] = _remembered(name, place / f"run-{number}", folder, runner, before)
    return answers


@contextmanager
def _runner(before: Path) -> Iterator[subprocess.Popen[str]]:
    """Start what runs the commands, and wait until it has written what it remembers before any."""
    line = [sys.executable, "-m", "tests.leaks.remembering", str(before)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as runner:
        assert runner.stdout is not None and runner.stdin is not None
        assert runner.stdout.readline() == "ready\n"
        yield runner
        runner.stdin.close()


def _remembered(name: str, place: Path, folder: Path, runner: subprocess.Popen[str], before: "Dump") -> Remembered:
    """Run one command, search its memory, and clear away what was written of it."""
    scene = ALL[name]
    gives = {option: pipe(text) for option, text in scene.gives.items()}
    outlet, left = os.pipe()[::-1]
    try:
        _told(runner, place, scene, folder, {**gives, **({"--secret-out-fd": outlet} if scene.out else {})})
    finally:
        for end in (outlet, *gives.values()):
            os.close(end)
    with os.fdopen(left, encoding="utf-8") as reader:
        wanted = sought(name, reader.read().splitlines(), folder)
    after = Dump(place.with_suffix(".after"), before)
    apart = Dump(place.with_suffix(".apart"), before) if place.with_suffix(".apart").exists() else None
    own = after.own(wanted) + (Counter() if apart is None else apart.own(wanted))
    counts = None if apart is None else apart.copies(wanted)
    answer = Remembered(int(place.read_text()), before.copies(wanted), after.copies(wanted), counts, own, wanted)
    for file in place.parent.glob(f"{place.name}*"):
        file.unlink()
    return answer


def _told(runner: subprocess.Popen[str], place: Path, scene: Scene, folder: Path, ends: Mapping[str, int]) -> None:
    """Let the runner run a command. It opens the pipes by their names in this process: it was started before them."""
    assert runner.stdout is not None and runner.stdin is not None
    named = {option: f"/proc/{os.getpid()}/fd/{end}" for option, end in ends.items()}
    runner.stdin.write(json.dumps({"place": str(place), "line": scene.line(folder), "ends": named}) + "\n")
    runner.stdin.flush()
    assert runner.stdout.readline() == "done\n"


class Dump:
    """The memory of a process as `remembering` wrote it; with what it was `before`, what became different alone."""

    def __init__(self, place: Path, before: "Dump | None" = None) -> None:
        told = json.loads(Path(f"{place}.json").read_text())
        self._held = told["held"]
        content, at, self._pieces = place.read_bytes(), 0, {}
        for begin, length in told["pieces"]:
            self._pieces[begin] = content[at : at + length]
            at += length
        known = {} if before is None else before._pieces
        self._runs = list(_joined({at: piece for at, piece in self._pieces.items() if known.get(at) != piece}))
        self._counted: dict[bytes, list[int]] = {}

    def copies(self, wanted: Sought) -> Counter[str]:
        """How often each kind stands there."""
        return +Counter({kind: sum(len(self._places(each)) for each in many) for kind, many in wanted.items()})

    def own(self, wanted: Sought) -> Counter[str]:
        """How often in a page of ours."""
        places = {kind: [at for each in many for at in self._places(each)] for kind, many in wanted.items()}
        return +Counter({kind: sum(map(self._is_ours, each)) for kind, each in places.items()})

    def _places(self, secret: bytes) -> list[int]:
        if secret not in self._counted:
            self._counted[secret] = [begin + at for begin, run in self._runs for at in found_at(run, kept(secret))]
        return self._counted[secret]

    def _is_ours(self, at: int) -> bool:
        return any(start <= at < start + size for start, size in self._held)


def _joined(pieces: Mapping[int, bytes]) -> Iterator[tuple[int, bytes]]:
    """Put pieces together that follow each other: a secret may be cut in two."""
    begin, run = 0, bytearray()
    for at, piece in sorted(pieces.items()):
        if run and at != begin + len(run):
            yield begin, bytes(run)
            run = bytearray()
        begin = begin if run else at
        run += piece
    if run:
        yield begin, bytes(run)


def kept(secret: bytes) -> bytes:
    """What freed memory still tells of a secret: an allocator writes over the beginning of what it takes back."""
    return secret[len(secret) // 2 :] if len(secret) >= _LONG_ENOUGH else secret


def found_at(piece: bytes, secret: bytes) -> list[int]:
    """Where a secret stands in a piece of memory; one of equal bytes is not counted within itself."""
    found, at = [], piece.find(secret)
    while at >= 0:
        found.append(at)
        at = piece.find(secret, at + len(secret))
    return found


def table(answers: Mapping[str, Remembered]) -> list[str]:
    """The rows of docs/threat-model.md; nothing where the operation is given no such secret."""
    heads = ["command", *COLUMNS, "in the process that goes on"]
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name, answer in answers.items():
        counts = answer.after if answer.apart is None else answer.apart
        cells = [str(counts[column]) if answer.sought[column] else "" for column in COLUMNS]
        goes_on = "none goes on" if answer.apart is None else str(answer.after.total())
        rows.append(f"| {shown(name)} | {' | '.join([*cells, goes_on])} |")
    return rows


def shown(name: str) -> str:
    """An operation as the table names it: `sign`, with a phrase."""
    command, comma, how = name.partition(",")
    return f"`{command}`{comma}{how}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as folder:
        print(*table(remembered(OPERATIONS, Path(folder).resolve())), sep="\n")
