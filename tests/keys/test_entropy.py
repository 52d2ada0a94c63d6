"""Entropy: a sick source is refused, made-up dice are refused, and docs/dice.py comes to the same result."""

import hmac
import itertools
import os
import re
import subprocess
import sys
from hashlib import sha256, shake_256
from math import ceil, comb, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import Refused, Unfit, Unreadable, Usage
from custody.keys.entropy import DRAWS, MOST_UNEVEN, PART, Dice, MachinePart, mix, required_rolls
from custody.secret import Secret
from tests.conftest import ROOT

PROGRAM = ROOT / "docs" / "dice.py"
MACHINE = MachinePart(Secret(bytes.fromhex("9f" + "3c" * 30 + "01")))


def rolls_of(seed, count):
    """Fair dice, always the same for the same seed: bytes below 252 are taken modulo 6."""
    stream = shake_256(seed).digest(count * 3)
    return "".join(str(byte % 6 + 1) for byte in stream if byte < 252)[:count]


HUNDRED = rolls_of(b"a fair hundred", 100)
FIFTY = rolls_of(b"a fair fifty", 50)


def source_of(stream):
    """A source that hands out `stream` from its beginning, as often as it is asked."""
    position = itertools.count()
    return lambda size: stream[(at := next(position)) * size : (at + 1) * size]


def test_the_operating_systems_source_is_healthy():
    first, second = MachinePart.draw(), MachinePart.draw()
    assert len(first.secret) == PART
    assert first.secret != second.secret


def test_the_commitment_is_the_sha256_of_the_part():
    assert MACHINE.commitment == sha256(MACHINE.secret.reveal()).hexdigest()


def test_the_part_does_not_print():
    assert repr(MACHINE) == "MachinePart()"
    assert repr(Dice.parse(FIFTY)) == "Dice()"


HEALTHY = shake_256(b"healthy").digest(DRAWS * PART)
SICK = {
    "zeros": lambda size: bytes(size),
    "ones": lambda size: b"\xff" * size,
    "the same answer again and again": lambda size: HEALTHY[:size],
    "an answer that comes back once": source_of(HEALTHY[: PART * (DRAWS - 1)] + HEALTHY[:PART]),
    "two answers in turn": source_of(HEALTHY[: 2 * PART] * DRAWS),
    "a cycle of 1,000 bytes": source_of((HEALTHY[:1000] * 3)[: DRAWS * PART]),
    "a cycle of 7 bytes": source_of((HEALTHY[:7] * DRAWS * PART)[: DRAWS * PART]),
    "a counter of bytes": source_of(bytes(n % 256 for n in range(DRAWS * PART))),
    "a counter in steps of 7": source_of(bytes(7 * n % 256 for n in range(DRAWS * PART))),
    "a counter of 32-byte numbers": source_of(b"".join(n.to_bytes(PART) for n in range(DRAWS))),
    "text digits": source_of("".join(f"{n:032d}" for n in range(DRAWS)).encode()),
    "half the bytes stuck": source_of(bytes(b if n % 2 else 0 for n, b in enumerate(HEALTHY))),
    "six equal bytes in a row": source_of(HEALTHY[:500] + b"\x07" * 6 + HEALTHY[506:]),
    "ASCII letters only": source_of(bytes(97 + b % 26 for b in HEALTHY)),
    "a short answer": lambda size: os.urandom(size - 1),
    "a long answer": lambda size: os.urandom(size + 1),
    "no answer": lambda _size: b"",
    "text": lambda size: "x" * size,
    "None": lambda _size: None,
}


@pytest.mark.parametrize("source", SICK.values(), ids=SICK.keys())
def test_a_sick_source_is_refused(source):
    with pytest.raises(Unfit, match="source of randomness is not healthy"):
        MachinePart.draw(source)


@pytest.mark.parametrize("failure", [OSError, NotImplementedError])
def test_a_source_that_fails_is_refused(failure):
    def broken(size):
        raise failure("secret detail")

    with pytest.raises(Unfit) as caught:
        MachinePart.draw(broken)
    assert "secret detail" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_replaced_urandom_is_not_asked(monkeypatch):
    """The source is bound when the module is loaded; a stub put into `os` afterwards changes nothing."""
    monkeypatch.setattr(os, "urandom", lambda size: bytes(size))
    assert MachinePart.draw().secret != Secret(bytes(PART))


def test_a_healthy_source_is_rarely_refused():
    for number in range(60):
        stream = shake_256(b"source %d" % number).digest(DRAWS * PART)
        assert MachinePart.draw(source_of(stream)).secret.reveal() == stream[-PART:]


def test_the_rolls_that_are_needed():
    assert required_rolls(128) == 50 == ceil(128 / log2(6))
    assert required_rolls(256) == 100
    for bits in (0, 1, 64, 160, 512):
        with pytest.raises(Usage):
            required_rolls(bits)


def test_spaces_and_line_ends_between_rolls_are_ignored():
    assert Dice.parse(" 12 3\n4\t56\r\n").rolls.reveal() == b"123456"
    assert len(Dice.parse("")) == 0


@pytest.mark.parametrize("wrong", ["0", "7", "9", "a", "-", ",", "\u0661", "\uff13", "\u00b2", "\x1b", "\x00"])
def test_a_wrong_roll_is_named_by_its_position_and_not_repeated(wrong):
    with pytest.raises(Unreadable) as caught:
        Dice.parse(f"1 2 3\n4{wrong}5 6")
    assert caught.value.message == "roll 5 is not a number from 1 to 6"
    assert caught.value.message.isascii()


def test_a_thousand_rolls_are_the_most():
    assert len(Dice.parse(rolls_of(b"many", 1000))) == 1000
    with pytest.raises(Unreadable, match="1000"):
        Dice.parse("1" * 1001)


@pytest.mark.parametrize(("rolls", "bits"), [("", 128), (FIFTY[:49], 128), (HUNDRED[:99], 256), (FIFTY, 256)])
def test_too_few_rolls_are_refused(rolls, bits):
    with pytest.raises(Refused, match=f"roll {required_rolls(bits)}"):
        Dice.parse(rolls).check(bits)


MADE_UP = {
    "all ones": "1" * 100,
    "all sixes": "6" * 100,
    "the faces in order": ("123456" * 17)[:100],
    "the faces back and forth": ("12345654321" * 10)[:100],
    "two faces in turn": "25" * 50,
    "pairs in order": ("112233445566" * 9)[:100],
    "blocks of every face": "".join(face * 17 for face in "123456"),
    "sorted": "".join(sorted(HUNDRED)),
    "half of it again": HUNDRED[:50] * 2,
    "a third of it again": (HUNDRED[:33] * 4)[:100],
    "again, with three slips": HUNDRED[:25] * 3 + "111" + HUNDRED[:22],
    "one face never": HUNDRED.replace("6", "1"),
    "three faces only": HUNDRED.replace("4", "1").replace("5", "2").replace("6", "3"),
    "thirteen of a face in a row": HUNDRED[:40] + "4" * 13 + HUNDRED[53:],
    "no face twice in a row": "".join(str((int(a) + n) % 6 + 1) for n, a in enumerate("14" * 50)),
}


@pytest.mark.parametrize("rolls", MADE_UP.values(), ids=MADE_UP.keys())
def test_dice_that_were_not_rolled_are_refused(rolls):
    with pytest.raises(Refused, match="do not look like fair dice") as caught:
        Dice.parse(rolls).check(256)
    assert rolls[:6] not in caught.value.message + caught.value.hint


def test_a_loaded_die_is_refused():
    """It shows six half of the time, without a pattern."""
    loaded = zip(rolls_of(b"coin", 100), HUNDRED, strict=True)
    with pytest.raises(Refused, match="some faces come up much too often"):
        Dice.parse("".join("6" if coin in "123" else roll for coin, roll in loaded)).check(256)


def test_made_up_digits_that_avoid_repeats_are_refused():
    """People avoid doubles. These hundred digits are otherwise even and without a period."""
    rolls = ["1"]
    for digit in rolls_of(b"avoid", 2000):
        if digit != rolls[-1]:
            rolls.append(digit)
    with pytest.raises(Refused, match="twice in a row"):
        Dice.parse("".join(rolls[:100])).check(256)


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=8, max_size=8), st.sampled_from([50, 99, 100, 173, 1000]))
def test_fair_dice_are_accepted(seed, count):
    Dice.parse(rolls_of(b"fair" + seed, count)).check(128)


def test_the_chi_square_limit_alarms_as_rarely_as_it_says():
    """Exactly, over all 6**50 sets of fifty rolls: the tail beyond the limit is below 4e-7."""
    ways = {(0, 0): 1}
    for _face in range(6):
        after: dict[tuple[int, int], int] = {}
        for (used, squares), count in ways.items():
            for more in range(50 - used + 1):
                key = (used + more, squares + more * more)
                after[key] = after.get(key, 0) + count * comb(50 - used, more)
        ways = after
    beyond = sum(count for (used, squares), count in ways.items() if used == 50 and squares * 6 / 50 - 50 > MOST_UNEVEN)
    assert sum(count for (used, _squares), count in ways.items() if used == 50) == 6**50
    assert beyond / 6**50 < 4e-7


@pytest.mark.parametrize(("bits", "rolls"), [(128, FIFTY), (256, HUNDRED), (128, HUNDRED)])
def test_the_mixture_is_the_documented_one(bits, rolls):
    message = MACHINE.secret.reveal() + rolls.encode()
    expected = hmac.new(b"custody/entropy/v1", message, "sha512").digest()[: bits // 8]
    assert mix(MACHINE, Dice.parse(rolls), bits).reveal() == expected


def test_a_mixture_that_never_changes():
    """A fixed example: who changes the construction changes every published recomputation."""
    machine = MachinePart(Secret(bytes(range(32))))
    rolls = Dice.parse("3141526535 1132462643 3213555662 1415222165 4536122411")
    assert mix(machine, rolls, 128).reveal().hex() == "f56e6797871917dc668ef0453da029f1"


def test_without_dice_the_machine_stands_alone():
    expected = hmac.new(b"custody/entropy/v1", MACHINE.secret.reveal(), "sha512").digest()[:32]
    assert mix(MACHINE, None, 256).reveal() == expected


def test_mixing_refuses_what_check_refuses():
    for rolls in ("1" * 100, FIFTY):
        with pytest.raises(Refused):
            mix(MACHINE, Dice.parse(rolls), 256)
    with pytest.raises(Usage):
        mix(MACHINE, None, 160)


def test_each_roll_and_each_machine_bit_matters():
    other = HUNDRED[:-1] + ("1" if HUNDRED[-1] != "1" else "2")
    flipped = MachinePart(Secret(MACHINE.secret.reveal()[:-1] + b"\x00"))
    results = {
        mix(machine, Dice.parse(rolls), 256).reveal() for machine in (MACHINE, flipped) for rolls in (HUNDRED, other)
    }
    assert len(results) == 4


def run(*lines):
    return subprocess.run(
        [sys.executable, "-I", PROGRAM], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("bits", "rolls"), [(128, FIFTY), (256, HUNDRED)])
def test_the_published_program_comes_to_the_same_entropy(bits, rolls):
    spaced = " ".join(re.findall("..", rolls))
    done = run(MACHINE.secret.reveal().hex(), spaced, str(bits))
    assert done.returncode == 0
    lines = dict(line.split() for line in done.stdout.splitlines())
    assert lines["commitment"] == MACHINE.commitment
    assert lines["entropy"] == mix(MACHINE, Dice.parse(rolls), bits).reveal().hex()


def test_the_published_program_works_without_dice():
    done = run(MACHINE.secret.reveal().hex(), "", "256")
    assert done.stdout.split()[-1] == mix(MACHINE, None, 256).reveal().hex()


@pytest.mark.parametrize(
    "lines",
    [("00", FIFTY, "128"), ("zz" * 32, FIFTY, "128"), ("00" * 32, "1237", "128"), ("00" * 32, FIFTY, "129")],
)
def test_the_published_program_refuses_a_slip(lines):
    done = run(*lines)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_published_program_can_be_read_in_one_sitting():
    text = PROGRAM.read_text()
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 120
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported <= {"hashlib", "hmac", "sys"}
