"""Bundles made by hand, as their publisher would, and as an attacker would: keys, roots, a manifest, files."""

import shutil
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.release import signatures
from custody.release.manifest import OWN, File, Manifest
from custody.release.root import Role, Root

PAST, FUTURE = "2001-09-09", "2999-12-31"
FILES = {
    "install.py": b"print('laid')\n",
    "wheels/a-1.0-py3-none-any.whl": b"a wheel\n",
    "docs/spec/bundle.md": b"# A bundle\n",
}


def key(name: str) -> Ed25519PrivateKey:
    """The key of somebody, always the same."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"a release key of {name}".encode()).digest())


def public(name: str) -> str:
    return b64encode(key(name).public_key().public_bytes_raw()).decode()


def signature(name: str, document: bytes) -> str:
    return b64encode(key(name).sign(document)).decode()


def signed(document: bytes, names: Sequence[str]) -> bytes:
    return signatures.encode({public(name): signature(name, document) for name in names})


def role(*names: str, threshold: int = 2) -> Role:
    return Role(tuple(sorted(public(name) for name in names)), threshold)


ROOT_1 = Root(1, FUTURE, role("Ann", "Ben", "Cay"), role("Rita", "Rolf", "Ruth"))
ROOT_2 = Root(2, FUTURE, role("Dan", "Eva"), role("Rita", "Rolf", "Rosa"))
BOTH = ("Rita", "Rolf")
"""Holders of keys of both roots, so that two signatures are a quorum of each."""


@dataclass(frozen=True)
class Release:
    """What is published; `write` makes the folder."""

    roots: tuple[tuple[Root, tuple[str, ...]], ...] = ((ROOT_1, BOTH),)
    release: tuple[int, int, int] = (1, 2, 0)
    released: str = "2026-03-01"
    expires: str = FUTURE
    signers: tuple[str, ...] = ("Ann", "Ben")

    def write(self, folder: Path) -> Path:
        for root, names in self.roots:
            put(folder, f"roots/{root.version}", root.encode())
            put(folder, f"roots/{root.version}.sig", signed(root.encode(), names))
        for name, content in FILES.items():
            put(folder, name, content)
        sign_anew(folder, self)
        return folder

    def but(self, **changes: object) -> "Release":
        return replace(self, **changes)  # type: ignore[arg-type]


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def manifest_of(folder: Path, release: Release) -> Manifest:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in OWN)
    files = tuple(
        File(path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path.read_bytes()).hexdigest())
        for path in paths
    )
    return Manifest(release.release, release.released, release.expires, files)


def sign_anew(folder: Path, release: Release) -> None:
    """Write a manifest of the folder as it now is, and sign it: an attacker who has the release keys."""
    document = manifest_of(folder, release).encode()
    put(folder, "manifest", document)
    put(folder, "manifest.sig", signed(document, release.signers))


def write_manifest(folder: Path, document: bytes, *signers: str) -> None:
    """Sign any bytes as a manifest."""
    put(folder, "manifest", document)
    put(folder, "manifest.sig", signed(document, signers))


def lay(folder: Path, release: Release) -> Path:
    """Keep what the installer keeps, in `folder`/release."""
    beside = folder / "as released"
    release.write(beside)
    (folder / "release").mkdir()
    shutil.copyfile(beside / "manifest", folder / "release" / "manifest")
    shutil.copyfile(beside / "roots" / str(release.roots[-1][0].version), folder / "release" / "root")
    return folder / "release"
