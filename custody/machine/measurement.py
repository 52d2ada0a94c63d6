"""A measurement of one thing about a machine, how it stands, and all of them together: `Machine`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from custody.catalogue import _
from custody.text import safe

_MOST_NAMED = 4
_NAME_SHOWN = 40


class Standing(StrEnum):
    """How one thing stands. Only `UNFIT` keeps a machine from secrets; `UNKNOWN` is for a person to find out."""

    FIT = "fit"
    TOLD = "told"
    UNKNOWN = "unknown"
    UNFIT = "unfit"


_WORSE = tuple(Standing)
"""From the best to the worst, where several things are measured as one."""


class Seen(NamedTuple):
    """What a probe saw, and how it stands."""

    standing: Standing
    text: str


NOT_TOLD = Seen(Standing.UNKNOWN, _("this system does not tell"))


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing, measured. `id` is stable and is named for what would be wrong; texts are safe to show."""

    id: str
    standing: Standing
    seen: str
    why: str
    remedy: str

    def to_json(self) -> dict[str, str]:
        """Return it as scripts read it."""
        return {
            "id": self.id,
            "standing": self.standing.value,
            "seen": self.seen,
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
    texts = [each.text for each in seen if each.standing is worst]
    return Seen(worst, "; ".join(_first(texts)))


def named(names: Sequence[str]) -> str:
    """Write names from outside for a sentence: the first few, safe to show."""
    return ", ".join(_first([safe(name, _NAME_SHOWN) for name in names]))


def _first(texts: Sequence[str]) -> list[str]:
    more = len(texts) - _MOST_NAMED
    return [*texts[:_MOST_NAMED], *([_("and {count} more").format(count=more)] if more > 0 else [])]
