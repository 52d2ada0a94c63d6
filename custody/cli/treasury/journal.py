"""`custody journal show`, `verify`, `export` and `import`: the book of record, read, checked and carried across."""

from collections.abc import Iterator
from typing import Any

import click

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.home.home import JOURNAL_LIMIT, Home, reading
from custody.ceremony.treasury.exchange import EXPORT_LIMIT, export, take_in
from custody.ceremony.treasury.vaults import network_of
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.front.options import force_option, json_option, quiet_option
from custody.cli.people.meeting import FrontMeeting
from custody.cli.people.terminal import standard_terminal
from custody.cli.people.working import working
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.options import head_option, home_option, officers_options, paper_head, require_home
from custody.cli.treasury.screen import entry_json, entry_line, head_json, head_lines
from custody.errors import Usage
from custody.governance.book import Book
from custody.governance.fields import Fields
from custody.governance.records import MOST
from custody.governance.segment import Segment, whole_lines
from custody.governance.statement import Signed
from custody.text import safe


@click.command(help=_("Show the entries of the journal, the newest last."))
@home_option
@click.option("--from", "first", type=click.IntRange(0), default=0, help=_("The first entry to show."))
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=_("Only these: signed, refused, halt, roster ..."))
@json_option
@quiet_option
def show(home_path: str | None, first: int, kinds: tuple[str, ...], as_json: bool) -> None:
    """Show entries."""
    with reading(require_home(home_path)) as home:
        lines = home.book.chain.lines
        numbers = [n for n in range(first, len(lines)) if not kinds or lines[n].kind in kinds]
        if as_json:
            public = {"entries": [entry_json(home, number) for number in numbers], "head": head_json(home.book.head)}
            output.result(public, (), as_json=True)
        else:
            output.result({}, _shown(home, numbers), as_json=False)


@click.command(
    help=_(
        "Verify a journal: every link, every rule, every officer's signature. FILE is a journal or an export of one, "
        "from any machine; without it, the treasury's own directory with its vaults is checked."
    )
)
@click.argument("file", required=False, type=click.Path())
@home_option
@head_option
@json_option
@quiet_option
def verify(file: str | None, home_path: str | None, paper: str | None, as_json: bool) -> None:
    """Verify; exit 9 where something was changed or rolled back."""
    head = paper_head(paper)
    with working(_("Verifying the journal")):
        book, torn = _verified(file, home_path)
    if head is not None:
        book.require_on_paper(head)
    if torn:
        output.warn(_("the last line is torn off ({count} bytes): whoever writes next mends it").format(count=torn))
    entries = book.head.number + 1
    public = {"entries": entries, "head": head_json(book.head), "torn_bytes": torn, "paper": head is not None}
    sentence = ngettext(
        "{count} entry: every link, rule and signature holds.",
        "{count} entries: every link, rule and signature holds.",
        entries,
    ).format(count=entries)
    output.result(public, (sentence, *head_lines(book.head)), as_json=as_json)


@click.command(help=_("Write the journal's entries to a file that another machine takes in, with what they signed."))
@home_option
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(), help=_("The file to write, - for standard output.")
)
@click.option("--from", "first", type=click.IntRange(0), default=0, help=_("The first entry to export."))
@click.option(
    "--no-documents", is_flag=True, help=_("Leave out what was signed; it may not be taken in, only verified.")
)
@force_option
@json_option
@quiet_option
def export_(home_path: str | None, out: str, first: int, no_documents: bool, force: bool, as_json: bool) -> None:
    """Export entries."""
    refuse_two_results(out, as_json=as_json)
    with reading(require_home(home_path), believing_cache=False) as home:
        content = export(home, first, documents=not no_documents)
        store.write_new(out, content, force=force)
        public = {"output": out, "bytes": len(content), "first": first, "head": head_json(home.book.head)}
    if as_json:
        output.result(public, (), as_json=True)
    output.progress(
        _("Entries {first} to {last} are in {path}.").format(first=first, last=home.book.head.number, path=safe(out))
    )


@click.command(
    help=_(
        "Take in what another machine of this treasury has seen and decided. Gaps are named; two stories of one "
        "machine, and a rollback of this one, are an alarm."
    )
)
@click.argument("file", type=click.Path())
@home_option
@officers_options
@json_option
@quiet_option
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
        public = {"entries": taken.entries, "statements": taken.statements, "head": head_json(home.book.head)}
        sentence = (
            _("Nothing new: all of it was here.")
            if not taken.entries
            else _("{entries} new entries were taken in; {statements} of them change the rules here.").format(
                entries=taken.entries, statements=taken.statements
            )
        )
        output.result(public, (sentence, *head_lines(home.book.head)), as_json=as_json)


def _verified(file: str | None, home_path: str | None) -> tuple[Book, int]:
    """Return the verified book, and how many bytes are torn off at its end."""
    if file is None:
        with reading(require_home(home_path), believing_cache=False) as home:
            return home.book, len(home.book.chain.torn)
    content = store.read(file, JOURNAL_LIMIT)
    lines = whole_lines(content)
    if lines != content:
        Segment.read(content)
    if not lines.startswith(_GENESIS):
        first = Segment.read(content).entries[0][0]
        raise Usage(
            _("this export begins with entry {number}, and rules are verified from the genesis on").format(
                number=first.number
            ),
            hint=_("Its links hold. Export all of it, or import it where the beginning is."),
        )
    book = Book.verify(lines)
    return book, len(book.chain.torn)


_GENESIS = b'{"after":"' + b"0" * 64 + b'"'


def _shown(home: Home, numbers: list[int]) -> Iterator[str]:
    for number in numbers:
        entry = home.book.entry(number)
        yield entry_line(entry, _summary(home, number))


def _summary(home: Home, number: int) -> str:
    """Say in a few words what an entry says."""
    what = Fields(home.book.entry(number).what, _("an entry"))
    code = safe(what.text("code")) if what.has("code") else ""
    parts = [_listed(what, "wallets"), code, _listed(what, "findings")]
    if what.has("signatures"):
        by = Signed.take(what).by
        officers = [officer for officer in home.book.state.roster.officers if officer.key in by]
        former = len(by) - len(officers)
        parts.append(", ".join([*(safe(home.name_of(officer)) for officer in officers), *_former(former)]))
    return "  ".join(filter(None, parts))


def _listed(what: Fields, name: str) -> str:
    return ", ".join(map(safe, what.texts(name, MOST))) if what.has(name) else ""


def _former(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (ngettext("{count} former officer", "{count} former officers", count).format(count=count),)
