"""Objects to a message that a person could not read on the screen, letter by letter: only the others are signed.

Verification takes any message. Signing takes printable ASCII and line ends: what a screen could hide, reorder or draw
like something else is not signed, and neither is a bare number that may be the digest of anything.
"""

import re
from collections.abc import Iterator

from custody import text
from custody.catalogue import _
from custody.chains.bitcoin.findings import finding
from custody.errors import Unreadable
from custody.signing import Finding

MESSAGE_LIMIT = 10_000
"""Bytes of a message to sign: several screens. Whoever wants more signs the hash of a document, in a sentence."""

_BARE_DIGEST = re.compile(r"\s*(?:0x)?[0-9a-fA-F]{64}\s*", re.ASCII)


def read_message(message: bytes) -> str:
    """Return the text of a message to sign. Raises Unreadable over the limit, or where it is not UTF-8."""
    if len(message) > MESSAGE_LIMIT:
        raise Unreadable(
            _("a message of {count} bytes is over the limit of {limit}").format(
                count=len(message), limit=MESSAGE_LIMIT
            ),
            hint=_("Sign a sentence that names the document and its SHA-256."),
        )
    try:
        return message.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(_("the message is not text (UTF-8)")) from None


def text_findings(message: str) -> Iterator[Finding]:
    """Object to what a person could not read, or could read as something else."""
    strange = next((character for character in message if not (" " <= character <= "~" or character == "\n")), None)
    if strange is not None:
        yield finding("BTC-MESSAGE-TEXT", character=text.safe(strange))
    if _BARE_DIGEST.fullmatch(message):
        yield finding("BTC-MESSAGE-DIGEST")
