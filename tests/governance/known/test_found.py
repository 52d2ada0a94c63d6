"""What the model of several machines found, each as small as it came."""

from hashlib import sha256

from custody.governance import records
from custody.governance.book import Book
from tests.governance.treasury import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    FRANK,
    A,
    B,
    C,
    Laptop,
    Person,
    agree,
    both,
    change,
    digest,
    exchanged,
    exported,
    joined,
    news,
    taken,
    tell,
)


def backup(book: Book, text: str) -> Book:
    """The book after a copy was made: a line that nobody signed."""
    return tell(book, "backup", records.BackupMade(digest(text), digest("label")).to_json())


def imports_again(book: Book) -> Book:
    """The book after an import that brought nothing: what a thief writes who wants to be no news."""
    heads = {book.writer: (book.known.newest(book.writer),)}
    return tell(book, "imported", records.Import(sha256(b"").digest(), heads).to_json(), b"")  # type: ignore[arg-type]


def forks(book: Book, laptop: Laptop) -> int | None:
    """The first number that a machine wrote twice, as this one knows it."""
    return book.state.rules.machines[laptop.key].forked


def test_a_book_that_took_in_what_others_took_in_is_read_again_from_its_own_files() -> None:
    a, b = both(B)
    content = exported(taken(b, exported(backup(a, "one"))))
    listening = joined(C, content)
    assert any(node.kind == "imported" for node in listening.lines)
    segment = b"".join(node.line + b"\n" for node in listening.lines[:-1])
    assert Book.load(listening.journal, {sha256(segment).digest(): segment}.get).head == listening.head


def test_a_fork_in_lines_that_are_no_news_themselves_is_known_everywhere() -> None:
    a, b, c = both(B, C)
    thief, b = imports_again(b), backup(b, "one")
    c = taken(c, exported(backup(a, "two")) + exported(thief))
    a, c = exchanged(taken(a, exported(b)), c)
    assert forks(a, B) == forks(c, B) == b.head.number


def test_two_lines_of_one_number_are_known_where_nobody_signed_either() -> None:
    a, b, _c = both(B, C)
    a = taken(a, exported(backup(b, "one")))
    assert forks(a, B) is None
    a = taken(a, exported(backup(b, "two")))
    assert forks(a, B) == b.head.number + 1
    flood = b"".join(exported(backup(b, f"{count}")) for count in range(9))
    assert not news(a, flood).lines
    assert forks(a, A) is None


def test_what_leavers_signed_in_another_branch_waits_once_both_are_settled() -> None:
    grace, heidi = Person("grace"), Person("heidi")
    a, b, c = both(B, C)
    a = change(a, (ALICE, BOB, FRANK, grace), (ALICE, BOB, CAROL, FRANK, grace))
    b = change(b, (*FIVE, heidi), (ALICE, BOB, CAROL, heidi))
    document = {"document": {"format": "theirs", "name": "theirs"}, "name": "theirs"}
    thief = agree(taken(c, exported(b)), "wallet", document, (CAROL, DAVE, ERIN))
    a = taken(taken(a, exported(b)), exported(thief))
    assert a.state.rules.contested and len(a.state.rules.waiting) == 1
    a = change(a, (ALICE, BOB, heidi), (ALICE, BOB, FRANK, grace, heidi), 2, 2)
    assert not a.state.rules.contested
    assert not a.state.wallets and len(a.state.rules.waiting) == 1
