"""BBQr frames: the header, three encodings, and bombs."""

import base64
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airgap import bbqr
from airgap.errors import Unreadable, Usage
from airgap.message import Message
from airgap.receiving.collector import Collector
from tests.airgap.frames import payload, whole
from tests.support.effort import against, operations


def received(frames: tuple[str, ...]) -> Message:
    collector = Collector()
    for frame in frames:
        collector.receive(frame)
    return collector.require()


def deflated(data: bytes, window: int = 10) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -window)
    return deflater.compress(data) + deflater.flush()


def frames_of(data: bytes, encoding: str = "Z") -> tuple[str, ...]:
    """The frames of bytes that are packed already, 2,000 at a time."""
    pieces = [base64.b32encode(data[at : at + 2000]).decode().rstrip("=") for at in range(0, len(data), 2000)]
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return tuple(
        f"B${encoding}P{digits[len(pieces) // 36]}{digits[len(pieces) % 36]}{digits[n // 36]}{digits[n % 36]}{piece}"
        for n, piece in enumerate(pieces)
    )


@settings(deadline=None)
@given(
    st.binary(min_size=1, max_size=3000),
    st.integers(24, 4296),
    st.sampled_from("Z2H"),
    st.sampled_from(sorted(bbqr.FILE_TYPES.values())),
)
def test_any_message_returns(data: bytes, length: int, encoding: str, kind: str) -> None:
    if kind == "crypto-psbt":
        data = whole(len(data) + 80)
    if kind == "json":
        data = json.dumps(data.hex().split("0")).encode()
    frames = bbqr.encode(Message(kind, data), length, encoding)
    assert all(len(frame) <= length for frame in frames)
    assert received(frames[::-1]) == Message(kind, data)


def test_the_example_of_the_specification() -> None:
    """2,150 bytes as hex in frames of 2,007 characters and a header, as its text draws them."""
    data = whole(2150)
    text = data.hex().upper()
    frames = ("B$HP0300" + text[:2000], "B$HP0301" + text[2000:4000], "B$HP0302" + text[4000:])
    assert received(frames) == Message("crypto-psbt", data)


def test_parts_but_the_last_are_equally_long_and_none_is_a_runt() -> None:
    frames = bbqr.encode(Message("bytes", payload(5000)), 1000, "2")
    lengths = [len(frame) for frame in frames]
    assert len(set(lengths[:-1])) == 1
    assert lengths[-1] > 0.9 * lengths[0]
    assert all((length - 8) % 8 == 0 for length in lengths[:-1])


def test_frames_fit_the_alphanumeric_mode() -> None:
    allowed = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    for encoding in "Z2H":
        assert all(set(frame) <= allowed for frame in bbqr.encode(Message("bytes", payload(900)), 200, encoding))


def test_compression_is_left_out_where_it_does_not_help() -> None:
    assert bbqr.encode(Message("bytes", payload(500)))[0].startswith("B$2B")
    assert bbqr.encode(Message("bytes", bytes(range(50)) * 20))[0].startswith("B$ZB")


def test_what_would_be_refused_as_a_bomb_is_not_compressed() -> None:
    frames = bbqr.encode(Message("bytes", bytes(30_000)), 4296)
    assert frames[0].startswith("B$2B")
    assert received(frames).payload == bytes(30_000)


@pytest.mark.parametrize(("ur_type", "letter"), [("psbt", "P"), ("crypto-psbt", "P"), ("bytes", "B"), ("json", "J")])
def test_the_letter_of_a_type(ur_type: str, letter: str) -> None:
    assert bbqr.encode(Message(ur_type, b"[]"))[0][3] == letter


def test_a_ur_type_without_a_letter_goes_as_cbor() -> None:
    frame = bbqr.encode(Message("eth-sign-request", bytes.fromhex("a10102")))[0]
    assert frame[3] == "C"
    assert received((frame,)) == Message("cbor", bytes.fromhex("a10102"))
    with pytest.raises(Unreadable):
        bbqr.encode(Message("eth-sign-request", b"hello"))


def test_1295_parts_are_sent_and_no_more() -> None:
    assert len(bbqr.encode(Message("bytes", payload(1295 * 5)), 16, "2")) == 1295
    with pytest.raises(Unreadable, match="more than the 1295"):
        bbqr.encode(Message("bytes", payload(1295 * 5 + 1)), 16, "2")


@pytest.mark.parametrize("data", [b"", bytes(bbqr.INFLATED_LIMIT + 1)])
def test_an_empty_or_overlong_message_is_not_sent(data: bytes) -> None:
    with pytest.raises(Unreadable):
        bbqr.encode(Message("bytes", data))


def test_a_frame_without_room_or_an_unknown_encoding_is_usage() -> None:
    with pytest.raises(Usage):
        bbqr.encode(Message("bytes", payload(50)), 12)
    with pytest.raises(Usage):
        bbqr.encode(Message("bytes", b"x"), encoding="Q")


@pytest.mark.parametrize(
    ("defect", "frame"),
    [
        ("no header", "B$"),
        ("no data", "B$HP0100"),
        ("another prefix", "A$HP010000"),
        ("lower case", "b$hp0100aa"),
        ("hex in lower case", "B$HP0100aa"),
        ("reserved encoding", "B$QP010000"),
        ("reserved file type", "B$HE010000"),
        ("no parts", "B$HP000000"),
        ("a part beyond the last", "B$HP0101AA"),
        ("half a byte of hex", "B$HP0100AAA"),
        ("letters that are no hex", "B$HP0100GG"),
        ("Base32 with padding", "B$2P0100ME======"),
        ("Base32 of no whole byte", "B$2P0100MEE"),
        ("Base32 with bits left over", "B$2P0100MF"),
        ("letters that are no Base32", "B$2P010010"),
        ("a space", "B$HP0100AA AA"),
        ("a line after it", "B$HP0100AA\n"),
        ("digits that are not ASCII", "B$HP\u0660\u066100AA"),
    ],
)
def test_a_defect_is_unreadable(defect: str, frame: str) -> None:
    with pytest.raises(Unreadable):
        bbqr.parse(frame)


def test_an_honest_ratio_inflates() -> None:
    data = (payload(64) + bytes(1000)) * 20
    assert bbqr.inflate(deflated(data)) == data


@pytest.mark.parametrize(
    ("defect", "packed"),
    [
        ("grows more than a hundred times", deflated(bytes(60_000))),
        ("grows beyond 8 MiB", deflated(payload(32) * 2) + deflated(bytes(9 << 20))),
        ("bytes after the end", deflated(payload(300)) + b"\0"),
        ("cut off", deflated(payload(300))[:-1]),
        ("a larger window", deflated(payload(20_000) * 2, 15)),
        ("a zlib header", zlib.compress(payload(300))),
        ("no DEFLATE", b"\xff" * 50),
    ],
)
def test_what_does_not_inflate_within_the_limits_is_unreadable(defect: str, packed: bytes) -> None:
    with pytest.raises(Unreadable):
        bbqr.inflate(packed)


@pytest.mark.parametrize("encoding", "H2Z")
def test_a_series_is_bounded_by_its_first_part_whatever_it_claims(encoding: str) -> None:
    """2,500 bytes of hex or base32 in each of 1,295 parts are within the limit, 10,000 are not."""
    characters = {"H": "AA", "2": "AAAAAAAA", "Z": "AAAAAAAA"}[encoding]
    carried = {"H": 1, "2": 5, "Z": 5}[encoding]
    assert bbqr.parse(f"B${encoding}PZZ00" + characters * (2_500 // carried)).total == 1295
    with pytest.raises(Unreadable, match="more than 8388608"):
        bbqr.parse(f"B${encoding}PZZ00" + characters * (10_000 // carried))
    with pytest.raises(Unreadable, match="more than 8388608"):
        bbqr.parse(f"B${encoding}PZZZY" + characters * (10_000 // carried))
    assert bbqr.parse(f"B${encoding}P0201" + characters * (10_000 // carried)).index == 1


def test_a_series_of_1295_parts_arrives() -> None:
    data = payload(1295 * 1000)
    frames = bbqr.encode(Message("bytes", data), 8 + 1600, "2")
    assert len(frames) == 1295
    assert received(frames[::-1]) == Message("bytes", data)


def test_a_bomb_is_refused_for_the_work_and_memory_of_what_is_allowed() -> None:
    bomb = deflated(bytes(100 << 20))

    def refuse() -> None:
        with pytest.raises(Unreadable, match="grow beyond"):
            bbqr.inflate(bomb)

    tracemalloc.start()
    refuse()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20
    assert operations(refuse) < 2_000
    assert against(refuse, lambda: zlib.decompressobj(-15).decompress(bomb, 8 << 20)) < 4  # and not a hundred


@pytest.mark.parametrize(
    ("defect", "index", "length"),
    [
        ("a longer part in the middle", 1, 110),
        ("a shorter part in the middle", 1, 90),
        ("a last part longer than the others", 2, 101),
    ],
)
def test_a_part_of_another_length_than_its_series_is_never_joined(defect: str, index: int, length: int) -> None:
    def frame(number: int, count: int) -> str:
        return f"B$HB030{number}" + payload(count, f"part {number}").hex().upper()

    honest = [frame(0, 100), frame(1, 100), frame(2, 60)]
    collector = Collector()
    for each in (honest[0], frame(index, length), *honest[1:]):
        collector.receive(each)
    assert not collector.messages
    assert collector.disagreed == 2  # the strange part, and the honest one that contradicts it
    with pytest.raises(Unreadable) as missing:
        collector.require()
    assert "contradicted each other" in missing.value.hint
    for each in (*honest, *honest):
        collector.receive(each)
    assert collector.require().payload == b"".join(bbqr.parse(each).data for each in honest)


def test_a_series_under_another_header_is_another_series() -> None:
    one, other = payload(300), payload(300, "another")
    frames = [*bbqr.encode(Message("bytes", one), 168, "2"), *bbqr.encode(Message("text", other), 168, "2")]
    collector = Collector()
    for frame in frames[::2] + frames[1::2]:
        collector.receive(frame)
    assert {message.payload for message in collector.messages} == {one, other}


def test_a_hundred_mebibytes_in_frames_are_refused_and_the_honest_stream_completes() -> None:
    bomb = frames_of(deflated(bytes(100 << 20)))
    honest = bbqr.encode(Message("psbt", whole(900)), 300, "2")
    collector = Collector()
    for frame in (*bomb, *honest):
        collector.receive(frame)
    assert collector.require().payload == whole(900)


def test_halves_of_two_json_messages_under_one_header_are_no_message() -> None:
    first, second = (
        Message("json", (opening + "x" * (100 - 2 * len(opening)) + closing).encode())
        for opening, closing in (('["', '"]'), ('{"":"', '"}   '))
    )
    ours, theirs = (bbqr.encode(message, 120, "H") for message in (first, second))
    assert [part[:8] for part in ours] == [part[:8] for part in theirs]
    assert len(ours) > 1
    assert bbqr.join([bbqr.parse(part) for part in theirs]) == second
    with pytest.raises(Unreadable, match="they may be of two"):
        bbqr.join([bbqr.parse(part) for part in (*ours[:1], *theirs[1:])])


@pytest.mark.parametrize(("length", "total"), [(100, 2), (50, 3), (20, 6)])
def test_a_series_is_at_the_most_as_long_as_its_parts_and_of_a_last_one_all_are(
    length: int, total: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A last part may be shorter than the others: where this is another, only so many are as long as it."""
    monkeypatch.setattr(bbqr, "INFLATED_LIMIT", 100)
    for index in {0, total - 2}:
        assert bbqr.parse(f"B$HP0{total}0{index}{'AA' * length}").index == index
        with pytest.raises(Unreadable, match="more than 100 bytes"):
            bbqr.parse(f"B$HP0{total}0{index}{'AA' * (length + 1)}")
    longest = 100 // total
    assert bbqr.parse(f"B$HP0{total}0{total - 1}{'AA' * longest}").total == total
    with pytest.raises(Unreadable, match="more than 100 bytes"):
        bbqr.parse(f"B$HP0{total}0{total - 1}{'AA' * (longest + 1)}")


def test_each_letter_is_the_type_that_the_specification_gives_it_and_no_other_is_read() -> None:
    letters = {"P": "crypto-psbt", "T": "transaction", "J": "json", "C": "cbor", "U": "text", "B": "bytes"}
    letters["X"] = "executable"
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789":
        if letter in letters:
            assert bbqr.join([bbqr.parse(f"B$H{letter}0100AB")]) == Message(letters[letter], b"\xab")
            assert bbqr.encode(Message(letters[letter], b"\x80"), encoding="H") == (f"B$H{letter}010080",)
        else:
            with pytest.raises(Unreadable, match="not a BBQr frame"):
                bbqr.parse(f"B$H{letter}0100AB")


def test_numbers_have_two_digits_of_base_36_and_count_from_0() -> None:
    for digits, number in {"01": 1, "0Z": 35, "10": 36, "ZZ": 1295, "A5": 365}.items():
        part = bbqr.parse(f"B$HB{digits}00AB")
        assert (part.total, part.index, part.stream) == (number, 0, ("H", "B", number))
        assert "data" not in repr(part)
        with pytest.raises(Unreadable, match=f"part {number + 1} of {number}"):
            bbqr.parse(f"B$HB{digits}{digits}AB")
    headers = [frame[:8] for frame in bbqr.encode(Message("bytes", payload(1295)), 10, "H")]
    assert [headers[number] for number in (0, 35, 36, 1294)] == ["B$HBZZ00", "B$HBZZ0Z", "B$HBZZ10", "B$HBZZZY"]


@pytest.mark.parametrize(("encoding", "least"), [("2", 16), ("H", 10)])
def test_a_frame_holds_its_header_and_one_group_of_characters_at_the_least(encoding: str, least: int) -> None:
    frames = bbqr.encode(Message("bytes", payload(50)), least, encoding)
    assert {len(frame) for frame in frames} == {least}
    with pytest.raises(Usage, match=f"at least {least} characters") as told:
        bbqr.encode(Message("bytes", payload(50)), least - 1, encoding)
    assert "larger" in told.value.hint


@pytest.mark.parametrize(("encoding", "carried", "multiple"), [("2", 5, 8), ("H", 1, 2)])
def test_as_few_frames_as_fit_are_filled_equally(encoding: str, carried: int, multiple: int) -> None:
    """Held against every number of groups, in frames of 80 characters and their headers."""
    for groups in range(1, 160):
        frames = bbqr.encode(Message("bytes", payload(groups * carried)), 88, encoding)
        characters = groups * multiple
        count = -(-characters // 80)
        assert len(frames) == count
        lengths = [len(frame) - 8 for frame in frames]
        assert sum(lengths) == characters
        even = -(-characters // count)
        assert set(lengths[:-1]) <= {even + -even % multiple}
        assert 0 < lengths[-1] <= even + -even % multiple


def test_by_default_a_frame_has_428_characters_at_the_most_and_is_compressed_where_that_helps() -> None:
    for message in (Message("bytes", payload(2_000)), Message("bytes", bytes(range(200)) * 40)):
        assert bbqr.encode(message) == bbqr.encode(message, 428, "Z")
    assert len(bbqr.encode(Message("bytes", payload(260)))) == 1
    assert len(bbqr.encode(Message("bytes", payload(263)))) == 2


def test_what_is_sent_compressed_is_never_refused_as_a_bomb_and_what_would_be_is_not_compressed() -> None:
    """A hundred times and a byte more."""
    packed = deflated(bytes(1_400))
    most = 100 * len(packed)
    assert {len(deflated(bytes(each))) for each in (most, most + 1)} == {len(packed)}
    assert bbqr.inflate(deflated(bytes(most))) == bytes(most)
    assert bbqr.encode(Message("bytes", bytes(most)), 4_000)[0].startswith("B$ZB")
    with pytest.raises(Unreadable, match=f"grow beyond {most} bytes"):
        bbqr.inflate(deflated(bytes(most + 1)))
    assert bbqr.encode(Message("bytes", bytes(most + 1)), 4_000)[0].startswith("B$2B")


def test_a_message_of_as_many_bytes_as_are_allowed_is_sent_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller limit stands for 8 MiB."""
    assert bbqr.INFLATED_LIMIT == 8 << 20
    monkeypatch.setattr(bbqr, "INFLATED_LIMIT", 400)
    data = payload(40) * 10
    for encoding in "Z2H":
        assert received(bbqr.encode(Message("bytes", data), 60, encoding)).payload == data
        with pytest.raises(Unreadable, match="carries 1 to 400 bytes"):
            bbqr.encode(Message("bytes", data + b"\0"), 60, encoding)
        with pytest.raises(Unreadable, match="carries 1 to 400 bytes"):
            bbqr.encode(Message("bytes", b""), 60, encoding)
    with pytest.raises(Unreadable, match="grow beyond 400 bytes"):
        bbqr.inflate(deflated(data + b"\0"))


def test_what_is_as_long_packed_as_it_was_is_not_packed() -> None:
    """The specification asks for it only where it helps: here packed and plain are held against each other."""
    seen = set()
    for repeated in range(1, 40):
        data = payload(20) + b"a" * repeated
        helps = len(deflated(data)) < len(data)
        assert bbqr.encode(Message("bytes", data))[0][2] == ("Z" if helps else "2")
        seen.add(len(deflated(data)) - len(data))
    assert {-1, 0, 1} <= seen


def test_it_is_inflated_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what grows beyond the limit is noticed before all of it lies in memory."""
    assert max(map(len, bbqr._inflated(deflated(payload(64) + bytes(1 << 20))))) == 256 * 1024
    monkeypatch.setattr(bbqr, "_PORTION", 7)
    for length in (1, 6, 7, 8, 14, 300):
        data = payload(length)
        assert list(bbqr._inflated(deflated(data))) == [data[at : at + 7] for at in range(0, length, 7)] or (
            b"".join(bbqr._inflated(deflated(data))) == data
        )


@pytest.mark.parametrize("encoding", "2H")
def test_parts_of_a_text_that_is_no_utf_8_are_told_as_any_that_do_not_join(encoding: str) -> None:
    frames = bbqr.encode(Message("json", b"[1]" + b"\xff" * 60), 60, encoding)
    assert len(frames) > 1
    with pytest.raises(Unreadable, match="they may be of two"):
        bbqr.join([bbqr.parse(frame) for frame in frames])


def test_one_part_alone_need_not_vouch_for_itself() -> None:
    for kind, data in (("json", b"{"), ("crypto-psbt", b"psbt"), ("text", b"\xff"), ("json", b"\xff")):
        assert received(bbqr.encode(Message(kind, data), 60, "H")) == Message(kind, data)


def test_a_type_without_a_letter_that_is_no_cbor_is_refused_and_one_with_a_letter_need_be_none() -> None:
    assert bbqr.encode(Message("cbor", b"hello"), encoding="H") == ("B$HC0100" + b"hello".hex().upper(),)
    with pytest.raises(Unreadable, match="carries CBOR"):
        bbqr.encode(Message("envelope", b"hello"))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("B$HB0100AAA", "whole bytes of hex"),
        ("B$HB0100GG", "whole bytes of hex"),
        ("B$2B0100MEE", "whole bytes of Base32"),
        ("B$2B0100MF", "whole bytes of Base32"),
        ("B$2B010011", "whole bytes of Base32"),
        ("B$2B0100A", "whole bytes of Base32"),
        ("B$HB0000AA", "part 1 of 0"),
        ("B$HB0203AA", "part 4 of 2"),
        ("B$HB01 0AA", "not a BBQr frame"),
    ],
)
def test_what_is_wrong_with_a_frame_is_named(frame: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        bbqr.parse(frame)


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (deflated(payload(300)) + b"\0", "do not end where the frames do"),
        (deflated(payload(300))[:-1], "do not end where the frames do"),
        (b"", "do not end where the frames do"),
        (deflated(bytes(200)) * 2, "do not end where the frames do"),
        (b"\xff" * 50, "damaged, or were compressed with a larger window"),
        (zlib.compress(payload(300)), "damaged, or were compressed with a larger window"),
    ],
)
def test_what_is_wrong_with_what_is_packed_is_named(packed: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        bbqr.inflate(packed)


def test_nothing_needs_a_window_of_more_than_a_kibibyte() -> None:
    """What repeats only farther away is not found, and so not packed."""
    near, far = payload(700) * 2, payload(1_400) * 2
    assert len(deflated(far, 11)) < len(far)
    assert bbqr.encode(Message("bytes", near), 4_000)[0].startswith("B$ZB")
    assert bbqr.encode(Message("bytes", far), 4_296)[0].startswith("B$2B")
    assert bbqr.inflate(deflated(near)) == near
