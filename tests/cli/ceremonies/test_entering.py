"""`custody ceremony enter`: what a quorum puts into a book of a ceremony, what is refused by name, `verify --home`.

Three sittings of a plan whose people have keys, each written down as it would have gone, and a treasury of three.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.home.ledger import wallets_of
from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.transcript.contents import Closed
from custody.ceremony.transcript.signature import Says
from custody.ceremony.treasury import named
from custody.cli.people.meeting import FrontMeeting
from tests.auditor import verifier
from tests.auditor.test_verifier import first_of
from tests.ceremony.plan.plans import filled, put, read, wish
from tests.ceremony.transcript.services import Served
from tests.ceremony.transcript.sittings import Sat
from tests.cli.treasury.laptops import carried, carry, export, joined, seen_there
from tests.support import desk
from tests.support.officers import Answer, custody, quick_treasury

THREE = ("Alice", "Bob", "Carol")
TWO = THREE[:2]
CITIES = ("sitting-1", "sitting-2", "sitting-3")


def text_of(network: str = "regtest") -> str:
    """The plan of a quorum in three cities, whose people sign with keys; one candidate is enough here."""
    text = filled(wish(Threat.TARGETED, network=network, keys=3, quorum=2))
    for old, new in (('threat = "targeted"', 'threat = "accident"'), ("candidates = 4", "candidates = 1")):
        text = put(text, old, new, -1)
    return text


TEXT = text_of()


def sat(plan: Plan, number: int, **how: Any) -> Sat:
    """A sitting up to before its first step."""
    sitting = Sat(plan, number, **how).aloud().everybody()
    sitting.fixed = 100 + number
    return sitting


@dataclass
class Made:
    """A folder with a plan, a treasury's home and the transcripts of three sittings."""

    folder: Path

    @property
    def home(self) -> str:
        return str(self.folder / "first")

    @property
    def plan(self) -> str:
        return str(self.folder / "plan.toml")

    def city(self, number: int) -> str:
        return str(self.folder / f"city-{number}.jsonl")

    def wrote(self, name: str, content: bytes) -> str:
        """Write a file beside them."""
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def enter(self, *line: str, home: str | None = None, officers: Any = TWO, plan: str | None = None) -> Answer:
        at = ("--plan", plan or self.plan, "--home", home or self.home, "--json")
        return custody("ceremony", "enter", *line, *at, officers=officers)

    def all(self) -> tuple[str, ...]:
        """All three sittings and the service of their wallet, as a command line names them."""
        return (*self.sittings(), "--service", str(self.folder / "service.jsonl"))

    def sittings(self) -> tuple[str, ...]:
        """All three sittings."""
        return (self.city(0), "--with", self.city(1), "--with", self.city(2))

    def verify(self, *line: str, home: str | None = None) -> Answer:
        return custody("ceremony", "verify", *line, "--home", home or self.home, "--json")

    def status(self, home: str | None = None) -> Any:
        return told(custody("status", "--home", home or self.home, "--json"))


def told(answer: Answer) -> Any:
    assert answer.code == 0, answer
    return json.loads(answer.out)


def failure(answer: Answer) -> tuple[int, str]:
    """The exit code and the error's own code."""
    return answer.code, json.loads(answer.out)["error"]["code"]


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quick_treasury():
        yield


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Path:
    folder, plan = tmp_path_factory.mktemp("made"), read(TEXT)
    (folder / "plan.toml").write_text(TEXT)
    sittings = [sat(plan, number).to_end() for number in range(3)]
    for number, sitting in enumerate(sittings):
        (folder / f"city-{number}.jsonl").write_bytes(sitting.encode())
    (folder / "service.jsonl").write_bytes(Served.of(*sittings).aloud().everybody().to_end().encode())
    officers = [part for name in THREE for part in ("--officer", name)]
    new = ("home", "new", "--home", str(folder / "first"), "--network", "regtest", *officers)
    assert custody(*new, "--rules", "2", "--unlock", "2", officers=THREE).code == 0
    return folder


@pytest.fixture
def made(laid: Path, tmp_path: Path) -> Made:
    shutil.copytree(laid, tmp_path / "made")
    return Made(tmp_path / "made")


@contextmanager
def agreed_to(folder: Path) -> Iterator[Path]:
    """Keep the lines that officers are shown before they agree."""

    def confirm(_meeting: FrontMeeting, lines: Any, _question: str, _word: str) -> None:
        (folder / "shown").write_text("\n".join(lines))

    with mock.patch.object(FrontMeeting, "confirm", confirm):
        yield folder / "shown"


def test_a_ceremony_is_entered_once_crosses_and_is_what_the_auditor_reads(made: Made) -> None:
    with agreed_to(made.folder) as shown:
        entered = told(made.enter(*made.all()))
    verified = told(custody("ceremony", "verify", *made.all(), "--json"))
    heads = {verified["sitting"]: verified["head"], **{each["sitting"]: each["head"] for each in verified["with"]}}
    assert {each["sitting"]: each["words"] for each in entered["sittings"]} == heads
    assert (entered["plan"], entered["waiting"]) == (verified["plan"], {})
    assert [{**each, "waits": False} for each in entered["wallets"]] == verified["wallets"] != []
    (key,) = entered["sittings"][0]["keys"]
    assert (key["fingerprint"], key["set"], key["groups"]) == (verified["keys"]["key-1"]["fingerprint"], 100, [[3, 5]])

    screen = " ".join(shown.read_text().split())
    for part in (" ".join(read(TEXT).words[:8]), *heads.values(), f"fingerprint {key['fingerprint']}, set 100"):
        assert part in screen
    assert "(operator-1) signed: the plan, lines 0 to 43" in screen
    for number, word in enumerate(verified["wallets"][0]["policy_words"], 1):
        assert f"{number} {word}" in screen
    assert verified["wallets"][0]["descriptor"] in screen

    state = made.status()
    assert {each["sitting"]: each["words"] for each in state["ceremonies"]} == heads
    assert not any(each["contradicted"] for each in state["ceremonies"])
    assert state["wallets"] == ["wallet"]
    assert heads["sitting-2"] in " ".join(custody("status", "--home", made.home).out.split())
    journal = " ".join(custody("journal", "show", "--home", made.home, "--kind", "ceremony").out.split())
    assert heads["sitting-3"] in journal and "Registered the wallet wallet" in journal
    assert f"What everybody wrote down at its end: {verified['told']}" in journal
    with reading(made.home) as opened:
        (wallet,) = wallets_of(opened)
    assert wallet.address(0, 0) == verified["wallets"][0]["first_address"], "reviews know it"

    again = made.enter(*made.all())
    assert failure(again) == (3, "entered")
    assert failure(made.enter(made.city(1))) == (3, "entered")
    assert made.status()["head"] == entered["head"] == state["head"]

    other, _key = joined(made.home)
    assert {each["sitting"]: each["words"] for each in made.status(other)["ceremonies"]} == heads
    assert told(made.verify(*made.all(), home=other))["book"] == dict.fromkeys(CITIES, True)
    content = Path(export(made.home)).read_bytes()
    line = next(each for each in verifier.verify(content, first_of(content)) if each.kind == "ceremony")
    assert len(line.officers) == 2
    said = line.what["statement"]["says"]
    assert [each["head"] for each in said["sittings"]] == [each["head"] for each in entered["sittings"]]
    assert told(custody("journal", "verify", export(made.home), "--json"))["signed"][-1]["kind"] == "ceremony"


def test_sittings_are_entered_as_they_end_and_the_wallet_with_the_last(made: Made) -> None:
    first = told(made.enter(made.city(0)))
    assert [each["sitting"] for each in first["sittings"]] == ["sitting-1"]
    assert (first["wallets"], first["waiting"]) == ([], {"wallet": ["sitting-2", "sitting-3"]})
    none = made.verify(made.city(1))
    assert (none.code, json.loads(none.out)["book"]) == (3, {"sitting-2": False})
    assert "does not name sitting-2" in custody("ceremony", "verify", made.city(1), "--home", made.home).out
    assert told(made.enter(made.city(1)))["waiting"] == {"wallet": ["sitting-1", "sitting-3"]}
    last = told(made.enter(*made.all()))
    assert [each["sitting"] for each in last["sittings"]] == ["sitting-3"]
    assert [each["wallet"] for each in last["wallets"]] == ["wallet"]


def test_a_wallet_is_registered_once_it_is_in_service_and_not_before(made: Made) -> None:
    entered = told(made.enter(*made.sittings()))
    assert (len(entered["sittings"]), entered["wallets"], made.status()["wallets"]) == (3, [], [])
    unfinished = Served.of(*(sat(PLAN, number).to_end() for number in range(3))).aloud().everybody()
    open_ = made.wrote("open.jsonl", unfinished.at("/small").encode())
    assert failure(made.enter(*made.sittings(), "--service", open_)) == (3, "not-whole")
    last = told(made.enter(*made.all()))
    assert (last["sittings"], made.status()["wallets"]) == ([], ["wallet"])


def test_a_wallet_alone_is_entered_where_each_sitting_was(made: Made) -> None:
    for number in range(3):
        assert told(made.enter(made.city(number)))["wallets"] == []
    entered = told(made.enter(*made.all()))
    assert (entered["sittings"], [each["wallet"] for each in entered["wallets"]]) == ([], ["wallet"])
    assert "wallets of its sittings" in custody("journal", "show", "--home", made.home, "--kind", "ceremony").out


PLAN = read(TEXT)


def one(which: int = 0, *, purpose: str = PLAN.purpose, **how: Any) -> Sat:
    """A sitting of the plan, or of one with another purpose."""
    return sat(replace(PLAN, purpose=purpose), which, **how)


def up_to(name: str) -> Sat:
    return one().until(lambda step: step.id.endswith(name))


def damaged() -> bytes:
    return one().to_end().encode().replace(b'"at":', b'"at": ', 1)


FAILED = Closed(False, "administrator-1", date(2027, 1, 31))
REFUSED: dict[str, tuple[Callable[[], bytes], int, str, str]] = {
    "a rehearsal": (lambda: Sat(PLAN, rehearsal=True).aloud().everybody().to_end().encode(), 3, "rehearsal", "no book"),
    "open": (lambda: up_to("/printer").encode(), 3, "not-whole", "sitting-1 is not closed"),
    "failed": (lambda: up_to("/kit").add(FAILED).encode(), 3, "not-whole", "sitting-1 did not pass"),
    "unsigned": (lambda: one().on_paper().encode(), 3, "not-whole", "not all of it, by administrator-1"),
    "another plan": (lambda: one(purpose="another").to_end().encode(), 5, "plan-differs", "another plan"),
    "of other last words": (lambda: Sat(PLAN).everybody().to_end().encode(), 9, "transcript-forged", "written down"),
    "damaged": (damaged, 4, "unreadable", "line 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_ceremony_of_the_plan_is_refused_by_name(name: str, made: Made) -> None:
    build, code, word, sentence = REFUSED[name]
    before, bad = made.status()["head"], made.wrote("bad.jsonl", build())
    alone = made.enter(bad)
    assert failure(alone) == (code, word)
    assert sentence in alone.out
    beside = made.enter(made.city(1), "--with", bad)
    assert beside.code in {code, 5}, "beside a good one, it may be that the two do not belong together"
    assert made.status()["head"] == before, "nothing was written"


def test_a_refusal_beside_a_whole_one_is_heard_and_a_false_signature_is_an_alarm(made: Made) -> None:
    refusal = one().to_end().signature(Says.REFUSED, "witness-1")
    answer = made.enter(made.city(0), made.wrote("no.sig", refusal.encode()))
    assert failure(answer) == (3, "not-whole") and "was refused by witness-1" in answer.out
    false = replace(refusal, signature=bytes([refusal.signature[0] ^ 1]) + refusal.signature[1:])
    assert made.enter(made.city(0), made.wrote("false.sig", false.encode())).code == 9
    assert made.status()["ceremonies"] == []


def test_what_was_signed_at_home_counts_beside_the_transcript(made: Made) -> None:
    sitting = one().on_paper()
    people = sorted(sitting.standing.here & PLAN.identities.keys())
    late = [sitting.signature(says, name) for name in people for says in (Says.AGREED, Says.SAW)]
    files = [made.wrote(f"{number}.sig", each.encode()) for number, each in enumerate(late)]
    file = made.wrote("paper.jsonl", sitting.encode())
    assert failure(made.enter(file, *files[1:])) == (3, "not-whole")
    assert [each["sitting"] for each in told(made.enter(file, *files))["sittings"]] == ["sitting-1"]


def test_another_transcript_of_a_sitting_that_the_book_names_is_told(made: Made) -> None:
    told(made.enter(made.city(0)))
    head = made.status()["head"]
    other = made.wrote("other.jsonl", one(run=b"\x08" * 16).to_end().encode())
    entered, verified = made.enter(other), made.verify(other)
    assert failure(entered) == failure(verified) == (5, "head-differs")
    assert "of sitting sitting-1 the book names another transcript" in entered.out
    assert failure(made.enter(made.city(1), "--with", other)) == (5, "head-differs")
    assert made.verify(made.city(1), "--with", other).code == 5
    assert made.status()["head"] == head
    still_open = made.wrote("open.jsonl", up_to("/printer").encode())
    assert made.verify(still_open).code == 5, "the beginning of the very same sitting has another head"


def test_other_cards_under_the_same_head_are_told(made: Made) -> None:
    """A machine that lies to its officers: another one, which has the transcript, sees it."""
    honest = named._cards

    def lying(key: Any, follows: Any) -> Any:
        return replace(honest(key, follows), cards=bytes(32))

    with mock.patch.object(named, "_cards", lying):
        told(made.enter(made.city(0)))
    answer = made.verify(made.city(0))
    assert failure(answer) == (5, "head-differs")
    assert "other keys or cards than the transcript with its head" in answer.out


def test_two_machines_that_enter_different_transcripts_contradict_each_other(made: Made) -> None:
    second, key = joined(made.home)
    admit = ("home", "admit", key, "--name", "Laptop B", "--home", made.home)
    assert custody(*admit, officers=TWO).code == 0
    carry(made.home, second)
    carry(second, made.home)
    other = made.wrote("other.jsonl", one(run=b"\x08" * 16).to_end().encode())
    told(made.enter(made.city(0)))
    told(made.enter(other, *carried(made.home), home=second, officers=seen_there(made.home, *TWO)))
    carry(second, made.home)
    carry(made.home, second)
    for home in (made.home, second):
        state = made.status(home)["ceremonies"]
        assert [(each["sitting"], each["contradicted"]) for each in state] == [("sitting-1", True)] * 2
        shown = " ".join(custody("status", "--home", home).out.split())
        assert "CONTRADICTED: the book names two transcripts of sitting sitting-1" in shown
        for file in (made.city(0), other):
            assert failure(made.verify(file, home=home)) == (5, "head-differs")
    assert failure(made.enter(made.city(0))) == (5, "head-differs")


def test_a_wallet_that_is_registered_already_is_left_and_a_taken_name_is_refused(made: Made) -> None:
    (made.folder / "records").mkdir()
    records = ("--plan", made.plan, "--records", str(made.folder / "records"))
    told(custody("ceremony", "verify", *made.all(), *records, "--json"))
    wallet = str(made.folder / "records" / "wallet.wallet.json")
    other = ("wallet", "new", "wallet", "--descriptor", desk.wallet("tr").single(0), "--home", made.home)
    assert custody(*other, officers=TWO).code == 0
    head = made.status()["head"]
    answer = made.enter(*made.all())
    assert failure(answer) == (3, "taken") and "wallet.wallet.json" in answer.out
    assert made.status()["head"] == head
    new = custody("wallet", "new", "cold", "--from", wallet, "--home", made.home, officers=TWO)
    assert new.code == 0, new
    entered = told(made.enter(*made.all()))
    assert (len(entered["sittings"]), entered["wallets"]) == (3, [])
    assert made.status()["wallets"] == ["cold", "wallet"]


def test_it_is_of_the_treasurys_network(made: Made) -> None:
    plan = made.wrote("test.toml", text_of("signet").encode())
    file = made.wrote("test.jsonl", sat(read(text_of("signet")), 0).to_end().encode())
    answer = made.enter(file, plan=plan)
    assert (answer.code, "the ceremony is on signet, and this treasury is on regtest" in answer.out) == (5, True)


def test_too_few_officers_and_a_halt_enter_nothing(made: Made) -> None:
    before = made.status()["head"]
    assert made.enter(made.city(0), officers=("Alice",)).code in (2, 3)
    assert made.status()["head"] == before
    assert custody("halt", "--home", made.home, officers=("Alice",)).code == 0
    assert failure(made.enter(made.city(0))) == (3, "halted")
    assert made.status()["ceremonies"] == []


def test_the_newest_paper_is_compared_first(made: Made) -> None:
    wrong = made.enter(made.city(0), "--head", "0 " + "able " * 9 + "able")
    assert (wrong.code, made.status()["ceremonies"]) == (9, [])


def test_officers_are_told_who_signed_in_ink_and_whether_the_rehearsal_was_read(made: Made) -> None:
    with agreed_to(made.folder) as shown:
        told(made.enter(made.city(0)))
    assert "Rehearsed, as the machine says" in shown.read_text()
    assert "in ink only, as somebody typed" in shown.read_text()
    other = Sat(PLAN, rehearsal=True).aloud().everybody().to_end().encode()
    assert made.enter(made.city(1), "--rehearsal", made.wrote("r.jsonl", other)).code == 5


def test_verify_holds_against_a_book_only_where_it_is_named(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_HOME", made.home)
    assert told(custody("ceremony", "verify", made.city(0), "--json"))["book"] is None
