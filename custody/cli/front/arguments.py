"""Refuses a command line that holds a phrase or a private key, and takes typed values out of the parser's messages.

Arguments are seen by every program of the machine and kept in the shell's history. So a run of 12 words, an extended
private key or a WIF key raises Usage before anything else happens, by its shape and in whatever language.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from custody.catalogue import _
from custody.errors import Usage
from custody.text import safe

REASON = "--reason"
"""The option of a halt that takes any words."""

_WORDS_OF_THE_SHORTEST_PHRASE = 12
_WORD = re.compile(r"[A-Za-z]{3,8}")
_PRIVATE_KEYS = (
    re.compile(r"\b[xyzYZtuvUV]prv[1-9A-HJ-NP-Za-km-z]{20,}"),  # BIP-32 and SLIP-132
    re.compile(r"(?<![1-9A-HJ-NP-Za-km-z])[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}(?![1-9A-HJ-NP-Za-km-z])"),  # WIF
)
_SIGNATURE = re.compile(r"(?:smp|ful|pof)[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9+/]{87}=")
"""A message's signature in base64 (BIP-322, or the legacy form's 65 bytes): a key's shape may stand in it by chance."""
_SECRET_OPTIONS = re.compile(r"--?(secret|pass|mnemonic|phrase|seed|words|share|dice)")


def history_hint() -> str:
    """What to do about a secret that was typed into a shell."""
    return _(
        "Give it at a prompt or through --secret-fd. Your shell may have kept that line: remove it from the history, "
        "and if the key holds money, move the money."
    )


def refuse_secrets(arguments: Sequence[str]) -> None:
    """Raise Usage if the arguments hold a run of 12 words, an extended private key or a WIF key. Nothing is echoed.

    What a halt gives as its reason bars no halt: the command leaves out a reason that is refused here.
    """
    if arguments[:1] == ["halt"]:
        arguments = _without_reason(arguments)
    if _longest_run_of_words(arguments) >= _WORDS_OF_THE_SHORTEST_PHRASE:
        raise Usage(_("a secret phrase was written on the command line, which is never read"), hint=history_hint())
    others = [argument for argument in arguments if not _SIGNATURE.fullmatch(argument)]
    if any(shape.search(argument) for shape in _PRIVATE_KEYS for argument in others):
        raise Usage(_("a private key was written on the command line, which is never read"), hint=history_hint())


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
    return _SECRET_OPTIONS.match(name) is not None


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


def _longest_run_of_words(arguments: Sequence[str]) -> int:
    longest = run = 0
    for token in (token for argument in arguments for token in re.split(r"[\s,;]+", argument) if token):
        run = run + 1 if _WORD.fullmatch(token) else 0
        longest = max(longest, run)
    return longest
