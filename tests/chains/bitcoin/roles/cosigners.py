"""Cosigners who sign the same request apart, and the files that they send back. Made with our own signing job."""

from collections.abc import Callable, Sequence
from functools import cache

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.roles import Source
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.chains.bitcoin.review.drafts import STRANGER, registered
from tests.chains.bitcoin.review.test_tasks import signatures
from tests.support import desk

WAYS = [(kind, desk.RBF) for kind in desk.KINDS] + [
    (kind, sequence) for kind, (_form, _path, ways) in desk.POLICIES.items() for sequence in ways
]
"""A kind of wallet and the sequence number of one way to spend from it."""

QUORUMS = [kind for kind in desk.KINDS if "multi" in kind]


@cache
def request(kind: str, version: int = 0, count: int = 2, sequence: int = desk.RBF) -> bytes:
    """What the desk asks to be signed."""
    owner = desk.wallet(kind, sequence)
    return desk.psbt(owner, desk.coins(owner, count), [(STRANGER, 40_000)], 1_500, version, sequence=sequence)


@cache
def signed_by(who: str, kind: str, version: int = 0, count: int = 2, sequence: int = desk.RBF) -> bytes:
    """What one cosigner sends back."""
    reviewed = review(request(kind, version, count, sequence), (registered(kind),))
    return reviewed.attach(signatures(reviewed, who))


def apart(kind: str, version: int = 0, count: int = 2, sequence: int = desk.RBF) -> list[Source]:
    """Each signer's file, by their letters."""
    signers = desk.wallet(kind, sequence).signers
    return [source(signed_by(who, kind, version, count, sequence), f"{who}.psbt") for who in signers]


def source(document: bytes, name: str = "file.psbt") -> Source:
    """A file."""
    return Source.read(name, document)


def wallets(kind: str) -> tuple[Wallet, ...]:
    """The registered wallet of a kind, alone."""
    return (registered(kind),)


def fields(psbt: Psbt) -> list[frozenset[Pair]]:
    """Every map as a set of its fields."""
    return [frozenset(each.pairs) for each in (psbt.header, *psbt.inputs, *psbt.outputs)]


Change = Callable[[list[Pair]], Sequence[Pair]]


def changed(document: bytes, number: int, change: Change) -> bytes:
    """Rewrite one map of a PSBT: 0 is the global one, then come the inputs and the outputs."""
    psbt = Psbt.parse(document)
    maps = [list(each.pairs) for each in (psbt.header, *psbt.inputs, *psbt.outputs)]
    maps[number] = list(change(maps[number]))
    return b"psbt\xff" + b"".join(RawMap(b"\x00").with_pairs(pairs).encoded for pairs in maps)


def without(*types: int) -> Change:
    """Leave the fields of some types out."""
    return lambda pairs: [pair for pair in pairs if pair[0][0] not in types]


def having(key: bytes, value: bytes) -> Change:
    """Set a field."""
    return lambda pairs: [*(pair for pair in pairs if pair[0] != key), (key, value)]
