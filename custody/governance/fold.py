"""`Folding`: entries, one after another, to the state that they make; one that breaks a rule raises Refused.

What each kind of entry changes is docs/spec/journal.md's. An entry is never half believed: the journal that holds such
a one is refused. Who must have signed is decided in `acceptance`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from custody.catalogue import _
from custody.errors import Refused, Unreadable
from custody.governance import acceptance, contents, records
from custody.governance.chain import Head
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.records import Sealing
from custody.governance.roster import Roster
from custody.governance.state import Backup, Halt, State, VaultRecord
from custody.governance.statement import Signed

NEWER = "newer-format"
"""The code of an error that says: not damage, but more than this release knows."""


class Folding:
    """A fold on its way: entries go in one after another, and the state comes out.

    `numbers`: hash -> number of each entry of the journal, those still to come among them.
    """

    def __init__(self, state: State | None, numbers: Mapping[bytes, int]) -> None:
        self._numbers = numbers
        self._state = state
        self._marks = dict(state.marks) if state else {}
        self._counts = dict(state.counts) if state else {}

    def state(self) -> State:
        """The state after the entries that went in."""
        if self._state is None:
            raise Unreadable(_("a journal begins with a genesis"))
        return self._state.changed(marks=dict(self._marks), counts=dict(self._counts))

    def apply(self, entry: Entry) -> None:
        """Let an entry change the state.

        Raises Unreadable for what is not understood, Refused for a broken rule; after either, this fold is of no use.
        """
        fields = StrictFields(entry.what, _("an entry of the kind {kind}").format(kind=entry.kind))
        if self._state is None:
            self._state = _genesis(entry, fields)
        else:
            self._state = self._changed(self._state, entry, fields)
        fields.end()
        self._counts[entry.kind] = self._counts.get(entry.kind, 0) + 1

    def mark(self, marks: Iterable[bytes], number: int) -> None:
        """Remember that entry `number` signed something with these marks."""
        for each in marks:
            mark = each.hex()
            self._marks[mark] = (*self._marks.get(mark, ()), number)

    def accept(self, state: State, signed: Signed) -> None:
        """Raise Refused unless a statement of this journal is signed by all who must sign it."""
        acceptance.accept(state, signed, self._numbers)

    def _changed(self, state: State, entry: Entry, fields: StrictFields) -> State:
        if (change := _CHANGES.get(entry.kind)) is None:
            raise Unreadable(
                _("entry {number} of the journal is of a kind that is not known: {kind}").format(
                    number=entry.number, kind=entry.kind
                ),
                hint=_("A newer release may have written it. Nothing was changed."),
                code=NEWER,
            )
        if entry.writer != state.writer and entry.kind != records.Restored.KIND:
            raise Refused(_("an entry was written by another machine than this journal's own"), code="writer")
        return change(self, state, entry, fields)


Change = Callable[[Folding, State, Entry, StrictFields], State]


def _genesis(entry: Entry, fields: StrictFields) -> State:
    if entry.kind != acceptance.GENESIS:
        raise Unreadable(_("a journal begins with a genesis"))
    signed = Signed.take(fields)
    genesis, digest = acceptance.accept_genesis(signed), signed.statement.digest
    return State(
        treasury=digest,
        writer=entry.writer,
        roster=genesis.roster,
        basis=digest,
        basis_number=entry.number,
        identities=_of_roster(genesis.roster, records.identities(fields)),
    )


def _rule(folding: Folding, state: State, entry: Entry, fields: StrictFields) -> State:
    signed = Signed.take(fields)
    if signed.statement.kind != entry.kind:
        raise Unreadable(_("an entry and the statement in it are of different kinds"))
    folding.accept(state, signed)
    state = ruled(state, signed, entry.number)
    if entry.kind == acceptance.VAULT:
        name, record = contents.vault_of(signed.statement)
        sealed = records.sealings(fields, 1)
        if {each: sealing.generation for each, sealing in sealed.items()} != {name: record.generation}:
            raise Refused(_("a vault begins with its first generation"), code="vault")
        state = state.changed(vaults={**state.vaults, name: record.sealed(sealed[name], rekeyed=True)})
    if entry.kind == acceptance.ROSTER:
        made = {**state.identities, **records.identities(fields)}
        state = state.changed(identities=_of_roster(state.roster, made))
        state = _rekeyed(state, records.sealings(fields, records.MOST_VAULTS))
    return state


def ruled(state: State, signed: Signed, number: int) -> State:
    """Return the state after an accepted statement, but for vaults: those are each machine's own."""
    statement = signed.statement
    if statement.kind == acceptance.HALT:
        (by,) = signed.by
        return state.changed(halts={**state.halts, statement.digest: Halt(by, number)})
    members: dict[str, Any] = {"basis": statement.digest, "basis_number": number}
    if statement.kind == acceptance.ROSTER:
        members["roster"] = contents.roster_of(statement)
        members["identities"] = _of_roster(members["roster"], state.identities)
    elif statement.kind == acceptance.WALLET:
        name, document = contents.wallet_of(statement)
        members["wallets"] = {**state.wallets, name: document}
    elif statement.kind == acceptance.RESUME:
        named = contents.cleared_by(statement)
        still_open = {digest: halt for digest, halt in state.halts.items() if digest not in named}
        members |= {"halts": still_open, "cleared": state.cleared | named}
    return state.changed(**members)


def _signature(folding: Folding, state: State, entry: Entry, fields: StrictFields) -> State:
    signature = records.Signature.take(fields)
    acceptance.require_running(state)
    if not all(state.roster.officer(key) for key in signature.by):
        raise Refused(_("a vault was opened by somebody who is no officer of the roster"), code="quorum")
    folding.mark(signature.marks, entry.number)
    return state.changed(vaults=_resealed(state, signature.vaults, rekeyed=False))


def _objection(_folding: Folding, state: State, _entry: Entry, fields: StrictFields) -> State:
    records.Objection.take(fields)
    return state


def _import(folding: Folding, state: State, entry: Entry, fields: StrictFields) -> State:
    imported = records.Import.take(fields)
    rosters = [signed for signed in imported.statements if signed.statement.kind == acceptance.ROSTER]
    for signed in imported.statements:
        acceptance.accept_from_anywhere(state, signed)
        state = ruled(state, signed, entry.number)
    if rosters:
        state = _rekeyed(state, imported.vaults)
    elif imported.vaults:
        raise Refused(_("an import gave a vault a new key without a change of the roster"), code="statement")
    folding.mark(imported.marks, entry.number)
    heads = {writer: Head(number, head) for writer, (number, head) in imported.heads.items()}
    return state.changed(writers={**state.writers, **heads})


def _backup(_folding: Folding, state: State, entry: Entry, fields: StrictFields) -> State:
    made = records.BackupMade.take(fields)
    backup = Backup(made.sha256, made.label, entry.number, state.roster.version)
    return state.changed(backups=(*state.backups, backup))


def _restored(_folding: Folding, state: State, entry: Entry, fields: StrictFields) -> State:
    restored = records.Restored.take(fields)
    known = (state.writer, entry.number - 1, entry.after)
    if (restored.writer, restored.number, restored.head) != known or entry.writer == state.writer:
        raise Refused(_("a restored home names another head than the one that it follows"), code="writer")
    before = Head(restored.number, restored.head)
    return state.changed(writer=entry.writer, writers={**state.writers, restored.writer: before})


def _mended(_folding: Folding, state: State, _entry: Entry, fields: StrictFields) -> State:
    records.Mended.take(fields)
    return state


def _checkpoint(_folding: Folding, state: State, _entry: Entry, fields: StrictFields) -> State:
    records.Checkpoint.take(fields)
    return state


_CHANGES: dict[str, Change] = {
    acceptance.ROSTER: _rule,
    acceptance.WALLET: _rule,
    acceptance.VAULT: _rule,
    acceptance.HALT: _rule,
    acceptance.RESUME: _rule,
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

KINDS = frozenset(_CHANGES)
"""The kinds of entries that may follow a genesis."""


def _of_roster(roster: Roster, made: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    return {officer.key: made[officer.key] for officer in roster.officers if officer.key in made}


def _rekeyed(state: State, sealed: Mapping[str, Sealing]) -> State:
    if sealed.keys() != state.vaults.keys():
        raise Refused(_("a change of the roster gives every vault a new key"), code="statement")
    return state.changed(vaults=_resealed(state, sealed, rekeyed=True))


def _resealed(state: State, sealed: Mapping[str, Sealing], *, rekeyed: bool) -> dict[str, VaultRecord]:
    """The vaults' records after an entry that sealed some of them again, each one generation further."""
    changed = dict(state.vaults)
    for name, sealing in sealed.items():
        record = state.vaults.get(name)
        if record is None or sealing.generation != record.generation + 1:
            raise Refused(_("an entry names a generation of a vault that does not follow the one before"), code="vault")
        changed[name] = record.sealed(sealing, rekeyed=rekeyed)
    return changed
