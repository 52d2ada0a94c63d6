"""A value to its one canonical JSON, and back: equal values give equal bytes, and only those bytes are read.

Objects with their keys sorted, no spaces, nothing but printable ASCII (the rest is escaped, so that a pager shows it as
it is), whole numbers only. Whatever is hashed or signed is written here. A value without one writing raises ValueError,
other bytes raise Unreadable.
"""

import json
from typing import Any

from custody import strict_json
from custody.catalogue import _
from custody.errors import Unreadable


def encode(value: Any) -> bytes:
    """Return the bytes of a value of dict, list, str, int, bool and None. Raises ValueError for anything else."""
    _check(value)
    return write(value)


def write(value: Any) -> bytes:
    """Return the same bytes of a value whose members our own types vouch for: in a long journal's fold, a million."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def decode(document: bytes) -> Any:
    """Return the value that these bytes are the canonical writing of, and no other. Raises Unreadable."""
    strict_json.check_bounds(document)
    try:  # a key that stands twice, and every other liberty, shows in the writing
        value = json.loads(document, parse_float=_refused, parse_constant=_refused)
        if b"\\ud" in document:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        if write(value) == document:
            return value
    except (ValueError, RecursionError):
        pass
    raise Unreadable(_("a JSON document is not written in its canonical form"))


def _refused(number: str) -> Any:
    raise ValueError(number)


def _check(value: Any) -> None:
    """Refuse what has several writings (fractions) or loses something (keys that are no text, half surrogate pairs)."""
    match value:
        case None | bool() | int():
            return
        case str():
            value.encode()  # half a surrogate pair is no text: UnicodeEncodeError is a ValueError
        case list() | tuple():
            for each in value:
                _check(each)
        case dict() if all(isinstance(key, str) for key in value):
            for key, each in value.items():
                _check(key)
                _check(each)
        case _:
            raise ValueError("this value has no canonical writing")
