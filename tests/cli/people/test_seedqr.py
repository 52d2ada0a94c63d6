"""A phrase drawn as a code goes into the safe: typed by a scanner, as hex, or as a picture of the card."""

import io
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import qrcode
from embit import bip39
from PIL import Image

from airgap.door.shutting import LAUNCH
from airgap.scanning import nursery
from airgap.scanning.worker import PictureReader, Seen
from custody.chains.bitcoin.psbt import Psbt
from custody.cli.people import given, secret_picture
from custody.errors import Unreadable
from tests.airgap.scanning.camera import photograph
from tests.cli.conftest import PROGRAM, pipe_with
from tests.cli.screen import Screen
from tests.cli.transactions.test_person_signs import lay
from tests.keys.phrases.test_seedqr import PUBLISHED, digits_of
from tests.support.patience import SECONDS

ENTROPY = bytes.fromhex("8f1d5a0c77e2b94630d1a25e6c9b04f3")
DIGITS = digits_of(ENTROPY)
LONG = bytes.fromhex("d50b1f7a93c42e6800aa0d0a5be17c398e2f4460b1d5937ce6124a8f05bb29d3")
GROUPED = " ".join(DIGITS[at : at + 4] for at in range(0, 48, 4))


def phrase_of(digits: str) -> str:
    """The words that digits number, in other people's list."""
    return " ".join(bip39.WORDLIST[int(digits[at : at + 4])] for at in range(0, len(digits), 4))


def code(content: bytes, level: int = qrcode.constants.ERROR_CORRECT_L) -> Image.Image:
    """A code as a hand draws it: the smallest that takes the digits, or the bytes."""
    drawn = qrcode.QRCode(error_correction=level, box_size=8)
    drawn.add_data(qrcode.util.QRData(content))
    return drawn.make_image().get_image().convert("L")


def png(*codes: bytes) -> bytes:
    """One picture with codes side by side."""
    images = [code(content) for content in codes]
    paper = Image.new(
        "L", (sum(each.width for each in images) or 200, max([200, *(each.height for each in images)])), 255
    )
    left = 0
    for each in images:
        paper.paste(each, (left, 0))
        left += each.width
    written = io.BytesIO()
    paper.save(written, format="PNG")
    return written.getvalue()


def fingerprint(custody, secret: str | bytes, **more: str) -> str:
    answer = custody("key", "show", "--json", secret=secret, **more)
    assert answer.code == 0, answer.stderr
    assert answer.json["kind"] == "bip39"
    assert answer.json["warnings"] == []
    return answer.json["fingerprint"]


@pytest.mark.parametrize(
    "given",
    [
        DIGITS,
        f"{DIGITS}\r\n",
        f"\n  {GROUPED}  \n",
        f"compact-seedqr: {ENTROPY.hex()}\n",
        png(DIGITS.encode()),
        png(ENTROPY),
        png(phrase_of(DIGITS).encode()),
    ],
    ids=["digits", "scanned", "grouped", "hex", "PNG", "compact PNG", "PNG of words"],
)
def test_every_way_in_opens_the_key_of_the_words(custody, given):
    assert fingerprint(custody, given) == fingerprint(custody, phrase_of(DIGITS))


@pytest.mark.parametrize("content", [DIGITS.encode(), ENTROPY], ids=["digits", "compact"])
def test_a_photograph_opens_the_key_of_the_words(custody, tmp_path, content):
    """Longer than a pipe holds, so a program of its own gives it, as a scanner or a camera would."""
    (tmp_path / "table.jpg").write_bytes(photograph(png(content), 1))
    with subprocess.Popen(["cat", str(tmp_path / "table.jpg")], stdout=subprocess.PIPE) as camera:
        answer = custody("key", "show", "--json", "--secret-fd", str(camera.stdout.fileno()))
    assert answer.code == 0, answer.stderr
    assert answer.json["fingerprint"] == fingerprint(custody, DIGITS)


def test_a_code_of_24_words_with_awkward_bytes_is_read_to_its_end(custody):
    digits = digits_of(LONG)
    expected = fingerprint(custody, phrase_of(digits))
    assert {fingerprint(custody, given) for given in (digits, png(digits.encode()), png(LONG))} == {expected}


@pytest.mark.parametrize("given", [f"{DIGITS}\npassphrase: TREZOR\n", png(f"{DIGITS}\npassphrase: TREZOR".encode())])
def test_a_passphrase_counts_as_with_the_words(custody, given):
    with_words = fingerprint(custody, phrase_of(DIGITS), passphrase="TREZOR")
    assert fingerprint(custody, given) == with_words != fingerprint(custody, DIGITS)
    assert fingerprint(custody, png(ENTROPY), passphrase="TREZOR") == with_words


@pytest.mark.parametrize("given", [DIGITS, png(ENTROPY)], ids=["digits", "picture"])
def test_a_code_is_cut_into_cards_of_its_entropy(custody, given):
    made = custody("share", "split", "--threshold", "2", "--shares", "3", "--json", secret=given, out=True)
    assert made.code == 0, made.stderr
    assert made.json["kind"] == "bip39"
    opened = custody("share", "combine", "--kind", "bip39", "--json", secret="\n".join(made.secrets[1:]), out=True)
    assert opened.json["fingerprints"]["bip39"] == fingerprint(custody, DIGITS)
    assert phrase_of(DIGITS) in opened.secrets[0]


@pytest.mark.parametrize("which", PUBLISHED)
def test_a_published_code_is_warned_of_and_refused_for_a_main_network(custody, which):
    digits, entropy, _words = PUBLISHED[which]
    for said in (digits, f"compact-seedqr: {entropy}"):
        answer = custody("key", "show", "--json", secret=said)
        assert answer.code == 0
        assert "publicly known (it is a test secret, published with SeedQR)" in answer.json["warnings"][0]
        refused = custody("key", "show", "--network", "main", secret=said)
        assert refused.code == 3
        assert "publicly known" in refused.stderr


def test_a_picture_of_a_known_code_is_refused_for_a_main_network(custody):
    assert (
        custody("key", "show", "--network", "main", secret=png(bytes.fromhex(PUBLISHED["9, with both"][1]))).code == 3
    )
    assert custody("key", "show", "--network", "main", secret=png(b"0000" * 11 + b"0003")).code == 3


def damaged() -> bytes:
    """A picture that ends in the middle."""
    return png(ENTROPY)[:400]


REFUSED = {
    "47 digits": (DIGITS[:-1], "47 digits"),
    "a word beyond the list": ("2048" + DIGITS[4:], "position 1;"),
    "a wrong checksum": (DIGITS[4:8] + DIGITS[:4] + DIGITS[8:], "checksum"),
    "full-width digits": ("".join(chr(ord(digit) + 0xFEE0) for digit in DIGITS), "digits 0 to 9"),
    "two codes": (f"{DIGITS}\n{DIGITS}\n", "among other lines"),
    "a code beside words": (f"{DIGITS}\n{phrase_of(DIGITS)}\n", "among other lines"),
    "raw bytes": (ENTROPY, "not UTF-8"),
    "hex alone": (ENTROPY.hex(), "16 bytes in hex"),
    "a picture of two codes": (png(DIGITS.encode(), digits_of(LONG).encode()), "2 different QR codes"),
    "a picture of nothing": (png(), "no QR code was read"),
    "a picture with a wrong checksum": (png((DIGITS[4:8] + DIGITS[:4] + DIGITS[8:]).encode()), "checksum"),
    "a picture of 20 bytes": (png(b"\xfe" * 20), "20 bytes that are no text"),
    "a picture of hex": (png(ENTROPY.hex().encode()), "written text"),
    "a picture of a link": (png(b"https://example.org/"), "may be a passphrase"),
    "a damaged picture": (damaged(), "cannot be read"),
    "a beginning and no picture": (b"\x89PNG\r\n\x1a\n" + DIGITS.encode(), "cannot be read"),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_code_is_refused_without_a_word_of_it(custody, given, reason):
    answer = custody("key", "show", "--json", secret=given)
    assert answer.code == 4, answer.stderr
    assert re.search(reason, answer.json["error"]["message"]), answer.stdout
    told = answer.stdout + answer.stderr
    assert "Traceback" not in told
    assert not any(secret in told for secret in (DIGITS[:12], DIGITS[-12:], ENTROPY.hex()[:8], "example.org"))


def test_pictures_have_a_limit_and_text_keeps_its_own(custody, monkeypatch):
    with monkeypatch.context() as small:
        small.setattr(given, "PICTURE_LIMIT", 300)
        assert "more than 300 bytes" in custody("key", "show", secret=png(ENTROPY)).stderr
    monkeypatch.setattr(given, "INPUT_LIMIT", 100)
    assert custody("key", "show", secret=DIGITS).code == 0
    assert custody("key", "show", secret=png(ENTROPY)).code == 0
    assert "more than 100 bytes" in custody("key", "show", secret=DIGITS * 3).stderr


def test_a_passphrase_is_no_picture(custody):
    answer = custody("key", "show", secret=DIGITS, passphrase=png(ENTROPY))
    assert answer.code == 4
    assert "not UTF-8" in answer.stderr


def test_a_new_key_is_made_from_no_picture(custody):
    answer = custody("key", "new", "--network", "main", "--no-dice", secret=png(ENTROPY), out=True)
    assert answer.code == 4
    assert "a new key is made from none" in answer.stderr


def test_each_picture_has_a_process_of_its_own_that_is_gone_when_the_key_is_shown(custody, monkeypatch):
    started = []
    popen = subprocess.Popen

    def noted(program, **settings):
        started.append((program, settings, popen(program, **settings)))
        return started[-1][2]

    monkeypatch.setattr(nursery.subprocess, "Popen", noted)
    for _turn in range(2):
        fingerprint(custody, png(ENTROPY))
    assert len(started) == 2
    for program, settings, process in started:
        assert process.poll() is not None
        assert settings["close_fds"]
        assert set(settings["env"]) == {"LC_ALL", "OPENBLAS_NUM_THREADS"}
        assert "as_hex=True" in program[-1]


def test_a_reader_that_was_broken_is_not_believed(monkeypatch):
    for told in ("", "0", "zz", "AB", "00 11", "compact-seedqr: 00", "\u0660\u0660"):
        monkeypatch.setattr(PictureReader, "frames", lambda _self, _picture, told=told: iter([Seen((told,), None)]))
        with pytest.raises(Unreadable, match="no sensible answer"):
            secret_picture.text_in(png(ENTROPY))


CLOSED = (
    "import ctypes; from airgap.scanning import reader; reader.confine(); print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
)


def test_the_readers_memory_is_closed_to_others():
    done = subprocess.run(
        [sys.executable, "-I", "-c", CLOSED], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.stdout == "0\n", done.stderr


def test_a_person_scans_at_the_first_question_and_signs(tmp_path):
    file, wallet, out = lay(tmp_path, phrase_of(DIGITS))
    with Screen(PROGRAM, "sign", file, "--wallet", wallet, "-o", str(out)) as screen:
        screen.until('Type "sign"')
        screen.enter("sign")
        screen.until("Or scan its SeedQR")
        screen.enter(DIGITS)
        assert screen.finish() == 0, screen.text
        assert DIGITS[:8].encode() not in screen.raw
    assert len(Psbt.parse(out.read_bytes()).inputs[0].partial_sigs) == 1


def test_a_person_signs_with_a_picture_from_a_descriptor(tmp_path):
    file, wallet, out = lay(tmp_path, phrase_of(DIGITS))
    given = pipe_with(png(ENTROPY))
    arguments = ("sign", file, "--wallet", wallet, "--secret-fd", str(given), "-o", str(out))
    with Screen(PROGRAM, *arguments, pass_fds=(given,)) as screen:
        screen.until('Type "sign"')
        screen.enter("sign")
        assert screen.finish() == 0, screen.text
    os.close(given)
    assert len(Psbt.parse(out.read_bytes()).inputs[0].partial_sigs) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"in.psbt", "wallet.json", "out.psbt"}


def test_a_code_that_was_scanned_wrongly_is_asked_for_again_and_never_shown():
    wrong = DIGITS[:-4] + "2047"
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Or scan its SeedQR")
        screen.enter(wrong)
        screen.until("checksum does not hold")
        screen.enter(f"compact-seedqr: {ENTROPY.hex()}")
        screen.until("Passphrase")
        screen.enter(f"compact-seedqr: {ENTROPY.hex()}")
        screen.until_raw(b"Passphrase, or Enter for none: ", 2)
        assert "no passphrase." in screen.text
        screen.enter()
        assert screen.finish() == 0, screen.text
        assert not any(shown in screen.raw for shown in (wrong[:8].encode(), ENTROPY.hex()[:8].encode()))


def test_answers_that_are_none_do_not_end_the_command():
    with Screen(PROGRAM, "key", "show") as screen:
        for turn in range(1, 4):
            screen.until_raw(b"Word 1: ", turn)
            screen.enter(DIGITS[:-1])
            screen.until_raw(b"47 digits", turn)
        screen.until_raw(b"Word 1: ", 4)
        screen.enter(DIGITS)
        screen.until("Passphrase")
        screen.enter()
        assert screen.finish() == 0, screen.text


CAMERA = """
from airgap.scanning.worker import PictureReader, Seen
def film(self, source):
    assert source == "1"
    for _turn in range(40):
        yield Seen((), None)
    yield Seen(({told!r},), 5.0)
PictureReader.film = film
"""


def test_a_person_holds_the_card_before_the_camera():
    with Screen(PROGRAM.replace(LAUNCH, f"{LAUNCH}\n{CAMERA.format(told=ENTROPY.hex())}"), "key", "show") as screen:
        screen.until("answer")
        screen.enter("camera 1")
        screen.until("Hold the card before the camera")
        screen.until("no code is seen")
        screen.until("A code was read.")
        screen.until("Passphrase")
        screen.enter()
        assert screen.finish() == 0, screen.text
        assert ENTROPY.hex()[:8].encode() not in screen.raw


def test_a_film_is_told_in_hex_as_a_picture_is(tmp_path):
    """What a camera sees goes the same way as a film, which needs no camera here."""
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "card.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (640, 480))
    page = Image.new("L", (640, 480), 255)
    page.paste(code(ENTROPY), (100, 100))
    for _frame in range(3):
        writer.write(cv2.cvtColor(np.asarray(page), cv2.COLOR_GRAY2BGR))
    writer.release()
    with path.open("rb") as film, PictureReader(as_hex=True) as reader:
        assert {seen.texts for seen in reader.film("-", film)} == {(ENTROPY.hex(),)}


def test_a_camera_that_is_not_there_is_said_and_the_question_comes_again():
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("answer")
        screen.enter("camera 63")
        screen.until("camera 63 cannot be opened")
        screen.until_raw(b"Word 1: ", 2)
        screen.type("\x04")
        assert screen.finish() == 6, screen.text
        assert "Traceback" not in screen.text
