"""Officers, vaults and a bounded Argon2id for the tests of what is sealed."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from custody.keys.kinds import Kind
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import FLOORS, Network
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.payload import KeyPayload
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.vault import NewVault, seal
from custody.keys.vaults.vault_file import Header, Member, Purpose
from custody.secret import Secret

QUICK = FLOORS[Network.TEST]
MOST_WORK = 1 << 14
"""KiB that a changed file may have these tests fill."""
SECRET = bytes(range(100, 132))
PAYLOAD = KeyPayload(Kind.SLIP39, Secret(SECRET)).encode()
HEADER = Header(
    Purpose.KEY, Network.TEST, sha256(b"treasury").digest(), bytes(range(16)), 1, b"\x11" * 32, 7, b"\x22" * 32, 2
)


def officer(name: str) -> OfficerKeys:
    """The same keys for the same name."""
    return OfficerKeys.from_seed(Secret(sha256(name.encode()).digest()))


def passphrase(text: str) -> Passphrase:
    return Passphrase.read(Secret(text.encode()))


def member(seat: int, name: str) -> Member:
    """An officer whose passphrase is his name."""
    return Member(seat, SealedIdentity.seal(officer(name), passphrase(name), None, Network.TEST, parameters=QUICK))


def sealed(members: Sequence[Member], threshold: int = 2, payload: Secret = PAYLOAD, **changes: Any) -> NewVault:
    return seal(replace(HEADER, threshold=threshold, **changes), members, payload)


def bound_work(patch: pytest.MonkeyPatch) -> None:
    """Let Argon2id give a key of its own for the work that a changed file asks for, without filling the memory."""
    true = primitives.Argon2id

    class Bounded:
        def __init__(self, **work: Any) -> None:
            self.work = work

        def derive(self, password: bytes) -> bytes:
            if self.work["memory_cost"] > MOST_WORK:
                return sha256(repr((self.work, password)).encode()).digest()
            return true(**self.work).derive(password)

    patch.setattr(primitives, "Argon2id", Bounded)
