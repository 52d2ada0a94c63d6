"""The files of a home, by name, to one string of bytes for a vault to seal, and back (docs/spec/vault.md)."""

import struct
from collections.abc import Mapping

from custody.catalogue import _
from custody.errors import Unreadable
from custody.secret import Secret

_FILE = struct.Struct(">HQ")
MOST_FILES = 1_000_000


def pack(files: Mapping[str, bytes]) -> Secret:
    """Return each file as its name's and its content's lengths (u16, u64), the name in ASCII, the content; by name."""
    return Secret(
        b"".join(_FILE.pack(len(name), len(files[name])) + name.encode("ascii") + files[name] for name in sorted(files))
    )


def unpack(archive: Secret) -> dict[str, bytes]:
    """Return the files. Raises Unreadable for what `pack` does not write."""
    packed = archive.reveal()
    files: dict[str, bytes] = {}
    at, last = 0, ""
    while at < len(packed):
        if len(packed) - at < _FILE.size:
            raise _strange()
        name_size, size = _FILE.unpack_from(packed, at)
        at += _FILE.size
        name, content = packed[at : at + name_size], packed[at + name_size : at + name_size + size]
        at += name_size + size
        if at > len(packed) or not name.isascii() or not last < name.decode("ascii") or len(files) == MOST_FILES:
            raise _strange()
        last = name.decode("ascii")
        files[last] = content
    return files


def _strange() -> Unreadable:
    return Unreadable(_("the backup opened, but what it holds is not as this format has it"))
