"""A secret as people keep it: judged by what it is, and read whatever it was written on."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.keys.cards.shares import Scheme, split
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind, SecretInput
from custody.keys.phrases import languages, mnemonic
from custody.keys.phrases.languages import IN_WORDS, LANGUAGES
from custody.keys.phrases.phrase import SeveralLists, read_phrase
from custody.keys.phrases.wordlist import BIP39
from custody.keys.reading import cards_of, read_secret
from custody.secret import Secret
from tests.keys.cards.test_codex32 import CASH, CASH_SEED, LONG, NAME, SECRETS
from tests.keys.cards.test_slip39_vectors import words as words_of_cards
from tests.keys.phrases.test_phrase import JAPANESE, of_entropy
from tests.support.effort import operations

ENTROPY = sha256(b"a secret as people keep it").digest()
PHRASE = mnemonic.phrase(Secret(ENTROPY)).reveal().decode()
WORDS = PHRASE.split()
CARDS = words_of_cards(split(Secret(ENTROPY), Scheme.single(2, 3), iteration_exponent=0))[0]
SHORT = words_of_cards(split(Secret(ENTROPY[:16]), Scheme.single(2, 3), iteration_exponent=0))[0]


def keys(secret: SecretInput) -> dict[Kind, str]:
    return {kind: master.fingerprint.hex() for kind, master in secret.candidates()}


def numbered(words: Sequence[str]) -> list[str]:
    return [f"{number}. {word}" for number, word in enumerate(words, 1)]


LAYOUTS = {
    "one line": [PHRASE],
    "one word a line": WORDS,
    "numbered": numbered(WORDS),
    "numbered in one line": [" ".join(numbered(WORDS))],
    "columns": ["  ".join(numbered(WORDS)[row::8]) for row in range(8)],
    "commas": [", ".join(WORDS)],
    "a list of JSON": [str(WORDS).replace("'", '"')],
    "six lines of four": [" ".join(WORDS[at : at + 4]) for at in range(0, 24, 4)],
    "two lines of twelve": [" ".join(WORDS[:12]), " ".join(WORDS[12:])],
    "a byte order mark": ["\ufeff" + PHRASE],
    "capitals": [PHRASE.upper()],
    "four letters": [" ".join(word[:4] for word in WORDS)],
}


@pytest.mark.parametrize("lines", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_phrase_is_read_however_it_was_written(lines: list[str]) -> None:
    assert keys(read_secret(lines)) == {
        Kind.BIP39: MasterKey.from_seed(mnemonic.seed(Secret(ENTROPY))).fingerprint.hex()
    }
    assert read_secret(lines).secret().reveal() == ENTROPY


CARD_LAYOUTS = {
    "a card a line": CARDS[:2],
    "one word a line": [word for card in CARDS[:2] for word in card.split()],
    "numbered": [each for card in CARDS[:2] for each in numbered(card.split())],
    "lines of eleven": [
        " ".join(card.split()[at : at + 11]) for card in CARDS[:2] for at in range(0, len(card.split()), 11)
    ],
    "both in one line": [" ".join(CARDS[:2])],
    "commas": [card.replace(" ", ",") for card in CARDS[1:]],
}


@pytest.mark.parametrize("lines", CARD_LAYOUTS.values(), ids=CARD_LAYOUTS.keys())
def test_cards_are_read_however_they_were_written(lines: list[str]) -> None:
    assert keys(read_secret(lines)) == keys(read_secret(CARDS[:2]))


@pytest.mark.parametrize("lines", CARD_LAYOUTS.values(), ids=CARD_LAYOUTS.keys())
def test_commands_of_cards_read_them_however_they_were_written(lines: list[str]) -> None:
    assert cards_of(lines) in (CARDS[:2], CARDS[1:])
    assert cards_of([]) == []


def test_commands_of_cards_name_what_is_known_by_its_form() -> None:
    with pytest.raises(Unreadable, match="bytes in hex"):
        cards_of(["5bbd9d71" * 4])
    assert cards_of(["abandon zoo"]) == ["abandon zoo"]


def test_cards_of_20_words_in_lines_of_four() -> None:
    lines = [" ".join(card.split()[at : at + 4]) for card in SHORT[:2] for at in range(0, 20, 4)]
    assert keys(read_secret(lines)) == keys(read_secret(SHORT[:2]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_of_every_language_opens_the_key_of_its_own_words(language: str) -> None:
    entropy = sha256(language.encode()).digest()
    english = mnemonic.phrase(Secret(entropy)).reveal().decode()
    words = english.split() if language in ("english", "japanese") else of_entropy(language, entropy)
    secret = read_secret([" ".join(words), f"language: {language}"] if language != "japanese" else [english])
    expected = MasterKey.from_seed(read_phrase(" ".join(words)).seed(None)).fingerprint.hex()
    assert keys(secret) == {Kind.BIP39: expected}
    if language not in ("english", "japanese"):
        assert keys(secret) != keys(read_secret([english]))


def test_a_phrase_that_is_not_english_is_neither_cut_nor_sealed() -> None:
    french = read_secret([" ".join(of_entropy("french", ENTROPY))])
    with pytest.raises(Refused, match=f"not cut into cards or sealed|{IN_WORDS['french']}"):
        french.secret(Kind.BIP39)
    assert french.content(Kind.BIP39).reveal() == ENTROPY
    assert read_secret([PHRASE]).secret().reveal() == ENTROPY


def test_a_phrase_of_two_lists_needs_the_line_of_its_language() -> None:
    text = "的 " * 11 + "在"
    with pytest.raises(SeveralLists):
        read_secret([text])
    assert keys(read_secret([text, "language: chinese-traditional"]))
    for lines in (
        [text, "language: french"],
        [text, "language: klingon"],
        [text, *["language: chinese-simplified"] * 2],
    ):
        with pytest.raises(Unreadable):
            read_secret(lines)


@pytest.mark.parametrize("lines", [CARDS[:2], [next(iter(SECRETS))], ["0" * 44 + "0003"]])
def test_a_language_belongs_to_words_of_a_phrase_alone(lines: list[str]) -> None:
    assert read_secret(lines).candidates()
    with pytest.raises(Unreadable, match="a language is named"):
        read_secret([*lines, "language: english"])


@pytest.mark.parametrize(("text", "expected"), SECRETS.items())
def test_codex32_is_the_seed_of_kind_slip39(text: str, expected: tuple[str, str]) -> None:
    secret = read_secret([text])
    assert keys(secret) == {
        Kind.SLIP39: MasterKey.from_seed(Secret(bytes.fromhex(expected[0]))).fingerprint.hex(),
    }
    assert secret.secret(Kind.SLIP39).reveal().hex() == expected[0]
    assert not secret.takes_passphrase


def test_shares_of_codex32_may_go_on_in_a_second_line_and_be_grouped() -> None:
    lines = [line for text in CASH[1:4] for line in (text[:24], " ".join(text[at : at + 4] for at in range(24, 48, 4)))]
    assert read_secret(lines).secret().reveal().hex() == CASH_SEED
    assert read_secret([LONG[:60], LONG[60:]]).secret().reveal().hex() == SECRETS[LONG][0]
    with pytest.raises(Refused):
        read_secret([NAME[0]])
    with pytest.raises(Mismatch, match="codex32 has no passphrase"):
        read_secret([*NAME[:2], "passphrase: one"])


BROKEN = {
    "23 of 24": (WORDS[:23], "23 words .English.*one is missing"),
    "23 of 24 in one line": ([" ".join(WORDS[:23])], "23 words .English.*one is missing"),
    "25 words": ([PHRASE + " abandon"], "25 words .English.*one is too many"),
    "a number that is missing": (numbered(WORDS)[:6] + numbered(WORDS)[7:], "numbers do not count from 1 to 24"),
    "a phrase beside cards": ([*CARDS[:2], PHRASE], "stands among other lines"),
    "a wrong phrase beside cards": ([*CARDS[:2], " ".join(WORDS[::-1])], "stands among other lines"),
    "two phrases": ([PHRASE, PHRASE], "stands among other lines"),
    "a phrase and a sentence": ([PHRASE, "my wallet"], "stands among other lines"),
    "19 words of a card": ([" ".join(SHORT[0].split()[:19])], "20 words, or 33, and this one has 19"),
    "a swapped word in two lines": (
        [" ".join([WORDS[1], WORDS[0], *WORDS[2:12]]), " ".join(WORDS[12:])],
        "checksum does not hold",
    ),
    "an end of codex32 that is missing": ([CASH[0][:-1]], "44 characters behind ms1"),
    "codex32 and a phrase": ([CASH[0], PHRASE], "characters"),
    "a word that is misspelt": ([PHRASE.replace(WORDS[3], "qqqq")], "word 4"),
}


@pytest.mark.parametrize(("lines", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_is_told_as_what_it_is(lines: list[str], reason: str) -> None:
    with pytest.raises(CustodyError, match=reason) as refused:
        read_secret(lines)
    assert refused.value.exit_code == 4
    said = (refused.value.message + refused.value.hint).split()
    assert len(set(said) & set(WORDS)) <= 2  # words of ours that the list has too


def test_two_halves_that_are_each_a_phrase_and_one_together_are_asked_for_on_one_line() -> None:
    """Made here: two lines of twelve whose checksums hold, and whose 24 words are one phrase too."""
    first, *halves = (
        mnemonic.phrase(Secret(sha256(number.to_bytes(2)).digest()[:16])).reveal().decode() for number in range(2048)
    )
    second = next(half for half in halves if whole(f"{first} {half}"))
    with pytest.raises(Unreadable, match="all of them together are one too") as refused:
        read_secret([first, second])
    assert "on one line" in refused.value.hint
    assert read_secret([f"{first} {second}"]).secret().reveal() == read_phrase(f"{first} {second}").entropy().reveal()
    other = next(half for half in halves if not whole(f"{first} {half}"))
    with pytest.raises(Unreadable, match="stands among other lines"):
        read_secret([first, other])


def whole(text: str) -> bool:
    try:
        read_phrase(text)
    except Unreadable:
        return False
    return True


def test_cards_ask_for_the_list_of_no_language() -> None:
    languages.words_of.cache_clear()
    assert read_secret(CARDS[:2]).candidates()
    assert languages.words_of.cache_info().currsize == 0
    assert read_secret([JAPANESE[1][0]]).candidates()
    assert languages.words_of.cache_info().currsize == len(languages.OTHER_LETTERS)


LONG_TEXTS = {
    "a word that is no word, a line each": ["abandom"],
    "a word of a card that is no word, a line each": ["academyc"],
    "phrases with a wrong word": [" ".join([*WORDS[:23], "abandom"])],
    "cards with a wrong word": [" ".join([*CARDS[0].split()[:19], "academyc"])],
    "numbers that stand twice": ["1. abandon", "2. ability"],
    "one number again and again": ["2. ability"],
}


@pytest.mark.parametrize("lines", LONG_TEXTS.values(), ids=LONG_TEXTS.keys())
def test_in_a_long_text_no_line_is_looked_up_for_what_an_error_would_say(lines: list[str]) -> None:
    """Which listed words are near a wrong one costs as much as hundreds of lines, and is said once at the most."""
    naming = operations(lambda: BIP39.suggest("abandom"))

    def read() -> None:
        with suppress(CustodyError):
            read_secret(lines * 400)

    read()
    assert operations(read) < 20 * naming


PIECES = st.one_of(
    st.sampled_from(
        [*WORDS[:6], *CARDS[0].split()[:6], "1.", "2)", "3", "ms1", CASH[0], "language: french", "的在", "\ufeff"]
    ),
    st.sampled_from(["0x12", "passphrase: a", "compact-seedqr: 00", "0001", "été", "あいこくしん", "ur:a/b", "²", "٣"]),
    st.text(max_size=12),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=26).map(" ".join), max_size=5))
def test_any_text_is_a_secret_or_an_error_of_ours(lines: list[str]) -> None:
    for reader in (read_secret, cards_of):
        with suppress(CustodyError):
            reader(lines)
