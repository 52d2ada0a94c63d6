"""Judges a line by its past alone: the same for every machine, for ever, whatever else is known; Refused otherwise.

A line that fails ends what is taken of its branch: only its writer's key could have written it (docs/spec/journal.md).
What a machine refuses to make, a wallet while the treasury is halted, is no reason to refuse what another made.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from custody.catalogue import _
from custody.errors import Refused, Unreadable
from custody.governance import contents, ed25519, records
from custody.governance.approval import Approved, Intent
from custody.governance.ceremonies.entered import Entered
from custody.governance.chain import Line
from custody.governance.entry import BEGINNING, Entry
from custody.governance.exception import MachineException
from custody.governance.fields import StrictFields
from custody.governance.halt import Halt
from custody.governance.known.absences import acting as acting_at
from custody.governance.known.lines import STANDING_ON_MORE, Known, KnownRoster, Node, Said
from custody.governance.known.past import NOTHING, Past
from custody.governance.records import BackupMade, Sealing
from custody.governance.roster import Role, Roster, officer_of
from custody.governance.statement import (
    ABSENCE,
    ADOPT,
    CEREMONY,
    EXCEPTION,
    GENESIS,
    MACHINE,
    NOBODY,
    RESUME,
    ROSTER,
    VAULT,
    WALLET,
    Heads,
    Signed,
    Statement,
    Tip,
)

NEWER = "newer-format"
"""The code of an error that says: not damage, but more than this release knows."""

PLAIN = frozenset(
    {
        records.Signature.KIND,
        records.Objection.REFUSED,
        records.Objection.DECLINED,
        records.Objection.ALARM,
        records.Mended.KIND,
    }
)
"""Kinds of lines that change no rules: whoever only looks need not read them."""


class Missing(Refused):
    """A line stands on another that is not known: it may come later."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A line as its kind has it, not judged yet."""

    heads: Heads | None = None
    signed: Signed | None = None
    halt: Halt | None = None
    present: tuple[Approved, ...] = ()
    identities: Mapping[bytes, bytes] = field(default_factory=dict)
    sealings: Mapping[str, Sealing] = field(default_factory=dict)
    backup: BackupMade | None = None
    signature: records.Signature | None = None
    objection: records.Objection | None = None
    begun: records.Begun | None = None
    identity: records.IdentitySealed | None = None


def needs(entry: Entry) -> Heads:
    """Return the lines that an entry names beside the one before it. Raises Unreadable."""
    if entry.kind not in STANDING_ON_MORE:
        return {}
    return _read(entry).heads or {}


def judge(known: Known, entry: Entry, content: bytes, line: Line) -> tuple[Node, Said]:
    """Return the line as it would stand in the set, and what it says. The seal is the caller's to verify.

    Raises Missing where it stands on what is not known, Refused for a broken rule, Unreadable for what is not
    understood.
    """
    previous = _previous(known, entry)
    read = _read(entry)
    for writer, tips in (read.heads or {}).items():
        if any(known.at(writer, tip) is None for tip in tips):
            raise Missing(_("an entry names lines that are not here"), code="journal-gap")
    past = known.standing_on(previous, read.heads) if previous or read.heads else NOTHING
    if not all(is_certified(known, writer, past) for writer in read.heads or {}):  # else strangers' lines fill disks
        raise Refused(_("an entry takes in lines of a machine that no quorum had admitted"), code="writer")
    _require_beginning(known, entry, read, past)
    roster = None
    if read.signed is not None:
        roster = _well_made(known, entry, read.signed, past)
    _require_present(known, entry, read, past, previous)
    treasury = known.treasury or (read.signed.statement.digest if read.signed else NOBODY)
    if read.halt is not None and read.halt.treasury != treasury:
        raise _foreign()
    if read.identity is not None:
        _require_own_identity(known, read.identity, past)
    beyond = past.beyond(entry.writer, Tip(line.number, line.hash), None if previous is None else previous.tip)
    if roster is not None:
        beyond = beyond.with_roster(roster.id, roster.basis)
    return Node(content, line, previous, beyond), Said(
        read.signed, roster, read.halt, read.present, read.identities, read.sealings, read.backup
    )


def _previous(known: Known, entry: Entry) -> Node | None:
    if entry.number == 0:
        if entry.after != BEGINNING or entry.kind not in _BEGINNINGS:
            raise Refused(_("a machine's journal begins with a genesis, or tells how the machine came"), code="writer")
        return None
    if entry.kind in _BEGINNINGS:
        raise Refused(_("a machine begins only once"), code="writer")
    previous = known.nodes.get(entry.after)
    if previous is None:
        raise Missing(_("the entry before this one is not here"), code="journal-gap")
    if (previous.writer, previous.number) != (entry.writer, entry.number - 1):
        raise Refused(_("an entry was written by another machine than the one before it"), code="writer")
    return previous


def _require_beginning(known: Known, entry: Entry, read: _Read, past: Past) -> None:
    """Raise Refused for what officers sign where no quorum certified the writer, and for a false beginning."""
    if entry.kind == GENESIS and known.treasury is not None:
        raise _foreign()
    if entry.kind != GENESIS and known.treasury is None:
        raise Unreadable(_("a journal begins with a genesis"))
    if (
        (read.signed or read.present or read.identity)
        and entry.kind not in _BEGINNINGS
        and not is_certified(known, entry.writer, past)
    ):
        raise Refused(_("officers signed on a machine that no quorum had admitted"), code="writer")
    if read.begun is not None and read.signed is not None:
        says = contents.Machine.of(read.signed.statement)
        heir = says.replaces
        if says.key != entry.writer or heir is None:
            raise Refused(_("a machine began without the certificate of its key"), code="writer")
        last = known.at(heir.key, heir.last)
        if last is None or not known.is_in(past, last):
            raise Refused(_("a machine takes the place of another at a line that is not in its past"), code="writer")
        if not is_certified(known, heir.key, past):  # else a former quorum would make a writer of exports alone
            raise Refused(_("a machine takes the place of another that no quorum had admitted"), code="writer")
        if not ed25519.holds(heir.key, read.begun.handover, contents.handover_message(read.signed.statement.digest)):
            raise Refused(_("a machine takes the place of another that did not hand over"), code="writer")


def is_certified(known: Known, writer: bytes, past: Past) -> bool:
    """Say whether a statement in a past certifies a writer."""
    for stated in known.statements:
        statement = stated.signed.statement
        is_first = statement.kind == GENESIS and stated.node.writer == writer
        is_named = statement.kind == MACHINE and contents.Machine.of(statement).key == writer
        if (is_first or is_named) and known.is_in(past, stated.node):
            return True
    return False


def _well_made(known: Known, entry: Entry, signed: Signed, past: Past) -> KnownRoster | None:
    """Return the roster that a statement makes, if it makes one. Raises Refused for one that is not well made."""
    statement = signed.statement
    if statement.kind != (MACHINE if entry.kind == records.Begun.KIND else entry.kind):
        raise Unreadable(_("an entry and the statement in it are of different kinds"))
    if statement.machine != entry.writer:
        raise Refused(_("a statement stands in the journal of another machine than its own"), code="statement")
    if statement.kind == GENESIS:
        return _genesis(signed)
    if statement.treasury != known.treasury:
        raise _foreign()
    if statement.heads != past.heads or statement.basis != past.leaves:
        raise Refused(
            _("this statement was signed before the rules last changed, or for another journal"),
            hint=_("Ask the officers again, so that they sign what holds now."),
            code="stale",
        )
    leaves = [known.rosters[each].roster for each in past.leaves]
    acting = acting_at(known, past, statement.at) if _has_dated(leaves, signed.by) else frozenset[bytes]()
    for roster in leaves:
        roster.require_rules_quorum(signed.by, acting)
    entitled = {officer.key for roster in leaves for officer in roster.officers}
    made = None
    if statement.kind == ROSTER:
        new = contents.roster_of(statement)
        if new.version != 1 + max(each.version for each in leaves) or new.network != leaves[0].network:
            raise Refused(_("a new roster has the next version, and the network of the treasury"), code="statement")
        joining = {officer.key for officer in new.officers} - entitled
        if not joining <= signed.by:
            raise Refused(_("an officer who joins must sign too, to prove that the key is there"), code="quorum")
        entitled |= joining
        made = KnownRoster(new.identity(statement.treasury, past.leaves), past.leaves, new)
    else:
        _READERS[statement.kind](statement)
    if not signed.by <= entitled:
        raise Refused(_("somebody signed who is no officer of the roster"), code="quorum")
    return made


def _genesis(signed: Signed) -> KnownRoster:
    """Return a genesis' roster. Raises Refused unless every officer of it signed, and nobody else."""
    statement = signed.statement
    if (statement.treasury, statement.state, statement.basis, dict(statement.heads)) != (NOBODY, NOBODY, (), {}):
        raise Refused(_("a treasury begins with a genesis, which names nothing before it"), code="statement")
    genesis = contents.Genesis.of(statement)
    roster = genesis.roster
    if signed.by != {officer.key for officer in roster.officers} or roster.version != 1:
        raise Refused(_("a genesis is signed by every officer of the first roster, and by nobody else"), code="quorum")
    before = genesis.follows
    if before and not ed25519.holds(before.continuity, before.evidence, before.message(roster)):
        raise Refused(_("a genesis follows another treasury without its cards' signature"), code="continuity")
    return KnownRoster(roster.identity(statement.digest, ()), (), roster)


def _require_present(known: Known, entry: Entry, read: _Read, past: Past, previous: Node | None) -> None:
    """Raise Refused for approvals of something else, or too few of them."""
    head = None if previous is None else previous.tip
    wanted: tuple[Intent, bytes | None, bytes | None]
    if read.signature is not None:
        wanted = Intent.SIGN, read.signature.digest, read.signature.review
    elif read.objection is not None:
        wanted = Intent.DECLINE, read.objection.digest, read.objection.review
    elif read.begun is not None:
        wanted = Intent.RESTORE, read.begun.backup, None
    else:
        return
    rosters = [known.rosters[each].roster for each in past.leaves]
    for approved in read.present:
        said = approved.approval
        if (said.intent, said.document, said.review) != wanted or said.treasury != known.treasury:
            raise Refused(_("an officer approved something else than the entry tells of"), code="approval")
        if (said.machine, said.head, said.roster) != (entry.writer, head, past.leaves):
            raise Refused(_("an approval was given for another machine, head or roster"), code="approval")
        if officer_of(rosters, said.officer) is None:
            raise Refused(_("somebody approved who is no officer of the roster"), code="quorum")
    officers = {approved.approval.officer for approved in read.present}
    if read.signature is not None:
        if any(not roster.is_alike(rosters[0]) for roster in rosters):
            raise Refused(_("something was signed while the roster is contested"), code="contested")
        rosters[0].require_signing_quorum(officers, _acting_all(known, rosters, past, read.present))
    if read.begun is not None and read.begun.backup is not None:
        acting = _acting_all(known, rosters, past, read.present)
        for roster in rosters:
            _require_openers(roster, officers, acting)
    if entry.kind in (records.Objection.REFUSED, records.Objection.ALARM) and officers:
        raise Refused(_("an entry that a machine writes alone names somebody"), code="approval")


def _acting_all(known: Known, rosters: Sequence[Roster], past: Past, present: Sequence[Approved]) -> frozenset[bytes]:
    """Return the dated alternates who counted at the time of each of these approvals."""
    if not _has_dated(rosters, [each.approval.officer for each in present]):
        return frozenset()
    return frozenset.intersection(*(acting_at(known, past, each.approval.at) for each in present))


def _has_dated(rosters: Iterable[Roster], keys: Collection[bytes]) -> bool:
    return any(officer.dated and officer.key in keys for roster in rosters for officer in roster.officers)


def _require_own_identity(known: Known, sealed: records.IdentitySealed, past: Past) -> None:
    """Raise Refused unless an officer of today sealed the own identity anew."""
    treasury = known.treasury or NOBODY
    if officer_of((known.rosters[each].roster for each in past.leaves), sealed.officer) is None:
        raise Refused(_("somebody sealed an identity who is no officer of the roster"), code="quorum")
    message = contents.identity_message(treasury, sealed.officer, sealed.identity)
    if not ed25519.holds(sealed.officer, sealed.signature, message):
        raise Refused(_("an identity was sealed anew, and its owner did not sign that"), code="approval")


def _require_openers(roster: Roster, officers: set[bytes], acting: frozenset[bytes]) -> None:
    if len(roster.voices(officers, Role.KEYHOLDER, acting)) < roster.unlock:
        raise Refused(_("too few officers of the roster answer for a restoration"), code="quorum")


def _read(entry: Entry) -> _Read:
    """Read what a line says, by its kind. Raises Unreadable."""
    fields = StrictFields(entry.what, _("an entry of the kind {kind}").format(kind=entry.kind))
    if (reader := _KINDS.get(entry.kind)) is None:
        raise Unreadable(
            _("entry {number} of the journal is of a kind that is not known: {kind}").format(
                number=entry.number, kind=entry.kind
            ),
            hint=_("A newer release may have written it. Nothing was changed."),
            code=NEWER,
        )
    read = reader(fields)
    fields.end()
    return read


def _rule(fields: StrictFields) -> _Read:
    return _Read(signed=Signed.take(fields))


def _with_identities(fields: StrictFields) -> _Read:
    return _Read(signed=Signed.take(fields), identities=records.identities(fields))


def _roster(fields: StrictFields) -> _Read:
    return _Read(
        signed=Signed.take(fields),
        identities=records.identities(fields),
        sealings=records.sealings(fields, records.MOST_VAULTS),
    )


def _vault(fields: StrictFields) -> _Read:
    return _Read(signed=Signed.take(fields), sealings=records.sealings(fields, 1))


def _signature(fields: StrictFields) -> _Read:
    signature = records.Signature.take(fields)
    return _Read(signature=signature, present=signature.present, sealings=signature.vaults)


def _objection(fields: StrictFields) -> _Read:
    objection = records.Objection.take(fields)
    return _Read(objection=objection, present=objection.present)


def _import(fields: StrictFields) -> _Read:
    return _Read(heads=records.Import.take(fields).heads)


def _joined(fields: StrictFields) -> _Read:
    return _Read(heads=records.Joined.take(fields).heads)


def _begun(fields: StrictFields) -> _Read:
    signed, begun = Signed.take(fields), records.Begun.take(fields)
    return _Read(heads=begun.heads, signed=signed, begun=begun, present=begun.present, sealings=begun.vaults)


def _halt(fields: StrictFields) -> _Read:
    return _Read(halt=records.HaltCalled.take(fields).halt)


def _identity(fields: StrictFields) -> _Read:
    sealed = records.IdentitySealed.take(fields)
    return _Read(identity=sealed, identities={sealed.officer: sealed.identity})


def _backup(fields: StrictFields) -> _Read:
    return _Read(backup=records.BackupMade.take(fields))


def _mended(fields: StrictFields) -> _Read:
    records.Mended.take(fields)
    return _Read()


_BEGINNINGS = frozenset({GENESIS, records.Joined.KIND, records.Begun.KIND})

_READERS: dict[str, Callable[[Statement], Any]] = {
    WALLET: contents.wallet_of,
    VAULT: contents.vault_of,
    RESUME: contents.cleared_by,
    MACHINE: contents.Machine.of,
    ADOPT: contents.adopted_by,
    ABSENCE: contents.Absence.of,
    EXCEPTION: MachineException.of,
    CEREMONY: Entered.of,
}

_KINDS: dict[str, Callable[[StrictFields], _Read]] = {
    GENESIS: _with_identities,
    ROSTER: _roster,
    WALLET: _rule,
    VAULT: _vault,
    RESUME: _rule,
    MACHINE: _rule,
    ADOPT: _rule,
    ABSENCE: _rule,
    EXCEPTION: _rule,
    CEREMONY: _rule,
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

KINDS = frozenset(_KINDS)
"""The kinds of entries that there are."""


def _foreign() -> Refused:
    return Refused(
        _("this is of another treasury"),
        hint=_("Nothing was taken in. Check which file it is."),
        code="foreign",
    )
