"""A treasury in which all that a register tells has happened, at times that a test sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custody.ceremony.home.home import Home, reading
from custody.ceremony.home.ledger import Unlocked, tell_objection, tell_signature
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.machines import admission as machines
from custody.ceremony.machines import exchange
from custody.ceremony.table.attendance import Attendance
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm, CustodyError, Declined, Refused
from tests.ceremony.treasury.officers import NAMES, Script
from tests.support import desk

OWNER = desk.wallet("wpkh")
WALLET = Wallet.register("pay", [OWNER.single(0), OWNER.single(1)], network("regtest"))
COINS = desk.coins(OWNER, 8)
STRANGERS = tuple(desk.wallet("tr").script(0, index) for index in range(40))
BEGUN = 1_700_000_000
"""2023-11-14 22:13:20 UTC."""
HOUR = 3600


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: int = BEGUN) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


@contextmanager
def at(path: Path, seconds: int) -> Iterator[WritableHome]:
    """The home, open for writing at a time."""
    with writing(path, clock=Clock(seconds)) as home:
        yield home


@contextmanager
def looked_at(path: Path) -> Iterator[Home]:
    with reading(path) as home:
        yield home


def payment(coin: int, *amounts: int) -> bytes:
    """A file of the desk's that pays a stranger each of these amounts, from one of the wallet's coins."""
    outputs = [(STRANGERS[number], amount) for number, amount in enumerate(amounts)]
    return desk.psbt(OWNER, [COINS[coin]], outputs, 500, 2)


def judged(document: bytes) -> ReviewedPsbt:
    return review(document, [WALLET])


def signed(home: WritableHome, document: bytes, *by: str) -> None:
    """Write down that it was signed, as these officers approve, with the key from cards."""
    with Attendance(home, Script(by or NAMES)) as table:
        tell_signature(home, judged(document), document, document + b" signed", Unlocked(table.answering()))


def objected(home: WritableHome, document: bytes, failure: CustodyError, *, read: bool = True) -> None:
    tell_objection(home, document, judged(document) if read else None, failure)


def two_machines(home: Path, second: Path) -> None:
    """Let a second machine, Laptop B, begin and write for the treasury."""
    with at(home, BEGUN) as book:
        other = exchange.join(second, exchange.export(book, 0, documents=True), clock=Clock())
        machines.admit(book, Script(), other.writer, "Laptop B")
    carried(home, second)


def carried(home: Path, other: Path, seconds: int = BEGUN) -> None:
    """Take all that one machine knows to another."""
    with looked_at(home) as book:
        content = exchange.export(book, 0, documents=True)
    with at(other, seconds) as there:
        exchange.take_in(there, content)


REFUSED, DECLINED, ALARM = (
    Refused("the treasury is halted", code="halted"),
    Declined("somebody said no"),
    Alarm("two stories of one nonce", code="nonce-reuse"),
)
