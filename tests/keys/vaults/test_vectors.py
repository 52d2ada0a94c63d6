"""Published vaults and officers' files open, by us and by a second reader that shares no code with us; for ever."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from custody.errors import Refused
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.payload import KeyPayload
from custody.keys.vaults.sealed import KeyFile, SealedIdentity, officer_file, read_officer_file
from custody.keys.vaults.vault import SealedVault
from custody.secret import Secret
from tests.keys.vaults import second_reader

FOLDER = Path(__file__).parent / "vectors" / "vault"
OFFICERS = json.loads((FOLDER / "officers.json").read_text())
VAULTS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json")) if path.stem != "officers"}

Vector = dict[str, Any]


def factors(slot: Vector) -> tuple[Passphrase, KeyFile | None]:
    content = slot["key_file"]
    second = None if content is None else KeyFile.read(bytes.fromhex(content))
    return Passphrase.read(Secret(slot["passphrase"].encode())), second


def present(read: SealedVault, vector: Vector, numbers: list[int]) -> list[OfficerKeys]:
    return [read.slots[number].member.identity.unseal(*factors(vector["slots"][number])) for number in numbers]


def opening(vector: Vector) -> list[list[int]]:
    """Every quorum of a test network; of a main network one, for each takes two derivations at the floor."""
    quorums: list[list[int]] = vector["opens"]
    return quorums if vector["network"] else quorums[:1]


def test_there_are_vectors_of_both_purposes_and_networks() -> None:
    assert {vector["purpose"] for vector in VAULTS.values()} == {1, 2}
    assert {vector["network"] for vector in VAULTS.values()} == {0, 1}


@pytest.mark.parametrize("name", VAULTS)
def test_a_vault_opens_with_every_quorum(name: str) -> None:
    vector = VAULTS[name]
    read = SealedVault.parse(bytes.fromhex(vector["content"]))
    for numbers in opening(vector):
        with read.open(present(read, vector, numbers)) as found:
            assert found.payload.reveal().hex() == vector["payload"]
            if vector["purpose"] == 1:
                held = KeyPayload.parse(found.payload)
                assert (held.kind.value, held.secret.reveal().hex()) == (vector["kind"], vector["secret"])
                assert held.continuity().hex() == vector["continuity"]


@pytest.mark.parametrize("name", VAULTS)
def test_the_second_reader_opens_it_with_every_quorum(name: str) -> None:
    vector = VAULTS[name]
    content = bytes.fromhex(vector["content"])
    for numbers in opening(vector):
        typed = {at: (slot["passphrase"], slot["key_file"]) for at in numbers for slot in [vector["slots"][at]]}
        keyed = {at: (words, key_file and bytes.fromhex(key_file)) for at, (words, key_file) in typed.items()}
        assert second_reader.read(content, keyed).hex() == vector["payload"]


@pytest.mark.parametrize("name", [name for name in VAULTS if VAULTS[name]["network"]])
def test_no_smaller_number_of_seats_opens_it_by_either_reader(name: str) -> None:
    vector = VAULTS[name]
    content = bytes.fromhex(vector["content"])
    read = SealedVault.parse(content)
    assert vector["too_few"]
    for numbers in vector["too_few"]:
        with pytest.raises(Refused):
            read.open(present(read, vector, numbers))
        slots = {at: vector["slots"][at] for at in numbers}
        typed = {
            at: (slot["passphrase"], slot["key_file"] and bytes.fromhex(slot["key_file"])) for at, slot in slots.items()
        }
        with pytest.raises(InvalidTag):
            second_reader.read(content, typed)


@pytest.mark.parametrize("name", VAULTS)
def test_the_header_says_what_the_vector_says(name: str) -> None:
    vector = VAULTS[name]
    read = SealedVault.parse(bytes.fromhex(vector["content"]))
    header = read.header
    assert (header.purpose, header.network, header.generation) == tuple(
        vector[key] for key in ("purpose", "network", "generation")
    )
    assert [getattr(header, key).hex() for key in ("treasury", "vault", "head", "basis")] == [
        vector[key] for key in ("treasury", "vault", "head", "basis")
    ]
    assert (header.n, header.threshold) == (vector["n"], vector["threshold"])
    members = [(slot.member.seat, slot.member.identity.public.officer.hex()) for slot in read.slots]
    assert members == [(slot["seat"], slot["officer"]) for slot in vector["slots"]]


@pytest.mark.parametrize("vector", OFFICERS, ids=lambda vector: vector["name"])
def test_an_officers_file_is_made_again_to_the_byte(vector: Vector) -> None:
    identity = read_officer_file(bytes.fromhex(vector["file"]))
    with identity.unseal(*factors(vector)) as keys:
        assert keys.seed.reveal().hex() == vector["seed"]
        assert keys.public.officer.hex() == vector["officer"]
        assert keys.public.recipient.hex() == vector["recipient"]
        assert keys.sign(bytes.fromhex(vector["message"])).hex() == vector["signature"]
    assert officer_file(identity).hex() == vector["file"]
    assert identity.salt.hex() == vector["salt"]
    assert identity.parameters == Parameters(vector["memory"], vector["passes"], vector["lanes"])


@pytest.mark.parametrize("vector", [each for each in OFFICERS if each["network"]], ids=lambda vector: vector["name"])
def test_sealing_with_the_same_salt_gives_the_same_file(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> None:
    salt = bytes.fromhex(vector["salt"])

    class Drawn:
        secret = Secret(salt + bytes(16))

    monkeypatch.setattr("custody.keys.vaults.sealed.MachinePart.draw", lambda _source: Drawn())
    keys = OfficerKeys.from_seed(Secret(bytes.fromhex(vector["seed"])))
    parameters = Parameters(vector["memory"], vector["passes"], vector["lanes"])
    typed, second = factors(vector)
    made = SealedIdentity.seal(keys, typed, second, Network(vector["network"]), parameters=parameters)
    assert officer_file(made).hex() == vector["file"]


@pytest.mark.parametrize("vector", OFFICERS, ids=lambda vector: vector["name"])
def test_the_second_reader_opens_an_officers_file(vector: Vector) -> None:
    content = bytes.fromhex(vector["file"])
    key_file = None if vector["key_file"] is None else bytes.fromhex(vector["key_file"])
    private = second_reader.opening_key(content[8], content[9:], vector["passphrase"], key_file)
    assert private.public_key().public_bytes_raw().hex() == vector["recipient"]


def test_the_second_reader_is_short_and_shares_no_code() -> None:
    text = Path(second_reader.__file__).read_text()
    assert len(text.splitlines()) <= 80
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert imported == {"cryptography", "hashlib", "hmac", "struct", "unicodedata"}
    assert "hpke" not in {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
