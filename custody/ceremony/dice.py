"""The machine commits to its part, and then the dice are rolled: the order that lets neither choose the result.

It is the same for a key and for the cards of a key that exists. Poor dice are judged again when there are more of
them, or others: what fails is never taken.
"""

from custody.catalogue import _
from custody.ceremony.operator import Operator, Sheet
from custody.errors import Refused
from custody.keys.cards.randomness import SetMix
from custody.keys.entropy import Dice, MachinePart, required_rolls

MACHINE_LABEL = "machine: "


def commit(drawn: SetMix, operator: Operator, *, with_cards: bool, with_dice: bool) -> None:
    """Say the commitment, and the set's number where cards are made; a person writes them down before rolling."""
    operator.say(_("This machine's part is drawn. Its commitment (SHA-256):"))
    operator.say(f"  {drawn.machine.commitment}")
    if with_cards:
        operator.say(_("The cards will be set {identifier}.").format(identifier=drawn.identifier))
    if with_dice and with_cards:
        operator.pause(_("Write the commitment down, the number of the set too, and only then roll the dice."))
    elif with_dice:
        operator.pause(_("Write the commitment down, and only then roll the dice."))


def roll(bits: int, operator: Operator, *, with_dice: bool, otherwise: str) -> Dice | None:
    """Have dice rolled until they pass; without dice, warn by the sentence `otherwise` and return None.

    Raises Refused for poor dice of a script, Unreadable for what are none, and Declined.
    """
    if not with_dice:
        operator.warn(otherwise)
        return None
    while True:
        dice = operator.ask_dice(required_rolls(bits))
        try:
            dice.check(bits)
        except Refused as failure:
            operator.dice_refused(failure)
        else:
            return dice


def machine_sheet(machine: MachinePart) -> Sheet:
    """The machine's part on a sheet of its own, for who recomputes what was made."""
    heading = (
        _("This machine's part, in hex. With the dice it gives the key and its cards:"),
        _("type both into docs/dice.py or docs/cards.py on another offline machine,"),
        _("then destroy this."),
    )
    return Sheet(_("The machine's part"), heading, machine.secret, None, MACHINE_LABEL)
