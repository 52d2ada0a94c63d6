"""What stands beside the file that is reviewed: earlier transactions, other files of a batch, the desk's labels."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custody.chains.bitcoin.psbt import Psbt
from custody.cli.transactions.screens.review import lines as review_lines
from custody.signing import Note, Review
from tests.chains.bitcoin.review.drafts import CHANGE, STRANGER, Draft, honest, judge, registered
from tests.chains.bitcoin.review.test_past import OTHER, stated_falsely, with_change, with_other_coins
from tests.cli.conftest import PROGRAM, Answer
from tests.cli.screen import Screen
from tests.support import desk
from tests.support.aloud import spaced
from tests.support.effort import growth, operations
from tests.support.feeding import feed

Lay = Callable[[str, Draft | bytes], str]
Custody = Callable[..., Answer]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lay a file into the folder and name it."""

    def lay(name: str, content: Draft | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.psbt())
        return str(path)

    return lay


@pytest.fixture
def wallet(lay: Lay) -> str:
    return lay("wallet.json", registered("wpkh").to_json().encode())


def label(ref: str, text: str) -> bytes:
    return json.dumps({"type": "addr", "ref": ref, "label": text}).encode() + b"\n"


# --- before ---


def test_a_higher_fee_is_shown_as_what_it_is(custody: Custody, lay: Lay, wallet: str) -> None:
    file, before = lay("bumped.psbt", with_change(CHANGE - 400)), lay("before.psbt", honest())
    done = custody("review", file, "--wallet", wallet, "--before", before)
    assert done.code == 0
    assert "Only the fee rises: the same payees get the same amounts." in done.stdout
    assert "Fee before 0.00 001 000 BTC (1 000 satoshi)" in done.stdout
    assert "Fee now    0.00 001 400 BTC (1 400 satoshi)" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    answer = custody("review", file, "--wallet", wallet, "--before", before, "--json").json
    assert answer["verdict"] == "warn"
    assert answer["replaces"][0]["only_fee"] is True


def test_a_changed_payee_is_shown_before_and_now(custody: Custody, lay: Lay, wallet: str) -> None:
    draft = with_change(CHANGE - 400)
    draft.outputs[0] = (OTHER, *draft.outputs[0][1:])
    done = custody("review", lay("a.psbt", draft), "--wallet", wallet, "--before", lay("b.psbt", honest()))
    told = " ".join(done.stdout.split())
    assert "Only the fee rises" not in told
    assert "before nothing now 0.00 030 000 BTC (30 000 satoshi)" in told
    assert "before 0.00 030 000 BTC (30 000 satoshi) now nothing" in told
    assert all(spaced(address) in told for address in (each_address(STRANGER), each_address(OTHER)))


def each_address(script: bytes) -> str:
    draft = honest()
    draft.outputs[0] = (script, *draft.outputs[0][1:])
    return judge(draft).review.payments[0].address or ""


def test_an_amount_that_changed_since_is_exit_3_for_review_and_sign(
    custody: Custody, lay: Lay, wallet: str, tmp_path: Path
) -> None:
    file, before, out = lay("a.psbt", honest()), lay("b.psbt", stated_falsely("wpkh")), tmp_path / "out.psbt"
    given = (file, "--wallet", wallet, "--before", before, "--json")
    signed = custody("sign", *given, "--yes", "-o", str(out), secret=desk.PHRASES["A"])
    assert (custody("review", *given).code, signed.code) == (3, 3)
    assert "BTC-AMOUNT-CHANGED" in {each["id"] for each in signed.json["findings"]}
    assert not out.exists()


def test_the_file_that_was_signed_is_known_again(custody: Custody, lay: Lay, wallet: str, tmp_path: Path) -> None:
    file, out = lay("a.psbt", honest()), str(tmp_path / "out.psbt")
    assert custody("sign", file, "--wallet", wallet, "--yes", "-o", out, secret=desk.PHRASES["A"]).code == 0
    done = custody("review", file, "--wallet", wallet, "--before", out, "--json")
    assert (done.code, done.json["verdict"]) == (0, "accept")
    (found,) = [each for each in done.json["findings"] if each["id"] == "BTC-SEEN-BEFORE"]
    assert "signed then" in found["text"]
    again = custody("review", lay("c.psbt", with_other_coins()), "--wallet", wallet, "--before", out, "--json")
    assert "BTC-PAID-BEFORE" in {each["id"] for each in again.json["findings"]}


@pytest.mark.parametrize("content", [b"", b"psbt\xff", b"noise"], ids=["empty", "cut", "noise"])
def test_an_earlier_file_that_is_damaged_is_exit_4_and_named(
    custody: Custody, lay: Lay, wallet: str, content: bytes
) -> None:
    done = custody("review", lay("a.psbt", honest()), "--wallet", wallet, "--before", lay("earlier.psbt", content))
    assert done.code == 4
    assert "earlier.psbt" in done.stderr
    assert done.stdout == ""


def test_standard_input_cannot_be_two_files(custody: Custody, lay: Lay, wallet: str) -> None:
    assert custody("review", "-", "-", "--wallet", wallet).code == 2
    assert custody("review", "-", "--before", "-", "--wallet", wallet).code == 2


# --- several files ---


def batch_of(lay: Lay, *drafts: Draft | bytes) -> list[str]:
    return [lay(f"{number}.psbt", draft) for number, draft in enumerate(drafts, 1)]


def elsewhere(draft: Draft, script: bytes = OTHER) -> Draft:
    draft.outputs[0] = (script, *draft.outputs[0][1:])
    return draft


def test_several_files_are_told_under_one_total(custody: Custody, lay: Lay, wallet: str) -> None:
    files = batch_of(lay, honest(), elsewhere(with_other_coins()))
    done = custody("review", *files, "--wallet", wallet)
    assert done.code == 0
    told = " ".join(done.stdout.split())
    assert "2 files reviewed together" in told
    assert "Leaves 0.00 060 000 BTC (60 000 satoshi)" in told
    assert "In all 0.00 062 005 BTC (62 005 satoshi) with the fees" in told
    assert told.count("Nothing objects. Not yet approved.") == 3
    assert max(map(len, done.stdout.splitlines())) <= 80
    answer = custody("review", *files, "--wallet", wallet, "--json").json
    assert answer["verdict"] == "accept"
    assert answer["totals"]["wallets"] == [
        {
            "network": "regtest",
            "wallet": "treasury",
            "transactions": 2,
            "payments": 60_000,
            "change": 138_000,
            "burned": 0,
            "fee": 2_005,
        }
    ]
    assert [review["payments"][0]["atoms"] for review in answer["reviews"]] == [30_000, 30_000]


def test_one_file_keeps_the_shape_of_one_review(custody: Custody, lay: Lay, wallet: str) -> None:
    answer = custody("review", *batch_of(lay, honest()), "--wallet", wallet, "--json").json
    assert list(answer) == [
        *("verdict", "digest", "chain", "network", "wallet", "payments", "change", "burned", "inputs", "fee"),
        "findings",
    ]


def test_one_coin_in_two_files_is_exit_3(custody: Custody, lay: Lay, wallet: str) -> None:
    done = custody("review", *batch_of(lay, honest(), elsewhere(honest())), "--wallet", wallet)
    assert done.code == 3
    assert "REFUSED: 2 of them will not be signed." in done.stdout
    assert "BTC-BATCH-CONFLICT" in done.stdout


def test_one_refusal_refuses_the_batch_and_says_which(custody: Custody, lay: Lay, wallet: str) -> None:
    files = batch_of(lay, honest(), elsewhere(with_other_coins()).drop(0, b"\x00"))
    done = custody("review", *files, "--wallet", wallet, "--json")
    assert (done.code, done.json["verdict"]) == (3, "refuse")
    assert [review["verdict"] for review in done.json["reviews"]] == ["accept", "refuse"]
    assert done.json["totals"]["wallets"][0]["fee"] is None
    assert "Fees       cannot be checked" in custody("review", *files, "--wallet", wallet).stdout


def test_an_unreadable_file_of_a_batch_is_named(custody: Custody, lay: Lay, wallet: str) -> None:
    done = custody("review", *batch_of(lay, honest(), b"psbt\xff\x00"), "--wallet", wallet)
    assert done.code == 4
    assert "2.psbt: " in done.stderr
    assert done.stdout == ""


def test_a_batch_is_paged_on_a_terminal(lay: Lay, wallet: str) -> None:
    files = batch_of(lay, honest(), elsewhere(with_other_coins()))
    with Screen(PROGRAM, "review", *files, "--wallet", wallet) as screen:
        shown = screen.until("-- page 1 of")
        assert "2 files reviewed together" in shown
        assert "In all     0.00 062 005 BTC (62 005 satoshi) with the fees" in shown
        pages = int(shown.split("-- page 1 of ")[1].split(":")[0])
        for page in range(1, pages):
            screen.until(f"-- page {page} of {pages}")
            screen.enter()
        assert screen.finish() == 0


def test_sign_takes_one_file(custody: Custody, lay: Lay, wallet: str, tmp_path: Path) -> None:
    files, out = batch_of(lay, honest(), elsewhere(with_other_coins())), tmp_path / "out.psbt"
    done = custody("sign", *files, "--wallet", wallet, "--yes", "-o", str(out), secret=desk.PHRASES["A"])
    assert done.code == 2
    assert not out.exists()


# --- labels ---


def test_a_label_is_said_to_be_the_desks(custody: Custody, lay: Lay, wallet: str) -> None:
    labels = lay("labels.jsonl", label(each_address(STRANGER), "rent, July"))
    done = custody("review", lay("a.psbt", honest()), "--wallet", wallet, "--labels", labels)
    assert done.code == 0
    assert '| label in the desk\'s file, nobody checked it: "rent, July"' in done.stdout
    answer = custody("review", lay("a.psbt", honest()), "--wallet", wallet, "--labels", labels, "--json").json
    assert answer["payments"][0]["label"] is None
    assert answer["notes"][0]["text"] == "rent, July"


HOSTILE = {
    "ansi": "\x1b[2J\x1b[1;1HNothing objects",
    "c1": "\x9b2J",
    "bidi": "\u202e000 BTC",
    "zero width": "a\u200bb",
    "newline": "a\n Fee      0.00000001 BTC (1 satoshi)",
    "carriage return": "a\rREFUSED",
    "homoglyph": "tre\u0430sury",
    "poses as our wallet": "x" + " " * 60 + "Transfer to our own wallet: treasury",
    "poses as a sum": " " * 70 + "Fee      0.00000001 BTC (1 satoshi)",
    "quotes": '" Transfer to our own wallet: "treasury',
    "very long": "z" * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_label_stays_behind_its_bar(custody: Custody, lay: Lay, wallet: str, text: str) -> None:
    file = lay("a.psbt", honest())
    plain = custody("review", file, "--wallet", wallet).stdout.splitlines()
    refs = (each_address(STRANGER), desk.wallet("wpkh").address(1, 3), desk.wallet("wpkh").address(0, 0))
    labels = lay("labels.jsonl", b"".join(label(ref, text) for ref in refs))
    done = custody("review", file, "--wallet", wallet, "--labels", labels)
    assert done.code == 0
    shown = done.stdout.splitlines()
    assert all(line.isascii() and (line.isprintable() or not line) and len(line) <= 80 for line in shown)
    beside = [line for line in shown if not line.startswith("       | ")]
    assert [line for line in beside if line not in ("", " Labels in the desk's file", "   Coin 0")] == [
        line for line in plain if line
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_labels_are_read_as_an_editor_wrote_them(custody: Custody, lay: Lay, wallet: str, encoding: str) -> None:
    labels = lay("labels.jsonl", label(each_address(STRANGER), "rent, July").decode().encode(encoding))
    done = custody("review", lay("a.psbt", honest()), "--wallet", wallet, "--labels", labels)
    assert done.code == 0
    assert "rent, July" in done.stdout


def test_a_malformed_line_of_labels_is_exit_4_with_its_number(custody: Custody, lay: Lay, wallet: str) -> None:
    labels = lay("labels.jsonl", label("a", "b") + b"{\n")
    done = custody("review", lay("a.psbt", honest()), "--wallet", wallet, "--labels", labels)
    assert done.code == 4
    assert "labels.jsonl: line 2 of the labels" in done.stderr


def test_lines_of_unknown_types_are_counted_aloud(custody: Custody, lay: Lay, wallet: str) -> None:
    labels = lay("labels.jsonl", b'{"type":"moon"}\n{"type":"mars","ref":3}\n' + label(each_address(STRANGER), "rent"))
    done = custody("review", lay("a.psbt", honest()), "--wallet", wallet, "--labels", labels)
    assert done.code == 0
    assert "2 lines of the labels are of types that are not known" in done.stderr
    assert "rent" in done.stdout


def told(count: int) -> list[str]:
    """Tell so many payments with four labels to each."""
    many = [Note(f"output {number}", "addr", "a", "x", 0) for number in range(4 * count)]
    review = _with_notes(*many)
    payments = tuple(replace(review.payments[0], index=number) for number in range(count))
    return list(review_lines(replace(review, payments=payments, change=())))


def test_thousands_of_labels_are_told_with_work_that_grows_as_they_do() -> None:
    assert sum("nobody checked it" in line for line in told(5_000)) == 5_000
    assert operations(lambda: told(1_600)) < 10 * operations(lambda: told(200))
    assert growth(lambda: told(625), lambda: told(5_000)) < 24


def test_a_person_who_signs_reads_the_labels_too(lay: Lay, wallet: str, tmp_path: Path) -> None:
    labels = lay("labels.jsonl", label(each_address(STRANGER), "rent"))
    given = (lay("a.psbt", honest()), "--wallet", wallet, "--labels", labels, "-o", str(tmp_path / "out.psbt"))
    with Screen(PROGRAM, "sign", *given) as screen:
        screen.until("nobody checked it")
        screen.until('"rent"')


def test_labels_of_keys_are_told_with_the_key() -> None:
    told = "\n".join(review_lines(_with_notes(Note("", "pubkey", "02ab", "Bob", 0), Note("", "tx", "ff", "July", 3))))
    assert "The public key 02ab" in told
    assert "This transaction" in told
    assert '"July[+3]"' in told


def _with_notes(*notes: Note) -> Review:
    return replace(judge(honest()).review, notes=notes)


# --- explain ---


def test_the_sentence_for_an_engineer_is_shown_when_asked_for(custody: Custody, lay: Lay, wallet: str) -> None:
    file = lay("a.psbt", honest().drop(0, b"\x00"))
    short = custody("review", file, "--wallet", wallet).stdout
    long = custody("review", file, "--wallet", wallet, "--explain").stdout
    assert "PSBT_IN_NON_WITNESS_UTXO" not in short
    assert "Checked: PSBT_IN_WITNESS_UTXO" in long
    assert max(map(len, long.splitlines())) <= 80
    answer = custody("review", file, "--wallet", wallet, "--json").json
    assert all("PSBT" in each["detail"] for each in answer["findings"] if each["id"] == "BTC-AMOUNT-UNPROVEN")


# --- what is signed is what was read ---


def test_a_file_that_is_swapped_while_a_person_reads_is_not_what_is_signed(
    lay: Lay, wallet: str, tmp_path: Path
) -> None:
    file, out = lay("a.psbt", honest()), tmp_path / "out.psbt"
    reader = feed(desk.PHRASES["A"])
    given = ("sign", file, "--wallet", wallet, "-o", str(out), "--secret-fd", str(reader))
    with Screen(PROGRAM, *given, pass_fds=(reader,)) as screen:
        os.close(reader)
        screen.until('Type "sign"')
        Path(file).write_bytes(elsewhere(honest()).psbt())
        screen.enter("sign")
        assert screen.finish() == 0, screen.text
    assert Psbt.parse(out.read_bytes()).transaction == Psbt.parse(honest().psbt()).transaction
