"""Secrets in every form in which somebody may type one after a command."""

from embit import bip32, bip39
from mnemonic import Mnemonic

from custody.keys.phrases.languages import LANGUAGES
from tests.leaks.scenes import CARDS, PHRASE

ENTROPY = bytes(range(60, 76))
PHRASES = {name: Mnemonic(name.replace("-", "_")).to_mnemonic(ENTROPY) for name in LANGUAGES}
SEED = bip39.mnemonic_to_seed(PHRASE)
ROOT_KEY = bip32.HDKey.from_seed(SEED)
WORDS = PHRASE.split()

SECRETS = {
    **{f"a phrase, {name}": phrase for name, phrase in PHRASES.items()},
    "Chinese without spaces": "".join(PHRASES["chinese-simplified"].split()),
    "Korean with a wrong word": " ".join([*PHRASES["korean"].split()[:11], "모르는말"]),
    "a phrase in capitals": PHRASE.upper(),
    "a phrase by prefixes": " ".join(word[:4] for word in WORDS),
    "a phrase with a wrong word": PHRASE.replace("yellow", "yelow"),
    "a numbered phrase": " ".join(f"{number}. {word}" for number, word in enumerate(WORDS, 1)),
    "a phrase numbered 1)": " ".join(f"{number}) {word}" for number, word in enumerate(WORDS, 1)),
    **{f"a phrase with {mark!r} between": mark.join(WORDS) for mark in (",", "-", "_", "\n", "|", ", ", "\u3000")},
    "24 words": f"{PHRASE} {PHRASE}",
    "a card": CARDS[0],
    "a card by prefixes": " ".join(word[:4] for word in CARDS[1].split()),
    "a SeedQR": "101920151790203919782015195116471019201517902040",
    "a long SeedQR": "101920151790203919782015195116471019201517902040" * 2,
    "an xprv": ROOT_KEY.to_base58(),
    "a tprv in a descriptor": f"wpkh({bip32.HDKey.from_seed(SEED, version=bytes.fromhex('04358394')).to_base58()}/0/*)",
    "a zprv": ROOT_KEY.to_base58(bytes.fromhex("04b2430c")),
    "a WIF key": ROOT_KEY.key.wif(),
    "an uncompressed WIF key": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "an encrypted key": "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
    "codex32": "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw",
    "codex32 in capitals": "MS10TESTSXXXXXXXXXXXXXXXXXXXXXXXXXX4NZVCA9CMCZLW",
    "a seed": SEED.hex(),
    "a seed in capitals": SEED.hex().upper(),
    "entropy": ENTROPY.hex(),
    "entropy with 0x": f"0x{ENTROPY.hex()}",
}
