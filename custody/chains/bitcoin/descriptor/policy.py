"""wsh and sh(wsh) of miniscript (BIP-379): a text to a policy that is sane, and to the scripts it makes.

Also for any policy: which keys may count towards one quorum, and how large its witness is at most. The language itself
is `miniscript`'s.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from custody.catalogue import _
from custody.chains.bitcoin import miniscript
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.descriptor.derived import Derived
from custody.chains.bitcoin.descriptor.expression import around, inside
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.quorum import KEYS_LIMIT, under_wsh
from custody.chains.bitcoin.descriptor.shape import Form, Groups, KeyReader, NameKey, Pairs
from custody.chains.bitcoin.miniscript import Context, Fragment, Node
from custody.errors import Unreadable

FORMS = (Form.SH_WSH, Form.WSH)

_QUORUMS = (Fragment.MULTI, Fragment.MULTI_A)
_EITHER = (Fragment.OR_B, Fragment.OR_C, Fragment.OR_D, Fragment.OR_I)


@dataclass(frozen=True, slots=True)
class Policy:
    """A witness script of miniscript over numbered keys."""

    form: Form
    node: Node[int]
    largest_witness: int
    threshold: None = None
    is_sorted: bool = False
    is_policy: bool = True
    is_key_held: bool = True

    def derive(self, keys: Sequence[DerivedKey]) -> Derived:
        """Return the scripts that the keys of one address make."""
        node = self.node.map_keys(keys.__getitem__)
        script = node.script(lambda key: key.public_key)
        return replace(
            under_wsh(self.form, script, keys), policy=KeyedMiniscript(node), largest_witness=self.largest_witness
        )

    def text(self, write_key: NameKey) -> str:
        """Write it in one canonical way."""
        return around(self.form, self.node.text(write_key))

    def explain(self, name_key: NameKey) -> tuple[str, ...]:
        """Say in sentences who can spend, and when."""
        return miniscript.explain(self.node, name_key)

    def companions(self) -> Pairs:
        """Return the pairs of keys that may count towards the same quorum."""
        return companions(self.node)

    def sorted_groups(self) -> Groups:
        """Miniscript sorts no keys."""
        return ()


@dataclass(frozen=True, slots=True)
class KeyedMiniscript:
    """A policy over the keys of one address, as `PolicyAt` asks for it."""

    node: Node[DerivedKey]

    def usable_keys(self, moment: Timing) -> frozenset[DerivedKey]:
        """Return the keys whose signatures can count at this time. Preimages are taken to be known."""
        return miniscript.usable_keys(self.node, moment)

    def opened_by_time(self, moments: Collection[Timing], name_key: Callable[[DerivedKey], str]) -> Iterator[str]:
        """Tell the ways with a time lock that one of several inputs meets."""
        return miniscript.opened_by_time(self.node, moments, name_key)


def read(body: str) -> tuple[Policy, list[KeyExpression]] | None:
    """Read a policy in wsh or sh(wsh); None where the text is something else. Raises Unreadable."""
    for form in FORMS:
        inner = inside(body, form)
        if inner is not None and "(" in inner:
            reader = KeyReader(taproot=False)
            node = read_miniscript(inner, Context.P2WSH, reader)
            return Policy(form, node, witness_size(node, [node.script_size])), reader.keys
    return None


def read_miniscript(text: str, context: Context, read_key: Callable[[str], int]) -> Node[int]:
    """Read a miniscript that is safe to use. Raises Unreadable for what is malformed, not sane or over our limit."""
    node = miniscript.parse(text, context, read_key)
    miniscript.check_sane(node)
    if any(len(each.own_keys) > KEYS_LIMIT for each in node.walk() if each.fragment in _QUORUMS):
        raise Unreadable(_("a quorum of a policy has more than {limit} keys").format(limit=KEYS_LIMIT))
    return node


def witness_size(node: Node[int], behind: Sequence[int]) -> int:
    """Return the bytes of the largest witness of a policy, with its count: what satisfies it, and what stands behind.

    `behind` are the sizes of the script and, in a leaf, of the control block.
    """
    count, satisfaction = miniscript.stack_items(node), miniscript.largest_satisfaction_size(node)
    if count is None or satisfaction is None:
        raise ValueError("a sane policy can be satisfied")
    return (
        len(compact_size(count + len(behind))) + satisfaction + sum(len(compact_size(size)) + size for size in behind)
    )


def companions(node: Node[int]) -> Pairs:
    """Return the pairs of keys that may count together: all but those on different sides of an "or"."""

    def visit(each: Node[int], subs: tuple[_Together, ...]) -> _Together:
        sides = [frozenset((key,)) for key in each.own_keys] or [sub.keys for sub in subs]
        together = frozenset[frozenset[int]]().union(*(sub.pairs for sub in subs))
        if each.fragment is Fragment.ANDOR:  # the first two stand against the third
            together |= _between(sides[0], sides[1])
        elif each.fragment not in _EITHER:
            together = together.union(*(_between(one, other) for one, other in combinations(sides, 2)))
        return _Together(frozenset[int]().union(*sides), together)

    return node.fold(visit).pairs


@dataclass(frozen=True, slots=True)
class _Together:
    keys: frozenset[int]
    pairs: Pairs


def _between(some: frozenset[int], others: frozenset[int]) -> Pairs:
    return frozenset(frozenset((one, other)) for one in some for other in others)
