"""Exports what a home knows, and takes in what is new in an export that somebody carried here.

What a courier wrote is dropped, and what he left out comes with the next export. `custody.governance.export` decides
what holds; a halt gets through whatever else is wrong with the bytes that carry it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from custody.catalogue import _, ngettext
from custody.ceremony.home import changing, writing
from custody.ceremony.home.beside import BESIDE, LIMIT, beside_of
from custody.ceremony.home.home import WRITER, Home, kept_path
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.treasury.halting import keep
from custody.errors import Alarm, Mismatch, Refused, Unreadable, Usage
from custody.governance import export as journal_export
from custody.governance import records
from custody.governance.book import Book
from custody.governance.entry import BEGINNING, Entry
from custody.governance.export import Intake, JournalExport, carried_by, intake
from custody.governance.halt import Halt, at_most_open, found_in
from custody.governance.known.ground import Ground
from custody.governance.known.judging import NEWER
from custody.governance.known.lines import Known, Node
from custody.governance.roster import officer_of
from custody.governance.state import State
from custody.governance.statement import GENESIS
from custody.keys.vaults.writer import WriterKey

EXPORT_LIMIT = 64 * 1024 * 1024
"""Bytes of an export."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import brought: how many entries, statements of officers and halts; and what has to be said of it."""

    entries: int
    statements: int
    halts: int = 0
    told: tuple[str, ...] = field(default=())


def export(home: Home, first: int, *, documents: bool, reader: bytes | None = None) -> bytes:
    """Return what is known here, of this machine from entry `first` on, and with `documents` what was signed.

    Halts that lie beside the journal alone come with it, whatever else bars this machine: who has it hears of them.

    For a `reader` (a machine's key) only what it lacks, as far as its own lines say. Raises Usage beyond the newest,
    Alarm where a document was lost.
    """
    book = home.book
    if not 0 <= first <= book.head.number:
        raise Usage(_("the journal has entries 0 to {last}").format(last=book.head.number))
    lines, kept = journal_export.wanted(book, first, reader), dict[bytes, bytes]()
    for node in lines if documents else ():
        if node.kind in (records.Signature.KIND, GENESIS):
            for digest in carried_by(node.entry):
                content = home.kept(digest)
                if content is None and node.writer == book.writer:
                    content = home.require_kept(digest, node.number)
                if content is not None:
                    kept[digest] = content
    return journal_export.write(lines, kept, _halts_beside(home))


def _halts_beside(home: Home) -> tuple[Halt, ...]:
    """Return the halts that lie beside the journal alone, whatever became of the other lines there."""
    content = home.files.read(BESIDE, LIMIT) if home.files.exists(BESIDE) else b""
    return home.counting(found_in(content, home.book.state.treasury))


def take_in(home: WritableHome, content: bytes) -> Taken:
    """Take in what is new in an export of another machine; a halt gets through whatever else is wrong with it.

    Raises Alarm, which is written beside the journal, where it proves that this home was rolled back or copied, and
    where such an alarm is open: then halts lie beside the journal too. Refused where nothing could be taken in and
    something is wrong or missing; Unreadable for no export, and for one that only a newer release reads.
    """
    halts = _new_halts(home, content)
    try:
        return _taken(home, content, len(halts))
    except Unreadable:
        if not halts:
            raise
        return Taken(0, 0, len(halts), (_("This file is no export that can be read; the halt in it was taken in."),))
    finally:
        _keep(home, halts)


def _taken(home: WritableHome, content: bytes, halts: int) -> Taken:
    """Take in the lines. `halts`: how many halts are new, which come with the lines or by themselves."""
    read = JournalExport.read(content)
    _require_same_treasury(read, home.book.state.treasury)
    news = intake(read, home.book.known, home.book.writer)
    if (alarm := _own_alarm(home, news)) is not None:
        raise alarm  # halts follow, beside the journal: one that was rolled back is not to go on
    told = tuple(_told(home, read, news))
    if not news.is_news:
        brought = _documents(home, read, home.book.lines)
        home.keep(brought)
        if not brought:
            _require_nothing_wrong(home, read, news, halts)
        return Taken(0, 0, halts, told)
    kept = _documents(home, read, (*home.book.lines, *news.lines))
    before = home.book.state
    imported = records.Import(sha256(news.segment).digest(), news.heads)
    home.commit(Step(imported.KIND, imported.to_json(), kept=(news.segment, *kept)))
    _keep(home, _new_halts(home, content))  # of an officer who came with these lines
    statements = sum(said.signed is not None for said in news.said.values())
    return Taken(len(news.lines), statements, halts, (*told, *_lacking(home, news), *_settling(home, before)))


def join(path: str | Path, content: bytes, network: str | None = None, *, clock: changing.Clock = changing.now) -> Book:
    """Make a home of a treasury that exists elsewhere, from an export that has its genesis.

    It has a key of its own, by which it reads, verifies, carries and halts; a quorum elsewhere admits it. Raises Usage
    for an export without the genesis, Mismatch where the treasury is on another `network` than the one that was named.
    """
    read = JournalExport.read(content)
    if read.genesis is None:
        raise Usage(
            _("the export does not begin with the genesis of a treasury"),
            hint=_("Export all of it on the other machine: custody journal export."),
        )
    known, news = Known(), intake(read, Known(), b"")
    for node in news.lines:
        known.add(node, news.said[node.hash])
    if known.treasury is None:
        raise Refused(_("the genesis in this export does not hold"), code="forged")
    ground = Ground.of(known)
    theirs = ground.rules.leaves[0][1].network
    if network not in (None, theirs):
        raise Mismatch(
            _("the treasury is on {theirs}, not on {ours}").format(theirs=theirs, ours=network),
            hint=_("Leave --network away: the export says it."),
            code="network-mismatch",
        )
    key = WriterKey.new()
    joined = records.Joined(sha256(ground.segment).digest(), ground.past.heads)
    entry = Entry(BEGINNING, clock(), joined.KIND, 0, key.public, joined.to_json())
    kept = (ground.segment, *(read.kept[digest] for _node, digest in news.results if digest in read.kept))
    files = {kept_path(sha256(each).digest()): each for each in kept} | {WRITER: key.encode()}
    files |= beside_of(ground, [content])
    return writing.create(path, entry.sealed(key.sign(entry.to_seal)).encode() + b"\n", files)


def _new_halts(home: Home, content: bytes) -> tuple[Halt, ...]:
    """Return the halts of today's officers that stand anywhere in these bytes and were not heard of."""
    state = home.book.state
    called = _called(home)
    return at_most_open(
        halt
        for halt in found_in(content, state.treasury)
        if halt.digest not in called and officer_of(state.rosters, halt.officer) is not None
    )


def _keep(home: WritableHome, halts: Sequence[Halt]) -> None:
    """Write down the halts that no line which was taken in holds."""
    called = _called(home)
    for halt in halts:
        if halt.digest not in called:
            keep(home, halt)


def _called(home: Home) -> frozenset[bytes]:
    written = (said.halt.digest for _node, said in home.book.known.said if said.halt is not None)
    return frozenset((*written, *(each.digest for each in home.beside.halts)))


def _require_same_treasury(read: JournalExport, treasury: bytes) -> None:
    """Raise Refused for another treasury's export. A genesis that somebody changed is dropped as any line would be."""
    try:
        genesis = read.genesis
    except Unreadable:
        return
    if genesis is not None and genesis.statement.digest != treasury:
        raise Refused(
            _("this is the journal of another treasury"),
            hint=_("Nothing was taken in. Check which file it is."),
            code="foreign",
        )


def _own_alarm(home: WritableHome, news: Intake) -> Alarm | None:
    """Return the alarm of a line that this machine sealed and its journal lacks; it is written down beside it."""
    if not news.own:
        return None
    alarm = Alarm(
        _("another machine has entry {number} of this home's own journal, and this home does not").format(
            number=news.own[-1]
        ),
        hint=_(
            "This home was rolled back to an older state, or its key was copied. Stop, keep it as it is, and restore "
            "the newest backup."
        ),
        code="journal-rolled-back",
    )
    home.tell_alarm(alarm, bars=True)
    return alarm


def _require_nothing_wrong(home: Home, read: JournalExport, news: Intake, halts: int) -> None:
    """Raise where nothing could be taken in and the file is not as one of ours would be."""
    if halts:
        return
    if read.newer or any(each.newer for each in news.broken):
        raise Unreadable(
            _("this export is of a format that a newer release wrote"),
            hint=_("Use that release. Nothing was changed."),
            code=NEWER,
        )
    if news.forged or news.broken or read.strange:
        raise Refused(
            _("nothing was taken in: what is new in this file does not hold"),
            hint=_("Whoever carried it may have changed it. Export it again, and look who had it."),
            code="forged",
        )
    if not read.whole:
        raise Refused(
            _("nothing was taken in: the end of this file is missing"),
            hint=_("It was cut short on its way. Export it again."),
            code="cut",
        )
    if news.gaps:
        writer, (first, last) = next(iter(news.gaps.items()))
        raise Refused(
            _("entries {first} to {last} of {machine} are missing").format(
                first=first, last=last - 1, machine=home.machine_name(writer)
            ),
            hint=_("Export on that machine with --from {first}.").format(first=first),
            code="journal-gap",
        )


def _documents(home: Home, read: JournalExport, nodes: Iterable[Node]) -> tuple[bytes, ...]:
    """Return what was signed in these lines, as far as the file brings it and it is not here: to compare with later."""
    if all(home.kept(each) is not None for each in read.kept):
        return ()
    wanted = (digest for node in nodes if node.kind == records.Signature.KIND for digest in carried_by(node.entry))
    return tuple(read.kept[each] for each in dict.fromkeys(wanted) if each in read.kept and home.kept(each) is None)


def _lacking(home: Home, news: Intake) -> list[str]:
    """Say of what signatures the signed bytes are not here: a review that needs them waits for them."""
    by_machine = Counter(node.writer for node, digest in news.results if home.kept(digest) is None)
    return [
        ngettext(
            "What {count} entry of {machine} signed is not here: bring an export of it with its documents.",
            "What {count} entries of {machine} signed is not here: bring an export of it with its documents.",
            count,
        ).format(count=count, machine=home.machine_name(writer))
        for writer, count in by_machine.items()
    ]


def _told(home: Home, read: JournalExport, news: Intake) -> list[str]:
    """Say what was not taken in, and why."""
    lines = []
    if not read.whole:
        lines.append(_("The end of this file is missing: export it again."))
    if news.forged or read.strange:
        lines.append(
            ngettext(
                "{count} line was not sealed by the machine in whose name it stands, and was dropped.",
                "{count} lines were not sealed by the machines in whose names they stand, and were dropped.",
                news.forged + read.strange,
            ).format(count=news.forged + read.strange)
        )
    lines += [
        _("Entry {number} of {machine} was not taken in: {reason}.").format(
            number=broken.number, machine=home.machine_name(broken.writer), reason=broken.reason
        )
        for broken in news.broken
    ]
    lines += [
        _("Entries {first} to {last} of {machine} are missing; what stands on them waits.").format(
            first=first, last=last - 1, machine=home.machine_name(writer)
        )
        for writer, (first, last) in news.gaps.items()
    ]
    if news.named is not None:
        lines.append(
            _(
                "Another machine names entry {number} of this one, which it does not have. Compare the newest paper."
            ).format(number=news.named)
        )
    return lines


def _settling(home: Home, before: State) -> list[str]:
    """Say what the officers have to settle that this import brought: what waits, what is contested, who forked."""
    rules, old = home.book.state.rules, before.rules
    lines = []
    if rules.contested and not old.contested:
        lines.append(_("Two rosters follow one: nothing is signed until the quorums of both settle it."))
    known = {each.digest for each in old.waiting}
    lines += [
        _("Entry {number} of {machine} ({kind}) waits: whoever changed the roster did not know of it.").format(
            number=each.number, machine=home.machine_name(each.writer), kind=each.kind
        )
        for each in rules.waiting
        if each.digest not in known
    ]
    lines += [
        _("Two different entries {number} were written by {machine}: it was rolled back, or copied.").format(
            number=machine.forked, machine=home.machine_name(key)
        )
        for key, machine in rules.machines.items()
        if machine.forked is not None and (key not in old.machines or old.machines[key].forked is None)
    ]
    for called in rules.mute.values():
        if called.halt.digest not in old.mute:
            lines.append(_("A halt by somebody who is no officer any more does not count; custody status names it."))
    if before.basis != home.book.state.basis and home.book.state.vaults:
        lines.append(_("The roster changed: the vaults here are sealed for it when they are next opened."))
    return lines
