"""`Shape`: what every form of a descriptor answers, for keys that are numbered in the order of the text."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from custody.catalogue import _
from custody.chains.bitcoin.descriptor.derived import Derived
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.errors import Unreadable

_UNCOMPRESSED = 65


class Form(StrEnum):
    """The outermost names."""

    PKH = "pkh"
    WPKH = "wpkh"
    SH_WPKH = "sh(wpkh"
    TR = "tr"
    SH = "sh"
    WSH = "wsh"
    SH_WSH = "sh(wsh"


Pairs = frozenset[frozenset[int]]
"""Pairs of keys, by their numbers."""

Groups = tuple[tuple[int, ...], ...]
"""Groups of keys, by their numbers."""

NameKey = Callable[[int], str]
"""The text or the name of the key with a number."""


class Shape(Protocol):
    """A single key, a quorum, a policy of miniscript, or a taproot tree."""

    @property
    def form(self) -> Form:
        """The outermost names."""

    @property
    def threshold(self) -> int | None:
        """How many of the keys must sign, where that is all there is to say; None for a single key and for policies."""

    @property
    def is_sorted(self) -> bool:
        """Whether a quorum's keys are sorted at every address (BIP-67)."""

    @property
    def is_policy(self) -> bool:
        """Whether who can spend is more than one threshold: miniscript, or a taproot tree."""

    @property
    def is_key_held(self) -> bool:
        """False where it is proven that nobody has the private key of the first key: a tree without a key path."""

    def derive(self, keys: Sequence[DerivedKey]) -> Derived:
        """Return the scripts that the keys of one address make."""

    def text(self, write_key: NameKey) -> str:
        """Write it in one canonical way."""

    def explain(self, name_key: NameKey) -> tuple[str, ...]:
        """Say in sentences who can spend, where a threshold does not."""

    def companions(self) -> Pairs:
        """Return the pairs of keys that may count towards the same quorum: all that stand in one way to spend."""

    def sorted_groups(self) -> Groups:
        """Return the keys that are sorted at every address: within a group they change places and no address."""


class KeyReader:
    """Reads the key expressions of a text and gives each its number."""

    def __init__(self, *, taproot: bool, uncompressed: bool = False) -> None:
        self._taproot = taproot
        self._uncompressed = uncompressed
        self.keys: list[KeyExpression] = []

    def __call__(self, text: str) -> int:
        """Read one. Raises Unreadable, for an uncompressed one too where only compressed ones may stand."""
        key = KeyExpression.parse(text, taproot=self._taproot)
        if key.raw is not None and len(key.raw) == _UNCOMPRESSED and not self._uncompressed:
            raise Unreadable(_("an uncompressed key stands where only compressed ones may"))
        self.keys.append(key)
        return len(self.keys) - 1
