"""A FIDO2 token that is none: CTAP 2.1 over HID, in this process, with real ECDH, AES and HMAC, written from the text.

It shares nothing with python-fido2, which speaks to it, but the encoding of what it answers.
"""

import gc
import hmac
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from unittest import mock

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fido2 import cbor
from fido2.hid.base import HidDescriptor

from custody.cli.tokens import devices
from custody.keys.tokens.conversation import Conversation, understood
from custody.keys.vaults.token import NewTokens, Tokens, new_salt
from custody.secret import Secret

INIT, CBOR, KEEPALIVE, CANCEL = 0x86, 0x90, 0xBB, 0x91
MAKE, GET, INFO, PIN = 1, 2, 4, 6
OK, UNSUPPORTED, EXCLUDED, DENIED, CANCELLED, NONE, WRONG_PIN, BLOCKED, LOCKED, NO_PIN, AUTH = (
    *(0x00, 0x2B, 0x19, 0x27, 0x2D, 0x2E, 0x31, 0x32, 0x34, 0x35, 0x33),
)


class Failed(Exception):
    """An answer that is an error of CTAP."""


@dataclass
class Token:
    """A token that somebody holds. `touch` is "given", "refused" or "ignored"."""

    pin: str | None = None
    touch: str = "given"
    protocols: tuple[int, ...] = (2, 1)
    extensions: tuple[str, ...] = ("credProtect", "hmac-secret")
    old: bool = False
    """It knows CTAP 2.0 only: no permissions for what a PIN proves."""
    aaguid: bytes = bytes.fromhex("00112233445566778899aabbccddeeff")
    retries: int = 8
    in_a_row: int = 0
    touches: int = 0
    secret: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    proof: bytes = b""

    def plug(self) -> None:
        """Take it out and plug it in again."""
        self.in_a_row = 0

    def answer(self, request: bytes) -> dict[int, Any] | None:
        """Answer one command. Raises Failed."""
        command = request[0]
        said = cbor.decode(request[1:]) if request[1:] else {}
        jobs = {MAKE: self._make, GET: self._get, INFO: self._info, PIN: self._client_pin}
        return jobs[command](said)

    def _info(self, _said: dict[int, Any]) -> dict[int, Any]:
        options = {"rk": True, "up": True, "clientPin": self.pin is not None}
        return {
            1: ["FIDO_2_0"] if self.old else ["FIDO_2_0", "FIDO_2_1"],
            2: list(self.extensions),
            3: self.aaguid,
            4: options if self.old else options | {"pinUvAuthToken": True},
            5: 1200,
            6: list(self.protocols),
        }

    def _client_pin(self, said: dict[int, Any]) -> dict[int, Any]:
        if said[2] == 1:
            return {3: self.retries}
        if said[2] == 2:
            point = self.key.public_key().public_numbers()
            return {1: {1: 2, 3: -25, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}}
        assert said[2] == (5 if self.old else 9)
        assert said.get(10) == (None if self.old else "custody.officer")
        self._check_pin(self._decrypt(said[1], said[3], said[6]))
        self.proof = os.urandom(32)
        return {2: self._encrypt(said[1], said[3], self.proof)}

    def _check_pin(self, digest: bytes) -> None:
        if not self.retries:
            raise Failed(BLOCKED)
        if self.in_a_row == 3:
            raise Failed(LOCKED)
        assert self.pin is not None
        if not hmac.compare_digest(digest, sha256(self.pin.encode()).digest()[:16]):
            self.retries -= 1
            self.in_a_row += 1
            self.key = ec.generate_private_key(ec.SECP256R1())
            raise Failed(BLOCKED if not self.retries else LOCKED if self.in_a_row == 3 else WRONG_PIN)
        self.retries, self.in_a_row = 8, 0

    def _make(self, said: dict[int, Any]) -> dict[int, Any]:
        verified = self._verified(said[1], said.get(8), said.get(9))
        if any(self._is_mine(said[2]["id"], each["id"]) for each in said.get(5, ())):
            raise Failed(EXCLUDED)
        self._touched()
        nonce = os.urandom(16)
        id_ = nonce + self._mac(b"id" + said[2]["id"].encode() + nonce)
        public = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
        data = self.aaguid + len(id_).to_bytes(2) + id_ + cbor.encode(public)
        extension = said.get(6, {}).get("hmac-secret", False)
        return {
            1: "none",
            2: self._data(said[2]["id"], 0x41 | verified, data, {"hmac-secret": extension}),
            3: {},
        }

    def _get(self, said: dict[int, Any]) -> dict[int, Any]:
        verified = self._verified(said[2], said.get(6), said.get(7))
        self._touched()
        mine = [each["id"] for each in said[3] if self._is_mine(said[1], each["id"])]
        if not mine:
            raise Failed(NONE)
        asked = said[4]["hmac-secret"]
        protocol = asked.get(4, 1)
        shared = self._shared(protocol, asked[1])
        mac = hmac.digest(shared[:32], asked[2], "sha256")
        assert asked[3] == (mac if protocol == 2 else mac[:16])
        salt = self._decrypt(protocol, asked[1], asked[2])
        assert len(salt) == 32
        output = hmac.digest(self._mac(bytes([verified]) + mine[0]), salt, "sha256")
        data = self._data(said[1], 0x01 | verified, b"", {"hmac-secret": self._encrypt(protocol, asked[1], output)})
        return {1: {"type": "public-key", "id": mine[0]}, 2: data, 3: bytes(70)}

    def _verified(self, challenge: bytes, proof: bytes | None, protocol: int | None) -> int:
        if proof is None:
            return 0
        mac = hmac.digest(self.proof, challenge, "sha256")
        if proof != (mac if protocol == 2 else mac[:16]):
            raise Failed(AUTH)
        self.proof = b""
        return 0x04

    def _touched(self) -> None:
        self.touches += 1
        if self.touch == "refused":
            raise Failed(DENIED)

    def _is_mine(self, party: str, id_: bytes) -> bool:
        return hmac.compare_digest(id_[16:], self._mac(b"id" + party.encode() + id_[:16]))

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self.secret, content, "sha256")

    def _data(self, party: str, flags: int, credential: bytes, extensions: dict[str, Any]) -> bytes:
        head = sha256(party.encode()).digest() + struct.pack(">BI", flags | 0x80, 7)
        return head + credential + cbor.encode(extensions)

    def _shared(self, protocol: int, theirs: dict[int, Any]) -> bytes:
        numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(theirs[-2]), int.from_bytes(theirs[-3]), ec.SECP256R1())
        z = self.key.exchange(ec.ECDH(), numbers.public_key())
        if protocol == 1:
            return sha256(z).digest()
        return b"".join(
            HKDF(algorithm=hashes.SHA256(), length=32, salt=bytes(32), info=info).derive(z)
            for info in (b"CTAP2 HMAC key", b"CTAP2 AES key")
        )

    def _cipher(self, protocol: int, theirs: dict[int, Any], iv: bytes) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._shared(protocol, theirs)[-32:]), modes.CBC(iv))

    def _decrypt(self, protocol: int, theirs: dict[int, Any], sealed: bytes) -> bytes:
        iv, sealed = (sealed[:16], sealed[16:]) if protocol == 2 else (bytes(16), sealed)
        work = self._cipher(protocol, theirs, iv).decryptor()
        return work.update(sealed) + work.finalize()

    def _encrypt(self, protocol: int, theirs: dict[int, Any], content: bytes) -> bytes:
        iv = os.urandom(16) if protocol == 2 else bytes(16)
        work = self._cipher(protocol, theirs, iv).encryptor()
        return (iv if protocol == 2 else b"") + work.update(content) + work.finalize()


class Line:
    """The USB line to a token: what is written is a request, what is read comes from `packets`."""

    def __init__(self, token: Token, removed_after: int | None = None) -> None:
        self.token = token
        self.handle, self._other_end = os.pipe()
        os.write(self._other_end, b"!")  # whoever waits for it finds something to read
        self.left = removed_after
        self.cancelled = False
        self._request = b""
        self._size = 0
        self._command = 0
        self._answers: Iterator[bytes] = iter(())
        token.plug()

    def write_packet(self, data: bytes) -> None:
        assert len(data) == 64
        self._alive()
        channel, head = data[:4], data[4]
        if head == CANCEL:
            self.cancelled = True
            return
        if head & 0x80:
            self._command, self._size, self._request = head, int.from_bytes(data[5:7]), data[7:]
        else:
            self._request += data[5:]
        if len(self._request) >= self._size:
            self.cancelled = False
            self._answers = self.packets(channel, self._command, self._request[: self._size])

    def read_packet(self) -> bytes:
        self._alive()
        return next(self._answers)

    def close(self) -> None:
        """It may be opened again."""

    def __del__(self) -> None:
        os.close(self.handle)
        os.close(self._other_end)

    def packets(self, channel: bytes, command: int, request: bytes) -> Iterator[bytes]:
        """Answer a request, packet for packet."""
        if command == INIT:
            yield from framed(channel, INIT, request + bytes.fromhex("11223344 02 010203 04"))
            return
        assert command == CBOR
        if request[0] in (MAKE, GET) and self.token.touch == "ignored":
            while not self.cancelled:
                yield from framed(channel, KEEPALIVE, b"\2")
            yield from framed(channel, CBOR, bytes([CANCELLED]))
            return
        yield from framed(channel, CBOR, self.said(request))

    def said(self, request: bytes) -> bytes:
        """Return the status and what comes after it."""
        try:
            return b"\0" + cbor.encode(self.token.answer(request) or {})
        except Failed as failure:
            return bytes(failure.args)

    def _alive(self) -> None:
        if self.left is not None:
            if not self.left:
                raise OSError("No such device")
            self.left -= 1


def framed(channel: bytes, command: int, message: bytes) -> Iterator[bytes]:
    """Cut a message into packets (CTAP 2.1, 11.2.4)."""
    yield (channel + bytes([command]) + len(message).to_bytes(2) + message[:57]).ljust(64, b"\0")
    for number, at in enumerate(range(57, len(message), 59)):
        yield (channel + bytes([number & 0x7F]) + message[at : at + 59]).ljust(64, b"\0")


def descriptor(number: int = 0, report: int = 64) -> HidDescriptor:
    """What the system says of a token."""
    return HidDescriptor(f"/dev/hidraw{number}", 0x1234, 0x5678, report, report, "\x1b[2J a name", "\x07serial")


@contextmanager
def plugged(*lines: Line) -> Iterator[None]:
    """Let these, and no other device, be connected to this machine; one line may be opened again and again."""
    there = {descriptor(number).path: line for number, line in enumerate(lines)}
    with (
        mock.patch.object(devices, "list_descriptors", lambda: [descriptor(number) for number in range(len(lines))]),
        mock.patch.object(devices, "open_connection", lambda found: there[found.path]),
    ):
        yield


def talk(line: Line, seconds: float = devices.SECONDS) -> Conversation:
    """Begin to talk to what is on a line."""
    with understood():
        device = devices.BoundedDevice(descriptor(), devices.Bounded(line, seconds))
    return Conversation(device, lambda: None)


def enrolled(*tokens: Token, pin: Secret | None = None) -> tuple[NewTokens, list[Conversation]]:
    """Enrol tokens, and return what they answered, and how each is talked to."""
    salt, each, talks = new_salt(), [], [talk(Line(token)) for token in tokens]
    for one in talks:
        each.append(one.enrol(pin, each))
    said = Tokens(pin is not None, salt, tuple(each))
    answers = [one.answer(said, pin) for one in talks]
    assert None not in answers
    return NewTokens(said, tuple(answers)), talks


@pytest.fixture(autouse=True)
def unplugged() -> Iterator[None]:
    """Close the lines of a test: each holds two files, and is held by its own unfinished answers."""
    yield
    gc.collect()
