"""The document of the journal says what the code does: its example is recomputed by other code, and no kind is missing.

`example()` is what the code writes; a change of the format shows here, and then the document is written anew.
"""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from airgap.ur.bytewords import WORDS
from custody.governance import entry, halt, statement
from custody.governance.approval import Intent
from custody.governance.known import judging
from custody.governance.paper import words_of
from tests.governance.treasury import ALICE, BOB, agree, begun, exported, halted

DOCUMENT = (Path(__file__).parents[2] / "docs/spec/journal.md").read_text()
STATEMENTS = {
    statement.GENESIS,
    statement.ROSTER,
    statement.WALLET,
    statement.VAULT,
    statement.RESUME,
    statement.MACHINE,
    statement.ADOPT,
    statement.ABSENCE,
    statement.EXCEPTION,
    statement.CEREMONY,
}


def example() -> dict[str, Any]:
    """A genesis on one laptop, a halt, and its resumption, as the code writes them."""
    first = begun((ALICE, BOB), rules=2, unlock=2)
    stopped = halted(first, ALICE)
    resumed = agree(stopped, statement.RESUME, {"halts": [each.hex() for each in stopped.state.halts]}, (ALICE, BOB))
    return {
        "lines": exported(resumed).decode().splitlines(),
        "treasury": first.state.treasury.hex(),
        "roster": first.state.roster_id.hex(),
        "halt": next(iter(stopped.state.halts)).hex(),
        "rules": stopped.state.rules.to_json(),
        "state": stopped.digest.hex(),
        "head": resumed.head.hash.hex(),
        "words": " ".join(words_of(first.state.treasury, resumed.head)),
    }


def shown() -> Any:
    """The example that the document shows."""
    return json.loads(re.findall(r"```json\n(.*?)\n```", DOCUMENT, re.DOTALL)[-1])


def test_the_example_is_what_the_code_writes() -> None:
    assert shown() == example(), json.dumps(example(), indent=1)


# --- the same from the page alone: nothing of custody is used from here to the next line of this kind


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest(tag: str, content: bytes) -> bytes:
    return sha256(f"custody/{tag}\0".encode() + content).digest()


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(f"key of {name}".encode()).digest())


def signed(name: str, tag: str, over: bytes) -> str:
    return key(name).sign(f"custody/{tag}\0".encode() + over).hex()


def public(name: str) -> str:
    return key(name).public_key().public_bytes_raw().hex()


def words(treasury: bytes, hash_: bytes) -> str:
    """As "Words on paper" says."""
    slow = Argon2id(salt=treasury, length=32, iterations=1, lanes=1, memory_cost=64 * 1024)
    return " ".join(WORDS[byte] for byte in slow.derive(b"custody/head/v1\0" + hash_)[:10])


def test_every_line_is_canonical_sealed_and_follows_the_one_before() -> None:
    told, after = shown(), bytes(32)
    for number, text in enumerate(told["lines"]):
        line = json.loads(text)
        assert canonical(line).decode() == text
        seal = line.pop("seal")
        assert (line["after"], line["n"], line["v"], line["writer"]) == (after.hex(), number, 2, public("laptop A"))
        assert seal == signed("laptop A", "journal/line/v2", digest("journal/line/v2", canonical(line)))
        after = digest("journal/hash/v2", text.encode())
    assert after.hex() == told["head"]
    assert words(bytes.fromhex(told["treasury"]), after) == told["words"]


def test_statements_are_signed_by_their_officers_over_what_they_say() -> None:
    told = shown()
    founding, _halt, resumption = map(json.loads, told["lines"])
    for line in (founding, resumption):
        said = digest("statement/v2", canonical(line["what"]["statement"]))
        assert line["what"]["signatures"] == [
            {"by": by, "signature": signed(name, "statement/v2", said)}
            for by, name in sorted((public(name), name) for name in ("alice", "bob"))
        ]
    assert digest("statement/v2", canonical(founding["what"]["statement"])).hex() == told["treasury"]
    nothing = {"basis": [], "heads": {}, "state": "00" * 32, "treasury": "00" * 32}
    assert nothing.items() <= founding["what"]["statement"].items()
    before = digest("journal/hash/v2", told["lines"][1].encode()).hex()
    known = {"basis": [told["roster"]], "heads": {public("laptop A"): [[1, before]]}, "state": told["state"]}
    assert known.items() <= resumption["what"]["statement"].items()
    assert resumption["what"]["statement"]["says"] == {"halts": [told["halt"]]}


def test_the_id_of_the_roster_leaves_out_names_and_version() -> None:
    told = shown()
    roster = json.loads(told["lines"][0])["what"]["statement"]["says"]["roster"]
    for officer in roster["officers"]:
        del officer["name"]
    roster["officers"].sort(key=lambda officer: officer["officer"])
    del roster["version"]
    id_ = digest("roster/v1", canonical({"basis": [], "roster": roster, "treasury": told["treasury"]}))
    assert id_.hex() == told["roster"]


def test_the_halt_is_its_bytes_in_their_order() -> None:
    told = shown()
    token = json.loads(told["lines"][1])["what"]["halt"]
    content = bytes.fromhex(token.removeprefix("custody-halt-1:"))
    body, signature = content[:121], content[121:]
    assert len(signature) == 64
    assert body.startswith(b"\x01" + bytes.fromhex(told["treasury"] + public("alice")))
    assert body.endswith(bytes(32))
    assert digest("halt/v1", body).hex() == told["halt"]
    assert signature.hex() == signed("alice", "halt/v1", body)


def test_the_state_is_of_the_rules_and_of_what_was_signed() -> None:
    told = shown()
    marks = {public("laptop A"): [[1, "00" * 32]]}
    assert digest("state/v1", canonical({"marks": marks, "rules": told["rules"]})).hex() == told["state"]
    says = json.loads(told["lines"][0])["what"]["statement"]["says"]
    assert told["rules"] == {
        "absences": [],
        "ceremonies": [],
        "cleared": [],
        "exceptions": [],
        "halts": [told["halt"]],
        "machines": {public("laptop A"): {"certified": True, "ends": [], "forked": None, "name": says["machine"]}},
        "mute": [],
        "rosters": {told["roster"]: says["roster"]},
        "treasury": told["treasury"],
        "vaults": [],
        "waiting": [],
        "wallets": [],
    }


# --- the tables of the page beside the code


def first_column(heading: str) -> set[str]:
    """The words in the first column of the tables below a heading."""
    part = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_every_kind_of_line_is_described_and_no_other() -> None:
    assert first_column("Kinds of lines") == judging.KINDS, 'docs/spec/journal.md, "Kinds of lines"'


def test_every_kind_of_statement_is_described_and_no_other() -> None:
    part = DOCUMENT.split("| kind | says | who must sign |")[1].split("\n\n")[0]
    described = set(re.findall(r"^\| `([a-z]+)`", part, re.MULTILINE))
    assert described == STATEMENTS == {statement.GENESIS, statement.ROSTER, *judging._READERS}


def test_every_intent_of_an_approval_is_described_and_no_other() -> None:
    assert first_column("Approvals") - {"intent"} == set(Intent)


def test_every_tag_stands_in_the_code_and_every_tag_of_the_code_on_the_page() -> None:
    source = Path(__file__).parents[2] / "custody/governance"
    used = {tag for file in source.rglob("*.py") for tag in re.findall(r'b"(custody/[a-z/]+v[0-9])', file.read_text())}
    assert used == set(re.findall(r'`"(custody/[a-z/]+v[0-9])"`', DOCUMENT))


def test_the_sizes_are_those_of_the_code() -> None:
    assert f"at most {entry.LINE_LIMIT:,} bytes" in DOCUMENT
    assert f"`{halt.PREFIX}` and {2 * halt._SIZE} hex digits" in DOCUMENT
    sizes = re.findall(r"^\| ([0-9]+) \|", DOCUMENT, re.MULTILINE)
    assert tuple(map(int, sizes)) == halt._SIZES
