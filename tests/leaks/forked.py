"""Runs a scene in a forked child, through the very `main` that a shell calls: no interpreter is started for it.

Files are closed off in it as its launcher's door does, and where its job begins, every way to another's file is tried.
"""

import gc
import io
import json
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from airgap.cli.front import main as window
from airgap.door import confining
from airgap.door.standing import Standing
from airgap.scanning import worker
from custody.cli.front import hardened, loading
from custody.cli.front.main import main as custody
from tests.leaks.scenes import Scene, pipe
from tests.support.officers import quick_treasury
from tests.support.patience import SECONDS
from tests.support.reaching import foreign, tried

MAINS = {"custody": custody, "airgap": window}


@dataclass(frozen=True)
class Ended:
    """What a scene left: its exit code, negative for a signal, its streams, and what it let out by which pipe.

    `tried` are the ways to a file that was not named, as the job found them, each with its error.
    """

    code: int
    out: str
    err: str
    released: str
    outlet: int = 0
    tried: dict[str, int] = field(default_factory=dict)


Step = Callable[[], None] | None
"""What is done in the child beside the command."""


def run(scene: Scene, folder: Path, first: Step = None, last: Step = None) -> Ended:
    """Run a scene in a folder. `first` is called in the child just before the command, `last` after it.

    Neither may open a file later on: `last` runs where files are closed off.
    """
    beside = foreign(folder.parent)
    gives = {option: pipe(text) for option, text in scene.gives.items()}
    outlet, told = os.pipe(), os.pipe()
    number = os.fstat(outlet[1]).st_ino
    line = [*scene.line(folder), *(part for option, end in gives.items() for part in (option, str(end)))]
    line += ["--secret-out-fd", str(outlet[1])] if scene.out else []
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the test runner's threads, which no child uses
            child = os.fork()
        if not child:
            os.close(outlet[0])
            _try_when_the_job_begins(scene.program, beside, told[1])
            _live(MAINS[scene.program], [scene.program, *line], (out.fileno(), err.fileno()), folder, first, last)
        for end in (outlet[1], told[1], *gives.values()):
            os.close(end)
        with os.fdopen(outlet[0], "rb") as released, os.fdopen(told[0], "rb") as reached:
            left, found = released.read().decode(), reached.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = [os.pread(stream.fileno(), 1 << 24, 0).decode(errors="replace") for stream in (out, err)]
    return Ended(code, *said, left, number, json.loads(found or b"{}"))


def _try_when_the_job_begins(program: str, folder: Path, told: int) -> None:
    """Be the library that turned on us, in what a program calls once a command's line is read."""
    owner, name = (loading, "_make_nursery") if program == "custody" else (click.Context, "invoke")
    real = getattr(owner, name)

    def trying(*given: Any, **named: Any) -> object:
        os.write(told, json.dumps(tried(folder)).encode())
        return real(*given, **named)

    setattr(owner, name, trying)


def _live(
    main: Callable[[], None],
    line: list[str],
    streams: tuple[int, int],
    folder: Path,
    first: Step,
    last: Step,
) -> None:
    """Be the child, and end without running anything that belongs to the parent."""
    gc.disable()
    gc.freeze()  # what is garbage of the parent's is no end of this command's
    code = 125
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(int(SECONDS))
        for place in (hardened, worker):
            place.standing = lambda: Standing(is_shut=True)  # type: ignore[attr-defined]  `tests/airgap/door` looks there
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        for number, source in enumerate((os.open(os.devnull, os.O_RDONLY), *streams)):
            os.dup2(source, number)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))  # type: ignore[arg-type]
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.BufferedWriter(io.FileIO(number, "w", closefd=False)), "utf-8", errors)
            for number, errors in ((1, "strict"), (2, "backslashreplace"))
        )
        sys.argv = line
        sys.unraisablehook = sys.__unraisablehook__
        with quick_treasury():
            code = _ended(main, first, last)
    finally:
        with suppress(BaseException):
            sys.stderr.flush()
        os._exit(code & 0xFF)


def _ended(main: Callable[[], None], first: Step, last: Step) -> int:
    """Call a program's main, and end as the interpreter would."""
    try:
        confining.to_words(sys.argv[1:], os.environ)
        if first is not None:
            first()
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  what the interpreter does with what nobody caught
        sys.settrace(None)
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    else:
        code = 0
    sys.settrace(None)
    gc.collect()
    if last is not None:
        last()
    return code
