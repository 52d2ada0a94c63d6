"""What is public of a wallet, on paper: a code that scans, the address to compare, and a way without this toolkit."""

import re
from collections.abc import Iterable

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from airgap.qr.symbol import matrix
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.records import whole_wallets
from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.printed.page import BOTTOM, LEFT, RIGHT, TOP
from custody.ceremony.printed.wallet_sheets import account_sheet, descriptor_sheet, if_gone_sheet
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.printing.canvas import Canvas
from custody.printing.document import document
from tests.ceremony.transcript.sittings import a_plan, made
from tests.printing.faces import face

DPI = 150


def world(keys: int, quorum: int) -> tuple[Plan, dict[str, Follows], Wallet]:
    plan = a_plan(Threat.INSIDER, keys=keys, quorum=quorum)
    follows = {key.id: made(plan, key, number=17 + at).follows for at, key in enumerate(plan.keys)}
    (wallet,) = whole_wallets(plan, follows)
    return plan, follows, wallet


def printed(canvases: Iterable[Canvas]) -> tuple[str, list[str]]:
    """The text of all pages without its spaces, and what their codes say; nothing lies in the margins."""
    text, codes, scale = "", [], DPI / 72
    left, top, right, bottom = (int(edge * scale) for edge in (LEFT, TOP, RIGHT, BOTTOM))
    with pypdfium2.PdfDocument(document(face(), list(canvases), "Wallet")) as read:
        for each in read:
            page = each.render(scale=scale).to_numpy()
            for margin in (page[: top - 2], page[bottom + 3 :], page[:, : left - 2], page[:, right + 3 :]):
                assert margin.min() == 255
            assert np.array_equal(page[:, :, 0], page[:, :, 1])
            codes += [code.text for code in zxingcpp.read_barcodes(page)]
            text += re.sub(r"\s", "", each.get_textpage().get_text_bounded())
    return text, codes


@pytest.mark.parametrize(("keys", "quorum"), [(1, 1), (3, 2), (15, 8)])
def test_a_descriptor_scans_and_stands_there_letter_by_letter_with_its_first_address(keys: int, quorum: int) -> None:
    _plan, _follows, wallet = world(keys, quorum)
    text, codes = printed(descriptor_sheet(face(), wallet, matrix, rehearsal=False))
    assert codes == [wallet.descriptor.with_checksum()]
    assert wallet.descriptor.with_checksum() in text
    assert wallet.address(0, 0) in text
    assert "REHEARSAL" not in text


@pytest.mark.parametrize(("keys", "quorum"), [(1, 1), (3, 2), (15, 8)])
def test_the_page_for_later_says_what_is_needed_of_each_key_and_what_to_compare(keys: int, quorum: int) -> None:
    plan, follows, wallet = world(keys, quorum)
    text, _codes = printed(if_gone_sheet(face(), plan, wallet, follows, rehearsal=True))
    assert "REHEARSAL" in text
    for key in plan.keys:
        account = follows[key.id].accounts[0]
        for told in (f"{key.id}:bringcardsofset{follows[key.id].set}together,3/5", account.path):
            assert told in text, told
        assert f"fingerprintis{follows[key.id].fingerprint.hex()}" in text
    assert ("Signaturesof8of15keys" in text) is (keys == 15)
    assert wallet.descriptor.with_checksum() in text
    assert wallet.address(0, 0) in text
    names = [*plan.people.values(), *(place.name for place in plan.places.values())]
    assert not [name for name in names if re.sub(r"\s", "", name) in text], "it tells nobody where the cards are"


def test_the_key_of_a_wallet_that_waits_scans_with_its_origin() -> None:
    plan, follows, _wallet = world(3, 2)
    account = follows["key-2"].accounts[0].with_origin(follows["key-2"].fingerprint)
    text, codes = printed(account_sheet(face(), plan.keys[1], account, matrix, rehearsal=False))
    assert codes == [account]
    assert account in text
