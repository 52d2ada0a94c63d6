"""A secret that opens a key: from a script's descriptor, or typed by a person word by word. It knows both ways in.

Both end in the same parser, `keys.kinds.read_secret`, so a person and a script are held to the same rules.
"""

from custody.catalogue import _
from custody.ceremony.recover import collect
from custody.cli import output
from custody.cli.dictation import Dictation, ask_count
from custody.cli.operators import CARD_LENGTHS, FrontOperator
from custody.cli.secrets import PASSPHRASE, read_given
from custody.cli.terminal import Terminal
from custody.errors import Unreadable
from custody.keys import mnemonic
from custody.keys.kinds import SecretInput, read_secret
from custody.keys.shares import SLIP39
from custody.keys.wordlist import BIP39

PHRASE_LENGTHS = tuple(mnemonic.ENTROPY_OF_WORDS)


def obtain_secret(terminal: Terminal, secret_fd: int | None, passphrase_fd: int | None) -> SecretInput:
    """Read the secret from `--secret-fd`, or ask a person. Raises Usage where there is neither."""
    if secret_fd is not None:
        return read_secret(read_given(secret_fd, passphrase_fd).contract_lines())
    terminal.require(_("Give the secret with --secret-fd N, or run the command on a terminal."))
    return ask_secret(terminal, read_given(None, passphrase_fd).passphrase)


def ask_secret(terminal: Terminal, passphrase: str | None = None) -> SecretInput:
    """Ask a person for a phrase, or for cards until they are a quorum, and for the passphrase."""
    count = ask_count(terminal, _("How many words has your phrase, or your card?"), (*PHRASE_LENGTHS, *CARD_LENGTHS))
    lines = [_ask_phrase(terminal, count)] if count in PHRASE_LENGTHS else _ask_cards(terminal, count)
    if passphrase is None:
        passphrase = terminal.ask_hidden(_("Passphrase, or Enter for none: "))
    if passphrase:
        lines.append(f"{PASSPHRASE} {passphrase}")
    return read_secret(lines)


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
