"""PSBTs as a hostile desk would write them: an honest one taken apart, changed in one place, and put together again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.support import desk

STRANGER = b"\x00\x14" + b"\x5a" * 20
"""A stranger's P2WPKH script."""

PAYMENT, CHANGE, FEE = 30_000, 69_000, 1_000


@cache
def registered(kind: str, *, name: str = "treasury", used_to: int | None = None) -> Wallet:
    """Our registration of the desk's wallet of a kind."""
    return Wallet.register(name, [desk.wallet(kind).descriptor], network("regtest"), used_to)


@dataclass
class Draft:
    """A PSBT v0 in the making. `coins` fund it; each output is (script, amount, what the desk says about it)."""

    kind: str
    coins: list[desk.Coin]
    outputs: list[tuple[bytes, int, list[desk.Pair]]]
    inputs: list[list[desk.Pair]]
    globals: list[desk.Pair] = field(default_factory=list)
    sequence: int = desk.RBF
    locktime: int = 0
    outpoints: list[tuple[bytes, int]] = field(default_factory=list)

    def psbt(self) -> bytes:
        """The PSBT."""
        spent = [(txid, vout, self.sequence) for txid, vout in self.outpoints]
        paid = [desk.output(amount, script) for script, amount, _pairs in self.outputs]
        unsigned = desk.transaction(spent, paid, self.locktime)
        maps = [
            [(b"\x00", unsigned), *self.globals],
            *self.inputs,
            *(pairs for _script, _amount, pairs in self.outputs),
        ]
        return b"psbt\xff" + b"".join(map(desk.psbt_map, maps))

    def drop(self, index: int, key: bytes) -> "Draft":
        """Leave a field of an input out."""
        self.inputs[index] = [(k, v) for k, v in self.inputs[index] if k != key]
        return self

    def put(self, index: int, key: bytes, value: bytes) -> "Draft":
        """Set a field of an input."""
        self.drop(index, key).inputs[index].append((key, value))
        return self


def honest(kind: str = "wpkh", count: int = 1, owner: desk.Wallet | None = None) -> Draft:
    """One payment to a stranger and change at 1/3, from `count` coins of 100,000 satoshi and a little each."""
    owner = owner or desk.wallet(kind)
    coins = list(desk.coins(owner, count))
    total = sum(coin.amount for coin in coins)
    change = total - PAYMENT * count - FEE * count
    return Draft(
        kind,
        coins,
        [
            (STRANGER, PAYMENT * count, []),
            (owner.script(1, 3), change, desk.change_pairs(owner, 1, 3)),
        ],
        [desk.input_pairs(owner, coin) for coin in coins],
        outpoints=[(desk.txid(coin.previous), coin.vout) for coin in coins],
    )


def judge(draft: Draft, *wallets: Wallet) -> ReviewedPsbt:
    """Review a draft against its own wallet, or against the wallets named."""
    return review(draft.psbt(), wallets or (registered(draft.kind),))


def ids(reviewed: ReviewedPsbt) -> set[str]:
    """The IDs of everything the review found."""
    return {finding.id for finding in reviewed.review.findings}


Attack = Callable[[Draft], Draft]
