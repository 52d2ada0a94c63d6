"""A descriptor as other programs spell it, to the text that BIP-380 and BIP-389 have for the same thing.

Read are /** and {0,1} for both branches, and keys in SLIP-132's letters (zpub and the like), which must be those of the
script around them. The checksum is that of the text as it came.
"""

import re
from contextlib import nullcontext

from custody.chains.bitcoin.descriptor import Descriptor, Form
from custody.chains.bitcoin.descriptor.expression import cosigner, within, without_checksum
from custody.chains.bitcoin.descriptor.output import TEXT_LIMIT
from custody.chains.bitcoin.exchange import slip132
from custody.errors import Unreadable

BLANKS = " \t\r\n"
"""What may stand before and after a text that was copied."""

BOTH = "/<0;1>/*"
"""What stands below a key whose branches are left unsaid: 0 receives, 1 is change."""

_NUMBER = "(0|[1-9][0-9]{0,9})"
_STARS = re.compile(r"/\*\*(?=[,)}]|$)")
_PAIR = re.compile(rf"/\{{{_NUMBER},{_NUMBER}\}}(?=/)")
_KEY = re.compile(
    r"(?:\[([0-9a-fA-F]{8})[^\[\]]*\])?(?<![0-9A-Za-z])([a-zA-Z]pub[1-9A-HJ-NP-Za-km-z]{100,112})(?![0-9A-Za-z])",
    re.ASCII,
)
_PLAIN = ("xpub", "tpub")
_SCRIPTS = (Form.SH, Form.WSH, Form.SH_WSH)
"""Forms whose letters are those of a quorum."""


def plain(text: str) -> str:
    """Return a descriptor in the BIPs' spelling, as it came where there is nothing to rewrite.

    Raises Unreadable where the checksum does not hold, and for letters of SLIP-132 that belong to another script.
    """
    text = text.strip(BLANKS)
    if len(text) > TEXT_LIMIT:
        return text  # the descriptor's reader says so, before anything is computed over it
    body = without_checksum(text)
    spelled = _PAIR.sub(r"/<\1;\2>", _STARS.sub(BOTH, body))
    dressed = [(number, found) for number, found in enumerate(_KEY.finditer(spelled), 1) if found[2][:4] not in _PLAIN]
    if not dressed:
        return text if spelled == body else spelled
    undressed = _KEY.sub(lambda found: found[0].removesuffix(found[2]) + _undressed(found[2]), spelled)
    descriptor = Descriptor.parse(undressed)
    for number, found in dressed:
        with within(cosigner(number, (found[1] or "").lower())) if len(descriptor.keys) > 1 else nullcontext():
            slip132.read_for(found[2], descriptor.form, is_quorum=descriptor.form in _SCRIPTS)
    return undressed


def _undressed(text: str) -> str:
    """Write a key of SLIP-132 as xpub or tpub, whatever script it is for; that is judged once the script is known.

    What is no such key stays, so that the descriptor's reader says whose it is and what is wrong with it.
    """
    if text[:4] in _PLAIN:
        return text
    try:
        return slip132.read(text, is_quorum=text[0].isupper())[0].serialize()
    except Unreadable:
        return text
