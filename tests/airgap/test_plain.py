"""Lines without a frame: strict hex, and base64 of a PSBT."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airgap import phrase, plain
from airgap.message import Message
from tests.airgap.frames import whole


@given(st.binary(min_size=1, max_size=200), st.booleans())
def test_hex_in_either_case_is_bytes(data: bytes, upper: bool) -> None:
    line = data.hex().upper() if upper else data.hex()
    assume(not phrase.is_secret(line) and not plain.begins_as_psbt(line.lower()))
    message = plain.decode(line)
    assert message is not None
    assert message.payload == data


@given(st.integers(80, 400))
def test_a_psbt_is_known_in_both_forms(length: int) -> None:
    psbt = Message("crypto-psbt", whole(length))
    assert plain.decode(psbt.payload.hex()) == psbt
    assert plain.decode(base64.b64encode(psbt.payload).decode()) == psbt


def test_hex_of_anything_else_is_of_type_bytes() -> None:
    assert plain.decode("02000000") == Message("bytes", bytes.fromhex("02000000"))


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("nothing", ""),
        ("odd hex", "020"),
        ("hex in two cases", "aB"),
        ("hex with a space", "02 00"),
        ("hex with a prefix", "0x02"),
        ("digits that are not ASCII", "\u0660\u0664"),
        ("base64 without its padding", "cHNidP8BAHE"),
        ("base64 with bits left over", "cHNidP8BAHF="),
        ("base64 with a line in it", "cHNidP8B\nAHE="),
        ("base64 of the URL alphabet", "cHNidP8BAHE-_w=="),
        ("base64 with bytes after its padding", "cHNidP8BAHE=AAAA"),
        ("base64 that misses the last byte of the magic", "cHNidP4BAHE="),
        ("a word", "wordword"),
        ("a private key as wallets write it", "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"),
        ("a phrase", "abandon abandon about"),
        ("an address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ("longer than any message", "00" * (4 * 1024 * 1024 + 1)),
    ],
)
def test_what_is_neither_is_no_message(what: str, line: str) -> None:
    assert plain.decode(line) is None
