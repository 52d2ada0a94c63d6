"""The script on paper: every page says which it is, nothing leaves the margins, and every step is there whole."""

import re
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from airgap.qr.symbol import matrix
from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.printed import script as printed
from custody.ceremony.printed.foot import MOST_PAGES
from custody.ceremony.printed.page import BOTTOM, END, LEFT, RIGHT, TOP, Block, Section, pages
from custody.ceremony.printed.script import lacking, marked, script
from custody.ceremony.steps.closing import service
from custody.ceremony.steps.course import course
from custody.ceremony.steps.rates import ASSUMED
from custody.errors import Unreadable
from custody.printing.canvas import Area, Canvas, Text
from custody.printing.document import document
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.printed.scripts import NAMES, extent, overlapping, plans
from tests.printing.faces import face

DPI = 150
PLANS = plans()
RENDERED = PLANS["quorum"]
"""The plan whose pages are looked at as pictures: it has each kind. Of all others, what is drawn is looked at."""


@dataclass(frozen=True)
class Printed:
    plan: Plan
    canvases: tuple[Canvas, ...]
    content: bytes
    text: list[str]


@pytest.fixture(scope="module", params=PLANS)
def paper(request: pytest.FixtureRequest) -> Printed:
    return _printed(PLANS[request.param])


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    content = document(face(), script(face(), RENDERED, matrix), "Script")
    with pypdfium2.PdfDocument(content) as read_:
        return [page.render(scale=DPI / 72).to_numpy() for page in read_]


def _printed(plan: Plan) -> Printed:
    canvases = script(face(), plan, matrix)
    content = document(face(), canvases, "Script")
    with pypdfium2.PdfDocument(content) as read_:
        text = [page.get_textpage().get_text_bounded() for page in read_]
    return Printed(plan, canvases, content, text)


def test_every_code_scans_at_150_dpi_and_says_its_plan_and_page(pictures: list[NDArray[np.uint8]]) -> None:
    digest = RENDERED.digest.hex()
    for number, page in enumerate(pictures, 1):
        codes = zxingcpp.read_barcodes(page)
        assert [code.text for code in codes] == [f"custody-plan:{digest}:{number}:{len(pictures)}"]


def test_the_margins_are_white_and_everything_is_grey(pictures: list[NDArray[np.uint8]]) -> None:
    scale = DPI / 72
    left, top, right, bottom = (int(edge * scale) for edge in (LEFT, TOP, RIGHT, BOTTOM))
    for page in pictures:
        for margin in (page[: top - 2], page[bottom + 3 :], page[:, : left - 2], page[:, right + 3 :]):
            assert margin.min() == 255
        assert np.array_equal(page[:, :, 0], page[:, :, 1])
        assert np.array_equal(page[:, :, 1], page[:, :, 2])
        assert page[top:bottom, left:right].min() == 0, "something is there"


def test_every_mark_lies_within_the_margins_and_above_the_foot(paper: Printed) -> None:
    for canvas in paper.canvases:
        for mark in canvas.marks:
            x, y, to_x, to_y = extent(mark)
            assert LEFT - 0.01 <= x <= to_x <= RIGHT + 0.01, mark
            assert TOP - 0.01 <= y <= to_y <= BOTTOM + 0.01, mark


def test_no_text_lies_over_another_one(paper: Printed) -> None:
    for canvas in paper.canvases:
        assert not overlapping(canvas)


def test_every_step_is_there_in_both_languages_with_its_id_in_its_order(paper: Printed) -> None:
    flat = re.sub(r"\s|-(?=\s)", "", "".join(paper.text).replace("\ufffe", "-").replace("\x02", "-"))
    plan, at = paper.plan, 0
    steps = [step for sitting in plan.sittings for step in course(plan, sitting)]
    for step in [*steps, *service(plan, ASSUMED)]:
        for told in (*step.does.on_paper, *(step.says.on_paper if step.says else ())):
            if len(told) < 300:
                assert re.sub(r"\s", "", told) in flat, told
        found = flat.find(step.id, at)
        assert found >= 0, step.id
        at = found + 1


def test_a_page_is_of_the_plan_by_its_words_digest_and_number(paper: Printed) -> None:
    words = " ".join(paper.plan.words[:4])
    for number, text in enumerate(paper.text, 1):
        assert words in text
        assert paper.plan.digest.hex() in text
        assert f"{number} / {len(paper.text)}" in text
    assert all(word in paper.text[0] for word in paper.plan.words)


def test_the_font_is_in_the_file_and_no_other_is_asked_for(paper: Printed) -> None:
    assert paper.content.count(b"/FontFile2 ") == paper.content.count(b"/Type /FontDescriptor") == 1
    assert set(re.findall(rb"/BaseFont /([^ ]+)", paper.content)) == {b"AAAAAA+BIZUDPGothic-Regular"}
    assert not re.search(rb" (rg|RG|k|K|sc|SC|cs)\n", paper.content), "greys alone"


def test_the_same_plan_is_the_same_file() -> None:
    plan = PLANS["quorum"]
    again = read(filled(wish(Threat.ACCIDENT)))
    assert _printed(plan).content == _printed(plan).content
    assert _printed(PLANS["accident"]).content == _printed(again).content


def test_a_secret_is_marked_at_the_side_until_the_step_at_which_the_machine_forgets_it_is_done() -> None:
    plan = PLANS["quorum"]
    live: list[str] = []
    for canvas in script(face(), plan, matrix):
        bars = [mark for mark in canvas.marks if isinstance(mark, Area) and mark.x == LEFT and mark.grey == 0]
        for mark in canvas.marks:
            if isinstance(mark, Text) and mark.content.startswith("sitting-") and "/" in mark.content:
                live += [mark.content] if any(bar.y <= mark.y <= bar.y + bar.high for bar in bars) else []
    expected = []
    for sitting in plan.sittings:
        was_live = False
        for step in course(plan, sitting):
            expected += [step.id] if step.live or was_live else []
            was_live = step.live
    assert live == expected
    assert [name for name in expected if name.endswith("/forget")]


def test_the_kit_has_every_serial_and_the_cover_every_name() -> None:
    paper = _printed(PLANS["quorum"])
    text = "".join(paper.text)
    for machine in paper.plan.machines.values():
        assert machine.serial in text
    for _key, card in paper.plan.cards:
        assert text.count(card.seal) >= 3, "in the kit, at its step, on its card"
    people = re.sub(r"\s", "", paper.text[1])
    assert all(name.replace(" ", "") in people for name in NAMES)


@pytest.mark.parametrize(("name", "count"), [("quorum", 33), ("short", 20)])
def test_forms_for_cards_have_a_place_for_each_word_and_no_name(name: str, count: int) -> None:
    paper = _printed(PLANS[name])
    cards = sum(len(key.cards) for key in paper.plan.keys)
    forms = [
        (canvas, text)
        for canvas, text in zip(paper.canvases, paper.text, strict=True)
        if text.startswith("Card, written by hand")
    ]
    numbers = [
        mark.content.strip()
        for canvas, _text in forms
        for mark in canvas.marks
        if isinstance(mark, Text) and mark.bold and re.fullmatch(r" ?\d+", mark.content)
    ]
    assert numbers.count(str(count)) == cards
    assert str(count + 1) not in numbers
    for _canvas, text in forms:
        assert not [called for called in paper.plan.people.values() if re.search(rf"{called}\b", text)]
        assert not re.search("holder-", text)
    metal = [text for text in paper.text if text.startswith("Card, for metal")]
    assert bool(metal) is any(card.medium == "metal" for _key, card in paper.plan.cards)


def test_a_character_that_the_font_has_not_is_told_with_its_place_and_printed_as_its_number() -> None:
    plan = read(filled(wish(Threat.ACCIDENT)).replace('holder-1 = "text', 'holder-1 = "\U00020bb7 text'))
    assert lacking(face(), plan) == (("people.holder-1", "\U00020bb7"),)
    assert "[U+20BB7] text" in "".join(_printed(plan).text)
    assert not lacking(face(), PLANS["quorum"])


def test_a_script_that_nobody_could_follow_is_refused_before_a_code_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PAGES == 1000
    monkeypatch.setattr(printed, "MOST_PAGES", 20)
    drawn: list[str] = []

    def code(text: str) -> tuple[tuple[bool, ...], ...]:
        drawn.append(text)
        return ((True,),)

    with pytest.raises(Unreadable, match="more than 20 pages"):
        script(face(), PLANS["quorum"], code)
    assert not drawn


def test_the_code_of_a_page_is_what_the_document_says() -> None:
    assert marked("ab" * 32, 3, 12) == f"custody-plan:{'ab' * 32}:3:12"


def _block(height: float, drawn: list[tuple[int, float]], name: int, *, keeps: bool = False) -> Block:
    return Block(height, lambda _canvas, y: drawn.append((name, y)), keeps)


def test_a_block_is_not_cut_and_a_heading_goes_with_what_follows() -> None:
    drawn: list[tuple[int, float]] = []
    room = END - TOP
    blocks = [_block(room - 50, drawn, 1), _block(40, drawn, 2, keeps=True), _block(20, drawn, 3)]
    assert len(list(pages([Section((), blocks)]))) == 2
    assert drawn == [(1, TOP), (2, TOP), (3, TOP + 40)]


def test_a_block_that_no_page_could_hold_is_never_cut_off() -> None:
    with pytest.raises(ValueError, match="higher than a page"):
        list(pages([Section((), [_block(END - TOP + 1, [], 1)])]))
