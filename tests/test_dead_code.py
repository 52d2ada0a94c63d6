"""Nothing stands in the house that only tests call: what nobody needs is deleted with its tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for room in ("custody", "airgap") for path in sorted((ROOT / room).rglob("*.py"))]
CALLERS = [*SOURCES, *sorted(path for beside in ("benchmarks", "carry") for path in (ROOT / beside).rglob("*.py"))]

CALLED_FROM_OUTSIDE = {
    "list_commands": "click asks a group for its commands",
    "format_commands": "click writes a page of help",
    "serve_pages": "the reader's process is told its name in a string",
}


def defined(tree: ast.AST) -> Iterator[str]:
    """The functions, classes and methods of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("__"):
            yield node.name


def named(tree: ast.AST) -> Iterator[str]:
    """Every name that a module uses: alone, behind a dot, imported, or as a command's target in the table."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name
            case ast.Constant(value=str(text)) if ":" in text:
                yield text.rpartition(":")[2]
            case ast.Constant(value=str(text)):
                yield text  # an annotation that looks ahead, a door of the reader's process


def test_nothing_stands_that_nobody_calls() -> None:
    used = {name for path in CALLERS for name in named(ast.parse(path.read_text()))}
    dead = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name in defined(ast.parse(path.read_text()))
        if name not in used and name not in CALLED_FROM_OUTSIDE
    }
    assert not dead
