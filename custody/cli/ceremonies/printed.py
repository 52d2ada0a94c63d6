"""`custody ceremony print`: the script of a ceremony by its plan, as a PDF for paper, for a plan that may be signed."""

from airgap.qr.symbol import matrix
from custody import store
from custody.catalogue import _
from custody.ceremony.lint.lint import is_refused, lint
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.printed.script import lacking, script
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.errors import Refused, Usage
from custody.printing.document import document
from custody.printing.face import FILE, FILE_BYTES, Face
from custody.text import safe


def print_script(*, file: str, out: str, force: bool, as_json: bool) -> None:
    """Write the script, and say how many pages it has."""
    if out == store.STANDARD:
        raise Usage(_("a script is written to a file, and printed from there"), hint=_("Name it with -o script.pdf"))
    plan = read_plan(store.read(file, DOCUMENT_LIMIT + 1))
    output.about(plan.network)
    if is_refused(lint(plan)):
        raise Refused(
            _("this plan is not to be signed as it stands, and so it is not printed"),
            hint=_("What is wrong with it: custody ceremony plan {file}").format(file=safe(file)),
        )
    store.refuse_taken(out, force=force)
    face = Face.read(store.read(FILE, FILE_BYTES))
    sheets = script(face, plan, matrix)
    words = " ".join(plan.words)
    store.write_new(out, document(face, sheets, f"{plan.words[0]} {plan.digest.hex()}"), force=force)
    public = {
        "file": out,
        "pages": len(sheets),
        "digest": plan.digest.hex(),
        "words": words,
        "warnings": [_lacks(*each) for each in lacking(face, plan)],
    }
    lines = [
        _("Written: {file}, {pages} pages of A4, for printing in black, at actual size").format(
            file=safe(out), pages=len(sheets)
        ),
        _("The words on its cover: {words}").format(words=words),
    ]
    print_result(public, lines, as_json=as_json)


def _lacks(where: str, characters: str) -> str:
    """Say which characters stand on paper as their numbers."""
    numbers = ", ".join(f"U+{ord(each):04X}" for each in characters)
    return _("{where}: the font has no {numbers}, so the number is printed; write the character beside it").format(
        where=safe(where), numbers=numbers
    )
