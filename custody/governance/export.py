"""`JournalExport`: an export of a journal, its whole lines and the bytes they kept, to the entries that are new here.

Entries seen before are passed over; missing ones between raise Refused, two stories of one writer raise Alarm
(docs/spec/journal.md). `custody.ceremony.treasury.exchange` takes in what is new.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Alarm, Refused, Unreadable
from custody.governance import acceptance, chain, contents, records
from custody.governance.chain import Head
from custody.governance.entry import BEGINNING, Entry
from custody.governance.fields import StrictFields
from custody.governance.statement import Signed

_KEPT = b'{"base64":"'
"""How a line begins that carries kept bytes. Lines of the journal begin with their "after"."""


class Known(Protocol):
    """What a home has seen of every writer."""

    def hash_of(self, writer: bytes, number: int) -> bytes | None:
        """The hash of entry `number` of this writer; None where it was never seen."""

    def newest(self, writer: bytes) -> Head | None:
        """The newest entry seen of this writer; None where none was."""


@dataclass(frozen=True, slots=True)
class JournalExport:
    """Entries that follow one another, each with its hash, and kept bytes by their SHA-256."""

    entries: tuple[tuple[Entry, bytes], ...]
    kept: Mapping[bytes, bytes]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read an export. Raises Alarm where its lines are no chain, Unreadable for anything else that is not one."""
        if not content.endswith(b"\n"):
            raise Unreadable(_("this is no export of a journal, or its end is missing"), hint=_("Export it again."))
        lines = content.split(b"\n")[:-1]
        count = next((number for number, line in enumerate(lines) if line.startswith(_KEPT)), len(lines))
        if not count:
            raise Unreadable(_("this is no export of a journal: it has no entry"))
        entries = tuple(map(Entry.decode, lines[:count]))
        first = Head(entries[0].number - 1, entries[0].after)
        read = chain.read(b"".join(line + b"\n" for line in lines[:count]), after=first)
        if first.number < 0 and first.hash != BEGINNING:
            raise chain.damage(chain.NOTHING, 0)
        return cls(
            tuple(zip(entries, (line.hash for line in read.lines), strict=True)), dict(map(_kept, lines[count:]))
        )

    def news(self, known: Known, own: bytes) -> tuple[tuple[Entry, bytes], ...]:
        """Return the entries that are new, each with its hash. `own`: the writer of the home that asks.

        Raises Refused where entries between are missing, Alarm for two entries of one writer under one number, and for
        entries of `own` that its journal does not have: it was rolled back.
        """
        found: list[tuple[Entry, bytes]] = []
        before: tuple[bytes, bytes] | None = None
        for entry, hash_ in self.entries:
            seen = known.hash_of(entry.writer, entry.number)
            if seen is not None and seen != hash_:
                raise _fork(entry)
            if seen is None:
                if entry.writer == own:
                    raise _rolled_back(entry)
                if before != (_written_before(entry), entry.after) and not _follows(entry, known):
                    raise _gap(entry, known)
                found.append((entry, hash_))
            before = (entry.writer, hash_)
        return tuple(found)


def require_documents(entries: Iterable[tuple[Entry, bytes]], kept: Mapping[bytes, bytes]) -> None:
    """Raise Refused unless everything that these entries signed is kept: later transactions are compared with it."""
    for entry, _hash in entries:
        if any(signature.result not in kept for signature in _signatures(entry)):
            raise Refused(
                _("the export lacks what entry {number} signed").format(number=entry.number),
                hint=_("Export it again, with its documents."),
                code="documents-missing",
            )


def kept_by(entry: Entry) -> tuple[bytes, ...]:
    """Return the SHA-256 of everything that a home keeps for an entry. Raises Unreadable."""
    fields = StrictFields(entry.what, _("an entry"))
    if entry.kind == acceptance.GENESIS:
        return _followed_by(fields)
    record = _KEEPING.get(entry.kind)
    return () if record is None else record.take(fields).kept


def carried_by(entry: Entry) -> tuple[bytes, ...]:
    """Return what of it an export carries: what was signed, and the journal that a genesis follows."""
    if entry.kind == records.Signature.KIND:
        return (records.Signature.take(StrictFields(entry.what, _("an entry"))).result,)
    return kept_by(entry) if entry.kind == acceptance.GENESIS else ()


def statements_of(entries: Iterable[tuple[Entry, bytes]]) -> tuple[Signed, ...]:
    """Return the statements in these entries, but for a genesis, in their order. Raises Unreadable."""
    return tuple(signed for entry, _hash in entries for signed in _statements(entry))


def marks_of(entries: Iterable[tuple[Entry, bytes]]) -> dict[bytes, bytes]:
    """Return the marks of what these entries signed, with the results' digests; the newest counts."""
    return {
        mark: signature.result
        for entry, _hash in entries
        for signature in _signatures(entry)
        for mark in signature.marks
    }


def whole_lines(content: bytes) -> bytes:
    """Return the journal's lines of an export, or of a journal as it lies in a home, without what they kept."""
    at = 0 if content.startswith(_KEPT) else content.find(b"\n" + _KEPT) + 1
    return content[:at] if at or content.startswith(_KEPT) else content


def write(lines: bytes, kept: Mapping[bytes, bytes]) -> bytes:
    """Return an export: whole lines of a journal, and kept bytes, each after its SHA-256's order."""
    carried = [
        canonical.encode({"base64": base64.b64encode(kept[digest]).decode(), "sha256": digest.hex()}) + b"\n"
        for digest in sorted(kept)
    ]
    return lines + b"".join(carried)


_KEEPING: dict[str, type[records.Signature] | type[records.Objection] | type[records.Import]] = {
    records.Signature.KIND: records.Signature,
    records.Objection.REFUSED: records.Objection,
    records.Objection.DECLINED: records.Objection,
    records.Objection.ALARM: records.Objection,
    records.Import.KIND: records.Import,
}


def _followed_by(fields: StrictFields) -> tuple[bytes, ...]:
    follows = contents.Genesis.of(Signed.take(fields).statement).follows
    return () if follows is None else (follows.journal,)


def _kept(line: bytes) -> tuple[bytes, bytes]:
    fields = StrictFields(canonical.decode(line), _("an export's kept bytes"))
    digest, text = fields.hex("sha256", 32), fields.take("base64")
    fields.end()
    try:
        content = base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        content = b""
    if sha256(content).digest() != digest or base64.b64encode(content).decode() != text:
        raise Unreadable(_("an export's kept bytes are not those that it names"), hint=_("Export it again."))
    return digest, content


def _statements(entry: Entry) -> tuple[Signed, ...]:
    fields = StrictFields(entry.what, _("an entry"))
    if entry.kind == records.Import.KIND:
        return records.Import.take(fields).statements
    if entry.kind in acceptance.CHANGES:
        return (Signed.take(fields),)
    return ()


def _signatures(entry: Entry) -> tuple[records.Signature, ...]:
    if entry.kind != records.Signature.KIND:
        return ()
    return (records.Signature.take(StrictFields(entry.what, _("an entry"))),)


def _follows(entry: Entry, known: Known) -> bool:
    """Say whether an entry follows one that was seen: of its writer, or of the one whose home was restored."""
    if entry.number == 0:
        return entry.kind == acceptance.GENESIS
    return known.hash_of(_written_before(entry), entry.number - 1) == entry.after


def _written_before(entry: Entry) -> bytes:
    """The writer of the entry before this one: the same, but where a home was restored."""
    if entry.kind != records.Restored.KIND:
        return entry.writer
    return records.Restored.take(StrictFields(entry.what, _("an entry"))).writer


def _fork(entry: Entry) -> Alarm:
    return Alarm(
        _("two different entries {number} were written by the same machine, {writer}").format(
            number=entry.number, writer=entry.writer.hex()[:8]
        ),
        hint=_("Its journal was rolled back and went on, or somebody forged one. Keep both, and stop signing with it."),
        code="journal-forked",
    )


def _rolled_back(entry: Entry) -> Alarm:
    return Alarm(
        _("another machine has entry {number} of this home's own journal, and this home does not").format(
            number=entry.number
        ),
        hint=_("This home was rolled back to an older state. Stop, keep it as it is, and restore the newest backup."),
        code="journal-rolled-back",
    )


def _gap(entry: Entry, known: Known) -> Refused:
    newest = known.newest(entry.writer)
    first = 0 if newest is None else newest.number + 1
    return Refused(
        _("entries {first} to {last} of machine {writer} are missing").format(
            first=first, last=entry.number - 1, writer=entry.writer.hex()[:8]
        ),
        hint=_("Export on that machine with --from {first}.").format(first=first),
        code="journal-gap",
    )
