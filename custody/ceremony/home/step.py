"""`Step`: an entry of the book and the files that come with it. `Pending`: an unfinished step, as in journal.next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.governance.commitment import Opening
from custody.governance.fields import StrictFields
from custody.keys.vaults.vault import NewVault

Reseal = Callable[[bytes, int], NewVault]
"""Makes a vault's next generation, which remembers the newest entry before its own: the head (32 bytes) and its number.
"""

_MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Step:
    """An entry, and what comes into being with it.

    `what` is the entry's, without the vaults that it re-seals: the home adds them. `kept` are bytes to
    keep, under their SHA-256; `files` other new files by their place in the home; `vaults` are re-sealed by name, for
    the officers of the rosters `sealed_for` (ids), None for those of now; `names` open commitments of the entry; `at`
    is the time where it is settled already (seconds since 1970).
    """

    kind: str
    what: Mapping[str, Any]
    kept: tuple[bytes, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    vaults: Mapping[str, Reseal] = field(default_factory=dict)
    names: tuple[Opening, ...] = ()
    sealed_for: tuple[bytes, ...] | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A step that was laid down and perhaps not finished: its line, and the new files with their SHA-256.

    An empty line stands for a home that is being made: until its journal is there, all of it is taken back.
    """

    line: bytes
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, line: bytes, files: Mapping[str, bytes]) -> Self:
        """Lay down a line and the content of its files."""
        return cls(line, {name: sha256(content).digest() for name, content in files.items()})

    def encode(self) -> bytes:
        """Return journal.next."""
        digests = {name: digest.hex() for name, digest in self.files.items()}
        return canonical.encode({"files": digests, "line": self.line.decode("ascii")})

    @classmethod
    def decode(cls, document: bytes) -> Self:
        """Read journal.next. Raises Unreadable."""
        fields = StrictFields(canonical.decode(document), _("the unfinished step of a journal"))
        line, names = fields.take("line"), fields.mapping("files", _MOST_FILES)
        fields.end()
        files = StrictFields(names, _("the unfinished step of a journal"))
        if not isinstance(line, str) or not line.isascii():
            raise files.strange()
        return cls(line.encode("ascii"), {name: files.hex(name, 32) for name in names})
