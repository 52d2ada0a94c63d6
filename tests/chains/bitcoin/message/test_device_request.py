"""Requests of other signers, in the forms that Coldcard, SeedSigner and Specter read; and what is not a request.

The forms are facts of those programs: Coldcard's page on message signing (JSON, text file), SeedSigner's and Specter's
"signmessage" line of a QR code.
"""

import json

import pytest

from custody.chains.bitcoin.message import device_request
from custody.chains.bitcoin.message.device_request import DeviceRequest, form_of
from custody.chains.bitcoin.message.funds import place_of
from custody.derivation import parse_path
from custody.errors import Mismatch, Unreadable
from tests.chains.bitcoin.review.drafts import registered
from tests.support import desk

PATH = "m/84'/1'/0'/0/7"
ASKED = DeviceRequest(b"Hello, world: 1", parse_path(PATH), "p2wpkh")
FORMLESS = DeviceRequest(b"Hello, world: 1", parse_path(PATH), None)

REQUESTS = {
    "JSON": ('{"msg": "Hello, world: 1", "subpath": "m/84h/1h/0h/0/7", "addr_fmt": "p2wpkh"}', ASKED),
    "JSON without a form": ('{"msg": "Hello, world: 1", "subpath": "m/84h/1h/0h/0/7"}\n', FORMLESS),
    "three lines": ("Hello, world: 1\nm/84h/1h/0h/0/7\np2wpkh\n", ASKED),
    "three lines of Windows": (f"Hello, world: 1\r\n{PATH}\r\np2wpkh", ASKED),
    "two lines": (f"Hello, world: 1\n{PATH}", FORMLESS),
    "signmessage": ("signmessage m/84h/1h/0h/0/7 ascii:Hello, world: 1", FORMLESS),
    "signmessage with a line end": (f"signmessage {PATH} ascii:Hello, world: 1\r\n", FORMLESS),
}


@pytest.mark.parametrize(("text", "wanted"), REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_request_is_read_in_every_form(text: str, wanted: DeviceRequest, encoding: str) -> None:
    content = text.encode(encoding)
    assert device_request.is_one(content)
    assert device_request.read(content) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"  blanks stay  \n{PATH}\n", b"  blanks stay  "),
        (f"signmessage {PATH} ascii:  two\nlines \n\n", b"  two\nlines \n"),
        (f"signmessage {PATH} ascii:", b""),
        (json.dumps({"msg": " a\n", "subpath": PATH}), b" a\n"),
        (json.dumps({"msg": "signmessage m ascii:x", "subpath": PATH}), b"signmessage m ascii:x"),
    ],
)
def test_the_message_is_what_stands_there_letter_by_letter(text: str, message: bytes) -> None:
    assert device_request.read(text.encode()).message == message


MALFORMED = {
    "no path in JSON": {"msg": "a"},
    "an empty path": {"msg": "a", "subpath": ""},
    "a message that is a number": {"msg": 1, "subpath": PATH},
    "a path that is none": {"msg": "a", "subpath": "84'/1'"},
    "a member that is not understood": {"msg": "a", "subpath": PATH, "network": "main"},
    "a PSBT beside it": {"msg": "a", "subpath": PATH, "psbt": "cHNidP8"},
    "a message within": {"result": {"msg": "a", "subpath": PATH}},
}


@pytest.mark.parametrize("fields", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_says_how_a_file_is_signed_itself(fields: object) -> None:
    content = json.dumps(fields).encode()
    assert device_request.is_one(content)
    with pytest.raises(Unreadable) as caught:
        device_request.read(content)
    assert "--file" in caught.value.hint or "path" in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "signmessage",
        "signmessage ascii:a",
        f"signmessage {PATH} base64:YQ==",
        f"signmessage {PATH}ascii:a",
        f"signmessage {PATH}/4294967296 ascii:a",
        "Hello\nm/84h/1h/0h/0/x\np2wpkh\n",
        '{"msg": "a", "subpath": "m/0", "subpath": "m/1"}',
    ],
)
def test_what_claims_to_be_a_request_and_is_none_is_unreadable(text: str) -> None:
    assert device_request.is_one(text.encode())
    with pytest.raises(Unreadable):
        device_request.read(text.encode())


def test_a_request_without_a_message_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"\(msg\)"):
        device_request.read(json.dumps({"subpath": PATH, "addr_fmt": "p2wpkh"}).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Hello",
        b"Hello\nWorld\np2wpkh\n",
        f"Hello\n{PATH}\np2wpkh\nand more\n".encode(),
        f"Hello\nWorld\n{PATH}\np2wpkh".encode(),
        f"{PATH}\np2wpkh".encode(),
        b'{"message": "Hello"}',
        b"I say: signmessage m/0 ascii:a",
        b"\xff\xfe\x00\xd8",
        b"psbt\xff\x00",
    ],
)
def test_a_text_that_names_no_path_is_no_request(content: bytes) -> None:
    assert not device_request.is_one(content)


def at(kind: str, form: str | None, path: str) -> DeviceRequest:
    return DeviceRequest(b"a", parse_path(path), form)


FORMS = {
    "pkh": "p2pkh",
    "sh(wpkh)": "p2sh-p2wpkh",
    "wpkh": "p2wpkh",
    "tr": "p2tr",
    "sh(sortedmulti)": "p2sh",
    "sh(wsh(sortedmulti))": "p2sh-p2wsh",
    "wsh(sortedmulti)": "p2wsh",
}


@pytest.mark.parametrize("kind", [kind for kind in desk.KINDS if kind in FORMS])
def test_the_path_leads_to_the_wallets_address_and_the_form_is_its_own(kind: str) -> None:
    wallet = registered(kind)
    own = place_of(wallet, 1, 7)
    path = own.derived.keys[0].path
    assert form_of(own.derived) == FORMS[kind]
    for form in (None, FORMS[kind]):
        assert DeviceRequest(b"a", path, form).place(wallet) == own
    for form in {*FORMS.values(), "p2something"} - {FORMS[kind]}:
        with pytest.raises(Mismatch, match="form"):
            DeviceRequest(b"a", path, form).place(wallet)


def test_both_orders_of_a_nested_forms_name_are_read() -> None:
    for text, form in (("p2wpkh-p2sh", "p2sh-p2wpkh"), ("p2sh-p2wpkh", "p2sh-p2wpkh"), ("p2wsh-p2sh", "p2sh-p2wsh")):
        assert device_request.read(f"a\n{PATH}\n{text}".encode()).form == form


@pytest.mark.parametrize(
    "path", ["m/84'/0'/0'/0/7", "m/84'/1'/1'/0/7", "m/84'/1'/0'/2/7", "m/84'/1'/0'/0/7'", "m/84'/1'/0'/0", "m/7", "m"]
)
def test_a_path_that_is_not_the_wallets_leads_nowhere(path: str) -> None:
    assert DeviceRequest(b"a", parse_path(path), None).place(registered("wpkh")) is None
