"""The forms a PSBT travels in: recognised by the first bytes, decoded strictly, sealed again as they came."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.psbt import envelope
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT, MAGIC, PAYLOAD_LIMIT, Encoding
from custody.errors import CustodyError, Unreadable

PAYLOAD = MAGIC + bytes(range(32))
BASE64 = base64.b64encode(PAYLOAD)
HEX = PAYLOAD.hex().encode()


@pytest.mark.parametrize("newline", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize(
    ("text", "encoding"), [(BASE64, Encoding.BASE64), (HEX, Encoding.HEX), (HEX.upper(), Encoding.HEX)]
)
def test_a_text_is_sealed_as_it_came(text: bytes, encoding: Encoding, newline: bytes) -> None:
    opened = envelope.open(text + newline)
    assert (opened.payload, opened.encoding) == (PAYLOAD, encoding)
    assert opened.seal(PAYLOAD) == text + newline


def test_binary_is_sealed_as_it_came_and_keeps_its_last_newline() -> None:
    opened = envelope.open(PAYLOAD + b"\n")
    assert (opened.payload, opened.encoding) == (PAYLOAD + b"\n", Encoding.BINARY)
    assert opened.seal(PAYLOAD + b"\n") == PAYLOAD + b"\n"


def test_the_digest_is_the_payloads_whatever_its_form() -> None:
    expected = hashlib.sha256(PAYLOAD).digest()
    assert {envelope.open(form).digest for form in (PAYLOAD, BASE64, HEX, HEX + b"\n")} == {expected}


@pytest.mark.parametrize(
    "damaged",
    [
        BASE64[:-1],
        BASE64[:20] + b"\n" + BASE64[20:],
        BASE64[:20] + b" " + BASE64[20:],
        BASE64 + b"\n\n",
        BASE64 + b" ",
        BASE64 + b"\x00",
        BASE64.replace(b"=", b""),
        BASE64 + b"=",
        BASE64[:20] + b"-" + BASE64[21:],
        BASE64[:20] + b"\xff" + BASE64[21:],
        base64.b64encode(MAGIC + b"\x01")[:-1] + base64.b64encode(b"\x02"),
        HEX[:-1],
        HEX[:20] + b" " + HEX[20:],
        HEX + b"\n\n",
        HEX[:20] + b"0x" + HEX[22:],
        HEX[:20] + "\uff10".encode() + HEX[23:],
        b" " + BASE64,
        b"\n" + HEX,
        b"\xef\xbb\xbf" + BASE64,
        BASE64.decode().encode("utf-16"),
    ],
)
def test_a_damaged_text_is_unreadable(damaged: bytes) -> None:
    with pytest.raises(Unreadable):
        envelope.open(damaged)


def test_base64_with_unused_bits_is_refused() -> None:
    payload = MAGIC + b"\x01\x02"  # 7 bytes: the last digit before the padding has four unused bits
    text = base64.b64encode(payload)
    assert text.endswith(b"Ag==")
    assert base64.b64decode(text[:-3] + b"h==") == payload, "the library lets it through"
    with pytest.raises(Unreadable, match="base64"):
        envelope.open(text[:-3] + b"h==")


@pytest.mark.parametrize(
    ("foreign", "reason", "hint"),
    [
        (b"", "empty", "Export"),
        (b"ur:crypto-psbt/1-2/lpadao", "frame of a QR series", "airgap decode"),
        (b"UR:CRYPTO-PSBT/1-2/LPADAO", "frame of a QR series", "airgap decode"),
        (b"B$2P0100", "frame of a QR series", "airgap decode"),
        (bytes.fromhex("0200000001" + "00" * 40), "bare transaction", "PSBT"),
        (b"0200000001" + b"00" * 40, "bare transaction", "PSBT"),
        (b"01000000000101" + b"00" * 40 + b"\n", "bare transaction", "PSBT"),
        (b'{"to": "0x00"}', "not a PSBT", "base64"),
        (b"psbt", "not a PSBT", "base64"),
        (b"\n", "not a PSBT", "base64"),
        (b"cHNidA==", "not a PSBT", "base64"),
        (base64.b64encode(b"psbt\xfe" + bytes(9)), "not a PSBT", "base64"),
    ],
)
def test_foreign_input_is_named_with_a_hint(foreign: bytes, reason: str, hint: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        envelope.open(foreign)
    assert hint in caught.value.hint


def test_the_limit_holds_in_every_form() -> None:
    largest = MAGIC + bytes(PAYLOAD_LIMIT - len(MAGIC))
    assert len(envelope.open(largest.hex().encode() + b"\r\n").payload) == PAYLOAD_LIMIT
    too_large = largest + b"\x00"
    for form in (too_large, base64.b64encode(too_large), too_large.hex().encode(), b"x" * (FILE_LIMIT + 1)):
        with pytest.raises(Unreadable, match="larger than a PSBT may be"):
            envelope.open(form)


@given(st.binary(max_size=60))
def test_any_payload_comes_back_as_it_went(rest: bytes) -> None:
    payload = MAGIC + rest
    for form in (payload, base64.b64encode(payload), payload.hex().encode()):
        opened = envelope.open(form)
        assert opened.payload == payload
        assert opened.seal(opened.payload) == form


@given(st.sampled_from([b"", b"cHNidP", b"70736274ff", b"70736274FF", b"psbt\xff"]), st.binary(max_size=60))
def test_any_bytes_get_an_answer_and_one_text_for_each_payload(head: bytes, tail: bytes) -> None:
    try:
        opened = envelope.open(head + tail)
    except CustodyError:
        return
    assert opened.seal(opened.payload).lower() == (head + tail).lower()
