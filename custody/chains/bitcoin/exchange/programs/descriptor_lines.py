"""A text file with one descriptor of both branches, or one for each, a line each, read; lines with # are comments.

Some programs write a label before each: Sparrow "Receive:" and "Change:", Bitkey "External:" and "Internal:".
"""

import re

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.exchange.dialect import plain
from custody.chains.bitcoin.exchange.documents import at_line, meant
from custody.chains.bitcoin.exchange.imported import Imported
from custody.errors import Unreadable
from custody.text import safe

LABELS = {"receive": 0, "receiving": 0, "external": 0, "change": 1, "internal": 1}
"""A label, in small letters -> the branch that it names: 0 receives, 1 is change."""

_SCRIPT = r"(?:pkh|wpkh|sh|wsh|tr)\("
_BEGINNING = re.compile(rf"\s*(?:#[^\n]*\n\s*)*(?:[A-Za-z][A-Za-z ]{{0,30}}:[ \t]*)?{_SCRIPT}".encode(), re.ASCII)
_LABELLED = re.compile(rf"([A-Za-z][A-Za-z ]*):\s*({_SCRIPT}.*)", re.ASCII)


def is_one(document: bytes) -> bool:
    """Say whether the first line that is no comment begins like a descriptor, or like a label and one."""
    return _BEGINNING.match(document) is not None


def read(document: bytes) -> Imported:
    """Read the descriptors; lines that begin with # are comments. Raises Unreadable."""
    found: dict[str, int | None] = {}
    for number, line in meant(document):
        with at_line(number, _("a file of descriptors")):
            branch, text = _labelled(line)
            if branch is not None and branch in found.values():
                raise Unreadable(_("two lines have a label of the same branch"))
            text = plain(text)
            Descriptor.parse(text)  # what is wrong with it is said here, with its line
            found[text] = branch
    if len(found) > 2:
        raise Unreadable(
            _("the file holds {count} descriptors, and a wallet has one or two").format(count=len(found)),
            hint=_("Keep the one with both branches, or the two of one wallet."),
        )
    if list(found.values()) == [1]:
        raise Unreadable(
            _("the file holds the descriptor for change alone"),
            hint=_("Put the one that receives beside it, with its label: money is paid to that one."),
        )
    return Imported(tuple(sorted(found, key=lambda text: found[text] or 0)))


def _labelled(line: str) -> tuple[int | None, str]:
    """Take a label off, and say which branch it names."""
    labelled = _LABELLED.fullmatch(line)
    if labelled is None:
        return None, line
    label = labelled[1].strip().lower()
    if label not in LABELS:
        raise Unreadable(
            _("the label {label} is not known").format(label=safe(labelled[1])),
            hint=_("Known: {names}.").format(names=", ".join(LABELS)),
        )
    return LABELS[label], labelled[2]
