"""The HTML page and the printed one: what they show is the series, and nothing comes from elsewhere."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from airgap import qr
from airgap.qr import page, printed

TEXTS = [f"UR:BYTES/{number}-7/{'LPAD' * 30}" for number in range(1, 8)]
MATRICES = [qr.matrix(text, 8) for text in TEXTS]
CAPTION = "bytes, 3 bytes. Words: </script><b>"


def element(html: str, name: str) -> list[str]:
    return re.findall(rf"<{name}[^>]*>(.*?)</{name}>", html, re.DOTALL)


def test_the_page_holds_every_code_of_the_series() -> None:
    html = page.html(MATRICES, 200, CAPTION).decode()
    series = json.loads(element(html, "script")[0])
    side = series["modules"]
    assert series["period"] == 200
    for text, packed in zip(TEXTS, series["frames"], strict=True):
        bits = np.unpackbits(np.frombuffer(base64.b64decode(packed), np.uint8))[: side * side].reshape(side, side)
        picture = np.pad(np.kron(1 - bits, np.ones((4, 4), np.uint8)) * 255, 16, constant_values=255)
        assert [code.text for code in zxingcpp.read_barcodes(picture.astype(np.uint8))] == [text]


def test_the_page_runs_exactly_its_own_script_and_loads_nothing() -> None:
    html = page.html(MATRICES, 200, CAPTION).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    allowed = policy[1].replace("&#x27;", "'")
    assert allowed.startswith("default-src 'none'; ")
    for name, source in (("script", element(html, "script")[1]), ("style", element(html, "style")[0])):
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in allowed
    assert not re.search(r"(src|href)=|https?:|//[a-z]|@import|url\(", html)


def test_a_caption_is_text_and_never_markup() -> None:
    html = page.html(MATRICES, 200, CAPTION).decode()
    assert "<b>" not in html
    assert html.count("&lt;/script&gt;&lt;b&gt;") == 2
    assert len(element(html, "script")) == 2


@pytest.mark.parametrize("count", [1, 2, 6, 7])
def test_a_print_shows_every_code_with_its_number(count: int) -> None:
    captions = [f"{number} of {count}" for number in range(1, count + 1)]
    pages = [
        printed._page(MATRICES[at : min(at + 6, count)], captions[at : at + 6], "heading", alone=count == 1)
        for at in range(0, count, 6)
    ]
    found = [code.text for each in pages for code in zxingcpp.read_barcodes(np.asarray(each.convert("L")))]
    assert sorted(found) == TEXTS[:count]
    written = printed.pdf(MATRICES[:count], captions, "heading")
    assert written.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", written)) == len(pages)


def test_the_same_series_is_the_same_print() -> None:
    first = printed.pdf(MATRICES[:2], ["1", "2"], "heading")
    assert first == printed.pdf(MATRICES[:2], ["1", "2"], "heading")
    assert b"1970" in first


def test_a_large_code_fits_its_place_on_paper() -> None:
    matrix = qr.matrix("A" * 4_000, 40)
    sheet = printed._page([matrix] * 6, [""] * 6, "", alone=False)
    assert isinstance(sheet, Image.Image)
    assert len(zxingcpp.read_barcodes(np.asarray(sheet.convert("L")))) == 6
