"""What an input or output of a PSBT claims of keys: fingerprint, path and key, each as said; and how a claim misleads.

Nothing here is believed. `ownership` follows claims to what a registered wallet derives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import operations
from custody.chains.bitcoin.descriptor import DerivedKey
from custody.chains.bitcoin.psbt import PsbtInput, PsbtOutput
from custody.derivation import HARDENED, format_path
from custody.errors import Unreadable

UNKNOWN_FINGERPRINT = bytes(4)
"""What is written where the master key is not known."""

_HASH160, _X_ONLY, _COMPRESSED, _UNCOMPRESSED = 20, 32, 33, 65
"""Bytes by which scripts name a key."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A derivation field: a master fingerprint (4 bytes), a path, and the key's x coordinate (32 bytes)."""

    fingerprint: bytes
    path: tuple[int, ...]
    x_only: bytes


def claims_of(declared: PsbtInput | PsbtOutput) -> Iterator[Claim]:
    """Yield the derivation fields of a map (BIP-174, BIP-371)."""
    for origin in declared.bip32_derivations:
        yield Claim(origin.fingerprint, origin.path, origin.pubkey[1:33])
    for tap in declared.tap_derivations:
        yield Claim(tap.fingerprint, tap.path, tap.xonly)


def scripts_of(declared: PsbtOutput) -> tuple[bytes, ...]:
    """Return the scripts that an output's map gives: of P2SH, of P2WSH, and of every leaf of a tree."""
    leaves = (leaf.script for leaf in declared.tap_tree or ())
    return tuple(script for script in (declared.redeem_script, declared.witness_script, *leaves) if script is not None)


def keys_named(declared: PsbtOutput) -> frozenset[bytes]:
    """Return what an output's map may name keys by, in whatever field: x coordinates (32 bytes) and HASH160s (20).

    Derivations and taproot's internal key are keys; of what a script pushes, whoever has the keys knows which are.
    """
    named = {claim.x_only for claim in claims_of(declared)} | {declared.tap_internal_key or b""}
    return frozenset(named.union(*map(keys_pushed, scripts_of(declared))) - {b""})


def keys_pushed(script: bytes) -> frozenset[bytes]:
    """Return what a script pushes that may be a key's x coordinate or HASH160, up to where it cannot be read."""
    found = set()
    try:
        for operation in operations(script):
            pushed = operation.pushed or b""
            if len(pushed) in (_HASH160, _X_ONLY):
                found.add(pushed)
            elif len(pushed) in (_COMPRESSED, _UNCOMPRESSED):
                found.add(pushed[1:33])
    except Unreadable:
        pass
    return frozenset(found)


def silence(keys: Sequence[DerivedKey], claims: Sequence[Claim]) -> str:
    """Say why a map's claims do not lead to an address with these keys; nothing where one of them does."""
    if not claims:
        return _("the file does not say so")
    own = {key.public_key[1:33]: key for key in keys}
    named = [(claim, own[claim.x_only]) for claim in claims if claim.x_only in own]
    if any((claim.fingerprint, claim.path) == (key.fingerprint, key.path) for claim, key in named):
        return ""
    return _cause(*named[0]) if named else _("the file names none of its keys")


def is_what_is_left(claim: Claim, key: DerivedKey) -> bool:
    """Whether a claim of a key is its true one with something lost: the fingerprint, steps at an end, hardening marks.

    That is how programs lose it. What leads elsewhere then, by chance, was not said to lead there.
    """
    said, true = _unhardened(claim.path), _unhardened(key.path)
    is_part = any(true[at : at + len(said)] == said for at in range(len(true) - len(said) + 1))
    return claim.x_only == key.public_key[1:33] and claim.fingerprint == key.fingerprint and is_part


def _cause(claim: Claim, key: DerivedKey) -> str:
    if claim.fingerprint == UNKNOWN_FINGERPRINT:
        return _("the file names no fingerprint, but 00000000")
    if claim.path == key.path:
        return _("the file names another fingerprint, {theirs}").format(theirs=claim.fingerprint.hex())
    if claim.path == _unhardened(key.path):
        return _("the file has lost the hardening marks of its path")
    if claim.path == key.path[len(key.path) - len(claim.path) :]:
        return _("the path in the file does not begin at the master key")
    return _("the file names another path, {theirs}").format(theirs=format_path(claim.path))


def _unhardened(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(step % HARDENED for step in path)
