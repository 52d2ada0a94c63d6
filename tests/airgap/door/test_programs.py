"""The filter, run as the kernel runs it: what is refused, what is allowed, and what ends the process."""

import errno
import struct

import pytest

from airgap.door.calls import AARCH64, INTO_THE_TERMINAL, MACHINES, NEW_NAMESPACES, X86_64, Machine
from airgap.door.programs import ALLOW, INSTRUCTION_BYTES, KILL, REFUSE, UNKNOWN, program

I386, X32 = 0x4000_0003, 0x4000_0000
PLAIN = {
    "x86_64": {
        "read": 0,
        "write": 1,
        "close": 3,
        "mmap": 9,
        "futex": 202,
        "openat": 257,
        "exit_group": 231,
        "dup2": 33,
    },
    "aarch64": {
        "read": 63,
        "write": 64,
        "close": 57,
        "mmap": 222,
        "futex": 98,
        "openat": 56,
        "exit_group": 94,
        "dup3": 24,
    },
}
"""Calls without which nothing works."""


def answer(machine: Machine, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the program says of a call: the instructions of classic BPF that a filter may have."""
    steps = [
        struct.unpack_from("=HBBI", program(machine), at) for at in range(0, len(program(machine)), INSTRUCTION_BYTES)
    ]
    data = struct.pack(
        "<iIQ6Q", number, machine.audit if audit is None else audit, 0, *arguments, *[0] * (6 - len(arguments))
    )
    at, held = 0, 0
    while True:
        code, then, otherwise, value = steps[at]
        at += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("<I", data, value)
            case 0x15:
                at += then if held == value else otherwise
            case 0x35:
                at += then if held >= value else otherwise
            case 0x45:
                at += then if held & value else otherwise
            case 0x06:
                return value
            case _:
                raise AssertionError(f"no such instruction: {code:#x}")


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_refused_is_refused_with_one_error(name: str) -> None:
    machine = MACHINES[name]
    assert len(set(machine.refused)) == len(machine.refused) > 40
    assert {answer(machine, number) for number in machine.refused} == {REFUSE}
    assert REFUSE & 0xFFFF == errno.EPERM


@pytest.mark.parametrize("name", MACHINES)
def test_what_every_program_needs_is_allowed(name: str) -> None:
    assert {answer(MACHINES[name], number) for number in PLAIN[name].values()} == {ALLOW}


@pytest.mark.parametrize("name", MACHINES)
def test_the_calls_of_another_machine_end_the_process(name: str) -> None:
    machine = MACHINES[name]
    read = PLAIN[name]["read"]
    assert answer(machine, read, audit=I386) == KILL
    assert answer(machine, read | X32) == KILL
    assert answer(machine, -1) == KILL


@pytest.mark.parametrize("machine", [X86_64, AARCH64])
def test_threads_and_copies_are_made_and_namespaces_are_not(machine: Machine) -> None:
    thread, copy = 0x003D_0F00, 0x0120_0011
    assert answer(machine, machine.clone, thread) == answer(machine, machine.clone, copy) == ALLOW
    for bit in range(32):
        if NEW_NAMESPACES & 1 << bit:
            assert answer(machine, machine.clone, copy | 1 << bit) == REFUSE
    assert answer(machine, machine.clone3) == UNKNOWN
    assert UNKNOWN & 0xFFFF == errno.ENOSYS, "so that clone is tried, whose flags are seen"


@pytest.mark.parametrize("machine", [X86_64, AARCH64])
def test_nothing_is_typed_for_the_shell(machine: Machine) -> None:
    assert {answer(machine, machine.ioctl, 0, request) for request in INTO_THE_TERMINAL} == {REFUSE}
    assert answer(machine, machine.ioctl, 0, 0x5401) == ALLOW
    assert answer(machine, machine.ioctl, INTO_THE_TERMINAL[0], 0x5413) == ALLOW
