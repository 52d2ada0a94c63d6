"""A treasury made up for tests: officers with keys, statements that they sign, and the lines of a book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.governance import acceptance, records
from custody.governance.book import Book
from custody.governance.contents import Genesis
from custody.governance.entry import BEGINNING, Entry
from custody.governance.roster import Officer, Role, Roster
from custody.governance.statement import NOBODY, Signed, Statement

WRITER = sha256(b"writer").digest()[:16]
WORKING = frozenset({Role.APPROVER, Role.KEYHOLDER})


def digest(text: str) -> bytes:
    """32 bytes that stand for something."""
    return sha256(text.encode()).digest()


@dataclass(frozen=True)
class Person:
    """Somebody with an Ed25519 key of their own."""

    name: str

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(digest(f"key of {self.name}"))

    @property
    def key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def officer(self, seat: int, *, alternate: bool = False, roles: frozenset[Role] = WORKING) -> Officer:
        """As a roster has this person."""
        return Officer(
            self.key, digest(f"recipient {self.name}"), digest(f"name {self.name}"), seat, alternate, frozenset(roles)
        )


ALICE, BOB, CAROL, DAVE, ERIN, FRANK = map(Person, ("alice", "bob", "carol", "dave", "erin", "frank"))
FIVE = (ALICE, BOB, CAROL, DAVE, ERIN)


def roster(people: Sequence[Person] = FIVE, rules: int = 3, unlock: int = 3, version: int = 1) -> Roster:
    """A roster with a seat for each."""
    officers = tuple(person.officer(seat) for seat, person in enumerate(people, 1))
    return Roster("regtest", officers, rules, unlock, version)


def sign(statement: Statement, people: Iterable[Person]) -> Signed:
    """The statement, signed by these."""
    return Signed(statement, {person.key: person.private.sign(statement.to_sign) for person in people})


def genesis(people: Sequence[Person] = FIVE, by: Sequence[Person] | None = None, **changed: Any) -> Signed:
    """A genesis, signed by everybody on it."""
    first = Genesis(roster(people, **changed), digest("salt")[:16], (digest("witness"),), (), None)
    return sign(Statement(acceptance.GENESIS, NOBODY, NOBODY, BEGINNING, first.to_json()), people if by is None else by)


def begun(people: Sequence[Person] = FIVE, **changed: Any) -> Book:
    """A book with its genesis."""
    return Book.begin(genesis_line(genesis(people, **changed)))


def genesis_line(signed: Signed) -> bytes:
    """The line of a genesis, with what it says of the officers' sealed files."""
    made = {key.hex(): digest(f"identity of {key.hex()}").hex() for key in signed.by}
    return Entry(BEGINNING, 0, acceptance.GENESIS, 0, WRITER, signed.to_json() | {"identities": made}).encode()


def statement(book: Book, kind: str, says: dict[str, Any]) -> Statement:
    """A statement about what holds now."""
    return Statement(kind, book.state.treasury, book.state.basis, book.head.hash, says)


def tell(book: Book, kind: str, what: dict[str, Any]) -> Book:
    """The book with an entry more."""
    return book.extended(book.next(kind, what, at=1_700_000_000 + book.head.number))


def agree(book: Book, kind: str, says: dict[str, Any], people: Iterable[Person], **more: Any) -> Book:
    """The book after people agreed on something. `vaults` are generations by name."""
    if kind == acceptance.ROSTER:
        more = {"identities": {}, **more}
    if "vaults" in more:
        more["vaults"] = {name: each.to_json() for name, each in sealings(more["vaults"]).items()}
    return tell(book, kind, sign(statement(book, kind, says), people).to_json() | more)


def sealings(generations: dict[str, int]) -> dict[str, records.Sealing]:
    """Generations of vaults, each with the digest of a file that nobody has."""
    return {name: records.Sealing(number, digest(f"{name} {number}")) for name, number in generations.items()}


def signature(
    text: str, *marks: str, by: Sequence[Person] = (), vaults: dict[str, int] | None = None
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
        by=tuple(person.key for person in by),
        vaults=sealings(vaults or {}),
    ).to_json()


VAULT_SAYS = {
    "continuity": digest("continuity").hex(),
    "fingerprints": {"slip39": "0a0b0c0d"},
    "kind": "slip39",
    "name": "main",
    "vault": digest("vault")[:16].hex(),
}


def with_vault(book: Book) -> Book:
    """The book after a vault was sealed."""
    return agree(book, acceptance.VAULT, VAULT_SAYS, (ALICE, BOB, CAROL), vaults={"main": 1})
