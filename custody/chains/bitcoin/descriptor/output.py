"""`Descriptor` (BIP-380 to 389): a text to a descriptor, its canonical text, and the scripts of each branch and index.

Forms: a single key, a quorum, a policy of miniscript, a taproot tree; a module each. Everything else is refused as not
supported, never guessed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import checksum as checksums
from custody.chains.bitcoin.descriptor import quorum, single
from custody.chains.bitcoin.descriptor.derived import Derived
from custody.chains.bitcoin.descriptor.expression import refuse_by_name, unsupported, without_checksum
from custody.chains.bitcoin.descriptor.key_expression import KeyExpression
from custody.chains.bitcoin.descriptor.shape import Form, NameKey, Pairs, Shape
from custody.derivation import HARDENED
from custody.errors import Unreadable

TEXT_LIMIT = 10_000
"""Characters: fifteen keys with their origins need about 2,500."""

Reader = Callable[[str], tuple[Shape, list[KeyExpression]] | None]
"""Reads one kind of form; None where the text is something else. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor: its keys in the order of the text, and the shape around them."""

    shape: Shape
    keys: tuple[KeyExpression, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a descriptor, with or without its checksum; one that is there must hold. Raises Unreadable."""
        if len(text) > TEXT_LIMIT:
            raise Unreadable(
                _("a descriptor of {count} characters is over the limit of {limit}").format(
                    count=len(text), limit=TEXT_LIMIT
                )
            )
        body = without_checksum(text)
        refuse_by_name(body)
        read = next((each for reader in _readers() if (each := reader(body)) is not None), None)
        if read is None:
            raise unsupported(body)
        shape, keys = read
        if len({key.branches for key in keys if key.branches > 1}) > 1:
            raise Unreadable(_("the keys of a descriptor have different numbers of branches (BIP-389)"))
        found = cls(shape, tuple(keys))
        if found.is_policy and len(set(keys)) != len(keys):
            raise Unreadable(_("a key stands twice in the policy of a descriptor"))
        return found

    @property
    def form(self) -> Form:
        """The outermost names."""
        return self.shape.form

    @property
    def threshold(self) -> int | None:
        """How many of the keys must sign; None for a single key, and where it is not as simple as that."""
        return self.shape.threshold

    @property
    def is_sorted(self) -> bool:
        """Whether it is a quorum whose keys are sorted at every address: sortedmulti, not multi."""
        return self.shape.is_sorted

    @property
    def is_policy(self) -> bool:
        """Whether who can spend is more than one threshold: miniscript, or a taproot tree."""
        return self.shape.is_policy

    @property
    def signing_keys(self) -> tuple[KeyExpression, ...]:
        """The keys that somebody can hold: all but an internal key of taproot that is proven to be nobody's."""
        return self.keys if self.is_key_path_open else self.keys[1:]

    @property
    def is_key_path_open(self) -> bool:
        """Whether it is not a taproot tree whose internal key is proven to be nobody's."""
        return self.shape.is_key_held

    @property
    def branches(self) -> int:
        """How many branches it has: 1, or as many alternatives as BIP-389's brackets hold."""
        return max(key.branches for key in self.keys)

    @property
    def ranged(self) -> bool:
        """Whether every key ends in "/*", so that it stands for many addresses."""
        return all(key.ranged for key in self.signing_keys)

    def derive(self, branch: int, index: int) -> Derived:
        """Return the scripts and keys of one address. Raises Unreadable outside the branches and indexes it has."""
        if not (0 <= branch < self.branches and 0 <= index < HARDENED):
            raise Unreadable(
                _("the descriptor has no address at branch {branch}, index {index}").format(branch=branch, index=index)
            )
        return self.shape.derive(tuple(key.derive(branch, index) for key in self.keys))

    def explain(self, name_key: NameKey) -> tuple[str, ...]:
        """Say of a policy in sentences who can spend, and when; nothing of other forms. Keys go by their numbers."""
        return self.shape.explain(name_key)

    def companions(self) -> Pairs:
        """Return the pairs of keys, by their numbers, that may count towards the same quorum."""
        return self.shape.companions()

    def text(self) -> str:
        """Write it in one canonical way, without checksum."""
        return self.shape.text(lambda number: self.keys[number].text())

    def with_checksum(self) -> str:
        """Write it with its checksum."""
        text = self.text()
        return f"{text}#{checksums.checksum(text)}"


def _readers() -> Iterator[Reader]:
    """Yield a reader for each kind of form; those of miniscript only once the text is no single key and no quorum."""
    yield single.read
    yield quorum.read
    for name in ("tree", "policy"):
        yield import_module(f"custody.chains.bitcoin.descriptor.{name}").read


def merge(receive: Descriptor, change: Descriptor) -> Descriptor:
    """Make one descriptor of the two that older wallets write for their branches.

    They must be alike but for the last step before "/*". Raises Unreadable.
    """
    if receive.branches != 1 or change.branches != 1 or receive.shape != change.shape:
        raise _not_a_pair()
    pairs = list(zip(receive.keys, change.keys, strict=True))
    return replace(receive, keys=tuple(_merge_key(*pair) for pair in pairs))


def _merge_key(receive: KeyExpression, change: KeyExpression) -> KeyExpression:
    if receive == change and receive.is_held_by_nobody and not receive.ranged:
        return receive
    if not (receive.steps and change.steps) or receive.steps[-1] == change.steps[-1]:
        raise _not_a_pair()
    step = (receive.steps[-1][0], change.steps[-1][0])
    merged = replace(receive, steps=(*receive.steps[:-1], step))
    if replace(change, steps=(*change.steps[:-1], step)) != merged:
        raise _not_a_pair()
    return merged


def _not_a_pair() -> Unreadable:
    return Unreadable(
        _("the two descriptors are not the two branches of one wallet"),
        hint=_("They may differ in the last number before /* alone: 0 receives, 1 is change."),
    )
