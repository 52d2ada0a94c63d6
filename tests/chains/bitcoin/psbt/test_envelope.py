"""The forms a PSBT travels in: recognised by the first bytes, decoded strictly, sealed again in their form."""

import base64
import hashlib
import json
import tracemalloc
from contextlib import suppress

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


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_one_line_end_behind_a_binary_psbt_is_a_shells_and_not_the_psbts(newline: bytes) -> None:
    binary = PAYLOAD + b"\x00"
    opened = envelope.open(binary + newline)
    assert (opened.payload, opened.encoding) == (binary, Encoding.BINARY)
    assert opened.seal(binary) == binary
    for kept in (binary + newline + newline, PAYLOAD + b"\x0d", binary + b"\r"):
        assert envelope.open(kept).payload != binary


def wrapped(text: bytes, width: int, newline: bytes) -> bytes:
    return newline.join(text[start : start + width] for start in range(0, len(text), width))


@pytest.mark.parametrize("text", [BASE64, HEX], ids=["base64", "hex"])
@pytest.mark.parametrize("width", [1, 4, 5, 7, 64, 76])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r", b"\n\n", b" \n  "])
def test_lines_of_any_width_are_one_text_and_go_back_as_one_line(text: bytes, width: int, newline: bytes) -> None:
    opened = envelope.open(wrapped(text, width, newline) + b"\n")
    assert opened.payload == PAYLOAD
    assert opened.seal(PAYLOAD) == text + b"\n"


AROUND = {
    "a space before": b"  " + BASE64,
    "blanks behind": BASE64 + b" \t\n\n",
    "a blank line before": b"\r\n" + HEX,
    "quotes": b'"' + BASE64 + b'"\n',
    "single quotes and blanks": b" ' " + HEX + b" ' ",
    "a word processor's quotes": "\u201c".encode() + BASE64 + "\u201d".encode(),
    "a mark of UTF-8": b"\xef\xbb\xbf" + BASE64,
    "UTF-16": BASE64.decode().encode("utf-16"),
    "UTF-16, big end first": ("\ufeff" + BASE64.decode() + "\r\n").encode("utf-16-be"),
    "UTF-16 without a mark": BASE64.decode().encode("utf-16-le"),
    "UTF-16 without a mark, big end first": HEX.decode().encode("utf-16-be"),
    "UTF-16 of an answer": json.dumps({"psbt": BASE64.decode()}).encode("utf-16"),
    "an answer of walletcreatefundedpsbt": json.dumps({"psbt": BASE64.decode(), "fee": 1e-5, "changepos": 1}).encode(),
    "an answer of walletprocesspsbt": json.dumps({"psbt": BASE64.decode(), "complete": False}, indent=2).encode(),
    "an answer that is complete": json.dumps({"psbt": BASE64.decode(), "complete": True, "hex": "0200"}).encode(),
    "JSON-RPC": json.dumps({"result": {"psbt": BASE64.decode()}, "error": None, "id": 1}).encode(),
    "JSON-RPC of a text": json.dumps({"result": BASE64.decode(), "error": None, "id": 1}).encode(),
}


@pytest.mark.parametrize("content", AROUND.values(), ids=AROUND)
def test_what_stands_around_a_text_is_taken_off(content: bytes) -> None:
    opened = envelope.open(content)
    assert opened.payload == PAYLOAD
    assert envelope.is_claimed(content)
    assert envelope.open(opened.seal(PAYLOAD)).payload == PAYLOAD


OTHER = base64.b64encode(MAGIC + b"another").decode()
TWO = {
    "under two names": {"psbt": BASE64.decode(), "base64": OTHER},
    "one within": {"psbt": BASE64.decode(), "original": {"psbt": OTHER}},
    "in a list": {"psbt": BASE64.decode(), "all": [OTHER]},
    "in hex": {"psbt": BASE64.decode(), "other": HEX.decode()},
    "with a transaction": {"psbt": BASE64.decode(), "hex": "02000000"},
    "with a transaction, not complete": {"psbt": BASE64.decode(), "hex": "02000000", "complete": False},
    "in JSON-RPC": {"result": {"psbt": BASE64.decode()}, "psbt": OTHER},
}


@pytest.mark.parametrize("answer", TWO.values(), ids=TWO)
def test_two_candidates_in_one_answer_are_refused_by_their_names(answer: dict[str, object]) -> None:
    with pytest.raises(Unreadable, match="more than one") as caught:
        envelope.open(json.dumps(answer).encode())
    assert "psbt, " in caught.value.message
    assert envelope.is_claimed(json.dumps(answer).encode())


@pytest.mark.parametrize(
    "answer",
    [
        '{"psbt": 5}',
        f'{{"hex": "{BASE64.decode()}"}}',
        f'{{"deep": {{"psbt": "{BASE64.decode()}"}}}}',
        '{"result": null, "error": {"code": -8}}',
        f'{{"psbt": "{BASE64.decode()}", "psbt": "{OTHER}"}}',
        f'{{"psbt": "{BASE64.decode()}"}} {{"psbt": "{BASE64.decode()}"}}',
        f'{{"psbt": "{BASE64.decode()}"',
        f'["{BASE64.decode()}"]',
    ],
)
def test_an_answer_without_exactly_one_psbt_where_a_node_gives_it_is_unreadable(answer: str) -> None:
    with pytest.raises(Unreadable):
        envelope.open(answer.encode())


@pytest.mark.parametrize("second", [BASE64, HEX, b"  " + BASE64])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r", b"\n\n"])
def test_two_psbts_in_one_file_are_said_to_be_two(second: bytes, newline: bytes) -> None:
    whole = base64.b64encode(PAYLOAD + b"\x00\x00")  # without padding, so that the two could run into one another
    assert not whole.endswith(b"=")
    with pytest.raises(Unreadable, match="more than one PSBT"):
        envelope.open(whole + newline + second)


LOST = {
    "UTF-8 with the replacement character": PAYLOAD.decode("utf-8", "replace").encode(),
    "Latin-1 taken for UTF-8": PAYLOAD.decode("latin-1").encode(),
    "UTF-16 of it": PAYLOAD.decode("latin-1").encode("utf-16"),
    "ASCII with question marks": PAYLOAD.decode("ascii", "replace").encode("ascii", "replace"),
    "seven bits": bytes(byte & 0x7F for byte in PAYLOAD),
    "a mark before it": b"\xef\xbb\xbf" + PAYLOAD.decode("utf-8", "replace").encode(),
}


@pytest.mark.parametrize("content", LOST.values(), ids=LOST)
def test_a_binary_psbt_that_a_program_took_for_text_is_named_and_never_mended(content: bytes) -> None:
    with pytest.raises(Unreadable, match="text mode") as caught:
        envelope.open(content)
    assert "binary" in caught.value.hint
    assert envelope.is_claimed(content)


def test_the_digest_is_the_payloads_whatever_its_form() -> None:
    expected = hashlib.sha256(PAYLOAD).digest()
    assert {envelope.open(form).digest for form in (PAYLOAD, BASE64, HEX, HEX + b"\n")} == {expected}


@pytest.mark.parametrize(
    "damaged",
    [
        BASE64[:-1],
        BASE64[:20] + b" " + BASE64[20:],
        BASE64 + b"\n--\nBob",
        BASE64 + b"\nAAAA",
        b"=" + BASE64,
        b'"' + BASE64,
        BASE64 + b"'",
        BASE64.replace(b"8", "\u200b8".encode(), 1),
        BASE64 + b"\x00",
        BASE64.replace(b"=", b""),
        BASE64 + b"=",
        BASE64[:20] + b"-" + BASE64[21:],
        BASE64[:20] + b"\xff" + BASE64[21:],
        base64.b64encode(MAGIC + b"\x01")[:-1] + base64.b64encode(b"\x02"),
        HEX[:-1],
        HEX[:20] + b" " + HEX[20:],
        HEX[:20] + b"\t" + HEX[20:],
        HEX[:20] + b"0x" + HEX[22:],
        HEX[:20] + "\uff10".encode() + HEX[23:],
        BASE64.decode().encode("utf-16") + b"\n",
        b"\xef\xbb\xbf\xef\xbb\xbf" + BASE64,
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
        (b'{"to": "0x00"}', 'no "psbt"', "node's answer"),
        (b"psbt of Tuesday", "not a PSBT", "base64"),
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


@given(
    st.sampled_from([b"", b"cHNidP", b"70736274ff", b"70736274FF", b"psbt\xff", b'{"psbt":"']), st.binary(max_size=60)
)
def test_any_bytes_get_an_answer_and_what_is_sealed_is_opened_again(head: bytes, tail: bytes) -> None:
    try:
        opened = envelope.open(head + tail)
    except CustodyError:
        return
    assert envelope.open(opened.seal(opened.payload)).payload == opened.payload
    assert envelope.is_claimed(head + tail)


@pytest.mark.parametrize("fill", [b"\n", b" ", b"a\n", b'"', b"{", b"\x00\n"])
def test_a_file_of_nothing_but_frames_takes_memory_by_its_length(fill: bytes) -> None:
    content = BASE64[:8] + fill * 500_000
    tracemalloc.start()
    with suppress(Unreadable):
        envelope.open(content)
    assert tracemalloc.get_traced_memory()[1] < 16 * len(content)
    tracemalloc.stop()
