"""Secrets as people keep them, on the command line: other languages, codex32, numbered lists, and what is refused.

Right values are of embit, which is no part of the toolkit, from the words alone.
"""

import hashlib
import unicodedata
from collections.abc import Callable

import pytest
from bip_utils import Bip39Languages, Bip39MnemonicEncoder
from embit import bip32, bip39
from mnemonic import Mnemonic

from tests.cli.conftest import PROGRAM, Answer
from tests.cli.screen import Screen
from tests.keys.cards.test_codex32 import CASH, CASH_SEED, LONG, SECRETS
from tests.keys.test_strangers import STRANGERS

Custody = Callable[..., Answer]

ENTROPY = hashlib.sha256(b"as somebody kept it").digest()
ENGLISH = bip39.mnemonic_from_bytes(ENTROPY)
FRENCH = " ".join(Bip39MnemonicEncoder(Bip39Languages.FRENCH).Encode(ENTROPY).ToList())
JAPANESE = Mnemonic("japanese").to_mnemonic(ENTROPY)
CHINESE = "的 " * 11 + "在"
"""Whole in both Chinese lists."""

NUMBERED = "\n".join(f"{number}. {word}" for number, word in enumerate(ENGLISH.split(), 1))


def fingerprint(words: str, passphrase: str = "") -> str:
    """BIP-39 written out over hashlib, and embit's BIP-32."""
    text, salt = (unicodedata.normalize("NFKD", each).encode() for each in (words, "mnemonic" + passphrase))
    return of_seed(hashlib.pbkdf2_hmac("sha512", text, salt, 2048))


def of_seed(seed: bytes) -> str:
    found: bytes = bip32.HDKey.from_seed(seed).my_fingerprint
    return found.hex()


KEPT = {
    "one word a line": (ENGLISH.replace(" ", "\n"), fingerprint(ENGLISH)),
    "numbered": (NUMBERED, fingerprint(ENGLISH)),
    "commas": (ENGLISH.replace(" ", ", "), fingerprint(ENGLISH)),
    "a byte order mark": ("\ufeff" + ENGLISH, fingerprint(ENGLISH)),
    "French": (FRENCH, fingerprint(FRENCH)),
    "French, composed, with a passphrase": (
        unicodedata.normalize("NFC", FRENCH) + "\npassphrase: été",
        fingerprint(FRENCH, "été"),
    ),
    "Japanese with its spaces": (JAPANESE, fingerprint(JAPANESE)),
    "Japanese, one word a line": (JAPANESE.replace("\u3000", "\n"), fingerprint(JAPANESE)),
    "Chinese with its language": (CHINESE + "\nlanguage: chinese-simplified", fingerprint(CHINESE)),
}


@pytest.mark.parametrize(("given", "expected"), KEPT.values(), ids=KEPT.keys())
def test_what_people_keep_opens_its_key(custody: Custody, given: str, expected: str) -> None:
    shown = custody("key", "show", "--json", secret=given)
    assert (shown.code, shown.json["fingerprint"], shown.json["kind"]) == (0, expected, "bip39")


@pytest.mark.parametrize("given", ["\n".join(CASH[1:4]), LONG, *list(SECRETS)[:3]])
def test_codex32_opens_the_key_of_its_seed(custody: Custody, given: str) -> None:
    seed = SECRETS[given][0] if given in SECRETS else CASH_SEED
    shown = custody("key", "show", "--json", secret=given)
    assert (shown.code, shown.json["fingerprint"], shown.json["kind"]) == (0, of_seed(bytes.fromhex(seed)), "slip39")
    assert custody("key", "show", "--kind", "bip39", secret=given).code == 5
    assert custody("key", "show", secret=given, passphrase="one").code == 5


def test_codex32_with_a_wrong_character_and_below_its_threshold(custody: Custody) -> None:
    wrong = custody("key", "show", secret=CASH[0][:-1] + "q")
    assert wrong.code == 4
    assert "codex32 string's checksum does not hold" in wrong.stderr
    few = custody("key", "show", secret=CASH[0])
    assert few.code == 3
    assert "2 more codex32 shares are needed" in few.stderr


@pytest.mark.parametrize(("lines", "reason"), STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_is_named_on_the_command_line(custody: Custody, lines: list[str], reason: str) -> None:
    refused = custody("key", "show", secret="\n".join(lines))
    assert refused.code == 4
    assert reason in refused.stderr
    assert not any(line[3:12] in refused.stderr for line in lines if len(line) > 15)


@pytest.mark.parametrize(("count", "told"), [(23, "one is missing"), (25, "one is too many")])
def test_a_count_that_is_wrong_is_told(custody: Custody, count: int, told: str) -> None:
    refused = custody("key", "show", secret=" ".join([*ENGLISH.split(), "abandon"][:count]))
    assert refused.code == 4
    assert f"{count} words (English)" in refused.stderr
    assert told in refused.stderr


def test_a_phrase_of_two_lists_asks_a_script_for_its_language(custody: Custody) -> None:
    refused = custody("key", "show", secret=CHINESE)
    assert refused.code == 4
    assert "chinese-simplified, chinese-traditional" in refused.stderr
    assert "language: chinese-simplified" in refused.stderr


def test_a_phrase_that_is_not_english_is_not_cut_into_cards(custody: Custody) -> None:
    for given in (FRENCH, JAPANESE):
        refused = custody("share", "split", "--threshold", "2", "--shares", "3", secret=given, out=True)
        assert (refused.code, refused.secrets) == (3, ())
        assert "another, empty wallet" in refused.stderr.replace("\n", " ")


def test_cards_one_word_a_line_and_numbered_are_combined(custody: Custody) -> None:
    made = custody("share", "split", "--threshold", "2", "--shares", "3", "--json", secret=ENGLISH, out=True)
    numbered = [f"{place}. {word}" for card in made.secrets[:2] for place, word in enumerate(card.split(), 1)]
    opened = custody("share", "combine", "--json", secret="\n".join(numbered))
    assert opened.json["fingerprints"]["bip39"] == fingerprint(ENGLISH)
    assert custody("share", "check", "--json", secret="\n".join(numbered)).json["complete"]


def test_the_seed_of_codex32_is_cut_into_cards_of_kind_slip39(custody: Custody) -> None:
    secret = list(SECRETS)[1]
    cut = custody("share", "split", "--threshold", "2", "--shares", "3", "--json", secret=secret, out=True)
    assert (cut.code, cut.json["kind"]) == (0, "slip39")
    again = custody("key", "show", "--json", secret="\n".join(cut.secrets[:2]))
    assert again.json["fingerprint"] == of_seed(bytes.fromhex(SECRETS[secret][0]))
    refused = custody(
        *("share", "split", "--threshold", "2", "--shares", "3", "--kind", "bip39"), secret=secret, out=True
    )
    assert (refused.code, refused.secrets) == (3, ())


@pytest.mark.parametrize("typed", ["o\x1b[Dne", "o\tne", "o\x7fne"])
def test_a_passphrase_with_a_control_character_is_refused(custody: Custody, typed: str) -> None:
    for given in (ENGLISH, FRENCH):
        for refused in (
            custody("key", "show", secret=given, passphrase=typed),
            custody("key", "show", secret=f"{given}\npassphrase: {typed}"),
        ):
            assert refused.code == 4
            assert "control character" in refused.stderr
            assert typed not in refused.stderr
    made = custody("key", "new", "--kind", "bip39", "--no-dice", "--network", "test", passphrase=typed, out=True)
    assert (made.code, made.secrets) == (4, ())


# A person at a terminal


def test_a_person_types_a_phrase_in_japanese_and_nothing_of_it_shows() -> None:
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.enter(JAPANESE.split())
        screen.until("Passphrase, or Enter")
        screen.enter()
        assert screen.finish() == 0
        assert f"Fingerprint   {fingerprint(JAPANESE)}   (bip39)" in screen.text
        assert not any(word.encode() in screen.raw for word in JAPANESE.split())


def test_a_person_pastes_a_phrase_in_french_and_an_arrow_key_is_noticed() -> None:
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.enter(unicodedata.normalize("NFC", FRENCH))
        screen.until("24 words taken.")
        screen.until("Passphrase, or Enter")
        screen.enter("été\x1b[D")
        screen.until("Type all of it again.")
        screen.enter("été")
        assert screen.finish() == 0
        assert f"Fingerprint   {fingerprint(FRENCH, 'été')}   (bip39)" in screen.text
        assert FRENCH.split()[0].encode() not in screen.raw


def test_a_person_types_codex32_and_is_asked_for_no_passphrase() -> None:
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.enter("ms1" + "q" * 45)
        screen.until("checksum does not hold")
        for at, share in enumerate(CASH[:3]):
            screen.until("Word 1:" if at == 0 else f"Next codex32 share, {3 - at} more")
            screen.enter(share)
        assert screen.finish() == 0
        assert f"Fingerprint   {of_seed(bytes.fromhex(CASH_SEED))}   (slip39)" in screen.text
        assert not any(share[9:20].encode() in screen.raw for share in CASH)


def test_a_person_is_asked_which_language_and_told_what_is_no_word() -> None:
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.enter(STRANGERS["an extended private key"][0][0])
        screen.until("extended private key")
        screen.until("Word 1:")
        screen.enter([*CHINESE.split(), ""])
        screen.until("Which language is it?")
        screen.enter("french")
        screen.enter("chinese-traditional")
        screen.until("Passphrase, or Enter")
        screen.enter()
        assert screen.finish() == 0
        assert f"Fingerprint   {fingerprint(CHINESE)}   (bip39)" in screen.text
        assert STRANGERS["an extended private key"][0][0][:20].encode() not in screen.raw
