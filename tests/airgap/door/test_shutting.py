"""The door as the kernel shuts it: asked of processes of their own, by calls that go round Python's own checks."""

import errno
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from airgap.door import descriptors, shutting
from airgap.door.calls import MACHINES
from airgap.door.shutting import LAUNCH
from tests.airgap.door.behind import CLEAN, STANDING, behind, in_ones_own

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a door that shuts")

CALLS = """
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
def called(number):
    ctypes.set_errno(0)
    return [libc.syscall(number, -1, 0, 0, 0, 0, 0), ctypes.get_errno()]
print(json.dumps([called(number) for number in NUMBERS]))
"""

WAYS_OUT = """
import json, os, errno, subprocess, _socket
def refused(work):
    try:
        work()
    except OSError as failure:
        return failure.errno
    return 0
families = [value for name, value in vars(_socket).items() if name.startswith("AF_")]
print(json.dumps({
    "sockets": sorted({refused(lambda: _socket.socket(family)) for family in families}),
    "pair": refused(_socket.socketpair),
    "exec": refused(lambda: os.execv("/bin/true", ["true"])),
    "spawn": refused(lambda: os.posix_spawn("/bin/true", ["true"], {})),
    "popen": refused(lambda: subprocess.run(["/bin/true"])),
}))
"""

IN_A_COPY = """
import os, sys
reader, writer = os.pipe()
if os.fork() == 0:
    os.dup2(writer, 1)
    exec(WAYS_OUT)
    sys.stdout.flush()
    os._exit(0)
os.close(writer)
print(os.read(reader, 10000).decode(), end="")
"""


def test_every_call_of_the_table_is_refused_by_the_kernel() -> None:
    numbers = MACHINES[os.uname().machine].refused
    assert behind(f"NUMBERS = {numbers!r}\n{CALLS}") == [[-1, errno.EPERM]] * len(numbers)


@pytest.mark.parametrize("line", [WAYS_OUT, f"WAYS_OUT = {WAYS_OUT!r}\n{IN_A_COPY}"], ids=["here", "in a copy"])
def test_no_socket_of_any_family_is_made_and_no_program_started(line: str) -> None:
    told = behind(line)
    assert told == dict.fromkeys(("pair", "exec", "spawn", "popen"), errno.EPERM) | {"sockets": [errno.EPERM]}


def test_without_the_door_these_ways_are_open() -> None:
    assert behind("import _socket; _socket.socketpair(); print(1)", launch="") == 1
    assert behind("import subprocess; subprocess.run(['/bin/true'], check=True); print(1)", launch="") == 1
    assert behind(STANDING, launch="") == [False, "unasked"]


def test_threads_and_copies_work_behind_it() -> None:
    line = "import threading; one = threading.Thread(target=print, args=(1,)); one.start(); one.join()"
    assert behind(line) == 1


def test_a_door_that_was_shut_as_the_launcher_does_is_sound() -> None:
    assert behind(STANDING) == [True]


@pytest.mark.parametrize("words", [("--help",), ("key", "-h"), ("--version",)], ids=" ".join)
def test_a_page_of_help_needs_no_door(words: tuple[str, ...]) -> None:
    assert behind(STANDING, *words) == [False, "unasked"]


def test_a_version_that_is_told_to_a_command_is_no_question_for_ours() -> None:
    assert behind(STANDING, "wallet", "new", "--version", "1.3.0") == [True]


def test_a_command_that_goes_on_shuts_the_door_that_a_value_kept_open() -> None:
    late = f"from airgap.door.shutting import shut_late; shut_late(); {STANDING}"
    assert behind(late, "--message", "-h") == [True, "late"]
    assert behind(late, "--message=-h") == [True], "and it is not shut twice"


@pytest.mark.parametrize(
    ("settings", "noticed"),
    [
        ({"options": ()}, "launcher"),
        ({"options": ("-I", "-B")}, "launcher"),
        ({"launch": "import os; " + LAUNCH}, "launcher"),
        ({"environment": CLEAN | {"PYTHONPATH": "/nowhere"}}, "environment"),
        ({"environment": CLEAN | {"OPENSSL_CONF": "/nowhere"}}, "environment"),
        ({"environment": CLEAN | {"LANGUAGE": "/tmp/words"}}, "environment"),
        ({"environment": CLEAN | {"CUSTODY_LOADER": " LD_AUDIT"}}, "loader"),
    ],
)
def test_what_is_not_as_the_launcher_has_it_is_noticed(settings: dict[str, object], noticed: str) -> None:
    assert behind(STANDING, **settings) == [True, noticed]  # type: ignore[arg-type]


def test_a_library_that_was_loaded_before_is_noticed(tmp_path: Path) -> None:
    with Path("/proc/self/maps").open() as maps:
        library = next(line.split()[-1] for line in maps if "/libm" in line or "/libc.so" in line or "/libc-" in line)
    preloaded = Path(shutil.copy(library, tmp_path / "evil.so"))
    environment = CLEAN | {"LD_PRELOAD": str(preloaded)}
    assert behind(STANDING, environment=environment) == [True, "environment", "mapped"]


def test_a_library_that_the_system_lays_into_every_program_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutting, "_PRELOADED", str(tmp_path / "ld.so.preload"))
    assert "loader" not in shutting._of_start({})
    (tmp_path / "ld.so.preload").touch()
    assert "loader" in shutting._of_start({})


# --- what was inherited ---


def test_what_whoever_started_us_left_open_is_closed(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        opened = f"os.path.exists('/proc/self/fd/{file.fileno()}')"
        line = f"import json, os; print(json.dumps({opened}))"
        assert behind(line, pass_fds=(file.fileno(),)) is False
        assert behind(line, "--secret-fd", f"{file.fileno()}", pass_fds=(file.fileno(),)) is True


def test_a_named_descriptor_that_leads_into_a_network_is_closed_and_a_local_one_stays() -> None:
    near, far = socket.socketpair()
    with near, far, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as net:
        for one, stays in ((near, True), (net, False)):
            line = f"import json, os; print(json.dumps(os.path.exists('/proc/self/fd/{one.fileno()}')))"
            assert behind(line, f"--secret-fd={one.fileno()}", pass_fds=(one.fileno(),)) is stays


@pytest.mark.parametrize(
    "line",
    [
        "--secret-fd 5",
        "--secret-fd=5",
        "--passphrase-fd 5",
        "--secret-out-fd=05",
        "review /dev/fd/5",
        "/dev//fd//5",
        "-o /proc/self/fd/5",
        "-o/dev/fd/5",
        "--set=/dev/fd/5",
        "--key-file Alice=/dev/fd/5",
        "fd/5",
    ],
)
def test_an_option_and_a_path_keep_the_descriptor_that_they_name(line: str) -> None:
    assert descriptors.named(line.split()) == {5}


@pytest.mark.parametrize(
    "line",
    [
        "wallet address w.json --index 5",
        "--index=5",
        "5",
        "file/5",
        "--head 5",
        "m/5",
        "wfd/5",
        "--secret-fd x=5",
        "--secret-fd 55555",
    ],
)
def test_any_other_number_keeps_none(line: str) -> None:
    assert descriptors.named(line.split()) == set()


def test_a_stream_that_leads_into_a_network_is_noticed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as net:
        assert behind(STANDING, stdin=net.fileno()) == [True, "network"]


def test_nothing_but_what_the_launcher_passes_on_is_let_in() -> None:
    assert behind(STANDING, environment=in_ones_own({"TMUX": "x", "LC_ALL": "C.UTF-8"})) == [True]
