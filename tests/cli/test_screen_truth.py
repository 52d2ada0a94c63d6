"""Screen truth: whatever a field, a name or an argument holds, the true lines stand, and none of ours is forged.

Each of the 95 strings of `hostile_strings` goes into every place of `outside`. What the command says then is shown by
a terminal emulator of 80 by 24, and compared with the `truth`: what an honest request shows.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from custody import text
from custody.chains.bitcoin.review.batch import Batch, Total
from custody.cli.transactions.screens import batch, review
from custody.signing import Review
from tests.chains.bitcoin.review.drafts import honest, judge, registered
from tests.cli.conftest import PROGRAM
from tests.cli.hostile_strings import HOSTILE, OURS
from tests.cli.outside import all_faults, argument_faults, in_data, in_unknown_fields, message_faults, raw, reviewed
from tests.cli.screen import Screen
from tests.cli.truth import SENDS, TITLE, Shown, faults_of_review, is_ours, shown
from tests.support import desk
from tests.support.aloud import WEIGHT


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wallet and an honest request."""
    folder = tmp_path_factory.mktemp("truth")
    (folder / "wallet.json").write_text(registered("wpkh").to_json())
    (folder / "request.psbt").write_bytes(honest().psbt())
    return folder


def test_there_are_95_strings_and_each_is_another() -> None:
    assert len(HOSTILE) == 95 == len(set(HOSTILE.values()))


def test_the_truth_is_what_an_honest_request_shows(place: Path) -> None:
    assert reviewed(place, honest().psbt()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_the_true_lines_stand_and_nothing_looks_like_ours(place: Path, name: str) -> None:
    assert all_faults(place, HOSTILE[name]) == []


def names_that_push_a_line() -> Iterator[str]:
    """Names of plain letters that end a line wherever it ends, so that the next begins with a line of ours."""
    for forged in (OURS, "#0  99.00 000 000 BTC (1 satoshi)", "Fee      0.00 000 001 BTC (1 satoshi)"):
        yield from ("x" * count + " " + forged for count in range(1, 80))


def test_no_wallets_name_begins_a_line_of_ours_wherever_a_line_ends() -> None:
    draft = honest()
    draft.outputs[0] = (desk.wallet("tr").script(0, 0), *draft.outputs[0][1:])
    plain = judge(draft, registered("wpkh", name="NAME"), registered("tr", name="OTHER")).review
    assert any("OTHER" in finding.text for finding in plain.findings)
    ours = set()
    for name in names_that_push_a_line():
        told = list(review.lines(renamed(plain, name)))
        totals = (Total("regtest", name, 2, 1, 1, 0, 1),)
        told += batch.lines(Batch((renamed(plain, name),) * 2, totals), (name, name))
        ours.add(tuple(line for line in told if is_ours(line)))
        assert max(len(WEIGHT.sub("", line)) for line in told) <= 80
    assert len(ours) == 1, ours


def renamed(plain: Review, name: str) -> Review:
    """The review, had both wallets this name."""
    payments = tuple(replace(payment, label=name) for payment in plain.payments)
    findings = tuple(
        replace(finding, text=finding.text.replace("NAME", name).replace("OTHER", name)) for finding in plain.findings
    )
    return replace(plain, wallet=name, payments=payments, findings=findings)


# --- the tests above can fail ---


def unsafe(untrusted: str, _limit: int = 0, **_limits: int) -> str:
    """What `text.safe` must never be."""
    return untrusted


@pytest.fixture
def safe_is_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every string from outside through as it stands, in every module that shows one."""
    safe = text.safe
    for module in [module for name, module in sys.modules.items() if name.startswith("custody")]:
        if getattr(module, "safe", None) is safe:
            monkeypatch.setattr(module, "safe", unsafe)


@pytest.mark.usefixtures("safe_is_the_identity")
@pytest.mark.parametrize(
    "name",
    [
        "clears the screen",
        "goes up and overwrites",
        "writes to the clipboard",
        "never ends its string",
        "the one-byte control sequence introducer",
        "a line feed",
        "a carriage return",
        "an override to the left",
        "a zero-width space",
        "tag characters",
        "a line separator",
        "Cyrillic letters",
        "full-width digits",
        "a flood of combining marks",
    ],
)
def test_without_the_escape_every_class_is_seen(place: Path, name: str) -> None:
    assert [fault for _name, each in argument_faults(place, HOSTILE[name]) for fault in each]


def test_a_very_long_name_does_not_push_the_rest_off_the_screen(place: Path) -> None:
    what = shown("review", str(place / "request.psbt"), "--wallet", HOSTILE["ten thousand letters"])
    assert len([line for line in what.lines if line]) < 12


@pytest.mark.usefixtures("safe_is_the_identity")
def test_without_the_cut_a_very_long_name_would(place: Path) -> None:
    what = shown("review", str(place / "request.psbt"), "--wallet", HOSTILE["ten thousand letters"])
    assert len([line for line in what.lines if line]) > 100


@pytest.mark.usefixtures("safe_is_the_identity")
def test_without_the_escape_a_message_rewrites_the_screen(place: Path) -> None:
    assert [faults for _name, faults in message_faults(place, HOSTILE["goes up and overwrites"]) if faults]


def test_a_line_that_is_forged_is_seen() -> None:
    honest_lines = [f'{TITLE}treasury"', f" {OURS}", *SENDS]
    assert list(faults_of_review(Shown(0, "", honest_lines), "accept")) == []
    for forged in (
        f" {OURS}",
        " Fee      0.00000001 BTC",
        "   #2  1.00000000 BTC",
        SENDS[1],
        "Nothing objects. Not yet approved.",
    ):
        for at in range(3, len(honest_lines)):
            lines = [*honest_lines[:at], forged, *honest_lines[at:]]
            assert list(faults_of_review(Shown(0, "", lines), "accept")), (forged, at)
    for missing in range(len(honest_lines)):
        assert list(faults_of_review(Shown(0, "", honest_lines[:missing] + honest_lines[missing + 1 :]), "accept"))


# --- the same on a real terminal ---


@pytest.mark.parametrize(
    "name",
    ["clears the screen", "goes up and overwrites", "never ends its string", "a carriage return", "tag characters"],
)
def test_on_a_real_terminal_the_pages_before_signing_tell_the_truth(place: Path, tmp_path: Path, name: str) -> None:
    draft, hostile = honest(), raw(HOSTILE[name])
    in_unknown_fields(draft, hostile)
    in_data(draft, hostile)
    request = os.fsdecode(os.fsencode(tmp_path) + b"/" + hostile.replace(b"/", b"").replace(b"\0", b""))
    Path(request).write_bytes(draft.psbt())
    arguments = ("sign", request, "--wallet", str(place / "wallet.json"), "-o", str(tmp_path / "signed"))
    lines: list[str] = []
    with Screen(PROGRAM, *arguments) as screen:
        while True:
            screen.until("go on, or Enter alone to stop:" if "-- page 1 of" in "\n".join(lines) else "-- page 1 of")
            lines += screen.lines
            if "Enter alone to stop" in screen.text:
                break
            screen.emulator.reset()
            screen.enter()
        screen.enter("no")
        assert screen.finish() == 6
    told = [line for line in lines if line and not line.startswith("--")]
    told = told[next(number for number, line in enumerate(told) if line.startswith(TITLE)) :]
    verdict = "accept" if f" {OURS}" in told else "warn"
    assert list(faults_of_review(Shown(0, "", told), verdict)) == []
    written = WEIGHT.sub("", screen.raw.decode("latin-1"))
    assert not {letter for letter in written if not (" " <= letter <= "~" or letter in "\r\n")}
