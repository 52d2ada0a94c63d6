"""An identity with tokens, byte for byte: vectors for ever, another reader's formula, and what is changed in one."""

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from custody.ceremony.meeting import Factors
from custody.errors import Mismatch, Unreadable
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import (
    MOST_OF_OFFICER_FILE,
    KeyFile,
    SealedIdentity,
    officer_file,
    read_officer_file,
)
from custody.keys.vaults.token import MOST_OF_CREDENTIAL, MOST_TOKENS, NewTokens, Token, TokenAnswer, Tokens, new_salt
from custody.keys.vaults.vault import SealedVault, seal
from custody.keys.vaults.vault_file import Member
from custody.secret import Secret
from tests.keys.vaults import vaults

VECTORS = json.loads((Path(__file__).parent / "vectors" / "token" / "officers.json").read_text())
QUICK = Parameters(64, 1, 1)

Vector = dict[str, Any]


def given(vector: Vector) -> tuple[Passphrase, KeyFile | None, NewTokens]:
    key_file = None if vector["key_file"] is None else KeyFile.read(bytes.fromhex(vector["key_file"]))
    each = tuple(Token(bytes.fromhex(t["aaguid"]), bytes.fromhex(t["credential"])) for t in vector["tokens"])
    answers = tuple(TokenAnswer(n, Secret(bytes.fromhex(t["answer"]))) for n, t in enumerate(vector["tokens"]))
    tokens = Tokens(vector["pin"], bytes.fromhex(vector["token_salt"]), each)
    return Passphrase.read(Secret(vector["passphrase"].encode())), key_file, NewTokens(tokens, answers)


def drawn(count: int = 2, name: str = "alice") -> NewTokens:
    each = tuple(Token(bytes(16), f"{name} credential {number}".encode()) for number in range(count))
    answers = tuple(TokenAnswer(number, Secret(bytes([number]) * 32)) for number in range(count))
    return NewTokens(Tokens(False, new_salt(), each), answers)


def sealed(new: NewTokens, name: str = "alice") -> SealedIdentity:
    typed = vaults.passphrase(name)
    return SealedIdentity.seal(vaults.officer(name), typed, None, Network.TEST, tokens=new, parameters=QUICK)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_opens_with_each_of_its_tokens_and_is_written_as_it_was(vector: Vector) -> None:
    content = bytes.fromhex(vector["file"])
    identity = read_officer_file(content)
    typed, key_file, new = given(vector)
    assert identity.tokens == new.tokens
    assert officer_file(identity) == content
    for answer in new.answers:
        with identity.unseal(typed, key_file, answer) as keys:
            assert keys.seed.reveal().hex() == vector["seed"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_is_as_the_specification_says_it_without_our_code(vector: Vector) -> None:
    content, at = bytes.fromhex(vector["file"]), 9 + 90
    assert content[:9] == b"CUSTOFF2" + bytes([vector["network"]])
    assert content[9 + 64] == (2 if vector["key_file"] is None else 3)
    assert content[at : at + 34] == bytes([vector["pin"]]) + bytes.fromhex(vector["token_salt"]) + bytes(
        [len(vector["tokens"])]
    )
    at += 34
    for token in vector["tokens"]:
        credential = bytes.fromhex(token["credential"])
        wanted = bytes.fromhex(token["aaguid"]) + struct.pack(">H", len(credential)) + credential
        assert content[at : at + len(wanted)] == wanted
        at += len(wanted)
    pepper = b""
    if vector["key_file"] is not None:
        pepper = hashlib.sha256(b"custody/keyfile/v1\0" + bytes.fromhex(vector["key_file"])).digest()
    for place, token in enumerate(vector["tokens"]):
        secret = hashlib.sha256(b"custody/token/v1\0" + bytes.fromhex(token["answer"]) + pepper).digest()
        work = Argon2id(
            salt=bytes.fromhex(vector["salt"]),
            length=32,
            iterations=vector["passes"],
            lanes=vector["lanes"],
            memory_cost=vector["memory"],
            ad=b"custody/officer/v2" + bytes([place]),
            secret=secret,
        )
        key = work.derive(vector["passphrase"].encode())
        ciphertext = content[at + 48 * place :][:48]
        assert ChaCha20Poly1305(key).decrypt(bytes(12), ciphertext, content[:at]).hex() == vector["seed"]
    assert len(content) == at + 48 * len(vector["tokens"])


def test_every_byte_counts_for_every_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that comes before the ciphertexts counts for both tokens, each ciphertext for its own."""
    vaults.bound_work(monkeypatch)
    new = drawn()
    content = bytes(sealed(new))
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        for answer in new.answers:
            begins = len(content) - 96 + 48 * answer.place
            if at >= len(content) - 96 and not begins <= at < begins + 48:
                opens(bytes(changed), answer)
            else:
                with pytest.raises((Mismatch, Unreadable)):
                    opens(bytes(changed), answer)


def opens(content: bytes, answer: TokenAnswer) -> None:
    SealedIdentity.parse(content, Network.TEST).unseal(vaults.passphrase("alice"), None, answer).wipe()


def test_every_length_but_its_own_is_unreadable() -> None:
    content = officer_file(sealed(drawn()))
    for size in range(len(content)):
        with pytest.raises(Unreadable):
            read_officer_file(content[:size])
    with pytest.raises(Unreadable):
        read_officer_file(content + b"\0")


def test_a_version_that_says_otherwise_than_the_factors_is_unreadable() -> None:
    with_token, without = officer_file(sealed(drawn())), officer_file(vaults.member(1, "bob").identity)
    for content, version in ((with_token, b"1"), (without, b"2")):
        with pytest.raises(Unreadable):
            read_officer_file(content[:7] + version + content[8:])


def broken() -> Iterator[tuple[str, bytes]]:
    one = Token(bytes(16), b"one")
    good = bytes(Tokens(False, bytes(32), (one, Token(bytes(16), b"two"))))
    yield "another flag", b"\2" + good[1:]
    yield "no token", bytes(34)
    five = tuple(Token(bytes(16), bytes([number])) for number in range(5))
    yield "five tokens", bytes(Tokens(False, bytes(32), five))
    yield "a credential of nothing", good[:50] + bytes(2)
    yield "a credential beyond the end", good[:50] + b"\3\xff" + good[52:]
    yield "a credential that is too long", good[:33] + b"\1" + bytes(16) + struct.pack(">H", 1024) + bytes(1024)
    yield "one token twice", bytes(Tokens(False, bytes(32), (one, one)))
    yield "cut in the head", good[:33]
    yield "cut in a token", good[:-4]


@pytest.mark.parametrize("content", [pytest.param(each, id=name) for name, each in broken()])
def test_what_is_no_list_of_tokens(content: bytes) -> None:
    with pytest.raises(Unreadable):
        Tokens.parse(content)


def test_the_largest_identity_is_read() -> None:
    each = tuple(Token(bytes(16), bytes([number]) * MOST_OF_CREDENTIAL) for number in range(MOST_TOKENS))
    answers = tuple(TokenAnswer(number, Secret(bytes(32))) for number in range(MOST_TOKENS))
    content = officer_file(sealed(NewTokens(Tokens(True, bytes(32), each), answers)))
    assert len(content) == MOST_OF_OFFICER_FILE
    assert officer_file(read_officer_file(content)) == content


def mixed() -> tuple[bytes, NewTokens]:
    """A vault of alice, who has tokens, and of bob, who has none."""
    new = drawn()
    members = [Member(1, sealed(new)), vaults.member(2, "bob")]
    with seal(replace(vaults.HEADER, threshold=2), members, Secret(b"\1\0\20" + bytes(16))) as made:
        return made.content, new


def test_a_vault_with_a_token_opens() -> None:
    content, new = mixed()
    assert content[:8] == b"CUSTVLT2"
    read = SealedVault.parse(content)
    alice, bob = (slot.member.identity for slot in read.slots)
    keys = [alice.unseal(vaults.passphrase("alice"), None, new.answers[1]), bob.unseal(vaults.passphrase("bob"))]
    with read.open(keys) as opened:
        assert opened.payload.reveal() == b"\1\0\20" + bytes(16)


def test_a_vaults_version_is_what_its_slots_say() -> None:
    content, _new = mixed()
    with seal(vaults.HEADER, [vaults.member(1, "alice"), vaults.member(2, "bob")], Secret(bytes(19))) as plain:
        for changed in (b"CUSTVLT1" + content[8:], b"CUSTVLT2" + plain.content[8:]):
            with pytest.raises(Unreadable):
                SealedVault.parse(changed)


def test_a_vault_with_a_token_that_is_cut_is_unreadable() -> None:
    content, _new = mixed()
    for size in range(len(content)):
        with pytest.raises(Unreadable):
            SealedVault.parse(content[:size])


def test_a_payload_shorter_than_its_tag_is_unreadable() -> None:
    content, _new = mixed()
    ends = len(content) - 19 - 16 - 8
    with pytest.raises(Unreadable):
        SealedVault.parse(content[:ends] + (3).to_bytes(8) + b"abc")


def test_an_identity_is_opened_again_with_each_token_and_everything_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, true = [], SealedIdentity.unseal

    def unseal(self: SealedIdentity, *given: Any) -> OfficerKeys:
        opened.append(given[2])
        return true(self, *given)

    monkeypatch.setattr(SealedIdentity, "unseal", unseal)
    monkeypatch.setattr("custody.keys.vaults.sealed.STANDARD", {Network.TEST: QUICK})
    new, answer = drawn(), TokenAnswer(0, Secret(bytes(32)))
    factors = Factors(vaults.passphrase("alice"), None, answer, new)
    factors.seal(vaults.officer("alice"), Network.TEST)
    assert opened == list(new.answers)
    factors.wipe()
    assert not any(len(each.secret) for each in (answer, *new.answers))


def test_the_answer_and_the_key_file_are_mixed_in_one_order() -> None:
    first, second = bytes(range(32)), bytes(range(32, 64))
    assert TokenAnswer(0, Secret(first)).pepper(Secret(second)) != TokenAnswer(0, Secret(second)).pepper(Secret(first))
    assert "Secret(...)" not in repr(TokenAnswer(0, Secret(first)))


def test_a_seed_is_the_officers_whoever_opens() -> None:
    new = drawn()
    identity = sealed(new)
    assert len(identity.ciphertext) == 96
    opened = [identity.unseal(vaults.passphrase("alice"), None, answer) for answer in new.answers]
    assert [keys.public for keys in opened] == [OfficerKeys.from_seed(opened[0].seed).public] * 2


@pytest.mark.parametrize("size", [1, 2, MOST_OF_CREDENTIAL])
@pytest.mark.parametrize("count", [1, MOST_TOKENS])
def test_as_many_tokens_and_as_long_a_credential_as_are_allowed_are_read_and_no_byte_more(
    size: int, count: int
) -> None:
    assert (MOST_TOKENS, MOST_OF_CREDENTIAL) == (4, 1023)
    each = tuple(Token(bytes([number]) * 16, bytes([number]) * size) for number in range(count))
    for pin in (True, False):
        tokens = Tokens(pin, bytes(range(32)), each)
        assert Tokens.parse(bytes(tokens) + b"what follows") == (tokens, 34 + count * (18 + size))
        assert "credential" not in repr(tokens)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\2" + bytes(32) + b"\1", "in a way that this release does not know"),
        (bytes(33) + b"\0", "in a way that this release does not know"),
        (bytes(33) + b"\5", "in a way that this release does not know"),
        (bytes(33), "cut short"),
        (bytes(33) + b"\1" + bytes(17), "cut short"),
        (bytes(33) + b"\1" + bytes(16) + b"\0\0" + b"x", "cut short"),
        (bytes(33) + b"\1" + bytes(16) + b"\0\2" + b"x", "cut short"),
        (bytes(33) + b"\1" + bytes(16) + b"\4\0" + bytes(1024), "cut short"),
        (bytes(33) + b"\2" + (bytes(16) + b"\0\1x") * 2, "names one token twice"),
    ],
)
def test_what_is_wrong_with_a_list_of_tokens_is_named(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        Tokens.parse(content)
