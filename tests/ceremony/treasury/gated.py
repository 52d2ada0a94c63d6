"""Derivations that end when they are told to, and people who are asked while one goes on."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from custody.ceremony.meeting import Factors, Offered
from custody.ceremony.table.background import THREAD
from custody.ceremony.treasury.genesis import Founding, found
from custody.errors import CustodyError, Declined
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import KeyFile
from custody.secret import Secret
from tests.ceremony.treasury.officers import NAMES, Script, five, passphrase_of
from tests.support.patience import SECONDS, until


class Derivations:
    """Takes Argon2id's place: each takes as long as the gate is closed, and is counted."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.begun = self.ended = 0
        self.failing: dict[int, Exception] = {}
        """Which derivation fails, counted from 1, and how."""

    def __call__(self, password: Secret, salt: bytes, *, pepper: bytes | None, **_parameters: object) -> Secret:
        self.begun += 1
        number, key = self.begun, sha256(password.reveal() + salt + (pepper or b"")).digest()
        assert self.gate.wait(SECONDS), "a derivation was awaited before the next question"
        self.ended += 1
        if number in self.failing:
            raise self.failing[number]
        return Secret(key)


@dataclass
class People(Script):
    """People at a main network's table: each answer is a name and whether the passphrase is right, in this order.

    `at` is called at each question, with its number from 1, before it is answered.
    """

    answers: Sequence[tuple[str, bool]] = ()
    at: Callable[[int], None] = lambda _question: None
    offered: list[list[str]] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    given: list[Secret] = field(default_factory=list)
    forgiving: bool = True

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        self.said.append(text)
        self.waits()
        yield

    def waits(self) -> None:
        """Whoever waits for an outcome is there to get it."""

    def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        names = [each.name for each in offered]
        self.offered.append(names)
        self.wanted.append(wanted)
        number = len(self.offered)
        self.at(number)
        if number > len(self.answers):
            raise Declined("nobody more")
        name, right = self.answers[number - 1]
        return names.index(name), self._factors(passphrase_of(name if right else "somebody else"))

    def officer_refused(self, name: str, failure: CustodyError) -> None:
        self.said.append(f"{name}: {failure.message}")
        if not self.forgiving:
            raise failure

    def new_factors(self, name: str, _tokens: int) -> Factors:
        self.asked.append(name)
        self.at(len(self.asked))
        return self._factors(passphrase_of(name))

    def _factors(self, passphrase: Passphrase) -> Factors:
        factors = Factors(passphrase, None)
        self.given.append(passphrase.secret)
        return factors


@dataclass
class Opened:
    """Every key that was opened or drawn."""

    keys: list[OfficerKeys] = field(default_factory=list)

    def until_wiped(self, *more: Secret) -> None:
        """Wait until nothing of them, and of these secrets, is left."""
        until(
            lambda: (
                not any(len(each) for each in more)
                and not any(len(secret) for keys in self.keys for secret in (keys.seed, keys._sign, keys._open))
            ),
            "everything secret is overwritten",
        )


def until_idle() -> None:
    """Wait until every derivation that was begun has ended and its outcome is there."""
    until(lambda: all(each.name != THREAD for each in threading.enumerate()), "the end of all derivations")


def derivations(patch: pytest.MonkeyPatch) -> Derivations:
    """Let derivations take as long as a test says."""
    slow = Derivations()
    patch.setattr(primitives, "argon2id", slow)
    return slow


def opened_keys(patch: pytest.MonkeyPatch) -> Opened:
    """Remember all officers' keys from now on."""
    opened, from_seed = Opened(), OfficerKeys.from_seed

    def remembered(seed: Secret) -> OfficerKeys:
        keys = from_seed(seed)
        opened.keys.append(keys)
        return keys

    patch.setattr(OfficerKeys, "from_seed", remembered)
    return opened


def main_founding(names: Sequence[str] = NAMES, rules: int = 3, unlock: int = 3) -> Founding:
    """Officers of a main network."""
    return replace(five(rules, unlock, names), network="main", main_network=True)


def main_home(path: Path) -> Path:
    """A main network's treasury of five."""
    found(path, main_founding(), People())
    return path


def key_file(content: bytes = bytes(range(32))) -> KeyFile:
    """A second factor."""
    return KeyFile.read(content)
