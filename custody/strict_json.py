"""A JSON document from outside (RFC 8259) to its value, or Unreadable: at most 4,000,000 bytes, nested at most 16 deep.

A key that stands twice, NaN, an infinity, half a surrogate pair and a number of more than 20 digits are refused.
"""

import json
import math
from typing import Any

from custody.catalogue import _
from custody.errors import Unreadable

SIZE_LIMIT = 4_000_000
"""Bytes of a document."""

DEPTH_LIMIT = 16
"""Arrays and objects within one another."""

DIGITS_LIMIT = 20
"""Characters of a whole number: no amount, height, time or index has more."""


def parse(document: bytes) -> Any:
    """Read one document of UTF-8.

    Raises Unreadable over the limits, for a key that stands twice, for NaN, the infinities and half a surrogate pair,
    and for whatever is not JSON.
    """
    check_bounds(document)
    try:
        value = json.loads(
            document.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_bounded,
        )
        json.dumps(value, ensure_ascii=False).encode()  # an escape can write what no text is: half a surrogate pair
        return value
    except (ValueError, RecursionError):
        raise Unreadable(
            _("this is not a JSON document, or a key stands twice in it"), hint=_("Export it again.")
        ) from None


def check_bounds(document: bytes) -> None:
    """Raise Unreadable for a document over the limits of size and depth, before anything is built of it."""
    if len(document) > SIZE_LIMIT:
        raise Unreadable(_("a JSON document is over the limit of {limit} bytes").format(limit=SIZE_LIMIT))
    _check_depth(document)


def _check_depth(document: bytes) -> None:
    """Count brackets outside strings, before anything is built of them."""
    if document.count(b"[") + document.count(b"{") <= DEPTH_LIMIT:
        return
    depth, in_string, escaped = 0, False, False
    for byte in document:
        if in_string:
            in_string = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise Unreadable(_("a JSON document is nested deeper than {limit}").format(limit=DEPTH_LIMIT))
        elif byte in b"]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _bounded(text: str) -> int:
    if len(text) > DIGITS_LIMIT:
        raise ValueError("a number is too large")
    return int(text)
