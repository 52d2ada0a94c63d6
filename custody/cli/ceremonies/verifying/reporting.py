"""`custody ceremony verify --report`: the same verdict, and the report of it as a PDF for paper."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from airgap.qr.symbol import matrix
from custody import store
from custody.catalogue import _
from custody.ceremony.reported.report import lacking
from custody.ceremony.reported.report import report as reported
from custody.ceremony.reported.seen import Seen
from custody.ceremony.transcript.together import Together
from custody.cli.ceremonies.sittings.head import head_words, last_words, spoken
from custody.cli.ceremonies.verifying.verify import Writer, verified
from custody.errors import Usage
from custody.governance.chain import Head
from custody.printing.document import document
from custody.printing.face import FILE, FILE_BYTES, Face
from custody.text import safe


def verify_and_report(*, report: str, force: bool, **said: Any) -> int | None:
    """Verify as `verify` does, and write the report: also of what is not whole, which says so on every page.

    Raises as `verify`; Usage for standard output, StorageFailed for a file that is there, and Unreadable for a
    transcript of more than anybody reads on paper.
    """
    if report == store.STANDARD:
        raise Usage(_("a report is written to a file, and printed from there"), hint=_("Say --report report.pdf"))
    store.refuse_taken(report, force=force)
    return verified(**said, report=partial(_drawn, out=report, force=force))


def _drawn(together: Together, shown: Collection[bytes], beside: int, *, out: str, force: bool) -> Writer:
    """Draw the report, and return what writes it: nothing is written before all of it could be drawn."""
    found = together.sittings[0]
    seen = Seen(
        together,
        tuple(head_words(each.transcript) for each in together.sittings),
        last_words(found),
        tuple(spoken(together.plan, Head(each.line, each.head)) for each in found.standing.rehearsed),
        shown,
        beside,
    )
    face = Face.read(store.read(FILE, FILE_BYTES))
    sheets = reported(face, seen, matrix)
    content = document(face, sheets, f"{together.plan.words[0]} {found.transcript.head.hash.hex()}")
    said = {"file": out, "pages": len(sheets), "warnings": [_lacks(*each) for each in lacking(face, seen)]}
    return partial(_written, out, content, said, force=force)


def _written(out: str, content: bytes, said: Mapping[str, Any], *, force: bool) -> Mapping[str, Any]:
    store.write_new(out, content, force=force)
    return said


def _lacks(where: str, characters: str) -> str:
    """Say which characters stand on paper as their numbers."""
    numbers = ", ".join(f"U+{ord(each):04X}" for each in characters)
    return _("{where}: the font has no {numbers}, so the report has the number").format(
        where=safe(where), numbers=numbers
    )
