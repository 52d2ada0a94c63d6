"""URs as text: the published examples, both cases, and every defect that one part alone can have."""

import zlib
from itertools import islice

import pytest

from airgap import cbor
from airgap.errors import Unreadable, Usage
from airgap.message import MESSAGE_LIMIT, Message
from airgap.ur import bytewords, multipart
from airgap.ur.multipart import Part
from tests.airgap.frames import part, payload
from tests.airgap.ur.test_fountain import wolf

SINGLE = (
    "ur:bytes/hdeymejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtgwdpfnsboxgwlbaawzuefywkdplrsrjynbvygabwjldapfcsdwk"
    "brkch"
)
PARTS = {
    1: "ur:bytes/1-9/lpadascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtdkgslpgh",
    9: "ur:bytes/9-9/lpasascfadaxcywenbpljkhdcajskecpmdckihdyhphfotjojtfmlnwmadspaxrkytbztpbauotbgtgtaeaevtgavtny",
    12: "ur:bytes/12-9/lpbnascfadaxcywenbpljkhdcarllaluzmdmgstospeyiefmwejlwtpedamktksrvlcygmzemovovllarodtmtbnptrs",
    20: "ur:bytes/20-9/lpbbascfadaxcywenbpljkhdcayapmrleeleaxpasfrtrdkncffwjyjzgyetdmlewtkpktgllepfrltataztksmhkbot",
}
"""Of the reference tests: 256 bytes in fragments of 30."""


def test_a_single_part_agrees_with_the_reference() -> None:
    message = Message("bytes", wolf(50))
    assert list(multipart.encode(message, 200)) == [SINGLE]
    assert multipart.parse(SINGLE) == message


def test_the_parts_agree_with_the_reference() -> None:
    stream = list(islice(multipart.encode(Message("bytes", wolf(256)), 30), 20))
    assert {number: stream[number - 1] for number in PARTS} == PARTS


@pytest.mark.parametrize("frame", [SINGLE, *PARTS.values()])
def test_either_case_is_read(frame: str) -> None:
    assert multipart.parse(frame.upper()) == multipart.parse(frame)
    assert multipart.parse("UR:" + frame[3:]) == multipart.parse(frame)


def test_the_stream_of_a_long_message_does_not_end() -> None:
    frames = list(islice(multipart.encode(Message("bytes", payload(500)), 100), 50))
    assert len(set(frames)) == 50


def test_a_part_of_any_sequence_number_is_read() -> None:
    encoder = multipart.Encoder(Message("bytes", payload(500)), 100)
    for seq_num in (1, 7, 2**16, 2**31, 2**32 - 1):
        found = multipart.parse(encoder.part(seq_num))
        assert isinstance(found, Part)
        assert (found.seq_num, found.seq_len) == (seq_num, encoder.seq_len)


BODY = cbor.byte_string(payload(98))
CRC = zlib.crc32(BODY)
"""100 bytes: five fragments of 20."""

HONEST = part(1, 5, 100, CRC, BODY[:20])


def test_the_honest_part_beside_the_defects_is_read() -> None:
    assert multipart.parse(HONEST) == Part("crypto-psbt", 1, 5, 100, CRC, BODY[:20])


@pytest.mark.parametrize(
    ("defect", "frame"),
    [
        ("one part in a hundred million", part(1, 10**8, 100, CRC, BODY[:20])),
        ("a hundred million parts, lengths to match", part(1, 10**8, 10**8, CRC, b"\0")),
        ("4,097 parts", part(1, 4097, 4097, CRC, b"\0")),
        ("a message of 4 MiB and a byte", part(1, 2, MESSAGE_LIMIT + 1, CRC, bytes(MESSAGE_LIMIT // 2 + 1))),
        ("more parts than the lengths give", part(1, 6, 100, CRC, BODY[:20])),
        ("fewer parts than the lengths give", part(1, 4, 100, CRC, BODY[:20])),
        ("no parts", part(1, 0, 100, CRC, BODY[:20], path="1-1")),
        ("no message", part(1, 0, 0, CRC, b"x", path="1-1")),
        ("no data", part(1, 5, 100, CRC, b"")),
        ("sequence number zero", part(0, 5, 100, CRC, BODY[:20])),
        ("sequence number zero behind a one", part(0, 5, 100, CRC, BODY[:20], path="1-5")),
        ("sequence number of 33 bits", part(2**32, 5, 100, CRC, BODY[:20])),
        ("checksum of 33 bits", part(1, 5, 100, 2**32, BODY[:20])),
        ("path of another part", part(1, 5, 100, CRC, BODY[:20], path="2-5")),
        ("path of another length", part(1, 5, 100, CRC, BODY[:20], path="1-6")),
        ("path with a leading zero", part(1, 5, 100, CRC, BODY[:20], path="01-5")),
        ("path with a sign", part(1, 5, 100, CRC, BODY[:20], path="+1-5")),
        ("path in other digits", part(1, 5, 100, CRC, BODY[:20], path="\u0661-5")),
        ("path of one number", part(1, 5, 100, CRC, BODY[:20], path="1")),
        ("a letter that lowers into ASCII", HONEST.replace("k", "\u212a")),
        ("a space inside", HONEST.replace("/", "/ ", 1)),
        ("a line after it", HONEST + "\n"),
        ("no type", HONEST.replace("crypto-psbt", "")),
        ("a type with a dot", HONEST.replace("crypto-psbt", "crypto.psbt")),
        ("another scheme", "x" + HONEST),
        ("one letter changed", HONEST[:-1] + ("a" if HONEST[-1] != "a" else "b")),
        ("four fields", "ur:bytes/1-5/" + bytewords.encode(bytes.fromhex("8401051864") + b"\x41x")),
        ("six fields", "ur:bytes/1-5/" + bytewords.encode(bytes.fromhex("86010518641a00000000") + b"\x41x\0")),
        ("bytes after the fields", "ur:bytes/1-1/" + bytewords.encode(bytes.fromhex("850101011a000000004178ff"))),
        ("a whole UR over no CBOR", "ur:bytes/" + bytewords.encode(b"\x1c")),
        ("a whole UR over nothing", "ur:bytes/" + bytewords.encode(b"")),
        ("a whole UR of two items", "ur:bytes/" + bytewords.encode(b"\x41x\x41x")),
        ("a whole UR nested too deep", "ur:envelope/" + bytewords.encode(b"\x81" * 17 + b"\0")),
        ("nothing", ""),
        ("a scheme alone", "ur:"),
    ],
)
def test_a_defect_is_unreadable(defect: str, frame: str) -> None:
    with pytest.raises(Unreadable):
        multipart.parse(frame)


def test_a_message_over_four_mebibytes_is_not_sent() -> None:
    with pytest.raises(Unreadable, match="4194304"):
        multipart.encode(Message("bytes", bytes(MESSAGE_LIMIT)), 2000)


def test_more_than_4096_parts_are_not_sent() -> None:
    with pytest.raises(Unreadable, match="more than the 4096") as refusal:
        multipart.encode(Message("bytes", bytes(50_000)), 12)
    assert "larger" in refusal.value.hint


def test_a_fragment_of_nothing_is_usage() -> None:
    with pytest.raises(Usage):
        multipart.encode(Message("bytes", b"x"), 0)


def test_a_type_that_needs_cbor_is_not_sent_without() -> None:
    with pytest.raises(Unreadable):
        multipart.encode(Message("json", b"{}"), 200)


FIELDS = {"seq_num": 2**32 - 1, "seq_len": 4_096, "message_len": 4 << 20, "checksum": 2**32 - 1}
"""A field of a part -> the most that it may be (BCR-2020-005, and docs/limits.md)."""


@pytest.mark.parametrize("named", FIELDS)
def test_the_most_that_a_field_may_be_is_read_and_one_more_is_named_as_over_its_limit(named: str) -> None:
    most = FIELDS[named]
    one = {"seq_num": 1, "seq_len": 4_096, "message_len": 4 << 20, "checksum": CRC}

    def frame(value: int) -> str:
        return part(*(one | {named: value}).values(), bytes(1_024))

    found = multipart.parse(frame(most))
    assert isinstance(found, Part)
    assert getattr(found, named) == most
    with pytest.raises(Unreadable, match=f"above its limit of {most}"):
        multipart.parse(frame(most + 1))


def test_every_field_is_compared_with_the_path_and_the_lengths() -> None:
    for seq_num, seq_len in ((1, 5), (3, 5), (5, 5), (77, 5)):
        found = multipart.parse(part(seq_num, seq_len, 100, CRC, BODY[:20]))
        assert found == Part("crypto-psbt", seq_num, seq_len, 100, CRC, BODY[:20])
        for path in (f"{seq_num + 1}-{seq_len}", f"{seq_num}-{seq_len + 1}"):
            with pytest.raises(Unreadable, match="number the part differently"):
                multipart.parse(part(seq_num, seq_len, 100, CRC, BODY[:20], path=path))
    for length in (81, 100):
        assert isinstance(multipart.parse(part(1, 5, length, CRC, BODY[:20])), Part)
    for length in (0, 80, 101):
        with pytest.raises(Unreadable, match="does not follow from its lengths"):
            multipart.parse(part(1, 5, length, CRC, BODY[:20]))
    with pytest.raises(Unreadable, match="does not follow from its lengths"):
        multipart.parse(part(1, 5, 100, CRC, b""))


def test_a_message_of_as_many_bytes_as_are_allowed_is_sent_and_read_and_one_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A smaller limit stands for the 4 MiB of the real one."""
    assert MESSAGE_LIMIT == 4 << 20
    most, longer = Message("bytes", payload(98)), Message("bytes", payload(99))
    frames = [next(multipart.encode(each, 200)) for each in (most, longer)]
    assert [len(each.cbor()) for each in (most, longer)] == [100, 101]
    monkeypatch.setattr(multipart, "MESSAGE_LIMIT", 100)
    assert list(multipart.encode(most, 200)) == frames[:1]
    assert multipart.parse(frames[0]) == most
    for act in (lambda: multipart.Encoder(longer, 200), lambda: multipart.parse(frames[1])):
        with pytest.raises(Unreadable, match="longer than 100 bytes"):
            act()


def test_more_letters_than_any_part_has_are_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is its fragment, and 64 bytes at the most for its fields and its checksum."""
    monkeypatch.setattr(multipart, "MESSAGE_LIMIT", 100)
    for letters, said in (("ae" * 164, "checksum"), ("ae" * 164 + "a", "longer than 100 bytes")):
        with pytest.raises(Unreadable, match=said):
            multipart.parse(f"ur:bytes/{letters}")


def test_by_default_a_fragment_has_200_bytes() -> None:
    for length in (197, 198, 199, 1_000):
        message = Message("bytes", payload(length))
        assert list(islice(multipart.encode(message), 9)) == list(islice(multipart.encode(message, 200), 9))
        assert multipart.Encoder(message).seq_len == -(-len(message.cbor()) // 200)


@pytest.mark.parametrize("frame", ["", "ur:", "ur:bytes", "ur:bytes/1-2", "hello", "ur:Bytes\n/ae", "ur:bytes/1-0/ae"])
def test_what_has_not_the_shape_of_a_ur_is_told_from_what_is_damaged(frame: str) -> None:
    assert not multipart.is_one(frame)
    with pytest.raises(Unreadable, match="this is not a UR"):
        multipart.parse(frame)
    for damaged in (SINGLE[:-2] + "ae", PARTS[9].upper(), "ur:bytes/ae", HONEST.replace("1-5", "1-6")):
        assert multipart.is_one(damaged)
    assert not multipart.is_one(SINGLE.replace("k", "\u212a"))
