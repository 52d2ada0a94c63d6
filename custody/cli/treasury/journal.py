"""`custody journal show` and `verify`: a book is read as a register, and verified from its genesis.

What was changed or rolled back raises Alarm; to verify an export that begins after the genesis raises Usage
(docs/spec/journal.md).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.home.home import JOURNAL_LIMIT
from custody.ceremony.machines.admission import find
from custody.ceremony.register.row import Row
from custody.ceremony.register.rows import Wanted, rows
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.cli.people.brought import paper_head
from custody.cli.people.shown import show as show_result
from custody.cli.people.working import working
from custody.cli.treasury import proof
from custody.cli.treasury.looking import looking
from custody.cli.treasury.register import register_lines, row_json
from custody.cli.treasury.register_csv import table
from custody.cli.treasury.screen import head_json, head_of, paper_lines
from custody.cli.treasury.times import begins, ends
from custody.errors import Alarm, Unreadable, Usage
from custody.governance.chain import Head
from custody.governance.contents import Follows
from custody.governance.export import JournalExport, verified
from custody.governance.following import followed, is_proven
from custody.governance.halt import Halt
from custody.governance.known.checking import check_states
from custody.governance.known.ground import Ground
from custody.governance.known.judging import KINDS
from custody.governance.paper import PaperHead
from custody.governance.roster import Officer
from custody.governance.statement import GENESIS
from custody.text import safe


def show(
    home_path: str | None,
    first: int,
    machine: str | None,
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
    begin, end = None if since is None else begins(since), None if until is None else ends(until)
    with looking(home_path) as home:
        only = None if machine is None else find(home, machine).key
        found = rows(home, Wanted(first, frozenset(kinds), begin, end, only))
        if as_csv:
            _write_table(found, out, force=force)
            return
        with working(_READING):
            if as_json:
                public = {"entries": list(map(row_json, found)), "head": head_json(home.book)}
            else:
                public, lines = {}, tuple(register_lines(found))
    show_result(public, () if as_json else lines, as_json=as_json)  # page by page, and nothing is locked meanwhile


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
        checked = _of_home(home_path) if file is None else _of_file(store.read(file, JOURNAL_LIMIT))
        follows = followed(checked.ground.known)
        is_followed = follows is not None and is_proven(follows, checked.kept)
    output.about(checked.ground.rules.leaves[0][1].network)
    if head is not None:
        with working(_("Comparing the words")):
            checked.require(head)
    if checked.torn:
        output.warn(
            _("the last line is torn off ({count} bytes): whoever writes next mends it").format(count=checked.torn)
        )
    check_states(checked.ground.known)
    told = proof.of(checked.ground, checked.name)
    entries = len(checked.ground.known.nodes)
    public = {
        "entries": entries,
        "follows": None if follows is None else {**follows.to_json(), "proven": is_followed},
        "treasury": checked.ground.rules.treasury.hex(),
        "genesis": head_of(checked.ground.rules.treasury, told.genesis),
        "head": head_of(checked.ground.rules.treasury, checked.head),
        "machines": {key.hex(): {"entries": count} for key, count in told.machines.items()},
        "paper": head is not None,
        "signed": [each.to_json() for each in told.signed],
        "alone": [each.to_json() for each in told.alone],
        "backwards": [each.to_json() for each in told.backwards],
        "halts": sorted(each.hex() for each in checked.open_halts),
        "torn_bytes": checked.torn,
    }
    sentence = ngettext(
        "{count} entry: every link, rule and signature holds.",
        "{count} entries: every link, rule and signature holds.",
        entries,
    ).format(count=entries)
    lines = [
        *_halted(len(checked.open_halts)),
        *(() if follows is None else _following(follows, is_proven=is_followed)),
    ]
    print_result(
        public,
        (sentence, *lines, *told.lines(), *paper_lines(checked.ground.rules.treasury, checked.head)),
        as_json=as_json,
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """A journal that holds: all lines that are known, its newest head, names, and the bytes beside it."""

    ground: Ground
    head: Head
    torn: int
    kept: Callable[[bytes], bytes | None]
    name: Callable[[Officer], str]
    beside: tuple[Halt, ...]

    @property
    def open_halts(self) -> frozenset[bytes]:
        """The digests of the halts that are open, in a line or beside all of them."""
        return frozenset((*self.ground.rules.halts, *(each.digest for each in self.beside)))

    def require(self, paper: PaperHead) -> None:
        """Raise Alarm where no entry of any machine has the words on paper, Mismatch for those of another number."""
        heads = [Head(node.number, node.hash) for node in self.ground.known.nodes.values()]
        if paper.among(self.ground.rules.treasury, heads) is None:
            raise Alarm(
                _("no entry {number} of this journal has these words: it is older than the paper, or another").format(
                    number=paper.number
                ),
                hint=_("Stop, keep this copy as it is, and find out why."),
                code="journal-rolled-back",
            )


def _of_home(home_path: str | None) -> _Checked:
    with looking(home_path, strictly=True) as home:
        home.check_all()
        follows = followed(home.book.known)
        kept = {} if follows is None else {follows.journal: home.kept(follows.journal)}
        ground = Ground(home.book.known, home.book.past, home.book.state.rules)
        beside, torn = home.halts_beside, len(home.book.chain.torn)
        return _Checked(ground, home.book.head, torn, kept.get, home.name_of, beside)


def _of_file(content: bytes) -> _Checked:
    """Verify a journal or an export that stands for itself."""
    if not content.startswith(_ENTRY):
        raise Unreadable(_("this is no journal, and no export of one"), hint=_("Export it again."))
    if not any(line.kind == GENESIS for line in JournalExport.read(content).lines):
        raise Usage(
            _("this export does not begin with the genesis, and rules are verified from there on"),
            hint=_("Export all of it, or import it where the beginning is."),
        )
    checked = verified(content)
    ground = Ground.of(checked.known)
    newest = max(checked.known.nodes.values(), key=lambda node: (node.number, node.hash))
    head = Head(newest.number, newest.hash)
    return _Checked(ground, head, 0, checked.kept.get, lambda each: each.key.hex()[:8], checked.halts)


def _halted(count: int) -> Iterator[str]:
    """Say that the treasury is halted, if it is."""
    if count:
        yield ngettext(
            "HALTED: {count} halt is open, and nothing is to be signed until a quorum resumes.",
            "HALTED: {count} halts are open, and nothing is to be signed until a quorum resumes.",
            count,
        ).format(count=count)


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


_HASH_SHOWN = 16
_ENTRY = b'{"after":"'
