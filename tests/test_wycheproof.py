"""Wycheproof's attacks on primitives, through the functions that the toolkit calls: no disagreement (docs/referees.md).

Its third answer, acceptable, is for what implementations may differ in; the files here hold none, as the counts say.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from custody import curve, referee
from custody.errors import Mismatch
from custody.governance import ed25519
from custody.keys.vaults import primitives
from custody.secret import Secret
from tests.test_completeness import rows, ticked

ECDSA = "ecdsa_secp256k1_sha256_bitcoin_test.json"
ED25519 = "ed25519_test.json"
AEAD = "chacha20_poly1305_test.json"


class Vector(NamedTuple):
    """One test with the fields of its group: what is tried, and whether it must hold."""

    group: dict[str, Any]
    test: dict[str, Any]

    def bytes(self, name: str) -> bytes:
        return bytes.fromhex(self.test[name])

    @property
    def told(self) -> str:
        return f"{self.test['tcId']} {self.test['comment']}"


def ecdsa(verify: Callable[[bytes, bytes, bytes], None], vector: Vector) -> bool:
    """Both encodings of the key must get the same answer."""
    key, digest = bytes.fromhex(vector.group["publicKey"]["uncompressed"]), sha256(vector.bytes("msg")).digest()
    compressed = bytes([2 + key[64] % 2]) + key[1:33]
    answers = {accepts(verify, each, digest, vector.bytes("sig")) for each in (key, compressed)}
    assert len(answers) == 1, vector.told
    return answers.pop()


def accepts(verify: Callable[..., None], *arguments: bytes) -> bool:
    try:
        verify(*arguments)
    except ValueError:
        return False
    return True


def by_libsecp256k1(vector: Vector, _patch: pytest.MonkeyPatch) -> bool:
    return ecdsa(curve.verify_ecdsa, vector)


def by_openssl(vector: Vector, _patch: pytest.MonkeyPatch) -> bool:
    return ecdsa(referee.verify_ecdsa, vector)


def by_ed25519(vector: Vector, _patch: pytest.MonkeyPatch) -> bool:
    key = bytes.fromhex(vector.group["publicKey"]["pk"])
    return ed25519.holds(key, vector.bytes("sig"), vector.bytes("msg"))


def by_unseal(vector: Vector, patch: pytest.MonkeyPatch) -> bool:
    """A vault's sealing, with the vector's nonce in the place of its only one; what opens is the very message."""
    patch.setattr(primitives, "ONLY_NONCE", vector.bytes("iv"))
    key, sealed = Secret(vector.bytes("key")), vector.bytes("ct") + vector.bytes("tag")
    try:
        found = primitives.unseal(key, sealed, vector.bytes("aad"))
    except (Mismatch, ValueError):
        return False
    assert found.reveal() == vector.bytes("msg"), vector.told
    return True


def by_seal(vector: Vector, patch: pytest.MonkeyPatch) -> bool:
    """What is sealed is the vector's ciphertext, to the byte."""
    patch.setattr(primitives, "ONLY_NONCE", vector.bytes("iv"))
    try:
        made = primitives.seal(Secret(vector.bytes("key")), Secret(vector.bytes("msg")), vector.bytes("aad"))
    except ValueError:
        return False
    return made == vector.bytes("ct") + vector.bytes("tag")


USED = {
    (ECDSA, by_libsecp256k1): Counter(valid=162, invalid=301),
    (ECDSA, by_openssl): Counter(valid=162, invalid=301),
    (ED25519, by_ed25519): Counter(valid=88, invalid=63),
    (AEAD, by_unseal): Counter(valid=256, invalid=69),
    (AEAD, by_seal): Counter(valid=256, invalid=69),
}
"""A file and the function of ours -> how many vectors must be taken, and how many refused."""


def vectors_of(path: Path) -> Iterator[Vector]:
    for group in json.loads(path.read_bytes())["testGroups"]:
        for test in group["tests"]:
            yield Vector({name: each for name, each in group.items() if name != "tests"}, test)


@pytest.mark.parametrize(("name", "ours"), USED, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_there_is_no_disagreement(name: str, ours: Callable[..., bool], vectors: Path, monkeypatch) -> None:
    counted: Counter[str] = Counter()
    disagreed = []
    for vector in vectors_of(vectors / "wycheproof" / name):
        counted[vector.test["result"]] += 1
        if ours(vector, monkeypatch) != (vector.test["result"] == "valid"):
            disagreed.append(vector.told)
    assert disagreed == []
    assert counted == USED[name, ours]


def test_a_function_that_takes_all_or_nothing_would_disagree(vectors: Path, monkeypatch) -> None:
    found = list(vectors_of(vectors / "wycheproof" / ED25519))
    monkeypatch.setattr(ed25519, "is_sound", lambda _key: False)
    assert not any(by_ed25519(vector, monkeypatch) for vector in found)
    assert {vector.test["result"] for vector in found} == {"valid", "invalid"}


def test_every_file_is_used_or_has_its_reason(vectors: Path) -> None:
    names = {path.name for path in (vectors / "wycheproof").iterdir()}
    assert names == {name for name, _ours in USED}, "give a new file a function in USED, or a row in docs/referees.md"


def test_the_page_tells_what_is_run_and_what_is_not() -> None:
    told = rows("docs/referees.md", "Wycheproof")[1:]
    used = {f"`{name}`" for name, _ours in USED}
    assert used <= set(told)
    counts = dict(zip(told, rows("docs/referees.md", "Wycheproof", 2)[1:], strict=True))
    for (name, _ours), counted in USED.items():
        assert counts[f"`{name}`"] == f"{counted['valid']} valid, {counted['invalid']} invalid, 0 acceptable"
    reasons = dict(zip(told, rows("docs/referees.md", "Wycheproof", 1)[1:], strict=True))
    assert all(reasons[cell].startswith("not run: ") for cell in set(told) - used)
    assert {f"`{each}`" for each in ticked(told)} == set(told)
