"""BSMS 1.0 (BIP-129): a descriptor record, four lines in the clear, read and written; an encrypted one is refused."""

import re

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.descriptor.expression import without_checksum
from custody.chains.bitcoin.exchange.documents import text_lines, with_apostrophes
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable

VERSION = "BSMS 1.0"
UNRESTRICTED = "No path restrictions"

_TEMPLATE = "/**"
_NUMBER = r"(?:0|[1-9][0-9]{0,9})"
_RESTRICTION = re.compile(rf"(?:/{_NUMBER})+/\*")
_TOKEN = re.compile(r"[0-9a-fA-F]{2,32}")
# A MAC of 32 bytes and a ciphertext, in hex; a PSBT in hex is something else.
_ENCRYPTED = re.compile(rb"\s*(?!70736274[fF]{2})[0-9a-fA-F]{64,}\s*")


def is_one(document: bytes) -> bool:
    """Say whether a file begins like a BSMS record, or may be an encrypted one."""
    return document.startswith(b"BSMS ") or _ENCRYPTED.fullmatch(document) is not None


def read(document: bytes) -> Imported:
    """Read a descriptor record. Its first address is compared where the wallet is registered. Raises Unreadable."""
    if _ENCRYPTED.fullmatch(document):
        raise Unreadable(
            _("this looks like an encrypted BSMS record, and only those in the clear are read"),
            hint=_("Ask the coordinator for the record without encryption (NO_ENCRYPTION), and compare all keys."),
        )
    lines = text_lines(document)
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or lines[0] != VERSION:
        raise Unreadable(_("this is not a BSMS record of version 1.0, whose first line is {line}").format(line=VERSION))
    if len(lines) > 1 and _TOKEN.fullmatch(lines[1]):
        raise Unreadable(
            _("this is the BSMS record of one key, not of a wallet"),
            hint=_("The coordinator makes the wallet's record of all of them; ask for that one."),
        )
    if len(lines) != 4:
        raise Unreadable(_("a BSMS descriptor record has four lines, this one has {count}").format(count=len(lines)))
    _version, template, restrictions, first_address = lines
    return Imported(_expand(without_checksum(template), restrictions), first_address=first_address)


def write(wallet: Wallet) -> bytes:
    """Write a descriptor record: a template with its restrictions, where all keys share them, else the descriptor."""
    descriptor = wallet.descriptor
    restrictions = _restrictions(descriptor)
    if restrictions is None:
        text, restrictions = with_apostrophes(descriptor), UNRESTRICTED
    else:
        text = with_apostrophes(descriptor, _TEMPLATE)
    lines = (VERSION, f"{text}#{checksum(text)}", restrictions, wallet.address(0, 0))
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _expand(template: str, restrictions: str) -> tuple[str, ...]:
    """Put each of the restrictions in the place of the template's /** ("Descriptor Template")."""
    if restrictions == UNRESTRICTED:
        if _TEMPLATE in template:
            raise Unreadable(_("the BSMS record holds a template, and no path restrictions to put into it"))
        return (template,)
    paths = restrictions.split(",")
    if _TEMPLATE not in template or not all(_RESTRICTION.fullmatch(path) for path in paths):
        raise Unreadable(
            _("the path restrictions of the BSMS record are malformed, or belong to no template"),
            hint=_("They look like /0/*,/1/* and stand for /** in the descriptor."),
        )
    if len(paths) > 2:
        raise Unreadable(_("the BSMS record has more than two path restrictions: one to receive, one for change"))
    return tuple(template.replace(_TEMPLATE, path) for path in paths)


def _restrictions(descriptor: Descriptor) -> str | None:
    """The paths that all keys have below them; None where they differ, as in a policy that names a key twice."""
    below = {key.steps for key in descriptor.keys if key.ranged}
    if len(below) != 1:
        return None
    steps = below.pop()
    branches = range(descriptor.branches)
    paths = ("".join(f"/{step[at] if len(step) > 1 else step[0]}" for step in steps) for at in branches)
    return ",".join(f"{path}/*" for path in paths)
