"""Laptops of one treasury at the command line: another one joins, is admitted, and files are carried between them."""

from pathlib import Path

from custody.ceremony.home.home import reading
from tests.cli.treasury.test_treasury import THREE, read, status
from tests.support.officers import NAMES, custody

OFFICERS = [part for name in NAMES for part in ("--officer", name)]


def founded(home: Path) -> str:
    """A treasury of five with no wallet and no vault."""
    made = custody("home", "new", "--home", str(home), "--network", "regtest", *OFFICERS, officers=NAMES)
    assert made.code == 0, made
    return str(home)


def export(home: str, *options: str) -> str:
    """Everything that a laptop knows, in a file beside its home."""
    out = f"{home}.export"
    told = custody("journal", "export", "--home", home, "-o", out, "--force", *options)
    assert told.code == 0, told
    return out


def carry(home: str, other: str) -> None:
    """Carry what one laptop knows to another."""
    told = custody("journal", "import", export(home), "--home", other)
    assert told.code == 0, told


def joined(home: str, name: str = "second") -> tuple[str, str]:
    """Another laptop that knows what this one knows, and that no quorum has admitted; and its key."""
    other = str(Path(home).with_name(name))
    told = read(custody("home", "new", "--home", other, "--join", export(home), "--json"))
    return other, told["machine"]


def admitted(home: str, name: str = "second") -> str:
    """Another laptop that a quorum has admitted; both know of it."""
    other, key = joined(home, name)
    told = custody("home", "admit", key, "--name", f"Laptop {name}", "--home", home, officers=THREE)
    assert told.code == 0, told
    carry(home, other)
    carry(other, home)
    return other


def carried(home: str) -> tuple[str, ...]:
    """The officers' sealed identities, as they carry them from a home to another laptop."""
    return tuple(part for file in (Path(home) / "officers").iterdir() for part in ("--officer-file", str(file)))


def seen_there(home: str, *names: str) -> dict[str, str]:
    """What officers of a home are called on a laptop where no names are known -> who they are."""
    keys = {each["name"]: each["officer"][:8] for each in status(home)["officers"]}
    return {keys[name]: name for name in names}


def journal(home: str) -> bytes:
    """The bytes of a laptop's journal."""
    return (Path(home) / "journal.jsonl").read_bytes()


def newest_halt(home: str) -> str:
    """A line that only tells of a halt, as it is carried alone."""
    with reading(home) as opened:
        return next(iter(opened.book.state.halts.values())).halt.encode()


def second(home: str) -> str:
    """The laptop beside this one."""
    return str(Path(home).with_name("second"))
