"""Who signs a release: keys that are sealed, roots that follow each other, signatures that stand beside one another."""

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from carry import sign
from custody.errors import CustodyError
from custody.release import chain
from custody.release.root import Role, Root
from tests.conftest import ROOT
from tests.release.bundles import FUTURE, ROOT_1, ROOT_2, key, public, put
from tests.support.feeding import feed
from tests.support.patience import LONG

PASSPHRASE = b"a passphrase of this test"


def signer(*arguments: str, passphrase: bytes | None = PASSPHRASE) -> subprocess.CompletedProcess[str]:
    """Run the program as its users do, with a passphrase through a pipe."""
    reader = None if passphrase is None else feed(passphrase.decode() + "\n")
    given = [] if reader is None else ["--passphrase-fd", str(reader)]
    line = [sys.executable, "-m", "carry.sign", *arguments, *given]
    try:
        return subprocess.run(
            line,
            cwd=ROOT,
            pass_fds=() if reader is None else (reader,),
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )
    finally:
        if reader is not None:
            os.close(reader)


def test_people_make_keys_and_a_root_and_sign_it(tmp_path: Path) -> None:
    keys = {name: signer("key", str(tmp_path / name)).stdout.strip() for name in ("ann", "ben", "rita", "rolf")}
    roles = [
        word
        for role, names in (("release", ("ben", "ann")), ("root", ("rita", "rolf")))
        for name in names
        for word in (f"--{role}-key", keys[name])
    ]
    made = signer("root", str(tmp_path / "roots"), "--expires", FUTURE, *roles, passphrase=None)
    assert made.returncode == 0, made.stderr
    first = tmp_path / "roots" / "1"
    for name in ("rita", "rolf"):
        done = signer("sign", str(first), "--key", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        assert re.search(r"^  ([a-z]{4} ){15}[a-z]{4}$", done.stdout, re.MULTILINE)
        assert sha256(first.read_bytes()).hexdigest() in done.stdout
    (root,) = chain.verify([(first.read_bytes(), first.with_name("1.sig").read_bytes())])
    assert set(root.release.keys) == {keys["ann"], keys["ben"]}
    assert (tmp_path / "ann").stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in (tmp_path / "ann").read_bytes()


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    sign.new_key(tmp_path / "ann", PASSPHRASE)
    before = (tmp_path / "ann").read_bytes()
    with pytest.raises(FileExistsError):
        sign.new_key(tmp_path / "ann", PASSPHRASE)
    assert (tmp_path / "ann").read_bytes() == before


def test_a_short_passphrase_seals_no_key(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="at least 12"):
        sign.new_key(tmp_path / "ann", b"elevenchars")
    assert not (tmp_path / "ann").exists()


def test_a_wrong_passphrase_an_open_key_and_a_key_of_another_kind_sign_nothing(tmp_path: Path) -> None:
    sign.new_key(tmp_path / "ann", PASSPHRASE)
    with pytest.raises(SystemExit, match="does not open"):
        sign.opened_key(tmp_path / "ann", b"another passphrase")
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    (tmp_path / "open").write_bytes(key("Ann").private_bytes(*private, serialization.NoEncryption()))
    with pytest.raises(SystemExit, match="no sealed key"):
        sign.opened_key(tmp_path / "open", PASSPHRASE)
    other = generate_private_key(SECP256R1())
    sealed = other.private_bytes(*private, serialization.BestAvailableEncryption(PASSPHRASE))
    (tmp_path / "other").write_bytes(sealed)
    with pytest.raises(SystemExit, match="another kind"):
        sign.opened_key(tmp_path / "other", PASSPHRASE)


def test_the_next_root_is_numbered_and_signed_by_old_and_new_keys(tmp_path: Path) -> None:
    for number, root in enumerate((ROOT_1, ROOT_2), 1):
        assert sign.write_root(tmp_path, root.expires, root.release, root.root) == tmp_path / str(number)
        for name in ("Rolf", "Rita", "Rolf"):  # who signs twice has one line
            sign.sign(tmp_path / str(number), key(name))
    documents = [((tmp_path / name).read_bytes(), (tmp_path / f"{name}.sig").read_bytes()) for name in ("1", "2")]
    assert chain.verify(documents) == (ROOT_1, ROOT_2)


def test_what_is_neither_root_nor_manifest_is_not_signed(tmp_path: Path) -> None:
    for name, content in (("letter", b"pay Mal\n"), ("manifest", ROOT_1.encode()), ("1", b"custody-root 1\n")):
        put(tmp_path, name, content)
        with pytest.raises(CustodyError):
            sign.sign(tmp_path / name, key("Ann"))
        assert not (tmp_path / f"{name}.sig").exists()


def test_a_root_that_nobody_could_read_is_not_written(tmp_path: Path) -> None:
    twice = Role((public("Ann"), public("Ann")), 2)
    with pytest.raises(CustodyError):
        sign.write_root(tmp_path, FUTURE, twice, ROOT_1.root)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="at least two"):
        Role((public("Ann"), public("Ben")), 1)
    assert Root.parse(ROOT_1.encode(), "roots/1") == ROOT_1
