"""Cuts a secret into SLIP-39 cards, or writes it as a BIP-39 phrase, and hands it over, one sheet at a time.

Before the first card leaves, every quorum was brought together again and gave the same secret. A secret that exists is
cut with dice of its own, rolled after the machine committed to its part. What is returned is public: the set's record,
or the key's fingerprint.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.dice import commit, machine_sheet, roll
from custody.ceremony.operator import Operator, Sheet
from custody.errors import Alarm
from custody.keys import kinds
from custody.keys.cards import rehearsal
from custody.keys.cards.collection import Quorum, UntrustedCollection
from custody.keys.cards.randomness import SetMix, bits_of
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import SLIP39, Scheme, ShareSet, split
from custody.keys.kinds import Kind
from custody.keys.phrases import mnemonic
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret


@dataclass(frozen=True, slots=True)
class SplitWish:
    """What cards are to be made of a secret of which kind; `iteration_exponent` is SLIP-39's."""

    kind: Kind
    scheme: Scheme
    iteration_exponent: int


@dataclass(frozen=True, slots=True)
class Cut:
    """What the world may know of cards that were cut; no commitment where nothing was random, no rolls without dice."""

    record: SetRecord
    commitment: str | None
    rolls: int | None


def cut(
    secret: Secret,
    wish: SplitWish,
    operator: Operator,
    passphrase: Secret | None,
    *,
    with_dice: bool,
    release_machine_part: bool = False,
) -> Cut:
    """Commit, have dice rolled, split a secret that exists, and hand its cards over.

    A set whose cards all open alone has nothing random in it, and no dice are asked for. Raises what `hand_over_cards`
    does, Unfit for an unhealthy machine, Refused for poor dice of a script and Unreadable for what are no dice.
    """
    if not wish.scheme.is_random:
        return Cut(hand_over_cards(secret, wish, operator, passphrase), None, None)
    drawn = SetMix.draw()
    commit(drawn, operator, with_cards=True, with_dice=with_dice)
    otherwise = _("No dice are rolled: what is random in these cards rests on this machine alone.")
    dice = roll(bits_of(secret), operator, with_dice=with_dice, otherwise=otherwise)
    if release_machine_part:
        operator.hand_over(machine_sheet(drawn.machine))
    record = hand_over_cards(secret, wish, operator, passphrase, drawn.rolled(dice))
    return Cut(record, drawn.machine.commitment, None if dice is None else len(dice))


def hand_over_cards(
    secret: Secret, wish: SplitWish, operator: Operator, passphrase: Secret | None, mixed: SetMix | None = None
) -> SetRecord:
    """Split a secret and hand its cards over, one at a time; return the set's public record.

    `mixed` has the number and the randomness of the set; without it the machine draws both. `shares.split` has brought
    every quorum together again before it returns. A BIP-39 passphrase is no part of the cards. Raises Mismatch for a
    passphrase that SLIP-39 cannot take, and Declined.
    """
    protecting = passphrase if wish.kind is Kind.SLIP39 else None
    shares = split(secret, wish.scheme, protecting, iteration_exponent=wish.iteration_exponent, mix=mixed)
    record = _record(shares, wish.kind, passphrase)
    for sheet in _sheets(shares, record):
        operator.hand_over(sheet)
    return record


def hand_over_phrase(entropy: Secret, operator: Operator, passphrase: Secret | None) -> bytes:
    """Hand entropy over as a BIP-39 phrase; return its key's master fingerprint. Raises Alarm and Declined."""
    phrase = mnemonic.phrase(entropy)
    if mnemonic.entropy_of(phrase) != entropy:
        raise Alarm(_("the phrase that was made does not read back; nothing was handed over"))
    with kinds.master_key(entropy, Kind.BIP39, passphrase) as master:
        fingerprint = master.fingerprint
    heading = (
        _("BIP-39 phrase of key {fingerprint}").format(fingerprint=fingerprint.hex()),
        _("Whoever reads it owns the money. Copy it to paper; it is shown only now."),
    )
    operator.hand_over(Sheet(_("The phrase"), heading, phrase, BIP39))
    return fingerprint


def _record(shares: ShareSet, kind: Kind, passphrase: Secret | None) -> SetRecord:
    """Recover the set as its holders will, with every card of it, and note what both readings open."""
    quorum = UntrustedCollection.of(shares).quorum()
    other = Kind.BIP39 if kind is Kind.SLIP39 else Kind.SLIP39
    return SetRecord(
        shares.identifier,
        kind,
        shares.extendable,
        shares.iteration_exponent,
        shares.scheme,
        _fingerprint(quorum, kind, passphrase),
        _fingerprint(quorum, other, None),
    )


def _fingerprint(quorum: Quorum, kind: Kind, passphrase: Secret | None) -> bytes:
    with kinds.opened(quorum, kind, passphrase) as master:
        return master.fingerprint


def _sheets(shares: ShareSet, record: SetRecord) -> Iterator[Sheet]:
    for group, members in enumerate(shares.groups, 1):
        for member, share in enumerate(members, 1):
            title = _title(shares.scheme, group, member)
            yield Sheet(title, (title, *_about(shares.scheme, record, group)), share, SLIP39)


def _title(scheme: Scheme, group: int, member: int) -> str:
    count = scheme.groups[group - 1][1]
    if len(scheme.groups) == 1:
        return _("Card {member} of {count}").format(member=member, count=count)
    return _("Group {group}, card {member} of {count}").format(group=group, member=member, count=count)


def _about(scheme: Scheme, record: SetRecord, group: int) -> Iterator[str]:
    """Say what a holder writes above the words: a card cannot say its kind, nor that it needs others."""
    threshold, count = scheme.groups[group - 1]
    groups = len(scheme.groups)
    if record.identifier in rehearsal.NUMBERS:
        yield _("REHEARSAL. A test card: it opens nothing. Write REHEARSAL across the card.")
    if count > 1:
        yield _("Any {threshold} of the {count} cards are enough.").format(threshold=threshold, count=count)
    elif groups == 1:
        yield _("This card opens the key alone: whoever reads it owns the money.")
    if groups > 1:
        yield _("{needed} of the {count} groups are needed.").format(needed=scheme.group_threshold, count=groups)
    yield _("Set {identifier}, kind {kind}, key {fingerprint}. Write this line on the card too.").format(
        identifier=record.identifier, kind=record.kind, fingerprint=record.fingerprint.hex()
    )
