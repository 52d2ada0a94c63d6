"""docs/candidate.py, run as a person runs it: what it recomputes is what we committed to, and it tells what is not."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from airgap.ur import bytewords
from custody.canonical import encode
from custody.ceremony.candidates.candidate import Candidate, scheme_of
from custody.ceremony.candidates.follows import Account, FirstAddress, Follows
from custody.ceremony.plan.plan import Key
from custody.keys.cards import rehearsal
from tests.ceremony.candidates.drawn import KEY, PLAN, candidate
from tests.conftest import ROOT

PROGRAM = ROOT / "docs" / "candidate.py"
GROUPS = replace(KEY, bits=128, rolls=50, groups_needed=2, groups=(*KEY.groups, KEY.groups[0], *KEY.groups))
DICE_ALONE = replace(KEY, machine_random=False)
MACHINE_ALONE = replace(KEY, rolls=0)
SMALL = replace(KEY, bits=128, rolls=50)


def run(*lines: str) -> subprocess.CompletedProcess[str]:
    """Answer the program's questions in their order."""
    typed = "\n".join(lines) + "\n"
    return subprocess.run([sys.executable, "-I", PROGRAM], input=typed, capture_output=True, text=True, check=False)


def answers(of: Candidate, key: Key, line: str) -> list[str]:
    scheme = scheme_of(key)
    return [
        of.mix.machine.secret.reveal().hex() if key.machine_random else "",
        "" if of.mix.dice is None else of.mix.dice.rolls.reveal().decode(),
        str(key.bits),
        str(of.mix.identifier),
        " ".join(f"{needed}/{count}" for needed, count in scheme.groups),
        str(scheme.group_threshold),
        " ".join(salt.hex() for group in of.salts for salt in group),
        line,
    ]


def followed(of: Candidate, key: Key) -> Follows:
    return of.follows(replace(PLAN, keys=(key,)), key)


@pytest.mark.parametrize(
    "key", [KEY, SMALL, GROUPS, DICE_ALONE, MACHINE_ALONE], ids=["256", "128", "groups", "dice alone", "machine alone"]
)
@pytest.mark.parametrize("identifier", [4711, rehearsal.NUMBERS[9]], ids=["real", "rehearsal"])
def test_it_comes_to_the_commitments_and_the_words_that_we_said(key: Key, identifier: int) -> None:
    of = candidate(2, key, identifier=identifier)
    follows = followed(of, key)
    done = run(*answers(of, key, follows.encode().decode()))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    cards = [f"group {group} card {number}: {found.hex()}" for (group, number), found in follows.places]
    machine = "None" if follows.machine is None else follows.machine.hex()
    recomputed = [f"machine: {machine}", f"set: {identifier}", *cards]
    assert lines[: len(recomputed)] == [f"{each}  as committed" for each in recomputed]
    assert lines[-1] == f"words: {' '.join(follows.words)}"
    untouched = lines[len(recomputed) : -1]
    assert all(each.startswith("not recomputed here: ") for each in untouched)
    for claimed in (follows.fingerprint.hex(), follows.accounts[0].xpub, follows.addresses[0].address):
        assert claimed in "".join(untouched)


def test_without_the_line_it_prints_commitments_and_claims_no_agreement() -> None:
    of = candidate(1)
    done = run(*answers(of, KEY, ""))
    assert done.returncode == 0
    assert [each.split(": ")[1] for each in done.stdout.splitlines()[2:]] == [
        commitment.hex() for _place, commitment in followed(of, KEY).places
    ]
    assert "as committed" not in done.stdout


LIES: dict[str, Callable[[Follows], Follows]] = {
    "machine: ": lambda of: replace(of, machine=bytes(32)),
    "set: ": lambda of: replace(of, set=5),
    "group 1 card 3: ": lambda of: replace(of, cards=((*of.cards[0][:2], bytes(32), *of.cards[0][3:]),)),
    "group 1 card 5: ": lambda of: replace(of, cards=(of.cards[0][:4],)),
    "cards: ": lambda of: replace(of, cards=((*of.cards[0], bytes(32)),)),
}


@pytest.mark.parametrize("what", LIES)
def test_it_tells_what_differs_and_ends_with_1(what: str) -> None:
    of = candidate(1)
    done = run(*answers(of, KEY, LIES[what](followed(of, KEY)).encode().decode()))
    assert done.returncode == 1
    assert "DIFFERS" in done.stderr
    differing = [each for each in done.stdout.splitlines() if each.endswith("DIFFERS")]
    assert differing[0].startswith(what)


def test_cards_in_other_groups_than_were_committed_differ() -> None:
    of = candidate(1, GROUPS)
    follows = followed(of, GROUPS)
    flat = tuple(commitment for _place, commitment in follows.places)
    done = run(*answers(of, GROUPS, replace(follows, cards=(flat,)).encode().decode()))
    assert done.returncode == 1
    assert "cards: another number" in done.stdout


def test_a_salt_that_stands_twice_is_told() -> None:
    of = candidate(1)
    again = replace(of, salts=((of.salts[0][0], of.salts[0][0], *of.salts[0][2:]),))
    done = run(*answers(again, KEY, followed(again, KEY).encode().decode()))
    assert done.returncode == 1
    assert "salts: one was used twice  DIFFERS" in done.stdout


@pytest.mark.parametrize("place", range(8))
def test_a_slip_anywhere_is_refused_or_told(place: int) -> None:
    of = candidate(1)
    typed = answers(of, KEY, followed(of, KEY).encode().decode())
    slips = ["00" * 32, "1" * 99, "128", "5", "2/5", "2", "00" * 16 * 5, typed[7].replace("bcrt1", "bcrt2", 1)[:-1]]
    typed[place] = slips[place]
    assert run(*typed).returncode == 1


@pytest.mark.parametrize(
    "slip",
    [
        {0: "00"},
        {0: "zz" * 32},
        {1: "1237"},
        {2: "192"},
        {2: ""},
        {3: "32768"},
        {4: "6/5"},
        {4: ""},
        {5: "2"},
        {6: ""},
        {6: "00" * 79},
        {7: "{}"},
        {7: "["},
        {7: "[" * 5_000},
        {7: "1"},
        {7: "\u00fc"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_without_a_traceback(slip: dict[int, str]) -> None:
    of = candidate(1)
    typed = answers(of, KEY, "")
    done = run(*(slip.get(place, line) for place, line in enumerate(typed)))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("member", "value"),
    [("accounts", [{}]), ("accounts", [1]), ("accounts", None), ("addresses", [{"address": 1}]), ("cards", [[1]]),
     ("cards", 1), ("v", 2), ("more", 1)],
)  # fmt: skip
def test_a_line_that_a_machine_cannot_have_committed_to_is_refused(member: str, value: object) -> None:
    of = candidate(1)
    line = encode({**followed(of, KEY).to_json(), member: value}).decode()
    done = run(*answers(of, KEY, line))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr


def test_what_a_hostile_machine_writes_reaches_no_terminal() -> None:
    of = candidate(1)
    follows = followed(of, KEY)
    hostile = replace(
        follows,
        key="\x1b[2Jkey",
        accounts=(Account("wpkh", "m", "\x1b]0;x\x07"),),
        addresses=(FirstAddress("\u202ewallet", "\x1b[1A"),),
    )
    done = run(*answers(of, KEY, hostile.encode().decode()))
    assert done.returncode == 0
    assert all(32 <= ord(letter) < 127 or letter == "\n" for letter in done.stdout)


def test_it_needs_nothing_but_python_and_repeats_the_program_for_cards_to_the_letter() -> None:
    text, cards = PROGRAM.read_text(), (ROOT / "docs" / "cards.py").read_text()
    assert set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)) == {"hashlib", "hmac", "json", "sys"}
    assert max(map(len, text.splitlines())) <= 120
    shared = (
        "ask",
        "number",
        "group_of",
        "random_share",
        "encrypted",
        "product",
        "quotient",
        "at",
        "cut",
        "checksum",
        "words",
    )
    for name in shared:
        assert function(name, text) == function(name, cards)
    for name in ("GENERATORS", "LIST"):
        assert constant(name, text) == constant(name, cards)
    assert "".join(re.findall(r'"(\w+)"', constant("BYTEWORDS", text))) == "".join(bytewords.WORDS)


def function(name: str, text: str) -> str:
    found = re.search(rf"^def {name}\(.*?\n\n\n", text, re.MULTILINE | re.DOTALL) or re.search(
        rf"^def {name}\(.*?(?=\n\n\S)", text, re.MULTILINE | re.DOTALL
    )
    assert found is not None, name
    return found[0].strip()


def constant(name: str, text: str) -> str:
    found = re.search(rf"^{name} = \(.*?^\)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, name
    return found[0]
