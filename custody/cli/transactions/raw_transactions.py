"""A file with a whole transaction, its bytes or one line of hex, to a `Transaction`; and TXID:N to an `OutPoint`.

A transaction larger than a block raises Unreadable.
"""

import re

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import WEIGHT_LIMIT, OutPoint, Transaction
from custody.errors import Unreadable, Usage

_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+\r?\n?")
_OUTPOINT = re.compile(r"([0-9a-f]{64}):(0|[1-9][0-9]{0,9})", re.ASCII)
_LAST_OUTPUT = 0xFFFFFFFF


def read_transaction(path: str) -> Transaction:
    """Read a transaction from a file: its bytes, or one line of hex. Raises Usage, Unreadable and StorageFailed."""
    content = store.read(path, 2 * WEIGHT_LIMIT + 2)
    if _HEX.fullmatch(content):
        content = bytes.fromhex(content.decode("ascii").rstrip("\r\n"))
    if len(content) > WEIGHT_LIMIT:
        raise Unreadable(_("a transaction is larger than a block"))
    return Transaction.parse(content)


def parse_outpoint(text: str) -> OutPoint:
    """Read TXID:N, the txid as people write it. Raises Usage."""
    match = _OUTPOINT.fullmatch(text)
    if match is None or int(match[2]) > _LAST_OUTPUT:
        raise Usage(_("--utxo wants TXID:N, 64 digits of lower-case hex and the number of the output"))
    return OutPoint(bytes.fromhex(match[1])[::-1], int(match[2]))
