"""Text from outside, as people have it, to the one text in it: marks, UTF-16, quotes and line breaks are taken off.

So one reader serves every PSBT, transaction, wallet, label and signature; what each of them is, its own room says.
Hex and base64 are decoded strictly: what was damaged on its way is named, and never mended or taken for whole. The
text of a message does not come here, because it is signed byte for byte.
"""

import base64
import binascii
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from typing import Any

from custody import strict_json
from custody.catalogue import _
from custody.errors import Unreadable
from custody.text import safe

_BLANKS = b" \t\r\n"
_QUOTES = tuple(
    (opening.encode(), closing.encode())
    for opening, closing in (
        ('"', '"'),
        ("'", "'"),
        ("`", "`"),
        ("\u201c", "\u201d"),
        ("\u2018", "\u2019"),
        ("\u201e", "\u201c"),
    )
)
_NAMED = 5
"""Candidates that an error names; one file could hold a million."""

_INNER_BLANK = re.compile(rb"[^ \t\r\n][ \t]+[^ \t\r\n]")
_HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF")
_REPLACED = "\ufffd".encode()
"""What programs write in the place of a byte that they could not read as text."""

_UTF16 = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}


def plain(content: bytes) -> bytes:
    """Return a text as UTF-8 without a byte order mark; it may come as UTF-8 or, as PowerShell writes it, as UTF-16.

    Raises Unreadable for what is no text.
    """
    encoding = _encoding(content)
    try:
        text = content.decode(encoding).removeprefix("\ufeff").encode()
    except ValueError:
        text = b"\x00"
    if b"\x00" in text:
        raise Unreadable(_("this is not a text"), hint=_("Check that it is the file that you meant."))
    return text


def bare(text: bytes) -> bytes:
    """Return a text without the blanks and the one pair of quotes around it."""
    text = text.strip(_BLANKS)
    for opening, closing in _QUOTES:
        if len(text) >= len(opening + closing) and text.startswith(opening) and text.endswith(closing):
            return text[len(opening) : -len(closing)].strip(_BLANKS)
    return text


def one_line(text: bytes) -> bytes:
    """Return a text that may be broken into lines of any width, as one line.

    Raises Unreadable for a blank inside a line: something may have stood in its place.
    """
    if _INNER_BLANK.search(text):
        raise Unreadable(_("a space stands within a line"), hint=_("Copy or export it again, whole."))
    return text.translate(None, _BLANKS)


def is_hex(text: bytes) -> bool:
    """Say whether one line is nothing but pairs of hex digits."""
    return len(text) > 0 and len(text) % 2 == 0 and _HEX_DIGITS.issuperset(text)


def from_hex(text: bytes) -> bytes:
    """Decode one line of hex. Raises Unreadable for anything else than pairs of hex digits."""
    if not is_hex(text):
        raise Unreadable(
            _("the hex holds something else than pairs of hex digits"), hint=_("Copy or export it again, whole.")
        )
    return bytes.fromhex(text.decode("ascii"))


def from_base64(text: bytes) -> bytes:
    """Decode one line of base64 (RFC 4648, section 4).

    Raises Unreadable for a foreign character, missing or wrong padding, text behind it, and unused bits that are not
    zero: those would give one payload many texts.
    """
    try:
        payload = base64.b64decode(text, validate=True)
    except binascii.Error:
        payload = b""
    if not text or base64.b64encode(payload) != text:
        raise Unreadable(_("the base64 is damaged or not whole"), hint=_("Copy or export it again, whole."))
    return payload


def is_json(text: bytes) -> bool:
    """Say whether a bare text is a JSON object, or begins as one."""
    return text.startswith(b"{")


def member(document: bytes, name: str, beside: str, looks: Callable[[str], bool]) -> bytes:
    """Return the text under one name in a node's JSON answer, or in the `result` of its JSON-RPC answer.

    `looks` says of a text whether it could be meant too, wherever it stands. `beside` is what an answer to another
    question has: a node gives both, as one thing, only where it says `complete`.

    Raises Unreadable for two candidates, by their names, for none, and for what is not JSON.
    """
    answer = strict_json.parse(document)
    inner, prefix = answer, ""
    if isinstance(answer, dict) and "result" in answer:
        inner, prefix = answer["result"], "result."
    fields = inner if isinstance(inner, dict) else {}
    wanted = "result" if isinstance(inner, str) else prefix + name
    texts = dict(_strings(answer, ""))
    found = [path for path, text in texts.items() if path == wanted or looks(text)]
    if fields.get("complete") is not True and isinstance(fields.get(beside), str):
        found.append(prefix + beside)
    if wanted not in texts:
        raise Unreadable(
            _('the JSON holds no "{name}", as a node answers it').format(name=name),
            hint=_("Give the node's answer as it is, or only the text in it."),
        )
    if len(found) > 1:
        raise Unreadable(
            _("the JSON holds more than one thing that could be meant: {names}").format(
                names=", ".join(safe(path) for path in found[:_NAMED])
            ),
            hint=_("Give the one that you mean, alone."),
        )
    return texts[wanted].encode()


def in_text_mode(content: bytes) -> bool:
    """Say whether binary bytes look as text mode leaves them: every line feed stands behind a carriage return."""
    feeds = content.count(b"\n")
    return feeds > 0 and content.count(b"\r\n") == feeds


def has_replaced_bytes(content: bytes) -> bool:
    """Say whether bytes were lost to a program that took them for text, and wrote U+FFFD in their place."""
    return _REPLACED in content


def copied_as_text() -> Unreadable:
    """Make the error of a binary file that a program took for text. What it lost cannot be told, so nobody mends it."""
    return Unreadable(
        _("the file is binary and was copied in text mode, which damaged it"),
        hint=_("Copy it as binary, or export it as base64."),
        code="text-mode",
    )


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a JSON value, with the names that lead to it. `strict_json` bounds the depth."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _strings(each, f"{path}[{number}]")


def _encoding(content: bytes) -> str:
    marked = next((name for mark, name in _UTF16.items() if content.startswith(mark)), None)
    if marked is not None:
        return marked
    halves = len(content) // 2
    if halves and len(content) % 2 == 0 and not content.startswith(BOM_UTF8):
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if content.count(b"\x00") == halves == content[first::2].count(b"\x00"):
                return name
    return "utf-8"
