"""Whose is a script, whatever a file says or leaves out: honest files that lose declarations, foreign scripts that name
our keys, and the edge of what is looked through.

    python -m tests.hunts.ownership 5000 [SEED]

- Each honest file is reviewed whole, and again with declarations lost at random. Everything is as it was, but for one
  finding for information, where it has to stand (docs/spec/review.md, "Whose a script is").
- Each attack pays a script over keys of ours that is no registered wallet's. It is refused for that, by name; a share
  of them, with the foreign wallet registered too, is not any more.
- At the edge a script of ours is within reach, or just beyond, or far away, declared or not; now and then a coin far
  away is spent beside it, which moves no bound.

All in one process, which derives each wallet's window once.
"""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random, SystemRandom

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Refused
from custody.signing import Approval, Payment, Review, Verdict
from tests.hunts import foreign_scripts, lost
from tests.hunts.command_line import maps
from tests.hunts.honest_files import DUST, NOBODY, OWNERS, REACH, USED_TO, Honest, address, drawn, honest, people
from tests.support import desk

SEEDS = 1 << 32
LOSSES = 3
"""Times that each honest file loses declarations."""
CONTROLS = 10
"""One foreign wallet of so many is registered then."""
EDGES = 5
"""One file at the edge for so many attacks."""

UNSAID = "BTC-OURS-UNSAID"
OWN_KEY = {"BTC-OUTPUT-OWN-KEY", "BTC-CHANGE-SPOOF"}
"""What is said of an output that names a key of ours: of a wallet of several keys, and of a single one."""
RANSOM, FAR = "BTC-PATH-RANSOM", "BTC-INPUT-FAR"
FAR_AWAY = 2_000_000_000

Tally = Counter[str]


class Fault(Exception):
    """Something that must never be: what it is, and the file."""

    def __init__(self, what: str, made: Honest, psbt: bytes | None = None) -> None:
        """Keep what is needed to look at it again."""
        beside = ", ".join(made.beside) or "nobody"
        super().__init__(f"{what}: {made.owner} beside {beside}, {made.maker}: {(psbt or made.psbt).hex()}")


# --- honest files ---


def facts(reviewed: ReviewedPsbt) -> dict[str, object]:
    """What has to be the same however much a file says: verdict, sums, all findings but one, and what is signed."""
    found = reviewed.review
    return {
        "verdict": found.verdict,
        "wallet": (found.network, found.wallet),
        "payments": found.payments,
        "change": found.change,
        "burned": found.burned,
        "inputs": found.inputs,
        "fee": found.fee,
        "findings": tuple(each for each in found.findings if each.id != UNSAID),
        "spends": reviewed.spends,
        "tasks": {signer: owed(reviewed, signer) for signer in reviewed.signers},
    }


def owed(reviewed: ReviewedPsbt, signer: bytes) -> object:
    """What a key has to sign, or why it has not. Another commitment is approved where something more is shown."""
    try:
        tasks = reviewed.tasks(Approval(reviewed.review.commitment, by="a test"), signer)
    except Refused as refusal:
        return refusal.code
    return [(each.input_index, each.path, each.public_key, each.payload, each.tweak) for each in tasks]


def silent(made: Honest, psbt: bytes, found: Review) -> set[str]:
    """Where the file is silent about what is ours: at an input or output without one true derivation."""
    ours = {f"output {each.index}" for each in (*found.change, *(pay for pay in found.payments if pay.label))}
    ours |= {f"input {index}" for index, each in enumerate(found.inputs) if each.ours}
    return {where for where, is_true in told_truly(made, psbt).items() if where in ours and not is_true}


def is_somebodys(key: bytes, value: bytes) -> bool:
    """Whether a derivation field names a key that somebody can hold."""
    return key[1:].hex() != desk.NUMS and lost.origin_of(key, value)[:4] != NOBODY


def is_placed(key: bytes, _value: bytes) -> bool:
    """Whether a derivation field names a key that lies somewhere, though perhaps nobody holds it."""
    return key[1:].hex() != desk.NUMS


def told_truly(made: Honest, psbt: bytes, tells: Callable[[bytes, bytes], bool] = is_somebodys) -> dict[str, bool]:
    """Say of each input and output whether a derivation is left as its maker wrote it, of a key that somebody holds.

    `tells` is another measure of a derivation field than that.
    """
    numbers, answers = Counter[str](), {}
    for side, whole, left in zip(lost.sides(psbt), maps(made.psbt)[1:], maps(psbt)[1:], strict=True):
        kept = [pair for pair in left.items() if lost.is_derivation(pair[0], side) and pair in whole.items()]
        answers[f"{side} {numbers[side]}"] = any(tells(*pair) for pair in kept)
        numbers[side] += 1
    return answers


def judge_honest(number: int, seed: int) -> Tally:
    """Review a file whole, and with less and less of what it declares."""
    made, chance = honest(number, seed), Random(f"lost {seed} {number}")
    whole = review(made.psbt, made.wallets)
    known, seen = facts(whole), Tally([f"honest: {whole.review.verdict}", made.owner, made.maker])
    if sum(each.atoms for each in whole.review.change) != made.returns:
        raise Fault("change", made)
    for _each in range(LOSSES):
        psbt = lost.lose(chance, made.psbt)
        less = review(psbt, made.wallets)
        for what, fact in facts(less).items():
            if fact != known[what]:
                raise Fault(what, made, psbt)
        said = {each.where for each in less.review.findings if each.id == UNSAID}
        if said != silent(made, psbt, less.review):
            raise Fault("what is said to be silent", made, psbt)
        seen["said to be silent" if said else "nothing to say"] += 1
    return seen


# --- attacks ---


def judge_attack(number: int, seed: int) -> Tally:
    """Pay a foreign script over keys of the spender's, or of another wallet's beside."""
    chance = Random(f"attack {seed} {number}")
    kind, beside = people(chance)
    victim = chance.choice((kind, kind, *beside))
    foreign, said, naming = foreign_scripts.drawn(chance, victim, spends=victim == kind)
    made = drawn(chance, kind, beside, pays=(foreign.script, said))
    found = review(made.psbt, made.wallets).review
    payment, named = paid_to(foreign.script, found)
    what = f"{foreign.name}, {naming}, of {victim}"
    if found.verdict is not Verdict.REFUSE or payment.label is not None or not named & OWN_KEY:
        raise Fault(what, made)
    seen = Tally([f"attack: {foreign.name}", f"named: {naming}"])
    if number % CONTROLS == 0 and (other := registrable(foreign.descriptor)) is not None:
        payment, named = paid_to(foreign.script, review(made.psbt, (*made.wallets, other)).review)
        if payment.label != other.name or named & OWN_KEY:
            raise Fault(f"registered, {what}", made)
        seen["cleared by registering"] += 1
    return seen


def paid_to(script: bytes, found: Review) -> tuple[Payment, set[str]]:
    """Return the one payment to a script, and what is found of it. It has to be shown as one."""
    (payment,) = (each for each in found.payments if each.script == script.hex())
    return payment, {each.id for each in found.findings if each.where == f"output {payment.index}"}


def registrable(descriptor: str | None) -> Wallet | None:
    """Register the foreign wallet. Some are none: keys of several addresses, a key that stands twice."""
    try:
        return None if descriptor is None else Wallet.register("foreign", [descriptor], network("regtest"), USED_TO)
    except CustodyError:
        return None


# --- the edge ---


def judge_edge(number: int, seed: int) -> Tally:
    """Pay an address of our own, of the spender or of a wallet beside, at the edge of its reach or beyond."""
    chance = Random(f"edge {seed} {number}")
    kind, beside = people(chance)
    receiver, branch = chance.choice((kind, *beside)), chance.randrange(2)
    index = chance.choice((REACH - 1, REACH, REACH + 1, REACH + 20, FAR_AWAY, (1 << 31) - 1))
    script, said, _of_coin = address(receiver, branch, index)
    dust = (chance.randrange(2), FAR_AWAY) if chance.random() < 0.4 else None
    made = drawn(chance, kind, beside, pays=(script, said), dust=dust)
    psbt = chance.choice((made.psbt, lost.lose(chance, made.psbt)))
    found, placed = review(psbt, made.wallets).review, told_truly(made, psbt, is_placed)

    at, owner = shown(OWNERS[receiver].address(branch, index), found)
    is_declared, is_within = placed[f"output {at}"], index <= REACH
    if owner != (receiver if is_declared or is_within else None):
        raise Fault(f"{receiver} at {index} is shown as {owner}", made, psbt)
    named = {each.id for each in found.findings if each.where == f"output {at}"}
    is_silent = owner is not None and not told_truly(made, psbt)[f"output {at}"]
    if (RANSOM in named, UNSAID in named) != (is_declared and not is_within, is_silent):
        raise Fault(f"{receiver} at {index} has {named}", made, psbt)
    for number_of_coin, coin in enumerate(found.inputs):
        where = f"input {number_of_coin}"
        is_far = coin.atoms == DUST
        named = {each.id for each in found.findings if each.where == where}
        if coin.ours is (is_far and not placed[where]) or (FAR in named) is not (is_far and placed[where]):
            raise Fault(f"{where} has {named}", made, psbt)
    far = "" if dust is None else ", beside a coin far away"
    return Tally([f"edge: {'within' if is_within else 'beyond'}, {'' if is_declared else 'not '}declared{far}"])


def shown(paid: str, found: Review) -> tuple[int, str | None]:
    """Return at which output an address is paid, and whose the review says that it is."""
    owners = [(each.index, each.address, found.wallet) for each in found.change]
    owners += [(each.index, each.address or "", each.label) for each in found.payments]
    ((index, _address, owner),) = (each for each in owners if each[1] == paid)
    return index, owner


# --- all of it ---

Judge = Callable[[int, int], Tally]


def fault_of(judge: Judge, number: int, seed: int) -> Tally | str:
    """Judge one; return what was seen, or what is wrong."""
    try:
        return judge(number, seed)
    except Exception as fault:  # noqa: BLE001  whatever it is, it is what we hunt
        return f"{judge.__name__} {number} of seed {seed}: {type(fault).__name__} {fault}"


def hunt(count: int, seed: int) -> tuple[Tally, list[str]]:
    """Judge so many honest files and as many attacks, and some at the edge."""
    seen, faults = Tally(), []
    for judge, times in ((judge_honest, count), (judge_attack, count), (judge_edge, count // EDGES)):
        for number in range(times):
            answer = fault_of(judge, number, seed)
            if isinstance(answer, str):
                faults.append(answer)
            else:
                seen += answer
            if number % 100 == 99 or number + 1 == times:
                print(f"\r{judge.__name__} {number + 1}, {len(faults)} faults ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return seen, faults


if __name__ == "__main__":
    drawn_seed = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().randrange(SEEDS)
    tally, found_faults = hunt(int(sys.argv[1]), drawn_seed)
    for what, times in sorted(tally.items()):
        print(f"{times:6} {what}")
    print(f"{sys.argv[1]} of each and seed {drawn_seed}: {len(found_faults)} faults")
    Path("build").mkdir(exist_ok=True)
    Path("build/hunt-ownership.txt").write_text("".join(f"{fault}\n" for fault in found_faults), encoding="utf-8")
    sys.exit(bool(found_faults))
