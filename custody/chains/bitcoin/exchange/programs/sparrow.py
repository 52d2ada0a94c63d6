"""Sparrow's "Output Descriptor" file, read and written: both branches on a line, then each alone, and comments.

The three must say the same. Sparrow sorts the keys of every quorum and counts addresses on 0/* and 1/*; it holds no
other wallet. Its own database (.mv.db) may hold seeds, and is refused.
"""

import re
from itertools import islice

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, merge
from custody.chains.bitcoin.exchange import branches
from custody.chains.bitcoin.exchange.dialect import plain
from custody.chains.bitcoin.exchange.documents import at_line, cannot_hold, meant
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable

_DATABASES = (b"H:2,block", b"H2encrypt\n", b"SPRW1\n")
_MEANT = re.compile(rb"^[ \t]*([^#\s][^\n]*)", re.MULTILINE)
_SCRIPTS = (b"pkh(", b"wpkh(", b"sh(", b"wsh(", b"tr(")


def is_one(document: bytes) -> bool:
    """Say whether a file is Sparrow's database, or three descriptors of which the first has both branches."""
    if document.startswith(_DATABASES):
        return True
    lines = [found[1] for found in islice(_MEANT.finditer(document), 4)]
    have_both = [b"<" in line for line in lines]
    return have_both == [True, False, False] and all(line.startswith(_SCRIPTS) for line in lines)


def read(document: bytes) -> Imported:
    """Read the three descriptors, which must say the same. Raises Unreadable."""
    if document.startswith(_DATABASES):
        raise Unreadable(
            _("this is the database of a Sparrow wallet, which may hold seeds, and it is not opened"),
            hint=_("In Sparrow: Settings, Export, Output Descriptor."),
        )
    parsed = []
    for number, line in meant(document):
        with at_line(number, _("Sparrow's Output Descriptor")):
            parsed.append(Descriptor.parse(plain(line)))
    if len(parsed) != 3 or merge(*parsed[1:]) != parsed[0]:
        raise Unreadable(
            _("the descriptors of the file are not of one wallet: both branches, the one that receives, and change"),
            hint=_("Export it again from Sparrow: Settings, Export, Output Descriptor."),
        )
    return Imported((parsed[0].text(),))


def write(wallet: Wallet) -> bytes:
    """Write what Sparrow imports as Output Descriptor. Raises Usage for a wallet that it does not hold."""
    descriptor = wallet.descriptor
    is_quorum = len(descriptor.keys) > 1
    if descriptor.is_policy or not branches.is_usual(descriptor) or is_quorum is not descriptor.is_sorted:
        raise cannot_hold(
            "sparrow", _("the program holds single keys and sortedmulti, with keys that end in /<0;1>/* alone")
        )
    lines = (
        "# Receive and change, in one",
        descriptor.with_checksum(),
        "",
        "# Receive",
        branches.one(descriptor, 0).with_checksum(),
        "",
        "# Change",
        branches.one(descriptor, 1).with_checksum(),
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii")
