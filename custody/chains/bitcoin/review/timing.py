"""Findings about lock time and sequence numbers: when a transaction can be mined, and whether it may be replaced.

What time it is does not matter: a machine that was never online has no clock that anybody should believe.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from custody.catalogue import _, ngettext
from custody.chains.bitcoin.consensus.block_dates import about_when
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.findings import at_input, finding
from custody.signing import Finding

_LOCKTIME_IS_TIME = 500_000_000
_FAR_HEIGHT, _FAR_HEIGHT_ON_MAIN = 10_000_000, 2_000_000
"""No chain is there within decades, the main network not before 2046; test networks are faster. What stands above is
such a height, or a time, and wallets set neither."""

_SEQUENCE_FINAL = 0xFFFFFFFF
_SEQUENCE_REPLACEABLE = 0xFFFFFFFD

_LOCK_DISABLED, _LOCK_IS_TIME, _LOCK_VALUE = 1 << 31, 1 << 22, 0xFFFF
"""The bits of a sequence number (BIP-68)."""
_LOCK_SECONDS = 512
_LOCKS_SINCE_VERSION = 2
_VERSIONS = (1, 2, 3)
"""Versions of a transaction that mean something, and that nodes pass on (BIP-68, BIP-431)."""


def timing_findings(transaction: Transaction, network: Network) -> Iterator[Finding]:
    """Say what holds the transaction back, and whether it may be replaced (BIP-125)."""
    if transaction.version not in _VERSIONS:
        yield finding("BTC-VERSION-UNKNOWN", version=transaction.version)
    sequences = [tx_input.sequence for tx_input in transaction.inputs]
    if transaction.locktime and any(sequence != _SEQUENCE_FINAL for sequence in sequences):
        yield _lock(transaction.locktime, network)
    if transaction.version & 0xFFFFFFFF >= _LOCKS_SINCE_VERSION:
        yield from _relative_locks(sequences)
    if any(sequence <= _SEQUENCE_REPLACEABLE for sequence in sequences):
        yield finding("BTC-RBF")


def _lock(locktime: int, network: Network) -> Finding:
    if locktime >= _LOCKTIME_IS_TIME:
        when = datetime.fromtimestamp(locktime, UTC).strftime("%Y-%m-%d %H:%M UTC")
    elif network.is_main:
        when = _("block {height}, {when}").format(height=locktime, when=about_when(locktime))
    else:
        when = _("block {height}").format(height=locktime)
    far = locktime >= (_FAR_HEIGHT_ON_MAIN if network.is_main else _FAR_HEIGHT)
    return finding("BTC-LOCKTIME-FAR" if far else "BTC-LOCKTIME", when=when)


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
