"""The book: every broken link and rule is found; looking and verifying come to the same; paper and marks."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import Alarm, CustodyError, Mismatch, Refused, Unreadable
from custody.governance import records
from custody.governance.approval import Intent
from custody.governance.book import Book, Kept
from custody.governance.chain import Head
from custody.governance.entry import Entry
from custody.governance.entry import digest as line_hash
from custody.governance.paper import PaperHead, words_of
from custody.governance.statement import RESUME, VAULT, WALLET, Tip
from tests.governance.treasury import (
    ALICE,
    AT,
    BOB,
    CAROL,
    ERIN,
    FIVE,
    FRANK,
    THREE,
    VAULT_SAYS,
    A,
    B,
    C,
    agree,
    approved,
    begun,
    both,
    change,
    digest,
    exchanged,
    exported,
    halt_of,
    halted,
    heir,
    heir_line,
    joined,
    line_of,
    news,
    sealings,
    signature,
    signed,
    taken,
    tell,
    with_vault,
)

WALLET_SAYS: dict[str, Any] = {"document": {"format": "x"}, "name": "treasury"}
MENDED = {"bytes": 7, "present": [], "sha256": digest("torn").hex()}
READERS = [Book.load, Book.verify]
Reader = Callable[[bytes, Kept], Book]


def nothing(_digest: bytes) -> None:
    return None


def busy() -> tuple[Book, Kept]:
    """A book with an entry of nearly every kind, and what it keeps."""
    book = with_vault(begun())
    book = agree(book, WALLET, WALLET_SAYS, THREE)
    book = tell(book, "signed", signature(book, "one", "coin:aa:0", vaults={"main": 2}))
    objection = records.Objection("refused", None, digest("document"), None, ("treasury",), ("BTC-SIGHASH",))
    book = tell(book, "refused", objection.to_json())
    book = halted(book, BOB)
    book = agree(book, RESUME, {"halts": [each.hex() for each in book.state.halts]}, THREE)
    book = agree(book, "machine", {"key": B.key.hex(), "name": None, "replaces": None}, THREE)
    other = signed(taken(joined(B, exported(book)), exported(book)), "there", "coin:bb:0")
    segment = news(book, exported(other)).segment
    book = taken(book, exported(other))
    book = change(book, FIVE[:4], THREE)
    book = tell(book, "backup", records.BackupMade(digest("copy"), digest("label")).to_json())
    return tell(book, "mended", MENDED), {sha256(segment).digest(): segment}.get


BUSY, KEPT = busy()


@pytest.mark.parametrize("reader", READERS)
def test_a_book_reads_as_it_was_written(reader: Reader) -> None:
    again = reader(BUSY.journal, KEPT)
    assert (again.journal, again.chain, again.state) == (BUSY.journal, BUSY.chain, BUSY.state)
    assert again.digest == BUSY.digest and again.known.nodes.keys() == BUSY.known.nodes.keys()
    assert [node.hash for node in again.lines] == [node.hash for node in BUSY.lines]
    assert again.state.roster.version == 2 and not again.state.halted
    assert again.state.vaults["main"].generation == 2


def test_a_book_knows_its_entries_and_those_that_it_took_in() -> None:
    assert BUSY.head == Head(11, BUSY.chain.lines[-1].hash) and BUSY.writer == A.key
    assert [entry.number for entry in BUSY.entries(9)] == [9, 10, 11]
    assert BUSY.entry(11).kind == "mended" and len(BUSY.entries()) == 12
    there = next(node for node in BUSY.lines if node.writer == B.key and node.number == 1)
    assert BUSY.knows(Head(1, there.hash)) and not BUSY.knows(Head(2, there.hash))
    assert BUSY.knows(BUSY.head_at(3)) and not BUSY.knows(Head(3, digest("x")))
    assert BUSY.state.counts["imported"] == 1 and BUSY.state.counts["signed"] == 1


@pytest.mark.parametrize("reader", READERS)
def test_a_flipped_bit_is_refused_and_located(reader: Reader) -> None:
    journal = BUSY.journal
    ends = [at for at, byte in enumerate(journal) if byte == 0x0A]
    places = [*range(0, len(journal) - 1, 151), *(at for end in ends[:-1] for at in (end - 1, end, end + 1))]
    for at in places:
        damaged = bytearray(journal)
        damaged[at] ^= 1 << at % 8
        try:
            reader(bytes(damaged), KEPT)
        except Alarm as alarm:
            assert alarm.code in {"journal-damaged", "journal-broken", "kept-lost"}
        except Unreadable as failure:
            assert failure.code == "newer-format"
        else:
            pytest.fail(str(at))


def test_every_shorter_journal_is_torn_or_has_an_older_head() -> None:
    heads = {line.end + 1: line.hash for line in BUSY.chain.lines}
    for size in range(1, len(BUSY.journal), 397):
        whole = [at for at in heads if at <= size]
        if not whole:
            with pytest.raises(CustodyError):
                Book.load(BUSY.journal[:size], KEPT)
            continue
        short = Book.load(BUSY.journal[:size], KEPT)
        assert short.head.hash == heads[max(whole)]
        assert short.chain.torn == BUSY.journal[max(whole) : size]
        assert short.journal == BUSY.journal[: max(whole)]


def test_damage_names_the_entry_its_byte_and_the_last_good_head() -> None:
    damaged = bytearray(BUSY.journal)
    line = BUSY.chain.lines[3]
    damaged[line.begin + 200] ^= 1
    with pytest.raises(Alarm) as told:
        Book.load(bytes(damaged), KEPT)
    assert "entry 4" in told.value.message or "entry 3" in told.value.message
    assert "custody home restore" in told.value.hint


@pytest.mark.parametrize("reader", READERS)
def test_the_newest_line_is_under_its_writers_seal(reader: Reader) -> None:
    entry = BUSY.next("mended", MENDED, at=AT)
    for seal in (bytes(64), C.private.sign(entry.to_seal)):
        with pytest.raises(Alarm) as told:
            reader(BUSY.journal + entry.sealed(seal).encode() + b"\n", KEPT)
        assert told.value.code in {"journal-damaged", "journal-broken"}


def test_a_seal_in_the_middle_is_verified_where_nothing_is_believed() -> None:
    """A later good seal covers it for whoever only looks, since the next line names the hash of the whole."""
    entry = BUSY.next("mended", MENDED, at=AT)
    unsealed = entry.sealed(C.private.sign(entry.to_seal)).encode()
    after = A.sealed(Entry(line_hash(unsealed), AT, "mended", 13, A.key, MENDED))
    journal = BUSY.journal + unsealed + b"\n" + after + b"\n"
    assert Book.load(journal, KEPT).head.number == 13
    with pytest.raises(Alarm, match="not sealed") as told:
        Book.verify(journal, KEPT)
    assert told.value.code == "journal-broken" and "entry 12" in told.value.message


def with_line(book: Book, entry: Entry) -> bytes:
    return book.journal + A.sealed(entry) + b"\n"


@pytest.mark.parametrize("kind", ["signed", "refused", "declined", "alarm", "mended"])
def test_plain_lines_are_judged_where_nothing_is_believed(kind: str) -> None:
    entry = BUSY.next(kind, {"strange": 1}, at=AT)
    after = Entry(line_hash(A.sealed(entry)), AT, "backup", 13, A.key, BUSY.entry(10).what)
    journal = with_line(BUSY, entry) + A.sealed(after) + b"\n"
    assert Book.load(journal, KEPT).head.number == 13
    with pytest.raises(Alarm, match="entry 12 of the journal breaks a rule"):
        Book.verify(journal, KEPT)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["wallet", "roster", "halt", "backup", "machine", "genesis", "joined"])
def test_a_line_that_the_rules_depend_on_is_judged_by_everybody(kind: str, reader: Reader) -> None:
    more = {"segment": digest("s").hex()} if kind == "joined" else {}
    with pytest.raises(Alarm) as told:
        reader(with_line(BUSY, BUSY.next(kind, {"strange": 1, **more}, at=AT)), KEPT)
    assert told.value.code in {"journal-broken", "kept-lost"}


@pytest.mark.parametrize("reader", READERS)
def test_a_line_of_a_newer_format_or_kind_is_unreadable_and_no_damage(reader: Reader) -> None:
    newer = with_line(BUSY, BUSY.next("mended", MENDED, at=AT))
    newer = newer[: len(BUSY.journal)] + newer[len(BUSY.journal) :].replace(b'"v":2', b'"v":3', 1)
    for journal in (newer, with_line(BUSY, BUSY.next("granted", {}, at=AT))):
        with pytest.raises(Unreadable) as told:
            reader(journal, KEPT)
        assert told.value.code == "newer-format"


def test_a_line_that_has_the_form_and_is_not_canonical_is_damage() -> None:
    line = line_of(BUSY, "mended", MENDED).replace(b'{"bytes":7', b'{"bytes":07')
    after = A.sealed(Entry(line_hash(line), AT, "mended", 13, A.key, MENDED))
    with pytest.raises(Alarm) as told:
        Book.verify(BUSY.journal + line + b"\n" + after + b"\n", KEPT)
    assert told.value.code == "journal-damaged" and "entry 12" in told.value.message


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_journal_is_none(reader: Reader) -> None:
    for journal in (b"", b"torn"):
        with pytest.raises(Unreadable, match="begins with a genesis"):
            reader(journal, nothing)


@pytest.mark.parametrize("reader", READERS)
def test_lines_of_others_that_are_lost_are_an_alarm(reader: Reader) -> None:
    with pytest.raises(Alarm, match="kept/") as told:
        reader(BUSY.journal, nothing)
    assert told.value.code == "kept-lost" and "entry 8" in told.value.message


@pytest.mark.parametrize("reader", READERS)
def test_what_lines_of_others_brought_to_their_own_machines_is_not_asked_for(reader: Reader) -> None:
    one, two = both(B)
    one = signed(one, "one")
    two = signed(taken(two, exported(one)), "two")
    found = news(one, exported(two))
    assert [node.kind for node in found.lines] == ["joined", "imported", "signed"]
    one, segments = taken(one, exported(two)), {sha256(found.segment).digest(): found.segment}
    assert reader(one.journal, segments.get).head == one.head


@pytest.mark.parametrize("reader", READERS)
def test_damaged_lines_of_others_are_noticed(reader: Reader) -> None:
    segment = KEPT(bytes.fromhex(BUSY.entry(8).what["segment"]))
    assert segment is not None
    for content in (segment[:-1], segment + b"x\n", segment.replace(b'"v":2', b'"v":1', 1)):
        with pytest.raises((Alarm, Unreadable)):
            reader(BUSY.journal, {sha256(segment).digest(): content}.get)


# One line more


def test_a_line_more_follows_the_newest_under_its_seal() -> None:
    good = BUSY.next("mended", MENDED, at=AT)
    assert BUSY.extended(A.sealed(good)).head.number == 12
    for entry in (
        Entry(BUSY.head_at(10).hash, AT, "mended", 12, A.key, MENDED),
        Entry(BUSY.head.hash, AT, "mended", 13, A.key, MENDED),
        Entry(BUSY.head.hash, AT, "mended", 11, A.key, MENDED),
    ):
        with pytest.raises(Refused, match="does not follow") as told:
            BUSY.extended(A.sealed(entry))
        assert told.value.code == "journal-damaged"
    for seal in (bytes(64), B.private.sign(good.to_seal)):
        with pytest.raises(Refused, match="lacks its seal"):
            BUSY.extended(good.sealed(seal).encode())
    with pytest.raises(Unreadable):
        BUSY.extended(b"strange")
    with pytest.raises(Refused):
        BUSY.extended(B.sealed(Entry(BUSY.head.hash, AT, "mended", 12, B.key, MENDED)))


def test_a_line_more_changes_no_book_that_was_there_before() -> None:
    book = begun()
    before = (book.journal, len(book.known.nodes), book.digest)
    halted(book, ERIN)
    assert (book.journal, len(book.known.nodes), book.digest) == before


# What officers sign


def test_a_statement_names_what_holds_now() -> None:
    made = BUSY.statement(WALLET, WALLET_SAYS, at=AT)
    assert (made.kind, made.says, made.at, made.machine) == (WALLET, WALLET_SAYS, AT, A.key)
    assert (made.treasury, made.state, made.basis) == (BUSY.state.treasury, BUSY.digest, BUSY.state.basis)
    assert made.heads == BUSY.past.heads and made.heads[A.key] == (Tip(11, BUSY.head.hash),)


def test_an_approval_names_what_holds_now() -> None:
    made = BUSY.approval(Intent.SIGN, ALICE.key, digest("d"), at=AT, review=digest("r"), verdict="warn")
    assert (made.intent, made.officer, made.document, made.at) == (Intent.SIGN, ALICE.key, digest("d"), AT)
    assert (made.review, made.verdict, made.machine) == (digest("r"), "warn", A.key)
    assert (made.treasury, made.roster, made.state) == (BUSY.state.treasury, BUSY.state.basis, BUSY.digest)
    assert made.head == Tip(11, BUSY.head.hash)


# How this machine stands


def test_the_newest_generation_of_each_vault_is_told() -> None:
    book = with_vault(begun())
    sealed = sealings({"main": 1}, book.state.basis)["main"]
    assert book.state.vaults["main"].generation == 1 and book.state.vaults["main"].sha256 == sealed.sha256
    book = agree(book, VAULT, VAULT_SAYS | {"name": "other", "vault": "00" * 16}, THREE, vaults={"other": 1})
    book = tell(book, "signed", signature(book, "one", vaults={"main": 2}))
    book = tell(book, "signed", signature(book, "two"))
    assert {name: each.generation for name, each in book.state.vaults.items()} == {"main": 2, "other": 1}
    assert book.state.vaults["main"].sha256 == digest("main 2")
    assert Book.load(book.journal, nothing).state == book.state


def test_vaults_of_the_replaced_machine_are_its_heirs() -> None:
    book = with_vault(begun())
    book = tell(book, "signed", signature(book, "one", vaults={"main": 2}))
    spare = heir(book, B)
    assert spare.state.vaults["main"].generation == 2
    third = heir(spare, C)
    assert third.state.vaults["main"].generation == 2
    assert third.state.elsewhere == ()
    assert spare.state.identities == book.state.identities


def test_an_heirs_own_sealings_come_before_those_of_the_machine_it_replaced() -> None:
    book = with_vault(begun())
    book = tell(book, "signed", signature(book, "one", vaults={"main": 2}))
    spare = heir(book, B)
    spare = tell(spare, "signed", signature(spare, "two", vaults={"main": 3}))
    assert spare.state.vaults["main"].generation == 3


def test_backups_and_identities_are_this_machines_own() -> None:
    one, two = exchanged(*both(B))
    two = tell(two, "backup", records.BackupMade(digest("copy"), digest("label")).to_json())
    one, two = exchanged(one, two)
    assert one.state.backups == () and len(two.state.backups) == 1
    assert (two.state.backups[0].sha256, two.state.backups[0].label) == (digest("copy"), digest("label"))
    assert two.state.identities == {} and one.state.identities.keys() == {person.key for person in FIVE}
    fewer = change(one, FIVE[:4], THREE)
    assert fewer.state.identities.keys() == {person.key for person in FIVE[:4]}


def test_a_backup_is_of_the_rosters_that_open_it() -> None:
    book = tell(begun(), "backup", records.BackupMade(digest("copy"), digest("label")).to_json())
    before = book.state.basis
    book = change(book, FIVE[:4], THREE)
    (backup,) = book.state.backups
    assert backup.roster == before != book.state.basis and backup.number == 1


def test_dated_alternates_act_where_an_absence_is_agreed_on() -> None:
    assert begun().acting(AT) == frozenset()
    book = agree(begun(), "absence", {"from": AT, "officer": FRANK.key.hex(), "to": AT + 10}, THREE)
    assert book.acting(AT + 9) == {FRANK.key} and book.acting(AT + 10) == frozenset()


# Paper and marks


def on_paper(book: Book, number: int) -> str:
    """The ten words of an entry."""
    return " ".join(words_of(book.state.treasury, book.head_at(number)))


@pytest.mark.parametrize("number", [0, BUSY.head.number])
def test_a_head_on_paper_is_found_whatever_its_age(number: int) -> None:
    spoken = on_paper(BUSY, number)
    for paper in (f"{number} {spoken.upper()}", f"entry {number}: {spoken}"):
        assert BUSY.require_on_paper(PaperHead.parse(paper)) == BUSY.head_at(number)
    with pytest.raises(Mismatch, match=f"the words of entry {number}, and the number that was said is {number + 1}"):
        BUSY.require_on_paper(PaperHead.parse(f"{number + 1} {spoken}"))


def test_a_head_that_a_rolled_back_journal_lacks_is_an_alarm() -> None:
    newer = signed(BUSY, "three")
    number = newer.head.number
    with pytest.raises(Alarm) as told:
        BUSY.require_on_paper(PaperHead.parse(f"{number} {on_paper(newer, number)}"))
    assert told.value.exit_code == 9 and told.value.code == "journal-rolled-back"
    assert f"entry {number - 1}: {on_paper(BUSY, number - 1)}" in told.value.hint


def test_documents_are_found_by_what_two_transactions_have_in_common() -> None:
    one, two = both(B)
    one = signed(signed(one, "one", "coin:aa:0", "pays:00:5"), "two", "pays:00:5")
    two = signed(two, "there", "pays:00:5")
    one = taken(one, exported(two))
    results = {text: digest(f"{text} result") for text in ("one", "two", "there")}
    assert set(one.signed_with(records.mark("pays:00:5"))) == set(results.values())
    assert one.signed_with(records.mark("pays:00:5"))[:2] == (results["one"], results["two"])
    assert one.signed_with(records.mark("coin:aa:0")) == (results["one"],)
    assert one.signed_with(records.mark("coin:cc:0")) == ()


def test_a_mark_that_stands_elsewhere_in_a_line_is_none() -> None:
    mark = records.mark("coin:aa:0").hex()
    objection = records.Objection("c", None, digest("d"), None, (mark,), (mark,)).to_json()
    book = tell(begun(), "refused", objection)
    what = signature(book, "one", "coin:bb:0") | {"findings": [mark]}
    book = tell(book, "signed", what)
    assert book.signed_with(records.mark("coin:aa:0")) == ()
    assert signed(book, "two", "coin:aa:0").signed_with(records.mark("coin:aa:0")) == (digest("two result"),)


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_journal_end_in_an_answer(content: bytes) -> None:
    with pytest.raises(CustodyError):
        Book.load(content, nothing)
    with pytest.raises(CustodyError):
        Book.verify(BUSY.journal + content + b"\n", KEPT)


def test_json_is_what_a_pager_shows() -> None:
    for line in BUSY.journal.splitlines():
        assert line.isascii()
        json.loads(line)


def test_an_heirs_book_is_read_again_with_what_it_brought() -> None:
    book = signed(begun(), "one")
    journal = heir_line(book, B) + b"\n"
    spare = heir(book, B)
    for reader in READERS:
        again = reader(journal, {sha256(book.journal).digest(): book.journal}.get)
        assert again.state == spare.state and again.writer == B.key
    assert halt_of(spare, CAROL).treasury == book.state.treasury
    assert len(approved(spare, "x", (ALICE,))) == 1
