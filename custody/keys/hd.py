"""BIP-32: a seed of 16 to 64 bytes to a `MasterKey`, and a path to its private key, public key or extended public key.

The hardened beginning of a path, down to the account, goes through bip-utils; the steps below it, of which there may be
thousands, through coincurve. The tests derive everything by both.
"""

import hmac
from dataclasses import dataclass, field
from typing import Self

from bip_utils import Bip32KeyData, Bip32KeyError, Bip32KeyNetVersions, Bip32Slip10Secp256k1
from coincurve import PrivateKey

from custody.catalogue import _
from custody.curve import Point
from custody.derivation import DEEPEST, HARDENED, Path
from custody.errors import Unreadable
from custody.secret import Secret

KEPT_NODES = 64


@dataclass(frozen=True, slots=True)
class _Node:
    """A private key and its chain code, 32 bytes each."""

    key: Secret
    chain_code: Secret

    def child(self, number: int) -> "_Node":
        """CKDpriv of BIP-32. Raises Unreadable for the one child in 2**127 that does not exist."""
        parent = PrivateKey(self.key.reveal())
        data = b"\x00" + parent.secret if number >= HARDENED else parent.public_key.format()
        digest = hmac.digest(self.chain_code.reveal(), data + number.to_bytes(4), "sha512")
        try:
            key = parent.add(digest[:32]).secret
        except ValueError:
            raise _no_key() from None
        return _Node(Secret(key), Secret(digest[32:]))

    def wipe(self) -> None:
        self.key.wipe()
        self.chain_code.wipe()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class MasterKey:
    """The private root of a BIP-32 tree. `fingerprint` is its public name, 4 bytes. It does not print."""

    fingerprint: bytes
    _root: _Node
    _branches: dict[Path, _Node] = field(default_factory=dict)

    @classmethod
    def from_seed(cls, seed: Secret) -> Self:
        """Build from a seed of 16 to 64 bytes (BIP-32, "Master key generation"). Raises Unreadable."""
        if not 16 <= len(seed) <= 64:
            raise Unreadable(_("a seed has 16 to 64 bytes, this one has {count}").format(count=len(seed)))
        try:
            root = Bip32Slip10Secp256k1.FromSeed(seed.reveal())
        except Bip32KeyError:
            raise _no_key() from None
        return cls(root.FingerPrint().ToBytes(), _node(root))

    def account_xpub(self, path: Path, version: bytes) -> str:
        """Return the extended public key at `path`, in Base58Check, under a network's 4 public version bytes.

        Raises Unreadable for a path that is too deep.
        """
        _check(path)
        if len(version) != 4:
            raise Unreadable(_("the version of an extended key has 4 bytes, this one has {n}").format(n=len(version)))
        # bip-utils asks for the private version too; only the public one is ever written
        public: str = self._derive(path, Bip32KeyNetVersions(version, bytes(4))).PublicKey().ToExtended()
        return public

    def leaf(self, path: Path) -> Secret:
        """Return the private key at `path`, 32 bytes. Raises Unreadable for a path that is too deep."""
        _check(path)
        node = self._root if not path else self._branch(path[:-1]).child(path[-1])
        return Secret(node.key.reveal())

    def public_key(self, path: Path) -> Point:
        """Return the public key at `path`. Raises Unreadable for a path that is too deep."""
        with self.leaf(path) as key:
            return Point(PrivateKey(key.reveal()).public_key.format())

    def wipe(self) -> None:
        """Overwrite the keys that are kept. A second call does nothing."""
        for node in (self._root, *self._branches.values()):
            node.wipe()
        self._branches.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return f"MasterKey({self.fingerprint.hex()})"

    def _branch(self, path: Path) -> _Node:
        """Return the node at `path`, kept for the next leaf: an account's leaves share two branches."""
        if path not in self._branches:
            if len(self._branches) >= KEPT_NODES:
                self._branches.clear()
            self._branches[path] = self._walk(path)
        return self._branches[path]

    def _walk(self, path: Path) -> _Node:
        account = next((depth for depth, step in enumerate(path) if step < HARDENED), len(path))
        node = _node(self._derive(path[:account]))
        for number in path[account:]:
            node = node.child(number)
        return node

    def _derive(self, path: Path, versions: Bip32KeyNetVersions | None = None) -> Bip32Slip10Secp256k1:
        code = Bip32KeyData(chain_code=self._root.chain_code.reveal())
        derived = Bip32Slip10Secp256k1.FromPrivateKey(self._root.key.reveal(), code, versions)
        try:
            for number in path:
                derived = derived.ChildKey(number)
        except Bip32KeyError:
            raise _no_key() from None
        return derived


def _node(derived: Bip32Slip10Secp256k1) -> _Node:
    return _Node(
        Secret(derived.PrivateKey().Raw().ToBytes()),
        Secret(derived.ChainCode().ToBytes()),
    )


def _check(path: Path) -> None:
    if len(path) > DEEPEST or not all(0 <= step < 2 * HARDENED for step in path):
        raise Unreadable(_("a derivation path has at most {most} steps of 32 bits").format(most=DEEPEST))


def _no_key() -> Unreadable:
    return Unreadable(_("there is no key at this place of the tree; take the next number (BIP-32)"))
