"""The parts of docs/command-line.md that the code itself says: commands and options from click, limits, error codes.

The page is written by hand around them: a part stands between two marks, and `make docs` writes it anew.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

import click

from airgap.cli.front import front as airgap
from airgap.cli.table import COMMANDS as AIRGAP
from airgap.errors import AirgapError
from custody.cli.front.main import front as custody
from custody.cli.front.table import HEADINGS
from custody.errors import CustodyError

ROOT = Path(__file__).parent.parent
PROGRAMS = {"custody": custody, "airgap": airgap}
PART = re.compile(r"(<!-- made of the code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

_PLACES = {f"custody {row.name}": place for place, row in enumerate(row for each in HEADINGS for row in each.rows)}
"""Where the table of commands has each: the order of the page."""


@dataclass(frozen=True)
class Limit:
    """What is bounded, how the bound is told, the exit code beyond it, and the constants that say it.

    A constant is named with the end of its module's name, enough to be the only one.
    """

    what: str
    told: str
    beyond: str
    constants: tuple[str, ...]


LIMITS = (
    Limit(
        "a PSBT", "{} bytes; the file, in whichever form, {}", "4", ("envelope.PAYLOAD_LIMIT", "envelope.FILE_LIMIT")
    ),
    Limit(
        "the work that it asks for, in points",
        "{} and {} a byte, {} at most",
        "4",
        ("effort.BASE", "effort.PER_BYTE", "effort.MOST"),
    ),
    Limit("its inputs and outputs together", "{}", "4", ("global_map.INPUTS_AND_OUTPUTS_LIMIT",)),
    Limit("keys in one of its maps", "{}", "4", ("pairs.KEYS_LIMIT",)),
    Limit("a script in it", "{} bytes", "4", ("script.SCRIPT_LIMIT",)),
    Limit("a derivation path", "{} steps", "4", ("derivation.DEEPEST",)),
    Limit("a transaction for `--tx`", "{} bytes", "4", ("transaction.WEIGHT_LIMIT",)),
    Limit("files that one command puts together", "{}", "2", ("psbt.FILES_LIMIT",)),
    Limit(
        "a wallet's file, or another program's",
        "{} bytes; as JSON {} deep, whole numbers of {} characters",
        "4",
        ("strict_json.SIZE_LIMIT", "strict_json.DEPTH_LIMIT", "strict_json.DIGITS_LIMIT"),
    ),
    Limit(
        "a descriptor",
        "{} characters; {} keys in a quorum; a tree of {} leaves, {} deep",
        "4",
        ("output.TEXT_LIMIT", "quorum.KEYS_LIMIT", "braces.LEAVES_LIMIT", "braces.DEPTH_LIMIT"),
    ),
    Limit(
        "a folder for `--wallet`",
        "{} files; {} bytes in those that may be wallets'",
        "4",
        ("wallets.files.FILES_IN_A_FOLDER", "wallets.files.FOLDER_LIMIT"),
    ),
    Limit("labels for `--labels`", "{} bytes", "4", ("labels.DOCUMENT_LIMIT",)),
    Limit("a message to sign", "{} bytes", "4", ("text_rules.MESSAGE_LIMIT",)),
    Limit("addresses shown at once", "{}", "2", ("wallets.addresses.MOST_AT_ONCE",)),
    Limit("the name of a wallet", "{} characters", "4", ("text.NAME_LIMIT",)),
    Limit("the name of an officer, a label, a reason", "{} characters", "2", ("fields.NAME_LIMIT",)),
    Limit(
        "what a descriptor for secrets gives",
        "{} bytes; a picture of a code {}",
        "4",
        ("secrets.INPUT_LIMIT", "secret_picture.PICTURE_LIMIT"),
    ),
    Limit(
        "cards",
        "{} groups of {}, iteration exponent {}",
        "4 for a card, 2 for an option",
        ("shares.MOST", "shares.MOST", "shares.HIGHEST_EXPONENT"),
    ),
    Limit("a key file", "{} bytes", "4", ("sealed.MOST_OF_KEY_FILE",)),
    Limit("an officer's tokens", "{}", "2", ("vaults.token.MOST_TOKENS",)),
    Limit("an answer of a token", "{} packets, {} bytes", "4", ("devices.PACKETS", "devices.MOST_OF_MESSAGE")),
    Limit("an export of a journal", "{} bytes", "4", ("exchange.EXPORT_LIMIT",)),
    Limit("a sealed copy of a treasury", "{} bytes", "4", ("backup.BACKUP_LIMIT",)),
    Limit("a bundle's manifest; a root, or signatures", "{} bytes; {}", "4", ("manifest.LIMIT", "root.LIMIT")),
    Limit("a file for `airgap show` and `encode`", "{} bytes", "4", ("source.FILE_LIMIT",)),
    Limit(
        "a message in UR",
        "{} bytes in {} parts; numbers of parts to {}",
        "4",
        ("message.MESSAGE_LIMIT", "fountain.FRAGMENTS_LIMIT", "fountain.SEQUENCE_LIMIT"),
    ),
    Limit(
        "a message in BBQr",
        "{} parts; {} bytes once inflated, at most {} times what came",
        "4",
        ("bbqr.PARTS_LIMIT", "bbqr.INFLATED_LIMIT", "bbqr.RATIO_LIMIT"),
    ),
    Limit("CBOR in a UR", "{} deep", "4", ("cbor.DEPTH_LIMIT",)),
    Limit("a line of frames", "{} bytes", "4", ("files.LINE_LIMIT",)),
    Limit(
        "a picture or a PDF to scan",
        "{} bytes; {} pixels of a picture; {} pages",
        "4",
        ("worker.FILE_LIMIT", "scan.PIXEL_LIMIT", "pages.PAGES_LIMIT"),
    ),
)


def command_line(page: str) -> str:
    """Return docs/command-line.md with its parts written anew. Raises KeyError for a mark that names no part."""
    return PART.sub(lambda mark: mark[1] + PARTS[mark[2]]() + mark[3], page)


def leaves(program: str) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command of a program by its words, with a context of its own."""
    yield from _leaves(PROGRAMS[program], click.Context(PROGRAMS[program], info_name=program), program)


def _leaves(
    command: click.Command, context: click.Context, words: str
) -> Iterator[tuple[str, click.Command, click.Context]]:
    if not isinstance(command, click.Group):
        yield words, command, context
        return
    for word in command.list_commands(context):
        found = command.get_command(context, word)
        if found is None:
            raise LookupError(f"{words} {word}")
        yield from _leaves(found, click.Context(found, info_name=word, parent=context), f"{words} {word}")


def options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield what `--help` says of each option but itself: how it is written, and what it does."""
    for parameter in command.params:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            yield record


def constant(name: str) -> int:
    """Return a number of ours by the end of its dotted name. Raises LookupError unless there is exactly one."""
    end, _dot, attribute = name.rpartition(".")
    modules = [module for module in _modules() if f".{module}".endswith(f".{end}")]
    found = [value for module in modules if isinstance(value := getattr(import_module(module), attribute, None), int)]
    if len(found) != 1:
        raise LookupError(f"{name}: {modules}")
    return found[0]


def codes() -> dict[int, set[str]]:
    """Return exit code -> the stable codes of the errors that end so, as the code writes them."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    kinds = _kinds()
    for exit_code, own in kinds.values():
        found[exit_code].add(own)
    for tree in _modules().values():
        named = dict(_strings(tree))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if not isinstance(call.func, ast.Name) or call.func.id not in kinds:
                continue
            for value in (each.value for each in call.keywords if each.arg == "code"):
                text = named.get(value.id) if isinstance(value, ast.Name) else getattr(value, "value", None)
                if isinstance(text, str):
                    found[kinds[call.func.id][0]].add(text)
    return dict(sorted(found.items()))


def _commands() -> Iterator[str]:
    for heading in HEADINGS:
        yield f"| {heading.title} | |\n| --- | --- |"
        yield from (f"| {_link(f'custody {row.name}')} | {_cell(row.help)} |" for row in heading.rows)
        yield ""
    yield "| The window | |\n| --- | --- |"
    yield from (f"| {_link(f'airgap {word}')} | {_cell(line)} |" for word, line in AIRGAP.items())


def _reference() -> Iterator[str]:
    for program in PROGRAMS:
        for words, command, context in sorted(leaves(program), key=lambda leaf: _PLACES.get(leaf[0], 0)):
            usage = " ".join((words, *command.collect_usage_pieces(context)))
            yield f"\n### {words}\n\n{cleandoc(command.help or '')}\n\n```\n{usage}\n```\n"
            yield "| option | what it does |\n| --- | --- |"
            yield from (f"| `{_cell(written)}` | {_cell(told)} |" for written, told in options(command, context))


def _limits() -> Iterator[str]:
    yield "| what | at most | beyond it, exit |\n| --- | --- | --- |"
    for limit in LIMITS:
        bounds = (f"{constant(each):,}" for each in limit.constants)
        yield f"| {limit.what} | {limit.told.format(*bounds)} | {limit.beyond} |"


def _codes() -> Iterator[str]:
    yield "| exit | codes |\n| --- | --- |"
    yield from (
        f"| {exit_code} | {' '.join(f'`{each}`' for each in sorted(found))} |" for exit_code, found in codes().items()
    )


def _written(part: Callable[[], Iterable[str]]) -> Callable[[], str]:
    return lambda: "\n".join(part()) + "\n"


PARTS = {
    "commands": _written(_commands),
    "reference": _written(_reference),
    "limits": _written(_limits),
    "codes": _written(_codes),
}
"""A part's name in its mark -> what writes it."""


def _link(words: str) -> str:
    return f"[{words}](#{words.replace(' ', '-')})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


@cache
def _modules() -> dict[str, ast.Module]:
    """Read every module of ours: dotted name -> syntax tree."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for program in PROGRAMS
        for path in sorted((ROOT / program).rglob("*.py"))
    }


def _kinds() -> dict[str, tuple[int, str]]:
    """Return every class of our errors -> its exit code, and the code that it has unless one is given."""
    roots = (CustodyError, AirgapError)
    kinds = {kind.__name__: (kind.exit_code, kind.code) for root in roots for kind in (root, *root.__subclasses__())}
    kinds |= {
        node.name: (kinds[base.id][0], dict(_strings(node)).get("code", kinds[base.id][1]))
        for tree in _modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in kinds and node.name not in kinds
    }
    return kinds


def _strings(scope: ast.Module | ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the names that a module or a class gives to texts."""
    for node in scope.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text
            case _:
                continue
