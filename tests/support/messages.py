"""Reads the sentences of a source tree by their syntax, and writes message catalogues from them.

It knows gettext's file formats and how this project spells a sentence to translate: `_("...")` and
`ngettext("...", "...", n)`. Run as a program it writes the templates for translators into the folder named.
"""

import ast
import struct
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("custody", "airgap")
Message = tuple[str, ...]
"""One sentence, or a singular and a plural."""


@cache
def sources(package: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of a package with its syntax tree, in a fixed order. It is read once."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths)


def called(node: ast.Call) -> str:
    """The last name of what is called: `f` for f(), `g` for f.g()."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def literal(node: ast.expr) -> str | None:
    """The text of a string literal, implicit concatenation included; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages(tree: ast.Module) -> Iterator[tuple[int, Message]]:
    """Yield (line, message) of every translatable sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in ("_", "ngettext"):
            count = 2 if called(node) == "ngettext" else 1
            texts = [literal(argument) for argument in node.args[:count]]
            if len(texts) == count and None not in texts:
                yield node.lineno, tuple(text for text in texts if text is not None)


def template(package: str) -> str:
    """Write a package's .pot: every message once, with the places where it stands."""
    places: dict[Message, list[str]] = {}
    for path, tree in sources(package):
        for line, message in messages(tree):
            places.setdefault(message, []).append(f"{path.relative_to(ROOT).as_posix()}:{line}")
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    return "\n".join([header, *(_entry(message, where) for message, where in places.items())])


def _entry(message: Message, where: list[str]) -> str:
    lines = [f"#: {place}" for place in where]
    if any("{" in text for text in message):
        lines.append("#, python-brace-format")
    lines.append(f"msgid {_quoted(message[0])}")
    if len(message) == 1:
        return "\n".join([*lines, 'msgstr ""', ""])
    return "\n".join([*lines, f"msgid_plural {_quoted(message[1])}", 'msgstr[0] ""', 'msgstr[1] ""', ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def compiled(translations: Mapping[Message, Message]) -> bytes:
    """Write a .mo file (GNU gettext manual, "The Format of GNU MO Files"), little endian, without a hash table."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = [("", head), *(("\0".join(key), "\0".join(value)) for key, value in translations.items())]
    entries = sorted((key.encode(), value.encode()) for key, value in pairs)
    table, offset = 28, 28 + 16 * len(entries)
    indexes: list[bytes] = []
    strings = b""
    for column in (0, 1):
        for entry in entries:
            indexes.append(struct.pack("<II", len(entry[column]), offset + len(strings)))
            strings += entry[column] + b"\0"
    head_words = struct.pack("<7I", 0x950412DE, 0, len(entries), table, table + 8 * len(entries), 0, offset)
    return head_words + b"".join(indexes) + strings


def main(folder: Path) -> None:
    """Write FOLDER/custody.pot and FOLDER/airgap.pot."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        (folder / f"{package}.pot").write_text(template(package), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
