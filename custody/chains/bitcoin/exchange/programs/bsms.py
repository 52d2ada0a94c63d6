"""BSMS 1.0 (BIP-129): a descriptor record, four lines in the clear, read and written; an encrypted one is refused."""

import re
from collections.abc import Sequence

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.descriptor.expression import without_checksum
from custody.chains.bitcoin.exchange.dialect import BLANKS, plain
from custody.chains.bitcoin.exchange.documents import at_line, text_lines, with_apostrophes
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
    return document.lstrip().startswith(b"BSMS ") or _ENCRYPTED.fullmatch(document) is not None


def read(document: bytes) -> Imported:
    """Read a descriptor record. Its first address is compared where the wallet is registered. Raises Unreadable."""
    if _ENCRYPTED.fullmatch(document):
        raise Unreadable(
            _("this looks like an encrypted BSMS record, and only those in the clear are read"),
            hint=_("Ask the coordinator for the record without encryption (NO_ENCRYPTION), and compare all keys."),
        )
    lines = [line.strip(BLANKS) for line in text_lines(document)]
    lines = "\n".join(lines).strip("\n").split("\n")  # blank lines before and behind the record say nothing
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
    with at_line(2, _("a BSMS record")):
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
    """Put each of the restrictions in the place of the template's /** ("Descriptor Template").

    Some programs write no /** into it: then its keys end where the restrictions begin, or have them written out.
    """
    if restrictions == UNRESTRICTED:
        if _TEMPLATE in template:
            raise Unreadable(_("the BSMS record holds a template, and no path restrictions to put into it"))
        return (plain(template),)
    paths = restrictions.split(",")
    if not all(_RESTRICTION.fullmatch(path) for path in paths):
        raise Unreadable(
            _("the path restrictions of the BSMS record are malformed"),
            hint=_("They look like /0/*,/1/* and stand for /** in the descriptor."),
        )
    if len(paths) > 2:
        raise Unreadable(_("the BSMS record has more than two path restrictions: one to receive, one for change"))
    if _TEMPLATE in template:
        return tuple(plain(template.replace(_TEMPLATE, path)) for path in paths)
    return _restricted(Descriptor.parse(plain(template)), paths)


def _restricted(descriptor: Descriptor, paths: Sequence[str]) -> tuple[str, ...]:
    """Put the restrictions below keys that end in nothing; where the keys have steps, they must be the same ones."""
    if all(key.extended is not None and not key.steps and not key.ranged for key in descriptor.keys):
        keys = [key.text() for key in descriptor.keys]
        return tuple(descriptor.shape.text([key + path for key in keys].__getitem__) for path in paths)
    if _restrictions(descriptor) != ",".join(paths):
        raise Unreadable(
            _("the keys of the BSMS record have other steps below them than its path restrictions say"),
            hint=_("Ask the coordinator for the record again."),
        )
    return (descriptor.text(),)


def _restrictions(descriptor: Descriptor) -> str | None:
    """The paths that all keys have below them; None where they differ, as in a policy that names a key twice."""
    below = {key.steps for key in descriptor.keys if key.ranged}
    if len(below) != 1:
        return None
    steps = below.pop()
    branches = range(descriptor.branches)
    paths = ("".join(f"/{step[at] if len(step) > 1 else step[0]}" for step in steps) for at in branches)
    return ",".join(f"{path}/*" for path in paths)
