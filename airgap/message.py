"""`Message`, all that ever crosses the gap: a UR type and its payload, to and from a UR's body (BCR-2020-005).

A type that is no UR type, or a body that is not exactly one CBOR item of its type's form, raises Unreadable. How long a
payload may be is each framing's: 4 MiB, and 8 MiB for BBQr.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Self

from airgap import cbor
from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.text import safe
from airgap.ur import bytewords

MESSAGE_LIMIT = 4 * 1024 * 1024
"""Bytes of a message in a UR stream."""

PSBT_TYPES = frozenset({"crypto-psbt", "psbt"})
"""The name that shipped devices speak, and the one that BCR-2020-006 now prefers."""

_WRAPPED = {
    "bytes": frozenset[int](),
    "crypto-psbt": frozenset({310, 40310}),
    "psbt": frozenset({310, 40310}),
}
"""Types whose UR body is one CBOR byte string -> tags that some devices write before it, against the specification."""

_TYPE = re.compile(r"[a-z0-9-]{1,200}")


@dataclass(frozen=True, slots=True)
class Message:
    """A UR type in lower case, and a payload.

    Of `bytes`, `crypto-psbt` and `psbt` the payload is the byte string itself; of every other UR type it is the
    CBOR of the UR's body. Types that only BBQr carries (`transaction`, `json`, `text`, ...) have their file's bytes.
    Raises Unreadable when the type is no UR type (BCR-2020-005).
    """

    type: str
    payload: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _TYPE.fullmatch(self.type):
            raise Unreadable(_("{type} is no UR type: those are made of a-z, 0-9 and -").format(type=safe(self.type)))

    @classmethod
    def from_cbor(cls, ur_type: str, body: bytes) -> Self:
        """Read a UR's body. Raises Unreadable unless it is exactly one well-formed CBOR item, of the type's form."""
        if ur_type not in _WRAPPED:
            cbor.require_one_item(body)
            return cls(ur_type, body)
        reader = cbor.Reader(body)
        reader.tags(_WRAPPED[ur_type])
        payload = reader.byte_string()
        reader.end()
        return cls(ur_type, payload)

    def cbor(self) -> bytes:
        """Write the UR's body. Raises Unreadable when the payload is not CBOR though the type calls for it."""
        if self.type in _WRAPPED:
            return cbor.byte_string(self.payload)
        try:
            cbor.require_one_item(self.payload)
        except Unreadable as problem:
            raise Unreadable(
                _("a UR of type {type} carries CBOR, and this is none: {problem}").format(
                    type=self.type, problem=problem
                ),
                hint=_("Send it as type bytes."),
            ) from problem
        return self.payload

    def same_as(self, other: Self) -> bool:
        """Say whether two messages are one: the same payload, under the same type or two names of it."""
        types = {self.type, other.type}
        return self.payload == other.payload and (len(types) == 1 or types <= PSBT_TYPES)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload, 32 bytes."""
        return hashlib.sha256(self.payload).digest()

    @property
    def sha256(self) -> str:
        """The digest in hex."""
        return self.digest.hex()

    @property
    def words(self) -> tuple[str, ...]:
        """Four bytewords of the digest's first four bytes. They catch accidents, not an attacker."""
        return bytewords.words(self.digest[:4])
