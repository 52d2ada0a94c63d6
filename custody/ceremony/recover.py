"""Bringing cards together, told as a person would: one card after the other, then a quorum, then the fingerprints.

A drill runs this very code. It knows no terminal, no file and no chain.
"""

from custody.catalogue import _
from custody.ceremony.operator import Operator
from custody.errors import Mismatch, Unreadable
from custody.keys.collection import CollectionStatus, UntrustedCollection


def collect(operator: Operator) -> UntrustedCollection:
    """Take cards until there are no more, saying after each what is still missing.

    A card that cannot be read, or is of another set, is told with its reason; a person then types it again. Raises
    Unreadable and Mismatch where a script gave it, and Declined.
    """
    collection = UntrustedCollection()
    number, complete = 1, False
    while (text := operator.ask_card(number, complete=complete)) is not None:
        try:
            collection.add(text)
        except (Unreadable, Mismatch) as failure:
            operator.card_refused(number, failure)
            continue
        status = collection.status()
        operator.say(progress(status))
        number, complete = number + 1, status.complete
    return collection
