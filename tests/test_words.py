"""Digests as words: what they say, and what they cannot be taken for."""

import hashlib
import hmac

from custody import words
from custody.keys.phrases import mnemonic


def test_a_word_stands_for_each_byte_and_comes_back() -> None:
    every = bytes(range(256))
    assert len(set(words.words(every))) == 256
    assert words.value(" ".join(words.words(every)).upper()) == every


def test_what_is_no_word_has_no_value() -> None:
    assert words.value("able acid nonsense") is None
    assert words.value("") == b""


def test_salted_words_are_the_first_bytes_of_the_hmac() -> None:
    digest = hashlib.sha256(b"psbt").digest()
    expected = hmac.new(b"salt", digest, "sha256").digest()
    assert words.salted(b"salt", digest) == words.words(expected[:4])
    assert words.salted(b"other", digest) != words.salted(b"salt", digest)


def test_no_recovery_phrase_has_as_many_words() -> None:
    """About half of the words are on BIP-39's list too, so their number must tell them apart."""
    assert len(words.words(bytes(words.POLICY_BYTES))) not in mnemonic.ENTROPY_OF_WORDS
    assert len(words.salted(b"", b"")) not in mnemonic.ENTROPY_OF_WORDS
