"""`SealedIdentity`: an officer's seed to 138 bytes under a passphrase and an optional key file, and back to the keys.

The same 138 bytes stand in his own file and in his slot of every vault (docs/spec/vault.md). Bounds are looked at
before work; then wrong passphrase, wrong key file and damage take one path to one sentence.
"""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.entropy import MachinePart
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys, OfficerPublic
from custody.keys.vaults.parameters import STANDARD, Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.secret import Secret

MAGIC = b"CUSTOFF1"
CONTEXT = b"custody/officer/v1"
KEY_FILE_CONTEXT = b"custody/keyfile/v1\x00"

SALT = 16
SEALED = 138
"""Bytes of a sealed identity."""
OFFICER_FILE = len(MAGIC) + 1 + SEALED

FEWEST_OF_KEY_FILE = 32
MOST_OF_KEY_FILE = 1 << 20

_OPEN_PART = struct.Struct(">32s32sBIIB16s")
_KEY_FILE_BIT = 1


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A second factor: SHA-256 of "custody/keyfile/v1", a zero byte and the content of a file on another medium."""

    secret: Secret = field(repr=False)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Take a file's content, 32 bytes to 1 MiB. Raises Unreadable."""
        if not FEWEST_OF_KEY_FILE <= len(content) <= MOST_OF_KEY_FILE:
            raise Unreadable(
                _("a key file has {fewest} to {most} bytes").format(fewest=FEWEST_OF_KEY_FILE, most=MOST_OF_KEY_FILE),
                hint=_("Check that it is the right file and that it was copied whole."),
            )
        return cls(Secret(sha256(KEY_FILE_CONTEXT + content).digest()))

    @staticmethod
    def draw(source: Callable[[int], bytes] = os.urandom) -> Secret:
        """Return the content of a new key file, 32 random bytes. Raises Unfit for a sick source."""
        return MachinePart.draw(source).secret


@dataclass(frozen=True, slots=True)
class SealedIdentity:
    """Public keys, how the seed is guarded, and the seed under it. `network` is authenticated with the rest."""

    network: Network
    public: OfficerPublic
    needs_key_file: bool
    parameters: Parameters
    salt: bytes
    ciphertext: bytes = field(repr=False)

    @classmethod
    def seal(
        cls,
        keys: OfficerKeys,
        passphrase: Passphrase,
        key_file: KeyFile | None,
        network: Network,
        *,
        parameters: Parameters | None = None,
        source: Callable[[int], bytes] = os.urandom,
    ) -> Self:
        """Seal an identity. One derivation. Raises Unreadable for parameters out of bounds, Unfit for sick randomness.

        Sealing again, for a new passphrase, leaves the keys as they are: whoever has an older copy and the older
        passphrase has them too.
        """
        chosen = STANDARD[network] if parameters is None else parameters
        chosen.check(network)
        with MachinePart.draw(source).secret as drawn:
            salt = drawn.reveal()[:SALT]
        bare = cls(network, keys.public, key_file is not None, chosen, salt, b"")
        with bare._key(passphrase, key_file) as key:
            ciphertext = primitives.seal(key, keys.seed, bare._authenticated())
        return cls(network, keys.public, key_file is not None, chosen, salt, ciphertext)

    @classmethod
    def parse(cls, content: bytes, network: Network) -> Self:
        """Read 138 bytes of a file for `network`. Nothing is authenticated yet. Raises Unreadable."""
        if len(content) != SEALED:
            raise Unreadable(_("a sealed identity has {count} bytes").format(count=SEALED))
        officer, recipient, factors, memory, passes, lanes, salt = _OPEN_PART.unpack_from(content)
        if factors & ~_KEY_FILE_BIT:
            raise Unreadable(
                _("the identity is sealed with a factor that this release does not know"),
                hint=_("Use the release that made it, or a newer one."),
            )
        parameters = Parameters(memory, passes, lanes)
        parameters.check(network)
        sealed = content[_OPEN_PART.size :]
        return cls(network, OfficerPublic(officer, recipient), bool(factors), parameters, salt, sealed)

    def unseal(self, passphrase: Passphrase, key_file: KeyFile | None = None) -> OfficerKeys:
        """Return the officer's keys, after one derivation. Raises Mismatch, one and the same for every cause.

        `needs_key_file` says what to ask him for. What is given is used and what is not is left out, so a wrong set of
        factors fails no sooner than a wrong passphrase.
        """
        self.parameters.check(self.network)
        with (
            self._key(passphrase, key_file) as key,
            primitives.unseal(key, self.ciphertext, self._authenticated()) as seed,
        ):
            keys = OfficerKeys.from_seed(seed)
        if keys.public != self.public:
            keys.wipe()
            raise primitives.unopened()
        return keys

    def __bytes__(self) -> bytes:
        return self._open_part() + self.ciphertext

    def _open_part(self) -> bytes:
        guard = self.parameters
        factors = _KEY_FILE_BIT if self.needs_key_file else 0
        return _OPEN_PART.pack(
            self.public.officer, self.public.recipient, factors, guard.memory, guard.passes, guard.lanes, self.salt
        )

    def _authenticated(self) -> bytes:
        """All that an officer's file holds before the ciphertext, wherever these bytes stand."""
        return MAGIC + bytes([self.network]) + self._open_part()

    def _key(self, passphrase: Passphrase, key_file: KeyFile | None) -> Secret:
        return primitives.argon2id(
            passphrase.secret,
            self.salt,
            memory=self.parameters.memory,
            passes=self.parameters.passes,
            lanes=self.parameters.lanes,
            pepper=None if key_file is None else key_file.secret.reveal(),
            context=CONTEXT,
        )


def officer_file(identity: SealedIdentity) -> bytes:
    """Return the 147 bytes of an officer's own file."""
    return MAGIC + bytes([identity.network]) + bytes(identity)


def read_officer_file(content: bytes) -> SealedIdentity:
    """Read an officer's own file. Raises Unreadable for what is none, and for a newer release's."""
    if content[:7] == MAGIC[:7] and content[7:8].isdigit() and content[7:8] > MAGIC[7:8]:
        raise Unreadable(
            _("this officer's file was written by a newer release"), hint=_("Use that release; nothing was changed.")
        )
    if len(content) != OFFICER_FILE or not content.startswith(MAGIC):
        raise Unreadable(
            _("this is no officer's file, or not the whole of it"),
            hint=_("It has {count} bytes. Take another copy.").format(count=OFFICER_FILE),
        )
    return SealedIdentity.parse(content[9:], Network.read(content[8]))
