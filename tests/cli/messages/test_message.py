"""`custody message sign`, `prove` and `verify` as scripts, officers and auditors call them."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.psbt import Psbt
from custody.derivation import format_path
from tests.chains.bitcoin.review.drafts import STRANGER, honest, registered
from tests.support import desk
from tests.support.aloud import flat, spaced

MESSAGE = "We hold this for our members."
SINGLE = [kind for kind in desk.KINDS if "multi" not in kind]
QUORUM = "wsh(sortedmulti)"
BLOCK = "00000000000000000000" + "a1b2c3d4e5f6" * 3 + "00ff00ff"

MAIN_XPUB = (
    "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V"
)
"""The account key of BIP-84's own test vector, which is the phrase A."""

Run = Callable[..., Any]


@pytest.fixture
def at(tmp_path: Path) -> Callable[[str], str]:
    """Name a file of this test."""
    return lambda name: str(tmp_path / name)


@pytest.fixture
def wallet(custody: Run, at: Callable[[str], str]) -> Callable[..., str]:
    """Register a test wallet through the command line."""

    def register(kind: str, network: str = "regtest") -> str:
        path = at(f"{kind.replace('(', '-').replace(')', '')}.json")
        descriptor = desk.wallet(kind).descriptor
        done = custody("wallet", "new", "treasury", "--descriptor", descriptor, "--network", network, "-o", path)
        assert done.code == 0, done.stderr
        return path

    return register


@pytest.fixture
def payment(at: Callable[[str], str]) -> Callable[..., str]:
    """Lay a payment of a test wallet into a file: its coins are those to show."""

    def lay(kind: str, count: int) -> str:
        owner = desk.wallet(kind)
        path = Path(at("payment.psbt"))
        path.write_bytes(desk.psbt(owner, desk.coins(owner, count), [(STRANGER, 5_000)], 1_000, 0))
        return str(path)

    return lay


def verify(custody: Run, file: str, address: str, message: str = MESSAGE) -> Any:
    return custody("message", "verify", file, "--address", address, "--message", message, "--json")


@pytest.mark.parametrize("kind", SINGLE)
def test_one_key_signs_and_anybody_verifies(custody: Run, wallet: Run, at: Run, kind: str) -> None:
    out = at("signature")
    done = custody(
        *("message", "sign", "--wallet", wallet(kind), "--index", "3", "--message", MESSAGE, "--yes", "-o", out),
        "--json",
        secret=desk.PHRASES["A"],
    )
    assert done.code == 0, done.stderr
    assert done.json["complete"] is True
    assert done.json["signature"] == Path(out).read_text().rstrip("\n")
    assert done.json["address"] == desk.wallet(kind).address(0, 3)
    assert done.json["message"] == MESSAGE
    assert [each["input"] for each in done.json["signed"]] == [0]
    assert done.json["key"]["fingerprint"] == desk.root("A").my_fingerprint.hex()
    answer = verify(custody, out, done.json["address"])
    assert answer.code == 0
    assert (answer.json["valid"], answer.json["state"]) == (True, "valid")
    given = custody(
        *("message", "verify", "--signature", done.json["signature"], "--address", done.json["address"]),
        *("--message", MESSAGE),
    )
    assert given.code == 0
    assert given.stdout.startswith("VALID")
    assert MESSAGE in given.stdout


@pytest.mark.parametrize("kind", [kind for kind in desk.KINDS if "multi" in kind])
def test_a_quorum_signs_one_after_the_other(custody: Run, wallet: Run, at: Run, kind: str) -> None:
    treasury = wallet(kind)
    begun = custody(
        *("message", "sign", "--wallet", treasury, "--address", desk.wallet(kind).address(1, 2)),
        *("--message", MESSAGE, "--yes", "-o", at("1.psbt"), "--json"),
        secret=desk.PHRASES["C"],
    )
    assert begun.code == 0, begun.stderr
    assert (begun.json["complete"], begun.json["signature"]) == (False, None)
    assert begun.json["signatures"] == {"have": 1, "need": 2}
    done = custody(
        *("message", "sign", at("1.psbt"), "--wallet", treasury, "--yes", "-o", at("signature"), "--json"),
        secret=desk.PHRASES["A"],
    )
    assert done.code == 0, done.stderr
    assert done.json["complete"] is True
    assert verify(custody, at("signature"), desk.wallet(kind).address(1, 2)).code == 0
    assert verify(custody, at("signature"), desk.wallet(kind).address(1, 3)).code == 5


def test_cosigners_sign_one_request_apart_and_are_put_together(
    custody: Run, wallet: Run, payment: Run, at: Run
) -> None:
    treasury = wallet(QUORUM)
    asked = custody(
        *("message", "prove", "--wallet", treasury, "--coins", payment(QUORUM, 4), "--message", MESSAGE),
        *("--date", "2026-11-23", "--block", BLOCK, "--request", "-o", at("request.psbt"), "--json"),
    )
    assert asked.code == 0, asked.stderr
    assert asked.json["total"] == {"atoms": 400_006, "coins": 4}
    assert asked.json["message"] == f"{MESSAGE}\nDate: 2026-11-23\nBlock: {BLOCK}"
    for who in "AC":
        done = custody(
            *("message", "sign", at("request.psbt"), "--wallet", treasury, "--yes", "-o", at(f"{who}.psbt")),
            secret=desk.PHRASES[who],
        )
        assert done.code == 0, done.stderr
        assert "1 more signature is needed" in done.stderr
    files = (at("C.psbt"), at("A.psbt"))
    done = custody("message", "sign", *files, "--combine", "--wallet", treasury, "-o", at("proof"), "--json")
    assert done.code == 0, done.stderr
    assert done.json["complete"] is True
    assert done.json["signature"].startswith("pof")
    answer = verify(custody, at("proof"), desk.wallet(QUORUM).address(0, 0), asked.json["message"])
    assert answer.code == 0
    assert answer.json["total"] == {"atoms": 400_006, "proven_atoms": 400_006, "coins": 4}
    told = custody(
        *("message", "verify", at("proof"), "--address", desk.wallet(QUORUM).address(0, 0)),
        *("--message", asked.json["message"]),
    )
    assert "Shows 0.00 400 006 BTC (400 006 satoshi) in 4 coins" in told.stdout
    assert all(len(line) <= 80 for line in told.stdout.splitlines())


def test_a_signature_that_does_not_hold_never_comes_in_whatever_the_order(custody: Run, wallet: Run, at: Run) -> None:
    treasury = wallet(QUORUM)
    begin = ("message", "sign", "--wallet", treasury, "--index", "0", "--message", MESSAGE)
    assert custody(*begin, "--request", "-o", at("request.psbt")).code == 0
    for who in "AB":
        words = ("message", "sign", at("request.psbt"), "--wallet", treasury, "--yes", "-o", at(f"{who}.psbt"))
        assert custody(*words, secret=desk.PHRASES[who]).code == 0
    genuine = Path(at("A.psbt")).read_bytes()
    psbt = Psbt.parse(genuine)
    [(_key, signature)] = psbt.inputs[0].partial_sigs
    for name, byte in (
        ("low", signature[9] - 1),
        ("high", signature[9] + 1),
    ):  # smaller and greater than the genuine one
        forged = signature[:9] + bytes([byte % 256]) + signature[10:]
        Path(at(f"{name}.psbt")).write_bytes(genuine.replace(signature, forged))
        for files in ((at("A.psbt"), at(f"{name}.psbt")), (at(f"{name}.psbt"), at("B.psbt"), at("A.psbt"))):
            done = custody("message", "sign", *files, "--combine", "--wallet", treasury, "-o", at("out"), "--json")
            assert done.code == 3
            assert f"{name}.psbt" in done.json["error"]["message"]
            assert not Path(at("out")).exists()


@pytest.mark.parametrize("kind", SINGLE)
def test_coins_are_proven_from_the_transactions_that_made_them(custody: Run, wallet: Run, at: Run, kind: str) -> None:
    made = desk.coins(desk.wallet(kind), 3)
    options = []
    for number, coin in enumerate(made):
        content = coin.previous.hex().encode() + b"\n" if number else coin.previous
        Path(at(f"{number}.tx")).write_bytes(content)
        options += ["--tx", at(f"{number}.tx")]
    treasury = wallet(kind)
    chosen = f"{desk.txid(made[1].previous)[::-1].hex()}:1"
    for extra, total in (((), 300_003), (("--utxo", chosen), 100_001)):
        done = custody(
            *("message", "prove", "--wallet", treasury, *options, *extra, "--index", "9", "--message", MESSAGE),
            *("--yes", "-o", at("proof"), "--force", "--json"),
            secret=desk.PHRASES["A"],
        )
        assert done.code == 0, done.stderr
        assert done.json["total"]["atoms"] == total
        answer = verify(custody, at("proof"), desk.wallet(kind).address(0, 9))
        assert (answer.code, answer.json["total"]["atoms"]) == (0, total)


def test_a_simple_or_a_full_signature_as_wanted(custody: Run, wallet: Run, at: Run) -> None:
    begin = (
        "message",
        "sign",
        "--index",
        "0",
        "--message",
        MESSAGE,
        "--yes",
        "-o",
        at("signature"),
        "--force",
        "--json",
    )
    native = wallet("wpkh")
    for form, beginning in (("simple", "smp"), ("full", "ful")):
        done = custody(*begin, "--wallet", native, "--format", form, secret=desk.PHRASES["A"])
        assert done.json["signature"].startswith(beginning)
    refused = custody(*begin, "--wallet", wallet("pkh"), "--format", "simple", secret=desk.PHRASES["A"])
    assert refused.code == 3
    assert "full form" in refused.json["error"]["message"]


def test_the_message_of_a_file_is_taken_byte_for_byte(custody: Run, wallet: Run, at: Run) -> None:
    Path(at("message.txt")).write_bytes(b"Two lines\nand an end\n")
    done = custody(
        *("message", "sign", "--wallet", wallet("tr"), "--index", "0", "--file", at("message.txt"), "--yes"),
        *("-o", at("signature")),
        secret=desk.PHRASES["A"],
    )
    assert done.code == 0, done.stderr
    address = desk.wallet("tr").address(0, 0)
    again = custody("message", "verify", at("signature"), "--address", address, "--file", at("message.txt"))
    assert again.code == 0
    assert verify(custody, at("signature"), address, "Two lines\nand an end\n").code == 0
    assert verify(custody, at("signature"), address, "Two lines\nand an end").code == 5


# --- verify: four answers ---

ADDRESS = "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l"
HELLO = (
    "smpAkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/sASECx/EgAxlk"
    "QpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI="
)


def test_the_exit_code_tells_the_four_answers_apart(custody: Run) -> None:
    anyone = "BC1SW50QGDZ25J"
    rows = (
        ("Hello World", ADDRESS, HELLO, 0, "valid"),
        ("Hello World", ADDRESS, HELLO.removeprefix("smp"), 0, "valid"),
        ("Hello world", ADDRESS, HELLO, 5, "invalid"),
        ("Hello World", anyone, "smpAQEB", 3, "inconclusive"),
        ("Hello World", ADDRESS, HELLO[:-1], 4, "malformed"),
        ("Hello World", ADDRESS, "", 4, "malformed"),
        ("Hello World", ADDRESS, "fooAA==", 4, "malformed"),
        ("Hello World", ADDRESS, f"ful{HELLO[3:]}", 4, "malformed"),
    )
    for message, address, signature, code, state in rows:
        words = ("message", "verify", "--address", address, "--message", message, "--signature", signature)
        done = custody(*words, "--json")
        assert (done.code, done.json["state"]) == (code, state), signature
        assert done.json["valid"] is (code == 0)
        assert ("error" in done.json) is (code != 0)
        told = custody(*words)
        assert told.code == code
        assert told.stdout.removeprefix("MAIN: real money\n").startswith("VALID") is (code == 0)
        assert "Traceback" not in told.stderr


def test_every_published_vector_has_its_answer(custody: Run, vectors: Path) -> None:
    codes = {"invalid signature": 5}
    for name in ("basic", "generated"):
        published = json.loads((vectors / "bip322" / f"{name}.json").read_text())
        for kind, state in (("simple", "valid"), ("full", "valid-at"), ("proof_of_funds", "valid-at")):
            for entry in published.get(kind, []):
                for signature in entry["bip322_signatures"]:
                    words = ("--address", entry["address"], "--message", entry["message"], "--signature", signature)
                    done = custody("message", "verify", *words, "--json")
                    assert (done.code, done.json["state"]) == (0, state)
                    assert (done.json["time"], done.json["age"]) == (
                        entry.get("lock_time", 0),
                        entry.get("sequence", 0),
                    )
        for entry in published["error"]:
            words = ("--address", entry["address"], "--message", entry["message"], "--signature", entry["signature"])
            done = custody("message", "verify", *words, "--json")
            assert done.code == codes.get(entry["error_substr"], 4), entry["description"]


def test_a_message_that_hides_something_is_shown_with_it(custody: Run) -> None:
    hidden = "Hello World\u202e\x1b[2J\x9b1m\u200b"
    words = ("message", "verify", "--address", ADDRESS, "--message", hidden, "--signature", HELLO)
    assert custody(*words).code == 5
    done = custody(*words, "--json")
    assert done.stdout.isascii()
    assert done.json["message"] == hidden


@pytest.mark.parametrize(
    "words",
    [
        ("--address", ADDRESS, "--message", "m"),
        ("--address", ADDRESS, "--signature", HELLO),
        ("--message", "m", "--signature", HELLO),
        ("--address", ADDRESS, "--message", "m", "--file", "f", "--signature", HELLO),
        ("--address", ADDRESS, "--message", "m", "--signature", HELLO, "file"),
        ("-", "--address", ADDRESS, "--file", "-"),
    ],
    ids=["no signature", "no message", "no address", "two messages", "two signatures", "both from standard input"],
)
def test_a_wrong_line_is_usage(custody: Run, words: tuple[str, ...]) -> None:
    assert custody("message", "verify", *words).code == 2


def test_blanks_around_an_address_that_was_copied_are_not_the_address(custody: Run, wallet: Run, at: Run) -> None:
    said = ("--message", "Hello World", "--signature", HELLO)
    for copied in (f" {ADDRESS}\r\n", spaced(ADDRESS)):
        done = custody("message", "verify", "--address", copied, *said, "--json")
        assert (done.code, done.json["address"]) == (0, ADDRESS)
    assert spaced(ADDRESS) in flat(custody("message", "verify", "--address", ADDRESS, *said).stdout)
    ours, first, second = desk.wallet("wpkh").address(0, 1), wallet("wpkh"), at("second.json")
    other = ("wallet", "new", "other", "--descriptor", desk.wallet("tr").descriptor, "--network", "regtest")
    assert custody(*other, "-o", second).code == 0
    for copied in (f"\t{ours} ", spaced(ours)):
        begin = ("message", "sign", "--message", MESSAGE, "--request", "-o", at("out"), "--force", "--address", copied)
        assert custody(*begin, "--wallet", first).code == 0
        assert custody(*begin, "--wallet", second, "--wallet", first).code == 0


def test_what_is_no_address_is_unreadable(custody: Run) -> None:
    for address in ("", "bc1q", "hello", "1" * 40, ADDRESS[:-1] + "q"):
        done = custody("message", "verify", "--address", address, "--message", "m", "--signature", HELLO)
        assert done.code == 4, address


def test_a_key_is_seen_in_arguments_and_a_signature_is_not_taken_for_one(custody: Run) -> None:
    wif = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617"
    for shown in (wif, f"smp {wif}", f"--signature={wif}"):
        done = custody("message", "verify", "--address", ADDRESS, "--message", "m", "--signature", shown)
        assert done.code == 2
        assert wif not in done.stdout + done.stderr
    inside = f"smp{base64.b64encode(bytes(30)).decode()}/{wif}/{'A' * 3}"
    done = custody("message", "verify", "--address", ADDRESS, "--message", "m", "--signature", inside)
    assert done.code == 4


# --- what people's files look like ---


@pytest.fixture
def signature(custody: Run, wallet: Run, at: Run) -> Callable[..., str]:
    """Sign MESSAGE by an address of a wallet; return the file."""

    def sign(kind: str, *options: str) -> str:
        out = at("signature")
        done = custody(
            *("message", "sign", "--wallet", wallet(kind), "--index", "0", "--message", MESSAGE, "--yes", "-o", out),
            *("--force", *options),
            secret=desk.PHRASES["A"],
        )
        assert done.code == 0, done.stderr
        return out

    return sign


@pytest.mark.parametrize("form", [(), ("--format", "full"), ("--format", "legacy")], ids=["simple", "full", "legacy"])
def test_armour_is_written_on_wish_and_must_agree_with_what_is_asked(
    custody: Run, signature: Run, form: tuple[str, ...]
) -> None:
    file, address = signature("wpkh", "--armour", *form), desk.wallet("wpkh").address(0, 0)
    text = Path(file).read_text()
    assert text.startswith(f"-----BEGIN BITCOIN SIGNED MESSAGE-----\n{MESSAGE}\n-----BEGIN BITCOIN SIGNATURE-----\n")
    assert address in text
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        Path(file).write_text(text.replace("\n", "\r\n"), encoding)
        assert verify(custody, file, address).code == 0
    for wrong in (verify(custody, file, address, "Another"), verify(custody, file, desk.wallet("wpkh").address(0, 1))):
        assert (wrong.code, wrong.json["state"], wrong.json["valid"]) == (5, "invalid", False)
        assert "the file is" in wrong.json["error"]["message"]
    Path(file).write_text(text + text)
    assert verify(custody, file, address).json["state"] == "malformed"


def test_a_signature_with_anything_beside_it_is_malformed(custody: Run, signature: Run) -> None:
    file, address = signature("wpkh"), desk.wallet("wpkh").address(0, 0)
    text = Path(file).read_text()
    for changed in (text + "x", text + text, text[:20] + " " + text[20:], "> " + text, text.replace("a", "\u0430", 1)):
        Path(file).write_text(changed)
        assert verify(custody, file, address).code == 4


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "wpkh"])
def test_a_legacy_signature_is_made_for_one_key_and_said_to_be_weaker(
    custody: Run, wallet: Run, at: Run, kind: str
) -> None:
    begin = ("message", "sign", "--wallet", wallet(kind), "--index", "2", "--message", MESSAGE, "--format", "legacy")
    done = custody(*begin, "--yes", "-o", at("out"), "--json", secret=desk.PHRASES["A"])
    assert done.code == 0, done.stderr
    assert (done.json["verdict"], done.json["complete"]) == ("warn", True)
    assert {each["id"] for each in done.json["findings"]} == {"BTC-MESSAGE-LEGACY"}
    assert done.json["signatures"] == {"have": 1, "need": 1}
    assert [each["scheme"] for each in done.json["signed"]] == ["ecdsa-recoverable"]
    assert Path(at("out")).read_text() == done.json["signature"] + "\n"
    answer = verify(custody, at("out"), done.json["address"])
    assert (answer.code, answer.json["format"]) == (0, "legacy")
    assert custody(*begin, "--request", "-o", at("other")).code == 2
    assert not Path(at("other")).exists()


@pytest.mark.parametrize("kind", ["tr", QUORUM])
def test_a_legacy_signature_is_refused_for_every_other_address(custody: Run, wallet: Run, at: Run, kind: str) -> None:
    done = custody(
        *("message", "sign", "--wallet", wallet(kind), "--index", "0", "--message", MESSAGE, "--format", "legacy"),
        *("--yes", "-o", at("out"), "--json"),
        secret=desk.PHRASES["A"],
    )
    assert done.code == 3
    assert "one key" in done.json["error"]["message"]
    assert not Path(at("out")).exists()


REQUEST_PATH = "m/84h/1h/0h/0/3"
REQUESTS = {
    "JSON": json.dumps({"msg": MESSAGE, "subpath": REQUEST_PATH, "addr_fmt": "p2wpkh"}),
    "lines": f"{MESSAGE}\n{REQUEST_PATH}\np2wpkh\n",
    "signmessage": f"signmessage {REQUEST_PATH} ascii:{MESSAGE}",
}


@pytest.mark.parametrize("text", REQUESTS.values(), ids=REQUESTS)
def test_a_devices_request_is_signed_by_the_address_that_it_names(
    custody: Run, wallet: Run, at: Run, text: str
) -> None:
    Path(at("request")).write_text(text)
    address = desk.wallet("wpkh").address(0, 3)
    begin = (
        "message",
        "sign",
        at("request"),
        "--wallet",
        wallet("wpkh"),
        "--yes",
        "-o",
        at("out"),
        "--json",
        "--force",
    )
    for agreeing in ((), ("--index", "3"), ("--address", address), ("--format", "full"), ("--format", "legacy")):
        done = custody(*begin, *agreeing, secret=desk.PHRASES["A"])
        assert done.code == 0, done.stderr
        assert (done.json["address"], done.json["path"], done.json["message"]) == (address, "m/84'/1'/0'/0/3", MESSAGE)
        assert verify(custody, at("out"), address).code == 0
    Path(at("out")).unlink()
    for options, code in (
        (("--index", "2"), 5),
        (("--index", "3", "--change"), 5),
        (("--address", desk.wallet("wpkh").address(0, 2)), 5),
        (("--message", MESSAGE), 2),
        (("--file", at("request")), 2),
        (("--combine",), 2),
        (("--time", "5"), 2),
    ):
        assert custody(*begin, *options, secret=desk.PHRASES["A"]).code == code, options
    assert not Path(at("out")).exists()


@pytest.mark.parametrize("kind", ["pkh", "sh(wpkh)", "tr", QUORUM])
def test_a_request_for_another_wallets_path_or_form_is_a_mismatch(
    custody: Run, wallet: Run, at: Run, kind: str
) -> None:
    Path(at("request")).write_text(REQUESTS["JSON"])
    begin = ("message", "sign", at("request"), "--wallet", wallet(kind), "--yes", "-o", at("out"))
    assert custody(*begin, secret=desk.PHRASES["A"]).code == 5
    path = format_path(place_of(registered(kind), 0, 3).derived.keys[0].path)
    Path(at("request")).write_text(f"{MESSAGE}\n{path}\np2wpkh\n")
    done = custody(*begin, secret=desk.PHRASES["A"])
    assert done.code == 5
    assert "asks for an address of the form p2wpkh" in done.stderr
    assert not Path(at("out")).exists()


def test_a_request_to_a_quorum_is_passed_on_as_a_psbt(custody: Run, wallet: Run, at: Run) -> None:
    Path(at("request")).write_text(f"{MESSAGE}\nm/48h/1h/0h/2h/0/3\np2wsh\n")
    treasury = wallet(QUORUM)
    done = custody(
        *("message", "sign", at("request"), "--wallet", treasury, "--yes", "-o", at("1.psbt"), "--json", "--armour"),
        secret=desk.PHRASES["A"],
    )
    assert (done.code, done.json["complete"]) == (0, False), done.stderr
    assert done.json["address"] == desk.wallet(QUORUM).address(0, 3)
    last = ("message", "sign", at("1.psbt"), "--wallet", treasury, "--yes", "-o", at("out"), "--armour")
    assert custody(*last, secret=desk.PHRASES["B"]).code == 0
    assert verify(custody, at("out"), done.json["address"]).code == 0


def test_a_plain_text_in_the_place_of_a_request_is_refused_with_both_ways_out(
    custody: Run, wallet: Run, at: Run
) -> None:
    """A message is signed byte for byte, and only where it is called one."""
    begin = ("message", "sign", "--wallet", wallet("wpkh"), "--yes", "-o", at("out"), "--force")
    for text in (MESSAGE, f"{MESSAGE}\n", f"{MESSAGE}\n{REQUEST_PATH}\np2wpkh\nand more\n", '{"msg": "a"}'):
        Path(at("text")).write_text(text)
        done = custody(*begin, at("text"), secret=desk.PHRASES["A"])
        assert done.code == 4
        assert "--file" in done.stderr
    for text in REQUESTS.values():
        Path(at("text")).write_text(text)
        done = custody(*begin, "--file", at("text"), "--index", "0", secret=desk.PHRASES["A"])
        assert done.code == 0
        assert "looks like a device's request" in done.stderr
        assert verify(custody, at("out"), desk.wallet("wpkh").address(0, 0), text).code == 0


# --- sign: what is refused ---


@pytest.mark.parametrize("message", ["\u00fcber", "a\tb", "a\u202eb", "a\r\nb", "ab" * 32])
def test_a_message_that_cannot_be_read_is_refused_with_its_review(
    custody: Run, wallet: Run, at: Run, message: str
) -> None:
    done = custody(
        *("message", "sign", "--wallet", wallet("wpkh"), "--index", "0", "--message", message, "--yes"),
        *("-o", at("signature"), "--json"),
        secret=desk.PHRASES["A"],
    )
    assert done.code == 3
    assert done.json["verdict"] == "refuse"
    assert {each["id"] for each in done.json["findings"]} <= {"BTC-MESSAGE-TEXT", "BTC-MESSAGE-DIGEST"}
    assert not Path(at("signature")).exists()
    assert done.stdout.isascii()


def test_a_payment_is_never_signed_as_a_message_nor_a_message_as_a_payment(custody: Run, wallet: Run, at: Run) -> None:
    treasury = wallet("wpkh")
    Path(at("payment.psbt")).write_bytes(honest().psbt())
    common = ("--wallet", treasury, "--yes", "-o", at("out"), "--json")
    done = custody("message", "sign", at("payment.psbt"), *common, secret=desk.PHRASES["A"])
    assert (done.code, done.json["error"]["code"]) == (3, "not-a-message")
    begin = ("message", "sign", "--wallet", treasury, "--index", "0", "--message", MESSAGE)
    assert custody(*begin, "--request", "-o", at("request.psbt")).code == 0
    done = custody("sign", at("request.psbt"), *common, secret=desk.PHRASES["A"])
    assert done.code == 3
    assert "BTC-MESSAGE-DISGUISED" in {each["id"] for each in done.json["findings"]}
    assert not Path(at("out")).exists()


def test_on_a_main_network_a_script_signs_nothing(custody: Run, at: Run) -> None:
    descriptor = f"wpkh([73c5da0a/84h/0h/0h]{MAIN_XPUB}/<0;1>/*)"
    new = ("wallet", "new", "main", "--descriptor", descriptor, "--network", "main", "-o", at("main.json"))
    assert custody(*new).code == 0
    done = custody(
        *("message", "sign", "--wallet", at("main.json"), "--index", "0", "--message", MESSAGE, "--yes"),
        *("-o", at("signature")),
        secret=desk.PHRASES["A"],
    )
    assert done.code == 2
    assert "--yes is for test networks" in done.stderr
    assert not Path(at("signature")).exists()


def test_another_key_is_a_mismatch(custody: Run, wallet: Run, at: Run) -> None:
    done = custody(
        *("message", "sign", "--wallet", wallet("wpkh"), "--index", "0", "--message", MESSAGE, "--yes"),
        *("-o", at("signature")),
        secret=desk.PHRASES["B"],
    )
    assert done.code == 5
    assert not Path(at("signature")).exists()


def test_an_address_of_somebody_else_is_a_mismatch(custody: Run, wallet: Run, at: Run) -> None:
    stranger = desk.wallet("wpkh").address(0, 1_000_000)
    begin = ("message", "sign", "--wallet", wallet("wpkh"), "--message", MESSAGE, "--request", "-o", at("out"))
    assert custody(*begin, "--address", stranger).code == 5
    assert custody(*begin, "--address", ADDRESS).code == 5
    assert custody(*begin, "--address", "hello").code == 4


def test_a_file_that_is_there_is_not_replaced(custody: Run, wallet: Run, at: Run) -> None:
    Path(at("out")).write_text("mine")
    begin = ("message", "sign", "--wallet", wallet("wpkh"), "--index", "0", "--message", MESSAGE, "-o", at("out"))
    assert custody(*begin, "--yes", secret=desk.PHRASES["A"]).code == 8
    assert Path(at("out")).read_text() == "mine"


@pytest.mark.parametrize(
    "words",
    [
        ("--message", MESSAGE),
        ("--index", "0"),
        ("--index", "0", "--address", "a", "--message", MESSAGE),
        ("--change", "--message", MESSAGE),
        ("--combine", "--message", MESSAGE, "--index", "0"),
        ("request.psbt", "--message", MESSAGE),
        ("request.psbt", "--index", "0"),
        ("request.psbt", "--request"),
    ],
)
def test_a_line_that_says_too_little_or_too_much_is_usage(
    custody: Run, wallet: Run, at: Run, words: tuple[str, ...]
) -> None:
    assert custody("message", "sign", *words, "--wallet", wallet("wpkh"), "-o", at("out")).code == 2


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--coins", "a", "--tx", "b"),
        ("--coins", "a", "--utxo", f"{'ab' * 32}:0"),
        ("--tx", "a", "--utxo", "ab:0"),
        ("--tx", "a", "--utxo", f"{'ab' * 32}:\u0660"),
        ("--tx", "a", "--utxo", f"{'ab' * 32}:4294967296"),
        ("--coins", "a", "--date", "23.11.2026"),
        ("--coins", "a", "--date", "2026-11-32"),
        ("--coins", "a", "--date", "2026-02-31"),
        ("--coins", "a", "--block", "ABCD"),
    ],
)
def test_coins_that_are_named_wrongly_are_usage(custody: Run, wallet: Run, at: Run, words: tuple[str, ...]) -> None:
    begin = ("message", "prove", "--wallet", wallet("wpkh"), "--message", MESSAGE, "-o", at("out"))
    assert custody(*begin, *words).code == 2


def test_a_statement_alone_is_a_message(custody: Run, wallet: Run, payment: Run, at: Run) -> None:
    done = custody(
        *("message", "prove", "--wallet", wallet("tr"), "--coins", payment("tr", 2), "--date", "2026-11-23"),
        *("--yes", "-o", at("proof"), "--json"),
        secret=desk.PHRASES["A"],
    )
    assert (done.code, done.json["message"]) == (0, "Date: 2026-11-23")
    answer = verify(custody, at("proof"), desk.wallet("tr").address(0, 0), "Date: 2026-11-23")
    assert answer.json["total"] == {"atoms": 200_001, "proven_atoms": 0, "coins": 2}


def test_a_coin_without_its_transaction_is_refused_outside_taproot(custody: Run, wallet: Run, at: Run) -> None:
    Path(at("payment.psbt")).write_bytes(honest().drop(0, b"\x00").psbt())
    done = custody(
        *("message", "prove", "--wallet", wallet("wpkh"), "--coins", at("payment.psbt"), "--message", MESSAGE),
        *("--request", "-o", at("out"), "--json"),
    )
    assert done.code == 3
    assert {each["id"] for each in done.json["findings"]} == {"BTC-AMOUNT-UNPROVEN"}


def test_a_file_that_states_two_amounts_for_one_coin_proves_nothing(custody: Run, wallet: Run, at: Run) -> None:
    dearer = desk.output(10_000 * 10**8, desk.wallet("wpkh").script(0, 0))
    Path(at("payment.psbt")).write_bytes(honest().put(0, b"\x01", dearer).psbt())
    done = custody(
        *("message", "prove", "--wallet", wallet("wpkh"), "--coins", at("payment.psbt"), "--message", MESSAGE, "--yes"),
        *("-o", at("out"), "--json"),
        secret=desk.PHRASES["A"],
    )
    assert (done.code, done.json["error"]["code"]) == (3, "btc-utxo-conflict")
    assert not Path(at("out")).exists()


@pytest.mark.parametrize("text", ["wpkh", "tr"])
def test_many_coins_make_one_request(custody: Run, wallet: Run, payment: Run, at: Run, text: str) -> None:
    done = custody(
        *("message", "prove", "--wallet", wallet(text), "--coins", payment(text, 300), "--message", MESSAGE),
        *("--request", "-o", at("request.psbt"), "--json"),
    )
    assert (done.code, done.json["total"]["coins"]) == (0, 300)
    assert len(Psbt.parse(Path(at("request.psbt")).read_bytes()).inputs) == 301
