"""`custody psbt` as a script and as a person call it: files in, files out, exit codes, the JSON, the words."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles import combine, finalize
from tests.chains.bitcoin.roles.cosigners import apart, changed, having, request, signed_by, source, wallets, without
from tests.cli.conftest import process
from tests.referees import judges
from tests.support import desk

QUORUM = "wsh(sortedmulti)"
Run = Callable[..., Any]


@pytest.fixture
def lay(tmp_path: Path) -> Callable[[str, bytes], str]:
    """Lay bytes into a file; return its name."""

    def put(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return put


@pytest.fixture
def at(tmp_path: Path) -> Callable[[str], str]:
    """Name a file that is not there yet."""
    return lambda name: str(tmp_path / name)


@pytest.fixture
def files(lay: Run) -> list[str]:
    """What two of three cosigners sent back."""
    return [lay(each.name, each.envelope.payload) for each in apart(QUORUM)]


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def failed(answer: Any, code: int, name: str) -> None:
    """Check an error: its exit code, its name, and that nobody sees a traceback."""
    assert answer.code == code, answer.stdout + answer.stderr
    assert answer.json["error"]["code"] == name
    assert "Traceback" not in answer.stderr


def previous(kind: str, number: int) -> bytes:
    return desk.coins(desk.wallet(kind), 2)[number].previous


@pytest.mark.parametrize("kind", [*desk.KINDS, "wsh(decaying)", "tr(nobody,tree)"])
@pytest.mark.parametrize("version", [0, 2])
def test_from_the_cosigners_files_to_the_transaction(custody: Run, lay: Run, at: Run, kind: str, version: int) -> None:
    wallet = lay("wallet.json", wallets(kind)[0].to_json().encode())
    back = [lay(each.name, each.envelope.payload) for each in apart(kind, version)]
    combined = custody("psbt", "combine", *back, "--wallet", wallet, "-o", at("all.psbt"), "--json")
    assert combined.code == 0, combined.stderr
    assert combined.json["complete"] is True
    assert (combined.json["version"], combined.json["encoding"]) == (version, "binary")
    final = custody("psbt", "finalize", at("all.psbt"), "--wallet", wallet, "-o", at("final.psbt"), "--json")
    assert final.code == 0, final.stderr
    assert [each["final"] for each in final.json["inputs"]] == [False, False]
    done = custody("psbt", "extract", at("final.psbt"), "-o", at("tx.hex"), "--json")
    assert done.code == 0, done.stderr
    assert read(at("tx.hex")).decode() == done.json["hex"] + "\n"
    assert done.json["fee"] | {"rate": ""} == {"atoms": 1_500, "proven": True, "rate": "", "unit": "sat/vB"}
    judges.verify(bytes.fromhex(done.json["hex"]), [coin.utxo for coin in desk.coins(desk.wallet(kind), 2)])
    assert done.json["weight"] <= 4 * done.json["vsize"]
    assert "broadcasting is the desk's work" in done.json["warnings"][-1]


def test_hex_is_the_result_where_no_file_is_named_and_bytes_where_they_are_asked_for(
    custody: Run, lay: Run, at: Run
) -> None:
    final = lay("final.psbt", finalize(source(combine(apart("wpkh")).psbt.serialize())).psbt.serialize())
    plain = custody("psbt", "extract", final)
    assert plain.code == 0
    raw = bytes.fromhex(plain.stdout)
    assert "nothing was sent" in plain.stderr
    assert custody("psbt", "extract", final, "--binary", "-o", at("tx")).code == 0
    assert read(at("tx")) == raw == judges.bdk(combine(apart("wpkh")).psbt.serialize())
    assert custody("psbt", "extract", final, "--binary").code == 2
    screen = custody("psbt", "extract", final, "-o", at("tx.hex")).stdout
    assert "0.00 001 500 BTC (1 500 satoshi)" in screen
    assert all(len(line) <= 80 for line in screen.splitlines())


# --- complete ---


@pytest.mark.parametrize("form", ["binary", "hex", "hex line"])
def test_previous_transactions_come_in_any_form_and_the_file_keeps_its_own(
    custody: Run, lay: Run, at: Run, form: str
) -> None:
    whole = request("wpkh", 2)
    bare = changed(changed(whole, 1, without(0x00)), 2, without(0x00))
    file = lay("bare.psbt", base64.b64encode(bare) + b"\n")
    forms = {"binary": bytes, "hex": lambda raw: raw.hex().encode(), "hex line": lambda raw: raw.hex().encode() + b"\n"}
    first = lay("0.tx", forms[form](previous("wpkh", 0)))
    half = custody("psbt", "complete", file, "--tx", first, "-o", at("half.psbt"), "--json")
    assert half.code == 0, half.stderr
    outpoints = [str(each.outpoint) for each in Psbt.parse(whole).transaction.inputs]
    assert half.json["added"] == [{"input": 0, "txid": outpoints[0].split(":")[0]}]
    assert half.json["missing"] == [{"input": 1, "outpoint": outpoints[1]}]
    assert (half.json["complete"], half.json["version"], half.json["encoding"]) == (False, 2, "base64")
    second = lay("1.tx", previous("wpkh", 1))
    done = custody("psbt", "complete", file, "--tx", first, "--tx", second, "-o", at("done.psbt"))
    assert done.code == 0
    assert "Every amount is proven now." in done.stdout
    sealed = read(at("done.psbt"))
    assert sealed.endswith(b"\n")
    psbt = Psbt.parse(base64.b64decode(sealed, validate=False))
    assert [frozenset(each.pairs) for each in psbt.inputs] == [
        frozenset(each.pairs) for each in Psbt.parse(whole).inputs
    ]


def test_what_is_missing_is_said_to_a_person(custody: Run, lay: Run, at: Run) -> None:
    bare = changed(changed(request("wpkh"), 1, without(0x00)), 2, without(0x00))
    file, raw = lay("bare.psbt", bare), lay("0.tx", previous("wpkh", 0))
    done = custody("psbt", "complete", file, "--tx", raw, "-o", at("out.psbt"))
    assert done.code == 0
    assert "warning: the amount of 1 input is still unproven" in done.stderr
    assert desk.txid(previous("wpkh", 1))[::-1].hex() in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if "out.psbt" not in line)


def test_wrong_transactions_write_nothing(custody: Run, lay: Run, at: Run) -> None:
    file = lay("bare.psbt", changed(request("wpkh"), 1, without(0x00)))
    stranger, broken = lay("pkh.tx", previous("pkh", 0)), lay("broken.tx", previous("wpkh", 0)[:-1])
    coin = desk.coins(desk.wallet("wpkh"), 2)[0]
    false = changed(read(file), 1, having(b"\x01", desk.output(coin.amount + 1, coin.script)))
    liar, raw = lay("liar.psbt", false), lay("0.tx", previous("wpkh", 0))
    out = at("out.psbt")
    answer = custody("psbt", "complete", file, "--tx", stranger, "-o", out, "--json")
    failed(answer, 5, "not-a-previous-transaction")
    assert "pkh.tx" in answer.json["error"]["message"]
    answer = custody("psbt", "complete", file, "--tx", broken, "-o", out, "--json")
    failed(answer, 4, "unreadable")
    assert "broken.tx" in answer.json["error"]["message"]
    failed(custody("psbt", "complete", liar, "--tx", raw, "-o", out, "--json"), 9, "coin-contradiction")
    failed(custody("psbt", "complete", raw, "--tx", raw, "-o", out, "--json"), 4, "unreadable")
    failed(custody("psbt", "complete", file, "--tx", at("none"), "-o", out, "--json"), 2, "usage")
    failed(custody("psbt", "complete", "-", "--tx", "-", "-o", out, "--json"), 2, "usage")
    assert not Path(out).exists()


# --- combine, finalize ---


def test_what_is_combined_keeps_the_first_files_form(custody: Run, lay: Run, at: Run, files: list[str]) -> None:
    wanted = combine(apart(QUORUM)).psbt.serialize()
    for name, write, read_back in (
        ("base64", base64.b64encode, base64.b64decode),
        ("hex", lambda raw: raw.hex().encode(), lambda text: bytes.fromhex(text.decode())),
    ):
        first = lay(name, write(read(files[0])))
        assert custody("psbt", "combine", first, files[1], "-o", at(f"{name}.out")).code == 0
        assert read_back(read(at(f"{name}.out"))) == wanted


def test_a_person_reads_who_signed_and_who_could(custody: Run, lay: Run, at: Run, files: list[str]) -> None:
    wallet = lay("wallet.json", wallets(QUORUM)[0].to_json().encode())
    one = custody("psbt", "combine", files[0], "--wallet", wallet, "-o", at("one"))
    assert one.code == 0
    for told in (
        "Inputs 0 to 1\n",
        "   1 of 2 signatures\n",
        "   signed by cosigner 1, 73c5da0a\n",
        "   could sign: cosigner 2, b8688df1\n",
        "2 inputs still wait for signatures.",
    ):
        assert told in one.stdout
    alone = custody("psbt", "combine", lay("small", signed_by("A", QUORUM, 0, 1)), "-o", at("two"))
    assert "signed by 73c5da0a m/48'/1'/0'/2'/0/0" in alone.stdout
    final = custody("psbt", "finalize", files[0], "--wallet", wallet, "-o", at("three"))
    assert final.code == 3
    assert "2 of 2 inputs cannot be finalised yet, so none was" in final.stderr
    assert "hint: input 0: 1 more signature is needed, of " in final.stderr
    assert not Path(at("three")).exists()


def test_a_policy_without_its_wallet_says_what_to_name(custody: Run, lay: Run, at: Run) -> None:
    back = [lay(each.name, each.envelope.payload) for each in apart("wsh(or_i)")]
    combined = custody("psbt", "combine", *back, "-o", at("all.psbt"))
    assert combined.code == 0
    assert "--wallet FILE" in " ".join(combined.stdout.split())
    answer = custody("psbt", "finalize", at("all.psbt"), "-o", at("final.psbt"), "--json")
    failed(answer, 3, "signatures-missing")
    assert "--wallet FILE" in answer.json["error"]["hint"]


def test_a_hostile_file_is_named_with_its_key_and_nothing_is_written(
    custody: Run, lay: Run, at: Run, files: list[str]
) -> None:
    pairs = Psbt.parse(read(files[1])).inputs[0].pairs
    name, value = next(pair for pair in pairs if pair[0][0] == 0x02)
    other = dict(Psbt.parse(signed_by("B", QUORUM, 0, 3)).inputs[0].pairs)[name]
    assert other != value
    hostile = lay("returned.psbt", changed(read(files[1]), 1, having(name, other)))
    out = at("out.psbt")
    answer = custody("psbt", "combine", files[0], hostile, "-o", out, "--json")
    failed(answer, 9, "signature-mismatch")
    assert "returned.psbt" in answer.json["error"]["message"]
    assert name[1:].hex() in answer.json["error"]["message"]
    failed(custody("psbt", "finalize", hostile, "-o", out, "--json"), 9, "signature-mismatch")
    failed(custody("psbt", "combine", files[0], lay("v2", signed_by("B", QUORUM, 2)), "-o", out, "--json"), 5,
           "version-mismatch")  # fmt: skip
    failed(custody("psbt", "combine", files[0], lay("3", signed_by("B", QUORUM, 0, 3)), "-o", out, "--json"), 5,
           "transaction-mismatch")  # fmt: skip
    failed(custody("psbt", "extract", files[0], "-o", out, "--json"), 3, "not-final")
    failed(custody("psbt", "combine", *[files[0]] * 21, "-o", out, "--json"), 2, "usage")
    failed(custody("psbt", "combine", files[0], lay("cut", read(files[1])[:-1]), "-o", out, "--json"), 4, "unreadable")
    wallet = lay("other.json", wallets("wpkh")[0].to_json().encode())
    failed(custody("psbt", "combine", *files, "--wallet", wallet, "-o", out, "--json"), 5, "wallet-mismatch")
    assert not Path(out).exists()


def test_a_name_that_is_hostile_reaches_no_terminal(custody: Run, tmp_path: Path) -> None:
    name = str(tmp_path / "\x1b[2J\u202egnp.psbt")
    Path(name).write_bytes(apart(QUORUM)[0].envelope.payload)
    for words in (("finalize", name), ("extract", name)):
        answer = custody("psbt", *words, "-o", str(tmp_path / "out"))
        assert answer.code == 3
        assert "\x1b" not in answer.stderr
        assert "\u202e" not in answer.stderr


def test_a_file_that_is_there_is_not_replaced_without_force(custody: Run, lay: Run, files: list[str]) -> None:
    taken = lay("taken.psbt", b"mine")
    failed(custody("psbt", "combine", *files, "-o", taken, "--json"), 8, "storage")
    assert read(taken) == b"mine"
    assert custody("psbt", "combine", *files, "-o", taken, "--force").code == 0
    assert read(taken) == combine(apart(QUORUM)).psbt.serialize()


def test_one_command_feeds_the_next(tmp_path: Path, files: list[str]) -> None:
    text = tmp_path / "A.txt"
    text.write_bytes(base64.b64encode(read(files[0])))
    combined = process("psbt", "combine", str(text), files[1], "-o", "-")
    assert combined.code == 0
    assert "Every input has what it needs." in combined.stderr
    (tmp_path / "all").write_text(combined.stdout)
    with (tmp_path / "all").open("rb") as stream:
        final = process("psbt", "finalize", "-", "-o", "-", "--quiet", stdin=stream)
    assert (final.code, final.stderr) == (0, "")
    (tmp_path / "final").write_text(final.stdout)
    with (tmp_path / "final").open("rb") as stream:
        done = process("psbt", "extract", "-", "--json", stdin=stream)
    assert done.code == 0
    assert bytes.fromhex(json.loads(done.stdout)["hex"]) == judges.bdk(combine(apart(QUORUM)).psbt.serialize())


def test_two_results_do_not_share_standard_output(custody: Run, files: list[str]) -> None:
    failed(custody("psbt", "combine", *files, "-o", "-", "--json"), 2, "usage")
