"""A salted commitment binds to every word of a card."""

import hmac

import pytest

from custody.errors import Unreadable
from custody.keys.cards.commitment import commitment, matches, read_card
from custody.keys.cards.shares import Scheme, split
from custody.secret import Secret

SALT = b"s" * 16


def test_it_is_of_the_first_four_letters_under_its_salt() -> None:
    card = Secret(b"academic acid acne")
    documented = hmac.digest(SALT, b"custody/ceremony/card/v1\x00acad acid acne", "sha256")
    assert commitment(SALT, card) == documented == commitment(SALT, Secret(b"acad acid acne"))
    assert commitment(b"t" * 16, card) != documented
    assert matches(documented, SALT, card)
    for other in (b"academic acid acquire", b"acid academic acne", b"academic acid", b"academic acidacne"):
        assert not matches(documented, SALT, Secret(other))


def test_a_card_says_its_own_place_and_other_words_are_unreadable() -> None:
    made = split(Secret(bytes(range(16))), Scheme(1, ((2, 2), (2, 3))), iteration_exponent=0)
    assert [read_card(card).member_index for card in made.groups[1]] == [0, 1, 2]
    with pytest.raises(Unreadable, match="the card: "):
        read_card(Secret(b"academic acid"))
