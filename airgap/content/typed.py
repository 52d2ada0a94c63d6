"""What may be a phrase, a card or a private key among the words of a command line, by its shape and in any language.

Every program of the machine sees these words, and the shell keeps them. There is no word list here; what was typed is
repeated nowhere.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import Enum

from airgap.text import safe

_WORDS_OF_THE_SHORTEST_PHRASE = 12
_SHORTEST = 12
"""Letters of the shortest secret that is looked for: a phrase in Chinese. A shorter line holds none."""

# Patterns as texts: a short line needs none of them, and to make them takes longer than to show a page of help.
_BETWEEN_WORDS = r"[\s,;]+"
_WITHIN_ONE = r"[\s,;:|+/=._\"'-]+"
_HEAD = r"[0-9]+(?:\s+[A-Za-z]{4}){10}"
"""The head on a paper: an entry's number and ten words, two too few for a phrase."""
_NO_WORD = "-"
_IS_NO_WORD = r"|[0-9]{1,2}[).]?|[(#][0-9]{1,2}[).]?"
"""What stands between words and is none: nothing, and a word's number."""
_WORD = r"[A-Za-z]{3,9}"
_KANA = r"[\u3041-\u309f\u30a1-\u30ff]{2,}"
_ONE_HAN = r"[\u4e00-\u9fff]"
_HAN, _HANGUL = r"[\u4e00-\u9fff]{12,24}", r"[\uac00-\ud7a3]{1,6}"
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_PRIVATE_KEYS = (
    rf"\b[xyzYZtuvUV]prv{_BASE58}{{20,}}",  # BIP-32 and SLIP-132
    # WIF and BIP-38; a part of a hash without a zero can be as long, and has no letter but those of hex
    rf"(?<!{_BASE58})(?={_BASE58}*[G-Zg-z])(?:[5KLc9]{_BASE58}{{50,51}}|6P{_BASE58}{{56}})(?!{_BASE58})",
    r"(?i)(?<![0-9A-Za-z])ms1[02-9ac-hj-np-z]{45,125}(?![0-9A-Za-z])",  # codex32, BIP-93
)
_SEEDQR = r"(?:(?:[01][0-9]{3}|20[0-3][0-9]|204[0-7]){3}){4,8}"
"""Four digits for each word."""
_SEED = r"(?i)(?:0x)?(?:[0-9a-f]{32}|[0-9a-f]{128})"
"""The entropy of 12 words, or a BIP-32 seed. 64 digits are not told from a hash, of which honest lines have many."""
_SIGNATURE = r"(?:smp|ful|pof)[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9+/]{87}="
"""A message's signature in base64 (BIP-322, or the legacy form's 65 bytes): a key's shape may stand in it by chance."""


class Kind(Enum):
    """What a command line may hold."""

    PHRASE = "12 words, or the digits of a SeedQR"
    KEY = "a private key in one of its usual forms"
    SEED = "a seed or a private key in hex"


def secret_in(
    arguments: Sequence[str], is_listed: Callable[[Sequence[str]], bool] = lambda _words: True
) -> Kind | None:
    """Say what secret the arguments may hold: a run of 12 words, a SeedQR, a private key or a seed in hex. None: none.

    `is_listed` says whether words in Chinese or Korean are of a phrase; without it all that look so are.
    """
    if sum(map(len, arguments)) < _SHORTEST:
        return None
    if _holds_phrase(arguments, is_listed):
        return Kind.PHRASE
    others = [argument for argument in arguments if not re.fullmatch(_SIGNATURE, argument)]
    if any(re.search(shape, argument) for shape in _PRIVATE_KEYS for argument in others):
        return Kind.KEY
    return Kind.SEED if any(map(_is_seed, arguments)) else None


def redact(message: str, arguments: Sequence[str]) -> str:
    """Return a message of the option parser without the values that were typed: whoever typed them knows them.

    What is left of them, the name of an option say, is shown escaped; the parser's own words may be in any language.
    """
    values = {part for argument in arguments for part in _values(argument)}
    for value in sorted(values, key=len, reverse=True):
        message = re.sub(rf"(?<![\w-]){re.escape(value)}(?![\w-])", "...", message)
    typed = {letter for argument in arguments for letter in argument if not " " <= letter <= "~"}
    return "".join(safe(letter) if letter in typed else letter for letter in message)


def _values(argument: str) -> list[str]:
    if argument.startswith("-"):
        value = argument.partition("=")[2]
        return [value] if value else []
    return [argument, *argument.split()] if argument.strip() else []


def _holds_phrase(arguments: Sequence[str], is_listed: Callable[[Sequence[str]], bool]) -> bool:
    """Say whether words of a phrase or a card follow each other, in one argument or in several.

    Within one argument anything may stand between them, and numbers before them.
    """
    values = [_value_of(argument) for argument in arguments]
    lines = [[word for value in values for word in re.split(_BETWEEN_WORDS, value)]]
    lines += [re.split(_WITHIN_ONE, value) for value in values]
    runs = ([word for word in words if not re.fullmatch(_IS_NO_WORD, word)] for words in lines)
    return any(_is_phrase(words, is_listed) for words in runs)


def _value_of(argument: str) -> str:
    """What an argument holds in words: of an option what is behind "=", and of a head on paper nothing."""
    value = argument.partition("=")[2] if argument.startswith("--") else argument
    return _NO_WORD if not value or re.fullmatch(_HEAD, value) else value


def _is_phrase(words: Sequence[str], is_listed: Callable[[Sequence[str]], bool]) -> bool:
    """Say whether 12 words follow each other, or a SeedQR's digits stand there.

    Of letters that people write sentences in without short words between, the lists decide, where there are some.
    """
    if _longest_run(words) >= _WORDS_OF_THE_SHORTEST_PHRASE or any(re.fullmatch(_SEEDQR, word) for word in words):
        return True
    hangul = [bool(re.fullmatch(_HANGUL, unicodedata.normalize("NFC", word))) for word in words]
    doubtful = sum(hangul) >= _WORDS_OF_THE_SHORTEST_PHRASE or any(re.fullmatch(_HAN, word) for word in words)
    return doubtful and is_listed(words)


def _longest_run(words: Sequence[str]) -> int:
    longest = run = 0
    for word in words:
        run = run + 1 if _is_word(word) else 0
        longest = max(longest, run)
    return longest


def _is_word(word: str) -> bool:
    """Say whether a word of some list looks so: Latin with accents or none, kana, or one Chinese letter alone."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return any(re.fullmatch(shape, plain) for shape in (_WORD, _KANA, _ONE_HAN))


def _is_seed(argument: str) -> bool:
    value = argument.partition("=")[2] if argument.startswith("-") else argument
    return bool(re.fullmatch(_SEED, value.strip()))
