"""What every framing's receiver answers: `Receipt`, what one frame did, and `Progress`, how many parts are there."""

from dataclasses import dataclass
from enum import Enum


class Receipt(Enum):
    """What one frame did."""

    NEW = "new"
    """It brought something that was not there."""
    KNOWN = "known"
    """It is understood, and brought nothing."""
    CONFLICT = "conflict"
    """It is understood, and contradicts another: one of the two was misread or forged."""
    COMPLETE = "complete"
    """It completed a message."""
    FOREIGN = "foreign"
    """It is not a frame that is understood, or breaks a bound."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a message has come. A part counts when it brought something new, so nothing stands at 99 %."""

    parts_have: int
    parts_needed: int

    @property
    def fraction(self) -> float:
        """0 to 1; 0 where nothing was seen."""
        return self.parts_have / self.parts_needed if self.parts_needed else 0.0
