"""The table of probes, with why each matters and what to do; `examine` measures all, `require_fit` refuses.

Why something is unfit, and something else only told, is in docs/spec/machine.md.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from custody.catalogue import _
from custody.errors import Unfit
from custody.machine import devices, disks, kernel, memory, network
from custody.machine.clock import clock
from custody.machine.keyboard import keyboard
from custody.machine.measurement import NOT_LOOKED_AT, Machine, Measurement, Seen, Standing
from custody.machine.root import Root
from custody.text import safe

_MOST_NAMED = 3
_MAY_EXCEPT = _(" Officers may except it for a while: custody home exception --help.")
_KERNEL = "proc/sys/kernel"


class Probe(NamedTuple):
    """What is measured under an ID, why it matters, and what to do where it does not stand well."""

    id: str
    why: str
    remedy: str


PROBES = (
    Probe(
        "MACHINE-NET-UP",
        _("What is connected can be attacked, and can send a key away."),
        _("pull the cable; ip link set NAME down"),
    ),
    Probe(
        "MACHINE-NET-ROUTE",
        _("A route says that this machine was set up to reach others."),
        _("ip link set NAME down, and its routes are gone"),
    ),
    Probe(
        "MACHINE-RADIO",
        _("A radio needs no cable: it may connect by itself, and be heard through a wall."),
        _("rfkill block all; better, switch it off in the firmware or take it out"),
    ),
    Probe("MACHINE-MODEM", _("A modem is a way out of this room."), _("unplug it; take a built-in one out")),
    Probe(
        "MACHINE-SWAP",
        _("What is in memory may be written to a disk, and stay there."),
        _("swapoff -a; take the line out of /etc/fstab"),
    ),
    Probe(
        "MACHINE-HIBERNATION",
        _("A machine that hibernates writes all of its memory to a disk."),
        _("systemctl mask hibernate.target; or start the kernel with nohibernate"),
    ),
    Probe(
        "MACHINE-CORE-PIPE",
        _("Whatever program crashes, that one reads all of its memory, and may keep it."),
        _("sysctl -w kernel.core_pattern=core"),
    ),
    Probe(
        "MACHINE-TRACED",
        _("A debugger reads every secret of the process that it holds."),
        _("end it (gdb, strace), and start the command again"),
    ),
    Probe(
        "MACHINE-PTRACE",
        _("Another program of yours could read secrets of a program that does not guard itself."),
        _("sysctl -w kernel.yama.ptrace_scope=1"),
    ),
    Probe(
        "MACHINE-PRELOAD",
        _("A library that is laid into programs can do all that they can, and change what they show."),
        _("find out who wrote it; start from a clean system: this one was changed"),
    ),
    Probe(
        "MACHINE-LOCKDOWN",
        _("Without lockdown, root can change the kernel while it runs, and read all memory."),
        _("start with secure boot on, or with lockdown=integrity"),
    ),
    Probe(
        "MACHINE-SECURE-BOOT",
        _("Without secure boot, whoever had the laptop for an hour can start another kernel on it."),
        _("switch it on in the firmware; seal the laptop between two evenings"),
    ),
    Probe(
        "MACHINE-CLOCK",
        _("Times in the book come from this clock. Nothing is decided by them, but people read them."),
        _("date -u -s 'YYYY-MM-DD HH:MM', by a watch"),
    ),
    Probe(
        "MACHINE-ROOT-DISK",
        _("What programs leave behind (logs, histories, temporary files) stays on the disk."),
        _("start a live system that keeps all of it in memory"),
    ),
    Probe(
        "MACHINE-DISK-PLAIN",
        _("Whoever finds the laptop reads what is written there: the book, names, balances."),
        _("lay the system on an encrypted disk (LUKS), or keep the home on a medium that you take along"),
    ),
    Probe(
        "MACHINE-RECORDER",
        _("What a screen shows may be kept, or be seen elsewhere: cards too."),
        _("leave it, and begin on a plain terminal"),
    ),
    Probe(
        "MACHINE-CAMERA",
        _("It may see cards, dice and who types what."),
        _("cover it while no code is scanned"),
    ),
    Probe("MACHINE-PRINTER", _("Printers keep what they printed."), _("unplug it while no page is printed")),
    Probe(
        "MACHINE-SPOOL",
        _("A page is written there before it is printed, and often afterwards."),
        _("mount -t tmpfs tmpfs /var/spool/cups, before anything is printed"),
    ),
    Probe(
        "MACHINE-CPU",
        _("One program may read memory of another through the processor."),
        _("run nothing else beside; update the firmware before the machine goes offline for ever"),
    ),
    Probe(
        "MACHINE-USER",
        _("A fault in any program would own the whole machine."),
        _("work as an ordinary user"),
    ),
    Probe(
        "MACHINE-CONTAINER",
        _("Network, swap and radios of the machine itself may not be shown in here."),
        _("run the command outside, on the machine itself"),
    ),
    Probe(
        "MACHINE-LANDLOCK",
        _("Without Landlock a library that turned on us could read every file of yours, and write into it."),
        _("use a kernel of Linux 6.2 or later that has Landlock: lsm=landlock,... on its command line"),
    ),
    Probe(
        "MACHINE-FILES",
        _("A program of ours that somebody changed can send a key away in what it signs, and say that all is well."),
        _("custody selftest names each file; verify the bundle on another machine and lay it again"),
    ),
    Probe(
        "MACHINE-KEYBOARD",
        _("A passphrase that is typed on another layout is another passphrase."),
        _("choose the layout with loadkeys or setxkbmap, and type the line on a terminal"),
    ),
)
"""In this order they are told. Each has its way of looking in `_looks`."""


def examine(
    root: Path,
    now: int,
    programs: Sequence[str] = (),
    typed: str | None = None,
    landlock: int | None = None,
    files: Seen = NOT_LOOKED_AT,
) -> Machine:
    """Measure the machine whose `/` is at `root`.

    `now` is what its clock says, in seconds since 1970; `programs` are those around this one that see or keep what a
    terminal shows; `typed` is what came when `keyboard.SHOWN` was to be typed; `landlock` is its version, 0 for none;
    `files` is how the toolkit's own files were found.
    """
    machine = Root(root)
    name, release = (machine.text(f"{_KERNEL}/{field}") for field in ("ostype", "osrelease"))
    if name != "Linux":
        strange = Seen(Standing.UNKNOWN, _("cannot be measured: this is not Linux, or it does not show /proc"))
        return _machine(_("not Linux"), {each.id: strange for each in PROBES})
    return _machine(
        f"Linux {safe(release or '?')}",
        {id_: look(machine) for id_, look in _looks(now, programs, typed, landlock, files).items()},
    )


def require_fit(machine: Machine, excepted: Collection[tuple[str, str]] | None = None) -> None:
    """Raise Unfit where something makes keys unsafe on this machine, beside what is excepted: findings and subjects.

    `excepted` is None where no treasury could except any.
    """
    unfit = [
        f"{id_}: {seen}"
        for each in machine.standing(Standing.UNFIT)
        for (id_, subject), seen in each.found.items()
        if (id_, subject) not in (excepted or ())
    ]
    if unfit:
        named = "; ".join(unfit[:_MOST_NAMED])
        raise Unfit(
            _("this machine is not fit for secrets ({findings})").format(findings=named),
            hint=_("custody doctor says why each matters, and what to do.") + ("" if excepted is None else _MAY_EXCEPT),
        )


def _machine(system: str, seen: dict[str, Seen]) -> Machine:
    return Machine(system, tuple(_measurement(each, seen[each.id]) for each in PROBES))


def _measurement(probe: Probe, seen: Seen) -> Measurement:
    return Measurement(probe.id, seen.standing, seen.text, probe.why, probe.remedy, seen.subjects)


def _looks(
    now: int, programs: Sequence[str], typed: str | None, landlock: int | None, files: Seen
) -> dict[str, Callable[[Root], Seen]]:
    """Return an ID -> how to look."""
    return {
        "MACHINE-NET-UP": network.interfaces,
        "MACHINE-NET-ROUTE": network.routes,
        "MACHINE-RADIO": network.radios,
        "MACHINE-MODEM": network.modems,
        "MACHINE-SWAP": memory.swap,
        "MACHINE-HIBERNATION": memory.hibernation,
        "MACHINE-CORE-PIPE": memory.core_dumps,
        "MACHINE-TRACED": memory.tracer,
        "MACHINE-PTRACE": memory.ptrace_scope,
        "MACHINE-PRELOAD": kernel.preload,
        "MACHINE-LOCKDOWN": kernel.lockdown,
        "MACHINE-SECURE-BOOT": kernel.secure_boot,
        "MACHINE-CLOCK": partial(clock, now=now),
        "MACHINE-ROOT-DISK": disks.root_folder,
        "MACHINE-DISK-PLAIN": disks.encryption,
        "MACHINE-RECORDER": lambda _root: devices.recorders(programs),
        "MACHINE-CAMERA": devices.cameras,
        "MACHINE-PRINTER": devices.printers,
        "MACHINE-SPOOL": disks.spool,
        "MACHINE-CPU": memory.flaws,
        "MACHINE-USER": kernel.user,
        "MACHINE-CONTAINER": kernel.container,
        "MACHINE-LANDLOCK": lambda _root: kernel.landlock(landlock),
        "MACHINE-FILES": lambda _root: files,
        "MACHINE-KEYBOARD": lambda _root: keyboard(typed),
    }
