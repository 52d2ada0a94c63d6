"""`Wallet`: a descriptor, checked once at registration, to what is ours: scripts, addresses and keys.

Public, and the only authority on what is ours. An address, a coin or an output belongs to a wallet if the wallet
derives exactly its script. Nothing that a PSBT says can make it so. A wallet's file is JSON of one fixed form
(docs/spec/wallet.md).
"""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Any, Self

from custody import strict_json, text
from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import address, script_of
from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.descriptor import Derived, Descriptor, KeyExpression, merge
from custody.chains.bitcoin.descriptor.expression import cosigner, within
from custody.chains.extended_key import ExtendedKey
from custody.derivation import HARDENED
from custody.errors import Mismatch, Unreadable, Usage

FORMAT = "custody-wallet/1"
WAITING_FORMAT = "custody-wallet/2"  # not in service yet: releases that know of no difference refuse it
GAP = 200
"""How far beyond the highest index in use money may return: ten times what BIP-44 wallets look ahead."""
LEAST_REACH = 1_000
"""The index up to which money may return to any wallet, however little of it is in use: found in a second."""
_KEYS = {"format", "chain", "name", "network", "descriptor", "used_to"}
_WAITS = {"service": "waits"}
_PURPOSES = {44, 48, 49, 84, 86}
"""Purposes whose second step is a coin type (BIP-44, 48, 49, 84, 86)."""


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A cosigner's account key: whose (4-byte master fingerprint), at which path, and the key itself."""

    fingerprint: bytes
    origin_path: tuple[int, ...]
    extended_key: ExtendedKey


@dataclass(frozen=True, slots=True)
class Wallet:
    """A registered wallet. `used_to` is the highest index known to be handed out, on either branch; None: unknown."""

    name: str
    network: Network
    descriptor: Descriptor
    used_to: int | None = None
    waits: bool = False  # it is not in service yet, and every review says so (BTC-WALLET-WAITS)

    @classmethod
    def register(cls, name: str, descriptors: Sequence[str], network: Network, used_to: int | None = None) -> Self:
        """Check what is to be trusted from now on: one descriptor with both branches, or one for each.

        Raises Unreadable for what is malformed or would let fewer people sign than it says, and Mismatch where a key
        does not fit the network, its own origin or the other keys.
        """
        if not 1 <= len(descriptors) <= 2:
            raise Usage(_("a wallet has one descriptor, or one that receives and one for change"))
        parsed = [Descriptor.parse(each) for each in descriptors]
        descriptor = parsed[0] if len(parsed) == 1 else merge(*parsed)
        numbered = list(enumerate(descriptor.signing_keys, 1))
        for number, key in numbered:
            with _place(number, key, len(numbered)):
                if not key.is_held_by_nobody:
                    _check_extended(key)
        if not descriptor.ranged or descriptor.branches > 2:
            raise Unreadable(
                _("a wallet's keys must be extended keys that end in /<0;1>/* or /0/*"),
                hint=_("Export the descriptor of the account, not of one address."),
            )
        for number, key in numbered:
            with _place(number, key, len(numbered)):
                _check_key(key, network)
        _check_key_of_nobody(descriptor, network)
        _check_quorum(descriptor)
        if used_to is not None and not 0 <= used_to < HARDENED:
            raise Usage(_("an address index lies between 0 and 2147483647"))
        return cls(text.name(name), network, descriptor, used_to)

    def as_waiting(self) -> Self:
        """Return it as one that is not in service yet."""
        return replace(self, waits=True)

    @property
    def fingerprints(self) -> frozenset[bytes]:
        """The master fingerprints of its keys, of those that somebody can hold."""
        return frozenset(key.fingerprint for key in self.descriptor.signing_keys)

    @property
    def reach(self) -> int:
        """The highest index, on either branch, that money may return to and is looked for at."""
        return min(max((self.used_to or 0) + GAP, LEAST_REACH), HARDENED - 1)

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """Its cosigners' account keys, in the descriptor's order; each once, however often a policy names it."""
        keys = (
            AccountKey(key.fingerprint, key.origin_path, key.extended)
            for key in self.descriptor.signing_keys
            if key.extended is not None
        )
        return tuple(dict.fromkeys(keys))

    @property
    def policy(self) -> tuple[str, ...]:
        """Who can spend, and when: sentences that name cosigners by their numbers. Empty where a threshold says it."""
        numbers = {key: number for number, key in enumerate(self.account_keys, 1)}

        def name(number: int) -> str:
            key = self.descriptor.keys[number]
            if key.extended is None or (number == 0 and not self.descriptor.is_key_path_open):
                return _("nobody")
            cosigner = numbers[AccountKey(key.fingerprint, key.origin_path, key.extended)]
            return _("cosigner {number}").format(number=cosigner)

        return self.descriptor.explain(name)

    def derive(self, branch: int, index: int) -> Derived:
        """Return the scripts and keys at a branch (0 receives, 1 is change) and index."""
        return self.descriptor.derive(branch, index)

    def address(self, branch: int, index: int) -> str:
        """Return the address at a branch and index."""
        shown = address(self.derive(branch, index).script, self.network)
        if shown is None:
            raise ValueError("every supported descriptor has addresses")
        return shown

    def locate(self, fingerprint: bytes, path: tuple[int, ...]) -> tuple[int, int] | None:
        """Return the branch and index that a claimed key origin names; None if this wallet has no key there."""
        located = (key.locate(fingerprint, path) for key in self.descriptor.keys)
        return next((place for place in located if place is not None), None)

    def find(self, wanted: str, limit: int, first: int = 0) -> tuple[int, int] | None:
        """Return the branch and index of an address among the first `limit` of each branch. Raises as `script_of`.

        `first` is the index to begin with.
        """
        script = script_of(wanted, self.network)
        for index in range(first, min(limit, HARDENED)):
            for branch in range(self.descriptor.branches):
                if self.derive(branch, index).script == script:
                    return branch, index
        return None

    def to_json(self) -> str:
        """Write the wallet's file."""
        return (
            json.dumps(
                {
                    "format": WAITING_FORMAT if self.waits else FORMAT,
                    "chain": "bitcoin",
                    "name": self.name,
                    "network": self.network.name,
                    "descriptor": self.descriptor.with_checksum(),
                    "used_to": self.used_to,
                    **(_WAITS if self.waits else {}),
                },
                indent=2,
            )
            + "\n"
        )

    @classmethod
    def from_json(cls, document: str) -> Self:
        """Read a wallet's file and check it as at registration. Raises Unreadable and Mismatch."""
        fields = _fields(document)
        name, network, descriptor, used_to = (fields[key] for key in ("name", "network", "descriptor", "used_to"))
        if not (isinstance(name, str) and isinstance(descriptor, str) and "#" in descriptor):
            raise _malformed(_("name or descriptor"))
        if not isinstance(network, str) or network not in NETWORKS:
            raise _malformed(_("network"))
        if used_to is not None and (type(used_to) is not int or not 0 <= used_to < HARDENED):
            raise _malformed("used_to")
        wallet = cls.register(name, [descriptor], NETWORKS[network], used_to)
        return wallet.as_waiting() if fields["format"] == WAITING_FORMAT else wallet


def _fields(document: str) -> dict[str, Any]:
    try:
        fields = strict_json.parse(document.encode("utf-8", "surrogatepass"))
    except Unreadable as failure:
        raise Unreadable(
            _("this is not a wallet file: {reason}").format(reason=failure.message),
            hint=_("Make one with: custody wallet new."),
        ) from None
    known = (FORMAT, WAITING_FORMAT)
    if not isinstance(fields, dict) or fields.get("format") not in known or fields.get("chain") != "bitcoin":
        raise Unreadable(
            _("this is not a Bitcoin wallet file of a format that this program knows"),
            hint=_("It knows {format}. Make one with: custody wallet new.").format(format=", ".join(known)),
        )
    more = _WAITS if fields["format"] == WAITING_FORMAT else {}
    if set(fields) != _KEYS | more.keys() or any(fields[name] != value for name, value in more.items()):
        raise _malformed(_("its fields"))
    return fields


def _malformed(what: str) -> Unreadable:
    return Unreadable(
        _("the wallet file is malformed: {what}").format(what=what), hint=_("Make it again with: custody wallet new.")
    )


def _check_quorum(descriptor: Descriptor) -> None:
    """Every cosigner must hold a key of their own, and the branches must be where people expect them.

    One account key may stand in several ways to spend, with other branches in each (BIP-388): then nobody counts twice.
    """
    keys = descriptor.signing_keys
    companions, points = descriptor.companions(), [key.points for key in descriptor.keys]
    for (number, ours), (other, theirs) in combinations(enumerate(descriptor.keys), 2):
        if points[number].isdisjoint(points[other]):
            continue
        if frozenset((number, other)) in companions or not _has_disjoint_branches(ours, theirs):
            raise Unreadable(
                _("the same key stands twice in the quorum, so fewer people than it says could sign"),
                hint=_(
                    "Every cosigner needs a key of their own. In a policy one key may stand in several ways to spend,"
                    " with other branches in each: <0;1>, then <2;3>."
                ),
            )
    if any(above.is_above(below) for above, below in permutations(keys, 2)):
        raise Unreadable(
            _("one key of the quorum is a child of another, so fewer people than it says could sign"),
            hint=_("Every cosigner needs a key of their own."),
        )
    accounts = {key.extended: key for key in keys}.values()
    origins = [(key.fingerprint, key.origin_path) for key in accounts if key.has_origin and any(key.fingerprint)]
    if len(set(origins)) != len(origins):  # 00000000 is what some wallets write where they do not know the origin
        raise Mismatch(_("two different keys of the descriptor have the same origin"), hint=_ORIGIN_HINT)
    if any(step != tuple(sorted(step)) for key in descriptor.keys for step in key.steps):
        raise Unreadable(
            _("the branches of the descriptor stand in the wrong order: the first receives, the second is change"),
            hint=_("Write <0;1>, or name the descriptor that receives first."),
        )


def _has_disjoint_branches(ours: KeyExpression, theirs: KeyExpression) -> bool:
    """Whether two expressions of one account key differ in their last step only, and on every branch."""
    if not (ours.steps and theirs.steps):
        return False
    if replace(ours, steps=ours.steps[:-1]) != replace(theirs, steps=theirs.steps[:-1]):
        return False
    return set(ours.steps[-1]).isdisjoint(theirs.steps[-1])


def _check_key_of_nobody(descriptor: Descriptor, network: Network) -> None:
    """Only a taproot tree may hold a key without an owner, and only as its internal key."""
    if any(key.is_held_by_nobody for key in descriptor.signing_keys):
        raise Unreadable(
            _("a key of the descriptor is one that nobody can hold, where a signature is needed"),
            hint=_("Money sent there could never be spent, or only by fewer ways than the descriptor says."),
        )
    internal = descriptor.keys[0].extended
    if not descriptor.is_key_path_open and internal is not None and internal.version != network.xpub:
        raise _wrong_network(network)


def _place(number: int, key: KeyExpression, keys: int) -> AbstractContextManager[None]:
    """Name the cosigner of whose key an error is, where there are several."""
    if keys == 1:
        return nullcontext()
    return within(cosigner(number, key.fingerprint.hex() if key.has_origin else ""))


def _check_extended(key: KeyExpression) -> ExtendedKey:
    if key.extended is None:
        raise Unreadable(
            _(
                "a wallet's keys must be extended keys, and one is a plain public key: without a chain code, as in "
                "chain code delegation (BIP-89), nobody can tell which addresses are the wallet's"
            ),
            hint=_("Ask its holder for the extended key (xpub) with its origin."),
        )
    return key.extended


def _check_key(key: KeyExpression, network: Network) -> None:
    """A key must be of this network and where its origin says that it is (BIP-32, BIP-44)."""
    extended = _check_extended(key)
    if extended.version != network.xpub:
        raise _wrong_network(network)
    path = key.origin_path
    purpose = path[0] - HARDENED if path and path[0] >= HARDENED else None
    if purpose in _PURPOSES and len(path) > 1 and path[1] != HARDENED + network.coin_type:
        raise Mismatch(
            _("the path of a key names another coin or network than {network}").format(network=network.name),
            hint=_("The second step is {coin}h on this network.").format(coin=network.coin_type),
            code="network-mismatch",
        )
    if not key.has_origin:
        return
    if extended.depth != len(path) or (path and extended.child_number != path[-1]):
        raise Mismatch(_("a key of the descriptor does not lie where its origin says"), hint=_ORIGIN_HINT)
    named = extended.fingerprint if not path else extended.parent_fingerprint if len(path) == 1 else key.fingerprint
    if named != key.fingerprint:
        raise Mismatch(_("a key of the descriptor is not a child of the master key in its origin"), hint=_ORIGIN_HINT)


def _wrong_network(network: Network) -> Mismatch:
    return Mismatch(
        _("a key of the descriptor belongs to {theirs}, the wallet to {ours}").format(
            theirs=_("a test network") if network.is_main else _("the main network"), ours=network.name
        ),
        hint=_("A key for the main network begins with xpub, one for a test network with tpub."),
        code="network-mismatch",
    )


_ORIGIN_HINT = _("Compare the key and the text in its brackets with what the cosigner's device shows.")
