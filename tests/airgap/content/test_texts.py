"""What a text without a frame is: as it stands, or nothing."""

import pytest

from airgap.content import texts
from airgap.message import Message
from airgap.receiving.collector import Collector, Receipt


def test_a_json_document_is_a_message_as_it_stands() -> None:
    assert texts.recognise('{"a": "Zo\u00eb"}') == Message("json", '{"a": "Zo\u00eb"}'.encode())


@pytest.mark.parametrize("half", ["\ud800", "\udcff"])
def test_half_a_surrogate_pair_is_in_no_message(half: str) -> None:
    assert texts.recognise(f'{{"a": "{half}"}}') is None
    assert Collector().receive(f'{{"a": "{half}"}}') is Receipt.FOREIGN
