"""A machine that takes the place of another: a spare made of a backup, or a home that needs a new key to write with.

A quorum certifies the new key, the old one hands over, and the vaults come along, sealed for the officers of today. All
of it is one entry, the first of the new journal (docs/spec/journal.md).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from custody.catalogue import _
from custody.ceremony.home import changing, writing
from custody.ceremony.home import home as paths
from custody.ceremony.home.beside import beside_of
from custody.ceremony.home.changing import sealing_of
from custody.ceremony.home.home import Home
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.treasury.vaults import opened_all, rekey
from custody.errors import Refused
from custody.governance.approval import Approval, Approved, Intent
from custody.governance.book import Book, identities_told
from custody.governance.chain import Head
from custody.governance.contents import Machine, handover_message
from custody.governance.entry import BEGINNING, Entry
from custody.governance.export import JournalExport, carried_by, intake
from custody.governance.known.ground import Ground
from custody.governance.known.judging import is_certified
from custody.governance.known.lines import Known
from custody.governance.paper import PaperHead
from custody.governance.records import Begun, Sealing
from custody.governance.statement import MACHINE, Signed, Statement, Tip
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.writer import WriterKey

GOES_ON = _("I let this machine go on in the place of the old one")
"""What officers sign: those who open a backup are not asked again."""


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
    replaced = ground.last_of(beginning.key.public, Tip(old.book.head.number, old.book.head.hash))
    before = ground.rules.machines.get(beginning.key.public)
    says = Machine(key.public, None if before is None else before.name, replaced)
    statement = ground.statement(MACHINE, says.to_json(), key.public, at)
    with ExitStack() as stack:
        table = stack.enter_context(Attendance(old, meeting, carried, seated, rosters, signs=GOES_ON))
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
    receipts: Sequence[bytes] = (),
    *,
    paper: PaperHead | None,
    compared: Callable[[], bool] = lambda: False,
    clock: changing.Clock = changing.now,
) -> Book:
    """Make a new home of one that may not write any more: a new key, what is known, and the vaults.

    `compared` says, once the meeting was asked, whether a head from paper was found in this journal.
    `receipts` are other machines' exports, which a home with an alarm takes in no more: the officers of today decide
    whom they prove. Halts that lay beside the old journal come along as they are. Raises as `begin` and `proven`,
    Alarm for what is lost or damaged, also where neither this journal nor a receipt has the head on `paper`;
    StorageFailed where there is a home at `path`.
    """
    writing.require_free(path)
    home.check_all()
    key = WriterKey.read(home.files.read(paths.WRITER, paths.SMALL_LIMIT))
    known, kept = proven(home.book.known.copy(), receipts)
    require_admitted(Ground.of(known), key.public)
    if paper is not None and paper.among(home.book.state.treasury, later(home.book, known)) is None:
        home.book.require_on_paper(paper)
    ground = Ground.of(known)
    meeting.confirm(
        [
            _("A new home takes the place of this one, with a key of its own; this one never writes again."),
            *(each.text for each in home.beside.alarms if each.bars),
        ],
        _("Go on with a new home?"),
        _("renew"),
    )
    made = begin(Beginning(home, ground, key, None, compared() or paper is not None), meeting, carried, at=clock())
    beside = beside_of(ground, receipts, home.beside.halts)
    return writing.create(path, made.line, {**made.files, **kept, **beside})


def proven(known: Known, receipts: Sequence[bytes]) -> tuple[Known, dict[str, bytes]]:
    """Return what is known once receipts are taken in, and the files to keep of what was signed since.

    Raises Unreadable for what is no export, Refused for one of another treasury, and for one with a gap.
    """
    kept: dict[str, bytes] = {}
    for receipt in receipts:
        read = JournalExport.read(receipt)
        if read.genesis is not None and read.genesis.statement.digest != known.treasury:
            raise Refused(_("a receipt is of another treasury"), code="foreign")
        news = intake(read, known, b"")
        if news.gaps:
            (first, last), *_others = news.gaps.values()
            raise Refused(
                _("a receipt does not follow what is known here: entries {first} to {last} are missing").format(
                    first=first, last=last - 1
                ),
                hint=_("Bring an export that begins earlier: custody journal export, without --from."),
                code="journal-gap",
            )
        for node in news.lines:
            known.add(node, news.said[node.hash])
        kept |= {
            paths.kept_path(digest): read.kept[digest]
            for node in news.lines
            for digest in carried_by(node.entry)
            if digest in read.kept
        }
    return known, kept


def require_admitted(ground: Ground, writer: bytes) -> None:
    """Raise Refused where no quorum that is known had admitted the machine whose place would be taken."""
    if not is_certified(ground.known, writer, ground.past):
        raise Refused(
            _("no quorum has admitted this machine: there is no place of a writer to take"),
            hint=_("Bring a receipt that tells of it, or begin again as a listener: custody home new --join."),
            code="writer",
        )


def later(book: Book, known: Known) -> Iterator[Head]:
    """Yield the entries of the old machine that others have seen since."""
    for node in known.nodes.values():
        if node.writer == book.writer and node.number > book.head.number:
            yield Head(node.number, node.hash)


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
    files = {file: old.files.read(file, paths.FILE_LIMIT) for file in paths.newest_vaults(old)}
    there = {paths.generation_of(file)[0] for file in files}
    sealings = {name: each for name, each in old.book.state.sealings.items() if name in there}
    if all(each.roster == leaves for each in records_.values()) or beginning.ground.rules.contested:
        return sealings, files
    roster = beginning.ground.rules.leaves[0][1]
    members = old.members(roster, {each.public.officer: each for each in carried})
    opened = stack.enter_context(opened_all(old, table))
    files = {file: content for file, content in files.items() if paths.generation_of(file)[0] not in opened}
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
    files = {name: old.files.read(name, paths.JOURNAL_LIMIT) for name in old.files.names("kept")}
    files |= dict(_identities(old, ground))
    files[paths.NAMES] = old.names.encode()
    segment = {paths.kept_path(sha256(ground.segment).digest()): ground.segment}
    return files | segment | {paths.WRITER: key.encode()} | dict(vaults)


def _identities(old: Home, ground: Ground) -> Iterator[tuple[str, bytes]]:
    """Yield the officers' files, but for one that its owner sealed anew since: the old passphrase opens nothing."""
    told = identities_told(ground.known, old.book.writer)
    newest = {paths.officer_path(key): digest for key, digest in told.items()}
    for name in old.files.names("officers"):
        content = old.files.read(name, paths.SMALL_LIMIT)
        if sha256(content).digest() == newest.get(name, sha256(content).digest()):
            yield name, content
