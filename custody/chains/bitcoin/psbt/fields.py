"""A map and a table of its fields to typed values by name: each key type has a reader and the PSBT version it is of.

A field that the table does not know, or that is somebody's own (0xFC), is kept with its bytes and counted. A malformed
or missing one raises Unreadable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from custody.catalogue import _
from custody.chains.bitcoin.consensus.stream import Reader
from custody.chains.bitcoin.psbt.keytypes import PROPRIETARY
from custody.chains.bitcoin.psbt.pairs import RawMap
from custody.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Single:
    """A field that a map holds at most once: nothing stands behind its key type."""

    name: str
    read: Callable[[bytes], object]
    version: int | None = None
    """The only PSBT version that has it; None: every version."""
    required: bool = False
    """Whether that version cannot do without it."""


@dataclass(frozen=True, slots=True)
class Many:
    """A field that a map holds once for each key data (a public key, say)."""

    name: str
    read: Callable[[bytes, bytes], object]


Table = Mapping[int, Single | Many]


def read_fields(raw: RawMap, table: Table, version: int, where: str) -> dict[str, Any]:
    """Return the fields that are there, by name, and the keys of those that are `unknown` and `proprietary`.

    `where` names the map in errors. Raises Unreadable for a field that is malformed, missing, or of another version.
    """
    singles: dict[str, object] = {}
    many: dict[str, list[object]] = {}
    unknown: list[bytes] = []
    proprietary: list[bytes] = []
    for key, value in raw.pairs:
        key_type, key_data = _split(key, where)
        field = table.get(key_type)
        try:
            if field is None:
                (proprietary if _is_proprietary(key_type, key_data) else unknown).append(key)
            elif isinstance(field, Many):
                many.setdefault(field.name, []).append(field.read(key_data, value))
            else:
                _check_single(field, key_data, version)
                singles[field.name] = field.read(value)
        except Unreadable as error:
            raise _malformed(where, key_type, field, error.message) from None
    for key_type, field in table.items():
        if isinstance(field, Single) and field.required and field.version == version and field.name not in singles:
            raise _malformed(where, key_type, field, _("it is missing"))
    lists = {name: tuple(values) for name, values in many.items()}
    return singles | lists | {"unknown": tuple(unknown), "proprietary": tuple(proprietary)}


def _split(key: bytes, where: str) -> tuple[int, bytes]:
    """Cut a key into its type and its data. The type is a compact size, nearly always of one byte."""
    if key[0] < 0xFD:
        return key[0], key[1:]
    reader = Reader(key, where)
    return reader.compact_size(), reader.read(reader.remaining)


def _check_single(field: Single, key_data: bytes, version: int) -> None:
    if key_data:
        raise Unreadable(_("its key holds more than its type"))
    if field.version not in (None, version):
        raise Unreadable(_("it does not belong in a PSBT of version {version}").format(version=version))


def _is_proprietary(key_type: int, key_data: bytes) -> bool:
    """Say whether a field is somebody's own; its key must hold an identifier and a subtype (BIP-174)."""
    if key_type != PROPRIETARY:
        return False
    reader = Reader(key_data, _("its key"))
    reader.var_bytes()
    reader.compact_size()
    return True


def _malformed(where: str, key_type: int, field: Single | Many | None, reason: str) -> Unreadable:
    name = f"0x{key_type:02x}" if field is None else f"0x{key_type:02x} ({field.name})"
    return Unreadable(
        _("{where} of the PSBT is malformed in field {field}: {reason}").format(where=where, field=name, reason=reason),
        hint=_("Export the transaction again; if it happens twice, the program that made it is broken or hostile."),
    )
