"""`Page`: what one screen says at a step: where we are, who acts, what is said aloud, written down, and comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from custody.ceremony.plan.plan import Plan
from custody.ceremony.steps.sentences import Sentence
from custody.ceremony.steps.step import Evidence, Step
from custody.ceremony.transcript.replay import refusal
from custody.ceremony.transcript.service import is_proven, proof_at
from custody.ceremony.transcript.standing import Standing
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Page:
    """One screen. `number` of `count` steps; names are the plan's, with what people are called.

    `waits` says why the step cannot be done yet, None where it can. `shows` is what the machine adds, line by line, and
    `wrote` what it writes down itself; the rest is typed.
    """

    standing: Standing
    step: Step
    number: int
    count: int
    minutes_left: int
    acts: str | None
    waits: str | None
    shows: tuple[str, ...]
    wrote: Mapping[str, str]
    following: Step | None

    @property
    def to_type(self) -> tuple[Sentence, ...]:
        """What somebody has to type."""
        return tuple(each for each in self.step.records if each.name not in self.wrote)

    @property
    def is_signed(self) -> bool:
        """Whether signatures are collected at it."""
        return self.step.evidence is Evidence.SIGNED

    @property
    def takes_proof(self) -> bool:
        """Whether a proof from the cards is wanted at it, and none is there yet."""
        wallet = proof_at(self.step)
        return wallet is not None and not is_proven(self.standing, wallet)


def page(standing: Standing, step: Step, shows: Iterable[str] = (), wrote: Mapping[str, str] | None = None) -> Page:
    """Return the page of the next step."""
    rest = standing.course[standing.at :]
    following = rest[1] if len(rest) > 1 else None
    return Page(
        standing,
        step,
        min(standing.at + 1, len(standing.course)),
        len(standing.course),
        round(sum(each.seconds for each in rest) / 60),
        standing.acts(step),
        refusal(standing, step),
        tuple(shows),
        MappingProxyType(dict(wrote or {})),
        following,
    )


def called(plan: Plan, name: str) -> str:
    """Return what somebody is called, with the plan's name where that tells something."""
    full = safe(plan.people[name])
    return f"{full} ({name})"
