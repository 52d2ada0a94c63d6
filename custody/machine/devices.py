"""What looks on and what keeps a copy: cameras, printers, programs around the terminal."""

from collections.abc import Sequence

from custody.catalogue import _
from custody.machine.measurement import NOT_TOLD, Seen, Standing, named
from custody.machine.root import Root


def cameras(root: Root) -> Seen:
    """Look for cameras."""
    devices = root.names("dev")
    if devices is None:
        return NOT_TOLD
    if found := [name for name in devices if name.startswith("video")]:
        return Seen(Standing.TOLD, _("there is a camera: {names}").format(names=named(found)))
    return Seen(Standing.FIT, _("there is no camera"))


def printers(root: Root) -> Seen:
    """Look for printers at a USB or a parallel port."""
    devices, usb = root.names("dev"), root.names_or_none_there("dev/usb")
    if devices is None or usb is None:
        return NOT_TOLD
    found = [name for name in devices if name.startswith("lp")]
    found += [f"usb/{name}" for name in usb if name.startswith("lp")]
    if found:
        return Seen(Standing.TOLD, _("there is a printer: {names}").format(names=named(found)))
    return Seen(Standing.FIT, _("there is no printer"))


def recorders(programs: Sequence[str]) -> Seen:
    """Judge the programs around this one that see or keep what a terminal shows."""
    if programs:
        return Seen(Standing.TOLD, _("{names} can see or keep what this screen shows").format(names=named(programs)))
    return Seen(Standing.FIT, _("no program was seen around this one"))
