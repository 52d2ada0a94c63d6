"""`Fault`: one small change of a module's syntax tree, and all of those that a module may have.

A check that is left out, a comparison the other way round, a number one higher, a filter that lets everything through.
Sentences for people are left as they are: the catalogue has own tests.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).parents[2]

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLED = {"all": "any", "any": "all", "min": "max", "max": "min", "sorted": "list", "reversed": "list"}
_SENTENCES = {"_", "format"}


@dataclass(frozen=True)
class Fault:
    """One fault: in which file and line, what is changed, and which change of which node it is."""

    path: Path
    line: int
    what: str
    node: int
    choice: int

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.what}"

    def compiled(self) -> CodeType:
        """Return the code that runs instead."""
        return compile(ast.unparse(self.tree()), str(self.path), "exec")

    def tree(self) -> ast.AST:
        """Return the changed syntax tree."""
        tree = ast.parse(self.path.read_text(), str(self.path))
        node = list(_changeable(tree))[self.node]
        replaced = _changes(node)[self.choice][1]()
        changed = tree if replaced is None else _Replacing(node, replaced).visit(tree)
        return ast.fix_missing_locations(changed)


def faults(path: Path) -> Iterator[Fault]:
    """Yield every fault of a file."""
    tree = ast.parse(path.read_text(), str(path))
    for number, node in enumerate(_changeable(tree)):
        for choice, (what, _change) in enumerate(_changes(node)):
            yield Fault(path, node.lineno, f"{what}: {ast.unparse(node).splitlines()[0][:100]}", number, choice)


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _changeable(tree: ast.Module) -> Iterator[ast.expr | ast.stmt]:
    """Yield the nodes inside functions, and the values of constants, but for what is said to people."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign):
            yield from _below(node)


def _below(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "hint"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_said(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield child
            yield from _below(child)


def _is_said(node: ast.AST) -> bool:
    """Say whether it is a sentence for people, or a docstring."""
    if isinstance(node, ast.keyword) and node.arg == "hint":
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    return name in _SENTENCES


Change = tuple[str, Callable[[], ast.AST | None]]


def _changes(node: ast.AST) -> list[Change]:
    """What may be made of a node: each a name, and what changes it, or returns what stands in its place."""
    match node:
        case ast.Compare(ops=[only]):
            return [
                (f"{type(only).__name__} is {new.__name__}", _setting(node, "ops", [new()]))
                for new in _COMPARED[type(only)]
            ]
        case ast.Compare(ops=ops):
            return [
                (f"{type(each).__name__} is {new.__name__}", _setting(node, "ops", [*ops[:n], new(), *ops[n + 1 :]]))
                for n, each in enumerate(ops)
                for new in _COMPARED[type(each)]
            ]
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            rest = [values[:n] + values[n + 1 :] for n in range(len(values))] if len(values) > 2 else []
            return [
                ("and is or, or or is and", _setting(node, "op", other)),
                *((f"one of {len(values)} left out", _setting(node, "values", each)) for each in rest),
            ]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return [("not is left out", lambda: operand)]
        case ast.If(body=body) if all(isinstance(each, ast.Raise | ast.Return | ast.Continue) for each in body):
            return [("a check is left out", _setting(node, "test", ast.Constant(False)))]
        case ast.If() | ast.IfExp() | ast.While():
            kept = [] if isinstance(node, ast.While) else [("always", _setting(node, "test", ast.Constant(True)))]
            return [*kept, ("never", _setting(node, "test", ast.Constant(False)))]
        case ast.Raise():
            return [("nothing is raised", ast.Pass)]
        case ast.Expr(value=ast.Call()):
            return [("a call is left out", ast.Pass)]
        case ast.AugAssign(op=op) if type(op) in _COMPUTED:
            return [("it is left out", ast.Pass), ("another operator", _setting(node, "op", _COMPUTED[type(op)]()))]
        case ast.AugAssign():
            return [("it is left out", ast.Pass)]
        case ast.BinOp(op=op) if type(op) in _COMPUTED:
            return [("another operator", _setting(node, "op", _COMPUTED[type(op)]()))]
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            return [(f"{name} is {_CALLED[name]}", _setting(node.func, "id", _CALLED[name]))]
        case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp() if any(
            each.ifs for each in node.generators
        ):
            return [("a filter is left out", _without_filters(node.generators))]
        case ast.Constant(value=bool(value)):
            return [("the other truth", _setting(node, "value", not value))]
        case ast.Constant(value=int(value)):
            return [("one more", _setting(node, "value", value + 1))]
        case ast.Constant(value=str(value)):
            return [("another text", _setting(node, "value", value + "x"))]
        case ast.Constant(value=bytes(value)):
            return [("other bytes", _setting(node, "value", value + b"x"))]
    return []


def _setting(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _without_filters(generators: list[ast.comprehension]) -> Callable[[], None]:
    def change() -> None:
        for each in generators:
            each.ifs = []

    return change
