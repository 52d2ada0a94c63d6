"""Signatures that a file already carries: who has signed, and whether every one of them holds for this transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.findings import at_input, finding
from custody.chains.bitcoin.psbt import PsbtInput
from custody.chains.bitcoin.sighash import SIGHASH_ALL, SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.spend import Spend
from custody.curve import verify_bip340, verify_ecdsa
from custody.errors import Alarm
from custody.signing import Finding

_SIGHASH_NAMES = {0: "DEFAULT", 1: "ALL", 2: "NONE", 3: "SINGLE"}
_ANYONECANPAY = 0x80


@dataclass(frozen=True, slots=True)
class Present:
    """One signature in the file: the key (33 bytes, or 32 for taproot), the bare signature, its sighash type."""

    public_key: bytes
    encoded: bytes
    sighash_type: int


def present(psbt_input: PsbtInput) -> tuple[Present, ...]:
    """List an input's signatures. The parser has checked their lengths."""
    signatures = [Present(key, value[:-1], value[-1]) for key, value in psbt_input.partial_sigs]
    key_sig = psbt_input.tap_key_sig
    if key_sig is not None:
        sighash_type = key_sig[64] if len(key_sig) == 65 else SIGHASH_DEFAULT
        signatures.append(Present(psbt_input.tap_internal_key or b"", key_sig[:64], sighash_type))
    return tuple(signatures)


def check_present(spends: Sequence[Spend], inputs: Sequence[PsbtInput], sighash: Sighash) -> tuple[Finding, ...]:
    """Verify every signature present on the wallet's coins, each over a digest computed here.

    Raises Alarm where two signatures share a nonce: whoever sees both can compute the key.
    """
    findings: list[Finding] = []
    valid: list[int] = []
    nonces: dict[bytes, int] = {}
    for spend in spends:
        signatures = present(inputs[spend.index])
        objections = tuple(_check(spend, signatures, sighash))
        findings += objections
        valid.append(len(signatures) - len(objections))
        for signature in signatures:
            nonce = _nonce(spend, signature)
            if nonce in nonces:
                raise Alarm(
                    _(
                        "inputs {first} and {second} carry signatures with the same nonce, which gives the key away"
                    ).format(first=nonces[nonce], second=spend.index),
                    hint=_("Stop. Keep the file. Move the money of that key with another signer."),
                    code="equal-nonces",
                )
            nonces[nonce] = spend.index
    if any(present(psbt_input) for psbt_input in inputs) and spends:
        findings.append(finding("BTC-SIGNED-BY", have=min(valid), need=spends[0].threshold))
    return tuple(findings)


def sighash_name(sighash_type: int) -> str:
    """Name a sighash type, "SINGLE|ANYONECANPAY"; an unknown one by its number."""
    base = _SIGHASH_NAMES.get(sighash_type & ~_ANYONECANPAY)
    if base is None:
        return f"0x{sighash_type:x}"
    return base + ("|ANYONECANPAY" if sighash_type & _ANYONECANPAY else "")


def _check(spend: Spend, signatures: Sequence[Present], sighash: Sighash) -> Iterator[Finding]:
    """Yield one objection for each signature that does not hold."""
    where = at_input(spend.index)
    own_keys = {key.public_key for key in spend.derived.keys}
    for signature in signatures:
        covers_all = (SIGHASH_DEFAULT, SIGHASH_ALL) if spend.taproot else (SIGHASH_ALL,)
        if signature.sighash_type not in covers_all:
            yield finding("BTC-SIGHASH", where, kind=sighash_name(signature.sighash_type))
            continue
        try:
            if spend.taproot:
                digest = sighash.taproot(spend.index, signature.sighash_type)
                verify_bip340(spend.derived.script[2:], digest, signature.encoded)
            elif signature.public_key not in own_keys:
                yield finding("BTC-SIG-STRANGER", where)
            else:
                verify_ecdsa(signature.public_key, spend.digest(sighash), signature.encoded)
        except ValueError:
            yield finding("BTC-SIG-INVALID", where)


def _nonce(spend: Spend, signature: Present) -> bytes:
    """The r of a signature, 32 bytes: BIP-340 and ECDSA share the x coordinate of the nonce point."""
    if spend.taproot:
        return signature.encoded[:32]
    length = signature.encoded[3]
    return signature.encoded[4 : 4 + length].lstrip(b"\x00").rjust(32, b"\x00")
