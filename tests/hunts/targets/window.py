"""What the window reads: URs of both versions, BBQr, pMofN, CBOR, lines without a frame, and whole series of them."""

import json
from base64 import b64encode
from collections.abc import Sequence

from airgap import bbqr, cbor, files, phrase, plain, pmofn
from airgap.content import foreign, pictures, private, texts
from airgap.content import psbt as window_psbt
from airgap.message import Message
from airgap.receiving.collector import Collector
from airgap.ur import bytewords, legacy, multipart
from tests.airgap.frames import psbt
from tests.airgap.test_bbqr import deflated, frames_of
from tests.airgap.test_pmofn import SERIES
from tests.airgap.ur.test_legacy import BODY, series
from tests.hunts.targets.target import Target

PSBT = psbt(700)
WHOLE = multipart.Encoder(psbt(200), 400).single()
ENCODER = multipart.Encoder(PSBT, 120)
PARTS = [ENCODER.part(number) for number in (1, 2, 3, 4, 5, 6, 7, 40)]
BBQR = [*frames_of(b"psbt\xff" + bytes(40), "2"), *frames_of(PSBT.payload * 4, "2")]
LEGACY = series(BODY, 3)
NOTHING, TEXT = legacy.Part("bytes", 1, 0, "", b""), pmofn.Part(1, 0, b"a")
LINES = [
    PSBT.payload.hex(),
    b64encode(PSBT.payload).decode(),
    "wpkh([73c5da0a/84h/1h/0h]tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVW)",
    json.dumps({"format": "custody-wallet/1", "name": "a"}),
    "abandon " * 11 + "about",
    "5KJvsngHeMpm884wtkJNzQGaCErckhHJBGFsvd3VyK5qMZXj3hS",
]


def _collected(text: str) -> Message:
    """Give a collector frames, a line each, as they were scanned; and the message, or what is missing."""
    collector = Collector()
    for line in text.split("\n"):
        collector.receive(line)
    return collector.require()


def _of_codes(content: bytes) -> Message:
    """Give a collector the bytes of codes, with a zero byte between them."""
    collector = Collector()
    for code in content.split(b"\0"):
        collector.receive_code(code)
    return collector.require()


def _several(frames: Sequence[str]) -> str:
    return "\n".join(frames)


TARGETS = (
    Target(
        "a UR",
        multipart.parse,
        [WHOLE, WHOLE.upper(), *PARTS],
    ),
    Target(
        "a UR's part under a checksum that holds",
        lambda body: multipart.parse(f"ur:crypto-psbt/7-6/{bytewords.encode(body)}"),
        [bytewords.decode(PARTS[6].rpartition("/")[2])],
    ),
    Target(
        "a UR's body",
        lambda body: Message.from_cbor("crypto-psbt", body),
        [PSBT.cbor(), BODY],
        Message.cbor,
    ),
    Target("bytewords", bytewords.decode, [bytewords.encode(b"abc"), bytewords.encode(bytes(99))], bytewords.encode),
    Target("one item of CBOR", cbor.require_one_item, [PSBT.cbor(), b"\x83\x01\x61a\xa1\x01\xf5", b"\xd9\x01\x00\xf6"]),
    Target("whether CBOR is private", lambda body: private.is_in_cbor(body, phrase.is_secret), [PSBT.cbor(), BODY]),
    Target("a UR of version 1", legacy.parse, LEGACY),
    Target(
        "a UR of version 1, joined",
        lambda text: legacy.join([part for line in text.split("\n") if (part := legacy.parse(line))] or [NOTHING]),
        [_several(LEGACY), *series(BODY, 1)],
    ),
    Target("a frame of BBQr", bbqr.parse, BBQR),
    Target(
        "BBQr, joined",
        lambda text: bbqr.join([bbqr.parse(line) for line in text.split("\n")]),
        [*bbqr.encode(psbt(90)), *bbqr.encode(psbt(90), encoding="H")],
    ),
    Target("packed bytes", bbqr.inflate, [deflated(b"psbt\xff" + bytes(500)), deflated(PSBT.payload)]),
    Target(
        "pMofN, joined",
        lambda text: pmofn.join([part for line in text.split("\n") if (part := pmofn.parse(line))] or [TEXT]),
        [_several(SERIES), "p1of1 abc"],
    ),
    Target("a frame of pMofN", pmofn.parse, SERIES),
    Target("a line without a frame", plain.decode, LINES, lambda message: message.payload.hex()),
    Target("a text of a known kind", texts.recognise, LINES),
    Target("whose text it is", foreign.named, LINES),
    Target("whether a text is a secret", lambda text: phrase.is_secret(text) or private.is_in_text(text), LINES),
    Target("whether a code is a secret", phrase.is_compact, [bytes(16), bytes(range(32)), b"abandon"]),
    Target("whether a PSBT is whole", window_psbt.is_whole, [PSBT.payload, psbt(200).payload]),
    Target("frames, as they are scanned", _collected, [WHOLE, *map(_several, (PARTS, SERIES, LEGACY))]),
    Target("lines of several kinds", _collected, [_several(each) for each in (LINES[:1], LINES[2:3], SERIES)]),
    Target("codes, as they are scanned", _of_codes, ["\0".join(each).encode() for each in (PARTS, SERIES, BBQR)]),
    Target("a text file", files.text_of, ["abc\n".encode("utf-16"), "Zo\u00eb".encode(), b"abc"]),
    Target("a picture's beginning", pictures.kind_of, [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"GIF89a", b"\xff\xd8\xff"]),
)
