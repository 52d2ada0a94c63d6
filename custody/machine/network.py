"""Ways out of a machine: network interfaces, routes, radios, modems (/sys/class, /proc/net, /dev)."""

import re
from collections.abc import Iterator

from custody.catalogue import _
from custody.machine.measurement import NOT_TOLD, Seen, Standing, named, together, unfit
from custody.machine.root import Root
from custody.text import safe

_INTERFACES = "sys/class/net"
_RADIOS = "sys/class/rfkill"
_WITHOUT_SWITCH = ("sys/class/ieee80211", "sys/class/bluetooth")

_LOOPBACK = "772"
"""ARPHRD_LOOPBACK: the kernel's own word for what leads nowhere. A name proves nothing, interfaces are renamed."""

_UP = 0x1
"""IFF_UP of an interface, and RTF_UP of a route."""
_REJECT = 0x200
"""RTF_REJECT: a route that answers "unreachable"."""

_CONNECTED = {"up", "dormant"}
_NOT_CONNECTED = {"down", "lowerlayerdown", "notpresent"}
"""RFC 2863 operational states. A driver that does not know says "unknown"."""

_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{1,8}")
_MODEMS = ("ttyACM", "cdc-wdm", "wwan")


def interfaces(root: Root) -> Seen:
    """Look for interfaces that are up; unfit where one is connected."""
    names = root.names(_INTERFACES)
    if names is None:
        return NOT_TOLD
    found = (
        _interface(root, name)
        for name in names
        if not _is_loopback(root, name) and not root.is_file(f"{_INTERFACES}/{name}")  # `bonding_masters` is a file
    )
    return together(found, Seen(Standing.FIT, _("there is no network interface")))


def _interface(root: Root, name: str) -> Seen:
    shown = safe(name)
    flags = _number(root.text(f"{_INTERFACES}/{name}/flags"))
    carrier = root.text(f"{_INTERFACES}/{name}/carrier")
    state = root.text(f"{_INTERFACES}/{name}/operstate")
    if flags is None:
        return Seen(Standing.UNKNOWN, _("{name}: the system does not tell whether it is up").format(name=shown))
    if not flags & _UP:
        return Seen(Standing.FIT, _("{name} is down").format(name=shown))
    if carrier == "1" or state in _CONNECTED:
        return unfit(name, _("{name} is up and connected").format(name=shown))
    if carrier == "0" or state in _NOT_CONNECTED:
        return Seen(Standing.TOLD, _("{name} is up, and connected to nothing").format(name=shown))
    return Seen(
        Standing.UNKNOWN, _("{name} is up; the system does not tell whether it is connected").format(name=shown)
    )


def _is_loopback(root: Root, name: str) -> bool:
    return root.text(f"{_INTERFACES}/{name}/type") == _LOOPBACK


def routes(root: Root) -> Seen:
    """Look for routes to other machines; those that an interface brings by itself, link-local ones, do not count."""
    loopbacks = {name for name in root.names(_INTERFACES) or () if _is_loopback(root, name)}
    found: set[str] = set()
    for path, through in (("proc/net/route", _through_4), ("proc/net/ipv6_route", _through_6)):
        table = "" if path.endswith("ipv6_route") and root.lacks(path) else root.text(path)  # a kernel without IPv6
        if table is None:
            return NOT_TOLD
        try:
            found |= set(through(table))
        except ValueError:
            return Seen(Standing.UNKNOWN, _("/{path} is not understood").format(path=path))
    return together(
        (
            unfit(name, _("there is a route through {name}").format(name=safe(name)))
            for name in sorted(found - loopbacks)
        ),
        Seen(Standing.FIT, _("there is no route to another machine")),
    )


def _through_4(table: str) -> Iterator[str]:
    """Yield the interfaces of IPv4 routes: name, destination, gateway, flags in hex, ... Raises ValueError."""
    heading, *lines = table.splitlines() or [""]
    if not heading.startswith("Iface"):
        raise ValueError(heading)
    for line in lines:
        name, _destination, _gateway, flags, *_rest = line.split()
        if int(flags, 16) & (_UP | _REJECT) == _UP:
            yield name


def _through_6(table: str) -> Iterator[str]:
    """Yield the interfaces of IPv6 routes: destination first, then flags and name last. Raises ValueError."""
    for line in table.splitlines():
        destination, *_between, flags, name = line.split()
        first = int(destination, 16) >> 112
        comes_by_itself = first & 0xFFC0 == 0xFE80 or first >> 8 == 0xFF  # link-local, multicast (RFC 4291)
        if int(flags, 16) & (_UP | _REJECT) == _UP and not comes_by_itself:
            yield name


def radios(root: Root) -> Seen:
    """Look for radios that are not blocked, and for radios that have no switch at all."""
    switches = root.names_or_none_there(_RADIOS)
    wlan, bluetooth = (root.names_or_none_there(f"sys/class/{kind}") for kind in ("ieee80211", "bluetooth"))
    if switches is None or wlan is None or bluetooth is None:
        return NOT_TOLD
    devices = {*wlan, *(name for name in bluetooth if ":" not in name)}  # hci0:11 is a connection of hci0
    switched = {device for switch in switches for device in _switched(root, switch)}
    return together(
        [
            *(_radio(root, switch) for switch in switches),
            *(_unswitched(root, each) for each in sorted(devices - switched)),
        ],
        Seen(Standing.FIT, _("the kernel knows of no radio")),
    )


def _radio(root: Root, switch: str) -> Seen:
    kind = root.text(f"{_RADIOS}/{switch}/type") or _("radio")
    name = root.text(f"{_RADIOS}/{switch}/name") or switch
    shown = f"{safe(kind)} {safe(name)}"
    soft, hard = (root.text(f"{_RADIOS}/{switch}/{way}") for way in ("soft", "hard"))
    if "1" in (soft, hard):
        return Seen(Standing.FIT, _("{name} is blocked").format(name=shown))
    if soft == hard == "0":
        model = _model(root, f"{_RADIOS}/{switch}/device/device") or _model(root, f"{_RADIOS}/{switch}/device")
        return unfit(f"{kind} {model or name}", _("{name} is not blocked").format(name=shown))
    return Seen(Standing.UNKNOWN, _("{name}: the system does not tell whether it is blocked").format(name=shown))


def _unswitched(root: Root, device: str) -> Seen:
    model = next(filter(None, (_model(root, f"{folder}/{device}/device") for folder in _WITHOUT_SWITCH)), None)
    text = _("{name}: there is no switch for it").format(name=safe(device))
    return unfit(f"radio {model or device}", text)


def _model(root: Root, device: str) -> str | None:
    """Return which model a device is, by its maker's numbers; None where it has none.

    A radio's name counts up each time that one is plugged in, or its driver begins anew; these numbers stay.
    """
    told = dict(line.partition("=")[::2] for line in (root.text(f"{device}/uevent") or "").splitlines())
    if numbers := told.get("PCI_ID"):
        return f"pci {numbers}"
    if numbers := told.get("PRODUCT"):  # maker/model/release, of USB
        return f"usb {numbers}"
    return None


def _switched(root: Root, switch: str) -> Iterator[str]:
    """Yield the device of a switch, by the switch's name and by the device that it hangs on."""
    yield root.text(f"{_RADIOS}/{switch}/name") or ""
    yield (root.link(f"{_RADIOS}/{switch}/device") or "").rpartition("/")[2]


def modems(root: Root) -> Seen:
    """Look for modems: serial ones, and those that have a control device."""
    devices, wwan = root.names("dev"), root.names_or_none_there("sys/class/wwan")
    if devices is None or wwan is None:
        return NOT_TOLD
    if found := sorted({*(name for name in devices if name.startswith(_MODEMS)), *wwan}):
        return Seen(Standing.TOLD, _("{names} may be a modem").format(names=named(found)))
    return Seen(Standing.FIT, _("there is no modem"))


def _number(text: str | None) -> int | None:
    return int(text, 16) if text is not None and _HEX.fullmatch(text) else None
