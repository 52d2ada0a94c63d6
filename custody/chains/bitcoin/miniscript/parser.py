"""A miniscript's text (BIP-379) to a tree of type B; malformed, of a wrong type or over a limit raises Unreadable.

It never calls itself, so no text can exhaust the stack; and it looks at every character a fixed number of times.
Whether a wallet should use the script is `sanity`'s to say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, NoReturn

from custody.catalogue import _
from custody.chains.bitcoin.miniscript.correctness import Base, Correctness, correctness
from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, Context, Fragment
from custody.chains.bitcoin.miniscript.node import K, Node
from custody.errors import Unreadable
from custody.text import safe

TEXT_LIMIT = 10_000
"""Characters."""

DEPTH_LIMIT = 100
"""Expressions within one another, wrappers counted."""

SCRIPT_LIMITS = MappingProxyType({Context.P2WSH: 3_600, Context.TAPSCRIPT: 100_000})
"""Bytes: what nodes relay behind P2WSH; in a leaf a quarter of what they relay as a transaction."""

KEY_LIMITS = MappingProxyType({Fragment.MULTI: 20, Fragment.MULTI_A: 999})
"""Keys: CHECKMULTISIG's, and what the stack of 1,000 elements holds."""

THRESH_LIMIT = 101
"""Expressions in a thresh: more of them need more than the 201 opcodes of P2WSH, and stay out of tapscript too."""

NUMBER_LIMIT = 1 << 31

_HEAD = re.compile(r"(?:([a-z]+):)?([a-z0-9_]+)(\(?)", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_HEX = re.compile(r"[0-9a-fA-F]*", re.ASCII)

_ARITIES = {
    "andor": 3,
    "and_v": 2,
    "and_b": 2,
    "and_n": 2,
    "or_b": 2,
    "or_c": 2,
    "or_d": 2,
    "or_i": 2,
}
_SINGLE_KEYS = {"pk_k": Fragment.PK_K, "pk_h": Fragment.PK_H, "pk": Fragment.PK_K, "pkh": Fragment.PK_H}
_CHECKED = ("pk", "pkh")
_QUORUMS = {Fragment.MULTI: Context.P2WSH, Fragment.MULTI_A: Context.TAPSCRIPT}
_WRAPPER_LETTERS = frozenset("asctdvjnlu")


def parse(text: str, context: Context, read_key: Callable[[str], K]) -> Node[K]:
    """Read a script of type B. `read_key` reads what stands where a key does, and raises Unreadable for what is none.

    Raises Unreadable: malformed, unknown here, of the wrong type, or over a limit. Whether a wallet should use the
    script is asked of `check_sane`.
    """
    if len(text) > TEXT_LIMIT:
        raise Unreadable(
            _("a miniscript of {count} characters is over the limit of {limit}").format(
                count=len(text), limit=TEXT_LIMIT
            )
        )
    node = _Parser(text, context, read_key).run()
    if _type_of(node).base is not Base.B:
        raise Unreadable(_("the miniscript is not a whole script: it does not leave true or false (type B)"))
    if node.script_size > SCRIPT_LIMITS[context]:
        raise Unreadable(
            _("the script of the miniscript has {size} bytes, more than the {limit} that nodes relay").format(
                size=node.script_size, limit=SCRIPT_LIMITS[context]
            )
        )
    return node


@dataclass(slots=True)
class _Open(Generic[K]):
    """An expression whose parenthesis is not closed yet. `arity` is None for thresh."""

    name: str
    wrappers: str
    depth: int
    arity: int | None
    number: int = 0
    subs: list[Node[K]] = field(default_factory=list)


class _Parser(Generic[K]):
    """One walk over one text. `_opened` are the expressions around the place where it stands."""

    def __init__(self, text: str, context: Context, read_key: Callable[[str], K]) -> None:
        self._text = text
        self._context = context
        self._read_key = read_key
        self._at = 0
        self._opened: list[_Open[K]] = []

    def run(self) -> Node[K]:
        """Read the whole text."""
        while True:
            done = self._begin()
            while done is not None:
                if not self._opened:
                    if self._at != len(self._text):
                        self._malformed()
                    return done
                done = self._place(done)

    def _begin(self) -> Node[K] | None:
        """Read the head of an expression, and all of it where it holds no other."""
        match = _HEAD.match(self._text, self._at)
        if match is None:
            self._malformed()
        wrappers, name = match[1] or "", match[2]
        if not _WRAPPER_LETTERS.issuperset(wrappers):
            raise Unreadable(_("{name} holds a letter that is no wrapper of miniscript").format(name=safe(wrappers)))
        depth = (self._opened[-1].depth if self._opened else 0) + len(wrappers) + 1
        if depth > DEPTH_LIMIT:
            raise Unreadable(_("a miniscript is nested deeper than {limit} levels").format(limit=DEPTH_LIMIT))
        self._at = match.end()
        if not match[3]:
            return self._wrap(self._constant(name), wrappers)
        if name in _ARITIES:
            self._opened.append(_Open(name, wrappers, depth, _ARITIES[name]))
            return None
        if name == Fragment.THRESH:
            number, mark, _rest = self._text[self._at : self._at + 12].partition(",")
            if not mark:
                self._malformed()
            self._at += len(number) + 1
            self._opened.append(_Open(name, wrappers, depth, None, _count(number)))
            return None
        return self._wrap(self._leaf(name), wrappers)

    def _place(self, done: Node[K]) -> Node[K] | None:
        """Put a whole expression into the one around it, and close that one where this was its last."""
        around = self._opened[-1]
        around.subs.append(done)
        following = self._text[self._at : self._at + 1]
        self._at += 1
        if following == ",":
            if len(around.subs) >= (around.arity or THRESH_LIMIT):
                raise Unreadable(_("{name} holds too many expressions").format(name=around.name))
            return None
        if following != ")":
            self._malformed()
        self._opened.pop()
        return self._wrap(self._close(around), around.wrappers)

    def _close(self, around: _Open[K]) -> Node[K]:
        subs = tuple(around.subs)
        if around.arity is not None and len(subs) != around.arity:
            raise Unreadable(_("{name} holds too few expressions").format(name=around.name))
        if around.arity is None and around.number > len(subs):
            raise _threshold(around.name)
        if around.name == "and_n":
            return self._node(Fragment.ANDOR, (*subs, self._node(Fragment.FALSE)))
        return self._node(Fragment(around.name), subs, number=around.number)

    def _constant(self, name: str) -> Node[K]:
        if name not in (Fragment.FALSE, Fragment.TRUE):
            raise _unknown(name)
        return self._node(Fragment(name))

    def _leaf(self, name: str) -> Node[K]:
        """Read what stands in the parentheses of a fragment over keys, numbers or digests."""
        end = self._text.find(")", self._at)
        if end < 0:
            self._malformed()
        arguments = self._text[self._at : end].split(",")
        self._at = end + 1
        if name in _QUORUMS:
            return self._quorum(Fragment(name), arguments)
        if name in _SINGLE_KEYS:
            return self._single_key(name, arguments)
        if len(arguments) == 1 and name in HASH_SIZES:
            return self._node(Fragment(name), digest=_digest(Fragment(name), arguments[0]))
        if len(arguments) == 1 and name in (Fragment.OLDER, Fragment.AFTER):
            return self._node(Fragment(name), number=_lock(name, arguments[0]))
        raise _unknown(name)

    def _single_key(self, name: str, arguments: list[str]) -> Node[K]:
        if len(arguments) != 1:
            raise Unreadable(_("{name} holds one key").format(name=name))
        node = self._node(_SINGLE_KEYS[name], keys=(self._read_key(arguments[0]),))
        return self._node(Fragment.C, (node,)) if name in _CHECKED else node

    def _quorum(self, fragment: Fragment, arguments: list[str]) -> Node[K]:
        if self._context is not _QUORUMS[fragment]:
            raise Unreadable(
                _("{name} does not exist in this kind of script").format(name=fragment),
                hint=_("Behind P2WSH it is multi, in a leaf of taproot multi_a."),
            )
        threshold = _count(arguments[0])
        if not 1 <= len(arguments) - 1 <= KEY_LIMITS[fragment]:
            raise Unreadable(_("{name} holds 1 to {limit} keys").format(name=fragment, limit=KEY_LIMITS[fragment]))
        if threshold > len(arguments) - 1:
            raise _threshold(fragment)
        return self._node(fragment, keys=tuple(map(self._read_key, arguments[1:])), number=threshold)

    def _wrap(self, node: Node[K], wrappers: str) -> Node[K]:
        """Put wrappers around an expression, the last letter first."""
        for letter in reversed(wrappers):
            match letter:
                case "t":
                    node = self._node(Fragment.AND_V, (node, self._node(Fragment.TRUE)))
                case "l":
                    node = self._node(Fragment.OR_I, (self._node(Fragment.FALSE), node))
                case "u":
                    node = self._node(Fragment.OR_I, (node, self._node(Fragment.FALSE)))
                case _other:
                    node = self._node(Fragment(letter), (node,))
        return node

    def _node(
        self,
        fragment: Fragment,
        subs: tuple[Node[K], ...] = (),
        *,
        keys: tuple[K, ...] = (),
        number: int = 0,
        digest: bytes = b"",
    ) -> Node[K]:
        return Node(fragment, self._context, subs, keys, number, digest)

    def _malformed(self) -> NoReturn:
        raise Unreadable(
            _("the miniscript is malformed at character {place}").format(place=self._at + 1),
            hint=_("It is written without spaces, for example and_v(v:pk(KEY),older(52560))."),
        )


def _type_of(node: Node[K]) -> Correctness:
    """Return the type of a script. Raises Unreadable at the first fragment that does not fit where it stands."""

    def visit(node: Node[K], subs: tuple[Correctness, ...]) -> Correctness:
        found = correctness(node.fragment, node.context, subs)
        if found is None:
            raise Unreadable(
                _("an expression does not fit into {name} (BIP-379, Correctness)").format(name=node.fragment)
            )
        return found

    return node.fold(visit)


def _count(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Unreadable(_("the threshold of a miniscript is not a number from 1"))
    return int(text)


def _lock(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) >= NUMBER_LIMIT:
        raise Unreadable(_("{name} holds a number from 1 to {limit}").format(name=name, limit=NUMBER_LIMIT - 1))
    return int(text)


def _digest(fragment: Fragment, text: str) -> bytes:
    size = HASH_SIZES[fragment]
    if len(text) != 2 * size or not _HEX.fullmatch(text):
        raise Unreadable(_("{name} holds a digest of {size} bytes in hex").format(name=fragment, size=size))
    return bytes.fromhex(text)


def _threshold(name: str) -> Unreadable:
    return Unreadable(_("{name} asks for more than it holds").format(name=name))


def _unknown(name: str) -> Unreadable:
    return Unreadable(
        _("{name} is no fragment of miniscript, or not written like this").format(name=safe(name)),
        hint=_("Known are the fragments of BIP-379; sortedmulti stands alone in its descriptor."),
    )
