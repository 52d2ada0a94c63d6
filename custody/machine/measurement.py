"""A measurement of one thing about a machine, how it stands, and all of them together: `Machine`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from custody.catalogue import _
from custody.text import safe

_MOST_NAMED = 4
_NAME_SHOWN = 40

SUBJECT_LIMIT = 100
"""Characters of a subject, at most."""
_DIGITS = 16
"""Hex digits of the SHA-256 at the end of a subject that is too long to be written whole."""


class Standing(StrEnum):
    """How one thing stands. Only `UNFIT` keeps a machine from secrets; `UNKNOWN` is for a person to find out."""

    FIT = "fit"
    TOLD = "told"
    UNKNOWN = "unknown"
    UNFIT = "unfit"


_WORSE = tuple(Standing)
"""From the best to the worst, where several things are measured as one."""


class Subject(NamedTuple):
    """One thing that was found unfit: its name, which stays the same from one look to the next, and what was seen."""

    name: str
    seen: str


class Seen(NamedTuple):
    """What a probe saw, and how it stands. `subjects` are the things that are unfit, where it is about things."""

    standing: Standing
    text: str
    subjects: tuple[Subject, ...] = ()


NOT_TOLD = Seen(Standing.UNKNOWN, _("this system does not tell"))
NOT_LOOKED_AT = Seen(Standing.UNKNOWN, _("not looked at here"))


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing, measured. `id` is stable and is named for what would be wrong; texts are safe to show.

    `subjects` are the things that are unfit; none where the finding is about the machine itself.
    """

    id: str
    standing: Standing
    seen: str
    why: str
    remedy: str
    subjects: tuple[Subject, ...] = ()

    @property
    def found(self) -> dict[tuple[str, str], str]:
        """What was found under the ID: the ID and a subject, "" for none, to what was seen of it."""
        return {(self.id, name): seen for name, seen in self.subjects or (Subject("", self.seen),)}

    def to_json(self) -> dict[str, Any]:
        """Return it as scripts read it."""
        return {
            "id": self.id,
            "standing": self.standing.value,
            "seen": self.seen,
            "subjects": [each.name for each in self.subjects],
            "why": self.why,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Machine:
    """All that was measured, in the order of the table; `system` is the kernel's name and release."""

    system: str
    measurements: tuple[Measurement, ...]

    @property
    def is_fit(self) -> bool:
        """Say whether nothing makes keys unsafe here, as far as the system tells."""
        return not self.standing(Standing.UNFIT)

    def standing(self, standing: Standing) -> tuple[Measurement, ...]:
        """Return the measurements that stand so."""
        return tuple(each for each in self.measurements if each.standing is standing)


def together(parts: Iterable[Seen], nothing: Seen) -> Seen:
    """Return several things as one, which stands as the worst of them and tells of those; else `nothing`."""
    seen = list(parts)
    if not seen:
        return nothing
    worst = max((each.standing for each in seen), key=_WORSE.index)
    as_bad = [each for each in seen if each.standing is worst]
    subjects = [subject for each in as_bad for subject in each.subjects]
    return Seen(worst, "; ".join(_first([each.text for each in as_bad])), _numbered(subjects))


def unfit(thing: str, text: str) -> Seen:
    """Return one thing that is unfit; its name is from outside, and may be long."""
    name = safe(thing, len(thing))
    if len(name) >= SUBJECT_LIMIT:  # nothing shorter looks like what was cut
        name = f"{name[: SUBJECT_LIMIT - _DIGITS - 1]}#{sha256(name.encode()).hexdigest()[:_DIGITS]}"
    return Seen(Standing.UNFIT, text, (Subject(name, text),))


def _numbered(subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """Tell things of one name apart: a second one is another thing than the first."""
    found: list[Subject] = []
    for at, each in enumerate(subjects):
        before = sum(earlier.name == each.name for earlier in subjects[:at])
        found.append(each._replace(name=f"{each.name} ({before + 1})") if before else each)
    return tuple(found)


def named(names: Sequence[str]) -> str:
    """Write names from outside for a sentence: the first few, safe to show."""
    return ", ".join(_first([safe(name, _NAME_SHOWN) for name in names]))


def _first(texts: Sequence[str]) -> list[str]:
    more = len(texts) - _MOST_NAMED
    return [*texts[:_MOST_NAMED], *([_("and {count} more").format(count=more)] if more > 0 else [])]
