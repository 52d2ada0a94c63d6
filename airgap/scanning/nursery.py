"""Processes that read pictures where no program may be started: forked, and each before a secret is read.

Behind the door (`airgap.door`) nothing is executed, so what reads pictures is a copy of this process that loads the
imaging libraries then. A copy has what this process has read; so whoever is going to read secrets first lets one copy
be made that has read nothing, the nursery, and every later one is a copy of that. Where the kernel closes files off,
a copy opens none: it gets what it reads by its pipe.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO, NoReturn, Protocol, cast

from airgap.door import confining

MOST = 24
"""Processes that one nursery makes: more pictures than one command asks for."""

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
"""All that the process is told. What this one was told may hold what is nobody's business."""

_START, _END = "start", "end"


@dataclass(frozen=True, slots=True)
class Job:
    """What a reader does: a function of `airgap.scanning.reader`, and what it is given."""

    function: str
    source: str | None = None
    as_hex: bool = False

    def run(self) -> None:
        """Do it, in the process that was made for it."""
        given = () if self.source is None else (self.source,)
        getattr(import_module("airgap.scanning.reader"), self.function)(*given, as_hex=self.as_hex)


class Reading(Protocol):
    """A process that reads pictures: what is written to it, what it answers, and its end."""

    stdin: BinaryIO | None
    stdout: BinaryIO

    def end(self) -> None:
        """Kill it, whatever it does."""


@dataclass(slots=True)
class Started:
    """A program that does a job, where programs may be started."""

    stdin: BinaryIO | None
    stdout: BinaryIO
    process: "subprocess.Popen[bytes]"

    @classmethod
    def of(cls, program: tuple[str, ...], content: BinaryIO | None = None) -> "Started":
        """Start one; `content` is an open file to read instead of what is written to it."""
        answers, out = os.pipe()
        process = subprocess.Popen(
            program,
            stdin=content or subprocess.PIPE,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            close_fds=True,
            start_new_session=True,  # Ctrl-C is for us
        )
        os.close(out)
        return cls(cast("BinaryIO | None", process.stdin), os.fdopen(answers, "rb", 0), process)

    def end(self) -> None:
        """Kill it, whatever it does."""
        self.process.kill()
        self.process.wait()
        _close(self.stdin, self.stdout)


@dataclass(slots=True)
class Forked:
    """A copy of this process that does a job, with pipes to it."""

    stdin: BinaryIO | None
    stdout: BinaryIO
    process: int

    @classmethod
    def of(cls, job: Job, content: BinaryIO | None = None) -> "Forked":
        """Make one; `content` is an open file to read instead of what is written to it."""
        answers, out = os.pipe()
        into, given = os.pipe() if content is None else (os.dup(content.fileno()), None)
        process = _copy(job, into, out)
        os.close(into)
        os.close(out)
        return cls(None if given is None else os.fdopen(given, "wb"), os.fdopen(answers, "rb", 0), process)

    def end(self) -> None:
        """Kill it, whatever it does."""
        _kill(self.process)
        _close(self.stdin, self.stdout)


class Nursery:
    """A copy of this process from before any secret, which makes the others; at most `MOST`, one after another."""

    def __init__(self) -> None:
        pipes = [(*os.pipe(), *os.pipe()) for _each in range(MOST)]
        orders, self._orders = os.pipe()
        if os.fork() == 0:
            theirs = [(into, out) for into, _given, _answers, out in pipes]
            _in_a_copy(lambda: _tend(orders, theirs), kept=(orders, *(each for pipe in theirs for each in pipe)))
        os.close(orders)
        for into, _given, _answers, out in pipes:
            os.close(into)
            os.close(out)
        self._pipes = iter([(given, answers) for _into, given, answers, _out in pipes])

    def start(self, job: Job) -> "Grown | None":
        """Let a process be made for a job; None where there were as many as there may be."""
        pipe = next(self._pipes, None)
        if pipe is None:
            return None
        given, answers = pipe
        self.order(_START, job)
        return Grown(os.fdopen(given, "wb"), os.fdopen(answers, "rb", 0), self)

    def order(self, what: str, job: Job | None = None) -> None:
        """Say what is to be done, in a line."""
        said = [what, *(() if job is None else (job.function, job.source, job.as_hex))]
        with suppress(BrokenPipeError):  # it is noticed by the missing answer
            os.write(self._orders, json.dumps(said).encode() + b"\n")


@dataclass(slots=True)
class Grown:
    """A process that the nursery made."""

    stdin: BinaryIO | None
    stdout: BinaryIO
    nursery: Nursery

    def end(self) -> None:
        """Let it be killed, whatever it does."""
        self.nursery.order(_END)
        _close(self.stdin, self.stdout)


@cache
def nursery() -> Nursery:
    """Return this process's nursery, which is made when it is first asked for: before any secret is read."""
    return Nursery()


def has_nursery() -> bool:
    """Say whether one was made."""
    return nursery.cache_info().currsize > 0


def _tend(orders: int, pipes: list[tuple[int, int]]) -> None:
    """Make a process for each order, the newest of which is killed on the next; until nobody orders any more."""
    left, process = iter(pipes), None
    for said in _lines(orders):
        if process is not None:
            _kill(process)
            process = None
        if said[0] == _START:
            into, out = next(left)
            process = _copy(Job(*said[1:]), into, out)
            os.close(into)
            os.close(out)
    if process is not None:
        _kill(process)


def _lines(orders: int) -> Iterator[list[Any]]:
    with os.fdopen(orders, "rb") as lines:
        for line in lines:
            yield json.loads(line)


def _copy(job: Job, into: int, out: int) -> int:
    """Make a copy of this process that has two pipes and nothing else, does a job and ends."""
    process = os.fork()
    if process == 0:
        _in_a_copy(job.run, into, out)
    return process


def _in_a_copy(
    work: Callable[[], object], into: int | None = None, out: int | None = None, *, kept: tuple[int, ...] = ()
) -> NoReturn:
    """Do the work of a copy, and end it there: nothing of what this process was about to do is done twice.

    It has `into` and `out` as standard input and output, or nothing, what is `kept`, and no descriptor else.
    """
    try:
        os.setsid()  # Ctrl-C is for the process that asked
        nothing = os.open(os.devnull, os.O_RDWR)
        streams = [_above(os.dup(nothing if each is None else each)) for each in (into, out, None)]
        for stream, each in enumerate(streams):
            os.dup2(each, stream)
        for each in _open():
            if each > 2 and each not in kept:
                with suppress(OSError):
                    os.close(each)
        os.environ.clear()
        os.environ.update(ENVIRONMENT)
        confining.to_pictures()
        work()
    finally:
        os._exit(0)


def _above(number: int) -> int:
    """A descriptor's copy that is no stream's number."""
    while number < 3:
        number = os.dup(number)
    return number


def _open() -> list[int]:
    return [int(each) for each in os.listdir("/proc/self/fd")]  # noqa: PTH208  names, not paths


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(process, 0)


def _close(*streams: BinaryIO | None) -> None:
    for stream in streams:
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()


def python(job: Job) -> tuple[str, ...]:
    """Return the command line of a Python that does a job, where programs may be started."""
    given = "" if job.source is None else f"{job.source!r}, "
    line = f"from airgap.scanning.reader import {job.function}; {job.function}({given}as_hex={job.as_hex})"
    return (sys.executable, "-I", "-c", line)
