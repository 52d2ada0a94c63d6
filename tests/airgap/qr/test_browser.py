"""The HTML page in a real browser: its screenshots are the message, its keys work, and it asks nobody for anything."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from airgap.receiving.collector import Collector
from tests.airgap.conftest import PSBT, Run
from tests.airgap.qr.browser import Browser, name
from tests.conftest import needed
from tests.support.patience import until

pytestmark = pytest.mark.browser

PARTS = 4


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = name()
    if program is None:
        needed("chromium", "no chromium")
    assert program is not None
    with Browser(program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, run: Run, psbt: str, tmp_path: Path) -> Browser:
    """The browser with the page of a series open."""
    code, _out, err = run("show", psbt, "-o", "payment.html", "--period", "60")
    assert code == 0, err
    browser.requests.clear()
    browser.complaints.clear()
    browser.open(tmp_path / "payment.html")
    wait_for(browser, "document.readyState === 'complete' && place.textContent !== ''")
    return browser


def wait_for(browser: Browser, condition: str) -> None:
    until(lambda: browser.evaluate(condition), condition)


def codes(screenshot: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(screenshot)).convert("L"))]


def test_screenshots_at_different_times_show_different_frames_and_become_the_message(page: Browser) -> None:
    collector, seen = Collector(), set()
    for _shot in range(100):
        [frame] = codes(page.screenshot())  # every one is read
        seen.add(frame)
        collector.receive(frame)
        if collector.messages:
            break
    assert len(seen) >= PARTS
    assert collector.require().payload == PSBT
    assert collector.foreign == 0


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(page: Browser, tmp_path: Path) -> None:
    page.screenshot()
    assert page.requests == [(tmp_path / "payment.html").as_uri()]
    assert page.complaints == []


def test_its_policy_stops_what_would_be_fetched_or_run(page: Browser) -> None:
    page.evaluate("fetch('http://192.0.2.1/').catch(() => { document.title = 'stopped'; }); 0")
    wait_for(page, "document.title === 'stopped'")
    page.evaluate(
        "const other = document.createElement('script'); other.text = 'document.title = 1'; "
        "document.body.appendChild(other); 0"
    )
    assert page.evaluate("document.title") == "stopped"
    assert any("Content Security Policy" in each for each in page.complaints)


def test_space_stops_the_series_and_starts_it_again(page: Browser) -> None:
    page.press(" ")
    wait_for(page, "paused")
    stopped = page.evaluate("place.textContent")
    first = codes(page.screenshot())
    page.evaluate("setTimeout(() => { window.fivePeriodsLater = true; }, 5 * period); 0")
    wait_for(page, "window.fivePeriodsLater")
    assert page.evaluate("place.textContent") == stopped
    assert codes(page.screenshot()) == first
    page.press(" ")
    wait_for(page, f"place.textContent !== '{stopped}'")


def test_keys_change_the_speed(page: Browser) -> None:
    assert page.evaluate("period") == 60
    page.press("<")
    assert page.evaluate("period") == 75
    for _press in range(3):
        page.press(">")
    assert page.evaluate("period") == 50


def test_a_smaller_window_still_shows_a_code_that_is_read(page: Browser) -> None:
    page.ask("Emulation.setDeviceMetricsOverride", width=320, height=480, deviceScaleFactor=1, mobile=False)
    wait_for(page, "canvas.width <= 320")
    assert len(codes(page.screenshot())) == 1
    page.ask("Emulation.clearDeviceMetricsOverride")
