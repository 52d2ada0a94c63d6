"""Every sentence that a person reads passes through the catalogue, by syntax and by a run in a language of our own."""

import ast
import os
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

import airgap.errors
import custody.errors
from tests.support.messages import PACKAGES, ROOT, Message, called, compiled, literal, messages, sources, template
from tests.support.patience import LONG


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module of both packages. They are read when a test asks, and not while tests are collected."""
    return chain.from_iterable(map(sources, PACKAGES))


ERRORS = {
    name
    for module in (custody.errors, airgap.errors)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
SPEAKERS = {"say", "warn", "progress", "echo", "secho", "prompt", "confirm", "pause", "title", "ask", "ask_hidden"}
"""Functions whose first argument a person reads."""

READ_BY_PEOPLE = {
    *("help", "short_help", "epilog", "hint", "prompt"),
    *("sentence", "engineer", "why", "case", "clear"),
}
"""Keyword arguments, of any call, that a person reads."""

POSITIONS = {"Finding": (3, "text"), "Rule": (2, "sentence"), "Row": (2, "help"), "Heading": (0, "title")}
"""A frozen value that carries a sentence -> where it stands."""


def words(text: str) -> bool:
    """Say whether a literal holds something to translate: a letter."""
    return any(character.isalpha() for character in text)


def bare(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the literals of an expression that reach a person without passing through the catalogue."""
    match node:
        case ast.Call() if called(node) in ("_", "ngettext"):
            return
        case ast.Call(func=ast.Attribute(value=inner, attr="format")):
            yield from bare(inner)
        case ast.Constant(value=str(text)) if words(text):
            yield node
        case ast.JoinedStr(values=parts):
            yield from (node for part in parts if isinstance(part, ast.Constant) and words(str(part.value)))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*bare(body), *bare(orelse))
        case ast.BinOp(left=left, right=right):
            yield from (*bare(left), *bare(right))
        case ast.BoolOp(values=values):
            for value in values:
                yield from bare(value)


def spoken(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments of a call that a person reads."""
    name = called(call)
    position, keyword = POSITIONS.get(name, (0, "message") if name in ERRORS | SPEAKERS else (None, None))
    if position is not None and len(call.args) > position:
        yield call.args[position]
    for each in call.keywords:
        if each.arg is not None and each.arg in READ_BY_PEOPLE | {keyword}:
            yield each.value


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of both packages."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node


def place(path: Path, node: ast.expr) -> str:
    """Write where something stands and what it is."""
    return f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)[:100]}"


def test_what_a_person_reads_is_in_the_catalogue() -> None:
    assert not [place(path, text) for path, call in calls() for argument in spoken(call) for text in bare(argument)]


@pytest.mark.parametrize(
    "program",
    [
        'Refused("no")',
        'Refused(f"no {name}")',
        'Refused(_("no"), hint="try")',
        'Unreadable("no {n}".format(n=1))',
        'say("hello" + name)',
        'say(_("a") if x else "b")',
        'Finding("ID", severity, "input 3", "text")',
        'click.option("--x", help="what it does")',
    ],
)
def test_the_reader_finds_a_bare_sentence(program: str) -> None:
    call = ast.parse(program, mode="eval").body
    assert isinstance(call, ast.Call)
    assert [text for argument in spoken(call) for text in bare(argument)]


def test_a_translatable_sentence_is_one_literal() -> None:
    for path, call in calls():
        if called(call) in ("_", "ngettext"):
            count = 2 if called(call) == "ngettext" else 1
            assert all(literal(argument) for argument in call.args[:count]), place(path, call)


def test_the_places_of_a_sentence_are_named() -> None:
    for path, tree in trees():
        for line, message in messages(tree):
            for text in message:
                names = [name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None]
                assert all(name.isidentifier() for name in names), f"{path}:{line} {text}"


def test_a_command_takes_its_help_from_the_catalogue_and_not_from_its_docstring() -> None:
    for path, tree in trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for decorator in function.decorator_list:
                    if isinstance(decorator, ast.Call) and called(decorator) in ("command", "group"):
                        assert "help" in {each.arg for each in decorator.keywords}, place(path, decorator)


def test_the_template_holds_every_sentence_once() -> None:
    for package in PACKAGES:
        found = {
            message for path, tree in trees() if path.is_relative_to(ROOT / package) for _, message in messages(tree)
        }
        text = template(package)
        assert text.count("\nmsgid ") == len(found)


def foreign(message: Message) -> Message:
    """Translate into a language of our own: the sentence between marks, its places untouched."""
    return tuple(f"«{text}»" for text in (*message, message[0])[: max(1, len(message))])


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of both packages with a catalogue of that language."""
    root = tmp_path_factory.mktemp("translated")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
        folder = root / package / "locale" / "eo" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        found = {message for _path, tree in sources(package) for _line, message in messages(tree)}
        (folder / f"{package}.mo").write_bytes(compiled({message: foreign(message) for message in found}))
    return root


def run(translated: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the translated copy, whatever languages this machine speaks."""
    door = {"custody": "custody.cli.front.main", "airgap": "airgap.cli"}[program]
    start = f"import sys; sys.argv[0] = {program!r}; from {door} import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        env={**os.environ, "LANGUAGE": "eo", "LANG": "eo", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(translated)},
        cwd=translated,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


@pytest.mark.parametrize("program", ["custody", "airgap"])
def test_the_first_page_of_help_is_translated(translated: Path, program: str) -> None:
    done = run(translated, program, "--help")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if words(line)]
    assert sum("«" in line for line in lines) > len(lines) / 3
    assert "Keep keys offline" not in done.stdout.replace("«Keep keys offline", "")


def test_an_error_and_its_hint_are_translated(translated: Path) -> None:
    done = run(translated, "custody", "review", "no-such-file", "--wallet", "no-such-wallet")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("«error: «")
