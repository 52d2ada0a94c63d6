"""`custody journal export` and `import`: entries of a book, carried from one machine to another."""

from typing import Any

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.machines import admission as machines
from custody.ceremony.machines.exchange import EXPORT_LIMIT, export, take_in
from custody.cli.front import output
from custody.cli.front.documents import called, refuse_two_results
from custody.cli.front.result import print_result
from custody.cli.treasury.looking import looking
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.screen import head_json, head_lines
from custody.governance.known.answering import Question
from custody.governance.roster import officer_of

QUESTION_LIMIT = 10_000
"""Bytes of a question."""

_KEY_SHOWN = 8


def export_(
    home_path: str | None,
    out: str,
    first: int,
    reader: str | None,
    no_documents: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Export entries."""
    refuse_two_results(out, as_json=as_json)
    with looking(home_path) as home:
        machine = None if reader is None else machines.find(home, reader).key
        content = export(home, first, documents=not no_documents, reader=machine)
        store.write_new(out, content, force=force)
    if as_json:
        public = {"output": out, "bytes": len(content), "first": first, "head": head_json(home.book)}
        print_result(public, (), as_json=True)
    else:
        output.announce()
    output.progress(
        _("Entries {first} to {last} are in {path}.").format(first=first, last=home.book.head.number, path=called(out))
    )


def import_(file: str, home_path: str | None, as_json: bool, **brought: Any) -> None:
    """Take entries in."""
    content, officers = store.read(file, EXPORT_LIMIT), Officers(**brought)
    with changing(home_path) as home:
        carried = officers.carried_to(home, joining=True)
        taken = take_in(home, content)
        for key in (each.public.officer for each in carried):
            if officer_of(home.book.state.rosters, key) is None:
                shown = key.hex()[:_KEY_SHOWN]
                output.warn(_("officer {key}, whose file was brought, is not on the roster").format(key=shown))
        for sentence in taken.told:
            output.warn(sentence)
        public = {
            "entries": taken.entries,
            "statements": taken.statements,
            "halts": taken.halts,
            "told": list(taken.told),
            "head": head_json(home.book),
        }
        lines = [
            _("Nothing new: all of it was here.")
            if not taken.entries and not taken.halts
            else ngettext(
                "{count} new entry was taken in.", "{count} new entries were taken in.", taken.entries
            ).format(count=taken.entries)
        ]
        if taken.statements:
            lines.append(
                ngettext(
                    "{count} statement that officers signed is among them.",
                    "{count} statements that officers signed are among them.",
                    taken.statements,
                ).format(count=taken.statements)
            )
        if taken.halts:
            lines.append(_("It halts the treasury: nothing is signed until a quorum resumes."))
        print_result(public, (*lines, *head_lines(home.book)), as_json=as_json)


def answer(file: str, home_path: str | None, out: str, force: bool, as_json: bool) -> None:
    """Answer another machine's question: what is the newest that this one knows."""
    refuse_two_results(out, as_json=as_json)
    question = Question.decode(store.read(file, QUESTION_LIMIT))
    with changing(home_path) as home:
        answered = home.answer(question)
        store.write_new(out, answered.encode(), force=force)
        public = {"output": out, "asker": question.machine.hex(), "head": head_json(home.book)}
    if as_json:
        print_result(public, (), as_json=True)
    else:
        output.announce()
    output.progress(_("The answer is in {path}. Carry it back.").format(path=called(out)))
