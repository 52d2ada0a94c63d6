"""The fields that name a public key, its master fingerprint and its path: key data and value to a key's origin.

They are claims of whoever wrote the file. A key is a point of the curve, that much is checked; whose it is, is not.
"""

from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.psbt.values import exactly, value_reader
from custody.curve import Point, is_x_only
from custody.derivation import DEEPEST
from custody.errors import Unreadable

_XPUB_SIZE, _XPUB_DEPTH, _XPUB_KEY = 78, 4, 45


@dataclass(frozen=True, slots=True)
class KeyOrigin:
    """A public key (33 or 65 bytes), its master fingerprint (4 bytes) and its path (hardened steps from 2**31)."""

    pubkey: bytes
    fingerprint: bytes
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TapKeyOrigin:
    """An x-only key (32 bytes), the leaves that it signs (hashes of 32 bytes), its fingerprint and its path."""

    xonly: bytes
    leaf_hashes: tuple[bytes, ...]
    fingerprint: bytes
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A serialised BIP-32 public key (78 bytes), its master fingerprint and its path."""

    extended_key: bytes
    fingerprint: bytes
    path: tuple[int, ...]


def public_key(key_data: bytes) -> bytes:
    """Let a public key through: 33 or 65 bytes that are a point of the curve."""
    try:
        Point.parse(key_data)
    except ValueError:
        raise Unreadable(_("it holds no valid public key")) from None
    return key_data


def x_only_key(key_data: bytes) -> bytes:
    """Let an x-only public key through: 32 bytes that are the x coordinate of a point (BIP-340)."""
    if not is_x_only(exactly(32)(key_data)):
        raise Unreadable(_("it holds no valid x-only public key"))
    return key_data


def key_origin(key_data: bytes, value: bytes) -> KeyOrigin:
    """Read PSBT_IN_BIP32_DERIVATION or PSBT_OUT_BIP32_DERIVATION."""
    return KeyOrigin(public_key(key_data), *_fingerprint_and_path(value))


def tap_key_origin(key_data: bytes, value: bytes) -> TapKeyOrigin:
    """Read PSBT_IN_TAP_BIP32_DERIVATION or PSBT_OUT_TAP_BIP32_DERIVATION."""
    reader = value_reader(value)
    leaf_hashes = tuple(reader.read(32) for _each in range(reader.count(smallest=32)))
    origin = _fingerprint_and_path(reader.read(reader.remaining))
    return TapKeyOrigin(x_only_key(key_data), leaf_hashes, *origin)


def account_key(key_data: bytes, value: bytes) -> AccountKey:
    """Read PSBT_GLOBAL_XPUB: as many steps in the path as the key is deep (BIP-174)."""
    fingerprint, path = _fingerprint_and_path(value)
    public_key(exactly(_XPUB_SIZE)(key_data)[_XPUB_KEY:])
    if key_data[_XPUB_DEPTH] != len(path):
        raise Unreadable(
            _("an account key of depth {depth} comes with a path of {count} steps").format(
                depth=key_data[_XPUB_DEPTH], count=len(path)
            )
        )
    return AccountKey(key_data, fingerprint, path)


def _fingerprint_and_path(value: bytes) -> tuple[bytes, tuple[int, ...]]:
    steps, rest = divmod(len(value) - 4, 4)
    if rest or steps < 0:
        raise Unreadable(_("a key's origin has {count} bytes").format(count=len(value)))
    if steps > DEEPEST:
        raise Unreadable(_("a path of {count} steps is over the limit of {limit}").format(count=steps, limit=DEEPEST))
    return value[:4], tuple(int.from_bytes(value[at : at + 4], "little") for at in range(4, len(value), 4))
