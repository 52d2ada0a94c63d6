"""The assurance case stands on what is there: tests, targets and headings that it names; evidence for each claim."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "assurance.md").read_text(encoding="utf-8")
THREATS = (DOCS / "threat-model.md").read_text(encoding="utf-8")
NOT_CLAIMED = "What is not claimed"

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
TEST = re.compile(r"`(tests/[\w./]+\.py)::(\w+)`")
TARGET = re.compile(r"`make ([a-z-]+)`, recorded in \[[^\]]+\]\(([^)\s]+)\)")


def parts(text: str, level: int) -> dict[str, str]:
    """Return what stands under each heading of a level."""
    mark = "#" * level
    found = re.split(rf"^{mark} (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


CLAIMS = {name: body for name, body in parts(PAGE, 2).items() if name != NOT_CLAIMED}
SUBCLAIMS = {(claim, name): body for claim, body in CLAIMS.items() for name, body in parts(body, 3).items()}


def evidence(body: str) -> list[str]:
    """Return the first cells of a claim's table."""
    rows = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| ")]
    return [cells[0] for cells in rows if cells[0] != "evidence" and len(cells) == 2 and cells[1].strip()]


EVIDENCE = sorted({cell for body in SUBCLAIMS.values() for cell in evidence(body)})


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_")


@cache
def anchors_of(path: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub and others make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def leads_somewhere(target: str) -> bool:
    """Say whether a link from the page leads to a page, and to a heading of it where it names one."""
    name, _hash, anchor = target.partition("#")
    path = DOCS / name if name else DOCS / "assurance.md"
    return path.is_file() and (not anchor or anchor in anchors_of(path))


def is_evidence(cell: str) -> bool:
    """Say whether a cell is exactly one of the three kinds, and what it names is there."""
    if found := TEST.fullmatch(cell):
        return (ROOT / found[1]).is_file() and found[2] in names_in(ROOT / found[1])
    if found := TARGET.fullmatch(cell):
        return is_target(found[1]) and leads_somewhere(found[2]) and tells_of(found[1], DOCS / found[2].split("#")[0])
    found = LINK.fullmatch(cell)
    return found is not None and leads_somewhere(found[1])


def is_target(name: str) -> bool:
    return re.search(rf"^{name}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE) is not None


def tells_of(target: str, page: Path) -> bool:
    """Say whether a page names the target whose result it records."""
    return re.search(rf"`make {target}\b(?!-)", page.read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize("cell", EVIDENCE)
def test_each_piece_of_evidence_is_there(cell: str) -> None:
    assert is_evidence(cell)


def test_every_test_that_is_named_is_there() -> None:
    named = TEST.findall(PAGE)
    assert len(named) > 80
    assert not [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)]


def test_every_link_leads_to_its_heading() -> None:
    assert not [target for target in LINK.findall(PAGE) if not leads_somewhere(target)]


@pytest.mark.parametrize(("claim", "name"), SUBCLAIMS, ids=lambda each: each)
def test_every_claim_has_evidence(claim: str, name: str) -> None:
    assert evidence(SUBCLAIMS[claim, name])
    rows = [line for line in SUBCLAIMS[claim, name].splitlines() if line.startswith("| ")]
    assert len(rows) == len(evidence(SUBCLAIMS[claim, name])) + 1, "each row says what it shows"


def test_every_claim_rests_on_others_and_says_what_remains() -> None:
    assert len(CLAIMS) == 10
    assert "the ten claims below" in PAGE
    for claim, body in CLAIMS.items():
        assert parts(body, 3), claim
        assert body.count("*Remains.*") == 1, claim


def test_every_actor_of_the_threat_model_is_answered_and_no_other() -> None:
    who = parts(THREATS, 2)["Who"]
    actors = {name.strip() for name in re.findall(r"^\*\*(.+?)\*\*", who, re.MULTILINE)}
    actors = {name.rstrip(".") for name in actors}
    answered = {
        name for line in re.findall(r"^Answers: (.+)\.$", PAGE, re.MULTILINE) for name in line[1:-1].split("*; *")
    }
    assert len(actors) > 15
    assert answered == actors


def test_what_the_threat_model_does_not_promise_is_not_claimed() -> None:
    text = " ".join(parts(THREATS, 2)["Not promised"].split()).rstrip(".")
    pieces = {piece.removeprefix("and ") for piece in text.split("; ")}
    told = {line.strip("| ").split(" | ")[0] for line in parts(PAGE, 2)[NOT_CLAIMED].splitlines() if line[:2] == "| "}
    assert pieces <= told


@pytest.mark.parametrize(
    "cell",
    [
        "`tests/test_words.py::test_nothing_of_this_name`",
        "`tests/test_nothing.py::test_a`",
        "`make nothing`, recorded in [hunts.md](hunts.md)",
        "`make clean`, recorded in [hunts.md](hunts.md)",
        "`make hunt`, recorded in [hunts.md](hunts.md#nothing)",
        "[a page](nothing.md)",
        "[a heading](limits.md#nothing)",
        "it was looked at",
    ],
)
def test_what_is_not_there_is_no_evidence(cell: str) -> None:
    assert not is_evidence(cell)
