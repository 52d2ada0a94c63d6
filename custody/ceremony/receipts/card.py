"""`CommittedCard`: a card as a transcript has it; and which of them a card is that somebody typed, or why it is none.

docs/spec/receipt.md, "Looking at a card". No name of a holder is told: a card bears none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.plan.plan import Medium, Place
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.contents import Content
from custody.ceremony.transcript.key_lines import Destroyed, Opened, Voided
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.recomputed import recomputed
from custody.ceremony.transcript.standing import Standing
from custody.errors import Alarm, CustodyError, Mismatch, Refused
from custody.keys.cards import rehearsal
from custody.keys.cards.collection import refuse_passphrase
from custody.keys.cards.commitment import matches, typed_card
from custody.keys.cards.shares import ReadShare
from custody.secret import Secret
from custody.text import safe

CardPlace = tuple[str, int, int]
"""A key's name in the plan, a group of its cards, and a number in the group, both from 1."""


@dataclass(frozen=True, slots=True)
class CommittedCard:
    """A card that was handed over. `bag` is the serial that was written down then, None where it has none.

    `groups` is how many groups its set has. `salt` and `commitment` are those of the transcript's `key` line.
    """

    key: str
    fingerprint: bytes
    set: int
    groups: int
    group: int
    number: int
    salt: bytes
    commitment: bytes
    bag: str | None
    medium: Medium
    place: Place

    @property
    def at(self) -> CardPlace:
        """Where it stands in the plan."""
        return self.key, self.group, self.number

    @property
    def name(self) -> str:
        """The card as its paper calls it."""
        if self.groups == 1:
            return _("card {number}").format(number=self.number)
        return _("card {number} of group {group}").format(number=self.number, group=self.group)


def committed_cards(standing: Standing) -> Iterator[CommittedCard]:
    """Yield the cards of every key that was made, in the plan's order."""
    for key in standing.plan.keys:
        made = standing.made.get(key.id)
        if made is None:
            continue
        salts = [salt for group in made.salts for salt in group]
        told = zip(made.follows.places, salts, key.cards, strict=True)
        for number, (((group, at), commitment), salt, card) in enumerate(told, 1):
            wrote = standing.wrote.get(f"{key.sitting}/{key.id}/card-{number}/bag", {})
            yield CommittedCard(
                key.id,
                made.follows.fingerprint,
                made.set,
                len(key.groups),
                group,
                at,
                salt,
                commitment,
                wrote.get("written-serial"),
                card.medium,
                standing.plan.places[card.place],
            )


def require_kept(found: Account) -> None:
    """Raise Refused for a transcript whose cards nobody keeps: a rehearsal's, or of a sitting that did not pass."""
    if found.standing.begun.is_service:
        raise Refused(
            _("this transcript is of the service of wallets: no card was made there"),
            hint=_("Take the transcript of the sitting at which the card was made."),
            code="sitting-lacking",
        )
    if found.standing.begun.rehearsal:
        raise Refused(
            _("this is a rehearsal's transcript: its cards are destroyed, and nobody keeps them"),
            hint=_("Take the transcript that custody ceremony run wrote. Put real cards back into their bags."),
            code="rehearsal",
        )
    if found.standing.closed is not None and not found.passed:
        raise Refused(
            _("this sitting did not pass: its cards are of no wallet"),
            hint=_("Take the transcript of the sitting that was held again in its place."),
            code="sitting-failed",
        )


def look(standing: Standing, lines: Sequence[Line], text: str) -> CommittedCard:
    """Return which card of a transcript this is, whose words are the ones that were committed to.

    Raises Unreadable for words that are no card, Alarm for a card that is another than was committed to, or of a
    candidate that everybody can recompute, Refused for one of a set that was given up, and Mismatch for a stranger.
    """
    refuse_passphrase(text, _("the card"))
    share, words = typed_card(text)
    with words:
        of_set = [each for each in committed_cards(standing) if each.set == share.identifier]
        if not of_set:
            raise _none_of_it(standing, lines, share, words)
        place = (share.group_index + 1, share.member_index + 1)
        for each in of_set:
            if (each.group, each.number) == place and matches(each.commitment, each.salt, words):
                return each
    raise Alarm(
        _("{card} of set {set} is not the card that was committed to when the key {key} was made").format(
            card=share.place, set=share.identifier, key=of_set[0].key
        ),
        hint=_(
            "Keep it apart, and show it to nobody: it was forged, or is of another set that has this number by chance, "
            "once in 32,768. The true card is missing."
        ),
        code="card-differs",
    )


def _none_of_it(standing: Standing, lines: Sequence[Line], share: ReadShare, words: Secret) -> CustodyError:
    """Return why a card is of no key that was made."""
    contents = [line.content for line in lines]
    for each in contents:
        if isinstance(each, Voided) and each.set == share.identifier:
            return _given_up(each, share, contents)
    for each in contents:
        if isinstance(each, Opened) and each.set == share.identifier and _is_of(standing, each, share, words):
            return Alarm(
                _("{card} of set {set} is of candidate {number} of {key}, which was opened").format(
                    card=share.place, set=share.identifier, number=each.candidate, key=each.key
                ),
                hint=_(
                    "Whoever has the transcript can make this card, and it opens nothing of the key that was kept. "
                    "Find out who put it there, and where the true card is."
                ),
                code="card-opened",
            )
    sets = sorted(each.set for each in standing.made.values())
    return Mismatch(
        _("{card} of set {set} is of no key of this transcript, whose sets are: {sets}").format(
            card=share.place, set=share.identifier, sets=", ".join(map(str, sets)) or "-"
        ),
        hint=rehearsal.suspicion(share.identifier)
        or _("Take the transcript of the sitting at which this card was made."),
        code="foreign-share",
    )


def _given_up(voided: Voided, share: ReadShare, contents: list[Content]) -> Refused:
    told = _("{card} of set {set} is of a key that was given up ({reason}): it is to be destroyed")
    hint = _("Destroy it before two people, who say so to whoever keeps the transcript.")
    gone = [
        each for each in contents if isinstance(each, Destroyed) and (each.key, each.set) == (voided.key, voided.set)
    ]
    if gone:
        hint = _(
            "It was typed that all of them were destroyed before {names}: this one was not, or was copied."
        ).format(names=", ".join(sorted(gone[0].people)))
    return Refused(
        told.format(card=share.place, set=share.identifier, reason=safe(voided.reason)), hint=hint, code="card-void"
    )


def _is_of(standing: Standing, opened: Opened, share: ReadShare, words: Secret) -> bool:
    """Say whether a card is of an opened candidate, recomputed from what the transcript tells of it."""
    place = (share.group_index + 1, share.member_index + 1)
    wanted = dict(recomputed(standing.plan, opened).places)
    if place not in wanted:
        return False
    group, number = place
    return matches(wanted[place], opened.salts[group - 1][number - 1], words)
