"""Names the protocols whose fields a PSBT carries and this program keeps but does not follow, for a review to tell.

A transaction that carries such fields is not what it looks like without them.
"""

from collections.abc import Mapping, Sequence

from custody.catalogue import _
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt.global_map import GlobalMap
from custody.chains.bitcoin.psbt.inputs import PsbtInput
from custody.chains.bitcoin.psbt.outputs import PsbtOutput

_MUSIG2 = _("MuSig2 keys or nonces (BIP-373)")
_SILENT_PAYMENT = _("a silent payment (BIP-375, BIP-376)")
_RESERVES = _("a proof of reserves (BIP-127)")
SIGNED_MESSAGE = _("a signed message (BIP-322)")

_GLOBAL: Mapping[int, str] = {
    key.GLOBAL_SP_ECDH_SHARE: _SILENT_PAYMENT,
    key.GLOBAL_SP_DLEQ: _SILENT_PAYMENT,
    key.GLOBAL_GENERIC_SIGNED_MESSAGE: SIGNED_MESSAGE,
}
_INPUT: Mapping[int, str] = {
    key.IN_POR_COMMITMENT: _RESERVES,
    key.IN_MUSIG2_PARTICIPANT_PUBKEYS: _MUSIG2,
    key.IN_MUSIG2_PUB_NONCE: _MUSIG2,
    key.IN_MUSIG2_PARTIAL_SIG: _MUSIG2,
    key.IN_SP_ECDH_SHARE: _SILENT_PAYMENT,
    key.IN_SP_DLEQ: _SILENT_PAYMENT,
    key.IN_SP_SPEND_BIP32_DERIVATION: _SILENT_PAYMENT,
    key.IN_SP_TWEAK: _SILENT_PAYMENT,
}
_OUTPUT: Mapping[int, str] = {
    key.OUT_SP_V0_INFO: _SILENT_PAYMENT,
    key.OUT_SP_V0_LABEL: _SILENT_PAYMENT,
}
"""MuSig2 participants of an output are not here: they only say who will be able to spend it."""


def foreign_protocols(header: GlobalMap, inputs: Sequence[PsbtInput], outputs: Sequence[PsbtOutput]) -> tuple[str, ...]:
    """Name each protocol once, in the order of the maps."""
    unknown = (
        (names, unknown_key)
        for names, maps in ((_GLOBAL, (header,)), (_INPUT, inputs), (_OUTPUT, outputs))
        for each in maps
        for unknown_key in each.unknown
    )
    found = (names.get(unknown_key[0]) for names, unknown_key in unknown)
    return tuple(dict.fromkeys(name for name in found if name is not None))
