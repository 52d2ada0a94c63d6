"""One key as text, [fingerprint/path]xpub or without the brackets, as devices show it: read where its letters say more.

SLIP-132's letters name a script, and zpub alone is a wallet. An xpub names none, and a Zpub is one cosigner's: both are
refused, and written out for the descriptor that they belong into.
"""

import re

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import KeyExpression
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange import slip132
from custody.chains.bitcoin.exchange.dialect import BOTH, plain
from custody.chains.bitcoin.exchange.documents import at_line, meant
from custody.chains.bitcoin.exchange.imported import CosignerKey, Imported, no_wallet, without_script
from custody.errors import Unreadable

_MARK = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:\[[0-9a-fA-F]{8}(?:/|\][0-9A-Za-z])|[a-zA-Z]pub[0-9A-Za-z]{20})")
_KEY = re.compile(r"(\[[^\]]*\])?([^/\[\]]+)((?:/.*)?)")
_PLAIN = ("xpub", "tpub")


def is_one(document: bytes) -> bool:
    """Say whether a file begins with the origin of a key and a key, or with a key."""
    return _MARK.match(document) is not None


def read(document: bytes) -> Imported:
    """Read the key. Raises Unreadable for several, and for one whose letters are not those of a single key's script."""
    (number, line), *more = meant(document)
    if more:
        raise Unreadable(
            _("the file holds several keys, and nothing says how many of them must sign"),
            hint=_("Put them into one descriptor: wsh(sortedmulti(M,KEY,KEY,...)), with --descriptor."),
        )
    with at_line(number, _("a key with its origin")):
        origin, key, below = _parts(line)
        is_quorum = key[0].isupper()
        extended, form = slip132.read(key, is_quorum=is_quorum)
        expression = KeyExpression.parse(origin + extended.serialize()).text()
        if key[:4] not in _PLAIN and not is_quorum:
            return Imported((plain(around(form, origin + key + (below or BOTH))),))
    raise no_wallet([CosignerKey(form, expression)]) if is_quorum else without_script(expression)


def _parts(line: str) -> tuple[str, str, str]:
    """Take a key expression apart: its origin in brackets, if it has one, the key, and the steps below it."""
    found = _KEY.fullmatch(line)
    if found is None:
        raise Unreadable(_("it is not of the form [fingerprint/path]xpub"))
    return found[1] or "", found[2], found[3]
