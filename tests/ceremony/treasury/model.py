"""What a treasury's directory must hold, as a few lists and numbers: the model that random work is compared with."""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from custody.ceremony.home.home import Home, kept_path, officer_path, vault_path
from custody.ceremony.home.step import Step
from custody.governance import records
from custody.governance.state import GENERATIONS
from tests.ceremony.treasury.officers import NAMES

LEAST, MOST = 4, 9
"""Officers who stay at least, of whom three decide, and officers at most: more seats than 16 cannot have pieces."""


@dataclass
class Model:
    """A treasury with one vault, of which a home of a backup has no generation before `held`.

    `seats` are by name, `halts` the entry of each that is open, `marks` the entries by what was paid.

    `log` are the statements that other machines are told: ("halt", its name), ("resume", the names), or a rule.
    """

    kinds: list[str] = field(default_factory=lambda: ["genesis", "vault"])
    seats: dict[str, int] = field(default_factory=lambda: {name: seat for seat, name in enumerate(NAMES, 1)})
    version: int = 1
    generation: int = 1
    since: int = 1
    held: int = 1
    halts: dict[str, int] = field(default_factory=dict)
    wallets: set[str] = field(default_factory=set)
    marks: dict[str, list[int]] = field(default_factory=dict)
    backups: list[int] = field(default_factory=list)
    kept: set[bytes] = field(default_factory=set)
    log: list[tuple[str, Any]] = field(default_factory=lambda: [("vault", None)])

    def then(self, kind: str, *kept: bytes) -> "Model":
        """The treasury with an entry more."""
        after = deepcopy(self)
        after.kinds.append(kind)
        after.kept |= {sha256(each).digest() for each in kept}
        return after

    def ruled(self, kind: str, what: Any = None) -> "Model":
        """The treasury after a statement of its own."""
        after = self.then(kind)
        after.log.append((kind, what))
        return after

    def rekeyed(self, seats: dict[str, int]) -> "Model":
        """The treasury after a change of the roster."""
        after = self.ruled("roster")
        return replace(
            after, seats=seats, version=self.version + 1, generation=self.generation + 1, since=self.generation + 1
        )

    @property
    def number(self) -> int:
        """The newest entry's."""
        return len(self.kinds) - 1

    @property
    def names(self) -> tuple[str, ...]:
        """The officers, in the order of the roster."""
        return tuple(self.seats)

    @property
    def by_seat(self) -> Sequence[str]:
        """Who sits on seat 1, 2 and so on."""
        named = {seat: name for name, seat in self.seats.items()}
        return [named.get(seat, "") for seat in range(1, max(named) + 1)]

    def require(self, home: Home) -> None:
        """Raise AssertionError where a home that was verified says or holds anything else."""
        state = home.book.state
        assert [line.kind for line in home.book.chain.lines] == self.kinds
        assert state.counts == Counter(self.kinds)
        assert [home.name_of(officer) for officer in state.roster.officers] == list(self.names)
        assert {home.name_of(officer): officer.seat for officer in state.roster.officers} == self.seats
        assert state.roster.version == self.version
        assert sorted(halt.number for halt in state.halts.values()) == sorted(self.halts.values())
        assert set(state.wallets) == self.wallets
        assert (state.vaults["main"].generation, state.vaults["main"].since) == (self.generation, self.since)
        marks = {records.mark(what).hex(): tuple(numbers) for what, numbers in self.marks.items()}
        assert state.marks == marks
        assert [backup.number for backup in state.backups] == self.backups
        self._require_files(home)

    def _require_files(self, home: Home) -> None:
        oldest = max(self.since, self.generation - GENERATIONS + 1, self.held)
        vaults = {vault_path("main", generation) for generation in range(oldest, self.generation + 1)}
        officers = {officer_path(officer.key) for officer in home.book.state.roster.officers}
        assert set(home.files.names("vaults")) == vaults
        assert set(home.files.names("officers")) == officers
        assert set(home.files.names("kept")) == set(map(kept_path, self.kept))
        assert set(home.files.names()) <= {"journal.jsonl", "journal.head", "names.json"}
        assert None not in map(home.kept, self.kept)


def objection(kind: str, document: bytes) -> Step:
    """A refusal or a no, with the bytes kept."""
    what = records.Objection(kind, None, sha256(document).digest(), None, (), ())
    return Step(kind, what.to_json(), kept=(document,))


def signature(mark: str, *kept: bytes) -> Step:
    """A signature with a document, its review and the result kept."""
    document, review, result = (sha256(each).digest() for each in kept)
    what = records.Signature(
        "bitcoin", "regtest", document, document, review, result, ("pay",), (records.mark(mark),), (), (), {}
    )
    return Step("signed", what.to_json(), kept=kept)
