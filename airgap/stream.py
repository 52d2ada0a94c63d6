"""What every framing's receiving end has in common: what a frame did for it, and how far it is. It knows no framing."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from airgap.message import Message


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


class Stream(Protocol):
    """The parts of one message, as they arrive."""

    @property
    def message(self) -> Message | None:
        """The message, once it is complete."""

    @property
    def progress(self) -> Progress:
        """How far it is."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers, from 1, of the parts that are not known yet."""

    @property
    def disagreed(self) -> int:
        """How many frames contradicted the others."""

    @property
    def fault(self) -> str:
        """Why what arrived whole could not be read; empty where nothing is wrong."""
