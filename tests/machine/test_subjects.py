"""What a finding is about: each thing by a name that stays, and an exception is for that thing and for no other."""

import pytest

from custody.errors import Unfit
from custody.machine.examination import require_fit
from custody.machine.measurement import SUBJECT_LIMIT, Standing
from tests.machine.laptop import ROUTES_4, STATUS, SWAPS, Laptop

Changes = dict[str, str | bytes | None]

RFKILL = "sys/class/rfkill/rfkill0"
NOT_BLOCKED = {f"{RFKILL}/soft": "0\n"}


def up(*names: str) -> Changes:
    return {f"sys/class/net/{name}/{file}": text for name in names for file, text in (("flags", "1"), ("carrier", "1"))}


def route(name: str) -> Changes:
    return {"proc/net/route": f"{ROUTES_4}{name}\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"}


def swap(*paths: str) -> Changes:
    return {"proc/swaps": SWAPS + "".join(f"{path} partition 8 0 9\n" for path in paths)}


def radio(name: str, device: str, kind: str = "wlan") -> Changes:
    """A radio that is not blocked, whose device says what it is."""
    return {
        f"{RFKILL}/name": name,
        f"{RFKILL}/type": kind,
        f"{RFKILL}/device/device/uevent": device,
        **NOT_BLOCKED,
    }


def traced(process: int, name: str) -> Changes:
    return {"proc/self/status": STATUS.format(tracer=process, uid=9, powers="0"), f"proc/{process}/comm": name}


PCI = "DRIVER=iwlwifi\nPCI_CLASS=28000\nPCI_ID=8086:2723\n"
USB = "DEVTYPE=usb_interface\nDRIVER=btusb\nPRODUCT=8087/29/1\n"
BLUETOOTH = "sys/class/bluetooth/hci0"

NAMES: tuple[tuple[str, Changes, tuple[str, ...]], ...] = (
    ("MACHINE-NET-UP", up("eth0"), ("eth0",)),
    ("MACHINE-NET-UP", up("eth1", "wlan0"), ("eth1", "wlan0")),
    ("MACHINE-NET-UP", {**up("eth0"), "sys/class/net/wlan0/flags": "0"}, ("eth0",)),
    ("MACHINE-NET-ROUTE", route("eth0"), ("eth0",)),
    ("MACHINE-RADIO", NOT_BLOCKED, ("wlan phy0",)),
    ("MACHINE-RADIO", radio("phy0", PCI), ("wlan pci 8086:2723",)),
    ("MACHINE-RADIO", radio("hci0", USB, "bluetooth"), ("bluetooth usb 8087/29/1", "radio phy0")),
    ("MACHINE-RADIO", {"sys/class/rfkill": None}, ("radio phy0",)),
    ("MACHINE-RADIO", {f"{RFKILL}/device/uevent": PCI, **NOT_BLOCKED}, ("wlan pci 8086:2723",)),
    (
        "MACHINE-RADIO",
        {"sys/class/rfkill": None, "sys/class/ieee80211/phy0/device/uevent": PCI},
        ("radio pci 8086:2723",),
    ),
    ("MACHINE-RADIO", {f"{BLUETOOTH}/device/uevent": USB}, ("radio usb 8087/29/1",)),
    ("MACHINE-SWAP", swap("/dev/sda3", "/swapfile"), ("/dev/sda3", "/swapfile")),
    ("MACHINE-SWAP", {**swap("/dev/dm-1"), "sys/block/dm-1/dm/name": "swap\n"}, ("/dev/mapper/swap",)),
    ("MACHINE-SWAP", swap("/dev/dm-1"), ("/dev/dm-1",)),
    ("MACHINE-SWAP", {**swap("/dev/zram0"), "sys/block/zram0/backing_dev": "/dev/sda3"}, ("/dev/zram0",)),
    ("MACHINE-CORE-PIPE", {"proc/sys/kernel/core_pattern": "|/usr/lib/dumper %P\n"}, ("|/usr/lib/dumper %P",)),
    ("MACHINE-CORE-PIPE", {"proc/sys/kernel/core_pattern": "@/run/dumper\n"}, ("@/run/dumper",)),
    ("MACHINE-TRACED", traced(77, "gdb\n"), ("gdb",)),
    ("MACHINE-PRELOAD", {"etc/ld.so.preload": "/lib/a.so /lib/b.so\n"}, ("/lib/a.so", "/lib/b.so")),
    ("MACHINE-PRELOAD", {"proc/self/environ": "A=1\0LD_AUDIT=x.so\0"}, ("LD_AUDIT=x.so",)),
)


@pytest.mark.parametrize(("id_", "changes", "names"), NAMES, ids=str)
def test_a_thing_that_is_unfit_has_its_name(laptop: Laptop, id_: str, changes: Changes, names: tuple[str, ...]) -> None:
    laptop.change(changes)
    measured = laptop.measured(id_)
    assert measured.standing is Standing.UNFIT
    assert tuple(each.name for each in measured.subjects) == names
    assert "; ".join(each.seen for each in measured.subjects) == measured.seen
    assert measured.to_json()["subjects"] == list(names)


def test_whatever_can_be_unfit_has_names_here_and_what_is_not_unfit_has_none(laptop: Laptop) -> None:
    laptop.change({"dev/video0": "", "sys/power": None})
    assert [each.subjects for each in laptop.examined().measurements if each.subjects] == []
    assert {id_ for id_, *_rest in NAMES} == {
        *("MACHINE-NET-UP", "MACHINE-NET-ROUTE", "MACHINE-RADIO", "MACHINE-SWAP"),
        *("MACHINE-CORE-PIPE", "MACHINE-TRACED", "MACHINE-PRELOAD"),
    }


@pytest.mark.parametrize(
    ("id_", "first", "again", "other"),
    [
        ("MACHINE-NET-UP", up("eth0"), up("eth0"), {**up("wlan0"), "sys/class/net/eth0": None}),
        ("MACHINE-RADIO", radio("phy0", PCI), radio("phy7", PCI), radio("phy0", PCI.replace("2723", "2725"))),
        ("MACHINE-RADIO", radio("hci0", USB), radio("hci3", USB), radio("hci0", USB.replace("/29/", "/aaa/"))),
        (
            "MACHINE-SWAP",
            {**swap("/dev/dm-1"), "sys/block/dm-1/dm/name": "swap"},
            {**swap("/dev/dm-4"), "sys/block/dm-4/dm/name": "swap"},
            {**swap("/dev/dm-1"), "sys/block/dm-1/dm/name": "other"},
        ),
        ("MACHINE-TRACED", traced(77, "gdb"), traced(4242, "gdb"), traced(77, "strace")),
    ],
)
def test_a_thing_keeps_its_name_and_another_one_has_another(
    laptop: Laptop, id_: str, first: Changes, again: Changes, other: Changes
) -> None:
    laptop.change({"sys/class/ieee80211": None})
    seen = []
    for changes in (first, again, other):
        laptop.change(changes)
        seen.append(set(laptop.measured(id_).found))
    assert seen[0] == seen[1]
    assert not seen[0] & seen[2]


def test_a_second_one_of_the_same_model_is_another_thing(laptop: Laptop) -> None:
    laptop.change({"sys/class/ieee80211": None, **radio("phy0", PCI)})
    (one,) = laptop.measured("MACHINE-RADIO").found
    second = {path.replace("rfkill0", "rfkill1"): content for path, content in radio("phy1", PCI).items()}
    laptop.change({**second, "sys/class/rfkill/rfkill1/hard": "0\n"})
    assert set(laptop.measured("MACHINE-RADIO").found) == {one, ("MACHINE-RADIO", "wlan pci 8086:2723 (2)")}


def test_a_name_is_short_and_printable_and_no_two_are_taken_for_one(laptop: Laptop) -> None:
    long = [f"/{'a' * 200}{end}" for end in "xy"]
    paths = [*long, "/\x1b[2J", "/\\x1b[2J", "/\u0435"]
    laptop.change(swap(*paths))
    names = [each.name for each in laptop.measured("MACHINE-SWAP").subjects]
    laptop.change(swap(names[0]))  # one that is called as a long one is shown
    names += [each.name for each in laptop.measured("MACHINE-SWAP").subjects]
    assert len(set(names)) == len(paths) + 1
    assert all(name.isascii() and name.isprintable() and len(name) <= SUBJECT_LIMIT for name in names)


def test_what_is_excepted_is_the_thing_and_not_the_id(laptop: Laptop) -> None:
    laptop.change(up("eth0", "wlan0"))
    both = {("MACHINE-NET-UP", "eth0"), ("MACHINE-NET-UP", "wlan0")}
    require_fit(laptop.examined(), both)
    for excepted in ((), {("MACHINE-NET-UP", "")}, {("MACHINE-NET-ROUTE", "eth0"), ("MACHINE-NET-ROUTE", "wlan0")}):
        with pytest.raises(Unfit) as refused:
            require_fit(laptop.examined(), excepted)
        assert "MACHINE-NET-UP: eth0 is up and connected; MACHINE-NET-UP: wlan0 is up" in refused.value.message
    with pytest.raises(Unfit) as refused:
        require_fit(laptop.examined(), {("MACHINE-NET-UP", "eth0")})
    assert "wlan0" in refused.value.message
    assert "eth0" not in refused.value.message
