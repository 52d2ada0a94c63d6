"""No network is taken for granted, and every screen of a main network says `MAIN: real money`.

Every command of the table is called on a main network and on a test network, in a terminal where it asks a person.
Whoever adds a command gives it a row in `ANSWERS` or `ASKS`, or says in `KNOWS_NONE` why it cannot know.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from embit import bip32
from embit.networks import NETWORKS as DESK_NETWORKS
from embit.psbt import PSBT
from embit.script import Script

from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import writing
from custody.ceremony.machines import admission, exchange
from custody.ceremony.plan.plan import Threat
from custody.ceremony.table.enrolment import WORKING, Candidate
from custody.ceremony.treasury import genesis
from custody.ceremony.treasury.genesis import Founding
from custody.chains.bitcoin.consensus.network import NETWORKS, network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.table import ROWS
from custody.cli.people.meeting import FrontMeeting
from custody.cli.people.terminal import Terminal
from custody.governance.known.answering import NONCE_BYTES, Question
from custody.governance.statement import Tip
from custody.keys.phrases import mnemonic
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import SealedIdentity, officer_file
from custody.machine.measurement import Machine, Measurement, Standing
from custody.machine.report import Report
from custody.secret import Secret
from tests.ceremony.plan.plans import filled, public_key, put, read, wish
from tests.ceremony.transcript.sittings import Sat, with_keys
from tests.chains.bitcoin.review.drafts import honest
from tests.cli.conftest import PROGRAM, process
from tests.cli.screen import Screen
from tests.faults.changes import LATER
from tests.support import desk
from tests.support.custody_command import run
from tests.support.officers import quick_identities
from tests.support.patience import until

BANNER = "MAIN: real money"
PHRASE = mnemonic.phrase(Secret(hashlib.sha256(b"a key of the networks' tests").digest()[:16])).reveal().decode()
OFFICERS = {"Alice": "seven purple elephants walk slowly home", "Bob": "under the bridge nine herons count trains"}
COMING = {**OFFICERS, "Dora": "four lanterns drift over slow canals"}
"""With the one who stands in for Bob on days of absence."""
SIGNER = Script(bytes.fromhex("00142b05d564e6a7a33c087f16e0f730d1440123799d"))
SIGNATURE = (
    "AkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/s"
    "ASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI="
)
"""BIP-322's published signature of "Hello World", and the script of the address that made it."""


@dataclass(frozen=True)
class Place:
    """A folder with a wallet, a request, a signed request and a treasury, all of one network."""

    folder: Path
    network: str
    descriptor: str

    def file(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def wallet(self) -> str:
        return self.file("wallet.json")

    @property
    def request(self) -> str:
        return self.file("in.psbt")

    @property
    def home(self) -> tuple[str, str]:
        return ("--home", self.file("home"))

    @property
    def paper(self) -> tuple[str, str]:
        """The newest entry, as it stands on paper."""
        head = json.loads(run("custody", "status", *self.home, "--json").out)["head"]
        return ("--head", f"{head['n']} {head['words']}")

    @property
    def second(self) -> str:
        """The key of the other machine."""
        found = json.loads(run("custody", "status", *self.home, "--json").out)["machines"]
        return next(iter(found))

    @property
    def named(self) -> tuple[str, str]:
        return ("--network", self.network)


def owner(name: str) -> tuple[bip32.HDKey, desk.Wallet]:
    """The desk's root key and wallet on a network."""
    seed = mnemonic.seed(mnemonic.entropy_of(PHRASE)).reveal()
    root = bip32.HDKey.from_seed(seed, version=DESK_NETWORKS[name]["xprv"])
    path = f"84h/{network(name).coin_type}h/0h"
    account = root.derive(f"m/{path}").to_public().to_base58()
    return root, desk.Wallet("wpkh", f"wpkh([{root.my_fingerprint.hex()}/{path}]{account}/<0;1>/*)", ("A",))


def lay(folder: Path, name: str) -> Place:
    root, wallet = owner(name)
    folder.mkdir()
    (folder / "wallet.json").write_text(Wallet.register("pay", [wallet.descriptor], network(name)).to_json())
    request = honest(owner=wallet).psbt()
    (folder / "in.psbt").write_bytes(request)
    signed = PSBT.parse(request)
    assert signed.sign_with(root)
    (folder / "signed.psbt").write_bytes(signed.serialize())
    found(folder / "home", name)
    swap = Measurement("MACHINE-SWAP", Standing.UNFIT, "swap is on", "", "")
    (folder / "report").write_bytes(Report(Machine("Linux", (swap,)), 0).encode())
    (folder / "question").write_bytes(asked_by_another(folder / "home", folder / "second", name))
    return Place(folder, name, wallet.descriptor)


def found(home: Path, name: str) -> None:
    """Begin a treasury, as people do who are not there: on a main network no script may."""
    candidates = (
        *(Candidate(officer, seat, False, WORKING) for seat, officer in enumerate(OFFICERS, 1)),
        Candidate("Dora", 2, True, WORKING, dated=True),
    )
    with quick_identities():
        founding = Founding(name, network(name).is_main, candidates, 2, 2, (), ())
        genesis.found(home, founding, meeting(name))


def meeting(name: str) -> FrontMeeting:
    """Both officers, who say yes."""
    stakes = Network.MAIN if network(name).is_main else Network.TEST
    given = tuple(Secret(f"{officer}: {passphrase}".encode()) for officer, passphrase in COMING.items())
    return FrontMeeting(Terminal(), stakes, True, given, {})


def asked_by_another(home: Path, second: Path, name: str) -> bytes:
    """Let a second machine join and be admitted; what it asks then: is anything newer?"""
    with quick_identities(), writing(home) as first:
        book = exchange.join(second, exchange.export(first, 0, documents=True))
        admission.admit(first, meeting(name), book.writer, "")
        with reading(second) as other:
            exchange.take_in(first, exchange.export(other, 0, documents=True))
    newest = Tip(book.head.number, book.head.hash)
    return Question(book.state.treasury, book.writer, newest, bytes(NONCE_BYTES)).encode()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    folder = tmp_path_factory.mktemp("networks")
    return {name: lay(folder / name, name) for name in ("main", "test")}


# --- every screen says so

Line = Callable[[Place], tuple[str, ...]]

ANSWERS: dict[str, Line] = {
    "key new": lambda at: ("key", "new", "--no-dice", *at.named),
    "key show": lambda at: ("key", "show", "--path", "m/0h", *at.named),
    "share split": lambda at: ("share", "split", "--threshold", "2", "--shares", "3", *at.named),
    "wallet new": lambda at: (
        *("wallet", "new", "pay", "--descriptor", at.descriptor, *at.named, "-o", at.file("new.json")),
    ),
    "wallet list": lambda at: ("wallet", "list", at.wallet),
    "wallet address": lambda at: ("wallet", "address", at.wallet),
    "wallet find": lambda at: ("wallet", "find", at.wallet, first_address(at)),
    "wallet export": lambda at: ("wallet", "export", at.wallet, "--to", "core"),
    "review": lambda at: ("review", at.request, "--wallet", at.wallet),
    "psbt combine": lambda at: ("psbt", "combine", at.request, "--wallet", at.wallet, "-o", at.file("combined.psbt")),
    "psbt finalize": lambda at: (
        *("psbt", "finalize", at.file("signed.psbt"), "--wallet", at.wallet, "-o", at.file("final.psbt")),
    ),
    "message verify": lambda at: (
        *("message", "verify", "--address", SIGNER.address(DESK_NETWORKS[at.network])),
        *("--message", "Hello World", "--signature", SIGNATURE),
    ),
    "ceremony plan": lambda at: ("ceremony", "plan", planned(at)),
    "ceremony verify": lambda at: ("ceremony", "verify", sat(at)),
    "ceremony print": lambda at: ("ceremony", "print", planned(at), "-o", at.file("script.pdf")),
    "status": lambda at: ("status", *at.home),
    "officer list": lambda at: ("officer", "list", *at.home),
    "officer carry": lambda at: ("officer", "carry", "Alice", *at.home, "-o", at.file("alice.officer")),
    "journal show": lambda at: ("journal", "show", *at.home),
    "journal verify": lambda at: ("journal", "verify", *at.home),
    "journal export": lambda at: ("journal", "export", *at.home, "-o", at.file("export")),
    "journal import": lambda at: ("journal", "import", exported(at), *at.home),
    "journal answer": lambda at: ("journal", "answer", at.file("question"), *at.home, "-o", at.file("answer")),
    "home backup": lambda at: ("home", "backup", *at.home, *at.paper, "-o", at.file("backup")),
}
"""Commands that answer a script on every network."""

ASKS: dict[str, Line] = {
    "key restore": lambda at: ("key", "restore", *at.home),
    "sign": lambda at: ("sign", at.request, "--wallet", at.wallet, "-o", at.file("out.psbt")),
    "message sign": lambda at: (
        *("message", "sign", "--wallet", at.wallet, "--index", "0", "--message", "ours", "-o", at.file("signature")),
    ),
    "message prove": lambda at: (
        *("message", "prove", "--wallet", at.wallet, "--coins", at.request, "--message", "ours"),
        *("-o", at.file("proof")),
    ),
    "officer enrol": lambda at: ("officer", "enrol", "Carol", *at.home),
    "officer retire": lambda at: ("officer", "retire", "Bob", *at.home),
    "officer rules": lambda at: ("officer", "rules", "--seat", "Bob=5", *at.home),
    "halt": lambda at: ("halt", *at.home),
    "resume": lambda at: ("resume", *at.home),
    "officer passphrase": lambda at: ("officer", "passphrase", "Bob", *at.home),
    "officer absence": lambda at: ("officer", "absence", "Bob", "--from", "2026-12-24", "--to", "2026-12-26", *at.home),
    "journal adopt": lambda at: ("journal", "adopt", *at.home),
    "home admit": lambda at: ("home", "admit", "00" * 32, *at.home),
    "home exception": lambda at: (
        *("home", "exception", "--until", LATER, "--reason", "old", "--machine", at.second, *at.home),
        *("--report", at.file("report")),
    ),
    "home end": lambda at: ("home", "end", at.second, *at.home),
    "home renew": lambda at: ("home", "renew", *at.home, "--to", at.file("renewed")),
    "home new": lambda at: (
        *("home", "new", "--home", at.file("another"), *at.named, "--officer", "Alice", "--officer", "Bob"),
    ),
    "home restore": lambda at: ("home", "restore", at.file("backup"), "--home", at.file("restored")),
    "ceremony identity": lambda at: ("ceremony", "identity", *at.named, "-o", at.file("new.identity")),
    "ceremony rehearse": lambda at: ("ceremony", "rehearse", planned(at), "-o", at.file("rehearsal.jsonl")),
    "ceremony run": lambda at: (
        *("ceremony", "run", simple(at), "--rehearsal", rehearsed(at), "-o", at.file("ceremony.jsonl")),
    ),
    "ceremony service": lambda at: (
        *("ceremony", "service", simple(at), "--with", held(at), "-o", at.file("service.jsonl")),
    ),
    "ceremony enter": lambda at: ("ceremony", "enter", held(at), "--plan", simple(at), *at.home),
    "ceremony sign": lambda at: (
        *("ceremony", "sign", planned_for(at), "--identity", at.file("own.identity"), "-o", at.file("agreed.sig")),
    ),
}
"""Commands in which a person answers, on a main network always; they begin by saying so."""

KNOWS_NONE = {
    "share check": "cards do not say their network, and neither does the record of a set",
    "share combine": "likewise",
    "psbt complete": "a PSBT does not say its network, and no wallet is named",
    "psbt extract": "likewise",
    "compare": "it reads bytes, and not what they mean",
    "doctor": "it looks at the machine, which is the same for all",
    "selftest": "it computes published answers alone",
    "verify-bundle": "it is about no money",
    "completion": "it is about no money",
}

RELEASING, READING = {"key new", "share split"}, {"key show", "share split"}


def planned(at: Place) -> str:
    """The plan of a ceremony on a network."""
    Path(at.file("plan.toml")).write_text(filled(wish(network=at.network)))
    return at.file("plan.toml")


def simple(at: Place) -> str:
    """The plan of one person's ceremony on a network."""
    Path(at.file("simple.toml")).write_text(filled(wish(Threat.ACCIDENT, network=at.network)))
    return at.file("simple.toml")


def rehearsed(at: Place) -> str:
    """A rehearsal of that plan that passed."""
    sat = Sat(read(filled(wish(Threat.ACCIDENT, network=at.network))), rehearsal=True).aloud().everybody()
    Path(at.file("rehearsed.jsonl")).write_bytes(sat.on_paper().encode())
    return at.file("rehearsed.jsonl")


def held(at: Place) -> str:
    """A ceremony by that plan that passed."""
    sat = Sat(read(filled(wish(Threat.ACCIDENT, network=at.network)))).aloud().everybody()
    Path(at.file("held.jsonl")).write_bytes(sat.on_paper().encode())
    return at.file("held.jsonl")


def sat(at: Place) -> str:
    """The transcript of a sitting that passed, by a plan for a network."""
    plan = with_keys(read(filled(wish(Threat.ACCIDENT, network=at.network))))
    Path(at.file("sitting.jsonl")).write_bytes(Sat(plan).aloud().everybody().to_end().encode())
    return at.file("sitting.jsonl")


def planned_for(at: Place) -> str:
    """The plan of a ceremony on a network, and the identity of somebody whom it names: made as no script may."""
    stakes = Network.MAIN if network(at.network).is_main else Network.TEST
    keys = OfficerKeys.new()
    quick = Parameters(256 * 1024, 3, 1) if stakes is Network.MAIN else Parameters(64, 1, 1)
    passphrase = Passphrase.read(Secret(b"nine lanterns over a quiet harbour"))
    sealed = SealedIdentity.seal(keys, passphrase, None, stakes, parameters=quick)
    Path(at.file("own.identity")).write_bytes(officer_file(sealed))
    text = put(filled(wish(network=at.network)), public_key("witness-1").hex(), keys.public.officer.hex())
    Path(at.file("own.toml")).write_text(text)
    return at.file("own.toml")


def exported(at: Place) -> str:
    """An export, as somebody carried it here."""
    assert run("custody", "journal", "export", *at.home, "-o", at.file("carried"), "--force").code == 0
    return at.file("carried")


def first_address(at: Place) -> str:
    return Wallet.from_json(Path(at.wallet).read_text()).address(0, 0)


def test_every_command_says_its_network_or_why_it_cannot() -> None:
    told = [*ANSWERS, *ASKS, *KNOWS_NONE]
    assert sorted(told) == sorted(ROWS), "give the new command a row in ANSWERS, in ASKS or in KNOWS_NONE"


@pytest.mark.parametrize("command", ANSWERS)
def test_an_answer_says_that_it_is_real_money_on_a_main_network_alone(custody, places, command: str) -> None:
    for place in places.values():
        given = {"secret": PHRASE} if command in READING else {}
        answer = custody(*ANSWERS[command](place), **given, out=command in RELEASING)
        assert answer.code == 0, answer.stderr
        lines = [*answer.stdout.splitlines(), *answer.stderr.splitlines()]
        assert (BANNER in lines) == (place.network == "main"), (command, place.network)


def asked(screen: Screen) -> str:
    """What a command shows when it asks its first question, or has ended."""
    questions = ("Who comes?", 'Type "', "Word 1", "your passphrase", "The number and the ten words")
    questions += ("keys untested", "type one of your own", "Enter goes on", "Enter: look again")
    until(
        lambda: screen.process.poll() is not None or any(each in screen.text for each in questions), lambda: screen.text
    )
    return screen.text


@pytest.mark.parametrize("command", ASKS)
def test_a_conversation_says_that_it_is_real_money_on_a_main_network_alone(custody, places, command: str) -> None:
    for place in places.values():
        if not Path(place.file("backup")).exists():
            assert custody("home", "backup", *place.paper, *place.home, "-o", place.file("backup")).code == 0
        with Screen(PROGRAM, *ASKS[command](place)) as screen:
            shown = asked(screen)
        assert (BANNER in shown.splitlines()) == (place.network == "main"), shown


@pytest.mark.parametrize("command", ANSWERS)
def test_json_stays_the_same_object_alone(custody, places, command: str) -> None:
    given = {"secret": PHRASE} if command in READING else {}
    line = [*ANSWERS[command](places["main"]), "--json"]
    if "-o" in line:
        line.append("--force")
    answer = custody(*line, **given, out=command in RELEASING)
    assert answer.code == 0, answer.stderr
    assert answer.json
    assert BANNER not in answer.stdout


def test_what_a_script_takes_as_it_stands_stays_alone(custody, places) -> None:
    answer = custody("wallet", "address", places["main"].wallet, "--quiet")
    assert answer.stdout == first_address(places["main"]) + "\n"
    assert answer.stderr == BANNER + "\n"


def test_a_screen_begins_with_it(custody, places) -> None:
    place = places["main"]
    for line in (("review", place.request, "--wallet", place.wallet), ("wallet", "list", place.wallet)):
        assert custody(*line).stdout.startswith(BANNER + "\n")


def test_every_page_begins_with_it(places) -> None:
    place = places["main"]
    line = ("wallet", "list", *[place.wallet] * 4)
    with Screen(PROGRAM, *line) as screen:
        screen.until("page 1 of 2")
        assert screen.lines[0] == BANNER
        screen.enter()
        screen.until_raw(BANNER.encode(), 2)
        assert screen.finish() == 0


def test_every_card_is_shown_below_it() -> None:
    with Screen(PROGRAM, "key", "new", "--no-dice", "--words", "12", "--network", "main") as screen:
        screen.until("only its holder")
        screen.enter()
        screen.until("Enter clears")
        assert screen.lines[0] == BANNER
        screen.interrupt()
        assert screen.finish() == 6


# --- no network is taken for granted


WITHOUT = (
    ("key", "new", "--no-dice"),
    ("key", "show", "--path", "m/84h/1h/0h"),
    ("wallet", "new", "w", "--descriptor", owner("test")[1].descriptor, "-o", "w.json"),
    ("home", "new", "--home", "h", "--officer", "Alice", "--officer", "Bob"),
)


@pytest.mark.parametrize("line", WITHOUT, ids=lambda line: " ".join(line[:2]))
def test_a_script_that_names_none_is_told_the_names_and_nothing_is_done(tmp_path, line: tuple[str, ...]) -> None:
    answer = process(*line, cwd=tmp_path)
    assert answer.code == 2
    assert "--network" in answer.stderr
    assert all(name in answer.stderr for name in NETWORKS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", WITHOUT, ids=lambda line: " ".join(line[:2]))
def test_a_person_is_asked_until_it_is_one(tmp_path, line: tuple[str, ...]) -> None:
    with Screen(PROGRAM, *line, cwd=tmp_path) as screen:
        screen.until("For which network?")
        screen.until(", ".join(NETWORKS))
        screen.enter("dogecoin")
        screen.until("That is none of them")
        assert BANNER not in screen.text
        screen.enter("regtest" if line[0] == "wallet" else "main")
        if line[0] == "wallet":
            screen.until("First address: bcrt 1q")
        else:
            screen.until(BANNER)


def test_a_person_who_stops_makes_nothing(tmp_path) -> None:
    with Screen(PROGRAM, "key", "new", cwd=tmp_path) as screen:
        screen.until("One of main")
        screen.interrupt()
        assert screen.finish() == 6


def test_where_cards_come_next_what_is_typed_for_a_network_is_not_shown(tmp_path) -> None:
    with Screen(PROGRAM, "key", "show", "--path", "m/84h/1h/0h", cwd=tmp_path) as screen:
        screen.until("One of main")
        screen.enter("abandon")
        screen.until_raw(b"One of main", 2)
        screen.enter("signet")
        screen.until("Network: signet")
        assert b"abandon" not in screen.raw


def test_a_fingerprint_is_the_same_on_every_network_so_none_is_asked_for(custody) -> None:
    assert custody("key", "show", secret=PHRASE).code == 0


def test_what_a_file_says_of_its_network_is_not_asked_again_and_not_denied(custody, places, tmp_path) -> None:
    for place in places.values():
        line = ("wallet", "new", "again", "--from", place.wallet, "-o", str(tmp_path / place.network))
        answer = custody(*line)
        assert answer.code == 0, answer.stderr
        assert (BANNER in answer.stdout) == (place.network == "main")
        other = "signet" if place.network == "main" else "main"
        assert custody(*line, "--force", "--network", other).code == 5


def test_a_key_of_one_network_is_never_a_wallet_of_another(custody, places, tmp_path) -> None:
    line = ("wallet", "new", "w", "--descriptor", places["main"].descriptor, "-o", str(tmp_path / "w"))
    assert custody(*line, "--network", "test").code == 5


def test_a_treasury_knows_its_network(custody, places, tmp_path) -> None:
    place = places["test"]
    exported = str(tmp_path / "export")
    assert custody("journal", "export", *place.home, "-o", exported).code == 0
    join = ("home", "new", "--home", str(tmp_path / "joined"), "--join", exported)
    assert custody(*join, "--network", "main").code == 5
    assert not (tmp_path / "joined").exists()
    assert custody(*join).code == 0
    with Screen(PROGRAM, "wallet", "new", "pay", "--descriptor", place.descriptor, *place.home) as screen:
        screen.until("The number and the ten words")
        screen.enter(place.paper[1])
        screen.until('Type "register"')
        assert "For which network?" not in screen.text


def test_test_money_is_that_of_every_network_but_the_main_ones() -> None:
    assert {name for name, each in NETWORKS.items() if not each.is_main} == output.TEST_MONEY
