"""What `custody verify-bundle` says beside its verdict: whose bundle it is, and what people read to each other."""

import json
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from custody import words
from tests.release import bundles
from tests.release.bundles import PAST, ROOT_1, Release
from tests.support.custody_command import call

ROOT_DIGEST = sha256(ROOT_1.encode()).hexdigest()
ROOT_WORDS = " ".join(words.words(sha256(ROOT_1.encode()).digest()[:16]))


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An honest bundle, where nothing is installed."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return Release().write(tmp_path / "bundle")


def test_nothing_is_believed_where_nothing_is_trusted_yet(bundle, capsys) -> None:
    assert call("verify-bundle", str(bundle), "--json") == 3
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["code"] == "no-root"
    assert ROOT_WORDS in told["hint"]
    assert f"--root {ROOT_DIGEST}" in told["hint"]


def test_a_root_is_trusted_by_its_digest_and_the_manifest_is_read_aloud(bundle, capsys) -> None:
    assert call("verify-bundle", str(bundle), "--root", ROOT_DIGEST) == 0
    out = capsys.readouterr().out
    document = (bundle / "manifest").read_bytes()
    assert " ".join(words.words(sha256(document).digest()[:8])) in out
    assert " ".join(words.words(sha256(document).digest()[8:16])) in out
    assert "Nothing is installed here yet." in out


def test_another_digest_is_an_alarm(bundle, capsys) -> None:
    assert call("verify-bundle", str(bundle), "--root", sha256(b"another root").hexdigest()) == 9


@pytest.mark.parametrize("said", ["", "able", ROOT_WORDS, "0" * 63, "0" * 65, "g" * 64, "A" * 64, "0" * 64 + "\n"])
def test_what_is_no_digest_is_not_taken_for_one(bundle, capsys, said: str) -> None:
    assert call("verify-bundle", str(bundle), "--root", said) == 2


def test_a_digest_does_not_replace_what_is_installed(bundle, tmp_path, capsys) -> None:
    bundles.lay(tmp_path, Release(release=(2, 0, 0)))
    assert call("verify-bundle", str(bundle), "--root", ROOT_DIGEST) == 3
    assert "2.0.0" in capsys.readouterr().err


def test_an_installation_whose_record_is_damaged_verifies_nothing(bundle, tmp_path, capsys) -> None:
    kept = bundles.lay(tmp_path, Release())
    (kept / "root").write_bytes(b"custody-root 1\n")
    assert call("verify-bundle", str(bundle)) == 4
    assert "the installed root" in capsys.readouterr().err


def test_a_person_is_told_what_expired(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    bundle = Release(expires=PAST).write(tmp_path / "old")
    assert call("verify-bundle", str(bundle), "--root", ROOT_DIGEST) == 0
    assert f"warning: the manifest expired on {PAST}" in capsys.readouterr().err


def test_no_folder_is_a_wrong_line(tmp_path, capsys) -> None:
    assert call("verify-bundle", str(tmp_path / "none"), "--root", ROOT_DIGEST) == 2


def test_a_folder_that_is_no_bundle_is_not_readable(tmp_path, capsys) -> None:
    assert call("verify-bundle", str(tmp_path), "--root", ROOT_DIGEST) == 4
    assert "there is no roots/1" in capsys.readouterr().err
