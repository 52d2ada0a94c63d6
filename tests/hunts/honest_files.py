"""Honest files as other programs make them, over every kind of wallet.

A file is drawn field by field, with embit's keys and scripts, or built by bdk's own wallet, and then perhaps turned
into version 2 by libwally.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import bdkpython as bdk
import wallycore

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.referees.test_random_transactions import SEQUENCES, stranger, written
from tests.support import desk

USED_TO, REACH = 900, 1_100
"""How far every wallet here is used, and is looked through."""
DUST = 600
"""Satoshi of a coin that is hardly worth its fee."""

Output = tuple[bytes, int, str, Sequence[desk.Pair]]
"""A script, satoshi, what becomes of it, and what the file says of it."""


def _without_origin(form: str, path: str, origin: str = "") -> str:
    return form.format(f"{origin}{desk.root('A').derive(path).to_public().to_base58()}/<0;1>/*")


def _quorum(form: str, path: str, *unknown: str) -> str:
    """A quorum; the fingerprints of some cosigners are not known."""
    whole = form.format(**desk.expressions(path))
    for who in unknown:
        whole = whole.replace(desk.root(who).my_fingerprint.hex(), "00000000")
    return whole


_MORE = {
    "wsh(multi)": _quorum("wsh(multi(2,{A},{B},{C}))", "48h/1h/6h/2h"),
    "two cosigners unknown": _quorum("wsh(sortedmulti(2,{A},{B},{C}))", "48h/1h/5h/2h", "B", "C"),
    "no origin": _without_origin("wpkh({})", "m/84h/1h/6h"),
    "below the master key": _without_origin("pkh({})", "m", f"[{desk.root('A').my_fingerprint.hex()}]"),
}
"""Quorums in the order of the text, and wallets that say little of their keys, as Core, Electrum and others do."""

OWNERS = {kind: desk.wallet(kind) for kind in (*desk.KINDS, *desk.POLICIES)} | {
    kind: desk.Wallet(kind, descriptor, ()) for kind, descriptor in _MORE.items()
}
NOBODY = bytes(OWNERS["tr(nobody,tree)"].derive(0, 0).key.fingerprint)
"""The fingerprint of an extended key that nobody holds; files tell of its children, and of desk.NUMS, as of keys."""

BUILT_BY_BDK = (*desk.KINDS, *_MORE, "tr(nobody,multi_a)")
"""Those of which bdk asks nobody by which path they are to be spent."""


@dataclass(frozen=True)
class Honest:
    """A file that nobody has touched: whose coins it spends, which other wallets are registered, what returns.

    `maker` and `returns` (satoshi) are what its maker says.
    """

    psbt: bytes
    owner: str
    beside: tuple[str, ...]
    returns: int
    maker: str

    @property
    def wallets(self) -> tuple[Wallet, ...]:
        """The registered wallets, the spender's somewhere among them."""
        return tuple(registered(kind) for kind in sorted((self.owner, *self.beside)))


@cache
def registered(kind: str) -> Wallet:
    """Our registration of a wallet."""
    return Wallet.register(kind, [OWNERS[kind].descriptor], network("regtest"), USED_TO)


@cache
def address(kind: str, branch: int, index: int) -> tuple[bytes, tuple[desk.Pair, ...], tuple[desk.Pair, ...]]:
    """The script there, what a program says of change to it, and what it says of a coin there besides the amount."""
    owner = OWNERS[kind]
    nothing = desk.Coin(branch, index, 0, b"", b"", 0)
    of_coin = tuple(pair for pair in desk.input_pairs(owner, nothing) if pair[0] not in (b"\x00", b"\x01"))
    return owner.script(branch, index), tuple(desk.change_pairs(owner, branch, index)), of_coin


@cache
def places(kind: str) -> tuple[tuple[int, int], ...]:
    """Addresses all over a wallet, from the first to nearly the last within reach."""
    chance = Random(f"places of {kind}")
    return tuple((branch, index) for branch in (0, 1) for index in (0, 3, chance.randrange(USED_TO), REACH - 2))


# --- drawn ---


def people(chance: Random, owners: Sequence[str] = tuple(OWNERS)) -> tuple[str, tuple[str, ...]]:
    """Draw who spends, and which other wallets are registered."""
    kind = chance.choice(owners)
    others = [each for each in OWNERS if each != kind]
    return kind, tuple(chance.sample(others, chance.choice((0, 0, 1, 2, 3))))


def drawn(
    chance: Random,
    kind: str,
    beside: tuple[str, ...],
    pays: tuple[bytes, Sequence[desk.Pair]] | None = None,
    dust: tuple[int, int] | None = None,
) -> Honest:
    """Draw a file, of version 0 or 2.

    `pays` is a script that it has to pay, in place of one of its own outputs, and what is said of it; `dust` is where
    a small coin lies that it has to spend too.
    """
    spent = [_coin(chance, kind, *chance.choice(places(kind))) for _each in range(chance.choice((1, 1, 2, 3)))]
    paid = _outputs(chance, kind, beside, sum(coin.amount for coin in spent), len(spent))
    if pays is not None:
        at = chance.randrange(len(paid))
        paid[at] = (pays[0], paid[at][1], "payments", pays[1])
    if dust is not None:
        spent.insert(chance.randrange(len(spent) + 1), _coin(chance, kind, *dust, amount=DUST))
    locktime, version = chance.choice((0, 0, 166, 850_000)), chance.choice((0, 2))
    sequences = [chance.choice(SEQUENCES) if chance.random() < 0.2 else desk.RBF for _each in spent]
    outpoints = [(desk.txid(each.previous), each.vout, n) for each, n in zip(spent, sequences, strict=True)]
    accounts = _account_fields(kind) if chance.random() < 0.4 else ()
    inputs = [_said_of(kind, each) for each in spent]
    _unsigned, psbt = written(version, outpoints, paid, inputs, locktime, accounts)
    returns = sum(amount for _script, amount, what, _said in paid if what == "change")
    return Honest(psbt, kind, beside, returns, f"drawn, version {version}")


def _coin(chance: Random, kind: str, branch: int, index: int, amount: int | None = None) -> desk.Coin:
    """A coin at an address, among outputs to others in its own transaction."""
    amount = amount or chance.choice((60_000, 700_000, 10**7, 10**8)) + chance.randrange(50_000)
    made, number = (
        [desk.output(chance.randrange(1, 10**6), stranger(chance)) for _each in range(3)],
        chance.randrange(3),
    )
    script = address(kind, branch, index)[0]
    made[number] = desk.output(amount, script)
    previous = desk.transaction([(chance.randbytes(32), chance.randrange(5), desk.RBF)], made, chance.randrange(9))
    return desk.Coin(branch, index, amount, script, previous, number)


def _said_of(kind: str, coin: desk.Coin) -> list[desk.Pair]:
    pairs = list(address(kind, coin.branch, coin.index)[2])
    descriptor = OWNERS[kind].descriptor
    if not descriptor.startswith("tr("):
        pairs.append((b"\x00", coin.previous))
    if not descriptor.startswith(("pkh(", "sh(multi")):
        pairs.append((b"\x01", coin.utxo))
    return pairs


def _outputs(chance: Random, kind: str, beside: Sequence[str], spent: int, inputs: int) -> list[Output]:
    """Payments, transfers and change in any order and size, under fees that nobody, a person or no one agrees to."""
    found: list[tuple[bytes, str, Sequence[desk.Pair]]]
    found = [(stranger(chance), "payments", ()) for _each in range(chance.choice((0, 1, 1, 2, 3)))]
    for _each in range(chance.choice((0, 1, 1, 2)) or not found):
        script, said, _of_coin = address(kind, *chance.choice(places(kind)))
        found.append((script, "change", said))
    if chance.random() < 0.3:
        other = chance.choice([each for each in (*beside, *OWNERS) if each != kind])
        script, said, _of_coin = address(other, *chance.choice(places(other)))
        found.append((script, "payments", said if other in beside and chance.random() < 0.6 else ()))
    weights = [chance.choice((1, 4, 40)) for _each in found]
    fee = chance.choice((350 * inputs, 350 * inputs, spent // 100, spent // 30, spent // 8))
    paid: list[Output] = [
        (script, (spent - fee) * weight // sum(weights), what, said)
        for (script, what, said), weight in zip(found, weights, strict=True)
    ]
    if chance.random() < 0.15:
        paid.append((b"\x6a" + desk.sized(chance.randbytes(20)), 0, "burned", ()))
    chance.shuffle(paid)
    return paid


def _account_fields(kind: str) -> list[desk.Pair]:
    """PSBT_GLOBAL_XPUB for every account key of a wallet that has an origin (BIP-174)."""
    fields = []
    for key in registered(kind).account_keys:
        if len(key.origin_path) == key.extended_key.depth:
            steps = b"".join(step.to_bytes(4, "little") for step in key.origin_path)
            fields.append((b"\x01" + key.extended_key.to_bytes(), key.fingerprint + steps))
    return fields


# --- built by bdk ---

_BDK_COINS, _BDK_AMOUNT = 12, 400_000


@cache
def _bdk_wallet(kind: str) -> bdk.Wallet:
    """A wallet of bdk's own, to whose first addresses coins have been paid."""
    receiving, change = (bdk.Descriptor(OWNERS[kind].single(branch), bdk.NetworkKind.TEST) for branch in (0, 1))
    wallet = bdk.Wallet(receiving, change, bdk.Network.REGTEST, bdk.Persister.new_in_memory())
    paid = []
    for number in range(_BDK_COINS):
        keychain = (bdk.KeychainKind.EXTERNAL, bdk.KeychainKind.INTERNAL)[number % 2]
        script = bytes(wallet.reveal_next_address(keychain).address.script_pubkey().to_bytes())
        made = desk.transaction([(bytes([number + 1]) * 32, 0, desk.RBF)], [desk.output(_BDK_AMOUNT, script)])
        paid.append(bdk.UnconfirmedTx(tx=bdk.Transaction(made), last_seen=number))
    wallet.apply_unconfirmed_txs(paid)
    return wallet


def built(chance: Random, kind: str, beside: tuple[str, ...]) -> Honest:
    """Let bdk choose coins, change and what it says of them; of some, let libwally make version 2 (BIP-370)."""
    wallet, builder = _bdk_wallet(kind), bdk.TxBuilder()
    for script in (stranger(chance) for _each in range(chance.choice((1, 1, 2, 3)))):
        amount = bdk.Amount.from_sat(chance.choice((10_000, 50_000, 500_000)) + chance.randrange(5_000))
        builder = builder.add_recipient(bdk.Script(script), amount)
    builder = builder.fee_absolute(bdk.Amount.from_sat(chance.choice((1_500, 1_500, 9_000, 60_000))))
    if chance.random() < 0.4 and kind != "no origin":
        builder = builder.add_global_xpubs()
    built_psbt = builder.finish(wallet)
    returns = wallet.sent_and_received(built_psbt.extract_tx_unchecked_fee_rate()).received.to_sat()
    psbt, maker = base64.b64decode(built_psbt.serialize()), "bdk, version 0"
    if chance.random() < 0.5:
        read = wallycore.psbt_from_bytes(psbt, wallycore.WALLY_PSBT_PARSE_FLAG_STRICT)
        wallycore.psbt_set_version(read, 0, 2)
        psbt, maker = bytes(wallycore.psbt_to_bytes(read, 0)), "bdk and libwally, version 2"
    return Honest(psbt, kind, beside, returns, maker)


def honest(number: int, seed: int) -> Honest:
    """Make the file with this number."""
    chance = Random(f"honest {seed} {number}")
    if number % 3:
        return drawn(chance, *people(chance))
    return built(chance, *people(chance, BUILT_BY_BDK))
