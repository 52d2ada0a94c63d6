"""Random honest transactions over every kind of script, from a seed drawn now: what others say of them, we say too.

    python -m tests.hunts.random_transactions 10000 [SEED]

The transactions and their judges are tests/referees/test_random_transactions.py's, which judges a thousand of one seed
in every check.
"""

import os
import random
import sys
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from tests.referees.test_random_transactions import honest, judge

SEEDS = 1 << 32


def fault_of(number: int, seed: int) -> str:
    """Judge one transaction; return what is wrong with it, or nothing."""
    try:
        judge(number, seed)
    except Exception as fault:  # noqa: BLE001  whatever it is, it is what we hunt
        return f"{number} of seed {seed}: {type(fault).__name__} {fault}: {honest(number, seed).psbt.hex()}"
    return ""


def hunt_all(count: int, seed: int) -> list[str]:
    """Share the work among the processors."""
    faults = []
    with Pool(os.cpu_count() or 1) as pool:
        for done, fault in enumerate(pool.imap_unordered(partial(fault_of, seed=seed), range(count), 50), 1):
            faults += [fault] if fault else []
            if done % 100 == 0 or done == count:
                print(f"\r{done} of {count}, {len(faults)} faults", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return faults


if __name__ == "__main__":
    drawn = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(SEEDS)
    found = hunt_all(int(sys.argv[1]), drawn)
    print(f"{sys.argv[1]} honest transactions of seed {drawn}: {len(found)} faults")
    Path("build").mkdir(exist_ok=True)
    Path("build/hunt-random.txt").write_text("".join(f"{fault}\n" for fault in found), encoding="utf-8")
    sys.exit(bool(found))
