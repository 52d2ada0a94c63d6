"""What cannot be read, or is not what a kernel writes, never raises, is never taken for fit, and is shown safely."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.machine.examination import PROBES
from custody.machine.keyboard import SHOWN
from custody.machine.measurement import Standing
from custody.machine.root import FILE_LIMIT, NAMES_LIMIT, Root
from tests.machine.laptop import FILES, FLAWS, LINKS, Laptop

PATHS = [path for path in FILES if path != "proc/sys/kernel/ostype"]

ANYTHING_GOES = {
    "sys/class/net/lo/flags": "it is the loopback",
    "sys/class/net/lo/carrier": "it is the loopback",
    "sys/class/net/eth0/type": "whatever it is, it is no loopback, and down",
    "sys/class/rfkill/rfkill0/type": "a name for people",
    "sys/class/rfkill/rfkill0/hard": "the other switch blocks",
    "sys/class/ieee80211/phy0/index": "its folder's name counts",
    "proc/sys/kernel/osrelease": "a name for people",
    "dev/null": "its name counts",
    "etc/hostname": "its name counts",
}
"""Files of the laptop on whose content nothing hangs -> why."""

FINE_AS_TEXT = {
    "proc/sys/kernel/core_pattern": "any text names a file, but | and @",
    "proc/self/environ": "any bytes may stand there",
    "sys/power/state": "a state that is not `disk`",
}
FINE_WHERE_ABSENT = {"proc/net/ipv6_route", *(path for path in FILES if path.startswith(FLAWS))}
"""A kernel without IPv6, and one that does not know a flaw."""


def huge(at: Path) -> None:
    with at.open("wb") as file:
        file.truncate(FILE_LIMIT + 1)


def garbage(at: Path) -> None:
    at.write_bytes(b"\xff\xfe\x00\x1b[2J\n[\x9b] \\ %s \xed\xa0\x80 7")


def loop(at: Path) -> None:
    at.symlink_to(at.name)


def folder(at: Path) -> None:
    at.mkdir()


def nothing(_at: Path) -> None:
    return


ODD: tuple[Callable[[Path], None], ...] = (huge, garbage, loop, folder, nothing, os.mkfifo)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.__name__)
@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_is_not_what_the_kernel_writes_is_never_taken_for_fit(
    laptop: Laptop, path: str, odd: Callable[[Path], None]
) -> None:
    laptop.remove(path)
    odd(laptop.folder / path)
    measurements = laptop.examined(typed=SHOWN).measurements
    shown = "".join(each.seen for each in measurements)
    assert shown.isascii()
    assert shown.isprintable()
    fine = (
        path in ANYTHING_GOES
        or (odd is garbage and path in FINE_AS_TEXT)
        or (odd is nothing and path in FINE_WHERE_ABSENT)
    )
    assert fine or any(each.standing is not Standing.FIT for each in measurements)


@pytest.mark.parametrize("path", LINKS)
def test_a_link_that_is_none_is_not_taken_for_fit(laptop: Laptop, path: str) -> None:
    laptop.remove(path)
    laptop.write(path, "text")
    assert laptop.measured("MACHINE-CONTAINER").standing is Standing.UNKNOWN


HOSTILE = "\x1b[31mUNFIT\x1b[0m\u202e"


@pytest.mark.parametrize(
    ("id_", "changes"),
    [
        (
            "MACHINE-NET-UP",
            {f"sys/class/net/{HOSTILE}/flags": "0x1\n", f"sys/class/net/{HOSTILE}/carrier": "1\n"},
        ),
        ("MACHINE-NET-ROUTE", {"proc/net/route": f"Iface\n{HOSTILE}\t0\t0\t0003\n"}),
        ("MACHINE-RADIO", {"sys/class/rfkill/rfkill0/name": HOSTILE, "sys/class/ieee80211": None}),
        ("MACHINE-RADIO", {"sys/class/rfkill/rfkill0/type": HOSTILE}),
        ("MACHINE-RADIO", {f"sys/class/bluetooth/{HOSTILE}/x": ""}),
        ("MACHINE-MODEM", {f"dev/ttyACM{HOSTILE}": ""}),
        ("MACHINE-SWAP", {"proc/swaps": f"Filename\n/{HOSTILE} file 1 1 1\n"}),
        ("MACHINE-CORE-PIPE", {"proc/sys/kernel/core_pattern": f"|/{HOSTILE}\n"}),
        ("MACHINE-HIBERNATION", {"sys/power/state": "disk", "sys/power/resume": HOSTILE}),
        ("MACHINE-TRACED", {"proc/self/status": "TracerPid:\t7\n", "proc/7/comm": HOSTILE}),
        ("MACHINE-PRELOAD", {"etc/ld.so.preload": HOSTILE}),
        ("MACHINE-PRELOAD", {"proc/self/environ": f"LD_PRELOAD={HOSTILE}\0"}),
        ("MACHINE-ROOT-DISK", {"proc/self/mounts": f"/dev/{HOSTILE} / {HOSTILE} rw 0 0\n"}),
        ("MACHINE-DISK-PLAIN", {"proc/self/mounts": f"/dev/sda /{HOSTILE} ext4 rw 0 0\n"}),
        ("MACHINE-DISK-PLAIN", {"proc/self/mounts": "/dev/sda /\\033[31mUNFIT ext4 rw 0 0\n"}),
        ("MACHINE-CAMERA", {f"dev/video{HOSTILE}": ""}),
        ("MACHINE-PRINTER", {f"dev/usb/lp{HOSTILE}": ""}),
        ("MACHINE-CPU", {f"sys/devices/system/cpu/vulnerabilities/{HOSTILE}": "Vulnerable\n"}),
        ("MACHINE-CONTAINER", {"proc/1/ns/net": f"-> {HOSTILE}", "proc/self/ns/net": f"-> a{HOSTILE}"}),
    ],
)
def test_a_hostile_name_is_shown_safely(laptop: Laptop, id_: str, changes: dict[str, str | bytes | None]) -> None:
    laptop.change(changes)
    seen = laptop.measured(id_).seen
    assert r"\x1b[31mUNFIT" in seen
    assert seen.isascii()
    assert seen.isprintable()


def test_a_hostile_release_is_shown_safely(laptop: Laptop) -> None:
    laptop.write("proc/sys/kernel/osrelease", f"6.1{HOSTILE}")
    assert laptop.examined().system.startswith(r"Linux 6.1\x1b[31mUNFIT")


def test_a_very_long_name_is_cut(laptop: Laptop) -> None:
    laptop.write("proc/swaps", f"Filename\n/{'a' * 5000} file 1 1 1\n")
    assert len(laptop.measured("MACHINE-SWAP").seen) < 250


def test_what_is_not_linux_is_measured_in_nothing(laptop: Laptop) -> None:
    for content in ("Darwin\n", None):
        laptop.change({"proc/sys/kernel/ostype": content})
        machine = laptop.examined(typed=SHOWN)
        assert machine.system == "not Linux"
        assert len(machine.measurements) == len(PROBES)
        assert {each.standing for each in machine.measurements} == {Standing.UNKNOWN}
        assert all("cannot be measured" in each.seen for each in machine.measurements)


def test_a_file_is_read_whole_up_to_its_limit_and_not_at_all_beyond(laptop: Laptop) -> None:
    root = Root(laptop.folder)
    laptop.write("etc/long", b"a" * FILE_LIMIT)
    assert root.raw("etc/long") == b"a" * FILE_LIMIT
    laptop.write("etc/long", b"a" * (FILE_LIMIT + 1))
    assert root.raw("etc/long") is None


def test_a_folder_of_very_many_names_is_not_listed(laptop: Laptop) -> None:
    (laptop.folder / "many").mkdir()
    for number in range(NAMES_LIMIT):
        (laptop.folder / "many" / str(number)).touch()
    root = Root(laptop.folder)
    assert len(root.names("many") or ()) == NAMES_LIMIT
    (laptop.folder / "many" / "one more").touch()
    assert root.names("many") is None
    assert not root.lacks("many/another")


def test_what_lies_in_a_folder_that_cannot_be_listed_may_be_there(laptop: Laptop) -> None:
    root = Root(laptop.folder)
    assert root.lacks("etc/ld.so.preload")
    assert not root.lacks("absent/ld.so.preload")
    assert not root.lacks("etc/hostname/x")
