"""`Tokens`: what an identity says of the FIDO2 tokens that open it, to bytes and back; and a token's answer to a key.

Nothing here speaks to a device (`custody.keys.tokens`). Until an identity has opened this is a claim of its file, by
which nothing is decided but what to ask for (docs/spec/vault.md).
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
from custody.secret import Secret

CONTEXT = b"custody/token/v1\x00"

SALT = 32
"""Bytes of the salt that a token is asked with, and of what it answers (CTAP 2.1, 12.5 hmac-secret)."""
ANSWER = 32
AAGUID = 16
MOST_TOKENS = 4
MOST_OF_CREDENTIAL = 1023

_HEAD = struct.Struct(f">B{SALT}sB")
_TOKEN = struct.Struct(f">{AAGUID}sH")
_PIN_BIT = 1

MOST_OF_TOKENS = _HEAD.size + MOST_TOKENS * (_TOKEN.size + MOST_OF_CREDENTIAL)
"""Bytes of the longest `Tokens`."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: the model as it names itself, which nobody proved, and its credential, which nobody else can use."""

    aaguid: bytes
    credential: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that open an identity, each alone; whether they want their PIN; the salt that they are asked with."""

    pin: bool
    salt: bytes
    each: tuple[Token, ...]

    @classmethod
    def parse(cls, content: bytes) -> tuple[Self, int]:
        """Read them where they begin, and say how many bytes they take. Raises Unreadable."""
        if len(content) < _HEAD.size:
            raise _cut()
        flags, salt, count = _HEAD.unpack_from(content)
        if flags & ~_PIN_BIT or not 1 <= count <= MOST_TOKENS:
            raise Unreadable(
                _("the identity is sealed with tokens in a way that this release does not know"),
                hint=_("Use the release that made it, or a newer one."),
            )
        at, found = _HEAD.size, []
        for _number in range(count):
            if len(content) - at < _TOKEN.size:
                raise _cut()
            aaguid, size = _TOKEN.unpack_from(content, at)
            at += _TOKEN.size
            if not 1 <= size <= MOST_OF_CREDENTIAL or len(content) - at < size:
                raise _cut()
            found.append(Token(aaguid, content[at : at + size]))
            at += size
        if len({token.credential for token in found}) < count:
            raise Unreadable(_("the identity names one token twice"))
        return cls(bool(flags), salt, tuple(found)), at

    def __bytes__(self) -> bytes:
        head = _HEAD.pack(_PIN_BIT if self.pin else 0, self.salt, len(self.each))
        return head + b"".join(_TOKEN.pack(each.aaguid, len(each.credential)) + each.credential for each in self.each)


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What a token answered to an identity's salt, 32 bytes, and which of the identity's tokens it is, from 0."""

    place: int
    secret: Secret = field(repr=False)

    def pepper(self, key_file: Secret | None) -> bytes:
        """Return the secret value of Argon2id: this answer and, where one is needed, the key file's pepper after it."""
        return sha256(CONTEXT + self.secret.reveal() + (b"" if key_file is None else key_file.reveal())).digest()


@dataclass(frozen=True, slots=True)
class NewTokens:
    """Tokens that were just enrolled, and what each answered, in their order."""

    tokens: Tokens
    answers: tuple[TokenAnswer, ...] = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the answers."""
        for answer in self.answers:
            answer.secret.wipe()


def new_salt(source: Callable[[int], bytes] = os.urandom) -> bytes:
    """Draw the salt of one sealing: what a token once answered to another salt is worth nothing. Raises Unfit."""
    with MachinePart.draw(source).secret as drawn:
        return drawn.reveal()[:SALT]


def _cut() -> Unreadable:
    return Unreadable(
        _("what an identity says of its tokens is cut short, or is not as this format has it"),
        hint=_("Take another copy of the file."),
    )
