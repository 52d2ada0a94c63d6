"""Splits the braces of a tr descriptor (BIP-386) into leaves in depth-first order, each with its depth, and joins them.

Leaves stay text here. More than 64 of them, or deeper than 16, raise Unreadable.
"""

from collections.abc import Iterable

from custody.catalogue import _
from custody.errors import Unreadable

DEPTH_LIMIT = 16
"""Braces within braces. Consensus allows 128; nobody can follow so many."""

LEAVES_LIMIT = 64


def split(text: str) -> tuple[tuple[int, str], ...]:
    """Take a tree apart into its leaves. Raises Unreadable for braces that make no pairs, and over the limits."""
    leaves: list[tuple[int, str]] = []
    pairs: list[int] = []  # for every open brace, how many of its two trees are behind us
    position = 0
    while True:
        while text[position : position + 1] == "{":
            pairs.append(0)
            position += 1
            if len(pairs) > DEPTH_LIMIT:
                raise Unreadable(_("the tree of a descriptor is deeper than {limit}").format(limit=DEPTH_LIMIT))
        end = _end_of_leaf(text, position)
        if end == position:
            raise _malformed()
        if len(leaves) == LEAVES_LIMIT:
            raise Unreadable(_("the tree of a descriptor has more than {limit} leaves").format(limit=LEAVES_LIMIT))
        leaves.append((len(pairs), text[position:end]))
        position = _close(text, end, pairs)
        if not pairs:
            break
    if position != len(text):
        raise _malformed()
    return tuple(leaves)


def join(leaves: Iterable[tuple[int, str]]) -> str:
    """Write a tree from its leaves."""
    written: list[str] = []
    pairs: list[int] = []
    for depth, leaf in leaves:
        written.append("{" * (depth - len(pairs)) + leaf)
        pairs += [0] * (depth - len(pairs))
        while pairs and pairs[-1]:
            written.append("}")
            pairs.pop()
        if pairs:
            written.append(",")
            pairs[-1] = 1
    return "".join(written)


def _end_of_leaf(text: str, position: int) -> int:
    """Find where a leaf ends: at a comma or brace outside its parentheses, or with the text."""
    nested = 0
    for at in range(position, len(text)):
        character = text[at]
        if character == "(":
            nested += 1
        elif character == ")":
            nested -= 1
        elif character in ",{}" and nested <= 0:
            return at
    return len(text)


def _close(text: str, position: int, pairs: list[int]) -> int:
    """Step over what follows a whole tree: closing braces, then the comma before its sibling."""
    while pairs:
        expected = "}" if pairs[-1] else ","
        if text[position : position + 1] != expected:
            raise _malformed()
        position += 1
        if expected == ",":
            pairs[-1] = 1
            break
        pairs.pop()
    return position


def _malformed() -> Unreadable:
    return Unreadable(
        _("the tree of a descriptor is malformed"),
        hint=_("It is one script, or two trees in braces: {example}.").format(example="{pk(A),pk(B)}"),
    )
