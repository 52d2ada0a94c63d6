"""What an input or output of a PSBT claims of keys: fingerprint, path and key, each as said; and how a claim misleads.

Nothing here is believed. `ownership` follows claims to what a registered wallet derives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import classify
from custody.chains.bitcoin.descriptor import DerivedKey
from custody.chains.bitcoin.psbt import PsbtInput, PsbtOutput
from custody.derivation import HARDENED, format_path

UNKNOWN_FINGERPRINT = bytes(4)
"""What is written where the master key is not known."""


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


def keys_named(declared: PsbtInput | PsbtOutput) -> frozenset[bytes]:
    """Return the x coordinates of all keys in a map: of derivations, of plain quorums, and taproot's internal key."""
    scripts = [script for script in (declared.redeem_script, declared.witness_script) if script is not None]
    named = {claim.x_only for claim in claims_of(declared)}
    named.update(key[1:33] for script in scripts for key in classify(script).keys)
    return frozenset(named if declared.tap_internal_key is None else named | {declared.tap_internal_key})


def silence(keys: Sequence[DerivedKey], claims: Sequence[Claim]) -> str:
    """Say why a map's claims do not lead to an address with these keys; nothing where one of them does."""
    if not claims:
        return _("the file does not say so")
    own = {key.public_key[1:33]: key for key in keys}
    named = [(claim, own[claim.x_only]) for claim in claims if claim.x_only in own]
    if any((claim.fingerprint, claim.path) == (key.fingerprint, key.path) for claim, key in named):
        return ""
    return _cause(*named[0]) if named else _("the file names none of its keys")


def _cause(claim: Claim, key: DerivedKey) -> str:
    if claim.fingerprint == UNKNOWN_FINGERPRINT:
        return _("the file names no fingerprint, but 00000000")
    if claim.path == key.path:
        return _("the file names another fingerprint, {theirs}").format(theirs=claim.fingerprint.hex())
    if claim.path == tuple(step % HARDENED for step in key.path):
        return _("the file has lost the hardening marks of its path")
    if claim.path == key.path[len(key.path) - len(claim.path) :]:
        return _("the path in the file does not begin at the master key")
    return _("the file names another path, {theirs}").format(theirs=format_path(claim.path))
