"""Faults put into a room of the code one by one, to see that its tests notice each of them.

    python -m tests.hunts.mutation governance [HOW_MANY [SEED]]

A fault is one small change of the syntax tree: a check that is left out, a comparison the other way round, a number one
higher, a filter that lets everything through. Every faulty room is tested in a process of its own, forked from one that
has loaded the libraries; the tests that mirror the faulty module run first. What nobody notices lies in
`build/mutation-ROOM.txt`, a fault to a line. Sentences for people are left as they are: the catalogue has own tests.
"""

import ast
import copy
import os
import random
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401  what every child would load
import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 240
"""Of processor time for the tests of one fault; an endless loop is noticed."""

LEFT_OUT = {"governance": ("test_speed.py", "test_spec.py")}
"""Tests that do not run: they measure, or hold a document against the code."""

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
_PLAINLY = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--tb=no"]


@dataclass(frozen=True)
class Fault:
    """One fault: in which file and line, what is changed, and the code that runs instead."""

    path: Path
    line: int
    what: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.what}"


def faults(path: Path) -> Iterator[Fault]:
    """Yield every fault of a file."""
    tree = ast.parse(path.read_text(), str(path))
    for number, node in enumerate(_changeable(tree)):
        for choice, (what, _change) in enumerate(_changes(node)):
            mutated = copy.deepcopy(tree)
            twin = list(_changeable(mutated))[number]
            before = ast.unparse(twin).splitlines()[0]
            replaced = _changes(twin)[choice][1]()
            if replaced is not None:
                mutated = _Replacing(twin, replaced).visit(mutated)
            ast.fix_missing_locations(mutated)
            yield Fault(path, node.lineno, f"{what}: {before[:100]}", compile(mutated, str(path), "exec"))


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _changeable(tree: ast.Module) -> Iterator[ast.expr | ast.stmt | ast.comprehension]:
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


class _Faulty(MetaPathFinder, Loader):
    """Loads one module of the room from faulty code."""

    def __init__(self, name: str, fault: Fault) -> None:
        self._name, self._fault = name, fault

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        return ModuleSpec(name, self, origin=str(self._fault.path))

    def create_module(self, _spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._fault.code, module.__dict__)


def is_noticed(room: str, fault: Fault | None) -> bool:
    """Say whether the room's tests fail, in a process forked from this one; with no fault they should not."""
    child = os.fork()
    if child:
        _child, status = os.waitpid(child, 0)
        return status != 0
    status = 1  # whatever a fault does to this process, the parent is told that it was noticed
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        status = int(_tested(room, fault))
    finally:
        os._exit(status)


def _tested(room: str, fault: Fault | None) -> int:
    """Run the tests that mirror the faulty module, then the others; return pytest's answer."""
    left_out = [ROOT / "tests" / room / each for each in LEFT_OUT.get(room, ())]
    if fault is not None:
        below = fault.path.relative_to(ROOT / "custody" / room)
        name = ".".join(("custody", room, *below.with_suffix("").parts))
        sys.meta_path.insert(0, _Faulty(name, fault))
        mirror = ROOT / "tests" / room / below.with_name(f"test_{below.name}")
        if mirror.exists():
            left_out.append(mirror)
            if status := pytest.main([*_PLAINLY, str(mirror)]):
                return status
    return pytest.main([*_PLAINLY, *(f"--ignore={each}" for each in left_out), str(ROOT / "tests" / room)])


def hunt(room: str, chosen: list[Fault], workers: int) -> list[Fault]:
    """Return the faults that nobody noticed, told as they are found. Each worker takes every n-th of them."""
    pipes = []
    for worker in range(workers):
        reading, writing = os.pipe()
        if os.fork() == 0:
            with os.fdopen(writing, "w", buffering=1) as told:
                for number in range(worker, len(chosen), workers):
                    print(number, int(is_noticed(room, chosen[number])), file=told)
            os._exit(0)
        os.close(writing)
        pipes.append(os.fdopen(reading))
    missed = []
    for pipe in pipes:
        for line in pipe:
            number, noticed = map(int, line.split())
            if not noticed:
                missed.append(chosen[number])
                print(f"not noticed: {chosen[number]}", flush=True)
    return missed


def main(room: str, count: int | None, seed: int) -> None:
    """Put so many faults in, all without a count, and tell what was noticed."""
    os.chdir(ROOT)
    found = [fault for path in sorted((ROOT / "custody" / room).rglob("*.py")) for fault in faults(path)]
    chosen = found if count is None else random.Random(seed).sample(found, min(count, len(found)))
    if is_noticed(room, None):
        sys.exit(f"the tests of {room} fail without any fault")
    missed = hunt(room, chosen, os.cpu_count() or 1)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / f"mutation-{room}.txt").write_text("".join(f"{each}\n" for each in missed))
    noticed = len(chosen) - len(missed)
    print(f"{len(chosen)} of {len(found)} faults, seed {seed}: {noticed} noticed, {100 * noticed / len(chosen):.1f} %")


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]) if len(sys.argv) > 2 else None,
        int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(2**32),
    )
