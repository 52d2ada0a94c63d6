"""Refuses a file in which an extended private key or a plain one (WIF) stands; neither is ever repeated."""

import re

from custody.catalogue import _
from custody.chains.bitcoin.addresses import base58
from custody.errors import Unreadable

_BASE58 = rb"[1-9A-HJ-NP-Za-km-z]"
_EXTENDED = re.compile(rb"(?<![0-9A-Za-z])[a-zA-Z]prv" + _BASE58 + rb"{90,120}(?![0-9A-Za-z])")
_PLAIN = re.compile(rb"(?<![0-9A-Za-z])[5KLc9]" + _BASE58 + rb"{50,51}(?![0-9A-Za-z])")
_PLAIN_VERSIONS = (b"\x80", b"\xef")


def refuse(document: bytes) -> None:
    """Refuse a file in which an extended private key stands, or a plain one (WIF). Raises Unreadable.

    Readers refuse the private keys of their own formats, written in whatever way; this one looks everywhere in a file.
    """
    if _EXTENDED.search(document) or any(_is_private(found[0]) for found in _PLAIN.finditer(document)):
        raise exposed()


def exposed() -> Unreadable:
    """Make the error for a file with a private key or a seed in it."""
    return Unreadable(
        _("the file holds a private key or a seed, and only public keys are read here"),
        hint=_(
            "Consider it exposed: whoever has seen the file can spend its money. Move the coins to new keys, and "
            "export the public wallet alone."
        ),
        code="private-key",
    )


def _is_private(text: bytes) -> bool:
    try:
        return base58.decode_check(text.decode("ascii"))[:1] in _PLAIN_VERSIONS
    except Unreadable:
        return False
