"""The window's CBOR codec (RFC 8949), with custody's errors: the chains' one door to it (docs/adr/0008)."""

from collections.abc import Iterator
from contextlib import contextmanager

from airgap import cbor
from airgap.cbor import ARRAY, BYTES, MAP, NEGATIVE, SIMPLE, TAG, TEXT, UNSIGNED, Reader, byte_string, head
from airgap.errors import AirgapError
from custody.errors import Unreadable

__all__ = [
    "ARRAY",
    "BYTES",
    "MAP",
    "NEGATIVE",
    "SIMPLE",
    "TAG",
    "TEXT",
    "UNSIGNED",
    "Reader",
    "byte_string",
    "head",
    "reading",
    "require_one_item",
]


@contextmanager
def reading() -> Iterator[None]:
    """Raise Unreadable of ours for whatever the codec finds malformed within."""
    try:
        yield
    except AirgapError as failure:
        raise Unreadable(failure.message, hint=failure.hint) from failure


def require_one_item(data: bytes) -> None:
    """Raise Unreadable unless `data` is exactly one well-formed item."""
    with reading():
        cbor.require_one_item(data)
