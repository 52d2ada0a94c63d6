"""What is carried to a machine that has never been online is whole, is laid without a network, and runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carry import install, pack
from tests.conftest import ROOT, needed
from tests.support.command_lines import commands_in, parse
from tests.support.patience import LONG

PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh)?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
RUN = [text for kind, text in BLOCKS if kind]
HERE, PACKED, COPIED, LAID, BY_HAND, TRIED = RUN


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, as `make carry` makes it. It fetches packages."""
    folder = tmp_path_factory.mktemp("stick") / "carry"
    line = [sys.executable, "-m", "carry.pack", str(folder)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=LONG, check=False)
    if done.returncode:
        needed("packages", f"the locked packages cannot be fetched here: {done.stderr[-200:]}")
    assert pack.digest(folder / "SHA256SUMS") in done.stdout
    return folder


def shell(text: str, folder: Path, home: Path, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Run a block of the page as it stands, in a shell that stops at the first failure, and where it can without any
    network. `custody` alone shows its page, exit 2."""
    text = re.sub(r"^custody( +#.*)?$", "custody || [ $? = 2 ]", text, flags=re.MULTILINE)
    text = text.replace("/media/stick", str(folder.parent))
    line = ["bash", "-e", "-u", "-c", text]
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0:
        line = ["unshare", "-rn", *line]
    environment = {"HOME": str(home), "PATH": path, "PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    return subprocess.run(
        line,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


@pytest.fixture(scope="module")
def laid(carried: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who did what the page says."""
    home = tmp_path_factory.mktemp("home")
    done = shell(LAID, carried, home)
    assert done.returncode == 0, done.stderr
    first, *_rest, last = done.stdout.splitlines()
    assert first.split()[0] == pack.digest(carried / "SHA256SUMS")
    assert last.startswith("custody 0.")
    return home


@pytest.mark.packages
def test_the_page_lays_it_without_a_network_and_the_first_five_minutes_run(carried: Path, laid: Path) -> None:
    path = f"{laid / '.local' / 'bin'}:{os.environ['PATH']}"
    done = shell(
        f"set -o pipefail\ncp -r docs {shlex.quote(str(laid))}\ncd {shlex.quote(str(laid))}\n{TRIED}",
        carried,
        laid,
        path,
    )
    assert done.returncode == 0, done.stderr
    assert "Nothing objects" in done.stdout
    assert (laid / "again.psbt").read_bytes() == (ROOT / "docs" / "pictures" / "payment.psbt").read_bytes()


@pytest.mark.packages
def test_what_is_laid_is_the_wheel_and_nothing_of_this_checkout(laid: Path) -> None:
    python = laid / ".local" / "share" / "custody-toolkit" / "bin" / "python"
    program = "import custody, airgap; print(custody.__file__, airgap.__file__)"
    done = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert all(str(laid) in place for place in done.stdout.split())
    listed = subprocess.run([python, "-I", "-m", "pip", "list"], capture_output=True, text=True, check=False)
    assert listed.returncode != 0, "not even pip is laid"


@pytest.mark.packages
def test_a_second_run_lays_it_anew(carried: Path, laid: Path) -> None:
    done = shell("python3 install.py", carried, laid)
    assert done.returncode == 0, done.stderr
    assert "First: export PATH=" in done.stdout


@pytest.mark.packages
def test_by_hand_it_is_the_same(carried: Path, tmp_path: Path) -> None:
    done = shell(BY_HAND, carried, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("custody 0.")


@pytest.mark.packages
def test_every_wheel_is_named_by_its_hash(carried: Path) -> None:
    locks = (carried / "carried.lock").read_text() + (ROOT / "requirements" / "carry.lock").read_text()
    for wheel in (carried / "wheels").iterdir():
        assert f"sha256:{pack.digest(wheel)}" in locks, wheel.name
    assert (ROOT / "requirements" / "runtime.lock").read_text() in locks


@pytest.mark.packages
def test_a_wheel_that_was_exchanged_with_its_sum_is_refused_by_the_lock(carried: Path, tmp_path: Path) -> None:
    stick = tmp_path / "carry"
    shutil.copytree(carried, stick)
    wheel = next((stick / "wheels").glob("six-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    (stick / "SHA256SUMS").write_text(pack.sums(stick))
    done = shell("python3 install.py", stick, tmp_path)
    assert done.returncode == 1
    assert "nothing is linked" in done.stderr
    assert not (tmp_path / ".local" / "bin").exists()


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "carry"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "a.whl").write_bytes(b"a")
    (folder / "install.py").write_bytes(b"b")
    (folder / "SHA256SUMS").write_text(pack.sums(folder))
    return folder


def test_sums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=folder, check=True)
    assert install.check(folder) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "wheels" / "a.whl").write_bytes(b"c"), "'wheels/a.whl' is not the file"),
        (lambda folder: (folder / "wheels" / "b.whl").write_bytes(b"c"), "'wheels/b.whl' is not named"),
        (lambda folder: (folder / "install.py").unlink(), "'install.py' is missing"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), "there is no SHA256SUMS"),
        (lambda folder: (folder / "SHA256SUMS").write_bytes(b"\xff"), "SHA256SUMS is damaged"),
        (lambda folder: (folder / "SHA256SUMS").write_text("nothing"), "SHA256SUMS is damaged"),
    ],
)
def test_a_folder_that_was_changed_is_refused(tmp_path: Path, change, said) -> None:
    folder = folder_of(tmp_path)
    change(folder)
    with pytest.raises(SystemExit) as ended:
        install.check(folder)
    assert said in str(ended.value)


def test_a_command_that_is_there_and_not_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "airgap").write_text("mine")
    with pytest.raises(SystemExit, match="is no link"):
        install.link(tmp_path / "laid", tmp_path / "bin")
    assert (tmp_path / "bin" / "airgap").read_text() == "mine"
    assert not (tmp_path / "bin" / "custody").is_symlink()


def test_a_folder_that_is_no_environment_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")
    with pytest.raises(SystemExit, match="no environment"):
        install.refuse_other_folder(tmp_path)
    install.refuse_other_folder(tmp_path / "new")
    (tmp_path / "pyvenv.cfg").write_text("")
    install.refuse_other_folder(tmp_path)


def test_a_folder_with_other_things_in_it_is_not_taken_for_an_earlier_packing(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("the only one", encoding="utf-8")
    with pytest.raises(SystemExit, match="holds something else"):
        pack.pack(tmp_path, [])
    assert (tmp_path / "backup").read_text(encoding="utf-8") == "the only one"


def test_another_machine_is_asked_for_by_every_name_of_its_wheels() -> None:
    names = pack.platforms("aarch64")
    assert names[:2] == ["--platform", "manylinux2014_aarch64"]
    assert {"manylinux_2_17_aarch64", "manylinux_2_28_aarch64", f"manylinux_2_{pack.NEWEST_GLIBC}_aarch64"} <= set(
        names
    )


@pytest.mark.parametrize("line", list(commands_in("\n".join(text for _kind, text in BLOCKS))))
def test_each_command_of_the_page_is_one(line: str) -> None:
    words = shlex.split(line, comments=True)
    if len(words) > 1 and words[1] != "--version":
        parse(line)


def test_the_page_makes_what_the_makefile_makes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert PACKED.strip() == "make carry"
    assert "carry.pack build/carry $(CARRY)" in makefile
    assert COPIED.split() == ["cp", "-r", "build/carry", "/media/stick/"]
    assert HERE.splitlines()[0].startswith("make setup ")
    for option in re.findall(r"--for-[a-z]+", PAGE):
        assert f'"{option}"' in (ROOT / "carry" / "pack.py").read_text(encoding="utf-8")
