"""Refuses a command line that holds a phrase, card or private key; takes typed values out of the parser's messages.

Arguments are seen by every program of the machine and kept in the shell's history. So a run of 12 words, a SeedQR's
digits, a private key in any of its usual forms or the bytes of a seed in hex raises Usage before anything else happens,
by its shape and in whatever language.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from custody.catalogue import _
from custody.cli.front.loading import loaded
from custody.errors import Usage
from custody.text import safe

REASON = "--reason"
"""The option of a halt that takes any words."""

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
_MEANT_FOR_ONE = r"--?(secret|pass|mnemonic|phrase|seed|words|share|dice)"


def history_hint() -> str:
    """What to do about a secret that was typed into a shell."""
    return _(
        "Give it at a prompt or through --secret-fd. Your shell may have kept that line: remove it from the history, "
        "and if the key holds money, move the money."
    )


def refuse_secrets(arguments: Sequence[str]) -> None:
    """Raise Usage if the arguments hold a run of 12 words, a SeedQR, a private key or a seed. Nothing is echoed.

    What a halt gives as its reason bars no halt: the command leaves out a reason that is refused here.
    """
    if sum(map(len, arguments)) < _SHORTEST:
        return
    if arguments[:1] == ["halt"]:
        arguments = _without_reason(arguments)
    if _holds_phrase(arguments):
        raise Usage(_("a secret phrase was written on the command line, which is never read"), hint=history_hint())
    others = [argument for argument in arguments if not re.fullmatch(_SIGNATURE, argument)]
    if any(re.search(shape, argument) for shape in _PRIVATE_KEYS for argument in others):
        raise Usage(_("a private key was written on the command line, which is never read"), hint=history_hint())
    if any(map(_is_seed, arguments)):
        hint = _("If it is the name of a file, write ./ before it.")
        raise Usage(
            _("what may be a seed or a private key in hex was written on the command line, which is never read"),
            hint=f"{history_hint()}\n{hint}",
        )


def redact(message: str, arguments: Sequence[str]) -> str:
    """Return a message of the option parser without the values that were typed: whoever typed them knows them.

    What is left of them, the name of an option say, is shown escaped; the parser's own words may be in any language.
    """
    values = {part for argument in arguments for part in _values(argument)}
    for value in sorted(values, key=len, reverse=True):
        message = re.sub(rf"(?<![\w-]){re.escape(value)}(?![\w-])", "...", message)
    typed = {letter for argument in arguments for letter in argument if not " " <= letter <= "~"}
    return "".join(safe(letter) if letter in typed else letter for letter in message)


def looks_like_a_secret_option(name: str) -> bool:
    """Say whether an option that does not exist was meant to carry a secret."""
    return re.match(_MEANT_FOR_ONE, name) is not None


def _without_reason(arguments: Sequence[str]) -> list[str]:
    return [
        argument
        for before, argument in pairwise(["", *arguments])
        if before != REASON and not argument.startswith(f"{REASON}=")
    ]


def _values(argument: str) -> list[str]:
    if argument.startswith("-"):
        value = argument.partition("=")[2]
        return [value] if value else []
    return [argument, *argument.split()] if argument.strip() else []


def _holds_phrase(arguments: Sequence[str]) -> bool:
    """Say whether words of a phrase or a card follow each other, in one argument or in several.

    Within one argument anything may stand between them, and numbers before them.
    """
    values = [_value_of(argument) for argument in arguments]
    lines = [[word for value in values for word in re.split(_BETWEEN_WORDS, value)]]
    lines += [re.split(_WITHIN_ONE, value) for value in values]
    return any(_is_phrase([word for word in words if not re.fullmatch(_IS_NO_WORD, word)]) for words in lines)


def _value_of(argument: str) -> str:
    """What an argument holds in words: of an option what is behind "=", and of a head on paper nothing."""
    value = argument.partition("=")[2] if argument.startswith("--") else argument
    return _NO_WORD if not value or re.fullmatch(_HEAD, value) else value


def _is_phrase(words: Sequence[str]) -> bool:
    """Say whether 12 words follow each other, or a SeedQR's digits stand there.

    Letters that people write sentences in without short words between are looked up in the lists.
    """
    if _longest_run(words) >= _WORDS_OF_THE_SHORTEST_PHRASE or any(re.fullmatch(_SEEDQR, word) for word in words):
        return True
    hangul = [bool(re.fullmatch(_HANGUL, unicodedata.normalize("NFC", word))) for word in words]
    doubtful = sum(hangul) >= _WORDS_OF_THE_SHORTEST_PHRASE or any(re.fullmatch(_HAN, word) for word in words)
    return doubtful and bool(loaded("front.listed_words:are_phrase")(words))


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
