"""`custody journal export` and `import`: entries of a book, carried from one machine to another."""

from typing import Any

from custody import store
from custody.catalogue import _
from custody.ceremony.treasury.exchange import EXPORT_LIMIT, export, take_in
from custody.ceremony.treasury.stakes import network_of
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.result import print_result
from custody.cli.people.meeting import FrontMeeting
from custody.cli.people.terminal import standard_terminal
from custody.cli.treasury.looking import looking
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.screen import head_json, head_lines
from custody.text import safe


def export_(home_path: str | None, out: str, first: int, no_documents: bool, force: bool, as_json: bool) -> None:
    """Export entries."""
    refuse_two_results(out, as_json=as_json)
    with looking(home_path, believing_cache=False) as home:
        content = export(home, first, documents=not no_documents)
        store.write_new(out, content, force=force)
    if as_json:
        public = {"output": out, "bytes": len(content), "first": first, "head": head_json(home.book)}
        print_result(public, (), as_json=True)
    else:
        output.announce()
    output.progress(
        _("Entries {first} to {last} are in {path}.").format(first=first, last=home.book.head.number, path=safe(out))
    )


def import_(
    file: str,
    home_path: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Take entries in."""
    content, officers = store.read(file, EXPORT_LIMIT), Officers(**brought)
    with changing(home_path) as home:
        terminal = standard_terminal()
        if officers.passphrase_fd is None and not terminal.present:  # most imports need no officer
            meeting = FrontMeeting(terminal, network_of(home.book.state), officers.yes, (), {})
        else:
            meeting = officers.meeting_at(home)
        taken = take_in(home, content, meeting, officers.carried)
        public = {"entries": taken.entries, "statements": taken.statements, "head": head_json(home.book)}
        sentence = (
            _("Nothing new: all of it was here.")
            if not taken.entries
            else _("{entries} new entries were taken in; {statements} of them change the rules here.").format(
                entries=taken.entries, statements=taken.statements
            )
        )
        print_result(public, (sentence, *head_lines(home.book)), as_json=as_json)
