"""A message and a scriptPubKey to BIP-322's two virtual transactions, `to_spend` and the `to_sign` that answers it.

No block can hold `to_spend`, so no signature over `to_sign` ever moves money.
"""

from collections.abc import Sequence

from custody.chains.bitcoin.consensus.script import OP_RETURN, push
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.curve import tagged_hash

MESSAGE_TAG = "BIP0322-signed-message"
TO_SIGN_OUTPUT = TxOutput(0, bytes([OP_RETURN]))
"""The only output of `to_sign`: no money, and nobody who could take it."""

_NOWHERE = OutPoint(bytes(32), 0xFFFFFFFF)


def message_hash(message: bytes) -> bytes:
    """Hash a message as it stands, without its length (32 bytes)."""
    return tagged_hash(MESSAGE_TAG, message)


def to_spend(message: bytes, challenge: bytes) -> Transaction:
    """Write the transaction whose only output pays nothing to `challenge`, the scriptPubKey that is to answer."""
    script_sig = push(b"") + push(message_hash(message))
    return Transaction(0, (TxInput(_NOWHERE, script_sig, 0),), (TxOutput(0, challenge),), 0)


def to_sign(
    message: bytes, challenge: bytes, coins: Sequence[OutPoint] = (), *, time: int = 0, age: int = 0
) -> Transaction:
    """Write the transaction to be signed; `coins` are those of a proof of funds.

    `time` (lock time) and `age` (sequence number) are for scripts with time locks, and need version 2.
    """
    spent = OutPoint(to_spend(message, challenge).txid, 0)
    inputs = tuple(TxInput(outpoint, b"", age) for outpoint in (spent, *coins))
    return Transaction(2 if time or age else 0, inputs, (TO_SIGN_OUTPUT,), time)
