"""The documents are true: links lead somewhere, commands exist, pictures show what the command prints today."""

import ast
import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from airgap.cli.table import COMMANDS as AIRGAP_COMMANDS
from custody.cli.front.table import ROWS
from tests.cli.conftest import process
from tests.conftest import ROOT
from tests.support.command_lines import commands_in, parse
from tests.support.imports import modules

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")],
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"^(?:\$ )?(custody|airgap) ([a-z][a-z-]*)(?: ([a-z]+))?", re.MULTILINE)
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def told(path: Path) -> str:
    """Name a document for a test."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> ModuleType:
    """Load one of the documents' programs."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    loaded = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = loaded  # dataclasses look their module up there
    specification.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("document", DOCUMENTS, ids=told)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if not target.startswith(("https://", "mailto:", "#")):
            assert (document.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=told)
def test_every_path_that_is_named_is_there(document: Path) -> None:
    for code in CODE.findall(document.read_text(encoding="utf-8")):
        if re.fullmatch(r"(?:custody|airgap|tests|docs|requirements)/[\w./-]+", code):
            assert (ROOT / code).exists(), code


@pytest.mark.parametrize("document", DOCUMENTS, ids=told)
def test_every_command_that_is_shown_exists(document: Path) -> None:
    for block in FENCE.findall(document.read_text(encoding="utf-8")):
        for program, first, second in COMMAND.findall(block):
            known = ROWS if program == "custody" else AIRGAP_COMMANDS
            assert first in known or f"{first} {second}" in known, f"{program} {first} {second}"


def texts() -> Iterator[tuple[str, str]]:
    """Every text of ours that somebody reads, by its name: code, documents, settings; not this module."""
    for path in sorted(ROOT.rglob("*")):
        folders = path.relative_to(ROOT).parts[:-1]
        if any(folder in ("node_modules", "build") or re.match(r"\.(?!ci$)", folder) for folder in folders):
            continue
        if path.suffix in (".py", ".md", ".toml", ".mjs") or path.name in ("Makefile", "run"):
            yield told(path), path.read_text(encoding="utf-8") if path != Path(__file__) else ""


ABSENT = (
    r"contracts?",
    r"rows? [0-9]+",
    r"attacks? table",
    r"style\.md",
    r"house style",
    r"design notes?",
    r"the (mandate|survey|brief|research)",
    r"(task|milestone|phase|ticket|requirement) [A-Z]?[0-9]+",
    r"[SV][0-9]{1,2}",
)
"""How papers are named that the house does not hold: an order, a survey, numbers of somebody's list."""


@pytest.mark.parametrize("phrase", ABSENT)
def test_no_text_names_a_paper_that_is_not_here(phrase: str) -> None:
    shape = re.compile(rf"(?<![\w-]){phrase}(?![\w-])")
    assert [(name, found[0]) for name, text in texts() for found in shape.finditer(text)] == []


def test_every_document_that_is_named_is_here() -> None:
    for name, text in texts():
        for path in re.findall(r"(?<![\w/])docs/[\w./-]*\w", text):
            assert (ROOT / path).exists() or list(ROOT.glob(f"{path}-*.md")), f"{name}: {path}"


def test_every_decision_that_is_named_is_here() -> None:
    records = {path.name[:4] for path in (ROOT / "docs" / "adr").glob("0*.md")}
    for name, text in texts():
        numbers = re.findall(r"(?:docs/adr/|(?:[Rr]ecord|ADR) )([0-9]{4})", text)
        assert set(numbers) <= records, name


def test_the_index_of_decisions_names_every_record() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for record in folder.glob("0*.md"):
        assert f"({record.name})" in index


def named_in_the_glossary() -> list[str]:
    """Every module and type of ours that the glossary names."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"`((?:custody|airgap)(?:\.\w+)+)`", text)))


def lies_in(name: str) -> list[str]:
    """The modules of ours that define a name at their top: where something that moved may be now."""
    last = name.rpartition(".")[2]
    return [f"{module}.{last}" for module, tree in modules("custody", "airgap").items() if last in defined(tree)]


def defined(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}


@pytest.mark.parametrize("name", named_in_the_glossary())
def test_what_the_glossary_names_is_there(name: str) -> None:
    module, _dot, attribute = name.rpartition(".")
    try:
        there = hasattr(importlib.import_module(module), attribute) or bool(importlib.import_module(name))
    except ModuleNotFoundError:
        there = False
    assert there, f"it may lie here now: {lies_in(name)}"


def test_the_glossary_says_each_word_once() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ")]
    words = [word for row in rows if row != "word" for word in row.split(", ")]
    assert len(words) > 90
    assert len(words) == len(set(words))


def test_no_committed_file_names_a_machine() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    names = re.compile(r"(?<![\w.])/(?:root|home|opt|work|farm)/\w|files\.python" + "hosted|pypi" + r"\.org/simple")
    for name in done.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".in", ".lock", ".svg", "") and path.is_file():
            assert not names.search(path.read_text(encoding="utf-8")), name


@pytest.mark.parametrize("name", ["review", "share"])
def test_a_picture_shows_what_the_command_prints_today(name: str) -> None:
    folder = ROOT / "docs" / "pictures"
    draw = module(folder / "draw.py")
    today = draw.svg(draw.PICTURES[name]())
    assert today == (folder / f"{name}.svg").read_text(encoding="utf-8"), "make pictures draws them again"


SHOWN = {"README.md": 6, "docs/install.md": 6, "docs/officer.md": 6, "docs/treasury.md": 6, "docs/ceremonies.md": 3}
"""Pages whose commands people type as they stand there -> how many there are at the least."""


@pytest.mark.parametrize("page", SHOWN)
def test_every_command_that_a_page_shows_is_taken(page: str) -> None:
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in commands_in(block)]
    assert len(lines) >= SHOWN[page]
    for line in lines:
        if len(shlex.split(line, comments=True)) > 1 and "--version" not in line:
            parse(line)


def test_the_readmes_first_screen_is_a_way_in() -> None:
    screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:24]
    assert max(len(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line)) for line in screen) <= 80
    shown = "\n".join(screen)
    for needed in (
        "make setup",
        "export PATH=",
        "\ncustody ",
        "custody review docs/",
        "custody key new",
        "docs/install.md",
    ):
        assert needed in shown, needed
    for line in commands_in(shown):
        if line.split("#")[0].strip() != "custody":
            parse(line)


def test_what_the_readme_lets_one_try_first_is_as_it_says() -> None:
    (line,) = [
        each for each in commands_in((ROOT / "README.md").read_text(encoding="utf-8")) if "docs/pictures" in each
    ]
    answer = process(*(word.replace("docs/", f"{ROOT}/docs/") for word in line.split()[1:]))
    assert answer.code == 0
    assert "Nothing objects" in answer.stdout
