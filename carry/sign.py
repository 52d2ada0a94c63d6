"""Make keys of release, write roots, and sign a root or a manifest: each signer on a machine of their own.

A key is a PEM file sealed by a passphrase, which is typed, or read from a descriptor. A signature is a line more in
the `.sig` beside what is signed. docs/spec/bundle.md says what is signed; docs/install.md walks through it.
"""

import argparse
import getpass
import os
import sys
import tempfile
from base64 import b64encode
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from carry.bundle import MANIFEST, WHEELS, build, digest, read_aloud
from custody.errors import CustodyError
from custody.release import signatures
from custody.release.manifest import Manifest
from custody.release.root import Role, Root

SHORTEST_PASSPHRASE = 12
"""Bytes: what a thief of the file has to guess."""


def public(key: Ed25519PublicKey) -> str:
    """Return a public key as roots write it."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return b64encode(raw).decode()


def new_key(path: Path, passphrase: bytes) -> str:
    """Write a new key, sealed, where nothing is yet, for its owner alone; return its public key."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        sys.exit(f"error: a passphrase has at least {SHORTEST_PASSPHRASE} characters, so no key was made")
    key = Ed25519PrivateKey.generate()
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(sealed)
    return public(key.public_key())


def opened_key(path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Open a key. Ends for a wrong passphrase, and for a key of another kind."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase)
    except (ValueError, TypeError):
        sys.exit(f"error: {path} does not open: the passphrase is another one, or the file is no sealed key")
    if not isinstance(key, Ed25519PrivateKey):
        sys.exit(f"error: {path} is a key of another kind, and releases are signed by Ed25519")
    return key


def write_root(folder: Path, expires: str, release: Role, root: Role) -> Path:
    """Write the root that follows those of a folder, and return its file. It is signed afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    version = 1 + sum(path.name.isdigit() for path in folder.iterdir())
    path = folder / str(version)
    document = Root(version, expires, release, root).encode()
    Root.parse(document, str(path))
    path.write_bytes(document)
    return path


def sign(path: Path, key: Ed25519PrivateKey) -> bytes:
    """Add this key's signature to those beside a document, and return the document. Raises Unreadable."""
    document = path.read_bytes()
    read = Manifest.parse if path.name == MANIFEST else Root.parse
    read(document, path.name)
    beside = path.with_name(f"{path.name}.sig")
    found = signatures.parse(beside.read_bytes(), beside.name) if beside.exists() else {}
    found[public(key.public_key())] = b64encode(key.sign(document)).decode()
    beside.write_bytes(signatures.encode(found))
    return document


def refuse_other_wheel(bundle: Path) -> str:
    """Build the toolkit's own wheel from this checkout, and end unless the bundle's is the same; return its name."""
    named = {each.name: each.sha256 for each in Manifest.parse((bundle / MANIFEST).read_bytes()).files}
    with tempfile.TemporaryDirectory() as folder:
        own = build(Path(folder))
        if named.get(f"{WHEELS}/{own.name}") != digest(own):
            sys.exit(f"error: {own.name} of the bundle is not what this checkout makes, so it was not signed")
        return own.name


def passphrase_from(descriptor: int | None, *, twice: bool) -> bytes:
    """Read a passphrase from a descriptor, to its first line's end, or from the keyboard, unseen."""
    if descriptor is not None:
        with os.fdopen(descriptor, "rb") as opened:
            return opened.readline().rstrip(b"\r\n")
    typed = getpass.getpass("Passphrase of the key: ")
    if twice and getpass.getpass("Once more: ") != typed:
        sys.exit("error: the two were not the same, so no key was made")
    return typed.encode()


def main() -> None:
    """Do one of the four."""
    said = _line().parse_args()
    try:
        said.job(said)
    except (CustodyError, ValueError, OSError) as failure:
        sys.exit(f"error: {failure}")


def _line() -> argparse.ArgumentParser:
    words_ = argparse.ArgumentParser(prog="python -m carry.sign", description=(__doc__ or "").partition("\n\n")[0])
    jobs = words_.add_subparsers(required=True)
    key = jobs.add_parser("key", help="make a key")
    key.add_argument("file", type=Path)
    key.set_defaults(job=_key)
    root = jobs.add_parser("root", help="write the next root")
    root.add_argument("folder", type=Path)
    root.add_argument("--expires", type=date.fromisoformat, required=True)
    for role in ("release", "root"):
        root.add_argument(f"--{role}-key", metavar="KEY", action="append", required=True, help="a public key")
        root.add_argument(
            f"--{role}-threshold", metavar="N", type=int, default=2, help="so many of them, 2 unless said"
        )
    root.set_defaults(job=_root)
    document = jobs.add_parser("sign", help="sign a root, or the manifest of a bundle")
    document.add_argument("document", type=Path)
    document.set_defaults(job=_sign)
    attest = jobs.add_parser("attest", help="build our wheel again, and sign the bundle that holds the same")
    attest.add_argument("bundle", type=Path)
    attest.set_defaults(job=_attest)
    for each in (key, document, attest):
        each.add_argument("--passphrase-fd", metavar="N", type=int, help="read it there, else it is asked for")
    for each in (document, attest):
        each.add_argument("--key", metavar="FILE", type=Path, required=True)
    return words_


def _key(said: argparse.Namespace) -> None:
    print(new_key(said.file, passphrase_from(said.passphrase_fd, twice=True)))


def _root(said: argparse.Namespace) -> None:
    release, root = (
        Role(tuple(sorted(keys)), threshold)
        for keys, threshold in (
            (said.release_key, said.release_threshold),
            (said.root_key, said.root_threshold),
        )
    )
    path = write_root(said.folder, said.expires.isoformat(), release, root)
    print(f"{path} is written. Those who hold root keys sign it, and those of the root before it. It reads:\n")
    print(read_aloud(path.read_bytes()))


def _sign(said: argparse.Namespace) -> None:
    document = sign(said.document, opened_key(said.key, passphrase_from(said.passphrase_fd, twice=False)))
    print(f"{said.document} is signed. It reads:\n\n{read_aloud(document)}")


def _attest(said: argparse.Namespace) -> None:
    print(f"{refuse_other_wheel(said.bundle)} is what this checkout makes, to the byte.")
    said.document = said.bundle / MANIFEST
    _sign(said)


if __name__ == "__main__":
    main()
