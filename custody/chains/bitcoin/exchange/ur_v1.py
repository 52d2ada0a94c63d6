"""The letters of a UR of version 1, as the first devices show them (BCR-2020-005), to the bytes in it.

One part, or several in any order, a line each: then the digest that every part names must be that of all of them. The
letters are bech32's without a prefix (BCR-2020-004). Version 2, in bytewords, is the window's (`airgap.ur`).
"""

import re
from hashlib import sha256

from custody.catalogue import _
from custody.chains.bitcoin.addresses.bech32 import decode_bare
from custody.chains.bitcoin.descriptor.expression import within
from custody.chains.bitcoin.exchange.documents import meant
from custody.chains.cbor_values import decode
from custody.errors import Unreadable

PARTS_LIMIT = 1_000

_LETTERS = "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]+"
_ONE = re.compile(rf"ur:bytes/({_LETTERS})", re.ASCII)
_PART = re.compile(rf"ur:bytes/([1-9][0-9]{{0,3}})of([1-9][0-9]{{0,3}})/({_LETTERS})/({_LETTERS})", re.ASCII)
_MARK = re.compile(rb"\s*ur:bytes/(?:[1-9][0-9]{0,3}of[1-9]|(?=[^/\s]*[0-9])[^/\s]+\s*$)", re.IGNORECASE)


def is_one(document: bytes) -> bool:
    """Say whether letters are of version 1: with parts counted "1of3", or with digits, which bytewords do not have."""
    return _MARK.match(document) is not None


def payload(document: bytes) -> bytes:
    """Return the bytes in the letters. Raises Unreadable for what is damaged, incomplete or of another type."""
    with within(_("a UR of version 1")):
        lines = [line.lower() for _number, line in meant(document)]
        one = _ONE.fullmatch(lines[0]) if len(lines) == 1 else None
        value = decode(decode_bare(one[1] if one is not None else _joined(lines)))
        if not isinstance(value, bytes):
            raise _malformed(_("it holds no bytes"))
        return value


def _joined(lines: list[str]) -> str:
    """Put the parts together, in their order, and compare them with the digest that all of them name."""
    found = [_PART.fullmatch(line) for line in lines]
    parts = [part for part in found if part is not None]
    if len(parts) != len(found):
        raise _malformed(_("a line is no part of it"))
    digests, totals = {part[3] for part in parts}, {int(part[2]) for part in parts}
    if len(digests) != 1 or len(totals) != 1:
        raise _malformed(_("its parts are of different series"))
    (digest,), (total,) = digests, totals
    numbered = {int(part[1]): part[4] for part in parts}
    if len({(int(part[1]), part[4]) for part in parts}) != len(numbered):
        raise _malformed(_("one of its parts is there twice, with other letters"))
    if not numbered.keys() <= set(range(1, total + 1)) or total > PARTS_LIMIT:
        raise _malformed(_("its parts are counted wrongly"))
    missing = [number for number in range(1, total + 1) if number not in numbered]
    if missing:
        raise _malformed(
            _("{count} of its {total} parts are missing, the first of them number {number}").format(
                count=len(missing), total=total, number=missing[0]
            )
        )
    letters = "".join(numbered[number] for number in range(1, total + 1))
    if sha256(decode_bare(letters)).digest() != decode_bare(digest):
        raise _malformed(_("its parts do not have the digest that they name"))
    return letters


def _malformed(what: str) -> Unreadable:
    return Unreadable(
        what,
        hint=_("Show it again, all parts, or export a file from the device that made it."),
    )
