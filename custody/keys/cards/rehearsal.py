"""What makes cards a rehearsal's: a number of a reserved range, and a secret that begins with a marker.

Nobody is ever to use them for real, or to take them for real ones: whoever makes a key of cards or of a phrase asks
here first, on every network (docs/spec/share-set.md, "A rehearsal's cards").
"""

from custody.catalogue import _
from custody.errors import Refused
from custody.secret import Secret

NUMBERS = range(32_736, 32_768)
"""The last 32 of SLIP-39's numbers. Real sets are never drawn from them; another program's falls into them by chance,
one in 1,024, so that a number alone proves nothing."""

MARKER = b"REHEARSE"
"""The first 8 bytes of a rehearsal's secret: of 128 bits 64 stay random, of 256 bits 192."""


def marked(drawn: Secret) -> Secret:
    """Return a rehearsal's secret of what was drawn: as long, and random behind the marker."""
    return Secret(MARKER + drawn.reveal()[len(MARKER) :])


def is_marked(secret: Secret) -> bool:
    """Say whether a secret begins with the marker: one that was drawn does by chance in 2**64."""
    return secret.reveal().startswith(MARKER)


def refuse_marked(secret: Secret) -> None:
    """Raise Refused for a rehearsal's secret, in whatever form it came: as cards, a phrase, a seed or a vault's."""
    if is_marked(secret):
        raise Refused(
            _("this is a rehearsal's test key: it was made to be practised with, and opens nothing"),
            hint=_(
                "Find the cards of the real set, and destroy these. Only a rehearsal takes them: custody ceremony "
                "rehearse."
            ),
            code="rehearsal",
        )


def refuse_unmarked(secret: Secret) -> None:
    """Raise Refused for a secret that is no rehearsal's: no real card is to be practised with."""
    if not is_marked(secret):
        raise Refused(
            _("these are no rehearsal's cards, and only those are practised with"),
            hint=_("Put real cards back into their bags. A rehearsal's cards never have a passphrase."),
            code="rehearsal",
        )


def refuse_number(number: int, card: str) -> None:
    """Raise Refused for a card whose set cannot be a rehearsal's. `card` names it."""
    if number not in NUMBERS:
        raise Refused(
            _("{card} of set {number} is no rehearsal's: those have numbers from {first} to {last}").format(
                card=card, number=number, first=NUMBERS[0], last=NUMBERS[-1]
            ),
            hint=_("Put real cards back into their bags."),
            code="rehearsal",
        )


def check_cut(secret: Secret, number: int, *, protected: bool) -> None:
    """Raise Refused where a secret is to be cut under a number that is not for it, or a test key to be protected."""
    if is_marked(secret) != (number in NUMBERS) or (is_marked(secret) and protected):
        raise Refused(
            _("a rehearsal's key, and no other, is cut under a rehearsal's numbers, and without a passphrase"),
            hint=_("A rehearsal makes its cards itself: custody ceremony rehearse."),
            code="rehearsal",
        )


def suspicion(number: int) -> str | None:
    """Say of cards that are no quorum yet that they may be a rehearsal's; None where their number rules it out."""
    if number not in NUMBERS:
        return None
    return _(
        "set {number} has one of the numbers that rehearsals use: these may be test cards, and only a quorum tells"
    ).format(number=number)
