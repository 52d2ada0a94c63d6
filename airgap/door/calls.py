"""System calls that are refused behind the door, with their numbers on each machine that is known.

The numbers are the kernel's: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

from typing import NamedTuple


class Machine(NamedTuple):
    """A kind of machine: the kernel's AUDIT_ARCH of it, and the numbers of its calls."""

    audit: int
    clone: int
    clone3: int
    ioctl: int
    refused: tuple[int, ...]


_NEW = (
    *(425, 426, 427, 438),  # io_uring_setup, io_uring_enter, io_uring_register, pidfd_getfd
    *(428, 429, 430, 431, 432, 433, 442, 467),  # mount in parts: open_tree to fspick, mount_setattr, open_tree_attr
    *(452, 463, 466, 469),  # fchmodat2, setxattrat, removexattrat, file_setattr
)
"""One number everywhere."""

X86_64 = Machine(
    audit=0xC000003E,
    clone=56,
    clone3=435,
    ioctl=16,
    refused=(
        *(41, 53, 42, 43, 288, 49, 50),  # socket, socketpair, connect, accept, accept4, bind, listen
        *(44, 45, 46, 47, 307, 299),  # sendto, recvfrom, sendmsg, recvmsg, sendmmsg, recvmmsg
        *(59, 322),  # execve, execveat
        *(101, 310, 311),  # ptrace, process_vm_readv, process_vm_writev
        *(29, 30, 31),  # shmget, shmat, shmctl: what others made is reached by its number alone
        *(64, 65, 66, 220, 68, 69, 70, 71, 240),  # semget, semop, semctl, semtimedop, msgget to msgctl, mq_open
        *(248, 249, 250),  # add_key, request_key (which starts a program), keyctl
        *(321, 298, 323),  # bpf, perf_event_open, userfaultfd
        *(272, 308, 165, 166, 155, 161),  # unshare, setns, mount, umount2, pivot_root, chroot
        # Landlock looks at none of these, by which a note could be left on any file of this user:
        *(188, 189, 190, 197, 198, 199),  # setxattr, lsetxattr, fsetxattr, and removexattr likewise
        *(90, 91, 268, 92, 93, 94, 260),  # chmod, fchmod, fchmodat, chown, fchown, lchown, fchownat
        *(132, 235, 261, 280),  # utime, utimes, futimesat, utimensat
        *(175, 313, 246, 320, 304),  # init_module, finit_module, kexec_load, kexec_file_load, open_by_handle_at
        *_NEW,
    ),
)

AARCH64 = Machine(
    audit=0xC00000B7,
    clone=220,
    clone3=435,
    ioctl=29,
    refused=(
        *(198, 199, 203, 202, 242, 200, 201),  # socket, socketpair, connect, accept, accept4, bind, listen
        *(206, 207, 211, 212, 269, 243),  # sendto, recvfrom, sendmsg, recvmsg, sendmmsg, recvmmsg
        *(221, 281),  # execve, execveat
        *(117, 270, 271),  # ptrace, process_vm_readv, process_vm_writev
        *(194, 196, 195),  # shmget, shmat, shmctl
        *(190, 193, 191, 192, 186, 189, 188, 187, 180),  # semget to semtimedop, msgget to msgctl, mq_open
        *(217, 218, 219),  # add_key, request_key, keyctl
        *(280, 241, 282),  # bpf, perf_event_open, userfaultfd
        *(97, 268, 40, 39, 41, 51),  # unshare, setns, mount, umount2, pivot_root, chroot
        *(5, 6, 7, 14, 15, 16),  # setxattr, lsetxattr, fsetxattr, and removexattr likewise
        *(52, 53, 55, 54, 88),  # fchmod, fchmodat, fchown, fchownat, utimensat
        *(105, 273, 104, 294, 265),  # init_module, finit_module, kexec_load, kexec_file_load, open_by_handle_at
        *_NEW,
    ),
)

MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}
"""By the name that `os.uname` gives."""

NEW_NAMESPACES = 0x7E02_0000
"""Flags of clone that would make a namespace, in which an ordinary user is its own administrator."""


class Landlock(NamedTuple):
    """The calls by which a process gives up files (landlock(7))."""

    create_ruleset: int
    add_rule: int
    restrict_self: int


LANDLOCK = Landlock(444, 445, 446)
"""One number everywhere."""

INTO_THE_TERMINAL = (0x5412, 0x541C)
"""ioctl TIOCSTI and TIOCLINUX: what is written so the shell reads once we are gone, as if somebody had typed it."""
