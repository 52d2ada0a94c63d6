"""Each table of the code stands whole on the page that tells it: what is new in code and not told fails here.

Other tests hold other pages: the command line (tests/cli), findings, attacks, miniscript and the review
(tests/chains/bitcoin), the journal (tests/governance), cards and their traps (tests/keys), receivers (tests/airgap).
"""

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airgap.bbqr import FILE_TYPES
from airgap.door.shutting import ALLOWED
from airgap.message import PSBT_TYPES
from airgap.phrase import SECRET_TYPES
from custody.chains.bitcoin.consensus.network import NETWORKS, network
from custody.chains.bitcoin.exchange.formats import FORMATS, WRITTEN
from custody.chains.bitcoin.exchange.programs.ur import UrType
from custody.cli.keys import options as key_options
from custody.cli.treasury import options as treasury_options
from custody.cli.wallets import options as wallet_options
from custody.cli.wallets.export import NEXT
from custody.errors import CustodyError
from custody.governance import roster
from custody.governance.roster import Role
from custody.keys.kinds import Kind
from custody.keys.phrases.mnemonic import ENTROPY_OF_WORDS
from custody.keys.vaults.vault_file import Purpose
from custody.store.names import FOLDERS, is_file
from tests.conftest import ROOT
from tests.test_house import ARROWS, DOORS, FLOOR

DOCS = ROOT / "docs"


def page(name: str) -> str:
    """A document, by its path below the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def rows(name: str, heading: str = "", column: int = 0) -> list[str]:
    """A column of every table under a heading of a page (or of all of it), without the tables' heads."""
    text = page(name)
    body = text.split(f"\n## {heading}\n")[1].split("\n## ")[0] if heading else text
    lines = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| ")]
    return [cells[column] for cells in lines if len(cells) > column]


def ticked(cells: Iterable[str]) -> set[str]:
    """What stands in backticks in some cells."""
    return {found for cell in cells for found in re.findall(r"`([^`]+)`", cell)}


def source_of(function: Any) -> ast.Module:
    """The module that a function stands in, wherever that lies."""
    return ast.parse(Path(function.__code__.co_filename).read_text(encoding="utf-8"))


# --- formats


def test_every_format_of_wallets_has_a_row_and_every_row_a_format() -> None:
    assert ticked(rows("docs/spec/wallet.md", "Files of other wallets")) == {each.name for each in FORMATS}


def test_the_rows_say_which_formats_are_written() -> None:
    table = "docs/spec/wallet.md", "Files of other wallets"
    pairs = zip(rows(*table), rows(*table, 3), strict=True)
    written = ticked(name for name, said in pairs if said not in ("no", "written", "by `custody wallet new`"))
    assert written == WRITTEN.keys(), "docs/spec/wallet.md says which formats are written"
    assert NEXT.keys() == WRITTEN.keys(), "NEXT in custody/cli/wallets/export.py"


def test_every_program_has_a_part_in_its_specification() -> None:
    (row,) = [each for each in rows("docs/spec/wallet.md", "Files of other wallets") if "`core`" in each]
    parts = set(re.findall(r"^## .* \(`([a-z]+)`\)$", page("docs/spec/exchange.md"), re.MULTILINE))
    assert ticked([row]) == parts, "a part for each in docs/spec/exchange.md"
    assert set(rows_of_head("docs/spec/exchange.md", "| what |")) == parts


def rows_of_head(name: str, beginning: str) -> list[str]:
    """The cells of a table's head behind the first."""
    (head,) = [line for line in page(name).splitlines() if line.startswith(beginning)]
    return head.strip("| ").split(" | ")[1:]


def test_every_kind_of_ur_that_holds_a_wallet_is_told() -> None:
    (row,) = [each for each in rows("docs/spec/wallet.md", "Files of other wallets", 1) if "BCR-2020-010" in each]
    assert ticked([row]) == set(UrType)


# --- what options let one choose: written out, so that no library is loaded for a page of help


def test_what_options_offer_is_what_the_code_knows() -> None:
    assert tuple(WRITTEN) == wallet_options.TARGETS, (
        "TARGETS in custody/cli/wallets/options.py, in the order of FORMATS"
    )
    assert tuple(UrType) == wallet_options.UR_TYPES
    assert tuple(Role) == treasury_options.ROLES
    assert (roster.MOST_OFFICERS, roster.MOST_SEATS) == (treasury_options.MOST_OFFICERS, treasury_options.MOST_SEATS)
    assert tuple(Kind) == key_options.KINDS
    assert set(map(int, key_options.BITS_OF_WORDS)) <= ENTROPY_OF_WORDS.keys()
    assert all(ENTROPY_OF_WORDS[int(words)] * 8 == bits for words, bits in key_options.BITS_OF_WORDS.items())


# --- the window


def test_every_type_that_the_window_knows_is_told() -> None:
    part = page("docs/command-line.md").split("\n## What crosses the window\n")[1].split("\n## ")[0]
    types, letters = part.split("BBQr has file types")
    assert ticked(line.split(" | ")[0] for line in types.splitlines() if line.startswith("| `")) == {
        "bytes",
        *PSBT_TYPES,
    }
    assert dict(re.findall(r"^\| `([A-Z])` \| `([a-z-]+)` \|$", letters, re.MULTILINE)) == FILE_TYPES
    refused = letters.split("is not carried")[1].split("and whatever looks")[0]
    assert ticked([refused]) == SECRET_TYPES


# --- keys, vaults, the book


def test_every_role_of_an_officer_is_told() -> None:
    text = page("docs/spec/journal.md")
    assert [role for role in Role if f"`{role}`" not in text] == []


def test_every_kind_of_secret_and_every_purpose_of_a_vault_is_told() -> None:
    pages = page("docs/spec/share-set.md"), page("docs/spec/vault.md")
    assert [kind for kind in Kind for text in pages if f"`{kind}`" not in text] == []
    purposes = re.search(r"purpose: (.*?) \|", page("docs/spec/vault.md"))
    assert purposes is not None
    assert {int(number) for number in re.findall(r"[0-9]+", purposes[1])} == set(Purpose)


def test_every_file_of_a_home_is_told_and_no_other() -> None:
    example = {"<sha256>": "0" * 64, "<name>.<generation>": "main.00000001", "<key>": "0" * 16}
    told = [name for name in ticked(rows("docs/spec/journal.md", "A home")) if name != '{"head", "n"}']
    files = [name for name in told if "." in name or "/" in name or name == "reserve"]
    for name in files:
        written = name
        for place, value in example.items():
            written = written.replace(place, value)
        folder, _slash, file = written.rpartition("/")
        assert is_file(folder, file), name
    assert {name.partition("/")[0] for name in files if "/" in name} == set(FOLDERS)
    assert {name for name in files if "/" not in name} == home_files()


def home_files() -> set[str]:
    """The names in the directory itself, from the one pattern that knows them."""
    tree = source_of(is_file)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    (pattern,) = [text for text in texts if text.startswith(r"journal\.jsonl|")]
    return set(pattern.replace("\\", "").split("|"))


# --- the command line beside its options


def test_every_network_and_every_other_name_of_one_is_told() -> None:
    sentence = re.search(r"\*\*Networks\*\* are (.*?)\n\n", page("docs/command-line.md"), re.DOTALL)
    assert sentence is not None
    named = ticked([sentence[1]])
    assert {network(name).name for name in named} == NETWORKS.keys()
    tree = source_of(network)
    (aliases,) = [
        ast.literal_eval(table)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "ALIASES"
        if isinstance(node.value, ast.Call)
        for table in node.value.args
    ]
    assert named == NETWORKS.keys() | aliases.keys()


def test_every_variable_that_is_passed_on_is_told_and_passed_on_by_the_launcher() -> None:
    (told,) = re.findall(r"commands see (.*?), the locale", page("docs/command-line.md"), re.DOTALL)
    locale = {name for name in ALLOWED if name.startswith("L") and name != "LINES"}
    asked = {name for name in ALLOWED if name.startswith(("_", "COMP_"))}
    traces = {"TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "ASCIINEMA_REC"}
    assert ticked([told]) == ALLOWED - locale - asked - traces - {"PATH"}
    launcher = page("launch/custody")
    passed = {word for loop in re.findall(r"for name in ([A-Z_ \\\n]+); do", launcher) for word in loop.split()}
    assert {name for name in passed if not name.startswith(("LD_", "DYLD_", "GLIBC_", "\\"))} == ALLOWED - {"PATH"}


# --- the house


def test_every_class_of_error_is_in_the_table_of_the_house() -> None:
    kinds = [CustodyError, *CustodyError.__subclasses__()]
    ours = {(str(kind.exit_code), kind.__name__) for kind in kinds if kind.__module__ == CustodyError.__module__}
    table = "docs/architecture.md", "Saying no"
    told = zip(rows(*table)[1:], rows(*table, 1)[1:], strict=True)
    assert {(number, re.findall("`(.*?)`", cell)[0]) for number, cell in told} == ours


def test_every_room_and_everything_on_the_floor_is_told() -> None:
    table = "docs/architecture.md", "Rooms"
    assert ticked(rows(*table)) | {"floor"} == ARROWS.keys()
    (floor,) = [told for room, told in zip(rows(*table), rows(*table, 1), strict=True) if room == "floor 1"]
    assert ticked([floor]) == {name.removeprefix("custody.").split(".")[0] for name in FLOOR} - {"custody"}


# --- dependencies


def packages(*lines: str) -> set[str]:
    """Names of packages, as an index compares them."""
    found = [re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in lines]
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def required(*names: str) -> set[str]:
    """What some files under requirements/ ask for."""
    lines = [line for name in names for line in page(f"requirements/{name}").splitlines()]
    return packages(*(line for line in lines if line and not line.startswith(("#", " ", "-"))))


def test_every_dependency_has_a_row_and_every_row_a_dependency() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    asked = packages(
        *project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)
    )
    told = packages(*(row for row in rows("docs/dependencies.md") if row != "library" and set(row) != {"-"}))
    assert asked <= told
    assert told - asked == {"pycryptodome"}, "it arrives with bip-utils"


def test_every_package_on_a_signer_is_named() -> None:
    words = packages(*re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", page("docs/dependencies.md")))
    assert required("runtime.lock") <= words


def test_every_package_of_the_tests_is_named() -> None:
    part = page("docs/dependencies.md").split("\n## Tests only\n")[1]
    words = packages(*re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", part))
    assert required("test.in", "build.in") <= words


def test_every_library_with_a_door_is_a_dependency() -> None:
    called = {"PIL": "pillow", "Crypto": "pycryptodome", "cv2": "opencv-python-headless", "zxingcpp": "zxing-cpp"}
    rows_of_libraries = packages(*rows("docs/dependencies.md"))
    assert packages(*(called.get(library, library) for library in DOORS)) <= rows_of_libraries


# --- the workshop


def targets() -> set[str]:
    """What `make` can be asked for."""
    names = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", page("Makefile"), re.MULTILINE)
    assert set(phony.split()) <= names
    return names


def test_every_make_target_is_told_to_the_engineer_and_by_make_help() -> None:
    told = {word.split()[1] for word in ticked(rows("docs/engineer.md", "Work")) if word.startswith("make ")}
    assert told == targets()
    helped = set(re.findall(r"@echo 'make ([a-z-]+) ", page("Makefile")))
    assert helped == targets() - {"help"}


def test_every_long_search_has_a_page() -> None:
    pages = page("docs/hunts.md") + page("docs/faults.md")
    for target in targets():
        if target.startswith("hunt"):
            assert f"`make {target}" in pages, target


def test_every_make_target_that_is_named_exists() -> None:
    for document in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8")):
            assert target in targets(), f"{document.name}: make {target}"


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        targets_of_it = re.findall(r"\]\(([^)\s#]+\.md)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        waiting += [(document.parent / target).resolve() for target in targets_of_it]
    missing = {path for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")] if path not in reached}
    assert {path.relative_to(ROOT).as_posix() for path in missing} == set()
