"""Broken inputs for every parser: an input is read or refused by an error of ours, and what is read is written again.

    python -m tests.hunts.parsers HOW_MANY [SEED [NAME]]

So many broken inputs for each of `TARGETS`, or for those of a name. Each costs at most two seconds of processor a
megabyte, and 300 MB. What is found lies in `build/hunt-parsers.txt`, an input to a line.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from tests.hunts.mutator import mutate
from tests.hunts.targets import bitcoin, books, ceremonies, documents, keys, window
from tests.hunts.targets.target import Input, Target

TARGETS = (*bitcoin.TARGETS, *keys.TARGETS, *books.TARGETS, *window.TARGETS, *documents.TARGETS, *ceremonies.TARGETS)
SECONDS_PER_MEGABYTE = 2.0
MEGABYTES_OF_MEMORY = 300


@dataclass
class Found:
    """What a hunt saw of a target: how many inputs were read and refused, and the faults, each with its input."""

    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    inputs: dict[str, Input] = field(default_factory=dict)


def broken(target: Target, count: int, seed: int) -> Iterator[Input]:
    """Yield so many broken inputs of a target; the same ones for the same seed."""
    chance = random.Random(f"{seed} {target.name}")
    for _number in range(count):
        yield mutate(chance, chance.choice(target.seeds), target.seeds)


def hunt(target: Target, count: int, seed: int, seconds_per_megabyte: float = inf) -> Found:
    """Try so many broken inputs of a target."""
    found = Found()
    for content in broken(target, count, seed):
        begin = time.process_time()
        is_read, fault = target.judge(content)
        taken = time.process_time() - begin
        found.slowest = max(found.slowest, taken)
        found.read += is_read
        found.refused += not is_read
        if taken > seconds_per_megabyte * max(1.0, len(content) / 1_000_000):
            fault = fault or f"{taken:.1f} s"
        if fault:
            found.faults[fault] += 1
            found.inputs.setdefault(fault, content)
    return found


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(count: int, seed: int, name: str) -> int:
    """Hunt in the targets whose name holds a text, and tell what was seen. Returns how many kinds of faults."""
    Path("build").mkdir(exist_ok=True)
    before, whole, kinds = _most_memory(), Found(), 0
    with Path("build/hunt-parsers.txt").open("w", encoding="utf-8") as told:
        for target in TARGETS:
            if name not in target.name:
                continue
            found = hunt(target, count, seed, SECONDS_PER_MEGABYTE)
            print(
                f"{target.name}: {found.read} read, {found.refused} refused, slowest {found.slowest:.3f} s", flush=True
            )
            for fault, times in found.faults.items():
                print(f"    {times} times {fault}")
                print(target.name, fault, ascii(found.inputs[fault]), sep=": ", file=told, flush=True)
            kinds += len(found.faults)
            whole.read += found.read
            whole.refused += found.refused
            whole.slowest = max(whole.slowest, found.slowest)
    grown = _most_memory() - before
    print(
        f"{len(TARGETS)} targets, {count} inputs each, seed {seed}: {whole.read} read, {whole.refused} refused, slowest"
        f" {whole.slowest:.3f} s, {grown} MB more memory, {kinds} kinds of faults"
    )
    return kinds + (grown > MEGABYTES_OF_MEMORY)


if __name__ == "__main__":
    sys.exit(
        main(
            int(sys.argv[1]),
            int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(2**32),
            sys.argv[3] if len(sys.argv) > 3 else "",
        )
        > 0
    )
