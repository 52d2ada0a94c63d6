"""Where a private key lies in a text or in the CBOR of a UR, so that none is carried. What was found is not repeated.

In CBOR every map is looked at, whatever type the UR says it is: keys are nested in accounts and descriptors. In a text
the keys of BIP-32, WIF, BIP-38 and BIP-93 are known by their shape, whole or damaged.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from airgap import cbor
from airgap.errors import Unreadable

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_BECH32 = "[02-9ac-hj-np-z]"
_EXTENDED = re.compile(rf"(?<![0-9A-Za-z])[xyztuvYZUV]prv{_BASE58}{{40,}}")
_WIF = re.compile(
    rf"(?<![0-9A-Za-z+/])(?!cHNidP)(?:[59]{_BASE58}{{50}}|[KLc]{_BASE58}{{51}}|6P{_BASE58}{{56}})(?![0-9A-Za-z+/=])"
)
"""Base58 of 32 bytes and what belongs to them, damaged ones too, where no sign of base64 is near.

6P begins an encrypted one (BIP-38), `cHNidP` the base64 of a PSBT.
"""
_CODEX32 = re.compile(rf"(?<![0-9A-Za-z])ms1{_BECH32}{{45,125}}(?![0-9A-Za-z])", re.IGNORECASE)
_ALL_HEX = re.compile(r"[0-9a-f]+")

_SECRET_TAGS = frozenset({300, 301, 309, 40300, 40309})
"""A seed, a phrase and a share (BCR-2020-006), in their older and newer numbers."""

_IS_MASTER, _IS_PRIVATE, _KEY_DATA = 1, 2, 3
"""Fields of an `hdkey` (BCR-2020-007); `eckey` (BCR-2020-008) has the last two under the same numbers."""

_KEY_LENGTH = 33

_Item = tuple[int, int, bytes]
"""Major type, argument, and a string's bytes."""
_Part = bytes | int | dict[int, _Item]

_TRUE: _Item = (cbor.SIMPLE, 21, b"")
_NOTHING: _Item = (cbor.SIMPLE, 22, b"")


_TOKEN = re.compile(rf"(?<![0-9A-Za-z]){_BASE58}{{51,52}}(?![0-9A-Za-z])")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_WIF_LENGTHS = frozenset({37, 38})
_WIF_VERSIONS = b"\x80\xef"


def is_in_text(text: str) -> bool:
    """Say whether a private key is written in a text, alone or among other words."""
    return bool(
        _EXTENDED.search(text)
        or _CODEX32.search(text)
        or any(not _ALL_HEX.fullmatch(found) for found in _WIF.findall(text))
        or any(map(_is_wif, _TOKEN.findall(text)))
    )


def _is_wif(token: str) -> bool:
    """Say whether letters among signs of base64, too, are a private key: by its checksum."""
    number = 0
    for letter in token:
        number = number * 58 + _ALPHABET.index(letter)
    data = number.to_bytes(40, "big").lstrip(b"\0")
    checked, checksum = data[:-4], data[-4:]
    return (
        len(data) in _WIF_LENGTHS
        and data[0] in _WIF_VERSIONS
        and hashlib.sha256(hashlib.sha256(checked).digest()).digest()[:4] == checksum
    )


def is_in_cbor(body: bytes, is_secret_text: Callable[[str], bool]) -> bool:
    """Say whether one item of CBOR holds a private key, or a tag or text of a secret. What is no CBOR holds none.

    A key is private when it says so, when it is a master key, which the public half of one never is, and when its data
    begins as private data does, whatever it says.
    """
    try:
        cbor.require_one_item(body)
        return any(_is_secret(each, is_secret_text) for each in _parts(body))
    except Unreadable:
        return False


def _is_secret(part: _Part, is_secret_text: Callable[[str], bool]) -> bool:
    match part:
        case int():
            return part in _SECRET_TAGS
        case bytes():
            return is_secret_text(part.decode("utf-8", "replace"))
        case dict():
            return _is_private(part)


def _is_private(fields: dict[int, _Item]) -> bool:
    """Judge a map by its numbered fields."""
    kind, _length, data = fields.get(_KEY_DATA, _NOTHING)
    says_so = _TRUE in (fields.get(_IS_MASTER), fields.get(_IS_PRIVATE))
    return kind == cbor.BYTES and (says_so or (len(data) == _KEY_LENGTH and data[0] == 0))


@dataclass(slots=True)
class _Open:
    """An array, map or tag that is not at its end; a map keeps the fields whose key is a number."""

    left: int
    fields: dict[int, _Item] | None = None
    key: _Item = _NOTHING

    def take(self, item: _Item) -> None:
        """Take the next item in. Of a map each odd one is a key."""
        self.left -= 1
        if self.fields is None:
            return
        if self.left % 2:
            self.key = item
        elif self.key[0] == cbor.UNSIGNED:
            self.fields.setdefault(self.key[1], item)


def _parts(body: bytes) -> Iterator[_Part]:
    """Yield of one well-formed item every tag, every text, and the numbered fields of every map."""
    reader, open_items = cbor.Reader(body), [_Open(1)]
    while open_items:
        if not open_items[-1].left:
            yield open_items.pop().fields or {}
            continue
        item = major, argument, content = reader.step()
        open_items[-1].take(item)
        if major == cbor.TEXT:
            yield content
        elif major == cbor.TAG:
            yield argument
            open_items.append(_Open(1))
        elif major == cbor.ARRAY:
            open_items.append(_Open(argument))
        elif major == cbor.MAP:
            open_items.append(_Open(2 * argument, {}))
