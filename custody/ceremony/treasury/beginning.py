"""A machine that takes the place of another: a spare made of a backup, or a home that needs a new key to write with.

A quorum certifies the new key, the old one hands over, and the vaults come along, sealed for the officers of today. All
of it is one entry, the first of the new journal (docs/spec/journal.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from custody.catalogue import _
from custody.ceremony.home import changing, writing
from custody.ceremony.home import home as paths
from custody.ceremony.home.beside import halt_line
from custody.ceremony.home.changing import sealing_of
from custody.ceremony.home.home import Home
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.treasury.attendance import Attendance
from custody.ceremony.treasury.vaults import opened_all, rekey
from custody.governance.approval import Approval, Approved, Intent
from custody.governance.book import Book
from custody.governance.contents import Machine, handover_message
from custody.governance.entry import BEGINNING, Entry
from custody.governance.known.ground import Ground
from custody.governance.records import Begun, Sealing
from custody.governance.statement import MACHINE, Signed, Statement
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.writer import WriterKey


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new machine begins with: the home whose place it takes, what is proven, and that home's key.

    `backup` is the SHA-256 of the copy that was opened, None where the home itself is there; `paper` says whether a
    head from paper was compared.
    """

    old: Home
    ground: Ground
    key: WriterKey
    backup: bytes | None
    paper: bool


@dataclass(frozen=True, slots=True)
class Made:
    """The first line of a new journal, with its end, and the files of the home."""

    line: bytes
    files: Mapping[str, bytes]


def begin(
    beginning: Beginning,
    meeting: Meeting,
    carried: Sequence[SealedIdentity],
    seated: Iterable[OfficerKeys] = (),
    *,
    at: int,
) -> Made:
    """Let a quorum of each roster of today certify a new key, and return the home. Raises Refused, Declined."""
    ground, old = beginning.ground, beginning.old
    rosters = [roster for _id, roster in ground.rules.leaves]
    key = WriterKey.new()
    replaced = ground.last_of(beginning.key.public)
    before = ground.rules.machines.get(beginning.key.public)
    says = Machine(key.public, None if before is None else before.name, replaced)
    statement = ground.statement(MACHINE, says.to_json(), key.public, at)
    with ExitStack() as stack:
        table = stack.enter_context(Attendance(old, meeting, carried, seated, rosters))
        signed = table.agree(statement)
        table.answering()
        present = tuple(_approved(beginning, statement, keys) for keys in table.present.values())
        vaults, sealed = _vaults(beginning, table, carried, stack)
    begun = Begun(
        backup=beginning.backup,
        handover=beginning.key.sign(handover_message(statement.digest)),
        segment=sha256(ground.segment).digest(),
        heads=ground.past.heads,
        paper=beginning.paper,
        present=present if beginning.backup is not None else (),
        vaults=vaults,
    )
    return Made(_line(signed, begun, key, at), _files(old, ground, key, sealed))


def renew(
    home: WritableHome,
    path: str | Path,
    meeting: Meeting,
    carried: Sequence[SealedIdentity] = (),
    *,
    paper: bool,
    clock: changing.Clock = changing.now,
) -> Book:
    """Make a new home of one that may not write any more: a new key, what is known, and the vaults.

    Halts that lay beside the old journal come along as they are. Raises as `begin`, Alarm for what is lost or damaged,
    and StorageFailed where there is a home at `path`.
    """
    home.check_all()
    key = WriterKey.read(home.files.read(paths.WRITER, paths.SMALL_LIMIT))
    ground = Ground.of(home.book.known)
    meeting.confirm(
        [
            _("A new home takes the place of this one, with a key of its own; this one never writes again."),
            *(each.text for each in home.beside.alarms if each.bars),
        ],
        _("Go on with a new home?"),
        _("renew"),
    )
    made = begin(Beginning(home, ground, key, None, paper), meeting, carried, at=clock())
    halts = b"".join(halt_line(each) for each in home.halts_beside)
    files = dict(made.files) | ({paths.BESIDE: halts} if halts else {})
    return writing.create(path, made.line, files)


def _approved(beginning: Beginning, statement: Statement, keys: OfficerKeys) -> Approved:
    """Let an officer sign that he opened this very backup, for this machine."""
    approval = Approval(
        intent=Intent.RESTORE,
        treasury=statement.treasury,
        machine=statement.machine,
        head=None,
        roster=statement.basis,
        state=statement.state,
        document=beginning.backup or bytes(32),
        review=None,
        verdict=None,
        at=statement.at,
        officer=keys.public.officer,
    )
    return Approved(approval, keys.sign(approval.to_sign))


def _vaults(
    beginning: Beginning, table: Attendance, carried: Sequence[SealedIdentity], stack: ExitStack
) -> tuple[dict[str, Sealing], dict[str, bytes]]:
    """Return what the first line says of each vault, and the files: sealed again where the roster changed since."""
    old, leaves = beginning.old, beginning.ground.past.leaves
    records_ = old.book.state.vaults
    sealings = {name: Sealing(each.generation, each.sha256, each.since, each.roster) for name, each in records_.items()}
    files = {
        (file := paths.vault_path(name, each.generation)): old.files.read(file, paths.FILE_LIMIT)
        for name, each in records_.items()
    }
    if all(each.roster == leaves for each in records_.values()) or beginning.ground.rules.contested:
        return sealings, files
    roster = beginning.ground.rules.leaves[0][1]
    members = old.members(roster, {each.public.officer: each for each in carried})
    opened = stack.enter_context(opened_all(old, table))
    files = {}
    for name, each in opened.items():
        new = stack.enter_context(rekey(each, members, roster, leaves[0])(old.book.head.hash, old.book.head.number))
        new.prove(new.content)
        sealings[name] = sealing_of(old.book.state, name, new, leaves)
        files[paths.vault_path(name, new.header.generation)] = new.content
    return sealings, files


def _line(signed: Signed, begun: Begun, key: WriterKey, at: int) -> bytes:
    entry = Entry(BEGINNING, at, begun.KIND, 0, key.public, signed.to_json() | begun.to_json())
    return entry.sealed(key.sign(entry.to_seal)).encode() + b"\n"


def _files(old: Home, ground: Ground, key: WriterKey, vaults: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of the new home: what was kept, names, identities and vaults, and all lines in one segment."""
    names = [*old.files.names("kept"), *old.files.names("officers")]
    files = {name: old.files.read(name, paths.JOURNAL_LIMIT) for name in names}
    files[paths.NAMES] = old.names.encode()
    segment = {paths.kept_path(sha256(ground.segment).digest()): ground.segment}
    return files | segment | {paths.WRITER: key.encode()} | dict(vaults)
