"""Who rules the machine while we run: preloaded libraries, lockdown, secure boot, the user, containers."""

import re

from custody.catalogue import _
from custody.machine.measurement import NOT_TOLD, Seen, Standing, named, together, unfit
from custody.machine.memory import status
from custody.machine.root import Root
from custody.text import safe

_PRELOADING = ("LD_PRELOAD=", "LD_AUDIT=")
"""Variables by which the loader (ld.so(8)) lays a library into a program."""

_CHOSEN = re.compile(r"\[(none|integrity|confidentiality)\]")
_SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_SHOWN = 60
_ATTRIBUTES = 4
"""Bytes before the value of a variable in efivarfs."""

_FIRST_NAMESPACES = {"user": "user:[4026531837]", "pid": "pid:[4026531836]"}
"""The kernel's numbers for those of the machine itself (PROC_USER_INIT_INO, PROC_PID_INIT_INO)."""

_WHOLE_LANDLOCK = 3
"""The first version that keeps a file from being cut off, too."""

_NUMBER = re.compile(r"[0-9]{1,10}")
_HEX = re.compile(r"[0-9a-f]{1,16}")


def preload(root: Root) -> Seen:
    """Look for libraries that the loader lays into every program, or into this one."""
    return together(_preloads(root), NOT_TOLD)


def _preloads(root: Root) -> list[Seen]:
    everywhere = "" if root.lacks("etc/ld.so.preload") else root.text("etc/ld.so.preload")
    environment = root.raw("proc/self/environ")
    if everywhere is None or environment is None:
        found = [NOT_TOLD]
    else:
        found = [Seen(Standing.FIT, _("no library is laid into programs"))]
    for library in (everywhere or "").split():
        text = _("/etc/ld.so.preload lays {name} into programs").format(name=safe(library, _SHOWN))
        found.append(unfit(library, text))
    variables = (environment or b"").decode("utf-8", "replace").split("\0")
    for each in variables:
        if each.startswith(_PRELOADING) and each not in _PRELOADING:
            found.append(unfit(each, _("this program was started with {name}").format(name=safe(each, _SHOWN))))
    return found


def lockdown(root: Root) -> Seen:
    """Look whether the kernel keeps root from changing it, or reading it, while it runs."""
    chosen = _CHOSEN.search(root.text("sys/kernel/security/lockdown") or "")
    if chosen is None:
        return NOT_TOLD
    if chosen[1] == "none":
        return Seen(Standing.TOLD, _("the kernel is not locked down"))
    return Seen(Standing.FIT, _("the kernel is locked down ({mode})").format(mode=chosen[1]))


def secure_boot(root: Root) -> Seen:
    """Look whether the firmware started only what was signed: the last byte of UEFI's variable SecureBoot."""
    if root.lacks("sys/firmware/efi"):
        return Seen(Standing.TOLD, _("this machine was not started by UEFI"))
    value = root.raw(_SECURE_BOOT)
    if value is None or len(value) != _ATTRIBUTES + 1 or value[-1] > 1:
        return NOT_TOLD
    if value[-1]:
        return Seen(Standing.FIT, _("secure boot is on"))
    return Seen(Standing.TOLD, _("secure boot is off"))


def landlock(version: int | None) -> Seen:
    """Judge the version of Landlock, by which the kernel closes off files that no command line names."""
    if version is None:
        return NOT_TOLD
    if version == 0:
        return Seen(Standing.TOLD, _("this kernel has no Landlock, or it is switched off"))
    if version < _WHOLE_LANDLOCK:
        return Seen(Standing.TOLD, _("this kernel's Landlock (version {number}) is an old one").format(number=version))
    return Seen(
        Standing.FIT, _("files that are not named are closed off (Landlock, version {number})").format(number=version)
    )


def user(root: Root) -> Seen:
    """Look whether we run as root, or with a power of root's."""
    identities, powers = (status(root, "Uid") or "").split(), status(root, "CapEff") or ""
    understood = len(identities) == 4 and all(map(_NUMBER.fullmatch, identities))  # real, effective, saved, for files
    if not understood or not _HEX.fullmatch(powers):
        return NOT_TOLD
    if "0" in identities:
        return Seen(Standing.TOLD, _("this runs as root"))
    if int(powers, 16):
        return Seen(Standing.TOLD, _("this runs with powers of root's (capabilities {powers})").format(powers=powers))
    return Seen(Standing.FIT, _("this runs as an ordinary user"))


def container(root: Root) -> Seen:
    """Look whether we see the machine itself: in a container its network, its swap and its radios may not be shown."""
    links = {kind: root.link(f"proc/self/ns/{kind}") for kind in (*_FIRST_NAMESPACES, "net")}
    ours, first = links["net"], root.link("proc/1/ns/net")  # root alone reads the second
    if None in links.values():
        return NOT_TOLD
    if strange := [kind for kind, first_one in _FIRST_NAMESPACES.items() if links[kind] != first_one]:
        return Seen(Standing.TOLD, _("this runs in a container (namespaces: {names})").format(names=named(strange)))
    if first not in (None, ours):
        return Seen(Standing.TOLD, _("this runs with a network of its own ({name})").format(name=safe(str(ours))))
    return Seen(Standing.FIT, _("this runs in no container"))
