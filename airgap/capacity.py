"""How many characters a QR code of each version holds at level L, and the smallest for a text (ISO/IEC 18004).

Tables 3 and 7. Level L is right for screens: a frame that was caught badly is seen again, and a tear across the picture
defeats level M as often as level L, so the room is better spent on data.
"""

from airgap.catalogue import _
from airgap.errors import Unreadable

LARGEST_VERSION = 40

DATA_CODEWORDS = (
    *(19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721, 795, 861),
    *(932, 1006, 1094, 1174, 1276, 1370, 1468, 1531, 1631, 1735, 1843, 1955, 2071, 2191, 2306, 2434, 2566),
    *(2702, 2812, 2956),
)
"""Data codewords of versions 1 to 40 at level L."""

_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_MODE_BITS = 4

# The library that makes the symbols divides by the leading coefficient of a block, and fails on a block that is all
# zero. In alphanumeric mode a run of "0" is one: the smallest block at level L that holds no header is 68 codewords,
# 98 characters. In byte mode no printable character is zero.
_ZERO_RUN = "0" * 90


def modules(version: int) -> int:
    """Return the width of a version's symbol in modules, without its quiet zone."""
    return 17 + 4 * version


def alphanumeric(text: str) -> bool:
    """Return whether `text` goes into the alphanumeric mode, which knows 45 characters and spends 5.5 bits on each."""
    return _ALPHANUMERIC.issuperset(text) and _ZERO_RUN not in text


def characters(version: int, *, compact: bool = True) -> int:
    """Return how many characters a version holds: alphanumeric ones when `compact`, else bytes."""
    bits = 8 * DATA_CODEWORDS[version - 1] - _MODE_BITS - _count_bits(version, compact=compact)
    if not compact:
        return bits // 8
    return bits // 11 * 2 + (1 if bits % 11 >= 6 else 0)


def version_for(text: str) -> int:
    """Return the smallest version that holds `text`. Raises Unreadable when none does, or when it is no text."""
    if "\0" in text:
        raise Unreadable(_("a frame is text, and this one holds a NUL character"))
    compact = alphanumeric(text)
    length = len(text) if compact else len(text.encode())
    for version in range(1, LARGEST_VERSION + 1):
        if length <= characters(version, compact=compact):
            return version
    raise Unreadable(
        _("a frame of {length} characters does not fit one QR code, which holds {limit}").format(
            length=length, limit=characters(LARGEST_VERSION, compact=compact)
        ),
        hint=_("Make the frames smaller with --fragment."),
    )


def _count_bits(version: int, *, compact: bool) -> int:
    """Width of the character count indicator (table 3)."""
    if version <= 9:
        return 9 if compact else 8
    if version <= 26:
        return 11 if compact else 16
    return 13 if compact else 16
