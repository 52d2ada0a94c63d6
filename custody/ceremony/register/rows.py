"""The entries of a book to `Row`s: the one place that knows how the journal writes what happened.

Entries of all machines, in the order in which they are known here: each after all that it stands on. Nothing is left
out. An entry that breaks a rule raises Alarm, and so does a kept review with other bytes than the book names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from custody.catalogue import _, ngettext
from custody.ceremony.home.beside import shown_date
from custody.ceremony.home.home import Home
from custody.ceremony.register.ceremonies import ceremony_lines
from custody.ceremony.register.officers import KEY_SHOWN, Officers
from custody.ceremony.register.outcome import outcome_of
from custody.ceremony.register.row import Doubt, Outcome, Presence, Row, has_date
from custody.governance import contents, records, statement
from custody.governance.book import Book
from custody.governance.ceremonies.entered import Entered
from custody.governance.chain import Head
from custody.governance.entry import Entry
from custody.governance.exception import MachineException, shown
from custody.governance.fields import StrictFields
from custody.governance.halt import NO_REASON
from custody.governance.known.lines import Node, Said
from custody.governance.roster import Officer, Role, Roster
from custody.governance.statement import Heads, Signed
from custody.text import safe

_HASH_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from number `first` on; of these `kinds`, all where it is empty; from `begin` until before `end`.

    Both are seconds since 1970. An entry whose time is unknown may be of any day, so it is never left out for that.
    `machine` (a key of 32 bytes) is the one machine whose entries are wanted, and `first` counts hers. Without it
    `first` counts this machine's own, and others' are wanted that came to be known with or after it.
    """

    first: int = 0
    kinds: frozenset[str] = frozenset()
    begin: int | None = None
    end: int | None = None
    machine: bytes | None = None

    def has(self, node: Node) -> bool:
        """Say whether an entry is of a kind and a time that are wanted."""
        if self.kinds and node.kind not in self.kinds:
            return False
        is_late_enough = self.begin is None or node.at >= self.begin
        return not has_date(node.at) or (is_late_enough and (self.end is None or node.at < self.end))


def rows(home: Home, wanted: Wanted) -> Iterator[Row]:
    """Yield the entries that are wanted, each after all that it stands on. Raises Unreadable and Alarm."""
    reading = _Reading(home, Officers(home))
    for node in filter(wanted.has, _chosen(home.book, wanted)):
        yield reading.row(node)


def _chosen(book: Book, wanted: Wanted) -> Iterator[Node]:
    """Yield the entries from the first that is wanted on."""
    if wanted.machine is not None:
        yield from (each for each in book.lines if each.writer == wanted.machine and each.number >= wanted.first)
        return
    lines = iter(book.lines)
    if 0 < wanted.first <= len(book.chain.lines):
        before = book.head_at(wanted.first - 1).hash
        while next(lines).hash != before:
            pass
    if wanted.first <= len(book.chain.lines):
        yield from lines


@dataclass(frozen=True, slots=True)
class _Told:
    """What an entry comes to."""

    title: str
    details: tuple[str, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    home: Home
    officers: Officers

    def row(self, node: Node) -> Row:
        """Return one entry."""
        entry, said = node.entry, self.home.book.said(node)
        told = _TELLING[entry.kind](self, entry, StrictFields(entry.what, _("an entry")))
        return Row(
            head=Head(node.number, node.hash),
            at=entry.at,
            machine=entry.writer,
            called=self.home.named(entry.writer),
            kind=entry.kind,
            title=told.title,
            details=told.details,
            presence=_presence(entry.kind, said),
            who=tuple(map(self.officers.person, self.officers.ordered(said.officers))),
            outcome=told.outcome,
            doubts=tuple(self._doubts(node, said)),
            what=entry.what,
        )

    def text(self, commitment: bytes, otherwise: str) -> str:
        """Return what a commitment stands for, safe to show."""
        return safe(self.home.names.text(commitment) or otherwise)

    def is_same(self, officer: Officer, other: Officer) -> bool:
        """Say whether two keys are of one person on one seat, as far as names are known here."""
        name, its = (self.home.names.text(each.name) for each in (officer, other))
        return name is not None and (name, officer.seat) == (its, other.seat)

    def machine(self, key: bytes) -> str:
        """Return what a machine is called, safe to show."""
        return safe(self.home.machine_name(key))

    def known_up_to(self, heads: Heads) -> Iterator[str]:
        """Say how far machines are known."""
        for writer in self.home.book.known.levels:  # in the order in which they came to be known
            for tip in heads.get(writer, ()):
                yield _("Of {machine} everything is known up to its entry {number}").format(
                    machine=self.machine(writer), number=tip.number
                )

    def _doubts(self, node: Node, said: Said) -> Iterator[Doubt]:
        rules = self.home.book.state.rules
        if said.signed is not None and said.signed.statement.digest in {each.digest for each in rules.waiting}:
            yield Doubt.WAITS
        if said.halt is not None and said.halt.digest in rules.mute:
            yield Doubt.MUTE
        machine = rules.machines.get(node.writer)
        if machine is None or not machine.certified:
            yield Doubt.NOT_ADMITTED
        elif not machine.owns(self.home.book.known, node):
            yield Doubt.ENDED if machine.ends else Doubt.FORKED


def _presence(kind: str, said: Said) -> Presence:
    if said.officers:
        return Presence.SIGNED
    return Presence.UNNAMED if kind == records.Objection.DECLINED else Presence.MACHINE


_Telling = Callable[[_Reading, Entry, StrictFields], _Told]


def _genesis(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    genesis = contents.Genesis.of(Signed.take(fields).statement)
    details = [_quorums(genesis.roster)]
    if genesis.witnesses:
        names = (reading.text(each, _("a witness whose name is not known here")) for each in genesis.witnesses)
        details.append(_("Witnesses: {names}").format(names=", ".join(names)))
    details += [_("Special here: {text}").format(text=safe(text)) for text in genesis.exceptions]
    if genesis.follows is not None:
        details.append(
            _("It takes the place of treasury {treasury}, which ended with entry {number}.").format(
                treasury=genesis.follows.treasury.hex()[:_HASH_SHOWN], number=genesis.follows.number
            )
        )
    return _Told(_("The treasury began on {network}").format(network=genesis.roster.network), tuple(details))


def _roster(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    said = Signed.take(fields).statement
    new = contents.roster_of(said)
    title = _("The officers changed: roster {version}").format(version=new.version)
    return _Told(title, tuple(_changes(reading, reading.officers.rosters(said.basis), new)))


def _changes(reading: _Reading, old: tuple[Roster, ...], new: Roster) -> Iterator[str]:
    before = {officer.key: officer for roster in old for officer in roster.officers}
    after = {officer.key: officer for officer in new.officers}
    moved = [
        key
        for key, officer in after.items()
        if key in before
        and (officer.seat, officer.alternate, officer.dated, officer.roles)
        != (before[key].seat, before[key].alternate, before[key].dated, before[key].roles)
    ]
    new_keys = {
        key: old_key
        for key, officer in after.items()
        for old_key, was in before.items()
        if key not in before and old_key not in after and reading.is_same(officer, was)
    }
    for form, keys in (
        (_("Joined: {names}"), [key for key in after if key not in before and key not in new_keys]),
        (_("Left: {names}"), [key for key in before if key not in after and key not in new_keys.values()]),
        (_("Have new keys: {names}"), list(new_keys)),
        (_("Have another seat, or do something else: {names}"), moved),
    ):
        if keys:
            yield form.format(names=reading.officers.named(keys))
    if len(old) > 1:
        yield _("It settles which of {count} rosters holds.").format(count=len(old))
    yield _quorums(new)


def _quorums(roster: Roster) -> str:
    deciding, holding = len(roster.seats(Role.APPROVER)), len(roster.seats(Role.KEYHOLDER))
    if not holding:
        return _("{rules} of {seats} seats change the rules.").format(rules=roster.rules, seats=deciding)
    return _("{rules} of {seats} seats change the rules, {unlock} of {holding} open a vault.").format(
        rules=roster.rules, seats=deciding, unlock=roster.unlock, holding=holding
    )


def _wallet(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    name, _document = contents.wallet_of(Signed.take(fields).statement)
    return _Told(_("Registered the wallet {name}").format(name=safe(name)))


def _vault(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    name, record = contents.vault_of(Signed.take(fields).statement)
    key = _("Key {fingerprint} ({kind})").format(
        fingerprint=", ".join(record.fingerprints.values()), kind=safe(record.kind)
    )
    return _Told(_("Sealed a key in the vault {name}").format(name=safe(name)), (key,))


def _resume(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    count = len(contents.cleared_by(Signed.take(fields).statement))
    title = ngettext("Resumed: {count} halt was cleared", "Resumed: {count} halts were cleared", count)
    return _Told(title.format(count=count))


def _machine(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    says = contents.Machine.of(Signed.take(fields).statement)
    if says.key is None:
        return _Told(_("Ended a machine"), tuple(_ended(reading, says.replaces)))
    name = None if says.name is None else reading.home.names.text(says.name)
    called = () if name is None else (_("It is called {name}").format(name=safe(name)),)
    key = _("Its key begins {key}").format(key=says.key.hex()[:KEY_SHOWN])
    title = _("Admitted a machine: it may write for the treasury")
    return _Told(title, (*called, key, *_ended(reading, says.replaces)))


def _ended(reading: _Reading, replaced: contents.Replaced | None) -> Iterator[str]:
    if replaced is not None:
        yield _("The last entry of {machine} that is its own is {number}").format(
            machine=reading.machine(replaced.key), number=replaced.last.number
        )


def _adopt(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    count = len(contents.adopted_by(Signed.take(fields).statement))
    title = ngettext("Adopted {count} statement that waited", "Adopted {count} statements that waited", count)
    return _Told(title.format(count=count))


def _absence(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    said = Signed.take(fields).statement
    absence = contents.Absence.of(said)
    days = _("From {begins} up to {ends} (UTC), and then no more").format(
        begins=_day(absence.begins), ends=_day(absence.ends)
    )
    title = _("{name} counts for days of absence").format(name=reading.officers.named([absence.officer]))
    return _Told(title, (days,))


def _exception(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    exception = MachineException.of(Signed.take(fields).statement)
    title = _("{machine} may be used although it is unfit").format(machine=reading.machine(exception.machine))
    details = (
        _("Excepted: {findings}").format(findings=shown(exception.findings)),
        _("Reason: {reason}").format(reason=safe(exception.reason)),
        _("Up to {ends} (UTC), and then no more").format(ends=_day(exception.ends)),
    )
    return _Told(title, details)


def _ceremony(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    entered = Entered.of(Signed.take(fields).statement)
    names = ", ".join(each.name for each in entered.sittings)
    title = _("Entered a ceremony: sittings {names}") if names else _("Entered a ceremony: wallets of its sittings")
    return _Told(title.format(names=names), tuple(ceremony_lines(entered.plan, entered.sittings, entered.wallets)))


def _day(at: int) -> str:
    return shown_date(at) if has_date(at) else _("unknown time")


def _identity(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    sealed = records.IdentitySealed.take(fields)
    title = _("{name} chose another passphrase").format(name=reading.officers.named([sealed.officer]))
    digest = _("SHA-256 of the sealed identity begins {digest}").format(digest=sealed.identity.hex()[:_HASH_SHOWN])
    return _Told(title, (digest,))


def _halt(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    called = records.HaltCalled.take(fields).halt
    reason = _("no reason was given")
    if called.reason != NO_REASON:
        reason = safe(reading.home.reason_of(called) or _("one that is not known here"))
    return _Told(_("HALTED: nothing is signed until a quorum resumes"), (_("Reason: {reason}").format(reason=reason),))


def _signature(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    signature = records.Signature.take(fields)
    outcome = outcome_of(reading.home, signature)
    title = _("Signed a payment") if outcome.message is None else _("Signed a message; no money moves by it")
    return _Told(title, () if signature.vaults else (_("The key came from cards."),), outcome)


def _objection(reading: _Reading, entry: Entry, fields: StrictFields) -> _Told:
    objection = records.Objection.take(fields)
    title = {
        records.Objection.REFUSED: _("Refused: nothing was signed"),
        records.Objection.DECLINED: _("Declined: somebody said no, and nothing was signed"),
        records.Objection.ALARM: _("ALARM, evidence of tampering: nothing was signed"),
    }[entry.kind]
    details = []
    if objection.code != entry.kind:
        details.append(_("Code: {code}").format(code=safe(objection.code)))
    if objection.reason is not None:
        words = reading.text(objection.reason, _("one that is not known here"))
        details.append(_("Reason: {reason}").format(reason=words))
    return _Told(title, tuple(details), outcome_of(reading.home, objection))


def _import(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    imported = records.Import.take(fields)
    return _Told(_("Took in what other machines wrote"), tuple(reading.known_up_to(imported.heads)))


def _joined(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    joined = records.Joined.take(fields)
    return _Told(_("A machine began to listen, with a key of its own"), tuple(reading.known_up_to(joined.heads)))


def _begun(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    says = contents.Machine.of(Signed.take(fields).statement)
    begun = records.Begun.take(fields)
    paper = _("A head from paper was compared.") if begun.paper else _("No head from paper was compared.")
    details = [*_ended(reading, says.replaces), *reading.known_up_to(begun.heads), paper]
    if begun.backup is None:
        return _Told(_("A new home took the place of one that may not write any more"), tuple(details))
    openers = reading.officers.ordered([each.approval.officer for each in begun.present])
    copy = _("The copy was opened by {names}; its SHA-256 begins {digest}").format(
        names=reading.officers.named(openers), digest=begun.backup.hex()[:_HASH_SHOWN]
    )
    return _Told(_("A spare took the place of the machine that a copy is of"), (*details, copy))


def _backup(reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    made = records.BackupMade.take(fields)
    label = reading.text(made.label, _("on a medium whose name is not known here"))
    digest = _("SHA-256 of the copy begins {digest}").format(digest=made.sha256.hex()[:_HASH_SHOWN])
    return _Told(_("Sealed a copy: {label}").format(label=label), (digest,))


def _mended(_reading: _Reading, _entry: Entry, fields: StrictFields) -> _Told:
    size = records.Mended.take(fields).size
    title = ngettext(
        "Cut away {count} byte of a line that a crash tore off",
        "Cut away {count} bytes of a line that a crash tore off",
        size,
    )
    return _Told(title.format(count=size))


_TELLING: dict[str, _Telling] = {
    statement.GENESIS: _genesis,
    statement.ROSTER: _roster,
    statement.WALLET: _wallet,
    statement.VAULT: _vault,
    statement.RESUME: _resume,
    statement.MACHINE: _machine,
    statement.ADOPT: _adopt,
    statement.ABSENCE: _absence,
    statement.EXCEPTION: _exception,
    statement.CEREMONY: _ceremony,
    records.IdentitySealed.KIND: _identity,
    records.HaltCalled.KIND: _halt,
    records.Signature.KIND: _signature,
    records.Objection.REFUSED: _objection,
    records.Objection.DECLINED: _objection,
    records.Objection.ALARM: _objection,
    records.Import.KIND: _import,
    records.Joined.KIND: _joined,
    records.Begun.KIND: _begun,
    records.BackupMade.KIND: _backup,
    records.Mended.KIND: _mended,
}
