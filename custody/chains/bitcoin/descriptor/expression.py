"""A descriptor's text without its checksum, which must hold, and what stands in the parentheses of a name (BIP-380)."""

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import checksum as checksums
from custody.errors import Unreadable

_KNOWN = (
    "pkh",
    "wpkh",
    "sh(wpkh)",
    "sh/wsh/sh(wsh) of multi and sortedmulti",
    "wsh/sh(wsh) of miniscript",
    "tr(KEY)",
    "tr(KEY,TREE) of pk, multi_a, sortedmulti_a and miniscript",
)


def without_checksum(text: str) -> str:
    """Take the checksum off, if there is one; it must hold. Raises Unreadable."""
    body, mark, given = text.partition("#")
    try:
        expected = checksums.checksum(body)
    except ValueError:
        raise Unreadable(_("the descriptor holds a character that no descriptor has")) from None
    if mark and given != expected:
        raise Unreadable(
            _("the checksum of the descriptor does not hold"),
            hint=_("A character is wrong or missing. Copy the descriptor again from the wallet that made it."),
        )
    return body


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
