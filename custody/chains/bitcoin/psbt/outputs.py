"""`PsbtOutput`: an output map to its fields: the scripts and keys behind it, by which change can be recognised.

Everything here is a claim of whoever wrote the file. Nothing is believed until a review has proven it.
"""

from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt import origins, taproot, values
from custody.chains.bitcoin.psbt.fields import Many, Single, Table, read_fields
from custody.chains.bitcoin.psbt.origins import KeyOrigin, TapKeyOrigin
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.chains.bitcoin.psbt.taproot import TapLeaf

_TABLE: Table = {
    key.OUT_REDEEM_SCRIPT: Single("redeem_script", values.script),
    key.OUT_WITNESS_SCRIPT: Single("witness_script", values.script),
    key.OUT_BIP32_DERIVATION: Many("bip32_derivations", origins.key_origin),
    key.OUT_AMOUNT: Single("amount", values.amount, version=2, required=True),
    key.OUT_SCRIPT: Single("script", values.script, version=2, required=True),
    key.OUT_TAP_INTERNAL_KEY: Single("tap_internal_key", origins.x_only_key),
    key.OUT_TAP_TREE: Single("tap_tree", taproot.tap_tree),
    key.OUT_TAP_BIP32_DERIVATION: Many("tap_derivations", origins.tap_key_origin),
}


@dataclass(frozen=True, slots=True)
class PsbtOutput:
    """An output map: its bytes as they stand in the file, and the same typed. `unknown` and `proprietary` are keys.

    `amount` (satoshi) and `script` are version 2's; in version 0 the transaction says these things.
    """

    raw: RawMap
    redeem_script: bytes | None = None
    witness_script: bytes | None = None
    bip32_derivations: tuple[KeyOrigin, ...] = ()
    amount: int | None = None
    script: bytes | None = None
    tap_internal_key: bytes | None = None
    tap_tree: tuple[TapLeaf, ...] | None = None
    tap_derivations: tuple[TapKeyOrigin, ...] = ()
    unknown: tuple[bytes, ...] = ()
    proprietary: tuple[bytes, ...] = ()

    @classmethod
    def parse(cls, raw: RawMap, version: int, index: int) -> Self:
        """Read an output map of a PSBT of this version. Raises Unreadable."""
        return cls(raw, **read_fields(raw, _TABLE, version, _("output {index}").format(index=index)))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its keys and values as they stand in the file, in their order."""
        return self.raw.pairs
