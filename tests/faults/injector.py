"""Stands between a Python program and the system's write-side calls, in this process, and makes one of them fail.

It sees `os.*` and `fcntl.*` where they are called by these names. Python's own `open` writes past them, so opening a
file of the folder for writing with it is an error of its own here: such a program would seem to have no points at all.
"""

import builtins
import fcntl
import functools
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tests.faults.fault import Call, Fault, Undone

_BY_DESCRIPTOR = ("write", "pwrite", "writev", "pwritev", "fsync", "fdatasync", "ftruncate", "fchmod")
_BY_PATH = ("open", "unlink", "remove", "rmdir", "mkdir", "truncate", "chmod", "symlink", "mkfifo")
_TWO_PATHS = ("rename", "replace", "link")
_LOCKS = ("flock", "lockf")
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Injector:
    """Counts the calls that touch a folder and, where told, makes one of them fail. Raises Undone from blind writes."""

    def __init__(self, folder: Path, fault: Fault | None = None, at: int = -1) -> None:
        self.calls: list[Call] = []
        self.fired = False
        self._folder = str(folder)
        self._fault = fault
        self._at = at

    def install(self) -> None:
        """Wrap the calls, for the rest of this process."""
        for module, names in ((os, (*_BY_DESCRIPTOR, *_BY_PATH, *_TWO_PATHS)), (fcntl, _LOCKS)):
            for name in names:
                setattr(module, name, self._wrapped(name, getattr(module, name)))
        seeing = self._seeing(io.open)
        io.open = builtins.open = seeing

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(real)
        def wrapper(*arguments: Any, **named: Any) -> Any:
            call = _described(name, arguments, named)
            if call is None or not (self._ours(call.path) or self._ours(call.new)):
                return real(*arguments, **named)
            return self._pass(call, real, arguments, named)

        return wrapper

    def _pass(self, call: Call, real: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        number = len(self.calls)
        self.calls.append(call)
        fault = self._fault
        if fault is None or number < self._at:
            return real(*arguments, **named)
        if number == self._at and fault.applies(call):
            self.fired = True
            return self._fire(fault, real, arguments, named)
        if fault.dies_next and self.fired:
            _die()
        if fault.meets(call.name) and self.fired:
            raise OSError(fault.error, "injected")
        return real(*arguments, **named)

    def _fire(self, fault: Fault, real: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        answer = None
        if fault.done:
            answer = real(*arguments, **named)
        elif fault.part:
            descriptor, data, *rest = arguments
            answer = real(descriptor, memoryview(data)[: len(data) // 2], *rest, **named)
        if fault.kill:
            _die()
        if fault.error and not fault.part:
            raise OSError(fault.error, "injected")
        return answer

    def _seeing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(real)
        def opener(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            if set(mode) & set("wax+"):
                path = _of_descriptor(file) if isinstance(file, int) else _of_path(file, None)
                if self._ours(path):
                    raise Undone(f"{path} is written by Python's own open, which no fault can be put into")
            return real(file, mode, *arguments, **named)

        return opener

    def _ours(self, path: str) -> bool:
        return path == self._folder or path.startswith(f"{self._folder}/")


def _described(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Call | None:
    """Say what a call is about to change; nothing, where it is not write-side."""
    if name in _TWO_PATHS:
        old = _of_path(arguments[0], named.get("src_dir_fd"))
        return Call(name, old, _of_path(arguments[1], named.get("dst_dir_fd")))
    if name == "symlink":
        return Call(name, _of_path(arguments[1], named.get("dir_fd")))
    if name == "open":
        flags = arguments[1] if len(arguments) > 1 else named["flags"]
        if not flags & _FOR_WRITING:
            return None
        return Call(name, _of_path(arguments[0], named.get("dir_fd")), creates=bool(flags & os.O_CREAT))
    if name in _BY_PATH and not isinstance(arguments[0], int):
        return Call(name, _of_path(arguments[0], named.get("dir_fd")))
    target = arguments[0]
    path = _of_descriptor(target if isinstance(target, int) else target.fileno())
    return Call(name, path, size=len(arguments[1]) if name in ("write", "pwrite") else 0)


def _of_descriptor(descriptor: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).removesuffix(" (deleted)")
    except OSError:
        return ""  # not open: the call itself will say so


def _of_path(path: Any, within: int | None) -> str:
    above = Path(_of_descriptor(within)) if within is not None else Path.cwd()
    return os.path.normpath(above / os.fsdecode(path))


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise Undone("outlived a SIGKILL")
