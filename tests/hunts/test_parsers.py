"""Broken inputs for every parser, a short hunt of them; and no parser is forgotten."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import pytest

from airgap.errors import AirgapError
from custody.errors import Unreadable
from tests.conftest import ROOT
from tests.hunts import parsers
from tests.hunts.parsers import TARGETS
from tests.hunts.targets.target import Input, Target
from tests.support.effort import operations

COUNT, SEED = 40, 2_031

PARSERS = (
    "parse",
    "decode",
    "read",
    "of",
    "from",
    "unpack",
    "load",
    "recognise",
    "join",
    "inflate",
    "open",
    "untrusted",
)
"""How a parser's name begins; or it ends in _of."""

OUTSIDE = ("bytes", "str", "Any", "object", "Secret", "str | Secret", "Sequence[str]", "Sequence[bytes]", "list[str]")
"""What a parser takes first."""

EXCEPTIONS = {
    "airgap/files.py: read": "reads a file by its name",
    "airgap/scanning/scan.py: read_frames": "reads pictures with a library, in a process of its own",
    "custody/ceremony/home/home.py: generation_of": "takes the name of a file that the store has read",
    "custody/ceremony/home/step.py: Pending.of": "takes what is to be written",
    "custody/ceremony/table/arrivals.py: Coming.of": "takes an identity that was read",
    "custody/ceremony/table/stakes.py: stakes_of": "looks a network's name up",
    "custody/printing/face.py: Face.read": "reads the font that comes with it, whose hash is compared first",
    "custody/governance/paper/slow_words.py: words_of": "takes a treasury's id and a head, and returns words",
    "custody/keys/cards/commitment.py: read_card": "takes a card that this program made",
    "custody/keys/cards/randomness.py: bits_of": "takes a secret that was read",
    "custody/keys/hd.py: MasterKey.from_seed": "takes a seed, any bytes of the right length",
    "custody/keys/vaults/officer.py: OfficerKeys.from_seed": "takes a seed, any 32 bytes",
    "custody/keys/vaults/primitives.py: open_sealed": "decrypts, and reads nothing",
}
"""Function -> why no broken input is tried on it."""


def test_every_target_reads_its_honest_inputs() -> None:
    for target in TARGETS:
        judged = [target.judge(seed) for seed in target.seeds]
        assert [fault for _read, fault in judged if fault] == [], target.name
        assert 2 * sum(read for read, _fault in judged) >= len(judged), target.name
    assert len({target.name for target in TARGETS}) == len(TARGETS)


def test_a_short_hunt_in_every_parser_finds_nothing() -> None:
    found = {target.name: parsers.hunt(target, COUNT, SEED) for target in TARGETS}
    assert {name: each.inputs for name, each in found.items() if each.faults} == {}
    assert sum(each.read for each in found.values()) > 10 * len(TARGETS)
    assert sum(each.refused for each in found.values()) > 15 * len(TARGETS)


def _long(seed: Input, length: int) -> Iterator[Input]:
    """An input that goes on and on: the whole of it again and again, and one unit in its middle."""
    half = len(seed) // 2
    yield (seed * (length // len(seed) + 1))[:length]
    yield seed[:half] + seed[half : half + 1] * length + seed[half:]


WORK_OF_AN_ERROR = 1_200_000
"""Operations that an error may cost, whatever was given: three words of a list are looked up, each beside 2,048."""

WORK_OF_A_UNIT = 150


def test_no_parser_works_more_than_its_input_is_long() -> None:
    for target in TARGETS:
        seed = max(target.seeds[:8], key=len)
        for content in _long(seed, 12_000):
            target.judge(content)
            work = operations(lambda target=target, content=content: target.judge(content))
            assert work < WORK_OF_AN_ERROR + WORK_OF_A_UNIT * len(content), (target.name, content[:80])


def _parsers() -> Iterator[tuple[str, str]]:
    """Yield the parsers of the toolkit: their file, and their name in it."""
    for path in [*sorted((ROOT / "custody").rglob("*.py")), *sorted((ROOT / "airgap").rglob("*.py"))]:
        shown = path.relative_to(ROOT).as_posix()
        if shown.split("/")[1] == "cli":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            within = node.body if isinstance(node, ast.ClassDef) else [node]
            prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
            for each in within:
                if (
                    isinstance(each, ast.FunctionDef)
                    and not f"{prefix}{each.name}".startswith("_")
                    and _is_parser(each, bool(prefix))
                ):
                    yield shown, prefix + each.name


def _is_parser(function: ast.FunctionDef, in_class: bool) -> bool:
    name = function.name
    if name.split("_")[0] not in PARSERS and not name.endswith("_of"):
        return False
    decorators = {ast.unparse(each).partition("(")[0] for each in function.decorator_list}
    if decorators & {"cache", "lru_cache"}:
        return False  # nothing keeps what comes from outside
    if in_class and not decorators & {"classmethod", "staticmethod"}:
        return False
    given = function.args.args[1 if "classmethod" in decorators else 0 :]
    return bool(given) and given[0].annotation is not None and ast.unparse(given[0].annotation) in OUTSIDE


def _called() -> set[tuple[str, str]]:
    """Return the functions that run while honest inputs are read."""
    codes: set[CodeType] = set()

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            codes.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        for target in TARGETS:
            for seed in target.seeds:
                target.judge(seed)
    finally:
        sys.setprofile(before)
    inside = {code for code in codes if Path(code.co_filename).is_relative_to(ROOT)}
    return {(Path(code.co_filename).relative_to(ROOT).as_posix(), code.co_qualname) for code in inside}


def test_no_parser_is_forgotten() -> None:
    """Which parsers the targets reach is seen, and not said."""
    missing = {f"{file}: {name}" for file, name in {*_parsers()} - _called()}
    assert missing == EXCEPTIONS.keys()


def _crash(text: str) -> int:
    return int(text)


def _internal(_text: str) -> int:
    raise AirgapError("what should not be")


def _refuse(_text: str) -> int:
    raise Unreadable("no")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Target("a crash", _crash, ["12"]), "ValueError"),
        (Target("an internal error", _internal, ["12"]), "exit 1"),
        (Target("a refusal", _refuse, ["12"]), ""),
        (Target("another text", str, ["12"], lambda text: text.lower() + " ", exact=True), "read again it is another"),
        (Target("not exact", str, ["Ab\u0130"], str.strip, exact=True), "not the identity"),
        (Target("not read again", str.upper, ["12"], lambda text: bytes(text, "ascii")), "not read again"),
    ],
    ids=lambda value: value.name if isinstance(value, Target) else "",
)
def test_a_hunt_sees_what_it_hunts(target: Target, told: str) -> None:
    found = parsers.hunt(target, 200, SEED)
    assert any(told in fault for fault in found.faults) if told else not found.faults
    assert found.read + found.refused == 200
