"""Seals a home to a backup for its officers, and makes of one a spare home that goes on where the backup ends.

A backup needs nobody's passphrase, a restoration needs a quorum of those who unlock. A restored home writes under a
name of its own, so that the lost laptop, should it come back, is told from it. A head on paper that the backup does not
lead to is refused.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from custody import canonical, store
from custody.catalogue import _
from custody.ceremony.home import changing, writing
from custody.ceremony.home import home as paths
from custody.ceremony.home.beside import BESIDE, beside_of
from custody.ceremony.home.changing import FilesInMemory
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.machines.beginning import GOES_ON, Beginning, begin, later, proven, require_admitted
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.arrivals import Arrivals, Coming, Keys
from custody.ceremony.table.carried import CarriedFile, learnt_from
from custody.ceremony.table.stakes import network_of
from custody.errors import Alarm, Mismatch, Refused, Unreadable
from custody.governance import records
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.commitment import Opening
from custody.governance.entry import HASH_BYTES, LATEST, digest
from custody.governance.fields import StrictFields
from custody.governance.known.ground import Ground
from custody.governance.paper import PaperHead, words_of
from custody.governance.roster import Role
from custody.keys.vaults import archive
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.vault import NewVault, SealedVault, new_identifier
from custody.keys.vaults.vault import seal as seal_vault
from custody.keys.vaults.vault_file import Header, Member, Purpose
from custody.keys.vaults.writer import WriterKey
from custody.text import safe

BACKUP_LIMIT = 512_000_000

_FOLDERS = ("kept/", "officers/", "vaults/")
_OWN = "backup.entry"
"""In a backup: when its own entry was written, and the commitment of its label. The entry itself names the digest of
the whole, so it is put together at the restoration: it stands on the paper that was written when the copy was made.
"""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a spare begins with: the backup's bytes, a head from paper if there is one, other machines' exports.

    `carried` are files of officers who joined since the backup was made.
    """

    backup: bytes
    paper: PaperHead | None
    receipts: tuple[bytes, ...] = ()
    carried: tuple[CarriedFile, ...] = ()


def back_up(
    home: WritableHome, out: str | Path, label: str, carried: Sequence[SealedIdentity] = (), *, force: bool = False
) -> None:
    """Seal a copy of the home to a file, read it back, and write into the book that it exists.

    Raises Refused where nobody holds pieces of a vault, where no quorum admitted this machine, or where an officer's
    identity is not here; Alarm where something of the home is lost or damaged, which a copy would only carry on;
    StorageFailed.
    """
    name = Opening.fresh(label)
    require_copyable(home, out, force=force)
    home.before_going_on()
    with home.alone():
        home.check_vaults()
        home.check_all()
        at = home.time()
        with _sealed(home, carried, canonical.encode({"at": at, "label": name.commitment.hex()})) as sealed:
            store.write_new(out, sealed.content, force=force)
            sealed.prove(store.read(out, BACKUP_LIMIT))
            made = records.BackupMade(sha256(sealed.content).digest(), name.commitment)
        home.commit(Step(records.BackupMade.KIND, made.to_json(), names=(name,), at=at))


def require_copyable(home: WritableHome, out: str | Path, *, force: bool) -> None:
    """Raise what can be raised of a copy before anything is read: StorageFailed, Alarm and Refused."""
    store.refuse_taken(out, force=force)
    home.require_sound()


def restore(
    path: str | Path, restoration: Restoration, meeting: Meeting, *, clock: changing.Clock = changing.now
) -> Book:
    """Make a home of a backup, and take in what other machines have seen since: all of it, or there is no home.

    The new machine takes the place of the one that made the backup, as those officers agree whom backup and receipts
    prove to decide today. Raises Mismatch for what does not open, Refused below their quorum, where an identity is
    lacking, and where the head on paper is of an entry that neither the backup nor a receipt has; Alarm where the paper
    is of another journal.
    """
    writing.require_free(path)
    with _opened(SealedVault.parse(restoration.backup), meeting) as (files, seated):
        old = _old_home(files)
        own, key = files.get(_OWN, b""), WriterKey.read(files.get(paths.WRITER, b""))
        known, kept = proven(old.book.known.copy(), restoration.receipts)
        ground = Ground.of(known)
        require_admitted(ground, key.public)
        rosters = tuple(roster for _id, roster in ground.rules.leaves)
        learnt = learnt_from(restoration.carried, ground.rules.treasury, rosters, joining=True)
        old = Home(old.files, old.book, learnt.added_to(old.names, rosters))
        carried = tuple(file.identity for file in restoration.carried)
        if restoration.paper is not None:
            _require_paper(
                restoration.paper,
                old.book,
                (_own_head(old.book, own, key, restoration.backup), *later(old.book, known)),
            )
        else:
            meeting.warn(_("No head from paper was compared: nothing here tells whether this backup is the newest."))
        beginning = Beginning(old, ground, key, sha256(restoration.backup).digest(), restoration.paper is not None)
        meeting.confirm(_told(old.book), _("Go on from here, on this machine?"), _("restore"))
        made = begin(beginning, meeting, carried, seated, at=clock())
        beside = beside_of(ground, restoration.receipts, old.beside.halts)
    return writing.create(path, made.line, {**made.files, **kept, **beside})


def _old_home(files: Mapping[str, bytes]) -> Home:
    """Return the home that a backup holds, all of it checked. Raises Alarm for what is lost or damaged."""
    memory = FilesInMemory({name: content for name, content in files.items() if name != _OWN})
    home = Home(memory, paths.read_book(memory, strictly=True), paths.read_names(memory))
    home.check_vaults()
    home.check_all()
    return home


def _sealed(home: Home, carried: Sequence[SealedIdentity], own: bytes) -> NewVault:
    """Seal a copy, and beside the home's files what its own entry will say but for the copy's digest."""
    state, head = home.book.state, home.book.head
    if not state.roster.seats(Role.KEYHOLDER):
        raise Refused(_("no officer of this treasury holds pieces: nobody could open a backup"), code="no-keyholders")
    header = Header(
        purpose=Purpose.HOME_BACKUP,
        network=network_of(state),
        treasury=state.treasury,
        vault=new_identifier(),
        generation=1,
        head=head.hash,
        n=head.number,
        basis=state.roster_id,
        threshold=state.roster.unlock,
    )
    members = home.members(state.roster, {each.public.officer: each for each in carried})
    with archive.pack(_files(home) | {_OWN: own}) as content:
        return seal_vault(header, members, content)


def _files(home: Home) -> dict[str, bytes]:
    """What a spare needs: book and key, names, the newest vaults and those that wait, identities, what is kept."""
    vaults = paths.newest_vaults(home)
    beside = [BESIDE] if home.files.exists(BESIDE) else []
    names = [paths.WRITER, *beside, *home.files.names("kept"), *home.files.names("officers"), *vaults]
    files = {name: home.files.read(name, paths.FILE_LIMIT) for name in names}
    return files | {paths.JOURNAL: home.book.journal, paths.NAMES: home.names.encode()}


@contextmanager
def _opened(sealed: SealedVault, meeting: Meeting) -> Iterator[tuple[dict[str, bytes], Collection[OfficerKeys]]]:
    """Open a backup with as many seats as it takes: its files, and who is there. Keys are wiped at the block's end.

    What the backup remembers must be the journal in it.
    """
    if sealed.header.purpose is not Purpose.HOME_BACKUP:
        raise Mismatch(_("this is a vault of a key, not a backup of a home"))

    def seats(came: Keys) -> set[int]:
        return {slot.member.seat for slot in sealed.slots if slot.member.identity.public.officer in came}

    def missing(came: Keys) -> str:
        count = sealed.header.threshold - len(seats(came))
        return _("{count} more to open the backup").format(count=count) if count > 0 else ""

    def coming(came: Keys) -> list[Coming]:
        return [_coming(slot.member) for slot in sealed.slots if slot.member.seat not in seats(came)]

    with Arrivals(meeting) as table:
        table.gather(missing, coming)
        with sealed.open(table.present.values()) as opened:
            files = archive.unpack(opened.payload)
        _require_home(sealed.header, files)
        yield files, table.present.values()


def _require_home(header: Header, files: Mapping[str, bytes]) -> None:
    """Raise Unreadable for files that no home has, Alarm for another journal than the header names."""
    known = (paths.JOURNAL, paths.NAMES, paths.WRITER, BESIDE, _OWN)
    strange = [name for name in files if name not in known and not name.startswith(_FOLDERS)]
    if strange:
        raise Unreadable(_("the backup holds a file that no backup holds: {name}").format(name=safe(strange[0])))
    book = paths.read_book(FilesInMemory(files), strictly=False)
    if (book.head.hash, book.head.number, book.state.treasury) != (header.head, header.n, header.treasury):
        raise Alarm(
            _("the backup holds another journal than the one that it names"),
            hint=_("Somebody made it up. Keep it as evidence, and take another copy."),
            code="backup-changed",
        )


def _coming(member: Member) -> Coming:
    """Offer a seat: names are in the backup, and are not known before it is open."""
    return Coming.of(_("seat {seat}").format(seat=member.seat), member.seat, member.identity, GOES_ON)


def _own_head(book: Book, own: bytes, key: WriterKey, backup: bytes) -> Head:
    """Return the head that the old machine had once it had written down that this backup exists. Raises Unreadable."""
    fields = StrictFields(canonical.decode(own), _("what a backup says of its own entry"))
    at, label = fields.number("at", most=LATEST), fields.hex("label", HASH_BYTES)
    fields.end()
    made = records.BackupMade(sha256(backup).digest(), label)
    entry = book.next(made.KIND, made.to_json(), at=at)
    return Head(book.head.number + 1, digest(entry.sealed(key.sign(entry.to_seal)).encode()))


def _require_paper(paper: PaperHead, book: Book, later: Iterable[Head]) -> None:
    """Look for the head on paper in the backup, and among the entries after it that are known."""
    if paper.among(book.state.treasury, [*map(book.head_at, range(book.head.number + 1)), *later]) is not None:
        return
    if paper.number > book.head.number:
        raise Refused(
            _("the paper is of entry {number}, and this backup ends with entry {last}").format(
                number=paper.number, last=book.head.number
            ),
            hint=_(
                "Take a newer backup, or bring what other machines have seen since: --receipts FILE. If both are lost, "
                "leave --head away; the book will say that no paper was compared."
            ),
            code="backup-old",
        )
    book.require_on_paper(paper)


def _told(book: Book) -> list[str]:
    return [
        _("The backup ends with entry {number}: {words}").format(
            number=book.head.number, words=" ".join(words_of(book.state.treasury, book.head))
        ),
        _("Everything that the old machine did later is missing until its receipts are taken in."),
        _("The old machine must never sign again: two homes of one treasury that both sign can pay twice."),
        _("The words at the end take the place of every older paper, also of one with the same number."),
    ]
