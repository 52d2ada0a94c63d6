"""A second verifier, which shares no code with ours, says the same of every treasury, and alarms where ours does.

Every bit of a small export is tried by `make hunt-bits`; here a bit of some bytes, chosen by their place.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from custody import canonical
from custody.errors import Alarm, CustodyError
from custody.governance import records
from custody.governance.approval import Intent
from custody.governance.book import Book
from custody.governance.contents import Absence, Machine, Replaced, handover_message, identity_message
from custody.governance.entry import BEGINNING, Entry
from custody.governance.export import verified as verified_by_us
from custody.governance.known.ground import Ground
from custody.governance.paper import words_of
from custody.governance.statement import ABSENCE, ADOPT, MACHINE, RESUME, ROSTER, WALLET, Tip
from tests.auditor import verifier
from tests.cli.treasury.machines import admitted, called, carried, exchange, export
from tests.cli.treasury.test_treasury import begun as begun_at_the_command_line
from tests.cli.treasury.test_treasury import payment, sign
from tests.governance import treasury
from tests.governance.treasury import ALICE, BOB, CAROL, ERIN, FIVE, FRANK, THREE, B, C, D, agree, both, exchanged, tell
from tests.support.officers import custody, quick_identities


def told_by_us(file: Path, *options: str) -> set[tuple[Any, ...]]:
    """Of each line what `custody journal verify` says: machine, number, kind, what was signed, and by whom."""
    answer = custody("journal", "verify", str(file), "--json", *options)
    assert answer.code == 0, answer
    told = json.loads(answer.out)
    assert all(each["officers"] for each in told["signed"])
    assert not any(each["officers"] for each in told["alone"])
    return {
        (each["machine"], each["n"], each["kind"], each["document"], tuple(each["officers"]))
        for each in (*told["signed"], *told["alone"])
    }


def told_by_the_other(content: bytes) -> set[tuple[Any, ...]]:
    return {
        (
            line.writer,
            line.n,
            line.kind,
            line.what["digest"] if line.kind == "signed" else None,
            tuple(sorted(line.officers)),
        )
        for line in verifier.verify(content, first_of(content))
    }


def first_of(content: bytes) -> str:
    """The hash of the genesis line, as somebody who was there wrote it down."""
    line = next(each for each in content.split(b"\n") if b'"kind":"genesis","n":0' in each)
    return sha256(b"custody/journal/hash/v2\0" + line).hexdigest()


def agree_on(content: bytes, folder: Path) -> set[tuple[Any, ...]]:
    """What both say, who say the same."""
    file = folder / "export"
    file.write_bytes(content)
    told = told_by_us(file)
    assert told == told_by_the_other(content)
    return told


def busy(book: Book, text: str = "one") -> Book:
    """A book that goes on: a wallet, a vault, signatures, what was not signed, a halt and its end, a copy."""
    book = agree(book, WALLET, {"document": {"format": text}, "name": text}, THREE)
    book = treasury.signed(book, text, f"coin:{text}:0", f"pays:{text}:5")
    for kind in (records.Objection.REFUSED, records.Objection.ALARM, records.Objection.DECLINED):
        book = tell(book, kind, objection(book, kind, text))
    book = treasury.halted(book, ERIN, text)
    book = agree(book, RESUME, {"halts": sorted(each.hex() for each in book.state.halts)}, THREE)
    book = tell(book, "backup", records.BackupMade(treasury.digest("backup"), treasury.digest("label")).to_json())
    return tell(book, "mended", records.Mended(7, treasury.digest("torn")).to_json())


def objection(book: Book, kind: str, text: str) -> dict[str, Any]:
    here = treasury.approved(book, text, (ALICE,), Intent.DECLINE) if kind == records.Objection.DECLINED else ()
    digest, review = treasury.digest(f"{text} digest"), treasury.digest(f"{text} review")
    document = treasury.digest(f"{text} document")
    return records.Objection("code", digest, document, review, ("w",), ("BTC-SIGHASH",), None, here).to_json()


def one_machine() -> bytes:
    return treasury.exported(treasury.change(busy(treasury.with_vault(treasury.begun())), FIVE[:4], THREE))


def three_machines() -> bytes:
    """Each went on by itself, then all was carried everywhere; one machine knew of no change of roster meanwhile."""
    first, second, third = both(B, C)
    first, second, third = busy(first, "one"), busy(second, "two"), busy(third, "three")
    first = treasury.change(first, (ALICE, BOB, CAROL, FRANK), (*THREE, FRANK))
    first, second, third = exchanged(first, second, third)
    waiting = first.state.rules.waiting
    if waiting:
        first = agree(first, ADOPT, {"statements": sorted(each.digest.hex() for each in waiting)}, THREE)
    return treasury.exported(treasury.signed(first, "together"))


def contested() -> bytes:
    """Two machines changed the roster without knowing of each other, and a third change settles it."""
    first, second = both(B)
    first = treasury.change(first, (*THREE, FRANK), (*THREE, FRANK))
    second = treasury.change(second, FIVE[:4], THREE)
    first, second = exchanged(first, second)
    assert first.state.rules.contested
    return treasury.exported(treasury.change(first, (*THREE, FRANK), THREE))


def with_one_ended() -> bytes:
    """A machine was ended below its newest line, where officers had signed."""
    first, second = both(B)
    second = busy(second, "lost")
    first, second = exchanged(first, second)
    first = treasury.ended(first, B, last=Tip(0, second.chain.lines[0].hash))
    return treasury.exported(treasury.signed(first, "after"))


def with_an_absence() -> bytes:
    """An alternate who counts for days signed among others, and an officer sealed an identity anew."""
    book = treasury.begun()
    frank = replace(FRANK.officer(1, alternate=True), dated=True)
    new = treasury.roster(version=2)
    new = replace(new, officers=(*new.officers, frank))
    book = agree(book, ROSTER, {"roster": new.to_json()}, (*THREE, FRANK))
    absent = Absence(FRANK.key, treasury.AT - 10, treasury.AT + 10)
    book = agree(book, ABSENCE, absent.to_json(), THREE)
    book = treasury.signed(book, "while away", by=(BOB, CAROL, FRANK))
    file = treasury.digest("identity")
    signature = BOB.private.sign(identity_message(book.state.treasury, BOB.key, file))
    return treasury.exported(tell(book, "identity", records.IdentitySealed(BOB.key, file, signature).to_json()))


def begun_again() -> bytes:
    """A machine took the place of another, which handed over to it."""
    first = busy(treasury.begun())
    ground = Ground.of(first.known)
    says = Machine(D.key, None, Replaced(treasury.A.key, Tip(first.head.number, first.head.hash)))
    signed = treasury.sign(ground.statement(MACHINE, says.to_json(), D.key, treasury.AT), THREE)
    handover = treasury.A.private.sign(handover_message(signed.statement.digest))
    began = records.Begun(None, handover, sha256(ground.segment).digest(), ground.past.heads, False, (), {})
    entry = Entry(BEGINNING, treasury.AT, began.KIND, 0, D.key, signed.to_json() | began.to_json())
    book = Book.verify(D.sealed(entry) + b"\n", lambda _digest: ground.segment)
    return treasury.exported(treasury.signed(book, "on the new one"))


MADE_UP = {
    made.__name__: made
    for made in (one_machine, three_machines, contested, with_one_ended, with_an_absence, begun_again)
}


@pytest.mark.parametrize("made", MADE_UP.values(), ids=MADE_UP)
def test_two_verifiers_say_the_same_of_a_treasury_made_up(made: Any, tmp_path: Path) -> None:
    told = agree_on(made(), tmp_path)
    assert {"genesis"} < {kind for _writer, _n, kind, _document, _officers in told}


GINA = treasury.Person("gina")


def with_a_waiting_absence() -> Book:
    """The book of a machine on which leavers agreed on an absence.

    Gina took Carol's seat on the first machine; the absence was signed on the second, which had not heard of that.
    """
    people = (ALICE, BOB, CAROL)
    frank = replace(FRANK.officer(2, alternate=True), dated=True)
    first, second = both(B, people=people, rules=2, unlock=2)
    old, new = (treasury.roster(each, 2, 2, version) for each, version in ((people, 2), ((ALICE, BOB, GINA), 3)))
    old, new = (replace(each, officers=(*each.officers, frank)) for each in (old, new))
    first = agree(first, ROSTER, {"roster": old.to_json()}, (ALICE, CAROL, FRANK))
    second = treasury.taken(second, treasury.exported(first))
    absent = Absence(FRANK.key, treasury.AT - 10, treasury.AT + 10).to_json()
    second = agree(second, ABSENCE, absent, (BOB, CAROL))
    first = agree(first, ROSTER, {"roster": new.to_json()}, (ALICE, BOB, GINA))
    second = treasury.taken(second, treasury.exported(first))
    assert [each.kind for each in second.state.rules.waiting] == [ABSENCE]
    return second


def stood_in(book: Book, *by: treasury.Person) -> bytes:
    """An export with a wallet that these agreed on, on the newest line, whether they may or not."""
    stated = treasury.statement(book, WALLET, {"name": "theirs", "document": {"name": "theirs"}})
    line = treasury.line_of(book, WALLET, treasury.sign(stated, by).to_json())
    return treasury.exported(book) + line + b"\n"


def test_an_absence_that_waits_counts_for_neither_verifier(tmp_path: Path) -> None:
    book = with_a_waiting_absence()
    agree_on(treasury.exported(book), tmp_path)
    agree_on(stood_in(book, ALICE, GINA), tmp_path)
    content = stood_in(book, GINA, FRANK)
    assert both_refuse(content, first_of(content))


def test_an_absence_that_was_adopted_counts_for_both_verifiers(tmp_path: Path) -> None:
    book = with_a_waiting_absence()
    waits = [each.digest.hex() for each in book.state.rules.waiting]
    agree_on(stood_in(agree(book, ADOPT, {"statements": waits}, (ALICE, BOB)), GINA, FRANK), tmp_path)


def test_an_absence_that_is_agreed_on_still_counts_for_both_verifiers(tmp_path: Path) -> None:
    """Who agreed on it without knowing of the newest roster is a quorum in that one too."""
    first, second = both(B, people=THREE, rules=2, unlock=2)
    frank = replace(FRANK.officer(2, alternate=True), dated=True)
    new = treasury.roster(THREE, 2, 2, 2)
    first = agree(
        first, ROSTER, {"roster": replace(new, officers=(*new.officers, frank)).to_json()}, (ALICE, CAROL, FRANK)
    )
    absent = Absence(FRANK.key, treasury.AT - 10, treasury.AT + 10).to_json()
    second = agree(second, ABSENCE, absent, (ALICE, CAROL))
    agree_on(stood_in(treasury.taken(second, treasury.exported(first)), CAROL, FRANK), tmp_path)


@pytest.fixture
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.mark.usefixtures("quick")
def test_two_verifiers_say_the_same_of_treasuries_made_at_the_command_line(tmp_path: Path) -> None:
    first = begun_at_the_command_line(tmp_path)
    assert sign(first, payment(tmp_path), str(tmp_path / "out")).code == 0
    alone = agree_on(Path(export(first, tmp_path)).read_bytes(), tmp_path)
    assert {len(officers) for _writer, _n, kind, _document, officers in alone if kind == "signed"} == {3}
    second, third = (admitted(first, tmp_path, name) for name in ("second", "third"))
    assert custody("halt", "--home", second, *carried(first), officers=called(first, ("Erin",))).code == 0
    exchange(tmp_path, first, second, third)
    resumed = custody("resume", "--home", third, *carried(first), officers=called(first, THREE_NAMES))
    assert resumed.code == 0, resumed
    exchange(tmp_path, first, second, third)
    assert sign(first, payment(tmp_path, coin=1), str(tmp_path / "two")).code == 0
    exchange(tmp_path, first, second, third)
    told = [agree_on(Path(export(home, tmp_path)).read_bytes(), tmp_path) for home in (first, second, third)]
    assert len({writer for writer, *_rest in told[0]}) == 3
    assert {each for each in told[0] if each[2] == "signed"} == {each for each in told[2] if each[2] == "signed"}


THREE_NAMES = ("Alice", "Bob", "Carol")


# --- what was changed

REFUSALS = (
    AssertionError,
    ArithmeticError,
    LookupError,
    StopIteration,
    TypeError,
    ValueError,
    AttributeError,
    InvalidSignature,
)
"""How the second verifier says no: it has no errors of its own."""


def small() -> bytes:
    """A small export with kept bytes, on two machines: two officers, one signature."""
    first, second = both(B, people=(ALICE, BOB), rules=2, unlock=2)
    second = treasury.taken(second, treasury.exported(treasury.signed(first, "x", "coin:x:0", by=(ALICE, BOB))))
    lines = treasury.exported(second)
    kept = {"base64": base64.b64encode(b"x result").decode(), "sha256": sha256(b"x result").hexdigest()}
    return lines + canonical.encode(kept) + b"\n"


def flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


def both_refuse(content: bytes, genesis: str) -> bool:
    """Say whether neither takes these bytes for whole."""
    try:
        verified_by_us(content)
    except CustodyError as failure:
        assert isinstance(failure, Alarm) or failure.exit_code in (3, 4)
    else:
        return False
    with suppress(*REFUSALS):
        verifier.verify(content, genesis)
        return False
    return True


STRIDE = 61
"""Bytes from one that is tried to the next: no divisor of eight, so that each bit of a byte has its turn."""


def test_a_flipped_bit_of_an_export_is_noticed_by_both() -> None:
    content = small()
    genesis = first_of(content)
    verified_by_us(content)
    verifier.verify(content, genesis)
    tried = [(place, turn % 8) for turn, place in enumerate(range(0, len(content), STRIDE))]
    assert {bit for _place, bit in tried} == set(range(8))
    assert [place for place, bit in tried if not both_refuse(flipped(content, place, bit), genesis)] == []


def test_every_line_left_out_is_noticed_by_both_but_for_the_newest() -> None:
    lines = one_machine().splitlines(keepends=True)
    genesis = first_of(b"".join(lines))
    for place in range(len(lines) - 1):
        assert both_refuse(b"".join((*lines[:place], *lines[place + 1 :])), genesis), place


def test_every_shorter_export_is_noticed_by_both_or_ends_after_a_line() -> None:
    content = small()
    genesis = first_of(content)
    for size in range(0, len(content), 61):
        if not content[:size].endswith(b"\n"):
            assert both_refuse(content[:size], genesis), size


# --- an invented treasury


def test_an_invented_treasury_verifies_and_the_words_of_the_founding_tell(tmp_path: Path) -> None:
    """Whoever makes all of it up has every signature; what he has not are the words that somebody wrote down then."""
    genuine, invented = treasury.begun(), busy(treasury.begun(on=C))
    file = tmp_path / "export"
    file.write_bytes(treasury.exported(invented))
    words = " ".join(words_of(genuine.state.treasury, genuine.head_at(0)))
    assert custody("journal", "verify", str(file)).code == 0
    told = custody("journal", "verify", str(file), "--head", f"0 {words}")
    assert told.code == 9
    assert "of this journal has these words" in told.err
    with pytest.raises(AssertionError, match="not the treasury that you know"):
        verifier.verify(file.read_bytes(), genuine.head_at(0).hash.hex())
    file.write_bytes(treasury.exported(busy(genuine)))
    assert custody("journal", "verify", str(file), "--head", f"0 {words}").code == 0


def test_lines_of_an_invented_treasury_in_a_genuine_export_are_an_alarm(tmp_path: Path) -> None:
    genuine, invented = busy(treasury.begun()), busy(treasury.begun(on=C))
    mixed = treasury.exported(genuine) + treasury.exported(invented)
    assert both_refuse(mixed, first_of(treasury.exported(genuine)))


def test_the_verifier_shares_no_code_with_the_product_and_is_short() -> None:
    source = Path(verifier.__file__).read_text()
    assert len(source.splitlines()) <= 200
    assert "custody.governance" not in source
    assert not [line for line in source.splitlines() if line.startswith(("import", "from")) and "custody" in line]
