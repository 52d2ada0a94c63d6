"""Plays a treasury's life at the command line, and writes it down as somebody would see it.

python -m tests.transcripts.play > tests/transcripts/treasury.txt
"""

import json
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support import desk
from tests.support.officers import NAMES, Answer, Coming, custody, quick_identities

RECORD = Path(__file__).parent / "treasury.txt"

_HEAD = re.compile(r"entry ([0-9]+):(?: [a-z]{4}){10}")
_MASKS = (
    (_HEAD, r"entry \1: <ten words>"),
    (re.compile(r"'([0-9]+)(?: [a-z]{4}){10}'"), r"'\1 <ten words>'"),
    (re.compile(r"It begins with:(?: [a-z]{4}){10}"), "It begins with: <ten words>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\b[0-9a-f]{16}(?=\.officer)"), "<key>"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "<treasury>"),
    (re.compile(r"\([0-9a-f]{8}\)"), "(<key>)"),
    (re.compile(r"\b[Mm]achine [0-9a-f]{8}\b"), "machine <name>"),
    (re.compile(r"\bofficer [0-9a-f]{8}\b"), "officer <key>"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"), "<time>"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "<day>"),
    (re.compile(r"custody-halt-1:[0-9a-f]{370}"), "custody-halt-1:<halt>"),
    (re.compile(r"\b[0-9a-f]{8}\b"), "<key>"),
)


def masked(transcript: str) -> str:
    """Take out what is another at every playing: hashes, words, times."""
    for pattern, mask in _MASKS:
        transcript = pattern.sub(mask, transcript)
    return transcript


def play(folder: Path) -> Iterator[str]:
    """Yield the transcript, a command and its answer at a time. Raises AssertionError for an exit code unforeseen."""
    home = folder / "treasury"
    wallet = desk.wallet("wpkh")
    coin = desk.coins(wallet, 3)
    stranger = desk.wallet("tr").script(0, 7)
    for number, amount in enumerate((60_000, 30_000, 20_000)):
        payment = desk.psbt(wallet, [coin[number]], [(stranger, amount)], 500, 2)
        (folder / f"payment-{number + 1}.psbt").write_bytes(payment)

    def told(*arguments: str, officers: Coming | None = None, secret: str | None = None, code: int = 0) -> str:
        answer = custody(
            *(argument.replace("@", str(folder)) for argument in arguments), officers=officers, secret=secret
        )
        assert answer.code == code, (arguments, answer)
        return _written(arguments, officers, answer).replace(str(folder), ".")

    at_home, at_spare, at_second = ("--home", "@/treasury"), ("--home", "@/spare"), ("--home", "@/second")
    yield _title("Five officers begin a treasury before a witness; three of them decide, three unlock.")
    names = [part for name in NAMES for part in ("--officer", name)]
    yield told("home", "new", *at_home, "--network", "regtest", *names, "--witness", "Wanda", officers=NAMES)
    yield told("officer", "list", *at_home)
    founding = _words(home)

    yield _title("A wallet is registered, and the key from its paper goes into a vault.")
    descriptor = f"{wallet.single(0)}", f"{wallet.single(1)}"
    register = ("wallet", "new", "main-wallet", "--descriptor", descriptor[0], "--descriptor", descriptor[1])
    yield told(*register, "--network", "regtest", "--quiet", *at_home, officers=NAMES[:3])
    restore = ("key", "restore", *at_home, "--vault", "main")
    yield told(*restore, officers=NAMES[2:], secret=desk.PHRASES["A"] + "\n")

    yield _title("Two officers are too few to unlock it; three sign, and the book is told first.")
    pay = ("sign", "@/payment-1.psbt", *at_home, "-o", "@/signed-1.psbt")
    yield told(*pay, officers=("Alice", "Dave"), code=3)
    yield told(*pay, officers=("Alice", "Bob", "Dave"))
    yield told("review", "@/payment-1.psbt", *at_home)

    yield _title("A copy is sealed for the night when the laptop dies.")
    yield told("home", "backup", *at_home, "-o", "@/backup", "--label", "the safe in the bank")

    yield _title("One officer halts; nothing is signed; a quorum resumes.")
    yield told("halt", *at_home, "--reason", "a message that nobody sent", officers=("Erin",))
    yield told("sign", "@/payment-2.psbt", *at_home, "-o", "@/signed-2.psbt", officers=NAMES, code=3)
    yield told("resume", *at_home, officers=("Alice", "Bob"), code=3)
    yield told("resume", *at_home, officers=("Alice", "Bob", "Carol"))

    yield _title("A second laptop listens to what the first one knows. Before a quorum admits it, it changes nothing.")
    carry, hear = ("journal", "export", *at_home, "--force", "-o", "@/a.export"), ("journal", "import", "@/a.export")
    yield told(*carry)
    yield told("home", "new", *at_second, "--join", "@/a.export")
    key = json.loads(custody("status", "--home", str(folder / "second"), "--json").out)["machine"]["key"]
    yield told("home", "admit", key, *at_home, "--name", "Laptop B", officers=("Alice", "Bob", "Carol"))
    yield told(*carry)
    yield told(*hear, *at_second)

    yield _title("Dave goes on holiday. Frank sits on his seat for these days, and on no others.")
    stand_in = ("Frank", "Alice", "Bob", "Carol")
    yield told("officer", "enrol", "Frank", *at_home, "--alternate-of", "Dave", "--dated", officers=stand_in)
    pay = ("sign", "@/payment-3.psbt", *at_home, "-o", "@/signed-3.psbt")
    yield told(*pay, officers=("Alice", "Bob", "Frank"), code=3)
    days = ("--from", "2020-01-01", "--to", "2099-12-31")
    yield told("officer", "absence", "Dave", *at_home, *days, officers=("Alice", "Bob", "Carol"))
    yield told(*pay, officers=("Alice", "Bob", "Frank"))

    yield _title("Carol has forgotten her passphrase. Nobody has a copy: a quorum gives her seat new keys.")
    forgotten = ("officer", "passphrase", "Carol", *at_home, "--forgotten")
    yield told(*forgotten, officers=("Carol", "Alice", "Bob", "Dave"))

    yield _title("Who came since the last copy was sealed takes the own identity along, on a medium of one's own.")
    for name in ("Frank", "Carol"):
        yield told("officer", "carry", name, *at_home, "-o", f"@/{name}.officer")

    yield _title("Bob halts on the second laptop. The courier cuts that out, and adds a line of his own.")
    yield told(*carry)
    yield told(*hear, *at_second)
    bob = _key_of(home, "Bob")
    identity = f"@/treasury/officers/{bob[:16]}.officer"
    yield told("halt", *at_second, "--officer-file", identity, officers={bob[:8]: "Bob"})
    yield told("journal", "export", *at_second, "-o", "@/b.export")
    genuine = (folder / "b.export").read_bytes()
    (folder / "forged.export").write_bytes(_forged(genuine))
    yield told("journal", "import", "@/forged.export", *at_home)
    yield told("journal", "import", "@/b.export", *at_home)
    yield told("resume", *at_home, officers=("Alice", "Bob", "Dave"))

    yield _title("An auditor comes with the words of the founding, and a machine that has none of this.")
    yield told(*carry)
    yield told("journal", "verify", "@/a.export", "--head", founding)
    yield told("journal", "verify", "@/forged.export", "--head", founding, code=9)

    yield _title("An officer leaves.")
    yield told("officer", "retire", "Erin", *at_home, officers=("Alice", "Bob", "Carol"))
    yield told(
        "sign", "@/payment-2.psbt", *at_home, "-o", "@/signed-2.psbt", officers=("Carol", "Dave", "Erin"), code=3
    )

    yield _title("The laptop dies. A spare goes on from the copy, with what was exported since.")
    yield told("journal", "export", *at_home, "-o", "@/journal.export")
    went_on = ("home", "restore", "@/backup", *at_spare, "--head", _words(home))
    seats = {"seat 1": "Alice", "seat 2": "Bob", "seat 4": "Dave"}
    yield told(*went_on, officers=seats, code=3)
    yield told(
        *went_on,
        "--receipts",
        "@/journal.export",
        "--officer-file",
        "@/Frank.officer",
        "--officer-file",
        "@/Carol.officer",
        officers=seats | {"Alice": "Alice", "Carol": "Carol", "Dave": "Dave"},
    )
    yield told("status", *at_spare)
    yield told("journal", "show", *at_spare)
    yield told("journal", "verify", *at_spare)

    yield _title("Fewer seats decide, and Dave is Carol's alternate. Nobody joins or leaves.")
    seats = ("--seat", "Dave=3:alternate", "--seat", "Frank=3:alternate")
    changes = ("officer", "rules", "--rules", "2", *seats, *at_spare)
    yield told(*changes, officers=NAMES[:2], code=3)
    yield told(*changes, officers=NAMES[:3])

    yield _title("The second laptop hears of it. Alice takes her identity and her name there in one file.")
    yield told("journal", "export", *at_spare, "-o", "@/spare.export")
    yield told("journal", "import", "@/spare.export", *at_second)
    yield told("officer", "carry", "Alice", *at_spare, "-o", "@/alice.officer")
    yield told("halt", *at_second, "--officer-file", "@/alice.officer", officers=("Alice",))
    yield told("officer", "list", *at_second)


def _words(home: Path) -> str:
    """The head that stands on paper now."""
    paper = _HEAD.search(custody("status", "--home", str(home)).out)
    assert paper is not None
    return paper[0].removeprefix("entry ").replace(":", "")


def _key_of(home: Path, name: str) -> str:
    """The key of an officer, who is called by its beginning where the name is not known."""
    officers = json.loads(custody("officer", "list", "--home", str(home), "--json").out)["officers"]
    return next(str(each["officer"]) for each in officers if each["name"] == name)


def _forged(export: bytes) -> bytes:
    """An export without the halt in it, and with a backup that never was."""
    lines = [line for line in export.split(b"\n")[:-1] if b'"kind":"halt"' not in line or b"custody-halt" not in line]
    last = next(line for line in reversed(lines) if b'"kind":"joined"' in line)
    return b"\n".join([*lines, last.replace(b'"n":0,', b'"n":2,')]) + b"\n"


def _written(arguments: Sequence[str], officers: Coming | None, answer: Answer) -> str:
    shown = " ".join(shlex.quote(argument.replace("@", ".")) for argument in arguments)
    who = "" if officers is None else f"   # {', '.join(officers)} with their passphrases"
    said = answer.err + answer.out
    return f"$ custody {shown}{who}\n{said}(exit {answer.code})\n\n"


def _title(text: str) -> str:
    return f"# {text}\n\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, quick_identities():
        sys.stdout.writelines(play(Path(scratch)))
