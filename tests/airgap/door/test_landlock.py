"""Files as the door closes them off: asked of processes of their own, and of a kernel that is made up."""

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airgap.door import confining, landlock, places
from airgap.door.calls import LANDLOCK
from airgap.door.places import Use
from tests.airgap.door.behind import CLEAN, STANDING, behind
from tests.conftest import ROOT, needed
from tests.support.reaching import foreign, open_ways

TRIED = """
import json, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.support.reaching import tried
print(json.dumps(tried(Path({folder!r}))))
"""

OPENED = """
import json, os
def opened(path, flags):
    try:
        os.close(os.open(path, flags, 0o600))
    except OSError as failure:
        return failure.errno
    return 0
new = os.O_WRONLY | os.O_CREAT | os.O_EXCL
"""


@pytest.fixture(autouse=True)
def kernel() -> None:
    if not landlock.version():
        needed("landlock", "this kernel has no Landlock")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, with files, a folder to name and one that nobody names."""
    (tmp_path / "named").mkdir()
    for name in ("a", "b", "named/c"):
        (tmp_path / name).write_text(name)
    foreign(tmp_path)
    return tmp_path


def reached(expressions: dict[str, str], *words: str, first: str = "", **settings: Any) -> dict[str, int]:
    """What each expression gave behind the door: 0, or the error of what it tried to open."""
    told = ", ".join(f"{name!r}: {expression}" for name, expression in expressions.items())
    answer: dict[str, int] = behind(f"{first}\n{OPENED}print(json.dumps({{{told}}}))", *words, **settings)
    return answer


# --- what the line names, at the door


def test_a_line_opens_nothing_but_what_it_names(folder: Path) -> None:
    found = behind(TRIED.format(root=str(ROOT), folder=str(folder / "foreign")), str(ROOT), cwd=folder)
    assert open_ways(found) == set()


@pytest.mark.parametrize(
    "words",
    [
        ("named/c",),
        ("--wallet", "named/c"),
        ("--wallet=named/c",),
        ("--key-file", "Ann=named/c"),
        ("named",),
        ("link",),
    ],
    ids=" ".join,
)
def test_a_file_that_is_named_is_read_and_not_written(words: tuple[str, ...], folder: Path) -> None:
    (folder / "link").symlink_to("named/c")
    tries = {
        "read": "opened('named/c', os.O_RDONLY)",
        "write": "opened('named/c', os.O_WRONLY)",
        "beside": "opened('a', os.O_RDONLY)",
        "new": "opened('new', new)",
    }
    assert reached(tries, *words, cwd=folder) == {
        "read": 0,
        **dict.fromkeys(("write", "beside", "new"), errno.EACCES),
    }


@pytest.mark.parametrize(
    "words",
    [("-o", "named/out"), ("-onamed/out",), ("--output=named/out",), ("--output", "{folder}/named/out")],
    ids=" ".join,
)
def test_what_is_written_opens_its_folder_and_no_other(words: tuple[str, ...], folder: Path) -> None:
    tries = {
        "beside": "opened('named/.out.tmp', new)",
        "its name": "os.rename('named/.out.tmp', 'named/out')",
        "second name": "os.link('named/out', 'named/again')",
        "above": "opened('new', new)",
        "elsewhere": "opened('foreign/new', new)",
        "back": "opened('foreign/x', os.O_RDONLY)",
    }
    lines = [word.format(folder=folder) for word in words]
    assert reached(tries, *lines, cwd=folder) == {
        "beside": 0,
        "its name": None,
        "second name": None,
        **dict.fromkeys(("above", "elsewhere", "back"), errno.EACCES),
    }


@pytest.mark.parametrize("way", ["link", "rename", "symlink", "mkdir"])
def test_nothing_leaves_the_folder_of_what_is_written_by_another_name(way: str, folder: Path) -> None:
    calls = {
        "link": "os.link('named/c', 'c')",
        "rename": "os.rename('named/c', 'c')",
        "symlink": "os.symlink('/etc', 'named/etc')",
        "mkdir": "os.mkdir('named/made')",
    }
    line = (
        f"import os, json\ntry:\n    {calls[way]}\n    print(0)\nexcept OSError as failure:\n    print(failure.errno)"
    )
    assert behind(line, "-o", "named/out", cwd=folder) in (errno.EXDEV, errno.EACCES)
    assert (folder / "named" / "c").read_text() == "named/c"


@pytest.mark.parametrize("place", ["/dev/x", "/proc/self/x", "/sys/x", "/x", "/tmp/../x", "/dev/../x"])
def test_among_devices_and_the_kernels_own_files_nothing_is_written(place: str) -> None:
    assert [rights for _place, rights in places.of_named([(Use.PROVE, place)])] == [landlock.READ_DIR]


@pytest.mark.parametrize("words", [("--home=/",), ("--to", "//"), ("--medium", "/tmp/.."), ("-o", "/"), ("-o/x",)])
def test_a_line_that_names_the_whole_system_opens_none_of_it_for_writing(words: tuple[str, ...]) -> None:
    for _place, rights in places.of_words(words, {"CUSTODY_HOME": "/"}):
        assert not rights & ~(landlock.READ | landlock.REMOVE_DIR)


@pytest.mark.parametrize(
    ("words", "home"),
    [(("--home", "named"), {}), (("--home=named",), {}), ((), {"CUSTODY_HOME": "named"}), (("--to", "named"), {})],
)
def test_a_home_is_open_and_what_is_around_it_is_listed(
    words: tuple[str, ...], home: dict[str, str], folder: Path
) -> None:
    tries = {
        "read": "opened('named/c', os.O_RDONLY)",
        "write": "opened('named/d', new)",
        "above": "opened('.', os.O_RDONLY)",
        "file above": "opened('a', os.O_RDONLY)",
        "new above": "opened('new', new)",
    }
    assert reached(tries, *words, cwd=folder, environment=CLEAN | home) == {
        **dict.fromkeys(("read", "write", "above"), 0),
        **dict.fromkeys(("file above", "new above"), errno.EACCES),
    }


def test_what_a_descriptor_leads_to_is_opened_by_its_name(folder: Path) -> None:
    reader, writer = os.pipe()
    with (folder / "a").open() as a, (folder / "b").open() as b, os.fdopen(writer, "w"):
        tries = {
            "pipe": f"opened('/dev/fd/{reader}', os.O_RDONLY)",
            "file": f"opened('/dev/fd/{b.fileno()}', os.O_RDONLY)",
            "input": "opened('/dev/stdin', os.O_RDONLY)",
        }
        named = [f"/dev/fd/{reader}", f"/dev/fd/{b.fileno()}", "/dev/stdin"]
        kept: dict[str, Any] = {"pass_fds": (reader, b.fileno()), "stdin": a.fileno()}
        assert reached(tries, *named, **kept) == dict.fromkeys(tries, 0)
        unnamed = reached({"input": tries["input"]}, **kept)
        assert unnamed == {"input": errno.EACCES}
    os.close(reader)


@pytest.mark.parametrize(
    "call",
    [
        "os.setxattr('a', 'user.note', b'x')",
        "os.chmod('a', 0o644)",
        "os.chown('a', -1, -1)",
        "os.utime('foreign/x', ns=(1, 2))",
    ],
)
def test_what_landlock_does_not_look_at_is_refused_by_the_filter(call: str, folder: Path) -> None:
    line = f"import os\ntry:\n    {call}\n    print(0)\nexcept OSError as failure:\n    print(failure.errno)"
    assert behind(line, "a", cwd=folder) == errno.EPERM
    assert behind(line, "a", cwd=folder, launch="") == 0


# --- what the command opens, once its line is read


def closed(named: str) -> str:
    return f"from airgap.door import confining; from airgap.door.places import Use; confining.to_named({named})"


def test_what_the_door_left_open_for_a_word_is_closed_where_the_command_does_not_open_it(folder: Path) -> None:
    tries = {name: f"opened({name!r}, os.O_RDONLY)" for name in ("a", "b")} | {"new": "opened('named/new', new)"}
    words = ("a", "b", "-o", "named/out")
    assert reached(tries, *words, cwd=folder) == dict.fromkeys(tries, 0)
    (folder / "named" / "new").unlink()
    found = reached(tries, *words, first=closed("[(Use.READ, 'b')]"), cwd=folder)
    assert found == {"a": errno.EACCES, "b": 0, "new": errno.EACCES}


def test_what_is_written_anew_is_not_read_back_unless_that_is_its_use(folder: Path) -> None:
    tries = {"read": "opened('named/c', os.O_RDONLY)", "write": "opened('named/d', new)"}
    for use, number in (("WRITE", errno.EACCES), ("PROVE", 0), ("MEDIUM", errno.EACCES)):
        found = reached(tries, "-o", "named/out", first=closed(f"[(Use.{use}, 'named/out')]"), cwd=folder)
        assert found["read"] == number, use
        (folder / "named" / "d").unlink(missing_ok=True)


def test_a_home_that_is_looked_into_is_not_written(folder: Path) -> None:
    tries = {"read": "opened('named/c', os.O_RDONLY)", "write": "opened('named/d', new)"}
    found = reached(tries, "--home", "named", first=closed("[(Use.READ, 'named')]"), cwd=folder)
    assert found == {"read": 0, "write": errno.EACCES}


def test_what_reads_pictures_opens_no_file_but_loads_its_libraries_and_has_its_input(folder: Path) -> None:
    first = "from airgap.door import confining; confining.to_pictures(); import PIL.Image"
    tries = {
        "named": "opened('b', os.O_RDONLY)",
        "new": "opened('named/new', new)",
        "input": "opened('/dev/fd/0', os.O_RDONLY)",
    }
    with (folder / "a").open() as a:
        found = reached(tries, "a", "b", "-o", "named/out", first=first, cwd=folder, stdin=a.fileno())
    assert found == {"named": errno.EACCES, "new": errno.EACCES, "input": 0}


def test_where_another_thread_runs_already_it_is_noticed(folder: Path) -> None:
    """It would go on with what the door left open."""
    thread = "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); "
    assert behind(f"{thread}{closed('[]')}; {STANDING}", cwd=folder) == [True, "files"]
    assert behind(f"{closed('[]')}; {STANDING}", cwd=folder) == [True]


def test_without_the_door_nothing_is_closed_off(folder: Path) -> None:
    tries = {"read": "opened('a', os.O_RDONLY)"}
    assert reached(tries, first=closed("[]"), cwd=folder, launch="") == {"read": 0}


# --- kernels


def test_a_kernel_that_can_and_does_not_is_noticed(tmp_path: Path) -> None:
    """It takes sixteen layers, and no more."""
    everything = (("/", (1 << 16) - 1),)
    line = f"from airgap.door.landlock import confine; assert [confine({everything!r}) for _ in range(16)][-1]"
    start = f"import os, sys; {line}; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    options = ("-I", "-c", f"from airgap.door.shutting import shut; shut(); {STANDING}")
    told = subprocess.run(
        [sys.executable, "-I", "-c", start, *options], env=CLEAN, check=True, capture_output=True, cwd=tmp_path
    ).stdout
    assert json.loads(told) == [True, "files"]


def test_a_kernel_without_it_closes_nothing_off_and_is_no_fault_of_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confining, "version", lambda: 0)
    assert confining.to_words(["a"], {}) is True
    assert not confining.closes_files()


@pytest.mark.parametrize(
    ("known", "rights", "size", "net", "scopes"),
    [(1, 13, 8, 0, 0), (2, 14, 8, 0, 0), (3, 15, 8, 0, 0), (4, 15, 16, 3, 0), (5, 16, 16, 3, 0), (6, 16, 24, 3, 3)],
)
def test_each_version_is_asked_for_what_it_knows(
    known: int, rights: int, size: int, net: int, scopes: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(landlock, "_call", made_up(known, asked))
    monkeypatch.setattr(landlock, "_SYSTEM", type("System", (), {"prctl": lambda *_given: 0}))
    (tmp_path / "file").touch()
    everything = (1 << 16) - 1
    assert landlock.confine([(str(tmp_path), everything), (str(tmp_path / "file"), everything), ("/nowhere", 1)])
    ruleset, of_folder, of_file, *rest = asked
    assert ruleset == ((1 << rights) - 1, net, scopes, size)
    assert (of_folder, of_file) == ((1 << rights) - 1, ((1 << rights) - 1) & landlock.OF_FILES)
    assert rest == ["restricted"]


def made_up(known: int, asked: list[Any]) -> Callable[..., int]:
    """A kernel of a version, that writes down what it is asked for."""

    def call(number: int, *given: Any) -> int:
        if number == LANDLOCK.create_ruleset:
            if given[0] is None:
                return known
            ruleset = given[0]._obj
            asked.append((ruleset.files, ruleset.net, ruleset.scopes, given[1]))
            return os.open(os.devnull, os.O_RDONLY)
        asked.append(given[2]._obj.rights if number == LANDLOCK.add_rule else "restricted")
        return 0

    return call


def test_the_structures_are_as_wide_as_the_kernels() -> None:
    assert (ctypes.sizeof(landlock._Ruleset), ctypes.sizeof(landlock._Beneath)) == (24, 12)
    assert [landlock.handled(known) for known in (0, 1, 9)] == [0, (1 << 13) - 1, (1 << 16) - 1]
