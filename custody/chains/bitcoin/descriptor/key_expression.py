"""`KeyExpression` (BIP-380, BIP-389): a public key's text to its origin, its branches, and the key of each address.

A private key is refused and never quoted; so are hardened steps below a public key.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.taproot import NUMS_KEY
from custody.chains.bitcoin.descriptor.expression import refuse_aggregate
from custody.chains.extended_key import GREATEST_DEPTH, Children, ExtendedKey
from custody.curve import Point
from custody.derivation import DEEPEST, HARDENED, format_path, parse_step
from custody.errors import Unreadable

_ORIGIN = re.compile(r"\[([0-9a-fA-F]{8})((?:/[^/\]]*)*)\]", re.ASCII)
_HEX_KEY = re.compile(r"(?:[0-9a-fA-F]{2})+", re.ASCII)
_WIF = re.compile(r"[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}")

Step = tuple[int, ...]
"""One step below the key: one number, or BIP-389's alternatives, one for each branch."""


@dataclass(frozen=True, slots=True)
class DerivedKey:
    """A key of one address: its master fingerprint (4 bytes), its whole path, and the key (33 bytes; 65 where raw)."""

    fingerprint: bytes
    path: tuple[int, ...]
    public_key: bytes


@dataclass(frozen=True, slots=True)
class KeyExpression:
    """A key of a descriptor. Either `extended` is there, with `steps` below it, or `raw` is one fixed key.

    `fingerprint` and `origin_path` say where the key comes from: the key itself, where no origin is written. `raw` is
    as written: 33 bytes, 65, or in tr 32 (BIP-386).
    """

    fingerprint: bytes
    origin_path: tuple[int, ...]
    has_origin: bool
    extended: ExtendedKey | None
    steps: tuple[Step, ...]
    ranged: bool
    raw: bytes | None

    @classmethod
    def parse(cls, text: str, *, taproot: bool = False) -> Self:
        """Read one key expression. Raises Unreadable; a private key is refused and never quoted.

        Refused too: hardened steps below a public key, and whatever lies deeper than BIP-32 can count.
        """
        origin, body = _split_origin(text)
        key, *steps = body.split("/")
        if _HEX_KEY.fullmatch(key):
            if steps:
                raise Unreadable(_("a plain public key has no children to derive"))
            return cls._raw(bytes.fromhex(key), origin, taproot=taproot)
        if _WIF.fullmatch(key):
            raise Unreadable(
                _("the descriptor holds a private key, and only public keys are read here"),
                hint=_("Whoever has seen it can spend its money. Export the public descriptor instead."),
                code="private-key",
            )
        extended = ExtendedKey.parse(key)
        refuse_aggregate(extended.chain_code)
        if steps and steps[-1] in ("*h", "*'"):
            raise _needs_the_private_key()
        ranged = bool(steps) and steps[-1] == "*"
        below = tuple(_step(step) for step in (steps[:-1] if ranged else steps))
        if sum(len(step) > 1 for step in below) > 1:
            raise Unreadable(_("a key has more than one step with alternatives (BIP-389 allows one)"))
        fingerprint, path = origin if origin is not None else (extended.fingerprint, ())
        if len(path) + len(below) + ranged > DEEPEST:
            raise Unreadable(_("a path of a descriptor is longer than {limit} steps").format(limit=DEEPEST))
        if extended.depth + len(below) + ranged > GREATEST_DEPTH:
            raise Unreadable(_("a path of a descriptor leads deeper than {limit}").format(limit=GREATEST_DEPTH))
        return cls(fingerprint, path, origin is not None, extended, below, ranged, None)

    @classmethod
    def _raw(cls, key: bytes, origin: tuple[bytes, tuple[int, ...]] | None, *, taproot: bool) -> Self:
        try:
            point = Point.parse(_with_parity(key) if taproot else key)
        except ValueError:
            raise Unreadable(_("a public key of the descriptor is not valid")) from None
        fingerprint, path = origin if origin is not None else (hash160(point.compressed)[:4], ())
        if len(path) > DEEPEST:
            raise Unreadable(_("a path of a descriptor is longer than {limit} steps").format(limit=DEEPEST))
        return cls(fingerprint, path, origin is not None, None, (), False, key)

    @property
    def branches(self) -> int:
        """How many alternatives it has, 1 without BIP-389's brackets."""
        return max((len(step) for step in self.steps), default=1)

    @property
    def is_held_by_nobody(self) -> bool:
        """Whether it is BIP-341's H, or an extended key over it: nobody knows its private key, nor its children's."""
        if self.extended is not None:
            return self.extended.point.x_only == NUMS_KEY
        return _with_parity(self.raw or b"")[1:33] == NUMS_KEY

    @property
    def points(self) -> frozenset[bytes]:
        """Every public key (33 bytes) from the one written down to the ones above the addresses, on all branches.

        Whoever has the private key of one of them signs for all that lies below it.
        """
        return frozenset(key.point.compressed for key in self._above())

    def is_above(self, other: "KeyExpression") -> bool:
        """Say whether another key is a child of this one, so that who has this private key has the other one too.

        It is looked for where its own depth and origin, or its child number, say that it lies.
        """
        below = other.extended
        if below is None:
            return False
        path = other.origin_path if other.has_origin else (below.child_number,)
        return any(_lies_below(key, below, path) for key in self._above())

    def derive(self, branch: int, index: int) -> DerivedKey:
        """Return the key of one address."""
        if self.extended is None:
            return DerivedKey(self.fingerprint, self.origin_path, _with_parity(self.raw or b""))
        numbers = self._numbers(branch)
        if not self.ranged:
            key = _descend(self.extended, numbers).point.compressed
            return DerivedKey(self.fingerprint, self.origin_path + numbers, key)
        key = _children(self.extended, numbers).key(index)
        return DerivedKey(self.fingerprint, (*self.origin_path, *numbers, index), key)

    def locate(self, fingerprint: bytes, path: tuple[int, ...]) -> tuple[int, int] | None:
        """Return the branch and index at which a claimed origin would be this key's child; None where it cannot be."""
        depth = len(self.origin_path)
        below, index = path[depth:-1], path[-1] if path else 0
        if not self.ranged or fingerprint != self.fingerprint or path[:depth] != self.origin_path:
            return None
        if len(path) != depth + len(self.steps) + 1 or index >= HARDENED:
            return None
        return next(((branch, index) for branch in range(self.branches) if self._numbers(branch) == below), None)

    @property
    def below(self) -> str:
        """The steps between the extended key and its addresses, "/<0;1>/*"."""
        steps = (f"/<{';'.join(map(str, step))}>" if len(step) > 1 else f"/{step[0]}" for step in self.steps)
        return f"{''.join(steps)}{'/*' if self.ranged else ''}"

    def text(self) -> str:
        """Write it, with h for hardened steps."""
        origin = f"[{format_path(self.origin_path, 'h', self.fingerprint.hex())}]" if self.has_origin else ""
        if self.extended is None:
            return origin + (self.raw or b"").hex()
        return f"{origin}{self.extended.serialize()}{self.below}"

    def _above(self) -> tuple[ExtendedKey, ...]:
        """The key written down and every key between it and the addresses, on all branches."""
        if self.extended is None:
            return ()
        ways = [self._numbers(branch) for branch in range(self.branches)]
        return tuple(_descend(self.extended, way[:depth]) for way in ways for depth in range(len(way) + 1))

    def _numbers(self, branch: int) -> tuple[int, ...]:
        return tuple(step[branch] if len(step) > 1 else step[0] for step in self.steps)


@lru_cache(maxsize=1024)
def _descend(key: ExtendedKey, numbers: tuple[int, ...]) -> ExtendedKey:
    """The key a few unhardened steps below. Addresses of one branch share it, so it is remembered."""
    for number in numbers:
        key = key.child(number)
    return key


@lru_cache(maxsize=1024)
def _children(key: ExtendedKey, numbers: tuple[int, ...]) -> Children:
    """The addresses' keys of one branch."""
    return Children(_descend(key, numbers))


def _lies_below(above: ExtendedKey, below: ExtendedKey, path: tuple[int, ...]) -> bool:
    """Whether the last steps of a key's path, as many as it lies deeper, lead to it from another."""
    deeper = below.depth - above.depth
    if not 0 < deeper <= len(path) or any(number >= HARDENED for number in path[-deeper:]):
        return False
    return _descend(above, path[-deeper:]).point == below.point


def _split_origin(text: str) -> tuple[tuple[bytes, tuple[int, ...]] | None, str]:
    if not text.startswith("["):
        return None, text
    match = _ORIGIN.match(text)
    if match is None:
        raise Unreadable(
            _("the origin of a key is malformed"), hint=_("It looks like [73c5da0a/84h/0h/0h], before the key.")
        )
    path = tuple(_number(step) for step in match[2].split("/")[1:])
    return (bytes.fromhex(match[1]), path), text[match.end() :]


def _step(text: str) -> Step:
    """Read a step below an extended key: a number, or BIP-389's "<0;1>". Hardened ones need the private key."""
    alternatives = text[1:-1].split(";") if text.startswith("<") and text.endswith(">") else [text]
    if text.startswith("<") and len(alternatives) < 2:
        raise Unreadable(_("a step with alternatives holds only one (BIP-389)"))
    numbers = tuple(_number(alternative) for alternative in alternatives)
    if any(number >= HARDENED for number in numbers):
        raise _needs_the_private_key()
    if len(set(numbers)) != len(numbers):
        raise Unreadable(_("a step with alternatives names the same number twice (BIP-389)"))
    return numbers


def _number(text: str) -> int:
    number = parse_step(text)
    if number is None or text.endswith("H"):  # BIP-380 knows h and ' alone, and says so in its vectors
        raise Unreadable(_("a step of a derivation path is malformed"), hint=_("Steps are numbers below 2147483648."))
    return number


def _with_parity(key: bytes) -> bytes:
    """The point that an x-only key stands for has an even y (BIP-340 lift_x); other keys say it themselves."""
    return b"\x02" + key if len(key) == 32 else key


def _needs_the_private_key() -> Unreadable:
    return Unreadable(
        _("a hardened step cannot be derived from a public key"),
        hint=_("Give the key at the end of the hardened steps, with its origin in brackets."),
    )
