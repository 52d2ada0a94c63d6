"""The report on paper: the verdict first and on every page, every line with who says so, nothing beyond the margins."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from airgap.qr.symbol import matrix
from custody.ceremony.printed.foot import MOST_PAGES
from custody.ceremony.printed.page import BOTTOM, LEFT, RIGHT, TOP, Section, pages
from custody.ceremony.reported import report as reported
from custody.ceremony.reported import wallets
from custody.ceremony.reported.report import lacking, marked, report
from custody.ceremony.reported.seen import Seen
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import Deviation, Signed
from custody.ceremony.transcript.signature import Says
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import parse_path
from custody.errors import Unreadable
from custody.keys.hd import MasterKey
from custody.printing.canvas import Canvas, Text
from custody.printing.document import document
from custody.secret import Secret
from tests.ceremony.printed.scripts import extent, overlapping
from tests.ceremony.reported.sittings import (
    HOSTILE,
    LATE,
    PLAN,
    QUORUM,
    WORDS,
    a_plan_without_keys,
    of,
    seen,
    whole,
)
from tests.ceremony.transcript.sittings import Sat
from tests.printing.faces import face

Code = Callable[[str], Sequence[Sequence[bool]]]

DPI = 150
NAMED = ("whole", "failed", "unsigned", "refused", "rehearsal", "open", "quorum", "waits", "ink", "hostile", "wide")
RENDERED = "quorum"
"""The report whose pages are looked at as pictures: it has the largest code. Of all others, what is drawn is."""


@dataclass(frozen=True)
class Drawn:
    of: Seen
    canvases: tuple[Canvas, ...]
    content: bytes
    text: list[str]

    @property
    def flat(self) -> str:
        """All of it without white, as it stands on pages one after the other."""
        return flattened("".join(self.text))


def flattened(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def draw(what: Seen, code: Code = lambda _text: ((True,),)) -> Drawn:
    """Draw a report; a true code takes longer to work out than all else of its page."""
    canvases = report(face(), what, code)
    content = document(face(), canvases, "Report")
    with pypdfium2.PdfDocument(content) as read_:
        text = [page.get_textpage().get_text_bounded() for page in read_]
    return Drawn(what, canvases, content, text)


@cache
def drawn(name: str) -> Drawn:
    return draw(of(name), matrix) if name == RENDERED else draw(of(name))


@pytest.fixture(scope="module", params=NAMED)
def paper(request: pytest.FixtureRequest) -> Drawn:
    return drawn(request.param)


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    with pypdfium2.PdfDocument(drawn(RENDERED).content) as read_:
        return [page.render(scale=DPI / 72).to_numpy() for page in read_]


def test_every_code_scans_at_150_dpi_and_a_descriptor_is_the_wallets(pictures: list[NDArray[np.uint8]]) -> None:
    seen_ = drawn(RENDERED).of
    digest, head = QUORUM.digest.hex(), seen_.found.transcript.head.hash.hex()
    found = []
    for number, page in enumerate(pictures, 1):
        texts = {code.text for code in zxingcpp.read_barcodes(page)}
        foot = marked(digest, head, number, len(pictures))
        assert foot == f"CUSTODY-REPORT:{digest.upper()}:{head.upper()}:{number}:{len(pictures)}"
        assert foot in texts
        found += texts - {foot}
    assert found == [wallet.descriptor.with_checksum() for wallet in seen_.together.wallets]
    assert len(found) == 1


def test_the_margins_are_white_and_everything_is_grey(pictures: list[NDArray[np.uint8]]) -> None:
    scale = DPI / 72
    left, top, right, bottom = (int(edge * scale) for edge in (LEFT, TOP, RIGHT, BOTTOM))
    for page in pictures:
        for margin in (page[: top - 2], page[bottom + 3 :], page[:, : left - 2], page[:, right + 3 :]):
            assert margin.min() == 255
        assert np.array_equal(page[:, :, 0], page[:, :, 1])
        assert np.array_equal(page[:, :, 1], page[:, :, 2])


def test_every_mark_lies_within_the_margins_and_no_text_over_another(paper: Drawn) -> None:
    for canvas in paper.canvases:
        for mark in canvas.marks:
            x, y, to_x, to_y = extent(mark)
            assert LEFT - 0.01 <= x <= to_x <= RIGHT + 0.01, mark
            assert TOP - 0.01 <= y <= to_y <= BOTTOM + 0.01, mark
        assert not overlapping(canvas)


def test_each_page_says_of_which_plan_and_transcript_it_is_and_which_page(paper: Drawn) -> None:
    head = paper.of.found.transcript.head
    for number, text in enumerate(paper.text, 1):
        assert f"{head.number} {' '.join(WORDS.split()[:4])}" in text
        assert paper.of.together.plan.digest.hex() in text
        assert head.hash.hex() in text
        assert f"{number} / {len(paper.text)}" in text


@pytest.mark.parametrize(
    ("name", "says", "rehearsal"),
    [
        ("whole", None, False),
        ("quorum", None, False),
        ("ink", None, False),
        ("failed", "NOT WHOLE: failed, not signed", False),
        ("unsigned", "NOT WHOLE: not signed", False),
        ("refused", "NOT WHOLE: open, refused, not signed", False),
        ("rehearsal", None, True),
        ("open", "NOT WHOLE: open, not signed", True),
        ("waits", "ANOTHER SITTING OF THIS PLAN IS NOT WHOLE", False),
    ],
)
def test_every_page_says_what_is_not_whole_and_what_is_a_rehearsal(
    name: str, says: str | None, rehearsal: bool
) -> None:
    paper = drawn(name)
    assert paper.of.together.is_whole is (says is None)
    for text in paper.text:
        assert ("A REHEARSAL: nothing of it is real" in text) is rehearsal
        assert ("\u5b9f\u969b\u306e\u9375\u3067\u306f\u3042\u308a\u307e\u305b\u3093" in text) is rehearsal
        assert says is None or says in text
    if says is None:
        assert "NOT WHOLE" not in "".join(paper.text)
        assert "WHOLE\r\n\u5b8c\u5168" in paper.text[0]


def test_its_first_page_says_that_paper_proves_nothing_and_has_the_words_to_compare(paper: Drawn) -> None:
    first = paper.text[0]
    assert "This paper proves nothing" in first
    assert "custody ceremony verify" in first
    assert all(word in first for word in WORDS.split())


def rows(paper: Drawn) -> dict[int, dict[float, str]]:
    """Of each line of the transcript, what stands in its row: column by column, by how far that is from the left."""
    found: dict[int, dict[float, str]] = {}
    for canvas in paper.canvases:
        texts = [mark for mark in canvas.marks if isinstance(mark, Text)]
        if not any(mark.content == "Every line of the transcript" for mark in texts):
            continue
        cells: dict[float, str] = {}
        for mark in texts[: [mark.x for mark in texts].index(LEFT, 20)]:  # without the foot
            if round(mark.x - LEFT) == 4 and mark.bold and mark.content.isdigit():
                cells = found[int(mark.content)] = {}
            at = round(mark.x - LEFT)
            cells[at] = cells.get(at, "") + mark.content
    return found


EVIDENCE, WHAT, WHO, KEYS = 66, 124, 389, 473
"""Columns of a line, in points from the left."""


def test_every_line_stands_there_with_its_evidence_what_was_written_down_and_who_says_so(paper: Drawn) -> None:
    found = rows(paper)
    lines = paper.of.found.transcript.lines
    assert list(found) == [line.number for line in lines]
    for line in lines:
        cells, what = found[line.number], line.content.to_json()
        assert cells[EVIDENCE].startswith(line.evidence.value)
        typed = [*what.get("wrote", {}).values(), what.get("text"), what.get("reason"), *what.get("people", ())]
        for text in filter(None, typed):
            assert flattened(face().shown(text)) in flattened(cells[WHAT])
        says = what.get("person", what.get("by", "whoever typed"))
        if line.evidence is not Evidence.CLAIMED and not isinstance(line.content, Signed):
            says = "the machine" if line.evidence is Evidence.MEASURED else "the own key of each"
        assert flattened(cells[WHO]).startswith(flattened(says))


def test_the_keys_beside_a_line_are_of_those_who_signed_so_far() -> None:
    sat = Sat(PLAN).everybody()
    beside = tuple(sat.signature(Says.SAW, name) for name in ("operator-1", "witness-1", "holder-1"))
    later = sat.add(Deviation("later", "operator-1")).signature(Says.SAW, "holder-1")
    found = rows(draw(seen(sat, beside=(*beside, later))))
    people = list(PLAN.people)
    operator, witness, holder = (people.index(name) + 1 for name in ("operator-1", "witness-1", "holder-1"))
    assert (operator, witness, holder) == (3, 5, 7)
    assert [found[number][KEYS] for number in range(4)] == ["3, 5, 7", "3, 5, 7", "3, 5, 7", "7"]


def test_who_signed_what_is_told_and_ink_is_told_to_prove_nothing() -> None:
    flat = drawn("whole").flat
    assert "Twonamestypedareoneclaim." in flat
    signers = {each.name: each for each in drawn("whole").of.found.signers}
    assert f"allofit,lines0to{signers['witness-1'].covers}" in flat
    inked = drawn("whole").of.found.standing.inked("holder-2")
    assert f"thetranscript,typedinline{inked[Says.SAW]}" in flat
    assert "nokeyintheplan" in flat
    assert "neverthere,asfaraswastyped" in flat, "deputies who did not come"
    assert "REFUSED:saysthatitwasnotso" in drawn("refused").flat
    assert "SIGNEDNOTHING" in draw(seen(Sat(PLAN).everybody())).flat
    assert "SIGNEDNOTHING" not in flat


def test_cards_that_are_to_be_destroyed_are_named_and_those_that_people_say_are_destroyed() -> None:
    gone, left = drawn("whole").flat, drawn("failed").flat
    called, seals = PLAN.people["holder-1"], [card.seal for _key, card in PLAN.cards]
    for flat in (gone, left):
        assert flattened(f"1: {called} (holder-1), {seals[0]}") in flat
    assert "TOBEDESTROYED" in left
    assert "TOBEDESTROYED" not in gone
    assert "destroyedbeforethese,aswastyped:" in gone


def test_each_card_has_its_bag_as_written_and_its_commitment_and_each_bag_a_stub_to_tick() -> None:
    sat = Sat(PLAN).everybody().until(lambda step: step.id.endswith("/card-2/bag"))
    other = sat.add(Deviation("the bag is torn", "holder-2"))
    step = sat.standing.next
    assert step is not None
    swapped = replace(step, expects={})
    other.done(swapped, wrote="another bag 77").to_end()
    paper = draw(seen(other))
    made = other.standing.made["key-1"].follows
    for _place, commitment in made.places:
        assert commitment.hex() in paper.flat
    seals = [card.seal for _key, card in PLAN.cards]
    stubs = next(text for text in paper.text if text.startswith("Stubs of the bags"))
    assert "another bag 77" in stubs
    assert seals[1] not in stubs
    assert all(seal in stubs for seal in (seals[0], *seals[2:]))
    assert f"theplansays\u8a08\u753b\u3067\u306f{flattened(seals[1])}" in paper.flat


def test_a_rehearsal_has_no_wallet_and_what_waits_no_code() -> None:
    assert "nobodypaystotestkeys" in drawn("rehearsal").flat
    assert "NOTTOBEPAIDTOYET.Itwaitsfor:sitting-2,sitting-3" in drawn("waits").flat
    for name in ("rehearsal", "waits", "open", "failed", "unsigned"):
        assert not drawn(name).of.together.wallets
        assert "sortedmulti(" not in drawn(name).flat
        assert "wpkh([" not in drawn(name).flat


def test_the_largest_quorum_has_its_descriptor_as_text_and_as_a_code_that_scans() -> None:
    seeds = (MasterKey.from_seed(Secret(bytes([number]) * 16)) for number in range(1, 16))
    path = parse_path("m/48'/1'/0'/2'")
    regtest = network("regtest")
    keys = [f"[{each.fingerprint.hex()}/48h/1h/0h/2h]{each.account_xpub(path, regtest.xpub)}/<0;1>/*" for each in seeds]
    wallet = Wallet.register("w", [f"wsh(sortedmulti(8,{','.join(keys)}))"], regtest)
    descriptor = wallet.descriptor.with_checksum()
    canvases = list(pages([Section((), wallets.of_one(face(), wallet, matrix))]))
    with pypdfium2.PdfDocument(document(face(), canvases, "Wallet")) as pdf:
        text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
        codes = [code.text for page in pdf for code in zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_numpy())]
    assert flattened(descriptor) in flattened(text)
    assert codes == [descriptor]
    for canvas in canvases:
        for mark in canvas.marks:
            _x, y, to_x, to_y = extent(mark)
            assert (y >= TOP - 0.01, to_x <= RIGHT + 0.01, to_y <= BOTTOM + 0.01) == (True, True, True), mark


def test_what_a_ceremony_stands_on_is_shown_or_only_claimed() -> None:
    claimed = of("whole")
    assert "norehearsalwasreadhere" in drawn("whole").flat
    (rehearsed,) = claimed.found.standing.rehearsed
    shown = draw(replace(claimed, shown=(rehearsed.head,))).flat
    assert "therehearsalwasreadhere,andholds" in shown
    assert "norehearsalwasreadhere" not in shown


def test_opened_candidates_and_the_odds_are_told_and_for_one_person_left_out() -> None:
    paper = drawn("quorum")
    for opened, words in paper.of.found.opened:
        assert f"Openedcandidate{opened.candidate}" in paper.flat
        assert flattened(words) in paper.flat
    assert "isstillunseenoncein4times" in paper.flat
    assert "Oddsofcutandchoose" not in drawn("ink").flat


def test_texts_from_outside_stand_in_their_cells_with_numbers_for_what_the_font_lacks() -> None:
    paper = drawn("hostile")
    assert flattened(face().shown(HOSTILE)) in paper.flat
    assert "WHOLE\u5b8c\u5168[U+20BB7][U+0627][U+0644][U+0639][2J[U+2588]" in paper.flat
    assert "NOT WHOLE: open" in paper.text[0]
    numbers = [line.number for line in paper.of.found.transcript.lines if isinstance(line.content, Deviation)]
    strange = "\U00020bb7\u0627\u0644\u0639\u2588"
    assert lacking(face(), paper.of) == (
        ("plan.purpose", strange),
        *((f"line {number}.text", strange) for number in numbers),
    )
    assert not lacking(face(), of("whole"))


def test_the_font_is_in_the_file_and_greys_alone(paper: Drawn) -> None:
    assert paper.content.count(b"/FontFile2 ") == paper.content.count(b"/Type /FontDescriptor") == 1
    assert set(re.findall(rb"/BaseFont /([^ ]+)", paper.content)) == {b"AAAAAA+BIZUDPGothic-Regular"}
    assert not re.search(rb" (rg|RG|k|K|sc|SC|cs)\n", paper.content)


def test_the_same_transcript_and_signatures_are_the_same_file() -> None:
    assert draw(seen(whole())).content == drawn("whole").content


def test_a_report_that_nobody_reads_is_refused_before_a_code_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PAGES == 1000
    monkeypatch.setattr(reported, "MOST_PAGES", 12)
    codes: list[str] = []

    def code(text: str) -> tuple[tuple[bool, ...], ...]:
        codes.append(text)
        return ((True,),)

    with pytest.raises(Unreadable, match="more than 12 pages"):
        report(face(), of("failed"), code)
    assert not codes


def test_a_time_that_no_calendar_has_is_printed_in_seconds() -> None:
    sat = Sat(a_plan_without_keys())
    first = sat.transcript.lines[0]
    sat.transcript = replace(sat.transcript, lines=(replace(first, at=LATE),))
    assert f"{LATE}s-{LATE}s" in draw(seen(sat)).flat
