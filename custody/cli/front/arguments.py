"""Refuses a command line that holds a phrase, card or private key (`airgap.content.typed`), before anything else.

Arguments are seen by every program of the machine and kept in the shell's history.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from airgap.content.typed import Kind, secret_in
from custody.catalogue import _
from custody.cli.front.loading import loaded
from custody.errors import Usage

REASON = "--reason"
"""The option of a halt that takes any words."""

_MEANT_FOR_ONE = r"--?(secret|pass|mnemonic|phrase|seed|words|share|dice)"
_SAID = {
    Kind.PHRASE: _("a secret phrase was written on the command line, which is never read"),
    Kind.KEY: _("a private key was written on the command line, which is never read"),
    Kind.SEED: _("what may be a seed or a private key in hex was written on the command line, which is never read"),
}


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
    if arguments[:1] == ["halt"]:
        arguments = _without_reason(arguments)
    kind = secret_in(arguments, _is_listed)
    if kind is not None:
        aside = "\n" + _("If it is the name of a file, write ./ before it.") if kind is Kind.SEED else ""
        raise Usage(_SAID[kind], hint=history_hint() + aside)


def _is_listed(words: Sequence[str]) -> bool:
    return bool(loaded("front.listed_words:are_phrase")(words))


def looks_like_a_secret_option(name: str) -> bool:
    """Say whether an option that does not exist was meant to carry a secret."""
    return re.match(_MEANT_FOR_ONE, name) is not None


def _without_reason(arguments: Sequence[str]) -> list[str]:
    return [
        argument
        for before, argument in pairwise(["", *arguments])
        if before != REASON and not argument.startswith(f"{REASON}=")
    ]
