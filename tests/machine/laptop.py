"""A false `/` of a laptop on which nothing is wrong, and what may be changed about it."""

from pathlib import Path

from custody.machine.examination import examine
from custody.machine.measurement import Machine, Measurement, Seen, Standing

NOW = 1_900_000_000
"""2030-03-17, after any release of today."""

ROUTES_4 = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
LOOPBACK_6 = f"{1:032x} 80 {0:032x} 00 {0:032x} 00000000 00000002 00000000 80200001       lo\n"
SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
STATUS = "Name:\tcustody\nTracerPid:\t{tracer}\nUid:\t1000\t{uid}\t1000\t1000\nCapEff:\t{powers}\n"
SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
FLAWS = "sys/devices/system/cpu/vulnerabilities"

FILES: dict[str, str | bytes] = {
    "proc/sys/kernel/ostype": "Linux\n",
    "proc/sys/kernel/osrelease": "6.12.9\n",
    "proc/sys/kernel/core_pattern": "core\n",
    "proc/sys/kernel/yama/ptrace_scope": "1\n",
    "proc/net/route": ROUTES_4,
    "proc/net/ipv6_route": LOOPBACK_6,
    "proc/swaps": SWAPS,
    "proc/self/status": STATUS.format(tracer=0, uid=1000, powers="0" * 16),
    "proc/self/environ": "TERM=linux\0LANG=C.UTF-8\0",
    "proc/self/mounts": "tmpfs / tmpfs rw,relatime 0 0\nproc /proc proc rw 0 0\n",
    "sys/class/net/lo/type": "772\n",
    "sys/class/net/lo/flags": "0x9\n",
    "sys/class/net/lo/carrier": "1\n",
    "sys/class/net/eth0/type": "1\n",
    "sys/class/net/eth0/flags": "0x1002\n",
    "sys/class/rfkill/rfkill0/type": "wlan\n",
    "sys/class/rfkill/rfkill0/name": "phy0\n",
    "sys/class/rfkill/rfkill0/soft": "1\n",
    "sys/class/rfkill/rfkill0/hard": "0\n",
    "sys/class/ieee80211/phy0/index": "0\n",
    "sys/power/state": "freeze mem\n",
    "sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
    SECURE_BOOT: b"\x06\x00\x00\x00\x01",
    "sys/class/rtc/rtc0/hctosys": "1\n",
    f"{FLAWS}/meltdown": "Not affected\n",
    f"{FLAWS}/spectre_v1": "Mitigation: usercopy/swapgs barriers\n",
    f"{FLAWS}/itlb_multihit": "KVM: Mitigation: VMX disabled\n",
    "dev/null": "",
    "etc/hostname": "laptop\n",
}
FOLDERS = ("sys/block", "var/spool")
LINKS = {
    "proc/self/ns/user": "user:[4026531837]",
    "proc/self/ns/pid": "pid:[4026531836]",
    "proc/self/ns/net": "net:[4026531840]",
}

SIGNED = Seen(Standing.FIT, "as they were signed")
"""Our own files."""


class Laptop:
    """A folder that stands for a laptop's `/`; paths have no slash at their beginning."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path, content in FILES.items():
            self.write(path, content)
        for path in FOLDERS:
            (folder / path).mkdir(parents=True)
        for path, target in LINKS.items():
            self.link(path, target)

    def write(self, path: str, content: str | bytes) -> None:
        at = self.folder / path
        if at.is_dir():
            self.remove(path)
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)

    def link(self, path: str, target: str) -> None:
        at = self.folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.unlink(missing_ok=True)
        at.symlink_to(target)

    def remove(self, path: str) -> None:
        at = self.folder / path
        if at.is_dir() and not at.is_symlink():
            for inner in list(at.iterdir()):
                self.remove(f"{path}/{inner.name}")
            at.rmdir()
        else:
            at.unlink()

    def change(self, changes: dict[str, str | bytes | None]) -> None:
        """Write files; None removes a file or a folder. A text that begins with "-> " is a link."""
        for path, content in changes.items():
            if content is None:
                self.remove(path)
            elif isinstance(content, str) and content.startswith("-> "):
                self.link(path, content.removeprefix("-> "))
            else:
                self.write(path, content)

    def examined(
        self,
        now: int = NOW,
        programs: tuple[str, ...] = (),
        typed: str | None = None,
        landlock: int | None = 7,
        files: Seen = SIGNED,
    ) -> Machine:
        return examine(self.folder, now, programs, typed, landlock, files)

    def measured(self, id_: str, **given: object) -> Measurement:
        (found,) = [each for each in self.examined(**given).measurements if each.id == id_]  # type: ignore[arg-type]
        return found
