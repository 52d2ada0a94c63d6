"""`Candidate`: one of the keys of which one is kept, as its randomness; what follows from it, and its cards.

The machine's part and the number of the set are drawn and committed to, then the dice are rolled: nothing is left to
choose but salts. Whoever has the same part, number, rolls and salts comes to the same `Follows` and the same cards.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

from custody.catalogue import _
from custody.ceremony.candidates.follows import Account, FirstAddress, Follows
from custody.ceremony.plan.plan import Key, Plan
from custody.chains.bitcoin.consensus.network import Network, network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import format_path, parse_path
from custody.errors import Alarm, CustodyError, Refused, Unreadable
from custody.keys.cards import rehearsal
from custody.keys.cards.commitment import SALT_BYTES, commitment
from custody.keys.cards.randomness import IDENTIFIERS, SetMix
from custody.keys.cards.shares import Scheme, ShareSet, split
from custody.keys.entropy import PART, Dice, MachinePart, mix
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind, master_key
from custody.secret import Secret

ITERATION_EXPONENT = 1
"""SLIP-39's own choice, which every device reads; a ceremony's cards have no passphrase that it would protect."""

NOTHING_OF_THE_MACHINE = bytes(PART)
"""The machine's part of a key that comes from dice alone: zeros, which everybody knows."""

PATHS = MappingProxyType({"wpkh": "m/84'/{coin}'/0'", "tr": "m/86'/{coin}'/0'", "wsh": "m/48'/{coin}'/0'/2'"})
"""BIP-84, BIP-86 and BIP-48: a script -> the account that pays it."""

Salts = tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The `number`th candidate for a key, from 1. `salts` are one of 16 bytes for each card, group by group."""

    number: int
    mix: SetMix
    salts: Salts

    @classmethod
    def draw(cls, key: Key, number: int, used: Collection[int] = frozenset(), *, for_rehearsal: bool = False) -> Self:
        """Draw the machine's part, where the plan wants one, a number that is not `used`, and salts.

        Raises Usage where no number is free, and Unfit for randomness that is sick.
        """
        drawn = SetMix.draw(used, for_rehearsal=for_rehearsal)
        if not key.machine_random:
            drawn = replace(drawn, machine=MachinePart(Secret(NOTHING_OF_THE_MACHINE)))
        salts = tuple(tuple(secrets.token_bytes(SALT_BYTES) for _card in group.cards) for group in key.groups)
        return cls(number, drawn, salts)

    def rolled(self, dice: Dice | None) -> Self:
        """Return it with the dice that were rolled after it was drawn."""
        return replace(self, mix=self.mix.rolled(dice))

    def cards(self, key: Key) -> ShareSet:
        """Cut its secret into cards. Raises Refused for dice that are too few, or that fair ones would not give."""
        with self._secret(key) as secret:
            return self._cut(key, secret)

    def follows(self, plan: Plan, key: Key) -> Follows:
        """Return what follows from it.

        Raises Refused for dice as above, and Unreadable for a number or salts that no candidate of this key has.
        """
        self._check_shape(key)
        with self._secret(key) as secret:
            made = self._cut(key, secret)
            with master_key(secret, Kind.SLIP39, None) as master:
                fingerprint, accounts = master.fingerprint, tuple(_accounts(plan, key, master))
            with master_key(secret, Kind.BIP39, None) as other:
                other_fingerprint = other.fingerprint
        machine = bytes.fromhex(self.mix.machine.commitment) if key.machine_random else None
        cards = tuple(
            tuple(commitment(salt, card) for salt, card in zip(salts, group, strict=True))
            for salts, group in zip(self.salts, made.groups, strict=True)
        )
        addresses = tuple(_addresses(plan, key, fingerprint, accounts))
        return Follows(
            plan.digest,
            key.id,
            self.number,
            self.mix.identifier,
            machine,
            fingerprint,
            other_fingerprint,
            accounts,
            addresses,
            cards,
        )

    def _check_shape(self, key: Key) -> None:
        """Who opens a candidate has typed it."""
        if not 0 <= self.mix.identifier < IDENTIFIERS:
            raise Unreadable(_("the number of a set lies between 0 and {last}").format(last=IDENTIFIERS - 1))
        counts = [len(group.cards) for group in key.groups]
        lengths = {len(salt) for group in self.salts for salt in group}
        if [len(group) for group in self.salts] != counts or lengths != {SALT_BYTES}:
            raise Unreadable(
                _("the salts of candidate {number} are not {count} of {size} bytes, one for each card").format(
                    number=self.number, count=sum(counts), size=SALT_BYTES
                )
            )

    def _cut(self, key: Key, secret: Secret) -> ShareSet:
        return split(secret, scheme_of(key), iteration_exponent=ITERATION_EXPONENT, mix=self.mix)

    def _secret(self, key: Key) -> Secret:
        rolls = 0 if self.mix.dice is None else len(self.mix.dice)
        if rolls < key.rolls:
            raise Refused(
                _("{count} rolls are fewer than the plan says for {key}: {needed}").format(
                    count=rolls, key=key.id, needed=key.rolls
                ),
                hint=_("Go on rolling; none of the rolls so far is lost."),
                code="dice",
            )
        drawn = mix(self.mix.machine, self.mix.dice, key.bits)
        if not self.mix.is_for_rehearsal:
            return drawn
        with drawn:
            return rehearsal.marked(drawn)


def scheme_of(key: Key) -> Scheme:
    """Return how the plan wants a key cut."""
    return Scheme(key.groups_needed, tuple((group.needed, len(group.cards)) for group in key.groups))


def require_of_plan(plan: Plan, key: Key, follows: Follows) -> None:
    """Raise Alarm for account keys that the plan's wallets have not, and for an address that is not the account's."""
    scripts = dict.fromkeys(wallet.script for wallet in plan.wallets if key.id in wallet.keys)
    coin = network(plan.network).coin_type
    paths = [(script, format_path(parse_path(PATHS[script].format(coin=coin)))) for script in scripts]
    try:
        for each in follows.accounts:  # also of a quorum, which has no address of its own: network, depth, one key
            Wallet.register(
                "account", [f"wpkh({each.with_origin(follows.fingerprint)}/<0;1>/*)"], network(plan.network)
            )
        addresses = tuple(_addresses(plan, key, follows.fingerprint, follows.accounts))
    except (CustodyError, KeyError):
        paths, addresses = [("", "")], ()
    if [(each.script, each.path) for each in follows.accounts] != paths or addresses != follows.addresses:
        raise Alarm(
            _("the account keys of {key}, or its first address, are not those of the plan's wallets").format(
                key=key.id
            ),
            hint=_("Use no address of it: another wallet may be behind it."),
            code="candidate-differs",
        )


def require_apart(made: Iterable[Follows]) -> None:
    """Raise Alarm where two keys have a fingerprint or an account key in common."""
    told = [(each.fingerprint, *(account.xpub for account in each.accounts)) for each in made]
    said = [each for one in told for each in one]
    if len(set(said)) != len(said):
        raise Alarm(
            _("two of the keys are one key"),
            hint=_("A quorum of them is none. Use no address of it."),
            code="candidate-differs",
        )


def _accounts(plan: Plan, key: Key, master: MasterKey) -> Iterator[Account]:
    """Yield the account keys that the plan's wallets need of this key, each script's once."""
    of_network = network(plan.network)
    for script in dict.fromkeys(wallet.script for wallet in plan.wallets if key.id in wallet.keys):
        path = parse_path(PATHS[script].format(coin=of_network.coin_type))
        yield Account(script, format_path(path), master.account_xpub(path, of_network.xpub))


def _addresses(plan: Plan, key: Key, fingerprint: bytes, accounts: tuple[Account, ...]) -> Iterator[FirstAddress]:
    """Yield the first receiving address of each wallet that is of this key alone; others wait for more keys."""
    by_script = {account.script: account for account in accounts}
    for wallet in plan.wallets:
        if wallet.keys == (key.id,):
            yield FirstAddress(wallet.id, _address(by_script[wallet.script], fingerprint, network(plan.network)))


def _address(account: Account, fingerprint: bytes, of_network: Network) -> str:
    descriptor = f"{account.script}({account.with_origin(fingerprint)}/<0;1>/*)"
    return Wallet.register("candidate", [descriptor], of_network).address(0, 0)
