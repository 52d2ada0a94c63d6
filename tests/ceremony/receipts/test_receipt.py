"""A receipt's file is one writing of what is in it, signed by a key of the plan, and tells no word and no salt."""

import json
import re
from dataclasses import replace

import pytest

from custody.ceremony.receipts.receipt import RECEIPT_LIMIT, Receipt
from custody.ceremony.receipts.record import true_receipts
from custody.errors import Alarm, Mismatch, Unreadable
from tests.ceremony.receipts.held import card, kept, looked, receipt, words
from tests.conftest import ROOT


def test_it_is_read_as_it_was_written() -> None:
    for said in (looked(), looked(into=None), replace(looked(), from_bag=None), looked(into='"\u3042 \U0001f600' * 40)):
        made = receipt(said)
        assert Receipt.decode(made.encode()) == made
        made.require(kept().plan)


def test_the_page_has_its_members() -> None:
    page = (ROOT / "docs" / "spec" / "receipt.md").read_text(encoding="utf-8")
    shown = re.search(r'^\{"at":.*\}$', page, re.MULTILINE)
    assert shown is not None
    said = json.loads(re.sub(r":<[^>]*>", ":0", shown[0]).replace('"<', '"').replace('>"', '"'))
    written = json.loads(receipt().encode())
    assert list(said) == list(written)
    assert list(said["bag"]) == list(written["bag"])


def test_no_word_of_the_card_and_no_salt_is_in_it() -> None:
    told = receipt().encode().decode()
    assert card(2).salt.hex() not in told
    assert not set(words(2).split()) & set(re.findall("[a-z]+", told))
    assert card(2).commitment.hex() in told


def test_no_byte_of_it_can_be_changed_without_being_noticed() -> None:
    sittings, written = [kept().found], receipt().encode()
    assert true_receipts([Receipt.decode(written)], sittings)
    codes = set()
    for at in range(len(written)):
        for bit in (0, 2, 5):
            changed = written[:at] + bytes([written[at] ^ 1 << bit]) + written[at + 1 :]
            with pytest.raises((Unreadable, Mismatch, Alarm)) as told:
                true_receipts([Receipt.decode(changed)], sittings)
            codes.add(told.value.exit_code)
    assert codes == {4, 5, 9}


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told[:-1],
        lambda told: told + b"\n",
        lambda told: told.replace(b'"v":1', b'"v":2'),
        lambda told: told.replace(b'"v":1', b'"v":0'),
        lambda told: told.replace(b'"at":', b'"a":1,"at":'),
        lambda told: told.replace(b'"from":', b'"even":1,"from":'),
        lambda told: told.replace(b'"into":"B-2"', b'"into":" "'),
        lambda told: told.replace(b'"into":"B-2"', b'"into":""'),
        lambda told: told.replace(b'"into":"B-2"', b'"into":"B\\u0007"'),
        lambda told: told.replace(b',"into":"B-2"', b""),
        lambda told: told.replace(b'"number":2', b'"number":0'),
        lambda told: told.replace(b'"number":2', b'"number":17'),
        lambda told: told.replace(b'"group":1', b'"group":true'),
        lambda told: told.replace(b'"set":17', b'"set":32768'),
        lambda told: told.replace(b'"person":"holder-2"', b'"person":"Holder 2"'),
        lambda told: told.replace(b'"at":', b'"at":-'),
        lambda _told: b"",
        lambda _told: b"[]\n",
        lambda _told: b"\xff\n",
    ],
)
def test_what_is_not_a_receipt_is_not_read(change) -> None:  # type: ignore[no-untyped-def]
    written = receipt().encode()
    assert change(written) != written
    with pytest.raises(Unreadable):
        Receipt.decode(change(written))


def test_a_file_that_is_too_long_is_not_even_parsed() -> None:
    with pytest.raises(Unreadable, match="no card's receipt"):
        Receipt.decode(b" " * RECEIPT_LIMIT + receipt().encode())
