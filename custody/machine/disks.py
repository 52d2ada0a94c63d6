"""What stays on a disk: the root, unencrypted file systems, the spooler's folder (/proc/self/mounts, /sys/block)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from custody.catalogue import _
from custody.machine.measurement import NOT_TOLD, Seen, Standing, named
from custody.machine.root import Root
from custody.text import safe

_IN_MEMORY = {"tmpfs", "ramfs", "rootfs", "devtmpfs"}
_READ_ONLY = {"squashfs", "iso9660", "erofs", "cramfs", "romfs"}
_ESCAPED = re.compile(r"\\([0-7]{3})")
_MAPPED = "/dev/mapper/"
_DEEPEST = 8
"""Block devices below each other: LVM on LUKS on RAID is three."""

SPOOL = "var/spool/cups"


class Mount(NamedTuple):
    """A line of /proc/self/mounts: what is mounted, where, as which file system, and how."""

    source: str
    point: str
    kind: str
    options: tuple[str, ...]

    @property
    def is_written(self) -> bool:
        """Say whether anything can be written there."""
        return self.kind not in _READ_ONLY and "ro" not in self.options

    def covers(self, path: str) -> bool:
        """Say whether a path lies at or below the mount's point."""
        return path == self.point or path.startswith(f"{self.point.rstrip('/')}/")


def root_folder(root: Root) -> Seen:
    """Look whether what programs write lies in memory, and is gone when the machine is off."""
    mounts = _mounts(root)
    own = _at(mounts, "/")
    stays = None if own is None else _stays(mounts, "/")
    if own is None or stays is None:
        return NOT_TOLD
    if stays:
        text = _("/ lies on a disk: {source} ({kind})")
        return Seen(Standing.TOLD, text.format(source=safe(own.source), kind=safe(own.kind)))
    return Seen(Standing.FIT, _("/ lies in memory, or is read only ({kind})").format(kind=safe(own.kind)))


def encryption(root: Root) -> Seen:
    """Look for file systems that are written to a disk, and not through dm-crypt."""
    mounts = _mounts(root)
    if not mounts:
        return NOT_TOLD
    plain = {each.point for each in mounts if _is_on_disk(each) and each.is_written and not _is_encrypted(root, each)}
    if plain:
        return Seen(Standing.TOLD, _("written without encryption: {points}").format(points=named(sorted(plain))))
    if any(each.kind == "zfs" and each.is_written for each in mounts):
        return Seen(Standing.UNKNOWN, _("zfs does not tell here whether it encrypts"))
    return Seen(Standing.FIT, _("nothing is written to a disk without encryption"))


def spool(root: Root) -> Seen:
    """Look whether a printed page stays on a disk: where the spooler's folder lies."""
    if any(root.lacks(path) for path in ("var", "var/spool", SPOOL)):
        return Seen(Standing.FIT, _("there is no spooler"))
    stays = None if root.names("var/spool") is None else _stays(_mounts(root), f"/{SPOOL}")
    if stays is None:
        return NOT_TOLD
    if stays:
        return Seen(Standing.TOLD, _("what is printed lies in /{path}, on a disk").format(path=SPOOL))
    return Seen(Standing.FIT, _("what is printed lies in memory"))


def _mounts(root: Root) -> tuple[Mount, ...]:
    """Return what is mounted, in order; nothing where it is not told, or not understood."""
    try:
        return tuple(map(_read, (root.text("proc/self/mounts") or "").splitlines()))
    except ValueError:
        return ()


def _read(line: str) -> Mount:
    """Read four fields of a line, and two numbers that nobody uses. Raises ValueError."""
    source, point, kind, options, _dump, _pass = line.split(" ")
    return Mount(_plain(source), _plain(point), kind, tuple(map(_plain, options.split(","))))


def _plain(field: str) -> str:
    r"""Undo the kernel's escapes: \040 is a space."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 8)), field)


def _at(mounts: Sequence[Mount], path: str) -> Mount | None:
    """Return the mount that a path lies in: the deepest, and of several at one point the last."""
    found = [each for each in mounts if each.covers(path)]
    return max(reversed(found), key=lambda each: len(each.point), default=None)


def _stays(mounts: Sequence[Mount], path: str) -> bool | None:
    """Say whether what is written at a path is on a disk then; None where it is not told."""
    own = _at(mounts, path)
    if own is None:
        return None
    if own.kind in _IN_MEMORY or not own.is_written:
        return False
    if own.kind == "overlay":
        return _overlay_stays([each for each in mounts if each.kind != "overlay"], own)
    return True if _is_on_disk(own) or own.kind == "zfs" else None


def _overlay_stays(mounts: Sequence[Mount], overlay: Mount) -> bool | None:
    """Say whether an overlay's upper folder lies on a disk. Its path is of the time before the root was: /cow, say."""
    upper = [each.removeprefix("upperdir=") for each in overlay.options if each.startswith("upperdir=")]
    if not upper:
        return False
    return _stays([each for each in mounts if each.point != "/"], upper[0])


def _is_on_disk(mount: Mount) -> bool:
    return mount.source.startswith("/dev/") and not re.fullmatch(r"/dev/(?:zram|ram)[0-9]+", mount.source)


def _is_encrypted(root: Root, mount: Mount) -> bool:
    name = mount.source.rpartition("/")[2]
    if mount.source.startswith(_MAPPED):
        blocks = root.names("sys/block") or ()
        name = next((block for block in blocks if root.text(f"sys/block/{block}/dm/name") == name), "")
    return bool(name) and _is_crypt(root, name, _DEEPEST)


def _is_crypt(root: Root, block: str, deepest: int) -> bool:
    """Say whether a block device is dm-crypt's, or stands on such devices alone."""
    if (root.text(f"sys/block/{block}/dm/uuid") or "").startswith("CRYPT-"):
        return True
    below = root.names(f"sys/block/{block}/slaves") or ()
    return bool(below) and deepest > 0 and all(_is_crypt(root, each, deepest - 1) for each in below)
