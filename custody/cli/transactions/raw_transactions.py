"""A file with a whole transaction, binary or a text in whichever form people have it, to a `Transaction`; TXID:N too.

A transaction larger than a block raises Unreadable.
"""

import re

from custody import outside, store
from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import WEIGHT_LIMIT, OutPoint, Transaction
from custody.errors import Unreadable, Usage

FILE_LIMIT = 5 * WEIGHT_LIMIT
"""Bytes of a file: a transaction of a whole block in hex as UTF-16, in lines."""

_OUTPOINT = re.compile(r"([0-9a-f]{64}):(0|[1-9][0-9]{0,9})", re.ASCII)
_LINE_END = re.compile(rb"\r?\n\Z")
_LAST_OUTPUT = 0xFFFFFFFF
_WRITTEN = re.compile(r"(?:0[1-3]000000|A[QgwA]A)[0-9A-Za-z+/=\s]{80,}", re.ASCII)
"""A transaction of any known version in hex or base64; a script or an identifier in an answer is none."""


def read_transaction(path: str) -> Transaction:
    """Read a transaction from a file: bytes, hex, base64 or a node's JSON. Raises Usage, Unreadable, StorageFailed."""
    return parse_transaction(store.read(path, FILE_LIMIT))


def parse_transaction(content: bytes) -> Transaction:
    """Read one whole transaction, and nothing beside it. Raises Unreadable."""
    try:
        written = outside.bare(outside.plain(content))
    except Unreadable:
        return _binary(content)
    if outside.is_json(written):
        written = outside.bare(outside.member(written, "hex", "psbt", _could_be_meant))
    try:
        line = outside.one_line(written)
        raw = outside.from_hex(line) if outside.is_hex(line) else outside.from_base64(line)
    except Unreadable as failure:
        raise Unreadable(
            _("this is no transaction in hex or base64: {reason}").format(reason=failure.message),
            hint=_("Give its bytes, its hex, or a node's answer: gettransaction TXID, getrawtransaction TXID."),
        ) from None
    return _parsed(raw)


def _could_be_meant(text: str) -> bool:
    return _WRITTEN.fullmatch(text.strip()) is not None


def _binary(content: bytes) -> Transaction:
    """Read the bytes themselves; one line end behind them is an editor's or a shell's."""
    try:
        return _parsed(content)
    except Unreadable as failure:
        reason = failure
    whole = _LINE_END.sub(b"", content)
    try:
        return _parsed(whole)
    except Unreadable:
        if outside.in_text_mode(whole) or outside.has_replaced_bytes(content):
            raise outside.copied_as_text() from None
        raise reason from None


def _parsed(raw: bytes) -> Transaction:
    if len(raw) > WEIGHT_LIMIT:
        raise Unreadable(_("a transaction is larger than a block"))
    return Transaction.parse(raw)


def parse_outpoint(text: str) -> OutPoint:
    """Read TXID:N, the txid as people write it. Raises Usage."""
    match = _OUTPOINT.fullmatch(text)
    if match is None or int(match[2]) > _LAST_OUTPUT:
        raise Usage(_("--utxo wants TXID:N, 64 digits of lower-case hex and the number of the output"))
    return OutPoint(bytes.fromhex(match[1])[::-1], int(match[2]))
