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


NUMBERS = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "accept": (43, 202),
    "accept4": (288, 242),
    "bind": (49, 200),
    "listen": (50, 201),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "sendmmsg": (307, 269),
    "recvmmsg": (299, 243),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "open_by_handle_at": (304, 265),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "pidfd_getfd": (438, 438),
    "mount_setattr": (442, 442),
    "fchmodat2": (452, 452),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "open_tree_attr": (467, 467),
    "file_setattr": (469, 469),
}
"""What has to be refused, by the kernel's names, with its numbers on x86-64 and arm64 (asm/unistd.h of each)."""


@pytest.mark.parametrize(("name", "column"), [("x86_64", 0), ("aarch64", 1)])
def test_the_table_has_every_call_that_has_to_be_refused_by_its_number(name: str, column: int) -> None:
    wanted = {numbers[column] for numbers in NUMBERS.values()} - {None}
    assert set(MACHINES[name].refused) == wanted
    machine = MACHINES[name]
    assert (machine.clone, machine.clone3, machine.ioctl) == ((56, 435, 16), (220, 435, 29))[column]


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
