"""Private keys anywhere in a file: every network's and every length of them, and what only looks like one."""

import pytest

from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.exchange import private_keys
from custody.errors import Unreadable
from tests.chains.bitcoin.exchange.wallets import samples
from tests.support import desk

SECRETS = [bytes([first]) + bytes(range(1, 32)) for first in (0x00, 0x01, 0x7F, 0xFE)]
WIFS = [
    base58.encode_check(version + secret + compressed)
    for version in (b"\x80", b"\xef")
    for secret in SECRETS
    for compressed in (b"", b"\x01")
]
"""Plain private keys of both kinds of network (0x80, 0xef), compressed and not, from the smallest to the largest."""

EXTENDED = [
    desk.root("A").to_base58(version=bytes.fromhex(version))
    for version in ("0488ade4", "04358394", "049d7878", "04b2430c", "0295b005", "02aa7a99", "044a4e28", "024285b5")
]
"""xprv and tprv, and SLIP-132's private versions."""


def is_refused(document: bytes) -> bool:
    try:
        private_keys.refuse(document)
    except Unreadable as refusal:
        assert refusal.code == "private-key"
        return True
    return False


def test_the_letters_of_a_plain_private_key_are_all_known() -> None:
    assert {wif[0] for wif in WIFS} == set("5KL9c")
    assert {len(wif) for wif in WIFS} == {51, 52}


@pytest.mark.parametrize("private", [*WIFS, *EXTENDED])
def test_a_private_key_is_found_wherever_it_stands(private: str) -> None:
    for document in (private, f"pkh({private}/0/*)", f'"{private}"', f"[00/84h]{private},x", f"one\n{private}\r\ntwo"):
        assert is_refused(document.encode())
    assert is_refused(b"\xff\xfe\0" + private.encode() + b"\0")


@pytest.mark.parametrize("private", WIFS)
def test_what_only_looks_like_a_plain_private_key_is_none(private: str) -> None:
    """A changed letter, a letter more on either side, and another version byte."""
    changed = private[:20] + ("2" if private[20] != "2" else "3") + private[21:]
    for text in (changed, private[:-1], "x" + private, private + "x", "0" + private, private + "0"):
        assert not is_refused(text.encode())
    decoded = base58.decode_check(private)
    for version in (0x7F, 0x81, 0xEE, 0xF0):
        assert not is_refused(base58.encode_check(bytes([version]) + decoded[1:]).encode())


@pytest.mark.parametrize("private", EXTENDED)
def test_an_extended_private_key_is_one_though_a_letter_of_it_is_wrong(private: str) -> None:
    assert private[1:4] == "prv"
    assert len(private) == 111
    for size in (94, 111, 124):
        assert is_refused((private * 2)[:4].encode() + b"z" * (size - 4))
    for text in (private[:4] + "z" * 89, private[:4] + "z" * 121, "x" + private, "0" + private):
        assert not is_refused(text.encode())
    assert is_refused((private[:50] + ("2" if private[50] != "2" else "3") + private[51:]).encode())


@pytest.mark.parametrize("name", sorted(samples()))
def test_an_honest_file_holds_none(name: str) -> None:
    assert not any(map(is_refused, samples()[name]))
