"""`Node`: a miniscript as a tree of fragments over keys of any kind, to its text and its script.

The fragments that the BIP calls sugar (pk, pkh, and_n, t, l, u) are written out, so one script has one tree. Nothing is
checked here: a tree that `parse` returned obeys the rules of BIP-379.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from custody.chains.bitcoin.miniscript.assemble import Assembled, assemble
from custody.chains.bitcoin.miniscript.fragment import Context, Fragment
from custody.chains.bitcoin.miniscript.notation import Text, write

K = TypeVar("K")
K2 = TypeVar("K2")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Node(Generic[K]):
    """A fragment and what stands in it.

    `number` is what older, after, thresh, multi and multi_a count; `digest` (20 or 32 bytes) is a hash's; `own_keys`
    are those of pk_k, pk_h, multi and multi_a. A tree that `parse` returned obeys the rules of BIP-379.
    """

    fragment: Fragment
    context: Context
    subs: "tuple[Node[K], ...]" = field(default=(), repr=False)
    own_keys: tuple[K, ...] = ()
    number: int = 0
    digest: bytes = b""

    def keys(self) -> tuple[K, ...]:
        """Return every key, in the order of the text."""
        return tuple(key for node in self.walk() for key in node.own_keys)

    def map_keys(self, change: Callable[[K], K2]) -> "Node[K2]":
        """Return the same tree over other keys."""

        def visit(node: Node[K], subs: tuple[Node[K2], ...]) -> Node[K2]:
            keys = tuple(change(key) for key in node.own_keys)
            return Node(node.fragment, node.context, subs, keys, node.number, node.digest)

        return self.fold(visit)

    def text(self, write_key: Callable[[K], str]) -> str:
        """Write it in one canonical way: with BIP-379's sugar wherever it fits, digests in small letters."""

        def visit(node: Node[K], subs: tuple[Text, ...]) -> Text:
            keys = tuple(write_key(key) for key in node.own_keys)
            return write(node.fragment, subs, keys, node.number, node.digest)

        return str(self.fold(visit))

    def script(self, key_bytes: Callable[[K], bytes]) -> bytes:
        """Write the script. Keys have 33 bytes in P2WSH and 32 in tapscript. Raises ValueError for others."""

        def visit(node: Node[K], subs: tuple[Assembled, ...]) -> Assembled:
            keys = tuple(key_bytes(key) for key in node.own_keys)
            if any(len(key) != self.context.key_size for key in keys):
                raise ValueError(f"a key of {self.context.key_size} bytes is needed")
            return assemble(node.fragment, subs, keys, node.number, node.digest)

        return self.fold(visit).script

    @property
    def script_size(self) -> int:
        """Bytes of the script, whatever the keys."""
        placeholder = bytes(self.context.key_size)
        return len(self.script(lambda _key: placeholder))

    def walk(self) -> "Iterator[Node[K]]":
        """Yield every node, those within before the one around them, from left to right."""
        order: list[Node[K]] = []
        pending = [self]
        while pending:
            node = pending.pop()
            order.append(node)
            pending.extend(node.subs)
        return reversed(order)

    def fold(self, visit: "Callable[[Node[K], tuple[R, ...]], R]") -> R:
        """Compute something of the tree from what was computed of the nodes within, without recursion."""
        results: list[R] = []
        for node in self.walk():
            first = len(results) - len(node.subs)
            results[first:] = [visit(node, tuple(results[first:]))]
        return results[0]
