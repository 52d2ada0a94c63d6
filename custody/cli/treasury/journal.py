"""`custody journal show` and `verify`: a book is read as a register, and verified from its genesis.

What was changed or rolled back raises Alarm; to verify an export that begins after the genesis raises Usage
(docs/spec/journal.md).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.home.home import JOURNAL_LIMIT
from custody.ceremony.register.row import Row
from custody.ceremony.register.rows import KINDS, Wanted, rows
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.cli.people.brought import paper_head
from custody.cli.people.working import working
from custody.cli.treasury.looking import looking
from custody.cli.treasury.register import register_lines, row_json
from custody.cli.treasury.register_csv import table
from custody.cli.treasury.screen import head_json, head_lines
from custody.cli.treasury.times import begins, ends
from custody.errors import Usage
from custody.governance.book import Book
from custody.governance.contents import Follows
from custody.governance.export import JournalExport, whole_lines
from custody.governance.following import followed, is_proven
from custody.text import safe


def show(
    home_path: str | None,
    first: int,
    kinds: tuple[str, ...],
    since: date | None,
    until: date | None,
    as_csv: bool,
    out: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Show entries."""
    _refuse_mixed(as_csv=as_csv, out=out, as_json=as_json)
    _refuse_unknown(kinds)
    wanted = Wanted(
        first,
        frozenset(kinds),
        None if since is None else begins(since),
        None if until is None else ends(until),
    )
    with looking(home_path) as home:
        found = rows(home, wanted)
        if as_csv:
            _write_table(found, out, force=force)
        elif as_json:
            with working(_READING):
                public = {"entries": list(map(row_json, found)), "head": head_json(home.book.head)}
            print_result(public, (), as_json=True)
        else:
            with working(_READING):
                lines = list(register_lines(found))
            print_result({}, lines, as_json=False)


_READING = _("Reading the journal")


def _write_table(found: Iterable[Row], out: str | None, *, force: bool) -> None:
    path = store.STANDARD if out is None else out
    store.refuse_taken(path, force=force)
    with working(_READING):
        content = table(found)
    output.announce()
    store.write_new(path, content, force=force)
    if path != store.STANDARD:
        output.progress(_("The register is in {path}.").format(path=safe(path)))


def _refuse_mixed(*, as_csv: bool, out: str | None, as_json: bool) -> None:
    if as_csv and as_json:
        raise Usage(_("--json and --csv do not go together"), hint=_("Run the command once for each."))
    if out is not None and not as_csv:
        raise Usage(_("-o goes with --csv"), hint=_("A shell writes what is shown to a file with > FILE."))


def _refuse_unknown(kinds: tuple[str, ...]) -> None:
    """A kind that was mistyped would show an empty register, which looks like an answer."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise Usage(
            _("no entry is of the kind {kind}").format(kind=safe(unknown[0])),
            hint=_("There are these: {kinds}").format(kinds=", ".join(sorted(KINDS))),
        )


def verify(file: str | None, home_path: str | None, paper: str | None, as_json: bool) -> None:
    """Verify; exit 9 where something was changed or rolled back."""
    head = paper_head(paper)
    with working(_("Verifying the journal")):
        book, kept = _verified(file, home_path)
        torn, follows = len(book.chain.torn), followed(book)
        is_followed = follows is not None and is_proven(follows, kept)
    output.about(book.state.roster.network)
    if head is not None:
        book.require_on_paper(head)
    if torn:
        output.warn(_("the last line is torn off ({count} bytes): whoever writes next mends it").format(count=torn))
    entries = book.head.number + 1
    public = {
        "entries": entries,
        "follows": None if follows is None else {**follows.to_json(), "proven": is_followed},
        "head": head_json(book.head),
        "paper": head is not None,
        "torn_bytes": torn,
    }
    sentence = ngettext(
        "{count} entry: every link, rule and signature holds.",
        "{count} entries: every link, rule and signature holds.",
        entries,
    ).format(count=entries)
    lines = () if follows is None else _following(follows, is_proven=is_followed)
    print_result(public, (sentence, *lines, *head_lines(book.head)), as_json=as_json)


def _following(follows: Follows, *, is_proven: bool) -> Iterator[str]:
    """Say which treasury came before, and whether anybody could check that."""
    yield _("It takes the place of treasury {treasury}, which ended with entry {number}.").format(
        treasury=follows.treasury.hex()[:_HASH_SHOWN], number=follows.number
    )
    yield (
        _("Its cards' key stands in that treasury's journal. Compare the beginning of its name with your papers.")
        if is_proven
        else _("That treasury's journal is not here, so nobody knows whether these were its cards. Export it whole.")
    )


def _verified(file: str | None, home_path: str | None) -> tuple[Book, Callable[[bytes], bytes | None]]:
    """Return the verified book, and what is kept beside it: the bytes with a SHA-256, None where they are not there."""
    if file is None:
        with looking(home_path, believing_cache=False) as home:
            home.check_all()
            follows = followed(home.book)
            kept = {} if follows is None else {follows.journal: home.kept(follows.journal)}
            return home.book, kept.get
    content = store.read(file, JOURNAL_LIMIT)
    lines = whole_lines(content)
    carried = {} if lines == content else JournalExport.read(content).kept
    if not lines.startswith(_GENESIS):
        first = JournalExport.read(content).entries[0][0]
        raise Usage(
            _("this export begins with entry {number}, and rules are verified from the genesis on").format(
                number=first.number
            ),
            hint=_("Its links hold. Export all of it, or import it where the beginning is."),
        )
    return Book.verify(lines), carried.get


_HASH_SHOWN = 16
_GENESIS = b'{"after":"' + b"0" * 64 + b'"'
