"""A signature's file as people have it: one signature, and what stands beside it has to agree with what was asked."""

import json

import pytest

from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message import armour
from custody.chains.bitcoin.message.armour import StatedSignature
from custody.errors import Refused, Unreadable
from tests.support import desk

SIGNATURE = "smp" + "AkcwRAIg" * 20 + "AA=="
ADDRESS, OTHER = desk.wallet("wpkh").address(0, 0), desk.wallet("wpkh").address(0, 1)
MESSAGE = "We hold this.\n  Twice."

WRAPPED = "\n".join(SIGNATURE[start : start + 76] for start in range(0, len(SIGNATURE), 76))
BEGIN, END = "-----BEGIN BITCOIN SIGNED MESSAGE-----", "-----END BITCOIN SIGNATURE-----"
BETWEEN = "-----BEGIN BITCOIN SIGNATURE-----"


def armoured(*lines: str, message: str = MESSAGE) -> str:
    return "\n".join((BEGIN, message, BETWEEN, *lines, END, ""))


ALONE = {
    "a line": SIGNATURE.encode(),
    "a line and its end": f"{SIGNATURE}\r\n".encode(),
    "a mark": f"\ufeff{SIGNATURE}".encode(),
    "UTF-16": SIGNATURE.encode("utf-16"),
    "wrapped": WRAPPED.encode(),
    "quoted, with blanks": f' "{WRAPPED}" \n'.encode(),
    "JSON of another program": json.dumps({"signature": SIGNATURE}).encode(),
}


@pytest.mark.parametrize("content", ALONE.values(), ids=ALONE)
def test_a_signature_alone_is_read_as_people_have_it(content: bytes) -> None:
    assert armour.read(content) == StatedSignature(SIGNATURE)


IN_ARMOUR = {
    "as devices write it": armoured(ADDRESS, SIGNATURE),
    "wrapped": armoured(ADDRESS, WRAPPED),
    "with an empty line": armoured(ADDRESS, "", SIGNATURE),
    "with headers": armoured("Version: 1.0", "Comment: none", f"Address: {ADDRESS}", "", SIGNATURE),
    "with the older lines": armoured(ADDRESS, SIGNATURE)
    .replace(BETWEEN, "-----BEGIN SIGNATURE-----")
    .replace(END, "-----END BITCOIN SIGNED MESSAGE-----"),
    "in Windows": armoured(ADDRESS, SIGNATURE).replace("\n", "\r\n"),
    "in our own JSON": json.dumps({"message": MESSAGE, "address": ADDRESS, "signature": SIGNATURE, "complete": True}),
}


@pytest.mark.parametrize("text", IN_ARMOUR.values(), ids=IN_ARMOUR)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_stands_beside_a_signature_has_to_agree_with_what_was_asked(text: str, encoding: str) -> None:
    stated = armour.read(text.encode(encoding))
    assert (stated.text, stated.address) == (SIGNATURE, ADDRESS)
    stated.refuse_another(MESSAGE.encode(), ADDRESS)
    stated.refuse_another(MESSAGE.encode(), ADDRESS.upper())
    for message in (MESSAGE + "\n", MESSAGE[:-1], MESSAGE.upper(), MESSAGE.replace("\n", "\r\n") + " ", ""):
        with pytest.raises(Invalid, match="another message"):
            stated.refuse_another(message.encode(), ADDRESS)
    for address in (OTHER, ADDRESS.replace("bcrt1", "tb1"), "hello", ""):
        with pytest.raises(Invalid, match="was asked for"):
            stated.refuse_another(MESSAGE.encode(), address)


def test_a_message_with_line_ends_of_windows_in_a_file_without_them_is_another() -> None:
    mixed = armoured(ADDRESS, SIGNATURE, message="We hold this.\r\n  Twice.")
    with pytest.raises(Invalid):
        armour.read(mixed.encode()).refuse_another(MESSAGE.encode(), ADDRESS)
    armour.read(mixed.encode()).refuse_another(b"We hold this.\r\n  Twice.", ADDRESS)


def test_a_file_with_line_ends_of_unix_is_about_no_message_with_those_of_windows() -> None:
    with pytest.raises(Invalid):
        armour.read(armoured(ADDRESS, SIGNATURE).encode()).refuse_another(b"We hold this.\r\n  Twice.", ADDRESS)


def test_an_address_that_cannot_be_read_agrees_with_none() -> None:
    stated = armour.read(armoured("Address: nobody", SIGNATURE).encode())
    with pytest.raises(Invalid):
        stated.refuse_another(MESSAGE.encode(), ADDRESS)


MALFORMED = {
    "nothing before the end": armoured(ADDRESS, SIGNATURE).removesuffix(END + "\n"),
    "no signature part": "\n".join((BEGIN, MESSAGE, END)),
    "text behind": armoured(ADDRESS, SIGNATURE) + "Bob\n",
    "text before": "Hello,\n" + armoured(ADDRESS, SIGNATURE),
    "two": armoured(ADDRESS, SIGNATURE) * 2,
    "a second signature": armoured(ADDRESS, SIGNATURE, BETWEEN, ADDRESS, SIGNATURE),
    "a message that holds an armour": armoured(ADDRESS, SIGNATURE, message=armoured(ADDRESS, SIGNATURE)),
    "two addresses": armoured(ADDRESS, SIGNATURE[:4] + " ", ADDRESS + " " + SIGNATURE),
    "a header that means something": armoured("Hash: SHA512", ADDRESS, SIGNATURE),
    "two headers with an address": armoured(f"Address: {ADDRESS}", f"Address: {OTHER}", SIGNATURE),
    "a space in the signature": armoured(ADDRESS, SIGNATURE[:9] + " " + SIGNATURE[9:]),
    "letters of another script": "smp\u0410\u0410\u0410\u0410",
    "two in JSON": json.dumps({"signature": SIGNATURE, "psbt": "cHNidP8"}),
    "none in JSON": json.dumps({"signature": None, "complete": False}),
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_exactly_one_signature_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        armour.read(text.encode())


@pytest.mark.parametrize("message", ["", "a", "\n", "a\n", "-----", f" {BEGIN}", "Address: x\n\n", "two\n\nparts\n\n"])
def test_what_is_written_in_armour_is_read_again(message: str) -> None:
    written = armour.write(message, ADDRESS, SIGNATURE)
    assert armour.read(written.encode()) == StatedSignature(SIGNATURE, message, ADDRESS)


@pytest.mark.parametrize("line", [BEGIN, BETWEEN, "-----BEGIN SIGNATURE-----", END])
def test_a_message_with_lines_of_an_armour_is_not_put_into_one(line: str) -> None:
    with pytest.raises(Refused, match="armour"):
        armour.write(f"a\n{line}\nb", ADDRESS, SIGNATURE)
