"""`Beside`: what a home knows and does not write into its journal: alarms, and halts that found the journal barred.

A rolled-back home that wrote a line would make the fork that it has just noticed (docs/spec/journal.md). Each line of
`beside.jsonl` is one fact, canonical JSON; nothing is ever taken away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from custody import canonical
from custody.catalogue import _
from custody.errors import StorageFailed, Unreadable
from custody.governance.entry import LATEST
from custody.governance.fields import StrictFields
from custody.governance.halt import Halt, at_most_open, found_in
from custody.governance.known.ground import Ground
from custody.governance.roster import officer_of
from custody.store import folder
from custody.store.folder import Folder, WritableFolder

BESIDE, RESERVE = "beside.jsonl", "reserve"
LIMIT = 64 * 1024 * 1024
"""Bytes of what lies beside a journal."""

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


def keep_halt_unread(path: str | Path, looked: Folder, halt: Halt) -> None:
    """Write a halt beside a journal that was not read, in the directory that is being looked at. Raises StorageFailed.

    From then on nothing is signed here, if the halt counts: who reads the book says so.
    """
    with folder.writing(path) as store:
        store.require_same(looked)
        put_halt(store, halt)


def put_halt(store: WritableFolder, halt: Halt) -> None:
    """Write a halt beside the journal, once; on a disk that is full, into the room that is reserved for it."""
    line = halt_line(halt)
    if line in _lines_beside(store):
        return
    try:
        put_line(store, line)
    except StorageFailed as failure:
        try:
            store.remove([RESERVE])
            put_line(store, line)
        except StorageFailed:
            raise failure from None


def put_line(store: WritableFolder, line: bytes) -> None:
    """Write a line beside the journal. Raises StorageFailed."""
    store.write(BESIDE, b"".join((*_lines_beside(store), line)))


def beside_of(ground: Ground, exports: Sequence[bytes], halts: Iterable[Halt] = ()) -> dict[str, bytes]:
    """Return what lies beside a new journal: halts of officers of today, from anywhere in exports, that no line has."""
    treasury, rosters = ground.rules.treasury, [roster for _id, roster in ground.rules.leaves]
    written = {said.halt.digest for _node, said in ground.known.said if said.halt is not None}
    told = {each.digest: each for each in halts if each.treasury == treasury}
    told |= {each.digest: each for export in exports for each in found_in(export, treasury)}
    new = [each for digest, each in told.items() if digest not in written]
    heard = at_most_open(each for each in new if officer_of(rosters, each.officer) is not None)
    lines = b"".join(map(halt_line, heard))
    return {BESIDE: lines} if lines else {}


def _lines_beside(store: WritableFolder) -> list[bytes]:
    """The lines that lie beside the journal, with their ends, but for a last one that a crash tore off."""
    content = store.read(BESIDE, LIMIT) if store.exists(BESIDE) else b""
    return [line + b"\n" for line in content.split(b"\n")[:-1]]


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
