"""The main job, from dice to a signed transaction that crossed the air, through the real commands (`make tour`).

Nothing is asked and nothing real is at stake: the network is regtest, this machine throws the dice, nobody
keeps the key. A step that does not do what the documents say ends the tour with an error. The pictures stay in
build/tour, or in the folder named first; a folder named after it is where the commands are.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from desk import Desk, Payment

ROOT = Path(__file__).parent.parent.parent
PLACE = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "tour"
BIN = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(sys.executable).parent

ALICE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
BOB = "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry"


class WrongTurn(Exception):
    """A step did not do what this tour says it does."""


@dataclass(frozen=True)
class Answer:
    """What a command left. `released` are the lines that it let out by --secret-out-fd."""

    code: int
    out: str
    err: str
    released: tuple[str, ...]

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


def heading(text: str) -> None:
    """Say which step begins."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def told(text: str) -> None:
    """Say what was seen."""
    print(f"   {text}", flush=True)


def pipe_with(lines: Sequence[str]) -> int:
    """Return the reading end of a pipe that holds some lines."""
    reader, writer = os.pipe()
    os.write(writer, "".join(f"{line}\n" for line in lines).encode())
    os.close(writer)
    return reader


def run(
    line: str, *, secret: Sequence[str] = (), out: bool = False, expect: int = 0, shown: str | None = None
) -> Answer:
    """Run one command line in build/tour, and show it. Secrets pass through pipes, never through arguments."""
    if shown != "":
        print(f"   $ {shown or line}", flush=True)
    program, *arguments = line.split()
    fds = []
    if secret:
        fds.append(pipe_with(secret))
        arguments += ["--secret-fd", str(fds[-1])]
    reader, writer = os.pipe()
    if out:
        fds.append(writer)
        arguments += ["--secret-out-fd", str(writer)]
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=PLACE,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        pass_fds=fds,
        check=False,
        timeout=120,
    )
    os.close(writer)
    for fd in fds:
        if fd != writer:
            os.close(fd)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        released = tuple(pipe.read().splitlines())
    if done.returncode != expect:
        raise WrongTurn(f"{line}\nended with {done.returncode}, not {expect}:\n{done.stdout}{done.stderr}")
    return Answer(done.returncode, done.stdout, done.stderr, released)


def same(left: object, right: object, what: str) -> None:
    """Go on only if two things are the same."""
    if left != right:
        raise WrongTurn(f"{what}: {left!r} is not {right!r}")


def thrown() -> str:
    """100 rolls of a die, by this machine, which is for a tour alone."""
    return "".join(str(secrets.randbelow(6) + 1) for _each in range(100))


def make_a_key() -> tuple[str, str]:
    """Dice and the machine make a key; docs/dice.py makes it again. Return the secret and its fingerprint."""
    heading("1. A key, from dice and this machine")
    rolls = thrown()
    told("100 rolls of a die, thrown by this machine for the tour alone")
    made = run("custody key new --network regtest --show-machine-part --json", secret=[f"dice: {rolls}"], out=True)
    machine_line, share = made.released
    told(f"commitment shown before the dice: {made.json['commitment']}")
    machine = machine_line.removeprefix("machine: ")
    again = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "dice.py")],
        input=f"{machine}\n{rolls}\n256\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    same(again[1], made.json["commitment"], "the commitment, recomputed by docs/dice.py")
    told("docs/dice.py, a separate program, gives the same commitment")
    told(f"master fingerprint {made.json['fingerprint']}")
    return share, str(made.json["fingerprint"])


def cut_into_cards(share: str, fingerprint: str) -> list[str]:
    """Split 3 of 5. Return the cards."""
    heading("2. Five cards, any three open it; the key is forgotten")
    given = [share, f"dice: {thrown()}"]
    split = run("custody share split --threshold 3 --shares 5 -o set.json --json", secret=given, out=True)
    same(len(split.released), 5, "cards")
    same(split.json["fingerprint"], fingerprint, "the fingerprint on the cards")
    told(f"set {split.json['identifier']}: 5 cards of {len(split.released[0].split())} words each")
    return list(split.released)


def bring_together(cards: list[str], fingerprint: str) -> None:
    """Every three cards give the key, no two do."""
    heading("3. Any three give the key back, two give nothing")
    for three in combinations(cards, 3):
        found = run("custody share combine --set set.json --json", secret=three, shown="").json
        same(found["fingerprints"]["slip39"], fingerprint, "the fingerprint that three cards give")
    told("all 10 choices of three cards give the same fingerprint")
    run("custody share combine --set set.json --json", secret=cards[:2], expect=3)
    told("two cards: refused, exit 3")


def register(cards: list[str]) -> str:
    """The wallet, public, from the account key. Return its descriptor."""
    heading("4. A wallet file, which holds no secret")
    shown = run("custody key show --network regtest --path m/84h/1h/0h --json", secret=cards[:3])
    descriptor = f"wpkh({shown.json['key']}/<0;1>/*)"
    run(f"custody wallet new treasury --descriptor {descriptor} --network regtest -o treasury.json")
    return descriptor


def ask_the_desk(descriptor: str) -> Desk:
    """Another implementation watches the wallet and asks for a payment."""
    heading("5. The desk, which is the Bitcoin Dev Kit, asks for two payments")
    desk = Desk(descriptor)
    ours = run("custody wallet address treasury.json --index 0 --json").json
    same(ours["addresses"][0]["address"], desk.first_address, "the first address, by us and by the desk")
    told(f"both say that the first address is {desk.first_address}")
    (PLACE / "unsigned.psbt").write_bytes(desk.pay([Payment(ALICE, 70_000_000), Payment(BOB, 2_500_000)]))
    return desk


def cross(name: str, arrived: str, framing: str, *, lose: int = 0) -> None:
    """Carry a file through pictures; `lose` of them do not arrive."""
    run(f"airgap show {name}.psbt --to gif --framing {framing} -o {name}.gif")
    more = " --frames 40" if lose else ""
    run(f"airgap show {name}.psbt --to png --framing {framing} --fragment 120{more} -o {name}.png")
    pictures = sorted(path.name for path in PLACE.glob(f"{name}-*.png")) or [f"{name}.png"]
    if lose:
        told(f"the camera misses the first {lose} of {len(pictures)} pictures")
    run(f"airgap scan {' '.join(pictures[lose:])} -o {arrived}.psbt", shown=f"airgap scan ... -o {arrived}.psbt")
    same((PLACE / f"{arrived}.psbt").read_bytes(), (PLACE / f"{name}.psbt").read_bytes(), "what crossed")
    told("the same bytes arrived")


def review_and_sign(cards: list[str], fingerprint: str) -> None:
    """Read what the desk asks, and sign it with three cards."""
    heading("7. The signer reads it")
    review = run("custody review arrived.psbt --wallet treasury.json")
    print("\n".join(f"   | {line}" for line in review.out.splitlines()))
    heading("8. Three cards sign it")
    signed = run("custody sign arrived.psbt --wallet treasury.json --yes -o signed.psbt --json", secret=cards[2:])
    same(signed.json["verdict"], "accept", "the verdict")
    told(f"{len(signed.json['signed'])} signatures, each verified by a second engine; key {fingerprint}")


def finish(desk: Desk) -> None:
    """The desk finalises what came back."""
    heading("10. The desk finalises and extracts")
    txid, size = desk.finish((PLACE / "returned.psbt").read_bytes())
    told(f"transaction {txid}, {size} vB")


def refuse(desk: Desk, cards: list[str]) -> None:
    """A desk that lies is refused."""
    heading("11. A desk that hides the amounts' proof is refused")
    lie = desk.pay([Payment(ALICE, 70_000_000)], leave_out_the_proof=True)
    # it also claims that a coin of 0.6 BTC holds 0.9: what the fee would swallow
    true, false = (60_000_000).to_bytes(8, "little"), (90_000_000).to_bytes(8, "little")
    (PLACE / "hostile.psbt").write_bytes(lie.replace(true, false))
    said = run(
        "custody sign hostile.psbt --wallet treasury.json --yes -o never.psbt --json", secret=cards[:3], expect=3
    )
    ids = sorted({finding["id"] for finding in said.json["findings"] if finding["severity"] == "refuse"})
    same("BTC-AMOUNT-UNPROVEN" in ids, True, "the finding that names the reason")
    if (PLACE / "never.psbt").exists():
        raise WrongTurn("a refused transaction was written")
    told(f"refused, exit 3, nothing written: {', '.join(ids)}")


def walk() -> None:
    """Walk the whole job."""
    share, fingerprint = make_a_key()
    cards = cut_into_cards(share, fingerprint)
    del share
    bring_together(cards, fingerprint)
    desk = ask_the_desk(register(cards))
    heading("6. Through the air to the signer, as UR")
    cross("unsigned", "arrived", "ur", lose=2)
    review_and_sign(cards, fingerprint)
    heading("9. Through the air back to the desk, as BBQr")
    cross("signed", "returned", "bbqr")
    finish(desk)
    refuse(desk, cards)


PROVEN = """
What was proven, on regtest, with a key that is forgotten now:
 - the key is what the dice and the committed machine part give, by two programs
 - every three of five cards give it back, and two are refused
 - the wallet's addresses agree with the Bitcoin Dev Kit's
 - a PSBT made by the desk crossed as QR pictures both ways (UR with losses, then BBQr), byte for byte
 - the review showed what leaves, what returns and the fee, with every amount proven
 - what we signed, the Bitcoin Dev Kit finalised
 - a PSBT whose amounts are only claimed was refused and left nothing behind
"""


def main() -> int:
    """Walk, and say where the pictures lie."""
    began = time.monotonic()
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    try:
        walk()
    except (WrongTurn, subprocess.SubprocessError, OSError, ValueError, KeyError) as failure:
        print(f"\nerror: the tour ended early: {failure}", file=sys.stderr)
        return 1
    print(PROVEN)
    where = PLACE.relative_to(ROOT) if PLACE.is_relative_to(ROOT) else PLACE
    print(f"The pictures lie in {where}/ (unsigned.gif, signed.gif, and each frame as PNG).")
    print(f"{time.monotonic() - began:.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
