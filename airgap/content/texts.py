"""A text to the message that it is, where it is of a kind that vouches for its own end; None for any other text.

Known are a wallet's JSON, a descriptor with or without a wallet's name, a key with or without its origin, an address or
payment link, the file of a quorum as Coldcard writes it, and a request to sign a message. They are recognised by their
shape alone: what they say is not understood here, and a text of no such shape may be half of one. No secret is one.
"""

import json
import re

from airgap.content import private
from airgap.message import MESSAGE_LIMIT, Message

_DEPTH_LIMIT = 16
"""Of JSON: arrays and objects in each other."""

_BASE58 = "1-9A-HJ-NP-Za-km-z"
_ORIGIN = r"\[[0-9a-fA-F]{8}(?:/[0-9]{1,10}[hH']?){0,64}\]"
_KEY = rf"(?:{_ORIGIN})?[xyztuvYZUV]pub[{_BASE58}]{{90,120}}"

_DESCRIPTOR = re.compile(
    r"(?:pk|pkh|wpkh|sh|wsh|tr|rawtr|combo|multi|sortedmulti|addr|raw)\([\x21-\x7e]+\)(?:#[02-9ac-hj-np-z]{8})?"
)
_NAMED = re.compile(r"addwallet [\x20-\x25\x27-\x7e]{1,200}&([\x21-\x7e]+)")
"""A descriptor with a wallet's name, as Specter shows it."""
_KEY_EXPRESSION = re.compile(rf"{_KEY}(?:/[0-9*<>;hH'/]{{1,200}})?")
_ADDRESS = re.compile(
    rf"(?:bitcoin:)?(?:[13mn2][{_BASE58}]{{25,34}}|(?:bc|tb|bcrt)1[02-9ac-hj-np-z]{{11,87}}"
    r"|(?:BC|TB|BCRT)1[02-9AC-HJ-NP-Z]{11,87})(?:\?[\x21-\x7e]{1,1000})?"
    r"|(?:ethereum:)?0x[0-9a-fA-F]{40}(?:[@?/][\x21-\x7e]{1,1000})?",
)
_REQUEST = re.compile(r"signmessage m?(?:/?[0-9]{1,10}[hH']?){1,64} [a-z0-9]{1,20}:.+", re.DOTALL)
_QUORUM_LINE = re.compile(rf"#.*|(?:Name|Policy|Format|Derivation|Sorted): ?.*|[0-9A-Fa-f]{{8}}: ?{_KEY}|")
_QUORUM_KEY = re.compile(rf"^[0-9A-Fa-f]{{8}}: ?{_KEY}\s*$", re.MULTILINE)
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def recognise(text: str) -> Message | None:
    """Return the message that `text` is, as it stands; None where it is of no known kind, over 4 MiB, or a secret.

    Half a surrogate pair, which no bytes stand for, is in none.
    """
    bare = text.strip()
    if not bare or len(bare) > MESSAGE_LIMIT or _HALF_A_PAIR.search(text) or private.is_in_text(text):
        return None
    if bare.startswith("{"):
        return Message("json", text.encode()) if is_json(bare) else None
    if _REQUEST.fullmatch(text) or _is_quorum(bare):
        return Message("text", text.encode())
    if named := _NAMED.fullmatch(bare):
        return Message("text", bare.encode()) if _is_descriptor(named[1]) else None
    known = _is_descriptor(bare) or _KEY_EXPRESSION.fullmatch(bare) or _ADDRESS.fullmatch(bare)
    return Message("text", bare.encode()) if known else None


def unquoted(text: str) -> str:
    """Take one pair of quotation marks off, and the spaces around it."""
    bare = text.strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'`" else bare


def without_end(document: str) -> str:
    """Take off the one end of line that a scanner or an editor put behind the text, and nothing of the text."""
    for end in ("\r\n", "\n", "\r", "\t"):
        if document.endswith(end):
            return document.removesuffix(end)
    return document


def is_json(text: str) -> bool:
    """Say whether a text is one JSON object or array (RFC 8259), at most 16 deep and 4 MiB long."""
    if len(text) > MESSAGE_LIMIT:
        return False
    depth = 0
    for sign in _BRACKET.findall(text):
        depth += (sign in "[{") - (sign in "]}")
        if depth > _DEPTH_LIMIT:
            return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_descriptor(text: str) -> bool:
    """Say whether every bracket of an output script expression (BIP-380) is closed, the first one last."""
    if not _DESCRIPTOR.fullmatch(text):
        return False
    depth, script = 0, text.partition("#")[0]
    for place, sign in enumerate(script, 1):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign == ")" and place < len(script):
            return False
    return depth == 0


def _is_quorum(text: str) -> bool:
    """Say whether a text is a quorum's file: named lines, and one for each key."""
    return all(_QUORUM_LINE.fullmatch(line.strip()) for line in text.splitlines()) and bool(_QUORUM_KEY.search(text))
