"""UR and BBQr, both ways, with the libraries that other wallets are built on: shuffled, with losses, 25 B to 100 kB."""

import random
from itertools import islice

import pytest
import urtypes

from airgap import bbqr
from airgap.message import Message
from airgap.receiving.collector import Collector
from airgap.ur import multipart
from airgap.ur.schedule import dense, shaped
from tests.peers.library import Library

pytestmark = pytest.mark.peer

SIZES = [25, 26, 200, 1_000, 10_000, 100_000]
LOSS = 0.15


def message(size: int, ur_type: str = "bytes") -> Message:
    chance = random.Random(size)
    start = b"psbt\xff" if ur_type == "crypto-psbt" else b""
    half = chance.randbytes(size // 2)
    return Message(ur_type, (start + half + half)[:size].ljust(size, b"\x07"))


def fragment(size: int) -> int:
    """Some 150 parts, and of the smallest message three."""
    return max(10, size // 150)


def disturbed(frames: list[str], *, whole: bool = False) -> list[str]:
    """The frames out of order, and some of them lost unless the whole is needed."""
    chance = random.Random(len(frames))
    kept = [frame for frame in frames if whole or len(frames) == 1 or chance.random() > LOSS]
    chance.shuffle(kept)
    return kept


@pytest.mark.parametrize("schedule", [shaped, dense])
@pytest.mark.parametrize("size", SIZES)
def test_ngraveio_reads_what_we_show(peer: Library, size: int, schedule: object) -> None:
    sent = message(size, "crypto-psbt")
    encoder = multipart.Encoder(sent, fragment(size))
    parts = encoder.seq_len
    # A receiver that peels cannot use dense mixtures, so it gets all of the first round.
    if schedule is dense:
        frames = disturbed(
            [encoder.part(number) for number in islice(dense(parts, encoder.checksum), parts)], whole=True
        )
    else:
        frames = disturbed([encoder.part(number) for number in islice(shaped(parts, encoder.checksum), 4 * parts)])
    frames = [encoder.single()] if parts == 1 else frames
    read = peer.ask("ur_decode", frames=[frame.upper() for frame in frames])
    assert read["type"] == "crypto-psbt"
    assert bytes.fromhex(read["cbor"]) == sent.cbor()
    assert peer.ask("psbt_decode", cbor=read["cbor"])["psbt"] == sent.payload.hex()


@pytest.mark.parametrize("size", SIZES)
def test_we_read_what_ngraveio_shows(peer: Library, size: int) -> None:
    sent = message(size, "crypto-psbt")
    cbor = peer.ask("psbt_encode", psbt=sent.payload.hex())["cbor"]
    count = 4 * (size // fragment(size)) + 10
    shown = peer.ask("ur_encode", type="crypto-psbt", cbor=cbor, fragment=fragment(size), count=count)["frames"]
    collector = Collector()
    for frame in disturbed(shown):
        collector.receive(frame)
    assert collector.require() == sent
    assert collector.foreign == 0


def cycled(frames: list[str]) -> list[str]:
    """A series without redundancy, shown again and again out of order and with losses, until each came by."""
    chance, seen = random.Random(len(frames)), list[str]()
    while set(seen) < set(frames):
        seen += [frame for frame in chance.sample(frames, len(frames)) if chance.random() > LOSS]
    return seen


@pytest.mark.parametrize("encoding", ["H", "2", "Z"])
@pytest.mark.parametrize("size", SIZES)
def test_bbqr_reads_what_we_show(peer: Library, size: int, encoding: str) -> None:
    sent = message(size, "crypto-psbt")
    frames = bbqr.encode(sent, 8 + 8 * max(2, size // 300), encoding)
    assert len(frames) > 1
    read = peer.ask("bbqr_join", frames=cycled(list(frames)))
    assert read["type"] == "P"
    assert read["raw"] == sent.payload.hex()


@pytest.mark.parametrize("encoding", ["H", "2", "Z"])
@pytest.mark.parametrize("size", SIZES)
def test_we_read_what_bbqr_shows(peer: Library, size: int, encoding: str) -> None:
    sent = message(size)
    version = 1 if size < 1_000 else 5 if size < 10_000 else 20
    shown = peer.ask("bbqr_split", raw=sent.payload.hex(), type="B", encoding=encoding, version=version)
    collector = Collector()
    for frame in cycled(shown["frames"]):
        collector.receive(frame)
    assert collector.require() == sent
    assert collector.foreign == 0


@pytest.mark.parametrize("size", SIZES)
def test_urtypes_and_we_write_and_read_the_same_cbor(size: int) -> None:
    sent = message(size, "crypto-psbt")
    assert urtypes.crypto.PSBT(sent.payload).to_cbor() == sent.cbor()
    assert urtypes.crypto.PSBT.from_cbor(sent.cbor()).data == sent.payload
    assert Message.from_cbor("crypto-psbt", urtypes.crypto.PSBT(sent.payload).to_cbor()) == sent
    plain = message(size)
    assert urtypes.Bytes(plain.payload).to_cbor() == plain.cbor()
    assert urtypes.Bytes.from_cbor(plain.cbor()).data == plain.payload
    assert Message.from_cbor("bytes", urtypes.Bytes(plain.payload).to_cbor()) == plain


def joining_late(peer: Library, frames: list[list[str]]) -> float:
    """Frames shown until the library has the message, on average."""
    needed = []
    for shown in frames:
        chance = random.Random(len(needed))
        seen = [(count, frame) for count, frame in enumerate(shown, 1) if chance.random() > 0.1]
        used = peer.ask("ur_decode", frames=[frame for _count, frame in seen])["used"]
        assert used > 0
        needed.append(seen[used - 1][0])
    return sum(needed) / len(needed)


@pytest.mark.parametrize("parts", [50, 100])
def test_whoever_peels_and_joins_late_needs_a_quarter_less_of_our_order_than_of_their_own(
    peer: Library, parts: int
) -> None:
    """At one frame in ten lost. Their own encoder counts upwards."""
    ours, theirs = [], []
    for trial in range(12):
        chance = random.Random(trial)
        sent = Message("bytes", chance.randbytes(60 * parts - 5))
        encoder = multipart.Encoder(sent, 60)
        assert encoder.seq_len == parts
        late, enough = chance.randrange(4 * parts), 5 * parts
        numbers = islice(shaped(parts, encoder.checksum), late, late + enough)
        ours.append([encoder.part(number) for number in numbers])
        own = peer.ask("ur_encode", type="bytes", cbor=sent.cbor().hex(), fragment=60, count=late + enough)["frames"]
        theirs.append(own[late:])
    assert joining_late(peer, ours) <= 0.75 * joining_late(peer, theirs)
