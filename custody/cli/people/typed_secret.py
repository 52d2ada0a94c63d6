"""The secret that opens a key, from `--secret-fd` or from a person: a phrase, cards up to a quorum, a SeedQR, a camera.

All end in the same parser, `keys.kinds.read_secret`, so a person and a script are held to the same rules
(docs/spec/secret-input.md). Where there is neither, Usage is raised.
"""

import re

from custody.catalogue import _
from custody.ceremony.recover import collect
from custody.cli.front import output
from custody.cli.people.dictation import Dictation
from custody.cli.people.operators import CARD_LENGTHS, FrontOperator
from custody.cli.people.secret_picture import text_before
from custody.cli.people.secrets import PASSPHRASE, read_given
from custody.cli.people.terminal import Terminal
from custody.errors import Declined, Unreadable
from custody.keys.cards.shares import SLIP39
from custody.keys.kinds import SecretInput, read_secret
from custody.keys.phrases import mnemonic, seedqr
from custody.keys.phrases.wordlist import BIP39

PHRASE_LENGTHS = tuple(mnemonic.ENTROPY_OF_WORDS)

_LENGTHS = (*PHRASE_LENGTHS, *CARD_LENGTHS)
_LONGEST_COUNT = 2
_CAMERA = re.compile(r"camera(?: ([0-9]{1,2}))?")
_ATTEMPTS = 3


def obtain_secret(terminal: Terminal, secret_fd: int | None, passphrase_fd: int | None) -> SecretInput:
    """Read the secret from `--secret-fd`, or ask a person. Raises Usage where there is neither."""
    if secret_fd is not None:
        return read_secret(read_given(secret_fd, passphrase_fd).secret_lines())
    terminal.require(_("Give the secret with --secret-fd N, or run the command on a terminal."))
    return ask_secret(terminal, read_given(None, passphrase_fd).passphrase)


def ask_secret(terminal: Terminal, passphrase: str | None = None) -> SecretInput:
    """Ask a person for a phrase, a code of one, or for cards until they are a quorum; and for the passphrase."""
    lines = _ask_lines(terminal)
    if passphrase is None and not any(line.startswith(PASSPHRASE) for line in lines):
        passphrase = _ask_passphrase(terminal, lines)
    if passphrase:
        lines.append(f"{PASSPHRASE} {passphrase}")
    return read_secret(lines)


def _ask_lines(terminal: Terminal) -> list[str]:
    """Ask how many words there are, and for them; or take the code that was given for an answer.

    A hardware scanner types at whatever is asked first, and does not wait for the next question: nothing shows until
    there is an answer. Raises Declined after three answers that are none.
    """
    with terminal.hidden():
        answer = _first_answer(terminal)
    if not isinstance(answer, int):
        return answer
    return [_ask_phrase(terminal, answer)] if answer in PHRASE_LENGTHS else _ask_cards(terminal, answer)


def _first_answer(terminal: Terminal) -> int | list[str]:
    """Return how many words there are, or the lines of a code."""
    choice = ", ".join(map(str, _LENGTHS))
    question = _(
        "How many words has your phrase, or your card ({choice})?\n"
        "Or scan its SeedQR, or answer camera. Nothing shows while you type: "
    ).format(choice=choice)
    for _attempt in range(_ATTEMPTS):
        typed = terminal.ask_hidden(question).strip()
        if typed in map(str, _LENGTHS):
            terminal.write(_("{count} words.").format(count=typed) + "\n")
            return int(typed)
        try:
            lines = _coded(typed)
        except Unreadable as failure:
            output.say(failure.message)
            output.say(failure.hint)
            continue
        if lines:
            return lines
        terminal.write(_("Please answer with one of: {choice}").format(choice=choice) + "\n")
    raise Declined(_("no answer was one of {choice}, nor a SeedQR, so nothing was done").format(choice=choice))


def _coded(typed: str) -> list[str]:
    """Return the lines of the code that was scanned, or that the camera sees; none where neither was meant."""
    camera = _CAMERA.fullmatch(typed)
    if camera is not None:
        output.say(_("Hold the card before the camera; its light border belongs to it. Ctrl-C stops."))
        lines = text_before(int(camera[1] or 0), output.say).splitlines()
        output.say(_("A code was read."))
    elif len(typed) > _LONGEST_COUNT and seedqr.is_meant(typed):
        lines = [typed]
    else:
        return []
    for line in filter(seedqr.is_meant, lines):
        seedqr.phrase_of(line).wipe()
    return lines


def _ask_passphrase(terminal: Terminal, lines: list[str]) -> str:
    """Ask for the passphrase. A scanner that was pressed twice gives the code again, which is none."""
    while (typed := terminal.ask_hidden(_("Passphrase, or Enter for none: "))) in lines:
        output.say(_("That was the secret itself once more, and no passphrase."))
    return typed


def _ask_phrase(terminal: Terminal, count: int) -> str:
    """Take the words of a phrase; where its checksum does not hold, let the person type single words again."""
    dictation = Dictation(terminal, BIP39)
    words = dictation.words(count)
    while True:
        text = " ".join(words)
        try:
            mnemonic.entropy_of(text).wipe()
        except Unreadable as failure:
            output.say(failure.message)
            output.say(failure.hint)
            words = dictation.correct(words)
        else:
            return text


def _ask_cards(terminal: Terminal, count: int) -> list[str]:
    """Take cards until they are a quorum."""
    operator = FrontOperator(terminal, SLIP39, card_length=count)
    collect(operator)
    return operator.cards
