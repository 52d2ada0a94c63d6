"""Sheets of paper with cards: numbered as they are printed, one whole one for a card, and what failed destroyed."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from custody.catalogue import _
from custody.ceremony.transcript.key_lines import MOST_SHEETS, Printed, Spoiled
from custody.ceremony.transcript.standing import Standing
from custody.errors import Unreadable


def print_sheet(standing: Standing, printed: Printed) -> Standing:
    """Take that a sheet goes to the printer, for the holder whose turn it is. Raises Unreadable for any other."""
    key, step = standing.live, standing.next
    if key is None or step is None or (printed.key, printed.card) != (key.id, step.card):
        raise Unreadable(_("card {number} is not to be printed now").format(number=printed.card))
    if printed.sheet != standing.printed + 1:
        raise Unreadable(_("the next sheet is {expected}").format(expected=standing.printed + 1))
    if (there := standing.sheet_of(step)) is not None:
        raise Unreadable(_("card {number} is on sheet {sheet} already").format(number=printed.card, sheet=there))
    sheets = {**standing.sheets, printed.sheet: printed}
    return replace(standing, sheets=MappingProxyType(sheets), printed=printed.sheet)


def spoil(standing: Standing, spoiled: Spoiled) -> Standing:
    """Take that paper of a sheet was destroyed, before two people who are there, or the only one.

    Raises Unreadable for a sheet that there is not, and for the last one of a card that has left.
    """
    printed = standing.sheets.get(spoiled.sheet)
    if printed is None:
        raise Unreadable(_("there is no sheet {sheet} that could be destroyed").format(sheet=spoiled.sheet))
    if not standing.may_see_destroyed(spoiled.people):
        raise Unreadable(_("a sheet is destroyed before two people who are there"))
    if spoiled.remains:
        return standing
    if _is_of_metal(standing, printed):
        return replace(standing, sheets=without(standing.sheets, spoiled.sheet))
    key, step = standing.live, standing.next
    if key is None or step is None or (printed.key, printed.card) != (key.id, step.card):
        raise Unreadable(
            _("card {number} has left: it is the only one").format(number=printed.card),
            hint=_("If another sheet of this number was destroyed, say that a whole one remains."),
        )
    return replace(standing, sheets=without(standing.sheets, spoiled.sheet))


def _is_of_metal(standing: Standing, printed: Printed) -> bool:
    """Say whether a card was read back from its metal by now: its paper is destroyed then."""
    return f"{standing.begun.sitting}/{printed.key}/card-{printed.card}/metal" in standing.done


def without(sheets: Mapping[int, Printed], *numbers: int) -> Mapping[int, Printed]:
    """Return sheets without some of them."""
    return MappingProxyType({number: each for number, each in sheets.items() if number not in numbers})


def cards_on(sheets: Mapping[int, Printed], key: str) -> frozenset[int]:
    """Return which cards of a key are on paper, by their numbers."""
    return frozenset(each.card for each in sheets.values() if each.key == key)


def has_room(standing: Standing) -> bool:
    """Say whether one more sheet may be printed at this sitting."""
    return standing.printed < MOST_SHEETS
