"""`CarriedFile`: an officer's sealed identity and the opening of the name, to the bytes that cross to another machine.

docs/spec/vault.md has the format, "CUSTCAR1" and, with tokens, "CUSTCAR2". A bare identity is read too and names
nobody. The digest at the end tells damage; whose file it is, and of which treasury, the book decides (`bring`).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from custody.catalogue import _
from custody.ceremony.home.changing import ChangingHome
from custody.ceremony.home.home import Home
from custody.ceremony.home.learnt import Learnt
from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.governance.commitment import SALT_BYTES, Opening, composed
from custody.governance.entry import HASH_BYTES
from custody.governance.fields import NAME_LIMIT
from custody.governance.roster import Officer, Roster, officer_of
from custody.keys.vaults.sealed import (
    MOST_OF_OFFICER_FILE,
    OFFICER_FILE,
    SealedIdentity,
    officer_file,
    read_officer_file,
)
from custody.text import safe

MAGIC = b"CUSTCAR1"
MAGIC_WITH_TOKENS = b"CUSTCAR2"

_HEAD = struct.Struct(f">{len(MAGIC)}s{HASH_BYTES}s")
_LENGTH = struct.Struct(">H")
"""Of the officer's own file, where it has tokens: else that is always as long."""
_NAME = struct.Struct(f">{SALT_BYTES}sH")
_DIGEST = 32
_LETTER = 4
"""Bytes of a character in UTF-8, at the most."""

CARRIED_LIMIT = _HEAD.size + _LENGTH.size + MOST_OF_OFFICER_FILE + _NAME.size + NAME_LIMIT * _LETTER + _DIGEST
"""Bytes of the largest file."""

_KEY_SHOWN = 8


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """What an officer brings. `treasury` (32 bytes) and `name` are None for a bare identity."""

    identity: SealedIdentity
    treasury: bytes | None = None
    name: Opening | None = None

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read a file, of either kind. Raises Unreadable for what is none, is not whole, or was changed."""
        if not content.startswith(MAGIC[:-1]):
            return cls(read_officer_file(content))
        if content[7:8].isdigit() and content[7:8] > MAGIC_WITH_TOKENS[7:8]:
            raise Unreadable(
                _("this officer's file was written by a newer release"),
                hint=_("Use that release; nothing was changed."),
            )
        body, digest = content[:-_DIGEST], content[-_DIGEST:]
        if len(content) > CARRIED_LIMIT or len(body) < _HEAD.size or sha256(body).digest() != digest:
            raise _damaged()
        magic, treasury = _HEAD.unpack_from(body)
        identity, rest = _officer_file(magic, body[_HEAD.size :])
        if len(rest) < _NAME.size:
            raise _damaged()
        salt, size = _NAME.unpack_from(rest)
        name = rest[_NAME.size :]
        if len(name) != size:
            raise _damaged()
        return cls(identity, treasury, Opening(salt, _text(name)))


def _officer_file(magic: bytes, rest: bytes) -> tuple[SealedIdentity, bytes]:
    """Read the officer's own file, and return what comes after it. Raises Unreadable."""
    size = OFFICER_FILE
    if magic == MAGIC_WITH_TOKENS and len(rest) >= _LENGTH.size:
        (size,), rest = _LENGTH.unpack_from(rest), rest[_LENGTH.size :]
    if magic not in (MAGIC, MAGIC_WITH_TOKENS) or len(rest) < size:
        raise _damaged()
    identity = read_officer_file(rest[:size])
    if (identity.tokens is None) is not (magic == MAGIC):
        raise _damaged()
    return identity, rest[size:]


def carried_file(home: Home, officer: Officer) -> bytes:
    """Return the file that an officer takes to another machine.

    Raises Refused where the identity or the name is not here, Alarm where the identity is another officer's.
    """
    shown, identity = safe(home.name_of(officer)), home.identity(officer)
    if identity is None:
        raise Refused(
            _("the identity of {name} is not here").format(name=shown),
            hint=_("It lies on the machine where the officer was enrolled, or on a medium that the officer keeps."),
            code="identity-missing",
        )
    opening = home.names.opening(officer.name)
    if opening is None:
        raise Refused(
            _("nobody here knows what {name} is called").format(name=shown),
            hint=_("The name was erased, or was never brought here. Carry the file from a machine that has it."),
            code="name-missing",
        )
    name, file, magic, length = opening.text.encode(), officer_file(identity), MAGIC, b""
    if identity.tokens is not None:
        magic, length = MAGIC_WITH_TOKENS, _LENGTH.pack(len(file))
    body = _HEAD.pack(magic, home.book.state.treasury) + length + file + _NAME.pack(opening.salt, len(name)) + name
    return body + sha256(body).digest()


def bring(home: ChangingHome, files: Sequence[CarriedFile], *, joining: bool = False) -> tuple[SealedIdentity, ...]:
    """Return the identities in files that officers brought, and let the home learn their names.

    Raises as `learnt_from`, and Alarm for an identity with another opening key.
    """
    state = home.book.state
    learnt = learnt_from(files, state.treasury, state.rosters, joining=joining)
    for file in files:
        officer = officer_of(state.rosters, file.identity.public.officer)
        if officer is not None and file.name is not None:
            home.identity(officer, {officer.key: file.identity})
    home.learn(learnt)
    return tuple(file.identity for file in files)


def bring_usable(
    home: ChangingHome, files: Sequence[CarriedFile]
) -> tuple[tuple[SealedIdentity, ...], list[CustodyError]]:
    """Do as `bring` with the files that it takes, and return why it does not take the others: they bar nothing."""
    usable: list[CarriedFile] = []
    failures: list[CustodyError] = []
    for file in files:
        try:
            bring(home, (file,))
            officer = officer_of(home.book.state.rosters, file.identity.public.officer)
            if officer is not None:
                home.identity(officer, {officer.key: file.identity})
            usable.append(file)
        except CustodyError as failure:
            failures.append(failure)
    return bring(home, usable), failures


def learnt_from(
    files: Sequence[CarriedFile], treasury: bytes, rosters: Sequence[Roster], *, joining: bool = False
) -> Learnt:
    """Return the names in files that officers brought. A bare identity names nobody.

    `joining`: officers may come whom the rosters have only once this command is done. Raises Mismatch for a file of
    another treasury, and of nobody on a roster.
    """
    named = {file.identity.public.officer: file for file in files if file.name is not None}
    for key, file in named.items():
        if file.treasury != treasury:
            raise Mismatch(
                _("the file of officer {key} is of another treasury").format(key=key.hex()[:_KEY_SHOWN]),
                hint=_("Check which file it is. An officer has another identity in each treasury."),
                code="foreign",
            )
        if officer_of(rosters, key) is None and not joining:
            raise Mismatch(
                _("officer {key}, whose file this is, is not on the roster").format(key=key.hex()[:_KEY_SHOWN]),
                hint=_(
                    "Whoever was enrolled on another machine is known here once its entries are taken in: "
                    "custody journal import. Who was retired has no part in this any more."
                ),
                code="no-officer",
            )
    return Learnt({key: file.name for key, file in named.items() if file.name is not None})


def _text(name: bytes) -> str:
    """Read a name as it is kept. Raises Unreadable for another form."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        raise _strange() from None
    if not text or len(text) > NAME_LIMIT or composed(text) != text:
        raise _strange()
    return text


def _strange() -> Unreadable:
    return Unreadable(
        _("the name in this officer's file is not as this format has it"),
        hint=_("No release of ours made this. Carry the file again from the machine that has it."),
    )


def _damaged() -> Unreadable:
    return Unreadable(
        _("this officer's file was cut short or changed on its way"),
        hint=_("Carry it again from the machine that has it: custody officer carry."),
    )
