"""The global map: a PSBT's version, its transaction or the frame of one, its account keys.

Versions other than 0 and 2, and more than 10,000 inputs and outputs, raise Unreadable.
"""

from dataclasses import dataclass, replace
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt import values
from custody.chains.bitcoin.psbt.fields import Many, Single, Table, read_fields
from custody.chains.bitcoin.psbt.origins import AccountKey, account_key
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.errors import Unreadable

INPUTS_AND_OUTPUTS_LIMIT = 10_000
"""Inputs and outputs together."""

MAY_GROW = 0b11
"""Bits of PSBT_GLOBAL_TX_MODIFIABLE (BIP-370): inputs, and outputs, may still be added."""

_VERSIONS = (0, 2)


def _unsigned_transaction(value: bytes) -> Transaction:
    what = _("the unsigned transaction")
    transaction = Transaction.parse(value, what=what, unsigned=True, limit=INPUTS_AND_OUTPUTS_LIMIT)
    for output in transaction.outputs:
        values.script(output.script)
    return transaction


_TABLE: Table = {
    key.GLOBAL_UNSIGNED_TX: Single("unsigned_tx", _unsigned_transaction, version=0, required=True),
    key.GLOBAL_XPUB: Many("xpubs", account_key),
    key.GLOBAL_TX_VERSION: Single("tx_version", values.i32, version=2, required=True),
    key.GLOBAL_FALLBACK_LOCKTIME: Single("fallback_locktime", values.u32, version=2),
    key.GLOBAL_INPUT_COUNT: Single("input_count", values.compact_size, version=2, required=True),
    key.GLOBAL_OUTPUT_COUNT: Single("output_count", values.compact_size, version=2, required=True),
    key.GLOBAL_TX_MODIFIABLE: Single("modifiable", values.u8, version=2),
    key.GLOBAL_VERSION: Single("version", values.u32),
}


@dataclass(frozen=True, slots=True)
class GlobalMap:
    """The global map. `unsigned_tx` is version 0's; what stands below it up to `modifiable` is version 2's."""

    raw: RawMap
    version: int = 0
    xpubs: tuple[AccountKey, ...] = ()
    unsigned_tx: Transaction | None = None
    tx_version: int | None = None
    fallback_locktime: int | None = None
    input_count: int = 0
    output_count: int = 0
    modifiable: int | None = None
    unknown: tuple[bytes, ...] = ()
    proprietary: tuple[bytes, ...] = ()

    @classmethod
    def parse(cls, raw: RawMap) -> Self:
        """Read the global map. Raises Unreadable for a version other than 0 and 2, and for too many maps."""
        where = _("the global map")
        found = cls(raw, **read_fields(raw, _TABLE, _version(raw), where))
        if found.maps > INPUTS_AND_OUTPUTS_LIMIT:
            raise Unreadable(
                _("a PSBT of {count} inputs and outputs is over the limit of {limit}").format(
                    count=found.maps, limit=INPUTS_AND_OUTPUTS_LIMIT
                ),
                hint=_("Pay in several transactions."),
            )
        return found

    def with_modifiable(self, flags: int) -> Self:
        """Return the map with other flags in their place; a map that has none stays as it is."""
        if self.modifiable is None:
            return self
        raw = self.raw.with_value(bytes([key.GLOBAL_TX_MODIFIABLE]), bytes([flags]))
        return replace(self, raw=raw, modifiable=flags)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its keys and values as they stand in the file, in their order."""
        return self.raw.pairs

    @property
    def inputs(self) -> int:
        """How many input maps follow."""
        return self.input_count if self.unsigned_tx is None else len(self.unsigned_tx.inputs)

    @property
    def outputs(self) -> int:
        """How many output maps follow those."""
        return self.output_count if self.unsigned_tx is None else len(self.unsigned_tx.outputs)

    @property
    def maps(self) -> int:
        """How many maps follow the global one."""
        return self.inputs + self.outputs


def _version(raw: RawMap) -> int:
    """Find the version first, because it decides which other fields may stand beside it."""
    written = next((value for found, value in raw.pairs if found == bytes([key.GLOBAL_VERSION])), None)
    if written is None:
        return 0
    version = int.from_bytes(written, "little")
    if len(written) != 4 or version not in _VERSIONS:
        raise Unreadable(
            _("this PSBT has a version that is not known; versions 0 and 2 are"),
            hint=_("Export the transaction as a PSBT of version 0 (BIP-174) or 2 (BIP-370)."),
        )
    return version
