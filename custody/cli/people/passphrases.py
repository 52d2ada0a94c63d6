"""A passphrase typed unseen: none of what the other prompts wanted, and tried until the key is the one that is meant.

A passphrase opens some key always. So where the key is known it is compared at once, and asked for only if none does.
"""

from collections.abc import Callable, Collection
from typing import TypeVar

import click

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.people.terminal import Terminal
from custody.errors import Mismatch
from custody.keys.cards.shares import SLIP39
from custody.keys.phrases.wordlist import BIP39
from custody.machine import keyboard
from custody.secret import Secret
from custody.text import has_control

_Opened = TypeVar("_Opened")

ATTEMPTS = 3

_KEYS_TRIED = "custody.keys_tried"
"""Where a command's context keeps that a person was asked for the line."""

OTHER_KIND = "kind"
"""The code of a Mismatch that no passphrase mends."""


def try_keys(terminal: Terminal) -> None:
    """Have a line typed that is no secret, before the first new passphrase of a command, where a person is there.

    Keys that type something else than is printed on them would seal it under signs that nobody can type elsewhere. The
    line is asked for until it comes; Enter alone leaves the keys untested. It is hidden and not repeated, as whatever
    is typed beside secrets.
    """
    context = click.get_current_context(silent=True)
    if not terminal.present or (context is not None and context.meta.get(_KEYS_TRIED)):
        return
    if context is not None:
        context.meta[_KEYS_TRIED] = True
    output.say(_("A new passphrase comes next. First type this line by what is printed on the keys. It is no secret."))
    output.say(f"  {keyboard.SHOWN}")
    while typed := terminal.ask_hidden(_("The line, or Enter to leave the keys untested: ")):
        if typed == keyboard.SHOWN:
            return
        output.say(_("That was another line."))
        for printed, read in keyboard.explanations(typed):
            output.say(_("The keys look {printed}, and are read as {read}.").format(printed=printed, read=read))
        output.say(_("Stop with Ctrl-C and choose the layout (loadkeys, setxkbmap), or type the line again."))


def passphrase_of(text: str | None) -> Secret | None:
    """Return the passphrase that was typed or given; None for none, and for an empty one."""
    return Secret(text.encode()) if text else None


def typed_passphrase(terminal: Terminal, question: str) -> str:
    """Ask unseen, and again while there is a control character in it: an arrow key leaves one."""
    while has_control(typed := terminal.ask_hidden(question)):
        output.say(_("An arrow key, a tab or another control key was in it. Type all of it again."))
    return typed


def ask_passphrase(terminal: Terminal, lines: Collection[str] = ()) -> Secret | None:
    """Ask for a passphrase; None for an empty one. `lines` are the secret's own, which a scanner may type twice.

    What looks like words of a card is taken only if it is typed a second time.
    """
    doubted = ""
    while typed := typed_passphrase(terminal, _("Passphrase, or Enter for none: ")):
        if typed in lines:
            output.say(_("That was the secret itself once more, and no passphrase."))
        elif typed == doubted or not _of_cards(typed):
            break
        else:
            doubted = typed
            output.say(_("That looks like words of a card. If it is the passphrase, type the same again."))
    return passphrase_of(typed)


def ask_until_right(
    terminal: Terminal, opened: Callable[[Secret | None], _Opened], lines: Collection[str] = ()
) -> _Opened:
    """Try without a passphrase, and where that is another key, ask for one, three times.

    `opened` raises Mismatch for another key than the one that is meant, and so does this in the end.
    """
    passphrase: Secret | None = None
    left = ATTEMPTS
    while True:
        try:
            return opened(passphrase)
        except Mismatch as failure:
            if failure.code == OTHER_KIND or not left:
                raise
            output.say(failure.message)
        left -= 1
        passphrase = ask_passphrase(terminal, lines)


def _of_cards(typed: str) -> bool:
    words = typed.split()
    return bool(words) and any(all(each.index(word) is not None for word in words) for each in (SLIP39, BIP39))
