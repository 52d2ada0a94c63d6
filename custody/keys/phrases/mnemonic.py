"""BIP-39: entropy to an English phrase, a phrase to its entropy, and entropy with a passphrase to the 64-byte seed.

Through bip-utils, whose import takes half a second. The English list only, which is what hardware wallets share; other
words, counts and checksums raise Unreadable.
"""

from types import MappingProxyType

from bip_utils import (
    Bip39Languages,
    Bip39MnemonicDecoder,
    Bip39MnemonicEncoder,
    Bip39SeedGenerator,
    MnemonicChecksumError,
)

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.phrases.wordlist import BIP39, read_words
from custody.secret import Secret
from custody.text import has_control

ENTROPY_OF_WORDS = MappingProxyType({12: 16, 15: 20, 18: 24, 21: 28, 24: 32})
"""Bytes of entropy by the number of words (BIP-39, "Generating the mnemonic"). New phrases have 12 or 24."""


def phrase(entropy: Secret) -> Secret:
    """Return the English phrase of 16, 20, 24, 28 or 32 bytes of entropy: lower case, single spaces, ASCII.

    Raises Unreadable for another length.
    """
    if len(entropy) not in ENTROPY_OF_WORDS.values():
        raise Unreadable(
            _("{count} bytes of entropy have no BIP-39 phrase; it needs 16, 20, 24, 28 or 32").format(
                count=len(entropy)
            )
        )
    words: str = Bip39MnemonicEncoder(Bip39Languages.ENGLISH).Encode(entropy.reveal()).ToStr()
    return Secret(words.encode())


def entropy_of(text: str | Secret) -> Secret:
    """Return the entropy, 16 to 32 bytes, behind an English phrase of 12, 15, 18, 21 or 24 words.

    Case and white space are free and four letters name a word. Raises Unreadable: for another language or count,
    naming every word that is not in the list by its position, or saying that the checksum does not hold.
    """
    words = utf8(text) if isinstance(text, Secret) else text
    numbers = read_words(words, BIP39, _("the phrase"))
    if len(numbers) not in ENTROPY_OF_WORDS:
        raise Unreadable(
            _("the phrase has {count} words; a BIP-39 phrase has 12, 15, 18, 21 or 24").format(count=len(numbers)),
            hint=_("Read the phrase again and look for a word left out or typed twice."),
        )
    canonical = " ".join(BIP39.words[number] for number in numbers)
    try:
        return Secret(Bip39MnemonicDecoder(Bip39Languages.ENGLISH).Decode(canonical))
    except MnemonicChecksumError:
        raise Unreadable(
            _("the phrase's checksum does not hold: a word is wrong or two are swapped"),
            hint=_("Every word is in the list, so compare each with the card, and their order."),
        ) from None


def seed(entropy: Secret, passphrase: Secret | None = None) -> Secret:
    """Return the 64-byte seed of entropy's English phrase: PBKDF2-HMAC-SHA512, 2048 rounds. Raises Unreadable.

    The salt is "mnemonic" and the passphrase (BIP-39, "From mnemonic to seed").
    """
    words = phrase(entropy).reveal().decode()
    return Secret(Bip39SeedGenerator(words, Bip39Languages.ENGLISH).Generate(passphrase_text(passphrase)))


def passphrase_text(passphrase: Secret | None) -> str:
    """Return a passphrase of BIP-39 as its text, which is to be taken in NFKD; empty for none.

    Raises Unreadable for one that is not UTF-8, or that holds a control character: an arrow key leaves some, and
    nobody could type them again.
    """
    text = "" if passphrase is None else utf8(passphrase)
    if has_control(text):
        raise Unreadable(
            _("the passphrase holds a control character, which nobody sees"),
            hint=_("An arrow key or a tab types one. Type the passphrase again, without them."),
        )
    return text


def utf8(typed: Secret) -> str:
    """Return a secret's text. Raises Unreadable."""
    try:
        return typed.reveal().decode()
    except UnicodeDecodeError:
        pass  # the exception carries the bytes: it must not become another's context
    raise Unreadable(_("what was given is not UTF-8 text"), hint=_("Check the terminal's or the file's encoding."))
