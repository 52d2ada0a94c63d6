"""Untrusted cards: which set, which group, how many are missing, and which one is the odd one out."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic.share import Share

from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.shares import SLIP39, Scheme, split
from custody.secret import Secret
from tests.keys.cards.test_slip39_vectors import collected, recovered, words

SECRET = bytes(range(32))


def cards(threshold: int = 3, count: int = 5, secret: bytes = SECRET, identifier: int | None = None) -> list[str]:
    used = frozenset(range(1 << 15)) - {identifier} if identifier is not None else frozenset()
    return words(split(Secret(secret), Scheme.single(threshold, count), mix=SetMix.draw(used)))[0]


def forged(card: str, **changes: object) -> str:
    """A card with a valid checksum that says something else."""
    share = Share.from_mnemonic(card)
    fields = {name: getattr(share, name) for name in share.__dataclass_fields__}
    return Share(**(fields | changes)).mnemonic()


def another_value(card: str) -> bytes:
    value = bytearray(Share.from_mnemonic(card).value)
    value[0] ^= 1
    return bytes(value)


def test_the_status_says_which_set_and_how_many_are_missing() -> None:
    made = split(Secret(SECRET), Scheme(2, ((2, 3), (3, 5), (1, 1))))
    groups = words(made)
    collection = collected([groups[1][0]])
    status = collection.status()
    assert status.identifier == made.identifier
    assert [(group.have, group.threshold) for group in status.groups] == [(0, None), (1, 3), (0, None)]
    assert (status.missing, status.complete, status.group_threshold) == (2, False, 2)
    for card in (groups[1][1], groups[1][2], groups[2][0]):
        collection.add(card)
    assert collection.status().complete


def test_without_cards_there_is_no_status() -> None:
    with pytest.raises(Unreadable):
        UntrustedCollection().status()


def test_the_same_card_twice_counts_once() -> None:
    made = cards()
    collection = collected([made[0], made[0], made[1]])
    assert collection.status().missing == 1
    with pytest.raises(Refused) as refusal:
        collection.quorum()
    assert refusal.value.exit_code == 3


def test_a_card_of_another_set_is_named_and_not_kept() -> None:
    ours, theirs = cards(identifier=7), cards(identifier=8)
    collection = collected(ours[:2])
    with pytest.raises(Mismatch, match=r"^card 1 of set 8 is not of the same set as card 1 of set 7$"):
        collection.add(theirs[0])
    collection.add(ours[2])
    assert collection.quorum().recover(None).reveal() == SECRET


def test_two_cards_that_claim_one_place_and_differ_are_told() -> None:
    made = cards()
    collection = collected(made[:2])
    with pytest.raises(Mismatch, match="cards 2 and 3 in the order given both claim to be card 2, and differ"):
        collection.add(forged(made[1], value=another_value(made[1])))


@pytest.mark.parametrize("position", range(4))
def test_a_forged_card_beside_a_quorum_is_named(position: int) -> None:
    brought = cards()[:4]
    brought[position] = forged(brought[position], value=another_value(brought[position]))
    with pytest.raises(Mismatch, match=rf"^card {position + 1}: does not fit the others"):
        collected(brought).quorum()


def test_a_forged_card_within_the_threshold_is_refused() -> None:
    brought = cards()[:3]
    brought[1] = forged(brought[1], value=another_value(brought[1]))
    with pytest.raises(Mismatch, match="do not fit together"):
        collected(brought).quorum()


def test_two_sets_of_one_number_do_not_mix() -> None:
    ours, theirs = cards(identifier=9), cards(identifier=9, secret=bytes(32))
    with pytest.raises(Mismatch):
        collected([ours[0], ours[1], theirs[2]]).quorum()


def test_cards_of_different_lengths_are_not_of_one_set() -> None:
    long, short = cards(identifier=10), cards(identifier=10, secret=bytes(16))
    collection = collected(long[:1])
    with pytest.raises(Mismatch):
        collection.add(short[1])


@pytest.mark.parametrize("threshold", [1, 3])
def test_a_card_with_another_threshold_than_its_group_is_refused_whichever_came_before(threshold: int) -> None:
    """The thresholds of two groups may differ, so every earlier card of its own group counts, not only the first."""
    first, second = words(split(Secret(SECRET), Scheme(2, ((3, 3), (2, 3)))))
    liar = forged(second[1], member_threshold=threshold)
    for earlier in ([second[0]], [first[0], second[0]], [*first, second[0], second[2]]):
        collection = collected(earlier)
        with pytest.raises(Mismatch) as refusal:
            collection.add(liar)
        assert refusal.value.code == "foreign-share"
    assert collected([*first, *second]).quorum().recover(None).reveal() == SECRET


def test_a_group_that_does_not_fit_is_named() -> None:
    groups = words(split(Secret(SECRET), Scheme(2, ((1, 1), (1, 1), (1, 1)))))
    brought = [group[0] for group in groups]
    brought[2] = forged(brought[2], value=another_value(brought[2]))
    with pytest.raises(Mismatch, match="the cards of group 3"):
        collected(brought).quorum()


def test_a_card_that_opens_alone_carries_no_digest_and_the_status_says_so() -> None:
    (alone,) = cards(1, 1)
    assert not collected([alone]).status().checked
    assert collected(cards()).status().checked
    assert recovered([forged(alone, value=another_value(alone))]) != SECRET


def test_a_mistyped_word_is_told_by_position_and_never_repeated() -> None:
    typed = cards()[0].split()
    typed[4] = "acadamic"
    with pytest.raises(
        Unreadable, match=r"card 1 in the order given: not in the word list: word 5 \(did you mean \"academic\""
    ) as refusal:
        collected([" ".join(typed)])
    assert "acadamic" not in refusal.value.message + refusal.value.hint


@pytest.mark.parametrize("beginning", ["Passphrase: ", " passphrase: ", "pasphrase: ", "passphrase = ", "PASSPHRASE "])
def test_a_misspelt_passphrase_line_is_not_answered_with_its_words(beginning: str) -> None:
    with pytest.raises(Unreadable, match="card 1 in the order given: this is no list of words") as refusal:
        UntrustedCollection().add(beginning + "galaxxy acadamic")
    said = refusal.value.message + refusal.value.hint
    assert not [word for word in ("galax", "acad") if word in said]


def test_a_listed_but_wrong_word_breaks_the_checksum() -> None:
    typed = cards()[0].split()
    typed[-1] = next(word for word in SLIP39.words if word != typed[-1])
    with pytest.raises(Unreadable, match="checksum") as refusal:
        collected([" ".join(typed)])
    said = "card 1 in the order given: its checksum does not hold, so a word is wrong or two are swapped"
    assert refusal.value.message == said, "nothing of the card, whose words may stand in a sentence of ours by chance"


def test_the_odd_one_is_the_same_under_every_hash_seed() -> None:
    brought = [*cards()[:4], "-"]
    brought[2] = forged(brought[2], value=another_value(brought[2]))
    program = (
        "import sys\nfrom custody.errors import Mismatch\n"
        "from custody.keys.cards.collection import UntrustedCollection\n"
        "collection = UntrustedCollection()\n"
        "for card in sys.stdin.read().splitlines()[:-1]: collection.add(card)\n"
        "try: collection.quorum()\nexcept Mismatch as refusal: print(refusal.message)\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            input="\n".join(brought),
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(5)
    }
    assert said == {"card 3: does not fit the others, so it is forged or misread\n"}


@given(st.text(max_size=300))
def test_any_text_is_a_card_or_an_error_of_ours(text: str) -> None:
    try:
        UntrustedCollection().add(text)
    except CustodyError as refusal:
        assert refusal.message.isascii()
        assert refusal.message.isprintable()


@given(st.lists(st.sampled_from(SLIP39.words), min_size=18, max_size=36))
def test_any_words_are_a_card_or_an_error_of_ours(chosen: list[str]) -> None:
    with pytest.raises(Unreadable):
        UntrustedCollection().add(" ".join(chosen))
