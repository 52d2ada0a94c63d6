"""`Registry`: whose is a script? The one judge, which asks what the registered wallets derive and believes no file.

A PSBT's scripts, derivations and account keys are hints from a machine that may be hostile. A script is a wallet's if
the wallet derives exactly it: at a place that the file names, which may lie anywhere, or, whatever the file says or
leaves out, at one of its own addresses within reach (ADR 0014). What was found without a hint is said; a false hint is
a finding.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from custody import text
from custody.catalogue import _
from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.consensus.script import ScriptKind, classify, count_operations
from custody.chains.bitcoin.descriptor import Derived, KeyExpression
from custody.chains.bitcoin.findings import finding
from custody.chains.bitcoin.psbt import Psbt, PsbtInput, PsbtOutput
from custody.chains.bitcoin.psbt.effort import DERIVATION, LOOKUP, MOST, OPCODE, Effort
from custody.chains.bitcoin.psbt.taproot import TapLeaf
from custody.chains.bitcoin.review.claims import (
    UNKNOWN_FINGERPRINT,
    Claim,
    claims_of,
    is_what_is_left,
    keys_named,
    keys_pushed,
    scripts_of,
    silence,
)
from custody.chains.bitcoin.wallet.wallet import GAP, Wallet
from custody.chains.bitcoin.wallet.window import Ranges, Window, cost, cost_of_one, window
from custody.derivation import format_path
from custody.errors import Unreadable
from custody.signing import Finding

PLACES_TRIED = 4
"""Places of each wallet that the claims of one input or output may name; an honest one names one."""

KEYS_SEARCHED = 100_000
"""Keys that are derived in looking for scripts of one wallet, and of all others together: some seconds."""

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

    @property
    def is_within_reach(self) -> bool:
        """Whether the wallet is looked through so far, by this program and by others."""
        return self.index <= self.wallet.reach


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose the script of one input or output is.

    `place` is where a wallet derives exactly this script. `claimed` are wallets that have a key which is named here,
    although the script is no wallet's. `silence` says what the file leaves out or mistakes about a place of ours.
    `unsearched` are wallets that the script was not looked for in, not in all they have.
    """

    place: Place | None
    claimed: tuple[Wallet, ...]
    findings: tuple[Finding, ...]
    silence: str = ""
    unsearched: tuple[Wallet, ...] = ()


@dataclass(frozen=True, slots=True)
class _Followed:
    """Where claims lead: to places whose key they name truly, to another key of ours, or nowhere of ours."""

    places: Mapping[_Where, Place]
    false: tuple[Claim, ...]
    strays: tuple[Claim, ...]
    findings: tuple[Finding, ...]


class Registry:
    """The registered wallets, asked whose a script is. Derivations are remembered.

    `effort` is that of the file that asks, and grows by what is derived where the file says that something lies.
    `first` is the wallet that spends: it is looked through whole or the question is refused, and the others after it.
    """

    def __init__(self, wallets: Sequence[Wallet], effort: Effort, first: Wallet | None = None) -> None:
        self.effort = effort
        self._wallets = tuple(sorted(wallets, key=lambda wallet: wallet is not first))
        self._first = first
        self._keys: dict[bytes, list[tuple[int, KeyExpression]]] = {}
        for number, wallet in enumerate(self._wallets):
            for key in wallet.descriptor.keys:
                self._keys.setdefault(key.fingerprint, []).append((number, key))
        self._fingerprints = frozenset().union(*(wallet.fingerprints for wallet in wallets)) - {UNKNOWN_FINGERPRINT}
        self._derived: dict[_Where, Place] = {}
        self._kinds: dict[int, ScriptKind] = {}
        self._windows: dict[int, Window] = {}
        self._partial: list[int] = []
        self._left = min(KEYS_SEARCHED, (MOST - effort.points) // DERIVATION.price)

    def reading(self, effort: Effort) -> "Registry":
        """Return the same registry as another file asks it, on that file's account."""
        other = copy(self)
        other._account_for(effort)
        return other

    def _account_for(self, effort: Effort) -> None:
        self.effort = effort

    def own(self, where: str, script: bytes | None, declared: PsbtInput | PsbtOutput) -> Ownership:
        """Say whose a script is that an input spends or an output pays. Raises Unreadable where that cannot be told."""
        claims = tuple(claims_of(declared))
        led = self._follow(where, claims)
        owner = None if script is None else self._owner(script, led)
        if owner is None:
            named = self._named(script, declared) if isinstance(declared, PsbtOutput) and script is not None else ()
            claimed = dict.fromkeys([*(number for number, _branch, _index in led.places), *named])
            wallets = tuple(self._wallets[number] for number in claimed)
            unsearched = () if script is None else self._unsearched(classify(script).kind)
            return Ownership(None, wallets, (*led.findings, *_false_findings(where, led)), unsearched=unsearched)
        findings = [
            *led.findings,
            *_false_findings(where, led, owner),
            *(
                finding("BTC-CLAIM-ELSEWHERE", where, path=place.path, own=owner.path)
                for place in led.places.values()
                if place.wallet is owner.wallet and place.derived.script != script
            ),
            *_script_findings(where, owner.derived, declared),
        ]
        return Ownership(owner, (), tuple(findings), silence=silence(owner.derived.keys, claims))

    def find(self, script: bytes) -> Place | None:
        """Find a script among the addresses within reach, of the wallets that have such scripts at all.

        Raises Unreadable where the wallet that spends has more of them than are looked through.
        """
        kind = classify(script).kind
        for number in range(len(self._wallets)):
            if self._kind(number) is kind:
                at = self._window(number).places.get(script)
                if at is not None:
                    return self._place(number, *at)
        return None

    def false_account_keys(self, psbt: Psbt) -> Iterator[Finding]:
        """Find account keys in the file's global map that bear a registered key's origin and are another key.

        Several registered keys may share an origin: 00000000 is written where a cosigner's is not known.
        """
        registered: dict[tuple[bytes, tuple[int, ...]], list[bytes]] = {}
        for wallet in self._wallets:
            for key in wallet.account_keys:
                registered.setdefault((key.fingerprint, key.origin_path), []).append(key.extended_key.to_bytes())
        known = {_key_itself(key) for keys in registered.values() for key in keys}
        for account in psbt.xpubs:
            ours = registered.get((account.fingerprint, account.path))
            if ours is None or (
                account.fingerprint == UNKNOWN_FINGERPRINT and _key_itself(account.extended_key) in known
            ):
                continue
            if _key_itself(account.extended_key) not in map(_key_itself, ours):
                yield finding("BTC-XPUB-FALSE", path=format_path(account.path))
            elif account.extended_key[:_VERSION] in _VERSIONS - {key[:_VERSION] for key in ours}:
                yield finding("BTC-XPUB-NETWORK", path=format_path(account.path))

    def _follow(self, where: str, claims: Sequence[Claim]) -> _Followed:
        """Follow each claim to what the wallets have there; each wallet only to a few places, to bound the work."""
        reached: dict[_Where, Place] = {}
        true: dict[_Where, Place] = {}
        false: list[Claim] = []
        strays: list[Claim] = []
        tried: Counter[int] = Counter()
        has_too_many = False
        for claim in claims:
            leads, holds = False, False
            keys = self._keys.get(claim.fingerprint, ())
            self.effort = self.effort.plus({LOOKUP: len(keys)})
            for number, key in keys:
                at = key.locate(claim.fingerprint, claim.path)
                if at is None:
                    continue
                leads, here = True, (number, *at)
                if here not in reached:
                    if tried[number] == PLACES_TRIED:
                        has_too_many = holds = True
                        continue
                    tried[number] += 1
                    reached[here] = self._place(*here)
                if _is_true(claim, reached[here], key):
                    true[here], holds = reached[here], True
            if holds or claim.fingerprint == UNKNOWN_FINGERPRINT:  # who names no master key says nothing false of ours
                continue
            if leads:
                false.append(claim)
            elif claim.fingerprint in self._fingerprints:
                strays.append(claim)
        many = (finding("BTC-CLAIMS-MANY", where, limit=PLACES_TRIED),) if has_too_many else ()
        return _Followed(true, tuple(false), tuple(strays), many)

    def _owner(self, script: bytes, led: _Followed) -> Place | None:
        place = next((place for place in led.places.values() if place.derived.script == script), None)
        return place or self.find(script)

    def _named(self, script: bytes, declared: PsbtOutput) -> Iterator[int]:
        """Yield the wallets of which a key within reach is named, though the script is none of theirs.

        For what the script itself says only the spender is looked into, whom every payment is compared with; for what
        the file says beside it, all are.
        """
        self.effort = self.effort.plus({OPCODE: sum(map(count_operations, scripts_of(declared)))})
        beside, named = keys_named(declared), keys_pushed(script)
        for number, wallet in enumerate(self._wallets):
            if wallet is self._first and _everything(wallet) > KEYS_SEARCHED:
                continue
            if (beside or wallet is self._first) and not self._window(number).names.isdisjoint(beside | named):
                yield number

    def _unsearched(self, kind: ScriptKind) -> tuple[Wallet, ...]:
        return tuple(self._wallets[number] for number in self._partial if self._kind(number) is kind)

    def _window(self, number: int) -> Window:
        """Derive the addresses of a wallet that are looked through, once."""
        if number not in self._windows:
            wallet = self._wallets[number]
            ranges = _whole(wallet) if wallet is self._first else self._affordable(number, wallet)
            self._windows[number] = window(wallet.descriptor, ranges)
        return self._windows[number]

    def _affordable(self, number: int, wallet: Wallet) -> Ranges:
        """Take from what all other wallets may cost together: for the whole reach, the likely places, or nothing."""
        ranges: Ranges = (range(wallet.reach + 1),)
        if _everything(wallet) > self._left:
            self._partial.append(number)
            ranges = _likely(wallet)
        price = cost(wallet.descriptor, sum(map(len, ranges)))
        if price > self._left:
            return ()
        self._left -= price
        return ranges

    def _kind(self, number: int) -> ScriptKind:
        if number not in self._kinds:
            self._kinds[number] = classify(self._place(number, 0, 0).derived.script).kind
        return self._kinds[number]

    def _place(self, number: int, branch: int, index: int) -> Place:
        here = (number, branch, index)
        if here not in self._derived:
            wallet = self._wallets[number]
            self.effort = self.effort.plus({DERIVATION: cost_of_one(wallet.descriptor)})
            self._derived[here] = Place(wallet, branch, index, wallet.derive(branch, index))
        return self._derived[here]


def _false_findings(where: str, led: _Followed, owner: Place | None = None) -> Iterator[Finding]:
    """Name the claims that are false. Of a key of the owner's own address it is none that has only lost a part."""
    own = {} if owner is None else {key.public_key[1:33]: key for key in owner.derived.keys}
    for claim in led.false:
        if claim.x_only not in own or not is_what_is_left(claim, own[claim.x_only]):
            yield finding("BTC-KEY-FALSE-CLAIM", where, path=format_path(claim.path))
    for claim in led.strays:
        if claim.x_only not in own:
            yield finding("BTC-PATH-STRANGE", where, path=format_path(claim.path))


def _everything(wallet: Wallet) -> int:
    return cost(wallet.descriptor, wallet.reach + 1)


def _whole(wallet: Wallet) -> Ranges:
    """All within reach. Raises Unreadable where that is too much."""
    if _everything(wallet) > KEYS_SEARCHED:
        raise _too_many(wallet)
    return (range(wallet.reach + 1),)


def _likely(wallet: Wallet) -> Ranges:
    """The first addresses, and those around the highest in use."""
    highest = wallet.used_to or 0
    return range(GAP), range(max(GAP, highest - GAP), wallet.reach + 1)


def _too_many(wallet: Wallet) -> Unreadable:
    return Unreadable(
        _("the wallet {wallet} has addresses up to number {index}: more than are looked through for an output").format(
            wallet=text.safe(wallet.name), index=wallet.reach
        ),
        hint=_("Check --used-to of its registration. Where it is right, move the money to a new wallet."),
        code="too-much-work",
    )


def _is_true(claim: Claim, place: Place, key: KeyExpression) -> bool:
    """Whether a key expression's key at a place is the one claimed. Nobody's key is none of the address's.

    Several may share an origin, where 00000000 is written for what is not known.
    """
    known = [each for each in place.derived.keys if (each.fingerprint, each.path) == (claim.fingerprint, claim.path)]
    keys = known or [key.derive(place.branch, place.index)]
    return claim.x_only in {each.public_key[1:33] for each in keys}


def _key_itself(extended_key: bytes) -> bytes:
    """Depth, child number, chain code and point: what is the same however a program writes a key down."""
    return extended_key[_VERSION : _PARENT.start] + extended_key[_PARENT.stop :]


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
    leaves = _leaves_of_keys(derived)
    for tap in declared.tap_derivations:
        if set(tap.leaf_hashes) != leaves.get(tap.xonly, set()):
            yield finding("BTC-LEAF-FALSE-CLAIM", where, path=format_path(tap.path))


def _has_hidden_keys(derived: Derived, declared: PsbtInput | PsbtOutput) -> bool:
    own = {key.public_key[1:] for key in derived.keys} if derived.internal_key is not None else set()
    return declared.tap_internal_key not in (None, derived.internal_key) or any(
        tap.xonly not in own and tap.xonly != derived.internal_key for tap in declared.tap_derivations
    )


def _has_hidden_scripts(derived: Derived, declared: PsbtInput | PsbtOutput) -> bool:
    """Whether leaves, control blocks or a root are given that are not the wallet's. Siblings have no order."""
    if isinstance(declared, PsbtOutput):
        tree = declared.tap_tree  # one of another size is another tree, and is not hashed to learn that
        return tree is not None and (len(tree) != len(derived.leaves) or _root(tree) != derived.merkle_root)
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


def _leaves_of_keys(derived: Derived) -> dict[bytes, set[bytes]]:
    """For each key (x only), the hashes of the leaves in which it stands."""
    leaves: dict[bytes, set[bytes]] = {}
    for leaf in derived.leaves:
        for key in leaf.keys:
            leaves.setdefault(key.public_key[1:], set()).add(leaf.leaf_hash)
    return leaves
