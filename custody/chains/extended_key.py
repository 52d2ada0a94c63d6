"""`ExtendedKey`: an extended public key (BIP-32) to and from its text or 78 bytes, and its unhardened children.

A private key is refused unread, and so are hardened steps and SLIP-132's versions.
"""

import hmac
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.consensus.hashes import hash160
from custody.curve import Point, Sums
from custody.derivation import HARDENED
from custody.errors import Unreadable

SIZE = 78

GREATEST_DEPTH = 255
"""Steps from the master key that the one byte for the depth can count."""

PUBLIC_VERSIONS = MappingProxyType({bytes.fromhex("0488b21e"): "xpub", bytes.fromhex("043587cf"): "tpub"})
_PRIVATE_VERSIONS = {bytes.fromhex("0488ade4"), bytes.fromhex("04358394")}
_SLIP132_PUBLIC = {
    bytes.fromhex(version)
    for version in ("049d7cb2", "0295b43f", "04b24746", "02aa7ed3", "044a5262", "024289ef", "045f1cf6", "02575483")
}
_PRIVATE_MARK = b"\x00"


@dataclass(frozen=True, slots=True)
class ExtendedKey:
    """A public key of a BIP-32 tree with its chain code (32 bytes) and its place: version (4 bytes), depth, number."""

    version: bytes
    depth: int
    parent_fingerprint: bytes
    child_number: int
    chain_code: bytes
    point: Point

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an xpub or tpub, strictly (BIP-32 "Serialization format").

        Raises Unreadable; a private key and a SLIP-132 key (ypub, zpub) are named as what they are, never quoted.
        """
        try:
            return cls.from_bytes(base58.decode_check(text))
        except Unreadable as failure:
            if text[1:4] == "prv":
                raise _private() from None
            if failure.code != "base58-checksum":
                raise failure from None
            raise Unreadable(
                failure.message, hint=_("Copy the extended key again, whole, from where it came."), code=failure.code
            ) from None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the 78 bytes of an extended public key. Raises Unreadable."""
        version, depth, parent, number = data[:4], data[4:5], data[5:9], int.from_bytes(data[9:13])
        if version in _PRIVATE_VERSIONS or (len(data) == SIZE and data[45:46] == _PRIVATE_MARK):
            raise _private()
        if version in _SLIP132_PUBLIC:
            raise Unreadable(
                _("the extended key is of SLIP-132 (ypub, zpub and the like), which hides the script in a letter"),
                hint=_("Export the wallet as a descriptor, whose key begins with xpub or tpub."),
            )
        if len(data) != SIZE or version not in PUBLIC_VERSIONS:
            raise Unreadable(_("this is not an extended public key"), hint=_("One begins with xpub or tpub."))
        if depth == b"\x00" and (any(parent) or number):
            raise Unreadable(_("an extended key says that it is a master key and names a parent"))
        try:
            point = Point.parse(data[45:])
        except ValueError:
            raise Unreadable(_("an extended key holds no point of the curve")) from None
        return cls(version, depth[0], parent, number, data[13:45], point)

    def to_bytes(self) -> bytes:
        """Write its 78 bytes."""
        place = self.version + bytes([self.depth]) + self.parent_fingerprint + self.child_number.to_bytes(4)
        return place + self.chain_code + self.point.compressed

    def serialize(self) -> str:
        """Write it as people pass it on, "xpub..."."""
        return base58.encode_check(self.to_bytes())

    @property
    def fingerprint(self) -> bytes:
        """The first four bytes of HASH160 of its public key."""
        return hash160(self.point.compressed)[:4]

    def child(self, number: int) -> "ExtendedKey":
        """CKDpub: the child of an unhardened number. Raises Unreadable for a hardened one, and at depth 255."""
        key, chain_code = Children(self).derive(number)
        if self.depth == GREATEST_DEPTH:
            raise Unreadable(_("an extended key is already at the greatest depth"))
        return ExtendedKey(self.version, self.depth + 1, self.fingerprint, number, chain_code, Point(key))


class Children:
    """The unhardened children of one key: its point and its chain code are prepared once for all of them."""

    __slots__ = ("_mac", "_sums")

    def __init__(self, parent: ExtendedKey) -> None:
        self._sums = Sums(parent.point)
        self._mac = hmac.new(parent.chain_code, parent.point.compressed, "sha512")

    def key(self, number: int) -> bytes:
        """Return a child's public key alone, 33 bytes. Raises Unreadable as `ExtendedKey.child`."""
        return self.derive(number)[0]

    def derive(self, number: int) -> tuple[bytes, bytes]:
        """CKDpub: return a child's public key (33 bytes) and chain code (32 bytes). Raises Unreadable."""
        if not 0 <= number < HARDENED:
            raise Unreadable(
                _("a hardened step cannot be derived from a public key"),
                hint=_("Give the key at the end of the hardened steps, with its origin in brackets."),
            )
        mac = self._mac.copy()
        mac.update(number.to_bytes(4))
        digest = mac.digest()
        try:
            return self._sums.plus(digest[:32]), digest[32:]
        except ValueError:
            raise Unreadable(_("the key number {number} does not exist").format(number=number)) from None


def _private() -> Unreadable:
    return Unreadable(
        _("this is a private key, and only public keys are read here"),
        hint=_(
            "Whoever has seen it can spend its money. Export the public key (xpub) instead, and keep that one offline."
        ),
        code="private-key",
    )
