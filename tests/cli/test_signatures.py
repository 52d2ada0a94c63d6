"""What a call says can be read: a flag goes by its name, and a command that gives one answer returns none."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = [path for room in ("custody/cli", "airgap/cli") for path in sorted((ROOT / room).rglob("*.py"))]


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


JOBS = {name for path in MODULES for name in re.findall(r'job\("[a-z_.]+:([a-z_]+)"', path.read_text(encoding="utf-8"))}


def is_command(function: ast.FunctionDef) -> bool:
    """Whether it is a command or the job of one, which are called by names."""
    return function.name in JOBS or any("command(" in ast.unparse(decorator) for decorator in function.decorator_list)


def is_callback(function: ast.FunctionDef) -> bool:
    """Whether click calls it for an option, by position."""
    return any(
        argument.annotation and ast.unparse(argument.annotation) == "click.Context" for argument in function.args.args
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_flag_goes_by_its_name(path: Path) -> None:
    by_position = [
        f"{function.name}({argument.arg})"
        for function in functions(path)
        if not is_command(function) and not is_callback(function)
        for argument in function.args.args
        if argument.annotation is not None and ast.unparse(argument.annotation) == "bool"
    ]
    assert not by_position


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_command_that_gives_one_answer_returns_none(path: Path) -> None:
    always_zero = [
        function.name
        for function in filter(is_command, functions(path))
        if (answers := [node for node in ast.walk(function) if isinstance(node, ast.Return) and node.value])
        and all(ast.unparse(answer.value) == "0" for answer in answers if answer.value)
    ]
    assert not always_zero
