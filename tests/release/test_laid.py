"""What is laid against what was signed: each thing that can be wrong with a file is named, and nothing else is."""

from hashlib import sha256

import pytest

from custody.errors import Alarm, Refused, Unreadable
from custody.release import contents, laid
from custody.release.contents import Bytes, Wheel
from custody.release.manifest import File, Manifest
from tests.release.bundles import ROOT_1, signed

PACKAGES = "lib/python3.12/site-packages"
SOURCES = {
    "custody-1.dist-info/WHEEL": b"Tag: py3",
    "custody/a.py": b"A = 1",
    "custody/b.py": b"B = 1",
    "other-1.dist-info/WHEEL": b"Tag: cp312",
    "other/c.py": b"C = 1",
}
MADE = {
    "pyvenv.cfg": b"home = /usr/bin",
    "bin/qr": b"#!python",
    f"{PACKAGES}/other-1.dist-info/RECORD": b"a record",
    f"{PACKAGES}/custody/__pycache__/a.cpython-312.pyc": b"compiled",
}
LINKS = ("bin/python", "bin/python3", "bin/python3.12", "lib64")


def bytes_of(content: bytes) -> Bytes:
    return Bytes(len(content), sha256(content).hexdigest())


def wheel(name: str, package: str) -> Wheel:
    files = {path: content for path, content in SOURCES.items() if path.startswith(package)}
    return Wheel(name, tuple((f"site-packages/{path}", bytes_of(each)) for path, each in files.items()))


SCRIPT = b"#!/bin/sh\n"
OURS = Wheel("custody-1.whl", (*wheel("", "custody").files, ("bin/custody", bytes_of(SCRIPT))))
OTHER = wheel("other-1-cp312.whl", "other")
OTHER_311 = Wheel(
    "other-1-cp311.whl",
    (
        ("site-packages/other-1.dist-info/WHEEL", bytes_of(b"Tag: cp311")),
        ("site-packages/other/c.py", bytes_of(b"C = 311")),
        ("site-packages/other/only311.py", bytes_of(b"")),
    ),
)
WHEELS = (OURS, OTHER_311, OTHER)


@pytest.fixture
def place() -> dict[str, bytes]:
    """An installation as it was laid: a path -> what lies there. A link is what `LINKS` has."""
    packages = {f"{PACKAGES}/{path}": content for path, content in SOURCES.items()}
    return {**MADE, **packages, "bin/custody": SCRIPT, "release/manifest": b"kept"}


def differences(
    place: dict[str, bytes], made: dict[str, bytes] = MADE, links: tuple[str, ...] = LINKS
) -> set[tuple[str, str]]:
    record = {path.replace(PACKAGES, "site-packages"): bytes_of(content) for path, content in made.items()}
    sizes: dict[str, int | None] = {path: len(content) for path, content in place.items()}
    sizes.update(dict.fromkeys(links))
    found = laid.differences(WHEELS, record, sizes, lambda path: sha256(place[path]).hexdigest(), f"{PACKAGES}/")
    return {(each.wrong.value, each.path) for each in found}


def test_nothing_is_wrong_as_it_was_laid(place) -> None:
    assert differences(place) == set()


def test_a_changed_file_is_named_also_of_the_same_size(place) -> None:
    for path in (f"{PACKAGES}/custody/a.py", f"{PACKAGES}/other/c.py", *MADE):
        old, place[path] = place[path], place[path][:-1] + b"?"
        assert differences(place) == {("changed", path)}
        place[path] = old + b"\n"
        assert differences(place) == {("changed", path)}
        place[path] = old


def test_a_missing_file_is_named(place) -> None:
    for path in (f"{PACKAGES}/custody/a.py", *MADE):
        old = place.pop(path)
        assert differences(place) == {("missing", path.replace(PACKAGES, "site-packages"))}
        place[path] = old


@pytest.mark.parametrize(
    "path",
    [
        f"{PACKAGES}/evil.pth",
        f"{PACKAGES}/evil.py",
        f"{PACKAGES}/evil.pyc",
        f"{PACKAGES}/evil.so",
        f"{PACKAGES}/sitecustomize.py",
        f"{PACKAGES}/custody/evil.py",
        f"{PACKAGES}/custody/__pycache__/evil.cpython-312.pyc",
        f"{PACKAGES}/custody/__pycache__/b.cpython-312.pyc",
        f"{PACKAGES}/custody/a.cpython-312.so",
        "lib/python3.11/site-packages/evil.py",
        "lib/evil.so",
        "evil",
    ],
)
def test_what_is_additional_is_named_and_a_record_that_nobody_signed_excuses_it_only_where_tools_write(
    path: str, place
) -> None:
    place[path] = b"evil"
    assert differences(place) == {("additional", path)}
    excused = path == f"{PACKAGES}/custody/__pycache__/b.cpython-312.pyc"  # Python may have compiled what was signed
    assert differences(place, {**MADE, path: b"evil"}) == (set() if excused else {("additional", path)})


@pytest.mark.parametrize("path", [f"{PACKAGES}/custody/a.py", "bin/custody"])
def test_what_was_signed_is_never_excused_by_the_record(path: str, place) -> None:
    place[path] = b"evil"
    assert differences(place, {**MADE, path: b"evil"}) == {("changed", path)}


@pytest.mark.parametrize("link", ["bin/evil", f"{PACKAGES}/linked", "lib", "bin/python4", f"{PACKAGES}/custody"])
def test_a_link_is_additional_but_for_those_of_an_environment(link: str, place) -> None:
    assert differences(place, links=(*LINKS, link)) == {("additional", link)}


@pytest.mark.parametrize("path", LINKS)
def test_a_file_in_the_place_of_such_a_link_is_additional(path: str, place) -> None:
    place[path] = b"evil"
    assert differences(place, links=tuple(link for link in LINKS if link != path)) == {("additional", path)}


def test_a_file_of_ours_in_whose_place_a_link_lies_is_changed(place) -> None:
    path = f"{PACKAGES}/custody/a.py"
    del place[path]
    assert differences(place, links=(*LINKS, path)) == {("changed", path)}


def test_of_a_package_without_its_mark_everything_is_wrong(place) -> None:
    place[f"{PACKAGES}/other-1.dist-info/WHEEL"] = b"Tag: none"
    assert differences(place) == {
        ("changed", f"{PACKAGES}/other-1.dist-info/WHEEL"),
        ("additional", f"{PACKAGES}/other/c.py"),
    }


@pytest.mark.parametrize(
    "copies", ["site-packages", "lib/python3.11/site-packages", "lib/python3.99/site-packages", "."]
)
@pytest.mark.parametrize("copied_first", [True, False])
def test_a_good_copy_elsewhere_hides_no_changed_file(copies: str, copied_first: bool, place) -> None:
    changed, copy = f"{PACKAGES}/custody/a.py", f"{copies}/custody/a.py"
    good = {copy: place[changed]}
    place[changed] = b"evil"
    found = {**good, **place} if copied_first else {**place, **good}
    assert differences(found) == {("changed", changed), ("additional", copy)}


# --- the documents


def test_the_contents_are_read_as_they_were_written() -> None:
    document = contents.encode(WHEELS)
    assert set(contents.parse(document)) == {
        Wheel(each.name, tuple(sorted(each.files, key=lambda file: f"file {file[0]} "))) for each in WHEELS
    }
    assert contents.encode(contents.parse(document)) == document


LINE = f"file site-packages/a.dist-info/WHEEL 1 {'0' * 64}\n"


@pytest.mark.parametrize(
    "document",
    [
        "",
        "custody-contents 1\n",
        "custody-contents 2\nwheel a\n" + LINE,
        "custody-contents 1\nwheel a\n",
        "custody-contents 1\nwheel a\n" + LINE[:-1],
        "custody-contents 1\nwheel a\n" + LINE.upper(),
        "custody-contents 1\nwheel a\n" + LINE * 2,
        "custody-contents 1\nwheel a\n" + LINE + LINE.replace(" 1 ", " 2 "),
        "custody-contents 1\nwheel a\n" + LINE + f"file site-packages/b 1 {'0' * 64}\n" + f"file b 1 {'0' * 64}\n",
        f"custody-contents 1\nwheel a\nfile a 1 {'0' * 64}\nfile a 2 {'0' * 64}\n" + LINE,
        "custody-contents 1\nwheel a\n" + LINE.replace("WHEEL", "RECORD"),
        "custody-contents 1\nwheel b\n" + LINE + "wheel a\n" + LINE,
        "custody-contents 1\nwheel a\n" + LINE + "wheel a\n" + LINE,
        "custody-contents 1\nwheel a\n" + LINE.replace("WHEEL", "WHE\u00cbL"),
        "custody-contents 1\r\nwheel a\r\n" + LINE,
    ],
)
def test_contents_that_are_written_otherwise_are_unreadable(document: str) -> None:
    with pytest.raises(Unreadable):
        contents.parse(document.encode())


def test_the_record_of_what_was_made_may_be_empty_and_is_as_strict() -> None:
    assert contents.parse_made(b"custody-made 1\n") == {}
    assert contents.parse_made(f"custody-made 1\n{LINE}".encode()) == {
        "site-packages/a.dist-info/WHEEL": Bytes(1, "0" * 64)
    }
    for wrong in (b"", b"custody-contents 1\n", f"custody-made 1\n{LINE}{LINE}".encode()):
        with pytest.raises(Unreadable):
            contents.parse_made(wrong)


# --- the signatures


def manifest(document: bytes) -> bytes:
    files = (File("contents", len(document), sha256(document).hexdigest()), File("install.py", 1, "0" * 64))
    return Manifest((1, 2, 0), "2026-03-01", "2026-09-01", files).encode()


def test_contents_count_where_the_kept_root_signed_for_them() -> None:
    document = contents.encode(WHEELS)
    named, root = manifest(document), ROOT_1.encode()
    read, wheels = laid.signed_contents(named, signed(named, ("Ann", "Ben")), root, document)
    assert (read.version, len(wheels)) == ("1.2.0", 3)
    with pytest.raises(Alarm, match="not those of the release"):
        laid.signed_contents(named, signed(named, ("Ann", "Ben")), root, contents.encode((OURS,)))
    with pytest.raises(Refused, match="signed by 1 of the 2"):
        laid.signed_contents(named, signed(named, ("Ann",)), root, document)
    with pytest.raises(Alarm, match="is not over this manifest"):
        laid.signed_contents(manifest(b"else"), signed(named, ("Ann", "Ben")), root, b"else")
    unnamed = Manifest((1, 2, 0), "2026-03-01", "2026-09-01", (File("install.py", 1, "0" * 64),)).encode()
    with pytest.raises(Alarm, match="not those of the release"):
        laid.signed_contents(unnamed, signed(unnamed, ("Ann", "Ben")), root, document)
