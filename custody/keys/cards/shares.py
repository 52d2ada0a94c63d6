"""SLIP-39 shares: a secret to a set of cards, a card's words to a share, and a threshold of shares to what they share.

The one door to shamir-mnemonic, whose thirteen traps (docs/shamir-traps.md) end here: parameters are bounded before it
sees them, what is random comes from dice and the machine (`randomness`) and never from its own source, its errors are
never shown, and every quorum is put together again before a share leaves. Which cards belong together is decided in
`collection`.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Self

from shamir_mnemonic import rs1024, shamir
from shamir_mnemonic.constants import CUSTOMIZATION_STRING_EXTENDABLE, CUSTOMIZATION_STRING_ORIG
from shamir_mnemonic.share import Share
from shamir_mnemonic.utils import MnemonicError
from shamir_mnemonic.wordlist import WORDLIST

from custody.catalogue import _
from custody.errors import Alarm, Mismatch, Unfit, Unreadable, Usage
from custody.keys.cards import rehearsal
from custody.keys.cards.randomness import OF_GROUPS, SetMix, Values
from custody.keys.phrases.wordlist import Wordlist, read_words
from custody.secret import Secret

SLIP39 = Wordlist(tuple(WORDLIST))
"""The list of SLIP-39, 1,024 words."""

MOST = 16
"""Members of a group, and groups (SLIP-39 gives them four bits)."""
HIGHEST_EXPONENT = 10
"""10000 * 2**10 rounds of PBKDF2 take seconds. The format's 15 would take minutes, and 16 makes unreadable shares."""

SECRET_SIZES = (16, 20, 24, 28, 32)
"""Bytes of a secret that may be cut: 128 to 256 bits, as BIP-39 has them. Treasuries use 32."""

_MINIMUM_WORDS = 20
_METADATA_WORDS = 7
_LONGEST = 59
"""Words of a share of a 512-bit secret, the longest that BIP-32 takes for a seed."""
_SECRET_INDEX = 255
"""Where SLIP-39's polynomial has the secret. Members and groups have 0 to 15."""

Subset = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """Who must come together: `group_threshold` of the groups, and in each (threshold, count) of its members."""

    group_threshold: int
    groups: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not 1 <= self.group_threshold <= len(self.groups) <= MOST:
            raise Usage(
                _(
                    "the number of groups that are needed lies between 1 and the number of groups, at most {most}"
                ).format(most=MOST)
            )
        for threshold, count in self.groups:
            if not 1 <= threshold <= count <= MOST:
                raise Usage(
                    _("of {count} cards, {threshold} cannot be needed; a group has 1 to {most} cards").format(
                        count=count, threshold=threshold, most=MOST
                    ),
                    hint=_("Say how many open it, and then how many there are: 3 of 5."),
                )
            if threshold == 1 and count > 1:
                raise Usage(
                    _("cards of which any one opens a group are copies of one another, so SLIP-39 forbids them"),
                    hint=_("Make one card and copy it, or ask for at least two."),
                )

    @classmethod
    def single(cls, threshold: int, count: int) -> Self:
        """A scheme of one group. Raises Usage."""
        return cls(1, ((threshold, count),))

    @property
    def is_random(self) -> bool:
        """Say whether anything in it is random: not where every card opens alone, for such a card is the secret."""
        return self.group_threshold > 1 or any(threshold > 1 for threshold, _count in self.groups)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Groups needed, groups, and of each group the cards needed and the cards."""
        return (self.group_threshold, len(self.groups), *chain.from_iterable(self.groups))


@dataclass(frozen=True, slots=True)
class ShareSet:
    """A secret cut into shares: `groups` hold each member's words as text. Every quorum has been tried."""

    identifier: int
    extendable: bool
    iteration_exponent: int
    scheme: Scheme
    groups: tuple[tuple[Secret, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadShare:
    """One share as its words say it: the set's parameters, its place, and its value (a secret)."""

    identifier: int
    extendable: bool
    iteration_exponent: int
    group_index: int
    group_threshold: int
    group_count: int
    member_index: int
    member_threshold: int
    value: Secret = field(repr=False)

    @property
    def place(self) -> str:
        """The card as its paper calls it: its number, and its group's where there are several."""
        if self.group_count == 1:
            return _("card {number}").format(number=self.member_index + 1)
        return _("card {number} of group {group}").format(number=self.member_index + 1, group=self.group_index + 1)

    @property
    def header(self) -> tuple[int | bool, ...]:
        """All that the words say beside the value."""
        return (
            self.identifier,
            self.extendable,
            self.iteration_exponent,
            self.group_index,
            self.group_threshold,
            self.group_count,
            self.member_index,
            self.member_threshold,
        )


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A master secret as the shares hold it, still under its passphrase."""

    identifier: int
    extendable: bool
    iteration_exponent: int
    ciphertext: Secret = field(repr=False)

    def decrypt(self, passphrase: Secret | None) -> Secret:
        """Return the master secret. A wrong passphrase gives another one: only a fingerprint tells. Raises Mismatch."""
        encrypted = shamir.EncryptedMasterSecret(
            self.identifier, self.extendable, self.iteration_exponent, self.ciphertext.reveal()
        )
        return Secret(encrypted.decrypt(printable_ascii(passphrase)))


def split(
    secret: Secret,
    scheme: Scheme,
    passphrase: Secret | None = None,
    *,
    iteration_exponent: int = 1,
    mix: SetMix | None = None,
) -> ShareSet:
    """Cut a secret of 16 to 32 bytes into extendable shares, under the number and by the randomness of `mix`.

    Without one, the machine's part stands alone and the number is fresh. Nothing is returned before every share was
    read back and every quorum put together again. Raises Usage for a parameter out of bounds, Mismatch for a
    passphrase that is not printable ASCII, Refused for poor dice, and for a rehearsal's key under a real set's number
    or the other way round, Unfit for randomness that is sick or was replaced.
    """
    if len(secret) not in SECRET_SIZES:
        raise Usage(_("a secret of {count} bytes cannot be cut into shares").format(count=len(secret)))
    if not 0 <= iteration_exponent <= HIGHEST_EXPONENT:
        raise Usage(_("the iteration exponent lies between 0 and {highest}").format(highest=HIGHEST_EXPONENT))
    typed = printable_ascii(passphrase)
    _require_randomness()
    mix = SetMix.draw() if mix is None else mix
    rehearsal.check_cut(secret, mix.identifier, protected=passphrase is not None)
    values = mix.values(secret, bytes((iteration_exponent, len(secret), *scheme.numbers)))
    encrypted = shamir.EncryptedMasterSecret.from_master_secret(
        secret.reveal(), typed, mix.identifier, True, iteration_exponent
    )
    groups = tuple(
        tuple(Secret(share.mnemonic().encode("ascii")) for share in group) for group in _cut(scheme, encrypted, values)
    )
    made = ShareSet(encrypted.identifier, True, iteration_exponent, scheme, groups)
    _prove(made, secret, passphrase)
    return made


def _cut(scheme: Scheme, encrypted: shamir.EncryptedMasterSecret, values: Values) -> Iterator[list[Share]]:
    """Cut what is encrypted among the groups, and what each group got among its members (SLIP-39, "Generating")."""
    parameters = (encrypted.identifier, encrypted.extendable, encrypted.iteration_exponent)
    count = len(scheme.groups)
    parts = _polynomial(scheme.group_threshold, count, encrypted.ciphertext, OF_GROUPS, values)
    for group, (part, (threshold, members)) in enumerate(zip(parts, scheme.groups, strict=True)):
        place = (*parameters, group, scheme.group_threshold, count)
        yield [
            Share(*place, member, threshold, value)
            for member, value in enumerate(_polynomial(threshold, members, part, group, values))
        ]


def _polynomial(threshold: int, count: int, shared: bytes, polynomial: int, values: Values) -> list[bytes]:
    """SLIP-39's SplitSecret, with the random values by their places: the library's draws them from a global source.

    The first `threshold` - 2 shares are random, and so is all of the digest's share but its 4 bytes of HMAC. The
    arithmetic is the library's.
    """
    if threshold == 1:
        return [shared] * count
    salt = values(polynomial, shamir.DIGEST_INDEX, len(shared) - shamir.DIGEST_LENGTH_BYTES)
    base = [
        *(shamir.RawShare(index, values(polynomial, index, len(shared))) for index in range(threshold - 2)),
        shamir.RawShare(shamir.DIGEST_INDEX, shamir._create_digest(salt, shared) + salt),
        shamir.RawShare(_SECRET_INDEX, shared),
    ]
    return [shamir._interpolate(base, index) for index in range(count)]


def read_share(text: str, what: str) -> ReadShare:
    """Read one share's words; four letters name a word. `what` names the card in errors.

    Raises Unreadable, by position where a word is not in the list; nothing that was typed is repeated.
    """
    numbers = read_words(text, SLIP39, what)
    if not _may_be_a_share(len(numbers)):
        raise Unreadable(
            _("{what}: a share has 20 words, or 33, and this one has {count}").format(what=what, count=len(numbers)),
            hint=_("Read the card again and look for a word left out or typed twice."),
        )
    if not _checksum_holds(numbers):
        raise Unreadable(
            _("{what}: its checksum does not hold, so a word is wrong or two are swapped").format(what=what),
            hint=_("Every word is in the list. Compare each with the card, and their order."),
        )
    try:
        share = Share.from_mnemonic(" ".join(SLIP39.words[number] for number in numbers))
    except MnemonicError:
        share = None  # its text holds words of the share
    if share is None or share.group_index >= share.group_count:
        raise Unreadable(
            _("{what}: its checksum holds, but what it says is against SLIP-39").format(what=what),
            hint=_("Such a card was not misread: it is forged, or a faulty program made it."),
        )
    if share.iteration_exponent > HIGHEST_EXPONENT:
        raise Unreadable(
            _("{what}: its iteration exponent {exponent} is over the limit of {highest}").format(
                what=what, exponent=share.iteration_exponent, highest=HIGHEST_EXPONENT
            )
        )
    return ReadShare(
        share.identifier,
        share.extendable,
        share.iteration_exponent,
        share.group_index,
        share.group_threshold,
        share.group_count,
        share.index,
        share.member_threshold,
        Secret(share.value),
    )


def put_together(threshold: int, values: Mapping[int, Secret]) -> Secret | None:
    """Interpolate exactly `threshold` values, by their index, to what they share; None where the digest denies it.

    The values are a group's members, or the groups themselves. With a threshold of 1 there is no digest to deny it.
    What they share, if it is known, may stand in for one of them (see `fits`).
    """
    group = shamir.ShareGroup()
    for index, value in values.items():
        group.add(Share(0, True, 0, 0, 1, 1, index, threshold, value.reveal()))
    try:
        return Secret(shamir.recover_ems({0: group}).ciphertext)
    except MnemonicError:
        return None


def subsets(threshold: int, values: Mapping[int, Secret]) -> Iterator[tuple[Subset, Secret | None]]:
    """Try every subset of `threshold` values, in a fixed order, and yield what it gives."""
    for chosen in combinations(sorted(values), threshold):
        yield chosen, put_together(threshold, {index: values[index] for index in chosen})


def group_value(threshold: int, groups: Mapping[int, Secret], index: int) -> Secret:
    """Return the value of group `index`, which at least `threshold` proven groups determine."""
    chosen = [shamir.RawShare(number, groups[number].reveal()) for number in sorted(groups)[:threshold]]
    return Secret(chosen[0].data if threshold == 1 else shamir._interpolate(chosen, index))


def fits(threshold: int, values: Mapping[int, Secret], shared: Secret) -> bool:
    """Say whether the values, one less than `threshold`, go with what they are known to share: the digest decides."""
    return put_together(threshold, {**values, _SECRET_INDEX: shared}) is not None


def printable_ascii(passphrase: Secret | None) -> bytes:
    """Return a passphrase as SLIP-39 takes it. Raises Mismatch for one with any other character."""
    text = b"" if passphrase is None else passphrase.reveal()
    if not all(32 <= character <= 126 for character in text):
        raise Mismatch(
            _("a passphrase of cards is printable ASCII, and this one is not"),
            hint=_("SLIP-39 knows no other characters, so no cards can have been made with it."),
        )
    return text


def _may_be_a_share(count: int) -> bool:
    """Say whether so many words hold whole bytes, two by two, with at most 8 bits of padding (SLIP-39)."""
    return count >= _MINIMUM_WORDS and 10 * (count - _METADATA_WORDS) % 16 <= 8


LENGTHS = tuple(count for count in range(_MINIMUM_WORDS, _LONGEST + 1) if _may_be_a_share(count))
"""How many words a share may have. Those of 128 and 256 bits, 20 and 33, are what people have."""


def _checksum_holds(numbers: Sequence[int]) -> bool:
    extendable = numbers[1] >> 4 & 1  # 15 bits of identifier, the flag, 4 bits of exponent
    customization = CUSTOMIZATION_STRING_EXTENDABLE if extendable else CUSTOMIZATION_STRING_ORIG
    return bool(rs1024.verify_checksum(numbers, customization))


def _require_randomness() -> None:
    """Raise Unfit where the library's source, which nothing here asks, is not the system's: somebody was here."""
    if shamir.RANDOM_BYTES is not secrets.token_bytes:
        raise Unfit(
            _("the randomness that shares are made of has been replaced"),
            hint=_("This installation was changed. Verify it, or install it again on a clean machine."),
        )


def _prove(made: ShareSet, secret: Secret, passphrase: Secret | None) -> None:
    """Read every share back, and put every quorum together: within each group, then of the groups. Raises Alarm."""
    group_secrets = {}
    for number, members in enumerate(made.groups):
        threshold, count = made.scheme.groups[number]
        read = [_read_own(words) for words in members]
        shape = (number, made.scheme.group_threshold, len(made.scheme.groups))
        parameters = (made.identifier, made.extendable, made.iteration_exponent, *shape)
        if [share.header for share in read] != [(*parameters, index, threshold) for index in range(count)]:
            raise _unproven()
        group_secrets[number] = _agreed(subsets(threshold, {share.member_index: share.value for share in read}))
    ciphertext = _agreed(subsets(made.scheme.group_threshold, group_secrets))
    encrypted = Encrypted(made.identifier, made.extendable, made.iteration_exponent, ciphertext)
    if encrypted.decrypt(passphrase) != secret:
        raise _unproven()


def _read_own(words: Secret) -> ReadShare:
    try:
        return read_share(words.reveal().decode("ascii"), _("a new card"))
    except Unreadable:
        raise _unproven() from None


def _agreed(results: Iterator[tuple[Subset, Secret | None]]) -> Secret:
    found = [value for _subset, value in results]
    first = found[0]
    if first is None or any(value is None or value != first for value in found):
        raise _unproven()
    return first


def _unproven() -> Alarm:
    return Alarm(
        _("a quorum of the new cards does not give the secret back; none was shown"),
        hint=_("Stop using this machine: its memory or its software is at fault."),
    )
