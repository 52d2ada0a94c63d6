"""Legacy signatures: every header of BIP-137 and Electrum's, judged by btclib too, and what must not pass."""

import base64

import pytest
from btclib.ecc import bms
from coincurve import PrivateKey

from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.consensus.script import p2pkh, p2sh, p2tr, p2wpkh, p2wsh
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.legacy import legacy_digest
from custody.chains.bitcoin.message.verification import Verified, verify
from tests.chains.bitcoin.message.keys import LoneKey

A = LoneKey.named("A")
MESSAGE = "Nine of ten coins, \u00fc".encode()
UNCOMPRESSED = PrivateKey(A.private).public_key.format(compressed=False)
NESTED = p2sh(hash160(p2wpkh(hash160(A.public))))
SCRIPTS = {
    "uncompressed": p2pkh(hash160(UNCOMPRESSED)),
    "p2pkh": p2pkh(hash160(A.public)),
    "p2sh-p2wpkh": NESTED,
    "p2wpkh": p2wpkh(hash160(A.public)),
}
FITS = {
    27: {"uncompressed"},
    31: {"p2pkh", "p2sh-p2wpkh", "p2wpkh"},
    35: {"p2sh-p2wpkh"},
    39: {"p2wpkh"},
}
"""The first header of a family -> the addresses that a signature with it may be for."""


def signature(family: int, message: bytes = MESSAGE) -> bytes:
    made = PrivateKey(A.private).sign_recoverable(legacy_digest(message), hasher=None)
    return bytes([family + made[64]]) + made[:64]


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("family", FITS)
@pytest.mark.parametrize("kind", SCRIPTS)
def test_each_header_is_for_its_addresses_and_no_others(kind: str, family: int) -> None:
    text = b64(signature(family))
    shown = address(SCRIPTS[kind], NETWORKS["main"])
    assert bms.verify(MESSAGE, shown, text) is (kind in FITS[family])
    if kind in FITS[family]:
        assert verify(SCRIPTS[kind], MESSAGE, text) == Verified("legacy")  # type: ignore[arg-type]
    else:
        with pytest.raises(Invalid):
            verify(SCRIPTS[kind], MESSAGE, text)


def test_another_message_another_key_and_every_flipped_bit_are_invalid() -> None:
    script, made = SCRIPTS["p2pkh"], signature(31)
    for changed in (MESSAGE + b"\n", MESSAGE[:-1], b"", MESSAGE.upper()):
        with pytest.raises(Invalid):
            verify(script, changed, b64(made))
    with pytest.raises(Invalid):
        verify(p2pkh(hash160(LoneKey.named("B").public)), MESSAGE, b64(made))
    for bit in range(8, 8 * len(made), 7):
        flipped = bytearray(made)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Invalid):
            verify(script, MESSAGE, b64(bytes(flipped)))


@pytest.mark.parametrize(
    "script",
    [p2tr(A.public[1:]), p2wsh(bytes(32)), p2sh(bytes(20)), b"\x51", b""],
    ids=["p2tr", "p2wsh", "another p2sh", "anyone", "nothing"],
)
def test_addresses_that_the_form_was_never_for_are_invalid(script: bytes) -> None:
    with pytest.raises(Invalid):
        verify(script, MESSAGE, b64(signature(31)))


@pytest.mark.parametrize("rs", [bytes(64), b"\xff" * 64, bytes(32) + b"\x01" * 32], ids=["zero", "over", "no r"])
def test_numbers_that_make_no_key_are_invalid(rs: bytes) -> None:
    with pytest.raises(Invalid):
        verify(SCRIPTS["p2pkh"], MESSAGE, b64(bytes([31]) + rs))
