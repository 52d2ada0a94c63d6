"""Derives keys on a thread of its own while people are asked: one after another, in the order in which they were begun.

A derivation cannot be stopped. So whoever no longer wants one does not wait for it: what went in is wiped at once, and
what comes out as soon as it does. The thread says nothing and asks nobody.
"""

import signal
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

THREAD = "derivations"

_Made = TypeVar("_Made")


class Underway(Generic[_Made]):
    """What was begun. `forget` wipes what goes in, `discard` what comes out; both may be called twice."""

    def __init__(
        self, work: Callable[[], _Made], forget: Callable[[], object], discard: Callable[[_Made], object]
    ) -> None:
        self._work = work
        self._forget = forget
        self._discard = discard
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._unwanted = False
        self._made: list[_Made] = []
        self._failure: BaseException | None = None

    @property
    def ended(self) -> bool:
        """Say whether `result` would return, or raise, at once."""
        return self._done.is_set()

    def result(self) -> _Made:
        """Wait for what is made, and hand it over. Raises what the work raised; once it was handed over, ValueError."""
        self._done.wait()
        if self._failure is not None:
            raise self._failure
        with self._lock:
            if not self._made:
                raise ValueError("this was handed over already, or is not wanted any more")
            return self._made.pop()

    def run(self) -> None:
        """Do the work, unless nobody wants it any more; never raises."""
        try:
            if not self._unwanted:
                self._hand_over(self._work())
        except BaseException as failure:  # noqa: BLE001  it is raised where the result is asked for
            self._failure = failure
        finally:
            self._forget()
            self._done.set()

    def abandon(self) -> None:
        """Wipe what went in, now, and what comes out, as soon as it does; waits for nothing."""
        self._forget()
        with self._lock:
            self._unwanted = True
            self._discard_made()

    def _hand_over(self, made: _Made) -> None:
        with self._lock:
            self._made.append(made)
            if self._unwanted:
                self._discard_made()

    def _discard_made(self) -> None:
        while self._made:
            self._discard(self._made.pop())


class Background:
    """The thread, and what was begun on it. `close` belongs at the end, however it ends: `contextlib.closing`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Underway[Any]] = deque()
        self._begun: list[Underway[Any]] = []
        self._at_work = False

    def begin(
        self, work: Callable[[], _Made], forget: Callable[[], object], discard: Callable[[_Made], object]
    ) -> Underway[_Made]:
        """Begin what is to be done once everything before it is. See `Underway`."""
        begun = Underway(work, forget, discard)
        with self._lock:
            self._begun.append(begun)
            self._waiting.append(begun)
            if not self._at_work:
                # A command that was stopped ends without waiting: the thread ends with the process.
                threading.Thread(target=self._work, name=THREAD, daemon=True).start()
                self._at_work = True
        return begun

    def close(self) -> None:
        """Abandon what nobody has fetched; waits for nothing."""
        with self._lock:
            self._waiting.clear()
        for each in self._begun:
            each.abandon()

    def _work(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        while (each := self._next()) is not None:
            each.run()

    def _next(self) -> Underway[Any] | None:
        with self._lock:
            self._at_work = bool(self._waiting)
            return self._waiting.popleft() if self._waiting else None


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Whoever presses Ctrl-C means the thread that asks: a system may give a signal to any thread that takes it."""
