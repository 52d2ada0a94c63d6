"""An officer's token, asked for at this machine: plugged in, with its PIN where it has one, and touched.

What goes wrong may be tried again by a person, three times in all; a script is told at once. A token that is none of an
identity's is no error here: like a wrong passphrase, it makes a wrong key.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

from fido2.hid.base import HidDescriptor

from custody.catalogue import _, ngettext
from custody.cli.front import output
from custody.cli.tokens import devices
from custody.errors import CustodyError, Declined, Refused
from custody.keys.tokens.conversation import UNTOUCHED, Conversation, pin_of, strange
from custody.keys.vaults.token import NewTokens, TokenAnswer, Tokens, new_salt
from custody.secret import Secret
from custody.text import safe

ATTEMPTS = 3

_Made = TypeVar("_Made")


class Holder(Protocol):
    """Who has the token: the name, how the PIN is asked for, and how one waits until something was done.

    `ready` is None for a script, which cannot do anything.
    """

    @property
    def name(self) -> str:
        """The name as it is."""

    @property
    def pin(self) -> Callable[[], Secret]:
        """Ask for the PIN."""

    @property
    def ready(self) -> Callable[[str], None] | None:
        """Say something, and wait."""


def answer(holder: Holder, tokens: Tokens) -> TokenAnswer | None:
    """Return what the officer's token answers; None where it is none of these. Raises as `Conversation`, Refused."""

    def answered(talk: Conversation) -> TokenAnswer | None:
        with _pin(holder, wanted=tokens.pin and talk.has_pin) as pin:
            return talk.answer(tokens, pin)

    return _asked(holder, answered)


def enrol(holder: Holder, count: int) -> NewTokens:
    """Enrol so many tokens, one after another, and let each answer twice. Raises as `answer`."""
    tokens, answers = Tokens(False, new_salt(), ()), list[TokenAnswer]()
    try:
        for number in range(1, count + 1):
            tokens, made = _asked(holder, partial(_enrolled, holder, tokens))
            answers.append(made)
            output.say(
                _("Token {number} of {count} is enrolled: model {aaguid}.").format(
                    number=number, count=count, aaguid=tokens.each[-1].aaguid.hex()
                )
            )
            if number < count and holder.ready is not None:
                holder.ready(_("{name}, take it out and plug in the next one.").format(name=safe(holder.name)))
    except BaseException:
        for each in answers:
            each.secret.wipe()
        raise
    return NewTokens(tokens, tuple(answers))


def _enrolled(holder: Holder, before: Tokens, talk: Conversation) -> tuple[Tokens, TokenAnswer]:
    """Enrol one more token. The first one decides whether a PIN is wanted. Raises Refused where the next has none."""
    wanted = before.pin if before.each else talk.has_pin
    if wanted and not talk.has_pin:
        raise Refused(
            _("the other token has a PIN, and this one has none"),
            hint=_("Set one with its maker's program, or enrol the other one without."),
            code="token-pin",
        )
    with _pin(holder, wanted=wanted) as pin:
        tokens = Tokens(wanted, before.salt, (*before.each, talk.enrol(pin, before.each)))
        first, again = talk.answer(tokens, pin), talk.answer(tokens, pin)
    if first is None or again is None or first != again or first.place != len(before.each):
        raise strange()
    again.secret.wipe()
    return tokens, first


@contextmanager
def _pin(holder: Holder, *, wanted: bool) -> Iterator[Secret | None]:
    """Ask for the PIN where it is wanted, and overwrite it at the end. Raises Mismatch for what is none."""
    if not wanted:
        yield None
        return
    with holder.pin() as typed, pin_of(typed) as pin:
        yield pin


def _asked(holder: Holder, job: Callable[[Conversation], _Made]) -> _Made:
    """Do something with the one token that is connected, and again where a person wants to try it again."""
    left = ATTEMPTS
    while True:
        left -= 1
        try:
            with devices.opened(_the_one()) as device:
                return job(Conversation(device, lambda: _touch(holder)))
        except CustodyError as failure:
            stopped = isinstance(failure, Declined) and failure.code != UNTOUCHED
            if stopped or holder.ready is None or not left:
                raise
            output.say(_("{name}: {reason}").format(name=safe(holder.name), reason=failure.message))
            output.say(failure.hint)
        holder.ready(_("{name}, plug in your token, and no other.").format(name=safe(holder.name)))


def _touch(holder: Holder) -> None:
    output.say(_("{name}, touch your token when it blinks (you have a minute).").format(name=safe(holder.name)))


def _the_one() -> HidDescriptor:
    """Return the one token that is connected. Raises Refused for none, and for several."""
    found = devices.connected()
    if not found:
        raise Refused(
            _("no token is connected, or the system keeps it from you"),
            hint=_(
                "Plug it in before the command begins. Linux lets a user at a FIDO2 token by a rule of udev, which "
                "comes with libfido2 "
                "(docs/install.md)."
            ),
            code="no-token",
        )
    if len(found) > 1:
        raise Refused(
            ngettext("{count} token is connected", "{count} tokens are connected", len(found)).format(count=len(found)),
            hint=_("Leave the one that is asked for, and take the others out."),
            code="several-tokens",
        )
    return found[0]
