"""A treasury at the command line: who must be there, what is refused, what is an alarm, and what scripts read."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chains.bitcoin.review.drafts import registered
from tests.support import desk
from tests.support.officers import NAMES, Answer, custody, quick_identities

THREE = NAMES[:3]
OWNER = desk.wallet("wpkh")
COINS = desk.coins(OWNER, 3)
STRANGER = desk.wallet("tr").script(0, 7)


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def payment(folder: Path, coin: int = 0, amount: int = 60_000, name: str = "payment.psbt") -> str:
    """A file of the desk's that pays a stranger."""
    path = folder / name
    path.write_bytes(desk.psbt(OWNER, [COINS[coin]], [(STRANGER, amount)], 500, 2))
    return str(path)


def begun(folder: Path, *options: str) -> str:
    """A treasury of five with a registered wallet and its key in a vault; its directory."""
    home = str(folder / "treasury")
    officers = [part for name in NAMES for part in ("--officer", name)]
    assert custody("home", "new", "--home", home, "--network", "regtest", *officers, *options, officers=NAMES).code == 0
    register(home)
    restored = custody("key", "restore", "--home", home, officers=THREE, secret=desk.PHRASES["A"] + "\n")
    assert restored.code == 0, restored
    return home


def register(home: str, name: str = "pay") -> Answer:
    descriptors = [part for branch in (0, 1) for part in ("--descriptor", OWNER.single(branch))]
    return custody("wallet", "new", name, *descriptors, "--network", "regtest", "--home", home, officers=THREE)


@pytest.fixture
def home(tmp_path: Path) -> str:
    return begun(tmp_path)


def read(answer: Answer) -> Any:
    assert answer.code == 0, answer
    return json.loads(answer.out)


def status(home: str) -> Any:
    return read(custody("status", "--home", home, "--json"))


def sign(home: str, file: str, out: str, *options: str, officers: Any = THREE, secret: str | None = None) -> Answer:
    return custody("sign", file, "--home", home, "-o", out, *options, officers=officers, secret=secret)


def test_scripts_read_how_a_treasury_stands(home: str) -> None:
    state = status(home)
    assert state["network"] == "regtest"
    assert [officer["name"] for officer in state["officers"]] == list(NAMES)
    assert (state["rules"], state["unlock"], state["halted"]) == (3, 3, False)
    assert state["vaults"]["main"]["fingerprints"] == {"bip39": "73c5da0a"}
    assert len(state["head"]["words"].split()) == 10


def test_a_signature_is_in_the_book_with_the_bytes_that_were_read_and_given(home: str, tmp_path: Path) -> None:
    out = tmp_path / "signed.psbt"
    signed = read(sign(home, payment(tmp_path), str(out), "--json"))
    assert signed["signed"][0]["fingerprint"] == "73c5da0a"
    assert signed["head"] == status(home)["head"]
    entry = read(custody("journal", "show", "--home", home, "--kind", "signed", "--json"))["entries"][0]
    kept = Path(home) / "kept"
    assert (kept / entry["what"]["result"]).read_bytes() == out.read_bytes()
    assert (kept / entry["what"]["document"]).read_bytes() == (tmp_path / "payment.psbt").read_bytes()
    assert json.loads((kept / entry["what"]["review"]).read_bytes())["verdict"] == signed["verdict"]


def test_what_was_signed_before_is_told_at_the_next_review(home: str, tmp_path: Path) -> None:
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    again = payment(tmp_path, coin=1, name="again.psbt")
    findings = {each["id"] for each in read(custody("review", again, "--home", home, "--json"))["findings"]}
    assert "BTC-PAID-BEFORE" in findings
    other = payment(tmp_path, amount=50_000, name="other.psbt")
    findings = {each["id"] for each in read(custody("review", other, "--home", home, "--json"))["findings"]}
    assert "BTC-REPLACES" in findings
    new = payment(tmp_path, coin=2, amount=40_000, name="new.psbt")
    assert not {"BTC-PAID-BEFORE", "BTC-REPLACES"} & {
        each["id"] for each in read(custody("review", new, "--home", home, "--json"))["findings"]
    }


def test_a_refusal_is_in_the_book_with_its_findings(home: str, tmp_path: Path) -> None:
    refused = tmp_path / "refused.psbt"
    refused.write_bytes(desk.psbt(OWNER, [COINS[0]], [(STRANGER, 1_000)], 98_000, 2))
    answer = sign(home, str(refused), str(tmp_path / "out"), "--json")
    assert answer.code == 3
    review = json.loads(answer.out)
    assert review["verdict"] == "refuse"
    entry = read(custody("journal", "show", "--home", home, "--kind", "refused", "--json"))["entries"][0]
    assert entry["what"]["findings"] == sorted({finding["id"] for finding in review["findings"]})
    assert entry["what"]["digest"] == review["digest"]
    assert not (tmp_path / "out").exists()


def test_a_wrong_passphrase_is_a_mismatch_and_nothing_leaves(home: str, tmp_path: Path) -> None:
    officers = {"Alice": "Alice", "Bob": "Mallory", "Carol": "Carol"}
    answer = sign(home, payment(tmp_path), str(tmp_path / "out"), officers=officers)
    assert answer.code == 5
    assert "passphrase" in answer.err
    assert "Mallory" not in answer.err
    assert not (tmp_path / "out").exists()


def test_the_head_on_paper_is_compared_before_anything_is_signed(home: str, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(home, older)
    assert sign(home, payment(tmp_path), str(tmp_path / "one")).code == 0
    head = status(home)["head"]
    paper = f"{head['n']} {head['words']}"
    rolled_back = sign(str(older), payment(tmp_path), str(tmp_path / "two"), "--head", paper)
    assert rolled_back.code == 9
    assert not (tmp_path / "two").exists()
    assert sign(home, payment(tmp_path, coin=1), str(tmp_path / "three"), "--head", paper).code == 0


def test_a_journal_put_back_is_an_alarm_for_every_command(home: str, tmp_path: Path) -> None:
    older = (Path(home) / "journal.jsonl").read_bytes()
    assert sign(home, payment(tmp_path), str(tmp_path / "one")).code == 0
    (Path(home) / "journal.jsonl").write_bytes(older)
    for line in (("status",), ("journal", "verify"), ("review", payment(tmp_path)), ("officer", "list")):
        assert custody(*line, "--home", home).code == 9, line
    assert sign(home, payment(tmp_path), str(tmp_path / "two")).code == 9
    assert not (tmp_path / "two").exists()


def test_a_second_factor_is_asked_for_and_needed(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"any file of thirty-two bytes or more")
    (tmp_path / "false").write_bytes(b"another file of thirty-two bytes or more")
    home = begun_with_key_file(tmp_path)
    assert custody("halt", "--home", home, "--reason", "x", officers=("Alice",)).code == 2
    assert custody("halt", "--home", home, "--key-file", f"Alice={tmp_path}/false", officers=("Alice",)).code == 5
    assert custody("halt", "--home", home, "--key-file", f"Alice={tmp_path}/key", officers=("Alice",)).code == 0


def begun_with_key_file(folder: Path) -> str:
    home = str(folder / "treasury")
    officers = [part for name in NAMES for part in ("--officer", name)]
    key = ("--key-file", f"Alice={folder}/key")
    assert custody("home", "new", "--home", home, "--network", "regtest", *officers, *key, officers=NAMES).code == 0
    return home


def test_an_officer_may_carry_his_identity_on_a_medium(home: str, tmp_path: Path) -> None:
    alice = status(home)["officers"][0]["officer"]
    file = Path(home) / "officers" / f"{alice[:16]}.officer"
    shutil.move(file, tmp_path / "stick")
    carried = custody("halt", "--home", home, "--officer-file", str(tmp_path / "stick"), officers=("Alice",))
    assert carried.code == 0, carried


def test_the_environment_may_name_the_home(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert custody("status").code == 2
    monkeypatch.setenv("CUSTODY_HOME", home)
    assert custody("status").code == 0


def test_on_a_main_network_a_person_reads_and_answers(tmp_path: Path) -> None:
    officers = ("--officer", "Alice", "--officer", "Bob")
    answer = custody("home", "new", "--home", str(tmp_path / "h"), "--network", "main", *officers, officers=NAMES)
    assert answer.code == 2
    assert "test networks" in answer.err
    assert not (tmp_path / "h").exists()


@pytest.mark.parametrize(
    ("defect", "options"),
    [
        ("a quorum out of reach", ("--rules", "6")),
        ("a vault out of reach", ("--unlock", "6")),
        ("an alternate of nobody", ("--alternate", "Frank=Mallory")),
        ("two of one name", ("--officer", "alice")),
        ("a name with a colon", ("--officer", "Al: ice")),
        ("an identity brought along", ("--officer-file", "x")),
    ],
)
def test_a_treasury_that_could_not_work_is_not_begun(defect: str, options: tuple[str, ...], tmp_path: Path) -> None:
    officers = [part for name in NAMES for part in ("--officer", name)]
    line = ("home", "new", "--home", str(tmp_path / "h"), "--network", "regtest", *officers, *options)
    assert custody(*line, officers=NAMES).code == 2
    assert not (tmp_path / "h").exists()


def test_a_home_is_not_begun_over_another(home: str) -> None:
    officers = [part for name in NAMES for part in ("--officer", name)]
    before = (Path(home) / "journal.jsonl").read_bytes()
    assert custody("home", "new", "--home", home, "--network", "regtest", *officers, officers=NAMES).code == 8
    assert (Path(home) / "journal.jsonl").read_bytes() == before


def test_a_name_is_registered_once_and_a_vault_sealed_once(home: str) -> None:
    assert register(home).code == 3
    again = custody("key", "restore", "--home", home, officers=THREE, secret=desk.PHRASES["A"] + "\n")
    assert again.code == 3


def test_cards_of_unknown_kind_are_not_guessed(tmp_path: Path) -> None:
    home = str(tmp_path / "treasury")
    officers = [part for name in NAMES for part in ("--officer", name)]
    assert custody("home", "new", "--home", home, "--network", "regtest", *officers, officers=NAMES).code == 0
    card = "academic academic"  # no card at all
    assert custody("key", "restore", "--home", home, officers=THREE, secret=card).code == 4


def test_a_phrase_that_is_not_english_is_not_sealed_in_a_vault(tmp_path: Path) -> None:
    home = str(tmp_path / "treasury")
    officers = [part for name in NAMES for part in ("--officer", name)]
    assert custody("home", "new", "--home", home, "--network", "regtest", *officers, officers=NAMES).code == 0
    refused = custody("key", "restore", "--home", home, officers=THREE, secret="abaisser " * 11 + "abeille")
    assert refused.code == 3
    assert "another, empty wallet" in " ".join(refused.err.split())


def with_cards(home: str, file: str, out: str, officers: Any) -> Answer:
    """Sign with a key that is in no vault."""
    return sign(home, file, out, "--json", officers=officers, secret=desk.PHRASES["A"] + "\n")


def test_cards_may_be_brought_together_instead_of_a_vault_and_officers_answer(home: str, tmp_path: Path) -> None:
    assert read(with_cards(home, payment(tmp_path), str(tmp_path / "out"), THREE))["signed"]
    entry = read(custody("journal", "show", "--home", home, "--kind", "signed", "--json"))["entries"][0]
    assert entry["what"]["vaults"] == {}
    keys = {each["officer"] for each in status(home)["officers"] if each["name"] in THREE}
    assert {each["approval"]["officer"] for each in entry["what"]["present"]} == keys
    (proven,) = [
        each for each in read(custody("journal", "verify", "--home", home, "--json"))["signed"] if each["document"]
    ]
    assert set(proven["officers"]) == keys


@pytest.mark.parametrize(
    ("officers", "code"),
    [(("Alice", "Bob"), 3), ((), 3), ({"Alice": "Alice", "Bob": "Mallory", "Carol": "Carol"}, 5)],
    ids=["too few", "nobody", "a wrong passphrase"],
)
def test_cards_alone_sign_nothing_in_a_treasury(officers: Any, code: int, home: str, tmp_path: Path) -> None:
    told = with_cards(home, payment(tmp_path), str(tmp_path / "out"), officers)
    assert told.code == code, told
    assert not (tmp_path / "out").exists()
    assert read(custody("journal", "show", "--home", home, "--kind", "signed", "--json"))["entries"] == []


def test_options_of_a_treasury_need_one(home: str, tmp_path: Path) -> None:
    wallet = tmp_path / "wallet.json"
    descriptors = [part for branch in (0, 1) for part in ("--descriptor", OWNER.single(branch))]
    assert custody("wallet", "new", "pay", *descriptors, "--network", "regtest", "-o", str(wallet)).code == 0
    line = ("sign", payment(tmp_path), "--wallet", str(wallet), "-o", str(tmp_path / "out"), "--yes")
    assert custody(*line, "--vault", "main", secret=desk.PHRASES["A"] + "\n").code == 2
    assert custody(*line, secret=desk.PHRASES["A"] + "\n").code == 0
    assert custody("review", payment(tmp_path)).code == 2


def test_an_export_is_verified_anywhere_without_keys(home: str, tmp_path: Path) -> None:
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    export = str(tmp_path / "export")
    assert custody("journal", "export", "--home", home, "-o", export).code == 0
    head = status(home)["head"]
    for file in (export, f"{home}/journal.jsonl"):
        told = read(custody("journal", "verify", file, "--head", f"{head['n']} {head['words']}", "--json"))
        assert (told["head"], told["paper"]) == (head, True)
    damaged = bytearray(Path(export).read_bytes())
    damaged[damaged.index(b'"signature":"') + 20] ^= 1
    Path(export).write_bytes(damaged)
    assert custody("journal", "verify", export).code == 9


def test_two_machines_of_a_treasury_tell_each_other(home: str, tmp_path: Path) -> None:
    second, export, back = (str(tmp_path / name) for name in ("second", "export", "back"))
    assert custody("journal", "export", "--home", home, "-o", export).code == 0
    assert custody("home", "new", "--home", second, "--network", "regtest", "--join", export).code == 0
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    assert custody("journal", "export", "--home", home, "--from", "5", "-o", export, "--force").code == 2
    assert custody("journal", "export", "--home", home, "--from", "3", "-o", export, "--force").code == 0
    assert read(custody("journal", "import", export, "--home", second, "--json"))["entries"] == 1
    assert read(custody("journal", "import", export, "--home", second, "--json"))["entries"] == 0
    other = payment(tmp_path, amount=50_000, name="other.psbt")
    findings = {each["id"] for each in read(custody("review", other, "--home", second, "--json"))["findings"]}
    assert "BTC-REPLACES" in findings
    assert custody("journal", "export", "--home", second, "-o", back).code == 0
    assert custody("journal", "import", back, "--home", home).code == 0


def test_a_rolled_back_home_learns_of_it_from_another_machine(home: str, tmp_path: Path) -> None:
    older, export = str(tmp_path / "older"), str(tmp_path / "export")
    shutil.copytree(home, older)
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    assert custody("journal", "export", "--home", home, "-o", export).code == 0
    assert custody("journal", "import", export, "--home", older).code == 9


def test_a_gap_is_named_and_documents_are_wanted(home: str, tmp_path: Path) -> None:
    second, export = str(tmp_path / "second"), str(tmp_path / "export")
    assert custody("journal", "export", "--home", home, "-o", export).code == 0
    assert custody("home", "new", "--home", second, "--network", "regtest", "--join", export).code == 0
    for number in range(2):
        assert sign(home, payment(tmp_path, coin=number), str(tmp_path / f"out{number}")).code == 0
    options = ("journal", "export", "--home", home, "-o", export, "--force")
    assert custody(*options, "--from", "4").code == 0
    gap = custody("journal", "import", export, "--home", second)
    assert gap.code == 3
    assert "--from 3" in gap.err
    assert custody(*options, "--from", "3", "--no-documents").code == 0
    bare = custody("journal", "import", export, "--home", second)
    assert (bare.code, bare.err.count("is not here: bring an export of it with its documents")) == (0, 1)
    kept = len(list((Path(second) / "kept").iterdir()))
    assert custody("journal", "verify", "--home", second).code == 0
    assert custody(*options, "--from", "3").code == 0
    assert custody("journal", "import", export, "--home", second).code == 0
    assert len(list((Path(second) / "kept").iterdir())) > kept  # the documents came after their entries


def test_names_stay_on_the_machine_and_may_be_erased(home: str, tmp_path: Path) -> None:
    for file in (Path(home) / "journal.jsonl", *(Path(home) / "vaults").iterdir()):
        assert not any(name.encode() in file.read_bytes() for name in NAMES), file
    (Path(home) / "names.json").unlink()
    listed = read(custody("officer", "list", "--home", home, "--json"))["officers"]
    assert [officer["name"] for officer in listed] == [None] * 5
    key = listed[0]["officer"][:8]
    assert custody("halt", "--home", home, officers={key: "Alice"}).code == 0


def test_nothing_typed_is_repeated(home: str) -> None:
    answer = custody("halt", "--home", home, officers={"Alice": "my secret"})
    assert answer.code == 5
    assert "secret" not in answer.err + answer.out


def test_below_quorum_the_cards_put_a_new_roster_in_charge_that_names_the_old_head(home: str, tmp_path: Path) -> None:
    head = status(home)["head"]
    new = ("home", "new", "--network", "regtest", "--officer", "Frank", "--officer", "Grace")
    follows = ("--follows", f"{home}/journal.jsonl")
    false = custody(
        *new, "--home", str(tmp_path / "false"), *follows, officers=("Frank", "Grace"), secret=desk.PHRASES["B"]
    )
    assert false.code == 5
    assert not (tmp_path / "false").exists()
    next_home = str(tmp_path / "next")
    begun = custody(*new, "--home", next_home, *follows, officers=("Frank", "Grace"), secret=desk.PHRASES["A"] + "\n")
    assert begun.code == 0, begun
    entry = read(custody("journal", "show", "--home", next_home, "--json"))["entries"][0]
    said = entry["what"]["statement"]["says"]["follows"]
    assert (said["head"], said["n"]) == (head["hash"], head["n"])
    verified = read(custody("journal", "verify", "--home", next_home, "--json"))["follows"]
    assert (verified["head"], verified["n"], verified["proven"]) == (head["hash"], head["n"], True)


def test_three_generations_of_a_vault_are_kept_until_the_roster_changes(home: str, tmp_path: Path) -> None:
    for number in range(4):
        refused_twice = payment(tmp_path, coin=0, name=f"{number}.psbt")
        assert sign(home, refused_twice, str(tmp_path / f"out{number}")).code == 0
    names = sorted(file.name for file in (Path(home) / "vaults").iterdir())
    assert names == [f"main.{generation:08}.vault" for generation in (3, 4, 5)]
    assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 0
    assert [file.name for file in (Path(home) / "vaults").iterdir()] == ["main.00000006.vault"]


def test_messages_are_signed_by_a_vault_and_stand_in_the_book(home: str, tmp_path: Path) -> None:
    line = (
        "message",
        "sign",
        "--message",
        "we agree",
        "--index",
        "0",
        "--home",
        home,
        "-o",
        str(tmp_path / "m"),
        "--json",
    )
    assert custody(*line, officers=THREE[:2]).code == 3
    legacy = read(custody(*line, "--format", "legacy", officers=THREE))
    assert legacy["signed"][0]["scheme"] == "ecdsa-recoverable"
    signed = read(custody(*line, "--force", officers=THREE))
    assert signed["complete"]
    kinds = [entry["kind"] for entry in read(custody("journal", "show", "--home", home, "--json"))["entries"]]
    assert kinds[-3:] == ["refused", "signed", "signed"]
    verified = custody(
        "message",
        "verify",
        "--message",
        "we agree",
        "--address",
        OWNER.address(0, 0),
        "--signature",
        signed["signature"],
    )
    assert verified.code == 0, verified


def test_a_wallet_that_no_quorum_registered_is_not_taken(home: str, tmp_path: Path) -> None:
    """One officer's file could call a stranger's share of an address change."""
    own, false = tmp_path / "own.json", tmp_path / "false.json"
    descriptors = [part for branch in (0, 1) for part in ("--descriptor", OWNER.single(branch))]
    assert custody("wallet", "new", "pay", *descriptors, "--network", "regtest", "-o", str(own)).code == 0
    other = [part for branch in (0, 1) for part in ("--descriptor", desk.wallet("tr").single(branch))]
    assert custody("wallet", "new", "pay", *other, "--network", "regtest", "-o", str(false)).code == 0
    file = payment(tmp_path)
    assert custody("review", file, "--home", home, "--wallet", str(own)).code == 0
    assert custody("review", file, "--home", home, "--wallet", str(false)).code == 5
    assert sign(home, file, str(tmp_path / "out"), "--wallet", str(false)).code == 5
    assert not (tmp_path / "out").exists()


def test_a_wallet_that_waits_is_registered_so_until_a_quorum_registers_it_in_service(tmp_path: Path) -> None:
    home, serves = str(tmp_path / "treasury"), registered("wpkh")
    officers = [part for name in NAMES for part in ("--officer", name)]
    assert custody("home", "new", "--home", home, "--network", "regtest", *officers, officers=NAMES).code == 0
    line = ("review", payment(tmp_path), "--home", home, "--json")
    for name, wallet, says in (("new", serves.as_waiting(), True), ("serves", serves, False)):
        file = tmp_path / f"{name}.json"
        file.write_text(wallet.to_json())
        made = custody("wallet", "new", name, "--from", str(file), "--home", home, "--quiet", officers=THREE)
        assert made.code == 0, made
        told = read(custody(*line))
        assert (told["wallet"], "BTC-WALLET-WAITS" in [each["id"] for each in told["findings"]]) == (name, says)


def test_a_carried_identity_with_another_opening_key_is_an_alarm_and_nothing_is_sealed_to_it(
    home: str, tmp_path: Path
) -> None:
    """Its public part is not authenticated before it is opened; the roster says which key it must have."""
    dave = status(home)["officers"][3]["officer"]
    kept = Path(home) / "officers" / f"{dave[:16]}.officer"
    content = bytearray(kept.read_bytes())
    content[9 + 32 : 9 + 64] = bytes.fromhex(status(home)["officers"][0]["officer"])  # some other curve point
    (tmp_path / "stick").write_bytes(content)
    options = ("--officer-file", str(tmp_path / "stick"))
    before = (Path(home) / "journal.jsonl").read_bytes()
    answer = custody("officer", "retire", "Erin", "--home", home, *options, officers=THREE)
    assert answer.code == 9, answer
    assert custody("home", "backup", "--home", home, "-o", str(tmp_path / "b"), *options).code == 9
    assert (Path(home) / "journal.jsonl").read_bytes() == before


def test_a_backup_is_not_written_to_standard_output_where_it_cannot_be_read_back(home: str) -> None:
    before = (Path(home) / "journal.jsonl").read_bytes()
    answer = custody("home", "backup", "--home", home, "-o", "-")
    assert (answer.code, answer.out) == (2, "")
    assert "a backup is read back once it is written, which standard output cannot be" in answer.err
    assert (Path(home) / "journal.jsonl").read_bytes() == before


def test_a_backup_does_not_lie_in_what_it_is_a_copy_of(home: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    for inside in (f"{home}/copy", f"{tmp_path}/link/kept/../copy"):
        answer = custody("home", "backup", "--home", home, "-o", inside)
        assert (answer.code, "is lost with it" in answer.err) == (2, True), answer
