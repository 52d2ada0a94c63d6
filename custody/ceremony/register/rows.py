"""The entries of a book to `Row`s: the one place that knows how the journal writes what happened.

Nothing is left out, and a kind that this release does not tell in words is told by its name. An entry that is not as
its format has it raises Unreadable, a kept review with other bytes than the book names Alarm.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.register.officers import Officers
from custody.ceremony.register.outcome import outcome_of
from custody.ceremony.register.row import Outcome, Presence, Row, has_date
from custody.governance import acceptance, contents, records
from custody.governance.covered import covered
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.fold import KINDS as KINDS_AFTER
from custody.governance.roster import Role, Roster
from custody.governance.statement import Signed
from custody.text import safe

KINDS = KINDS_AFTER | {acceptance.GENESIS}
"""The kinds of entries that there are."""

_WRITER_SHOWN = 8
_HASH_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from number `first` on; of these `kinds`, all where it is empty; from `begin` until before `end`.

    Both are seconds since 1970. An entry whose time is unknown may be of any day, so it is never left out for that.
    """

    first: int = 0
    kinds: frozenset[str] = frozenset()
    begin: int | None = None
    end: int | None = None

    def has_kind(self, kind: str) -> bool:
        """Say whether entries of a kind are wanted."""
        return not self.kinds or kind in self.kinds

    def has_time(self, at: int) -> bool:
        """Say whether entries of a time are wanted."""
        return not has_date(at) or ((self.begin is None or at >= self.begin) and (self.end is None or at < self.end))


def rows(home: Home, wanted: Wanted) -> Iterator[Row]:
    """Yield the entries that are wanted, the oldest first. Raises Unreadable and Alarm."""
    book, reading = home.book, _Reading(home, Officers(home))
    newest = covered(book.journal, book.chain)
    for number in range(wanted.first, len(book.chain.lines)):
        if not wanted.has_kind(book.chain.lines[number].kind):
            continue
        entry = book.entry(number)
        if not wanted.has_time(entry.at):
            continue
        told = _TELLING.get(entry.kind, _other)(reading, entry, StrictFields(entry.what, _("an entry")))
        yield Row(
            head=book.head_at(number),
            at=entry.at,
            machine=entry.writer,
            kind=entry.kind,
            title=told.title,
            details=told.details,
            presence=told.presence,
            who=tuple(map(reading.officers.person, told.by)),
            outcome=told.outcome,
            covered=number <= newest or told.presence is Presence.SIGNED,
            what=entry.what,
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    home: Home
    officers: Officers

    def text(self, commitment: bytes, otherwise: str) -> str:
        """Return what a commitment stands for, safe to show."""
        return safe(self.home.names.text(commitment) or otherwise)


@dataclass(frozen=True, slots=True)
class _Told:
    """What an entry comes to. `by` are the keys of who was there, in the order of the entry."""

    title: str
    presence: Presence
    by: tuple[bytes, ...] = ()
    details: tuple[str, ...] = ()
    outcome: Outcome | None = None


_Telling = Callable[[_Reading, Entry, StrictFields], _Told]


def _genesis(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signed = Signed.take(fields)
    genesis = contents.Genesis.of(signed.statement)
    details = [_quorums(genesis.roster)]
    if genesis.witnesses:
        names = (reading.text(each, _("a witness whose name was erased")) for each in genesis.witnesses)
        details.append(_("Witnesses: {names}").format(names=", ".join(names)))
    details += [_("Special here: {text}").format(text=safe(text)) for text in genesis.exceptions]
    if genesis.follows is not None:
        details.append(
            _("It takes the place of treasury {treasury}, which ended with entry {number}.").format(
                treasury=genesis.follows.treasury.hex()[:_HASH_SHOWN], number=genesis.follows.number
            )
        )
    title = _("The treasury began on {network}").format(network=genesis.roster.network)
    return _Told(title, Presence.SIGNED, reading.officers.ordered(signed.by), tuple(details))


def _roster(reading: _Reading, entry: Entry, fields: StrictFields) -> _Told:
    signed = Signed.take(fields)
    new, old = contents.roster_of(signed.statement), reading.officers.before(entry.number)
    title = _("The officers changed: roster {version}").format(version=new.version)
    return _Told(title, Presence.SIGNED, reading.officers.ordered(signed.by), _changes(reading, old, new))


def _changes(reading: _Reading, old: Roster | None, new: Roster) -> tuple[str, ...]:
    before = () if old is None else old.officers
    joined = [officer.key for officer in new.officers if old is None or old.officer(officer.key) is None]
    left = [officer.key for officer in before if new.officer(officer.key) is None]
    details = []
    if joined:
        details.append(_("Joined: {names}").format(names=reading.officers.named(joined)))
    if left:
        details.append(_("Left: {names}").format(names=reading.officers.named(left)))
    return (*details, _quorums(new))


def _quorums(roster: Roster) -> str:
    deciding, holding = len(roster.seats(Role.APPROVER)), len(roster.seats(Role.KEYHOLDER))
    if not holding:
        return _("{rules} of {seats} seats change the rules.").format(rules=roster.rules, seats=deciding)
    return _("{rules} of {seats} seats change the rules, {unlock} of {holding} open a vault.").format(
        rules=roster.rules, seats=deciding, unlock=roster.unlock, holding=holding
    )


def _wallet(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signed = Signed.take(fields)
    name, _document = contents.wallet_of(signed.statement)
    title = _("Registered the wallet {name}").format(name=safe(name))
    return _Told(title, Presence.SIGNED, reading.officers.ordered(signed.by))


def _vault(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signed = Signed.take(fields)
    name, record = contents.vault_of(signed.statement)
    title = _("Sealed a key in the vault {name}").format(name=safe(name))
    key = _("Key {fingerprint} ({kind})").format(
        fingerprint=", ".join(record.fingerprints.values()), kind=safe(record.kind)
    )
    return _Told(title, Presence.SIGNED, reading.officers.ordered(signed.by), (key,))


def _halt(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signed = Signed.take(fields)
    reason = contents.reason_of(signed.statement)
    why = _("no reason was given") if reason is None else reading.text(reason, _("a reason that was erased"))
    details = (_("Reason: {reason}").format(reason=why),)
    return _Told(_("HALTED: nothing is signed until a quorum resumes"), Presence.SIGNED, tuple(signed.by), details)


def _resume(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signed = Signed.take(fields)
    count = len(contents.cleared_by(signed.statement))
    title = ngettext("Resumed: {count} halt was cleared", "Resumed: {count} halts were cleared", count)
    return _Told(title.format(count=count), Presence.SIGNED, reading.officers.ordered(signed.by))


def _signature(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signature = records.Signature.take(fields)
    outcome = outcome_of(reading.home, signature)
    title = _("Signed a payment") if outcome.message is None else _("Signed a message; no money moves by it")
    if signature.by:
        return _Told(title, Presence.OPENED, signature.by, outcome=outcome)
    return _Told(title, Presence.UNNAMED, details=(_("The key came from cards."),), outcome=outcome)


def _objection(reading: _Reading, entry: Entry, fields: StrictFields) -> _Told:
    objection = records.Objection.take(fields)
    title, presence = {
        records.Objection.REFUSED: (_("Refused: nothing was signed"), Presence.MACHINE),
        records.Objection.DECLINED: (_("Declined: somebody said no, and nothing was signed"), Presence.UNNAMED),
        records.Objection.ALARM: (_("ALARM, evidence of tampering: nothing was signed"), Presence.MACHINE),
    }[entry.kind]
    details = []
    if objection.code != entry.kind:
        details.append(_("Code: {code}").format(code=safe(objection.code)))
    if objection.reason is not None:
        words = reading.text(objection.reason, _("a reason that was erased"))
        details.append(_("Reason: {reason}").format(reason=words))
    return _Told(title, presence, details=tuple(details), outcome=outcome_of(reading.home, objection))


def _import(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    imported = records.Import.take(fields)
    details = [
        _("Machine {machine} is known up to its entry {number}").format(
            machine=writer.hex()[:_WRITER_SHOWN], number=number
        )
        for writer, (number, _head) in sorted(imported.heads.items())
    ]
    details += [
        _("It changed the rules here: {kind}, signed by {names}").format(
            kind=safe(signed.statement.kind), names=reading.officers.named(reading.officers.ordered(signed.by))
        )
        for signed in imported.statements
    ]
    return _Told(_("Took in what another machine wrote"), Presence.MACHINE, details=tuple(details))


def _backup(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    made = records.BackupMade.take(fields)
    label = reading.text(made.label, _("a medium whose name was erased"))
    digest = _("SHA-256 of the copy begins {digest}").format(digest=made.sha256.hex()[:_HASH_SHOWN])
    return _Told(_("Sealed a copy: {label}").format(label=label), Presence.MACHINE, details=(digest,))


def _restored(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    restored = records.Restored.take(fields)
    title = _("A spare goes on where a copy of machine {machine} ends, its entry {number}").format(
        machine=restored.writer.hex()[:_WRITER_SHOWN], number=restored.number
    )
    paper = _("A head from paper was compared.") if restored.paper else _("No head from paper was compared.")
    return _Told(title, Presence.UNNAMED, details=(_("A quorum opened the copy."), paper))


def _mended(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    size = records.Mended.take(fields).size
    title = ngettext(
        "Cut away {count} byte of a line that a crash tore off",
        "Cut away {count} bytes of a line that a crash tore off",
        size,
    )
    return _Told(title.format(count=size), Presence.MACHINE)


def _checkpoint(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    state = records.Checkpoint.take(fields).state.hex()[:_HASH_SHOWN]
    title = _("Wrote down what all entries come to")
    return _Told(title, Presence.MACHINE, details=(_("Its SHA-256 begins {digest}").format(digest=state),))


def _other(_reading: _Reading, entry: Entry, _fields: StrictFields) -> _Told:
    return _Told(_("An entry of the kind {kind}").format(kind=safe(entry.kind)), Presence.UNNAMED)


_TELLING: dict[str, _Telling] = {
    acceptance.GENESIS: _genesis,
    acceptance.ROSTER: _roster,
    acceptance.WALLET: _wallet,
    acceptance.VAULT: _vault,
    acceptance.HALT: _halt,
    acceptance.RESUME: _resume,
    records.Signature.KIND: _signature,
    records.Objection.REFUSED: _objection,
    records.Objection.DECLINED: _objection,
    records.Objection.ALARM: _objection,
    records.Import.KIND: _import,
    records.BackupMade.KIND: _backup,
    records.Restored.KIND: _restored,
    records.Mended.KIND: _mended,
    records.Checkpoint.KIND: _checkpoint,
}
