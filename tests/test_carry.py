"""What is carried to a machine that has never been online is signed, is laid without a network, and runs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from carry import bundle, install, materials, sign
from custody import words
from custody.errors import Alarm, Unreadable
from custody.release import arrival, contents
from custody.release.manifest import Manifest
from custody.store import tree
from tests.conftest import ROOT, needed
from tests.release.bundles import BOTH, ROOT_1, key, put, signed
from tests.support.command_lines import commands_in, parse
from tests.support.patience import LONG

PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh)?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
RUN = [text for kind, text in BLOCKS if kind]
HERE, PACKED, COPIED, LAID, UPGRADED, BY_HAND, TRIED = RUN
FIRST_ROOT = sha256(ROOT_1.encode()).hexdigest()


COMPILERS = "cc gcc g++ c++ clang ld as make rustc cargo"
HIDDEN = f'for place in $(type -ap {COMPILERS}); do mount --bind /dev/null "$place"; done; "$@"'
APART = ("unshare", "-rnm", "bash", "-e", "-c", HIDDEN, "apart")
"""Runs what follows without any network, not even a local one, and without a compiler."""


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, as `make bundle` makes it for this Python, and two people sign it. It fetches packages."""
    stick = tmp_path_factory.mktemp("stick")
    folder, roots = stick / "bundle", stick / "roots"
    put(roots, "1", ROOT_1.encode())
    put(roots, "1.sig", signed(ROOT_1.encode(), BOTH))
    this = "{}.{}".format(*sys.version_info)
    line = [sys.executable, "-m", "carry.bundle", str(folder), "--roots", str(roots), "--for-python", this]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=LONG, check=False)
    if done.returncode:
        needed("packages", f"the locked packages cannot be fetched here: {done.stderr[-200:]}")
    assert bundle.read_aloud((folder / "manifest").read_bytes()) in done.stdout
    assert bundle.read_aloud((ROOT / "carry" / "verify.sh").read_bytes()) in done.stdout
    for name in ("Ann", "Ben"):
        sign.sign(folder / "manifest", key(name))
    return folder


def shell(text: str, folder: Path, home: Path, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Run a block of the page as it stands, in a shell that stops at the first failure, and where it can `APART`.
    `custody` alone shows its page, exit 2."""
    text = re.sub(r"^custody( +#.*)?$", "custody || [ $? = 2 ]", text, flags=re.MULTILINE)
    text = text.replace("/media/stick", str(folder.parent)).replace("/media/other", str(ROOT / "carry"))
    line = ["bash", "-e", "-u", "-c", text]
    if subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0:
        line = [*APART, *line]
    environment = {
        "HOME": str(home),
        "PATH": path,
        "ROOT": FIRST_ROOT,
        "PIP_NO_INDEX": "0",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
    }
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
    assert bundle.digest(carried / "manifest") in done.stdout
    assert done.stdout.splitlines()[-1].startswith("custody 0.")
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
def test_the_main_job_is_done_there(laid: Path, carried: Path, tmp_path: Path) -> None:
    tour = shlex.join([sys.executable, str(ROOT / "docs" / "tour" / "tour.py"), str(tmp_path / "tour")])
    offline = "test \"$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')\" = lo\ngcc --version && exit 7\n"
    done = shell(f"{offline}{tour} {shlex.quote(str(laid / '.local' / 'bin'))}", carried, laid)
    assert done.returncode == 0, done.stderr
    assert "What was proven" in done.stdout


@pytest.mark.packages
def test_what_is_laid_is_the_wheel_and_nothing_of_this_checkout(laid: Path) -> None:
    python = laid / ".local" / "share" / "custody-toolkit" / "bin" / "python"
    program = "import custody, airgap; print(custody.__file__, airgap.__file__)"
    done = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert all(str(laid) in place for place in done.stdout.split())
    listed = subprocess.run([python, "-I", "-m", "pip", "list"], capture_output=True, text=True, check=False)
    assert listed.returncode != 0, "not even pip is laid"


@pytest.mark.packages
def test_what_is_laid_verifies_the_next_one_and_lays_it(carried: Path, laid: Path) -> None:
    path = f"{laid / '.local' / 'bin'}:{os.environ['PATH']}"
    done = shell(UPGRADED, carried, laid, path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Installed here: 0.") == 2


@pytest.mark.packages
def test_the_record_of_what_is_laid_bars_an_older_bundle(carried: Path, laid: Path, tmp_path: Path) -> None:
    stick = tmp_path / "bundle"
    shutil.copytree(carried, stick)
    older = bundle.manifest(stick, "2001-01-01", "2999-12-31").encode()
    put(stick, "manifest", older)
    put(stick, "manifest.sig", signed(older, ("Ann", "Ben")))
    for line in ("python3 install.py", f"python3 install.py --verify {ROOT / 'carry' / 'verify.sh'}"):
        done = shell(line, stick, laid)
        assert done.returncode == 1
        assert "the bundle was not verified, so nothing was laid" in done.stderr
    assert (laid / ".local" / "share" / "custody-toolkit" / "bin" / "custody").exists()


def self_tested(laid: Path) -> tuple[int, dict[str, str], dict[str, str]]:
    """The exit code of the self-test of what is laid, how each check stands, and the files that are wrong."""
    environment = laid / ".local" / "share" / "custody-toolkit"
    line = [environment / "bin" / "custody", "selftest", "--json"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=LONG, check=False)
    said = json.loads(done.stdout)
    standing = {each["id"]: each["standing"] for each in said["checks"]}
    return done.returncode, standing, {each["path"]: each["wrong"] for each in said["files"]}


@pytest.mark.packages
def test_what_is_laid_is_what_was_signed_and_the_self_test_says_so(laid: Path) -> None:
    code, standing, wrong = self_tested(laid)
    assert (code, wrong) == (0, {})
    assert set(standing.values()) == {"ok"}


@pytest.mark.packages
def test_the_self_test_names_what_was_done_to_what_is_laid(laid: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(laid, home, symlinks=True)
    environment = home / ".local" / "share" / "custody-toolkit"
    (packages,) = environment.glob("lib/python3.*/site-packages")
    place = packages.relative_to(environment).as_posix()
    source = packages / "custody" / "curve.py"
    source.write_bytes(source.read_bytes().replace(b"class Point", b"klass Point"))  # as long, and not to be loaded
    (compiled,) = packages.glob("qrcode/__pycache__/console_scripts.*.pyc")
    compiled.write_bytes(compiled.read_bytes()[:-1] + b"x")
    put(packages, "evil.pth", b"import os\n")
    put(packages, "sitecustomize.pyc", b"no source")
    put(packages, "custody/__pycache__/evil.cpython-311.pyc", b"of no source that is laid")
    (packages / "linked").symlink_to(tmp_path)
    (packages / "qrcode" / "util.py").unlink()
    code, standing, wrong = self_tested(home)
    assert (code, standing) == (
        9,
        {"SELFTEST-FILES": "failed", "SELFTEST-PATHS": "ok", "SELFTEST-ANSWERS": "failed"},
    )
    assert wrong == {
        f"{place}/custody/curve.py": "changed",
        f"{place}/{compiled.relative_to(packages)}": "changed",
        f"{place}/evil.pth": "additional",
        f"{place}/sitecustomize.pyc": "additional",
        f"{place}/custody/__pycache__/evil.cpython-311.pyc": "additional",
        f"{place}/linked": "additional",
        "site-packages/qrcode/util.py": "missing",
    }


@pytest.mark.packages
def test_the_contents_name_what_each_wheel_lays(carried: Path) -> None:
    wheels = contents.parse((carried / "contents").read_bytes())
    assert {each.name for each in wheels} == {
        path.name for path in (carried / "wheels").iterdir() if not path.name.startswith("pip-")
    }
    (ours,) = (each for each in wheels if each.name.startswith("custody_toolkit-"))
    assert {"bin/custody", "bin/airgap", "site-packages/custody/curve.py"} <= dict(ours.files).keys()


@pytest.mark.packages
def test_by_hand_it_is_the_same(carried: Path, tmp_path: Path) -> None:
    done = shell(BY_HAND, carried, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("custody 0.")


@pytest.mark.packages
def test_every_wheel_is_named_by_its_hash(carried: Path) -> None:
    locks = (carried / "carried.lock").read_text() + (ROOT / "requirements" / "carry.lock").read_text()
    for wheel in (carried / "wheels").iterdir():
        assert f"sha256:{bundle.digest(wheel)}" in locks, wheel.name
    assert (ROOT / "requirements" / "runtime.lock").read_text() in locks


@pytest.mark.packages
def test_a_byte_that_is_flipped_in_any_file_of_it_is_told_by_the_files_name(carried: Path) -> None:
    found = Manifest.parse((carried / "manifest").read_bytes())
    arrival.refuse_other_files(found, tree.entries(str(carried)))
    for number, file in enumerate(found.files):
        content = bytearray((carried / file.name).read_bytes())
        arrival.refuse_other_bytes(file, bytes(content))
        if content:
            content[number * 7919 % len(content)] ^= 1 << number % 8
        else:
            content.append(0)
        with pytest.raises(Alarm, match=re.escape(file.name)):
            arrival.refuse_other_bytes(file, bytes(content))


@pytest.mark.packages
def test_the_verifier_says_the_same_of_the_first_the_largest_and_the_last(carried: Path, tmp_path: Path) -> None:
    files = Manifest.parse((carried / "manifest").read_bytes()).files
    copy = Path(shutil.copytree(carried, tmp_path / "bundle", copy_function=os.link))
    for file in (files[0], max(files, key=lambda each: each.size), files[-1]):
        content = bytearray((carried / file.name).read_bytes())
        content[len(content) // 2] ^= 1
        (copy / file.name).unlink()
        (copy / file.name).write_bytes(content)
        line = ["sh", str(ROOT / "carry" / "verify.sh"), str(copy), FIRST_ROOT]
        refused = subprocess.run(line, capture_output=True, text=True, timeout=LONG, check=False)
        assert (refused.returncode, file.name in refused.stderr) == (9, True), refused.stderr
        (copy / file.name).write_bytes((carried / file.name).read_bytes())


def test_what_is_read_aloud_of_a_document_is_its_digest() -> None:
    said, digits = bundle.read_aloud(b"abc").split("\n")
    assert digits.strip() == sha256(b"abc").hexdigest()
    assert words.value(said) == sha256(b"abc").digest()[:16]


@pytest.mark.packages
def test_the_bill_of_materials_names_every_wheel_and_every_file(carried: Path) -> None:
    bill = json.loads((carried / "sbom.json").read_bytes())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    told = {each["bom-ref"]: each for each in bill["components"]}
    named = {
        each.name.removeprefix("wheels/"): each for each in Manifest.parse((carried / "manifest").read_bytes()).files
    }
    assert told.keys() == named.keys() - {"sbom.json"}
    assert all(each["hashes"][0]["content"] == named[name].sha256 for name, each in told.items())
    wheels = [each for each in told.values() if each["type"] == "library"]
    assert len(wheels) == len(list((carried / "wheels").iterdir()))
    assert not [each["name"] for each in wheels if "not said" in str(each["licenses"])]


@pytest.mark.packages
def test_the_licences_travel_with_what_they_are_of(carried: Path) -> None:
    told = {path.name for path in (carried / "licences").iterdir()}
    assert "custody_toolkit-0.1.0" in told
    assert {name.partition("-")[0] for name in told} >= {"cryptography", "coincurve", "click", "numpy"}


@pytest.mark.packages
def test_a_wheel_that_was_exchanged_and_signed_is_refused_by_the_lock(carried: Path, tmp_path: Path) -> None:
    stick = tmp_path / "bundle"
    shutil.copytree(carried, stick)
    wheel = next((stick / "wheels").glob("six-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    document = bundle.manifest(stick, "2026-01-01", "2999-12-31").encode()
    put(stick, "manifest", document)
    put(stick, "manifest.sig", signed(document, ("Ann", "Ben")))
    done = shell(f"python3 install.py --verify {ROOT / 'carry' / 'verify.sh'} --root $ROOT", stick, tmp_path)
    assert done.returncode == 1
    assert "nothing is linked" in done.stderr
    assert not (tmp_path / ".local" / "bin").exists()


@pytest.mark.packages
def test_only_who_built_the_same_wheel_attests(carried: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (wheel,) = (carried / "wheels").glob("custody_toolkit-*.whl")
    assert sign.refuse_other_wheel(carried) == wheel.name

    def build(folder: Path) -> Path:
        put(folder, wheel.name, wheel.read_bytes() + b"x")
        return folder / wheel.name

    monkeypatch.setattr(sign, "build", build)
    with pytest.raises(SystemExit, match="is not what this checkout makes"):
        sign.refuse_other_wheel(carried)


def test_our_wheel_is_the_same_bytes_wherever_it_is_built(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from carry import bundle; bundle.build(*map(Path, sys.argv[1:]))"
    for name, umask, zone in (("here", 0o077, "Pacific/Auckland"), ("elsewhere/and deeper", 0o002, "America/Lima")):
        sources = tmp_path / name
        for source in bundle.SOURCES:
            copied = shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile
            sources.mkdir(parents=True, exist_ok=True)
            copied(ROOT / source, sources / source)
        for path in sources.rglob("*"):
            path.chmod(0o700 if path.is_dir() or umask == 0o077 else 0o664)
        (tmp_path / f"{zone.partition('/')[2]}").mkdir()
        line = [sys.executable, "-c", program, str(tmp_path / zone.partition("/")[2]), str(sources)]
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(umask)}
        subprocess.run(line, cwd=ROOT, env=environment, umask=umask, timeout=LONG, check=True)
    (one,), (other,) = ((tmp_path / city).iterdir() for city in ("Auckland", "Lima"))
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_a_bundle_is_verified_by_nothing_that_came_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "verify.sh").write_text("exit 0\n")
    monkeypatch.setattr(install, "FOLDER", tmp_path)
    with pytest.raises(SystemExit, match="came with what it is to verify"):
        install.verify(tmp_path / "laid", tmp_path / "docs" / ".." / "verify.sh", FIRST_ROOT)


def test_nothing_is_laid_without_a_verifier_or_by_one_that_says_no(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(install, "FOLDER", tmp_path / "bundle")
    with pytest.raises(SystemExit, match="nothing is laid here that could verify"):
        install.verify(tmp_path / "laid", None, FIRST_ROOT)
    for code in (3, 9):
        (tmp_path / "verify.sh").write_text(f"exit {code}\n")
        with pytest.raises(SystemExit, match="was not verified"):
            install.verify(tmp_path / "laid", tmp_path / "verify.sh", FIRST_ROOT)


def test_the_newest_root_that_was_verified_is_kept_by_number(tmp_path: Path, monkeypatch) -> None:
    """Beyond a gap nobody looked at a root's signatures: 12 may be whose ever it likes."""
    monkeypatch.setattr(install, "FOLDER", tmp_path / "bundle")
    for name in ("manifest", "manifest.sig", "contents"):
        put(tmp_path / "bundle", name, f"the {name}".encode())
    for name in (*map(str, range(1, 11)), "10.sig", "12", "012"):
        put(tmp_path / "bundle", f"roots/{name}", name.encode())
    install.keep(tmp_path / "release")
    assert (tmp_path / "release" / "root").read_bytes() == b"10"
    for name in ("manifest", "manifest.sig", "contents"):
        assert (tmp_path / "release" / name).read_bytes() == f"the {name}".encode()


def test_no_settings_of_pip_that_lie_on_the_machine_say_what_is_laid(tmp_path: Path, monkeypatch) -> None:
    """A file of the user's could name another place, another Python or another index."""
    lines: list[tuple[object, ...]] = []
    monkeypatch.setattr(install, "FOLDER", tmp_path / "bundle")
    put(tmp_path / "bundle", "wheels/pip-1-py3-none-any.whl", b"")
    monkeypatch.setattr(install, "run", lambda *line: lines.append(line))
    for name in ("keep", "record"):
        monkeypatch.setattr(install, name, lambda _folder: None)
    install.lay(tmp_path / "laid")
    venv, pip = lines
    assert "-I" in venv
    assert {"--isolated", "--no-index", "--require-hashes", "--no-deps"} < set(pip)
    pip_of_page = next(line for line in BY_HAND.splitlines() if "/pip" in line)
    assert {each for each in pip if str(each).startswith("--")} - set(pip_of_page.split()) == {
        "--disable-pip-version-check",
        "--no-cache-dir",
    }


def test_a_name_that_no_manifest_has_is_not_bundled(tmp_path: Path) -> None:
    put(tmp_path, "a", b"")
    assert [each.name for each in bundle.manifest(tmp_path, "2026-01-01", "2026-06-01").files] == ["a"]
    put(tmp_path, "a file", b"")
    with pytest.raises(Unreadable):
        bundle.manifest(tmp_path, "2026-01-01", "2026-06-01")


def test_a_bill_is_the_same_for_the_same_folder(tmp_path: Path) -> None:
    put(tmp_path, "wheels/a", b"a")
    assert materials.bill(tmp_path) == materials.bill(tmp_path)
    assert materials.bill(tmp_path)["components"][0]["hashes"] == [
        {"alg": "SHA-256", "content": sha256(b"a").hexdigest()}
    ]


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


def test_a_folder_with_other_things_in_it_is_not_taken_for_an_earlier_bundle(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("the only one", encoding="utf-8")
    with pytest.raises(SystemExit, match="holds something else"):
        bundle.pack(tmp_path, tmp_path, "x86_64", (), "2026-01-01", "2026-06-01")
    assert (tmp_path / "backup").read_text(encoding="utf-8") == "the only one"


def test_another_machine_is_asked_for_by_every_name_of_its_wheels() -> None:
    names = bundle.platforms("aarch64")
    assert names[:2] == ["--platform", "manylinux2014_aarch64"]
    assert {"manylinux_2_17_aarch64", "manylinux_2_28_aarch64", f"manylinux_2_{bundle.NEWEST_GLIBC}_aarch64"} <= set(
        names
    )


@pytest.mark.parametrize("line", list(commands_in("\n".join(text for _kind, text in BLOCKS))))
def test_each_command_of_the_page_is_one(line: str) -> None:
    words = shlex.split(line, comments=True)
    if len(words) > 1 and words[1] != "--version":
        parse(line)


def test_the_page_makes_what_the_makefile_makes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert PACKED.strip() == "make bundle"
    assert "carry.bundle build/bundle $(BUNDLE)" in makefile
    assert COPIED.split() == ["cp", "-r", "build/bundle", "/media/stick/"]
    assert f"{len((ROOT / 'carry' / 'verify.sh').read_text().splitlines())} lines" in PAGE
    assert HERE.splitlines()[0].startswith("make setup ")
    for option in re.findall(r"--for-[a-z]+", PAGE):
        assert f'"{option}"' in (ROOT / "carry" / "bundle.py").read_text(encoding="utf-8")


def test_an_extra_is_carried_by_a_lock_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(bundle, "pip", lambda *words: asked.extend(words))
    bundle.fetch(tmp_path, "x86_64", ["3.12"])
    assert not [word for word in asked if word.endswith("token.lock")]
    bundle.fetch(tmp_path, "x86_64", ["3.12"], ("token",))
    assert [word for word in asked if word.endswith("token.lock")]
    put(tmp_path, "custody_toolkit-1.2.3-py3-none-any.whl", b"ours")
    own = tmp_path / "custody_toolkit-1.2.3-py3-none-any.whl"
    assert "fido2==" not in bundle.lock(own)
    assert "fido2==" in bundle.lock(own, ("token",))


@pytest.mark.parametrize("extra", bundle.EXTRAS)
def test_what_is_carried_for_an_extra_is_what_is_tested(extra: str) -> None:
    carried = re.findall(r"^\S+==(?:.*\\\n)+.*$", (ROOT / "requirements" / f"{extra}.lock").read_text(), re.MULTILINE)
    tested = (ROOT / "requirements" / "test.lock").read_text()
    assert carried
    assert all(package in tested for package in carried)


def test_what_is_remembered_of_a_release_outlives_an_environment_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`venv --clear` takes the old record away, and fails: the next bundle is still held against the newest release."""
    stick, into = tmp_path / "bundle", tmp_path / "laid"
    for name in ("manifest", "manifest.sig", "contents", "roots/1"):
        put(stick, name, name.encode())

    def cleared(*_line: object) -> int:
        shutil.rmtree(into, ignore_errors=True)
        return 1

    monkeypatch.setattr(install, "FOLDER", stick)
    monkeypatch.setattr(install, "run", cleared)
    with pytest.raises(SystemExit):
        install.lay(into)
    assert {path.name: path.read_bytes() for path in (into / install.KEPT).iterdir()} == {
        "manifest": b"manifest",
        "manifest.sig": b"manifest.sig",
        "contents": b"contents",
        "root": b"roots/1",
    }
