"""The document of the journal says what the code does: its example is recomputed by other code, and no kind is missing.

The fixture is a journal as version 1 was released: every later release must read it to the same state.
"""

import json
import re
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from airgap.ur.bytewords import WORDS
from custody.governance import acceptance, fold
from custody.governance.book import Book
from tests.governance.make_vectors import every_kind

DOCUMENT = (Path(__file__).parents[2] / "docs/spec/journal.md").read_text()
RELEASED = Path(__file__).parent / "vectors" / "journal-v1.jsonl"


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def test_the_example_is_recomputed_from_the_document_alone() -> None:
    example = json.loads(re.search(r"```json\n(.*?)\n```", DOCUMENT, re.DOTALL)[1])  # type: ignore[index]
    digest = sha256(b"custody/statement/v1\0" + canonical(example["statement"])).digest()
    assert digest.hex() == example["digest"]
    officer = Ed25519PrivateKey.from_private_bytes(sha256(b"key of erin").digest())
    signature = officer.sign(b"custody/statement/signature/v1\0" + digest)
    assert signature.hex() == example["signature"]
    entry = json.loads(example["line"])
    assert canonical(entry).decode() == example["line"]
    by = officer.public_key().public_bytes_raw().hex()
    assert entry["what"] == {
        "signatures": [{"by": by, "signature": example["signature"]}],
        "statement": example["statement"],
    }
    assert entry["after"] == example["statement"]["head"]
    head = sha256(b"custody/journal/entry/v1\0" + example["line"].encode()).digest()
    assert head.hex() == example["hash"]
    treasury = bytes.fromhex(example["statement"]["treasury"])
    derived = Argon2id(salt=treasury, length=32, iterations=1, lanes=1, memory_cost=64 * 1024)
    slow = derived.derive(b"custody/head/v1\0" + head)
    assert " ".join(WORDS[byte] for byte in slow[:10]) == example["words"]


def described(heading: str) -> set[str]:
    """The kinds in the first column of a table of the document."""
    table = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {kind for row in rows for kind in re.findall(r"`([a-z]+)`", row)}


def test_every_kind_of_entry_is_described_and_no_other() -> None:
    known = {acceptance.GENESIS, *fold.KINDS}
    assert described("Kinds of entries") == known, 'docs/spec/journal.md, "Kinds of entries"'


def test_every_kind_of_statement_has_a_judge_and_changes_the_state() -> None:
    assert acceptance._JUDGES.keys() == set(acceptance.CHANGES) <= fold.KINDS


def test_every_kind_of_statement_is_described_and_no_other() -> None:
    assert described("Statements") == {acceptance.GENESIS, *acceptance.CHANGES}


def test_a_journal_of_the_released_format_reads_to_the_state_that_it_had() -> None:
    book = Book.verify(RELEASED.read_bytes())
    assert Book.load(RELEASED.read_bytes()) == book
    assert book.head.hash.hex() == "1679aa6e30aabe6b56587636cb389a180cb52fa220b7836b6e8aca00665bfbee"
    state = sha256(canonical(book.state.to_json())).hexdigest()
    assert state == "3bf92c02f6c658308bea0781294dd60a16f8403fa037ba034e7acac523dd157a"


def test_the_fixture_has_every_kind() -> None:
    kinds = {json.loads(line)["kind"] for line in RELEASED.read_text().splitlines()}
    assert kinds == {acceptance.GENESIS, *fold.KINDS}, "every_kind() in make_vectors.py, which writes the fixture"


def test_this_release_still_writes_the_same_journal() -> None:
    assert every_kind().journal == RELEASED.read_bytes()
