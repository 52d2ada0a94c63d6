"""Seals a secret into a vault that a quorum agrees on, and opens a vault with enough seats.

Approving and unlocking are two things: a quorum of approvers decides that a vault is made, and seats that hold pieces
open it. A vault is sealed again whenever the book goes on. What comes out is compared with what the book says of it;
another secret raises Alarm.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Reseal, Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.stakes import network_of
from custody.errors import Alarm, Mismatch, Refused, Usage
from custody.governance.contents import VaultRecord, is_vault_name, vault_says
from custody.governance.roster import Role, Roster
from custody.governance.state import State
from custody.governance.statement import VAULT
from custody.keys import kinds
from custody.keys.kinds import Kind
from custody.keys.vaults.payload import KeyPayload
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.vault import NewVault, OpenedVault, new_identifier
from custody.keys.vaults.vault import seal as seal_vault
from custody.keys.vaults.vault_file import Header, Member, Purpose
from custody.secret import Secret


@dataclass(frozen=True, slots=True)
class Sealed:
    """A vault that was made: its name, and the key's kind and master fingerprint (4 bytes)."""

    name: str
    kind: Kind
    fingerprint: bytes


def seal(
    home: WritableHome,
    meeting: Meeting,
    name: str,
    payload: KeyPayload,
    carried: Sequence[SealedIdentity] = (),
) -> Sealed:
    """Put a secret into a new vault, as a quorum agrees. The payload stays the caller's to wipe.

    Raises as `require_room`; Declined, StorageFailed.
    """
    state = home.book.state
    require_room(home, name)
    fingerprint = _fingerprint(payload)
    record = VaultRecord(
        vault=new_identifier(),
        generation=1,
        since=1,
        kind=str(payload.kind),
        fingerprints={str(payload.kind): fingerprint.hex()},
        continuity=payload.continuity(),
    )
    meeting.confirm(_told(state.roster, name, fingerprint), _("Seal this vault?"), _("seal"))
    statement = home.statement(VAULT, vault_says(name, record))
    with Attendance(home, meeting, carried, signs=_("I agree to this vault")) as table:
        members = home.members(state.roster, {each.public.officer: each for each in carried})
        signed = table.agree(statement)
    header = Header(
        purpose=Purpose.KEY,
        network=network_of(state),
        treasury=state.treasury,
        vault=record.vault,
        generation=1,
        head=bytes(32),
        n=0,
        basis=state.roster_id,
        threshold=state.roster.unlock,
    )
    with payload.encode() as content:
        home.commit(Step(VAULT, signed.to_json(), vaults={name: partial(_first, header, members, content)}))
    return Sealed(name, payload.kind, fingerprint)


def require_room(home: WritableHome, name: str) -> None:
    """Raise where no vault of this name can be made here, whatever the key.

    Usage for a name that is none, Refused where a vault has it, where a halt is open or nobody holds pieces.
    """
    state = home.book.state
    home.require_sound()
    state.require_settled()
    home.require_running()
    if not is_vault_name(name):
        raise Usage(_("a vault is named with small letters, digits and hyphens"), hint=_("For instance: --vault main"))
    if name in state.vaults:
        raise Refused(_("a vault of this name is there already"), hint=_("Choose another name."), code="taken")
    if not state.roster.seats(Role.KEYHOLDER):
        raise Refused(_("no officer of this treasury holds pieces of a vault"), code="no-keyholders")


def open_vault(home: Home, table: Attendance, name: str) -> OpenedVault:
    """Open a vault with the seats that it takes. Raises Alarm where it holds another secret than the book names."""
    sealed = home.vault(name)
    slots = {slot.member.identity.public.officer for slot in sealed.slots}
    holders = table.holders(sealed.header.threshold, slots)
    opened = sealed.open(holders.values())
    try:
        _require_the_books(opened, home.book.state, name)
    except BaseException:
        opened.payload.wipe()
        raise
    return opened


def _require_the_books(opened: OpenedVault, state: State, name: str) -> None:
    payload, record = key_of(opened), state.vaults[name]
    found = (payload.continuity(), str(payload.kind), opened.header.treasury)
    payload.wipe()
    if found != (record.continuity, record.kind, state.treasury):
        raise Alarm(
            _("the vault {name} opened, but holds another secret than the book names").format(name=name),
            hint=_("Somebody put another vault in its place. Stop, and restore the newest backup."),
            code="vault-changed",
        )


@contextmanager
def opened_all(home: Home, table: Attendance) -> Iterator[Mapping[str, OpenedVault]]:
    """Open every vault of the home; the payloads are overwritten at the end of the block."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(open_vault(home, table, name)) for name in sorted(home.book.state.vaults)}


def reseal(home: Home, opened: OpenedVault, carried: Sequence[SealedIdentity]) -> Reseal:
    """Return how a vault's next generation is sealed: for the officers of today, under their identities of today.

    Raises Refused where the roster changed since it was sealed and an officer's identity is not here.
    """
    state = home.book.state
    members = home.members(state.roster, {each.public.officer: each for each in carried})
    return rekey(opened, members, state.roster, state.roster_id)


def rekey(opened: OpenedVault, members: Sequence[Member], roster: Roster, basis: bytes) -> Reseal:
    """Return how a vault's next generation is sealed for the officers of a new roster, under a fresh key."""
    return lambda head, number: opened.rekeyed(members, roster.unlock, head=head, n=number, basis=basis)


def key_of(opened: OpenedVault) -> KeyPayload:
    """Return the secret in a vault of keys, for the caller to wipe. Raises Mismatch where it holds something else."""
    if opened.header.purpose is not Purpose.KEY:
        raise Mismatch(_("this vault holds no key"))
    return KeyPayload.parse(opened.payload)


def _first(header: Header, members: Sequence[Member], content: Secret, head: bytes, number: int) -> NewVault:
    return seal_vault(replace(header, head=head, n=number), members, content)


def _fingerprint(payload: KeyPayload) -> bytes:
    return kinds.master_key(payload.secret, payload.kind, None).fingerprint


def _told(roster: Roster, name: str, fingerprint: bytes) -> list[str]:
    seats = len(roster.seats(Role.KEYHOLDER))
    return [
        _("Vault {name}: the key {fingerprint}").format(name=name, fingerprint=fingerprint.hex()),
        _("It opens when {unlock} of {seats} seats are present with their passphrases.").format(
            unlock=roster.unlock, seats=seats
        ),
        _("Whoever approves a payment does not open it thereby, and whoever opens it approves nothing."),
    ]
