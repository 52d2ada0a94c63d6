"""How much work a job is: what it does is counted, or its processor time is held against another job's in the same run.

A claim about cost must not depend on the machine, or on what else it does. So no test asserts seconds: `operations`
counts what Python does, the same number each time; `against` and `growth` see inside C, where nothing can be counted,
and belong far between two answers (eight times the size: 8 where the work is linear, 64 where it is quadratic).
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from unittest import mock

from shamir_mnemonic import cipher

Work = Callable[[], object]

RUNS = 5


def operations(work: Work) -> int:
    """Count the lines that run, each turn of a loop anew, and the calls that are made, of Python and of C.

    What is kept from an earlier call is not counted: run the work once before, or clear its tables, and say which.
    """
    count = 0

    def line(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal count
        count += 1
        return line

    def call(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "c_call"

    tracing, profiling = sys.gettrace(), sys.getprofile()
    with _no_collections():
        sys.setprofile(call)
        sys.settrace(line)
        try:
            work()
        finally:
            sys.settrace(tracing)
            sys.setprofile(profiling)
    return count


def against(work: Work, yardstick: Work, runs: int = RUNS) -> float:
    """Return how many times the processor's work of a yardstick a job is: the quickest of some runs of each, in turn.

    Neighbours slow one run and not another, and rarely all of them; what they leave falls on both.
    """
    work_seconds, yardstick_seconds = [], []
    with _no_collections():
        for _run in range(runs):
            work_seconds.append(_spent(work))
            yardstick_seconds.append(_spent(yardstick))
    return min(work_seconds) / min(yardstick_seconds)


def growth(small: Work, large: Work, runs: int = RUNS) -> float:
    """Return how many times the work of a small job a large one of the same kind is."""
    return against(large, small, runs)


@contextmanager
def nothing_derived() -> Iterator[None]:
    """Fail if a share's key derivation, which a card may make hours long, is so much as begun."""
    with mock.patch.object(cipher.hashlib, "pbkdf2_hmac", side_effect=AssertionError("a derivation was begun")):
        yield


def _spent(work: Work) -> float:
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


@contextmanager
def _no_collections() -> Iterator[None]:
    """Collect no garbage during the work: when that is due depends on what ran before."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
