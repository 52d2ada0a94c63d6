"""codex32 (BIP-93): a string to the BIP-32 seed that it holds, or shares of one set to the seed that they share.

Strings of 48 to 93 characters have a checksum of 13, long ones of 125 to 127 have one of 15; what does not hold raises
Unreadable. Shares have no digest: a threshold of them always gives some seed, so only surplus shares, and the
fingerprint, tell a forged one. Nothing is written in this form, and nothing that was given is repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from custody.catalogue import _, ngettext
from custody.errors import Mismatch, Refused, Unreadable
from custody.secret import Secret

BEGINNING = "ms1"
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""Bech32's: a character's place is its value in GF(32)."""

SECRET_INDEX = "s"  # noqa: S105  a place, not a secret
"""The share index of the secret itself."""

SEED_SIZES = range(16, 65)

_HEADER = 6
"""Threshold, four characters of identifier, share index."""
_FIELD = 0b101001
"""x^5 + x^3 + 1, which reduces products in GF(32) (BIP-173)."""
_AFTER_MS = 0x23181B3
"""The checksum's state once "ms" has been read."""


@dataclass(frozen=True, slots=True)
class _Checksum:
    """A BCH code over GF(32): its length in characters, its generators, and what a whole string leaves."""

    length: int
    generators: tuple[int, ...]
    target: int

    def holds(self, values: Iterable[int]) -> bool:
        """Say whether the values of a data part, with their checksum, are whole."""
        shift = 5 * (self.length - 1)
        residue = _AFTER_MS
        for value in values:
            top = residue >> shift
            residue = (residue & (1 << shift) - 1) << 5 ^ value
            for bit, generator in enumerate(self.generators):
                residue ^= generator if top >> bit & 1 else 0
        return residue == self.target


_SHORT = _Checksum(
    13,
    (0x19DC500CE73FDE210, 0x1BFAE00DEF77FE529, 0x1FBD920FFFE7BEE52, 0x1739640BDEEE3FDAD, 0x07729A039CFC75F5A),
    0x10CE0795C2FD1E62A,
)
_LONG = _Checksum(
    15,
    (0x3D59D273535EA62D897, 0x7A9BECB6361C6C51507, 0x543F9B7E6C38D8A2A0E, 0x0C577EAECCF1990D13C, 0x1887F74F8DC71B10651),
    0x43381E570BF4798AB26,
)
_MOST_SHORT = 74
"""Characters of payload up to which a string has the short checksum."""

_CHECKSUMS = {
    _HEADER + payload + checksum.length: checksum
    for payload in sorted({-(-8 * size // 5) for size in SEED_SIZES})
    for checksum in (_SHORT if payload <= _MOST_SHORT else _LONG,)
}
"""Characters behind "ms1" that a seed can have -> the checksum that ends them."""


@dataclass(frozen=True, slots=True)
class Codex32:
    """A string whose checksum holds: `threshold` (0 for a secret that was not split), `identifier`, `index`."""

    threshold: int
    identifier: str
    index: str
    _values: Secret = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a string, all in capitals or in none; spaces within do not count.

        Raises Unreadable: for another character by its position, a length, a header or a checksum that is wrong.
        """
        values = _values(text)
        checksum = _CHECKSUMS[len(values)]
        if not checksum.holds(values):
            raise Unreadable(
                _("the codex32 string's checksum does not hold: a character is wrong, or two are swapped"),
                hint=_("Compare each character with the paper. b, i, o and 1 never stand behind the first three."),
            )
        return cls._of(values[: -checksum.length])

    @classmethod
    def _of(cls, values: Sequence[int]) -> Self:
        """Build from the header and the payload."""
        header = "".join(CHARSET[value] for value in values[:_HEADER])
        if not header[0].isdigit() or (header[0] == "0" and header[-1] != SECRET_INDEX):
            raise Unreadable(
                _("the codex32 string's checksum holds, but its header is against BIP-93"),
                hint=_("Such a string was not misread: a faulty program made it."),
            )
        return cls(int(header[0]), header[1:-1], header[-1], Secret(bytes(values)))

    @property
    def is_secret(self) -> bool:
        """Whether it holds the seed itself, and not a share of it."""
        return self.index == SECRET_INDEX

    def seed(self) -> Secret:
        """Return the seed, 16 to 64 bytes: the payload's bits, the last 0 to 4 of them dropped."""
        payload = self._values.reveal()[_HEADER:]
        number = 0
        for value in payload:
            number = number << 5 | value
        size, padding = divmod(5 * len(payload), 8)
        return Secret((number >> padding).to_bytes(size))

    @property
    def parameters(self) -> tuple[int, str, int]:
        """What the shares of one set have in common: threshold, identifier, length."""
        return self.threshold, self.identifier, len(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def at(self, place: int) -> int:
        """Return the value at a place of header and payload."""
        return self._values.reveal()[place]


def is_meant(line: str) -> bool:
    """Say whether a line can be nothing else: no word of any list holds a digit."""
    return "".join(line.split()).lower().startswith(BEGINNING)


def missing(strings: Sequence[Codex32]) -> int:
    """Return how many shares of a set are missing still."""
    first = strings[0]
    return 0 if first.is_secret else max(0, first.threshold - len({each.index for each in strings}))


def seed_of(strings: Sequence[Codex32]) -> Secret:
    """Return the seed of a secret that stands alone, or of shares that are as many as their threshold.

    A share that was given twice counts once. Raises Refused below the threshold, and Mismatch for shares of several
    sets, two that claim one place, a secret beside others, or a surplus share that does not fit the others.
    """
    shares: dict[str, Codex32] = {}
    for each in strings:
        refuse_stranger(each, list(shares.values()))
        shares[each.index] = each
    here = list(shares.values())
    if lacking := missing(here):
        raise Refused(
            ngettext("{count} more codex32 share is needed", "{count} more codex32 shares are needed", lacking).format(
                count=lacking
            ),
            hint=_("Give the shares one to a line."),
            code="quorum",
        )
    if here[0].is_secret:
        return here[0].seed()
    enough, surplus = here[: here[0].threshold], here[here[0].threshold :]
    for share in surplus:
        if _interpolated(enough, share.at(_HEADER - 1)) != [share.at(place) for place in range(len(share))]:
            raise Mismatch(
                _("the codex32 shares do not fit together: one of them is not of this set"),
                hint=_("Give as many as are needed, and compare the fingerprint; try again with others."),
            )
    return Codex32._of(_interpolated(enough, CHARSET.index(SECRET_INDEX))).seed()


def refuse_stranger(share: Codex32, others: Sequence[Codex32]) -> None:
    """Raise Mismatch for a string that is not of the others' set, or claims the place of one and differs."""
    for other in others:
        if share.parameters != other.parameters:
            raise Mismatch(
                _("these codex32 strings are of two sets: their identifiers, thresholds or lengths differ"),
                hint=_("Bring the shares of one set together."),
            )
        if share.index == other.index and share != other:
            raise Mismatch(_("two codex32 shares claim the same place, and differ"), hint=_("One of them is forged."))
        if share.is_secret != other.is_secret:
            raise Mismatch(
                _("a codex32 secret stands among shares"), hint=_("The secret needs no share: give it alone.")
            )


def _values(text: str) -> list[int]:
    """Return the values of the data part, checksum included. Raises Unreadable."""
    joined = "".join(text.split())
    if joined not in (joined.lower(), joined.upper()):
        raise Unreadable(
            _("the codex32 string mixes capitals and small letters"),
            hint=_("Write all of it in capitals, or none; mixed, it was copied wrongly."),
        )
    data = joined.lower().removeprefix(BEGINNING)
    if len(data) not in _CHECKSUMS:
        raise Unreadable(
            _("the codex32 string has {count} characters behind ms1, which no seed has").format(count=len(data)),
            hint=_("One of 128 bits has 48 characters in all, one of 256 bits 74, one of 512 bits 127."),
        )
    wrong = [str(place) for place, character in enumerate(data, len(BEGINNING) + 1) if character not in CHARSET]
    if wrong or not joined.lower().startswith(BEGINNING):
        raise Unreadable(
            _("the codex32 string has characters that are not of its alphabet, at position {positions}").format(
                positions=", ".join(wrong) or "1"
            ),
            hint=_("It has the digits but 1, and the letters but b, i and o, behind ms1."),
        )
    return [CHARSET.index(character) for character in data]


def _interpolated(shares: Sequence[Codex32], index: int) -> list[int]:
    """Return header and payload of the string at `index`, which as many shares as the threshold determine."""
    points = [share.at(_HEADER - 1) for share in shares]
    weights = [_weight(points, point, index) for point in points]
    return [
        _sum(_product(weight, share.at(place)) for weight, share in zip(weights, shares, strict=True))
        for place in range(len(shares[0]))
    ]


def _weight(points: Sequence[int], own: int, index: int) -> int:
    """Lagrange's polynomial of one point, at `index`; addition and subtraction in GF(32) are both exclusive or."""
    weight = 1
    for other in points:
        if other != own:
            weight = _product(weight, _product(index ^ other, _inverse(own ^ other)))
    return weight


def _product(left: int, right: int) -> int:
    """Multiply in GF(32)."""
    product = 0
    for bit in range(5):
        product ^= left << bit if right >> bit & 1 else 0
    for bit in range(8, 4, -1):
        product ^= _FIELD << bit - 5 if product >> bit & 1 else 0
    return product


def _inverse(value: int) -> int:
    """The value to the power of 30: to that of 31, every value but 0 is 1."""
    inverse = 1
    for _time in range(30):
        inverse = _product(inverse, value)
    return inverse


def _sum(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total ^= value
    return total
