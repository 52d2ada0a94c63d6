"""What is no secret of ours is told by name, and never repeated."""

import pytest
from bip_utils import ElectrumV1MnemonicGenerator, MoneroMnemonicGenerator, MoneroWordsNum
from embit import bip32

from custody.errors import Unreadable
from custody.keys.reading import read_secret
from custody.keys.strangers import named

ROOT = bip32.HDKey.from_seed(b"a key of a test of strangers")
XPRV, XPUB, WIF = ROOT.to_base58(), ROOT.to_public().to_base58(), ROOT.key.wif()
ELECTRUM = "wild father tree among universe such mobile favorite target dynamic credit identify"
ELECTRUM_SEGWIT = "bitter grass shiver impose acquire brush forget axis eager alone wine silver"
"""The segwit seed is of Electrum's own tests, the other of its documentation of seeds."""

BIP38 = "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg"
"""A vector of BIP-38."""

STRANGERS = {
    "an extended private key": ([XPRV], "extended private key"),
    "one in two lines": ([XPRV[:60], XPRV[60:]], "extended private key"),
    "a single private key": ([WIF], "WIF"),
    "a key under a passphrase": ([BIP38], "BIP-38"),
    "a descriptor with a private root": ([f"wpkh({XPRV}/84h/0h/0h/0/*)#abcdefgh"], "holds a private key"),
    "a descriptor with a single key": ([f"wpkh({WIF})"], "holds a private key"),
    "a private key with its origin": ([f"[d34db33f/84h/0h/0h]{XPRV}"], "holds a private key"),
    "16 bytes of hex": (["5bbd9d71" * 4], "16 bytes in hex"),
    "32 bytes of hex with a prefix": (["0x" + "5bbd9d71" * 8], "32 bytes in hex"),
    "64 bytes of hex": (["5bbd9d71" * 16], "64 bytes in hex"),
    "a public key": (["02" + "5bbd9d71" * 8], "is public"),
    "an extended public key": ([XPUB], "is public"),
    "one with its origin": ([f"[d34db33f/84h/0h/0h]{XPUB}"], "is public"),
    "a descriptor": ([f"wpkh([d34db33f/84h/0h/0h]{XPUB}/0/*)"], "is public"),
    "a segwit address": (["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"], "is public"),
    "an old address": (["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"], "is public"),
    "an address of Ethereum": (["0x" + "5bbd9d71" * 5], "is public"),
    "a payment request": (["bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=1"], "is public"),
    "an Electrum seed": ([ELECTRUM], "Electrum seed"),
    "an Electrum seed in lines": (ELECTRUM.upper().split(), "Electrum seed"),
    "an Electrum seed with numbers": ([f"{n}. {w}" for n, w in enumerate(ELECTRUM.split(), 1)], "Electrum seed"),
    "an Electrum seed of a segwit wallet": ([ELECTRUM_SEGWIT], "Electrum seed"),
    "an old Electrum seed": (
        ["like just love know never want time out there make look eye"],
        "old Electrum seeds",
    ),
    "a Monero seed": ([MoneroMnemonicGenerator().FromWordsNumber(MoneroWordsNum.WORDS_NUM_25).ToStr()], "Monero"),
    "a secret of Core Lightning": (
        ["cl10lueasd35kw6r5de5kueedxyesqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqanvrktzhlhusz"],
        "Core Lightning",
    ),
    "a UR": (["ur:crypto-seed/oyadgdaawzwplrbdhdpabgrnvokorolnrtemksayyadmut"], "line of a UR"),
}


@pytest.mark.parametrize(("lines", "reason"), STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_is_named_and_not_repeated(lines: list[str], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as refused:
        read_secret(lines)
    said = refused.value.message + refused.value.hint
    assert refused.value.hint
    assert not any(part in said for line in lines for part in (line[3:15], line[-12:]) if len(line) > 15)
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    "text", ["", "abandon", "abandon " * 12, "legal winner thank", "q" * 30, "5" * 20, "xprv", "pub()"]
)
def test_what_is_not_known_is_not_named(text: str) -> None:
    assert named([text]) is None


def test_an_old_electrum_seed_has_no_checksum_and_is_told_by_its_list() -> None:
    assert "old Electrum" in str(named([ElectrumV1MnemonicGenerator().FromWordsNumber(12).ToStr()]))
