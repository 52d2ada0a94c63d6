import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from custody import guard
from tests.support.patience import LONG

PROGRAM = """
import ctypes, json, os, resource
from custody import guard
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)  # as high as allowed
concerns = guard.harden()
umask = os.umask(0)
print(json.dumps({
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
    "umask": umask,
    "concerns": concerns,
}))
"""


def test_a_hardened_process_leaves_no_core_and_no_open_memory():
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    state = json.loads(answer.stdout)
    assert state["core"] == [0, 0]
    assert state["dumpable"] == 0
    assert state["umask"] == 0o077
    assert all("swap" in concern for concern in state["concerns"])


CRASHING = """
import os, resource, signal, sys
from custody import guard
from custody.secret import Secret
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
secret = Secret(sys.stdin.buffer.read())
guard.harden() if sys.argv[1] == "hardened" else None
os.kill(os.getpid(), signal.SIGSEGV)
"""


def crashed(how: str, folder: Path) -> tuple[int, bool]:
    """How a process with a secret ends that crashes where dumps were allowed, and whether its folder has the secret."""
    folder.mkdir()
    planted = b"planted in a process that crashes"
    done = subprocess.run([sys.executable, "-c", CRASHING, how], input=planted, cwd=folder, check=False, timeout=LONG)
    return done.returncode, any(planted in path.read_bytes() for path in folder.iterdir())


def test_a_hardened_process_that_crashes_leaves_no_core_where_its_parent_allows_one(tmp_path: Path) -> None:
    into_a_file = Path("/proc/sys/kernel/core_pattern").read_text().strip() in ("core", "core.%p")
    allowed = resource.getrlimit(resource.RLIMIT_CORE)[1] != 0
    assert crashed("as it is", tmp_path / "as it is") == (-signal.SIGSEGV, into_a_file and allowed)
    assert crashed("hardened", tmp_path / "hardened") == (-signal.SIGSEGV, False)


@pytest.mark.parametrize(
    ("broken", "concern"),
    [
        ("resource.setrlimit = failing", "core dumps could not be switched off"),
        ("ctypes.CDLL = lambda *_given, **_named: SimpleNamespace(prctl=lambda *_given: -1)", "could not be closed"),
        ("ctypes.CDLL = failing", "could not be closed"),
        ("ctypes.CDLL = lambda *_given, **_named: SimpleNamespace()", "could not be closed"),
    ],
    ids=["setrlimit fails", "prctl says no", "no library", "no prctl"],
)
def test_what_could_not_be_done_is_said(broken, concern):
    program = f"""
import ctypes, json, resource
from types import SimpleNamespace
from custody import guard
def failing(*_given, **_named):
    raise OSError(1, "not permitted")
{broken}
print(json.dumps(guard.harden()))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len([said for said in json.loads(answer.stdout) if concern in said]) == 1


@pytest.mark.parametrize(
    ("swap", "said"), [("()", 0), ("None", 1), ("('/dev/sda2',)", 1)], ids=["no swap", "nobody knows", "swap"]
)
def test_where_no_memory_is_locked_it_is_said_unless_there_is_no_swap(swap, said):
    program = f"""
import json
from custody import guard
guard.can_lock = lambda: False
guard.swap_areas = lambda *_table: {swap}
print(json.dumps(guard.harden()))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len([concern for concern in json.loads(answer.stdout) if "locks no memory" in concern]) == said


def test_as_much_memory_may_be_locked_as_is_allowed():
    program = """
import resource
from custody import guard
_soft, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, most))
guard.harden()
print(resource.getrlimit(resource.RLIMIT_MEMLOCK) == (most, most))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "True\n"


def test_swap_areas_are_named(tmp_path):
    table = tmp_path / "swaps"
    table.write_text("Filename\tType\tSize\tUsed\tPriority\n/dev/dm-1 partition 8 0 -2\n/swap\\040file file 8 0 -3\n")
    assert guard.swap_areas(table) == ("/dev/dm-1", "/swap\\040file")


def test_no_swap_is_no_concern(tmp_path):
    table = tmp_path / "swaps"
    table.write_text("Filename\tType\tSize\tUsed\tPriority\n")
    assert guard.swap_areas(table) == ()
    assert guard.swap_concerns(table) == ()


def test_active_swap_is_a_concern_with_a_next_step(tmp_path):
    table = tmp_path / "swaps"
    table.write_text("Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 8 0 100\n")
    (concern,) = guard.swap_concerns(table)
    assert "/dev/zram0" in concern
    assert "swapoff" in concern


def test_a_system_that_does_not_tell_is_a_concern_not_a_clean_bill(tmp_path):
    assert guard.swap_areas(tmp_path / "absent") is None
    (concern,) = guard.swap_concerns(tmp_path / "absent")
    assert "does not tell" in concern


def test_recording_programs_around_this_process_are_named(monkeypatch):
    for variable in ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "tmux" not in guard.onlookers(started_by=())
    monkeypatch.setenv("TMUX", "/tmp/x,1,0")
    assert guard.onlookers(started_by=()) == ("tmux",)
    monkeypatch.delenv("TMUX")
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    assert guard.onlookers(started_by=("bash", "script")) == ("script", "ssh")


def test_the_ancestors_of_a_process_are_read_from_proc():
    names = guard.ancestors()
    assert names
    assert all(isinstance(name, str) and name for name in names)
