"""`Seen`: what a report is drawn of: sittings that were judged, with the words of their last lines."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.together import Together


@dataclass(frozen=True, slots=True)
class Seen:
    """What a report is drawn of: the first sitting of `together` at length, the others by their verdicts.

    `words`: number and ten words of each sitting's last line, in their order. `told_at_end`: those that everybody wrote
    down, None before. `rehearsals`: those of each rehearsal that it stands on; `shown`: the heads of those that were
    read. `beside`: how many signatures lay beside it.
    """

    together: Together
    words: tuple[str, ...]
    told_at_end: str | None
    rehearsals: tuple[str, ...]
    shown: Collection[bytes]
    beside: int

    @property
    def found(self) -> Account:
        """The sitting that the report is of."""
        return self.together.sittings[0]

    @property
    def steps(self) -> Mapping[str, Step]:
        """The steps of its course, by their id."""
        return {step.id: step for step in self.found.standing.course}

    @property
    def file_digest(self) -> str:
        """SHA-256 of the transcript's whole lines, each with its end: of its file, unless a crash tore that off."""
        digest = sha256()
        for line in self.found.transcript.lines:
            digest.update(line.encode() + b"\n")
        return digest.hexdigest()
