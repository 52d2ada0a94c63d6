"""Mutated PSBTs through the whole review, in process: only errors of ours, quickly, in little memory.

    python -m tests.hunts.psbt 1000000 [SEED]

Each mutation starts from an honest file (every kind of script, version 0 and 2, published vectors where they are
at hand), breaks it in one to eight places, and is reviewed. What the review reads must come back byte for byte.
"""

import json
import os
import random
import resource
import sys
import time
from base64 import b64decode
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError
from tests.chains.bitcoin.review.drafts import STRANGER, honest, registered
from tests.conftest import VECTORS
from tests.hunts.mutator import mutate
from tests.support import desk

SECONDS_PER_MEGABYTE = 2.0
MEGABYTES_OF_MEMORY = 300
PORTION = 2_000


@dataclass
class Tally:
    """What a hunt saw."""

    tried: int = 0
    reviewed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in another part's tally."""
        self.tried += other.tried
        self.reviewed += other.reviewed
        self.slowest = max(self.slowest, other.slowest)
        self.faults += other.faults
        for name, count in other.refused.items():
            self.refused[name] = self.refused.get(name, 0) + count


def corpus() -> list[tuple[bytes, tuple[Wallet, ...]]]:
    """Honest files, and the wallets that own them."""
    found = []
    for kind in desk.KINDS:
        wallets = (registered(kind),)
        owner = desk.wallet(kind)
        found += [(honest(kind, count).psbt(), wallets) for count in (1, 3)]
        found.append((desk.psbt(owner, desk.coins(owner, 2), [(STRANGER, 50_000)], 2_000, 2), wallets))
    if VECTORS.is_dir():
        everything = tuple(registered(kind, name=f"w{number}") for number, kind in enumerate(desk.KINDS))
        published = json.loads((VECTORS / "psbt" / "bip174-370-371.json").read_text(encoding="utf-8"))
        node = json.loads((VECTORS / "core-psbts.json").read_text(encoding="utf-8"))["psbts"]
        found += [(b64decode(entry["psbt_base64"]), everything[:2]) for entry in published]
        found += [(b64decode(entry["psbt"]), everything[:3]) for entry in node if len(entry["psbt"]) < 4_000]
    return found


def hunt(part: tuple[int, int], seconds_per_megabyte: float = SECONDS_PER_MEGABYTE) -> Tally:
    """Try so many mutations under a seed."""
    count, seed = part
    chance, files = random.Random(seed), corpus()
    contents = [content for content, _wallets in files]
    tally = Tally()
    before = _most_memory()
    for _mutation in range(count):
        content, wallets = chance.choice(files)
        broken = mutate(chance, content, contents)
        start = time.process_time()
        try:
            review(broken, wallets)
            if Psbt.parse(broken).serialize() != broken:
                tally.faults.append(f"not the identity: {broken.hex()}")
            tally.reviewed += 1
        except CustodyError as refusal:
            name = type(refusal).__name__
            tally.refused[name] = tally.refused.get(name, 0) + 1
        except Exception as fault:  # noqa: BLE001  whatever it is, it is what we hunt
            tally.faults.append(f"{type(fault).__name__}: {broken.hex()}")
        taken = time.process_time() - start
        tally.slowest = max(tally.slowest, taken)
        if taken > seconds_per_megabyte * max(1.0, len(broken) / 1_000_000):
            tally.faults.append(f"{taken:.1f} s: {broken.hex()}")
        tally.tried += 1
    if _most_memory() - before > MEGABYTES_OF_MEMORY:
        tally.faults.append("memory over the bound")
    return tally


def _most_memory() -> int:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def hunt_all(count: int, seed: int) -> Tally:
    """Share the work among the processors."""
    processes = os.cpu_count() or 1
    whole, rest = divmod(count, PORTION)
    portions = [(PORTION, seed + number) for number in range(whole)] + [(rest, seed + whole)] * bool(rest)
    tally = Tally()
    with Pool(processes) as pool:
        for done in pool.imap_unordered(hunt, portions):
            tally.add(done)
            print(f"\r{tally.tried} of {count}, {len(tally.faults)} faults", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return tally


if __name__ == "__main__":
    result = hunt_all(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    refusals = ", ".join(f"{name} {count}" for name, count in sorted(result.refused.items()))
    print(
        f"{result.tried} mutations: {result.reviewed} reviewed, refused: {refusals}; slowest {result.slowest:.3f} s;"
        f" {len(result.faults)} faults"
    )
    Path("build").mkdir(exist_ok=True)
    Path("build/hunt-psbt.txt").write_text("\n".join(result.faults) + "\n", encoding="utf-8")
    sys.exit(bool(result.faults))
