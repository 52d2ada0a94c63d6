"""`Rules`, what all machines that know the same hold alike, and `State`, how one machine stands (docs/spec/journal.md).

Rosters, machines, halts, wallets and vaults, what waits and what is contested; and of this machine its vaults'
generations, sealed identities and backups. `known.fold` makes the rules, `book` the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from custody import canonical
from custody.catalogue import _
from custody.errors import Refused
from custody.governance.ceremonies.entered import Sitting
from custody.governance.contents import Absence, VaultRecord
from custody.governance.exception import MachineException
from custody.governance.halt import MOST_OPEN, Halt
from custody.governance.known.machines import Writer
from custody.governance.records import Sealing
from custody.governance.roster import Roster


@dataclass(frozen=True, slots=True)
class OpenHalt:
    """A halt that nobody has cleared, and a line that tells of it: its writer (32 bytes) and number."""

    halt: Halt
    writer: bytes
    number: int


@dataclass(frozen=True, slots=True)
class WalletRecord:
    """A wallet that a quorum registered: its name, the SHA-256 of the rest of its document, and the document."""

    name: str
    digest: bytes
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement without effect, until officers adopt it: its digest and kind, its line, and who signed."""

    digest: bytes
    kind: str
    writer: bytes
    number: int
    by: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Backup:
    """A sealed copy: SHA-256, the commitment of where it lies, its entry, and the rosters (ids) that open it.

    `writer` (32 bytes) is the machine that made it, whose entry `number` tells of it.
    """

    sha256: bytes
    label: bytes
    writer: bytes
    number: int
    roster: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is agreed. `treasury` is the digest of the genesis; `leaves` the rosters that no other follows, with ids.

    `mute` halts do not count: their officers had left when the lines were written. `vaults` are by machine and name.
    `ceremonies` are sittings, each once; where two machines say different things of one, both.
    """

    treasury: bytes
    leaves: tuple[tuple[bytes, Roster], ...]
    contested: bool
    machines: Mapping[bytes, Writer]
    halts: Mapping[bytes, OpenHalt]
    mute: Mapping[bytes, OpenHalt]
    cleared: frozenset[bytes]
    wallets: tuple[WalletRecord, ...]
    vaults: tuple[tuple[bytes, str, VaultRecord], ...]
    absences: tuple[Absence, ...]
    exceptions: tuple[MachineException, ...]
    ceremonies: tuple[Sitting, ...]
    waiting: tuple[Waiting, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object whose digest is the state."""
        return {
            "absences": sorted((each.to_json() for each in self.absences), key=str),
            "ceremonies": sorted((each.to_json() for each in self.ceremonies), key=canonical.encode),
            "cleared": sorted(each.hex() for each in self.cleared),
            "exceptions": sorted((each.to_json() for each in self.exceptions), key=canonical.encode),
            "halts": sorted(each.hex() for each in self.halts),
            "machines": {
                key.hex(): {
                    "certified": each.certified,
                    "ends": [[tip.number, tip.hash.hex()] for tip in each.ends],
                    "forked": each.forked,
                    "name": None if each.name is None else each.name.hex(),
                }
                for key, each in self.machines.items()
            },
            "mute": sorted(each.hex() for each in self.mute),
            "rosters": {id_.hex(): roster.to_json() for id_, roster in self.leaves},
            "treasury": self.treasury.hex(),
            "vaults": sorted(([writer.hex(), name, record.to_json()] for writer, name, record in self.vaults), key=str),
            "waiting": sorted(each.digest.hex() for each in self.waiting),
            "wallets": sorted([each.name, each.digest.hex()] for each in self.wallets),
        }


@dataclass(frozen=True)
class State:
    """Everything public that the signer believes: the rules, and how this machine, `writer` (32 bytes), stands.

    `vaults` are this machine's, by name, `sealings` the newest generations of all that it ever sealed or brought along,
    of those too whose agreement waits; `identities` the SHA-256 of sealed files of officers (by key) whom it saw
    enrolled, `counts` how many entries there are of each kind.
    """

    rules: Rules
    writer: bytes
    vaults: Mapping[str, VaultRecord] = field(default_factory=dict)
    sealings: Mapping[str, Sealing] = field(default_factory=dict)
    identities: Mapping[bytes, bytes] = field(default_factory=dict)
    backups: tuple[Backup, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def treasury(self) -> bytes:
        """The digest of the genesis."""
        return self.rules.treasury

    @property
    def rosters(self) -> tuple[Roster, ...]:
        """The rosters that no other follows: to act is to have a quorum in each."""
        return tuple(roster for _id, roster in self.rules.leaves)

    @property
    def basis(self) -> tuple[bytes, ...]:
        """Their ids."""
        return tuple(id_ for id_, _roster in self.rules.leaves)

    @property
    def roster_id(self) -> bytes:
        """The id of the roster (32 bytes); where it is contested, the lowest."""
        return self.basis[0]

    @property
    def roster(self) -> Roster:
        """The roster; where it is contested, the one of the lowest id."""
        return self.rosters[0]

    @property
    def halts(self) -> Mapping[bytes, OpenHalt]:
        """The halts that nobody has cleared, by their digests."""
        return self.rules.halts

    @property
    def halted(self) -> bool:
        """Say whether somebody called a halt that no quorum has cleared."""
        return bool(self.rules.halts)

    def has_room(self, officer: bytes) -> bool:
        """Say whether a halt more of an officer (key) is news: of each sixteen are open at a time."""
        return sum(each.halt.officer == officer for each in self.halts.values()) < MOST_OPEN

    @cached_property
    def wallets(self) -> Mapping[str, dict[str, Any]]:
        """The documents of the wallets by name; `NAME~<8 hex>` where several contents have one name."""
        names = [each.name for each in self.rules.wallets]
        found = {}
        for each in self.rules.wallets:
            name = each.name if names.count(each.name) == 1 else f"{each.name}~{each.digest.hex()[:8]}"
            found[name] = each.document if name == each.name else {**each.document, "name": name}
        return found

    @property
    def elsewhere(self) -> tuple[tuple[bytes, str, VaultRecord], ...]:
        """The vaults of other machines: the machine, the name there, and what is known of it."""
        own = {record.vault for record in self.vaults.values()}
        return tuple(each for each in self.rules.vaults if each[2].vault not in own)

    def named(self, plan: bytes, sitting: str) -> tuple[Sitting, ...]:
        """What the book says of a sitting of a plan (its digest): nothing, one thing, or what contradicts itself."""
        return tuple(each for each in self.rules.ceremonies if (each.plan, each.name) == (plan, sitting))

    def require_running(self) -> None:
        """Raise Refused while a halt is open."""
        if self.halted:
            raise halted()

    def require_settled(self) -> None:
        """Raise Refused while rosters are contested: nothing is signed or sealed."""
        if self.rules.contested:
            raise Refused(
                _("two rosters follow one, and the quorums of both have to settle it before anything is signed"),
                hint=_("custody officer list --home DIR shows both; officer rules, with both quorums, settles it."),
                code="contested",
            )

    def require_writer(self) -> None:
        """Raise Refused where this machine may not write for the treasury."""
        machine = self.rules.machines.get(self.writer)
        if machine is None or not machine.certified:
            raise Refused(
                _("no quorum has admitted this machine: it reads, verifies and carries, and halts"),
                hint=_("On a machine of the treasury: custody home admit {key}. Then import its export here.").format(
                    key=self.writer.hex()
                ),
                code="not-admitted",
            )
        if not machine.live:
            raise Refused(
                _("this machine no longer writes for the treasury: officers ended it, or its journal was copied"),
                hint=_("A quorum gives its home a new beginning: custody home renew NEW --home DIR"),
                code="writer",
            )


def halted() -> Refused:
    """Return the refusal of what waits while a halt is open."""
    return Refused(
        _("the treasury is halted"),
        hint=_("A quorum of officers resumes it, once it is known why it was halted: custody resume --home DIR"),
        code="halted",
    )
