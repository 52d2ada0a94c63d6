"""`custody ceremony sign`: who the plan names agrees to exactly this plan; and what it says no to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from custody.ceremony.transcript.contents import Signed
from custody.ceremony.transcript.signature import Says, Signature, Statement
from custody.cli.ceremonies.participants import require_factors
from custody.errors import Mismatch
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import read_officer_file
from custody.keys.vaults.token import SALT, Tokens
from tests.ceremony.plan.plans import key_of, public_key, put, read
from tests.ceremony.transcript.sittings import Sat
from tests.cli.ceremonies.participants import (
    PASSPHRASE,
    agreed,
    digest_of,
    identity,
    made,
    planned,
    shown,
    signature,
)
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.support.officers import Answer, custody, given

ONE = "witness-1"


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan that names two identities, and a third that it does not name."""
    folder = tmp_path_factory.mktemp("signing")
    planned(folder, ONE, "operator-1")
    made(folder, "stranger")
    return folder


@pytest.fixture
def plan(laid: Path, tmp_path: Path) -> str:
    """The same in a folder of its own."""
    for path in laid.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return str(tmp_path / "plan.toml")


def test_who_agrees_leaves_a_signature_of_this_plan_and_nothing_else(plan: str, tmp_path: Path) -> None:
    answer = agreed(plan, ONE, "--json")
    assert answer.code == 0, answer
    told = json.loads(answer.out)
    found = Signature.decode(Path(signature(tmp_path, ONE)).read_bytes())
    found.require(read(Path(plan).read_text()))
    assert (found.statement.person, found.statement.says) == (ONE, Says.AGREED)
    assert (told["person"], told["says"], told["plan"]) == (ONE, "agreed", digest_of(plan))
    assert told["words"].split() == list(read(Path(plan).read_text()).words)
    assert told["at"] == found.statement.at > 1_700_000_000


def test_who_signed_and_who_has_not_is_seen_beside_the_plan(plan: str, tmp_path: Path) -> None:
    assert agreed(plan, ONE).code == 0
    told = json.loads(shown(plan, signature(tmp_path, ONE)).out)
    said = {each["person"]: each["agreed"] for each in told["identities"]}
    assert said[ONE] is True
    assert said["operator-1"] is False
    assert {each["agreed"] for each in json.loads(shown(plan).out)["identities"]} == {None}
    page = shown(plan, signature(tmp_path, ONE), as_json=False)
    assert page.code == 0
    assert f"Agreed: {ONE}" in page.out.splitlines()
    assert "Not yet: administrator-1, " in page.out
    assert "In ink: holder-1, holder-2, holder-3, holder-4, holder-5" in page.out.splitlines()


def test_two_signatures_are_listed_in_the_plans_order(plan: str, tmp_path: Path) -> None:
    for person in (ONE, "operator-1"):
        assert agreed(plan, person).code == 0
    page = shown(plan, signature(tmp_path, ONE), signature(tmp_path, "operator-1"), as_json=False)
    assert f"Agreed: operator-1, {ONE}" in page.out.splitlines()


# --- what is no signature of this plan


def test_a_plan_that_is_changed_after_it_was_signed_is_an_alarm(plan: str, tmp_path: Path) -> None:
    assert agreed(plan, ONE).code == 0
    Path(plan).write_text(put(Path(plan).read_text(), "rolls = 100", "rolls = 101"))
    answer = shown(plan, signature(tmp_path, ONE))
    assert answer.code == 9
    assert "another plan" in answer.out


def test_a_signature_that_names_another_person_or_was_changed_is_an_alarm(plan: str, tmp_path: Path) -> None:
    assert agreed(plan, ONE).code == 0
    document = Path(signature(tmp_path, ONE)).read_bytes()
    changed = tmp_path / "changed.sig"
    for old, new in ((b'"witness-1"', b'"witness-2"'), (b'"at":1', b'"at":2')):
        assert old in document
        changed.write_bytes(document.replace(old, new))
        answer = shown(plan, signature(tmp_path, ONE), str(changed))
        assert answer.code == 9, (old, answer)
        assert "is false" in answer.out


@pytest.mark.parametrize("change", [b" ", b"\n", b"{}\n", b"\x00"])
def test_bytes_behind_a_signature_are_unreadable(change: bytes, plan: str, tmp_path: Path) -> None:
    assert agreed(plan, ONE).code == 0
    path = Path(signature(tmp_path, ONE))
    path.write_bytes(path.read_bytes() + change)
    assert shown(plan, str(path)).code == 4


def test_who_saw_a_transcript_has_agreed_to_no_plan(plan: str, tmp_path: Path) -> None:
    of_plan = read(Path(plan).read_text())
    statement = Statement("witness-2", Says.SAW, of_plan.digest, b"\x01" * 32, False, "sitting-1", 1_797_768_000)
    saw, replayed = tmp_path / "saw.sig", tmp_path / "replayed.sig"
    saw.write_bytes(Signature.made(statement, key_of("witness-2").sign).encode())
    answer = shown(plan, str(saw))
    assert answer.code == 5
    assert "agrees to no plan" in answer.out
    agreement = Signature.made(Statement.agreed(of_plan, "witness-2", 1_797_768_000), key_of("witness-2").sign)
    replayed.write_bytes(Signature(statement, agreement.signature).encode())
    assert shown(plan, str(replayed)).code == 9


# --- what is not signed


def test_a_plan_that_the_rules_refuse_is_not_signed(plan: str, tmp_path: Path) -> None:
    Path(plan).write_text(put(Path(plan).read_text(), "needed = 3", "needed = 5"))
    answer = agreed(plan, ONE)
    assert answer.code == 3
    assert "PLAN-NO-SPARE-CARD" in answer.err
    assert not Path(signature(tmp_path, ONE)).exists()


def test_a_key_that_is_nobodys_signs_nothing(plan: str, tmp_path: Path) -> None:
    answer = agreed(plan, "stranger")
    assert answer.code == 5
    assert "nobody's in this plan" in answer.err
    assert not Path(signature(tmp_path, "stranger")).exists()


def test_a_wrong_passphrase_signs_nothing(plan: str, tmp_path: Path) -> None:
    assert agreed(plan, ONE, passphrase="the passphrase of somebody").code == 5
    assert not Path(signature(tmp_path, ONE)).exists()


def test_an_identity_of_a_test_network_signs_no_plan_of_real_money(plan: str, tmp_path: Path) -> None:
    Path(plan).write_text(put(Path(plan).read_text(), 'network = "regtest"', 'network = "main"'))
    line = ("ceremony", "sign", plan, "--identity", identity(tmp_path, ONE), "-o", signature(tmp_path, ONE))
    answer = custody(*line)
    assert answer.code == 5
    assert "made for a test network" in answer.err


def test_a_signature_is_not_written_over_and_nobody_is_asked_for_it(plan: str, tmp_path: Path) -> None:
    assert agreed(plan, ONE).code == 0
    before = Path(signature(tmp_path, ONE)).read_bytes()
    assert agreed(plan, ONE, passphrase="nobody looks at this").code == 8
    assert Path(signature(tmp_path, ONE)).read_bytes() == before
    assert agreed(plan, ONE, "--force").code == 0


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 4), (b"x" * 147, 4), (b"CUSTOFF3" + bytes(139), 4), (bytes(4_000), 4)]
)
def test_what_is_no_identity_is_unreadable(content: bytes, code: int, plan: str, tmp_path: Path) -> None:
    Path(identity(tmp_path, ONE)).write_bytes(content)
    assert agreed(plan, ONE).code == code


def test_a_key_file_goes_with_an_identity_that_has_one(plan: str, tmp_path: Path) -> None:
    factor = tmp_path / "factor"
    factor.write_bytes(bytes(32))
    assert agreed(plan, ONE, "--key-file", str(factor)).code == 2
    key = made(tmp_path, "witness-2", "--key-file", str(factor))
    Path(plan).write_text(put(Path(plan).read_text(), public_key("witness-2").hex(), key))
    assert agreed(plan, "witness-2").code == 2
    assert agreed(plan, "witness-2", "--key-file", str(factor)).code == 0


def test_one_stream_is_not_two_files(plan: str, tmp_path: Path) -> None:
    assert given("ceremony", "sign", "-", "--identity", "-", "-o", str(tmp_path / "out"), lines=[PASSPHRASE]).code == 2
    assert given("ceremony", "sign", plan, "--identity", identity(tmp_path, ONE), lines=[PASSPHRASE]).code == 2
    assert custody("ceremony", "plan", "-", "--signature", "-").code == 2
    new = ("ceremony", "plan", "--new", "--threat", "insider", "--network", "regtest", "-o", str(tmp_path / "new"))
    assert custody(*new, "--signature", plan).code == 2
    assert custody(*new).code == 0


def test_an_identity_with_a_token_is_another_job(tmp_path: Path) -> None:
    made(tmp_path, ONE)
    sealed = replace(
        read_officer_file(Path(identity(tmp_path, ONE)).read_bytes()), tokens=Tokens(False, bytes(SALT), ())
    )
    with pytest.raises(Mismatch, match="opens with a token"):
        require_factors(sealed, None)


def test_a_signature_that_does_not_hold_does_not_leave(
    plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OfficerKeys, "sign", lambda _keys, _message: bytes(64))
    answer = agreed(plan, ONE)
    assert answer.code == 9
    assert not Path(signature(tmp_path, ONE)).exists()


# --- a person


def line(plan: str) -> tuple[str, ...]:
    folder = Path(plan).parent
    return ("ceremony", "sign", plan, "--identity", identity(folder, ONE), "-o", signature(folder, ONE))


def test_a_person_reads_all_of_the_plan_before_the_passphrase_is_asked_for(plan: str, tmp_path: Path) -> None:
    with Screen(PROGRAM, *line(plan), size=(100, 200)) as screen:
        screen.until('Type "agree"')
        words = read(Path(plan).read_text()).words
        assert " ".join(words[:8]) in screen.text
        assert "warning:" in screen.text or "to know:" in screen.text
        assert "your passphrase" not in screen.text
        screen.enter("agree")
        screen.until(f'{ONE}, your passphrase, to sign "I agree to this plan"')
        screen.enter("something else")
        screen.until("does not open")
        screen.enter(PASSPHRASE)
        assert screen.finish() == 0, screen.text
        assert b"lanterns" not in screen.raw
        assert "agreed to this plan" in screen.text
    Signature.decode(Path(signature(tmp_path, ONE)).read_bytes()).require(read(Path(plan).read_text()))


@pytest.mark.parametrize("said", ["", "no", "yes\nyes"])
def test_a_person_who_does_not_agree_signs_nothing(said: str, plan: str, tmp_path: Path) -> None:
    with Screen(PROGRAM, *line(plan), size=(100, 200)) as screen:
        screen.until('Type "agree"')
        for number, each in enumerate(said.split("\n")):
            screen.until_raw(b'Type "agree"', number + 1)
            screen.enter(each)
        assert screen.finish() == 6, screen.text
    assert not Path(signature(tmp_path, ONE)).exists()


@pytest.fixture
def sat(plan: str) -> Sat:
    """A rehearsal by the plan that is over, at which nobody signed with a key that is not a test's own."""
    return Sat(read(Path(plan).read_text()), rehearsal=True).everybody()


def saw(sat: Sat, folder: Path, *options: str) -> Answer:
    (folder / "sitting.jsonl").write_bytes(sat.encode())
    line = ("ceremony", "sign", str(folder / "sitting.jsonl"), "--identity", identity(folder, ONE), "-o")
    return given(*line, str(folder / "saw.sig"), "--json", *options, lines=[PASSPHRASE])


@pytest.mark.parametrize(("options", "says"), [((), Says.SAW), (("--refuse",), Says.REFUSED)])
def test_who_was_there_signs_the_head_of_the_transcript_as_it_is(
    options: tuple[str, ...], says: Says, sat: Sat, plan: str, tmp_path: Path
) -> None:
    del plan
    answer = saw(sat, tmp_path, *options)
    assert answer.code == 0, answer
    found = Signature.decode((tmp_path / "saw.sig").read_bytes())
    found.require(sat.plan)
    expected = (ONE, says, sat.transcript.head.hash, True, "sitting-1")
    said = found.statement
    assert (said.person, said.says, said.head, said.rehearsal, said.sitting) == expected
    assert json.loads(answer.out)["head"] == sat.transcript.head.hash.hex()
    sat.add(Signed(found))
    assert says in sat.standing.said(ONE)


def test_a_transcript_that_does_not_hold_is_not_signed(sat: Sat, plan: str, tmp_path: Path) -> None:
    del plan
    answer = saw(sat.step(), tmp_path)
    assert answer.code == 0
    (tmp_path / "saw.sig").unlink()
    lines = sat.encode().splitlines(keepends=True)
    (tmp_path / "sitting.jsonl").write_bytes(lines[0] + lines[2])
    line = ("ceremony", "sign", str(tmp_path / "sitting.jsonl"), "--identity", identity(tmp_path, ONE), "-o")
    assert given(*line, str(tmp_path / "saw.sig"), lines=[PASSPHRASE]).code == 4
    assert not (tmp_path / "saw.sig").exists()


def test_nobody_refuses_a_plan_by_signing_it(plan: str) -> None:
    answer = agreed(plan, ONE, "--refuse")
    assert (answer.code, "signs nothing" in answer.err) == (2, True), answer
