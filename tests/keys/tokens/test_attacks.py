"""The attacks of docs/spec/vault.md, each by its name; and devices that answer as a token and are none."""

import itertools
import os
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fido2 import cbor

from custody.errors import CustodyError, Mismatch, Unreadable
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import KeyFile, SealedIdentity, officer_file, read_officer_file
from custody.keys.vaults.token import NewTokens, TokenAnswer, new_salt
from custody.secret import Secret
from tests.support.authenticator import CBOR, INIT, KEEPALIVE, Line, Token, enrolled, framed, talk

QUICK = Parameters(64, 1, 1)
KEYS = OfficerKeys.from_seed(Secret(bytes(range(32))))
KEY_FILE = KeyFile.read(bytes(range(32)))
WORDS = "orbit tiger cabin"


def passphrase(words: str = WORDS) -> Passphrase:
    return Passphrase.read(Secret(words.encode()))


def sealed(new: NewTokens | None, key_file: KeyFile | None = None, words: str = WORDS) -> SealedIdentity:
    typed = passphrase(words)
    return SealedIdentity.seal(KEYS, typed, key_file, Network.TEST, tokens=new, parameters=QUICK)


def refused(identity: SealedIdentity, token: TokenAnswer | None, words: str = WORDS) -> tuple[str, str, str]:
    """What is said of factors that do not open: everything that anybody sees."""
    with pytest.raises(Mismatch) as told:
        identity.unseal(passphrase(words), KEY_FILE if identity.needs_key_file else None, token)
    return told.value.message, told.value.hint, told.value.code


@pytest.mark.parametrize("key_file", [None, KEY_FILE], ids=["alone", "with a key file"])
def test_either_token_opens(key_file: KeyFile | None) -> None:
    new, talks = enrolled(Token(), Token())
    identity = read_officer_file(officer_file(sealed(new, key_file)))
    for one in talks:
        with identity.unseal(passphrase(), key_file, one.answer(identity.tokens, None)) as keys:
            assert keys.public == KEYS.public
    if key_file is not None:
        with pytest.raises(Mismatch):
            identity.unseal(passphrase(), None, new.answers[0])


def test_a_stolen_token_alone() -> None:
    new, _talks = enrolled(Token())
    assert refused(sealed(new), new.answers[0], "another guess")[2] == "unopened"


def test_a_stolen_laptop_alone() -> None:
    new, _talks = enrolled(Token())
    identity = sealed(new)
    nothing = TokenAnswer(0, Secret(bytes(32)))
    assert refused(identity, None) == refused(identity, nothing) == refused(identity, new.answers[0], "another guess")


def test_a_token_swapped_for_an_identical_model() -> None:
    first = Token()
    new, _talks = enrolled(first)
    identity = sealed(new)
    same_model = Token(aaguid=first.aaguid)
    assert talk(Line(same_model)).answer(new.tokens, None) is None
    theirs = talk(Line(same_model)).enrol(None, [])
    swapped = replace(identity, tokens=replace(new.tokens, each=(theirs,)))
    answer = talk(Line(same_model)).answer(swapped.tokens, None)
    wrong = refused(identity, new.answers[0], "another guess")
    assert refused(swapped, answer) == refused(swapped, new.answers[0]) == wrong


def test_a_relay_to_the_officers_token_gets_nothing_of_a_newer_sealing() -> None:
    token = Token()
    before, (one,) = enrolled(token)
    heard = one.answer(before.tokens, None)
    after, _talks = enrolled(token)
    assert after.tokens.salt != before.tokens.salt
    assert after.tokens.each[0].credential != before.tokens.each[0].credential
    assert refused(sealed(after), heard)[2] == "unopened"


def test_a_downgrade_to_the_passphrase_alone() -> None:
    new, _talks = enrolled(Token())
    identity = sealed(new)
    content = bytearray(officer_file(identity))
    content[7], content[9 + 64] = ord("1"), 0
    bare = read_officer_file(bytes(content[: 9 + 90]) + identity.ciphertext)
    assert bare.tokens is None
    wrong = refused(sealed(None), None, "another guess")
    assert refused(bare, None) == refused(bare, new.answers[0]) == wrong


def test_a_token_cut_out_of_two() -> None:
    new, _talks = enrolled(Token(), Token())
    identity = sealed(new)
    for place in (0, 1):
        alone = replace(
            identity,
            tokens=replace(new.tokens, each=(new.tokens.each[place],)),
            ciphertext=identity.ciphertext[48 * place : 48 * place + 48],
        )
        assert refused(alone, replace(new.answers[place], place=0))[2] == "unopened"


@pytest.mark.parametrize("of", ["pin", "salt", "aaguid", "credential", "order"])
def test_whatever_is_said_of_tokens_is_authenticated(of: str) -> None:
    new, _talks = enrolled(Token(), Token())
    one, two = new.tokens.each
    changed = {
        "pin": replace(new.tokens, pin=True),
        "salt": replace(new.tokens, salt=new_salt()),
        "aaguid": replace(new.tokens, each=(replace(one, aaguid=bytes(16)), two)),
        "credential": replace(new.tokens, each=(one, replace(two, credential=two.credential + b"!"))),
        "order": replace(new.tokens, each=(two, one)),
    }
    assert refused(replace(sealed(new), tokens=changed[of]), new.answers[0])[2] == "unopened"


def test_a_token_answers_at_its_own_place_only() -> None:
    new, _talks = enrolled(Token(), Token())
    for place in (1, 2, 255):
        assert refused(sealed(new), replace(new.answers[0], place=place))[2] == "unopened"


def test_one_answer_for_two_tokens_makes_two_keys() -> None:
    """A hostile device may answer the same twice: the place is in the key, so no key seals two messages."""
    new, _talks = enrolled(Token(), Token())
    same = (new.answers[0], TokenAnswer(1, Secret(new.answers[0].secret.reveal())))
    ciphertext = sealed(replace(new, answers=same)).ciphertext
    assert ciphertext[:32] != ciphertext[48:80]


# Devices that are none


class Hostile(Line):
    """Speaks as a token until the request that is answered by `lies`."""

    def __init__(self, lies: bytes, after: int = 0) -> None:
        super().__init__(Token())
        self.lies, self.after = lies, after

    def said(self, request: bytes) -> bytes:
        if not self.after:
            return self.lies
        self.after -= 1
        return super().said(request)


LIES = {
    "nothing": b"",
    "an unknown error": b"\xdf",
    "no CBOR": b"\0\xff\xff",
    "a cut map": b"\0\xa2\x01",
    "a number": b"\0\x05",
    "a map of lists": b"\0\xa1\x80\x80",
    "not canonical": b"\0\xa1\x18\x01\x80",
    "deep": b"\0" + b"\x81" * 7000 + b"\x80",
    "a count of 2**64": b"\0\x9b" + b"\xff" * 8,
    "a long text": b"\0\x7b" + b"\xff" * 8,
    "bytes left over": b"\0\xa0\0",
    "other types": b"\0" + cbor.encode({1: 5, 2: 6, 3: "x", 4: [], 5: "y", 6: {}}),
    "names with control characters": b"\0" + cbor.encode({1: ["\x1b[2J"], 2: ["hmac-secret"], 3: "\x07", 6: ["\x9b"]}),
    "too long": b"\0" + bytes(8000),
    "a point that is none": b"\0" + cbor.encode({1: {1: 2, 3: -25, -1: 1, -2: bytes(32), -3: bytes(32)}}),
    "a point without a coordinate": b"\0" + cbor.encode({1: {1: 2, 3: -25, -1: 1, -2: b"\1" * 32}}),
    "authenticator data of nothing": b"\0" + cbor.encode({1: {"id": b"", "type": "public-key"}, 2: b"", 3: b""}),
    "deep authenticator data": b"\0"
    + cbor.encode({1: {"id": b""}, 2: bytes(32) + b"\x81" + bytes(4) + b"\x81" * 6000 + b"\x80", 3: b""}),
}


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("lie", LIES)
def test_a_hostile_device_that_answers_as_a_token(lie: str, after: int) -> None:
    new, _talks = enrolled(Token())
    with pytest.raises(CustodyError) as told:
        talk(Hostile(LIES[lie], after)).answer(new.tokens, None)
    assert told.value.exit_code in (3, 4)
    assert told.value.message.isprintable()


@pytest.mark.parametrize("lie", LIES)
def test_a_hostile_device_that_is_enrolled(lie: str) -> None:
    with pytest.raises(CustodyError) as told:
        talk(Hostile(LIES[lie], 1)).enrol(None, [])
    assert told.value.exit_code in (3, 4)


class Flags(Token):
    """Answers with other flags, for another party, with another size, or for a credential that nobody asked for."""

    change = ""

    def _data(self, party: str, flags: int, credential: bytes, extensions: dict) -> bytes:
        if self.change == "untouched":
            flags &= ~1
        if self.change == "pin that nobody typed":
            flags |= 4
        if self.change == "another party":
            party = "example.org"
        if self.change == "no extension":
            extensions = {}
        if self.change == "refused extension":
            extensions = {"hmac-secret": False}
        if self.change == "another size" and isinstance(extensions["hmac-secret"], bytes):
            extensions = {"hmac-secret": extensions["hmac-secret"] + bytes(16)}
        return super()._data(party, flags, credential, extensions)

    def _get(self, said: dict) -> dict:
        answer = super()._get(said)
        return answer | {1: {"id": b"another"}} if self.change == "another credential" else answer


@pytest.mark.parametrize(
    "change",
    ["untouched", "pin that nobody typed", "another party", "no extension", "another size", "another credential"],
)
def test_an_answer_that_does_not_say_what_was_asked(change: str) -> None:
    token = Flags()
    new, (one,) = enrolled(token)
    token.change = change
    with pytest.raises(Unreadable) as told:
        one.answer(new.tokens, None)
    assert told.value.code == "token-strange"


class Packets(Line):
    """Answers a request by these packets."""

    kind = ""
    reads = 0

    def read_packet(self) -> bytes:
        self.reads += 1
        return super().read_packet()

    def packets(self, channel: bytes, command: int, request: bytes) -> Iterator[bytes]:
        endless = {
            "keep-alives": (channel + bytes([KEEPALIVE, 0, 1, 1])).ljust(64, b"\0"),
            "busy": (channel + b"\xbf\0\1\6").ljust(64, b"\0"),
            "another channel": b"\1\2\3\4" + bytes([CBOR, 0, 1, 0]) + bytes(56),
            "another command": (channel + b"\x81\0\0").ljust(64, b"\0"),
            "empty packets": b"",
            "short packets": (channel + bytes([CBOR, 0xFF, 0xFF])),
            "a wrong sequence": (channel + bytes([CBOR, 0xFF, 0xFF])).ljust(64, b"\1"),
            "a keep-alive of no kind": (channel + bytes([KEEPALIVE, 0, 1, 9])).ljust(64, b"\0"),
        }
        if command == INIT and self.kind != "a false nonce":
            return super().packets(channel, command, request)
        if command == INIT:
            return framed(channel, INIT, bytes(17))
        return itertools.repeat(endless[self.kind])


@pytest.mark.parametrize(
    "kind",
    [
        *("keep-alives", "another channel", "another command", "empty packets", "short packets", "a wrong sequence"),
        *("a keep-alive of no kind", "a false nonce"),
    ],
)
def test_packets_without_an_end_end(kind: str) -> None:
    line = Packets(Token())
    line.kind = kind
    with pytest.raises(Unreadable) as told:
        talk(line)
    assert told.value.code == ("token-gone" if kind in GONE else "token-strange")


GONE = ("keep-alives", "empty packets", "short packets")


def test_an_answer_that_is_longer_than_any_message() -> None:
    lie = b"\0" + cbor.encode({1: ["FIDO_2_0"], 2: ["hmac-secret", "x" * 8000], 3: bytes(16), 6: [2]})
    with pytest.raises(Unreadable):
        talk(Hostile(lie))


def test_a_token_for_u2f_alone() -> None:
    class Old(Line):
        def packets(self, channel: bytes, command: int, request: bytes) -> Iterator[bytes]:
            assert command == INIT
            return framed(channel, INIT, request + bytes.fromhex("11223344 02 010203 00"))

    with pytest.raises(CustodyError) as told:
        talk(Old(Token()))
    assert told.value.code == "token-unfit"


def test_a_token_that_makes_a_credential_without_the_extension() -> None:
    token = Flags()
    token.change = "refused extension"
    with pytest.raises(Unreadable):
        talk(Line(token)).enrol(None, [])


def test_a_device_that_is_always_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custody.cli.tokens.devices.PACKETS", 3)
    line = Packets(Token())
    line.kind = "busy"
    with pytest.raises(Unreadable):
        talk(line)


class Mute(Line):
    """Takes every request, and answers none."""

    def write_packet(self, _data: bytes) -> None:
        """Swallow it."""


def test_a_device_that_says_nothing_is_given_up() -> None:
    line = Mute(Token())
    os.read(line.handle, 1)
    with pytest.raises(Unreadable):
        talk(line, seconds=0.01)


def test_a_device_that_does_not_stop_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custody.cli.tokens.devices.GRACE_SECONDS", 0)
    line = Packets(Token())
    line.kind = "keep-alives"
    with pytest.raises(Unreadable):
        talk(line, seconds=0)
    assert line.reads <= 3


def test_whatever_a_device_answers_is_an_answer_or_an_error_of_ours() -> None:
    new, _talks = enrolled(Token())
    draw = random.Random(1)

    class Mad(Line):
        def said(self, request: bytes) -> bytes:
            answer = bytearray(super().said(request))
            for _turn in range(draw.randrange(3)):
                answer[draw.randrange(len(answer))] = draw.randrange(256)
            return bytes(answer[: draw.randrange(1, len(answer) + 1)] if draw.random() < 0.1 else answer)

    wrong = 0
    for _round in range(300):
        try:
            one = talk(Mad(Token()))
            one.enrol(None, [])
            one.answer(new.tokens, None)
        except CustodyError as failure:
            assert failure.exit_code in (3, 4, 5, 6)
            wrong += 1
    assert wrong > 100
