"""tr with scripts (BIP-386): a text to a tree with leaves of miniscript or sortedmulti_a (BIP-387), and to its output.

It tells which key opens the output without a script, and whether anybody can hold that one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from custody.catalogue import _
from custody.chains.bitcoin import miniscript
from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.script import p2tr
from custody.chains.bitcoin.descriptor import braces
from custody.chains.bitcoin.descriptor.derived import Derived, Leaf
from custody.chains.bitcoin.descriptor.expression import around, inside
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.policy import KeyedMiniscript, companions, read_miniscript, witness_size
from custody.chains.bitcoin.descriptor.quorum import read_arguments
from custody.chains.bitcoin.descriptor.shape import Form, Groups, KeyReader, NameKey, Pairs
from custody.chains.bitcoin.miniscript import Context, Fragment, Node

_CONTROL_BLOCK = 33
"""Bytes of a control block before the hashes of the leaf's way up."""

_SORTED = "sortedmulti_a"


@dataclass(frozen=True, slots=True)
class TreeLeaf:
    """A leaf over numbered keys, and its depth. `is_sorted`: multi_a, its keys sorted at every address."""

    depth: int
    node: Node[int]
    is_sorted: bool = False

    @property
    def largest_witness(self) -> int:
        """Bytes of the largest witness that opens the output by this leaf."""
        return witness_size(self.node, [self.node.script_size, _CONTROL_BLOCK + 32 * self.depth])

    def at(self, keys: Sequence[DerivedKey]) -> Node[DerivedKey]:
        """Return the leaf over the keys of one address."""
        node = self.node.map_keys(keys.__getitem__)
        if not self.is_sorted:
            return node
        return replace(node, own_keys=tuple(sorted(node.own_keys, key=_x_only)))

    def text(self, write_key: NameKey) -> str:
        """Write it in one canonical way."""
        if not self.is_sorted:
            return self.node.text(write_key)
        return f"{_SORTED}({self.node.number},{','.join(map(write_key, self.node.own_keys))})"


@dataclass(frozen=True, slots=True)
class Tree:
    """A taproot tree: the first key is the internal one, `leaves` stand in depth-first order.

    `is_key_held` is False where it is proven that nobody has the internal key's private key.
    """

    leaves: tuple[TreeLeaf, ...]
    is_key_held: bool
    largest_witness: int
    form: Form = Form.TR
    threshold: None = None
    is_sorted: bool = False
    is_policy: bool = True

    def derive(self, keys: Sequence[DerivedKey]) -> Derived:
        """Return the output, and the leaves, that the keys of one address make."""
        internal = _x_only(keys[0])
        nodes = [leaf.at(keys) for leaf in self.leaves]
        scripts = [node.script(_x_only) for node in nodes]
        hashes = [taproot.leaf_hash(script) for script in scripts]
        tree = taproot.tree([(leaf.depth, each) for leaf, each in zip(self.leaves, hashes, strict=True)])
        output, odd = taproot.output_key(internal, tree.merkle_root)
        leaves = tuple(
            Leaf(script, leaf_hash, taproot.control_block(internal, way, odd=odd), KeyedMiniscript(node), node.keys())
            for script, leaf_hash, way, node in zip(scripts, hashes, tree.ways, nodes, strict=True)
        )
        return Derived(
            p2tr(output),
            None,
            None,
            internal,
            tuple(keys if self.is_key_held else keys[1:]),
            merkle_root=tree.merkle_root,
            leaves=leaves,
            largest_witness=self.largest_witness,
        )

    def text(self, write_key: NameKey) -> str:
        """Write it in one canonical way."""
        tree = braces.join((leaf.depth, leaf.text(write_key)) for leaf in self.leaves)
        return around(self.form, f"{write_key(0)},{tree}")

    def explain(self, name_key: NameKey) -> tuple[str, ...]:
        """Say in sentences who can spend, and when: first by the key alone, then by each leaf."""
        alone = _("{name} alone now (key path)").format(name=name_key(0))
        first = alone if self.is_key_held else _("key path: nobody")
        return (first, *(way for leaf in self.leaves for way in miniscript.explain(leaf.node, name_key)))

    def companions(self) -> Pairs:
        """Return the pairs of keys that may count towards the same quorum: those within one leaf."""
        return frozenset[frozenset[int]]().union(*(companions(leaf.node) for leaf in self.leaves))

    def sorted_groups(self) -> Groups:
        """Return the keys of each leaf that sorts them."""
        return tuple(leaf.node.own_keys for leaf in self.leaves if leaf.is_sorted)


def read(body: str) -> tuple[Tree, list[KeyExpression]] | None:
    """Read tr(KEY,TREE); None where the text is something else. Raises Unreadable."""
    inner = inside(body, Form.TR)
    if inner is None or "," not in inner:
        return None
    internal, _comma, tree = inner.partition(",")
    reader = KeyReader(taproot=True)
    reader(internal)
    leaves = tuple(_leaf(depth, text, reader) for depth, text in braces.split(tree))
    is_key_held = not reader.keys[0].is_held_by_nobody
    largest = max(leaf.largest_witness for leaf in leaves)  # a key path's witness of 67 bytes is never larger
    return Tree(leaves, is_key_held, largest), reader.keys


def _leaf(depth: int, text: str, reader: KeyReader) -> TreeLeaf:
    arguments = inside(text, _SORTED)
    if arguments is None or ")" in arguments:
        return TreeLeaf(depth, read_miniscript(text, Context.TAPSCRIPT, reader))
    first = len(reader.keys)
    threshold = read_arguments(arguments, reader)
    keys = tuple(range(first, len(reader.keys)))
    return TreeLeaf(depth, Node(Fragment.MULTI_A, Context.TAPSCRIPT, (), keys, threshold), is_sorted=True)


def _x_only(key: DerivedKey) -> bytes:
    return key.public_key[1:]
