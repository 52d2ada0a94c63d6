"""What a command has loaded when it answers: each line runs in a process of its own, forked where only click is there.

Run as a program it reads tasks from standard input as JSON, and answers with JSON; `ask` does both ends.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tests.support.patience import LONG

OURS = ("custody", "airgap")
LEFT_OUT = frozenset({"__main__", "tests"})


@dataclass(frozen=True)
class Task:
    """A command line, beginning with the program; and modules that are loaded when it has ended."""

    line: tuple[str, ...]
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """How it ended, what it said on standard error, and what was loaded then: libraries, and modules of ours."""

    code: int
    said: str
    libraries: frozenset[str]
    ours: frozenset[str]


def ask(tasks: Sequence[Task]) -> list[Loaded]:
    """Run tasks, all of them in one interpreter's children, and return what each has loaded, in their order."""
    done = subprocess.run(
        [sys.executable, "-c", "from tests.support.loaded import answer; answer()"],
        input=json.dumps([(task.line, task.modules) for task in tasks]),
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [
        Loaded(code, said, frozenset(libraries), frozenset(ours))
        for code, said, libraries, ours in json.loads(done.stdout)
    ]


def answer() -> None:
    """Be the other end of `ask`."""
    tasks = json.load(sys.stdin)
    import_module("click")
    json.dump([_forked(line, modules) for line, modules in tasks], sys.stdout)


def _forked(line: Sequence[str], modules: Sequence[str]) -> Any:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "w", encoding="utf-8") as out:
                json.dump(_run(line, modules), out)
            status = 0
        finally:
            os._exit(status)  # nothing of the parent's is flushed or ended a second time
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as answered:
        found = answered.read()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, (line, modules)
    return json.loads(found)


def _run(line: Sequence[str], modules: Iterable[str]) -> Any:
    program, *arguments = line
    front = import_module({"custody": "custody.cli.front.main", "airgap": "airgap.cli.front"}[program])
    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said):
        code = front.run(arguments)
    for module in modules:
        import_module(module)
    return code, said.getvalue(), sorted(_libraries()), sorted(_ours())


def _ours() -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] in OURS}


def _libraries() -> set[str]:
    """By the name that is imported. One that begins with `_` is the compiled half of a library that is there too."""
    tops = {name.partition(".")[0] for name in sys.modules}
    named = {top for top in tops if not top.startswith("_") and top not in {*OURS, *LEFT_OUT}}
    return named - sys.stdlib_module_names
