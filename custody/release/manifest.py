"""A manifest: a release's version, its days, and every file of its bundle by size and SHA-256 (docs/spec/bundle.md)."""

import re
from dataclasses import dataclass

from custody.release.grammar import DATE, NAME, NUMBER, SHA256, SIZE, match, not_written_so, refuse_disorder

LIMIT = 1_000_000
"""Bytes of a manifest."""

MANIFEST = "manifest"
OWN = frozenset({MANIFEST, f"{MANIFEST}.sig"})
"""The files that a manifest cannot name: itself, and the signatures that come after it."""

_MANIFEST = re.compile(
    rf"custody-manifest 1\nrelease ({NUMBER}\.{NUMBER}\.{NUMBER})\nreleased ({DATE})\nexpires ({DATE})\n"
    rf"((?:file {NAME} {SIZE} {SHA256}\n)+)"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a bundle: its path within, its size in bytes, its SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was released. `release` compares as numbers, and the days as text."""

    release: tuple[int, int, int]
    released: str
    expires: str
    files: tuple[File, ...]

    @property
    def version(self) -> str:
        """The release as people write it: "1.10.0"."""
        return ".".join(map(str, self.release))

    @property
    def age(self) -> tuple[tuple[int, int, int], str]:
        """What of two manifests says which is the older: one release may be signed anew on a later day."""
        return self.release, self.released

    def encode(self) -> bytes:
        """Return the document of this manifest."""
        head = f"custody-manifest 1\nrelease {self.version}\nreleased {self.released}\nexpires {self.expires}\n"
        lines = sorted(f"file {each.name} {each.size} {each.sha256}\n" for each in self.files)
        return (head + "".join(lines)).encode()

    @classmethod
    def parse(cls, document: bytes, name: str = MANIFEST) -> "Manifest":
        """Read a manifest. Two names that differ in case alone would be one file on a stick. Raises Unreadable."""
        version, released, expires, lines = match(document, _MANIFEST, LIMIT, name).groups()
        refuse_disorder(lines.splitlines(), name)
        fields = [line.split(" ") for line in lines.splitlines()]
        files = tuple(File(path, int(size), sha256) for _file, path, size, sha256 in fields)
        folded = {each.name.lower() for each in files}
        if len(folded) != len(files) or folded & OWN:
            raise not_written_so(name)
        major, minor, patch = map(int, version.split("."))
        return cls((major, minor, patch), released, expires, files)
