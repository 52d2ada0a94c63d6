"""Writes a journal with an entry of every kind, as this release writes them: the fixture that later releases must read.

python -m tests.governance.make_vectors > tests/governance/vectors/journal-v1.jsonl
"""

import sys
from hashlib import sha256

from custody.governance import acceptance, records
from custody.governance.book import Book
from custody.governance.roster import Roster
from tests.governance.treasury import ALICE, BOB, CAROL, ERIN, agree, begun, digest, signature, tell, with_vault

QUORUM = (ALICE, BOB, CAROL)


def every_kind() -> Book:
    """A book with an entry of every kind, the same at each making."""
    book = with_vault(begun())
    book = agree(book, acceptance.WALLET, {"document": {"format": "x"}, "name": "treasury"}, QUORUM)
    book = tell(book, "signed", signature("one", "coin:aa:0", "pays:00:5", by=QUORUM, vaults={"main": 2}))
    for kind in (records.Objection.REFUSED, records.Objection.DECLINED, records.Objection.ALARM):
        objection = records.Objection("code", None, digest(kind), None, ("treasury",), ("BTC-SIGHASH",))
        book = tell(book, kind, objection.to_json())
    book = agree(book, acceptance.HALT, {"reason": digest("why").hex()}, (ERIN,))
    book = agree(book, acceptance.RESUME, {"halts": [each.hex() for each in book.state.halts]}, QUORUM)
    fewer = Roster("regtest", book.state.roster.officers[:4], 3, 2, 2)
    book = agree(book, acceptance.ROSTER, {"roster": fewer.to_json()}, QUORUM, vaults={"main": 3})
    heads = {digest("elsewhere")[:16]: (7, digest("its head"))}
    marks = {records.mark("coin:bb:1"): digest("its result")}
    book = tell(book, "imported", records.Import(digest("segment"), heads, marks, (), {}).to_json())
    book = tell(book, "backup", records.BackupMade(digest("backup"), digest("label")).to_json())
    book = tell(book, "mended", records.Mended(7, sha256(b"torn").digest()).to_json())
    restored = records.Restored(book.state.writer, book.head.number, book.head.hash, True).to_json()
    book = book.extended(book.next("restored", restored, at=0, writer=digest("spare")[:16]))
    return tell(book, "checkpoint", book.checkpoint()[1])


if __name__ == "__main__":
    sys.stdout.buffer.write(every_kind().journal)
