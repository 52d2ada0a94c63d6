"""What the book of record reads: journals and their lines, exports, halts, questions, statements, names, paper."""

from collections.abc import Callable
from typing import Any

from custody import canonical
from custody.ceremony.home.beside import AlarmTold, Beside, halt_line
from custody.ceremony.home.noted import Note
from custody.ceremony.home.step import Pending
from custody.ceremony.treasury.succession import Ended
from custody.governance import approval, chain, records
from custody.governance.book import Book
from custody.governance.ceremonies.entered import Entered
from custody.governance.commitment import Names, Opening
from custody.governance.contents import Follows
from custody.governance.entry import Entry
from custody.governance.exception import MachineException
from custody.governance.export import JournalExport, verified
from custody.governance.fields import StrictFields
from custody.governance.halt import Halt, found_in
from custody.governance.known.answering import Answer, Question
from custody.governance.paper import PaperHead
from custody.governance.roster import Roster
from custody.governance.statement import Signed, Statement
from tests.governance.ceremonies.test_entered import ENTERED
from tests.governance.known.test_answering import QUESTION, answered, asked, two_books
from tests.governance.test_contents import FOLLOWS, READERS, saying
from tests.governance.test_exception import SWAP
from tests.governance.test_halt import HALT, TOKEN, TREASURY
from tests.governance.treasury import (
    ALICE,
    THREE,
    approved,
    begun,
    exported,
    genesis,
    halted,
    roster,
    signed,
    with_vault,
)
from tests.hunts.targets.target import Target

BOOK = halted(signed(with_vault(begun()), "one"), ALICE, "why")
EXPORT = exported(BOOK, one=b"kept bytes")
ONE, TWO = two_books()
LINES = [line for line in EXPORT.split(b"\n") if line.startswith(b'{"after"')]
OF_JOURNAL = b"".join(line + b"\n" for line in LINES)
ENTRIES = [Entry.decode(line) for line in LINES]
NAMES = Names({}).with_(Opening(bytes(16), "Zo\u00eb"), Opening(b"\1" * 16, "vault"))
PENDING = Pending.of(LINES[0], {"names.json": b"{}", f"kept/{'ab' * 32}": b"kept"})
BESIDE = AlarmTold(1_700_000_000, "journal-gap", "a text", True).encode() + halt_line(HALT)
SPOKEN = [
    "entry 41: " + "able acid also apex aqua arch atom aunt away axis",
    "7, able acid also apex aqua arch atom aunt away axis",
]


def of_json(read: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    """Read a value that stands in a canonical document."""
    return lambda document: read(canonical.decode(document))


def taken(read: Callable[[StrictFields], Any]) -> Callable[[bytes], Any]:
    """Read an entry's content, to its last member."""

    def read_all(document: bytes) -> Any:
        fields = StrictFields(canonical.decode(document), "an entry")
        value = read(fields)
        fields.end()
        return value

    return read_all


def of_says(kind: str, read: Callable[[Statement], Any]) -> Callable[[bytes], Any]:
    """Read what a statement says, which stands in a canonical document."""
    return lambda document: read(saying(kind, canonical.decode(document)))


def _written(value: Any) -> bytes:
    return canonical.encode(value.to_json())


def _what(kind: str) -> list[bytes]:
    """The contents of entries of a kind, as canonical documents."""
    return [canonical.encode(dict(entry.what)) for entry in ENTRIES if entry.kind == kind]


STATEMENTS = [canonical.encode(genesis().statement.to_json())]
SIGNED = [canonical.encode(genesis().to_json())]
APPROVED = approved(BOOK, "one", THREE)

TARGETS = (
    Target("a journal", chain.read, [OF_JOURNAL]),
    Target("a journal's book", lambda journal: Book.verify(journal, {}.get), [OF_JOURNAL]),
    Target("a journal's book, as far as it is read", lambda journal: Book.load(journal, {}.get), [OF_JOURNAL]),
    Target("lines of other machines", chain.lines_of, [OF_JOURNAL, OF_JOURNAL[::1] * 2]),
    Target("an entry", Entry.decode, LINES, Entry.encode, exact=True),
    Target("an export", JournalExport.read, [EXPORT]),
    Target("an export that is to hold", verified, [EXPORT]),
    Target("an ended treasury's export", Ended.read, [EXPORT]),
    Target("a halt", Halt.decode, [TOKEN], Halt.encode, exact=True),
    Target("halts in any bytes", lambda content: list(found_in(content, TREASURY)), [TOKEN.encode() * 3, EXPORT]),
    Target("a question", Question.decode, [QUESTION.encode()], Question.encode, exact=True),
    Target("an answer", Answer.decode, [answered(asked(ONE), TWO).encode()], Answer.encode, exact=True),
    Target("names", Names.decode, [NAMES.encode()], Names.encode, exact=True),
    Target("a head on paper", PaperHead.parse, SPOKEN),
    Target("an unfinished step", Pending.decode, [PENDING.encode()], Pending.encode, exact=True),
    Target("what lies beside a journal", Beside.read, [BESIDE, b""]),
    Target("the note beside a journal", Note.decode, [Note.of(BOOK).encode()], Note.encode, exact=True),
    Target("a roster", of_json(Roster.from_json), [_written(roster())], _written, exact=True),
    Target("a statement", of_json(Statement.from_json), STATEMENTS, _written, exact=True),
    Target("a signed statement", taken(Signed.take), SIGNED, _written, exact=True),
    *(
        Target(f"a statement about a {kind}", of_says(kind, read), [canonical.encode(says)])
        for kind, (read, says) in READERS.items()
    ),
    Target("a ceremony", of_says("ceremony", Entered.of), [_written(ENTERED)], _written, exact=True),
    Target("an exception", of_says("exception", MachineException.of), [_written(SWAP)], _written, exact=True),
    Target(
        "evidence of a succession",
        of_json(Follows.from_json),
        [_written(FOLLOWS)],
        _written,
        exact=True,
    ),
    Target(
        "an approval",
        of_json(approval.Approval.from_json),
        [canonical.encode(each.approval.to_json()) for each in APPROVED],
        _written,
        exact=True,
    ),
    *(
        Target(f"an entry of kind {kind.KIND}", taken(kind.take), seeds, _written, exact=True)
        for kind in (
            records.Signature,
            records.Import,
            records.Begun,
            records.HaltCalled,
            records.IdentitySealed,
            records.BackupMade,
            records.Mended,
        )
        if (seeds := _what(kind.KIND))
    ),
)
