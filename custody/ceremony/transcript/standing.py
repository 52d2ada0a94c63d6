"""`Standing`: what follows from a transcript's lines: where the sitting is, who is there, what is live, who signed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from custody.ceremony.plan.plan import UNKNOWN, Key, Plan, Sitting
from custody.ceremony.steps.closing import service
from custody.ceremony.steps.course import course
from custody.ceremony.steps.rates import ASSUMED
from custody.ceremony.steps.step import Attendance, Role, Step
from custody.ceremony.transcript.contents import Attached, Begun, Closed, Deviation, Ink, Rehearsed
from custody.ceremony.transcript.key_lines import Destroyed, KeyMade, Opened, Printed, Voided
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.signature import Says, Signature

_TWO = 2
"""Who sees paper destroyed, at the least: nobody says alone that a card is gone."""


@dataclass(frozen=True, slots=True)
class InInk:
    """What people are said to have signed on paper, and in which line that was typed."""

    line: int
    ink: Ink


@dataclass(frozen=True, slots=True)
class Brought:
    """A signature that holds, and the line up to which it goes: -1 for a plan."""

    signature: Signature
    covers: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sitting is after a line. `at` is the place of the next step in the `course`.

    `stands_in`: in which role, for whom, who acts. `told`: the last line that is no signature. `cards`: the numbers of
    the live key's cards that have left. `done`: of each step that is done, the number of its line, and `wrote` what was
    written down at it. `opened`: candidates that were not kept. `noted`: something was, since the last step.
    `rehearsed`: what a ceremony stands on. `at_end`: who was there at the last signatures, None before them.
    `unopened`: keys that were given up when the dice had chosen, and the others were not all opened. `sheets`: what was
    printed and is neither spoiled nor given up, by its number; `printed`: how many sheets there were.
    `checked`: cards that were typed since the last step, each by its key and its number.
    `stands_on` and `proofs` are of a service, which has the people of the first sitting.
    """

    begun: Begun
    course: tuple[Step, ...]
    at: int = 0
    rehearsed: tuple[Rehearsed, ...] = ()
    here: frozenset[str] = frozenset()
    at_end: frozenset[str] | None = None
    stands_in: frozenset[tuple[Role, str, str]] = frozenset()
    cards: tuple[int, ...] = ()
    made: Mapping[str, KeyMade] = field(default_factory=lambda: MappingProxyType({}))
    voided: tuple[Voided, ...] = ()
    unopened: tuple[Voided, ...] = ()
    destroyed: tuple[Destroyed, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    attached: tuple[Attached, ...] = ()
    in_ink: tuple[InInk, ...] = ()
    brought: tuple[Brought, ...] = ()
    done: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    wrote: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    opened: tuple[Opened, ...] = ()
    sheets: Mapping[int, Printed] = field(default_factory=lambda: MappingProxyType({}))
    printed: int = 0
    stands_on: StandsOn | None = None
    proofs: tuple[Proof, ...] = ()
    checked: frozenset[tuple[str, int]] = frozenset()
    noted: bool = False
    told: int = 0
    paused: bool = False
    closed: Closed | None = None

    @classmethod
    def at_first(cls, begun: Begun) -> "Standing":
        """Return where a sitting is that has just begun. Raises KeyError for a sitting that the plan has not."""
        if begun.is_service:
            return cls(begun, tuple(service(begun.plan, ASSUMED)))
        return cls(begun, course(begun.plan, _sitting(begun.plan, begun.sitting)))

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.begun.plan

    @property
    def sitting(self) -> Sitting:
        """The sitting; of a service the first one, whose people lead it."""
        return self.plan.sittings[0] if self.begun.is_service else _sitting(self.plan, self.begun.sitting)

    @property
    def end(self) -> str:
        """The id of the step at which the last words are said, and everybody signs."""
        if self.begun.is_service:
            return f"{self.begun.sitting}/{self.plan.wallets[-1].id}/service"
        return f"{self.begun.sitting}/closing/final"

    @property
    def next(self) -> Step | None:
        """The next step; None where all are done."""
        return self.course[self.at] if self.at < len(self.course) else None

    @property
    def live(self) -> Key | None:
        """The key that is being made; None while nothing secret is in the machine."""
        step, before = self.next, self.course[self.at - 1] if self.at else None
        if step is None or before is None or not before.live:
            return None
        return next(key for key in self.plan.made_at(self.sitting) if before.id.split("/")[1] == key.id)

    def kept(self, key: Key) -> int | None:
        """Return which candidate for a key the dice kept, from 1; None where they have not chosen yet."""
        if key.candidates == 1:
            return 1
        chosen = self.wrote.get(f"{key.sitting}/{key.id}/choose")
        return None if chosen is None else int(chosen["written-kept"])

    def said_of(self, key: Key, candidate: int) -> str | None:
        """Return the words that were said of a candidate before the dice chose; None where none were."""
        wrote = self.wrote.get(f"{key.sitting}/{key.id}/candidate-{candidate}/follows")
        return None if wrote is None else wrote["written-words"]

    def drawn(self, key: Key, candidate: int) -> Mapping[str, str]:
        """Return what was written down before the dice of a candidate: the set's number, and the part's commitment."""
        return self.wrote.get(f"{key.sitting}/{key.id}/candidate-{candidate}/commit", MappingProxyType({}))

    def set_of(self, key: Key) -> int | None:
        """Return the number of a key's cards; None where the dice have chosen none, or nothing told it yet."""
        if key.id in self.made:
            return self.made[key.id].set
        kept = self.kept(key)
        said = None if kept is None else self.drawn(key, kept).get("written-set")
        return None if said is None else int(said)

    def sets_of(self, key: str) -> list[int]:
        """Return the numbers of sets that were drawn for the candidates of a key, in their order."""
        planned = next(each for each in self.plan.keys if each.id == key)
        told = (self.drawn(planned, number).get("written-set") for number in range(1, planned.candidates + 1))
        return [int(each) for each in told if each is not None]

    def bag_of(self, key: Key, card: int) -> str | None:
        """Return the serial of a card's bag: as it was written down, else as the plan has it; None for no bag."""
        wrote = self.wrote.get(f"{key.sitting}/{key.id}/card-{card}/bag", {}).get("written-serial")
        planned = key.cards[card - 1].seal
        return wrote or (None if planned == UNKNOWN else planned)

    def opens(self, step: Step) -> int | None:
        """Return which candidate is opened at a step, from 1; None where none is."""
        key, name = self.live, step.id.rpartition("/")[2]
        if key is None or not name.startswith("open-") or (kept := self.kept(key)) is None:
            return None
        number = int(name.removeprefix("open-"))
        return number + (number >= kept)

    def sheet_of(self, step: Step) -> int | None:
        """Return the number of the sheet that was printed at a card's step and is whole; None where there is none."""
        key = self.live
        return next(
            (n for n, each in self.sheets.items() if key is not None and (each.key, each.card) == (key.id, step.card)),
            None,
        )

    def unchecked(self, step: Step) -> int | None:
        """Return the number of the card that has to be typed at a step, from its metal; None where none has to."""
        if not step.id.endswith("/metal"):
            return None
        key, name = step.id.split("/")[1:3]
        number = int(name.removeprefix("card-"))
        return None if (key, number) in self.checked else number

    @property
    def undestroyed(self) -> tuple[Voided, ...]:
        """The keys that were given up and whose cards, as far as they had left, nobody has said to be destroyed."""
        gone, left = [(each.key, each.set) for each in self.destroyed], []
        for each in self.voided:
            if (each.key, each.set) in gone:
                gone.remove((each.key, each.set))
            elif each.cards:
                left.append(each)
        return tuple(left)

    @property
    def counted(self) -> frozenset[str]:
        """Who is there and may act, or be the one who has to be there: at a ceremony, those who rehearsed it.

        A service is not rehearsed.
        """
        if self.begun.rehearsal or self.begun.is_service:
            return self.here
        return self.here & frozenset().union(*(each.people for each in self.rehearsed))

    @property
    def wanted(self) -> frozenset[str]:
        """Whom the sitting wants: in every role the first."""
        return frozenset(name for step in self.course for each in step.attend for name in each.people[: each.count])

    def may_see_destroyed(self, people: frozenset[str]) -> bool:
        """Say whether paper can be destroyed before these: two who are there. No plan that may be signed has fewer."""
        return people <= self.here and len(people) >= _TWO

    def lacking(self, step: Step) -> tuple[Attendance, ...]:
        """Return of which attendance of a step too few are there."""
        return tuple(each for each in step.attend if len(self.present(each)) < each.count)

    def present(self, attendance: Attendance) -> tuple[str, ...]:
        """Return who of an attendance is there and counts, in the plan's order, as many as it takes."""
        return tuple(each for each in attendance.people if each in self.counted)[: attendance.count]

    def unannounced(self, step: Step) -> Iterator[tuple[Attendance, str]]:
        """Yield who stands in at a step and has not taken over: of an attendance, beyond those whom it falls to."""
        for attendance in step.attend:
            for person in self.present(attendance):
                first = attendance.people[: attendance.count]
                for_whom = {(attendance.role, each, person) for each in first if each not in self.counted}
                if person not in first and not for_whom & self.stands_in:
                    yield attendance, person

    def acts(self, step: Step) -> str | None:
        """Return who acts at a step; None where nobody is there who may."""
        there = self.present(step.who)
        return there[0] if there else None

    def said(self, person: str) -> Mapping[Says, int]:
        """Return what somebody signed with the own key, and up to which line."""
        found: dict[Says, int] = {}
        for each in self.brought:
            if each.signature.statement.person == person:
                says = each.signature.statement.says
                found[says] = max(each.covers, found.get(says, each.covers))
        return found

    def inked(self, person: str) -> Mapping[Says, int]:
        """Return what somebody is said to have signed in ink, and in which line that was typed."""
        return {each.ink.says: each.line for each in self.in_ink if person in each.ink.people}

    def has_said(self, person: str, says: Says, since: int = -1) -> bool:
        """Say whether somebody signed this, with a key or as is typed in ink, of a line that is not before `since`."""
        return self.said(person).get(says, -2) >= since or self.inked(person).get(says, -2) >= since

    @property
    def refusing(self) -> tuple[str, ...]:
        """Who signed that what stands there is not so."""
        return tuple(name for name in self.plan.people if self.has_said(name, Says.REFUSED))


def first_step_of(key: Key, steps: Iterable[Step]) -> int:
    """Return the place of a key's first step."""
    return next(at for at, step in enumerate(steps) if step.id.startswith(f"{key.sitting}/{key.id}/"))


def _sitting(plan: Plan, name: str) -> Sitting:
    for each in plan.sittings:
        if each.id == name:
            return each
    raise KeyError(name)
