"""Cards on a printer that jams, prints twice and has no paper, at a terminal of 80x24; no card lies anywhere after.

The sitting runs under strace: what is opened for writing is the printer, the transcript and the terminal; no call
leads into a network, and no program is started.
"""

import re
from pathlib import Path

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.contents import Closed, Deviation
from custody.ceremony.transcript.key_lines import Checked, Printed, Spoiled
from tests.conftest import needed
from tests.faults.traced import STRACE
from tests.leaks.needles import Needles, of_card
from tests.support.printers import FakePrinter, fake_printer
from tests.transcripts.sitting import Sitting
from tests.transcripts.world import World, at, flat


def test_a_printer_that_jams_prints_twice_and_has_no_paper_voids_no_set(tmp_path: Path) -> None:
    world, beside = World(tmp_path / "sitting", Threat.INSIDER), tmp_path / "printer"
    beside.mkdir()
    come = {
        "What came out": ["spoiled", "nothing", "two"],
        "Which sheet": ["5"],
        "Is a whole sheet": ["no"],
        "What was wrong with it": ["a smeared letter"],
        "Who says so": ["witness-1"],
        "What was otherwise": ["card 3 lay in the bag of card 2; both went into new bags"],
    }

    def looks_again(sitting: Sitting, text: str) -> str | None:
        """At the door holder 2 is not sure of the bag: the third card that came out whole lies in it."""
        if "who carries the card" not in flat(text) or "(holder-2)" not in flat(text):
            return None
        sitting.again.append(sheets_of(printer)[2])
        return "k"

    def notes_it(_sitting: Sitting, text: str) -> str | None:
        return "x" if "It is card 3 of key-1" in flat(text) else None

    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    world.through = (STRACE or "", "-f", "-y", "-qq", "-s", "300", "-o", str(tmp_path / "log"), "-e", f"trace={_CALLS}")
    with fake_printer(beside) as printer:
        world.printer = printer
        assert world.rehearse(at("Do Card 3 of 5", "w"), looks_again, notes_it, **come) == 0
        sheets = printer.cards()
    standing = world.standing
    assert len(printer.jobs) > len(sheets), "the descriptor, and the page for later"
    assert standing.closed == Closed(True, None, None)
    assert not standing.voided
    printed = world.told(Printed)
    assert [each.card for each in printed] == [1, 1, 1, 2, 3, 3, 4, 5]  # type: ignore[attr-defined]
    spoiled = [(each.sheet, each.remains, each.reason) for each in world.told(Spoiled)]  # type: ignore[attr-defined]
    assert spoiled == [
        (1, False, "spoiled"),
        (2, False, "nothing"),
        (3, True, "twice"),
        (5, False, "a smeared letter"),
    ]
    assert len(set(sheets)) == 5, "the same card came again"
    assert [*dict.fromkeys(world.cards)] == [*dict.fromkeys(sheets)], "each was read back from its paper"
    assert _opened_for_writing(tmp_path / "log") == {"printer", "rehearsal.jsonl"}
    assert world.told(Checked) == [Checked("key-1", 3)]
    assert [each.text[:6] for each in world.told(Deviation)] == ["card 3"]  # type: ignore[attr-defined]
    (started,) = _TALKS.findall((tmp_path / "log").read_text(errors="replace"))
    assert "execve(" in started, "the sitting's own start"
    content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for card in sheets:
        assert not Needles.of(of_card(card)).found_in(content)


_CALLS = "?open,?creat,openat,memfd_create,mknodat,?mknod,%network,execve,execveat,io_uring_setup,io_uring_enter"
_TALKS = re.compile(r"^\d+ +(?!creat|memfd_create|mknod|open)\w+\(.*", re.MULTILINE)
_WRITES = re.compile(
    r"^\d+ +(?:creat|memfd_create|mknod|mknodat|open\w*\((?=.*\b(?:O_WRONLY|O_RDWR|O_CREAT)\b)).*", re.MULTILINE
)


def _opened_for_writing(log: Path) -> set[str]:
    """Names of what was opened for writing or made, but for devices and bytecode.

    A transcript is written beside, under a name of its own.
    """
    found = set()
    for call in _WRITES.findall(log.read_text(errors="replace")):
        path = Path(re.findall(r'"([^"]*)"', call)[0])
        if not (str(path).startswith("/dev/") or path.parent.name == "__pycache__"):
            found.add("rehearsal.jsonl" if path.name.startswith(".rehearsal.jsonl") else path.name)
    return found


def sheets_of(printer: FakePrinter) -> list[str]:
    """The cards that came out, each once, in their order."""
    return [*dict.fromkeys(printer.cards())]
