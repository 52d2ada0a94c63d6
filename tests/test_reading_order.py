"""The list of docs/reading-order.md against the code: nothing outside it changes a task, a review's sums or a secret.

By imports, by types, by what runs. What Python does not let a test promise stands at the end of that page.
"""

import ast
import dataclasses
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MappingProxyType
from typing import Any

import pytest

from custody.chains.bitcoin.review.labels import NO_LABELS, Labels
from custody.cli.front.table import ROWS
from custody.errors import Refused
from custody.keys import signer
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from custody.signing import Approval
from docs import reading_order
from docs.reading_order import BESIDE, BITCOIN, CHAPTERS, FURTHER, PAGE_LIMIT, REST, WALKS, lines_of, modules_of
from tests.chains.bitcoin.review.drafts import honest, judge
from tests.support import desk
from tests.support.imports import ROOT, UNKNOWN, Import, imports, loads, nodes
from tests.support.patience import LONG
from tests.support.reach import House
from tests.test_house import LAZY_LOADERS, NAMES, every_import, every_tree, within

LOADING = "custody.cli.front.loading"
"""Loads a command, or its job, by the target that its caller names: so the caller is who imports it."""


def targets(trees: Mapping[str, ast.Module]) -> Iterator[Import]:
    """Yield the modules that a module names as "room.module:name" of `custody.cli`, wherever in it that stands."""
    for module, tree in trees.items():
        for node, _inside, _for_types in nodes(tree):
            match node:
                case ast.Constant(value=str(text)) if (found := target(text, trees)) is not None:
                    yield Import(module, found[0], node.lineno, inside_function=False)


def target(text: str, trees: Mapping[str, ast.Module]) -> tuple[str, str] | None:
    """Return the module and the name that a target leads to; None where it is no target."""
    place, colon, name = text.partition(":")
    module = f"custody.cli.{place}"
    return (module, name) if colon and name.isidentifier() and module in trees else None


def edges(trees: Mapping[str, ast.Module]) -> Iterator[Import]:
    """Yield every import, and what is loaded by name: by a module itself, or for whoever names a command's job."""
    known = dict(trees)
    yield from imports(known)
    yield from (each for each in loads(known) if each.importer != LOADING)
    yield from targets(known)


@cache
def every_edge() -> tuple[Import, ...]:
    """Every edge of ours."""
    return tuple(edges(every_tree()))


@cache
def our_house() -> House:
    """All of ours."""
    return House(every_tree())


LISTED = tuple(modules_of(CHAPTERS))
POLICIES = tuple(modules_of(chapter for chapter in FURTHER if chapter.title == "Further: policies"))
OUTSIDE = tuple(sorted(NAMES - set(LISTED)))

SIGNING = "custody.signing"
REVIEW = f"{BITCOIN}.review"

MADE = {
    f"{SIGNING}.Review": {f"{REVIEW}.review", f"{BITCOIN}.message.review"},
    f"{SIGNING}.Payment": {f"{REVIEW}.outputs"},
    f"{SIGNING}.Change": {f"{REVIEW}.outputs"},
    f"{SIGNING}.Burn": {f"{REVIEW}.outputs"},
    f"{SIGNING}.Input": {f"{REVIEW}.review"},
    f"{SIGNING}.Fee": {f"{REVIEW}.fee"},
    f"{SIGNING}.Finding": {f"{BITCOIN}.findings"},
    f"{SIGNING}.Difference": {f"{REVIEW}.past"},
    f"{SIGNING}.Replacement": {f"{REVIEW}.past"},
    f"{SIGNING}.Note": {f"{REVIEW}.labels"},
    f"{SIGNING}.Approval": {
        "custody.cli.transactions.signing_operators",
        "custody.cli.messages.job",
        "custody.selftest.engines",
    },
    f"{SIGNING}.SigningTask": {
        f"{REVIEW}.tasks",
        f"{BITCOIN}.message.legacy_signing",
        "custody.selftest.engines",
    },
    f"{SIGNING}.Signature": {"custody.keys.signer"},
    f"{REVIEW}.review.ReviewedPsbt": {f"{REVIEW}.review", f"{BITCOIN}.message.legacy_signing"},
    f"{REVIEW}.outputs.Outputs": {f"{REVIEW}.outputs"},
    f"{REVIEW}.coins.Coin": {f"{REVIEW}.coins"},
    f"{REVIEW}.ownership.Ownership": {f"{REVIEW}.ownership"},
    f"{BITCOIN}.psbt.envelope.Envelope": {f"{BITCOIN}.psbt.envelope"},
    f"{BITCOIN}.wallet.wallet.Wallet": set(),
    f"{BITCOIN}.message.review.MessageReview": {f"{BITCOIN}.message.review"},
    "custody.ceremony.sign.Signed": {"custody.ceremony.sign"},
    "custody.ceremony.operator.Sheet": {
        "custody.ceremony.conduct.maker",
        "custody.ceremony.dice",
        "custody.ceremony.split",
    },
    "custody.keys.entropy.Dice": set(),
    "custody.keys.entropy.MachinePart": {"custody.ceremony.candidates.candidate", "custody.keys.cards.published"},
    "custody.keys.cards.randomness.SetMix": {"custody.keys.cards.published"},
    "custody.keys.hd.MasterKey": set(),
    "custody.keys.kinds.SecretInput": {"custody.keys.reading"},
    "custody.keys.cards.shares.ReadShare": {"custody.keys.cards.shares"},
    "custody.keys.cards.shares.ShareSet": {"custody.keys.cards.shares"},
    "custody.keys.cards.shares.Encrypted": {"custody.keys.cards.shares", "custody.keys.cards.collection"},
    "custody.keys.cards.collection.Quorum": {"custody.keys.cards.collection"},
    "custody.secret.Secret": {
        "custody.ceremony.candidates.candidate",
        "custody.cli.people.meeting",
        "custody.cli.people.operators",
        "custody.cli.people.passphrases",
        "custody.cli.people.given",
        "custody.cli.people.secrets",
        "custody.keys.cards.codex32",
        "custody.keys.cards.commitment",
        "custody.keys.cards.published",
        "custody.keys.cards.rehearsal",
        "custody.keys.cards.shares",
        "custody.keys.entropy",
        "custody.keys.hd",
        "custody.keys.kinds",
        "custody.keys.phrases.mnemonic",
        "custody.keys.phrases.phrase",
        "custody.keys.phrases.seedqr",
        "custody.keys.reading",
        "custody.keys.signer",
        "custody.keys.tokens.conversation",
        "custody.keys.vaults.archive",
        "custody.keys.vaults.officer",
        "custody.keys.vaults.passphrase",
        "custody.keys.vaults.payload",
        "custody.keys.vaults.primitives",
        "custody.keys.vaults.sealed",
        "custody.keys.vaults.vault",
        "custody.keys.vaults.writer",
        "custody.selftest.safe",
    },
}
"""A type -> the modules that make one, or inherit from it. Where there is none, the type's own methods do."""

DECIDING = {
    "custody.keys.signer": {"custody.ceremony.sign", "custody.selftest.engines"},
    f"{REVIEW}.tasks": {f"{REVIEW}.review"},
}
"""What decides -> the only modules that import it."""

CALLED = {
    "reveal": "takes a secret out",
    "tasks": "makes tasks of a review",
    "attach": "adds signatures to a document",
    "leaf": "takes a private key",
}
"""Attributes that listed modules alone may use, and what each does."""

REACHES = {
    ("custody.keys.phrases.wordlist", "object.__setattr__"): "its own field, while it is made",
    ("custody.guard", "import ctypes"): "asks the kernel not to dump this process",
    ("custody.apart", "import ctypes"): "asks the kernel to end a copy with the process that waits for it",
    (LOADING, "import_module(f'custody.cli.{module}')"): "the command that was called, and its job",
    (LOADING, "import gc"): "looks for no garbage while it loads",
    (LOADING, "sys.modules"): "whether the job can ask for pictures",
    ("airgap.cli.front", "sys.modules"): "what every command that may be called has loaded",
    ("airgap.door.landlock", "import ctypes"): "asks the kernel to close files off",
    ("airgap.door.shutting", "import ctypes"): "asks the kernel to shut the door",
    ("airgap.scanning.nursery", "import_module('airgap.scanning.reader')"): "what reads pictures, in a copy",
    ("custody.referee", "import_module('custody.referee.openssl')"): "the engine that judges ECDSA",
    ("custody.referee", "import_module('custody.referee.bip340')"): "the engine that judges BIP-340",
    (f"{BITCOIN}.descriptor.output", "import_module(f'custody.chains.bitcoin.descriptor.{name}')"): "tree and policy",
    ("custody.cli.front.main", "import gc"): "looks for garbage rarely, as a command lives for a moment",
    ("custody.cli.front.main", "traceback.tb_frame.f_globals"): "names the module where a bug was",
    ("airgap.cli.front", "import_module(f'airgap.cli.{cmd_name}')"): "the command that was called",
    ("airgap.cli.show", "import_module('airgap.cli.pictures')"): "what draws",
    ("airgap.cli.show", "import_module('airgap.cli.screen')"): "what draws",
    ("airgap.scanning.reader", "import ctypes"): "asks the kernel to end this process with its parent",
    ("airgap.scanning.reader", "import_module('airgap.scanning.pages')"): "what reads pages",
    ("airgap.scanning.reader", "import_module('airgap.scanning.camera')"): "what films",
}
"""A module and what reaches past names and types there -> what for."""

CHANGES = {
    (f"{BITCOIN}.exchange.programs.coldcard", "setup.derivation = ..."): "a file that is being read",
    (f"{BITCOIN}.interpreter.spending", "checker.leaf_hash = ..."): "the leaf in which a script runs",
    (f"{BITCOIN}.interpreter.spending", "checker.budget = ..."): "how many signatures it may check",
    ("custody.cli.front.main", "sys.excepthook = ..."): "how a bug is told",
    ("custody.cli.front.main", "sys.unraisablehook = ..."): "how one in a finaliser is told",
    ("custody.cli.front.main", "threading.excepthook = ..."): "how one in a thread is told",
    ("custody.cli.front.main", "sys.stdin = ..."): "where a stream was closed",
    ("custody.cli.front.main", "sys.stdout = ..."): "where a stream was closed",
    ("custody.cli.front.main", "sys.stderr = ..."): "where a stream was closed",
    ("custody.governance.book", "node.past = ..."): "what is remembered of a line: what it covers",
    ("airgap.door.standing", "_REMEMBERED.closes_files = ..."): "whether the door closed files off",
    ("airgap.door.standing", "_REMEMBERED.noticed = ..."): "what was noticed while the door was shut",
    ("airgap.scanning.nursery", "os.environ.clear()"): "what a copy is told of the environment",
    ("airgap.scanning.nursery", "os.environ.update(ENVIRONMENT)"): "the same",
    ("airgap.cli.front", "sys.excepthook = ..."): "how a bug is told",
    ("airgap.cli.front", "sys.unraisablehook = ..."): "how one in a finaliser is told",
    ("airgap.cli.pictures", "files.remove(written)"): "a file",
    ("airgap.receiving.collector", "live.innovations = ..."): "a count of frames",
    ("airgap.receiving.collector", "live.latest = ..."): "a count of frames",
}
"""A module and what it changes that is not its own -> what that is."""

REPLACED = {
    ("airgap.cli.series", "request"): "what is to be shown",
    ("airgap.cli.series", "request.preset"): "what is to be shown",
    ("custody.ceremony.home.changing", "unsealed"): "a line of a journal, before its writer has sealed it",
    ("custody.ceremony.home.ledger", "objection"): "what was not signed, before it is known who was there",
    ("custody.ceremony.conduct.conduct", "last"): "a page, with what it waits for",
    ("custody.ceremony.transcript.replay", "standing"): "where a sitting stands, after one more line",
    ("custody.ceremony.transcript.replay", "after"): "the same",
    ("custody.ceremony.transcript.service", "standing"): "the same",
    ("custody.ceremony.transcript.sheets", "standing"): "the same",
    ("custody.ceremony.officers.rearrangement", "officer"): "an officer of a roster",
    ("custody.ceremony.officers.rosters", "officer"): "an officer of a roster",
    ("custody.ceremony.officers.rosters", "signed"): "a statement and its signatures",
    ("custody.ceremony.officers.seats", "old"): "a roster",
    ("custody.ceremony.treasury.halting", "unsigned"): "a halt, before its officer has signed it",
    ("custody.ceremony.treasury.succession", "unsigned"): "what a genesis follows, before its cards have signed it",
    (f"{BITCOIN}.exchange.branches", "descriptor"): "a descriptor, which is written as text",
    (f"{BITCOIN}.exchange.branches", "key"): "a key of one",
    (f"{BITCOIN}.exchange.programs.nunchuk", "descriptor"): "the same",
    (f"{BITCOIN}.exchange.programs.nunchuk", "imported"): "what was read of a file",
    (f"{BITCOIN}.exchange.programs.nunchuk", "key"): "a key of a descriptor",
    (f"{BITCOIN}.message.finish", "psbt"): "a finished file",
    (f"{BITCOIN}.message.finish", "transaction"): "a finished transaction",
    (f"{BITCOIN}.message.finish", "transaction.inputs[0]"): "a finished input",
    (f"{BITCOIN}.message.verification", "coin"): "a coin that was opened, and whether a key signed",
    (f"{BITCOIN}.message.verification", "plain"): "a transaction that a script is run in",
    (f"{BITCOIN}.message.verification", "plain.inputs[0]"): "the same",
    (f"{BITCOIN}.message.verification", "signature.transaction"): "the same",
    (f"{BITCOIN}.message.verification", "tx_input"): "the same",
    (f"{BITCOIN}.roles.combine", "sources[0]"): "a file of several",
    (f"{BITCOIN}.roles.complete", "source"): "a file that gains fields",
    (f"{BITCOIN}.roles.extract", "again"): "a transaction, without signatures",
    (f"{BITCOIN}.roles.extract", "tx_input"): "an input, without signatures",
    (f"{BITCOIN}.roles.finalize", "source.psbt"): "a finished file",
    (f"{BITCOIN}.roles.scripts", "derived"): "scripts as a file claims them",
    (f"{BITCOIN}.roles.signatures", "psbt.transaction"): "a transaction that a script is run in",
    (f"{BITCOIN}.roles.signatures", "tx_input"): "the same",
    ("custody.cli.wallets.own", "given"): "an extended key that was typed",
    ("custody.governance.contents", "self"): "where a key lies sealed",
    ("custody.governance.entry", "self"): "a line of a journal",
    ("custody.governance.known.past", "self"): "what a line covers",
    ("custody.governance.known.standing", "each"): "an officer of a roster",
    ("custody.governance.known.standing", "made"): "a roster that is known",
    ("custody.governance.known.standing", "roster"): "a roster",
}
"""A module outside and what it makes anew with other fields -> what that is; none is a type of the list's."""

DOOR = ("custody.cli.front.main", "custody.cli.front.table", "airgap.content.typed")
"""What runs before any of the list does."""

MUTABLE = {
    f"{BITCOIN}.miniscript.parser._Open": "a fragment whose parentheses are still open",
    "custody.cli.people.meeting.FrontMeeting": "counts which lines of a script were used",
    "custody.cli.transactions.vault_key.AtTable": "wipes what it opened",
}
"""Dataclasses of the list that are not frozen and slotted -> why."""

LIBRARY = {"custody.keys.cards.shares.WORDLIST"}
"""Tables that can be changed, and are a library's: ours is a copy, made when the module is loaded."""

DECIDING_TABLES = {"custody.keys.signer._SCHEMES", f"{REVIEW}.outputs._DUST", f"{BITCOIN}.consensus.network.ALIASES"}
"""Tables that no other module names, and that are read only all the same."""

CACHES = {"custody.keys.hd.MasterKey._branches", "custody.keys.phrases.wordlist.Wordlist._numbers"}
"""Fields of frozen types that hold what can change: filled by their own type, and told at the end of the page."""


def breaches(house: House, module: str) -> list[str]:
    """Say what a module outside the list does that none may."""
    found = [f"makes {name}" for name, _line in house.values(module) if name in MADE]
    found += [f"uses {name}: {CALLED[name]}" for name in house.attributes(module) if name in CALLED]
    found += [f"reaches: {what}" for what in house.reaches(module) if (module, what) not in REACHES]
    found += [f"changes: {what}" for what in house.changes(module) if (module, what) not in CHANGES]
    found += [f"replaces: {what}" for what in house.replaced(module) if (module, what) not in REPLACED]
    found += [f"imports {name}" for name in house.imported(module) if within(name, DECIDING)]
    return found


def strays(found: Iterable[Import], listed: Iterable[str]) -> list[str]:
    """Name the imports by which the list hangs on something that is neither on it nor said to be beside it."""
    on_it = set(listed)
    return [
        f"{each.importer}:{each.line} imports {each.imported}"
        for each in found
        if each.importer in on_it
        and within(each.imported, ("custody", "airgap", UNKNOWN))
        and each.imported not in on_it
        and not is_empty(every_tree().get(each.imported))
        and not is_beside(each.importer, each.imported)
    ]


def strangers(ran: Iterable[str]) -> list[str]:
    """Name the modules that ran and are neither on the list, nor beside it, nor the door."""
    beside = [each.imported for each in BESIDE]
    return [module for module in ran if module not in (*LISTED, *DOOR) and not within(module, beside)]


def is_beside(importer: str, imported: str) -> bool:
    """Say whether an import is one of the page's exceptions."""
    return any(within(imported, (each.imported,)) and within(importer, each.importers) for each in BESIDE)


def is_empty(tree: ast.Module | None) -> bool:
    """Say whether a module is a docstring and nothing else."""
    return tree is not None and len(tree.body) == 1 and ast.get_docstring(tree) is not None


# --- The page ---


def test_the_page_is_written_from_the_list() -> None:
    page = (ROOT / "docs" / "reading-order.md").read_text(encoding="utf-8")
    assert page == reading_order.reading_order(), "make docs"


def test_every_module_on_the_page_is_there_once_with_its_lines() -> None:
    page = (ROOT / "docs" / "reading-order.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:\*\*1st\*\*)? ?\| `([\w/.]+)` \| (\d+) \|", page, re.MULTILINE)
    assert len({path for path, _lines in rows}) == len(rows) == len(LISTED)
    assert {path: int(lines) for path, lines in rows} == {
        path: (ROOT / path).read_bytes().count(b"\n") for path, _lines in rows
    }


def test_a_day_holds_the_first_reading() -> None:
    begun = [row.module for chapter in CHAPTERS for row in chapter.rows if row.first]
    assert sum(map(lines_of, begun)) <= PAGE_LIMIT
    assert not set(begun) & set(modules_of(FURTHER))


def test_every_module_of_ours_is_on_the_list_or_in_one_room_of_the_rest() -> None:
    rooms = {module: [room.place for room in REST if within(module, (room.place,))] for module in OUTSIDE}
    del rooms["custody"]  # the version
    assert not {
        module: places for module, places in rooms.items() if len(places) != 1 and not is_empty(every_tree()[module])
    }


# --- By imports ---


def test_the_list_imports_only_itself_and_what_is_said() -> None:
    assert not strays(every_edge(), LISTED), (
        "give it a row in docs/reading_order.py, in a chapter or beside the list; then make docs"
    )


def test_what_is_loaded_by_name_is_among_what_is_imported() -> None:
    found = {(each.importer, each.imported) for each in every_edge()}
    assert {
        ("custody.referee", "custody.referee.bip340"),
        (f"{BITCOIN}.descriptor.output", f"{BITCOIN}.descriptor.tree"),
        ("custody.cli.front.table", "custody.cli.transactions.commands"),
        ("custody.cli.transactions.commands", "custody.cli.transactions.sign"),
    } <= found
    assert {each.importer for each in loads(every_tree())} == LAZY_LOADERS.keys()
    assert all(within(each.imported, ("custody.cli",)) for each in loads(every_tree()) if each.importer == LOADING)


def unnamed(house: House, module: str) -> Iterator[str]:
    """Yield every use of the loader of commands and jobs that names no target which is there, in plain text."""
    named: set[int] = set()
    loading = (f"{LOADING}.job", f"{LOADING}.command")
    for node in ast.walk(house.trees[module]):
        match node:
            case ast.Call(func=called, args=[ast.Constant(value=str(text)), *_]) if (
                house.stands_for(module, called) in loading and (found := target(text, every_tree())) is not None
            ):
                place, name = found
                if any(isinstance(each, ast.FunctionDef) and each.name == name for each in every_tree()[place].body):
                    named.add(id(called))
    uses = (node for node in ast.walk(house.trees[module]) if isinstance(node, ast.Name | ast.Attribute))
    yield from (
        ast.unparse(node) for node in uses if id(node) not in named and house.stands_for(module, node) in loading
    )


def test_a_job_is_called_by_a_target_that_stands_there() -> None:
    assert {module: found for module in NAMES if (found := list(unnamed(our_house(), module)))} == {
        "custody.cli.front.main": ["command"]  # the command that was called, by the table's row
    }
    assert all(target(row.target, every_tree()) is not None for row in ROWS.values())
    rows = {target(row.target, every_tree()) for row in ROWS.values()}
    assert all(found is not None and found[0].endswith(".commands") for found in rows)


def closure(begun: Iterable[str], found: Iterable[Import]) -> set[str]:
    """Return what is loaded together with some modules."""
    known: dict[str, set[str]] = {}
    for each in found:
        whole = each.imported.split(".")
        packages = (".".join(whole[:length]) for length in range(1, len(whole) + 1))
        known.setdefault(each.importer, set()).update(package for package in packages if package in NAMES)
    reached, open_ = set[str](), list(begun)
    while open_:
        module = open_.pop()
        if module not in reached:
            reached.add(module)
            open_ += known.get(module, ())
    return reached


def test_the_walks_load_no_module_of_policies_but_for_a_text_that_is_one() -> None:
    walks = set(modules_of(WALKS))
    hanging = [each for each in every_edge() if each.importer in walks and each.imported in POLICIES]
    assert {(each.importer, each.imported) for each in hanging if each.for_types} == {
        (f"{BITCOIN}.descriptor.derived", f"{BITCOIN}.miniscript")
    }
    rest = [each for each in hanging if not each.for_types]
    assert {each.importer for each in rest} == {f"{BITCOIN}.descriptor.output"}
    assert all(each.inside_function for each in rest)
    assert not closure(walks, (each for each in every_import() if not each.for_types)) & set(POLICIES)


def test_a_module_of_policies_that_is_loaded_with_the_walks_is_noticed() -> None:
    joined = Import(f"{BITCOIN}.wallet.policy_digest", f"{BITCOIN}.descriptor.tree", 1, inside_function=False)
    found = closure(modules_of(WALKS), (each for each in (*every_import(), joined) if not each.for_types))
    assert f"{BITCOIN}.miniscript.parser" in found


def test_every_exception_is_needed() -> None:
    needed = [each for each in every_edge() if each.importer in LISTED and each.imported not in LISTED]
    for beside in BESIDE:
        assert any(
            within(each.imported, (beside.imported,)) and within(each.importer, beside.importers) for each in needed
        )


def test_the_libraries_on_the_walk_are_told() -> None:
    foreign = {each.imported.split(".")[0] for each in every_import() if each.importer in LISTED}
    libraries = foreign - sys.stdlib_module_names - {"custody", "airgap"}
    assert libraries
    assert not [library for library in libraries if f"`{library}`" not in reading_order.TAIL]


def test_what_decides_is_imported_by_the_list_alone() -> None:
    for deciding, importers in DECIDING.items():
        assert {each.importer for each in every_edge() if each.imported == deciding} == importers


# --- By types ---


def test_nothing_outside_the_list_makes_or_changes_a_value_of_it() -> None:
    assert not {module: found for module in OUTSIDE if (found := breaches(our_house(), module))}


def test_each_type_is_made_where_it_is_said() -> None:
    made: dict[str, set[str]] = {name: set() for name in MADE}
    for module in NAMES:
        for name, _line in our_house().values(module):
            if name in made:
                made[name].add(module)
    assert made == MADE
    assert set().union(*MADE.values()) <= set(LISTED)


def test_the_list_itself_reaches_and_changes_nothing_but_what_is_said() -> None:
    assert not [
        (module, what)
        for module in LISTED
        for what in (*our_house().reaches(module), *our_house().changes(module))
        if (module, what) not in REACHES | CHANGES
    ]


def test_no_exception_is_left_over() -> None:
    found = {
        (module, what) for module in NAMES for what in (*our_house().reaches(module), *our_house().changes(module))
    }
    assert not (REACHES | CHANGES).keys() - found
    assert not REPLACED.keys() - {(module, what) for module in OUTSIDE for what in our_house().replaced(module)}


def types_of_the_list() -> dict[str, type]:
    """Return every class that a listed module defines, by its full name."""
    return {
        f"{module}.{name}": found
        for module in LISTED
        for name, found in vars(importlib.import_module(module)).items()
        if isinstance(found, type) and found.__module__ == module
    }


def test_the_values_are_frozen_and_slotted() -> None:
    loose = {
        name
        for name, found in types_of_the_list().items()
        if dataclasses.is_dataclass(found) and not (found.__dataclass_params__.frozen and "__slots__" in vars(found))  # type: ignore[attr-defined]
    }
    assert loose == MUTABLE.keys()
    assert not loose & MADE.keys()


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_made_value_takes_no_assignment(name: str) -> None:
    found = types_of_the_list()[name]
    value = Secret(b"") if found is Secret else object.__new__(found)
    for attribute in (*(each.name for each in fields_of(found)), "something_new"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(value, attribute, None)
    assert not hasattr(value, "__dict__")


def fields_of(found: type) -> tuple[dataclasses.Field[object], ...]:
    """Return a dataclass's fields; nothing of another class."""
    return dataclasses.fields(found) if dataclasses.is_dataclass(found) else ()


def loose_parts(value: object, place: str) -> Iterator[str]:
    """Yield every place within a value that somebody could change."""
    if value is None or isinstance(value, bool | int | str | bytes | range | Decimal | Enum):
        return
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        return
    if isinstance(value, tuple | frozenset):
        for part in value:
            yield from loose_parts(part, place)
    elif isinstance(value, MappingProxyType):
        for pair in value.items():
            yield from loose_parts(pair, place)
    elif dataclasses.is_dataclass(value) and type(value).__dataclass_params__.frozen:  # type: ignore[attr-defined]
        for each in dataclasses.fields(value):
            name = f"{type(value).__module__}.{type(value).__qualname__}.{each.name}"
            if name not in CACHES:
                yield from loose_parts(getattr(value, each.name), name)
    elif not isinstance(value, Secret):
        yield f"{place}: {type(value).__name__}"


@pytest.mark.parametrize("kind", [*desk.KINDS, *desk.POLICIES])
def test_a_review_its_tasks_and_signatures_hold_nothing_that_changes(kind: str) -> None:
    reviewed = judge(honest(kind, 2))
    assert not set(loose_parts(reviewed, kind))
    approval = Approval(reviewed.review.commitment, by="a test")
    with MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(desk.PHRASES["A"]))) as master:
        try:
            tasks = reviewed.tasks(approval, master.fingerprint)
        except Refused:  # at this time the policy waits for another key
            return
        made = tuple(signer.sign(master, task, approval) for task in tasks)
        assert not set(loose_parts((master, *made), kind))


def tables_of_the_list() -> dict[str, object]:
    """Return every table that stands at the top of a listed module, by its full name."""
    kinds = dict | list | set | bytearray | MappingProxyType
    return {
        f"{module}.{name}": value
        for module in LISTED
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, kinds) and not name.startswith("__")
    }


def test_what_the_list_shows_to_others_can_be_read_only() -> None:
    found = tables_of_the_list()
    assert {f"{BITCOIN}.findings.RULES", f"{BITCOIN}.consensus.network.NETWORKS"} | DECIDING_TABLES <= found.keys()
    shown = {name for name in found if not name.rpartition(".")[2].startswith("_")} | DECIDING_TABLES
    assert {name for name in shown if not isinstance(found[name], MappingProxyType)} == LIBRARY
    assert not {part for name in shown - LIBRARY for part in loose_parts(found[name], name)}


def test_a_table_takes_no_change_under_whichever_name() -> None:
    for table in (*tables_of_the_list().values(), NO_LABELS.texts):
        if isinstance(table, MappingProxyType):
            alias: Any = table
            with pytest.raises(TypeError):
                alias["BTC-DUST"] = None
            for name in ("clear", "pop", "popitem", "setdefault", "update"):
                assert not hasattr(alias, name)


def test_labels_take_no_change() -> None:
    labels = Labels.parse(b'{"type": "tx", "ref": "00", "label": "rent"}')
    assert labels.about("tx", "00") == "rent"
    assert not set(loose_parts((labels, NO_LABELS), ""))
    assert set(loose_parts(Labels({}, 0), "")) == {f"{REVIEW}.labels.Labels.texts: dict"}


def private_names(house: House, module: str) -> Iterator[str]:
    """Yield every private name of another module of ours that a module imports, or reaches behind a dot."""
    for node in ast.walk(house.trees[module]):
        if isinstance(node, ast.ImportFrom) and within(node.module or "", ("custody", "airgap")):
            yield from (f"{node.module}.{each.name}" for each in node.names if is_private(each.name))
        elif isinstance(node, ast.Attribute) and is_private(node.attr):
            base = house.stands_for(module, node.value)
            if base is not None and base in house.trees and base != module:
                yield f"{base}.{node.attr}"


def is_private(name: str) -> bool:
    """Say whether a name is its module's own; `_` alone is the catalogue's."""
    return name.startswith("_") and name != "_" and not name.startswith("__")


def test_nobody_names_what_is_private_to_another_module() -> None:
    assert not {module: found for module in NAMES if (found := list(private_names(our_house(), module)))}


@pytest.mark.parametrize(
    "source",
    [
        "from custody.keys.signer import _SCHEMES",
        "from custody.keys import signer\ntable = signer._SCHEMES",
        "import custody.keys.signer\ntable = custody.keys.signer._SCHEMES",
    ],
)
def test_a_private_name_of_another_module_is_noticed(source: str) -> None:
    house = our_house().joined_by("custody.store.strange", ast.parse(source))
    assert list(private_names(house, "custody.store.strange")) == ["custody.keys.signer._SCHEMES"]


def test_a_secret_gives_copies_and_takes_no_other_content() -> None:
    content = bytearray(b"secret")
    secret = Secret(content)
    content[0] = 0
    assert secret.reveal() == b"secret"
    with pytest.raises(AttributeError):
        secret.content = b"other"  # type: ignore[attr-defined]


# --- By what runs ---


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ran, and what it changed, when all three walks were walked."""
    return said_by_the_walk(tmp_path_factory.mktemp("walked"))


def said_by_the_walk(folder: Path, *words: str) -> dict[str, Any]:
    """Walk in a process of its own, and return what that says."""
    command = [sys.executable, "-m", "tests.support.walked", str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_what_runs_on_a_walk_is_on_the_list_or_said_to_be_beside_it(walked: dict[str, Any]) -> None:
    assert {f"{REVIEW}.tasks", "custody.keys.signer", "custody.keys.cards.shares"} <= walked["ran"].keys()
    assert not strangers(walked["ran"])


def test_a_single_key_or_a_quorum_runs_and_loads_nothing_of_policies(walked: dict[str, Any], tmp_path: Path) -> None:
    assert not [module for module in POLICIES if module in walked["ran"]]
    loaded = said_by_the_walk(tmp_path, "loaded")
    assert {f"{REVIEW}.tasks", "custody.keys.signer", "custody.referee.bip340"} <= set(loaded["walked"])
    assert not set(loaded["walked"]) & set(POLICIES)
    assert set(loaded["with a policy"]) - set(loaded["walked"]) == set(POLICIES)


def test_loading_and_running_all_changes_no_name_and_no_table_of_the_list(walked: dict[str, Any]) -> None:
    assert walked["changed"] == []


# --- Each breach is noticed ---


@pytest.mark.parametrize(
    ("source", "breach"),
    [
        ("from custody.signing import SigningTask\nSigningTask()", "makes custody.signing.SigningTask"),
        ("from custody import signing\nsigning.Review()", "makes custody.signing.Review"),
        ("from custody.signing import Fee as F\nx = F", "makes custody.signing.Fee"),
        ("import custody.signing as s\ndef f() -> None:\n    map(s.Payment, ())", "makes custody.signing.Payment"),
        ("from custody.signing import Review\nclass Mine(Review): ...", "makes custody.signing.Review"),
        (f"from {REVIEW}.review import Review\nReview()", "makes custody.signing.Review"),
        ("from custody.keys.kinds import Secret\nSecret(b'')", "makes custody.secret.Secret"),
        (f"from {BITCOIN}.wallet.wallet import Wallet\nWallet()", f"makes {BITCOIN}.wallet.wallet.Wallet"),
        ("def f(secret): return secret.reveal()", "uses reveal"),
        ("def f(secret): return map(str, [secret.reveal])", "uses reveal"),
        ("def f(reviewed): return reviewed.tasks(1, b'')", "uses tasks"),
        ("def f(master): return master.leaf(())", "uses leaf"),
        ("def f(review): setattr(review, 'fee', 0)", "reaches: setattr"),
        ("def f(review): object.__setattr__(review, 'fee', 0)", "reaches: object.__setattr__"),
        ("def f(review): review.__class__ = int", "reaches: review.__class__"),
        ("def f(task): task.__dict__['payload'] = b''", "reaches: task.__dict__"),
        ("import sys\nsys.modules['custody.keys.signer'] = None", "reaches: sys.modules"),
        ("exec('')", "reaches: exec"),
        ("from unittest import mock", "reaches: from unittest import mock"),
        ("import gc", "reaches: import gc"),
        (f"from {REVIEW} import fee\nfee.WARN_RATE = 10**9", "changes: fee.WARN_RATE"),
        (f"from {BITCOIN}.findings import RULES\nRULES['BTC-FEE-HIGH'] = None", "changes: RULES['BTC-FEE-HIGH']"),
        (f"from {BITCOIN}.findings import RULES\nRULES.clear()", "changes: RULES.clear()"),
        (f"from {BITCOIN} import findings\ndel findings.RULES['BTC-DUST']", "changes: findings.RULES['BTC-DUST']"),
        ("def f(reviewed): reviewed.review = None", "changes: reviewed.review"),
        ("class A:\n    def f(self): self.reviewed.review = None", "changes: self.reviewed.review"),
        ("from dataclasses import replace\ndef f(review): return replace(review, findings=())", "replaces: review"),
        ("import dataclasses as d\ndef f(review): return d.replace(review, findings=())", "replaces: review"),
        ("def f(review): return review.__replace__(findings=())", "replaces: review"),
        ("from custody.keys import signer", "imports custody.keys.signer"),
        (f"from {REVIEW}.tasks import attach", f"imports {REVIEW}.tasks"),
    ],
)
def test_each_breach_is_noticed(source: str, breach: str) -> None:
    house = our_house().joined_by("custody.store.strange", ast.parse(source))
    assert any(found.startswith(breach) for found in breaches(house, "custody.store.strange"))


@pytest.mark.parametrize(
    "source",
    [
        "from custody.signing import Review\ndef f(review: Review) -> Review | None: return review",
        "from custody.signing import Finding\ndef f(x): return isinstance(x, Finding)",
        f"from {BITCOIN}.wallet.wallet import Wallet\nx = Wallet.from_json('')",
        "class A:\n    def f(self): self.review = 1",
        "def f():\n    table = {}\n    table['a'] = 1\n    table.update(b=2)",
        "from custody.governance.records import Signature\nSignature()",
    ],
)
def test_what_is_none_is_not_taken_for_one(source: str) -> None:
    house = our_house().joined_by("custody.store.strange", ast.parse(source))
    assert not breaches(house, "custody.store.strange")


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        (f"{REVIEW}.outputs", f"{BITCOIN}.roles"),
        (f"{REVIEW}.tasks", f"{BITCOIN}.exchange.formats"),
        ("custody.keys.signer", "custody.store"),
        ("custody.cli.transactions.screens.review", "airgap.text"),
    ],
)
@pytest.mark.parametrize("form", ["import {}", "import_module('{}')", "import importlib as i; i.import_module('{}')"])
def test_an_import_that_leaves_the_list_is_noticed(importer: str, imported: str, form: str) -> None:
    found = edges({importer: ast.parse(form.format(imported))})
    assert f"{importer}:1 imports {imported}" in strays(found, LISTED)


@pytest.mark.parametrize(
    ("importer", "source", "imported"),
    [
        (f"{REVIEW}.outputs", "def f(x): return import_module(f'custody.{x}')", f"{BITCOIN}.roles.combine"),
        (
            f"{BITCOIN}.descriptor.output",
            "import_module(f'custody.chains.{x}.roles.combine')",
            f"{BITCOIN}.roles.combine",
        ),
        ("custody.referee", "def f(name): return import_module(name)", UNKNOWN),
        ("custody.cli.wallets.commands", "job('transactions.psbt:combine', {})", "custody.cli.transactions.psbt"),
        ("custody.cli.front.options", "x = 'machine.completion:f'\njob(x, {})", "custody.cli.machine.completion"),
    ],
)
def test_what_is_loaded_by_name_and_leaves_the_list_is_noticed(importer: str, source: str, imported: str) -> None:
    found = edges({**every_tree(), importer: ast.parse(source)})
    assert any(each.endswith(f" imports {imported}") for each in strays(found, LISTED) if each.startswith(importer))


@pytest.mark.parametrize(
    "source",
    [
        "from custody.cli.front.loading import job\ndef f(x): return job(x, {})",
        "from custody.cli.front.loading import job\ndef f(): return job(f'keys.{1}:new', {})",
        "from custody.cli.front.loading import job\ndef f(): return job('keys.key:nothing', {})",
        "from custody.cli.front.loading import job as j\ng = j",
        "from custody.cli.front import loading\ng = map(loading.command, ())",
    ],
)
def test_a_job_without_a_target_is_noticed(source: str) -> None:
    house = our_house().joined_by("custody.store.strange", ast.parse(source))
    assert list(unnamed(house, "custody.store.strange"))


def test_a_module_that_leaves_the_list_is_noticed() -> None:
    assert strays(every_import(), set(LISTED) - {f"{REVIEW}.fee"}) == [
        f"{REVIEW}.review:{each.line} imports {REVIEW}.fee"
        for each in every_import()
        if each.importer == f"{REVIEW}.review" and each.imported == f"{REVIEW}.fee"
    ]


def test_a_stranger_that_runs_is_noticed() -> None:
    assert strangers([f"{REVIEW}.fee", f"{BITCOIN}.roles.combine", "custody.store"]) == [f"{BITCOIN}.roles.combine"]


def test_a_value_that_can_be_changed_is_noticed() -> None:
    reviewed = judge(honest())
    listed = dataclasses.replace(reviewed.review, payments=[])  # type: ignore[arg-type]
    assert set(loose_parts(listed, "")) == {"custody.signing.Review.payments: list"}
