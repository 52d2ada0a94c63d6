import json
import re
import stat

import pytest

from custody.derivation import parse_path
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.support import desk
from tests.support.aloud import flat, spaced

TPUB = bytes.fromhex("043587cf")
XPUB = bytes.fromhex("0488b21e")
MASTERS = [MasterKey.from_seed(Secret(bytes([number] * 3 + [7] * 29))) for number in range(3)]


def key(master: MasterKey, path: str = "m/84h/1h/0h", version: bytes = TPUB) -> str:
    return f"[{master.fingerprint.hex()}{path[1:]}]{master.account_xpub(parse_path(path), version)}"


SINGLE = f"wpkh({key(MASTERS[0])}/<0;1>/*)"
QUORUM = "wsh(sortedmulti(2," + ",".join(f"{key(master, 'm/48h/1h/0h/2h')}/<0;1>/*" for master in MASTERS) + "))"


@pytest.fixture
def wallet(custody, tmp_path):
    path = tmp_path / "treasury.json"
    made = custody(
        "wallet", "new", "treasury", "--descriptor", QUORUM, "--network", "regtest", "-o", str(path), "--json"
    )
    assert made.code == 0, made.stdout
    return str(path), made.json


def test_a_wallet_shows_every_cosigners_whole_key_and_its_first_address(custody, tmp_path, wallet):
    _path, public = wallet
    assert public["threshold"] == 2
    assert [each["fingerprint"] for each in public["cosigners"]] == [master.fingerprint.hex() for master in MASTERS]
    told = custody(
        "wallet", "new", "treasury", "--descriptor", QUORUM, "--network", "regtest", "-o", str(tmp_path / "again")
    ).stdout
    for cosigner in public["cosigners"]:
        assert cosigner["xpub"] in told
        assert cosigner["path"] == "m/48'/1'/0'/2'"
    assert spaced(public["first_address"]) in flat(told)
    assert "2 of 3" in told


def test_a_wallet_file_is_its_owners_and_is_read_back(wallet, tmp_path):
    _path, public = wallet
    assert stat.S_IMODE((tmp_path / "treasury.json").stat().st_mode) == 0o600
    content = json.loads((tmp_path / "treasury.json").read_text())
    assert content["descriptor"] == public["descriptor"]


def test_two_branches_may_be_two_descriptors(custody, tmp_path):
    single = SINGLE.replace("<0;1>", "{}")
    made = custody(
        "wallet", "new", "w", "--network", "regtest", "-o", str(tmp_path / "w.json"), "--json",
        "--descriptor", single.format(0), "--descriptor", single.format(1),
    )  # fmt: skip
    assert made.code == 0
    assert "<0;1>" in made.json["descriptor"]


def test_addresses_are_shown_by_index_range_and_branch(custody, wallet):
    path, public = wallet
    first = custody("wallet", "address", path, "--json")
    assert first.json["address"] == public["first_address"]
    assert custody("wallet", "address", path).stdout.strip() == public["first_address"]
    many = custody("wallet", "address", path, "--range", "0:20", "--json").json["addresses"]
    assert [entry["index"] for entry in many] == list(range(20))
    assert many[0]["address"] == public["first_address"]
    assert custody("wallet", "address", path, "--index", "7", "--json").json["address"] == many[7]["address"]
    change = custody("wallet", "address", path, "--index", "7", "--change", "--json").json
    assert change["change"] is True
    assert change["address"] != many[7]["address"]
    assert len(custody("wallet", "address", path, "--range", "3:6").stdout.splitlines()) == 3


def test_an_address_of_the_wallet_is_found(custody, wallet):
    path, _public = wallet
    seventh = custody("wallet", "address", path, "--index", "7", "--change", "--json").json["address"]
    found = custody("wallet", "find", path, seventh, "--json")
    assert found.code == 0
    assert (found.json["index"], found.json["change"]) == (7, True)
    assert "change address 7" in custody("wallet", "find", path, seventh).stdout


def test_an_address_beyond_the_search_or_of_somebody_else_is_a_mismatch(custody, wallet):
    path, _public = wallet
    far = custody("wallet", "address", path, "--index", "40", "--json").json["address"]
    assert custody("wallet", "find", path, far, "--limit", "40").code == 5
    assert custody("wallet", "find", path, far, "--limit", "41").code == 0
    stranger = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
    answer = custody("wallet", "find", path, stranger, "--limit", "20", "--json")
    assert answer.code == 5
    assert answer.json["error"]["code"] == "mismatch"


def test_an_address_of_another_network_is_a_mismatch_and_nonsense_is_unreadable(custody, wallet):
    path, _public = wallet
    assert custody("wallet", "find", path, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").code == 5
    assert custody("wallet", "find", path, "bcrt1qnonsense").code == 4


@pytest.mark.parametrize(
    "nonsense", ["nonsense", "", "bcrt1q", "bcrt1qnonsense", "bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"]
)
def test_what_is_no_address_is_called_so_with_a_next_step(custody, wallet, nonsense):
    path, _public = wallet
    error = custody("wallet", "find", path, nonsense, "--json").json["error"]
    assert "address" in error["message"]
    assert "Copy it again" in error["hint"]


def test_the_search_goes_beyond_what_was_used(custody, tmp_path):
    path = str(tmp_path / "used.json")
    custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "regtest", "--used-to", "60", "-o", path)
    address = custody("wallet", "address", path, "--index", "65", "--json").json["address"]
    assert custody("wallet", "find", path, address, "--limit", "10", "--json").json["index"] == 65


@pytest.mark.parametrize("used_to", [60, 900])
def test_an_index_far_beyond_those_in_use_is_warned_of_where_a_review_would_refuse_its_change(
    custody, tmp_path, used_to
):
    path = str(tmp_path / "gap.json")
    custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "regtest", "--used-to", str(used_to), "-o", path)
    last = max(used_to + 200, 1_000)
    for index, warned in ((last, False), (last + 1, True)):
        shown = custody("wallet", "address", path, "--index", str(index), "--json").json
        assert bool(shown["warnings"]) is warned
        found = custody("wallet", "find", path, shown["address"], "--json").json
        assert (found["index"], bool(found["warnings"])) == (index, warned)
    told = custody("wallet", "address", path, "--range", f"{last}:{last + 2}")
    assert f"warning: index {last + 1} is beyond {last}, up to which" in told.stderr
    assert len(told.stdout.splitlines()) == 2


def test_a_search_says_how_far_it_went_and_is_silent_on_demand(custody, tmp_path, monkeypatch):
    path = str(tmp_path / "used.json")
    custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "regtest", "--used-to", "9", "-o", path)
    monkeypatch.setattr("custody.cli.wallets.addresses._LEG", 10)
    stranger = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
    answer = custody("wallet", "find", path, stranger, "--limit", "15")
    assert answer.code == 5
    assert "not among the first 25 addresses" in answer.stderr
    assert "first 10 addresses of each branch; searching on to 25" in answer.stderr
    assert "searching" not in custody("wallet", "find", path, stranger, "--limit", "15", "--quiet").stderr
    last = custody("wallet", "address", path, "--index", "24", "--change", "--json").json["address"]
    found = custody("wallet", "find", path, last, "--limit", "15", "--json").json
    assert (found["index"], found["change"], found["searched"]) == (24, True, 25)
    assert custody("wallet", "find", path, last, "--limit", "14").code == 5


def test_a_publicly_known_key_is_warned_of(custody, tmp_path):
    known = MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of("abandon " * 11 + "about")))
    descriptor = f"wpkh({key(known)}/<0;1>/*)"
    made = custody("wallet", "new", "w", "--descriptor", descriptor, "--network", "regtest", "-o", str(tmp_path / "w"))
    assert made.code == 0
    assert "warning: key 73c5da0a is publicly known" in made.stderr


def test_a_key_of_another_network_is_a_mismatch(custody, tmp_path):
    answer = custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "main", "-o", str(tmp_path / "w"))
    assert answer.code == 5
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    "descriptor",
    ["", "wpkh()", "wpkh(zzz)", SINGLE + "#aaaaaaaa", "combo(" + key(MASTERS[0]) + "/0/*)", "x" * 20_000, SINGLE[:-5]],
)
def test_a_descriptor_that_cannot_be_read_is_unreadable_and_writes_nothing(custody, tmp_path, descriptor):
    answer = custody(
        "wallet", "new", "w", "--descriptor", descriptor, "--network", "regtest", "-o", str(tmp_path / "w")
    )
    assert answer.code == 4
    assert not (tmp_path / "w").exists()


def test_three_descriptors_and_an_unknown_network_are_usage_errors(custody, tmp_path):
    out = str(tmp_path / "w")
    assert custody("wallet", "new", "w", *["--descriptor", SINGLE] * 3, "--network", "regtest", "-o", out).code == 2
    assert custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "doge", "-o", out).code == 2


@pytest.mark.parametrize("name", ["", " x", "x" * 201, "tr\u202eeasury", "a\x1b[2Jb"])
def test_a_name_that_could_deceive_is_refused_and_shown_escaped(custody, tmp_path, name):
    answer = custody("wallet", "new", name, "--descriptor", SINGLE, "--network", "regtest", "-o", str(tmp_path / "w"))
    assert answer.code == 4
    assert "\x1b" not in answer.stderr
    assert "\u202e" not in answer.stderr


def test_a_wallet_file_is_not_replaced_without_force(custody, wallet):
    path, _public = wallet
    again = ("wallet", "new", "other", "--descriptor", SINGLE, "--network", "regtest", "-o", path)
    assert custody(*again).code == 8
    assert custody("wallet", "address", path, "--json").json["wallet"] == "treasury"
    assert custody(*again, "--force").code == 0
    assert custody("wallet", "address", path, "--json").json["wallet"] == "other"


def test_a_wallet_can_be_written_to_standard_output_alone(custody):
    written = custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "regtest", "-o", "-")
    assert json.loads(written.stdout)["format"] == "custody-wallet/1"
    assert key(MASTERS[0]).partition("]")[2] in written.stderr  # who compares the keys sees them, as with a file
    both = custody("wallet", "new", "w", "--descriptor", SINGLE, "--network", "regtest", "-o", "-", "--json")
    assert both.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--index", "2147483648"),
        ("--index", "-1"),
        ("--index", "\uff11"),
        ("--range", "5"),
        ("--range", "5:5"),
        ("--range", "6:5"),
        ("--range", "0:100001"),
        ("--index", "1", "--range", "0:5"),
    ],
)
def test_an_impossible_index_or_range_is_a_usage_error(custody, wallet, arguments):
    path, _public = wallet
    assert custody("wallet", "address", path, *arguments).code == 2


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff\xfe", b"nonsense", b'{"format": "custody-wallet/2"}', b"[" * 5000]
)
def test_a_file_that_is_no_wallet_is_unreadable(custody, tmp_path, content):
    path = tmp_path / "nonsense"
    path.write_bytes(content)
    answer = custody("wallet", "address", str(path))
    assert answer.code == 4
    assert "Traceback" not in answer.stderr


def test_an_absent_wallet_and_a_folder_are_usage_errors(custody, tmp_path):
    assert custody("wallet", "address", str(tmp_path / "absent")).code == 2
    assert custody("wallet", "address", str(tmp_path)).code == 2


@pytest.mark.parametrize(("before", "after"), [(" ", " "), ("", "\n"), ("\t", "\r\n"), ("\n", "\n\n")])
def test_blanks_around_what_was_copied_do_not_matter(custody, tmp_path, wallet, before, after):
    path, public = wallet
    line = ("wallet", "new", "treasury", "--network", "regtest", "--json", "-o", str(tmp_path / "again"))
    branches = [f"{before}{QUORUM.replace('<0;1>', branch)}{after}" for branch in "01"]
    for given in ([f"{before}{QUORUM}{after}"], branches):
        made = custody(*line, "--force", *(word for each in given for word in ("--descriptor", each)))
        assert (made.code, made.json["policy_words"]) == (0, public["policy_words"])
    own = f"{before}{key(MASTERS[1], 'm/48h/1h/0h/2h')}{after}"
    assert custody(*line, "--force", "--descriptor", QUORUM, "--own", own).json["cosigners"][1]["ours"] is True
    found = custody("wallet", "find", path, f"{before}{public['first_address']}{after}", "--json")
    assert (found.json["index"], found.json["address"]) == (0, public["first_address"])


@pytest.mark.parametrize("within", ["\n", " ", "\u00a0", "\0"])
def test_blanks_within_a_descriptor_and_others_around_it_are_no_descriptor(custody, tmp_path, within):
    line = ("wallet", "new", "t", "--network", "regtest", "-o", str(tmp_path / "w"), "--descriptor")
    assert custody(*line, QUORUM.replace(",", f",{within}")).code == 4
    if within in "\u00a0\0":
        assert custody(*line, QUORUM + within).code == 4


def test_registration_tells_the_script_the_branches_and_how_far_change_may_go(custody, tmp_path):
    told = custody("wallet", "new", "w", "--descriptor", QUORUM, "--network", "regtest", "-o", str(tmp_path / "w"))
    assert "Script: native segwit script (P2WSH), keys sorted" in told.stdout
    assert "Below each key: /<0;1>/* (0 receives, 1 is change)\n" in told.stdout
    assert ", then /" not in told.stdout
    assert "Change may go to addresses up to number 1000; none is registered as in use." in told.stdout
    assert "unusual way" not in told.stderr


@pytest.mark.parametrize("odd", ["/5/<0;1>/*", "/<3;1777777777>/*", "/<2;3>/*"])
def test_unusual_branches_and_steps_are_shown_and_warned_of(custody, tmp_path, odd):
    descriptor = QUORUM.partition("#")[0].replace("/<0;1>/*", odd, 1)
    told = custody("wallet", "new", "w", "--descriptor", descriptor, "--network", "regtest", "-o", str(tmp_path / "w"))
    assert told.code == 0
    assert odd in told.stdout.replace("\n    ", "")
    assert "unusual way" in told.stderr
    said = re.findall(r"^Cosigner \d: [0-9a-f]{8}, m/48'/1'/0'/2', then (\S+)$", told.stdout, re.MULTILINE)
    assert said == [odd, "/<0;1>/*", "/<0;1>/*"]
    assert "Below each key: as said with it; of <0;1> the first number receives" in told.stdout


def test_one_unusual_way_below_all_keys_is_said_once_in_words(custody, tmp_path):
    descriptor = QUORUM.replace("/<0;1>/*", "/7/<3;5>/*")
    told = custody("wallet", "new", "w", "--descriptor", descriptor, "--network", "regtest", "-o", str(tmp_path / "w"))
    assert "Below each key: /7/<3;5>/* (3 receives, 5 is change)\n" in told.stdout
    assert "unusual way" in told.stderr


def test_a_key_that_stands_twice_in_a_policy_says_both_its_ways(custody, tmp_path):
    policy = desk.wallet("wsh(decaying)").descriptor
    words = ("wallet", "new", "w", "--descriptor", policy, "--network", "regtest", "-o", str(tmp_path / "w"))
    told = custody(*words)
    assert ", then /<0;1>/*; /<2;3>/*\n" in told.stdout
    assert told.stdout.count(", then /<0;1>/*") == 3
    assert "unusual way" not in told.stderr
    ways = [each["branches"] for each in custody(*words, "--force", "--json").json["cosigners"]]
    assert ways == [["/<0;1>/*", "/<2;3>/*"], ["/<0;1>/*"], ["/<0;1>/*"]]
