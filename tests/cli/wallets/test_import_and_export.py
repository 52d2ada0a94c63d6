"""`custody wallet new --from` and `custody wallet export`: files of other wallets in, and out again."""

import json
from pathlib import Path

import pytest

from airgap.message import Message
from airgap.ur import multipart
from airgap.ur.multipart import Encoder
from custody.chains.bitcoin.exchange.formats import WRITTEN
from custody.chains.bitcoin.exchange.programs import ur
from custody.chains.cbor_values import Tagged, decode, encode
from custody.cli.front import main
from custody.cli.wallets.files import load_wallet
from tests.support import desk
from tests.support.aloud import flat, spaced

QUORUM = desk.wallet("wsh(sortedmulti)")
SINGLE = desk.wallet("wpkh")
POLICY = desk.wallet("wsh(decaying)")
UR_TYPES = ("crypto-output", "output-descriptor", "crypto-account")


@pytest.fixture
def treasury(custody, tmp_path):
    """Register one of the desk's wallets; return its file."""

    def register(owner=QUORUM, network: str = "regtest"):
        path = tmp_path / f"{abs(hash(owner.descriptor))}.json"
        line = ("wallet", "new", "treasury", "--descriptor", owner.descriptor, "--network", network, "-o", str(path))
        assert custody(*line, "--force").code == 0
        return str(path)

    return register


@pytest.fixture
def new_from(custody, tmp_path):
    """Register a wallet from a document; return the answer."""

    def run(document: bytes | str, *more: str, network: str = "regtest", name: str = "again"):
        source, out = tmp_path / "foreign", tmp_path / f"{name}.json"
        source.write_bytes(document.encode() if isinstance(document, str) else document)
        line = ["wallet", "new", name, "--from", str(source), "-o", str(out), "--json", "--force", *more]
        return custody(*line, *(["--network", network] if network else []))

    return run


@pytest.mark.parametrize("target", WRITTEN)
def test_what_is_exported_comes_back_as_the_same_wallet(custody, treasury, new_from, tmp_path, target):
    out = tmp_path / "exported"
    answer = custody("wallet", "export", treasury(), "--to", target, "-o", str(out), "--json")
    assert answer.code == 0
    assert answer.json["first_address"] == QUORUM.address(0, 0)
    assert answer.json["next"]
    back = new_from(out.read_bytes())
    assert back.code == 0, back.stdout
    assert back.json["first_address"] == QUORUM.address(0, 0)
    listed = custody("wallet", "list", treasury(), "--json").json["wallets"][0]
    assert back.json["policy_words"] == listed["policy_words"] == answer.json["policy_words"]


@pytest.mark.parametrize("target", WRITTEN)
def test_the_file_goes_to_standard_output_alone_unless_another_is_named(custody, treasury, new_from, target):
    path = treasury()
    plain = custody("wallet", "export", path, "--to", target)
    assert plain.code == 0
    assert new_from(plain.stdout).json["first_address"] == QUORUM.address(0, 0)
    assert spaced(QUORUM.address(0, 0)) in flat(plain.stderr)
    assert custody("wallet", "export", path, "--to", target, "--quiet").stderr == ""
    content = custody("wallet", "export", path, "--to", target, "--json").json
    assert (content["content"], content["file"]) == (plain.stdout, None)


@pytest.mark.parametrize("owner", [SINGLE, QUORUM, POLICY], ids=["single", "quorum", "policy"])
@pytest.mark.parametrize("ur_type", [None, *UR_TYPES])
def test_a_ur_is_one_line_of_the_type_that_holds_the_wallet(custody, treasury, new_from, owner, ur_type):
    chosen = () if ur_type is None else ("--ur-type", ur_type)
    answer = custody("wallet", "export", treasury(owner), "--to", "ur", *chosen)
    holds = {"crypto-output": owner != POLICY, "output-descriptor": True, "crypto-account": owner == SINGLE}
    if ur_type is not None and not holds[ur_type]:
        assert answer.code == 2
        assert "output-descriptor" in answer.stderr
        return
    expected = ur_type or ("output-descriptor" if owner == POLICY else "crypto-output")
    assert answer.stdout.startswith(f"ur:{expected}/")
    assert answer.stdout.count("\n") == 1
    for letters in (answer.stdout, answer.stdout.upper(), f"\n  {answer.stdout}\n"):
        back = new_from(letters)
        assert back.code == 0, back.stdout
        assert back.json["first_address"] == owner.address(0, 0)


def test_raw_cbor_and_parts_and_a_file_in_letters_are_read_too(custody, treasury, new_from):
    line = custody("wallet", "export", treasury(), "--to", "ur").stdout
    body = _body(line)
    assert new_from(body).json["first_address"] == QUORUM.address(0, 0)
    parts = Encoder(Message.from_cbor("crypto-output", body), fragment_bytes=100)
    letters = [parts.part(number) for number in range(1, parts.seq_len + 1)]
    assert len(letters) > 3
    assert new_from("\n".join(reversed(letters))).json["first_address"] == QUORUM.address(0, 0)
    missing = new_from("\n".join(letters[1:]))
    assert missing.code == 4
    setup = custody("wallet", "export", treasury(), "--to", "coldcard").stdout.encode()
    framed = Encoder(Message("bytes", setup), fragment_bytes=5_000).single()
    assert new_from(framed).json["first_address"] == QUORUM.address(0, 0)


def _body(line: str) -> bytes:
    message = multipart.parse(line.strip())
    assert isinstance(message, Message)
    return message.payload


def test_a_ur_of_something_else_is_unreadable(new_from):
    framed = Encoder(Message("crypto-psbt", b"psbt\xff\x00"), fragment_bytes=5_000).single()
    answer = new_from(framed)
    assert answer.code == 4
    assert "crypto-psbt" in answer.json["error"]["message"]
    assert new_from(framed[:-1] + "a").code == 4


def test_an_account_is_chosen_by_name(custody, treasury, new_from):
    account = custody("wallet", "export", treasury(SINGLE), "--to", "ur", "--ur-type", "crypto-account").stdout
    assert new_from(account, "--account", "bip84").json["first_address"] == SINGLE.address(0, 0)
    assert new_from(account, "--account", "bip86").code == 2
    assert new_from(custody("wallet", "export", treasury(), "--to", "bsms").stdout, "--account", "bip84").code == 2


def test_another_network_is_a_mismatch_and_unsaid_there_is_none(custody, treasury, new_from):
    record = custody("wallet", "export", treasury(), "--to", "bsms").stdout
    assert (new_from(record, network="").code, new_from(record).code) == (2, 0)
    for network in ("main", "test"):
        answer = new_from(record, network=network)
        assert (answer.code, answer.json["error"]["code"]) == (5, "network-mismatch")


def test_a_swapped_cosigner_in_a_record_is_a_mismatch(custody, treasury, new_from):
    record = custody("wallet", "export", treasury(), "--to", "bsms").stdout
    body, _mark, rest = record.partition("#")
    key = desk.expressions("48h/1h/0h/2h")["C"].partition("]")[2].partition("/")[0]
    other = desk.expressions("48h/1h/1h/2h")["C"].partition("]")[2].partition("/")[0]
    swapped = body.replace(key, other) + rest[8:]
    assert swapped != record
    answer = new_from(swapped)
    assert answer.code == 5
    assert "first address" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "document", [b"", b"{}", b"hello", b"\xff" * 50, b"ur:", b"ur:crypto-output/aaaa", b"[" * 9000]
)
def test_what_is_no_wallet_is_unreadable_and_writes_nothing(new_from, tmp_path, document):
    answer = new_from(document)
    assert answer.code == 4
    assert not (tmp_path / "again.json").exists()


def test_the_source_is_said_once(custody, new_from, tmp_path):
    out = ("-o", str(tmp_path / "w"), "--network", "regtest")
    assert custody("wallet", "new", "w", *out).code == 2
    assert custody("wallet", "new", "w", "--descriptor", QUORUM.descriptor, "--account", "bip84", *out).code == 2
    assert new_from(QUORUM.descriptor, "--descriptor", QUORUM.descriptor).code == 2
    assert custody("wallet", "new", "w", "--from", str(tmp_path / "absent"), *out).code == 2


def test_an_export_is_not_written_over_another_file(custody, treasury, tmp_path):
    out = tmp_path / "taken"
    out.write_text("mine")
    line = ("wallet", "export", treasury(), "--to", "bsms", "-o", str(out))
    assert custody(*line).code == 8
    assert out.read_text() == "mine"
    assert custody(*line, "--force").code == 0
    assert out.read_text().startswith("BSMS 1.0\n")


def test_what_a_format_cannot_hold_is_a_usage_error_and_writes_nothing(custody, treasury, tmp_path):
    out = tmp_path / "out"
    answer = custody("wallet", "export", treasury(POLICY), "--to", "coldcard", "-o", str(out), "--json")
    assert answer.code == 2
    assert "coldcard" in answer.json["error"]["message"]
    assert not out.exists()
    assert custody("wallet", "export", treasury(), "--to", "coldcard", "--ur-type", "crypto-output").code == 2
    assert custody("wallet", "export", treasury(), "--to", "paper").code == 2


@pytest.mark.parametrize("option,names", [("--to", tuple(WRITTEN)), ("--ur-type", UR_TYPES)])
def test_the_shell_completes_what_may_stand_after_an_option(monkeypatch, capsys, option, names):
    monkeypatch.setenv("_CUSTODY_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"custody wallet export w.json {option} ")
    monkeypatch.setenv("COMP_CWORD", "5")
    with pytest.raises(SystemExit):
        main.main()
    offered = {line.partition(",")[2] for line in capsys.readouterr().out.splitlines()}
    assert offered == set(names)


def test_a_policy_comes_as_a_template_and_its_keys(new_from):
    keys = [desk.expressions("48h/1h/0h/2h")[who].removesuffix("/<0;1>/*") for who in "ABC"]
    fields = {"name": "x", "descriptor_template": "wsh(sortedmulti(2,@0/**,@1/**,@2/**))", "keys_info": keys}
    made = new_from(json.dumps(fields), "--used-to", "7", "--own", desk.root("A").my_fingerprint.hex())
    assert made.code == 0
    assert (made.json["first_address"], made.json["used_to"]) == (QUORUM.address(0, 0), 7)
    assert made.json["cosigners"][0]["ours"] is True


def test_what_a_file_says_is_in_use_is_told_and_taken_over_only_from_a_person(custody, new_from, tmp_path):
    first = tmp_path / "first.json"
    line = ("wallet", "new", "treasury", "--descriptor", QUORUM.descriptor, "--network", "regtest", "--used-to", "40")
    custody(*line, "-o", str(first))
    silent = new_from(first.read_bytes()).json
    assert (silent["used_to"], silent["reach"]) == (None, 1_000)
    assert any("up to number 40 are in use, which was not taken over" in each for each in silent["warnings"])
    again = new_from(first.read_bytes(), "--used-to", "500")
    assert not any("taken over" in each for each in again.json["warnings"])
    assert (again.json["used_to"], again.json["first_address"]) == (500, QUORUM.address(0, 0))
    assert new_from(first.read_bytes(), network="test").code == 5
    assert new_from(first.read_text().replace("tpub", "tpuB", 1)).code == 4


def test_a_psbt_is_not_taken_for_an_encrypted_record(new_from):
    answer = new_from((b"psbt\xff" + bytes(60)).hex())
    assert answer.code == 4
    assert "no wallet format" in answer.json["error"]["message"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_file_that_an_editor_wrote_in_another_encoding_is_read(new_from, encoding):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    for text in (f"{QUORUM.descriptor}\n", f'"{QUORUM.descriptor}"'):
        answer = new_from(f"{mark}{text}".encode(encoding), "--force")
        assert (answer.code, answer.json["first_address"]) == (0, QUORUM.address(0, 0))


def test_a_ur_that_leaves_the_parents_of_its_keys_out_is_warned_of_and_our_whole_key_is_still_found(
    custody, treasury, new_from
):
    """The keys and the addresses are the same; the texts of the keys, and with them the words, are not."""
    whole = ur.write(load_wallet(treasury()))
    shorn = encode(_without_parents(decode(whole)))
    own = desk.expressions("48h/1h/0h/2h")["B"]
    made = new_from(shorn, "--own", own).json
    assert [each["ours"] for each in made["cosigners"]] == [False, True, False]
    assert made["first_address"] == QUORUM.address(0, 0)
    assert [number for number in (1, 2, 3) if any(f"cosigner {number} does not" in w for w in made["warnings"])] == [
        1,
        2,
        3,
    ]
    full = new_from(whole, "--own", own).json
    assert not any("does not name its parent" in warning for warning in full["warnings"])
    assert made["policy_words"] != full["policy_words"]
    stranger = desk.expressions("48h/1h/1h/2h")["B"].replace("/1h/2h]", "/0h/2h]")
    assert new_from(shorn, "--own", stranger).code == 5


def _without_parents(value):
    if isinstance(value, Tagged) and value.tag == 303:
        return Tagged(303, {name: each for name, each in value.content.items() if name != 8})
    if isinstance(value, Tagged):
        return Tagged(value.tag, _without_parents(value.content))
    if isinstance(value, dict):
        return {name: _without_parents(each) for name, each in value.items()}
    return [_without_parents(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "private", [desk.root("A").to_base58(), desk.root("A").derive("m/0").key.wif()], ids=["extended", "plain"]
)
@pytest.mark.parametrize("in_letters", [True, False], ids=["letters", "bare"])
def test_a_private_key_in_a_ur_is_called_exposed_and_never_repeated(new_from, private, in_letters):
    content = encode({1: f"wpkh({private}/<0;1>/*)", 3: "treasury"})
    letters = Encoder(Message("output-descriptor", content), fragment_bytes=len(content)).single()
    answer = new_from(letters if in_letters else content)
    assert (answer.code, answer.json["error"]["code"]) == (4, "private-key")
    assert "exposed" in answer.json["error"]["hint"]
    assert private not in answer.stdout + answer.stderr


OTHERS = json.loads(
    (Path(__file__).parents[2] / "chains" / "bitcoin" / "exchange" / "others.json").read_text(encoding="ascii")
)


@pytest.mark.parametrize(
    ("name", "network", "address"),
    [
        ("cobo, UR of version 1", "main", "3J5xQcgBqoykSHhmDJLYp87SgVSNhYrvnz"),
        ("coldcard, P2SH without a format", "testnet4", "2NCjUaj1M9De7bLpVuAmeMAP1yUruR9K9ZC"),
        ("bluewallet, crypto-account", "main", "bc1qwd38hsuu059pzzrdz0p9mp7el6e2h4q54g00e2"),
    ],
)
def test_files_of_other_programs_in_letters_and_lines_are_registered(new_from, name, network, address):
    answer = new_from(OTHERS[name]["file"], "--yes" if network != "main" else "--quiet", network=network)
    assert (answer.code, answer.json["first_address"]) == (0, address)
    assert answer.json["warnings"] == []


def test_keys_that_are_no_wallet_are_told_apart_by_their_codes(new_from):
    for name, code in (("coldcard, multisig keys", "cosigner-key"), ("unchained, cosigner", "cosigner-key")):
        answer = new_from(OTHERS[name]["file"], network="test")
        assert (answer.code, answer.json["error"]["code"]) == (4, code)
    key = QUORUM.descriptor.partition(",")[2].partition(",")[0].removesuffix("/<0;1>/*")
    answer = new_from(key)
    assert (answer.code, answer.json["error"]["code"]) == (4, "script-unsaid")
    assert f"wpkh({key}/<0;1>/*)" in answer.json["error"]["hint"]


def test_a_typed_descriptor_may_be_spelled_as_other_programs_do(custody, tmp_path):
    out = str(tmp_path / "typed.json")
    line = ("wallet", "new", "typed", "--network", "regtest", "-o", out, "--json", "--force", "--descriptor")
    wanted = custody(*line, QUORUM.descriptor).json["policy_words"]
    for spelling in ("/**", "/{0,1}/*"):
        answer = custody(*line, f" {QUORUM.descriptor.replace('/<0;1>/*', spelling)}\n")
        assert (answer.code, answer.json["policy_words"]) == (0, wanted)
    answer = custody(*line, QUORUM.descriptor + "?l=savings")
    assert answer.code == 4
    assert "BIP-393" in answer.json["error"]["message"]
