"""Findings about lock time and sequence numbers: when a transaction can be mined, and whether it may be replaced.

A machine that was never online has no clock that anybody should believe, so none is asked. How far ahead a lock lies is
reckoned from the height of the chain when this was written, or from a later one that every coin spent proves.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from custody.catalogue import _, ngettext
from custody.chains.bitcoin.consensus.block_dates import about_when
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.findings import at_input, finding
from custody.chains.bitcoin.psbt import Psbt
from custody.signing import Finding

_LOCKTIME_IS_TIME = 500_000_000
_HEIGHT_WHEN_WRITTEN = 975_000
"""The main network came there about November 2026. The other networks but one are below it."""

_FIVE_YEARS = 5 * 365 * 144
"""Blocks, at 144 a day. A lock that far ahead is no wallet's doing, and a person is asked whether it is meant."""

_FAR_ON_TEST = 10_000_000
"""On the test network blocks come in storms, so that its height tells no time; it is not there within decades."""

_SEQUENCE_FINAL = 0xFFFFFFFF
_SEQUENCE_REPLACEABLE = 0xFFFFFFFD

_LOCK_DISABLED, _LOCK_IS_TIME, _LOCK_VALUE = 1 << 31, 1 << 22, 0xFFFF
"""The bits of a sequence number (BIP-68)."""
_LOCK_SECONDS = 512
_LOCKS_SINCE_VERSION = 2
_VERSIONS = (1, 2, 3)
"""Versions of a transaction that mean something, and that nodes pass on (BIP-68, BIP-431)."""


def timing_findings(transaction: Transaction, network: Network, reached: int = 0) -> Iterator[Finding]:
    """Say what holds the transaction back, and whether it may be replaced (BIP-125). `reached` is `height_reached`."""
    if transaction.version not in _VERSIONS:
        yield finding("BTC-VERSION-UNKNOWN", version=transaction.version)
    sequences = [tx_input.sequence for tx_input in transaction.inputs]
    if transaction.locktime and any(sequence != _SEQUENCE_FINAL for sequence in sequences):
        yield _lock(transaction.locktime, network, reached)
    if transaction.version & 0xFFFFFFFF >= _LOCKS_SINCE_VERSION:
        yield from _relative_locks(sequences)
    if any(sequence <= _SEQUENCE_REPLACEABLE for sequence in sequences):
        yield finding("BTC-RBF")


def height_reached(psbt: Psbt) -> int:
    """Return a height that the chain has passed if its coins are real: 0 where they do not say.

    A transaction that made a coin could not be mined before its own lock time, where that is in force. The lowest of
    all inputs counts: so a single real coin bounds it, whatever else the author of the file has made up.
    """
    heights = []
    for tx_input, declared in zip(psbt.transaction.inputs, psbt.inputs, strict=True):
        made = declared.non_witness_utxo
        is_locked = made is not None and any(each.sequence != _SEQUENCE_FINAL for each in made.inputs)
        if made is None or made.txid != tx_input.outpoint.txid or not is_locked:
            return 0
        heights.append(made.locktime if made.locktime < _LOCKTIME_IS_TIME else 0)
    return min(heights, default=0)


def _lock(locktime: int, network: Network, reached: int) -> Finding:
    if locktime >= _LOCKTIME_IS_TIME:
        when = datetime.fromtimestamp(locktime, UTC).strftime("%Y-%m-%d %H:%M UTC")
    elif network.is_main:
        when = _("block {height}, {when}").format(height=locktime, when=about_when(locktime))
    else:
        when = _("block {height}").format(height=locktime)
    far = locktime >= _LOCKTIME_IS_TIME or locktime >= _far_height(network, reached)
    return finding("BTC-LOCKTIME-FAR" if far else "BTC-LOCKTIME", when=when)


def _far_height(network: Network, reached: int) -> int:
    if network.name == "test":
        return _FAR_ON_TEST
    return max(_HEIGHT_WHEN_WRITTEN, reached) + _FIVE_YEARS


def _relative_locks(sequences: list[int]) -> Iterator[Finding]:
    """Name the coin that must be oldest by blocks, and the one by time, where sequence numbers ask for an age."""
    asked = [
        (sequence & _LOCK_VALUE, index, bool(sequence & _LOCK_IS_TIME))
        for index, sequence in enumerate(sequences)
        if sequence & _LOCK_VALUE and not sequence & _LOCK_DISABLED
    ]
    for of_time in (False, True):
        same_kind = [lock for lock in asked if lock[2] is of_time]
        if same_kind:
            value, index, _of_time = max(same_kind)
            yield finding("BTC-SEQUENCE-LOCK", at_input(index), age=_hours(value) if of_time else _blocks(value))


def _blocks(count: int) -> str:
    return ngettext("{count} block", "{count} blocks", count).format(count=count)


def _hours(units: int) -> str:
    count = -(-units * _LOCK_SECONDS // 3600)
    return ngettext("{count} hour", "{count} hours", count).format(count=count)
