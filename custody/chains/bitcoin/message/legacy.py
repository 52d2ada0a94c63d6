"""Verifies a signature of "Sign Message" before BIP-322: 65 bytes that give the key back (BIP-137).

They do not commit to the key that signed, and were defined for P2PKH alone. Wallets made them for P2WPKH too, some
with headers of their own, some with the header of a compressed P2PKH key; both are read.
"""

from types import MappingProxyType

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import hash160, sha256d
from custody.chains.bitcoin.consensus.script import ScriptKind, classify, p2pkh, p2sh, p2wpkh
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.interpreter.checker import does_not_hold
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.encoding import Compact
from custody.curve import recover_ecdsa

MAGIC = b"Bitcoin Signed Message:\n"

_UNCOMPRESSED, _COMPRESSED, _P2SH_P2WPKH, _P2WPKH = 27, 31, 35, 39
"""The first of four headers each; what is added says which of the possible keys it is."""

HEADERS = MappingProxyType({ScriptKind.P2PKH: _COMPRESSED, ScriptKind.P2SH: _P2SH_P2WPKH, ScriptKind.P2WPKH: _P2WPKH})
"""The first header of a signature that we make, for each kind of address of one key (BIP-137)."""


def legacy_digest(message: bytes) -> bytes:
    """Return what a legacy signature signs: the magic and the message, each behind its length, hashed twice."""
    return sha256d(compact_size(len(MAGIC)) + MAGIC + compact_size(len(message)) + message)


def verify(challenge: bytes, message: bytes, signature: Compact) -> None:
    """Raise Invalid unless the key that a signature gives back is the address's."""
    kind = classify(challenge).kind
    if kind not in (ScriptKind.P2PKH, ScriptKind.P2WPKH, ScriptKind.P2SH):
        raise Invalid(
            _("a legacy signature cannot be for an address of this kind"),
            hint=_("Ask for a signature of BIP-322; its text begins with smp, ful or pof."),
        )
    family, recovery = divmod(signature.header - _UNCOMPRESSED, 4)
    try:
        key = recover_ecdsa(legacy_digest(message), signature.rs, recovery, compressed=family > 0)
    except ValueError:
        raise does_not_hold() from None
    scripts = {
        _UNCOMPRESSED: (p2pkh(hash160(key)),),
        _COMPRESSED: (p2pkh(hash160(key)), p2wpkh(hash160(key)), p2sh(hash160(p2wpkh(hash160(key))))),
        _P2SH_P2WPKH: (p2sh(hash160(p2wpkh(hash160(key)))),),
        _P2WPKH: (p2wpkh(hash160(key)),),
    }[_UNCOMPRESSED + 4 * family]
    if challenge not in scripts:
        raise does_not_hold()
