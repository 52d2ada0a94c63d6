"""A folder with a plan, and sittings of it at a terminal, by people who know only what the screen says."""

from collections.abc import Callable, Sequence
from pathlib import Path

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.recomputed import recomputed
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.signature import Says, Statement
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from tests.ceremony.plan.plans import filled, put, wish
from tests.ceremony.transcript.sittings import NOON, signed
from tests.support.patience import until
from tests.support.printers import FakePrinter
from tests.transcripts.sitting import Sitting, opened

SHORT = (("bits = 256", "bits = 128"), ("rolls = 100", "rolls = 50"))


Surprise = Callable[[Sitting, str], str | None]


class World:
    """A plan, and what its sittings leave beside it. `transcript` is of the sitting that was held last."""

    def __init__(
        self,
        folder: Path,
        threat: Threat,
        *changes: tuple[str, str],
        quorum: tuple[int, int] = (1, 1),
        sitting: str = "",
    ) -> None:
        text = filled(wish(threat, quorum=quorum[0], keys=quorum[1]))
        for old, new in (*SHORT, *changes):
            text = put(text, old, new, -1)
        folder.mkdir(exist_ok=True)
        self.folder, self.plan, self.rehearsal = folder, folder / "plan.toml", folder / "rehearsal.jsonl"
        self.transcript, self.sitting = self.rehearsal, sitting
        self.plan.write_text(text)
        self.cards: list[str] = []
        self.misread = 0
        self.medium: Path | None = None
        self.printer: FakePrinter | None = None
        self.through: Sequence[str] = ()

    def signatures(self, text: str) -> Sequence[Path]:
        """What whoever has a key and has not signed yet brings on the medium; nothing where there is none."""
        if self.medium is None:
            return []
        standing, says = self.standing, Says.AGREED if _is_of_plan(flat(text)) else Says.SAW
        last = max(standing.done.values(), default=0)
        begun, head = standing.begun, self.lines.head.hash
        brought = []
        for person in sorted(standing.here & standing.plan.identities.keys()):
            if standing.has_said(person, says, -1 if says is Says.AGREED else last):
                continue
            said = Statement.agreed(standing.plan, person, NOON)
            if says is Says.SAW:
                said = Statement(person, says, standing.plan.digest, head, begun.rehearsal, begun.sitting, NOON)
            brought.append(self.medium / f"{person}-{says.value}.sig")
            brought[-1].write_bytes(signed(said).encode())
        return [Path(each.name) for each in brought]

    def rehearse(self, *surprises: Surprise, **answers: list[str]) -> int:
        self.transcript = self.rehearsal
        return self._led("rehearse", (), surprises, answers)

    def run(self, *surprises: Surprise, rehearsals: Sequence[Path] | None = None, **answers: list[str]) -> int:
        """Hold it for real, on the rehearsal that was held here, or on others."""
        self.transcript = self.folder / "ceremony.jsonl"
        stands_on = [self.rehearsal] if rehearsals is None else rehearsals
        options = [part for each in stands_on for part in ("--rehearsal", str(each))]
        return self._led("run", options, surprises, answers)

    def serve(self, *surprises: Surprise, sittings: Sequence[Path] = (), **answers: list[str]) -> int:
        """Put the wallets of these sittings into service, or go on with it."""
        self.transcript = self.folder / "service.jsonl"
        options = [part for each in sittings for part in ("--with", str(each))]
        return self._led("service", options, surprises, answers)

    def _led(
        self, command: str, options: Sequence[str], surprises: Sequence[Surprise], answers: dict[str, list[str]]
    ) -> int:
        named = ("--sitting", self.sitting) if self.sitting and command != "service" else ()
        line = ("ceremony", command, str(self.plan), *named, *options, "-o", str(self.transcript))
        medium = () if self.medium is None else ("--medium", str(self.medium))
        printer = () if self.printer is None else ("--printer", str(self.printer.path))
        with opened(*line, *medium, *printer, through=self.through) as screen:
            sitting = Sitting(
                screen, self.signatures, self.other_machine, list(surprises), dict(answers), misread=self.misread
            )
            sitting.paper = None if self.printer is None else self.from_the_tray
            try:
                return sitting.run()
            finally:
                self.cards += sitting.cards
                self.seen = sitting.seen

    def other_machine(self) -> str:
        """What another machine comes to that takes the transcript."""
        standing = self.standing
        return " ".join(recomputed(standing.plan, standing.opened[-1]).words)

    def from_the_tray(self) -> str:
        """What stands on the sheet that was printed last."""
        printer = self.printer
        assert printer is not None
        until(lambda: len(printer.jobs) == self.standing.printed, "the last sheet")
        return printer.cards()[-1]

    @property
    def lines(self) -> Transcript:
        return Transcript.decode(self.transcript.read_bytes())

    @property
    def standing(self) -> Standing:
        return replay(self.lines)

    def told(self, kind: type) -> list[object]:
        return [line.content for line in self.lines.lines if isinstance(line.content, kind)]


def _is_of_plan(text: str) -> bool:
    return "signs the plan" in text or "has not agreed to it" in text


def at(ending: str, typed: str) -> Surprise:
    """Type this at the first page that says so and does not wait."""
    return lambda _sitting, text: typed if ending in flat(text) and "\nWaits " not in text else None


def flat(text: str) -> str:
    return " ".join(text.split())
