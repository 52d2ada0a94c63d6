"""A job takes exactly the options and arguments of its command: they are read in one module and used in another."""

import ast
import inspect
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from custody.cli.front import loading
from custody.cli.front.table import ROWS


def targets(command: click.Command) -> list[tuple[str, set[str]]]:
    """Return the jobs that a command may call, each with the names that it hands over beside the ones it got."""
    callback: Any = command.callback
    function = inspect.unwrap(callback)
    tree = ast.parse(Path(function.__code__.co_filename).read_text(encoding="utf-8"))
    (body,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__]
    own = {each.arg for each in [*body.args.posonlyargs, *body.args.args]}
    found = []
    for call in ast.walk(body):
        match call:
            case ast.Call(func=ast.Name(id="job"), args=[ast.Constant(value=str(target)), said, *_also]):
                named = {key.value for key in said.keys if key} if isinstance(said, ast.Dict) else set()
                found.append((target, own - named))  # type: ignore[arg-type]
    return found


def taken_by(job: Any) -> set[str]:
    """The names that a job takes; of `**cards` those of what it makes of them, as `SchemeOptions(**cards)`."""
    if is_dataclass(job):
        return {each.name for each in fields(job)}
    parameters = inspect.signature(job).parameters.values()
    names = {each.name for each in parameters if each.kind is not each.VAR_KEYWORD}
    (rest,) = [each.name for each in parameters if each.kind is each.VAR_KEYWORD] or [""]
    for node in ast.walk(ast.parse(inspect.getsource(job))) if rest else ():
        match node:
            case ast.Call(func=ast.Name(id=maker)) if any(
                each.arg is None and ast.unparse(each.value) == rest for each in node.keywords
            ):
                made = taken_by(job.__globals__[maker])
                names |= made - {each.arg for each in node.keywords}
    return names


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_a_job_takes_exactly_what_its_command_has_read(row: Any) -> None:
    command = loading.command(row.target)
    given = {each.name for each in command.params if each.expose_value}
    assert targets(command), "a command calls its job by name"
    for target, kept in targets(command):
        taken = taken_by(loading.loaded(target)) - {"context"}
        assert taken == given - kept, (
            f"the command reads {sorted(given - kept)}, its job {target} takes {sorted(taken)}"
        )
