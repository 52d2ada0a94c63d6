"""What gets lost of a file's declarations: removed, zeroed or shortened at random, by BIP-174's key types alone.

Nothing of the transaction changes, nor what proves its coins: only what is said of keys and scripts.
"""

from collections.abc import Callable, Iterator, Mapping
from random import Random
from types import MappingProxyType

from custody.chains.bitcoin.psbt.envelope import MAGIC
from tests.hunts.command_line import maps
from tests.support import desk

HARDENED = 1 << 31

Map = Mapping[bytes, bytes]
Alter = Callable[[Random, bytes], bytes]
"""A master fingerprint and a path, four bytes each step, to what is left of them."""

_XPUB, _UNSIGNED, _INPUTS = b"\x01", b"\x00", b"\x04"
_DERIVATIONS = MappingProxyType({"input": (0x06, 0x16), "output": (0x02, 0x07)})
_BESIDE = MappingProxyType({"input": (0x04, 0x05, 0x15, 0x17, 0x18), "output": (0x00, 0x01, 0x05, 0x06)})
"""Scripts, and taproot's leaves, internal key, root and tree."""


def zeroed(_chance: Random, origin: bytes) -> bytes:
    """The master key is not known."""
    return bytes(4) + origin[4:]


def beheaded(chance: Random, origin: bytes) -> bytes:
    """The path begins at some key below the master key."""
    return origin[:4] + origin[4 + 4 * chance.randint(1, (len(origin) - 4) // 4) :]


def cut(chance: Random, origin: bytes) -> bytes:
    """The path ends at some key above the address."""
    return origin[: len(origin) - 4 * chance.randint(1, (len(origin) - 4) // 4)]


def softened(_chance: Random, origin: bytes) -> bytes:
    """The hardening marks are gone."""
    steps = (int.from_bytes(origin[at : at + 4], "little") % HARDENED for at in range(4, len(origin), 4))
    return origin[:4] + b"".join(step.to_bytes(4, "little") for step in steps)


ALTERED: tuple[Alter, ...] = (zeroed, beheaded, cut, softened)


def is_derivation(key: bytes, side: str) -> bool:
    """Whether a field of an "input" or an "output" is a derivation: its key holds a public key."""
    return key[0] in _DERIVATIONS[side] and len(key) in (33, 34)


def sides(psbt: bytes) -> Iterator[str]:
    """Name the sides of a file's maps, in their order, without the global one."""
    head, *rest = maps(psbt)
    inputs = head[_INPUTS][0] if _UNSIGNED not in head else head[_UNSIGNED][4]
    yield from ("input" if number < inputs else "output" for number in range(len(rest)))


def lose(chance: Random, psbt: bytes) -> bytes:
    """Take some of the declarations of some of the maps away."""
    head, *rest = maps(psbt)
    kept = [_globals(chance, head)]
    for side, fields in zip(sides(psbt), rest, strict=True):
        lost = fields
        for _each in range(chance.choice((0, 1, 1, 2))):
            lost = chance.choice((_fewer, _without_derivations, _altered, _altered, _without_scripts))(
                chance, lost, side
            )
        kept.append(lost)
    return written(kept)


def written(of: list[Map]) -> bytes:
    """Write a PSBT of its maps."""
    return MAGIC + b"".join(desk.psbt_map(fields.items()) for fields in of)


def _globals(chance: Random, head: Map) -> Map:
    """Account keys stay, or go, or lose their fingerprints."""
    what = chance.randrange(3)
    if what == 0:
        return head
    accounts = {key: value for key, value in head.items() if key[:1] == _XPUB and len(key) == 79}
    rest = {key: value for key, value in head.items() if key not in accounts}
    return rest if what == 1 else rest | {key: zeroed(chance, value) for key, value in accounts.items()}


def _derivations(fields: Map, side: str) -> list[bytes]:
    return [key for key in fields if is_derivation(key, side)]


def _without(fields: Map, gone: list[bytes]) -> Map:
    return {key: value for key, value in fields.items() if key not in gone}


def _fewer(chance: Random, fields: Map, side: str) -> Map:
    """One cosigner is not named."""
    return _without(fields, [chance.choice(_derivations(fields, side) or [b""])])


def _without_derivations(_chance: Random, fields: Map, side: str) -> Map:
    return _without(fields, _derivations(fields, side))


def _without_scripts(chance: Random, fields: Map, side: str) -> Map:
    beside = [key for key in fields if key[0] in _BESIDE[side] and (len(key) == 1 or key[0] == 0x15)]
    return _without(fields, beside if chance.random() < 0.5 else beside[:1])


def _altered(chance: Random, fields: Map, side: str) -> Map:
    """All keys, or one, are said to lie elsewhere."""
    named, alter = _derivations(fields, side), chance.choice(ALTERED)
    named = named if chance.random() < 0.7 else named[:1]
    return dict(fields) | {key: with_origin(fields[key], key, chance, alter) for key in named}


def with_origin(value: bytes, key: bytes, chance: Random, alter: Alter) -> bytes:
    """Alter the origin in a derivation field, where it has a path."""
    origin = origin_of(key, value)
    return value.removesuffix(origin) + (alter(chance, origin) if len(origin) > 4 else origin)


def origin_of(key: bytes, value: bytes) -> bytes:
    """The fingerprint and path in a derivation field: behind a list of leaves in taproot, a count and 32 bytes each."""
    return value[1 + 32 * value[0] :] if len(key) == 33 else value
