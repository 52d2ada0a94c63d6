"""Collects cards one after the other, untrusted, and hands the secret of a quorum over in one piece.

A drill runs this very code. A publicly known secret is refused for a main network, and warned of elsewhere.
"""

from custody.catalogue import _, ngettext
from custody.ceremony.operator import Operator
from custody.ceremony.split import SplitWish, hand_over_cards, hand_over_phrase
from custody.errors import Mismatch, Refused, Unreadable
from custody.keys import known
from custody.keys.cards.collection import Quorum, UntrustedCollection
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from custody.keys.cards.status import CollectionStatus
from custody.keys.kinds import Kind
from custody.secret import Secret


def collect(operator: Operator, record: SetRecord | None = None, *, in_rehearsal: bool = False) -> UntrustedCollection:
    """Take cards until there are no more, saying of each which it is, and what is still missing.

    A card that cannot be read, or is of another set than the others or the record, is told with its reason; a person
    then types it again. Raises Unreadable, Mismatch and Refused where a script gave it, and Declined. A rehearsal takes
    a rehearsal's cards and no others.
    """
    collection = UntrustedCollection(None if record is None else record.check_card, in_rehearsal=in_rehearsal)
    number, complete = 1, False
    while (text := operator.ask_card(number, complete=complete)) is not None:
        try:
            repeated = len(collection.repeated)
            share = collection.add(text)
        except (Unreadable, Mismatch, Refused) as failure:
            operator.card_refused(number, failure)
            continue
        status = collection.status()
        if len(collection.repeated) > repeated:
            operator.say(_("This card was given already: {card}. It counts once.").format(card=share.place))
        else:
            operator.progress(_("Taken: {card}.").format(card=share.place) + " " + progress(status))
        number, complete = number + 1, status.complete
    return collection


def progress(status: CollectionStatus) -> str:
    """Say in a sentence which set this is and how many cards are missing."""
    if status.complete:
        return _("Set {identifier}: a quorum is here.").format(identifier=status.identifier)
    return ngettext(
        "Set {identifier}: {count} more card is needed.",
        "Set {identifier}: {count} more cards are needed.",
        status.missing,
    ).format(identifier=status.identifier, count=status.missing)


def known_warnings(*readings: Secret, main_network: bool = False) -> list[str]:
    """Return a sentence if a secret, in one of its readings, is one that the world knows.

    Raises Refused instead where it is said to be for a main network.
    """
    reason = next((found for reading in readings if (found := known.reason(reading))), None)
    if reason is None:
        return []
    if main_network:
        raise known_refusal(reason)
    return [_("this key is publicly known ({reason}): use it on test networks only").format(reason=reason)]


def known_refusal(reason: str) -> Refused:
    """Return the refusal of a publicly known key where money has worth."""
    return Refused(
        _("this key is publicly known ({reason}): anyone can take what it holds").format(reason=reason),
        hint=_("Make a new one. Publicly known keys are for test networks only."),
        code="known-secret",
    )


def release(quorum: Quorum, kind: Kind, operator: Operator, passphrase: Secret | None) -> None:
    """Hand the secret of a quorum over in one piece: a card that opens alone, or a phrase for kind bip39.

    The card keeps the set's iteration exponent, so its passphrase is no easier to guess than before.
    Raises Mismatch for a passphrase that SLIP-39 cannot take, and Declined.
    """
    if kind is Kind.SLIP39:
        wish = SplitWish(kind, Scheme.single(1, 1), quorum.encrypted.iteration_exponent)
        with quorum.recover(passphrase) as secret:
            hand_over_cards(secret, wish, operator, passphrase)
        return
    with quorum.recover(None) as entropy:
        hand_over_phrase(entropy, operator, passphrase)
