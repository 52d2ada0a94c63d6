"""The commands as they are installed: what the caller's environment names neither runs nor speaks."""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, needed
from tests.support.custody_command import BIN
from tests.support.patience import LONG

CUSTODY, AIRGAP = str(BIN / "custody"), str(BIN / "airgap")
STRACE = shutil.which("strace")


def run(*line: str, env: dict[str, str] | None = None, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False, timeout=LONG, **settings
    )  # type: ignore[call-overload,no-any-return]


def test_what_is_installed_is_what_is_shipped() -> None:
    for name in ("custody", "airgap"):
        assert (BIN / name).read_bytes() == (ROOT / "launch" / name).read_bytes()


def test_the_two_launchers_differ_in_the_line_that_they_give_to_python() -> None:
    ours, other = ((ROOT / "launch" / name).read_text().splitlines() for name in ("custody", "airgap"))
    assert [(one, two) for one, two in zip(ours, other, strict=True) if one != two] == [
        (
            "line='from custody.cli.front.main import main; main()'",
            "line='from airgap.cli import main; main()'",
        )
    ]


@pytest.mark.parametrize("way", ["by its path", "by a link", "by PATH", "by sh", "from its folder"])
def test_it_finds_its_python_whichever_way_it_is_called(way: str, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "custody").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(CUSTODY)
    lines = {
        "by its path": ([CUSTODY], {}),
        "by a link": ([str(tmp_path / "a b" / "custody")], {}),
        "by PATH": (["custody"], {"PATH": f"{tmp_path / 'a b'}:{os.environ['PATH']}"}),
        "by sh": (["sh", CUSTODY], {}),
        "from its folder": (["sh", "custody"], {"CDPATH": "/"}),
    }
    line, environment = lines[way]
    answer = run(*line, "--version", env=environment, **({"cwd": BIN} if way == "from its folder" else {}))
    assert (answer.returncode, answer.stdout[:8]) == (0, "custody "), answer.stderr


def test_an_installation_that_cannot_work_is_told(tmp_path: Path) -> None:
    shutil.copy(CUSTODY, tmp_path)
    answer = run(str(tmp_path / "custody"), "--version")
    assert answer.returncode == 1
    assert "there is no Python beside" in answer.stderr


def words_of_mine(folder: Path) -> str:
    """A catalogue with somebody else's words, as a locale that is a folder."""
    told = {
        "": "Content-Type: text/plain; charset=UTF-8\n",
        "Commands": "INJECTED",
        "there is no treasury in this directory": "INJECTED",
    }
    ids, texts, places = b"", b"", []
    for key in sorted(told):
        one, other = key.encode(), told[key].encode()
        places.append((len(one), len(ids), len(other), len(texts)))
        ids, texts = ids + one + b"\0", texts + other + b"\0"
    count, begin = len(told), 28 + 16 * len(told)
    table = [part for size, at, _other, _text in places for part in (size, begin + at)]
    table += [part for _size, _at, size, at in places for part in (size, begin + len(ids) + at)]
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    (folder / "xx" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "xx" / "LC_MESSAGES" / "custody.mo").write_bytes(
        head + struct.pack(f"<{len(table)}I", *table) + ids + texts
    )
    return str(folder / "xx")


@pytest.mark.parametrize("variable", ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"])
def test_words_from_a_folder_that_a_locale_names_are_not_said(variable: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    hostile = {variable: words_of_mine(tmp_path)}
    status, page = (
        run(CUSTODY, "status", "--home", str(tmp_path / "home"), env=hostile),
        run(CUSTODY, "key", "--help", env=hostile),
    )
    assert "INJECTED" not in status.stdout + status.stderr + page.stdout + page.stderr
    assert "there is no treasury in this directory" in status.stderr


@pytest.mark.parametrize("program", [CUSTODY, AIRGAP])
def test_code_that_the_environment_names_does_not_run(program: str, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"import os; os.environ.pop('PYTHONPATH', None); open({str(mark)!r}, 'a').write(__name__ + chr(10))\n"
    for name in ("sitecustomize", "usercustomize", "click", "antigravity", "readline"):
        (tmp_path / f"{name}.py").write_text(code)
    site = tmp_path / "base" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    site.mkdir(parents=True)
    (site / "usercustomize.py").write_text(code)
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\necho browser >> {mark}\n")
    browser.chmod(0o755)
    provider = f"openssl_conf = a\n[a]\nproviders = b\n[b]\nevil = c\n[c]\nmodule = {tmp_path}/evil.so\nactivate = 1\n"
    (tmp_path / "openssl.cnf").write_text(provider)
    hostile = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONUSERBASE": str(tmp_path / "base"),
        "PYTHONSTARTUP": str(tmp_path / "click.py"),
        "PYTHONINSPECT": "1",
        "PYTHONWARNINGS": "all:0:antigravity.x:0:0",
        "PYTHONPYCACHEPREFIX": str(tmp_path / "cache"),
        "PYTHONPLATLIBDIR": "nowhere",
        "BROWSER": str(browser),
        "OPENSSL_CONF": str(tmp_path / "openssl.cnf"),
        "ENV": str(browser),
        "BASH_ENV": str(browser),
    }
    answer = run(program, "--version", env=hostile, cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert answer.returncode == 0, answer.stderr
    failing = run(program, "nothing", env=hostile, cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert failing.returncode == 2
    assert not mark.exists(), mark.read_text()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("program", [CUSTODY, AIRGAP])
def test_a_system_whose_shell_is_bash_takes_no_code_from_the_environment(program: str, tmp_path: Path) -> None:
    """The kernel gives the shell the options of the first line: here to bash, by the name that systems call it."""
    bash = shutil.which("bash")
    if bash is None:
        needed("bash", "there is no bash on this machine")
    (tmp_path / "sh").symlink_to(bash)
    _sh, *options = Path(program).read_text().partition("\n")[0].removeprefix("#!").split()
    mark = tmp_path / "ran"
    names = ("[", "cd", "pwd", "eval", "set", "readlink", "exec")
    hostile = {f"BASH_FUNC_{name}%%": f'() {{ echo {name} >> {mark}; command {name} "$@"; }}' for name in names}
    hostile |= {"SHELLOPTS": "xtrace", "PS4": f"$(echo traced >> {mark})", "BASHOPTS": "extglob"}
    answer = run(str(tmp_path / "sh"), *options, program, "--version", env=hostile, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert not mark.exists(), mark.read_text()
    assert run(str(tmp_path / "sh"), program, "--version", env=hostile, cwd=tmp_path).returncode == 0
    assert mark.exists(), "without the option it would have run"


ZEROS = "abandon " * 11 + "about\n"


def shown(
    *network: str, env: dict[str, str] | None = None, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    reader, writer = os.pipe()
    os.write(writer, ZEROS.encode())
    os.close(writer)
    try:
        line = (*before, CUSTODY, "key", "show", "--json", *network, "--secret-fd", str(reader))
        return run(*line, env=env, pass_fds=(reader,))
    finally:
        os.close(reader)


MAIN = ("--path", "m/84h/0h/0h", "--network", "main")
LIBRARIES = "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "lib64"
"""What a loader can mean by $LIB."""

WAYS = {
    "a folder": "/nowhere:{}",
    "$LIB": "{}/$LIB",
    "${LIB}": "{}/${{LIB}}/",
    "$ORIGIN": "$ORIGIN/../..{}:$ORIGIN/../../..{}",
    "$PLATFORM": "{}/platforms/$PLATFORM",
    "for some processors": "{}/some",
    "for older loaders": "{}/older",
}
"""A path for the loader, with the place of a folder in it."""

UNDERSTOOD_BY_EVERY_LOADER = {"a folder", "$LIB", "${LIB}", "$ORIGIN"}


def the_systems_library() -> str:
    with Path("/proc/self/maps").open() as maps:
        return next(line.split()[-1] for line in maps if "/libc.so" in line or "/libc-" in line)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with somebody's copy of the C library wherever a loader may look."""
    folder = tmp_path_factory.mktemp("laid")
    kinds = ("x86_64", "haswell", "xeon_phi", "aarch64")
    levels = ("x86-64-v2", "x86-64-v3", "x86-64-v4")
    places = [
        ".",
        *LIBRARIES,
        *(f"platforms/{kind}" for kind in kinds),
        *(f"some/glibc-hwcaps/{level}" for level in levels),
        *(f"older/{kind}" for kind in ("tls", *kinds)),
    ]
    for place in places:
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / "libc.so.6").symlink_to(folder / "kept")
    shutil.copy(the_systems_library(), folder / "kept")
    return folder


@pytest.fixture(scope="module")
def stood_in(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The launcher beside a Python that says what the launcher tells it of the loader, and nothing else."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "python3").write_text('#!/bin/sh\necho "$CUSTODY_LOADER"\n')
    (folder / "python3").chmod(0o755)
    return shutil.copy(CUSTODY, folder)


@pytest.mark.parametrize("way", WAYS)
def test_a_preloaded_library_is_told_whichever_way_the_loader_was_led(way: str, laid: Path, stood_in: str) -> None:
    hostile = {"LD_LIBRARY_PATH": WAYS[way].format(*[laid] * WAYS[way].count("{}"))}
    led = str(laid) in run("/bin/sh", env={**hostile, "LD_TRACE_LOADED_OBJECTS": "1"}).stdout
    assert led or way not in UNDERSTOOD_BY_EVERY_LOADER
    assert run(stood_in, env=hostile).stdout == (" mapped\n" if led else "\n")


def test_a_loader_that_was_run_by_hand_is_told(laid: Path, stood_in: str) -> None:
    with Path("/proc/self/maps").open() as maps:
        loader = next(line.split()[-1] for line in maps if "/ld-" in line)
    for led in (("--library-path", str(laid)), ("--preload", str(laid / "kept"))):
        assert run(loader, *led, "/bin/sh", "-p", stood_in).stdout.startswith(" mapped")


@pytest.mark.parametrize("variable", ["LD_PRELOAD", "LD_AUDIT", "GLIBC_TUNABLES"])
def test_what_the_loader_was_told_is_told_though_it_led_to_nothing(variable: str, stood_in: str) -> None:
    assert run(stood_in, env={variable: "/nowhere/evil.so"}).stdout == f" {variable}\n"


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere:", ":/nowhere", "/usr/share", "/nowhere/$LIB", "/usr/lib"])
def test_a_path_for_the_loader_that_leads_to_nothing_is_no_reason_to_refuse(path: str, stood_in: str) -> None:
    """Python's own libraries for pictures lay one when they are loaded."""
    assert run(stood_in, env={"LD_LIBRARY_PATH": path}).stdout == "\n"


def test_a_preloaded_library_is_noticed_before_a_secret_of_a_main_network(laid: Path) -> None:
    hostile = {"LD_LIBRARY_PATH": f"/nowhere:{laid}"}
    for network in (MAIN, ()):
        refused = shown(*network, env=hostile)
        assert (refused.returncode, '"code": "door"' in refused.stdout) == (7, True), refused
    assert '"code": "door"' not in shown(*MAIN).stdout
    assert shown("--path", "m/84h/1h/0h", "--network", "test", env=hostile).returncode == 0


def test_what_the_launcher_starts_is_led_nowhere(stood_in: str, tmp_path: Path) -> None:
    """The loader writes a file for each program that it loads, where it is told to: for the shell alone."""
    (tmp_path / "link").symlink_to(stood_in)
    told = {"LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": str(tmp_path / "loaded")}
    assert run(str(tmp_path / "link"), env=told).returncode == 0
    assert len(list(tmp_path.glob("loaded.*"))) == 1


@pytest.mark.parametrize(
    "line",
    [(CUSTODY, "key", "show", "--path", "-h", "--secret-fd", "0"), (AIRGAP, "encode", "--type", "--help", "-")],
    ids=["custody", "airgap"],
)
def test_a_word_for_help_that_is_a_value_leaves_no_door_open(line: tuple[str, ...], tmp_path: Path) -> None:
    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    log = tmp_path / "log"
    run(STRACE, "-f", "-e", "trace=prctl,read", "-o", str(log), *line, input="nothing\n")
    calls = log.read_text().splitlines()
    first_read = next((at for at, call in enumerate(calls) if '"nothing' in call), len(calls))
    assert any("PR_SET_SECCOMP" in call for call in calls[:first_read])


def test_a_traced_command_makes_no_call_of_a_network_and_starts_nothing(tmp_path: Path) -> None:
    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    (tmp_path / "message").write_bytes(b"carried")
    (tmp_path / "home").mkdir(mode=0o700)
    drawn = run(AIRGAP, "show", str(tmp_path / "message"), "--to", "png", "-o", str(tmp_path / "code.png"))
    assert drawn.returncode == 0, drawn.stderr
    lines = {
        (CUSTODY, "--help"): 0,
        (CUSTODY, "status", "--home", str(tmp_path / "home")): 8,
        (CUSTODY, "key", "new", "--no-dice", "--network", "regtest"): 2,
        (CUSTODY, "completion", "bash"): 0,
        (AIRGAP, "scan", str(tmp_path / "code.png"), "-o", str(tmp_path / "read")): 0,
    }
    for number, (line, code) in enumerate(lines.items()):
        log = tmp_path / f"{number}.strace"
        traced = run(
            STRACE, "-f", "-e", "trace=%network,execve,execveat", "-o", str(log), *line, stdin=subprocess.DEVNULL
        )
        assert traced.returncode == code, traced.stderr
        calls = [each for each in log.read_text().splitlines() if "(" in each and "ENOENT" not in each]
        started = [each.split('"')[1].rpartition("/")[2] for each in calls if "execve(" in each]
        assert set(started) <= {Path(line[0]).name, "env", "python3", "readlink", "sh", "dash"}, calls
        assert len(calls) == len(started), calls
    assert (tmp_path / "read").read_bytes() == b"carried"
