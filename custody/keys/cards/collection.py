"""`UntrustedCollection`: cards in any order to a `Quorum`, once they and every surplus card are proven to fit.

It says which set a card is of, which group, how many are missing, and which card is the odd one out; a card that does
not fit raises Mismatch. The order in which cards come, and the run of the program, change nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from custody.catalogue import _, ngettext
from custody.errors import Mismatch, Refused, Unreadable
from custody.keys.cards import rehearsal
from custody.keys.cards.shares import Encrypted, ReadShare, ShareSet, Subset, fits, group_value, read_share, subsets
from custody.keys.cards.status import CollectionStatus, GroupStatus
from custody.secret import Secret


@dataclass(frozen=True, slots=True)
class Quorum:
    """Cards proven to fit, put together but still under their passphrase. Made by `UntrustedCollection.quorum`.

    `unproven` names the cards beside it, of groups that lack two or more, whose value nothing can prove or deny.
    `in_rehearsal` says that test cards are taken, and no others; without it none are.
    """

    encrypted: Encrypted = field(repr=False)
    unproven: tuple[str, ...] = ()
    in_rehearsal: bool = False

    def recover(self, passphrase: Secret | None) -> Secret:
        """Return the master secret that this passphrase gives. Raises Mismatch for one that SLIP-39 cannot take.

        Raises Refused for a rehearsal's cards, also where a passphrase makes another secret of them: the marker is
        looked for without one as well, where the number is a rehearsal's.
        """
        if self.in_rehearsal:
            secret = self.encrypted.decrypt(passphrase)
            rehearsal.refuse_unmarked(secret)
            return secret
        if passphrase is not None and self.encrypted.identifier in rehearsal.NUMBERS:
            with self.encrypted.decrypt(None) as bare:
                rehearsal.refuse_marked(bare)
        secret = self.encrypted.decrypt(passphrase)
        rehearsal.refuse_marked(secret)
        return secret


class UntrustedCollection:
    """Cards in the order in which they came. Only `quorum` makes something of them that can be used.

    A rehearsal's collection (`in_rehearsal`) takes a rehearsal's cards and no others.
    """

    def __init__(self, check: Callable[[ReadShare], None] | None = None, *, in_rehearsal: bool = False) -> None:
        self._cards: dict[tuple[int, int], tuple[int, ReadShare]] = {}
        self._taken = 0
        self._check = check
        self._in_rehearsal = in_rehearsal
        self.repeated: list[str] = []
        """The cards that came twice, which count once."""

    @classmethod
    def of(cls, made: ShareSet) -> Self:
        """Take every card of a new set, as its holders will bring them."""
        collection = cls(in_rehearsal=made.identifier in rehearsal.NUMBERS)
        for words in (card for group in made.groups for card in group):
            collection.add(words.reveal().decode("ascii"))
        return collection

    def add(self, text: str) -> ReadShare:
        """Take a card's words. The same card twice counts once, and is named in `repeated`.

        Raises Unreadable for what is no share, Refused for a real card in a rehearsal, and Mismatch for a card of
        another set, or one that claims the place of a card that is here already and differs. A refused card is not
        kept, and the next one gets its number. While a card cannot be read it is called by the order in which cards
        came, and then as its paper calls it.
        """
        number = self._taken + 1
        unread = _("card {number} in the order given").format(number=number)
        refuse_passphrase(text, unread)
        share = read_share(text, unread)
        if self._in_rehearsal:
            rehearsal.refuse_number(share.identifier, share.place)
        if self._check is not None:
            self._check(share)
        self._refuse_stranger(share)
        place = (share.group_index, share.member_index)
        earlier = self._cards.get(place)
        if earlier is None:
            self._cards[place] = number, share
        elif earlier[1].value != share.value:
            raise Mismatch(
                _("cards {first} and {second} in the order given both claim to be {place}, and differ").format(
                    first=earlier[0], second=number, place=share.place
                ),
                hint=_("One is forged, or both were written down wrongly. Ask their holders."),
            )
        else:
            self.repeated.append(share.place)
        self._taken = number
        return share

    def status(self) -> CollectionStatus:
        """Say how far the collection is. Raises Unreadable while there is no card at all."""
        first = self._first()
        groups = []
        for index in range(first.group_count):
            members = self._members(index)
            threshold = next((share.member_threshold for _number, share in members.values()), None)
            groups.append(GroupStatus(index, tuple(sorted(member + 1 for member in members)), threshold))
        return CollectionStatus(
            first.identifier, first.extendable, first.iteration_exponent, first.group_threshold, tuple(groups)
        )

    def quorum(self) -> Quorum:
        """Prove that the cards fit and put them together; surplus cards must fit as well.

        Every subset is tried: at most 12,870 for each of 16 groups, about a second each. Raises Refused, naming how
        many are missing, and Mismatch, naming the card that does not fit.
        """
        status = self.status()
        if not status.complete:
            raise Refused(
                ngettext(
                    "this is no quorum: at least {count} more card is needed",
                    "this is no quorum: at least {count} more cards are needed",
                    status.missing,
                ).format(count=status.missing),
                hint=_("Bring more cards of set {identifier}.").format(identifier=status.identifier),
                code="no-quorum",
            )
        groups = {}
        for group in status.groups:
            if group.complete:
                members = self._members(group.index)
                values = {index: share.value for index, (_number, share) in members.items()}
                named = {index: share.place for index, (_number, share) in members.items()}
                groups[group.index] = _agreed(group.threshold or 1, values, named)
        names = {index: _("the cards of group {group}").format(group=index + 1) for index in groups}
        ciphertext = _agreed(status.group_threshold, groups, names)
        encrypted = Encrypted(status.identifier, status.extendable, status.iteration_exponent, ciphertext)
        return Quorum(encrypted, tuple(self._beside(status, groups)), self._in_rehearsal)

    def _beside(self, status: CollectionStatus, proven: Mapping[int, Secret]) -> Iterator[str]:
        """Prove the cards of groups that are not complete, as far as that goes; name those that nothing can prove.

        The proven groups determine every other group's value, which is as good as one more card. Raises Mismatch.
        """
        for group in status.groups:
            if group.complete or group.threshold is None:
                continue
            members = self._members(group.index)
            named = [share.place for _number, share in members.values()]
            if group.missing > 1:
                yield from named
                continue
            value = group_value(status.group_threshold, proven, group.index)
            if not fits(group.threshold, {index: share.value for index, (_number, share) in members.items()}, value):
                raise _odd(named)

    def _first(self) -> ReadShare:
        if not self._cards:
            raise Unreadable(_("there is no card"), hint=_("Give the words of at least one, on a line of its own."))
        return next(share for _number, share in self._cards.values())

    def _members(self, group: int) -> dict[int, tuple[int, ReadShare]]:
        return {member: card for (index, member), card in self._cards.items() if index == group}

    def _refuse_stranger(self, share: ReadShare) -> None:
        """Compare what all cards of a set, and of a group, have in common."""
        for _number, other in self._cards.values():
            same_group = share.group_index == other.group_index
            if _set_of(share) != _set_of(other) or (same_group and share.member_threshold != other.member_threshold):
                raise Mismatch(
                    _("{card} of set {theirs} is not of the same set as {other} of set {ours}").format(
                        card=share.place, theirs=share.identifier, other=other.place, ours=other.identifier
                    ),
                    hint=_how_strange(share, other),
                    code="foreign-share",
                )


def refuse_passphrase(text: str, what: str) -> None:
    """Refuse a line of words that looks like a passphrase's, misspelt, before its words are compared with a list.

    Suggestions for such words would show what the passphrase is like. `what` names the thing. Raises Unreadable.
    """
    if ":" in text or "passphrase" in text.casefold():
        raise Unreadable(
            _("{what}: this is no list of words, and may be a passphrase").format(what=what),
            hint=_('A passphrase stands on a line of its own, which begins with exactly "passphrase:".'),
        )


def _set_of(share: ReadShare) -> tuple[int | bool, ...]:
    return (
        share.identifier,
        share.extendable,
        share.iteration_exponent,
        share.group_threshold,
        share.group_count,
        len(share.value),
    )


def _agreed(threshold: int, values: Mapping[int, Secret], named: Mapping[int, str]) -> Secret:
    """Return what every subset of the threshold gives. Raises Mismatch, naming what stands apart."""
    results = list(subsets(threshold, values))
    fitting = [(subset, value) for subset, value in results if value is not None]
    if not fitting:
        raise Mismatch(
            _(
                "{cards} do not fit together: at least one is forged, misread, or of another set with the same number"
            ).format(cards=", ".join(named[index] for index in sorted(values))),
            hint=_("Compare every card with its paper; then bring other cards of the set to find the odd one."),
        )
    first = fitting[0][1]
    odd = sorted(set(values) - _members_of(fitting))
    if odd:
        raise _odd([named[index] for index in odd])
    if len(fitting) != len(results) or any(value != first for _subset, value in fitting):
        raise Mismatch(
            _("the cards make more than one secret, so some of them are forged"),
            hint=_("Stop, keep the cards apart, and bring others of the set to find out which."),
        )
    return first


def _odd(named: Sequence[str]) -> Mismatch:
    return Mismatch(
        ngettext(
            "{cards}: does not fit the others, so it is forged or misread",
            "{cards}: do not fit the others, so they are forged or misread",
            len(named),
        ).format(cards=", ".join(named)),
        hint=_("The others agree. Leave it out, and find out what happened to it before you go on."),
        code="odd-share",
    )


def _how_strange(share: ReadShare, other: ReadShare) -> str:
    if share.identifier == other.identifier:
        return _(
            "Both say set {identifier}, but not the same thresholds, groups, length or iteration exponent: "
            "two sets have one number, or a card is forged."
        ).format(identifier=share.identifier)
    return _("Cards of two sets never fit.")


def _members_of(fitting: list[tuple[Subset, Secret]]) -> set[int]:
    return {index for subset, _value in fitting for index in subset}
