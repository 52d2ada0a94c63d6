"""Reads who imports whom, by syntax alone: nothing is executed. It knows Python, not this house."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Import:
    """One import as it stands: the module that imports, the module imported, and whether a function holds it.

    `for_types`: it stands under `if TYPE_CHECKING`, and never runs.
    """

    importer: str
    imported: str
    line: int
    inside_function: bool
    for_types: bool = False


def modules(*packages: str) -> dict[str, ast.Module]:
    """Read every module of some packages: dotted name -> syntax tree."""
    return {name: _parsed(path) for name, path in module_files(*packages).items()}


def module_files(*packages: str) -> dict[str, Path]:
    """Say where every module of some packages lies: dotted name -> file, none of which is read."""
    found = {}
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


class Placed(NamedTuple):
    """A node of a syntax tree, and whether it stands inside a function, or where only a checker of types looks."""

    node: ast.AST
    inside_function: bool
    for_types: bool


@cache
def nodes(tree: ast.Module) -> tuple[Placed, ...]:
    """Return every node of a tree: it is walked once, whoever asks."""
    found, left = [], [Placed(tree, inside_function=False, for_types=False)]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    while left:
        placed = left.pop()
        found.append(placed)
        node, inside, for_types = placed
        inside = inside or isinstance(node, functions)
        if isinstance(node, ast.If) and _last(node.test) == "TYPE_CHECKING":
            checked = set(map(id, node.body))
            left += [Placed(each, inside, for_types or id(each) in checked) for each in ast.iter_child_nodes(node)]
        else:
            left += [Placed(each, inside, for_types) for each in ast.iter_child_nodes(node)]
    return tuple(found)


@cache
def _importing(tree: ast.Module) -> tuple[Placed, ...]:
    """Of the nodes of a tree those that import."""
    return tuple(each for each in nodes(tree) if isinstance(each.node, ast.Import | ast.ImportFrom))


def imports(trees: dict[str, ast.Module]) -> Iterator[Import]:
    """Yield every import; `from package import module` counts as an import of the module where there is one."""
    for importer, tree in trees.items():
        for node, inside, for_types in _importing(tree):
            for imported in _imported(node, importer, trees):
                yield Import(importer, imported, node.lineno, inside, for_types)


def loads(trees: dict[str, ast.Module]) -> Iterator[Import]:
    """Yield what modules load by name while they run: `import_module` of a constant, or of a text with gaps.

    A text with gaps loads every module that it can come to. Of any other argument nothing is known: it loads UNKNOWN.
    """
    for importer, tree in trees.items():
        for call, inside in _loading(tree):
            arguments = [*call.args, *(each.value for each in call.keywords)]
            for imported in _named(arguments, trees):
                yield Import(importer, imported, call.lineno, inside)


@cache
def _loading(tree: ast.Module) -> tuple[tuple[ast.Call, bool], ...]:
    """Of the calls in a tree those that load by name, and whether each stands inside a function."""
    calls = ((node, inside) for node, inside, _for_types in nodes(tree) if isinstance(node, ast.Call))
    return tuple((call, inside) for call, inside in calls if _last(call.func) in ("import_module", "__import__"))


UNKNOWN = "?"
"""What is loaded where no text says its name."""


def _last(node: ast.expr) -> str:
    """The last word of a name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _named(arguments: list[ast.expr], trees: dict[str, ast.Module]) -> list[str]:
    match arguments:
        case [ast.Constant(value=str(name))]:
            return [name]
        case [ast.JoinedStr(values=parts)]:
            pattern = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)
            return [name for name in trees if re.fullmatch(pattern, name)] or [UNKNOWN]
        case _:
            return [UNKNOWN]


def _imported(node: ast.AST, importer: str, trees: dict[str, ast.Module]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:  # a relative import; our style has none, but a reader must not be blind to it
            anchor = importer.split(".")
            base = ".".join([*anchor[: len(anchor) - node.level], *filter(None, [base])])
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield whole if whole in trees else base


def cycles(trees: dict[str, ast.Module]) -> list[tuple[str, ...]]:
    """List the import cycles among the modules read, each as the chain that closes."""
    edges: dict[str, set[str]] = {name: set() for name in trees}
    for found in imports(trees):
        if found.imported in trees and found.imported != found.importer:
            edges[found.importer].add(found.imported)
    done: set[str] = set()
    found_cycles: list[tuple[str, ...]] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            found_cycles.append((*trail[trail.index(name) :], name))
        elif name not in done:
            for following in sorted(edges[name]):
                visit(following, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())
    return found_cycles
