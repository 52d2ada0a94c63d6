"""A machine's calls to the program that the kernel runs before each: classic BPF (linux/filter.h, seccomp(2))."""

import errno
import struct
from collections.abc import Iterator

from airgap.door.calls import INTO_THE_TERMINAL, NEW_NAMESPACES, Machine

INSTRUCTION_BYTES = 8

ALLOW, KILL = 0x7FFF_0000, 0x8000_0000
REFUSE, UNKNOWN = 0x0005_0000 | errno.EPERM, 0x0005_0000 | errno.ENOSYS

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
"""Where they stand in struct seccomp_data; of an argument the lower half, on a machine whose lower half comes first."""

_X32 = 0x4000_0000
"""Calls of another way to be a 64-bit process, with the same architecture and numbers of its own."""


def program(machine: Machine) -> bytes:
    """Return the instructions, eight bytes each: all calls are allowed but those that the machine's table refuses."""
    return b"".join(_steps(machine))


def _steps(machine: Machine) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, machine.audit, 1, 0)
    yield _step(_RETURN, KILL)
    yield _step(_LOAD, _NUMBER)
    yield _step(_AT_LEAST, _X32, 0, 1)
    yield _step(_RETURN, KILL)
    for number in machine.refused:
        yield from _if(_EQUAL, number, REFUSE)
    yield from _if(_EQUAL, machine.clone3, UNKNOWN)  # whoever starts a thread falls back to clone, whose flags are seen
    yield _step(_EQUAL, machine.clone, 0, 4)
    yield _step(_LOAD, _FIRST)
    yield from _if(_ANY_BIT, NEW_NAMESPACES, REFUSE)
    yield _step(_RETURN, ALLOW)
    yield _step(_EQUAL, machine.ioctl, 0, 1 + 2 * len(INTO_THE_TERMINAL))
    yield _step(_LOAD, _SECOND)
    for request in INTO_THE_TERMINAL:
        yield from _if(_EQUAL, request, REFUSE)
    yield _step(_RETURN, ALLOW)


def _if(test: int, value: int, answer: int) -> Iterator[bytes]:
    yield _step(test, value, 0, 1)
    yield _step(_RETURN, answer)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
