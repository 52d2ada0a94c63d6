"""Compares what was committed with what is recomputed and what is handed over. Whatever differs raises Alarm, named.

An opened candidate is recomputed from its part, its rolls, its number and its salts, by another machine. The kept one
is never opened: its cards, as they are handed over, are compared with their commitments.
"""

from collections.abc import Iterable, Iterator, Sequence

from custody.catalogue import _
from custody.ceremony.candidates.candidate import Candidate
from custody.ceremony.candidates.choice import STOP, Choice
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.plan import Key, Plan
from custody.errors import Alarm, Refused
from custody.keys.cards.commitment import matches, read_card
from custody.keys.cards.shares import ShareSet
from custody.secret import Secret


def check_opened(choice: Choice, committed: Follows, candidate: Candidate, plan: Plan, key: Key) -> None:
    """Recompute a candidate that is opened, down to its cards. Raises Alarm, and Refused for the one that is kept."""
    if candidate.number == choice.kept:
        raise Refused(
            _("candidate {number} is kept: nobody opens it").format(number=candidate.number),
            hint=_("Its part and its rolls are the key. Open the others."),
        )
    choice.require_said(committed)
    compare(committed, candidate.follows(plan, key))


def kept_cards(choice: Choice, committed: Follows, candidate: Candidate, plan: Plan, key: Key) -> ShareSet:
    """Return the cards of the kept candidate, once all that follows from it is what was committed. Raises Alarm."""
    if candidate.number != choice.kept:
        raise Alarm(
            _("candidate {number} was opened, and {kept} is the one that the dice kept").format(
                number=candidate.number, kept=choice.kept
            ),
            hint=STOP,
        )
    choice.require_said(committed)
    compare(committed, candidate.follows(plan, key))
    return candidate.cards(key)


def compare(committed: Follows, found: Follows) -> None:
    """Raise Alarm where what was recomputed is not what was committed, and name all that differs."""
    if committed != found:
        differing = list(differences(committed, found)) or [_("how it is written")]
        raise Alarm(
            _("candidate {number} is not what the machine committed to; this differs: {what}").format(
                number=committed.candidate, what="; ".join(differing)
            ),
            hint=STOP,
        )


def differences(committed: Follows, found: Follows) -> Iterator[str]:
    """Name what differs between two, from the plan to each card."""
    if committed.plan != found.plan:
        yield _("the plan")
    if (committed.key, committed.candidate) != (found.key, found.candidate):
        yield _("which candidate for which key it is")
    if committed.machine != found.machine:
        yield _("the commitment to the machine's part")
    if committed.set != found.set:
        yield _("the number of the set")
    if committed.fingerprint != found.fingerprint:
        yield _("the fingerprint of the key")
    if committed.other_fingerprint != found.other_fingerprint:
        yield _("the fingerprint of the same cards, taken for a phrase")
    ours, theirs = ({account.path: account for account in each.accounts} for each in (committed, found))
    for path in sorted(ours.keys() | theirs.keys()):
        if ours.get(path) != theirs.get(path):
            yield _("the account key at {path}").format(path=path)
    first, again = ({each.wallet: each for each in of.addresses} for of in (committed, found))
    for wallet in sorted(first.keys() | again.keys()):
        if first.get(wallet) != again.get(wallet):
            yield _("the first address of {wallet}").format(wallet=wallet)
    said, made = dict(committed.places), dict(found.places)
    for place in sorted(said.keys() | made.keys()):
        if said.get(place) != made.get(place):
            yield _card(committed, place)


def check_handed(committed: Follows, place: tuple[int, int], salt: bytes, card: Secret) -> None:
    """Compare a card, as its holder has it, with its commitment: `place` is its group and its number, from 1.

    Raises Alarm, which names the place that the card says itself where it is another one, and Unreadable for words that
    are no card.
    """
    wanted = dict(committed.places).get(place)
    if wanted is not None and matches(wanted, salt, card):
        return
    share = read_card(card)
    if (share.group_index + 1, share.member_index + 1) != place:
        raise Alarm(
            _("this is {found}, and it was handed over as {wanted}").format(
                found=share.place, wanted=_card(committed, place)
            ),
            hint=_("Two holders have each other's cards, or the machine showed the wrong one. Compare all of them."),
        )
    raise Alarm(_("{card} is not the card that was committed to").format(card=_card(committed, place)), hint=STOP)


def check_salts(candidates: Iterable[Sequence[Sequence[bytes]]]) -> None:
    """Raise Alarm for a salt that stands twice, in one candidate or in several: equal cards would show."""
    salts = [salt for candidate in candidates for group in candidate for salt in group]
    if len(set(salts)) != len(salts):
        raise Alarm(_("a salt was used for more than one card"), hint=STOP)


def _card(committed: Follows, place: tuple[int, int]) -> str:
    """Name a card as its paper does."""
    group, number = place
    if len(committed.cards) == 1 and group == 1:
        return _("card {number}").format(number=number)
    return _("card {number} of group {group}").format(number=number, group=group)
