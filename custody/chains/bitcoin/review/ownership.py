"""`Registry`: finds the place of a registered wallet that derives exactly a script, or None, whatever a file claims.

A PSBT's scripts, derivations and account keys are hints from a machine that may be hostile. A coin or an output is a
wallet's only if the wallet derives exactly its scriptPubKey at the branch and index that the file claims. A false claim
is a finding.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor import Derived, DerivedKey
from custody.chains.bitcoin.findings import finding
from custody.chains.bitcoin.psbt import Psbt, PsbtInput, PsbtOutput
from custody.chains.bitcoin.psbt.taproot import TapLeaf
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import HARDENED, format_path
from custody.signing import Finding

PLACES_TRIED = 4
"""Addresses of each wallet that are tried for one input or output; an honest one names one."""

_VERSION = 4
_PARENT = slice(5, 9)
"""Where BIP-32's serialisation keeps the parent's fingerprint, which some programs leave out."""
_VERSIONS = frozenset(network.xpub for network in NETWORKS.values())
"""BIP-32's version bytes. Others (SLIP-132) are no network's, and what they say is not judged."""

_Where = tuple[int, int, int]
"""Which wallet, its branch and its index."""


@dataclass(frozen=True, slots=True)
class Place:
    """A wallet's own script: the wallet, its branch (0 receive, 1 change), the index, and what it derives there."""

    wallet: Wallet
    branch: int
    index: int
    derived: Derived

    @property
    def path(self) -> str:
        """The first key's full path, "m/84'/1'/0'/1/3"."""
        return format_path(self.derived.keys[0].path)


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the claims of one input or output come to.

    `place` is where a wallet derives exactly this script; `claimed` are the wallets of which a claim named a true key
    although the script is another.
    """

    place: Place | None
    claimed: tuple[Wallet, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    fingerprint: bytes
    path: tuple[int, ...]
    public_key: bytes


class Registry:
    """The registered wallets, asked where a claimed key or a script is theirs. Derivations are remembered."""

    def __init__(self, wallets: Sequence[Wallet]) -> None:
        self._wallets = tuple(wallets)
        self._fingerprints = frozenset().union(*(wallet.fingerprints for wallet in wallets))
        self._derived: dict[_Where, Place] = {}
        self._known: dict[bytes, Place] | None = None

    def own(self, where: str, script: bytes | None, declared: PsbtInput | PsbtOutput) -> Ownership:
        """Judge the claims that an input or output makes about the script it spends or pays."""
        findings: list[Finding] = []
        claimed: dict[_Where, None] = {}
        for claim in _claims(declared):
            keys = list(self._keys(claim))
            true = [place for place, key in keys if claim.public_key in (key.public_key, key.public_key[1:])]
            claimed |= dict.fromkeys(true)
            if keys and not true:
                findings.append(finding("BTC-KEY-FALSE-CLAIM", where, path=format_path(claim.path)))
            elif not keys and claim.fingerprint in self._fingerprints:
                findings.append(finding("BTC-PATH-STRANGE", where, path=format_path(claim.path)))
        owner = next((place for place in self._tried(claimed) if place.derived.script == script), None)
        if owner is None:
            return Ownership(None, tuple(self._wallets[number] for number, _branch, _index in claimed), tuple(findings))
        findings += _script_findings(where, owner.derived, declared)
        return Ownership(owner, (), tuple(findings))

    def find(self, script: bytes, beside: Wallet | None, gap: int) -> Place | None:
        """Find a script that nobody claims among addresses of the registered wallets other than `beside`.

        The first `gap` of a wallet are tried, and as many on either side of the highest in use: not all between, which
        may be millions.
        """
        if self._known is None:
            self._known = {
                place.derived.script: place
                for number, wallet in enumerate(self._wallets)
                if wallet is not beside
                for branch in range(wallet.descriptor.branches)
                for index in _likely(wallet.used_to or 0, gap)
                for place in (self._place(number, branch, index),)
            }
        return self._known.get(script)

    def false_account_keys(self, psbt: Psbt) -> Iterator[Finding]:
        """Find account keys in the file's global map that bear a registered key's origin and are another key.

        Several registered keys may share an origin: 00000000 is written where a cosigner's is not known.
        """
        registered: dict[tuple[bytes, tuple[int, ...]], list[bytes]] = {}
        for wallet in self._wallets:
            for key in wallet.account_keys:
                registered.setdefault((key.fingerprint, key.origin_path), []).append(key.extended_key.to_bytes())
        for account in psbt.xpubs:
            ours = registered.get((account.fingerprint, account.path))
            if ours is None:
                continue
            if _key_itself(account.extended_key) not in map(_key_itself, ours):
                yield finding("BTC-XPUB-FALSE", path=format_path(account.path))
            elif account.extended_key[:_VERSION] in _VERSIONS - {key[:_VERSION] for key in ours}:
                yield finding("BTC-XPUB-NETWORK", path=format_path(account.path))

    def _keys(self, claim: _Claim) -> Iterator[tuple[_Where, DerivedKey]]:
        """Derive the keys that the wallets have at a claimed origin. Only this key, because claims may be many."""
        for number, wallet in enumerate(self._wallets):
            for branch, index, key in wallet.keys_at(claim.fingerprint, claim.path):
                yield (number, branch, index), key

    def _tried(self, claimed: Iterable[_Where]) -> Iterator[Place]:
        """Derive the first places claimed of each wallet: whole quorums are costly, and one is all it takes."""
        tried: Counter[int] = Counter()
        for number, branch, index in claimed:
            tried[number] += 1
            if tried[number] <= PLACES_TRIED:
                yield self._place(number, branch, index)

    def _place(self, number: int, branch: int, index: int) -> Place:
        key = (number, branch, index)
        if key not in self._derived:
            wallet = self._wallets[number]
            self._derived[key] = Place(wallet, branch, index, wallet.derive(branch, index))
        return self._derived[key]


def _likely(highest_in_use: int, gap: int) -> Iterable[int]:
    around = range(max(highest_in_use - gap, 0), min(highest_in_use + gap, HARDENED - 1) + 1)
    return sorted({*range(gap), *around})


def _key_itself(extended_key: bytes) -> bytes:
    """Depth, child number, chain code and point: what is the same however a program writes a key down."""
    return extended_key[_VERSION : _PARENT.start] + extended_key[_PARENT.stop :]


def _claims(declared: PsbtInput | PsbtOutput) -> Iterator[_Claim]:
    for origin in declared.bip32_derivations:
        yield _Claim(origin.fingerprint, origin.path, origin.pubkey)
    for tap in declared.tap_derivations:
        yield _Claim(tap.fingerprint, tap.path, tap.xonly)


def _script_findings(where: str, derived: Derived, declared: PsbtInput | PsbtOutput) -> Iterator[Finding]:
    """Scripts and taproot data beside a script of ours must be exactly the wallet's, where they are given at all."""
    for given, own in (
        (declared.redeem_script, derived.redeem_script),
        (declared.witness_script, derived.witness_script),
    ):
        if given is not None and given != own:
            yield finding("BTC-SCRIPT-MISMATCH", where)
    if _has_hidden_keys(derived, declared) or _has_hidden_scripts(derived, declared):
        yield finding("BTC-TAPROOT-HIDDEN", where)
    for tap in declared.tap_derivations:
        if set(tap.leaf_hashes) != _leaves_of(tap.xonly, derived):
            yield finding("BTC-LEAF-FALSE-CLAIM", where, path=format_path(tap.path))


def _has_hidden_keys(derived: Derived, declared: PsbtInput | PsbtOutput) -> bool:
    own = {key.public_key[1:] for key in derived.keys} if derived.internal_key is not None else set()
    return declared.tap_internal_key not in (None, derived.internal_key) or any(
        tap.xonly not in own and tap.xonly != derived.internal_key for tap in declared.tap_derivations
    )


def _has_hidden_scripts(derived: Derived, declared: PsbtInput | PsbtOutput) -> bool:
    """Whether leaves, control blocks or a root are given that are not the wallet's. Siblings have no order."""
    if isinstance(declared, PsbtOutput):
        return declared.tap_tree is not None and _root(declared.tap_tree) != derived.merkle_root
    own = {(leaf.control_block, leaf.script, taproot.LEAF_VERSION) for leaf in derived.leaves}
    hashes = {leaf.leaf_hash for leaf in derived.leaves}
    return (
        declared.tap_merkle_root not in (None, derived.merkle_root)
        or any((leaf.control_block, leaf.script, leaf.leaf_version) not in own for leaf in declared.tap_leaf_scripts)
        or any(signature.leaf_hash not in hashes for signature in declared.tap_script_sigs)
    )


def _root(tree: Sequence[TapLeaf]) -> bytes:
    """The root of a tree that the parser has found to be whole."""
    return taproot.tree([(leaf.depth, taproot.leaf_hash(leaf.script, leaf.leaf_version)) for leaf in tree]).merkle_root


def _leaves_of(xonly: bytes, derived: Derived) -> set[bytes]:
    """The hashes of the leaves in which a key stands."""
    return {leaf.leaf_hash for leaf in derived.leaves if any(key.public_key[1:] == xonly for key in leaf.keys)}
