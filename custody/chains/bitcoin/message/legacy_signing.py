"""A reviewed message to a legacy signature's text (BIP-137), for services that still demand that form.

It is the weaker form: it commits to no address, and who verifies it believes whichever key comes out. So the review
says so, and only a wallet of one key makes one. The text has to convince two engines and our own verifier first.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from custody import referee
from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.findings import finding
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.legacy import HEADERS, legacy_digest
from custody.chains.bitcoin.message.review import ReviewedMessage
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.review.review import ReviewedPsbt
from custody.errors import Alarm, Refused
from custody.signing import Approval, Signature, SignatureScheme, SigningTask, Verdict

LEGACY = "legacy"
"""The form, as somebody asks for it."""

_RS = 64


@dataclass(frozen=True, slots=True)
class LegacyMessage(ReviewedPsbt):
    """A reviewed message that is signed in the legacy form. `message` and `challenge` are the reviewed request's."""

    message: bytes
    challenge: bytes

    @property
    def marks(self) -> tuple[str, ...]:
        """None: no coin is spent, nothing is paid, and what leaves is no PSBT that a later one is compared with."""
        return ()

    def tasks(self, approval: Approval, fingerprint: bytes) -> tuple[SigningTask, ...]:
        """List the one signature. Raises Refused where the review refuses, Alarm for another review's approval."""
        if self.review.verdict is Verdict.REFUSE:
            raise Refused(_("the review refuses this message; its findings say why"))
        if approval.commitment != self.review.commitment:
            raise Alarm(_("the approval belongs to another review"), code="approval-mismatch")
        [key] = self.spends[0].derived.keys
        if key.fingerprint != fingerprint:
            raise Refused(_("this key does not sign for the address"), code="nothing-to-sign")
        return (
            SigningTask(
                scheme=SignatureScheme.ECDSA_RECOVERABLE,
                input_index=0,
                fingerprint=key.fingerprint,
                path=key.path,
                public_key=key.public_key,
                payload=legacy_digest(self.message),
                tweak=None,
                commitment=approval.commitment,
            ),
        )

    def attach(self, signatures: Sequence[Signature]) -> bytes:
        """Return the signature's text, one line. Raises Alarm for one that does not hold."""
        [signature] = signatures
        rs, recovery = signature.encoded[:_RS], signature.encoded[_RS]
        text = base64.b64encode(bytes([_first_header(self.spends[0].derived) + recovery]) + rs).decode()
        [key] = self.spends[0].derived.keys
        try:
            referee.verify_ecdsa(key.public_key, legacy_digest(self.message), _der(rs))
            verify(self.challenge, self.message, text)
        except (ValueError, Invalid):
            raise Alarm(
                _("the signature for the message does not hold and was not released"), code="signature-invalid"
            ) from None
        return text.encode()


def as_legacy(reviewed: ReviewedMessage) -> ReviewedMessage:
    """Return the message to be signed in the legacy form, its review with the warning that belongs to it.

    Raises Refused where the form cannot be: for coins and time locks, and for every address but those of one key.
    """
    signable = reviewed.signable
    if len(reviewed.draft.psbt.inputs) > 1 or reviewed.review.time or reviewed.review.age:
        raise Refused(_("the legacy form shows no coins and knows no time lock"), hint=_("Leave --format away."))
    if len(signable.spends) != 1 or _form(signable.spends[0].derived) is None:
        raise Refused(
            _("the legacy form is for addresses of one key alone: P2PKH, P2WPKH, and P2WPKH in P2SH"),
            hint=_("Leave --format away: BIP-322 is for every address."),
        )
    review = replace(reviewed.review, findings=(*reviewed.review.findings, finding("BTC-MESSAGE-LEGACY")))
    base = {each.name: getattr(signable, each.name) for each in fields(ReviewedPsbt)} | {"review": review}
    legacy = LegacyMessage(**base, message=reviewed.draft.message, challenge=reviewed.draft.challenge)
    return replace(reviewed, signable=legacy, review=review)


def _form(derived: Derived) -> ScriptKind | None:
    """The kind of an address that only one key can have; P2SH stands for P2WPKH in it. None for any other."""
    kind = classify(derived.script).kind
    if kind is ScriptKind.P2SH and classify(derived.redeem_script or b"").kind is not ScriptKind.P2WPKH:
        return None
    return kind if kind in HEADERS else None


def _first_header(derived: Derived) -> int:
    return HEADERS[classify(derived.script).kind]


def _der(rs: bytes) -> bytes:
    """Write r || s as DER does (SEC 1, C.5), for the engine that reads it."""
    numbers = b"".join(_integer(rs[start : start + 32].lstrip(b"\x00") or b"\x00") for start in (0, 32))
    return b"\x30" + bytes([len(numbers)]) + numbers


def _integer(number: bytes) -> bytes:
    positive = b"\x00" + number if number[0] & 0x80 else number
    return b"\x02" + bytes([len(positive)]) + positive
