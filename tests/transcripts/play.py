"""Plays a treasury's life at the command line, and writes it down as somebody would see it.

python -m tests.transcripts.play > tests/transcripts/treasury.txt
"""

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
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "<treasury>"),
    (re.compile(r"\([0-9a-f]{8}\)"), "(<key>)"),
    (re.compile(r"\b[Mm]achine [0-9a-f]{8}\b"), "machine <name>"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"), "<time>"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "<day>"),
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
    coin = desk.coins(wallet, 2)
    stranger = desk.wallet("tr").script(0, 7)
    for number, amount in enumerate((60_000, 30_000)):
        payment = desk.psbt(wallet, [coin[number]], [(stranger, amount)], 500, 2)
        (folder / f"payment-{number + 1}.psbt").write_bytes(payment)

    def told(*arguments: str, officers: Coming | None = None, secret: str | None = None, code: int = 0) -> str:
        answer = custody(
            *(argument.replace("@", str(folder)) for argument in arguments), officers=officers, secret=secret
        )
        assert answer.code == code, (arguments, answer)
        return _written(arguments, officers, answer).replace(str(folder), ".")

    at_home, at_spare = ("--home", "@/treasury"), ("--home", "@/spare")
    yield _title("Five officers begin a treasury before a witness; three of them decide, three unlock.")
    names = [part for name in NAMES for part in ("--officer", name)]
    yield told("home", "new", *at_home, "--network", "regtest", *names, "--witness", "Wanda", officers=NAMES)
    yield told("officer", "list", *at_home)

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

    yield _title("An officer leaves.")
    yield told("officer", "retire", "Erin", *at_home, officers=("Alice", "Bob", "Carol"))
    yield told(
        "sign", "@/payment-2.psbt", *at_home, "-o", "@/signed-2.psbt", officers=("Carol", "Dave", "Erin"), code=3
    )

    yield _title("The laptop dies. A spare goes on from the copy, with what was exported since.")
    yield told("journal", "export", *at_home, "-o", "@/journal.export")
    paper = _HEAD.search(custody("status", "--home", str(home)).out)
    assert paper is not None
    words = paper[0].removeprefix("entry ").replace(":", "")
    went_on = ("home", "restore", "@/backup", *at_spare, "--head", words)
    seats = {"seat 1": "Alice", "seat 2": "Bob", "seat 4": "Dave"}
    yield told(*went_on, officers=seats, code=3)
    yield told(
        *went_on,
        "--receipts",
        "@/journal.export",
        officers=seats | {"Alice": "Alice", "Carol": "Carol", "Dave": "Dave"},
    )
    yield told("status", *at_spare)
    yield told("journal", "show", *at_spare)
    yield told("journal", "verify", *at_spare)


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
