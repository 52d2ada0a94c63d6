"""`OfficerKeys`: 32 random bytes to an Ed25519 key that signs approvals and an X25519 key that opens pieces of vaults.

The two keys come out of the seed by names of their own, so that neither tells anything of the other. Name, seat and
passphrase are elsewhere.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.entropy import MachinePart
from custody.keys.vaults import primitives
from custody.secret import Secret

SIGN = b"custody/officer/sign/v1"
OPEN = b"custody/officer/open/v1"


@dataclass(frozen=True, slots=True)
class OfficerPublic:
    """What all may know of an officer: `officer`, his Ed25519 key, and `recipient`, his X25519 key; 32 bytes each."""

    officer: bytes
    recipient: bytes

    def __post_init__(self) -> None:
        if len(self.officer) != primitives.KEY or len(self.recipient) != primitives.KEY:
            raise Unreadable(_("an officer's keys have 32 bytes each"))


@dataclass(frozen=True, slots=True)
class OfficerKeys:
    """An officer who is present. A context manager: his keys are overwritten when the work is done."""

    public: OfficerPublic
    seed: Secret = field(repr=False)
    _sign: Secret = field(repr=False)
    _open: Secret = field(repr=False)

    @classmethod
    def from_seed(cls, seed: Secret) -> Self:
        """Derive both keys from 32 bytes: HKDF-SHA256 under the names of `SIGN` and `OPEN`. Raises ValueError."""
        if len(seed) != primitives.KEY:
            raise ValueError("an officer's seed has 32 bytes")
        signing, opening = primitives.hkdf(seed, SIGN), primitives.hkdf(seed, OPEN)
        public = OfficerPublic(primitives.signing_key(signing), primitives.opening_key(opening))
        return cls(public, Secret(seed.reveal()), signing, opening)

    @classmethod
    def new(cls, source: Callable[[int], bytes] = os.urandom) -> Self:
        """Draw a new identity. Raises Unfit where the source of randomness is not healthy."""
        with MachinePart.draw(source).secret as seed:
            return cls.from_seed(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes. The caller separates domains; nothing is put before the message."""
        return primitives.sign(self._sign, message)

    def open(self, sealed: bytes, info: bytes) -> Secret:
        """Return what was sealed to this officer by HPKE under `info`. Raises Mismatch."""
        return primitives.open_sealed(self._open, sealed, info)

    def wipe(self) -> None:
        """Overwrite the seed and both keys."""
        for secret in (self.seed, self._sign, self._open):
            secret.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.wipe()
