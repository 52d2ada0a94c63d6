"""Verifies the signatures that a file carries: who has signed, and whether each holds for this transaction.

Two signatures with one nonce raise Alarm, once both were verified: anybody can write the same bytes twice, and only the
holder of a key can make them hold. Any other objection is a finding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.sighash import SIGHASH_ALL, SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.findings import at_input, finding
from custody.chains.bitcoin.psbt import PsbtInput
from custody.chains.bitcoin.review.spend import Slot, Spend
from custody.curve import verify_bip340, verify_ecdsa
from custody.errors import Alarm
from custody.signing import Finding

_SIGHASH_NAMES = {0: "DEFAULT", 1: "ALL", 2: "NONE", 3: "SINGLE"}
_ANYONECANPAY = 0x80


@dataclass(frozen=True, slots=True)
class Present:
    """One signature in the file: the key (33 bytes, or 32 for taproot), the bare signature, its sighash type.

    `leaf_hash` is there where it signs in a leaf. The key of a key path is the internal key, as far as one is given.
    """

    public_key: bytes
    encoded: bytes
    sighash_type: int
    is_taproot: bool = False
    leaf_hash: bytes | None = None

    @property
    def nonce(self) -> bytes:
        """Its r, 32 bytes: BIP-340 and ECDSA share the x coordinate of the nonce point."""
        if self.is_taproot:
            return self.encoded[:32]
        length = self.encoded[3]
        return self.encoded[4 : 4 + length].lstrip(b"\x00").rjust(32, b"\x00")

    def fills(self, slot: Slot) -> bool:
        """Say whether it stands in a place for a signature."""
        if self.leaf_hash != slot.leaf_hash:
            return False
        if not self.is_taproot:
            return self.public_key == slot.key.public_key
        return self.leaf_hash is None or self.public_key == slot.key.public_key[1:]


def present(psbt_input: PsbtInput) -> tuple[Present, ...]:
    """List an input's signatures. The parser has checked their lengths."""
    signatures = [Present(key, value[:-1], value[-1]) for key, value in psbt_input.partial_sigs]
    if psbt_input.tap_key_sig is not None:
        signatures.append(_schnorr(psbt_input.tap_internal_key or b"", psbt_input.tap_key_sig, None))
    signatures += [_schnorr(each.xonly, each.signature, each.leaf_hash) for each in psbt_input.tap_script_sigs]
    return tuple(signatures)


def _schnorr(key: bytes, value: bytes, leaf_hash: bytes | None) -> Present:
    sighash_type = value[64] if len(value) == 65 else SIGHASH_DEFAULT
    return Present(key, value[:64], sighash_type, is_taproot=True, leaf_hash=leaf_hash)


class Nonces:
    """The nonces of signatures that were verified, of one transaction or of several."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[int, bytes]] = {}

    def add(self, index: int, signature: Present) -> None:
        """Remember a verified signature of an input, which may come again. Raises Alarm for another with its nonce.

        Two that hold with one nonce are of two digests or of two keys; either way the nonce, and with it a key, can be
        worked out.
        """
        first, encoded = self._seen.setdefault(signature.nonce, (index, signature.encoded))
        if encoded != signature.encoded:
            raise Alarm(
                _("inputs {first} and {second} carry signatures with the same nonce, which gives the key away").format(
                    first=first, second=index
                ),
                hint=_("Stop. Keep the file. Move the money of that key with another signer."),
                code="equal-nonces",
            )


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file's signatures come to: the objections, and those signatures that hold."""

    findings: tuple[Finding, ...] = ()
    verified: tuple[Present, ...] = ()


def check_present(spends: Sequence[Spend], inputs: Sequence[PsbtInput], sighash: Sighash) -> Checked:
    """Verify every signature present on the wallet's coins, each over a digest computed here.

    Raises Alarm as `Nonces.add`, and where a signature that holds for one input stands on another too.
    """
    findings: list[Finding] = []
    valid: list[list[Slot]] = []
    verified: list[tuple[int, Present]] = []
    others: list[tuple[int, Present]] = []
    for spend in spends:
        slots: list[Slot] = []
        for signature in present(inputs[spend.index]):
            answer = check(spend, signature, sighash)
            if isinstance(answer, Slot):
                slots.append(answer)
                verified.append((spend.index, signature))
            else:
                findings.append(answer)
                others.append((spend.index, signature))
        valid.append(slots)
    nonces = Nonces()
    for index, signature in verified:
        nonces.add(index, signature)
    _refuse_copies(verified, others)
    if any(present(psbt_input) for psbt_input in inputs) and spends:
        findings.append(_signed_by(spends[0], valid))
    return Checked(tuple(findings), tuple(signature for _index, signature in verified))


def _refuse_copies(verified: Sequence[tuple[int, Present]], others: Sequence[tuple[int, Present]]) -> None:
    """Raise Alarm where a signature that holds for one input stands on another: it was moved, and gives no key away."""
    belongs = {signature.encoded: index for index, signature in verified}
    for index, signature in others:
        first = belongs.get(signature.encoded, index)
        if first != index:
            raise Alarm(
                _("inputs {first} and {second} carry the same signature, which can hold for one of them only").format(
                    first=first, second=index
                ),
                hint=_("Stop. Keep the file. Somebody has copied a signature to where it does not belong."),
                code="signature-mismatch",
            )


def _signed_by(spend: Spend, valid: Sequence[Sequence[Slot]]) -> Finding:
    """Say how far the signing is: so many of so many, or, where no one number tells that, who has signed all inputs."""
    if spend.threshold is not None:
        return finding("BTC-SIGNED-BY", have=min(map(len, valid)), need=spend.threshold)
    everywhere = set.intersection(*({slot.key.fingerprint.hex() for slot in slots} for slots in valid))
    return finding("BTC-SIGNED-POLICY", who=", ".join(sorted(everywhere)) or _("nobody"))


def sighash_name(sighash_type: int) -> str:
    """Name a sighash type, "SINGLE|ANYONECANPAY"; an unknown one by its number."""
    base = _SIGHASH_NAMES.get(sighash_type & ~_ANYONECANPAY)
    if base is None:
        return f"0x{sighash_type:x}"
    return base + ("|ANYONECANPAY" if sighash_type & _ANYONECANPAY else "")


def allowed_types(*, taproot: bool) -> tuple[int, ...]:
    """Return the sighash types that cover the whole transaction."""
    return (SIGHASH_DEFAULT, SIGHASH_ALL) if taproot else (SIGHASH_ALL,)


def check(spend: Spend, signature: Present, sighash: Sighash) -> Slot | Finding:
    """Return the place that a signature rightly fills, or the objection to it."""
    where = at_input(spend.index)
    if signature.sighash_type not in allowed_types(taproot=spend.taproot):
        return finding("BTC-SIGHASH", where, kind=sighash_name(signature.sighash_type))
    if signature.is_taproot is not spend.taproot:
        return finding("BTC-SIG-INVALID", where)
    slot = next((slot for slot in spend.slots_in(signature.leaf_hash) if signature.fills(slot)), None)
    if slot is None:
        return finding("BTC-SIG-STRANGER", where)
    try:
        if spend.taproot:
            digest = sighash.taproot(spend.index, signature.sighash_type, signature.leaf_hash)
            verify_bip340(spend.verifying_key(slot), digest, signature.encoded)
        else:
            verify_ecdsa(spend.verifying_key(slot), spend.digest(sighash), signature.encoded)
    except ValueError:
        return finding("BTC-SIG-INVALID", where)
    return slot
