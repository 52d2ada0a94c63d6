"""An address of one of the five networks to its scriptPubKey, and back; one of another network raises Mismatch.

What is no address raises Unreadable, and is not quoted.
"""

from custody.catalogue import _
from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.addresses.bech32 import TEXT_LIMIT, decode_segwit, encode_segwit
from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.consensus.script import ScriptKind, classify, p2pkh, p2sh, witness_script_pubkey
from custody.errors import Mismatch, Unreadable
from custody.text import safe

_HRPS = frozenset(network.hrp for network in NETWORKS.values())
_WIF_VERSIONS = (0x80, 0xEF)
_VERSION_WITHOUT_RULES = 2
"""BIP-360 asks for it and is not active. Programs have begun to write its addresses; a payee may send one too early."""


def address(script: bytes, network: Network) -> str | None:
    """Write the address of a scriptPubKey; None where a script has none."""
    template = classify(script)
    if template.kind is ScriptKind.P2PKH:
        return base58.encode_check(bytes([network.p2pkh]) + template.hash)
    if template.kind is ScriptKind.P2SH:
        return base58.encode_check(bytes([network.p2sh]) + template.hash)
    if template.witness_version is not None:
        return encode_segwit(network.hrp, template.witness_version, template.program)
    return None


def script_of(address: str, network: Network) -> bytes:
    """Return the scriptPubKey that an address stands for.

    Raises Unreadable for what is not an address, without quoting it, and for one of witness version 2, which has no
    rules yet (BIP-360); Mismatch for one of another network. The test networks share their base58 addresses, and all
    but regtest share bech32 ones: those are taken for any of them.
    """
    if not 1 <= len(address) <= TEXT_LIMIT:
        raise Unreadable(
            _("an address has 1 to {limit} characters, this one has {count}").format(
                count=len(address), limit=TEXT_LIMIT
            ),
            hint=_copy_again(),
        )
    try:
        script, names = _segwit(address) if _looks_like_segwit(address) else _base58(address)
    except Unreadable as error:
        if error.hint:
            raise
        raise Unreadable(
            _("this is not a Bitcoin address: {reason}").format(reason=error.message),
            hint=_copy_again(),
            code=error.code,
        ) from None
    if network.name not in names:
        raise Mismatch(
            _("the address {address} belongs to {others}, not to {network}").format(
                address=safe(address), others=" / ".join(names), network=network.name
            ),
            hint=_("Address and wallet must be of one network. Check which of the two is the wrong one."),
            code="network-mismatch",
        )
    return script


def _looks_like_segwit(address: str) -> bool:
    return address.lower().rpartition("1")[0] in _HRPS


def _segwit(address: str) -> tuple[bytes, tuple[str, ...]]:
    hrp, version, program = decode_segwit(address)
    if version == _VERSION_WITHOUT_RULES:
        raise Unreadable(
            _(
                "this is an address of witness version 2 ({prefix}, BIP-360), for which nodes have no rules yet: "
                "anybody could take what is paid there"
            ).format(prefix=f"{hrp}1z"),
            hint=_("Ask for an address of another kind: {known}.").format(known=f"{hrp}1q, {hrp}1p"),
        )
    return witness_script_pubkey(version, program), tuple(n.name for n in NETWORKS.values() if n.hrp == hrp)


def _base58(address: str) -> tuple[bytes, tuple[str, ...]]:
    payload = base58.decode_check(address)
    version, key_hash = payload[:1], payload[1:]
    if version and version[0] in _WIF_VERSIONS and len(key_hash) in (32, 33):
        raise Unreadable(
            _("this is a private key, not an address"),
            hint=_("Whoever has seen it can spend its money. Move that money to a key that nobody has seen."),
        )
    if len(key_hash) == 20:
        for build, prefix in ((p2pkh, "p2pkh"), (p2sh, "p2sh")):
            names = tuple(n.name for n in NETWORKS.values() if version[0] == getattr(n, prefix))
            if names:
                return build(key_hash), names
    raise Unreadable(_("its prefix or its length belongs to something else"))


def _copy_again() -> str:
    return _("Copy it again from where it came, whole: letters and digits alone, without bitcoin: before it.")
