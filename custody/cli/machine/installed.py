"""The files of this installation against the release that they were laid from, and where Python looks for modules."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from custody import store
from custody.catalogue import _
from custody.errors import CustodyError
from custody.release import contents, laid
from custody.release.laid import KEPT, Difference, Wrong
from custody.release.manifest import LIMIT, MANIFEST
from custody.release.root import LIMIT as ROOT_LIMIT
from custody.release.signatures import LIMIT as SIGNATURES_LIMIT
from custody.selftest.check import Outcome, Standing
from custody.store import tree
from custody.text import safe

FILES, PATHS = "SELFTEST-FILES", "SELFTEST-PATHS"

_MOST_NAMED = 5
_SAID = {
    Wrong.CHANGED: _("{path} was changed"),
    Wrong.MISSING: _("{path} is missing"),
    Wrong.ADDITIONAL: _("{path} is no file of the release"),
}


def files(prefix: str) -> tuple[Outcome, tuple[Difference, ...]]:
    """Hold every file below an environment against what was signed; say what is wrong, and name all of it beside."""
    kept = Path(prefix, KEPT)
    documents = (MANIFEST, f"{MANIFEST}.sig", "root", contents.CONTENTS, contents.MADE)
    if not store.is_folder(kept):
        return _untold(_("no installer laid this, so there is nothing to hold the files against")), ()
    if not all((kept / name).is_file() for name in documents):
        return _untold(_("the installer that laid this kept no list of its files")), ()
    try:
        manifest, wheels = laid.signed_contents(
            store.read(kept / MANIFEST, LIMIT),
            store.read(kept / f"{MANIFEST}.sig", SIGNATURES_LIMIT),
            store.read(kept / "root", ROOT_LIMIT),
            store.read(kept / contents.CONTENTS, contents.LIMIT),
        )
        made = contents.parse_made(store.read(kept / contents.MADE, contents.LIMIT))
        sizes = tree.entries(prefix)
        packages = "lib/python{}.{}/site-packages/".format(*sys.version_info[:2])
        digest = partial(_digest, prefix, sizes)
        found = tuple(laid.differences(wheels, made, sizes, digest, packages))
    except CustodyError as failure:
        return _failed(FILES, _("the files that are laid"), failure.message), ()
    if found:
        return _failed(FILES, _("the files that are laid"), "; ".join(_named(found))), found
    seen = _("{count} files as release {version} was signed").format(count=len(sizes), version=manifest.version)
    return Outcome(FILES, Standing.OK, _("the files that are laid"), seen), ()


def paths(prefix: str, searched: Sequence[str], ours: str) -> Outcome:
    """Say whether Python looks for modules in this environment and its own library alone, and found ours there."""
    name = _("where modules are looked for")
    if not store.is_folder(Path(prefix, KEPT)):
        return Outcome(PATHS, Standing.UNKNOWN, name, _("this runs from a checkout"), _RELAY)
    strange = [each for each in searched if os.path.realpath(each) not in _places(prefix)]
    if strange:
        return _failed(PATHS, name, _("Python also looks in {path}").format(path=safe(strange[0]) or "."))
    if not Path(ours).resolve().is_relative_to(Path(prefix).resolve()):
        return _failed(PATHS, name, _("the toolkit was loaded from {path}").format(path=safe(ours)))
    return Outcome(PATHS, Standing.OK, name, _("this environment and Python's own library"))


def _places(prefix: str) -> frozenset[str]:
    """Where an environment of Python looks, links resolved: in its own library, and for packages here alone."""
    library = Path(sysconfig.get_path("stdlib"))
    zipped = "python{}{}.zip".format(*sys.version_info[:2])
    own = (library, Path(sysconfig.get_path("platstdlib")), library / "lib-dynload", library.with_name(zipped))
    packages = [Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")]
    here = [each for each in packages if each.is_relative_to(Path(prefix).resolve())]
    return frozenset(str(each.resolve()) for each in (*own, *here))


def _digest(prefix: str, sizes: Mapping[str, int | None], path: str) -> str:
    return sha256(store.read(Path(prefix, path), sizes[path] or 0)).hexdigest()


def _named(found: Iterable[Difference]) -> Iterator[str]:
    """Yield a sentence for each of the first few: what is additional or changed, before what is missing."""
    order = (Wrong.ADDITIONAL, Wrong.CHANGED, Wrong.MISSING)
    worst = sorted(found, key=lambda each: (order.index(each.wrong), each.path))
    yield from (_SAID[each.wrong].format(path=safe(each.path)) for each in worst[:_MOST_NAMED])
    if len(worst) > _MOST_NAMED:
        yield _("and {count} more; --json names all").format(count=len(worst) - _MOST_NAMED)


def _untold(seen: str) -> Outcome:
    return Outcome(FILES, Standing.UNKNOWN, _("the files that are laid"), seen, _RELAY)


def _failed(id_: str, name: str, seen: str) -> Outcome:
    return Outcome(id_, Standing.FAILED, name, seen, _TAMPERED)


_RELAY = _("lay a signed bundle by its install.py, which keeps what the files are held against")
_TAMPERED = _(
    "make no key and sign nothing here, and keep this disk; verify the bundle on another machine by a verify.sh from "
    "another medium, and lay it on a machine that was started anew"
)
