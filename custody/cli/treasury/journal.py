"""`custody journal show` and `verify`: a book is read, and verified from its genesis.

What was changed or rolled back raises Alarm; to verify an export that begins after the genesis raises Usage
(docs/spec/journal.md).
"""

from collections.abc import Callable, Iterator

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.home.home import JOURNAL_LIMIT, Home
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.cli.people.brought import paper_head
from custody.cli.people.working import working
from custody.cli.treasury.looking import looking
from custody.cli.treasury.screen import entry_json, entry_line, head_json, head_lines
from custody.errors import Usage
from custody.governance.book import Book
from custody.governance.contents import Follows
from custody.governance.export import JournalExport, whole_lines
from custody.governance.fields import StrictFields
from custody.governance.following import followed, is_proven
from custody.governance.records import MOST
from custody.governance.statement import Signed
from custody.text import safe


def show(home_path: str | None, first: int, kinds: tuple[str, ...], as_json: bool) -> None:
    """Show entries."""
    with looking(home_path) as home:
        lines = home.book.chain.lines
        numbers = [n for n in range(first, len(lines)) if not kinds or lines[n].kind in kinds]
        if as_json:
            public = {"entries": [entry_json(home, number) for number in numbers], "head": head_json(home.book)}
            print_result(public, (), as_json=True)
        else:
            print_result({}, _shown(home, numbers), as_json=False)


def verify(file: str | None, home_path: str | None, paper: str | None, as_json: bool) -> None:
    """Verify; exit 9 where something was changed or rolled back."""
    head = paper_head(paper)
    with working(_("Verifying the journal")):
        book, kept = _verified(file, home_path)
        torn, follows = len(book.chain.torn), followed(book)
        is_followed = follows is not None and is_proven(follows, kept)
    output.about(book.state.roster.network)
    if head is not None:
        with working(_("Comparing the words")):
            book.require_on_paper(head)
    if torn:
        output.warn(_("the last line is torn off ({count} bytes): whoever writes next mends it").format(count=torn))
    entries = book.head.number + 1
    public = {
        "entries": entries,
        "follows": None if follows is None else {**follows.to_json(), "proven": is_followed},
        "head": head_json(book),
        "paper": head is not None,
        "torn_bytes": torn,
    }
    sentence = ngettext(
        "{count} entry: every link, rule and signature holds.",
        "{count} entries: every link, rule and signature holds.",
        entries,
    ).format(count=entries)
    lines = () if follows is None else _following(follows, is_proven=is_followed)
    print_result(public, (sentence, *lines, *head_lines(book)), as_json=as_json)


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


def _shown(home: Home, numbers: list[int]) -> Iterator[str]:
    for number in numbers:
        entry = home.book.entry(number)
        yield entry_line(entry, _summary(home, number))


def _summary(home: Home, number: int) -> str:
    """Say in a few words what an entry says."""
    what = StrictFields(home.book.entry(number).what, _("an entry"))
    code = safe(what.text("code")) if what.has("code") else ""
    parts = [_listed(what, "wallets"), code, _listed(what, "findings")]
    if what.has("signatures"):
        by = Signed.take(what).by
        officers = [officer for officer in home.book.state.roster.officers if officer.key in by]
        former = len(by) - len(officers)
        parts.append(", ".join([*(safe(home.name_of(officer)) for officer in officers), *_former(former)]))
    return "  ".join(filter(None, parts))


def _listed(what: StrictFields, name: str) -> str:
    return ", ".join(map(safe, what.texts(name, MOST))) if what.has(name) else ""


def _former(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (ngettext("{count} former officer", "{count} former officers", count).format(count=count),)
