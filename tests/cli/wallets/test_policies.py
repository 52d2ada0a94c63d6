"""Wallets of a policy on the command line: registered in words, searched, reviewed, signed, and refused where false."""

import json

import pytest

from tests.chains.bitcoin.review.drafts import STRANGER, honest
from tests.support import desk

WAYS = [(kind, sequence) for kind, (_form, _path, ways) in desk.POLICIES.items() for sequence in ways]


@pytest.fixture
def registered(custody, tmp_path):
    """Register the desk's wallet of a kind; return the file and what was said."""

    def register(kind: str, descriptor: str | None = None):
        path = tmp_path / "treasury.json"
        text = descriptor or desk.wallet(kind).descriptor
        arguments = ("wallet", "new", "treasury", "--descriptor", text, "--network", "regtest", "-o", str(path))
        return str(path), custody(*arguments, "--json")

    return register


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_a_policy_is_registered_shown_and_searched(custody, registered, kind):
    path, made = registered(kind)
    assert made.code == 0
    assert made.json["threshold"] is None
    assert len(made.json["policy"]) >= 1
    assert len(made.json["cosigners"]) == 3
    owner = desk.wallet(kind)
    assert made.json["first_address"] == owner.address(0, 0)
    shown = custody("wallet", "address", path, "--range", "0:5", "--change", "--json").json["addresses"]
    assert [each["address"] for each in shown] == [owner.address(1, index) for index in range(5)]
    found = custody("wallet", "find", path, owner.address(1, 7), "--json")
    assert (found.code, found.json["index"], found.json["change"]) == (0, 7, True)
    assert custody("wallet", "find", path, desk.wallet("tr").address(0, 0)).code == 5


def test_a_person_reads_who_can_spend_and_when(custody, tmp_path):
    arguments = ("--network", "regtest", "-o", str(tmp_path / "w"))
    told = custody("wallet", "new", "w", "--descriptor", desk.wallet("wsh(decaying)").descriptor, *arguments)
    assert told.code == 0
    assert "a policy over 3 cosigners" in told.stdout
    assert "2 of cosigner 1, cosigner 2, cosigner 3" in told.stdout
    assert "cosigner 1 alone after 52,560 blocks" in told.stdout
    assert " of 3" not in told.stdout.splitlines()[0]


def test_no_way_to_spend_is_cut_in_the_middle_of_a_word(custody, tmp_path):
    keys = desk.expressions("48h/1h/0h/2h")
    form = "wsh(or_d(multi(2,{A},{B},{C}),and_v(v:multi(2,{A2},{B2},{C2}),older(52560))))".format(**keys)
    told = custody("wallet", "new", "w", "--descriptor", form, "--network", "regtest", "-o", str(tmp_path / "w"))
    ways = told.stdout.split("Who can spend:\n")[1].split("\n\n")[0]
    assert max(map(len, ways.splitlines())) <= 80
    assert " ".join(ways.split()).endswith(
        "2 of cosigner 1, cosigner 2, cosigner 3 after 52,560 blocks (about 365 days) from when the coin arrived"
    )


@pytest.mark.parametrize(("kind", "who"), [("tr(nobody,multi_a)", "nobody"), ("tr(tree)", "cosigner 1 alone")])
def test_a_person_reads_who_holds_the_key_path(registered, kind, who):
    _path, made = registered(kind)
    assert who in made.json["policy"][0]
    assert "key path" in made.json["policy"][0]


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_every_way_is_reviewed_and_signed(custody, registered, tmp_path, kind, sequence, version):
    owner = desk.wallet(kind, sequence)
    wallet, _made = registered(kind)
    document = tmp_path / "unsigned.psbt"
    document.write_bytes(desk.psbt(owner, desk.coins(owner, 2), [(STRANGER, 40_000)], 1_500, version, sequence))
    for who in owner.signers:
        judged = custody("review", str(document), "--wallet", wallet, "--json")
        assert judged.code == 0
        assert judged.json["verdict"] == ("accept" if sequence == desk.RBF else "warn")
        assert [change["index"] for change in judged.json["change"]] == [1]
        late = [each for each in judged.json["findings"] if each["id"] == "BTC-POLICY-LATE"]
        assert len(late) == (sequence != desk.RBF)
        signed = tmp_path / f"{who}.psbt"
        made = custody(
            "sign", str(document), "--wallet", wallet, "--yes", "-o", str(signed), "--json", secret=desk.PHRASES[who]
        )
        assert made.code == 0
        assert {each["input"] for each in made.json["signed"]} == {0, 1}
        assert {each["fingerprint"] for each in made.json["signed"]} == {desk.root(who).my_fingerprint.hex()}
        document = signed
    last = custody("review", str(document), "--wallet", wallet, "--json")
    (said,) = [each["text"] for each in last.json["findings"] if each["id"] == "BTC-SIGNED-POLICY"]
    assert all(desk.root(who).my_fingerprint.hex() in said for who in owner.signers)


def test_a_key_behind_a_lock_is_told_why_it_signs_nothing(custody, registered, tmp_path):
    wallet, _made = registered("tr(tree)")
    (tmp_path / "p").write_bytes(honest("tr(tree)").psbt())
    arguments = ("sign", str(tmp_path / "p"), "--wallet", wallet, "--yes", "-o", str(tmp_path / "out"))
    answer = custody(*arguments, secret=desk.PHRASES["C"])
    assert answer.code == 3
    assert "time lock" in answer.stderr
    assert not (tmp_path / "out").exists()
    again = custody(*arguments, "--json", secret=desk.PHRASES["C"])
    assert (again.code, again.json["error"]["code"], again.json["signed"]) == (3, "locked", [])


@pytest.mark.parametrize(
    ("field", "change", "rule"),
    [
        (0x18, lambda _value: bytes(32), "BTC-TAPROOT-HIDDEN"),
        (0x15, lambda value: b"\x51" + value, "BTC-TAPROOT-HIDDEN"),
        (0x16, lambda value: b"\x01" + bytes(32) + value[-24:], None),
    ],
    ids=["root", "leaf", "leaf hashes"],
)
def test_a_false_tree_is_refused_and_nothing_is_signed(custody, registered, tmp_path, field, change, rule):
    draft = honest("tr(tree)")
    at = next(at for at, (key, _value) in enumerate(draft.inputs[0]) if key[0] == field)
    key, value = draft.inputs[0][at]
    draft.inputs[0][at] = (key, change(value))
    (tmp_path / "p").write_bytes(draft.psbt())
    wallet, _made = registered("tr(tree)")
    judged = custody("review", str(tmp_path / "p"), "--wallet", wallet, "--json")
    assert judged.code == 3
    assert (rule or "BTC-LEAF-FALSE-CLAIM") in {each["id"] for each in judged.json["findings"]}
    arguments = ("sign", str(tmp_path / "p"), "--wallet", wallet, "--yes", "-o", str(tmp_path / "out"))
    assert custody(*arguments, secret=desk.PHRASES["A"]).code == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("kind", "old", "new", "code"),
    [
        ("wsh(decaying)", "older(52560)", "older(65536)", 4),
        ("wsh(decaying)", "older(52560)", "older(0)", 4),
        ("wsh(decaying)", "<2;3>", "<0;1>", 4),
        ("wsh(decaying)", "multi(2", "multi(4", 4),
        ("wsh(decaying)", "v:pkh", "pkh", 4),
        ("tr(nobody,tree)", "}", "", 4),
        ("tr(nobody,tree)", "sortedmulti_a", "sortedmulti", 4),
        ("tr(tree)", "86h/1h/0h", "86h/0h/0h", 5),
    ],
)
def test_an_unsafe_or_malformed_policy_is_not_registered(registered, tmp_path, kind, old, new, code):
    text = desk.wallet(kind).descriptor
    assert old in text
    _path, refused = registered(kind, text.replace(old, new))
    assert refused.code == code
    assert json.loads(refused.stdout)["error"]["message"]
    assert not (tmp_path / "treasury.json").exists()
