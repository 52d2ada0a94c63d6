"""Phrases in ten languages: the standard's vectors, two libraries that have its lists, and what may be wrong."""

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from bip_utils import Bip39Languages, Bip39MnemonicEncoder, Bip39SeedGenerator

from custody.errors import Unreadable
from custody.keys.hd import MasterKey
from custody.keys.phrases.languages import IN_WORDS, LANGUAGES, LATIN, Language, language_of, possible, words_of
from custody.keys.phrases.phrase import Phrase, SeveralLists, read_phrase
from custody.secret import Secret
from tests.conftest import ROOT

TREZOR = Secret(b"TREZOR")

JAPANESE = (
    (
        "あいこくしん　" * 11 + "あおぞら",
        "a262d6fb6122ecf45be09c50492b31f92e9beb7d9a845987a02cefda57a15f9c"
        "467a17872029a9e92299b5cbdf306e3a0ee620245cbd508959b6cb7ca637bd55",
    ),
    (
        "そつう　れきだい　ほんやく　わかす　りくつ　ばいか　ろせん　やちん　そつう　れきだい　ほんやく　わかめ",
        "aee025cbe6ca256862f889e48110a6a382365142f7d16f2b9545285b3af64e54"
        "2143a577e9c144e101a6bdca18f8d97ec3366ebf5b088b1c1af9bc31346e60d9",
    ),
)
"""Phrase and seed of bip32JP's test_JP_BIP39.json, which BIP-39 names; the passphrase is not in NFKD."""
JAPANESE_PASSPHRASE = "㍍ガバヴァぱばぐゞちぢ十人十色"


def of_entropy(language: str, entropy: bytes) -> list[str]:
    """The words that another library writes."""
    name = Bip39Languages[language.replace("-", "_").upper()]
    words: list[str] = Bip39MnemonicEncoder(name).Encode(entropy).ToList()
    return words


def cases(vectors: Path, language: str) -> list[Sequence[str]]:
    found: dict[str, list[Sequence[str]]] = json.loads((vectors / "bip39" / "vectors.json").read_text())
    return found[language.replace("-", "_")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_vectors_of_every_language(vectors: Path, language: str) -> None:
    """A phrase that two lists accept (the Chinese vectors of one word repeated) is asked about."""
    for entropy, text, seed, xprv in cases(vectors, language):
        try:
            phrase = read_phrase(text)
        except SeveralLists as several:
            assert set(several.languages) == {"chinese-simplified", "chinese-traditional"}
            phrase = read_phrase(text, language)
        assert phrase.language == language
        assert phrase.entropy().reveal().hex() == entropy
        assert phrase.seed(TREZOR).reveal().hex() == seed
        assert MasterKey.from_seed(phrase.seed(TREZOR)).fingerprint == fingerprint_of(xprv)


def fingerprint_of(xprv: str) -> bytes:
    """The fingerprint of a root, by a library of others."""
    from embit import bip32

    found: bytes = bip32.HDKey.from_string(xprv).my_fingerprint
    return found


@pytest.mark.parametrize(("text", "seed"), JAPANESE)
def test_the_vectors_of_japanese_with_a_passphrase_that_is_to_be_normalised(text: str, seed: str) -> None:
    passphrase = Secret(JAPANESE_PASSPHRASE.encode())
    for spelling in (text, text.replace("　", " "), unicodedata.normalize("NFC", text), text.replace("　", "\n")):
        assert read_phrase(spelling).seed(passphrase).reveal().hex() == seed
    assert unicodedata.normalize("NFKD", JAPANESE_PASSPHRASE) != JAPANESE_PASSPHRASE


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "japanese"])
@pytest.mark.parametrize("size", [16, 20, 24, 28, 32])
def test_two_libraries_agree_on_lists_entropy_and_seeds(language: str, size: int) -> None:
    entropy = bytes(range(size, 2 * size))
    words = of_entropy(language, entropy)
    phrase = read_phrase(" ".join(words), language)
    name = Bip39Languages[language.replace("-", "_").upper()]
    assert phrase.entropy().reveal() == entropy
    assert phrase.seed(None).reveal() == Bip39SeedGenerator(" ".join(words), name).Generate()


def test_the_same_entropy_is_another_wallet_in_each_language(vectors: Path) -> None:
    entropies = {cases(vectors, language)[1][0] for language in LANGUAGES}
    seeds = {cases(vectors, language)[1][2] for language in LANGUAGES}
    assert (len(entropies), len(seeds)) == (1, len(LANGUAGES))


def test_a_phrase_that_both_chinese_lists_accept_is_asked_about(vectors: Path) -> None:
    text = cases(vectors, "chinese-simplified")[0][1]
    assert read_several(text) == ("chinese-simplified", "chinese-traditional")
    assert read_phrase(text, "chinese-traditional").language == "chinese-traditional"


def read_several(text: str) -> tuple[str, ...]:
    with pytest.raises(SeveralLists) as several:
        read_phrase(text)
    return several.value.languages


def test_a_phrase_of_words_that_english_and_french_share_is_asked_about() -> None:
    """Made here: twelve words of both lists, whose checksum holds in both."""
    english, french = words_of("english"), words_of("french")
    shared = [word for word in english.words if word in french.words]
    assert len(shared) == 100
    found = next(text for text in orders(shared) if whole(text, "english") and whole(text, "french"))
    assert read_several(found) == ("english", "french")
    seeds = {read_phrase(found, name).seed(None).reveal() for name in ("english", "french")}
    assert len(seeds) == 1  # the same words are the same seed; their entropies differ
    assert read_phrase(found, "english").entropy() != read_phrase(found, "french").entropy()


def orders(words: Sequence[str]) -> list[str]:
    return [" ".join([*words[:11], last]) for last in words] + [
        " ".join([*words[start : start + 11], last]) for start in range(1, 20) for last in words
    ]


def whole(text: str, language: str) -> bool:
    try:
        read_phrase(text, language)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("language", LATIN)
def test_latin_words_may_be_typed_without_accents_in_capitals_and_by_four_letters(language: str) -> None:
    words = [unicodedata.normalize("NFKD", word) for word in of_entropy(language, bytes(range(32)))]
    plain = ["".join(letter for letter in word if letter.isascii()) for word in words]
    expected = read_phrase(" ".join(words), language)
    for spelling in (plain, [word.upper() for word in words], [word[:4] for word in plain]):
        assert read_phrase(" ".join(spelling), language).words == expected.words


def test_chinese_needs_no_space_between_words() -> None:
    words = of_entropy("chinese-simplified", bytes(range(16)))
    assert read_phrase("".join(words)).words == read_phrase(" ".join(words)).words


def test_a_phrase_of_one_language_is_none_of_another(vectors: Path) -> None:
    with pytest.raises(Unreadable):
        read_phrase(cases(vectors, "french")[3][1], "english")


@pytest.mark.parametrize("language", ["french", "japanese", "korean"])
def test_a_wrong_word_is_named_by_its_position_in_its_language_and_never_repeated(language: str) -> None:
    words = list(words_of(language).words[:24])
    words[4] = words[4][:-1] + "xx" if language == "french" else "ひひひひ"
    with pytest.raises(Unreadable, match=rf"{IN_WORDS[language]}\): word 5$") as refused:
        read_phrase(" ".join(words))
    assert words[4] not in refused.value.message + refused.value.hint


def test_words_of_no_list_are_told_as_such() -> None:
    for text in ("яблоко " * 12, "漢 " * 3 + "ゞ " * 9):
        with pytest.raises(Unreadable, match="none of the lists of BIP-39"):
            read_phrase(text)


@pytest.mark.parametrize(
    ("count", "told"),
    [(11, "one is missing"), (13, "one is too many"), (23, "one is missing"), (25, "one is too many"), (9, "or 24$")],
)
def test_another_count_says_what_is_missing(count: int, told: str) -> None:
    with pytest.raises(Unreadable, match=f"{count} words .French.; .*{told}"):
        read_phrase(" ".join(words_of("french").words[500 : 500 + count]))


def test_a_checksum_that_does_not_hold_names_the_lists_and_an_aezeed_where_it_may_be_one() -> None:
    swapped = of_entropy("french", bytes(range(16)))
    swapped[0], swapped[1] = swapped[1], swapped[0]
    with pytest.raises(Unreadable, match="checksum does not hold") as refused:
        read_phrase(" ".join(swapped))
    assert "French" in refused.value.hint
    assert "aezeed" not in refused.value.hint
    with pytest.raises(Unreadable) as refused:
        read_phrase("abandon " * 24)
    assert "aezeed of LND" in refused.value.hint
    with pytest.raises(Unreadable) as refused:
        read_phrase("zoo " * 24)
    assert "aezeed" not in refused.value.hint


def test_a_control_character_in_a_passphrase_is_refused() -> None:
    phrase = read_phrase("abandon " * 11 + "about")
    for typed in ("open\x1b[D", "tab\there", "\x7f", "\x85"):
        with pytest.raises(Unreadable, match="control character") as refused:
            phrase.seed(Secret(typed.encode()))
        assert typed not in refused.value.message + refused.value.hint
    assert phrase.seed(Secret("päß wörd\u00a0\u200d".encode()))


def test_nothing_of_a_phrase_is_shown() -> None:
    assert repr(read_phrase("abandon " * 11 + "about")) == "Phrase(language='english')"
    assert repr(Phrase("french", Secret(b"abaisser"))) == "Phrase(language='french')"
    assert "abaisser" not in repr(words_of("french"))


def test_a_language_is_named_in_any_case() -> None:
    assert language_of(" French ") == "french"
    assert language_of("chinese simplified") == language_of("Chinese_Simplified") == "chinese-simplified"
    with pytest.raises(Unreadable) as refused:
        language_of("klingon")
    assert "klingon" not in refused.value.message + refused.value.hint
    assert "japanese" in refused.value.hint


def test_a_list_whose_words_share_a_spelling_is_none() -> None:
    with pytest.raises(ValueError, match="share a spelling"):
        Language.of(("abcde", "abcdf"), latin=True)
    assert Language.of(("abcde", "abcdf"), latin=False).index("ABCDF") == 1


def test_the_lists_of_other_letters_are_not_read_for_latin_words() -> None:
    assert possible(["élève", "ZOO"]) == LATIN
    assert not set(possible(["가격"])) & set(LATIN)


def test_the_languages_are_the_documented_ones() -> None:
    page = (ROOT / "docs" / "spec" / "secret-input.md").read_text(encoding="utf-8")
    [line] = [line for line in page.splitlines() if line.startswith("`english`")]
    assert tuple(re.findall(r"`([a-z-]+)`", line.partition(":")[0])) == LANGUAGES
    assert tuple(IN_WORDS) == LANGUAGES
    assert [language_of(name) for name in LANGUAGES] == list(LANGUAGES)


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        (["able", *["abandon"] * 23], True),
        (["able", *["abandon"] * 11], False),
        (["zoo", *["abandon"] * 23], False),
        (["あいこくしん"] * 24, False),
    ],
)
def test_of_24_words_with_a_wrong_checksum_the_first_tells_whether_lnd_may_have_made_them(
    words: list[str], may_be: bool
) -> None:
    with pytest.raises(Unreadable, match="checksum") as refused:
        read_phrase(" ".join(words))
    assert ("aezeed" in refused.value.hint) is may_be


def test_one_word_is_a_phrase_of_too_few() -> None:
    with pytest.raises(Unreadable, match="has 1 words"):
        read_phrase("abandon")
