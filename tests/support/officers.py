"""Officers of a test treasury at the command line: passphrases by a descriptor, answers as text, quick identities."""

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest import mock

from custody.cli.front import main
from custody.governance.paper import slow_words
from custody.keys.vaults import parameters, sealed
from tests.support.unhardened import unhardened

NAMES = ("Alice", "Bob", "Carol", "Dave", "Erin")
QUICK = parameters.FLOORS
"""The least work that an identity of either kind of network is read with."""
QUICK_WORDS = 8
"""KiB, the least that Argon2id takes."""


@dataclass(frozen=True)
class Answer:
    """What a command left."""

    code: int
    out: str
    err: str


Coming = Sequence[str] | Mapping[str, str]
"""Officers by name; or, where only seats are known, what is offered -> who it is."""


def passphrases(coming: Coming) -> str:
    """What a script gives for these officers."""
    called = coming if isinstance(coming, Mapping) else {name: name for name in coming}
    return "".join(f"{offered}: the passphrase of {name}\n" for offered, name in called.items())


@contextmanager
def quick_identities() -> Iterator[None]:
    """Seal identities of test networks with next to no work, and those of main networks with as little as is read."""
    with mock.patch.object(sealed, "STANDARD", QUICK):
        yield


@contextmanager
def quick_words() -> Iterator[None]:
    """Make the words of entries with next to no work; not where a process of its own is told them.

    Words are kept while a process lives: those that were made otherwise are forgotten at both ends.
    """
    slow_words.beginning.cache_clear()
    try:
        with mock.patch.object(slow_words, "MEMORY", QUICK_WORDS):
            yield
    finally:
        slow_words.beginning.cache_clear()


@contextmanager
def quick_treasury() -> Iterator[None]:
    """Both: for commands that are all run here, or in copies of this process."""
    with quick_identities(), quick_words():
        yield


def given(*arguments: str, lines: Sequence[str]) -> Answer:
    """Run a command for officers who give these lines."""
    with mock.patch(f"{__name__}.passphrases", lambda _officers: "".join(f"{line}\n" for line in lines)):
        return custody(*arguments, officers=())


def custody(*arguments: str, officers: Coming | None = None, secret: str | None = None) -> Answer:
    """Run a command through the front door; officers give their passphrases, and nobody is asked."""
    line, opened = list(arguments), []
    if officers is not None:
        line.append("--yes")
    given = (("--secret-fd", secret), ("--passphrase-fd", None if officers is None else passphrases(officers)))
    for option, text in given:
        if text is not None:
            reader, writer = os.pipe()
            os.write(writer, text.encode())
            os.close(writer)
            opened.append(reader)
            line += [option, str(reader)]
    out, err = io.StringIO(), io.StringIO()
    try:
        with (
            unhardened(),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main.run(line)
    finally:
        for reader in opened:
            os.close(reader)
    return Answer(code, out.getvalue(), err.getvalue())
