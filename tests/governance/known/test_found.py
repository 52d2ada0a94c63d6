"""What the model of several machines found, each as small as it came."""

from hashlib import sha256

from custody.governance import records
from custody.governance.book import Book
from tests.governance.treasury import B, C, both, exchanged, exported, news, signed, taken, tell


def test_a_book_that_took_in_what_others_took_in_is_read_again_from_its_own_files() -> None:
    a, b, c = both(B, C)
    b = taken(b, exported(signed(a, "one")))
    found = news(c, exported(b))
    assert any(node.kind == "imported" for node in found.lines)
    imported = records.Import(sha256(found.segment).digest(), found.heads)
    first = records.Joined.take  # c's own beginning keeps what a knew then
    assert first
    after = tell(c, imported.KIND, imported.to_json(), found.segment)
    assert exchanged(a, b, c)
    kept = {sha256(found.segment).digest(): found.segment}
    assert Book.load(after.journal, kept.get).head == after.head
