"""The roots of a bundle, each signed by its own keys and by those of the one before, and the one that is trusted here.

The new keys alone could be anybody's; the old keys alone could hand over to somebody who does not hold the new ones.
"""

from collections.abc import Iterable, Sequence

from custody.catalogue import _
from custody.errors import Alarm, Refused
from custody.release import signatures
from custody.release.root import Root, digest


def verify(documents: Iterable[tuple[bytes, bytes]]) -> tuple[Root, ...]:
    """Read roots and the signatures over each, from version 1 on, and return them. Raises as `signatures.require`.

    Which of them is trusted is another question: a stranger's chain is sound too.
    """
    roots: list[Root] = []
    for version, (document, signed) in enumerate(documents, 1):
        name = f"roots/{version}"
        root = Root.parse(document, name)
        if root.version != version:
            raise Alarm(
                _("{name} says that it is version {version}").format(name=name, version=root.version),
                hint=_("Install nothing: somebody has given a root another one's name."),
                code="root-version",
            )
        signatures.require(document, signed, name, root.root, *(before.root for before in roots[-1:]))
        roots.append(root)
    return tuple(roots)


def refuse_other_roots(documents: Sequence[bytes], trusted: bytes) -> None:
    """Raise Alarm unless the root of this digest is in the chain."""
    if not any(digest(document) == trusted for document in documents):
        raise Alarm(
            _("none of the bundle's roots is the one that is trusted here"),
            hint=_(
                "Install nothing. Say the digest once more with whoever gave it; if it is the same, keep the bundle."
            ),
            code="other-root",
        )


def refuse_older_chain(documents: Sequence[bytes], installed: bytes) -> None:
    """Raise unless the chain holds the installed root: Refused where it ends before it, Alarm where it differs."""
    version = Root.parse(installed, _("the installed root")).version
    if len(documents) < version:
        raise Refused(
            _("the bundle's newest root is version {found}, and version {version} is installed here").format(
                found=len(documents), version=version
            ),
            hint=_("This is an old bundle: fetch the newest one."),
            code="older",
        )
    refuse_other_roots(documents, digest(installed))
