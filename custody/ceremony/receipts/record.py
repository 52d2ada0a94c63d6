"""Receipts held against the transcripts of a plan's sittings: each is true, and the newest of each card is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.receipts.bags import bags_of
from custody.ceremony.receipts.card import CardPlace, CommittedCard, committed_cards
from custody.ceremony.receipts.receipt import Looked, Receipt
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.key_lines import KeyMade
from custody.errors import Alarm, Mismatch, Refused
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest of a card's receipts.

    `unbroken`: each bag that it came out of is the one that it was put into, and each that it went into was new.
    """

    card: CommittedCard
    looked: Looked
    unbroken: bool


def true_receipts(receipts: Iterable[Receipt], sittings: Sequence[Account]) -> tuple[Looked, ...]:
    """Return what receipts say, the oldest first, once each was found true of one of these sittings.

    Raises Refused beside a rehearsal, Mismatch for a receipt of another plan or of a sitting that is not among them,
    and Alarm for a false one.
    """
    found = [_true(each, sittings) for each in dict.fromkeys(receipts)]
    return tuple(sorted(found, key=lambda each: each.at))


def newest(looked: Sequence[Looked], sittings: Sequence[Account]) -> tuple[Newest, ...]:
    """Return the newest receipt of each card that has one, in the plan's order. `looked` are true, the oldest first."""
    cards = [card for each in sittings for card in committed_cards(each.standing)]
    lies, last = dict(bags_of(cards)), dict[CardPlace, Looked]()
    broken = set[CardPlace]()
    used = {bag for bag in lies.values() if bag is not None}
    for each in looked:
        if each.from_bag != lies[each.card] or each.into_bag in used:
            broken.add(each.card)
        if each.into_bag is not None:
            used.add(each.into_bag)
        lies[each.card], last[each.card] = each.into_bag, each
    return tuple(Newest(card, last[card.at], card.at not in broken) for card in cards if card.at in last)


def _true(receipt: Receipt, sittings: Sequence[Account]) -> Looked:
    plan, looked = sittings[0].standing.plan, receipt.looked
    if sittings[0].standing.begun.rehearsal:
        raise Refused(
            _("a rehearsal's cards are destroyed, and there are no receipts of them"),
            hint=_("Name the transcript of the ceremony, or leave the receipt out."),
            code="rehearsal",
        )
    receipt.require(plan)
    made_at = {key.id: key.sitting for key in plan.keys}
    if looked.key not in made_at:
        raise _false(looked, _("it is of a key that the plan has not"))
    of = [each for each in sittings if each.standing.begun.sitting == made_at[looked.key]]
    if not of:
        raise Mismatch(
            _("the receipt of {name} is of a card that was made at {sitting}, whose transcript was not named").format(
                name=looked.person, sitting=safe(made_at[looked.key])
            ),
            hint=_("Name that transcript too (ceremony verify --with FILE), or leave the receipt out."),
            code="receipt-elsewhere",
        )
    _require_told(looked, of[0])
    return looked


def _require_told(looked: Looked, found: Account) -> None:
    """Raise Alarm unless a transcript had this card, by the line up to which it was read."""
    lines = found.transcript.lines
    read = [line.number for line in lines if line.hash == looked.head]
    if not read:
        raise _false(looked, _("it is of a transcript that had another line than this one"))
    told = [line.number for line in lines if isinstance(line.content, KeyMade) and line.content.key == looked.key]
    if not told or told[-1] > read[0]:
        raise _false(looked, _("the transcript had no cards of this key yet"))
    cards = {card.at: card for card in committed_cards(found.standing)}
    if looked.card not in cards or cards[looked.card].set != looked.set:
        raise _false(looked, _("there is no such card"))
    if cards[looked.card].commitment != looked.commitment:
        raise _false(looked, _("the card was held against something else than was committed to"))


def _false(looked: Looked, reason: str) -> Alarm:
    return Alarm(
        _("the receipt of {name} is false: {reason}").format(name=looked.person, reason=reason),
        hint=_("Ask {name}. Compare the transcripts that both of you have with the words on paper.").format(
            name=looked.person
        ),
        code="receipt-false",
    )
