"""Specter's pMofN frames: read in any order beside anything else, and never mixed."""

import base64
import json

import pytest

from airgap import pmofn
from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.receiving.collector import Collector, Receipt
from tests.airgap.frames import fed, psbt


def frames(text: str, size: int = 300) -> list[str]:
    """Split a text as Specter does."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [f"p{number}of{len(pieces)} {piece}" for number, piece in enumerate(pieces, 1)]


PSBT = psbt(1_500)
SERIES = frames(base64.b64encode(PSBT.payload).decode())


@pytest.mark.parametrize("step", [1, -1])
def test_a_psbt_arrives_in_any_order_with_repeats_and_strangers(step: int) -> None:
    collector = fed("ur:bytes/nonsense", *SERIES[::step], SERIES[0])
    assert collector.require() == PSBT
    assert collector.foreign == 1


def test_what_is_no_psbt_is_a_text() -> None:
    assert fed(*frames("wsh(sortedmulti(2,[73c5da0a/48h]xpub))" * 20)).require().type == "text"


@pytest.mark.parametrize("frame", ["p0of3 abc", "p4of3 abc", "p1of100 abc", "p1of3", "p01of3 abc", "p1of3 \x1b[31m"])
def test_what_only_looks_like_one_is_foreign(frame: str) -> None:
    assert Collector().receive(frame) is Receipt.FOREIGN


def test_a_part_in_two_versions_is_a_conflict_and_a_clean_round_completes() -> None:
    other = frames(base64.b64encode(psbt(1_500, "another").payload).decode())
    collector = fed(*SERIES[:3], other[1])
    assert not collector.messages
    for frame in SERIES:
        collector.receive(frame)
    assert fed(*SERIES[:3], other[1], *SERIES, *SERIES).disagreed == 2
    late = fed(*SERIES, other[2])
    with pytest.raises(Mismatch, match="two versions"):
        late.require()


def test_a_missing_part_is_named() -> None:
    with pytest.raises(Unreadable, match="part 2 of"):
        fed(SERIES[0], *SERIES[2:]).require()


def test_a_part_whose_series_would_be_over_the_limit_is_foreign() -> None:
    piece = "c" * 90_000
    assert Collector().receive(f"p1of99 {piece}") is Receipt.FOREIGN
    assert Collector().receive(f"p99of99 {piece}") is Receipt.FOREIGN
    assert Collector().receive(f"p1of90 {piece}") is Receipt.NEW


def test_the_parts_of_a_message_over_the_limit_are_refused() -> None:
    parts = [pmofn.Part(2, index, b"x" * 5_000_000) for index in range(2)]
    with pytest.raises(Unreadable, match="longer"):
        pmofn.join(parts)
    assert pmofn.join([pmofn.Part(1, 0, b"hello")]) == Message("text", b"hello")


def unequal(text: str, *cuts: int) -> list[str]:
    """Split a text at the places given."""
    ends = [*cuts, len(text)]
    pieces = [text[start:end] for start, end in zip([0, *cuts], ends, strict=True)]
    return [f"p{number}of{len(pieces)} {piece}" for number, piece in enumerate(pieces, 1)]


WALLET = json.dumps({"label": "Dev", "descriptor": "wsh(sortedmulti(1,xpub))", "devices": ["one", "two"] * 30})


@pytest.mark.parametrize("cuts", [(409 // 2, 350), (20, 21), (300, 310)])
def test_pieces_of_unequal_length_are_read_where_the_text_vouches_for_itself(cuts: tuple[int, int]) -> None:
    """SeedSigner's own test joins pieces of 409, 291 and 488 characters (tests/test_decodepsbtqr.py)."""
    assert fed(*unequal(WALLET, *cuts)[::-1]).require() == Message("json", WALLET.encode())
    base64_text = base64.b64encode(PSBT.payload).decode()
    assert fed(*unequal(base64_text, *cuts)).require() == PSBT


def test_pieces_of_unequal_length_that_contradict_or_do_not_join_are_no_message() -> None:
    frames, other = unequal(WALLET, 100, 250), unequal(WALLET.replace("Dev", "Wolf"), 100, 250)
    assert not fed(frames[0], other[0], *frames[1:]).messages
    half = fed(frames[0], frames[1].replace('"', "", 1), frames[2])
    with pytest.raises(Unreadable, match="do not join"):
        half.require()
    assert not fed(*unequal("some text of no known kind", 5, 20)).messages


def test_the_spaces_at_the_ends_of_a_piece_belong_to_it() -> None:
    wallet = json.dumps({"label": "Dev", "note": "one  two"})
    for cut in range(1, len(wallet)):
        frames = unequal(wallet, cut)
        collector = Collector()
        for frame in frames:
            collector.receive_code(frame.encode())
        assert collector.require().payload == wallet.encode()
        assert fed(*[frame + "\r\n" for frame in frames]).require().payload == wallet.encode()


def test_a_psbt_that_is_not_whole_is_no_text_either() -> None:
    cut = SERIES[0].removeprefix("p1of7 ")
    with pytest.raises(Unreadable, match="do not join"):
        fed(*frames(cut, 100)).require()


@pytest.mark.parametrize(("length", "total"), [(100, 2), (50, 3), (20, 6)])
def test_a_series_is_at_the_most_as_long_as_its_parts_and_of_a_last_one_all_are(
    length: int, total: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A last part may be shorter than the others: where this is another, only so many are as long as it."""
    monkeypatch.setattr(pmofn, "TEXT_LIMIT", 100)
    for number in (1, total - 1):
        assert pmofn.parse(f"p{number}of{total} {'c' * length}") is not None
        with pytest.raises(Unreadable, match="longer"):
            pmofn.parse(f"p{number}of{total} {'c' * (length + 1)}")
    longest = 100 // total
    assert pmofn.parse(f"p{total}of{total} {'c' * longest}") is not None
    with pytest.raises(Unreadable, match="longer"):
        pmofn.parse(f"p{total}of{total} {'c' * (longest + 1)}")


def test_the_parts_of_a_frame_are_what_it_says_and_are_not_shown() -> None:
    found = pmofn.parse("p2of3 a piece ")
    assert found == pmofn.Part(3, 1, b"a piece ")
    assert found.stream == pmofn.Part(3, 0, b"").stream != pmofn.Part(4, 1, b"a piece ").stream
    assert "piece" not in repr(found)
    for number in (1, 99):
        assert pmofn.parse(f"p{number}of99 x") == pmofn.Part(99, number - 1, b"x")
    for none in ("p1of100 x", "p100of100 x", "p0of2 x", "p1of0 x", "p1of02 x", "p1of2x", "p1of2 ", "p1of2 \x7f"):
        assert pmofn.parse(none) is None
    with pytest.raises(Unreadable, match="part 3 of 2"):
        pmofn.parse("p3of2 x")


def test_as_much_text_as_the_longest_message_takes_in_hex_is_read_and_a_letter_more_is_not() -> None:
    most = 8 << 20
    for frame in ("p1of2 ", "p1of1 "):
        found = pmofn.parse(frame + "c" * most)
        assert found is not None
        assert len(found.data) == most
        with pytest.raises(Unreadable, match="longer than 4194304 bytes"):
            pmofn.parse(frame + "c" * (most + 1))


def test_a_text_of_as_many_characters_as_are_allowed_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pmofn, "TEXT_LIMIT", 20)
    parts = [pmofn.Part(2, index, b"ten zzzz !") for index in range(2)]
    assert pmofn.join(parts) == Message("text", b"ten zzzz !ten zzzz !")
    with pytest.raises(Unreadable, match="longer"):
        pmofn.join([*parts[:1], pmofn.Part(2, 1, b"ten zzzz !!")])


@pytest.mark.parametrize(
    ("lengths", "is_joined"),
    [
        *[((3,), True), ((3, 3), True), ((3, 2), True), ((3, 4), False), ((3, 3, 1), True), ((3, 3, 4), False)],
        *[((3, 2, 1), False), ((2, 3, 2), False), ((3, 3, 3, 3), True), ((4, 3, 3, 3), False)],
    ],
)
def test_a_text_that_vouches_for_nothing_comes_in_equal_pieces_and_a_last_one_no_longer(
    lengths: tuple[int, ...], *, is_joined: bool
) -> None:
    parts = [pmofn.Part(len(lengths), index, b"z" * length) for index, length in enumerate(lengths)]
    if is_joined:
        assert pmofn.join(parts) == Message("text", b"z" * sum(lengths))
    else:
        with pytest.raises(Unreadable, match="do not join to one whole text"):
            pmofn.join(parts)
