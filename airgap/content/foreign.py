"""A text that is not read to what it most likely is and what helps, or to nothing: base43, another keyboard's signs."""

import re

from airgap.catalogue import _

_BASE43 = re.compile(r"(?=[0-9A-Z]*[$*+\-./:])[0-9A-Z$*+\-./:]{60,}")
"""Electrum's alphabet. Base64 has small letters, and a UR has no `$`, `*`, `+` or `.`, and begins with its name."""

_UR = re.compile(r"ur:[a-z0-9-]+/(?:[0-9]+-[0-9]+/)?[a-z]+")
_LIKE_UR = re.compile(r"ur[^a-z0-9]{1,2}[a-z0-9]+(?:[^a-z0-9]+[a-z0-9]+){0,5}[^a-z0-9]+[a-z]{8,}")
"""A UR whose signs may be others: `ur`, a type of some words, two numbers, bytewords."""

_SHOWN = 4_000
"""Characters that are looked at: what one code holds."""


def named(text: str) -> tuple[str, str] | None:
    """Return what a text that was not understood most likely is, and what helps; None where nothing is known of it."""
    start = text[:_SHOWN]
    small = start.lower()
    if _LIKE_UR.fullmatch(small) and not _UR.fullmatch(small):
        return (
            _("a scanner typed a UR in another keyboard layout: its signs -, / and : are not where they belong"),
            _("Set the scanner and this machine to the same keyboard layout (US), or scan with: airgap scan"),
        )
    if _BASE43.fullmatch(start) and not small.startswith(("ur:", "b$")):
        return (
            _("the code holds base43, as Electrum shows a transaction, which is not read"),
            _("In Electrum, export the transaction to a file, and take that file."),
        )
    return None
