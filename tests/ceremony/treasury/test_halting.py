"""What a halt costs in a long book: its chain is read once before the officer is asked, and no line after he signed."""

from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.home.noted import Note
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.treasury.halting import halt
from custody.governance import chain, ed25519
from custody.governance.chain import Head
from custody.governance.entry import Entry, digest
from custody.governance.halt import Halt
from custody.governance.records import Signature
from custody.keys.vaults.writer import WriterKey
from tests.ceremony.treasury.officers import Script, begun
from tests.governance import treasury
from tests.support.officers import quick_identities

FEW, MANY = 1_000, 5_000


@dataclass(frozen=True)
class Cost:
    """How many lines were put in their place, read strictly, and how many signatures were verified."""

    placed: int
    decoded: int
    verified: int


def grown(path: Path, entries: int) -> Path:
    """A home whose journal has so many entries; the newest is sealed, which covers the others for whoever looks."""
    with quick_identities():
        begun(path)
    with reading(path) as home:
        book, state = home.book, home.book.state
    key = WriterKey.read((path / "writer.key").read_bytes())
    what = treasury.signature(treasury.begun(), "one", "coin:aa:0", "pays:00:5")
    before, rest = Entry(bytes(32), treasury.AT, Signature.KIND, 7, book.writer, what).encode().split(b'"n":7')
    lines, after = [book.journal], book.head.hash
    for number in range(book.head.number + 1, entries):
        line = before.replace(b"00" * 32, after.hex().encode()) + b'"n":%d' % number + rest
        if number == entries - 1:
            newest = Entry(after, treasury.AT, Signature.KIND, number, book.writer, what)
            line = newest.sealed(key.sign(newest.to_seal)).encode()
        after = digest(line)
        lines.append(line + b"\n")
    (path / "journal.jsonl").write_bytes(b"".join(lines))
    (path / "journal.head").write_bytes(Note.after(Head(entries - 1, after), len(b"".join(lines)), state).encode())
    return path


def halted(path: Path) -> tuple[Halt, Cost, Cost]:
    """Halt a home, and return what it cost until the halt was signed, and from then on."""
    found: list[Cost] = []
    commit = WritableHome.commit
    with (
        mock.patch.object(chain, "parse", side_effect=chain.parse) as placed,
        mock.patch.object(Entry, "decode", side_effect=Entry.decode) as decoded,
        mock.patch.object(ed25519, "holds", side_effect=ed25519.holds) as verified,
    ):

        def committed(home: WritableHome, step: Step) -> None:
            found.append(Cost(placed.call_count, decoded.call_count, verified.call_count))
            commit(home, step)

        with mock.patch.object(WritableHome, "commit", committed), quick_identities(), writing(path) as home:
            called = halt(home, Script(), "")
        total = Cost(placed.call_count, decoded.call_count, verified.call_count)
    (first,) = found
    after = Cost(*(getattr(total, each) - getattr(first, each) for each in ("placed", "decoded", "verified")))
    return called, first, after


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Cost, Cost]]:
    made = {}
    for entries in (FEW, MANY):
        path = grown(tmp_path_factory.mktemp("home") / str(entries), entries)
        called, *cost = halted(path)
        with reading(path) as home:
            assert called.digest in home.book.state.halts
        made[entries] = (cost[0], cost[1])
    return made


def test_a_long_book_is_read_once_before_an_officer_is_asked_to_halt(costs: dict[int, tuple[Cost, Cost]]) -> None:
    """Each line is put in its place once; as many are read strictly, and signatures verified, as in a short one."""
    (few, _after), (many, _later) = costs[FEW], costs[MANY]
    assert (few.placed, many.placed) == (FEW, MANY)
    assert (few.decoded, few.verified) == (many.decoded, many.verified)
    assert many.decoded < 8
    assert many.verified < 16


def test_once_an_officer_signed_a_halt_no_other_line_is_read(costs: dict[int, tuple[Cost, Cost]]) -> None:
    (_before, few), (_earlier, many) = costs[FEW], costs[MANY]
    assert few == many
    assert many.placed == 1
    assert many.decoded <= 2
