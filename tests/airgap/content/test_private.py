"""Private keys are refused wherever they lie, also those that say they are none; public ones pass."""

import base64
import json
from pathlib import Path

import pytest

from airgap import cbor, phrase
from airgap.cbor import head
from airgap.errors import Unreadable
from airgap.message import Message
from airgap.receiving.collector import Collector
from airgap.ur import multipart
from tests.airgap.conftest import Run
from tests.airgap.frames import fed
from tests.airgap.receiving.test_loose import ADDRESS, DESCRIPTOR, XPUB, wrapped

SAID = "that looks like a recovery phrase, a share or a private key"
XPRV = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
"""The master key of BIP-32's first test vector."""
WIF = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"
"""Of the private key 1."""
TEST_WIF = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA"
UNCOMPRESSED = "91avARGdfge8E4tZfYLoxeJ5sGBdNJQH4kvjJoQFacbgwmaKkrx"
CODEX32 = "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw"
"""The first vector of BIP-93."""
TEXTS = {
    "an extended key": XPRV,
    "a test key": "tprv" + XPRV[4:],
    "an extended key with its origin": f"[73c5da0a/84h/0h/0h]{XPRV}/0/*",
    "a descriptor": DESCRIPTOR.replace(XPUB, XPRV, 1).partition("#")[0],
    "a wallet": json.dumps({"label": "x", "key": XPRV}),
    "a wallet with a phrase": json.dumps({"label": "x", "words": "abandon " * 11 + "about"}),
    "WIF": WIF,
    "WIF, uncompressed": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "WIF of a high key": "L5oLkpV3aqBjhki6LmvChTCq73v9gyymzzMpBbhDLjDpBjfN7CH6",
    "WIF of a test network": TEST_WIF,
    "WIF of a test network, uncompressed": UNCOMPRESSED,
    "WIF of a test network beside signs of base64": f"key={TEST_WIF}+/",
    "WIF of a test network, uncompressed, beside signs of base64": f"/{UNCOMPRESSED}=",
    "WIF in JSON": json.dumps({"key": WIF}),
    "WIF in a descriptor": f"wpkh({WIF})",
    "WIF before a path": f"wpkh({WIF}/0/*)",
    "WIF beside signs of base64": f"key={WIF}+/",
    "a damaged WIF": WIF[:-1] + "o",
    "a damaged WIF of a high key": "L" + WIF[1:],
    "a damaged WIF of a test network": TEST_WIF[:-1] + "o",
    "a damaged WIF, uncompressed": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTo",
    "a damaged WIF of a test network, uncompressed": UNCOMPRESSED[:-1] + "o",
    "an encrypted key": "6PYNKZ1EAgYgmQfmNVamxyXVWHzK5s6DGhwP4J5o44cvXdoY7sRzhtpUeo",
    "codex32": CODEX32,
    "codex32 in capitals": CODEX32.upper(),
}

PUBLIC = b"\2" + bytes(range(32))
PRIVATE = b"\0" + bytes(range(1, 33))


def key(data: bytes, *, master: bool | None = None, private: bool | None = None) -> bytes:
    """An `hdkey`: a map of what is given and a chain code (BCR-2020-007)."""
    fields = b""
    count = 2
    for number, flag in ((1, master), (2, private)):
        if flag is not None:
            fields += head(cbor.UNSIGNED, number) + bytes([0xF5 if flag else 0xF4])
            count += 1
    fields += b"\3" + cbor.byte_string(data) + b"\4" + cbor.byte_string(bytes(32))
    return head(cbor.MAP, count) + fields


def tagged(*tags: int, item: bytes) -> bytes:
    return b"".join(head(cbor.TAG, tag) for tag in tags) + item


def account(item: bytes) -> bytes:
    """A `crypto-account`: a fingerprint and a list of outputs (BCR-2020-015)."""
    return b"\xa2\1\x1a\x01\xeb\xda\x7d\2\x82" + tagged(404, 303, item=key(PUBLIC)) + tagged(403, 303, item=item)


SECRET_KEYS = {
    "that says so": key(PRIVATE, private=True),
    "that says it is none": key(PRIVATE, private=False),
    "that says nothing": key(PRIVATE),
    "of a master": key(PRIVATE, master=True),
    "of a master that looks public": key(PUBLIC, master=True),
    "that looks public and says it is not": key(PUBLIC, private=True),
}


def bodies(item: bytes) -> dict[str, bytes]:
    return {
        "crypto-hdkey": item,
        "hdkey": item,
        "crypto-account": account(item),
        "account-descriptor": account(item),
        "crypto-output": tagged(401, 404, 303, item=item),
        "output-descriptor": b"\xa2\1\x68wpkh(@0)\2\x81" + tagged(40303, item=item),
        "crypto-multi-accounts": b"\xa1\2\x81" + tagged(303, item=item),
    }


@pytest.mark.parametrize("what", TEXTS)
def test_a_private_key_in_a_text_is_refused_and_never_repeated(what: str) -> None:
    text = TEXTS[what]
    frames = multipart.encode(Message("bytes", text.encode()), 2_000)
    for lines in ([text], list(frames), [f"p1of2 {text[:20]}", f"p2of2 {text[20:]}"]):
        for given in (fed(*lines), shown(lines)):
            assert not given.messages
            with pytest.raises(Unreadable, match=SAID) as refusal:
                given.require()
            assert text[20:] not in f"{refusal.value} {refusal.value.hint}"


def shown(lines: list[str]) -> Collector:
    collector = Collector()
    for line in lines:
        collector.receive_code(line.encode())
    return collector


@pytest.mark.parametrize("what", TEXTS)
def test_a_private_key_in_hex_is_no_message_for_a_moment(what: str) -> None:
    """Whoever looks before the end sees none either: what is complete at once may be used at once."""
    for digits in (TEXTS[what].encode().hex(), TEXTS[what].encode().hex().upper()):
        for given in (fed(digits), shown([digits])):
            assert (given.messages, given.withheld) == ((), 1)
            with pytest.raises(Unreadable, match=SAID):
                given.require()


@pytest.mark.parametrize("what", TEXTS)
def test_a_private_key_in_base64_is_no_message(what: str) -> None:
    given = shown([base64.b64encode(TEXTS[what].encode()).decode()])
    assert not given.messages
    with pytest.raises(Unreadable):
        given.require()


@pytest.mark.parametrize("text", [XPRV, WIF, "abandon " * 11 + "about"])
@pytest.mark.parametrize("width", [7, 20, 44])
def test_a_secret_wrapped_over_lines_is_refused(text: str, width: int) -> None:
    with pytest.raises(Unreadable, match=SAID):
        fed(*wrapped(text, width).splitlines(keepends=True)).require()


def test_a_phrase_of_a_word_on_each_line_is_refused() -> None:
    with pytest.raises(Unreadable, match=SAID):
        fed(*["abandon\n"] * 11, "about\n").require()
    with pytest.raises(Unreadable, match=SAID):
        shown(["legal winner thank year wave sausage", "worth useful legal winner thank yellow"]).require()


@pytest.mark.parametrize("what", TEXTS)
def test_no_file_with_a_private_key_is_shown(what: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "wallet").write_text(TEXTS[what] + "\n", encoding="utf-8")
    code, out, err = run("encode", "wallet")
    assert (code, out) == (4, "")
    assert SAID in err
    assert TEXTS[what][20:40] not in err


@pytest.mark.parametrize("what", SECRET_KEYS)
@pytest.mark.parametrize("ur_type", bodies(b"\xf6"))
def test_a_private_key_in_a_ur_is_refused_whatever_it_says(ur_type: str, what: str) -> None:
    message = Message(ur_type, bodies(SECRET_KEYS[what])[ur_type])
    message.cbor()  # it is well formed
    whole = fed(*multipart.encode(message, 2_000))
    parts = fed(*[multipart.Encoder(message, 30).part(number) for number in range(1, 20)])
    for collector in (whole, parts):
        assert not collector.messages
        with pytest.raises(Unreadable, match=SAID):
            collector.require()


@pytest.mark.parametrize("item", [key(PUBLIC), key(PUBLIC, private=False), key(PUBLIC, master=False, private=False)])
@pytest.mark.parametrize("ur_type", bodies(b"\xf6"))
def test_a_public_key_in_a_ur_is_carried(ur_type: str, item: bytes) -> None:
    message = Message(ur_type, bodies(item)[ur_type])
    assert fed(*multipart.encode(message, 2_000)).require() == message


@pytest.mark.parametrize(
    "body",
    [
        tagged(300, item=b"\xa1\1\x50" + bytes(16)),
        b"\x81" + tagged(301, item=b"\xa0"),
        tagged(40309, item=b"\x41\0"),
        b"\xa1\1\x78" + bytes([len(XPRV)]) + XPRV.encode(),
        b"\xa1\x78" + bytes([len(XPRV)]) + XPRV.encode() + b"\1",
    ],
    ids=["a seed", "a phrase", "a share", "a text", "a text as a map's key"],
)
def test_a_secret_inside_another_type_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable, match=SAID):
        fed(*multipart.encode(Message("envelope", body), 2_000)).require()


@pytest.mark.parametrize("body", [b"", b"\xff", b"\xa1", b"\x9b" + b"\xff" * 8, b"\x82\1"])
def test_what_is_no_cbor_holds_none(body: bytes) -> None:
    assert not phrase.is_held_in("envelope", body)


@pytest.mark.parametrize("text", [XPUB, DESCRIPTOR, ADDRESS, "c" + "9af3" * 13, "cHNidP8B" + "A" * 44])
def test_public_texts_and_hex_are_no_secrets(text: str) -> None:
    assert not phrase.is_held_in_text(text)
