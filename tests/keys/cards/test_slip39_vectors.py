"""The 45 published vectors of SLIP-39 through our own collection, and the quorums of every scheme."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from bip_utils import Bip32Slip10Secp256k1

from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.shares import Scheme, ShareSet, split
from custody.secret import Secret

TREZOR = Secret(b"TREZOR")
SECRETS = {128: bytes(range(16)), 256: bytes(range(100, 132))}
UNREADABLE = (
    "checksum",
    "padding",
    "mnemonic length",
    "mnemonic with insufficient length",
    "greater group threshold",
    "master secret length",
)


def collected(cards: list[str]) -> UntrustedCollection:
    collection = UntrustedCollection()
    for card in cards:
        collection.add(card)
    return collection


def recovered(cards: list[str], passphrase: Secret | None = None) -> bytes:
    return collected(cards).quorum().recover(passphrase).reveal()


def words(made: ShareSet) -> list[list[str]]:
    return [[card.reveal().decode() for card in group] for group in made.groups]


def published(vectors: Path) -> list[tuple[str, list[str], str, str]]:
    return [tuple(entry) for entry in json.loads((vectors / "slip39" / "vectors.json").read_text(encoding="utf-8"))]


def test_every_valid_vector_gives_its_secret_and_its_key(vectors: Path) -> None:
    valid = [entry for entry in published(vectors) if entry[2]]
    assert len(valid) == 15
    for name, cards, secret, xprv in valid:
        found = recovered(cards, TREZOR)
        assert found.hex() == secret, name
        assert Bip32Slip10Secp256k1.FromSeed(found).PrivateKey().ToExtended() == xprv, name


def test_every_invalid_vector_is_refused_and_nothing_of_it_is_repeated(vectors: Path) -> None:
    invalid = [entry for entry in published(vectors) if not entry[2]]
    assert len(invalid) == 30
    for name, cards, _secret, _xprv in invalid:
        with pytest.raises(CustodyError) as refusal:
            recovered(cards, TREZOR)
        expected = Unreadable if any(reason in name.lower() for reason in UNREADABLE) else (Refused, Mismatch)
        assert isinstance(refusal.value, expected), name
        said = f"{refusal.value.message} {refusal.value.hint}".lower().split()
        assert not {word for card in cards for word in card.split() if len(word) > 5} & set(said), name


@pytest.mark.parametrize("bits", SECRETS)
def test_every_three_of_five_recover_and_every_two_are_refused(bits: int) -> None:
    secret = SECRETS[bits]
    (cards,) = words(split(Secret(secret), Scheme.single(3, 5)))
    assert {len(card.split()) for card in cards} == {{128: 20, 256: 33}[bits]}
    for chosen in combinations(cards, 3):
        assert recovered(list(chosen)) == secret
    for chosen in combinations(cards, 2):
        with pytest.raises(Refused):
            collected(list(chosen)).quorum()


@pytest.mark.parametrize("bits", SECRETS)
def test_every_two_of_three_groups_recover_and_every_one_is_refused(bits: int) -> None:
    secret = SECRETS[bits]
    scheme = Scheme(2, ((2, 3), (1, 1), (3, 3)))
    groups = words(split(Secret(secret), scheme))
    quorums = [
        [list(chosen) for chosen in combinations(cards, scheme.groups[at][0])] for at, cards in enumerate(groups)
    ]
    for first, second in combinations(range(3), 2):
        for one in quorums[first]:
            for other in quorums[second]:
                assert recovered(one + other) == secret
    for cards in groups:
        with pytest.raises(Refused):
            collected(cards).quorum()


def test_surplus_cards_that_fit_are_welcome_in_any_order() -> None:
    secret = SECRETS[256]
    groups = words(split(Secret(secret), Scheme(2, ((2, 3), (2, 4)))))
    cards = [card for group in groups for card in group]
    assert recovered(cards) == recovered(cards[::-1]) == secret


def test_four_letters_of_a_word_are_enough() -> None:
    (cards,) = words(split(Secret(SECRETS[128]), Scheme.single(2, 3)))
    assert recovered([" ".join(word[:4].upper() for word in card.split()) for card in cards]) == SECRETS[128]


def test_a_passphrase_is_part_of_the_key_and_a_wrong_one_gives_another_secret() -> None:
    (cards,) = words(split(Secret(SECRETS[256]), Scheme.single(2, 2), Secret(b"correct horse")))
    assert recovered(cards, Secret(b"correct horse")) == SECRETS[256]
    assert recovered(cards, Secret(b"correct hose")) != SECRETS[256]
    assert recovered(cards) != SECRETS[256]
