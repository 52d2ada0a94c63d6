"""A descriptor's text without its checksum, which must hold, and what stands in the parentheses of a name (BIP-380).

Also what is said of an error: in which part of the text it was, and which language it is that is not read.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import checksum as checksums
from custody.derivation import CURLY
from custody.errors import CustodyError, Unreadable

_KNOWN = (
    "pkh",
    "wpkh",
    "sh(wpkh)",
    "sh/wsh/sh(wsh) of multi and sortedmulti",
    "wsh/sh(wsh) of miniscript",
    "tr(KEY)",
    "tr(KEY,TREE) of pk, multi_a, sortedmulti_a and miniscript",
)
_BLANKS = " \t\r\n"
_AGGREGATE_CHAIN_CODE = bytes.fromhex("868087ca02a6f974c4598924c36b57762d32cb45717167e300622c7167e38965")
"""SHA-256 of "MuSig2MuSig2MuSig2" (BIP-328 "Specification")."""


def without_checksum(text: str) -> str:
    """Take the checksum off, if there is one; it must hold. Raises Unreadable, for blanks within it too."""
    body, mark, given = text.partition("#")
    _refuse_blanks(body, given)
    try:
        expected = checksums.checksum(body)
    except ValueError:
        raise _strange_character(body) from None
    if mark and given != expected:
        raise Unreadable(
            _("the checksum of the descriptor does not hold"),
            hint=_("A character is wrong or missing. Copy the descriptor again from the wallet that made it."),
        )
    return body


def refuse_by_name(body: str) -> None:
    """Refuse what is a descriptor to others and not read here, by its name. Raises Unreadable."""
    if "?" in body:
        raise Unreadable(
            _("the descriptor carries annotations behind a question mark (BIP-393), which are not read"),
            hint=_("Take off what stands from the question mark on, the checksum too; keys and scripts stay the same."),
        )
    if "musig(" in body:
        raise _musig()


def refuse_aggregate(chain_code: bytes) -> None:
    """Refuse an extended key that BIP-328 makes of the keys of several signers: its chain code is always the same one.

    Raises Unreadable.
    """
    if chain_code == _AGGREGATE_CHAIN_CODE:
        raise _musig()


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say of every error of ours in which part of the text it was: "cosigner 2 (73c5da0a): ..."."""
    try:
        yield
    except CustodyError as failure:
        message = _("{place}: {reason}").format(place=place, reason=failure.message)
        raise type(failure)(message, hint=failure.hint, code=failure.code) from None


def cosigner(number: int, fingerprint: str) -> str:
    """Name a key of a quorum: its number in the text, from 1, and its master's fingerprint where one is written."""
    if not fingerprint:
        return _("cosigner {number} (without an origin)").format(number=number)
    return _("cosigner {number} ({fingerprint})").format(number=number, fingerprint=fingerprint)


def inside(text: str, name: str) -> str | None:
    """Return what stands in the parentheses of `name(...)`, if `text` is nothing else."""
    closing = ")" * (name.count("(") + 1)
    head = f"{name}("
    if text.startswith(head) and text.endswith(closing):  # they cannot overlap
        return text[len(head) : -len(closing)]
    return None


def around(name: str, inner: str) -> str:
    """Write `inner` in the parentheses of a name, "sh(wsh" too."""
    return f"{name}({inner}{')' * (name.count('(') + 1)}"


def unsupported(body: str) -> Unreadable:
    """Make the error for a text that is no descriptor, or none of a form that is read."""
    hint = _("Supported: {known}.").format(known=", ".join(_KNOWN))
    if "(" in body:
        return Unreadable(_("a descriptor of this form is malformed or not supported"), hint=hint)
    return Unreadable(_("this is not a descriptor"), hint=hint)


def _refuse_blanks(body: str, given: str) -> None:
    """Refuse a text with blanks in it: no program writes any, and a checksum over them would say something else."""
    bare = "".join(body.split())
    if bare == body.strip(_BLANKS) == body:
        return
    try:
        holds = checksums.checksum(bare) == given.strip(_BLANKS)
    except ValueError:
        holds = False
    if holds:
        raise Unreadable(
            _("blanks or line ends were added within the descriptor; without them its checksum holds"),
            hint=_("Take them out, and leave the rest as it is."),
        )
    raise Unreadable(
        _("blanks or line ends stand within the descriptor"),
        hint=_("Copy it again, in one piece, from the wallet that made it."),
    )


def _strange_character(body: str) -> Unreadable:
    found = next((each for each in body if each in CURLY), None)
    if found is not None:
        return Unreadable(
            _("the descriptor holds {character}, a curly apostrophe, where a path has a plain one or h").format(
                character=f"U+{ord(found):04X}"
            ),
            hint=_("Type the plain apostrophe ('), or h, in its place: a keyboard or a word processor has changed it."),
        )
    found = next((each for each in body if not (each.isascii() and each.isprintable())), "")
    return Unreadable(
        _("the descriptor holds a character that no descriptor has: {character}").format(
            character=f"U+{ord(found):04X}" if found else _("(unknown)")
        ),
        hint=_("Copy the descriptor again from the wallet that made it."),
    )


def _musig() -> Unreadable:
    return Unreadable(
        _("the descriptor asks for a signature that several signers make together, musig() (BIP-390, BIP-328)"),
        hint=_(
            "It is not signed here. Make a quorum of single signatures: sortedmulti in wsh, or sortedmulti_a in tr."
        ),
    )
