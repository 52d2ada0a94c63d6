"""A treasury made up for tests: officers and laptops with keys, statements that are signed, and the lines of a book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.governance import chain, records
from custody.governance.approval import Approval, Approved, Intent
from custody.governance.book import Book
from custody.governance.book import begun as begun_with
from custody.governance.contents import Genesis, Machine, Replaced, handover_message
from custody.governance.entry import BEGINNING, Entry
from custody.governance.export import Intake, JournalExport, intake, write
from custody.governance.halt import NO_REASON, Halt
from custody.governance.known import judging
from custody.governance.known.ground import Ground
from custody.governance.known.lines import Known, Node, Said
from custody.governance.roster import Officer, Role, Roster
from custody.governance.state import Rules
from custody.governance.statement import GENESIS, MACHINE, NOBODY, ROSTER, VAULT, Signed, Statement, Tip

WORKING = frozenset({Role.APPROVER, Role.KEYHOLDER})
AT = 1_700_000_000


def digest(text: str) -> bytes:
    """32 bytes that stand for something."""
    return sha256(text.encode()).digest()


@cache
def _pair(text: str) -> tuple[Ed25519PrivateKey, bytes]:
    """A private key that is the same in every run, and its public half."""
    private = Ed25519PrivateKey.from_private_bytes(digest(text))
    return private, private.public_key().public_bytes_raw()


@dataclass(frozen=True)
class Laptop:
    """A machine with a key of its own."""

    name: str

    @property
    def private(self) -> Ed25519PrivateKey:
        return _pair(f"key of laptop {self.name}")[0]

    @property
    def key(self) -> bytes:
        return _pair(f"key of laptop {self.name}")[1]

    def sealed(self, entry: Entry) -> bytes:
        """The line of an entry under this machine's seal."""
        return entry.sealed(self.private.sign(entry.to_seal)).encode()


A, B, C, D = map(Laptop, "ABCD")
LAPTOPS = {each.key: each for each in (A, B, C, D)}


@dataclass(frozen=True)
class Person:
    """Somebody with an Ed25519 key of their own."""

    name: str

    @property
    def private(self) -> Ed25519PrivateKey:
        return _pair(f"key of {self.name}")[0]

    @property
    def key(self) -> bytes:
        return _pair(f"key of {self.name}")[1]

    def officer(self, seat: int, *, alternate: bool = False, roles: frozenset[Role] = WORKING) -> Officer:
        """As a roster has this person."""
        return Officer(
            self.key, digest(f"recipient {self.name}"), digest(f"name {self.name}"), seat, alternate, frozenset(roles)
        )


ALICE, BOB, CAROL, DAVE, ERIN, FRANK = map(Person, ("alice", "bob", "carol", "dave", "erin", "frank"))
FIVE = (ALICE, BOB, CAROL, DAVE, ERIN)
THREE = (ALICE, BOB, CAROL)


def roster(people: Sequence[Person] = FIVE, rules: int = 3, unlock: int = 3, version: int = 1) -> Roster:
    """A roster with a seat for each."""
    officers = tuple(person.officer(seat) for seat, person in enumerate(people, 1))
    return Roster("regtest", officers, rules, unlock, version)


def sign(statement: Statement, people: Iterable[Person]) -> Signed:
    """The statement, signed by these."""
    return Signed(statement, {person.key: person.private.sign(statement.to_sign) for person in people})


def genesis(
    people: Sequence[Person] = FIVE, by: Sequence[Person] | None = None, on: Laptop = A, **changed: Any
) -> Signed:
    """A genesis, signed by everybody on it."""
    first = Genesis(roster(people, **changed), digest("salt")[:16], (digest("witness"),), (), None, digest("laptop"))
    statement = Statement(GENESIS, NOBODY, on.key, {}, (), NOBODY, AT, first.to_json())
    return sign(statement, people if by is None else by)


def begun(people: Sequence[Person] = FIVE, on: Laptop = A, **changed: Any) -> Book:
    """A book with its genesis."""
    return begun_with(genesis_line(genesis(people, on=on, **changed), on))


def genesis_line(signed: Signed, on: Laptop = A) -> bytes:
    """The line of a genesis, with what it says of the officers' sealed files."""
    made = {key.hex(): digest(f"identity of {key.hex()}").hex() for key in signed.by}
    return on.sealed(Entry(BEGINNING, 0, GENESIS, 0, on.key, signed.to_json() | {"identities": made}))


def statement(book: Book, kind: str, says: dict[str, Any], at: int = AT) -> Statement:
    """A statement about what holds now."""
    return book.statement(kind, says, at=at)


def line_of(book: Book, kind: str, what: dict[str, Any]) -> bytes:
    """The next line of a book, sealed by its machine."""
    entry = book.next(kind, what, at=AT + book.head.number)
    return LAPTOPS[entry.writer].sealed(entry)


def tell(book: Book, kind: str, what: dict[str, Any], *kept: bytes) -> Book:
    """The book with an entry more. `kept` are bytes that come with it."""
    brought = {sha256(each).digest(): each for each in kept}
    return book.extended(line_of(book, kind, what), brought.get)


def agree(book: Book, kind: str, says: dict[str, Any], people: Iterable[Person], **more: Any) -> Book:
    """The book after people agreed on something. `vaults` are generations by name."""
    if kind == ROSTER:
        more = {"identities": {}, "vaults": {}, **more}
    if "vaults" in more:
        sealed = sealings(more["vaults"], book.state.basis)
        more["vaults"] = {name: each.to_json() for name, each in sealed.items()}
    return tell(book, kind, sign(statement(book, kind, says), people).to_json() | more)


def change(book: Book, people: Sequence[Person], by: Iterable[Person], rules: int = 3, unlock: int = 3) -> Book:
    """The book after its roster changed to these people."""
    version = max(each.version for each in book.state.rosters) + 1
    return agree(book, ROSTER, {"roster": roster(people, rules, unlock, version).to_json()}, by)


def sealings(generations: dict[str, int], sealed_for: tuple[bytes, ...] = ()) -> dict[str, records.Sealing]:
    """Generations of vaults, each with the digest of a file that nobody has."""
    return {
        name: records.Sealing(number, digest(f"{name} {number}"), 1, sealed_for) for name, number in generations.items()
    }


def approved(book: Book, text: str, by: Iterable[Person], intent: Intent = Intent.SIGN) -> tuple[Approved, ...]:
    """What people sign who approve a document."""

    def of(person: Person) -> Approved:
        approval = book.approval(
            intent, person.key, digest(f"{text} digest"), at=AT, review=digest(f"{text} review"), verdict="accept"
        )
        return by_hand(approval, person)

    return tuple(map(of, by))


def by_hand(approval: Approval, person: Person) -> Approved:
    """An approval with the signature of somebody."""
    return Approved(approval, person.private.sign(approval.to_sign))


def signature(
    book: Book, text: str, *marks: str, by: Sequence[Person] = THREE, vaults: dict[str, int] | None = None
) -> dict[str, Any]:
    """What an entry says of a signature made."""
    return records.Signature(
        chain="bitcoin",
        network="regtest",
        digest=digest(f"{text} digest"),
        document=digest(f"{text} document"),
        review=digest(f"{text} review"),
        result=digest(f"{text} result"),
        wallets=("treasury",),
        marks=tuple(map(records.mark, marks)),
        findings=(),
        present=approved(book, text, by),
        vaults=sealings(vaults or {}, book.state.basis),
    ).to_json()


def signed(book: Book, text: str, *marks: str, by: Sequence[Person] = THREE) -> Book:
    """The book after something was signed."""
    return tell(book, records.Signature.KIND, signature(book, text, *marks, by=by))


VAULT_SAYS = {
    "continuity": digest("continuity").hex(),
    "fingerprints": {"slip39": "0a0b0c0d"},
    "kind": "slip39",
    "name": "main",
    "vault": digest("vault")[:16].hex(),
}


def with_vault(book: Book) -> Book:
    """The book after a vault was sealed."""
    return agree(book, VAULT, VAULT_SAYS, THREE, vaults={"main": 1})


def halt_of(book: Book, person: Person, text: str = "", at: int = AT) -> Halt:
    """A halt that somebody calls. `text` tells one from another."""
    unsigned = Halt(book.state.treasury, person.key, at, digest(f"salt {text}")[:16], NO_REASON)
    return Halt(
        unsigned.treasury,
        unsigned.officer,
        unsigned.time,
        unsigned.salt,
        unsigned.reason,
        person.private.sign(unsigned.to_sign),
    )


def halted(book: Book, person: Person, text: str = "") -> Book:
    """The book after somebody halted."""
    return tell(book, records.HaltCalled.KIND, records.HaltCalled(halt_of(book, person, text)).to_json())


def judged(known: Known, line: bytes) -> tuple[Node, Said]:
    """What becomes of a line beside what is known. Raises what judging raises."""
    content = line + b"\n"
    place = chain.parse(content, 0, len(line))
    assert place is not None
    return judging.judge(known, Entry.decode(line), content, place)


def heir_line(book: Book, on: Laptop, by: Sequence[Person] = THREE, **changed: Any) -> bytes:
    """The first line of a machine that takes the place of a book's, from a backup that these opened.

    `changed` are members of the certificate (`says`), of the statement (`stated`) or of the record (`told`), or who
    hands over, `giver`, and approves what: `document`.
    """
    ground = Ground.of(book.known)
    replaced = ground.last_of(book.writer, Tip(book.head.number, book.head.hash))
    says = changed.get("says") or Machine(on.key, None, replaced).to_json()
    stated = replace(ground.statement(MACHINE, says, on.key, AT), **changed.get("stated", {}))
    giver: Laptop = changed.get("giver", LAPTOPS[book.writer])
    present = tuple(
        by_hand(
            Approval(
                intent=Intent.RESTORE,
                treasury=ground.rules.treasury,
                machine=on.key,
                head=None,
                roster=ground.past.leaves,
                state=ground.state,
                document=changed.get("document", digest("backup")),
                review=None,
                verdict=None,
                at=AT,
                officer=person.key,
            ),
            person,
        )
        for person in changed.get("present", by)
    )
    record = records.Begun(
        backup=digest("backup"),
        handover=giver.private.sign(handover_message(stated.digest)),
        segment=sha256(ground.segment).digest(),
        heads=ground.past.heads,
        paper=True,
        present=present,
        vaults=book.state.sealings,
    )
    told = replace(record, **changed.get("told", {}))
    what = sign(stated, by).to_json() | told.to_json()
    return on.sealed(Entry(BEGINNING, 0, record.KIND, 0, on.key, what))


def heir(book: Book, on: Laptop, by: Sequence[Person] = THREE) -> Book:
    """The book of a machine that took the place of another."""
    segment = Ground.of(book.known).segment
    return Book.verify(heir_line(book, on, by) + b"\n", {sha256(segment).digest(): segment}.get)


def rules_of(known: Known) -> Rules:
    """The rules that all that is known makes."""
    return Ground.of(known).rules


def exported(book: Book, *halts: Halt, **kept: bytes) -> bytes:
    """All that a machine knows, and halts that lie beside it."""
    return write(book.lines, {sha256(each).digest(): each for each in kept.values()}, halts)


def news(book: Book, content: bytes) -> Intake:
    """What is new in an export for a book."""
    return intake(JournalExport.read(content), book.known, book.writer)


def taken(book: Book, content: bytes) -> Book:
    """The book after an import; as it was, where nothing is new."""
    found = news(book, content)
    if not found.is_news:
        return book
    imported = records.Import(sha256(found.segment).digest(), found.heads)
    return tell(book, imported.KIND, imported.to_json(), found.segment)


def joined(on: Laptop, content: bytes) -> Book:
    """The book of a machine that begins with an export; no quorum has admitted it yet."""
    known = known_from(content)
    ground = Ground.of(known)
    joins = records.Joined(sha256(ground.segment).digest(), ground.past.heads)
    line = on.sealed(Entry(BEGINNING, AT, joins.KIND, 0, on.key, joins.to_json()))
    return Book.verify(line + b"\n", {sha256(ground.segment).digest(): ground.segment}.get)


def admitted(book: Book, laptop: Laptop, by: Iterable[Person] = THREE) -> Book:
    """The book after a quorum admitted a machine."""
    return agree(book, MACHINE, Machine(laptop.key, None, None).to_json(), by)


def ended(book: Book, laptop: Laptop, by: Iterable[Person] = THREE, last: Tip | None = None) -> Book:
    """The book after a quorum ended a machine."""
    tip = last or book.known.newest(laptop.key) or Tip(0, bytes(32))
    return agree(book, MACHINE, Machine(None, None, Replaced(laptop.key, tip)).to_json(), by)


def both(*laptops: Laptop, people: Sequence[Person] = FIVE, **changed: Any) -> tuple[Book, ...]:
    """The books of A and of other machines that A admitted, all of which know the same."""
    first = begun(people, **changed)
    for laptop in laptops:
        first = admitted(first, laptop, people[: first.state.roster.rules])
    others = [taken(joined(laptop, exported(first)), exported(first)) for laptop in laptops]
    return (first, *others)


def exchanged(*books: Book) -> tuple[Book, ...]:
    """The books once everything has been carried everywhere, until nothing changes."""
    current, before = list(books), None
    while before != [book.head for book in current]:
        before = [book.head for book in current]
        for place in range(len(current)):
            for other in range(len(current)):
                if other != place:
                    current[place] = taken(current[place], exported(current[other]))
    return tuple(current)


def known_from(content: bytes) -> Known:
    """All that an export makes known to a machine that knew nothing."""
    known = Known()
    found = intake(JournalExport.read(content), Known(), b"")
    for node in found.lines:
        known.add(node, found.said[node.hash])
    return known
