"""Homes for the hunt of faults: prepared, looked at, and what must be true of each. It knows no fault."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial, wraps
from pathlib import Path

from custody.ceremony.home.home import generation_of, reading
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.plan.plan import Threat
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.by_name import find
from custody.ceremony.treasury import vaults
from custody.governance import chain
from custody.governance.book import Book
from custody.machine.measurement import Machine, Measurement, Standing
from custody.machine.report import Report
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.transcript.sittings import Sat
from tests.ceremony.treasury.officers import Script
from tests.support import desk
from tests.support.officers import NAMES, custody

HOME, NEW, SIGNED = "treasury", "new", "signed"
PHRASE = desk.PHRASES["B"]
SECRET = b"\x7f" * 16
"""The entropy of PHRASE."""
OWNER = desk.Wallet("wpkh", f"wpkh({desk.expressions('84h/1h/0h')['B']})", ("B",))
COINS = desk.coins(OWNER, 2)
STRANGER = desk.wallet("tr").script(0, 7)
THREE = NAMES[:3]

SHOWN = frozenset(
    {
        "payment.psbt",
        "refused.psbt",
        "export",
        "news",
        "backup",
        "machine",
        "report",
        SIGNED,
        "plan.toml",
        "ceremony.jsonl",
    }
)
"""Files beside a home that a command was given, or delivers."""

MEMORY = next(filter(partial(os.access, mode=os.W_OK), ["/dev/shm"]), None)
"""Where folders lie that are made anew for each point; None: wherever temporary folders do. No real disk is asked."""

CLEAR = (
    SECRET,
    SECRET.hex().encode(),
    PHRASE.encode(),
    *(f"the passphrase of {name}".encode() for name in NAMES),
    b"another passphrase",
)
"""What may stand on no disk."""


@dataclass(frozen=True)
class Found:
    """A home: the kinds of its entries, its journal, and its other files but for names, heads and the reserve."""

    kinds: tuple[str, ...]
    journal: bytes
    files: Mapping[str, bytes]

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the files, without what is drawn anew each time."""
        return tuple(sorted(re.sub("(officers|kept)/[0-9a-f]+", r"\1/*", name) for name in self.files))


def found(home: Path) -> Found | None:
    """Look at a home; None where there is none. What is torn off is not looked at."""
    journal = journal_of(home)
    if not journal:
        return None
    left = {"journal.jsonl", "journal.head", "names.json", "reserve", "beside.jsonl"}
    paths = (path for path in home.rglob("*") if path.is_file())
    files = {str(path.relative_to(home)): path.read_bytes() for path in paths}
    return Found(
        kinds_of(home),
        journal,
        {name: data for name, data in files.items() if name not in left},
    )


KEPT_OPEN = ("journal.jsonl", "journal.head", "names.json", "reserve", "writer.key", "beside.jsonl")
"""Files of a home that the book need not tell of."""


def journal_of(home: Path) -> bytes:
    """The bytes of a home's journal; none where there is none."""
    path = home / "journal.jsonl"
    return path.read_bytes() if path.exists() else b""


def kinds_of(home: Path) -> tuple[str, ...]:
    """The kinds of a home's entries; none where there is no home."""
    return tuple(line.kind for line in chain.read(journal_of(home)).lines)


def require_nothing_stray(book: Book, home: Path) -> None:
    """Raise AssertionError for a file of which the book does not tell."""
    officers = {f"{officer.key.hex()[:16]}.officer" for officer in book.state.roster.officers}
    lines = b"".join(node.line for node in book.lines)
    for path in (path for path in home.rglob("*") if path.is_file()):
        name = str(path.relative_to(home))
        if path.parent.name == "kept":
            assert path.name.encode() in lines, name
        elif path.parent.name == "vaults":
            vault, generation = generation_of(name)
            record = book.state.vaults[vault]
            assert record.kept_from <= generation <= record.generation, name
        elif path.parent.name == "officers":
            assert path.name in officers, name
        else:
            assert name in ("journal.jsonl", "journal.head", "names.json", "reserve", "writer.key", "beside.jsonl"), (
                name
            )


def require_nothing_secret(folder: Path) -> None:
    """Raise AssertionError for a secret in clear."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not any(secret in content for secret in CLEAR), path


def require_no_leavers(home: WritableHome) -> None:
    """Raise AssertionError for a generation that somebody can help to open who is not on the roster.

    A vault that was sealed before this machine heard of a new roster is left out: it is sealed anew when it is opened.
    """
    state = home.book.state
    officers = {officer.key for officer in state.roster.officers}
    for file in home.files.names("vaults"):
        if state.vaults[generation_of(file)[0]].roster != state.basis:
            continue
        slots = home._sealed(file).slots
        assert {slot.member.identity.public.officer for slot in slots} <= officers, file


def require_vault_opens(home: WritableHome, come: tuple[str, ...]) -> None:
    """Raise AssertionError unless these open the vault, and find the right secret."""
    with Attendance(home, Script(come)) as table, vaults.open_vault(home, table, "main") as vault:
        assert vaults.key_of(vault).secret.reveal() == SECRET


def laid_once(prepare: Callable[[Path], None]) -> Callable[[Path], None]:
    """Let a preparation be made once, and copied wherever it is wanted: nothing in a home tells where it lies."""

    @cache
    def laid() -> tempfile.TemporaryDirectory[str]:
        place = tempfile.TemporaryDirectory(dir=MEMORY)
        prepare(Path(place.name).resolve())
        return place

    @wraps(prepare)
    def copied(folder: Path) -> None:
        shutil.copytree(laid().name, folder, symlinks=True, dirs_exist_ok=True)

    return copied


def nothing(folder: Path) -> None:
    """No home yet."""


@laid_once
def without_vault(folder: Path) -> None:
    """A treasury of five with a wallet."""
    home = ("--home", str(folder / HOME))
    officers = [part for name in NAMES for part in ("--officer", name)]
    done("home", "new", *home, "--network", "regtest", *officers, officers=NAMES)
    done("wallet", "new", "pay", "--descriptor", OWNER.descriptor, "--network", "regtest", *home, officers=THREE)


@laid_once
def begun(folder: Path) -> None:
    """A treasury with a wallet and its key in a vault, and payments to sign."""
    without_vault(folder)
    done("key", "restore", "--home", str(folder / HOME), officers=THREE, secret=PHRASE)
    for name, coin, amount, fee in (("payment", 0, 60_000, 500), ("refused", 1, 1_000, 98_000)):
        psbt = desk.psbt(OWNER, [COINS[coin]], [(STRANGER, amount)], fee, 2)
        (folder / f"{name}.psbt").write_bytes(psbt)


@laid_once
def used(folder: Path) -> None:
    """A treasury that has signed, and so keeps two generations of its vault."""
    begun(folder)
    out = folder / SIGNED
    done("sign", str(folder / "payment.psbt"), "--home", str(folder / HOME), "-o", str(out), officers=THREE)
    out.unlink()


def halted(folder: Path) -> None:
    """A treasury that somebody halted."""
    begun(folder)
    done("halt", "--home", str(folder / HOME), officers=("Erin",))


def exported(folder: Path) -> None:
    """A treasury, and an export of its journal with what it signed."""
    used(folder)
    export(folder / HOME, folder / "export")


def with_news(folder: Path) -> None:
    """A treasury, and an export of a second machine on which Erin was retired: the vault here gets a new key."""
    used(folder)
    news_of(folder, retire=True)


def with_backup(folder: Path) -> None:
    """A backup and what a second machine has seen since: a halt. The home that it was made of is gone."""
    used(folder)
    done("home", "backup", "--home", str(folder / HOME), "-o", str(folder / "backup"), "--label", "a safe")
    news_of(folder, retire=False)
    shutil.rmtree(folder / HOME)


@laid_once
def with_alternate(folder: Path) -> None:
    """A treasury where Frank is Erin's alternate for days of absence."""
    begun(folder)
    enrol = ("officer", "enrol", "Frank", "--home", str(folder / HOME), "--alternate-of", "Erin", "--dated")
    done(*enrol, officers=("Frank", *THREE))


def with_listener(folder: Path) -> None:
    """A treasury, and the key of a second machine that no quorum has admitted."""
    begun(folder)
    second = folder / "second"
    export(folder / HOME, folder / "export")
    done("home", "new", "--home", str(second), "--join", str(folder / "export"))
    _leave_key(folder, second)


@laid_once
def with_machine(folder: Path) -> None:
    """A treasury of two machines, and the key of the second."""
    begun(folder)
    second = folder / "second"
    export(folder / HOME, folder / "export")
    done("home", "new", "--home", str(second), "--join", str(folder / "export"))
    admitted(folder, second)
    (folder / "news").unlink(missing_ok=True)
    export(second, folder / "news")
    done("journal", "import", str(folder / "news"), "--home", str(folder / HOME))
    (folder / "news").unlink()
    _leave_key(folder, second)


def with_report(folder: Path) -> None:
    """The same, and what the second machine reported: swap is on."""
    with_machine(folder)
    swap = Measurement("MACHINE-SWAP", Standing.UNFIT, "swap is on", "", "")
    (folder / "report").write_bytes(Report(Machine("Linux", (swap,)), 0).encode())


def with_ceremony(folder: Path) -> None:
    """A treasury, and the plan and the transcript of one person's ceremony that passed.

    The transcript is written anew each time: its words are those of whoever is about to read it.
    """
    begun(folder)
    text = filled(wish(Threat.ACCIDENT))
    (folder / "plan.toml").write_text(text)
    (folder / "ceremony.jsonl").write_bytes(Sat(read(text)).aloud().everybody().on_paper().encode())


def with_waiting(folder: Path) -> None:
    """A treasury in which a wallet waits: on a second machine three registered it of whom two were retired here."""
    begun(folder)
    home, second = folder / HOME, folder / "second"
    export(home, folder / "export")
    done("home", "new", "--home", str(second), "--join", str(folder / "export"))
    admitted(folder, second)
    brought = [part for path in (home / "officers").iterdir() for part in ("--officer-file", str(path))]
    with reading(home) as opened:
        keys = {opened.name_of(officer): officer.key.hex()[:8] for officer in opened.book.state.roster.officers}
    wallet = ("wallet", "new", "theirs", "--descriptor", desk.wallet("tr").single(0), "--network", "regtest")
    come = {keys[name]: name for name in NAMES[2:]}
    done(*wallet, "--home", str(second), *brought, officers=come)
    for name in ("Erin", "Dave"):
        done("officer", "retire", name, "--home", str(home), officers=THREE)
    export(second, folder / "news")
    done("journal", "import", str(folder / "news"), "--home", str(home))
    (folder / "news").unlink()
    _leave_key(folder, second)


def _leave_key(folder: Path, second: Path) -> None:
    """Keep of a second machine its key alone."""
    with reading(second) as home:
        (folder / "machine").write_text(home.book.writer.hex())
    shutil.rmtree(second)
    (folder / "export").unlink()


def news_of(folder: Path, *, retire: bool) -> None:
    """Let a second machine join, decide something, and export it."""
    second = folder / "second"
    export(folder / HOME, folder / "export")
    done("home", "new", "--home", str(second), "--network", "regtest", "--join", str(folder / "export"))
    if retire:
        admitted(folder, second)
    with writing(folder / HOME) as home:
        keys = {home.name_of(officer): officer.key.hex()[:8] for officer in home.book.state.roster.officers}
        carried = [home.identity(find(home, name)) for name in NAMES]
    assert None not in carried
    files = [part for path in (folder / HOME / "officers").iterdir() for part in ("--officer-file", str(path))]
    if retire:
        come = {keys[name]: name for name in THREE}
        done("officer", "retire", keys["Erin"], "--home", str(second), *files, officers=come)
    else:
        done("halt", "--home", str(second), *files, officers={keys["Alice"]: "Alice"})
    export(second, folder / "news")
    shutil.rmtree(second)
    (folder / "export").unlink()


def admitted(folder: Path, second: Path) -> None:
    """Let the quorum of the home admit a machine that joined, and carry the news of it there."""
    with reading(second) as home:
        key = home.book.writer.hex()
    done("home", "admit", key, "--home", str(folder / HOME), officers=THREE)
    (folder / "export").unlink()
    export(folder / HOME, folder / "export")
    done("journal", "import", str(folder / "export"), "--home", str(second))


def export(home: Path, out: Path) -> None:
    """Export a home's journal."""
    done("journal", "export", "--home", str(home), "-o", str(out))


def again(prepared: Path, folder: Path) -> None:
    """Put a folder back as it was prepared."""
    shutil.rmtree(folder)
    shutil.copytree(prepared, folder)


def done(*arguments: str, **more: object) -> None:
    """Run a command that must work."""
    answer = custody(*arguments, **more)  # type: ignore[arg-type]
    assert answer.code == 0, answer
