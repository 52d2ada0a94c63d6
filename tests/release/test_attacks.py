"""The attacks of docs/spec/bundle.md: `custody verify-bundle` and carry/verify.sh give each the same verdict.

One defect each. The table says which exit code, and what the command names.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from custody.release.root import Root
from tests.conftest import ROOT
from tests.release import bundles
from tests.release.bundles import BOTH, FUTURE, PAST, ROOT_1, ROOT_2, Release, public, put, role, signature
from tests.support.custody_command import call
from tests.support.patience import LONG

DASH = shutil.which("dash") or "sh"
SCRIPT = ROOT / "carry" / "verify.sh"
HONEST = Release()
ROTATED = Release(roots=((ROOT_1, BOTH), (ROOT_2, BOTH)), release=(1, 3, 0), signers=("Dan", "Eva"))
FIRST_ROOT = sha256(ROOT_1.encode()).hexdigest()
WHEEL = "wheels/a-1.0-py3-none-any.whl"


class Case(NamedTuple):
    """A bundle, what is done to it, what is installed (None: nothing, and root 1 is said), and the verdict."""

    code: int
    named: str
    change: Callable[[Path], object] = str
    release: Release = HONEST
    installed: Release | None = None
    error: str = ""


def rewritten(*, old: bytes, new: bytes, name: str = "manifest", signers: tuple[str, ...] = ("Ann", "Ben")):
    """Change the text of a document, and sign it again: an honest quorum never would."""

    def change(folder: Path) -> None:
        document = (folder / name).read_bytes()
        assert old in document
        document = document.replace(old, new, 1)
        put(folder, name, document)
        put(folder, f"{name}.sig", bundles.signed(document, signers))

    return change


def root_rewritten(old: bytes, new: bytes):
    return rewritten(old=old, new=new, name="roots/1", signers=BOTH)


def rewritten_lines(folder: Path, name: str, change: Callable[[list[bytes]], list[bytes]], signers) -> None:
    document = b"".join(change((folder / name).read_bytes().splitlines(keepends=True)))
    put(folder, name, document)
    put(folder, f"{name}.sig", bundles.signed(document, signers))


def added(name: str, content: bytes = b"x"):
    return lambda folder: put(folder, name, content)


def named_and_signed(name: str, content: bytes = b"x"):
    """Put in a file, and have the release signed with it."""

    def change(folder: Path) -> None:
        put(folder, name, content)
        bundles.sign_anew(folder, HONEST)

    return change


def named_alone(name: str):
    """Have a manifest signed that names what is no file of a bundle."""

    def change(folder: Path) -> None:
        head, files = (folder / "manifest").read_bytes().split(b"\n", 4)[:4], (folder / "manifest").read_bytes()
        lines = sorted([*files.splitlines()[4:], f"file {name} 1 {sha256(b'x').hexdigest()}".encode()])
        bundles.write_manifest(folder, b"\n".join([*head, *lines]) + b"\n", "Ann", "Ben")

    return change


def linked(name: str, target: str):
    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return change


def sealed(text: str):
    return lambda folder: (folder / "manifest.sig").write_text(text)


def manifest_line(folder: Path, name: str) -> str:
    return f"{public(name)} {signature(name, (folder / 'manifest').read_bytes())}\n"


def signatures_of(*names: str):
    """Write lines of signatures in this order, as they come."""
    return lambda folder: sealed("".join(manifest_line(folder, name) for name in names))(folder)


def other_release_put_in(folder: Path) -> None:
    """The manifest and the signatures of the release before, over the files of this one."""
    before = HONEST.but(release=(1, 1, 0)).write(folder.parent / "before")
    put(folder, "install.py", b"print('a later one')\n")
    bundles.sign_anew(folder, HONEST)
    for name in ("manifest", "manifest.sig"):
        shutil.copyfile(before / name, folder / name)


def roots_of_another(folder: Path) -> None:
    """Somebody's own chain of roots, sound in itself, and a manifest signed by their keys."""
    theirs = Root(1, FUTURE, role("Mal", "Moe"), role("Mia", "Max"))
    shutil.rmtree(folder)
    Release(roots=((theirs, ("Mia", "Max")),), signers=("Mal", "Moe")).write(folder)


def ecdsa_key_in_root(folder: Path) -> None:
    text = (folder / "roots/1").read_text().replace("release-key", "release-key ecdsa", 1)
    put(folder, "roots/1", text.encode())


def flipped(name: str, at: int = 0):
    def change(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[at] ^= 1
        put(folder, name, bytes(content))

    return change


def keys_of_root(change: Callable[[list[str]], list[str]]):
    """Change the keys of a root, and write and sign it as it should be but for that."""

    def done(folder: Path) -> None:
        head, keys = ROOT_1.encode().decode().splitlines()[:5], ROOT_1.encode().decode().splitlines()[5:]
        document = "".join(f"{line}\n" for line in [*head, *sorted(change(keys))]).encode()
        put(folder, "roots/1", document)
        put(folder, "roots/1.sig", bundles.signed(document, BOTH))
        bundles.sign_anew(folder, HONEST)

    return done


def root_under_another_name(folder: Path) -> None:
    """The first root once more as the second, and a manifest that is signed with it."""
    for end in ("", ".sig"):
        shutil.copyfile(folder / f"roots/1{end}", folder / f"roots/2{end}")
    bundles.sign_anew(folder, HONEST)


def second_root(root: Root, *signers: str, **changes: object) -> Release:
    return Release(roots=((ROOT_1, BOTH), (root, signers)), signers=("Dan", "Eva"), **changes)  # type: ignore[arg-type]


def signed_again_otherwise(folder: Path) -> None:
    """One signer with two lines, of which the second is another signature: one person is no quorum."""
    lines = [manifest_line(folder, "Ann"), f"{public('Ann')} {signature('Ann', b'other')}\n"]
    sealed("".join(sorted(lines)))(folder)


def over_its_limit(folder: Path) -> None:
    """A manifest that is written as it should be, and signed, and names too many files."""
    head = (folder / "manifest").read_bytes().splitlines(keepends=True)[:4]
    files = [f"file {number:05} 1 {'0' * 64}\n".encode() for number in range(13_000)]
    bundles.write_manifest(folder, b"".join([*head, *files]), "Ann", "Ben")


def written_otherwise(folder: Path) -> None:
    """The same signature, whose last letter has a bit that base64 leaves over."""
    lines = [manifest_line(folder, name) for name in IN_ORDER]
    sealed(lines[0] + re.sub("([AQgw])==", lambda last: f"{chr(ord(last[1]) + 1)}==", lines[1]))(folder)


def many_signatures(folder: Path) -> None:
    sealed("".join(sorted(f"{public(str(number))} {'A' * 86}==\n" for number in range(40))))(folder)


def moved_and_linked(folder: Path) -> None:
    """A link to the very bytes that were released, where they can be changed after the verdict."""
    outside = folder.parent / "outside.whl"
    (folder / WHEEL).rename(outside)
    (folder / WHEEL).symlink_to(outside)


IN_ORDER = sorted(("Ann", "Ben"), key=public)

CASES = {
    # honest
    "an honest bundle": Case(0, "1.2.0"),
    "an honest bundle over an earlier release": Case(0, "1.2.0", installed=HONEST.but(release=(1, 1, 9))),
    "an honest bundle over the same release": Case(0, "1.2.0", installed=HONEST),
    "numbers and not letters are compared": Case(
        0, "1.10.0", release=HONEST.but(release=(1, 10, 0)), installed=HONEST.but(release=(1, 9, 0))
    ),
    "a rotated bundle, from the first root": Case(0, "1.3.0", release=ROTATED, installed=HONEST),
    "a rotated bundle, on a new machine": Case(0, "1.3.0", release=ROTATED),
    "three signatures": Case(0, "1.2.0", release=HONEST.but(signers=("Ann", "Ben", "Cay"))),
    "an empty folder": Case(0, "1.2.0", lambda folder: (folder / "empty").mkdir()),
    "an empty folder where a root would lie": Case(0, "1.2.0", lambda folder: (folder / "roots" / "2").mkdir()),
    # bytes
    "one byte changed": Case(9, WHEEL, flipped(WHEEL), error="changed"),
    "one byte of the first file changed": Case(
        9, "docs/spec/bundle.md", flipped("docs/spec/bundle.md"), error="changed"
    ),
    "one byte more": Case(9, WHEEL, added(WHEEL, b"a wheel\n\n"), error="changed"),
    "a file more": Case(9, "wheels/b.whl", added("wheels/b.whl"), error="foreign"),
    "a hidden file more": Case(9, ".bashrc", added("wheels/.bashrc"), error="foreign"),
    "a file less": Case(9, WHEEL, lambda folder: (folder / WHEEL).unlink(), error="missing"),
    "two files exchanged": Case(
        9, "docs/spec/bundle.md", lambda folder: shutil.copyfile(folder / WHEEL, folder / "docs/spec/bundle.md")
    ),
    "one byte of the manifest": Case(9, "manifest", flipped("manifest", -3), error="signature"),
    "signatures of other bytes": Case(
        9,
        "manifest",
        lambda folder: put(
            folder,
            "manifest.sig",
            bundles.signatures.encode(
                {public("Ann"): signature("Ann", b"other"), public("Ben"): signature("Ben", b"other")}
            ),
        ),
        error="signature",
    ),
    # who signed
    "nobody signed": Case(3, "manifest", lambda folder: (folder / "manifest.sig").unlink(), error="under-signed"),
    "an empty file of signatures": Case(3, "manifest", sealed(""), error="under-signed"),
    "one signature": Case(3, "manifest", release=HONEST.but(signers=("Ann",)), error="under-signed"),
    "the same key twice": Case(4, "manifest.sig", signatures_of("Ann", "Ann"), error="unreadable"),
    "the same key twice, its second line in another order": Case(4, "manifest.sig", signatures_of(*IN_ORDER[::-1])),
    "the same key twice, with two signatures": Case(4, "manifest.sig", signed_again_otherwise, error="unreadable"),
    "a stranger and one of us": Case(3, public("Mal"), release=HONEST.but(signers=("Ann", "Mal")), error="stranger"),
    "a stranger beside a quorum": Case(
        3, public("Mal"), release=HONEST.but(signers=("Ann", "Ben", "Mal")), error="stranger"
    ),
    "the wrong role: root keys sign a manifest": Case(3, "no key for it", release=HONEST.but(signers=BOTH)),
    "the wrong role: release keys sign a root": Case(
        3, "roots/1", release=HONEST.but(roots=((ROOT_1, ("Ann", "Ben")),)), error="stranger"
    ),
    "a signature of a manifest over a root": Case(
        9,
        "roots/1",
        lambda folder: put(
            folder,
            "roots/1.sig",
            bundles.signatures.encode({public(name): signature(name, b"custody-manifest 1\n") for name in BOTH}),
        ),
        error="signature",
    ),
    "a key of another algorithm": Case(4, "roots/1", ecdsa_key_in_root, error="unreadable"),
    "a signature of another algorithm": Case(4, "manifest.sig", sealed(f"{public('Ann')} MEUCIQ==\n")),
    "a key in a second writing of base64": Case(
        4, "manifest.sig", lambda folder: sealed(re.sub("(.)= ", "/= ", manifest_line(folder, "Ann")))(folder)
    ),
    "a signature in a second writing of base64": Case(4, "manifest.sig", written_otherwise, error="unreadable"),
    # roots
    "a key rotated without the threshold before": Case(
        3, "roots/2", release=second_root(ROOT_2, "Rita", "Rosa"), error="under-signed"
    ),
    "a key rotated without its own threshold": Case(
        3,
        "roots/2",
        release=second_root(Root(2, FUTURE, ROOT_2.release, role("Rita", "Rosa", "Rudi")), "Rita", "Ruth"),
        error="under-signed",
    ),
    "release keys that were rotated out": Case(3, "manifest", release=ROTATED.but(signers=("Ann", "Ben"))),
    "a root under another version's name": Case(9, "roots/2", root_under_another_name, error="root-version"),
    "somebody else's roots, on a new machine": Case(9, "none of", roots_of_another, error="other-root"),
    "somebody else's roots, over ours": Case(9, "none of", roots_of_another, installed=HONEST, error="other-root"),
    "a chain that ends before the installed root": Case(3, "version 2", installed=ROTATED, error="older"),
    "a root is missing": Case(4, "roots/1", lambda folder: (folder / "roots/1").unlink(), error="unreadable"),
    "a threshold of one": Case(4, "roots/1", root_rewritten(b"release-threshold 2", b"release-threshold 1")),
    "a threshold of one for the next root": Case(
        4, "roots/1", root_rewritten(b"root-threshold 2", b"root-threshold 1")
    ),
    "a threshold above the keys": Case(4, "roots/1", root_rewritten(b"root-threshold 2", b"root-threshold 4")),
    "a key with two roles": Case(4, "roots/1", keys_of_root(lambda keys: [*keys, f"root-key {public('Ann')}"])),
    "more keys than a role has": Case(
        4, "roots/1", keys_of_root(lambda keys: [*keys, *(f"release-key {public(str(n))}" for n in range(7))])
    ),
    "keys of a root in another order": Case(
        4,
        "roots/1",
        lambda folder: rewritten_lines(folder, "roots/1", lambda lines: [*lines[:5], *lines[:4:-1]], BOTH),
    ),
    "a key twice in a role": Case(
        4, "roots/1", root_rewritten(ROOT_1.root.keys[0].encode(), ROOT_1.root.keys[1].encode())
    ),
    # mixed
    "the manifest of another bundle": Case(9, "install.py", other_release_put_in, error="changed"),
    "the roots of a later bundle put in": Case(
        3,
        "manifest",
        lambda folder: shutil.copytree(
            ROTATED.write(folder.parent / "later") / "roots", folder / "roots", dirs_exist_ok=True
        ),
    ),
    # old
    "an old version": Case(3, "1.3.0", installed=HONEST.but(release=(1, 3, 0)), error="older"),
    "an old version, by number and not by letter": Case(3, "1.10.0", installed=HONEST.but(release=(1, 10, 0))),
    "an earlier manifest of the same version": Case(3, "2026-04-01", installed=HONEST.but(released="2026-04-01")),
    "an expired upgrade": Case(
        3, PAST, release=HONEST.but(expires=PAST), installed=HONEST.but(release=(1, 1, 0)), error="expired"
    ),
    "an upgrade by an expired root": Case(
        3,
        PAST,
        release=second_root(Root(2, PAST, ROOT_2.release, ROOT_2.root), *BOTH),
        installed=HONEST.but(release=(1, 1, 0)),
        error="expired",
    ),
    "an expired release on a new machine": Case(0, PAST, release=HONEST.but(expires=PAST)),
    "an expired release laid again": Case(0, PAST, release=HONEST.but(expires=PAST), installed=HONEST),
    "an expired root before the newest": Case(
        0,
        "1.2.0",
        release=Release(
            roots=((Root(1, PAST, ROOT_1.release, ROOT_1.root), BOTH), (ROOT_2, BOTH)), signers=("Dan", "Eva")
        ),
    ),
    # names
    "a link to outside": Case(9, "wheels/passwd", linked("wheels/passwd", "/etc/passwd"), error="foreign"),
    "a link in the place of a file": Case(9, WHEEL, linked(WHEEL, "../install.py"), error="foreign"),
    "a link to the same bytes": Case(9, WHEEL, moved_and_linked, error="foreign"),
    "a link in the place of a folder": Case(9, "wheels/more", linked("wheels/more", "."), error="foreign"),
    "letters that only look alike": Case(9, "inst", added("inst\u0430ll.py"), error="foreign"),
    "a name that turns the line": Case(9, "wheels", added("wheels/\u202egpj.exe"), error="foreign"),
    "a name with an end of line": Case(9, "wheels", added("wheels/x\n./install.py"), error="foreign"),
    "names with an end of line that read like others": Case(
        9, "manifest", added("manifest\n./manifest.sig"), error="foreign"
    ),
    "a file in a folder whose name ends a line": Case(9, "wheels", added("wheels\n./install.py"), error="foreign"),
    "a name in other case": Case(9, "INSTALL.py", added("INSTALL.py"), error="foreign"),
    "a manifest that names two by case alone": Case(4, "manifest", named_and_signed("Install.py")),
    "a manifest that names itself": Case(4, "manifest", named_alone("manifest.sig")),
    "a path out of the folder": Case(4, "manifest", named_alone("../outside")),
    "a path within, by dots": Case(4, "manifest", named_alone("wheels/../x")),
    "an absolute path": Case(4, "manifest", named_alone("/etc/passwd")),
    "a hidden name": Case(4, "manifest", named_alone(".profile")),
    "a name that an option begins like": Case(4, "manifest", named_alone("-rf")),
    "a name too deep": Case(4, "manifest", named_alone("/".join("abcdefghi"))),
    "a name with an escape": Case(4, "manifest", named_alone("a\x1b[2J")),
    # documents
    "a manifest over the limit": Case(4, "manifest", added("manifest", b"file\n" * 200_001), error="unreadable"),
    "a root over the limit": Case(4, "roots/1", added("roots/1", b"k" * 4_001), error="unreadable"),
    "a manifest over the limit, of which all else is in order": Case(4, "manifest", over_its_limit),
    "a manifest without files": Case(
        4, "manifest", lambda folder: rewritten_lines(folder, "manifest", lambda lines: lines[:4], ("Ann", "Ben"))
    ),
    "signatures over the limit": Case(4, "manifest.sig", many_signatures, error="unreadable"),
    "signatures cut off": Case(4, "manifest.sig", lambda folder: sealed(manifest_line(folder, "Ann")[:-1])(folder)),
    "no manifest": Case(4, "manifest", lambda folder: (folder / "manifest").unlink(), error="unreadable"),
    "a manifest cut off": Case(4, "manifest", lambda folder: put(folder, "manifest", b"custody-manifest 1\n")),
    "a manifest without its last end of line": Case(
        4,
        "manifest",
        lambda folder: bundles.write_manifest(folder, (folder / "manifest").read_bytes()[:-1], "Ann", "Ben"),
    ),
    "a field twice": Case(4, "manifest", rewritten(old=b"release 1.2.0\n", new=b"release 1.2.0\nrelease 1.2.0\n")),
    "a file twice": Case(
        4, "manifest", rewritten(old=b"file install.py", new=b"file install.py 1 " + b"0" * 64 + b"\nfile install.py")
    ),
    "files out of order": Case(
        4,
        "manifest",
        lambda folder: rewritten_lines(folder, "manifest", lambda lines: [*lines[:4], *lines[:3:-1]], ("Ann", "Ben")),
    ),
    "a field that is not known": Case(4, "manifest", rewritten(old=b"released", new=b"force yes\nreleased")),
    "another format": Case(4, "manifest", rewritten(old=b"custody-manifest 1", new=b"custody-manifest 2")),
    "a root in the place of a manifest": Case(
        4, "manifest", lambda folder: bundles.write_manifest(folder, ROOT_1.encode(), "Ann", "Ben")
    ),
    "lines of another system": Case(4, "manifest", rewritten(old=b"release 1.2.0\n", new=b"release 1.2.0\r\n")),
    "a zero byte": Case(4, "manifest", rewritten(old=b"release 1.2.0\n", new=b"release 1.2.0\x00\n")),
    "a number with a zero before it": Case(4, "manifest", rewritten(old=b"1.2.0", new=b"1.02.0")),
    "a day that is none": Case(4, "manifest", rewritten(old=b"2026-03-01", new=b"2026-13-01")),
}


@pytest.fixture
def bundle(tmp_path: Path, case: str) -> Path:
    """The bundle of a case, as it arrived."""
    folder = tmp_path / "bundle"
    CASES[case].release.write(folder)
    CASES[case].change(folder)
    return folder


@pytest.fixture
def laid(tmp_path: Path, case: str) -> Path | None:
    installed = CASES[case].installed
    return None if installed is None else bundles.lay(tmp_path / "laid", installed)


def first_root(case: str) -> str:
    """The root that a person on a new machine was told: the first one of this release."""
    return sha256(CASES[case].release.roots[0][0].encode()).hexdigest()


@pytest.mark.parametrize("case", CASES)
def test_the_command_says_what_the_table_says(bundle, laid, case, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "prefix", str(laid.parent if laid else bundle.parent))
    said = () if laid else ("--root", first_root(case))
    code = call("verify-bundle", str(bundle), *said, "--json")
    told = json.loads(capsys.readouterr().out)
    assert code == CASES[case].code, told
    if code == 0:
        assert CASES[case].named in json.dumps(told)
        assert len(told["words"]) == 16
    else:
        assert CASES[case].named in told["error"]["message"]
        assert CASES[case].error in ("", told["error"]["code"])
        assert told["error"]["hint"]


@pytest.mark.parametrize("case", CASES)
def test_the_script_says_the_same(bundle, laid, case) -> None:
    for shell in (DASH, "bash") if case in IN_BOTH_SHELLS else (DASH,):
        answer = run_script(shell, bundle, str(laid) if laid else first_root(case))
        assert answer.returncode == CASES[case].code, (shell, answer.stderr)
        assert ("error:" in answer.stderr) == (answer.returncode != 0)


IN_BOTH_SHELLS = set({(row.code, row.error): case for case, row in CASES.items()}.values())
"""A case of each verdict: a shell costs a third of a second for each."""


def run_script(shell: str, bundle: Path, trust: str) -> subprocess.CompletedProcess[str]:
    line = [shell, str(SCRIPT), str(bundle), trust]
    return subprocess.run(line, capture_output=True, text=True, timeout=LONG, check=False, cwd=bundle.parent)


def test_the_script_fits_on_two_pages_that_somebody_reads() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize("trust", ["", "0" * 63, "0" * 65, "A" * 64, "no-such-folder"])
def test_the_script_asks_for_the_digest_of_a_root(tmp_path: Path, trust: str) -> None:
    answer = run_script(DASH, HONEST.write(tmp_path / "bundle"), trust)
    assert answer.returncode == 2
    assert "64 hex digits" in answer.stderr


def test_the_script_looks_at_no_other_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    HONEST.write(tmp_path / "elsewhere" / "bundle")
    HONEST.but(signers=("Ann",)).write(tmp_path / "bundle")
    monkeypatch.setenv("CDPATH", str(tmp_path / "elsewhere"))
    line = [DASH, str(SCRIPT), "bundle", FIRST_ROOT]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 3, done.stderr


@pytest.mark.parametrize("lacks", ["openssl", "sha256sum", "an OpenSSL that knows raw input"])
def test_the_script_says_which_tools_it_needs(tmp_path: Path, lacks: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in {"grep", "openssl", "sha256sum"} - {lacks}:
        (tools / name).symlink_to(shutil.which(name) or "/nowhere")
    if lacks not in ("openssl", "sha256sum"):
        (tools / "openssl").unlink()
        put(tools, "openssl", f"#!{shutil.which(DASH)}\necho Usage: pkeyutl\n".encode())
        (tools / "openssl").chmod(0o755)
    line = [shutil.which(DASH) or DASH, str(SCRIPT), str(HONEST.write(tmp_path / "bundle")), FIRST_ROOT]
    done = subprocess.run(line, env={"PATH": str(tools)}, capture_output=True, text=True, timeout=LONG, check=False)
    assert (done.returncode, "OpenSSL 3 and sha256sum are needed" in done.stderr) == (7, True), done.stderr


def test_the_script_needs_both_documents_of_an_installation(tmp_path: Path) -> None:
    laid = bundles.lay(tmp_path, HONEST)
    (laid / "manifest").unlink()
    assert run_script(DASH, HONEST.write(tmp_path / "bundle"), str(laid)).returncode == 4
