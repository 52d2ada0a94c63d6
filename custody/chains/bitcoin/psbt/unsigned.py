"""The maps of a version 2 PSBT to the transaction that they describe (BIP-370), its lock time determined.

Inputs whose lock times exclude one another raise Unreadable.
"""

from collections.abc import Sequence
from typing import TypeVar

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.psbt.global_map import GlobalMap
from custody.chains.bitcoin.psbt.inputs import PsbtInput
from custody.chains.bitcoin.psbt.outputs import PsbtOutput
from custody.errors import Unreadable

SEQUENCE_FINAL = 0xFFFFFFFF

_T = TypeVar("_T")


def unsigned_transaction(header: GlobalMap, inputs: Sequence[PsbtInput], outputs: Sequence[PsbtOutput]) -> Transaction:
    """Put the transaction together from the maps. Raises Unreadable where no lock time satisfies every input."""
    return Transaction(
        version=_given(header.tx_version),
        inputs=tuple(_input(declared) for declared in inputs),
        outputs=tuple(TxOutput(_given(declared.amount), _given(declared.script)) for declared in outputs),
        locktime=determine_locktime(header.fallback_locktime, inputs),
    )


def determine_locktime(fallback: int | None, inputs: Sequence[PsbtInput]) -> int:
    """BIP-370 "Determining Lock Time": the highest that is asked for, of a kind that every asking input allows.

    Where both kinds would do, block height is taken. Raises Unreadable where neither does.
    """
    asking = [
        (declared.required_height_locktime, declared.required_time_locktime)
        for declared in inputs
        if (declared.required_height_locktime, declared.required_time_locktime) != (None, None)
    ]
    if not asking:
        return fallback or 0
    heights = [height for height, _time in asking if height is not None]
    times = [time for _height, time in asking if time is not None]
    for kind in (heights, times):
        if len(kind) == len(asking):
            return max(kind)
    raise Unreadable(
        _("the inputs of this PSBT ask for lock times that no transaction can have together"),
        hint=_("Spend the coins that wait for a block and those that wait for a time in two transactions."),
    )


def _input(declared: PsbtInput) -> TxInput:
    outpoint = OutPoint(_given(declared.previous_txid), _given(declared.output_index))
    return TxInput(outpoint, b"", SEQUENCE_FINAL if declared.sequence is None else declared.sequence)


def _given(value: _T | None) -> _T:
    """Hold a field that version 2 requires. The maps' readers have refused a file without it."""
    if value is None:
        raise Unreadable(_("this PSBT lacks a field that its version requires"))
    return value
