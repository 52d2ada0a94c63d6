"""Seals a home to a backup for its officers, and makes of one a spare home that goes on where the backup ends.

A backup needs nobody's passphrase, a restoration needs a quorum of those who unlock. A restored home writes under a
name of its own, so that the lost laptop, should it come back, is told from it. A head on paper that the backup does not
lead to is refused.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from custody import canonical, store
from custody.catalogue import _
from custody.ceremony.home import changing, writing
from custody.ceremony.home import home as paths
from custody.ceremony.home.changing import DraftHome
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting, Offered
from custody.ceremony.treasury.arrivals import Arrivals, Coming, Keys
from custody.ceremony.treasury.exchange import take_in
from custody.ceremony.treasury.stakes import network_of
from custody.errors import Alarm, Mismatch, Refused, Unreadable
from custody.governance import records
from custody.governance.book import Book
from custody.governance.chain import Head, PaperHead
from custody.governance.commitment import Opening
from custody.governance.entry import HASH_BYTES, LATEST, WRITER_BYTES, digest
from custody.governance.export import JournalExport
from custody.governance.fields import StrictFields
from custody.governance.roster import Role
from custody.keys.vaults import archive
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.vault import NewVault, SealedVault, new_identifier
from custody.keys.vaults.vault import seal as seal_vault
from custody.keys.vaults.vault_file import Header, Member, Purpose
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

    `carried` are identities of officers who joined since the backup was made.
    """

    backup: bytes
    paper: PaperHead | None
    receipts: tuple[bytes, ...] = ()
    carried: tuple[SealedIdentity, ...] = ()


def back_up(
    home: WritableHome, out: str | Path, label: str, carried: Sequence[SealedIdentity] = (), *, force: bool = False
) -> None:
    """Seal a copy of the home to a file, read it back, and write into the book that it exists.

    Raises Refused where nobody holds pieces of a vault, or where an officer's identity is not here; Alarm where
    something of the home is lost or damaged, which a copy would only carry on; StorageFailed.
    """
    name = Opening.fresh(label)
    store.refuse_taken(out, force=force)
    with home.alone():
        home.check_vaults()
        home.check_all()
        at = home.time()
        with _sealed(home, carried, canonical.encode({"at": at, "label": name.commitment.hex()})) as sealed:
            store.write_new(out, sealed.content, force=force)
            sealed.prove(store.read(out, BACKUP_LIMIT))
            made = records.BackupMade(sha256(sealed.content).digest(), name.commitment)
        home.commit(Step(records.BackupMade.KIND, made.to_json(), names=(name,), at=at))


def restore(
    path: str | Path, restoration: Restoration, meeting: Meeting, *, clock: changing.Clock = changing.now
) -> Book:
    """Make a home of a backup, and take in what other machines have seen since: all of it, or there is no home.

    Raises Mismatch for what does not open, Refused below the quorum, where the head on paper is of an entry that
    neither the backup nor a receipt has, or where a receipt proves a later roster that cannot be followed here; Alarm
    where the paper is of another journal.
    """
    with _opened(SealedVault.parse(restoration.backup), meeting) as (files, seated):
        book, own = Book.verify(files.pop(paths.JOURNAL, b"")), files.pop(_OWN, b"")
        home = DraftHome(book, files, clock)
        home.check_vaults()
        home.check_all()
        if restoration.paper is not None:
            _require_paper(
                restoration.paper, book, (_own_head(book, own, restoration.backup), *_later(book, restoration))
            )
        else:
            meeting.warn(_("No head from paper was compared: nothing here tells whether this backup is the newest."))
        restored = records.Restored(book.state.writer, book.head.number, book.head.hash, restoration.paper is not None)
        meeting.confirm(_told(book, restored), _("Go on from here, on this machine?"), _("restore"))
        home.commit(Step(restored.KIND, restored.to_json(), writer=secrets.token_bytes(WRITER_BYTES)))
        for receipt in restoration.receipts:
            take_in(home, receipt, meeting, restoration.carried, seated)
    writing.create(path, home.book.journal, home.written)
    return home.book


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
        basis=state.basis,
        threshold=state.roster.unlock,
    )
    members = home.members(state.roster, {each.public.officer: each for each in carried})
    with archive.pack(_files(home) | {_OWN: own}) as content:
        return seal_vault(header, members, content)


def _files(home: Home) -> dict[str, bytes]:
    """What a spare needs: the book, the openings, the newest vaults, the identities, and everything kept."""
    vaults = [paths.vault_path(name, record.generation) for name, record in home.book.state.vaults.items()]
    names = [paths.NAMES, *home.files.names("kept"), *home.files.names("officers"), *vaults]
    files = {name: home.files.read(name, paths.FILE_LIMIT) for name in names}
    return files | {paths.JOURNAL: home.book.journal}


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
    strange = [
        name for name in files if name not in (paths.JOURNAL, paths.NAMES, _OWN) and not name.startswith(_FOLDERS)
    ]
    if strange:
        raise Unreadable(_("the backup holds a file that no backup holds: {name}").format(name=safe(strange[0])))
    book = Book.load(files.get(paths.JOURNAL, b""))
    if (book.head.hash, book.head.number, book.state.treasury) != (header.head, header.n, header.treasury):
        raise Alarm(
            _("the backup holds another journal than the one that it names"),
            hint=_("Somebody made it up. Keep it as evidence, and take another copy."),
            code="backup-changed",
        )


def _coming(member: Member) -> Coming:
    """Offer a seat: names are in the backup, and are not known before it is open."""
    identity = member.identity
    offered = Offered(_("seat {seat}").format(seat=member.seat), identity.public.officer, identity.needs_key_file)
    return Coming(offered, identity)


def _own_head(book: Book, own: bytes, backup: bytes) -> Head:
    """Return the head that the old machine had once it had written down that this backup exists. Raises Unreadable."""
    fields = StrictFields(canonical.decode(own), _("what a backup says of its own entry"))
    at, label = fields.number("at", most=LATEST), fields.hex("label", HASH_BYTES)
    fields.end()
    made = records.BackupMade(sha256(backup).digest(), label)
    return Head(book.head.number + 1, digest(book.next(made.KIND, made.to_json(), at=at)))


def _later(book: Book, restoration: Restoration) -> Iterator[Head]:
    """Yield the entries of the old machine that others have seen since."""
    for receipt in restoration.receipts:
        for entry, hash_ in JournalExport.read(receipt).entries:
            if entry.writer == book.state.writer and entry.number > book.head.number:
                yield Head(entry.number, hash_)


def _require_paper(paper: PaperHead, book: Book, later: Iterable[Head]) -> None:
    """Look for the head on paper among the entries after the backup that are known, and in the backup."""
    if any(paper.is_of(head) for head in later):
        return
    if paper.number is not None and paper.number > book.head.number:
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


def _told(book: Book, restored: records.Restored) -> list[str]:
    return [
        _("The backup ends with entry {number}: {words}").format(
            number=restored.number, words=" ".join(book.head.words)
        ),
        _("Everything that the old machine did later is missing until its receipts are taken in."),
        _("The old machine must never sign again: two homes of one treasury that both sign can pay twice."),
        _("The words at the end take the place of every older paper, also of one with the same number."),
    ]
