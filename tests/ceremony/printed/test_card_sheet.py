"""A card on a sheet: its words once as text and once as a code, all that tells which card it is, and nobody's name."""

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from airgap.qr.symbol import matrix
from custody.ceremony.plan.plan import Key, Plan
from custody.ceremony.printed.card_sheet import card_sheet
from custody.ceremony.printed.cards import Filled
from custody.ceremony.printed.page import BOTTOM, LEFT, RIGHT, TOP
from custody.ceremony.steps.rates import WORDS
from custody.keys.cards.shares import SLIP39
from custody.printing.document import document
from tests.ceremony.printed.scripts import plans
from tests.printing.faces import face

PLANS = plans()
DPI = 150


def words(key: Key) -> str:
    longest = sorted(SLIP39.words, key=len, reverse=True)
    return " ".join(longest[: WORDS[key.bits]])


def sheet(plan: Plan, *, rehearsal: bool = False) -> bytes:
    key = plan.keys[0]
    filled = Filled("slip39", "17245", "able acid also apex (00010203)", tuple(words(key).split()))
    canvas = card_sheet(face(), key, (1, 2), filled, 7, matrix, rehearsal=rehearsal)
    return document(face(), [canvas], "Card")


@pytest.mark.parametrize("name", PLANS)
def test_the_code_says_the_words_and_all_lies_within_the_margins_in_black(name: str) -> None:
    with pypdfium2.PdfDocument(sheet(PLANS[name], rehearsal=True)) as read:
        assert len(read) == 1
        page = read[0].render(scale=DPI / 72).to_numpy()
    (code,) = zxingcpp.read_barcodes(page)
    assert code.text == words(PLANS[name].keys[0])
    scale = DPI / 72
    left, top, right, bottom = (int(edge * scale) for edge in (LEFT, TOP, RIGHT, BOTTOM))
    for margin in (page[: top - 2], page[bottom + 3 :], page[:, : left - 2], page[:, right + 3 :]):
        assert margin.min() == 255
    assert np.array_equal(page[:, :, 0], page[:, :, 1])


def test_it_says_which_card_it_is_each_word_once_and_nobody_s_name() -> None:
    plan = PLANS["quorum"]
    with pypdfium2.PdfDocument(sheet(plan)) as read:
        text = read[0].get_textpage().get_text_bounded()
    key = plan.keys[0]
    card = key.groups[0].cards[1]
    for told in ("sheet 7", "用紙7", "17245", "able acid also apex (00010203)", "slip39", "2 / 5", card.seal, key.id):
        assert told in text, told
    for word in words(key).split():
        assert text.split().count(word) == 1
    assert not [each for each in plan.people.values() if each in text]
    assert "REHEARSAL" not in text


def test_a_rehearsal_s_says_so() -> None:
    with pypdfium2.PdfDocument(sheet(PLANS["short"], rehearsal=True)) as read:
        assert "REHEARSAL: opens nothing" in read[0].get_textpage().get_text_bounded()


def test_what_stands_on_a_card_does_not_print() -> None:
    assert "academic" not in repr(Filled("slip39", "1", "able", ("academic", "academic")))
