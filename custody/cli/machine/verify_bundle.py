"""`custody verify-bundle`: whether a folder is the release that was signed, and one to lay here. It lays nothing.

The order of the checks is that of docs/spec/bundle.md: the first that fails is the one that is said.
"""

import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from custody import store, words
from custody.catalogue import _
from custody.cli.front.result import print_result
from custody.errors import Refused, Unreadable, Usage
from custody.release import arrival, chain, signatures
from custody.release.grammar import SHA256
from custody.release.manifest import LIMIT, MANIFEST, Manifest
from custody.release.root import LIMIT as ROOT_LIMIT
from custody.release.root import MOST_ROOTS, digest
from custody.store import tree

_Sizes = Mapping[str, int | None]


class Installed(NamedTuple):
    """What the installer kept of the release that is laid here: the two documents."""

    root: bytes
    manifest: Manifest


def verify_bundle(folder: str, root_said: str | None, as_json: bool) -> None:
    """Check a bundle, and print what it is. Raises Alarm, Refused or Unreadable by the name of the file."""
    said = trusted_digest(root_said) if root_said is not None else None
    sizes = tree.entries(folder)
    arrival.refuse_strange_entries(sizes)
    installed = laid_here()

    documents = list(_roots(folder, sizes))
    roots = chain.verify(documents)
    _refuse_untrusted([document for document, _signed in documents], installed, said)

    document = _document(folder, MANIFEST, LIMIT, sizes)
    manifest = Manifest.parse(document)
    signers = signatures.require(document, _signatures(folder, MANIFEST, sizes), MANIFEST, roots[-1].release)

    arrival.refuse_other_files(manifest, sizes)
    for file in manifest.files:
        arrival.refuse_other_bytes(file, store.read(Path(folder, file.name), file.size))

    if installed is not None:
        arrival.refuse_older(manifest, installed.manifest)
    expired = arrival.expired(manifest, roots[-1], time.strftime("%Y-%m-%d", time.gmtime()))
    arrival.refuse_expired_upgrade(manifest, installed.manifest if installed else None, expired)

    public = {
        "release": manifest.version,
        "released": manifest.released,
        "expires": manifest.expires,
        "files": len(manifest.files),
        "signed_by": list(signers),
        "sha256": digest(document).hex(),
        "words": list(words.words(digest(document)[: words.POLICY_BYTES])),
        "root": _told_root(documents[-1][0], len(roots)),
        "installed": installed.manifest.version if installed else None,
        "warnings": [_good_for_recovery(sentence) for sentence in expired],
    }
    print_result(public, _lines(public), as_json=as_json)


def trusted_digest(said: str) -> bytes:
    """Return the digest of a root from its 64 hex digits. Raises Usage.

    Words are for the ear: so many of them on a command line are refused as a phrase would be.
    """
    if not re.fullmatch(SHA256, said):
        raise Usage(
            _("--root takes the SHA-256 of a root, 64 hex digits in small letters"),
            hint=_("Without it, the words and the digest of the bundle's own root are shown, to compare."),
        )
    return bytes.fromhex(said)


def laid_here() -> Installed | None:
    """Return what the installer kept beside the Python that runs this; None where no installer laid it."""
    kept = Path(sys.prefix, "release")
    if not store.is_folder(kept):
        return None
    manifest = Manifest.parse(store.read(kept / "manifest", LIMIT), "the installed manifest")
    return Installed(store.read(kept / "root", ROOT_LIMIT), manifest)


def _roots(folder: str, sizes: _Sizes) -> Iterator[tuple[bytes, bytes]]:
    """Yield every root and the signatures over it, as far as they go without a gap: the first has to be there."""
    for version in range(1, MOST_ROOTS + 1):
        name = f"roots/{version}"
        if version > 1 and name not in sizes:
            return
        yield _document(folder, name, ROOT_LIMIT, sizes), _signatures(folder, name, sizes)


def _document(folder: str, name: str, limit: int, sizes: _Sizes) -> bytes:
    """Return one of the documents of a bundle. Raises Unreadable where it is not there."""
    if name not in sizes:
        raise Unreadable(
            _("there is no {name} in the folder").format(name=name),
            hint=_("Name the folder of a bundle: it holds manifest and roots/1."),
        )
    return store.read(Path(folder, name), limit)


def _signatures(folder: str, name: str, sizes: _Sizes) -> bytes:
    """Return the signatures over a document of the bundle; where there is no such file, nobody has signed yet."""
    return store.read(Path(folder, f"{name}.sig"), signatures.LIMIT) if f"{name}.sig" in sizes else b""


def _refuse_untrusted(documents: list[bytes], installed: Installed | None, said: bytes | None) -> None:
    """Hold the chain of roots against what is trusted here: the installed root, what was said, or both."""
    if installed is not None:
        chain.refuse_older_chain(documents, installed.root)
    if said is not None:
        chain.refuse_other_roots(documents, said)
    if installed is None and said is None:
        newest = digest(documents[-1])
        raise Refused(
            _("no release is installed here, so nothing says whose bundle this is"),
            hint=_(
                "Its newest root reads: {words}\nCompare with somebody who has these words from elsewhere than this "
                "bundle, all sixteen; if they are the same, say --root {digest}"
            ).format(words=" ".join(words.words(newest[: words.POLICY_BYTES])), digest=newest.hex()),
            code="no-root",
        )


def _told_root(document: bytes, version: int) -> dict[str, Any]:
    return {
        "version": version,
        "sha256": digest(document).hex(),
        "words": list(words.words(digest(document)[: words.POLICY_BYTES])),
    }


def _good_for_recovery(sentence: str) -> str:
    return _("{reason}: ask whether there is a newer one; this one is genuine, and good for recovery").format(
        reason=sentence
    )


def _lines(public: dict[str, Any]) -> Iterator[str]:
    yield _("Release {release} of {released}, {files} files as they were signed.").format(**public)
    yield _("Signed by {count} keys of root {version}.").format(
        count=len(public["signed_by"]), version=public["root"]["version"]
    )
    installed = public["installed"]
    yield _("Installed here: {release}").format(release=installed) if installed else _("Nothing is installed here yet.")
    yield _("To read aloud:")
    for at in range(0, words.POLICY_BYTES, 8):
        yield "  " + " ".join(public["words"][at : at + 8])
