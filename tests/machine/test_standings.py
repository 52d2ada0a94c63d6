"""Each probe in each of its standings, on a laptop on which nothing else is wrong."""

import pytest

from custody.machine.examination import PROBES
from custody.machine.keyboard import SHOWN
from custody.machine.measurement import NOT_LOOKED_AT, Seen, Standing
from tests.machine.laptop import FLAWS, LOOPBACK_6, ROUTES_4, SECURE_BOOT, STATUS, SWAPS, Laptop

ETH0, WLAN = "sys/class/net/eth0", "sys/class/rfkill/rfkill0"
UP = {f"{ETH0}/flags": "0x1003\n"}
ROUTE_4 = f"{ROUTES_4}eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
DEFAULT_6 = f"{0:032x} 00 {0:032x} 00 {0:032x} 00000400 00000002 00000000 {{flags}}     {{name}}\n"
LINK_LOCAL_6 = f"fe80{0:028x} 40 {0:032x} 00 {0:032x} 00000100 00000002 00000000 00000001     eth0\n"
MULTICAST_6 = f"ff{0:030x} 08 {0:032x} 00 {0:032x} 00000100 00000002 00000000 00000001     eth0\n"
DISK = "/dev/sda2 / ext4 rw,relatime 0 0\n"
LIVE = (
    "overlay / overlay rw,lowerdir=/run/live/rootfs,upperdir=/run/live/overlay/rw,workdir=/run/live/overlay/work 0 0\n"
)

Changes = dict[str, str | bytes | None]

ZRAM = f"{SWAPS}/dev/zram0 partition 8 0 100\n"

CASES: tuple[tuple[str, str, Changes, str], ...] = (
    ("MACHINE-NET-UP", "fit", {}, "eth0 is down"),
    ("MACHINE-NET-UP", "fit", {ETH0: None}, "no network interface"),
    ("MACHINE-NET-UP", "fit", {"sys/class/net/bonding_masters": "bond0\n"}, "eth0 is down"),
    ("MACHINE-NET-UP", "told", {**UP, f"{ETH0}/carrier": "0\n"}, "eth0 is up, and connected to nothing"),
    ("MACHINE-NET-UP", "told", {**UP, f"{ETH0}/operstate": "down\n"}, "connected to nothing"),
    ("MACHINE-NET-UP", "unfit", {**UP, f"{ETH0}/carrier": "1\n"}, "eth0 is up and connected"),
    ("MACHINE-NET-UP", "unfit", {**UP, f"{ETH0}/carrier": "1\n", f"{ETH0}/operstate": "unknown\n"}, "connected"),
    ("MACHINE-NET-UP", "unfit", {**UP, f"{ETH0}/carrier": "0\n", f"{ETH0}/operstate": "up\n"}, "connected"),
    ("MACHINE-NET-UP", "unfit", {"sys/class/net/lo/type": "1\n"}, "lo is up and connected"),
    ("MACHINE-NET-UP", "unknown", {**UP, f"{ETH0}/operstate": "unknown\n"}, "whether it is connected"),
    ("MACHINE-NET-UP", "unknown", {f"{ETH0}/flags": "up\n"}, "whether it is up"),
    ("MACHINE-NET-UP", "unknown", {"sys/class/net": None}, "does not tell"),
    ("MACHINE-NET-ROUTE", "fit", {}, "no route"),
    ("MACHINE-NET-ROUTE", "fit", {"proc/net/ipv6_route": None}, "no route"),
    ("MACHINE-NET-ROUTE", "fit", {"proc/net/ipv6_route": LINK_LOCAL_6 + MULTICAST_6}, "no route"),
    ("MACHINE-NET-ROUTE", "fit", {"proc/net/ipv6_route": DEFAULT_6.format(flags="00200200", name="eth0")}, "no route"),
    ("MACHINE-NET-ROUTE", "fit", {"proc/net/route": ROUTE_4.replace("0003", "0203")}, "no route"),
    ("MACHINE-NET-ROUTE", "unfit", {"proc/net/route": ROUTE_4}, "through eth0"),
    (
        *("MACHINE-NET-ROUTE", "unfit"),
        *({"proc/net/ipv6_route": LOOPBACK_6 + DEFAULT_6.format(flags="00000003", name="wwan0")}, "through wwan0"),
    ),
    ("MACHINE-NET-ROUTE", "unfit", {"sys/class/net/lo/type": "1\n"}, "through lo"),
    ("MACHINE-NET-ROUTE", "unknown", {"proc/net/route": None}, "does not tell"),
    ("MACHINE-NET-ROUTE", "unknown", {"proc/net/route": "nothing\n"}, "/proc/net/route is not understood"),
    ("MACHINE-NET-ROUTE", "unknown", {"proc/net/ipv6_route": "zz 1 lo\n"}, "/proc/net/ipv6_route is not understood"),
    ("MACHINE-RADIO", "fit", {}, "wlan phy0 is blocked"),
    ("MACHINE-RADIO", "fit", {f"{WLAN}/soft": "0\n", f"{WLAN}/hard": "1\n"}, "is blocked"),
    ("MACHINE-RADIO", "fit", {"sys/class/rfkill": None, "sys/class/ieee80211": None}, "no radio"),
    ("MACHINE-RADIO", "fit", {f"{WLAN}/name": "other\n", f"{WLAN}/device": "-> ../../phy0"}, "is blocked"),
    ("MACHINE-RADIO", "unfit", {f"{WLAN}/soft": "0\n"}, "wlan phy0 is not blocked"),
    (
        "MACHINE-RADIO",
        "unfit",
        {"sys/class/bluetooth/hci0/uevent": "", "sys/class/bluetooth/hci0:11/x": ""},
        "hci0: there",
    ),
    ("MACHINE-RADIO", "unfit", {"sys/class/rfkill": None}, "phy0: there is no switch"),
    ("MACHINE-RADIO", "unknown", {f"{WLAN}/soft": "?\n"}, "whether it is blocked"),
    ("MACHINE-RADIO", "unknown", {"sys/class": None}, "does not tell"),
    ("MACHINE-MODEM", "fit", {}, "no modem"),
    ("MACHINE-MODEM", "told", {"dev/ttyACM0": ""}, "ttyACM0"),
    ("MACHINE-MODEM", "told", {"dev/cdc-wdm0": ""}, "cdc-wdm0"),
    ("MACHINE-MODEM", "told", {"sys/class/wwan/wwan0/uevent": ""}, "wwan0"),
    ("MACHINE-MODEM", "unknown", {"dev": None}, "does not tell"),
    ("MACHINE-SWAP", "fit", {}, "swap is off"),
    ("MACHINE-SWAP", "told", {"proc/swaps": ZRAM, "sys/block/zram0/size": ""}, "in memory alone: /dev/zram0"),
    ("MACHINE-SWAP", "told", {"proc/swaps": ZRAM, "sys/block/zram0/backing_dev": "none\n"}, "in memory alone"),
    ("MACHINE-SWAP", "unfit", {"proc/swaps": ZRAM, "sys/block/zram0/backing_dev": "/dev/sda3\n"}, "writes to a disk"),
    ("MACHINE-SWAP", "unknown", {"proc/swaps": ZRAM}, "not told"),
    ("MACHINE-SWAP", "unfit", {"proc/swaps": f"{SWAPS}/dev/zram0 file 8 0 9\n"}, "swap is on: /dev/zram0"),
    ("MACHINE-SWAP", "unfit", {"proc/swaps": f"{SWAPS}/dev/sda3 partition 8 0 9\n"}, "swap is on: /dev/sda3"),
    ("MACHINE-SWAP", "unknown", {"proc/swaps": None}, "does not tell"),
    ("MACHINE-HIBERNATION", "fit", {}, "does not hibernate"),
    ("MACHINE-HIBERNATION", "fit", {"sys/power/state": "mem disk\n", "sys/power/resume": "0:0\n"}, "no area"),
    ("MACHINE-HIBERNATION", "told", {"sys/power/state": "mem disk\n", "sys/power/resume": "8:3\n"}, "device 8:3"),
    ("MACHINE-HIBERNATION", "unknown", {"sys/power/state": "mem disk\n"}, "where to"),
    ("MACHINE-HIBERNATION", "unknown", {"sys/power/state": None}, "does not tell"),
    ("MACHINE-CORE-PIPE", "fit", {}, "no program"),
    ("MACHINE-CORE-PIPE", "unfit", {"proc/sys/kernel/core_pattern": "|/usr/lib/dumper %P\n"}, "/usr/lib/dumper"),
    ("MACHINE-CORE-PIPE", "unfit", {"proc/sys/kernel/core_pattern": "@/run/dumps\n"}, "/run/dumps"),
    ("MACHINE-CORE-PIPE", "unknown", {"proc/sys/kernel/core_pattern": None}, "does not tell"),
    ("MACHINE-TRACED", "fit", {}, "no process"),
    (
        *("MACHINE-TRACED", "unfit"),
        *({"proc/self/status": STATUS.format(tracer=77, uid=9, powers="0"), "proc/77/comm": "gdb\n"}, "77 (gdb)"),
    ),
    ("MACHINE-TRACED", "unknown", {"proc/self/status": "Name:\tTracerPid\n"}, "does not tell"),
    ("MACHINE-PTRACE", "fit", {}, "scope 1"),
    ("MACHINE-PTRACE", "told", {"proc/sys/kernel/yama/ptrace_scope": "0\n"}, "every other one"),
    ("MACHINE-PTRACE", "told", {"proc/sys/kernel/yama": None}, "every other one"),
    ("MACHINE-PTRACE", "unknown", {"proc/sys/kernel/yama/ptrace_scope": "7\n"}, "does not tell"),
    ("MACHINE-PRELOAD", "fit", {}, "no library"),
    ("MACHINE-PRELOAD", "fit", {"etc/ld.so.preload": "\n"}, "no library"),
    ("MACHINE-PRELOAD", "fit", {"proc/self/environ": "LD_PRELOAD=\0"}, "no library"),
    ("MACHINE-PRELOAD", "unfit", {"etc/ld.so.preload": "/lib/evil.so\n"}, "/lib/evil.so"),
    ("MACHINE-PRELOAD", "unfit", {"proc/self/environ": "A=1\0LD_PRELOAD=/tmp/x=\0"}, "LD_PRELOAD=/tmp/x="),
    ("MACHINE-PRELOAD", "unfit", {"proc/self/environ": "LD_AUDIT=x.so\0", "etc": None}, "LD_AUDIT=x.so"),
    ("MACHINE-PRELOAD", "unknown", {"etc": None}, "does not tell"),
    ("MACHINE-PRELOAD", "unknown", {"proc/self/environ": None}, "does not tell"),
    ("MACHINE-LOCKDOWN", "fit", {}, "locked down (integrity)"),
    ("MACHINE-LOCKDOWN", "told", {"sys/kernel/security/lockdown": "[none] integrity confidentiality\n"}, "not locked"),
    ("MACHINE-LOCKDOWN", "unknown", {"sys/kernel/security/lockdown": "none [other]\n"}, "does not tell"),
    ("MACHINE-SECURE-BOOT", "fit", {}, "is on"),
    ("MACHINE-SECURE-BOOT", "told", {SECURE_BOOT: b"\x06\x00\x00\x00\x00"}, "is off"),
    ("MACHINE-SECURE-BOOT", "told", {"sys/firmware/efi": None}, "not started by UEFI"),
    ("MACHINE-SECURE-BOOT", "unknown", {SECURE_BOOT: b"\x06\x00\x00\x00\x02"}, "does not tell"),
    ("MACHINE-SECURE-BOOT", "unknown", {SECURE_BOOT: b"\x06\x00\x00\x00\x01\x01"}, "does not tell"),
    ("MACHINE-SECURE-BOOT", "unknown", {SECURE_BOOT: None}, "does not tell"),
    ("MACHINE-CLOCK", "fit", {}, "2030-03-17"),
    ("MACHINE-CLOCK", "told", {"sys/class/rtc/rtc0/hctosys": "0\n"}, "no clock with a battery"),
    ("MACHINE-CLOCK", "told", {"sys/class/rtc": None}, "no clock with a battery"),
    ("MACHINE-CLOCK", "unknown", {"sys/class": None}, "does not tell"),
    ("MACHINE-ROOT-DISK", "fit", {}, "memory"),
    ("MACHINE-ROOT-DISK", "fit", {"proc/self/mounts": LIVE + "tmpfs /run/live/overlay tmpfs rw 0 0\n"}, "(overlay)"),
    ("MACHINE-ROOT-DISK", "fit", {"proc/self/mounts": "x / overlay ro,lowerdir=/a:/b 0 0\n"}, "(overlay)"),
    ("MACHINE-ROOT-DISK", "fit", {"proc/self/mounts": "/dev/sr0 / iso9660 rw 0 0\n"}, "iso9660"),
    ("MACHINE-ROOT-DISK", "fit", {"proc/self/mounts": DISK + "tmpfs / tmpfs rw 0 0\n"}, "tmpfs"),
    ("MACHINE-ROOT-DISK", "told", {"proc/self/mounts": DISK}, "/dev/sda2 (ext4)"),
    ("MACHINE-ROOT-DISK", "told", {"proc/self/mounts": "rootfs / rootfs rw 0 0\n" + DISK}, "/dev/sda2 (ext4)"),
    ("MACHINE-ROOT-DISK", "told", {"proc/self/mounts": LIVE + "/dev/sdb1 /run/live/overlay ext4 rw 0 0\n"}, "disk"),
    ("MACHINE-ROOT-DISK", "told", {"proc/self/mounts": "tank/root / zfs rw 0 0\n"}, "zfs"),
    ("MACHINE-ROOT-DISK", "unknown", {"proc/self/mounts": LIVE.replace("/run/live/overlay", "/cow")}, "not tell"),
    (
        *("MACHINE-ROOT-DISK", "unknown"),
        *({"proc/self/mounts": "rootfs / rootfs rw 0 0\n" + LIVE.replace("/run/live/overlay", "/cow")}, "not tell"),
    ),
    ("MACHINE-ROOT-DISK", "unknown", {"proc/self/mounts": "host / 9p rw 0 0\n"}, "does not tell"),
    ("MACHINE-ROOT-DISK", "unknown", {"proc/self/mounts": None}, "does not tell"),
    ("MACHINE-DISK-PLAIN", "fit", {}, "nothing is written"),
    ("MACHINE-DISK-PLAIN", "fit", {"proc/self/mounts": DISK.replace("rw,", "ro,")}, "nothing is written"),
    ("MACHINE-DISK-PLAIN", "fit", {"proc/self/mounts": "/dev/zram0 /tmp ext4 rw 0 0\n"}, "nothing is written"),
    (
        *("MACHINE-DISK-PLAIN", "fit"),
        {
            "proc/self/mounts": "/dev/mapper/root / ext4 rw 0 0\n",
            "sys/block/dm-1/dm/name": "root\n",
            "sys/block/dm-1/dm/uuid": "LVM-abc\n",
            "sys/block/dm-1/slaves/dm-0": "",
            "sys/block/dm-0/dm/name": "luks\n",
            "sys/block/dm-0/dm/uuid": "CRYPT-LUKS2-abc\n",
        },
        "nothing is written",
    ),
    (
        *("MACHINE-DISK-PLAIN", "told"),
        {
            "proc/self/mounts": "/dev/mapper/root / ext4 rw 0 0\n",
            "sys/block/dm-1/dm/name": "root\n",
            "sys/block/dm-1/dm/uuid": "LVM-abc\n",
            "sys/block/dm-1/slaves/dm-0": "",
            "sys/block/dm-1/slaves/sda3": "",
            "sys/block/dm-0/dm/uuid": "CRYPT-LUKS2-abc\n",
        },
        "encryption: /",
    ),
    ("MACHINE-DISK-PLAIN", "told", {"proc/self/mounts": DISK + "/dev/sda1 /my\\040disk vfat rw 0 0\n"}, "/my disk"),
    (
        *("MACHINE-DISK-PLAIN", "told"),
        *({"proc/self/mounts": DISK.replace("sda2", "dm-0"), "sys/block/dm-0/slaves/dm-0": ""}, "encryption: /"),
    ),
    ("MACHINE-DISK-PLAIN", "unknown", {"proc/self/mounts": "tank/root / zfs rw 0 0\n"}, "zfs"),
    ("MACHINE-DISK-PLAIN", "unknown", {"proc/self/mounts": DISK + "half a line\n"}, "does not tell"),
    ("MACHINE-CAMERA", "fit", {}, "no camera"),
    ("MACHINE-CAMERA", "told", {"dev/video0": ""}, "video0"),
    ("MACHINE-CAMERA", "unknown", {"dev": None}, "does not tell"),
    ("MACHINE-PRINTER", "fit", {}, "no printer"),
    ("MACHINE-PRINTER", "told", {"dev/usb/lp0": ""}, "usb/lp0"),
    ("MACHINE-PRINTER", "told", {"dev/lp0": ""}, "lp0"),
    ("MACHINE-PRINTER", "unknown", {"dev": None}, "does not tell"),
    ("MACHINE-SPOOL", "fit", {}, "no spooler"),
    ("MACHINE-SPOOL", "fit", {"var": None}, "no spooler"),
    ("MACHINE-SPOOL", "fit", {"var/spool/cups/tmp/x": ""}, "lies in memory"),
    (
        *("MACHINE-SPOOL", "fit"),
        *({"var/spool/cups/x": "", "proc/self/mounts": DISK + "tmpfs /var/spool/cups tmpfs rw 0 0\n"}, "in memory"),
    ),
    ("MACHINE-SPOOL", "told", {"var/spool/cups/x": "", "proc/self/mounts": DISK}, "on a disk"),
    (
        *("MACHINE-SPOOL", "told"),
        *({"var/spool/cups/x": "", "proc/self/mounts": DISK + "tmpfs /var/spool/cupsx tmpfs rw 0 0\n"}, "on a disk"),
    ),
    ("MACHINE-SPOOL", "unknown", {"var/spool/cups/x": "", "proc/self/mounts": None}, "does not tell"),
    ("MACHINE-SPOOL", "unknown", {"var/spool": "a file\n"}, "does not tell"),
    ("MACHINE-CPU", "fit", {}, "every known flaw"),
    ("MACHINE-CPU", "told", {f"{FLAWS}/meltdown": "Vulnerable\n"}, "not mended: meltdown"),
    ("MACHINE-CPU", "told", {f"{FLAWS}/itlb_multihit": "KVM: Vulnerable\n"}, "itlb_multihit"),
    ("MACHINE-CPU", "unknown", {f"{FLAWS}/meltdown": "Unknown: no microcode\n"}, "meltdown"),
    ("MACHINE-CPU", "unknown", {FLAWS: None}, "does not tell"),
    ("MACHINE-USER", "fit", {}, "ordinary user"),
    ("MACHINE-USER", "told", {"proc/self/status": STATUS.format(tracer=0, uid=0, powers="0")}, "as root"),
    ("MACHINE-USER", "told", {"proc/self/status": STATUS.format(tracer=0, uid=9, powers="3f")}, "capabilities 3f"),
    ("MACHINE-USER", "unknown", {"proc/self/status": STATUS.format(tracer=0, uid="x", powers="0")}, "does not tell"),
    ("MACHINE-USER", "unknown", {"proc/self/status": STATUS.format(tracer=0, uid=9, powers="")}, "does not tell"),
    ("MACHINE-CONTAINER", "fit", {}, "in no container"),
    ("MACHINE-CONTAINER", "fit", {"proc/1/ns/net": "-> net:[4026531840]"}, "in no container"),
    ("MACHINE-CONTAINER", "told", {"proc/self/ns/user": "-> user:[4026532999]"}, "namespaces: user"),
    ("MACHINE-CONTAINER", "told", {"proc/self/ns/pid": "-> pid:[4026532999]"}, "namespaces: pid"),
    ("MACHINE-CONTAINER", "told", {"proc/1/ns/net": "-> net:[4026531999]"}, "a network of its own"),
    ("MACHINE-CONTAINER", "unknown", {"proc/self/ns": None}, "does not tell"),
)


@pytest.mark.parametrize(("id_", "standing", "changes", "seen"), CASES, ids=lambda value: str(value)[:40])
def test_a_change_is_seen_and_stands_as_it_should(
    laptop: Laptop, id_: str, standing: str, changes: Changes, seen: str
) -> None:
    laptop.change(changes)
    found = laptop.measured(id_)
    assert (found.standing.value, found.seen) == (standing, found.seen)
    assert seen in found.seen


def test_a_laptop_on_which_nothing_is_wrong_is_fit_in_everything(laptop: Laptop) -> None:
    machine = laptop.examined(typed=SHOWN)
    assert machine.system == "Linux 6.12.9"
    assert {each.standing for each in machine.measurements} == {Standing.FIT}
    assert machine.is_fit


@pytest.mark.parametrize(
    ("id_", "standing", "given", "seen"),
    [
        ("MACHINE-CLOCK", "told", {"now": 0}, "the clock says 1970-01-01, and this release is of"),
        ("MACHINE-CLOCK", "told", {"now": 1 << 60}, "no year that can be"),
        ("MACHINE-CLOCK", "told", {"now": -1}, "no year that can be"),
        ("MACHINE-RECORDER", "fit", {}, "no program was seen"),
        ("MACHINE-RECORDER", "told", {"programs": ("ssh", "tmux")}, "ssh, tmux can see"),
        ("MACHINE-LANDLOCK", "fit", {}, "closed off (Landlock, version 7)"),
        ("MACHINE-LANDLOCK", "fit", {"landlock": 3}, "closed off"),
        ("MACHINE-LANDLOCK", "told", {"landlock": 2}, "version 2) is an old one"),
        ("MACHINE-LANDLOCK", "told", {"landlock": 0}, "has no Landlock"),
        ("MACHINE-LANDLOCK", "unknown", {"landlock": None}, "does not tell"),
        ("MACHINE-FILES", "fit", {}, "as they were signed"),
        ("MACHINE-FILES", "unknown", {"files": NOT_LOOKED_AT}, "not looked at"),
        ("MACHINE-FILES", "unfit", {"files": Seen(Standing.UNFIT, "a.py was changed")}, "a.py was changed"),
        ("MACHINE-KEYBOARD", "unknown", {}, "not tested"),
        ("MACHINE-KEYBOARD", "unknown", {"typed": ""}, "not tested"),
        ("MACHINE-KEYBOARD", "fit", {"typed": SHOWN}, "the keys type what is printed"),
        ("MACHINE-KEYBOARD", "told", {"typed": "\x1b[2Jq"}, r"what came is \x1b[2Jq, as of no layout"),
    ],
)
def test_what_is_told_beside_the_files_stands_as_it_should(
    laptop: Laptop, id_: str, standing: str, given: dict[str, object], seen: str
) -> None:
    found = laptop.measured(id_, **given)
    assert found.standing.value == standing
    assert seen in found.seen


def test_the_cases_hold_every_probe_and_whatever_makes_a_machine_unfit_does() -> None:
    beside = {"MACHINE-RECORDER", "MACHINE-LANDLOCK", "MACHINE-FILES", "MACHINE-KEYBOARD"}
    assert {id_ for id_, *_rest in CASES} | beside == {each.id for each in PROBES}
    assert {id_ for id_, standing, *_rest in CASES if standing == "unfit"} == {
        *("MACHINE-NET-UP", "MACHINE-NET-ROUTE", "MACHINE-RADIO", "MACHINE-SWAP"),
        *("MACHINE-CORE-PIPE", "MACHINE-TRACED", "MACHINE-PRELOAD"),
    }


def test_the_worst_is_told_and_several_of_it(laptop: Laptop) -> None:
    for number in range(6):
        laptop.change({f"sys/class/net/eth{number}/flags": "0x3\n", f"sys/class/net/eth{number}/carrier": "1\n"})
    laptop.change({"sys/class/net/eth9/flags": "odd\n"})
    seen = laptop.measured("MACHINE-NET-UP").seen
    assert seen == "; ".join([*(f"eth{at} is up and connected" for at in range(4)), "and 2 more"])
