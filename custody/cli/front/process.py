"""Starts the process again without code that the environment lays into it, and opens streams that were closed."""

import io
import os
import sys

INFLUENCES = (
    *("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX", "PYTHONPLATLIBDIR"),
    *("PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONBREAKPOINT"),
)
"""Variables that lay other code into this process, or keep it open at a prompt after its end."""

_ROOT = __file__.removesuffix("/custody/cli/front/process.py")
_AGAIN = (
    "import sys\n"
    f"if {_ROOT!r} not in sys.path: sys.path.insert(0, {_ROOT!r})\n"
    "from custody.cli.front.main import main\n"
    "main()"
)


def start_alone() -> None:
    """Start again as `python -I` where the environment would lay code of its own into this process.

    What such a variable did before this line is done; but no library of a key is loaded yet, and none will come from
    there. Descriptors and arguments go along.
    """
    if sys.flags.isolated or not (sys.flags.inspect or any(os.environ.get(name) for name in INFLUENCES)):
        return
    kept = ["-B"] if sys.dont_write_bytecode else []
    os.execv(sys.executable, [sys.executable, "-I", *kept, "-c", _AGAIN, *sys.argv[1:]])  # noqa: S606  no shell


def fill_closed_streams() -> None:
    """Put a pipe without another end where standard input, output or error was closed by whoever started us.

    So input is empty, a result is lost with an error and not in silence, and no file that is opened later gets the
    number of a stream and what is said to a person.
    """
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_pipe(0)))
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_pipe(1)))
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(_pipe(2)), errors="backslashreplace")


def _pipe(number: int) -> io.FileIO:
    """Return one end of a pipe under this number: the reading one for 0, else the writing one; the other is closed."""
    reader, writer = os.pipe()
    ours, other = (reader, writer) if number == 0 else (writer, reader)
    os.close(other)
    if ours != number:
        os.dup2(ours, number)
        os.close(ours)
    return io.FileIO(number, "r" if number == 0 else "w", closefd=False)
