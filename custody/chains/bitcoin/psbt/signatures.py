"""The fields that hold signatures: their encoding is checked here, whether they hold is a review's to find out."""

from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.psbt.origins import public_key, x_only_key
from custody.chains.bitcoin.psbt.values import exactly
from custody.errors import Unreadable


@dataclass(frozen=True, slots=True)
class TapScriptSig:
    """A BIP-340 signature (64 or 65 bytes) of an x-only key for one leaf."""

    xonly: bytes
    leaf_hash: bytes
    signature: bytes


def partial_sig(key_data: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Read PSBT_IN_PARTIAL_SIG: a public key, and a DER signature with its sighash byte."""
    if not is_der_signature(value[:-1]):
        raise Unreadable(_("a signature is not written in strict DER (BIP-66)"))
    return public_key(key_data), value


def is_der_signature(encoded: bytes) -> bool:
    """Say whether bytes are a signature in strict DER (BIP-66), its sighash byte already taken off."""
    if not (8 <= len(encoded) <= 72 and encoded[0] == 0x30 and encoded[1] == len(encoded) - 2):
        return False
    r_size = encoded[3]
    if 6 + r_size >= len(encoded):
        return False
    s_size = encoded[5 + r_size]
    if 6 + r_size + s_size != len(encoded):
        return False
    return _is_der_number(encoded[2 : 4 + r_size]) and _is_der_number(encoded[4 + r_size :])


def _is_der_number(encoded: bytes) -> bool:
    """An INTEGER of DER, positive, without a zero byte that it does not need."""
    if encoded[0] != 0x02 or len(encoded) < 3 or encoded[2] & 0x80:
        return False
    return not (len(encoded) > 3 and encoded[2] == 0 and not encoded[3] & 0x80)


def schnorr_sig(value: bytes) -> bytes:
    """Let a BIP-340 signature through: 64 bytes, or 65 with a sighash byte that is not DEFAULT (BIP-341)."""
    if len(value) not in (64, 65):
        raise Unreadable(_("a taproot signature has 64 or 65 bytes, this one has {count}").format(count=len(value)))
    if len(value) == 65 and value[64] == 0:
        raise Unreadable(_("a taproot signature writes out the sighash type DEFAULT, which makes it invalid"))
    return value


def tap_script_sig(key_data: bytes, value: bytes) -> TapScriptSig:
    """Read PSBT_IN_TAP_SCRIPT_SIG: its key is an x-only key and a leaf hash."""
    exactly(64)(key_data)
    return TapScriptSig(x_only_key(key_data[:32]), key_data[32:], schnorr_sig(value))
