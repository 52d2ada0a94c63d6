"""Two machines and one transaction: the same bytes, by code and by voice, and what each machine may know when."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from airgap import qr
from custody import words
from custody.chains.bitcoin.review.review import review
from custody.cli.transactions import compare, comparison
from custody.errors import Unreadable, Usage
from tests.chains.bitcoin.review.drafts import honest, registered
from tests.cli.conftest import PROGRAM, Answer, process
from tests.cli.screen import Screen

Run = Callable[..., Answer]

PSBT = honest().psbt()
DIGEST = hashlib.sha256(PSBT).hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()
SALT = bytes(range(100, 108))
SAID = " ".join(words.words(SALT))
READY = "Has the other machine read its file"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "request.psbt"
    path.write_bytes(PSBT)
    return path


def expected_words(salt: bytes, digest: str) -> list[str]:
    """The four words, by the formula of docs/threat-model.md."""
    return list(words.words(hmac.new(salt, bytes.fromhex(digest), hashlib.sha256).digest()[:4]))


# --- what is compared ---


def test_the_digest_is_the_one_that_the_review_shows(custody: Run, file: Path) -> None:
    shown = custody("compare", str(file), "--show", "--json").json
    assert shown["digest"] == review(PSBT, (registered("wpkh"),)).review.digest == DIGEST


@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(PSBT),
        base64.b64encode(PSBT) + b"\n",
        PSBT.hex().encode(),
        PSBT.hex().upper().encode() + b"\r\n",
    ],
)
def test_one_psbt_is_the_same_in_every_form(custody: Run, file: Path, tmp_path: Path, written: bytes) -> None:
    text = custody("compare", str(file), "--show", "--json").json["text"]
    again = tmp_path / "again"
    again.write_bytes(written)
    assert custody("compare", str(again), "--with", text, "--json").json["same"] is True


def test_any_other_document_is_compared_byte_for_byte(custody: Run, tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(b'{"to": "0x00"}\n')
    assert custody("compare", str(path), "--show", "--json").json["digest"] == (
        hashlib.sha256(b'{"to": "0x00"}\n').hexdigest()
    )


@pytest.mark.parametrize(
    "content", [b"", base64.b64encode(PSBT)[:-1], base64.b64encode(PSBT) + b"\nx", PSBT.hex().encode()[:-1]]
)
def test_a_damaged_psbt_is_not_taken_for_another_document(custody: Run, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert custody("compare", str(file), "--show").code == 4


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + base64.b64encode(PSBT), json.dumps({"psbt": base64.b64encode(PSBT).decode()}).encode("utf-16")],
)
def test_one_psbt_has_one_digest_in_every_text(custody: Run, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert custody("compare", str(file), "--show", "--json").json["digest"] == hashlib.sha256(PSBT).hexdigest()


# --- by code ---


def test_the_text_of_a_code_is_its_digest_and_fits_a_line_and_a_small_code() -> None:
    text = comparison.text(bytes.fromhex(DIGEST))
    assert text == f"COMPARE:1:{DIGEST.upper()}"
    assert len(text) <= 79
    assert qr.version_for(text) == 3


def test_the_other_machine_answers_same_with_exit_0(custody: Run, file: Path) -> None:
    text = comparison.text(bytes.fromhex(DIGEST))
    done = custody("compare", str(file), "--with", text)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "SAME"
    assert DIGEST in done.stdout


@pytest.mark.parametrize("typed", [str.lower, lambda text: f" {text}\r\n"])
def test_a_hardware_scanner_may_type_the_text_as_it_likes(
    custody: Run, file: Path, typed: Callable[[str], str]
) -> None:
    text = comparison.text(bytes.fromhex(DIGEST))
    assert custody("compare", str(file), "--with", typed(text)).code == 0


def test_a_difference_is_exit_5_and_says_what_to_do(custody: Run, file: Path) -> None:
    text = comparison.text(bytes.fromhex(OTHER))
    done = custody("compare", str(file), "--with", text)
    assert done.code == 5
    assert done.stdout.splitlines()[0] == "DIFFERENT"
    assert "SAME" not in done.stdout
    assert {DIGEST, OTHER} <= set(done.stdout.split())
    assert "hint: Sign on neither." in done.stderr


def test_json_says_same_or_not_and_both_digests(custody: Run, file: Path) -> None:
    same = custody("compare", str(file), "--with", comparison.text(bytes.fromhex(DIGEST)), "--json")
    assert (same.code, same.json) == (0, {"same": True, "digest": DIGEST, "other": DIGEST})
    different = custody("compare", str(file), "--with", comparison.text(bytes.fromhex(OTHER)), "--json")
    assert different.code == 5
    assert different.json["same"] is False
    assert (different.json["digest"], different.json["other"]) == (DIGEST, OTHER)
    assert different.json["error"]["code"] == "mismatch"


@given(position=st.integers(0, len(PSBT) * 8 - 1))
def test_one_bit_makes_the_difference(position: int) -> None:
    flipped = bytearray(PSBT)
    flipped[position // 8] ^= 1 << position % 8
    changed = bytes(flipped)
    assert not changed.startswith(b"psbt\xff") or comparison.digest(changed).hex() != DIGEST


def test_a_code_as_a_picture_is_read_by_the_other_machine(custody: Run, file: Path, tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    shown = custody("compare", str(file), "--show", "-o", str(picture))
    assert shown.code == 0
    assert f"COMPARE:1:{DIGEST.upper()}" in shown.stdout
    done = process("compare", str(file), "--with", str(picture), "--json")
    assert (done.code, done.json["same"]) == (0, True)
    assert custody("compare", str(file), "--show", "-o", str(picture)).code == 8
    assert custody("compare", str(file), "--show", "-o", str(picture), "--force").code == 0


def test_a_picture_of_two_codes_or_of_none_is_no_answer(custody: Run, file: Path, tmp_path: Path) -> None:
    wide = Image.new("L", (900, 400), 255)
    path = tmp_path / "codes.png"
    wide.save(path)
    assert custody("compare", str(file), "--with", str(path)).code == 4
    for left, digest in ((0, DIGEST), (450, OTHER)):
        single = tmp_path / f"{left}.png"
        single.write_bytes(qr.png(qr.matrix(comparison.text(bytes.fromhex(digest))), 8))
        wide.paste(Image.open(single).convert("L"), (left, 20))
    wide.save(path)
    refused = custody("compare", str(file), "--with", str(path))
    assert (refused.code, "two different codes" in refused.stderr) == (4, True)


def test_the_text_may_come_in_a_file_or_on_standard_input(file: Path, tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    said.write_text(comparison.text(bytes.fromhex(DIGEST)) + "\n")
    assert process("compare", str(file), "--with", str(said)).code == 0
    with said.open("rb") as stdin:
        assert process("compare", str(file), "--with", "-", stdin=stdin).code == 0


@pytest.mark.parametrize(
    "said",
    [
        f"COMPARE:1:{DIGEST[:-1]}",
        f"COMPARE:1:{DIGEST}0",
        f"COMPARE:2:{DIGEST}",
        f"COMPARE:1:{DIGEST[:-1]}g",
        f"COMPARE:1: {DIGEST}",
        f"COMPARE:1:{DIGEST[:-1]}\uff10",
        f"COMPARE:1:{DIGEST}\nCOMPARE:1:{OTHER}",
        "compare:",
    ],
)
def test_what_is_not_a_whole_text_is_unreadable_and_never_an_answer(custody: Run, file: Path, said: str) -> None:
    done = custody("compare", str(file), "--with", said, "--json")
    assert done.code == 4
    assert "same" not in done.json


@given(st.text(max_size=90))
def test_only_the_exact_text_is_read(said: str) -> None:
    with pytest.raises(Unreadable):
        comparison.parse(said)


def test_a_code_stands_on_a_terminal_of_24_rows_with_its_text_and_words(file: Path, tmp_path: Path) -> None:
    with Screen(PROGRAM, "compare", str(file), "--show") as screen:
        assert screen.finish() == 0
        shown = screen.lines
    code = [line for line in shown if "\u2588" in line or "\u2580" in line]
    assert len(code) >= 15
    assert f" COMPARE:1:{DIGEST.upper()}" in shown
    assert any(" ".join(words.words(bytes.fromhex(DIGEST)[:4])) in line for line in shown)
    assert read_from(shown, tmp_path) == f"COMPARE:1:{DIGEST.upper()}"


def read_from(shown: list[str], tmp_path: Path) -> str:
    """Photograph the terminal: half blocks become pixels, and a reader of codes looks at them."""
    halves = {" ": (255, 255), "\u2580": (0, 255), "\u2584": (255, 0), "\u2588": (0, 0)}
    rows = [line for line in shown if set(line) <= set(halves)]
    upper = [[halves[letter][half] for letter in row.ljust(80)] for row in rows for half in (0, 1)]
    picture = Image.new("L", (80, len(upper)), 255)
    picture.putdata([dot for row in upper for dot in row])
    path = tmp_path / "photograph.png"
    picture.resize((80 * 8, len(upper) * 8), Image.Resampling.NEAREST).save(path)
    with compare.PictureReader() as reader:
        return next(text for frame in reader.frames(path.read_bytes()) for text in frame.texts)


def test_a_window_that_is_too_small_still_gets_the_text(file: Path) -> None:
    with Screen(PROGRAM, "compare", str(file), "--show", size=(80, 10)) as screen:
        assert screen.finish() == 0
        assert "too small for the code" in screen.text
        assert f"COMPARE:1:{DIGEST.upper()}" in screen.text


def test_a_code_is_scanned_into_a_terminal(file: Path) -> None:
    with Screen(PROGRAM, "compare", str(file), "--with", "-") as screen:
        screen.until("Scan the other machine's code")
        screen.enter(comparison.text(bytes.fromhex(DIGEST)))
        assert screen.finish() == 0
        assert "SAME" in screen.lines


# --- by voice ---


def test_both_machines_show_the_four_words_of_the_formula(custody: Run, file: Path) -> None:
    signer = custody("compare", str(file), "--voice", "--json").json
    salt = words.value(signer["salt"])
    assert salt is not None
    assert len(salt) == 8
    assert signer["digest"] == DIGEST
    assert signer["words"] == expected_words(salt, DIGEST)
    other = custody("compare", str(file), "--salt", signer["salt"], "--json")
    assert (other.code, {**other.json, "warnings": []}) == (0, signer)
    told = custody("compare", str(file), "--salt", signer["salt"].upper()).stdout
    assert f"   {' '.join(signer['words'])}" in told.splitlines()


def test_a_salt_is_drawn_anew_each_time(custody: Run, file: Path) -> None:
    drawn = {custody("compare", str(file), "--voice", "--json").json["salt"] for _turn in range(8)}
    assert len(drawn) == 8


def test_other_bytes_have_other_words(custody: Run, file: Path) -> None:
    before = custody("compare", str(file), "--salt", SAID, "--json").json["words"]
    file.write_bytes(honest(count=2).psbt())
    assert custody("compare", str(file), "--salt", SAID, "--json").json["words"] != before


def test_the_salt_is_drawn_after_the_bytes_were_read(custody: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    read, draw = compare.store.read, os.urandom

    def reading(path: str, limit: int) -> bytes:
        order.append("read")
        return read(path, limit)

    def drawing(count: int) -> bytes:
        order.append("draw")
        return draw(count)

    monkeypatch.setattr(compare.store, "read", reading)
    monkeypatch.setattr(comparison.os, "urandom", drawing)
    assert custody("compare", str(file), "--voice").code == 0
    assert order == ["read", "draw"]


def test_the_signer_draws_no_salt_before_the_person_says_that_the_other_machine_has_read(file: Path) -> None:
    with Screen(PROGRAM, "compare", str(file), "--voice") as screen:
        screen.until(READY)
        screen.enter("no")
        assert screen.finish() == 6
        assert "Say this salt" not in screen.text
    with Screen(PROGRAM, "compare", str(file), "--voice") as screen:
        screen.until(READY)
        screen.enter("ready")
        assert screen.finish() == 0
        shown = screen.lines
    salt = words.value(shown[shown.index(" Say this salt to the person at the other machine:") + 1])
    assert salt is not None
    assert shown[shown.index(" Both machines must show these four words:") + 1].split() == expected_words(salt, DIGEST)


def test_the_other_machine_reads_its_file_before_it_asks_for_the_salt(file: Path) -> None:
    with Screen(PROGRAM, "compare", str(file), "--listen") as screen:
        screen.until("The salt, 8 words:")
        file.write_bytes(b"put in its place once the salt was known")
        screen.enter("able acid")
        screen.until("a salt has 8 words, and 2 were given")
        screen.enter(SAID)
        assert screen.finish() == 0
        assert " ".join(expected_words(SALT, DIGEST)) in screen.text
        assert "Read yours to the person at the signer, before you hear theirs." in screen.text
        assert "warning" not in screen.text


def test_a_salt_that_was_known_before_the_file_was_read_is_warned_of(custody: Run, file: Path) -> None:
    """Whoever heard it could have looked for a file with the same words: `--listen` reads first."""
    (warning,) = custody("compare", str(file), "--salt", SAID, "--json").json["warnings"]
    assert "--listen" in warning
    told = custody("compare", str(file), "--salt", SAID)
    assert f"warning: {warning}" in told.stderr.splitlines()
    assert custody("compare", str(file), "--voice", "--json").json["warnings"] == []


@pytest.mark.parametrize(
    ("spoken", "told"),
    [
        ("", "a salt has 8 words, and 0 were given"),
        (SAID.rsplit(" ", 1)[0], "7 were given"),
        (f"{SAID} able", "9 were given"),
        (SAID.replace(SAID.split()[2], "nonsense"), "word 3 of the salt"),
    ],
)
def test_a_salt_that_was_misheard_is_named(custody: Run, file: Path, spoken: str, told: str) -> None:
    done = custody("compare", str(file), "--salt", spoken)
    assert done.code == 2
    assert told in done.stderr
    with pytest.raises(Usage):
        comparison.parse_salt(spoken)


# --- the command line ---


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--show", "--voice"),
        ("--listen", "--salt", SAID),
        ("--voice", "-o", "code.png"),
        ("--show", "-o", "-", "--json"),
    ],
)
def test_one_way_to_compare_is_said(custody: Run, file: Path, options: tuple[str, ...]) -> None:
    assert custody("compare", str(file), *options).code == 2


def test_listening_needs_somebody(file: Path) -> None:
    done = process("compare", str(file), "--listen", "--json")
    assert (done.code, json.loads(done.stdout)["error"]["code"]) == (2, "usage")


def test_one_standard_input_is_not_two_things(custody: Run) -> None:
    assert custody("compare", "-", "--with", "-").code == 2
