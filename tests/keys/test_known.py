"""Secrets that everybody knows are named as such, and random ones never are."""

import json
from hashlib import sha256, shake_256
from pathlib import Path

import pytest
import shamir_mnemonic
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.keys import known
from custody.keys.entropy import Dice, MachinePart, mix
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.keys.phrases.test_seedqr import PUBLISHED

PHRASES = {
    "Ledger's emulator": (
        "glory promote mansion idle axis finger extra february uncover one trip resource lawn turtle enact "
        "monster seven myth punch hobby comfort wild raise skin"
    ),
    "COLDCARD's simulator": (
        "wife shiver author away frog air rough vanish fantasy frozen noodle athlete pioneer citizen symptom "
        "firm much faith extend rare axis garment kiwi clarify"
    ),
    "BitBox02's simulator": (
        "purity concert above invest pigeon category peace tuition hazard vivid latin since legal speak "
        "nation session onion library travel spell region blast estate stay"
    ),
    "Mastering Bitcoin, 12 words": "army van defense carry jealous true garbage claim echo media make crunch",
    "Mastering Bitcoin, 24 words": (
        "cake apple borrow silk endorse fitness top denial coil riot stay wolf luggage oxygen faint major "
        "edit measure invite love trap field dilemma oblige"
    ),
    "Jade's tests": (
        "fish inner face ginger orchard permit useful method fence kidney chuckle party favorite sunset draw "
        "limb science crane oval letter slot invite sadness banana"
    ),
    "Krux's tests, 12 words": "olympic term tissue route sense program under choose bean emerge velvet absurd",
    "Krux's tests, 24 words": (
        "brush badge sing still venue panther kitchen please help panel bundle excess sign couch stove "
        "increase human once effort candy goat top tiny major"
    ),
    "Keplr's and Terra's test networks": (
        "notice oak worry limit wrap speak medal online prefer cluster roof addict wrist behave treat actual "
        "wasp year salad speed social layer crew genius"
    ),
    "Ganache's examples": "myth like bonus scare over problem client lizard pioneer submit female collect",
    "Truffle's default": "candy maple cake sugar pudding cream honey rich smooth crumble sweet treat",
    "Caravan's tests": (
        "merge alley lucky axis penalty manage latin gasp virus captain wheel deal chase fragile chapter boss "
        "zero dirt stadium tooth physical valve kid plunge"
    ),
    "Trezor's tests, 12 words": "alcohol woman abuse must during monitor noble actual mixed trade anger aisle",
    "Trezor's tests, 18 words": (
        "owner little vague addict embark decide pink prosper true fork panda embody mixture exchange choose "
        "canoe electric jewel"
    ),
    "Trezor's tests, 24 words": (
        "dignity pass list indicate nasty swamp pool script soccer toe leaf photo multiply desk host tomato "
        "cradle drill spread actor shine dismiss champion exotic"
    ),
    "BDK's tests": "aim bunker wash balance finish force paper analyst cabin spoon stable organ",
    "Milk Sad, 12 words": "milk sad wage cup reward umbrella raven visa give list decorate broccoli",
    "Milk Sad, 18 words": (
        "milk sad wage cup reward umbrella raven visa give list decorate bulb gold raise twenty fly manual sport"
    ),
    "Milk Sad, 24 words": (
        "milk sad wage cup reward umbrella raven visa give list decorate bulb gold raise twenty fly manual "
        "stand float super gentle climb fold park"
    ),
}

PATTERNS = {
    "all zeros, 12 words": "abandon " * 11 + "about",
    "all zeros, 24 words": "abandon " * 23 + "art",
    "Hardhat's and Anvil's default": "test " * 11 + "junk",
    "all ones, 12 words": "zoo " * 11 + "wrong",
    "all ones, 24 words": "zoo " * 23 + "vote",
    "Trezor's emulator": "all " * 12,
    "legal winner": "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "letter advice": "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
}


def published(vectors):
    """Yield every published secret with its source."""

    def read(*path):
        return json.loads(vectors.joinpath(*path).read_text())

    for entropy, _phrase, seed, _xprv in read("bip39", "vectors.json")["english"]:
        secret = bytes.fromhex(entropy)
        yield from (("BIP-39", secret), ("BIP-39", bytes.fromhex(seed)))
        yield "BIP-39", mnemonic.seed(Secret(secret)).reveal()
    for seed in read("bip32", "vectors.json"):
        yield "BIP-32", bytes.fromhex(seed)
    for case in read("bip85", "vectors.json")["bip39"]:
        yield "BIP-85", bytes.fromhex(case["derived_entropy"])
    for _title, shares, secret, _xprv in read("slip39", "vectors.json"):
        if secret:
            yield "SLIP-39", bytes.fromhex(secret)
            yield "SLIP-39", shamir_mnemonic.combine_mnemonics(shares, b"")
    for _digits, entropy, _phrase in PUBLISHED.values():
        secret = bytes.fromhex(entropy)
        yield from (("SeedQR", secret), ("SeedQR", mnemonic.seed(Secret(secret)).reveal()))


def of_wallets():
    for phrase in PHRASES.values():
        entropy = mnemonic.entropy_of(phrase)
        yield from (entropy.reveal(), mnemonic.seed(entropy).reveal())


def test_every_published_secret_is_known_by_its_source(vectors):
    for source, secret in published(vectors):
        assert known.reason(Secret(secret)) == f"it is a test secret, published with {source}"


def test_the_digests_are_those_of_the_sources_and_no_others(vectors):
    made = {sha256(secret).hexdigest()[:16] for _source, secret in published(vectors)}
    made |= {sha256(secret).hexdigest()[:16] for secret in of_wallets()}
    assert made == frozenset().union(*known._DIGESTS.values())
    assert len(made) == 161


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES.keys())
def test_the_phrases_of_wallets_and_books_are_known(phrase):
    entropy = mnemonic.entropy_of(phrase)
    assert "the tests or the manual of a wallet" in known.reason(entropy)
    assert "the tests or the manual of a wallet" in known.reason(mnemonic.seed(entropy))


def test_no_word_of_a_published_phrase_lies_in_the_module():
    source = Path(known.__file__).read_text()
    assert "glory promote" not in source
    assert "abandon" not in source


@pytest.mark.parametrize("phrase", PATTERNS.values(), ids=PATTERNS.keys())
def test_phrases_with_a_pattern_are_known(phrase):
    assert known.reason(mnemonic.entropy_of(phrase)) is not None


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 64])
@pytest.mark.parametrize("byte", [0x00, 0x01, 0x11, 0x7F, 0x80, 0xAA, 0xFF])
def test_one_byte_repeated_is_known(size, byte):
    assert known.reason(Secret(bytes([byte]) * size)) is not None


def _same_words(number, size):
    """The entropy whose phrase is one word, as often as the checksum leaves free."""
    bits = "".join(f"{number:011b}" for _ in range(24))[: size * 8]
    return int(bits, 2).to_bytes(size)


@pytest.mark.parametrize("size", [16, 32])
def test_every_phrase_of_one_repeated_word_is_known(size):
    for number in range(0, 2048, 31):
        assert known.reason(Secret(_same_words(number, size))) is not None


SHAPES = {
    "eight bytes twice": bytes.fromhex("8f3a6b1c0d9e7f52") * 2,
    "sixteen bytes twice": sha256(b"x").digest()[:16] * 2,
    "eleven bytes, again and again": (sha256(b"y").digest()[:11] * 3)[:32],
    "counting up": bytes(range(16)),
    "counting up from 200": bytes((200 + n) % 256 for n in range(32)),
    "counting down": bytes(range(255, 223, -1)),
    "counting in steps of 17": bytes(17 * n % 256 for n in range(16)),
    "a small number": (123456789).to_bytes(32),
    "a small number, little end first": (123456789).to_bytes(16, "little"),
    "the same from both ends": bytes.fromhex("0123456789abcdeffedcba9876543210"),
    "written text": b"correct horse battery staple 123",
    "hexadecimal text of half the size": sha256(b"z").hexdigest()[:32].encode(),
    "words in the order of the list": int("".join(f"{n:011b}" for n in range(24))[:256], 2).to_bytes(32),
    "three words, again and again": int("".join(f"{n:011b}" for n in (7, 77, 777) * 8)[:256], 2).to_bytes(32),
}


@pytest.mark.parametrize("secret", SHAPES.values(), ids=SHAPES.keys())
def test_a_pattern_is_known(secret):
    assert known.reason(Secret(secret)) is not None


@pytest.mark.parametrize("size", [16, 32])
@pytest.mark.parametrize("face", "0123456")
def test_the_hash_of_dice_that_were_not_rolled_is_known(face, size):
    for count in (0, 1, 50, 62, 99, 100, 256):
        assert "dice" in known.reason(Secret(sha256((face * count).encode()).digest()[:size]))


@pytest.mark.parametrize("rolls", ["123456" * 16 + "1234", "654321" * 16 + "6543"])
def test_the_hash_of_the_faces_in_order_is_known(rolls):
    assert "dice" in known.reason(Secret(sha256(rolls.encode()).digest()))


@pytest.mark.parametrize("bits", [128, 256])
@pytest.mark.parametrize("face", "123456")
def test_our_own_mixture_of_unrolled_dice_and_an_empty_machine_is_known(monkeypatch, face, bits):
    monkeypatch.setattr(Dice, "check", lambda _self, _bits: None)  # which refuses them long before
    mixed = mix(MachinePart(Secret(bytes(32))), Dice.parse(face * 100), bits)
    assert "dice" in known.reason(mixed)
    assert "dice" in known.reason(mix(MachinePart(Secret(bytes(32))), None, bits))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=16), st.sampled_from([16, 20, 24, 28, 32, 64]))
def test_a_random_secret_is_never_known(seed, size):
    assert known.reason(Secret(shake_256(b"random" + seed).digest(size))) is None


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(PHRASES.values())), st.integers(0, 127))
def test_one_bit_beside_a_published_secret_is_not_known(phrase, bit):
    entropy = mnemonic.entropy_of(phrase).reveal()
    beside = (int.from_bytes(entropy) ^ 1 << bit).to_bytes(len(entropy))
    assert known.reason(Secret(beside)) is None
