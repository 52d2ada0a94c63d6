"""docs/cards.py, run as a person runs it: the cards that a machine's part, dice and a secret must give."""

import subprocess
import sys

from custody.keys.cards.shares import Scheme
from tests.conftest import ROOT

PROGRAM = ROOT / "docs" / "cards.py"


def run(*lines: str) -> subprocess.CompletedProcess[str]:
    """Answer the program's questions in their order."""
    typed = "\n".join(lines) + "\n"
    return subprocess.run([sys.executable, "-I", PROGRAM], input=typed, capture_output=True, text=True, check=False)


def recomputed(
    machine: bytes, rolls: str, secret: str, identifier: int, scheme: Scheme, exponent: int = 0, passphrase: str = ""
) -> tuple[str, list[str]]:
    """Return the commitment, and each card as the first four letters of its words."""
    groups = " ".join(f"{needed}/{count}" for needed, count in scheme.groups)
    settings = (str(identifier), str(exponent), groups, str(scheme.group_threshold))
    done = run(machine.hex(), rolls, secret, passphrase, *settings)
    assert done.returncode == 0, done.stderr
    commitment, *cards = done.stdout.splitlines()
    return commitment.split()[1], [card.split(": ")[1] for card in cards]


def four_letters(card: str) -> str:
    """A card as the program prints it."""
    return " ".join(word[:4] for word in card.split())
