"""Ways for a secret out of memory: swap, hibernation, core dumps, other processes, the processor (/proc, /sys)."""

import re

from custody.catalogue import _
from custody.machine.measurement import NOT_TOLD, Seen, Standing, named, together, unfit
from custody.machine.root import Root
from custody.text import safe

_ZRAM = re.compile(r"/dev/(zram[0-9]{1,4})")
_MAPPED = re.compile(r"/dev/(dm-[0-9]{1,4})")
_NONE = "none"
_NO_DEVICE = "0:0"
_NUMBER = re.compile(r"[0-9]{1,10}")


def swap(root: Root) -> Seen:
    """Look for swap areas; unfit where one lies on a disk, or a compressed one in memory writes to a disk."""
    heading, *lines = (root.text("proc/swaps") or "").splitlines() or [""]
    if not heading.startswith("Filename"):
        return NOT_TOLD
    return together((_area(root, line.split()) for line in lines), Seen(Standing.FIT, _("swap is off")))


def _area(root: Root, fields: list[str]) -> Seen:
    """Judge one line of /proc/swaps: name, type, sizes, priority."""
    name, kind = (*fields, "", "")[:2]
    compressed = _ZRAM.fullmatch(name) if kind == "partition" else None
    if compressed is None:
        return unfit(_area_name(root, name), _("swap is on: {name}").format(name=safe(name)))
    path = f"sys/block/{compressed[1]}/backing_dev"
    behind = _NONE if root.lacks(path) else root.text(path)
    if behind is None:
        return Seen(
            Standing.UNKNOWN, _("swap is on: {name}; whether it writes to a disk is not told").format(name=name)
        )
    if behind == _NONE:
        return Seen(Standing.TOLD, _("swap is on, in memory alone: {name}").format(name=name))
    return unfit(name, _("swap is on: {name}, which writes to a disk").format(name=name))


def _area_name(root: Root, path: str) -> str:
    """Return a name that stays: device-mapper's own one, where its devices are numbered as they come up."""
    mapped = _MAPPED.fullmatch(path)
    name = root.text(f"sys/block/{mapped[1]}/dm/name") if mapped else None
    return f"/dev/mapper/{name}" if name else path


def hibernation(root: Root) -> Seen:
    """Look whether the kernel can write all of memory to a disk, and knows where to."""
    states, area = root.text("sys/power/state"), root.text("sys/power/resume")
    if states is None:
        return NOT_TOLD
    if "disk" not in states.split():
        return Seen(Standing.FIT, _("the kernel does not hibernate"))
    if area == _NO_DEVICE:
        return Seen(Standing.FIT, _("the kernel knows no area to hibernate to"))
    if area is None:
        return Seen(Standing.UNKNOWN, _("the kernel can hibernate; it does not tell where to"))
    return Seen(Standing.TOLD, _("the kernel can hibernate to device {area}").format(area=safe(area)))


def core_dumps(root: Root) -> Seen:
    """Look where a crash's image goes: a program (`|`) or a socket (`@`) gets it whatever limit a process has set."""
    pattern = root.text("proc/sys/kernel/core_pattern")
    if pattern is None:
        return NOT_TOLD
    if pattern.startswith(("|", "@")):
        return unfit(pattern, _("after a crash, memory goes to {program}").format(program=safe(pattern[1:])))
    return Seen(Standing.FIT, _("core dumps go to no program"))


def tracer(root: Root) -> Seen:
    """Look whether another process debugs this one."""
    process = status(root, "TracerPid")
    if process == "0":
        return Seen(Standing.FIT, _("no process debugs this one"))
    if process is None or not _NUMBER.fullmatch(process):
        return NOT_TOLD
    name = root.text(f"proc/{process}/comm") or "?"
    return unfit(name, _("process {process} ({name}) debugs this one").format(process=process, name=safe(name)))


def ptrace_scope(root: Root) -> Seen:
    """Look whether any process of the same user may debug another (Yama)."""
    folder = "proc/sys/kernel/yama"
    scope = root.text(f"{folder}/ptrace_scope")
    if scope == "0" or root.lacks(folder):
        return Seen(Standing.TOLD, _("a process may read every other one of the same user"))
    if scope in ("1", "2", "3"):
        return Seen(Standing.FIT, _("a process may not read others (scope {scope})").format(scope=scope))
    return NOT_TOLD


def status(root: Root, field: str) -> str | None:
    """Return a field of this process in /proc/self/status; None where it is not told."""
    for line in (root.text("proc/self/status") or "").splitlines():
        name, colon, value = line.partition(":")
        if colon and name == field:
            return value.strip()
    return None


def flaws(root: Root) -> Seen:
    """Look for flaws of the processor that the kernel does not mend."""
    folder = "sys/devices/system/cpu/vulnerabilities"
    names = root.names(folder)
    if not names:
        return NOT_TOLD
    said = {name: (root.text(f"{folder}/{name}") or "").split(";")[0].removeprefix("KVM: ") for name in names}
    if vulnerable := [name for name in names if said[name].startswith("Vulnerable")]:
        return Seen(Standing.TOLD, _("not mended: {names}").format(names=named(vulnerable)))
    if strange := [name for name in names if not said[name].startswith(("Not affected", "Mitigation"))]:
        return Seen(Standing.UNKNOWN, _("the system does not tell of {names}").format(names=named(strange)))
    return Seen(Standing.FIT, _("every known flaw is mended"))
