"""`Beside`: what a home knows and does not write into its journal: alarms, and halts that found the journal barred.

A rolled-back home that wrote a line would make the fork that it has just noticed (docs/spec/journal.md). Each line of
`beside.jsonl` is one fact, canonical JSON; nothing is ever taken away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance.entry import LATEST
from custody.governance.fields import StrictFields
from custody.governance.halt import Halt, found_in
from custody.governance.known.ground import Ground
from custody.governance.roster import officer_of

_TEXT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """An alarm: when (seconds since 1970), its code, what was said; `bars` signing here, until officers settle it."""

    at: int
    code: str
    text: str
    bars: bool

    def encode(self) -> bytes:
        """Return the line, with its end."""
        said = {"at": self.at, "bars": self.bars, "code": self.code, "text": self.text[:_TEXT_LIMIT]}
        return canonical.encode({"alarm": said}) + b"\n"


@dataclass(frozen=True, slots=True)
class Beside:
    """The facts beside a journal, oldest first."""

    alarms: tuple[AlarmTold, ...] = ()
    halts: tuple[Halt, ...] = ()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read them; a last line that a crash tore off is passed over. Raises Unreadable for a strange one."""
        alarms, halts = [], []
        for line in content.split(b"\n")[:-1]:
            fields = StrictFields(canonical.decode(line), _("what lies beside the journal"))
            if fields.has("halt"):
                token = fields.take("halt")
                if not isinstance(token, str):
                    raise fields.strange()
                halts.append(Halt.decode(token))
            else:
                alarms.append(_alarm(fields))
            fields.end()
        return cls(tuple(alarms), tuple(halts))


def halt_line(halt: Halt) -> bytes:
    """Return the line of a halt, with its end."""
    return canonical.encode({"halt": halt.encode()}) + b"\n"


def beside_of(ground: Ground, exports: Sequence[bytes], halts: Iterable[Halt] = ()) -> bytes:
    """Return what lies beside a new journal: halts of officers of today, from anywhere in exports, that no line has."""
    treasury, rosters = ground.rules.treasury, [roster for _id, roster in ground.rules.leaves]
    written = {said.halt.digest for _node, said in ground.known.said if said.halt is not None}
    told = {each.digest: each for each in halts if each.treasury == treasury}
    told |= {each.digest: each for export in exports for each in found_in(export, treasury)}
    new = [each for digest, each in told.items() if digest not in written]
    return b"".join(halt_line(each) for each in new if officer_of(rosters, each.officer) is not None)


def shown_date(at: int) -> str:
    """Return a time as the day that it is in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def shown_time(at: int) -> str:
    """Return a time to the minute, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _alarm(fields: StrictFields) -> AlarmTold:
    said = StrictFields(fields.take("alarm"), _("an alarm beside the journal"))
    text = said.take("text")
    if not isinstance(text, str):
        raise Unreadable(_("an alarm beside the journal is not as this format has it"))
    alarm = AlarmTold(said.number("at", most=LATEST), said.text("code"), text, said.flag("bars"))
    said.end()
    return alarm
