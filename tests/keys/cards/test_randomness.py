"""What is random in cards: the dice protect it, everything that makes a set this one is bound, docs/cards.py agrees."""

import hmac
import math
import random
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from itertools import product
from typing import Any

import pytest
from shamir_mnemonic import shamir
from shamir_mnemonic.share import Share

from custody.errors import Refused
from custody.keys import entropy
from custody.keys.cards.randomness import OF_GROUPS, SetMix
from custody.keys.cards.shares import Scheme, read_share, split
from custody.keys.entropy import Dice, MachinePart, required_rolls
from custody.keys.phrases import mnemonic
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret
from tests.conftest import ROOT
from tests.support.recomputed import PROGRAM, four_letters, recomputed, run

SECRET = sha256(b"cut with dice").digest()
ROLLS = "".join(random.Random(17).choices("123456", k=100))
OTHER_ROLLS = "".join(random.Random(18).choices("123456", k=100))
PART = bytes(range(100, 132))
NUMBER = 4711
MIX = SetMix(NUMBER, MachinePart(Secret(PART)), Dice.parse(ROLLS))
FIXED = (
    "climate dramatic academic acid dining golden hand quarter network oral "
    "dictate unwrap stadium holiday inherit inside grownup explain maiden window"
)
THREE_OF_FIVE = Scheme.single(3, 5)
GROUPS = Scheme(2, ((2, 3), (1, 1), (5, 7)))


def cards(secret: bytes, scheme: Scheme, mix: SetMix, passphrase: Secret | None = None) -> list[str]:
    made = split(Secret(secret), scheme, passphrase, iteration_exponent=0, mix=mix)
    return [card.reveal().decode() for group in made.groups for card in group]


def values(mix: SetMix = MIX, secret: bytes = SECRET, scheme: Scheme = THREE_OF_FIVE, exponent: int = 0) -> set[bytes]:
    """Every random value that a set may have under these inputs."""
    drawn = mix.values(Secret(secret), bytes((exponent, len(secret), *scheme.numbers)))
    return {drawn(polynomial, index, 28) for polynomial, index in product((*range(16), OF_GROUPS), (*range(14), 254))}


# The same cards, three ways


@pytest.mark.parametrize("scheme", [THREE_OF_FIVE, GROUPS, Scheme.single(2, 2), Scheme.single(16, 16)], ids=str)
@pytest.mark.parametrize("size", [16, 20, 32])
def test_the_published_program_comes_to_the_same_cards(scheme: Scheme, size: int) -> None:
    commitment, theirs = recomputed(PART, ROLLS, SECRET[:size].hex(), NUMBER, scheme)
    assert commitment == MIX.machine.commitment
    assert theirs == [four_letters(card) for card in cards(SECRET[:size], scheme, MIX)]


def test_the_published_program_knows_passphrases_and_cards_without_dice() -> None:
    without = replace(MIX, dice=None)
    _commitment, theirs = recomputed(PART, "", SECRET.hex(), NUMBER, GROUPS, passphrase="correct horse")
    assert theirs == [four_letters(card) for card in cards(SECRET, GROUPS, without, Secret(b"correct horse"))]


def test_the_published_program_takes_a_phrase_by_the_numbers_of_its_words() -> None:
    for size in (16, 32):
        phrase = mnemonic.phrase(Secret(SECRET[:size])).reveal().decode().split()
        numbers = [str(BIP39.words.index(word) + 1) for word in phrase]
        typed = recomputed(PART, ROLLS, " ".join(numbers), NUMBER, THREE_OF_FIVE)
        assert typed == recomputed(PART, ROLLS, SECRET[:size].hex(), NUMBER, THREE_OF_FIVE)
    swapped = " ".join([numbers[1], numbers[0], *numbers[2:]])
    assert "checksum" in run(PART.hex(), ROLLS, swapped).stderr


@pytest.mark.parametrize(
    "slip",
    [
        {0: "00"},
        {0: "zz" * 32},
        {1: "1237"},
        {2: "00" * 15 + "0"},
        {2: ""},
        {3: "\u00fc"},
        {4: "32768"},
        {5: "11"},
        {6: "3"},
        {6: "6/5"},
        {6: "3/17"},
        {6: ""},
        {7: "2"},
        {7: "0"},
    ],
    ids=str,
)
def test_the_published_program_refuses_a_slip(slip: dict[int, str]) -> None:
    lines = [PART.hex(), ROLLS, SECRET.hex(), "", str(NUMBER), "0", "3/5", "1"]
    assert run(*lines).returncode == 0
    done = run(*(slip.get(place, line) for place, line in enumerate(lines)))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_published_program_needs_nothing_but_python() -> None:
    text = PROGRAM.read_text()
    assert set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)) == {"hashlib", "hmac", "sys"}
    assert max(map(len, text.splitlines())) <= 120


def test_the_reference_implementation_cuts_the_same_cards_of_the_documented_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its own split, its source replaced by the values of docs/spec/share-set.md in the order in which it asks."""
    header = NUMBER.to_bytes(2, "big") + bytes([0, 32, 2, 3, 2, 3, 1, 1, 5, 7])
    places = [(255, 254), (0, 254), *((2, index) for index in (0, 1, 2, 254))]
    documented = [
        hmac.new(b"custody/shares/v1", header + bytes(place) + PART + SECRET + ROLLS.encode(), "sha512").digest()
        for place in places
    ]
    encrypted = shamir.EncryptedMasterSecret.from_master_secret(SECRET, b"", NUMBER, True, 0)
    ours = cards(SECRET, GROUPS, MIX)
    monkeypatch.setattr(shamir, "RANDOM_BYTES", lambda count: documented.pop(0)[:count])
    theirs = shamir.split_ems(2, GROUPS.groups, encrypted)
    assert documented == []
    assert [share.mnemonic() for group in theirs for share in group] == ours


def test_a_set_that_never_changes() -> None:
    """A fixed example: who changes the construction changes every published recomputation."""
    assert cards(SECRET[:16], Scheme.single(2, 2), MIX)[0] == FIXED


# One card and a known generator


def taken_by_a_thief(card: str, first: bytes, salt: bytes) -> bytes:
    """All but 4 bytes of what is cut, by one card of a 3-of-n and the two random values: those are found by trying."""
    share = read_share(card, "the stolen card")
    points = [(0, first[4:]), (254, salt), (share.member_index, share.value.reveal()[4:])]
    tail: bytes = shamir._interpolate([shamir.RawShare(*point) for point in points], 255)
    return tail


def test_one_card_and_a_known_generator_gave_the_secret_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the library does with its source: the attack is a real one."""
    known = [sha256(b"seed of the generator" + bytes([count])).digest() for count in range(2)]
    encrypted = shamir.EncryptedMasterSecret.from_master_secret(SECRET, b"", NUMBER, True, 0)
    stream = list(known)
    monkeypatch.setattr(shamir, "RANDOM_BYTES", lambda count: stream.pop(0)[:count])
    (group,) = shamir.split_ems(1, [(3, 5)], encrypted)
    assert taken_by_a_thief(group[4].mnemonic(), known[0], known[1][:28]) == encrypted.ciphertext[4:]


KNOWN: list[tuple[str, SetMix, bytes]] = [
    ("the machine's part, and no dice", replace(MIX, dice=None), SECRET),
    ("the machine's part, and the dice of another throw", replace(MIX, dice=Dice.parse(OTHER_ROLLS)), SECRET),
    ("the dice, and another part", replace(MIX, machine=MachinePart(Secret(bytes(32)))), SECRET),
    ("both, but not the secret", MIX, bytes(32)),
]


@pytest.mark.parametrize(("mix", "secret"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_one_card_gives_nothing_to_who_lacks_the_dice_or_the_part_or_the_secret(mix: SetMix, secret: bytes) -> None:
    """Even the secret itself is given to the thief who lacks the dice or the part: it does not help."""
    stolen = cards(SECRET, THREE_OF_FIVE, MIX)[4]
    ciphertext = shamir.EncryptedMasterSecret.from_master_secret(SECRET, b"", NUMBER, True, 0).ciphertext
    parameters = bytes((0, 32, *THREE_OF_FIVE.numbers))
    right, drawn = MIX.values(Secret(SECRET), parameters), mix.values(Secret(secret), parameters)
    assert taken_by_a_thief(stolen, right(0, 0, 32), right(0, 254, 28)) == ciphertext[4:]
    assert taken_by_a_thief(stolen, drawn(0, 0, 32), drawn(0, 254, 28)) != ciphertext[4:]
    assert taken_by_a_thief(stolen, drawn(0, 0, 32), right(0, 254, 28)) != ciphertext[4:]
    assert taken_by_a_thief(stolen, right(0, 0, 32), drawn(0, 254, 28)) != ciphertext[4:]


# What is bound


def test_a_set_has_no_random_value_twice() -> None:
    assert len(values()) == 17 * 15


@pytest.mark.parametrize(
    "other",
    [
        lambda: values(replace(MIX, identifier=NUMBER + 1)),
        lambda: values(replace(MIX, identifier=NUMBER + 256)),
        lambda: values(replace(MIX, machine=MachinePart(Secret(PART[:-1] + b"\0")))),
        lambda: values(replace(MIX, machine=MachinePart(Secret(b"\0" + PART[1:])))),
        lambda: values(replace(MIX, dice=Dice.parse(OTHER_ROLLS))),
        lambda: values(replace(MIX, dice=Dice.parse(ROLLS + "1"))),
        lambda: values(replace(MIX, dice=None)),
        lambda: values(secret=bytes(32)),
        lambda: values(secret=SECRET[:28]),
        lambda: values(exponent=1),
        lambda: values(scheme=Scheme.single(4, 5)),
        lambda: values(scheme=Scheme.single(3, 6)),
        lambda: values(scheme=Scheme(1, ((3, 5), (1, 1)))),
        lambda: values(scheme=Scheme(2, ((3, 5), (1, 1)))),
        lambda: values(scheme=Scheme(1, ((1, 1), (3, 5)))),
    ],
    ids=[
        "number", "number-high", "part", "part-begin", "dice", "dice-more", "dice-none", "secret", "secret-short",
        "exponent", "threshold", "count", "groups", "group-threshold", "order",
    ],
)  # fmt: skip
def test_no_value_comes_again_when_anything_of_the_set_is_another(other: Callable[[], set[bytes]]) -> None:
    assert values().isdisjoint(other())


def test_two_sets_of_one_secret_and_one_throw_share_nothing() -> None:
    """A set cut again with the dice of the first has a part of its own, so nothing random in it is the first one's."""
    sets = [SetMix.draw().rolled(Dice.parse(ROLLS)) for _time in range(2)]
    assert sets[0].machine.secret != sets[1].machine.secret
    assert values(sets[0]).isdisjoint(values(sets[1]))
    same_number = [replace(mix, identifier=NUMBER) for mix in sets]
    assert values(same_number[0]).isdisjoint(values(same_number[1]))
    ours, theirs = ([share_value(card) for card in cards(SECRET, GROUPS, mix)] for mix in sets)
    assert set(ours).isdisjoint(theirs)


def share_value(card: str) -> bytes:
    value: bytes = Share.from_mnemonic(card).value
    return value


def test_a_repeated_part_and_throw_give_two_secrets_unrelated_cards() -> None:
    """A stuck machine and dice that nobody rolled again: the difference of two cards is not that of the secrets."""
    other = sha256(b"another secret").digest()
    ours, theirs = cards(SECRET, THREE_OF_FIVE, MIX), cards(other, THREE_OF_FIVE, MIX)
    assert share_value(ours[0]) != share_value(theirs[0])
    assert cards(SECRET, THREE_OF_FIVE, MIX) == ours


@pytest.mark.parametrize("bits", [128, 256])
def test_one_throw_for_the_key_and_its_cards_shows_neither_in_the_other(bits: int) -> None:
    key = entropy.mix(MIX.machine, MIX.dice, bits)
    assert not any(value.startswith(key.reveal()[:16]) for value in values(secret=key.reveal()))
    longest = MIX.values(key, bytes((0, len(key), *THREE_OF_FIVE.numbers)))(0, 0, 64)
    assert key.reveal() not in longest


# Dice that protect nothing


@pytest.mark.parametrize(
    ("secret", "rolls"), [(SECRET, ROLLS[:99]), (SECRET[:16], ROLLS[:49]), (SECRET[:20], ROLLS[:99])]
)
def test_too_few_dice_cut_no_cards(secret: bytes, rolls: str) -> None:
    with pytest.raises(Refused):
        cards(secret, THREE_OF_FIVE, replace(MIX, dice=Dice.parse(rolls)))


def test_dice_that_were_not_rolled_cut_no_cards() -> None:
    for rolls in ("1" * 100, "123456" * 20):
        with pytest.raises(Refused):
            cards(SECRET, THREE_OF_FIVE, replace(MIX, dice=Dice.parse(rolls)))


def test_fifty_rolls_are_enough_for_a_secret_of_128_bits() -> None:
    assert len(cards(SECRET[:16], THREE_OF_FIVE, replace(MIX, dice=Dice.parse(ROLLS[:50])))) == 5


@pytest.mark.parametrize(
    ("scheme", "is_random"),
    [
        (Scheme.single(1, 1), False),
        (Scheme(1, ((1, 1), (1, 1))), False),
        (Scheme(2, ((1, 1), (1, 1))), True),
        (Scheme(1, ((1, 1), (2, 2))), True),
        (Scheme.single(2, 2), True),
    ],
)
def test_nothing_is_random_where_every_card_opens_alone(scheme: Scheme, is_random: bool) -> None:
    assert scheme.is_random is is_random
    differing: Any = [cards(SECRET, scheme, replace(MIX, dice=dice)) for dice in (MIX.dice, None)]
    assert (differing[0] != differing[1]) is is_random


def test_a_mix_prints_neither_part_nor_dice() -> None:
    assert PART.hex() not in repr(MIX)
    assert str(PART)[2:-1] not in repr(MIX)
    assert ROLLS[:10] not in repr(MIX)


# --- with a machine that somebody knows

ROWS = re.findall(
    r"^\| (\d+) bits \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$",
    (ROOT / "docs" / "spec" / "share-set.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
FALSE_ALARMS = 1e-6
"""How often fair dice fail their tests, at most: `Dice.check` says so, and `tests/keys/test_entropy` counts."""


def test_the_page_has_what_dice_alone_are_worth() -> None:
    assert [int(bits) for bits, *_rest in ROWS] == [128, 256]
    for bits, rolls, whole, less in ROWS:
        assert int(rolls) == required_rolls(int(bits))
        assert float(whole) == pytest.approx(int(rolls) * math.log2(6), abs=1e-8)
        assert float(less) == pytest.approx(int(rolls) * math.log2(6) + math.log2(1 - FALSE_ALARMS), abs=1e-8)
        assert float(less) >= int(bits)


@pytest.mark.parametrize("at", [0, 24, 49])
def test_whoever_knows_the_machine_has_to_know_every_roll(at: int) -> None:
    """Another face at one place, and the seed and every random value of the cards are unrelated ones."""
    known = ROLLS[:50]
    other = known[:at] + str(int(known[at]) % 6 + 1) + known[at + 1 :]
    throws = [replace(MIX, dice=Dice.parse(each)) for each in (known, other)]
    one, another = (int.from_bytes(entropy.mix(each.machine, each.dice, 128).reveal(), "big") for each in throws)
    assert 30 < (one ^ another).bit_count() < 98
    assert not values(throws[0], SECRET[:16], GROUPS) & values(throws[1], SECRET[:16], GROUPS)
