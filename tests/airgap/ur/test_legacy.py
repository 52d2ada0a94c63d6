"""UR 1.0: whole or in parts, with its checksum and digest; written here by the test, as no sender is ours."""

import hashlib

import pytest

from airgap import cbor
from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.receiving.collector import Collector, Receipt
from airgap.ur import legacy, multipart
from tests.airgap.frames import fed, payload, psbt

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BODY = cbor.byte_string(psbt(400).payload)


def bc32(data: bytes) -> str:
    """Data and checksum in BC32 (BCR-2020-004), by Bech32's generator (BIP-173)."""
    bits = "".join(f"{byte:08b}" for byte in data)
    return checked([int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)])


def checked(values: list[int]) -> str:
    """The letters of these values, and of the checksum that belongs to them."""
    remainder = 1
    for value in [0, *values, *[0] * 6]:
        top, remainder = remainder >> 25, (remainder & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            remainder ^= term * (top >> place & 1)
    remainder ^= 0x3FFFFFFF
    return "".join(LETTERS[value] for value in [*values, *[remainder >> 5 * (5 - place) & 31 for place in range(6)]])


def series(body: bytes, count: int, ur_type: str = "bytes") -> list[str]:
    text, digest = bc32(body), bc32(hashlib.sha256(body).digest())
    size = -(-len(text) // count)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [f"ur:{ur_type}/{number}of{count}/{digest}/{piece}" for number, piece in enumerate(pieces, 1)]


@pytest.mark.parametrize("count", [2, 3, 7])
def test_parts_in_any_order_and_case_are_the_message(count: int) -> None:
    frames = series(BODY, count)
    assert len(frames) == count
    assert fed(*frames[::-1]).require() == Message("bytes", psbt(400).payload)
    collector = Collector()
    for frame in frames:
        collector.receive_code(frame.upper().encode())
    assert collector.require().payload == psbt(400).payload


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 40])
def test_a_whole_one_with_or_without_its_digest(length: int) -> None:
    body = cbor.byte_string(payload(length))
    digest = bc32(hashlib.sha256(body).digest())
    for frame in (f"ur:bytes/{bc32(body)}", f"UR:BYTES/{digest}/{bc32(body)}".upper()):
        assert fed(frame, frame).require().payload == payload(length)
    assert fed(f"ur:crypto-psbt/{bc32(BODY)}").require() == psbt(400)


def test_what_an_older_device_showed_is_read() -> None:
    """A short UR of a Cobo Vault in BlueWallet's tests (tests/unit/bc-ur.test.js) is built alike: by hand, `hello`."""
    assert legacy.join([legacy.Part("bytes", 1, 0, "", bc32(b"\x45hello").encode())]) == Message("bytes", b"hello")


@pytest.mark.parametrize("at", [0, 10, 100, -1])
def test_one_wrong_letter_is_noticed(at: int) -> None:
    text = bc32(BODY)
    wrong = text[:at] + ("q" if text[at] != "q" else "p") + text[at:][1:]
    with pytest.raises(Unreadable, match="checksum"):
        legacy.join([legacy.Part("bytes", 1, 0, "", wrong.encode())])
    assert fed(f"ur:bytes/{wrong}").messages == ()


def test_a_wrong_digest_is_noticed_and_another_message_is_another_stream() -> None:
    other = cbor.byte_string(psbt(400, "another").payload)
    frames, others = series(BODY, 3), series(other, 3)
    swapped = [
        f"{frame.rpartition('/')[0]}/{piece.rpartition('/')[2]}" for frame, piece in zip(frames, others, strict=True)
    ]
    with pytest.raises(Unreadable, match="checksum"):
        fed(*swapped).require()
    with pytest.raises(Unreadable, match="part"):
        fed(frames[0], *others[1:]).require()
    with pytest.raises(Mismatch):
        fed(*frames, *others).require()


def test_a_missing_part_is_named() -> None:
    with pytest.raises(Unreadable, match="part 2 of 3"):
        fed(*series(BODY, 3)[::2]).require()


@pytest.mark.parametrize(
    "frame",
    [
        "ur:bytes/4of3/qqqqqqqqqq/qqqqqqqq",
        "ur:bytes/1of2/qqqqqqqq",
        "ur:bytes/0of2/qqqqqqqqqq/qqqqqqqq",
        "ur:bytes/1of9999/qqqqqqqqqq/qqqqqqqq",
        "ur:bytes/1of4000/qqqqqqqqqq/" + "q" * 5_000,
        "ur:bytes/qpzry9",
        "ur:bytes/q9",
    ],
)
def test_a_frame_over_a_bound_is_foreign(frame: str) -> None:
    assert Collector().receive(frame) is Receipt.FOREIGN


def test_bits_left_over_and_more_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spare = bc32(BODY + b"\0")
    assert fed(f"ur:bytes/{spare}").messages == ()
    monkeypatch.setattr(legacy, "TEXT_LIMIT", 100)
    with pytest.raises(Unreadable, match="longer"):
        legacy.join([legacy.Part("bytes", 2, index, "", b"q" * 60) for index in range(2)])


def test_a_ur_of_today_is_never_read_as_an_old_one() -> None:
    for frame in multipart.encode(psbt(100)), multipart.encode(Message("bytes", b"hello")):
        assert fed(next(frame)).messages


def test_a_secret_in_an_old_ur_is_refused() -> None:
    words = b"legal winner thank year wave sausage worth useful legal winner thank yellow"
    for frames in ([f"ur:bytes/{bc32(cbor.byte_string(words))}"], series(cbor.byte_string(words), 2)):
        with pytest.raises(Unreadable, match="recovery phrase"):
            fed(*frames).require()


def test_a_series_has_at_most_4096_parts() -> None:
    digest = "q" * 10
    for number in (1, 4_095, 4_096):
        part = legacy.parse(f"ur:bytes/{number}of4096/{digest}/qqqqqqqq")
        assert part is not None
        assert (part.index, part.total) == (number - 1, 4_096)
    for frame in (f"ur:bytes/1of4097/{digest}/qqqqqqqq", f"ur:bytes/4097of4096/{digest}/qqqqqqqq"):
        with pytest.raises(Unreadable, match="says that it is part"):
            legacy.parse(frame)


def test_all_parts_but_a_last_one_are_as_long_as_each_and_no_longer_than_a_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(legacy, "TEXT_LIMIT", 100)
    for length, total in ((100, 2), (50, 3), (25, 5), (20, 6)):
        for more, refused in ((0, False), (1, True)):
            frame = f"ur:bytes/1of{total}/qqqqqqqqqq/{'q' * (length + more)}"
            if refused:
                with pytest.raises(Unreadable, match="longer"):
                    legacy.parse(frame)
            else:
                assert legacy.parse(frame) is not None


def test_frames_of_one_message_share_their_stream_and_no_other_kind_of_frame_has_it() -> None:
    one, two, *_rest = (legacy.parse(frame) for frame in series(BODY, 3))
    other = legacy.parse(series(cbor.byte_string(psbt(400, "another").payload), 3)[0])
    assert one is not None
    assert two is not None
    assert other is not None
    assert one.stream == two.stream != other.stream


def test_letters_with_a_right_checksum_are_still_whole_bytes() -> None:
    """What has more than four bits left over, or one of them set, was cut or made by nobody."""
    for values, body in (
        ([], b""),
        ([31, 28], b"\xff"),
        ([0, 0, 0, 16], b"\0\1"),
        ([31] * 8, b"\xff" * 5),
        ([8, 0, 0, 0, 0, 0, 0, 1], b"@\0\0\0\1"),
    ):
        assert legacy._decoded(checked(values)) == body
    for values in ([0], [0, 0, 0], [0] * 6, [31, 29], [31, 30], [0, 0, 0, 17], [0, 0, 0, 24], [0] * 4 + [1]):
        with pytest.raises(Unreadable, match="checksum of the frames is wrong"):
            legacy._decoded(checked(values))
    for letters in ("", "q", "qqqqq"):
        with pytest.raises(Unreadable, match="checksum of the frames is wrong"):
            legacy._decoded(letters)


def test_a_whole_one_of_nothing_is_no_cbor() -> None:
    with pytest.raises(Unreadable, match="CBOR is cut off"):
        legacy.join([legacy.Part("bytes", 1, 0, "", bc32(b"").encode())])


def test_as_much_text_as_the_longest_message_takes_is_read_and_a_letter_more_is_not() -> None:
    """8 letters for 5 bytes of 4 MiB, and some for what stands around them, with room."""
    most = 8 << 20
    found = legacy.parse("ur:bytes/1of2/qqqqqqqqqq/" + "q" * most)
    assert found is not None
    assert len(found.data) == most > 8 * (4 << 20) // 5
    for act in (
        lambda: legacy.parse("ur:bytes/1of2/qqqqqqqqqq/" + "q" * (most + 1)),
        lambda: legacy.join([legacy.Part("bytes", 2, 0, "", b"q" * most), legacy.Part("bytes", 2, 1, "", b"q")]),
    ):
        with pytest.raises(Unreadable, match="longer than 4194304 bytes"):
            act()


def test_pieces_that_are_exactly_as_long_as_allowed_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "TEXT_LIMIT", 100)
    with pytest.raises(Unreadable, match="checksum"):
        legacy.join([legacy.Part("bytes", 2, index, "", b"q" * 50) for index in range(2)])


def test_the_parts_of_a_frame_are_what_it_says() -> None:
    digest = bc32(hashlib.sha256(BODY).digest())
    assert legacy.parse(f"UR:BYTES/2OF3/{digest.upper()}/QPZRY9X8") == legacy.Part("bytes", 3, 1, digest, b"qpzry9x8")
    assert legacy.parse(f"ur:bytes/{digest}/qpzry9x8") == legacy.Part("bytes", 1, 0, digest, b"qpzry9x8")
    assert legacy.parse("ur:bytes/qpzry9x8") == legacy.Part("bytes", 1, 0, "", b"qpzry9x8")
    for none in ("ur:bytes/", "ur:by tes/qpzry9x8", "ur:bytes/1of2/3of4/qpzry9x8", "ur:bytes/qpzry9x8\n", "qpzry9x8"):
        assert legacy.parse(none) is None
    assert legacy.parse("ur:bytes/qpzry9x8\u212a") is None
