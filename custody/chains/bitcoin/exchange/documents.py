"""Shared by the modules of `programs`: a text file to its lines, within limits, and descriptors with apostrophes.

An error says in which line it was, and of which dialect the file was taken to be.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import Descriptor, KeyExpression
from custody.chains.bitcoin.descriptor.expression import within
from custody.chains.bitcoin.exchange.dialect import BLANKS
from custody.derivation import format_path
from custody.errors import Unreadable, Usage

TEXT_LIMIT = 100_000
"""Bytes of a text file: fifteen keys need about 3,000."""

LINES_LIMIT = 1_000


def text_lines(document: bytes) -> list[str]:
    """Read a text file (UTF-8) into its lines, whichever system ended them. Raises Unreadable.

    Names may be written in any letters; everything else in these files is ASCII, and is judged where it is read.
    """
    if len(document) > TEXT_LIMIT:
        raise Unreadable(
            _("a text file of {count} bytes is over the limit of {limit}").format(count=len(document), limit=TEXT_LIMIT)
        )
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(_("the file is not plain text (UTF-8)"), hint=_("Export it again, as text.")) from None
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > LINES_LIMIT:
        raise Unreadable(_("the file has more than {limit} lines").format(limit=LINES_LIMIT))
    for number, line in enumerate(lines, 1):
        if not line.replace("\t", " ").isprintable():
            raise Unreadable(
                _("line {number} holds a character that cannot be shown").format(number=number),
                hint=_("Export it again, as text."),
            )
    return lines


def meant(document: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments, each with its number in the file. Raises as `text_lines`."""
    for number, line in enumerate(text_lines(document), 1):
        stripped = line.strip(BLANKS)
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def at_line(number: int, dialect: str) -> AbstractContextManager[None]:
    """Say of every error in which line it was, and of which dialect the file was taken to be."""
    return within(_("line {number} of what looks like {dialect}").format(number=number, dialect=dialect))


def cannot_hold(target: str, reason: str) -> Usage:
    """Make the error for a wallet that another program's format has no words for."""
    return Usage(
        _("this wallet cannot be written for {target}: {reason}").format(target=target, reason=reason),
        hint=_("Choose another --to; core and ur --ur-type output-descriptor hold every wallet."),
    )


def with_apostrophes(descriptor: Descriptor, ending: str | None = None) -> str:
    """Write a descriptor with ' for hardened steps, as programs read it that do not know h.

    `ending` stands in the place of the steps below every key that has any.
    """

    def write(number: int) -> str:
        return key_text(descriptor.keys[number], ending)

    return descriptor.shape.text(write)


def key_text(key: KeyExpression, ending: str | None = None) -> str:
    """Write one key with ' for hardened steps, and with `ending` in the place of the steps below it, if it has any."""
    marked = key.text()
    if key.has_origin:
        marked = f"[{format_path(key.origin_path, root=key.fingerprint.hex())}]" + marked.partition("]")[2]
    if ending is None or key.extended is None or not key.ranged:
        return marked
    head, _slash, _steps = marked.rpartition("]")[2].partition("/")
    return marked.removesuffix(marked.rpartition("]")[2]) + head + ending
