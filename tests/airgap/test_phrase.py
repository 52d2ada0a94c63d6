"""Recovery phrases and shares, in whichever form: nothing takes them, and nothing repeats them."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from airgap import bbqr, phrase, qr
from airgap.errors import Unreadable
from airgap.message import Message
from airgap.receiving.collector import Collector, Receipt
from airgap.ur import multipart
from tests.airgap.conftest import PSBT, Run, listed
from tests.airgap.frames import fed

WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SHARE = (
    "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode duke "
    "ajar critical decision keyboard"
)
DIGITS = "101920151790203919782015195116471019201517902040"
ENTROPY = bytes.fromhex("7f7f7f7f7f7f7f7f7f7f7f7f7f7f7fff")
SAID = "that looks like a recovery phrase"

LINES = {
    "a phrase": WORDS,
    "a phrase in capitals": WORDS.upper(),
    "a phrase with its numbers": " ".join(f"{place}. {word}" for place, word in enumerate(WORDS.split(), 1)),
    "a phrase numbered 1)": " ".join(f"{place}) {word}" for place, word in enumerate(WORDS.split(), 1)),
    "a phrase numbered 1:": " ".join(f"{place}: {word}" for place, word in enumerate(WORDS.split(), 1)),
    "a phrase numbered 1": "\n".join(f"{place} {word}" for place, word in enumerate(WORDS.split(), 1)),
    "a phrase of 24 words": f"{WORDS} {WORDS}",
    "a phrase in its first letters": " ".join(word[:4] for word in WORDS.split()),
    "a share": SHARE,
    "a share of a longer secret": f"{SHARE} {' '.join(SHARE.split()[:13])}",
    "a SeedQR": DIGITS,
    "a SeedQR of 24 words": DIGITS + DIGITS,
    "a SeedQR four by four": " ".join(DIGITS[at : at + 4] for at in range(0, 48, 4)),
    "a phrase in another language": "\u3042\u3044\u3053\u304f\u3057\u3093 " * 12,
}

HONEST = {
    "an address": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "twelve words and a full stop": "please pay the invoice of last month when all three officers agree.",
    "eleven words": " ".join(WORDS.split()[:11]),
    "thirteen words": f"{WORDS} about",
    "digits of no word": DIGITS[:-4] + "2048",
    "too many digits": DIGITS + "00",
    "a descriptor": "wsh(sortedmulti(2,[73c5da0a/48h/0h/0h/2h]xpub6E))",
    "nothing": "",
    "a long text": "word " * 5_000,
}


@pytest.mark.parametrize("what", LINES)
def test_a_secret_is_known(what: str) -> None:
    assert phrase.is_secret(LINES[what])


@pytest.mark.parametrize("what", HONEST)
def test_what_is_none_is_not_taken_for_one(what: str) -> None:
    assert not phrase.is_secret(HONEST[what])


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert phrase.is_secret(text) in (True, False)


def wrapped(text: str) -> dict[str, list[str]]:
    """A text in every framing that could carry it."""
    content = text.encode()
    pieces = [text[at : at + 40] for at in range(0, len(text), 40)]
    return {
        "a line": [text],
        "UR": list(multipart.encode(Message("bytes", content), len(content) + 9)),
        "parts of a UR": [multipart.Encoder(Message("bytes", content), 10).part(number) for number in range(1, 30)],
        "BBQr": list(bbqr.encode(Message("text", content), 40)),
        "pMofN": [f"p{number}of{len(pieces)} {piece}" for number, piece in enumerate(pieces, 1)],
    }


@pytest.mark.parametrize("framing", ["a line", "UR", "parts of a UR", "BBQr", "pMofN"])
@pytest.mark.parametrize("text", [WORDS, SHARE, DIGITS])
def test_a_secret_is_refused_in_every_framing_and_never_repeated(framing: str, text: str) -> None:
    collector = fed(*wrapped(text)[framing])
    assert collector.withheld >= 1
    assert not collector.messages
    with pytest.raises(Unreadable, match=SAID) as refusal:
        collector.require()
    told = f"{refusal.value} {refusal.value.hint}"
    assert not any(word in told.split() for word in text.split())


@pytest.mark.parametrize("framing", ["a line", "UR", "parts of a UR", "BBQr", "pMofN"])
def test_the_honest_message_beside_it_arrives(framing: str) -> None:
    honest = [multipart.Encoder(Message("crypto-psbt", PSBT), 100).part(number) for number in range(1, 9)]
    collector = fed(*honest[:4], *wrapped(WORDS)[framing], *honest[4:])
    assert collector.require().payload == PSBT
    assert collector.withheld >= 1


@pytest.mark.parametrize("ur_type", sorted(phrase.SECRET_TYPES))
def test_types_of_secrets_are_refused_whatever_they_hold(ur_type: str) -> None:
    collector = fed(*multipart.encode(Message(ur_type, bytes.fromhex("a1015066616b65")[:2] + b"\x40")))
    assert not collector.messages
    with pytest.raises(Unreadable, match=SAID):
        collector.require()


@pytest.mark.parametrize("content", [ENTROPY, ENTROPY * 2, b"\x00" * 16, b"\xff" * 20, b"\x80" * 24, b"\xc3" * 28])
def test_the_bytes_of_a_compact_code_are_refused(content: bytes) -> None:
    collector = Collector()
    assert collector.receive_code(content) is Receipt.FOREIGN
    assert (collector.seen, collector.foreign, collector.withheld) == (1, 1, 1)
    with pytest.raises(Unreadable, match=SAID):
        collector.require()


@pytest.mark.parametrize("text", ["0123456789abcdef", "cHNidP8BAHEAAAAA", "ur:bytes/aeadaolazmjendeoti"])
def test_text_as_long_as_a_compact_code_is_text(text: str) -> None:
    assert not phrase.is_compact(text.encode())


def test_other_bytes_in_a_code_are_their_hex() -> None:
    collector = Collector()
    assert collector.receive_code(b"\xff\x00\xfe") is Receipt.COMPLETE
    assert collector.require() == Message("bytes", b"\xff\x00\xfe")


@pytest.mark.parametrize("what", LINES)
def test_decode_answers_a_secret_with_exit_4_and_writes_nothing(what: str, run: Run, tmp_path: Path) -> None:
    code, out, err = run("decode", "-o", "out", "--json", stdin=LINES[what].encode())
    assert code == 4
    answer = json.loads(out)["error"]
    assert listed(tmp_path) == []
    if LINES[what].isascii():  # of another script nothing is left to be told from
        assert SAID in answer["message"]
    assert LINES[what].split()[0] not in out + err


@pytest.mark.parametrize("content", [DIGITS.encode(), WORDS.encode()])
def test_scan_answers_a_secret_with_exit_4_and_writes_nothing(content: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(qr.png(qr.matrix(content.decode())))
    code, out, err = run("scan", "card.png", "-o", "out")
    assert code == 4
    assert SAID in err
    assert content.decode()[:5] not in out + err
    assert listed(tmp_path) == ["card.png"]


def test_a_compact_code_in_a_picture_is_refused(run: Run, tmp_path: Path) -> None:
    writer = zxingcpp.create_barcode(ENTROPY, zxingcpp.BarcodeFormat.QRCode)
    picture = np.asarray(zxingcpp.write_barcode_to_image(writer, scale=8, add_quiet_zones=True))
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG")
    (tmp_path / "card.png").write_bytes(written.getvalue())
    code, out, err = run("scan", "card.png", "-o", "out")
    assert code == 4
    assert SAID in err
    assert ENTROPY.hex()[:6] not in out + err
    assert listed(tmp_path) == ["card.png"]


@pytest.mark.parametrize("arguments", [("encode", "card"), ("show", "card", "--to", "png", "-o", "card.png")])
@pytest.mark.parametrize("text", [WORDS, SHARE, DIGITS])
def test_a_secret_is_not_shown_either(arguments: tuple[str, ...], text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "card").write_text(text + "\n")
    code, out, err = run(*arguments)
    assert code == 4
    assert SAID in err
    assert out == ""
    assert listed(tmp_path) == ["card"]


def test_a_secret_beside_the_message_is_told(run: Run, psbt: str, tmp_path: Path) -> None:
    frames = [WORDS, base64.b64encode(PSBT).decode()]
    code, out, err = run("decode", "-o", "out", "--json", stdin="\n".join(frames).encode())
    assert code == 0
    assert "warning: 1 frame looked like a recovery phrase" in err
    assert json.loads(out)["frames_foreign"] == 1
    assert (tmp_path / "out").read_bytes() == PSBT
