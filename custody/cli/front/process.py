"""Opens streams that were closed by whoever started this process."""

import io
import os
import sys


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
