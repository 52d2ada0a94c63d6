"""The signatures over a document of a bundle, a line each, and whether enough of the right keys made them.

Signed are the document's bytes as they stand. Its first line says what it is, so no signature over a root can pass for
one over a manifest; nothing else of ours signs bytes that begin so.
"""

import re
from base64 import b64decode
from collections.abc import Iterable

from custody.catalogue import _
from custody.errors import Alarm, Refused
from custody.governance import ed25519
from custody.release.grammar import KEY, SIGNATURE, match, refuse_disorder
from custody.release.root import Role

LIMIT = 4_000
"""Bytes of a file of signatures."""

_SIGNATURES = re.compile(rf"(?:{KEY} {SIGNATURE}\n)*")


def parse(document: bytes, name: str) -> dict[str, str]:
    """Return the signature of each key, both in base64. Raises Unreadable."""
    lines = match(document, _SIGNATURES, LIMIT, name).group().splitlines()
    refuse_disorder([line.partition(" ")[0] for line in lines], name)
    return {key: signature for key, _space, signature in (line.partition(" ") for line in lines)}


def encode(signatures: dict[str, str]) -> bytes:
    """Return the document of signatures, by key."""
    return "".join(f"{key} {signature}\n" for key, signature in sorted(signatures.items())).encode()


def require(document: bytes, signed: bytes, name: str, *roles: Role) -> tuple[str, ...]:
    """Return who signed, where each of the roles has enough of its keys among them.

    `signed` is the file of signatures over `document`, and `name` is the document's. Raises Unreadable; Refused for a
    key of none of the roles, which may be an honest mistake, and where too few signed; Alarm for a signature that is
    not of these bytes.
    """
    found = parse(signed, f"{name}.sig")
    refuse_strangers(found, name, roles)
    for key, signature in found.items():
        if not ed25519.holds(b64decode(key), b64decode(signature), document):
            raise Alarm(
                _("the signature of key {key} is not over this {name}").format(key=key, name=name),
                hint=_("Install nothing, keep the bundle, and ask those who signed it."),
                code="signature",
            )
    for role in roles:
        if (count := len(found.keys() & set(role.keys))) < role.threshold:
            raise Refused(
                _("{name} is signed by {count} of the {threshold} keys that it needs").format(
                    name=name, count=count, threshold=role.threshold
                ),
                hint=_("Wait until the others have signed, and fetch the bundle again."),
                code="under-signed",
            )
    return tuple(found)


def refuse_strangers(signers: Iterable[str], name: str, roles: Iterable[Role]) -> None:
    """Raise Refused for a key that has none of the roles: its signature says nothing here."""
    known = {key for role in roles for key in role.keys}
    for key in signers:
        if key not in known:
            raise Refused(
                _("{name} is signed by {key}, which is no key for it").format(name=name, key=key),
                hint=_("Ask those who sign which of their keys it is; a root key signs no release."),
                code="stranger",
            )
