"""What the decoder says of each part: new, known, or in contradiction to others; and that the right parts win."""

import pytest

from airgap.stream import Receipt
from airgap.ur.decoder import Decoder
from airgap.ur.multipart import Encoder, Part, parse
from tests.airgap.frames import forged, psbt

MESSAGE = psbt(1_000)
ENCODER = Encoder(MESSAGE, 100)


def part(number: int, *, is_forged: bool = False) -> Part:
    frame = ENCODER.part(number)
    found = parse(forged(frame) if is_forged else frame)
    assert isinstance(found, Part)
    return found


COUNT = part(1).seq_len


def test_a_part_is_new_once_and_known_after() -> None:
    decoder = Decoder(part(1))
    assert [decoder.receive(part(1)) for _time in range(3)] == [Receipt.NEW, Receipt.KNOWN, Receipt.KNOWN]
    assert [decoder.receive(part(number)) for number in range(2, COUNT + 1)] == [
        *[Receipt.NEW] * (COUNT - 2),
        Receipt.COMPLETE,
    ]
    assert decoder.message == MESSAGE
    assert decoder.receive(part(COUNT + 1)) is Receipt.KNOWN


def test_a_part_that_follows_from_others_is_known_and_one_that_contradicts_them_is_told() -> None:
    """Of a fragment alone there are two versions; the right one again agrees with neither's sum but its own."""
    decoder = Decoder(part(1))
    assert decoder.receive(part(1)) is Receipt.NEW
    assert decoder.receive(part(1, is_forged=True)) is Receipt.CONFLICT
    assert decoder.receive(part(2)) is Receipt.NEW
    assert decoder.receive(part(2, is_forged=True)) is Receipt.CONFLICT


@pytest.mark.parametrize("bad", range(1, COUNT + 1))
def test_one_forged_part_is_outlived_wherever_it_stands(bad: int) -> None:
    decoder = Decoder(part(1))
    for number in range(1, COUNT + 1):
        decoder.receive(part(number, is_forged=number == bad))
    assert decoder.message is None
    assert decoder.contradictory
    for number in range(COUNT + 1, 3 * COUNT):
        if decoder.receive(part(number)) is Receipt.COMPLETE:
            break
    assert decoder.message == MESSAGE
    assert decoder.disagreed >= 1
