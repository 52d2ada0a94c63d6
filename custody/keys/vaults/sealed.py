"""`SealedIdentity`: an officer's seed to 138 bytes under a passphrase and an optional key file, and back to the keys.

With tokens it is longer: a ciphertext for each of them. The same bytes stand in his own file and in his slot of every
vault (docs/spec/vault.md). Bounds are looked at before work; then wrong passphrase, wrong key file, wrong token and
damage take one path to one sentence.
"""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.entropy import MachinePart
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys, OfficerPublic
from custody.keys.vaults.parameters import STANDARD, Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.token import MOST_OF_TOKENS, MOST_TOKENS, NewTokens, TokenAnswer, Tokens
from custody.secret import Secret

MAGIC = b"CUSTOFF1"
MAGIC_WITH_TOKENS = b"CUSTOFF2"
CONTEXT = b"custody/officer/v1"
CONTEXT_WITH_TOKENS = b"custody/officer/v2"
"""The token's place, a byte, stands behind it."""
KEY_FILE_CONTEXT = b"custody/keyfile/v1\x00"

SALT = 16
SEALED = 138
"""Bytes of a sealed identity without tokens."""
CIPHERTEXT = 32 + primitives.TAG
OFFICER_FILE = len(MAGIC) + 1 + SEALED
MOST_OF_OFFICER_FILE = OFFICER_FILE - CIPHERTEXT + MOST_OF_TOKENS + MOST_TOKENS * CIPHERTEXT

FEWEST_OF_KEY_FILE = 32
MOST_OF_KEY_FILE = 1 << 20

_OPEN_PART = struct.Struct(">32s32sBIIB16s")
_KEY_FILE_BIT, _TOKEN_BIT = 1, 2


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
    """Public keys, how the seed is guarded, and the seed under it. `network` is authenticated with the rest.

    `ciphertext` is 48 bytes; with tokens, 48 for each, in their order: any one of them opens.
    """

    network: Network
    public: OfficerPublic
    needs_key_file: bool
    parameters: Parameters
    salt: bytes
    ciphertext: bytes = field(repr=False)
    tokens: Tokens | None = None

    @classmethod
    def seal(
        cls,
        keys: OfficerKeys,
        passphrase: Passphrase,
        key_file: KeyFile | None,
        network: Network,
        *,
        tokens: NewTokens | None = None,
        parameters: Parameters | None = None,
        source: Callable[[int], bytes] = os.urandom,
    ) -> Self:
        """Seal an identity. One derivation, or one for each token.

        Raises Unreadable for parameters out of bounds, Unfit for sick randomness.

        Sealing again, for a new passphrase, leaves the keys as they are: whoever has an older copy and the older
        passphrase has them too.
        """
        chosen = STANDARD[network] if parameters is None else parameters
        chosen.check(network)
        with MachinePart.draw(source).secret as drawn:
            salt = drawn.reveal()[:SALT]
        said = None if tokens is None else tokens.tokens
        bare = cls(network, keys.public, key_file is not None, chosen, salt, b"", said)
        sealed = []
        for answer in (None,) if tokens is None else tokens.answers:
            with bare._key(passphrase, key_file, answer) as key:
                sealed.append(primitives.seal(key, keys.seed, bare._authenticated()))
        return replace(bare, ciphertext=b"".join(sealed))

    @classmethod
    def parse(cls, content: bytes, network: Network) -> Self:
        """Read an identity of a file for `network`. Nothing is authenticated yet. Raises Unreadable."""
        identity, size = cls.begun(content, network)
        if len(content) != size:
            raise _of_another_size()
        return identity

    @classmethod
    def begun(cls, content: bytes, network: Network) -> tuple[Self, int]:
        """Read the identity that bytes begin with, and say how many it takes. Raises Unreadable."""
        if len(content) < SEALED:
            raise _of_another_size()
        officer, recipient, factors, memory, passes, lanes, salt = _OPEN_PART.unpack_from(content)
        if factors & ~(_KEY_FILE_BIT | _TOKEN_BIT):
            raise Unreadable(
                _("the identity is sealed with a factor that this release does not know"),
                hint=_("Use the release that made it, or a newer one."),
            )
        parameters = Parameters(memory, passes, lanes)
        parameters.check(network)
        tokens, at, count = None, _OPEN_PART.size, 1
        if factors & _TOKEN_BIT:
            tokens, taken = Tokens.parse(content[at : at + MOST_OF_TOKENS])
            at, count = at + taken, len(tokens.each)
        end = at + count * CIPHERTEXT
        if len(content) < end:
            raise _of_another_size()
        public, key_file = OfficerPublic(officer, recipient), bool(factors & _KEY_FILE_BIT)
        return cls(network, public, key_file, parameters, salt, content[at:end], tokens), end

    def unseal(
        self, passphrase: Passphrase, key_file: KeyFile | None = None, token: TokenAnswer | None = None
    ) -> OfficerKeys:
        """Return the officer's keys, after one derivation. Raises Mismatch, one and the same for every cause.

        `needs_key_file` and `tokens` say what to ask him for. What is given is used and what is not is left out, so a
        wrong set of factors fails no sooner than a wrong passphrase.
        """
        self.parameters.check(self.network)
        at = 0 if token is None else token.place * CIPHERTEXT
        with (
            self._key(passphrase, key_file, token) as key,
            primitives.unseal(key, self.ciphertext[at : at + CIPHERTEXT], self._authenticated()) as seed,
        ):
            keys = OfficerKeys.from_seed(seed)
        if keys.public != self.public:
            keys.wipe()
            raise primitives.unopened()
        return keys

    @property
    def magic(self) -> bytes:
        """What an officer's own file begins with."""
        return MAGIC if self.tokens is None else MAGIC_WITH_TOKENS

    def __bytes__(self) -> bytes:
        return self._open_part() + self.ciphertext

    def _open_part(self) -> bytes:
        guard = self.parameters
        factors = (_KEY_FILE_BIT if self.needs_key_file else 0) | (_TOKEN_BIT if self.tokens is not None else 0)
        fixed = _OPEN_PART.pack(
            self.public.officer, self.public.recipient, factors, guard.memory, guard.passes, guard.lanes, self.salt
        )
        return fixed + (b"" if self.tokens is None else bytes(self.tokens))

    def _authenticated(self) -> bytes:
        """All that an officer's file holds before the ciphertext, wherever these bytes stand."""
        return self.magic + bytes([self.network]) + self._open_part()

    def _key(self, passphrase: Passphrase, key_file: KeyFile | None, token: TokenAnswer | None) -> Secret:
        pepper = None if key_file is None else key_file.secret
        mixed = None if pepper is None else pepper.reveal()
        place = 0 if token is None else token.place
        return primitives.argon2id(
            passphrase.secret,
            self.salt,
            memory=self.parameters.memory,
            passes=self.parameters.passes,
            lanes=self.parameters.lanes,
            pepper=mixed if token is None else token.pepper(pepper),
            context=CONTEXT if self.tokens is None else CONTEXT_WITH_TOKENS + bytes([place]),
        )


def officer_file(identity: SealedIdentity) -> bytes:
    """Return an officer's own file: 147 bytes, more with tokens."""
    return identity.magic + bytes([identity.network]) + bytes(identity)


def read_officer_file(content: bytes) -> SealedIdentity:
    """Read an officer's own file. Raises Unreadable for what is none, and for a newer release's."""
    newest = MAGIC_WITH_TOKENS
    if content[:7] == newest[:7] and content[7:8].isdigit() and content[7:8] > newest[7:8]:
        raise Unreadable(
            _("this officer's file was written by a newer release"), hint=_("Use that release; nothing was changed.")
        )
    if len(content) < OFFICER_FILE or content[:8] not in (MAGIC, MAGIC_WITH_TOKENS):
        raise _no_officer_file()
    identity, size = SealedIdentity.begun(content[9:], Network.read(content[8]))
    if len(content) != 9 + size or content[:8] != identity.magic:
        raise _no_officer_file()
    return identity


def _no_officer_file() -> Unreadable:
    return Unreadable(
        _("this is no officer's file, or not the whole of it"),
        hint=_("It has {count} bytes, more with tokens. Take another copy.").format(count=OFFICER_FILE),
    )


def _of_another_size() -> Unreadable:
    return Unreadable(_("a sealed identity has {count} bytes, more with tokens").format(count=SEALED))
