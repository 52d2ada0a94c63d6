"""A root: which keys sign the next root, which keys sign a release, and how many of each (docs/spec/bundle.md)."""

import re
from dataclasses import dataclass
from hashlib import sha256

from custody.release.grammar import DATE, KEY, match, not_written_so, refuse_disorder

LIMIT = 4_000
"""Bytes of a root."""

MOST_ROOTS = 99
"""Of one chain."""

MOST_KEYS = 9
"""Of one role, so that a threshold is one digit."""

_ROOT = re.compile(
    rf"custody-root 1\nversion ([1-9][0-9]?)\nexpires ({DATE})\nrelease-threshold ([2-9])\nroot-threshold ([2-9])\n"
    rf"((?:(?:release|root)-key {KEY}\n)+)"
)


@dataclass(frozen=True, slots=True)
class Role:
    """Ed25519 keys in base64, and how many of them must have signed. Raises ValueError unless that many there are."""

    keys: tuple[str, ...]
    threshold: int

    def __post_init__(self) -> None:
        if not 2 <= self.threshold <= len(self.keys) <= MOST_KEYS:
            raise ValueError("a threshold is at least two, and at most the number of keys")


@dataclass(frozen=True, slots=True)
class Root:
    """One of a chain of roots. No key has two roles."""

    version: int
    expires: str
    release: Role
    root: Role

    def encode(self) -> bytes:
        """Return the document of this root."""
        head = (
            f"custody-root 1\nversion {self.version}\nexpires {self.expires}\n"
            f"release-threshold {self.release.threshold}\nroot-threshold {self.root.threshold}\n"
        )
        keys = (("release", self.release.keys), ("root", self.root.keys))
        return (head + "".join(f"{role}-key {key}\n" for role, held in keys for key in held)).encode()

    @classmethod
    def parse(cls, document: bytes, name: str) -> "Root":
        """Read a root; `name` is the file's. Raises Unreadable."""
        version, expires, of_release, of_root, lines = match(document, _ROOT, LIMIT, name).groups()
        refuse_disorder(lines.splitlines(), name)
        keys = [tuple(line.split(" ")) for line in lines.splitlines()]
        if len({key for _role, key in keys}) != len(keys):
            raise not_written_so(name)
        release, root = (tuple(key for role, key in keys if role == wanted) for wanted in ("release-key", "root-key"))
        try:
            return cls(int(version), expires, Role(release, int(of_release)), Role(root, int(of_root)))
        except ValueError:
            raise not_written_so(name) from None


def digest(document: bytes) -> bytes:
    """Return what a root or a manifest is known by: SHA-256 of its document."""
    return sha256(document).digest()
