"""`KeyPayload`: a secret and its kind to and from the bytes that a vault of purpose `key` seals.

A BIP-39 passphrase is never among them: it stays with people. A vault says nothing of who sealed it, so what comes out
is compared with what the treasury agreed on: the fingerprints, or `continuity`.
"""

import struct
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.kinds import Kind
from custody.keys.vaults import primitives
from custody.secret import Secret

CONTINUITY = b"custody/vault/continuity/v1"

SIZES = MappingProxyType({Kind.SLIP39: range(16, 65, 2), Kind.BIP39: range(16, 33, 4)})
"""Bytes of a secret: a BIP-32 seed as SLIP-39 carries one, or the entropy of a phrase."""

_HEAD = struct.Struct(">BH")
_NUMBERS = {Kind.SLIP39: 1, Kind.BIP39: 2}
_KINDS = {number: kind for kind, number in _NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class KeyPayload:
    """A secret and how it becomes a key. Raises Unreadable for a length that its kind does not have."""

    kind: Kind
    secret: Secret = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) not in SIZES[self.kind]:
            raise Unreadable(
                _("a secret of kind {kind} does not have {count} bytes").format(
                    kind=self.kind.value, count=len(self.secret)
                )
            )

    @classmethod
    def parse(cls, payload: Secret) -> Self:
        """Read kind, length and secret, and nothing after them. Raises Unreadable."""
        content = payload.reveal()
        if len(content) < _HEAD.size:
            raise _malformed()
        number, length = _HEAD.unpack_from(content)
        if number not in _KINDS or length != len(content) - _HEAD.size:
            raise _malformed()
        return cls(_KINDS[number], Secret(content[_HEAD.size :]))

    def encode(self) -> Secret:
        """Return the bytes that a vault seals."""
        return Secret(_HEAD.pack(_NUMBERS[self.kind], len(self.secret)) + self.secret.reveal())

    def continuity(self) -> bytes:
        """Return the Ed25519 key (32 bytes) that HKDF makes of the secret: the same in every generation of a vault."""
        with primitives.hkdf(self.secret, CONTINUITY) as private:
            return primitives.signing_key(private)

    def sign_continuity(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of the key that `continuity` names. The caller separates domains."""
        with primitives.hkdf(self.secret, CONTINUITY) as private:
            return primitives.sign(private, message)

    def wipe(self) -> None:
        """Overwrite the secret."""
        self.secret.wipe()


def _malformed() -> Unreadable:
    return Unreadable(
        _("the vault opened, but what it holds is no key that this release knows"),
        hint=_("A newer release may have sealed it; nothing was changed."),
    )
