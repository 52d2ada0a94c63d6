"""A text file with one descriptor of both branches, or one for each, a line each, read; lines with # are comments."""

import re

from custody.catalogue import _
from custody.chains.bitcoin.exchange.documents import text_lines
from custody.chains.bitcoin.exchange.imported import Imported
from custody.errors import Unreadable

_BEGINNING = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:pkh|wpkh|sh|wsh|tr)\(")


def is_one(document: bytes) -> bool:
    """Say whether the first line that is no comment begins like a descriptor."""
    return _BEGINNING.match(document) is not None


def read(document: bytes) -> Imported:
    """Read the descriptors; lines that begin with # are comments. Raises Unreadable."""
    lines = [line.strip() for line in text_lines(document)]
    found = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if len(found) > 2:
        raise Unreadable(
            _("the file holds {count} descriptors, and a wallet has one or two").format(count=len(found)),
            hint=_("Keep the one with both branches, or the two of one wallet."),
        )
    return Imported(found)
