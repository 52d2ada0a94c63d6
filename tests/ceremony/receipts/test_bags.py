"""Which bag a card lies in: its own, another card's, or one that nobody wrote down."""

import pytest

from custody.ceremony.receipts.bags import bags_of, checked_serial, require_new, require_own
from custody.ceremony.receipts.card import committed_cards
from custody.errors import Alarm, Mismatch, Refused, Usage
from tests.ceremony.receipts.held import card, kept, looked

CARDS = tuple(committed_cards(kept().standing))


def test_a_card_out_of_its_own_bag_is_what_was_written_down() -> None:
    for each in CARDS:
        require_own(each, each.bag, bags_of(CARDS), CARDS)


def test_two_holders_who_have_each_others_cards_are_told_by_both_cards() -> None:
    with pytest.raises(Alarm, match=f"this is card 3 of key-1, and bag {card(2).bag} .* for card 2 of key-1") as told:
        require_own(card(3), card(2).bag, bags_of(CARDS), CARDS)
    assert told.value.code == "card-swapped"


def test_a_bag_that_nobody_wrote_down_and_one_that_nobody_names_are_no_match() -> None:
    for came in ("another", None):
        with pytest.raises(Mismatch) as told:
            require_own(card(3), came, bags_of(CARDS), CARDS)
        assert told.value.code == "bag-differs"


def test_after_a_receipt_the_card_lies_in_the_new_bag_and_in_no_other() -> None:
    bags = bags_of(CARDS, [looked(2, into="B-2")])
    require_own(card(2), "B-2", bags, CARDS)
    with pytest.raises(Mismatch, match="the one that was written down for it is B-2"):
        require_own(card(2), card(2).bag, bags, CARDS)
    bags = bags_of(CARDS, [looked(2, into="B-2"), looked(2, into=None)])
    require_own(card(2), None, bags, CARDS)
    with pytest.raises(Mismatch, match="the one that was written down for it is none"):
        require_own(card(2), "B-2", bags, CARDS)


def test_a_new_bag_is_neither_the_opened_one_nor_another_cards() -> None:
    bags = bags_of(CARDS)
    require_new("B-9", card(2).bag, bags)
    require_new(None, None, bags)
    for taken in (card(2).bag, card(5).bag):
        with pytest.raises(Refused, match="is written down already"):
            require_new(taken, card(2).bag, bags)
    with pytest.raises(Refused):
        require_new("B-9", "B-9", bags)


@pytest.mark.parametrize("serial", ["", "  ", "A\n1", "A\x1b[2J", "A" * 201])
def test_a_serial_that_cannot_stand_on_a_bag_is_a_wrong_line(serial: str) -> None:
    with pytest.raises(Usage):
        checked_serial(serial)
    assert checked_serial("A-1 / 7") == "A-1 / 7"
    assert checked_serial(None) is None
