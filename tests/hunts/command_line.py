"""Mutated PSBTs through the command line: `custody review --json` and `custody sign --yes`, each in a real process.

    python -m tests.hunts.command_line 5000 [SEED]

The files are those of the hunt in process, now and then a text in base64 or hex, and some of a megabyte. Every answer
must be one of docs/command-line.md: an exit code, exactly one JSON object that agrees with it, nothing else on a
stream, within time and memory, and no file left behind. What review does not pass is not signed; what is signed keeps
every field of the file and gains signatures alone.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from custody.chains.bitcoin.psbt import Psbt, envelope
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError
from tests.chains.bitcoin.review.drafts import Draft, honest, registered
from tests.conftest import ROOT
from tests.hunts.mutator import mutate
from tests.hunts.psbt import MEGABYTES_OF_MEMORY, SECONDS_PER_MEGABYTE, corpus
from tests.support import desk

PORTION = 50
PATIENCE = 120.0
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from custody.cli.front.main import main; main()"
MEASURED = (
    "import atexit, os; status = open('/proc/self/status', 'rb'); "
    "atexit.register(lambda: os.write({}, status.read().split(b'VmHWM:')[1].split()[0])); "
)
"""Told by the process itself at its end: what the kernel tells its parent counts what the parent has in memory, too."""

VERDICTS = {0: {"accept", "warn"}, 3: {"refuse"}}
ERRORS = {4: "unreadable", 9: "alarm"}
SIGNATURES = {0x02, 0x13, 0x14}
"""PSBT_IN_PARTIAL_SIG, PSBT_IN_TAP_KEY_SIG and PSBT_IN_TAP_SCRIPT_SIG: all that signing may add."""


@dataclass
class Tally:
    """What a hunt saw: how often each answer came, CPU seconds beside starting and megabytes at the most."""

    tried: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    largest: int = 0
    faults: list[str] = field(default_factory=list)

    def count(self, name: str, times: int = 1) -> None:
        """Count an answer."""
        self.answers[name] = self.answers.get(name, 0) + times

    def add(self, other: "Tally") -> None:
        """Take in another part's tally."""
        self.tried += other.tried
        self.slowest, self.largest = max(self.slowest, other.slowest), max(self.largest, other.largest)
        self.faults += other.faults
        for name, times in other.answers.items():
            self.count(name, times)


@dataclass(frozen=True)
class Ended:
    """A process that has ended: exit code (negative for a signal), streams, CPU seconds and megabytes at the most."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    megabytes: int


def run(folder: Path, *arguments: str, secret: str | None = None) -> Ended:
    """Run `custody` in a folder that is also its place for temporary files."""
    reader = None
    if secret is not None:
        reader, writer = os.pipe()
        os.write(writer, secret.encode())
        os.close(writer)
        arguments = (*arguments, "--secret-fd", str(reader))
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    out, err, memory = os.memfd_create("out"), os.memfd_create("err"), os.memfd_create("memory")
    process = subprocess.Popen(
        [sys.executable, "-c", MEASURED.format(memory) + PROGRAM, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        pass_fds=(memory,) if reader is None else (memory, reader),
    )
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    _pid, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if reader is not None:
        os.close(reader)
    kilobytes = int(_content(memory) or usage.ru_maxrss)  # a process that was killed told nothing
    return Ended(process.returncode, _content(out), _content(err), usage.ru_utime + usage.ru_stime, kilobytes // 1024)


def _content(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as stream:
        stream.seek(0)
        return stream.read()


corpus_once = cache(corpus)


@cache
def large() -> list[tuple[bytes, tuple[Wallet, ...]]]:
    """Honest files of a megabyte."""
    wallets = (registered("pkh"),)
    return [(_of_large_previous().psbt(), wallets), (_of_many_fields().psbt(), wallets)]


@cache
def readable() -> list[tuple[bytes, tuple[Wallet, ...]]]:
    """The files of the corpus that are whole: among the published ones are some that are not."""
    return [(content, wallets) for content, wallets in corpus_once() if _is_whole(content)]


def _is_whole(content: bytes) -> bool:
    try:
        Psbt.parse(content)
    except CustodyError:
        return False
    return True


def _of_large_previous() -> Draft:
    """Ten coins, each with a previous transaction of 100 kB."""
    draft = honest("pkh", 10)
    draft.outpoints = []
    for number, coin in enumerate(draft.coins):
        filler = desk.output(0, b"\x6a" + b"\x00" * 100_000)
        previous = desk.transaction([(bytes([number]) * 32, 0, desk.FINAL)], [filler, coin.utxo])
        draft.put(number, b"\x00", previous)
        draft.outpoints.append((desk.txid(previous), 1))
    return draft


def _of_many_fields() -> Draft:
    """As many fields that nobody knows as a map may have."""
    draft = honest("pkh")
    draft.globals = [(b"\xf0" + number.to_bytes(2, "big"), bytes(1_000)) for number in range(950)]
    return draft


def broken(chance: random.Random) -> tuple[bytes, tuple[Wallet, ...]]:
    """Choose a file and break it: its bytes or one of its fields. One in twelve stays as it is.

    One in six becomes a text, and some of these break once more.
    """
    content, wallets = large()[chance.randrange(2)] if chance.random() < 0.02 else chance.choice(corpus_once())
    others = [other for other, _wallets in corpus_once()]
    match chance.randrange(12):
        case 0:
            pass
        case 1 | 2 | 3 | 4 | 5:
            content, wallets = chance.choice(readable())
            content = alter(chance, content)
        case _:
            content = mutate(chance, content, others)
    if chance.random() < 1 / 6:
        content = chance.choice((b64encode, lambda data: data.hex().encode(), lambda data: b64encode(data) + b"\n"))(
            content
        )
        if chance.random() < 1 / 3:
            content = mutate(chance, content, others)
    return content, wallets


def alter(chance: random.Random, content: bytes) -> bytes:
    """Change one field and leave the file well-formed: drop it, flip a bit of it, lengthen it, or add a strange one."""
    fields = maps(content)
    chosen = chance.choice([each for each in fields if each])
    key = chance.choice(list(chosen))
    match chance.randrange(5):
        case 0:
            del chosen[key]
        case 1 if chosen[key]:
            at = chance.randrange(len(chosen[key]))
            chosen[key] = chosen[key][:at] + bytes([chosen[key][at] ^ 1 << chance.randrange(8)]) + chosen[key][at + 1 :]
        case 2:
            chosen[key] += chance.randbytes(chance.randint(1, 40))
        case 3:
            chosen[bytes([chance.randrange(256)]) + chance.randbytes(chance.choice((0, 1, 20, 32, 33)))] = chosen[key]
        case _:
            chosen[b"\xfc\x04hunt" + chance.randbytes(2)] = chance.randbytes(chance.randint(0, 300))
    return envelope.MAGIC + b"".join(desk.psbt_map(each.items()) for each in fields)


def faults_of(ended: Ended, size: int, start_up: float) -> Iterator[str]:
    """Say what a process did that it must not do, whatever it was given."""
    if ended.code not in VERDICTS.keys() | ERRORS.keys():
        yield f"exit {ended.code}"
    try:
        answer: Any = json.loads(ended.out)
    except ValueError:
        yield "standard output is not one JSON object"
        return
    if not ended.out.isascii():
        yield "JSON that is not ASCII"
    if ended.code in VERDICTS and answer.get("verdict") not in VERDICTS[ended.code]:
        yield f"exit {ended.code} with verdict {answer.get('verdict')}"
    if ended.code in ERRORS and answer.get("error", {}).get("code") != ERRORS[ended.code]:
        yield f"exit {ended.code} with {answer.get('error')}"
    if b"Traceback" in ended.err:
        yield "a traceback"
    if any(byte < 0x20 and byte != 0x0A for byte in ended.err) or not ended.err.isascii():
        yield "control characters on standard error"
    if ended.seconds - start_up > SECONDS_PER_MEGABYTE * max(1.0, size / 1_000_000):
        yield f"{ended.seconds - start_up:.1f} s beside starting"
    if ended.megabytes > MEGABYTES_OF_MEMORY:
        yield f"{ended.megabytes} MB of memory"


def maps(psbt: bytes) -> list[dict[bytes, bytes]]:
    """Read a PSBT's maps, by BIP-174 and nothing else: pairs of sized key and sized value, each map ended by a zero."""
    at, found, pairs = len(envelope.MAGIC), [], {}
    while at < len(psbt):
        key, at = _sized(psbt, at)
        if not key:
            found.append(pairs)
            pairs = {}
            continue
        pairs[key], at = _sized(psbt, at)
    return found


def _sized(data: bytes, at: int) -> tuple[bytes, int]:
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[at], 0)
    length = int.from_bytes(data[at + 1 : at + 1 + width], "little") if width else data[at]
    start = at + 1 + width
    return data[start : start + length], start + length


def faults_of_signing(unsigned: bytes, signed: bytes) -> Iterator[str]:
    """Say what signing did to a file beside adding signatures."""
    before, after = envelope.open(unsigned), envelope.open(signed)
    if (before.encoding, before.suffix, before.upper) != (after.encoding, after.suffix, after.upper):
        yield "signed in another form"
    old, new = maps(before.payload), maps(after.payload)
    if len(old) != len(new) or any(was.items() - now.items() for was, now in zip(old, new, strict=False)):
        yield "a field was changed or lost by signing"
    gained = [key[0] for was, now in zip(old, new, strict=False) for key in now.keys() - was.keys()]
    if not gained or set(gained) - SIGNATURES or new[0].keys() != old[0].keys():
        yield f"signing added fields of types {sorted(set(gained))}"


def hunt(part: tuple[int, int]) -> Tally:
    """Try so many mutations under a seed, in a folder that is empty again after each."""
    count, seed = part
    chance, tally = random.Random(seed), Tally()
    with TemporaryDirectory() as name:
        folder = Path(name)
        start_up = _start_up(folder)
        for _mutation in range(count):
            content, wallets = broken(chance)
            signing = chance.random()
            for fault in _try(folder, content, wallets, start_up, signing < 0.1, tally):
                tally.faults.append(f"{fault}: {content.hex()}")
            tally.tried += 1
    return tally


def _start_up(folder: Path) -> float:
    """CPU seconds of a command that finds nothing to read."""
    return min(run(folder, "review", "absent", "--wallet", "absent").seconds for _turn in range(3))


def _try(
    folder: Path, content: bytes, wallets: Sequence[Wallet], start_up: float, always_sign: bool, tally: Tally
) -> Iterator[str]:
    (folder / "request").write_bytes(content)
    options = ["request"]
    for number, wallet in enumerate(wallets):
        (folder / f"wallet-{number}").write_text(wallet.to_json(), encoding="utf-8")
        options += ["--wallet", f"wallet-{number}"]
    present = set(folder.iterdir())
    reviewed = run(folder, "review", *options, "--json")
    _count(tally, reviewed, start_up)
    yield from faults_of(reviewed, len(content), start_up)
    if reviewed.code == 0 or always_sign:
        yield from _sign(folder, content, options, reviewed, start_up, tally)
    if left := {path.name for path in set(folder.iterdir()) - present}:
        yield f"left behind: {sorted(left)}"
    for each in folder.iterdir():
        each.unlink()


def _sign(
    folder: Path, content: bytes, options: list[str], reviewed: Ended, start_up: float, tally: Tally
) -> Iterator[str]:
    signed = run(folder, "sign", *options, "--yes", "-o", "signed", "--json", secret=desk.PHRASES["A"])
    out = folder / "signed"
    if reviewed.code != 0:
        if signed.code != reviewed.code or signed.out != reviewed.out:
            yield f"review ended with {reviewed.code} and sign with {signed.code}"
        if out.exists():
            yield "what review did not pass was signed"
        return
    if signed.code in (3, 5):  # nothing left for this key to sign, or a wallet that is another's
        if out.exists():
            yield "a refusal to sign left a file"
        return
    yield from faults_of(signed, len(content), start_up)
    if signed.code == 0:
        tally.count("signed")
        yield from faults_of_signing(content, out.read_bytes())
        out.unlink()


def _count(tally: Tally, ended: Ended, start_up: float) -> None:
    tally.slowest = max(tally.slowest, ended.seconds - start_up)
    tally.largest = max(tally.largest, ended.megabytes)
    tally.count(f"exit {ended.code}")


def hunt_all(count: int, seed: int) -> Tally:
    """Share the work among the processors."""
    whole, rest = divmod(count, PORTION)
    portions = [(PORTION, seed + number) for number in range(whole)] + [(rest, seed + whole)] * bool(rest)
    tally, start = Tally(), time.monotonic()
    with Pool(os.cpu_count() or 1) as pool:
        for done in pool.imap_unordered(hunt, portions):
            tally.add(done)
            taken = time.monotonic() - start
            print(
                f"\r{tally.tried} of {count} in {taken:.0f} s, {len(tally.faults)} faults",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(file=sys.stderr)
    return tally


if __name__ == "__main__":
    result = hunt_all(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    answers = ", ".join(f"{name}: {count}" for name, count in sorted(result.answers.items()))
    print(
        f"{result.tried} files through the command line: {answers}; slowest {result.slowest:.3f} s beside starting,"
        f" at most {result.largest} MB; {len(result.faults)} faults"
    )
    Path("build").mkdir(exist_ok=True)
    Path("build/hunt-command-line.txt").write_text("".join(f"{fault}\n" for fault in result.faults), encoding="utf-8")
    sys.exit(bool(result.faults))
