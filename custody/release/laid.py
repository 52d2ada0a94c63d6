"""Whether what is laid here is still what was released: every file of an installation, against signed contents.

Pure: sizes, and a function that reads. What Python would load and no wheel has is as wrong as what was changed. Files
that the installer's tools made (compiled modules, records) are held against the installer's own record, which nobody
signed; only paths that such tools write may stand there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from custody.catalogue import _
from custody.errors import Alarm
from custody.release import contents, signatures
from custody.release.contents import CONTENTS, SITE, Bytes, Wheel
from custody.release.manifest import MANIFEST, Manifest
from custody.release.root import Root

KEPT = "release"
"""The folder beside an installation in which the installer keeps what it was laid from."""

_LINKS = re.compile(r"lib64|bin/python(?:3(?:\.[0-9]{1,3})?)?")
"""What an environment of Python has as links: to itself, and to the system's Python."""

_COMPILED = re.compile(r"(.*/)?__pycache__/([^/]+?)\.cpython-3[0-9]{1,3}\.pyc")
_MADE = re.compile(
    r"pyvenv\.cfg|bin/[^/]+|site-packages/[^/]+\.dist-info/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json)"
)


class Wrong(StrEnum):
    """What can be wrong with a file that is laid."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDITIONAL = "additional"


class Difference(NamedTuple):
    """A path below the environment, and what is wrong there."""

    wrong: Wrong
    path: str


def signed_contents(manifest: bytes, signed: bytes, root: bytes, document: bytes) -> tuple[Manifest, tuple[Wheel, ...]]:
    """Return the manifest that was kept here and its contents, once the kept root's keys have signed for both.

    Raises Alarm where the contents are not those that the manifest names, and as `signatures.require`.
    """
    read = Manifest.parse(manifest)
    signatures.require(manifest, signed, MANIFEST, Root.parse(root, "root").release)
    named = {each.name: each.sha256 for each in read.files}
    if named.get(CONTENTS) != sha256(document).hexdigest():
        raise Alarm(
            _("the contents that were kept here are not those of the release"),
            hint=_("Use nothing that is laid here. Verify the bundle on another machine, and lay it again."),
            code="changed",
        )
    return read, contents.parse(document)


def differences(
    wheels: tuple[Wheel, ...],
    made: Mapping[str, Bytes],
    sizes: Mapping[str, int | None],
    digest: Callable[[str], str],
    packages: str,
) -> Iterator[Difference]:
    """Yield what is not as it was laid, in the order of its paths.

    `sizes` is all that lies below the environment, None for what is no plain file; `digest` reads one of those paths
    and returns its SHA-256 in hex. `packages` is the one folder from which this Python loads them, with its slash.
    """
    found = {_written(path, packages): path for path in sizes if not path.startswith(f"{KEPT}/")}

    def holds(path: str, wanted: Bytes) -> bool:
        place = found.get(path)
        return place is not None and sizes[place] == wanted.size and digest(place) == wanted.sha256

    laid = _laid(wheels, holds)
    known = laid | {path: each for path, each in made.items() if path not in laid and _is_made(path, laid)}
    for path in sorted(found.keys() | known.keys()):
        if path not in found:
            yield Difference(Wrong.MISSING, path)
        elif path in known:
            if not holds(path, known[path]):
                yield Difference(Wrong.CHANGED, found[path])
        elif sizes[found[path]] is not None or not _LINKS.fullmatch(path):
            yield Difference(Wrong.ADDITIONAL, found[path])


def _laid(wheels: tuple[Wheel, ...], holds: Callable[[str, Bytes], bool]) -> dict[str, Bytes]:
    """Return the files of the wheels that were laid: of each package the one whose mark is here.

    Of a package without any, the mark alone is wanted, so that it is told as missing or changed.
    """
    files: dict[str, Bytes] = {}
    marks: dict[str, Bytes] = {}
    for wheel in wheels:
        path, wanted = wheel.mark
        if holds(path, wanted):
            files.update(wheel.files)
        marks.setdefault(path, wanted)
    return marks | files


def _written(path: str, packages: str) -> str:
    """Write a path as contents do. No two are written alike: else a good copy could hide what is loaded."""
    if path.startswith(packages):
        return SITE + path.removeprefix(packages)
    return f"./{path}" if path.startswith(SITE) else path


def _is_made(path: str, laid: Mapping[str, Bytes]) -> bool:
    """Say whether an installer's tools make this: a record, a script, or a compiled module whose source is laid."""
    compiled = _COMPILED.fullmatch(path)
    if compiled is not None:
        return f"{compiled[1] or ''}{compiled[2]}.py" in laid
    return _MADE.fullmatch(path) is not None
