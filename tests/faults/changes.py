"""The commands that change a treasury's directory: where each is tried, and what is so once it has happened."""

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from custody.ceremony.home.ledger import Unlocked, reviewed_with, wallets_of
from custody.ceremony.home.writing import writing
from custody.ceremony.treasury.signing import sign_recorded
from custody.errors import CustodyError, Declined
from custody.signing import Approval, Review
from tests.faults import homes
from tests.faults.fault import KILLED_BEFORE, KILLED_HALF_WAY, Fault
from tests.faults.homes import HOME, NEW, SIGNED, THREE
from tests.faults.inside import Ended, Inside
from tests.support import desk
from tests.support.officers import NAMES, Answer, Coming, custody, given

Action = Callable[[Path], Answer]
Prepare = Callable[[Path], object]


def spoken(*arguments: str, officers: Coming | None = None, secret: str | None = None) -> Action:
    """A command line; "@" stands for the folder."""

    def act(folder: Path) -> Answer:
        return custody(*(each.replace("@", str(folder)) for each in arguments), officers=officers, secret=secret)

    return act


def of_machine(*arguments: str) -> Action:
    """The same; MACHINE stands for the key that a folder names, and a quorum agrees."""

    def act(folder: Path) -> Answer:
        key = (folder / "machine").read_text()
        return spoken(*(key if each == "MACHINE" else each for each in arguments), officers=THREE)(folder)

    return act


def of_erin(*options: str, lines: Sequence[str]) -> Action:
    """Give Erin another passphrase."""
    return lambda folder: given("officer", "passphrase", "Erin", "--home", str(folder / HOME), *options, lines=lines)


class SaysNo:
    """An operator who declines whatever is shown."""

    def approve(self, _review: Review) -> Approval:
        raise Declined("no")


def declined(folder: Path) -> Answer:
    """Review a payment with somebody who says no. A script cannot, so the job is asked, and not a command."""
    document = (folder / "payment.psbt").read_bytes()
    try:
        with writing(folder / HOME) as home:
            reviewed = reviewed_with(home, document, wallets_of(home))
            sign_recorded(home, document, reviewed, SaysNo(), Unlocked, tuple, main_network=False)  # type: ignore[arg-type]
    except CustodyError as failure:
        return Answer(failure.exit_code, "", f"error: {failure.message}")
    raise AssertionError("nobody said no")


def killed(prepare: Prepare, act: Action, call: str, ending: str, fault: Fault) -> Prepare:
    """Prepare a folder, and let something be killed in it: at the first such call for a file with such an ending."""

    def prepared(folder: Path) -> None:
        prepare(folder)
        way = Inside(lambda where: act(where))
        with tempfile.TemporaryDirectory(dir=homes.MEMORY) as beside:
            calls = way.calls(Path(shutil.copytree(folder, Path(beside).resolve() / "copy")))
        ends = [re.sub(r"\.[0-9a-f]{16}\.tmp$", "", each.path).endswith(ending) for each in calls]
        at = next(n for n, each in enumerate(calls) if each.name == call and ends[n])
        assert way.run(folder, fault, at).killed

    return prepared


@dataclass(frozen=True)
class Command:
    """A command: where it is done and with what, the entry that says that it happened, and its exit codes.

    `again` are the codes of the same command once it has happened. `out` is the file that it delivers.
    """

    prepare: Prepare
    act: Action
    kind: str
    again: tuple[int, ...]
    code: int = 0
    home: str = HOME
    out: str | None = None
    come: tuple[str, ...] = THREE
    vaults: bool = True
    shown: bool = True

    def action(self, folder: Path) -> None:
        """Act as the harness wants it: what ends as it should ends with 0."""
        answer = self.act(folder)
        raise Ended(0 if answer.code == self.code else answer.code, answer.err or answer.out)


AT = ("--home", f"@/{HOME}")
AT_NEW = ("--home", f"@/{NEW}")
SIGN = ("sign", "@/payment.psbt", *AT, "-o", f"@/{SIGNED}", "--yes")
BEGIN = ("home", "new", *AT_NEW, "--network", "regtest", *(part for name in NAMES for part in ("--officer", name)))
WALLET = ("wallet", "new", "other", "--descriptor", desk.wallet("tr").descriptor, "--network", "regtest", *AT)
BEGUN = spoken(*BEGIN, officers=NAMES)
HALT = spoken("halt", *AT, "--reason", "x", officers=("Dave",))
OLD_ERIN, NEW_ERIN = "Erin: the passphrase of Erin", "Erin: another passphrase of Erin"
OTHERS = tuple(f"{name}: the passphrase of {name}" for name in THREE)
LATER = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d")
EXCEPTION = ("--machine", "MACHINE", "--report", "@/report", "--until", LATER, "--reason", "old")
ENTER = ("@/ceremony.jsonl", "--plan", "@/plan.toml")
AWAY = ("--from", "2031-12-24", "--to", "2031-12-26")
ABSENT = spoken("officer", "absence", "Erin", *AT, *AWAY, officers=THREE)
RETIRE = spoken("officer", "retire", "Erin", *AT, officers=THREE)

COMMANDS = {
    "home new": Command(homes.nothing, BEGUN, "genesis", (8,), home=NEW, vaults=False),
    "wallet new --home": Command(homes.begun, spoken(*WALLET, officers=THREE), "wallet", (3,)),
    "key restore": Command(
        homes.without_vault, spoken("key", "restore", *AT, officers=THREE, secret=homes.PHRASE), "vault", (3,)
    ),
    "sign --home": Command(homes.begun, spoken(*SIGN, officers=THREE), "signed", (0, 8), out=SIGNED),
    "sign --home, with cards": Command(
        homes.begun, spoken(*SIGN, officers=THREE, secret=homes.PHRASE), "signed", (0, 8), out=SIGNED
    ),
    "sign --home, refused": Command(
        homes.begun,
        spoken("sign", "@/refused.psbt", *AT, "-o", f"@/{SIGNED}", officers=THREE),
        "refused",
        (3,),
        code=3,
    ),
    "sign --home, declined": Command(homes.begun, declined, "declined", (6,), code=6),
    "home backup": Command(
        homes.begun, spoken("home", "backup", *AT, "-o", "@/backup", "--label", "a safe"), "backup", (8,), out="backup"
    ),
    "halt": Command(homes.begun, HALT, "halt", (0,)),
    "resume": Command(homes.halted, spoken("resume", *AT, officers=THREE), "resume", (3,)),
    "officer enrol": Command(
        homes.begun,
        spoken("officer", "enrol", "Frank", *AT, officers=(*THREE, "Frank")),
        "roster",
        (2,),
        come=("Alice", "Bob", "Frank"),
    ),
    "officer retire": Command(homes.used, RETIRE, "roster", (5,)),
    "officer rules": Command(
        homes.begun, spoken("officer", "rules", "--unlock", "2", *AT, officers=THREE), "roster", (2,)
    ),
    "officer passphrase": Command(homes.begun, of_erin(lines=(OLD_ERIN, NEW_ERIN)), "identity", (5,)),
    "officer passphrase --forgotten": Command(
        homes.begun, of_erin("--forgotten", lines=(NEW_ERIN, *OTHERS)), "roster", (0,)
    ),
    "officer absence": Command(
        homes.with_alternate, ABSENT, "absence", (0,)
    ),
    "home admit": Command(homes.with_listener, of_machine("home", "admit", "MACHINE", *AT), "machine", (3,)),
    "home exception": Command(homes.with_report, of_machine("home", "exception", *EXCEPTION, *AT), "exception", (0,)),
    "ceremony enter": Command(
        homes.with_ceremony, spoken("ceremony", "enter", *ENTER, *AT, officers=THREE), "ceremony", (3,)
    ),
    "home end": Command(homes.with_machine, of_machine("home", "end", "MACHINE", *AT), "machine", (0,)),
    "home renew": Command(
        homes.used, spoken("home", "renew", *AT, "--to", f"@/{NEW}", officers=THREE), "begun", (8,), home=NEW
    ),
    "journal adopt": Command(
        homes.with_waiting, spoken("journal", "adopt", *AT, officers=THREE), "adopt", (3,)
    ),
    "journal import": Command(
        homes.with_news, spoken("journal", "import", "@/news", *AT, officers=THREE), "imported", (0,)
    ),
    "home new --join": Command(
        homes.exported,
        spoken("home", "new", *AT_NEW, "--network", "regtest", "--join", "@/export"),
        "joined",
        (8,),
        home=NEW,
        vaults=False,
        shown=False,
    ),
    "home restore": Command(
        homes.with_backup,
        spoken(
            "home", "restore", "@/backup", *AT_NEW, "--receipts", "@/news",
            officers={"seat 1": "Alice", "seat 2": "Bob", "seat 3": "Carol"},
        ),
        "begun",
        (8,),
        home=NEW,
    ),
    "halt, after a retirement that was killed once its files were there": Command(
        killed(homes.used, RETIRE, "pwrite", "journal.jsonl", KILLED_BEFORE), HALT, "halt", (0,)
    ),
    "halt, after a retirement that was killed before": Command(
        killed(homes.used, RETIRE, "rename", ".vault", KILLED_BEFORE), HALT, "halt", (0,)
    ),
    "halt, after a line was torn": Command(
        killed(homes.with_alternate, ABSENT, "pwrite", "journal.jsonl", KILLED_HALF_WAY), HALT, "halt", (0,)
    ),
    "home new, after one that was killed": Command(
        killed(homes.nothing, BEGUN, "pwrite", "journal.jsonl", KILLED_BEFORE), BEGUN, "genesis", (8,), home=NEW,
        vaults=False,
    ),
}  # fmt: skip
