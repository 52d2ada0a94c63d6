"""Walks the walks of docs/reading-order.md through the front door, and says which functions of ours ran.

A program of its own, because it says too what the loading of all other modules, and the walk, have changed in those
that are listed: `python -m tests.support.walked FOLDER`. With `loaded` behind it, nothing is loaded but what the walk
itself loads, and it says which modules those are: before, and once the wallet of a policy was registered too.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FrameType, ModuleType

from custody.cli.front import main as front
from docs.reading_order import CHAPTERS, modules_of
from tests.chains.bitcoin.review.drafts import honest
from tests.support import desk
from tests.support.feeding import feed
from tests.support.imports import module_files
from tests.support.unhardened import unhardened

DICE = "dice: 31616254352461653214526315426163524413266153241625"
KINDS = ("sh(multi)", "pkh", "sh(wpkh)", "wpkh", "tr", "wsh(sortedmulti)", "sh(wsh(sortedmulti))")


def tables(listed: Sequence[str]) -> dict[str, object]:
    """Take down what the names of modules stand for, what is in their tables, and what their classes are made of."""
    return {
        f"{module}.{name}": _content(value)
        for module in listed
        for name, value in vars(importlib.import_module(module)).items()
        if not isinstance(value, ModuleType) and name != "__builtins__"
    }


def _content(value: object) -> object:
    if isinstance(value, type):
        return id(value), tuple((name, id(part)) for name, part in vars(value).items())
    if isinstance(value, Mapping):
        return id(value), tuple((repr(key), id(part)) for key, part in value.items())
    if isinstance(value, list | set | frozenset | tuple):
        return id(value), tuple(sorted(map(id, value)))
    return id(value)


class Walk:
    """Remembers which code ran, after everything was loaded."""

    def __init__(self) -> None:
        self._names = {importlib.import_module(name).__file__: name for name in module_files("custody", "airgap")}
        self._seen: set[CodeType] = set()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen while the block runs."""
        threading.setprofile(self._heard)
        sys.setprofile(self._heard)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def ran(self) -> dict[str, list[str]]:
        """Return the functions that ran, by module."""
        found: dict[str, set[str]] = {}
        for code in self._seen:
            name = self._names.get(code.co_filename)
            if name is not None and code.co_name != "<module>":
                found.setdefault(name, set()).add(code.co_qualname)
        return {name: sorted(functions) for name, functions in sorted(found.items())}

    def _heard(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            self._seen.add(frame.f_code)


def custody(*arguments: str, secret: str | None = None) -> str:
    """Pass arguments through the front door; return what was let out by `--secret-out-fd`."""
    out, into = os.pipe()
    given = [] if secret is None else ["--secret-fd", str(feed(secret))]
    line = [str(into) if argument == "OUT" else argument for argument in arguments]
    with unhardened(), contextlib.redirect_stdout(io.StringIO()) as told:
        code = front.run([*line, *given])
    os.close(into)
    with os.fdopen(out, encoding="utf-8") as end:
        secrets = end.read()
    if code:
        raise SystemExit(f"{arguments} ended with {code}: {told.getvalue()}")
    return secrets


def register(kind: str, folder: Path) -> str:
    """Register a wallet of the desk's; return its file."""
    wallet = str(folder / f"{kind}.json")
    named = ("wallet", "new", kind, "--network", "regtest", "--descriptor", desk.wallet(kind).descriptor)
    custody(*named, "-o", wallet)
    return wallet


def loaded() -> list[str]:
    """Return the modules of ours that are loaded."""
    return sorted(name for name in sys.modules if name.split(".")[0] in ("custody", "airgap"))


def alone(folder: Path) -> None:
    """Walk, and say what that loads; then what the wallet of a policy adds."""
    walk(folder)
    walked = loaded()
    register(next(iter(desk.POLICIES)), folder)
    sys.stdout.write(json.dumps({"walked": walked, "with a policy": loaded()}) + "\n")


def walk(folder: Path) -> None:
    """Make a key and bring it back; register wallets, show addresses, review and sign."""
    record = str(folder / "set.json")
    new = ("key", "new", "--words", "12", "--network", "testnet", "--threshold", "2", "--shares", "3")
    cards = custody(*new, "--secret-out-fd", "OUT", "-o", record, secret=DICE)
    custody("share", "combine", "--set", record, "--secret-out-fd", "OUT", secret=cards)
    custody("share", "split", "--threshold", "2", "--shares", "2", "--secret-out-fd", "OUT", secret=desk.PHRASES["A"])
    custody("key", "show", "--path", "m/84h/1h/0h", "--network", "testnet", secret=cards)
    for number, kind in enumerate(KINDS):
        request = folder / f"{number}.psbt"
        request.write_bytes(honest(kind, 2).psbt())
        wallet = register(kind, folder)
        address = desk.wallet(kind).address(0, 0)
        custody("wallet", "list", wallet)
        custody("wallet", "address", wallet)
        custody("wallet", "find", wallet, address)
        custody("review", str(request), "--wallet", wallet)
        signed = str(folder / f"{number}.signed")
        custody("sign", str(request), "--wallet", wallet, "--yes", "-o", signed, secret=desk.PHRASES["A"])


def main(folder: Path) -> None:
    """Load what is listed, then everything else; walk; say what ran and what has changed."""
    listed = modules_of(CHAPTERS)
    before = tables(listed)
    walked = Walk()
    with walked.listening():
        walk(folder)
    after = tables(listed)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    sys.stdout.write(json.dumps({"ran": walked.ran(), "changed": changed}) + "\n")


if __name__ == "__main__":
    (alone if sys.argv[2:] == ["loaded"] else main)(Path(sys.argv[1]))
