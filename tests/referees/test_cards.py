"""Cards cross over to other implementations of SLIP-39 and back: every shape that they know, each quorum of it.

bip39-slip39, of btclib's keepers, reads and makes every shape. embit makes groups of one card each, in sets that are
not extendable, from a phrase; it reads no extendable set (its checksum knows one name), so none of ours.
"""

import random
from itertools import chain, combinations, islice, product

import pytest
from bip39_slip39.slip39 import master_secret_from_mnemonics, mnemonics_from_master_secret
from embit import bip32, bip39
from embit.slip39 import Share, ShareSet

from custody.keys import kinds
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.shares import MOST, Scheme, split
from custody.keys.kinds import Kind
from custody.secret import Secret

pytestmark = pytest.mark.referee

SECRETS = {128: bytes(range(16)), 256: bytes(range(100, 132))}
MOST_QUORUMS = 12
SINGLE = [(needed, count) for count in range(1, 7) for needed in range(1, count + 1) if needed > 1 or count == 1]
SHAPES = [
    *(Scheme.single(needed, count) for needed, count in SINGLE),
    Scheme.single(MOST, MOST),
    Scheme.single(5, 8),
    *(Scheme(needed, ((2, 3), (3, 5), (1, 1))) for needed in (1, 2, 3)),
    *(Scheme(needed, ((1, 1),) * 5) for needed in (1, 3, 5)),
    Scheme(2, ((3, 5), (3, 5))),
    Scheme(MOST, ((1, 1),) * MOST),
]


def named(shape: Scheme) -> str:
    return f"{shape.group_threshold} of " + " ".join(f"{needed}/{count}" for needed, count in shape.groups)


def quorums(shape: Scheme, groups: list[list[str]]) -> list[list[str]]:
    """The smallest quorums, in an order of their own: all, or so many."""
    found = (
        list(chain.from_iterable(cards))
        for chosen in combinations(range(len(groups)), shape.group_threshold)
        for cards in product(*(combinations(groups[at], shape.groups[at][0]) for at in chosen))
    )
    some = list(islice(found, 400))
    dealt = random.Random(named(shape))
    return [dealt.sample(each, len(each)) for each in dealt.sample(some, min(MOST_QUORUMS, len(some)))]


def opened(cards: list[str], passphrase: str = "", kind: Kind = Kind.SLIP39) -> bytes:
    """The fingerprint of what cards open here."""
    collection = UntrustedCollection()
    for card in cards:
        collection.add(card)
    secret = Secret(passphrase.encode()) if passphrase else None
    with kinds.opened(collection.quorum(), kind, secret) as master:
        return master.fingerprint


def fingerprint(seed: bytes) -> bytes:
    found: bytes = bip32.HDKey.from_seed(seed).my_fingerprint
    return found


@pytest.mark.parametrize("bits", SECRETS)
@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_each_quorum_of_ours_is_the_secret_elsewhere(shape: Scheme, bits: int) -> None:
    made = split(Secret(SECRETS[bits]), shape, iteration_exponent=0)
    groups = [[card.reveal().decode() for card in group] for group in made.groups]
    for quorum in quorums(shape, groups):
        assert master_secret_from_mnemonics(quorum) == SECRETS[bits]


@pytest.mark.parametrize("extendable", [True, False])
@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_each_quorum_of_theirs_is_the_secret_here(shape: Scheme, extendable: bool) -> None:
    secret = SECRETS[256]
    made = mnemonics_from_master_secret(
        secret, shape.groups, shape.group_threshold, iteration_exponent=0, extendable=extendable
    )
    for quorum in quorums(shape, [list(group) for group in made]):
        assert opened(quorum) == fingerprint(secret)


def test_a_passphrase_means_the_same_in_both_directions() -> None:
    for exponent in (0, 1):
        ours = split(Secret(SECRETS[128]), Scheme.single(2, 3), Secret(b"TREZOR"), iteration_exponent=exponent)
        cards = [card.reveal().decode() for card in ours.groups[0]]
        assert master_secret_from_mnemonics(cards[:2], "TREZOR") == SECRETS[128]
        assert master_secret_from_mnemonics(cards[:2]) != SECRETS[128]
        (theirs,) = mnemonics_from_master_secret(
            SECRETS[128], [(2, 3)], passphrase="TREZOR", iteration_exponent=exponent
        )
        assert opened(list(theirs[1:]), "TREZOR") == fingerprint(SECRETS[128])


@pytest.mark.parametrize("words", [12, 24])
@pytest.mark.parametrize(("needed", "count"), [(1, 1), (2, 2), (2, 3), (3, 5), (16, 16)])
def test_a_phrase_that_embit_cut_is_its_key_here(needed: int, count: int, words: int) -> None:
    phrase = bip39.mnemonic_from_bytes(SECRETS[128 if words == 12 else 256])
    cards = ShareSet.generate_shares(phrase, needed, count)
    for quorum in list(combinations(cards, needed))[:4]:
        assert opened(list(quorum), kind=Kind.BIP39) == fingerprint(bip39.mnemonic_to_seed(phrase))


def test_embit_reads_no_extendable_set_and_takes_none_for_another() -> None:
    made = split(Secret(SECRETS[128]), Scheme.single(2, 3), iteration_exponent=0)
    for card in made.groups[0]:
        with pytest.raises(ValueError, match="Checksum"):
            Share.parse(card.reveal().decode())
