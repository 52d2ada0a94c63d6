"""Begins a treasury: officers enrolled before witnesses, a first roster that all of them sign, and a home of its own.

The home is made whole or not at all. What is special about the machine is written into the genesis, where everybody who
verifies the journal reads it.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path

from custody.catalogue import _
from custody.ceremony.home import changing, home, writing
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.enrolment import Candidate, enrolled
from custody.ceremony.table.roster_text import roster_lines
from custody.ceremony.treasury.succession import Succession
from custody.governance.book import Book
from custody.governance.commitment import Names, Opening
from custody.governance.contents import SALT_BYTES, Genesis
from custody.governance.ed25519 import KEY_BYTES
from custody.governance.entry import BEGINNING, Entry
from custody.governance.paper import words_of
from custody.governance.roster import Officer, Roster
from custody.governance.statement import GENESIS, NOBODY, Signed, Statement
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.writer import WriterKey
from custody.text import safe

_TREASURY_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Founding:
    """What is to begin: on which network, with whom, how many seats decide and how many unlock, and who watches.

    `machine` is what the first machine is called, nothing where it has no name.
    """

    network: str
    main_network: bool
    officers: tuple[Candidate, ...]
    rules: int
    unlock: int
    witnesses: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    machine: str = ""


def found(
    path: str | Path,
    founding: Founding,
    meeting: Meeting,
    succession: Succession | None = None,
    *,
    clock: changing.Clock = changing.now,
) -> Book:
    """Make a home, and return its book. With a `succession` it takes the place of a treasury that lost its quorum.

    Raises Usage for a roster that could not work, StorageFailed, Declined, and as `Succession.follows`.
    """
    writing.require_free(path)
    witnesses = [Opening.fresh(name) for name in founding.witnesses]
    machine = Opening.fresh(founding.machine) if founding.machine else None
    if succession is not None:
        succession.follows(_sketch(founding))
    meeting.confirm(_told(founding, succession), _("Begin this treasury?"), _("begin"))
    network = Network.MAIN if founding.main_network else Network.TEST
    with enrolled(founding.officers, network, meeting) as officers:
        roster = Roster(founding.network, tuple(each.officer for each in officers), founding.rules, founding.unlock, 1)
        genesis = Genesis(
            roster,
            secrets.token_bytes(SALT_BYTES),
            tuple(witness.commitment for witness in witnesses),
            founding.exceptions,
            None if succession is None else succession.follows(roster),
            None if machine is None else machine.commitment,
        )
        key, at = WriterKey.new(), clock()
        statement = Statement(GENESIS, NOBODY, key.public, {}, (), NOBODY, at, genesis.to_json())
        signed = Signed(statement, {each.officer.key: each.keys.sign(statement.to_sign) for each in officers})
    made = {each.officer.key.hex(): sha256(each.file).hexdigest() for each in officers}
    what = signed.to_json() | {"identities": made}
    entry = Entry(BEGINNING, at, GENESIS, 0, key.public, what)
    line = entry.sealed(key.sign(entry.to_seal)).encode() + b"\n"
    names = Names({}).with_(*witnesses, *(each.name for each in officers), *([machine] if machine else []))
    files = {home.officer_path(each.officer.key): each.file for each in officers}
    files |= {home.NAMES: names.encode(), home.WRITER: key.encode()}
    if succession is not None:
        files[home.kept_path(succession.old.digest)] = succession.old.lines
    return writing.create(path, line, files)


def _sketch(founding: Founding) -> Roster:
    """Return the roster with keys that nobody has. Raises Usage where it could not work: before anybody is asked."""
    officers = [
        Officer(key, key, key, candidate.seat, candidate.alternate, candidate.roles)
        for candidate, key in zip(founding.officers, map(_stand_in, count()), strict=False)
    ]
    return Roster(founding.network, tuple(officers), founding.rules, founding.unlock, 1)


def _stand_in(number: int) -> bytes:
    return number.to_bytes(KEY_BYTES)


def _told(founding: Founding, succession: Succession | None) -> list[str]:
    names = [candidate.name for candidate in founding.officers]
    lines = roster_lines(_sketch(founding), names)
    if succession is not None:
        head = succession.old.head
        lines.append(
            _("It takes the place of treasury {treasury}, which ends with entry {number}: {words}").format(
                treasury=succession.old.ground.rules.treasury.hex()[:_TREASURY_SHOWN],
                number=head.number,
                words=" ".join(words_of(succession.old.ground.rules.treasury, head)),
            )
        )
    lines += [_("Witness: {name}").format(name=safe(name)) for name in founding.witnesses]
    return lines + [_("Exception of this machine: {text}").format(text=safe(text)) for text in founding.exceptions]
