"""Officers for tests: a scripted meeting that gives each one's passphrase, and a treasury that is begun in a moment."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.meeting import Factors, Offered
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.enrolment import Candidate
from custody.ceremony.treasury.genesis import Founding, found
from custody.ceremony.treasury.vaults import Sealed, open_vault, reseal, seal
from custody.errors import CustodyError, Declined
from custody.governance import records
from custody.governance.approval import Approved, Intent
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.paper import PaperHead, words_of
from custody.governance.roster import Role
from custody.keys.kinds import Kind
from custody.keys.vaults import parameters
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.payload import KeyPayload
from custody.secret import Secret
from tests.governance.treasury import digest

NAMES = ("Alice", "Bob", "Carol", "Dave", "Erin")
WORKING = frozenset({Role.APPROVER, Role.KEYHOLDER})
SECRET = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
QUICK = parameters.FLOORS
QUICK_WORDS = 8
"""KiB, the least that Argon2id takes. A treasury of these tests is drawn anew, so no words are kept of it."""


def passphrase_of(name: str) -> Passphrase:
    """What an officer of the tests types."""
    return Passphrase.read(Secret(f"the passphrase of {name}".encode()))


@dataclass
class Script:
    """A meeting of those who `come`, in that order; whatever is said is kept in `said`."""

    come: Sequence[str] = NAMES
    yes: bool = True
    wrong: frozenset[str] = frozenset()
    seats: Sequence[str] = ()
    """Who sits where, where only seats are offered."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What is shown -> who it is, where names are not known."""
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)

    def warn(self, text: str) -> None:
        self.said.append(text)

    def confirm(self, lines: Sequence[str], question: str, word: str) -> None:
        self.said += [*lines, question]
        if not self.yes:
            raise Declined(f"not {word}")

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        self.said.append(text)
        yield

    def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        names = [self._called(each.name) for each in offered]
        for name in self.come:
            if name in names and name not in self.asked:
                self.asked.append(name)
                typed = passphrase_of("somebody else" if name in self.wrong else name)
                return names.index(name), Factors(typed)
        raise Declined(f"{wanted}: nobody more of {self.come} among {names}")

    def _called(self, shown: str) -> str:
        if shown.startswith("seat "):
            return self.seats[int(shown.removeprefix("seat ")) - 1]
        return self.called.get(shown, shown)

    def officer_refused(self, name: str, failure: CustodyError) -> None:
        self.said.append(name)
        raise failure

    def new_factors(self, name: str, _tokens: int) -> Factors:
        return Factors(passphrase_of(name))


def five(rules: int = 3, unlock: int = 3, names: Sequence[str] = NAMES) -> Founding:
    """Five officers, a seat each."""
    officers = tuple(Candidate(name, seat, False, WORKING) for seat, name in enumerate(names, 1))
    return Founding("regtest", False, officers, rules, unlock, witnesses=("Wanda",))


def begun(path: Path, **changed: int) -> Book:
    """A home in which a treasury has begun."""
    return found(path, five(changed.get("rules", 3), changed.get("unlock", 3)), Script())


def with_vault(path: Path, name: str = "main") -> Sealed:
    """The home after a vault was sealed."""
    with writing(path) as home:
        return seal(home, Script(), name, KeyPayload(Kind.SLIP39, Secret(SECRET)))


def paper(book: Book, number: int | None = None) -> PaperHead:
    """What is written down of an entry, the newest where none is named."""
    head = book.head if number is None else book.head_at(number)
    return PaperHead.parse(f"{head.number} {' '.join(words_of(book.state.treasury, head))}")


@contextmanager
def opened(path: Path) -> Iterator[WritableHome]:
    """The home, open for writing."""
    with writing(path) as home:
        yield home


def sign(path: Path, text: str) -> Head:
    """Let three officers open the vault and sign something; return the head that the book had then."""
    with writing(path) as home:
        with Attendance(home, Script()) as table, open_vault(home, table, "main") as vault:
            signature = signature_of(home, text, table.answering())
            home.commit(Step("signed", signature, vaults={"main": reseal(home, vault, ())}))
        return home.book.head


def objection(kind: str, document: bytes) -> Step:
    """A refusal or a no, with the bytes kept."""
    what = records.Objection(kind, None, sha256(document).digest(), None, (), ())
    return Step(kind, what.to_json(), kept=(document,))


def signature_of(home: WritableHome, text: str, officers: Sequence[OfficerKeys]) -> dict[str, Any]:
    """What an entry says of a signature that these officers approve."""
    review = digest(f"{text} review")

    def approved(keys: OfficerKeys) -> Approved:
        approval = home.book.approval(
            Intent.SIGN, keys.public.officer, digest(f"{text} digest"), at=1, review=review, verdict="accept"
        )
        return Approved(approval, keys.sign(approval.to_sign))

    return records.Signature(
        chain="bitcoin",
        network="regtest",
        digest=digest(f"{text} digest"),
        document=digest(f"{text} document"),
        review=review,
        result=digest(f"{text} result"),
        wallets=("treasury",),
        marks=(records.mark(f"coin:{text}"),),
        findings=(),
        present=tuple(map(approved, officers)),
        vaults={},
    ).to_json()
