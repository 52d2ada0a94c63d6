"""The import table of docs/architecture.md, as data, and the reader of imports that keeps it true."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.imports import ROOT, UNKNOWN, Import, cycles, imports, loads, module_files, modules
from tests.support.patience import LONG

NAMES = module_files("custody", "airgap").keys()

ROOMS = {
    "airgap": "airgap",
    "custody": "floor",  # whatever has no room of its own stands on the floor
    "custody.signing": "signing",
    "custody.store": "store",
    "custody.guard": "guard",
    "custody.apart": "apart",
    "custody.printing": "printing",
    "custody.machine": "machine",
    "custody.chains": "chains",
    "custody.keys": "keys",
    "custody.governance": "governance",
    "custody.release": "release",
    "custody.selftest": "selftest",
    "custody.ceremony": "ceremony",
    "custody.cli": "cli",
}
"""The beginning of a module's name -> its room. The longest beginning counts."""

FLOOR = {
    "custody",
    *(
        f"custody.{name}"
        for name in (
            "aloud",
            "canonical",
            "catalogue",
            "curve",
            "derivation",
            "errors",
            "outside",
            "referee",
            "referee.bip340",
            "referee.openssl",
            "referee.points",
            "secret",
            "strict_json",
            "text",
            "words",
        )
    ),
}
"""The floor is listed, so that nothing joins it unnoticed."""

ARROWS = {
    "airgap": set(),
    "floor": set(),
    "signing": {"floor"},
    "store": {"floor"},
    "guard": {"floor"},
    "apart": {"floor"},
    "printing": {"floor"},
    "machine": {"floor"},
    "chains": {"floor", "signing"},
    "keys": {"floor", "signing"},
    "governance": {"floor", "signing"},
    "release": {"floor", "governance"},
    "selftest": {"airgap", "floor", "signing", "chains", "keys", "governance"},
    "ceremony": {"floor", "signing", "store", "guard", "printing", "chains", "keys", "governance"},
    "cli": {
        "floor",
        "signing",
        "store",
        "guard",
        "apart",
        "printing",
        "machine",
        "chains",
        "keys",
        "governance",
        "ceremony",
        "release",
        "selftest",
        "airgap",
    },
}
"""A room -> the other rooms that it may import."""

INNER_ARROWS = {
    "custody.cli": {
        "front": set(),
        "people": {"front"},
        "tokens": {"front"},
        "treasury": {"front", "people"},
        "officers": {"front", "people", "treasury"},
        "keys": {"front", "people", "treasury"},
        "wallets": {"front", "people", "treasury"},
        "transactions": {"front", "people", "treasury", "wallets"},
        "messages": {"front", "people", "treasury", "wallets", "transactions"},
        "machine": {"front", "people"},
        "ceremonies": {"front", "machine", "people", "treasury", "wallets"},
        "guide": {"front"},
    },
    "custody.chains.bitcoin": {
        "consensus": set(),
        "findings": set(),
        "addresses": {"consensus"},
        "miniscript": {"consensus"},
        "psbt": {"consensus"},
        "descriptor": {"consensus", "miniscript"},
        "interpreter": {"consensus", "psbt"},
        "wallet": {"consensus", "addresses", "descriptor"},
        "exchange": {"consensus", "addresses", "descriptor", "wallet"},
        "review": {"consensus", "addresses", "descriptor", "findings", "psbt", "wallet"},
        "roles": {"consensus", "descriptor", "findings", "interpreter", "miniscript", "psbt", "review", "wallet"},
        "message": {
            *("addresses", "consensus", "descriptor", "findings", "interpreter", "psbt", "review", "roles", "wallet"),
        },
    },
}
"""A room that has rooms of its own -> each of them -> the others that it may import. Every one stands in a row."""

MOST_MODULES = 16
"""In one folder, `__init__` left out: what a stranger can survey."""

HALLS: dict[str, str] = {}
"""A folder with more -> why. There is none."""

CODECS = {
    "airgap.cbor": {"custody.chains.cbor"},
    "airgap.errors": {"custody.chains.cbor"},
    "airgap.ur.bytewords": {"custody.words"},
}
"""What custody may know of the window below `cli` -> the one module that does (docs/adr/0008)."""

DOORS = {
    "PIL": {"airgap.qr.drawing", "airgap.qr.printed", "airgap.scanning.scan"},
    "bip_utils": {"custody.keys.hd", "custody.keys.phrases.mnemonic", "custody.keys.strangers"},
    "cv2": {"airgap.scanning.camera"},
    "click": {"airgap.cli", "custody.cli"},
    "coincurve": {"custody.curve", "custody.keys.hd", "custody.keys.signer", "custody.selftest.signing"},
    "cryptography": {
        "custody.governance.ed25519",
        "custody.governance.paper.slow_words",
        "custody.keys.vaults.primitives",
        "custody.keys.signer",
        "custody.referee.openssl",
        "custody.selftest.safe",
    },
    "Crypto": {"custody.chains.bitcoin.consensus.hashes"},
    "ecdsa": {"custody.referee.bip340", "custody.referee.points"},
    "mnemonic": {"custody.keys.phrases.languages", "custody.keys.phrases.phrase"},
    "fido2": {"custody.cli.tokens", "custody.keys.tokens.conversation"},
    "numpy": {"airgap.scanning.camera", "airgap.scanning.scan"},
    "pypdfium2": {"airgap.scanning.pages"},
    "qrcode": {"airgap.qr.symbol"},
    "shamir_mnemonic": {"custody.keys.cards.shares"},
    "zxingcpp": {"airgap.scanning.scan"},
}
"""A library -> the modules that may import it. A room's or package's name stands for all that is in it."""

CLOSED = {
    "asyncio": "opens sockets",
    "ftplib": "opens sockets",
    "http": "opens sockets",
    "httpx": "opens sockets",
    "requests": "opens sockets",
    "smtplib": "opens sockets",
    "socket": "opens sockets",
    "socketserver": "opens sockets",
    "ssl": "opens sockets",
    "urllib": "opens sockets",
    "urllib3": "opens sockets",
    "xmlrpc": "opens sockets",
    "marshal": "runs what it reads",
    "pickle": "runs what it reads",
    "shelve": "runs what it reads",
    "random": "is not for keys; `secrets` and os.urandom are",
    "bbqr": "the package index has an unrelated package of this name",
    "pbk": "the package index has an unrelated package of this name",
    "ur": "the package index has an unrelated package of this name",
}
"""Modules that nothing of ours imports, and why."""

FILE_DOORS = {"custody.store.files", "custody.store.owned", "custody.store.devices", "airgap.files"}
REVEAL_ROOMS = (
    "custody.secret",
    "custody.keys",
    "custody.cli.people.terminal",
    "custody.cli.people.secrets",
    "custody.cli.people.given",
)
LAZY_LOADERS = {
    "custody.cli.front.loading": "the command that was called, and its job once its options are read",
    "custody.chains.bitcoin.descriptor.output": "the forms of miniscript, for a wallet that is one",
    "airgap.cli.front": "the command that was called",
    "custody.referee": "the second engines, once there is a signature to judge",
    "airgap.scanning.reader": "OpenCV, which only films and cameras need, and PDFium, which only PDF pages do",
    "airgap.scanning.nursery": "what reads pictures, in the process that was made for it",
    "airgap.cli.show": "what draws, once something is to be drawn",
}
"""Modules that import while they run, and what: --help starts without it."""

LOADING_LIBRARIES = {"importlib", "pkgutil", "runpy"}
PRINTERS = ("custody.cli", "airgap.cli")


def within(module: str, beginnings: object) -> bool:
    """Say whether a module is, or lies in, one of the places named."""
    return any(module == place or module.startswith(f"{place}.") for place in beginnings)  # type: ignore[attr-defined]


def room(module: str) -> str:
    """Name the room of one of our modules."""
    return ROOMS[max((place for place in ROOMS if within(module, (place,))), key=len)]


def ours(module: str) -> bool:
    """Say whether a module is of this project."""
    return within(module, ("custody", "airgap"))


@cache
def every_tree() -> dict[str, ast.Module]:
    """Every module of ours. They are read when a test asks, and not while tests are collected."""
    return modules("custody", "airgap")


@cache
def every_import() -> tuple[Import, ...]:
    """Every import of ours."""
    return tuple(imports(every_tree()))


@cache
def every_load() -> tuple[Import, ...]:
    """Whatever is loaded by name."""
    return tuple(loads(every_tree()))


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of every module."""
    for name, tree in every_tree().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, node


def told(found: list[Import]) -> list[str]:
    """Write imports as a person would look for them."""
    return [f"{each.importer}:{each.line} imports {each.imported}" for each in found]


def test_the_reader_sees_the_house() -> None:
    assert {"custody.curve", "custody.signing", "airgap"} <= NAMES
    assert any(each.importer == "custody.curve" and each.imported == "coincurve" for each in every_import())
    assert any(each.importer == "custody.secret" and each.imported == "custody.catalogue" for each in every_import())


def test_every_arrow_points_down() -> None:
    assert not told(
        [
            each
            for each in (*every_import(), *every_load())
            if ours(each.imported)
            and room(each.imported) != room(each.importer)
            and room(each.imported) not in ARROWS[room(each.importer)]
            and not is_codec(each)
        ]
    )


def test_a_release_knows_of_governance_how_a_signature_is_verified_and_nothing_else() -> None:
    assert {
        each.imported
        for each in every_import()
        if room(each.importer) == "release" and within(each.imported, ("custody.governance",))
    } == {"custody.governance.ed25519"}


def inner_room(module: str, house: str) -> str:
    """Name the room of a module within a room that has some; "" for what is no room of it."""
    inner = module.removeprefix(f"{house}.").split(".")[0]
    return inner if module != house and within(module, (house,)) else ""


@pytest.mark.parametrize("house", INNER_ARROWS)
def test_arrows_between_inner_rooms_go_one_way(house: str) -> None:
    arrows = INNER_ARROWS[house]
    assert not told(
        [
            each
            for each in every_import()
            if (importer := inner_room(each.importer, house))
            and (imported := inner_room(each.imported, house))
            and imported not in arrows[importer] | {importer}
        ]
    )


@pytest.mark.parametrize("house", INNER_ARROWS)
def test_inner_rooms_are_exactly_those_of_the_table_and_each_arrow_is_used(house: str) -> None:
    arrows = INNER_ARROWS[house]
    assert {inner_room(name, house) for name in NAMES} - {""} == arrows.keys()
    used = {(inner_room(each.importer, house), inner_room(each.imported, house)) for each in every_import()}
    assert {(room, other) for room, others in arrows.items() for other in others} <= used
    done: set[str] = set()
    while ready := {room for room, others in arrows.items() if room not in done and others <= done}:
        done |= ready
    assert done == arrows.keys(), "some rooms know each other both ways"


def test_no_folder_is_a_hall() -> None:
    count = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for package in ("custody", "airgap")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    )
    assert {folder for folder, modules in count.items() if modules > MOST_MODULES} == HALLS.keys()


def is_codec(found: Import) -> bool:
    """Say whether an import passes one of the doors to the window's codecs."""
    return any(within(found.imported, (codec,)) and found.importer in doors for codec, doors in CODECS.items())


def test_every_door_to_a_codec_is_used() -> None:
    used = {(codec, each.importer) for codec in CODECS for each in every_import() if within(each.imported, (codec,))}
    assert {(codec, door) for codec, doors in CODECS.items() for door in doors} <= used


def test_the_floor_is_exactly_the_modules_listed() -> None:
    assert {name for name in NAMES if room(name) == "floor"} == FLOOR


def test_there_are_no_cycles() -> None:
    assert cycles(every_tree()) == []


def test_each_library_has_its_doors() -> None:
    foreign = [each for each in every_import() if not ours(each.imported)]
    strangers = [each for each in foreign if each.imported.split(".")[0] not in sys.stdlib_module_names | DOORS.keys()]
    assert not told(strangers)
    assert not told(
        [
            each
            for each in foreign
            if (library := each.imported.split(".")[0]) in DOORS and not within(each.importer, DOORS[library])
        ]
    )


def test_every_door_is_used() -> None:
    used = {
        (library, place)
        for library, places in DOORS.items()
        for place in places
        for each in every_import()
        if each.imported.split(".")[0] == library and within(each.importer, (place,))
    }
    assert used == {(library, place) for library, places in DOORS.items() for place in places}


def test_closed_modules_stay_closed() -> None:
    assert not told([each for each in every_import() if each.imported.split(".")[0] in CLOSED])


def test_no_import_hides_in_a_function() -> None:
    assert not told([each for each in every_import() if each.inside_function])
    loaders = {
        name
        for name, call in calls()
        if (isinstance(call.func, ast.Attribute) and call.func.attr == "import_module")
        or (isinstance(call.func, ast.Name) and call.func.id in ("import_module", "__import__", "exec", "eval"))
    }
    assert loaders == LAZY_LOADERS.keys() == {each.importer for each in every_load()}
    assert not told([each for each in every_load() if each.imported == UNKNOWN])


def other_loaders(tree: ast.Module) -> Iterator[str]:
    """Yield what could load a module, and is no plain call of `import_module` under this name."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="importlib", names=[ast.alias(name="import_module", asname=None)]):
                pass
            case ast.Import(names=names) if LOADING_LIBRARIES & {each.name.split(".")[0] for each in names}:
                yield ast.unparse(node)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in LOADING_LIBRARIES:
                yield ast.unparse(node)
            case ast.Name(id="import_module") | ast.Attribute(attr="import_module") if id(node) not in called:
                yield ast.unparse(node)


def test_a_module_is_loaded_by_name_in_one_way_only() -> None:
    assert not {name: found for name, tree in every_tree().items() if (found := list(other_loaders(tree)))}


@pytest.mark.parametrize(
    "source",
    [
        "import importlib",
        "import importlib.util as util",
        "from importlib import util",
        "from importlib import import_module as load",
        "from importlib import import_module\nload = import_module",
        "from runpy import run_module",
    ],
)
def test_another_way_is_noticed(source: str) -> None:
    assert list(other_loaders(ast.parse(source)))


def test_only_the_front_doors_print() -> None:
    def speaks(node: ast.AST) -> bool:
        match node:
            case ast.Call(func=ast.Name(id="print" | "input")):
                return True
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "stdin"):
                return True
            case ast.Attribute(value=ast.Name(id="click"), attr="echo" | "secho" | "prompt" | "confirm"):
                return True
            case _:
                return False

    allowed = (*PRINTERS, *FILE_DOORS)  # a file named "-" is standard input or output
    assert not [
        f"{name}:{node.lineno}"  # type: ignore[attr-defined]
        for name, tree in every_tree().items()
        if not within(name, allowed)
        for node in ast.walk(tree)
        if speaks(node)
    ]


def test_only_the_file_doors_open_files() -> None:
    def opens(call: ast.Call) -> bool:
        match call.func:
            case ast.Name(id="open"):
                return True
            case ast.Attribute(attr="read_text" | "read_bytes" | "write_text" | "write_bytes" | "fdopen" | "mkstemp"):
                return True
            case ast.Attribute(value=ast.Name(id="os" | "io" | "gzip" | "zipfile" | "tempfile"), attr="open"):
                return True
            case _:
                return False

    found = {(name, ast.unparse(call)) for name, call in calls() if opens(call) and name not in FILE_DOORS}
    assert {entry for entry in found if entry not in OPENED_ELSEWHERE} == set()
    assert set(OPENED_ELSEWHERE) <= found, "an exception that is no longer needed stays in the table"


OPENED_ELSEWHERE = {
    ("airgap.door.descriptors", "open(_UNIX, encoding='ascii', errors='replace')"): "which sockets are local ones",
    ("airgap.door.landlock", "os.open(place, os.O_PATH | os.O_CLOEXEC)"): "what a rule is about; nothing is read",
    ("airgap.door.standing", "open(_STATUS, encoding='ascii', errors='replace')"): "what the kernel says of the door",
    ("airgap.door.shutting", "open('/proc/self/maps', encoding='utf-8', errors='replace')"): "what code is mapped",
    ("airgap.scanning.nursery", "os.open(os.devnull, os.O_RDWR)"): "streams that nobody reads",
    ("airgap.scanning.nursery", "os.fdopen(answers, 'rb', 0)"): "a pipe",
    ("airgap.scanning.nursery", "os.fdopen(given, 'wb')"): "a pipe",
    ("airgap.scanning.nursery", "os.fdopen(orders, 'rb')"): "a pipe",
    ("custody.apart", "os.fdopen(ours, 'rb')"): "a pipe",
    ("custody.apart", "os.fdopen(answer, 'wb')"): "a pipe",
    ("custody.apart", "os.open('/dev/tty', os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)"): "the terminal, left as it was",
    ("custody.guard", "table.read_text(encoding='utf-8', errors='replace')"): "guard reads /proc/swaps",
    (
        "custody.guard",
        "(_PROC / str(process) / 'stat').read_text(encoding='utf-8', errors='replace')",
    ): "guard reads /proc: who could look on",
    ("custody.machine.root", "os.open(self._folder / path, _FLAGS)"): "what the kernel tells of the machine",
    ("airgap.cli.front", "os.open(os.devnull, os.O_WRONLY)"): "a reader of the result that has gone away",
    ("custody.cli.front.output", "os.open(os.devnull, os.O_WRONLY)"): "a reader of the result that has gone away",
}
"""A module and the call -> why it may."""


def test_secrets_are_revealed_only_by_the_safe_and_the_terminal() -> None:
    assert not [
        f"{name}:{call.lineno}"
        for name, call in calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr == "reveal" and not within(name, REVEAL_ROOMS)
    ]


def python(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=LONG, check=False)


def test_nothing_that_is_loaded_opens_a_socket() -> None:
    program = f"""
import importlib, sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(event) if event.startswith("socket.") else None)
for name in {sorted(NAMES)!r}:
    importlib.import_module(name)
assert not opened, opened
loaded = {{"requests", "urllib3", "httpx", "aiohttp"}} & sys.modules.keys()
assert not loaded, loaded
"""
    done = python(program)
    assert done.returncode == 0, done.stderr


def test_the_locks_leave_out_an_http_client_and_nothing_misses_it() -> None:
    program = """
import importlib.abc, sys
ABSENT = {"certifi", "charset_normalizer", "idna", "Cryptodome", "requests", "urllib3", "x25519"}
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import bip_utils
"""
    done = python(program)
    assert done.returncode == 0, done.stderr


def test_the_locks_name_every_package_by_hash_and_no_http_client() -> None:
    for lock in ("build", "runtime", "test"):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
        names = {line.split("==")[0] for line in lines}
        assert names
        assert not names & {"certifi", "charset-normalizer", "idna", "pycryptodomex", "requests", "urllib3", "x25519"}
        assert text.count(" \\\n    --hash=sha256:") >= len(lines)
        assert "://" not in text


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        ("from importlib import import_module\nimport_module('custody.curve')", {"custody.curve"}),
        ("import importlib\ndef f(): return importlib.import_module(name='custody.curve').G", {"custody.curve"}),
        ("__import__('custody.curve')", {"custody.curve"}),
        ("from importlib import import_module\nimport_module(f'custody.{x}.signer')", {"custody.keys.signer"}),
        (
            "from importlib import import_module\nimport_module(f'custody.refer{x}')",
            {"custody.referee", "custody.referee.bip340", "custody.referee.openssl", "custody.referee.points"},
        ),
        ("from importlib import import_module\nimport_module(x)", {UNKNOWN}),
        ("from importlib import import_module\nimport_module('.curve', 'custody')", {UNKNOWN}),
        ("from importlib import import_module\nimport_module(f'{x}')", set(NAMES)),
        ("import custody.curve", set()),
    ],
)
def test_what_is_loaded_by_name_is_read(source: str, loaded: set[str]) -> None:
    found = loads({**every_tree(), "custody.strange": ast.parse(source)})
    assert {each.imported for each in found if each.importer == "custody.strange"} - {"custody.strange"} == loaded


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("custody.chains.bitcoin.review.review", "custody.keys.signer"),
        ("custody.keys.hd", "custody.chains.bitcoin.consensus.script"),
        ("custody.curve", "custody.signing"),
        ("airgap.message", "custody.text"),
    ],
)
def test_the_table_forbids_what_the_house_forbids(importer: str, imported: str) -> None:
    assert room(imported) not in ARROWS[room(importer)]
