"""Who has to be there, from a plan: people in their roles at a sitting, and the holder of a card."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Card, Plan, Sitting
from custody.ceremony.steps.step import Attendance, Role


def leading(sitting: Sitting) -> Attendance:
    """Return who leads."""
    return Attendance(Role.ADMINISTRATOR, sitting.administrator)


def operating(sitting: Sitting) -> Attendance:
    """Return who types."""
    return Attendance(Role.OPERATOR, sitting.operator)


def watching(sitting: Sitting) -> tuple[Attendance, ...]:
    """Return the witnesses and the auditor, where the plan has any."""
    found = []
    if sitting.witnesses:
        people = (*sitting.witnesses, *sitting.witness_alternates)
        found.append(Attendance(Role.WITNESS, people, len(sitting.witnesses)))
    if sitting.auditor:
        found.append(Attendance(Role.AUDITOR, sitting.auditor))
    return tuple(found)


def holding(card: Card) -> Attendance:
    """Return the holder of a card, or who stands in."""
    return Attendance(Role.HOLDER, (card.holder, *card.alternates))


def staff(sitting: Sitting) -> tuple[Attendance, ...]:
    """Return who is there at every step of a sitting."""
    return (leading(sitting), operating(sitting), *watching(sitting))


def everybody(plan: Plan, sitting: Sitting) -> tuple[Attendance, ...]:
    """Return the staff and the holder of every card that is made at a sitting, each once."""
    return (*staff(sitting), *dict.fromkeys(_holders(plan, sitting)))


def _holders(plan: Plan, sitting: Sitting) -> Iterator[Attendance]:
    return (holding(card) for key in plan.made_at(sitting) for card in key.cards)


def is_watched(sitting: Sitting) -> bool:
    """Say whether anybody is there who does not act: else nothing is read aloud, and nobody signs for another."""
    return bool(watching(sitting))
