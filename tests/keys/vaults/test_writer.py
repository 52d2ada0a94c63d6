"""The file of a machine's key: its very bytes, every bit of it, and what it signs, by another implementation."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.errors import Unreadable
from custody.keys.vaults.writer import MAGIC, WRITER_FILE, WriterKey

SEED = bytes(range(32))
THEIRS = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = THEIRS.public_key().public_bytes_raw()
FILE = b"custody/writer/1\n" + SEED + PUBLIC


def test_a_file_is_its_magic_the_seed_and_the_public_key() -> None:
    assert (len(FILE), MAGIC) == (WRITER_FILE, FILE[:17])
    key = WriterKey.read(FILE)
    assert (key.public, key.encode()) == (PUBLIC, FILE)
    assert key.sign(b"a line") == THEIRS.sign(b"a line")


def test_a_new_key_is_drawn_and_comes_back_of_its_file() -> None:
    keys = [WriterKey.new() for _each in range(2)]
    assert keys[0].public != keys[1].public
    for key in keys:
        again = WriterKey.read(key.encode())
        assert (again.public, again.sign(b"x")) == (key.public, key.sign(b"x"))


def test_every_bit_of_the_file_is_looked_at() -> None:
    for place in range(8 * len(FILE)):
        broken = bytearray(FILE)
        broken[place // 8] ^= 1 << place % 8
        with pytest.raises(Unreadable, match="damaged, or is none"):
            WriterKey.read(bytes(broken))


@pytest.mark.parametrize(
    "content",
    [
        *(b"", MAGIC, FILE[:-1], FILE + b"\0", b"\0" + FILE, FILE[1:]),
        *(MAGIC + each for each in (SEED, PUBLIC, SEED + SEED, PUBLIC + SEED, SEED + b"\n" + PUBLIC[:-1])),
        MAGIC.replace(b"1", b"2") + SEED + PUBLIC,
    ],
)
def test_what_is_no_file_of_a_key_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged, or is none"):
        WriterKey.read(content)


def test_no_part_of_the_seed_is_shown() -> None:
    shown = repr(WriterKey.read(FILE))
    assert "seed" not in shown
    assert SEED.hex() not in shown
    assert repr(SEED) not in shown
