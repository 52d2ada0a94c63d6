"""BIP-39 phrases against the standard's vectors and against a second derivation of the seed."""

import json
import unicodedata
from hashlib import pbkdf2_hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import Unreadable
from custody.keys.phrases import mnemonic
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret

ENTROPY = bytes.fromhex("18ab19a9f54a9274f03e5209a2ac8a91")
PHRASE = "board flee heavy tunnel powder denial science ski answer betray cargo cat"
SEED = (
    "6eff1bb21562918509c73cb990260db07c0ce34ff0e3cc4a8cb3276129fbcb300bddfe005831350efd633909f476c45c"
    "88253276d9fd0df6ef48609e8bb7dca8"
)
entropies = st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))


def test_the_english_vectors(vectors):
    cases = json.loads((vectors / "bip39" / "vectors.json").read_text())["english"]
    assert len(cases) == 24
    for entropy, phrase, seed, _xprv in cases:
        secret = Secret(bytes.fromhex(entropy))
        assert mnemonic.phrase(secret).reveal().decode() == phrase
        assert mnemonic.entropy_of(phrase) == secret
        assert mnemonic.seed(secret, Secret(b"TREZOR")).reveal().hex() == seed


def test_one_phrase_all_the_way():
    entropy = mnemonic.entropy_of(PHRASE)
    assert entropy.reveal() == ENTROPY
    assert mnemonic.phrase(entropy).reveal().decode() == PHRASE
    assert mnemonic.seed(entropy, Secret(b"TREZOR")).reveal().hex() == SEED


@settings(max_examples=40, deadline=None)
@given(entropies)
def test_a_phrase_leads_back_to_its_entropy(entropy):
    words = mnemonic.phrase(Secret(entropy))
    assert mnemonic.entropy_of(words).reveal() == entropy
    assert mnemonic.ENTROPY_OF_WORDS[len(words.reveal().split())] == len(entropy)


@settings(max_examples=15, deadline=None)
@given(entropies, st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30))
def test_the_seed_is_the_one_that_hashlib_makes(entropy, passphrase):
    """A second opinion on PBKDF2 and on Unicode's NFKD."""
    words = mnemonic.phrase(Secret(entropy)).reveal()
    salt = b"mnemonic" + unicodedata.normalize("NFKD", passphrase).encode()
    expected = pbkdf2_hmac("sha512", words, salt, 2048)
    assert mnemonic.seed(Secret(entropy), Secret(passphrase.encode())).reveal() == expected


def test_no_passphrase_and_an_empty_one_are_the_same():
    assert mnemonic.seed(Secret(ENTROPY)) == mnemonic.seed(Secret(ENTROPY), Secret(b""))


def test_a_passphrase_means_the_same_however_its_accents_are_typed():
    composed, decomposed = ("caf\u00e9", "cafe\u0301")
    first, second = (mnemonic.seed(Secret(ENTROPY), Secret(typed.encode())) for typed in (composed, decomposed))
    assert first == second


def test_a_phrase_is_read_by_four_letters_in_any_case_and_as_a_secret():
    short = "\n".join(word[:4].upper() for word in PHRASE.split())
    assert mnemonic.entropy_of(Secret(short.encode())).reveal() == ENTROPY


def _checksum_breakers():
    words = PHRASE.split()
    yield "the last word is another", " ".join([*words[:-1], "zoo"])
    yield "two words are swapped", " ".join([words[1], words[0], *words[2:]])
    yield "a word is replaced", " ".join(["zoo", *words[1:]])


@pytest.mark.parametrize("text", [text for _name, text in _checksum_breakers()], ids=dict(_checksum_breakers()))
def test_a_broken_checksum_is_told_without_a_word_of_the_phrase(text):
    with pytest.raises(Unreadable, match="checksum does not hold: a word is wrong or two are swapped") as caught:
        mnemonic.entropy_of(text)
    _shows_no_word(caught.value)


@pytest.mark.parametrize("count", [1, 11, 13, 14, 16, 20, 23, 25, 33])
def test_another_count_of_words_is_refused(count):
    with pytest.raises(Unreadable, match=f"has {count} words") as caught:
        mnemonic.entropy_of(" ".join(["zoo"] * count))
    assert "zoo" not in caught.value.message + caught.value.hint


def test_a_wrong_word_is_named_by_its_position():
    with pytest.raises(Unreadable, match=r'word 3 \(did you mean "heavy"') as caught:
        mnemonic.entropy_of(PHRASE.replace("heavy", "heavvy"))
    assert "heavvy" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("text", ["", "   ", "\u6f22\u5b57 " * 12, "caf\u00e9 " * 12, "\uff5a\uff4f\uff4f " * 12])
def test_what_is_no_english_phrase_is_refused(text):
    with pytest.raises(Unreadable) as caught:
        mnemonic.entropy_of(text)
    assert caught.value.message.isascii()


@pytest.mark.parametrize("use", [mnemonic.entropy_of, lambda secret: mnemonic.seed(Secret(ENTROPY), secret)])
def test_bytes_that_are_not_utf8_are_refused_and_the_error_holds_none_of_them(use):
    with pytest.raises(Unreadable, match="UTF-8") as caught:
        use(Secret(b"board flee \xff\xfe"))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("size", [0, 1, 15, 17, 31, 33, 64])
def test_another_size_of_entropy_has_no_phrase(size):
    with pytest.raises(Unreadable, match=f"{size} bytes of entropy"):
        mnemonic.phrase(Secret(bytes(size)))


def _shows_no_word(error):
    said = f"{error.message} {error.hint} {error.__cause__} {error.args}".lower()
    said = "".join(letter if letter.isalpha() else " " for letter in said).split()
    ordinary = {"word", "two", "one", "card", "order", "every", "list", "that", "there", "with", "swap"}
    assert not (set(said) & set(PHRASE.split()) - ordinary)
    assert set(PHRASE.split()) <= set(BIP39.words)
