"""A FIDO2 token that is connected to its answer for an identity, by the extension hmac-secret (docs/spec/vault.md).

By python-fido2, over a device that `custody.cli.tokens` found. Whatever comes from it is hostile: what is not
understood raises Unreadable, a token that is not touched Declined, a wrong PIN Mismatch. Nothing that it says is shown.
"""

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2.base import Ctap2
from fido2.ctap2.pin import ClientPin
from fido2.hid import ConnectionFailure
from fido2.webauthn import AuthenticatorData

from custody.catalogue import _, ngettext
from custody.errors import Declined, Mismatch, Refused, Unreadable
from custody.keys.vaults.token import AAGUID, ANSWER, MOST_OF_CREDENTIAL, Token, TokenAnswer, Tokens
from custody.secret import Secret

RELYING_PARTY = "custody.officer"
EXTENSION = "hmac-secret"
_ALGORITHM = -7
"""ES256, which every token has. The key is never used: what counts is the extension."""

FEWEST_OF_PIN, MOST_OF_PIN = 4, 63
"""Characters at the fewest, and bytes at the most (CTAP 2.1, 6.5.1)."""

WRONG_PIN = "pin"
UNTOUCHED = "untouched"
"""Codes of failures that a person may try again."""

_CBOR = 4
"""The capability in the answer to CTAPHID_INIT (CTAP 2.1, 11.2.9.1.3)."""
_ERR = CtapError.ERR
_STRANGE = (
    ConnectionFailure,
    struct.error,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises for bytes that no token sends."""


class Conversation:
    """What is asked of one token. `touch` is called before each request for which it must be touched."""

    def __init__(self, device: CtapDevice, touch: Callable[[], None]) -> None:
        """Read what the token can. Raises Refused for one without the extension, Unreadable."""
        self._touch = touch
        with understood():
            if not device.capabilities & _CBOR:
                raise _too_old()
            self._ctap = Ctap2(device)
            if EXTENSION not in self._ctap.info.extensions or not self._ctap.info.pin_uv_protocols:
                raise _too_old()
            self._client = ClientPin(self._ctap)
            self.has_pin = self._ctap.info.options.get("clientPin") is True

    def enrol(self, pin: Secret | None, others: Sequence[Token]) -> Token:
        """Let the token make a credential; it must be none of the `others`. Raises as `answer`, and Refused."""
        challenge = os.urandom(32)
        with understood():
            verified = self._verified(pin, challenge, ClientPin.PERMISSION.MAKE_CREDENTIAL)
            self._touch()
            made = self._ctap.make_credential(
                challenge,
                {"id": RELYING_PARTY, "name": RELYING_PARTY},
                {"id": os.urandom(32), "name": "officer"},
                [{"type": "public-key", "alg": _ALGORITHM}],
                [_named(other) for other in others] or None,
                {EXTENSION: True},
                **verified,
            )
            _check(made.auth_data, pin)
            credential = made.auth_data.credential_data
            if credential is None or _extension(made.auth_data) is not True:
                raise strange()
            aaguid, id_ = bytes(credential.aaguid), bytes(credential.credential_id)
        if not 1 <= len(id_) <= MOST_OF_CREDENTIAL or len(aaguid) != AAGUID:
            raise strange()
        return Token(aaguid, id_)

    def answer(self, tokens: Tokens, pin: Secret | None) -> TokenAnswer | None:
        """Return what the token answers to the salt; None where it is none of these tokens.

        Raises Declined where it is not touched, Mismatch for a wrong PIN, Refused where that is blocked, Unreadable.
        """
        challenge = os.urandom(32)
        with understood():
            verified = self._verified(pin, challenge, ClientPin.PERMISSION.GET_ASSERTION)
            asked, shared = self._salted(tokens.salt)
            self._touch()
            try:
                said = self._ctap.get_assertion(
                    RELYING_PARTY,
                    challenge,
                    [_named(token) for token in tokens.each],
                    {EXTENSION: asked},
                    **verified,
                )
            except CtapError as failure:
                if failure.code == _ERR.NO_CREDENTIALS:
                    return None
                raise
            _check(said.auth_data, pin)
            place = [token.credential for token in tokens.each].index(said.credential["id"])
            secret = self._client.protocol.decrypt(shared, _extension(said.auth_data))
        if len(secret) != ANSWER:
            raise strange()
        return TokenAnswer(place, Secret(secret))

    def _salted(self, salt: bytes) -> tuple[dict[int, Any], bytes]:
        """Return the extension's input, and the key under which the answer comes (CTAP 2.1, 12.5)."""
        protocol, command, result = self._client.protocol, ClientPin.CMD, ClientPin.RESULT
        agreement = self._ctap.client_pin(protocol.VERSION, command.GET_KEY_AGREEMENT)[result.KEY_AGREEMENT]
        ours, shared = protocol.encapsulate(agreement)
        sealed = protocol.encrypt(shared, salt)
        asked: dict[int, Any] = {1: ours, 2: sealed, 3: protocol.authenticate(shared, sealed)}
        if protocol.VERSION > 1:
            asked[4] = protocol.VERSION
        return asked, shared

    def _verified(self, pin: Secret | None, challenge: bytes, permission: ClientPin.PERMISSION) -> dict[str, Any]:
        """Return what proves to the token that its PIN was typed; each proof is good for one request."""
        if pin is None:
            return {}
        try:
            proof = self._client.get_pin_token(pin.reveal().decode(), permission, RELYING_PARTY)
        except CtapError as failure:
            if failure.code != _ERR.PIN_INVALID:
                raise
            left, _cycle = self._client.get_pin_retries()
            raise _wrong_pin(left) from None
        protocol = self._client.protocol
        return {"pin_uv_param": protocol.authenticate(proof, challenge), "pin_uv_protocol": protocol.VERSION}


def pin_of(typed: Secret) -> Secret:
    """Bring a PIN into the form that a token takes. Raises Mismatch for what is none: no attempt is spent on it."""
    text = normalize("NFC", typed.reveal().decode(errors="replace"))
    if len(text) < FEWEST_OF_PIN or len(text.encode()) > MOST_OF_PIN:
        raise Mismatch(
            _("a token's PIN has at least {fewest} characters, and at most {most} bytes").format(
                fewest=FEWEST_OF_PIN, most=MOST_OF_PIN
            ),
            hint=_("The token was not asked: no attempt was spent."),
            code=WRONG_PIN,
        )
    return Secret(text.encode())


def _check(data: AuthenticatorData, pin: Secret | None) -> None:
    """Demand what every answer says: for whom it is, that somebody touched the token, and whether the PIN was typed."""
    flags = AuthenticatorData.FLAG
    if data.rp_id_hash != sha256(RELYING_PARTY.encode()).digest() or not data.flags & flags.UP:
        raise strange()
    if bool(data.flags & flags.UV) is not (pin is not None):
        raise strange()


def _extension(data: AuthenticatorData) -> Any:
    """Return what the extension says. Raises LookupError and TypeError."""
    if data.extensions is None:
        raise strange()
    return data.extensions[EXTENSION]


def _named(token: Token) -> dict[str, Any]:
    return {"type": "public-key", "id": token.credential}


@contextmanager
def understood() -> Iterator[None]:
    """Turn what a token or the library says of it into our answers; nothing else escapes."""
    try:
        yield
    except CtapError as failure:
        raise _answer_to(failure.code) from None
    except OSError:
        raise Unreadable(
            _("the token was taken away, or does not speak any more"),
            hint=_("Nothing was changed. Plug it in again, and try again."),
            code="token-gone",
        ) from None
    except _STRANGE:
        raise strange() from None


def _answer_to(code: int) -> Exception:
    """Return our answer to a token's error (CTAP 2.1, 8.2)."""
    if code in (_ERR.OPERATION_DENIED, _ERR.KEEPALIVE_CANCEL, _ERR.USER_ACTION_TIMEOUT, _ERR.ACTION_TIMEOUT):
        return Declined(
            _("the token was not touched"), hint=_("Touch it while it blinks. Nothing was changed."), code=UNTOUCHED
        )
    if code == _ERR.PIN_AUTH_BLOCKED:
        return Refused(
            _("the token takes no PIN any more until it is plugged in again"),
            hint=_("Too many PINs in a row were wrong. Take it out, plug it in, and try again with care."),
            code="token-pin-blocked",
        )
    if code == _ERR.PIN_BLOCKED:
        return Refused(
            _("the token's PIN is blocked for ever"),
            hint=_("It is lost as a factor: use the spare, or let a quorum give the seat new keys (--forgotten)."),
            code="token-pin-blocked",
        )
    if code in (_ERR.PIN_NOT_SET, _ERR.PUAT_REQUIRED):
        return Refused(_("this token wants a PIN, and has none set"), hint=_("Set one with its maker's program."))
    if code == _ERR.CREDENTIAL_EXCLUDED:
        return Refused(
            _("this token was enrolled a moment ago"), hint=_("A spare is another token."), code="token-twice"
        )
    return strange()


def _wrong_pin(left: object) -> Mismatch:
    count = left if isinstance(left, int) and 0 <= left <= 255 else 0
    return Mismatch(
        ngettext(
            "the token's PIN is wrong: {count} attempt is left",
            "the token's PIN is wrong: {count} attempts are left",
            count,
        ).format(count=count),
        hint=_("After the last one the token is of no use any more."),
        code=WRONG_PIN,
    )


def _too_old() -> Refused:
    return Refused(
        _("this token does not have what it takes: FIDO2 with the extension hmac-secret"),
        hint=_("Most FIDO2 tokens made since 2019 have it; tokens for U2F alone have not."),
        code="token-unfit",
    )


def strange() -> Unreadable:
    """Return the answer to whatever no token sends."""
    return Unreadable(
        _("what is connected answers as no FIDO2 token does"),
        hint=_("Take it out. If it is your token, try again; if it does this again, do not use it any more."),
        code="token-strange",
    )
