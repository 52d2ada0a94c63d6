"""What may not stand in a member's place: for readers of objects, whose every member is of one type and writing."""

import re
from collections.abc import Iterator
from typing import Any

WRONG: tuple[Any, ...] = (True, None, -1, 2**70, 0.5, "", [None], {"x": None}, [[]])


def wrong_for(value: Any) -> Iterator[Any]:
    """What may not stand in a value's place: other types, and other writings of the same bytes."""
    yield from (each for each in WRONG if type(each) is not type(value) and (each is not None or value is not None))
    if isinstance(value, int) and not isinstance(value, bool):
        yield -1
    if isinstance(value, str) and re.fullmatch("(?:[0-9a-f]{2}){4,}", value):
        yield from (value[2:], value + "00", f" {value[1:]}", f"AA{value[2:]}", f"zz{value[2:]}", "")


def changed(value: dict[str, Any], may_be_null: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """The object with one member missing, one over, or one that holds what no member may."""
    yield {**value, "over": 1}
    for name in value:
        yield {other: each for other, each in value.items() if other != name}
        for each in wrong_for(value[name]):
            if each is not None or name not in may_be_null:
                yield {**value, name: each}
