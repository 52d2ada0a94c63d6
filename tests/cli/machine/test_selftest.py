"""`custody selftest` through the front door: what a script gets, what a person reads, and which exit says what."""

import json
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from custody.chains.bitcoin.consensus import hashes
from custody.cli.machine import answers, installed, selftest
from custody.release import contents
from custody.release.contents import Bytes, Wheel
from custody.release.manifest import File, Manifest
from custody.selftest.battery import BATTERY
from custody.selftest.check import Standing
from tests.conftest import ROOT
from tests.release.bundles import ROOT_1, put, signed

PACKAGES = f"lib/python3.{sys.version_info[1]}/site-packages"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of one small package, as the installer leaves it; this Python is said to be its own."""
    files = {"a-1.dist-info/WHEEL": b"Tag: py3", "a/__init__.py": b"A = 1\n", "a/b.py": b"B = 1\n"}
    named = tuple((f"site-packages/{path}", Bytes(len(each), sha256(each).hexdigest())) for path, each in files.items())
    document = contents.encode((Wheel("a-1.whl", named),))
    manifest = Manifest(
        (1, 2, 0), "2026-03-01", "2026-09-01", (File("contents", len(document), sha256(document).hexdigest()),)
    ).encode()
    for path, content in files.items():
        put(tmp_path, f"{PACKAGES}/{path}", content)
    for name, content in (
        ("manifest", manifest),
        ("manifest.sig", signed(manifest, ("Ann", "Ben"))),
        ("root", ROOT_1.encode()),
        ("contents", document),
        ("made", b"custody-made 1\n"),
    ):
        put(tmp_path / "release", name, content)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return tmp_path


def standing(answer) -> dict[str, str]:
    return {each["id"]: each["standing"] for each in answer.json["checks"]}


def test_in_a_checkout_what_nobody_can_tell_is_unknown_and_never_ok(custody) -> None:
    answer = custody("selftest", "--json")
    assert answer.code == 0
    found = standing(answer)
    assert [id_ for id_ in found if found[id_] == "unknown"] == ["SELFTEST-FILES", "SELFTEST-PATHS"]
    assert [*found] == ["SELFTEST-FILES", "SELFTEST-PATHS", *(each.id for each in BATTERY)]
    assert answer.json["ok"] is True
    shown = custody("selftest").stdout
    assert "unknown  the files that are laid: no installer laid this" in shown
    assert "do: " not in shown
    assert "install.py" in shown
    assert f"{len(BATTERY)} of {len(BATTERY) + 2} checks are ok." in shown
    assert "by a verify.sh from another medium" in shown


def test_each_check_is_a_line(custody) -> None:
    shown = custody("selftest").stdout.splitlines()
    assert sum(line.startswith(("ok  ", "unknown  ")) for line in shown) == len(BATTERY) + 2


def test_a_wrong_primitive_is_exit_7_and_named(custody, monkeypatch) -> None:
    monkeypatch.setattr(hashes, "ripemd160", lambda _message: bytes(20))
    answer = custody("selftest")
    assert answer.code == 7
    assert "FAILED   RIPEMD-160: the answer is not the published one" in answer.stdout
    assert "error: the self-test failed: SELFTEST-RIPEMD160" in answer.stderr
    scripted = custody("selftest", "--json")
    assert (scripted.code, scripted.json["ok"]) == (7, False)
    assert standing(scripted)["SELFTEST-RIPEMD160"] == "failed"


def test_answers_that_cannot_be_computed_are_one_failed_check(custody, monkeypatch) -> None:
    def broken() -> None:
        raise ImportError("a changed module")

    monkeypatch.setattr(answers, "outcomes", broken)
    answer = custody("selftest", "--json")
    assert answer.code == 7
    assert standing(answer) == {
        "SELFTEST-FILES": "unknown",
        "SELFTEST-PATHS": "unknown",
        "SELFTEST-ANSWERS": "failed",
    }


def test_files_as_they_were_signed_are_ok(place) -> None:
    outcome, found = installed.files(str(place))
    assert (outcome.standing, found) == (Standing.OK, ())
    assert outcome.seen == "8 files as release 1.2.0 was signed"


def test_what_is_wrong_is_named_exit_9(custody, place) -> None:
    put(place, f"{PACKAGES}/a/b.py", b"B = 2\n")
    put(place, f"{PACKAGES}/evil.pth", b"import a\n")
    (place / PACKAGES / "a" / "__init__.py").unlink()
    answer = custody("selftest", "--json")
    assert (answer.code, standing(answer)["SELFTEST-FILES"]) == (9, "failed")
    assert answer.json["files"] == [
        {"path": "site-packages/a/__init__.py", "wrong": "missing"},
        {"path": f"{PACKAGES}/a/b.py", "wrong": "changed"},
        {"path": f"{PACKAGES}/evil.pth", "wrong": "additional"},
    ]
    shown = custody("selftest")
    assert shown.code == 9
    assert "evil.pth is no file of the release" in " ".join(shown.stdout.split())
    assert "error: what is laid here is not what was signed: SELFTEST-FILES" in shown.stderr


def test_of_many_the_first_are_said_and_the_rest_counted(place) -> None:
    for number in range(12):
        put(place, f"{PACKAGES}/evil{number:02}.py", b"")
    outcome, found = installed.files(str(place))
    assert len(found) == 12
    assert "evil04.py" in outcome.seen
    assert "evil05.py" not in outcome.seen
    assert outcome.seen.endswith("and 7 more; --json names all")


def test_a_name_from_the_disk_is_shown_escaped(place) -> None:
    put(place, f"{PACKAGES}/\x1b[2Jevil.py", b"")
    outcome, _found = installed.files(str(place))
    assert "\x1b" not in outcome.seen
    assert "[2Jevil.py" in outcome.seen


@pytest.mark.parametrize("name", ["manifest", "manifest.sig", "root", "contents", "made"])
def test_without_one_of_the_kept_documents_nothing_is_known(name: str, place) -> None:
    (place / "release" / name).unlink()
    outcome, _found = installed.files(str(place))
    assert outcome.standing is Standing.UNKNOWN
    assert "install.py" in outcome.remedy


@pytest.mark.parametrize("name", ["manifest", "manifest.sig", "root", "contents", "made"])
def test_a_kept_document_that_was_changed_is_failed_and_not_unknown(name: str, place) -> None:
    path = place / "release" / name
    path.write_bytes(path.read_bytes().replace(b"0", b"1") + b"x")
    outcome, _found = installed.files(str(place))
    assert (outcome.id, outcome.standing) == ("SELFTEST-FILES", Standing.FAILED)


def test_python_looks_in_its_own_places_and_nowhere_else(place) -> None:
    library = Path(json.__file__).parent.parent
    here = str(place / "custody" / "__init__.py")
    assert installed.paths(str(place), [str(library), str(library / "lib-dynload")], here).standing is Standing.OK
    for strange in ("", "/tmp", str(place), str(library / "json")):
        outcome = installed.paths(str(place), [str(library), strange], here)
        assert (outcome.id, outcome.standing) == ("SELFTEST-PATHS", Standing.FAILED)
    outcome = installed.paths(str(place), [str(library)], str(ROOT / "custody" / "__init__.py"))
    assert "was loaded from" in outcome.seen


def test_packages_that_a_link_leads_out_of_the_environment_are_strange(place, monkeypatch) -> None:
    library = str(Path(json.__file__).parent.parent)
    inside, outside = place / "lib", place.parent / "elsewhere"
    outside.mkdir(exist_ok=True)
    (place / "lib64").symlink_to(outside)
    places = {"purelib": str(inside), "platlib": str(place / "lib64")}
    known = installed.sysconfig.get_path
    monkeypatch.setattr(installed.sysconfig, "get_path", lambda name: places.get(name) or known(name))
    here = str(place / "custody" / "__init__.py")
    assert installed.paths(str(place), [library, str(inside)], here).standing is Standing.OK
    assert installed.paths(str(place), [library, str(place / "lib64")], here).standing is Standing.FAILED


def test_a_place_that_is_strange_is_exit_9() -> None:
    outcome = installed.paths(sys.prefix, [], "")
    assert outcome.standing is Standing.UNKNOWN
    failed = [outcome.__class__(installed.PATHS, Standing.FAILED, "", "")]
    failure = selftest.failure_of(failed)
    assert failure is not None
    assert failure.exit_code == 9


def test_an_installation_without_its_record_is_unknown(place) -> None:
    shutil.rmtree(place / "release")
    assert installed.files(str(place))[0].standing is Standing.UNKNOWN
