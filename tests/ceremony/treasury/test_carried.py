"""The file that an officer takes to another machine (docs/spec/vault.md): one byte more or less, and it is none."""

from hashlib import sha256

import pytest

from custody.ceremony.treasury.carried import CARRIED_LIMIT, CarriedFile
from custody.errors import Unreadable
from custody.governance.commitment import Opening
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network, Parameters
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import SealedIdentity, officer_file
from custody.secret import Secret

TREASURY = bytes(range(32))
SALT = bytes(range(16))


@pytest.fixture(scope="module")
def identity() -> SealedIdentity:
    with OfficerKeys.new() as keys:
        passphrase = Passphrase.read(Secret(b"seven purple elephants"))
        return SealedIdentity.seal(keys, passphrase, None, Network.TEST, parameters=Parameters(64, 1, 1))


def written(identity: bytes, name: bytes, magic: bytes = b"CUSTCAR1", size: int | None = None) -> bytes:
    """The bytes, as the specification has them."""
    body = magic + TREASURY + identity + SALT + (len(name) if size is None else size).to_bytes(2) + name
    return body + sha256(body).digest()


@pytest.mark.parametrize("name", ["A", "Zoë Müller", "名" * 200, "\U0001f511" * 200])
def test_identity_treasury_and_name_are_read(identity: SealedIdentity, name: str) -> None:
    content = written(officer_file(identity), name.encode())
    assert len(content) == 237 + len(name.encode()) <= CARRIED_LIMIT
    assert CarriedFile.read(content) == CarriedFile(identity, TREASURY, Opening(SALT, name))


def test_a_bare_identity_names_nobody(identity: SealedIdentity) -> None:
    assert CarriedFile.read(officer_file(identity)) == CarriedFile(identity)


def test_a_changed_bit_anywhere_is_noticed(identity: SealedIdentity) -> None:
    content = written(officer_file(identity), b"Alice")
    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(Unreadable):
            CarriedFile.read(bytes(changed))


def test_a_byte_less_or_more_is_noticed(identity: SealedIdentity) -> None:
    content = written(officer_file(identity), b"Alice")
    for length in range(len(content)):
        with pytest.raises(Unreadable):
            CarriedFile.read(content[:length])
    for more in (content + b"\0", b"\0" + content, content * 2):
        with pytest.raises(Unreadable):
            CarriedFile.read(more)


@pytest.mark.parametrize(
    ("defect", "name", "other"),
    [
        ("no name", b"", {}),
        ("a name too long", b"a" * 201, {}),
        ("not UTF-8", b"\xff", {}),
        ("not composed", "Zoe\u0308".encode(), {}),
        ("white space at its end", b"Alice ", {}),
        ("a length of more", b"Alice", {"size": 6}),
        ("a length of less", b"Alice", {"size": 4}),
        ("a newer release's", b"Alice", {"magic": b"CUSTCAR2"}),
        ("an older one's", b"Alice", {"magic": b"CUSTCAR0"}),
        ("no release's", b"Alice", {"magic": b"CUSTCARX"}),
    ],
)
def test_the_right_digest_below_a_wrong_content_helps_nobody(
    identity: SealedIdentity, defect: str, name: bytes, other: dict[str, object]
) -> None:
    with pytest.raises(Unreadable):
        CarriedFile.read(written(officer_file(identity), name, **other))  # type: ignore[arg-type]


def test_another_identity_below_a_right_digest_is_no_identity(identity: SealedIdentity) -> None:
    sealed = officer_file(identity)
    for changed in (b"CUSTOFF2" + sealed[8:], bytes(147), sealed[:8] + b"\7" + sealed[9:]):
        with pytest.raises(Unreadable):
            CarriedFile.read(written(changed, b"Alice"))
