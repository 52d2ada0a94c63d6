"""The one place that waits. Patience has an end only so that what never comes is told; nothing is measured by it.

What comes is not waited for longer than it takes. What does not come is awaited for minutes: a machine may be slow, and
have other things to do.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SECONDS = 120.0
"""For what a person would see at once."""

LONG = 900.0
"""For what takes a quick machine many seconds: a whole tour, a crowd of processes."""

_PAUSE = 0.01
_LOOKS, _GLANCE = 10, 0.001


class Deadline:
    """A moment after which nothing is awaited any more."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then; never less than none."""
        return max(0.0, self._end - time.monotonic())

    def require(self, what: Callable[[], str] | str) -> None:
        """Raise AssertionError with what was awaited, once it is past."""
        if not self.left:
            raise AssertionError(f"waited in vain: {what if isinstance(what, str) else what()}")


def until(condition: Callable[[], object], what: Callable[[], str] | str, seconds: float = SECONDS) -> None:
    """Ask again and again until it is so. Raises AssertionError with what was awaited."""
    deadline = Deadline(seconds)
    while not condition():
        deadline.require(what)
        time.sleep(_PAUSE)


def stated(process: int) -> list[str]:
    """Return what the system says of a process, from its state on; nothing where it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return []


def until_idle(process: int) -> None:
    """Wait until no thread of a process is at work: several looks in a row find each of them asleep."""

    def is_idle() -> bool:
        states = [
            path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{process}/task").glob("*/stat")
        ]
        return set(states) == {"S"}

    until(lambda: all(is_idle() for _look in range(20)), "a process whose threads all wait")


def until_asleep(process: int) -> None:
    """Wait until a process waits for somebody, or is gone; for who is about to press Ctrl-C.

    Python looks for signals between its steps: one that falls after its last look and before it waits for input is seen
    only when the input comes. No hand is as fast as that, and a test is.
    """

    def waits() -> bool:
        for _look in range(_LOOKS):  # one look may find it waiting for another thread, before it reads
            if stated(process)[:1] not in ([], ["S"], ["Z"]):
                return False
            time.sleep(_GLANCE)
        return True

    until(waits, "a process that waits")
