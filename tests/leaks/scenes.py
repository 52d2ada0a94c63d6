"""Every command once, as a script runs it: what is laid for it, what it is given, what it may let out.

Whoever adds a command gives it a scene here: the tests beside hold the table of scenes to the table of commands.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import Content
from custody.ceremony.transcript.key_lines import KeyMade
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.governance.known.answering import NONCE_BYTES, Question
from custody.governance.statement import Tip
from custody.keys.cards.commitment import commitment
from custody.keys.cards.shares import read_share
from custody.keys.vaults.sealed import read_officer_file
from custody.secret import Secret
from tests.ceremony.plan.plans import filled, public_key, put, read
from tests.ceremony.plan.plans import wish as plan_wish
from tests.ceremony.transcript.sittings import Sat, a_plan
from tests.faults import homes
from tests.faults.changes import COMMANDS, ENTER, EXCEPTION
from tests.faults.homes import HOME, THREE, reading
from tests.support import desk
from tests.support.custody_command import call, run
from tests.support.officers import NAMES, Coming, given, passphrases, quick_treasury

PHRASE = homes.PHRASE
PASSPHRASE = "nine lanterns over a quiet harbour"
CARDS = (
    "enemy favorite academic acid cowboy phrase havoc level response walnut budget painting inside trash adjust froth "
    "kitchen learn tidy punish",
    "enemy favorite academic always academic sniff script carpet romp kind promise scatter center unfair training "
    "emphasis evening belong fake enforce",
)
"""A quorum of SLIP-39's published vector 43, of a passphrase. The self-test knows vector 4 by heart."""
CARDS_PASSPHRASE = "TREZOR"

WITNESS = "the passphrase of Alice\n"
"""Of an identity for ceremonies, which has one owner: no name stands before it."""

AT = ("--home", f"@/{HOME}")
WALLET = ("--wallet", "@/wallet.json")
OUT = "@/out"
REHEARSED = ("--rehearsal", "@/rehearsal.jsonl")
NETWORK = ("--network", "regtest")


def stocked(folder: Path) -> None:
    """A treasury, its wallet's file, a payment unsigned and signed, an export, and frames of a message."""
    homes.begun(folder)
    owner = homes.OWNER.descriptor
    (folder / "wallet.json").write_text(Wallet.register("pay", [owner], network("regtest")).to_json())
    signed = ("sign", str(folder / "payment.psbt"), "--wallet", str(folder / "wallet.json"), "--yes")
    assert call(*signed, "-o", str(folder / "signed.psbt"), secret=PHRASE) == 0
    homes.export(folder / HOME, folder / "export")
    (folder / "frame").write_text((folder / "payment.psbt").read_bytes().hex())


def with_final(folder: Path) -> None:
    """The same, and the payment finalised."""
    stocked(folder)
    line = ("psbt", "finalize", str(folder / "signed.psbt"), "--wallet", str(folder / "wallet.json"))
    assert call(*line, "-o", str(folder / "final.psbt")) == 0


def with_previous(folder: Path) -> None:
    """The same, and the transaction that is paid from."""
    stocked(folder)
    (folder / "previous").write_bytes(homes.COINS[0].previous)


def asked(folder: Path) -> None:
    """A treasury of two machines, and a question of the other one."""
    homes.with_machine(folder)
    with reading(folder / HOME) as home:
        treasury, head = home.book.state.treasury, home.book.head
    machine = bytes.fromhex((folder / "machine").read_text())
    question = Question(treasury, machine, Tip(head.number, head.hash), bytes(NONCE_BYTES))
    (folder / "question").write_bytes(question.encode())


def nothing(folder: Path) -> None:
    """An empty folder."""
    assert folder.is_dir()


def with_identity(folder: Path) -> None:
    """An identity for ceremonies, and a plan that names it as a witness's."""
    line = ("ceremony", "identity", *NETWORK, "-o", str(folder / "own.officer"), "--json")
    key = json.loads(given(*line, lines=[WITNESS.strip()]).out)["key"]
    (folder / "plan.toml").write_text(put(filled(plan_wish()), public_key("witness-1").hex(), key))


def with_picture(folder: Path) -> None:
    """A picture of a code."""
    (folder / "file").write_bytes(b"a small file")
    assert run("airgap", "show", str(folder / "file"), "--to", "png", "-o", str(folder / "code.png")).code == 0


def with_plan(folder: Path) -> None:
    """The plan of a ceremony, filled in."""
    (folder / "plan.toml").write_text(filled(plan_wish()))


def with_transcript(folder: Path) -> None:
    """The transcript of a sitting that passed."""
    (folder / "rehearsal.jsonl").write_bytes(Sat(a_plan(Threat.ACCIDENT)).aloud().everybody().to_end().encode())


_KEPT = a_plan(Threat.ACCIDENT)


class _OfCards(Sat):
    """A sitting of a key whose first card is the first of `CARDS`."""

    def add(self, content: Content, evidence: Evidence | None = None) -> Sat:
        if isinstance(content, KeyMade):
            (_first, *others), salt = content.follows.cards[0], content.salts[0][0]
            cards = ((commitment(salt, Secret(CARDS[0].encode())), *others),)
            content = replace(content, follows=replace(content.follows, cards=cards))
        return super().add(content, evidence)


def with_card(folder: Path) -> None:
    """The transcript of a sitting at which a card was made, and an identity that its plan names as an inspector's."""
    with_identity(folder)
    key = read_officer_file((folder / "own.officer").read_bytes()).public.officer
    plan = _KEPT
    people, keys = {**plan.people, "inspector": "Alice"}, {**plan.identities, "inspector": key}
    sat = _OfCards(replace(plan, people=people, identities=keys))
    sat.fixed = read_share(CARDS[0], "a card").identifier
    sat.everybody().until(lambda step: step.id.endswith("/final"))  # whose words are slower where nothing is quick
    (folder / "sitting.jsonl").write_bytes(sat.encode())


def with_rehearsal(folder: Path) -> None:
    """A plan, and a rehearsal of it that passed."""
    text = filled(plan_wish(Threat.ACCIDENT))
    (folder / "plan.toml").write_text(text)
    (folder / "rehearsal.jsonl").write_bytes(Sat(read(text), rehearsal=True).aloud().everybody().on_paper().encode())


def with_ceremony(folder: Path) -> None:
    """A plan, and a ceremony of it that passed."""
    text = filled(plan_wish(Threat.ACCIDENT))
    (folder / "plan.toml").write_text(text)
    (folder / "ceremony.jsonl").write_bytes(Sat(read(text)).aloud().everybody().on_paper().encode())


@dataclass(frozen=True)
class Scene:
    """One command. "@" stands for the folder; MACHINE for the key that a folder names; `out`: a secret leaves.

    `officers` give their passphrases; `lines` are passphrases of a script as they stand.
    """

    arguments: Sequence[str]
    prepare: Callable[[Path], None] = stocked
    secret: str | None = None
    officers: Coming | None = None
    lines: str | None = None
    out: bool = False
    program: str = "custody"

    @property
    def gives(self) -> dict[str, str]:
        """What goes in, by the option that names its descriptor."""
        said = passphrases(self.officers) if self.officers is not None else self.lines
        given = {"--secret-fd": self.secret, "--passphrase-fd": said}
        return {option: text for option, text in given.items() if text is not None}

    def line(self, folder: Path) -> list[str]:
        """The arguments for a folder, but for descriptors."""
        machine = folder / "machine"
        key = machine.read_text() if machine.exists() else ""
        yes = ["--yes"] if self.officers is not None or self.lines is not None else []
        return [*(key if each == "MACHINE" else each.replace("@", str(folder)) for each in self.arguments), *yes]


def _of_treasury(name: str) -> Callable[[Path], None]:
    return COMMANDS[name].prepare  # type: ignore[return-value]


_SEATS = {"seat 1": "Alice", "seat 2": "Bob", "seat 3": "Carol"}
_MESSAGE = ("--message", "a message of ours")

SCENES = {
    "key new": Scene(
        ("key", "new", "--no-dice", *NETWORK, "--threshold", "2", "--shares", "3", "-o", OUT),
        out=True,
        secret=None,
    ),
    "key show": Scene(
        ("key", "show", "--path", "m/84h/1h/0h", *NETWORK), secret=f"{PHRASE}\npassphrase: {PASSPHRASE}\n"
    ),
    "key restore": Scene(("key", "restore", *AT), prepare=homes.without_vault, secret=PHRASE, officers=THREE),
    "share split": Scene(
        ("share", "split", "--threshold", "2", "--shares", "3", *NETWORK, "-o", OUT), secret=PHRASE, out=True
    ),
    "share check": Scene(("share", "check"), secret="\n".join([*CARDS, f"passphrase: {CARDS_PASSPHRASE}"])),
    "share combine": Scene(
        ("share", "combine"), secret="\n".join([*CARDS, f"passphrase: {CARDS_PASSPHRASE}"]), out=True
    ),
    "wallet new": Scene(
        ("wallet", "new", "other", "--descriptor", desk.wallet("tr").descriptor, *NETWORK, *AT), officers=THREE
    ),
    "wallet list": Scene(("wallet", "list", "@/wallet.json")),
    "wallet address": Scene(("wallet", "address", "@/wallet.json", "--range", "0:3")),
    "wallet find": Scene(("wallet", "find", "@/wallet.json", homes.OWNER.address(0, 3))),
    "wallet export": Scene(("wallet", "export", "@/wallet.json", "--to", "core", "-o", OUT)),
    "review": Scene(("review", "@/payment.psbt", *AT)),
    "sign": Scene(("sign", "@/payment.psbt", *AT, "-o", OUT), officers=THREE),
    "psbt complete": Scene(
        ("psbt", "complete", "@/payment.psbt", "--tx", "@/previous", "-o", OUT), prepare=with_previous
    ),
    "psbt combine": Scene(("psbt", "combine", "@/payment.psbt", "@/signed.psbt", *WALLET, "-o", OUT)),
    "psbt finalize": Scene(("psbt", "finalize", "@/signed.psbt", *WALLET, "-o", OUT)),
    "psbt extract": Scene(("psbt", "extract", "@/final.psbt", "-o", OUT), prepare=with_final),
    "compare": Scene(("compare", "@/payment.psbt", "--show", "-o", OUT)),
    "message sign": Scene(("message", "sign", *WALLET, "--index", "0", *_MESSAGE, "-o", OUT, "--yes"), secret=PHRASE),
    "message verify": Scene(
        (
            *(
                "message",
                "verify",
                "--address",
                "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l",
                "--message",
                "Hello World",
            ),
            "--signature",
            "AkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/s"
            "ASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
        )
    ),
    "message prove": Scene(
        ("message", "prove", *WALLET, "--coins", "@/payment.psbt", *_MESSAGE, "-o", OUT, "--yes"), secret=PHRASE
    ),
    "status": Scene(("status", *AT)),
    "officer enrol": Scene(("officer", "enrol", "Frank", *AT), officers=(*THREE, "Frank")),
    "officer list": Scene(("officer", "list", *AT)),
    "officer retire": Scene(("officer", "retire", "Erin", *AT), officers=THREE),
    "officer passphrase": Scene(
        ("officer", "passphrase", "Erin", *AT),
        lines="Erin: the passphrase of Erin\nErin: another passphrase of Erin\n",
    ),
    "officer absence": Scene(
        ("officer", "absence", "Erin", *AT, "--from", "2031-12-24", "--to", "2031-12-26"),
        prepare=homes.with_alternate,
        officers=THREE,
    ),
    "officer rules": Scene(("officer", "rules", "--unlock", "2", *AT), officers=THREE),
    "officer carry": Scene(("officer", "carry", "Alice", *AT, "-o", OUT)),
    "halt": Scene(("halt", *AT, "--reason", "a drill"), officers=("Dave",)),
    "resume": Scene(("resume", *AT), prepare=homes.halted, officers=THREE),
    "journal show": Scene(("journal", "show", *AT)),
    "journal verify": Scene(("journal", "verify", *AT)),
    "journal export": Scene(("journal", "export", *AT, "-o", OUT)),
    "journal import": Scene(("journal", "import", "@/news", *AT), prepare=homes.with_news, officers=THREE),
    "journal answer": Scene(("journal", "answer", "@/question", *AT, "-o", OUT), prepare=asked),
    "journal adopt": Scene(("journal", "adopt", *AT), prepare=_of_treasury("journal adopt"), officers=THREE),
    "home new": Scene(
        ("home", "new", "--home", "@/new", *NETWORK, *(part for name in NAMES for part in ("--officer", name))),
        officers=NAMES,
    ),
    "home backup": Scene(("home", "backup", *AT, "-o", OUT, "--label", "a safe")),
    "home restore": Scene(
        ("home", "restore", "@/backup", "--home", "@/new", "--receipts", "@/news"),
        prepare=homes.with_backup,
        officers=_SEATS,
    ),
    "home admit": Scene(("home", "admit", "MACHINE", *AT), prepare=homes.with_listener, officers=THREE),
    "home exception": Scene(
        ("home", "exception", *EXCEPTION, *AT),
        prepare=homes.with_report,
        officers=THREE,
    ),
    "home end": Scene(("home", "end", "MACHINE", *AT), prepare=homes.with_machine, officers=THREE),
    "home renew": Scene(("home", "renew", *AT, "--to", "@/new"), officers=THREE),
    "ceremony plan": Scene(("ceremony", "plan", "--new", "--threat", "insider", *NETWORK, "-o", OUT)),
    "ceremony identity": Scene(
        ("ceremony", "identity", *NETWORK, "-o", "@/own.officer"), prepare=nothing, lines=WITNESS
    ),
    "ceremony sign": Scene(
        ("ceremony", "sign", "@/plan.toml", "--identity", "@/own.officer", "-o", OUT),
        prepare=with_identity,
        lines=WITNESS,
    ),
    "ceremony rehearse": Scene(("ceremony", "rehearse", "@/plan.toml", "-o", OUT), prepare=with_plan),
    "ceremony run": Scene(("ceremony", "run", "@/plan.toml", *REHEARSED, "-o", OUT), prepare=with_rehearsal),
    "ceremony service": Scene(
        ("ceremony", "service", "@/plan.toml", "--with", "@/ceremony.jsonl", "-o", OUT), prepare=with_ceremony
    ),
    "ceremony verify": Scene(("ceremony", "verify", "@/rehearsal.jsonl", "--report", OUT), prepare=with_transcript),
    "ceremony enter": Scene(("ceremony", "enter", *ENTER, *AT), prepare=homes.with_ceremony, officers=THREE),
    "ceremony print": Scene(("ceremony", "print", "@/plan.toml", "-o", OUT), prepare=with_plan),
    "doctor": Scene(("doctor", "--json")),
    "selftest": Scene(("selftest", "--json")),
    "verify-bundle": Scene(("verify-bundle", "@")),
    "completion": Scene(("completion", "bash")),
}
"""A command of `custody` -> its scene."""

MORE = {
    "sign, with a phrase": Scene(("sign", "@/payment.psbt", *WALLET, "-o", OUT, "--yes"), secret=PHRASE),
    "sign, with cards beside a vault": Scene(("sign", "@/payment.psbt", *AT, "-o", OUT), secret=PHRASE, officers=THREE),
    "sign, refused": Scene(("sign", "@/refused.psbt", *AT, "-o", OUT), officers=THREE),
    "key new, a phrase": Scene(("key", "new", "--no-dice", *NETWORK, "--kind", "bip39", "--words", "12"), out=True),
    "key show, a wrong word": Scene(("key", "show"), secret=PHRASE.replace("yellow", "yelow")),
    "share check, a wrong card": Scene(("share", "check"), secret=CARDS[0].replace("punish", "arena")),
    "share check, one card alone": Scene(
        (
            *("share", "check", "--transcript", "@/sitting.jsonl", "--from-bag", _KEPT.keys[0].cards[0].seal),
            *("--identity", "@/own.officer", "-o", OUT),
        ),
        prepare=with_card,
        secret=CARDS[0],
        lines=WITNESS,
    ),
    "officer rules, a wrong passphrase": Scene(("officer", "rules", "--unlock", "2", *AT), lines="Erin: of nobody\n"),
}
"""Other ways, failures among them."""

WINDOW = {
    "airgap encode": Scene(("encode", "@/payment.psbt"), program="airgap"),
    "airgap decode": Scene(("decode", "@/frame", "-o", OUT), program="airgap"),
    "airgap show": Scene(("show", "@/payment.psbt", "--to", "png", "-o", "@/out.png"), program="airgap"),
    "airgap scan": Scene(("scan", "@/code.png", "-o", OUT), prepare=with_picture, program="airgap"),
}
"""A command of `airgap` -> its scene."""

_EVERY = [("custody", name) for name in SCENES] + [("airgap", name.removeprefix("airgap ")) for name in WINDOW]


def _with(option: str, ending: str) -> dict[str, Scene]:
    """Every command with one option and nothing else."""
    return {
        f"{'airgap ' * (program == 'airgap')}{name}, {ending}": Scene(
            (*name.split(), option), prepare=nothing, program=program
        )
        for program, name in _EVERY
    }


HELP = _with("--help", "its help")
WRONG = _with("--no-such-option", "called wrongly")

ALL = {**SCENES, **MORE, **WINDOW, **HELP, **WRONG}

_DONE = {**SCENES, **MORE, **WINDOW}

PUBLIC = {name: scene for name, scene in _DONE.items() if not (scene.gives or scene.out)}
ENDS = {
    "doctor": (0, 7),
    "verify-bundle": (4,),
    "ceremony rehearse": (2,),
    "ceremony run": (2,),
    "ceremony service": (2,),
}
"""What is not exit 0: this machine may be unfit, the scene's folder is no bundle, and a sitting wants a terminal."""

LISTED = {"doctor": {"list"}}
"""It lists what is below /dev, where the scene's folder lies."""

ON_A_TERMINAL = {name: scene for name, scene in _DONE.items() if scene.prepare is stocked and not scene.out}


class Stage:
    """Folders laid once for each preparation, and copied for each run."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._laid: dict[Callable[[Path], None], Path] = {}

    def folder(self, scene: Scene) -> Path:
        """A fresh copy of what the scene needs."""
        if scene.prepare not in self._laid:
            laid = self._place / f"laid-{len(self._laid)}"
            laid.mkdir()
            with quick_treasury():
                scene.prepare(laid)
            self._laid[scene.prepare] = laid
        copy = self._place / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._laid[scene.prepare], copy)
        return copy


def digest_of(folder: Path) -> dict[str, str]:
    """The files of a folder, by name, as digests."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pipe(content: str) -> int:
    """The reading end of a pipe that holds a text, less than a pipe takes at once."""
    reader, writer = os.pipe()
    os.write(writer, content.encode())
    os.close(writer)
    return reader
