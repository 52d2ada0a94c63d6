"""Texts without a frame: whole means whole, as lines of one document or as single codes."""

import base64
import json

import pytest

from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.receiving import loose
from airgap.receiving.collector import Collector, Receipt
from airgap.ur import multipart
from tests.airgap.conftest import Run
from tests.airgap.frames import fed, psbt, stream, whole

PSBT = whole(473)
BASE64 = base64.b64encode(PSBT).decode()
HEX = PSBT.hex()
XPUB = "xpub6E8v7uy63pCeJvHe5W8ea8zTnCtKMFgMRb5bueWWcUFMw6sWmUwTqxM8cFiKQRWkA2Fxth9HJZufJwjWT9LEq6vpk4y3SWhXUZc8yNs3YC9"
DESCRIPTOR = f"wsh(sortedmulti(2,[73c5da0a/48h/0h/0h/2h]{XPUB}/0/*,[00000001/48h]{XPUB}/0/*))#8zl0zxma"
ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


def wrapped(text: str, width: int, end: str = "\n") -> str:
    return "".join(text[at : at + width] + end for at in range(0, len(text), width))


def typed(text: str) -> Collector:
    return fed(*text.splitlines(keepends=True))


def shown(*codes: str) -> Collector:
    collector = Collector()
    for code in codes:
        collector.receive_code(code.encode())
    return collector


# --- lines
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\t", "\n\n", " \n"])
@pytest.mark.parametrize("width", [52, 60, 64, 76, 10_000])
@pytest.mark.parametrize("text", [BASE64, HEX, HEX.upper()], ids=["base64", "hex", "HEX"])
def test_a_wrapped_psbt_is_read_to_its_last_byte(text: str, width: int, end: str, run: Run) -> None:
    code, _out, err = run("decode", "-o", "out", "--force", stdin=wrapped(text, width, end).encode())
    assert code == 0, err
    assert f"crypto-psbt, {len(PSBT)} bytes" in err


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + wrapped(BASE64, 64).encode(),
        wrapped(BASE64, 64).encode("utf-16"),
        b"\xfe\xff" + wrapped(HEX, 60, "\r\n").encode("utf-16-be"),
        b'"' + wrapped(BASE64, 76).encode() + b'"\n',
        f"'{HEX}'".encode(),
        wrapped(BASE64, 76).rstrip().encode(),
    ],
    ids=["BOM", "UTF-16", "UTF-16 with CRLF", "quotes over lines", "quotes", "no last end"],
)
def test_a_psbt_is_read_as_people_have_it(data: bytes, run: Run) -> None:
    code, out, err = run("decode", "--json", stdin=data)
    assert code == 0, err
    assert json.loads(out)["bytes"] == len(PSBT)


@pytest.mark.parametrize(
    "text",
    [
        wrapped(BASE64, 76)[:77],
        wrapped(BASE64, 64)[:-65],
        wrapped(BASE64, 64)[65:],
        wrapped(BASE64, 64) + "AAAA\n",
        wrapped(BASE64, 64) + "hello\n",
        wrapped(BASE64, 64).replace("\n", "\n!", 1),
        "\n".join(sorted(wrapped(BASE64, 64).split())),
        wrapped(HEX, 60)[:-61],
        HEX[:60],
        wrapped(HEX, 60).replace(HEX[60:120] + "\n", ""),
        wrapped(HEX, 60).replace(HEX[60:120] + "\n", (HEX[60:120] + "\n") * 2),
        wrapped(HEX, 60) + "00\n",
        BASE64[:400],
        "hello\n" + BASE64,
        f"{ADDRESS}\n{BASE64}",
        f"{BASE64}\nur:bytes/aeae",
    ],
    ids=[
        "the first line",
        "no last line",
        "no first line",
        "more after the end",
        "a word after the end",
        "a stray sign",
        "lines in another order",
        "hex without its last line",
        "the first line of hex",
        "hex without its second line",
        "a line of hex twice",
        "hex and a byte more",
        "the start on one line",
        "a word before it",
        "an address before it",
        "a damaged frame behind it",
    ],
)
def test_what_is_not_whole_is_never_written(text: str, run: Run) -> None:
    collector = typed(text)
    try:
        collector.require()
    except (Unreadable, Mismatch):
        pass
    else:
        pytest.fail("taken for whole")
    code, out, err = run("decode", stdin=text.encode())
    assert code in (4, 5)
    assert out == ""
    assert "hint:" in err


@pytest.mark.parametrize("width", [2, 60, 64])
def test_wrapped_hex_of_anything_is_all_of_it(width: int) -> None:
    data = bytes(range(256))
    assert typed(wrapped(data.hex(), width)).require() == Message("bytes", data)


@pytest.mark.parametrize("lines", ["c0ffee\nc0ffee\n", "c0ffee\n4006381333931234\n", "c0\n" * 5, "c0ffee\nC0FFEE00\n"])
def test_lines_of_hex_that_may_be_several_things_are_none(lines: str) -> None:
    with pytest.raises(Unreadable, match="not one message"):
        typed(lines).require()


def test_lines_that_are_each_a_whole_psbt_are_counted_apart() -> None:
    assert typed(f"{BASE64}\n{HEX}\n{BASE64}\n").require().payload == PSBT
    other = base64.b64encode(whole(300, "another")).decode()
    with pytest.raises(Mismatch, match="2 different messages"):
        typed(f"{BASE64}\n{other}\n").require()


def test_a_document_too_large_to_look_at_with_each_line_is_read_at_its_end() -> None:
    large = whole(60_000)
    collector = typed(wrapped(base64.b64encode(large).decode(), 64))
    assert not collector.messages
    assert collector.require().payload == large
    assert (collector.seen, collector.used, collector.foreign) == (1250, 1250, 0)


def test_more_lines_than_are_kept_are_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loose, "LINES_LIMIT", 3)
    with pytest.raises(Unreadable):
        typed(wrapped(HEX, 64)).require()
    monkeypatch.setattr(loose, "LINES_LIMIT", 1000)
    monkeypatch.setattr(loose, "KEPT_LIMIT", 500)
    with pytest.raises(Unreadable):
        typed(wrapped(HEX, 64)).require()


def test_a_person_who_types_is_not_stopped_before_the_last_line() -> None:
    collector = Collector()
    for line in wrapped(HEX, 60).splitlines():
        assert not collector.settled
        collector.receive(line)
    assert collector.settled
    assert not fed("c0ffee").settled
    assert not fed("signmessage m/84h/0h/0h/0/0 ascii:Pay").settled


# --- codes
@pytest.mark.parametrize("text", [BASE64, HEX])
@pytest.mark.parametrize("size", [300, 400])
def test_pieces_in_plain_codes_are_no_message_and_none_is_the_first(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    for codes in (pieces, pieces[::-1], pieces[:1], [pieces[0], pieces[0]]):
        collector = shown(*codes)
        assert not collector.messages
        assert not collector.settled
        with pytest.raises(Unreadable) as refusal:
            collector.require()
        assert "airgap decode" in refusal.value.hint or "UR or BBQr" in refusal.value.hint


def test_codes_of_other_hex_are_one_message_only_alone_and_for_a_camera_only_when_they_stand_still() -> None:
    assert shown("c0ffee", "c0ffee").require() == Message("bytes", b"\xc0\xff\xee")
    with pytest.raises(Mismatch):
        shown("c0ffee", "c0ffee00").require()
    assert not shown(*["c0ffee"] * (loose.SIGHTINGS - 1)).settled
    assert shown(*["c0ffee"] * loose.SIGHTINGS).settled


def test_a_whole_psbt_in_one_code_stays_one() -> None:
    assert shown(BASE64).require() == Message("crypto-psbt", PSBT)
    assert shown(BASE64, HEX.upper()).require().payload == PSBT
    assert shown(BASE64).settled


def test_codes_without_end_are_bounded() -> None:
    collector = shown(*[f"bc1q{'q' * number}" for number in range(20, 20 + loose.CODES_LIMIT)])
    assert len(collector.messages) > 1
    for number in range(2 * loose.CODES_LIMIT):
        collector.receive_code(f"code {number}".encode())
    assert collector.messages == ()


def test_a_text_beside_frames_is_no_message() -> None:
    frames = list(multipart.encode(psbt(100)))
    for text in (ADDRESS, DESCRIPTOR, "c0ffee", '{"label": "x"}', HEX[:60]):
        assert shown(text, *frames).require() == psbt(100)
        assert typed("\n".join([*frames, text])).require() == psbt(100)


def test_a_psbt_without_frame_cannot_pass_for_the_one_that_is_arriving() -> None:
    frames = [next(stream(psbt(900), 90, first)) for first in (1, 2)]
    with pytest.raises(Mismatch, match="single frame was seen"):
        shown(*frames, BASE64).require()


# --- known texts
TEXTS = {
    "a descriptor": DESCRIPTOR,
    "a descriptor without checksum": DESCRIPTOR.partition("#")[0],
    "a descriptor with a name": f"addwallet Our Treasury&{DESCRIPTOR}",
    "a key with its origin": f"[73c5da0a/48h/0h/0h/2h]{XPUB}",
    "a key with older signs": f"[73C5DA0A/48'/0'/0'/2']Z{XPUB[1:]}",
    "a key": XPUB,
    "an address": ADDRESS,
    "an address in capitals": ADDRESS.upper(),
    "an older address": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    "an EVM address": "0x" + "52908400098527886E0F7030069857D2E4169EE7",
    "a payment link": f"bitcoin:{ADDRESS}?amount=0.1&label=x",
    "a request for a signature": "signmessage m/84h/1h/0h/0/0 ascii:Hello, \u00fc",
    "a quorum's file": f"# made by nobody\nName: Treasury\nPolicy: 1 of 1\nFormat: P2WSH\n\n73C5DA0A: {XPUB}\n",
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_known_text_is_taken_as_it_stands(what: str) -> None:
    text = TEXTS[what]
    assert shown(text).require() == Message("text", text.encode().strip() if "file" not in what else text.encode())
    assert typed(text + "\r\n").require().payload.strip() == text.encode().strip()


def test_a_wallet_in_json_is_taken_as_it_stands(run: Run) -> None:
    wallet = {"label": "Dev", "blockheight": 0, "descriptor": DESCRIPTOR}
    for text in (json.dumps(wallet), json.dumps(wallet, indent="\t"), json.dumps(wallet, indent=2)):
        assert shown(text).require() == Message("json", text.encode())
        code, out, _err = run("decode", "-o", "-", stdin=text.encode() + b"\n")
        assert (code, out) == (0, text)


def test_a_request_keeps_the_spaces_at_its_end_and_its_second_line() -> None:
    for request in ("signmessage m/84h/0h/0h/0/0 ascii:Pay  ", "signmessage m/84h/0h/0h/0/0 ascii:Pay\n\nnow"):
        assert shown(request).require().payload == request.encode()
        assert typed(request + "\n").require().payload == request.encode()


@pytest.mark.parametrize(
    "text",
    [
        DESCRIPTOR[:200],
        DESCRIPTOR.partition("#")[0][:-1],
        DESCRIPTOR.partition("#")[0] + ")(",
        '{"label": "Dev", "descr',
        '{"label": "Dev"} more',
        "[" * 20 + "]" * 20,
        '{"a":' * 20 + "1" + "}" * 20,
        XPUB[:60],
        "addwallet Our Treasury&wsh(sortedmulti(",
        "hello",
        "please pay",
        "https://example.org/",
        "",
    ],
)
def test_a_text_that_is_cut_off_or_of_no_known_kind_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        shown(text).require()
    with pytest.raises(Unreadable):
        typed(text).require()


def test_two_texts_are_two_messages() -> None:
    with pytest.raises(Mismatch, match="2 different messages"):
        shown(ADDRESS, DESCRIPTOR).require()
    assert shown(ADDRESS, ADDRESS).require().payload == ADDRESS.encode()


# --- scanners
@pytest.mark.parametrize("end", ["\r", "\t", "\r\n", "\n"])
@pytest.mark.parametrize("prefix", ["", "]Q1", "]Q3"])
def test_what_a_scanner_puts_around_a_line_goes(prefix: str, end: str, run: Run) -> None:
    frames = [next(stream(psbt(250), 100, first)).upper() for first in (1, 2, 3)]
    code, out, err = run("decode", "--json", stdin="".join(prefix + frame + end for frame in frames).encode())
    assert code == 0, err
    assert json.loads(out)["frames_used"] == 3
    assert typed(f"{prefix}{ADDRESS}{end}").require().payload == ADDRESS.encode()


def test_a_prefix_is_taken_off_only_where_something_follows() -> None:
    assert fed("]Q1").foreign == 1


@pytest.mark.parametrize(
    ("signs", "others"), [("-", "/"), ("-/", "/-"), (":", "\u00d6"), ("-/:", "\u00df-\u00d6"), (":", ">"), ("/", "&")]
)
def test_another_keyboard_layout_is_named(signs: str, others: str) -> None:
    frame = next(stream(psbt(250), 100)).upper().translate(str.maketrans(signs, others))
    with pytest.raises(Unreadable, match="keyboard layout"):
        fed(frame).require()


def test_base43_is_named_and_sent_elsewhere() -> None:
    text = "0" * 10 + "AB$*+-./:CDEFGHIJKLMNOP" * 5
    with pytest.raises(Unreadable, match="base43") as refusal:
        shown(text).require()
    assert "Electrum" in refusal.value.hint


def test_a_damaged_frame_is_not_taken_for_another_layout() -> None:
    damaged = next(stream(psbt(250), 100)).upper()[:-2] + "AE"
    with pytest.raises(Unreadable) as refusal:
        fed(damaged, "B$2P0200ABC").require()
    assert "keyboard" not in str(refusal.value)


def test_receipts_of_texts() -> None:
    collector = Collector()
    assert collector.receive("hello") is Receipt.FOREIGN
    assert Collector().receive(ADDRESS) is Receipt.COMPLETE
    assert fed(ADDRESS).receive(ADDRESS) is Receipt.KNOWN
