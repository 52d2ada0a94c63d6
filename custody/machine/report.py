"""A machine's measurements as a report: for scripts whole, and short enough for a code, both with the same digest.

The digest is the SHA-256 of the short report without it, in canonical JSON: whoever has either can compute it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from custody import canonical
from custody.machine.clock import written
from custody.machine.measurement import Machine

FORMAT = "custody-machine/1"


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, and when: seconds since 1970, by the measured machine's own clock."""

    machine: Machine
    at: int

    def to_json(self) -> dict[str, Any]:
        """Return the whole report as scripts read it."""
        return {
            "fit": self.machine.is_fit,
            "findings": [each.to_json() for each in self.machine.measurements],
            "system": self.machine.system,
            "date": written(self.at),
            "digest": self.digest,
        }

    def encode(self) -> bytes:
        """Return the short report for another machine: how each ID stands, for what, the digest; canonical JSON."""
        return canonical.encode({**self._standings(), "digest": self.digest})

    @property
    def digest(self) -> str:
        """The digest in hex."""
        return digest_of(self._standings())

    def _standings(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "date": written(self.at),
            "fit": self.machine.is_fit,
            "findings": {each.id: each.standing.value for each in self.machine.measurements},
            "subjects": {
                each.id: [subject.name for subject in each.subjects]
                for each in self.machine.measurements
                if each.subjects
            },
            "system": self.machine.system,
        }


def digest_of(short: Mapping[str, Any]) -> str:
    """Return the digest, in hex, of a short report without it. Raises ValueError for what has no canonical writing."""
    return sha256(canonical.encode(dict(short))).hexdigest()
