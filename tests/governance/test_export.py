"""What other machines' lines bring: news, replays, gaps, forks, forgeries and rollbacks are told apart."""

import base64
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from custody import canonical
from custody.errors import Alarm, CustodyError, Unreadable
from custody.governance import records
from custody.governance.book import Book
from custody.governance.book import begun as begun_with
from custody.governance.contents import Follows, Genesis
from custody.governance.entry import BEGINNING, Entry
from custody.governance.entry import digest as line_hash
from custody.governance.export import Intake, JournalExport, carried_by, intake, kept_by, verified, wanted, write
from custody.governance.known.lines import Known
from custody.governance.statement import WALLET, Tip
from tests.governance.treasury import (
    ALICE,
    AT,
    BOB,
    DAVE,
    ERIN,
    FIVE,
    FRANK,
    THREE,
    A,
    B,
    C,
    Laptop,
    Person,
    agree,
    begun,
    both,
    change,
    digest,
    ended,
    exchanged,
    exported,
    genesis,
    genesis_line,
    halt_of,
    halted,
    joined,
    line_of,
    news,
    roster,
    sign,
    signed,
    statement,
    taken,
    tell,
)

WALLET_SAYS: dict[str, Any] = {"document": {"format": "x"}, "name": "treasury"}
MENDED = {"bytes": 1, "present": [], "sha256": digest("torn").hex()}


def numbers(found: Intake, laptop: Laptop) -> list[int]:
    return [node.number for node in found.lines if node.writer == laptop.key]


def only(content: bytes, *kept: bytes) -> bytes:
    """The lines of an export with any of these in them."""
    return b"".join(line + b"\n" for line in content.splitlines() if any(each in line for each in kept))


def without(content: bytes, *left_out: bytes) -> bytes:
    return b"".join(line + b"\n" for line in content.splitlines() if not any(each in line for each in left_out))


def by(laptop: Laptop) -> bytes:
    """What only the lines of a machine have."""
    return b'"writer":"%s"}' % laptop.key.hex().encode()


def mended_on(book: Book, *texts: str, laptop: Laptop = B) -> bytes:
    """Lines on a book's newest, which nobody signed."""
    lines, after, number = b"", book.head.hash, book.head.number
    for text in texts:
        number += 1
        what = {**MENDED, "sha256": digest(text).hex()}
        line = laptop.sealed(Entry(after, AT, "mended", number, laptop.key, what))
        after = line_hash(line)
        lines += line + b"\n"
    return lines


# News


def test_all_is_new_to_who_knows_nothing() -> None:
    one, two = exchanged(*both(B))
    found = intake(JournalExport.read(exported(signed(two, "x"))), Known(), b"")
    assert numbers(found, A) == [0, 1] and numbers(found, B) == [0, 1]
    assert not found.own and not found.gaps and not found.broken and found.forged == 0
    assert found.segment == b"".join(node.line + b"\n" for node in found.lines)
    assert one.head.number == 2


def test_what_is_known_is_no_news() -> None:
    one, two = exchanged(*both(B))
    assert news(one, exported(two)).lines == () or not news(one, exported(two)).is_news
    two = signed(two, "x")
    found = news(one, exported(two))
    assert [node.kind for node in found.lines][-1] == "signed" and found.is_news
    assert found.heads == {B.key: (Tip(two.head.number, two.head.hash),)}
    assert found.results == ((found.lines[-1], digest("x result")),)
    one = taken(one, exported(two))
    assert news(one, exported(two)).lines == () and news(one, exported(two)).heads == {}


def test_lines_come_in_whatever_their_order() -> None:
    one, two = both(B)
    two = signed(signed(two, "x"), "y")
    content = exported(two)
    backwards = b"".join(line + b"\n" for line in reversed(content.splitlines()))
    for given in (content, backwards):
        found = news(one, given)
        assert numbers(found, B) == [0, 1, 2] and not found.gaps


def test_machines_that_only_told_each_other_what_they_heard_have_no_news() -> None:
    one, two = exchanged(*both(B))
    two = taken(two, exported(signed(one, "x")))
    found = news(signed(one, "x"), exported(two))
    assert [node.kind for node in found.lines] == ["imported"] and not found.is_news


def test_a_gap_names_what_is_missing() -> None:
    one, two = both(B)
    for text in "abcd":
        two = signed(two, text)
    content = without(exported(two), b'"n":2,', b'"n":3,')
    found = news(one, only(content, by(B)))
    assert numbers(found, B) == [0, 1]
    assert found.gaps == {B.key: (2, 4)}
    later = news(taken(one, exported(two)), exported(two))
    assert later.gaps == {}


def test_a_gap_of_a_writer_that_is_not_known_begins_at_its_first_line() -> None:
    one, two = both(B)
    two = signed(two, "a")
    found = news(one, only(exported(two), b'"kind":"signed"'))
    assert found.lines == () and found.gaps == {B.key: (0, 1)}


def test_a_line_whose_heads_are_missing_waits() -> None:
    one, two, three = both(B, C)
    three = signed(three, "there")
    two = signed(taken(two, exported(three)), "here")
    content = without(exported(two), by(C))
    found = news(one, content)
    assert numbers(found, B) == [0] and found.gaps == {B.key: (1, 1)}
    assert [node.kind for node in news(one, exported(two)).lines].count("signed") == 2


# What proves something of this machine


def test_own_lines_that_are_not_here_tell_of_a_rollback() -> None:
    one, two = both(B)
    newer = signed(signed(one, "a"), "b")
    found = news(one, exported(newer))
    assert found.own == (2, 3) and found.lines == ()
    backwards = b"".join(line + b"\n" for line in reversed(exported(newer).splitlines()))
    assert news(one, backwards).own == (2, 3)
    assert news(newer, exported(one)).own == ()
    assert news(two, exported(newer)).own == ()


def test_an_own_line_under_another_seal_proves_nothing() -> None:
    one, _two = both(B)
    entry = one.next("mended", MENDED, at=AT)
    for seal in (bytes(64), C.private.sign(entry.to_seal)):
        found = news(one, exported(one) + entry.sealed(seal).encode() + b"\n")
        assert (found.own, found.forged) == ((), 1)


def test_an_own_line_that_another_names_is_told_and_its_lines_wait() -> None:
    one, two = both(B)
    newer = signed(one, "a")
    two = signed(taken(two, exported(newer)), "b")
    stripped = without(exported(two), b'"kind":"signed","n":2')
    found = news(one, stripped)
    assert (found.named, found.own) == (2, ())
    assert numbers(found, B) == [0]
    assert news(newer, exported(two)).named is None


def test_the_newest_line_of_each_writer_is_always_among_them() -> None:
    """Whoever lacks a line of his own has its proof."""
    one, two = exchanged(*both(B))
    one = signed(one, "a")
    two = taken(two, exported(one))
    lines = wanted(two, first=two.head.number)
    assert {(node.writer, node.number) for node in lines} >= {(A.key, one.head.number), (B.key, two.head.number)}
    for_one = wanted(two, reader=A.key)
    assert {(node.writer, node.number) for node in for_one} == {(A.key, one.head.number), (B.key, two.head.number)}
    assert len(wanted(two)) == len(two.lines)
    assert len(wanted(two, reader=C.key)) == len(two.lines)


def test_of_this_machine_only_lines_from_a_number_on_are_exported() -> None:
    one, two = exchanged(*both(B))
    one = signed(signed(taken(one, exported(signed(two, "x"))), "a"), "b")
    lines = wanted(one, first=3)
    assert [node.number for node in lines if node.writer == A.key] == list(range(3, one.head.number + 1))
    assert [node.number for node in lines if node.writer == B.key] == [
        node.number for node in one.lines if node.writer == B.key
    ]


def test_a_reader_is_given_what_it_lacks() -> None:
    one, two = exchanged(*both(B))
    two = taken(two, exported(one))
    one = signed(signed(taken(one, exported(signed(two, "x"))), "a"), "b")
    lines = wanted(one, reader=B.key)
    assert [node.kind for node in lines if node.writer == A.key][-2:] == ["signed", "signed"]
    assert "genesis" not in {node.kind for node in lines}
    assert signed(taken(signed(two, "x"), write(lines, {})), "c").known.nodes.keys() >= one.known.nodes.keys()


# What a courier or a thief wrote


def test_a_forged_line_is_dropped_and_counted() -> None:
    one, two = both(B)
    entry = two.next("mended", MENDED, at=AT)
    for seal in (bytes(64), C.private.sign(entry.to_seal)):
        found = news(one, exported(two) + entry.sealed(seal).encode() + b"\n")
        assert found.forged == 1 and numbers(found, B) == [0] and found.broken == ()


def test_a_line_relabelled_as_another_machines_is_forged() -> None:
    one, two = both(B)
    two = signed(two, "x")
    relabelled = exported(two).replace(
        b'"writer":"%s"}\n' % B.key.hex().encode(), b'"writer":"%s"}\n' % C.key.hex().encode()
    )
    found = news(one, relabelled)
    assert found.lines == () and found.forged == 2


def test_a_statement_carried_into_another_machines_line_breaks_a_rule() -> None:
    one, two, three = both(B, C)
    there = sign(statement(two, WALLET, WALLET_SAYS), THREE).to_json()
    line = line_of(three, WALLET, there)
    found = news(one, exported(three) + line + b"\n" + exported(two))
    assert [(each.writer, each.number, each.newer) for each in found.broken] == [(C.key, 1, False)]
    assert "another machine" in found.broken[0].reason
    assert numbers(found, C) == [0]


def test_loose_statements_are_nothing() -> None:
    one, two = both(B)
    loose = canonical.encode(sign(statement(two, WALLET, WALLET_SAYS), THREE).to_json())
    content = (
        exported(two)
        + loose
        + b"\n"
        + canonical.encode({"base64": base64.b64encode(loose).decode(), "sha256": sha256(loose).hexdigest()})
    )
    read = JournalExport.read(content + b"\n")
    assert read.strange == 1 and list(read.kept.values()) == [loose]
    assert not taken(one, content + b"\n").state.wallets


def test_a_branch_ends_at_the_line_that_breaks_a_rule() -> None:
    one, two = both(B)
    bad = signed(two, "x")
    wrong = line_of(bad, "signed", bad.entry(1).what)
    entry = Entry(line_hash(wrong), AT, "mended", 3, B.key, MENDED)
    found = news(one, exported(bad) + wrong + b"\n" + B.sealed(entry) + b"\n")
    assert numbers(found, B) == [0, 1]
    assert [(each.number, each.newer) for each in found.broken] == [(2, False)]
    assert found.gaps == {B.key: (2, 3)}


def test_a_newer_kind_ends_the_branch_until_the_release_is() -> None:
    one, two = both(B)
    line = line_of(two, "granted", {"x": 1})
    found = news(one, exported(two) + line + b"\n")
    assert [(each.number, each.newer) for each in found.broken] == [(1, True)]
    assert numbers(found, B) == [0]


def test_lines_of_another_treasury_are_refused() -> None:
    one, _two = both(B)
    other = begun(rules=4, on=C)
    found = news(one, exported(other))
    assert found.lines == () and len(found.broken) == 1
    assert "another treasury" in found.broken[0].reason


def test_a_forked_writers_branches_are_known_as_far_as_officers_signed() -> None:
    one, two = both(B)
    one = taken(one, exported(two))
    x, y = signed(two, "x"), signed(two, "y")
    found = news(taken(one, exported(x)), exported(y) + mended_on(y, "1", "2"))
    assert [node.kind for node in found.lines] == ["signed"]
    assert found.heads == {B.key: (Tip(y.head.number, y.head.hash),)}
    more = signed(tell(y, "mended", MENDED), "z")
    found = news(taken(one, exported(x)), exported(more) + mended_on(more, "1"))
    assert [node.kind for node in found.lines] == ["signed", "mended", "signed"]


def test_lines_that_another_machine_stands_on_are_needed() -> None:
    one, two, three = both(B, C)
    one = taken(one, exported(two))
    x = signed(two, "x")
    y = tell(signed(two, "y"), "mended", MENDED)
    one = taken(one, exported(x))
    three = signed(taken(three, exported(y)), "there")
    found = news(one, exported(three))
    assert numbers(found, B) == [1, 2] and [node.kind for node in found.lines if node.writer == B.key][-1] == "mended"


def test_beyond_an_end_only_what_officers_signed_is_known() -> None:
    one, two = both(B)
    one = ended(taken(one, exported(two)), B)
    loose = mended_on(two, "1", "2", "3")
    assert news(one, exported(two) + loose).lines == ()
    assert [node.kind for node in news(one, exported(signed(two, "x"))).lines] == ["signed"]
    later = change(two, FIVE[:4], (ALICE, BOB, DAVE))
    assert len(taken(one, exported(later)).state.roster.officers) == 4


def test_of_a_writer_that_nobody_admitted_nothing_is_kept() -> None:
    one = begun()
    two = tell(joined(C, exported(one)), "mended", MENDED)
    assert news(one, exported(two)).lines == ()
    assert news(one, exported(halted(two, ERIN))).lines == ()


def test_an_honest_writers_own_lines_all_come() -> None:
    one, two = both(B)
    found = news(one, exported(two) + mended_on(two, "1", "2", "3"))
    assert numbers(found, B) == [0, 1, 2, 3]


# The file


def test_documents_cross_beside_the_lines_and_are_what_they_are_named() -> None:
    content = b"psbt\xff of a payment"
    read = JournalExport.read(exported(begun(), one=content, two=b""))
    assert read.kept == {sha256(content).digest(): content, sha256(b"").digest(): b""}
    assert read.whole and not read.newer and read.strange == 0
    assert len(read.lines) == 1 and read.entry(read.lines[0]).kind == "genesis"


def test_kept_bytes_are_in_the_order_of_their_names() -> None:
    contents = [str(number).encode() for number in range(9)]
    kept = {sha256(each).digest(): each for each in contents}
    lines = write(begun().lines, kept).splitlines()[1:]
    names = [canonical.decode(line)["sha256"] for line in lines]
    assert names == sorted(names) and len(names) == 9


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"base64":"eA=="', b'"base64":"eQ=="'),
        (b'"base64":"eA=="', b'"base64":"eB=="'),
        (b'"base64":"eA=="', b'"base64":"eA="'),
        (b'"base64":"eA=="', b'"base64":"e A=="'),
        (b'"sha256":"2d', b'"sha256":"2e'),
        (b'"sha256":"2d', b'"sha256":"'),
        (b'"}', b'","x":1}'),
    ],
)
def test_kept_bytes_written_otherwise_are_strange(old: bytes, new: bytes) -> None:
    content = exported(begun(), one=b"x")
    line = content.splitlines()[1]
    assert old in line
    read = JournalExport.read(content.replace(line, line.replace(old, new)))
    assert read.kept == {} and read.strange == 1


def test_an_export_of_a_newer_format_says_so() -> None:
    newer = exported(begun()).replace(b'"v":2', b'"v":3')
    with pytest.raises(Unreadable, match="newer release") as told:
        JournalExport.read(newer)
    assert told.value.code == "newer-format"
    read = JournalExport.read(exported(begun()) + newer)
    assert read.newer and read.strange == 1 and len(read.lines) == 1
    with pytest.raises(Unreadable, match="newer release"):
        verified(exported(begun()) + newer)


@pytest.mark.parametrize("content", [b"", b"not a journal\n", exported(begun())[:-1], exported(begun(), a=b"x")[-30:]])
def test_what_has_no_entry_is_no_export(content: bytes) -> None:
    with pytest.raises(Unreadable, match="no entry"):
        JournalExport.read(content)


def test_an_export_that_is_cut_is_not_whole() -> None:
    content = exported(signed(begun(), "x"))
    read = JournalExport.read(content[:-1])
    assert not read.whole and len(read.lines) == 1


def test_the_genesis_in_an_export_is_read_with_its_signatures() -> None:
    one, two = both(B)
    assert JournalExport.read(exported(two)).genesis == one.known.statements[0].signed
    assert JournalExport.read(only(exported(two), by(B))).genesis is None
    with pytest.raises(Unreadable):
        _ = JournalExport.read(exported(one).replace(b'"signature":"', b'"signature":"00', 1)).genesis


# An export that stands for itself


def test_an_export_that_holds_is_verified_with_all_that_it_kept() -> None:
    one, two = exchanged(*both(B))
    one = signed(taken(one, exported(signed(two, "x"))), "y")
    found = verified(exported(one, a=b"kept"))
    assert found.known.nodes.keys() == one.known.nodes.keys()
    assert found.kept == {sha256(b"kept").digest(): b"kept"}
    assert found.known.treasury == one.state.treasury and len(found.known.said) == len(one.known.said)


def test_a_halt_that_no_line_has_comes_with_an_export_and_is_verified_with_it() -> None:
    book = begun()
    beside, written = halt_of(book, ERIN, "beside"), halt_of(book, ERIN, "written")
    book = tell(book, records.HaltCalled.KIND, records.HaltCalled(written).to_json())
    content = exported(book, beside, a=b"kept")
    assert verified(content).halts == (beside,)
    assert JournalExport.read(content).strange == 0
    assert verified(exported(book, beside, written)).halts == (beside,), "what a line has is no news"
    assert verified(exported(book, beside) + beside.encode().encode() + b"\n").halts == (beside,), "once"


def test_a_halt_by_nobody_who_is_an_officer_today_is_an_alarm_wherever_it_stands() -> None:
    """A courier, who has keys of his own, and somebody who left, cannot halt by adding a line to an export."""
    book = begun()
    left = halt_of(book, ERIN, "before he left")
    stranger = halt_of(book, FRANK, "a courier")
    elsewhere = replace(halt_of(book, ALICE), treasury=digest("another"))
    elsewhere = replace(elsewhere, signature=ALICE.private.sign(elsewhere.to_sign))
    without_erin = change(book, FIVE[:4], THREE)
    for other, of in ((stranger, book), (elsewhere, book), (left, without_erin)):
        with pytest.raises(Alarm, match="nobody who is an officer") as told:
            verified(exported(of, other))
        assert told.value.code == "journal-damaged"
    forged = exported(book, replace(left, time=left.time + 1))
    assert JournalExport.read(forged).strange == 1
    with pytest.raises(Alarm, match="not the form"):
        verified(forged)


def test_whatever_does_not_hold_in_it_is_an_alarm() -> None:
    one, two = both(B)
    two = signed(signed(two, "x"), "y")
    content = exported(two)
    unsealed = two.next("mended", MENDED, at=AT).encode() + b"\n"
    wrong = line_of(two, "signed", two.entry(1).what) + b"\n"
    for damaged, match in (
        (content + unsealed, "not sealed"),
        (content + wrong, "entry 3 of machine .* breaks a rule"),
        (content + b"strange\n", "not the form"),
        (content[:-1], "end is missing"),
        (without(content, b'"kind":"signed","n":1'), "entries 1 to 1 of machine"),
    ):
        with pytest.raises(Alarm, match=match) as told:
            verified(damaged)
        assert told.value.code == "journal-damaged"
    with pytest.raises(Unreadable, match="newer release"):
        verified(content + line_of(two, "granted", {}) + b"\n")
    assert one.head.number == 1


def test_every_flipped_bit_of_an_export_is_noticed() -> None:
    book = signed(begun(), "x")
    content = exported(book, halt_of(book, ERIN), a=b"x")
    for at in range(0, len(content), 29):
        damaged = bytearray(content)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(CustodyError):
            verified(bytes(damaged))
            pytest.fail(str(at))


# What is kept


def test_what_a_home_keeps_for_an_entry() -> None:
    one, two = both(B)
    one = taken(signed(one, "x"), exported(signed(two, "y")))
    assert kept_by(one.entry(0)) == () and kept_by(one.entry(1)) == ()
    assert kept_by(one.entry(2)) == (digest("x document"), digest("x review"), digest("x result"))
    assert kept_by(one.entry(3)) == (bytes.fromhex(one.entry(3).what["segment"]),)
    assert kept_by(two.entry(0)) == (bytes.fromhex(two.entry(0).what["segment"]),)
    for kind in ("refused", "declined", "alarm"):
        what = records.Objection("c", None, digest("d"), digest("r"), (), ()).to_json()
        assert kept_by(Entry(BEGINNING, AT, kind, 1, A.key, what)) == (digest("d"), digest("r"))
    sealed = records.IdentitySealed(ALICE.key, digest("i"), bytes(64)).to_json()
    assert kept_by(Entry(BEGINNING, AT, "identity", 1, A.key, sealed)) == (digest("i"),)
    assert kept_by(Entry(BEGINNING, AT, "mended", 1, A.key, MENDED)) == ()


def test_what_an_export_carries_of_it() -> None:
    book = signed(begun(), "x")
    assert carried_by(book.entry(1)) == (digest("x result"), digest("x review"))
    assert carried_by(book.entry(0)) == ()
    what = records.Objection("c", None, digest("d"), digest("r"), (), ()).to_json()
    assert carried_by(Entry(BEGINNING, AT, "refused", 1, A.key, what)) == ()


def test_a_genesis_that_follows_keeps_and_carries_the_other_journal() -> None:
    cards = Person("cards")
    unsigned = Follows(digest("t"), digest("h"), 1, digest("journal"), cards.key, bytes(64))
    follows = replace(unsigned, evidence=cards.private.sign(unsigned.message(roster())))
    first = Genesis(roster(), bytes(16), (), (), follows)
    book = begun_with(genesis_line(sign(replace(genesis().statement, says=first.to_json()), FIVE)))
    assert kept_by(book.entry(0)) == carried_by(book.entry(0)) == (digest("journal"),)


def test_what_several_machines_say_crosses_and_is_agreed_everywhere() -> None:
    one, two, three = both(B, C)
    two = agree(two, WALLET, WALLET_SAYS, THREE)
    three = halted(three, ERIN)
    for book in exchanged(one, two, three):
        assert book.state.halted and set(book.state.wallets) == {"treasury"}
