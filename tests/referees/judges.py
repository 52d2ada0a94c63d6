"""The referees: implementations that are not ours finalise what we signed, and an engine that is not ours verifies it.

Each gets our own honest bytes only. They know nothing of this project.
"""

import base64

import bdkpython
import wallycore
from btclib.script.engine import verify_transaction
from btclib.tx.tx import Tx
from btclib.tx.tx_out import TxOut


class NotFinal(Exception):
    """A referee could not finalise a PSBT."""


def bdk(psbt: bytes) -> bytes:
    """Finalise and extract with the Bitcoin Dev Kit (rust-miniscript); PSBT v0 only. Return the network bytes."""
    result = bdkpython.Psbt(base64.b64encode(psbt).decode()).finalize()
    if not result.could_finalize:
        raise NotFinal(f"bdk: {result.errors}")
    return bytes(result.psbt.extract_tx().serialize())


def wally(psbt: bytes) -> bytes:
    """Finalise and extract with libwally; PSBT v0 and v2. Return the network bytes."""
    read = wallycore.psbt_from_bytes(psbt, wallycore.WALLY_PSBT_PARSE_FLAG_STRICT)
    wallycore.psbt_finalize(read, 0)
    if not wallycore.psbt_is_finalized(read):
        raise NotFinal("libwally: not final")
    final = wallycore.psbt_extract(read, wallycore.WALLY_PSBT_EXTRACT_FINAL)
    return bytes(wallycore.tx_to_bytes(final, wallycore.WALLY_TX_FLAG_USE_WITNESS))


FINALISERS = {"bdk": bdk, "libwally": wally}


def verify(transaction: bytes, spent: list[bytes]) -> None:
    """Run every input's scripts and signatures in btclib's engine, against the outputs spent. Raises its errors."""
    verify_transaction([TxOut.parse(each) for each in spent], Tx.parse(transaction))
