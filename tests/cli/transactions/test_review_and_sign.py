"""`custody review` and `sign` as a script calls them: exit codes, JSON, what is written and what not."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.wallets import files
from tests.chains.bitcoin.review.drafts import STRANGER, Draft, honest
from tests.support import desk
from tests.support.aloud import spaced, threes
from tests.support.custody_command import Answer, call, run

Place = Callable[..., Path]


@pytest.fixture
def wallet(tmp_path: Path) -> Place:
    """Register a test wallet through the command line."""

    def register(kind: str, name: str = "treasury", network: str = "regtest") -> Path:
        path = tmp_path / f"{name}.json"
        descriptor = desk.wallet(kind).descriptor
        done = run("custody", "wallet", "new", name, "--descriptor", descriptor, "--network", network, "-o", str(path))
        assert done.code == 0, done.err
        return path

    return register


@pytest.fixture
def psbt(tmp_path: Path) -> Callable[[Draft | bytes], Path]:
    """Lay a PSBT into a file."""

    def lay(content: Draft | bytes) -> Path:
        path = tmp_path / "unsigned.psbt"
        path.write_bytes(content if isinstance(content, bytes) else content.psbt())
        return path

    return lay


def sign(file: Path, wallet: Path, out: Path, secret: str, *options: str) -> Answer:
    arguments = ("sign", str(file), "--wallet", str(wallet), "--yes", "-o", str(out), *options)
    return run("custody", *arguments, secret=secret)


def test_an_honest_payment_is_reviewed_with_exit_0(wallet: Place, psbt: Place) -> None:
    done = run("custody", "review", str(psbt(honest())), "--wallet", str(wallet("wpkh")), "--json")
    assert done.code == 0
    review = json.loads(done.out)
    assert review["verdict"] == "accept"
    assert review["network"] == "regtest"
    assert review["wallet"] == "treasury"
    assert review["payments"][0]["amount"] == "0.00030000"
    assert review["fee"] == {"atoms": 1000, "proven": True, "rate": "7.1", "unit": "sat/vB"}
    assert "Traceback" not in done.err


def test_a_person_reads_plain_words(wallet: Place, psbt: Place) -> None:
    draft = honest()
    draft.outputs.append((b"\x6a\x03abc", 0, []))
    done = run("custody", "review", str(psbt(draft)), "--wallet", str(wallet("wpkh")))
    for words in (
        "Nothing objects. Not yet approved.",
        "Returns to this wallet",
        "Destroyed, nobody can ever spend it",
        "30 000 satoshi",
        spaced(desk.wallet("wpkh").address(1, 3)),
    ):
        assert words in done.out
    assert "atoms" not in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_a_refused_transaction_is_exit_3_with_its_review_and_nothing_is_written(
    wallet: Place, psbt: Place, tmp_path: Path
) -> None:
    draft = honest()
    draft.outputs[1] = (STRANGER, *draft.outputs[1][1:])
    treasury, file, out = wallet("wpkh"), psbt(draft), tmp_path / "out.psbt"
    reviewed = run("custody", "review", str(file), "--wallet", str(treasury), "--json")
    signed = sign(file, treasury, out, desk.PHRASES["A"], "--json")
    assert (reviewed.code, signed.code) == (3, 3)
    assert json.loads(reviewed.out) == json.loads(signed.out)
    assert "BTC-CHANGE-SPOOF" in {finding["id"] for finding in json.loads(signed.out)["findings"]}
    assert not out.exists()


def of_a_treasury(count: int) -> Draft:
    """A payment of thousands of bitcoin, change in two pieces."""
    owner, draft = desk.wallet("wpkh"), honest()
    draft.coins = list(desk.coins(owner, count, 1_234_567 * 10**8))
    draft.inputs = [desk.input_pairs(owner, coin) for coin in draft.coins]
    draft.outpoints = [(desk.txid(coin.previous), coin.vout) for coin in draft.coins]
    total = sum(coin.amount for coin in draft.coins)
    change = [(owner.script(1, number), total // 4, desk.change_pairs(owner, 1, number)) for number in range(2)]
    draft.outputs = [(STRANGER, total - 2 * (total // 4) - 123_456, []), *change]
    return draft


def test_sums_of_thousands_of_bitcoin_stay_within_80_columns(wallet: Place, psbt: Place) -> None:
    done = run("custody", "review", str(psbt(of_a_treasury(12))), "--wallet", str(wallet("wpkh")))
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80
    spent = sum(coin.amount for coin in of_a_treasury(12).coins)
    words = " ".join(done.out.split())
    assert f"({threes(spent)} satoshi) from 12 coins, every amount proven" in words
    assert "Returns 7 407 402.00 000 032 BTC (740 740 200 000 032 satoshi) in all" in words


@pytest.mark.parametrize("name", ["\\" * 200, "x" * 200, 'a", REFUSED [BTC-X]  b'])
def test_the_longest_and_strangest_name_stays_within_80_columns(wallet: Place, psbt: Place, name: str) -> None:
    treasury = wallet("wpkh")
    content = json.loads(treasury.read_text()) | {"name": name}
    treasury.write_text(json.dumps(content))
    draft, other = honest(), wallet("tr", "other")
    other.write_text(
        json.dumps(json.loads(other.read_text()) | {"name": name + "y" if len(name) < 200 else "y" + name[1:]})
    )
    draft.outputs[0] = (desk.wallet("tr").script(0, 0), 30_000, [])
    done = run("custody", "review", str(psbt(draft)), "--wallet", str(treasury), "--wallet", str(other))
    assert done.code == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 80
    assert "30 000 satoshi" in done.out


def test_a_wallet_file_with_a_name_that_moves_the_cursor_is_exit_4(wallet: Place, psbt: Place) -> None:
    treasury = wallet("wpkh")
    written = json.loads(treasury.read_text())
    for name in ("a\x1b[2Jb", "a\u202eb", "a\nb", "a\x9b1mb", "a\u200bb", "\u0430", "a" * 201):
        treasury.write_text(json.dumps(written | {"name": name}))
        done = run("custody", "review", str(psbt(honest())), "--wallet", str(treasury))
        assert done.code == 4, name
        assert (done.out + done.err).replace("\n", "").isprintable()
        assert (done.out + done.err).isascii()


def test_an_unproven_fee_is_never_a_number(wallet: Place, psbt: Place) -> None:
    file, treasury = psbt(honest().drop(0, b"\x00")), wallet("wpkh")
    done = run("custody", "review", str(file), "--wallet", str(treasury))
    assert done.code == 3
    assert "Fee cannot be checked" in done.out
    as_json = json.loads(run("custody", "review", str(file), "--wallet", str(treasury), "--json").out)
    assert as_json["fee"]["atoms"] is None
    assert as_json["fee"]["proven"] is False


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"psbt\xff", b"cHNidP8", b"cHNidP8BAA=", b"70736274ff0", b"ur:crypto-psbt/1-2/aaa", b"\xff" * 1000],
    ids=["empty", "zero", "magic only", "cut base64", "bad padding", "odd hex", "a frame", "noise"],
)
def test_what_is_not_a_psbt_is_exit_4_in_one_sentence(wallet: Place, psbt: Place, content: bytes) -> None:
    done = run("custody", "review", str(psbt(content)), "--wallet", str(wallet("wpkh")))
    assert done.code == 4
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err
    assert done.out == ""


def test_signing_adds_signatures_and_nothing_else(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    out = tmp_path / "signed.psbt"
    draft = honest("wpkh", 2)
    done = sign(psbt(draft), wallet("wpkh"), out, desk.PHRASES["A"], "--json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert [each["input"] for each in answer["signed"]] == [0, 1]
    before, after = Psbt.parse(draft.psbt()), Psbt.parse(out.read_bytes())
    assert after.transaction == before.transaction
    assert after.outputs == before.outputs
    assert [len(each.partial_sigs) for each in after.inputs] == [1, 1]
    assert len(out.read_bytes()) - len(draft.psbt()) == sum(
        1 + 34 + 1 + len(signature) for each in after.inputs for _key, signature in each.partial_sigs
    )
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("encode", [base64.b64encode, lambda raw: raw.hex().encode()], ids=["base64", "hex"])
def test_the_encoding_of_the_file_is_kept(
    wallet: Place, psbt: Place, tmp_path: Path, encode: Callable[[bytes], bytes]
) -> None:
    out, raw = tmp_path / "signed.psbt", tmp_path / "signed.bin"
    treasury = wallet("wpkh")
    assert sign(psbt(encode(honest().psbt())), treasury, out, desk.PHRASES["A"]).code == 0
    assert sign(psbt(honest()), treasury, raw, desk.PHRASES["A"]).code == 0
    assert out.read_bytes() == encode(raw.read_bytes())


def test_the_key_of_another_wallet_is_exit_5(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    out = tmp_path / "signed.psbt"
    done = sign(psbt(honest()), wallet("wpkh"), out, desk.PHRASES["B"])
    assert done.code == 5
    assert "73c5da0a" in done.err
    assert not out.exists()


def test_a_wrong_passphrase_is_exit_5(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    done = sign(psbt(honest()), wallet("wpkh"), tmp_path / "o", desk.PHRASES["A"] + "\npassphrase: nearly\n")
    assert done.code == 5


def test_a_mistyped_word_is_exit_4_by_position_and_never_echoed(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    phrase = desk.PHRASES["A"].replace("about", "abuot")
    done = sign(psbt(honest()), wallet("wpkh"), tmp_path / "o", phrase)
    assert done.code == 4
    assert "12" in done.err
    assert "abuot" not in done.err + done.out


def test_a_publicly_known_key_is_named_on_a_test_network(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    done = sign(psbt(honest()), wallet("wpkh"), tmp_path / "o", desk.PHRASES["A"])
    assert done.code == 0
    assert "publicly known" in done.err


def test_an_absent_folder_for_the_result_is_exit_8(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    done = sign(psbt(honest()), wallet("wpkh"), tmp_path / "nowhere" / "o", desk.PHRASES["A"])
    assert done.code == 8


def test_an_existing_result_is_kept_unless_forced(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    out = tmp_path / "signed.psbt"
    out.write_text("mine")
    treasury, file = wallet("wpkh"), psbt(honest())
    assert sign(file, treasury, out, desk.PHRASES["A"]).code == 8
    assert out.read_text() == "mine"
    assert sign(file, treasury, out, desk.PHRASES["A"], "--force").code == 0


def test_without_a_terminal_and_without_yes_nothing_is_signed(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    out = tmp_path / "o"
    arguments = ("sign", str(psbt(honest())), "--wallet", str(wallet("wpkh")), "-o", str(out))
    done = run("custody", *arguments, secret=desk.PHRASES["A"])
    assert done.code == 2
    assert not out.exists()


def test_a_second_cosigner_adds_to_the_first(wallet: Place, psbt: Place, tmp_path: Path) -> None:
    treasury, first, second = wallet("wsh(sortedmulti)"), tmp_path / "first", tmp_path / "second"
    assert sign(psbt(honest("wsh(sortedmulti)")), treasury, first, desk.PHRASES["A"]).code == 0
    done = sign(first, treasury, second, desk.PHRASES["B"], "--json")
    assert done.code == 0
    assert json.loads(done.out)["inputs"][0]["signed"] is True
    assert len(Psbt.parse(second.read_bytes()).inputs[0].partial_sigs) == 2
    again = sign(second, treasury, tmp_path / "third", desk.PHRASES["B"])
    assert again.code == 3
    assert "signed every input already" in again.err


def test_exit_3_prints_the_review_also_where_only_the_signing_is_refused(
    wallet: Place, psbt: Place, tmp_path: Path
) -> None:
    treasury, first, never = wallet("wpkh"), tmp_path / "first", tmp_path / "never"
    assert sign(psbt(honest()), treasury, first, desk.PHRASES["A"]).code == 0
    done = sign(first, treasury, never, desk.PHRASES["A"], "--json")
    assert done.code == 3
    answer = json.loads(done.out)
    assert answer["verdict"] == "accept"
    assert answer["signed"] == []
    assert answer["error"]["code"] == "nothing-to-sign"
    assert not never.exists()


def test_the_wallet_that_was_reviewed_decides_whether_a_script_may_sign(
    wallet: Place, psbt: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is swapped after the review must not turn real money into test money."""
    file, out = psbt(honest()), tmp_path / "never"
    spare = Wallet.from_json(wallet("wpkh").read_text())
    real = replace(spare, network=NETWORKS["main"])
    answers = iter([real, spare, spare])
    monkeypatch.setattr(files, "load_wallet", lambda _path: next(answers))
    assert call("sign", str(file), "--wallet", "w", "--yes", "-o", str(out), secret=desk.PHRASES["A"]) == 2
    assert not out.exists()


def test_the_name_of_the_result_is_shown_without_what_moves_a_cursor(
    wallet: Place, psbt: Place, tmp_path: Path
) -> None:
    done = sign(psbt(honest()), wallet("wpkh"), tmp_path / "a\x1b[2Jb\u202e", desk.PHRASES["A"])
    assert done.code == 0
    assert "a\\x1b[2Jb\\u{202e}" in done.err
    assert "\x1b" not in done.err


def test_two_results_on_standard_output_are_a_usage_error(wallet: Place, psbt: Place) -> None:
    arguments = ("sign", str(psbt(honest())), "--wallet", str(wallet("wpkh")), "--yes", "-o", "-", "--json")
    assert run("custody", *arguments, secret=desk.PHRASES["A"]).code == 2
