"""Honest inputs, broken in one to eight places: bytes and texts by their units, JSON documents by their members too."""

import json
import random
from collections.abc import Sequence
from typing import Any, TypeVar

Input = TypeVar("Input", bytes, str)

INTERESTING = (0, 1, 2, 3, 0x7F, 0x80, 0xFC, 0xFD, 0xFE, 0xFF)
"""Bytes at which something begins or ends."""

STRANGE = (
    "\x00\t\n\r \"'#*/,;:()[]{}<>@=\\-+.0159afhAFzZ\x7f\x80\xa0\xdf"
    "\u0130\u0660\u0669\u200b\u202e\u2028\ufeff\uff11\ud800\udcff\U0001f511"
)
"""Characters that divide, that look like others, that change with their case, and halves of surrogate pairs."""

_VALUES = (None, True, False, 0, 1, -1, 255, 1 << 31, 1 << 53, 1 << 64, 10**40, 1.5, "", "a", "00", "\ud800", "\u0660")
_SEVERAL = ((), ([],), ({},), (0, 0), ("a", "a"))


def mutate(chance: random.Random, honest: Input, others: Sequence[Input]) -> Input:
    """Break an input: flips, interesting units, cuts, repeats, swaps, and pieces of other inputs; or a member."""
    if honest[:1] in ("{", b"{") and chance.random() < 0.5:
        if isinstance(honest, str):
            return _other_member(chance, honest)
        return _other_member(chance, honest.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")
    broken: Any = bytearray(honest) if isinstance(honest, bytes) else list(honest)
    for _break in range(chance.choice((1, 1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(broken)) if broken else 0
        length = chance.randint(1, 40)
        match chance.randrange(7):
            case 0 if broken:
                flipped = 1 << chance.randrange(8)
                broken[at] = broken[at] ^ flipped if isinstance(honest, bytes) else chr(ord(broken[at]) ^ flipped)
            case 1 if broken:
                broken[at] = chance.choice(INTERESTING if isinstance(honest, bytes) else STRANGE)
            case 2:
                del broken[at : at + length]
            case 3:
                broken[at:at] = broken[at : at + length]
            case 4:
                count = chance.choice((1, 4, 8, 33))
                broken[at:at] = (
                    chance.randbytes(count) if isinstance(honest, bytes) else chance.choices(STRANGE, k=count)
                )
            case 5:
                other = chance.choice(others)
                start = chance.randrange(len(other)) if other else 0
                broken[at : at + length] = other[start : start + length]
            case _:
                del broken[at + chance.randint(0, 200) :]
    return bytes(broken) if isinstance(honest, bytes) else "".join(broken)


def _other_member(chance: random.Random, text: str) -> str:
    """Change a member of a JSON document, or of one of several lines that are one each; it stays JSON."""
    try:
        return _written(chance, _changed(chance, json.loads(text)), text)
    except (ValueError, RecursionError):
        lines = text.split("\n")
    at = chance.randrange(len(lines))
    try:
        lines[at] = _written(chance, _changed(chance, json.loads(lines[at])), lines[at])
    except (ValueError, RecursionError):
        lines.insert(chance.randrange(len(lines)), lines.pop(at))
    return "\n".join(lines)


def _written(chance: random.Random, value: Any, text: str) -> str:
    """Write a value as canonical JSON is, or in the form that it came in."""
    if chance.random() < 0.5 or ": " not in text:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    return json.dumps(value, indent=2 if "\n" in text else None) + ("\n" if text.endswith("\n") else "")


def _changed(chance: random.Random, value: Any) -> Any:
    """Return a value with one member of it, however deep, other, gone, more, or in another's place."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.05:
        return _other(chance, value)
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = chance.choice(keys)
    match chance.randrange(8):
        case 0:
            del value[key]
        case 1 if isinstance(value, dict):
            value[chance.choice(("", "a", key.upper(), key + "x", key[:-1]))] = value.pop(key)
        case 1:
            value.insert(key, value[key])
        case 2:
            value[key] = value[chance.choice(keys)]
        case 3:
            value[key] = _other(chance, value[key])
        case _:
            value[key] = _changed(chance, value[key])
    return value


def _other(chance: random.Random, value: Any) -> Any:
    """Return a value in another's place: near it, of another type, or strange."""
    if isinstance(value, int) and not isinstance(value, bool) and chance.random() < 0.5:
        return value + chance.choice((-1, 1))
    if isinstance(value, str) and value and chance.random() < 0.7:
        return mutate(chance, value, [value])
    return chance.choice((*_VALUES, *map(list, _SEVERAL), {}, {"a": 0}, [value], {"a": value}, str(value)))
