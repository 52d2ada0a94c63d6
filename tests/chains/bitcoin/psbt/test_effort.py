"""What a file asks of its reader: each kind of operation is counted, and the sum is held against the file's size."""

from hashlib import sha256

import pytest

from custody.chains.bitcoin.consensus.script import count_operations, operations
from custody.chains.bitcoin.psbt import Psbt, effort
from custody.chains.bitcoin.psbt.effort import Effort, Operation
from custody.errors import Unreadable
from tests.conftest import ROOT
from tests.support import desk

KEY = desk.root("A").derive("m/84h/1h/0h/0/0").to_public().key.sec()
ACCOUNT = bytes(desk.root("A").derive("m/84h").to_public().serialize())
ORIGIN = b"abcd" + bytes(4) * 5
"""A fingerprint, and a path of five steps."""

DER = bytes.fromhex("30440220") + b"\x11" * 32 + bytes.fromhex("0220") + b"\x11" * 32 + b"\x01"
NATIVE, OLD = b"\x00\x14" + bytes(20), b"\x76\xa9\x14" + bytes(20) + b"\x88\xac"
SCRIPT = b"\x51\x02ab\x87"
"""Three operations in five bytes."""

OF_OUTPUTS = 4
"""Operations of the scripts that PAID pays to."""

NUMBER_2 = (2).to_bytes(4, "little")

SPENT = [(bytes([number + 1]) * 32, 0, desk.FINAL) for number in range(3)]
PAID = [desk.output(1, NATIVE), desk.output(2, NATIVE)]
OUTPUTS_SIZE = sum(map(len, PAID))

Pairs = list[desk.Pair]


def file(first: Pairs = (), output: Pairs = (), header: Pairs = (), rest: Pairs = ()) -> bytes:  # type: ignore[assignment]
    """Three inputs, of which the first has fields of its own, and two outputs likewise."""
    maps = [[(b"\x00", desk.transaction(SPENT, PAID)), *header], first, rest, rest, output, []]
    return b"psbt\xff" + b"".join(map(desk.psbt_map, maps))


def counted(document: bytes, operation: Operation) -> int:
    return Psbt.parse(document).effort.counts.get(operation, 0)


def previous(witness_items: int) -> bytes:
    """An earlier transaction of two inputs and three outputs, with empty witness items in its first input."""
    bare = desk.transaction(SPENT[:2], [*PAID, PAID[0]])
    witness = bytes([witness_items]) + bytes(witness_items) + b"\x00" if witness_items else b""
    return bare[:4] + (b"\x00\x01" if witness else b"") + bare[4:-4] + witness + bare[-4:]


def test_every_map_is_counted() -> None:
    assert counted(file(), effort.MAP) == 5


@pytest.mark.parametrize("pair", [(b"\xf0ab", b""), (b"\xfc\x01ab", b""), (b"\x0b" + sha256(b"").digest(), b"")])
def test_fields_that_are_not_known_are_counted_in_every_map(pair: desk.Pair) -> None:
    assert counted(file(), effort.FIELD) == 0
    assert counted(file([pair]), effort.FIELD) == 1
    if pair[0][0] != 0x0B:
        assert counted(file(output=[pair]), effort.FIELD) == 1
        assert counted(file(header=[pair]), effort.FIELD) == 1


def test_keys_are_counted_and_the_steps_of_their_paths() -> None:
    tap_value = b"\x02" + bytes(64) + ORIGIN
    for document, items in (
        (file([(b"\x06" + KEY, ORIGIN)]), 5),
        (file([(b"\x16" + KEY[1:], tap_value)]), 7),
        (file(output=[(b"\x02" + KEY, ORIGIN)]), 5),
        (file(output=[(b"\x07" + KEY[1:], tap_value)]), 7),
        (file(header=[(b"\x01" + ACCOUNT, b"abcd" + bytes(4))]), 1),
    ):
        assert counted(document, effort.KEY) == 1
        assert counted(document, effort.ITEM) == items
    assert counted(file([(b"\x15\xc0" + KEY[1:], SCRIPT + b"\xc0")]), effort.KEY) == 1


@pytest.mark.parametrize(
    "pair", [(b"\x02" + KEY, DER), (b"\x13", b"\x11" * 64), (b"\x14" + KEY[1:] + bytes(32), b"\x11" * 64)]
)
def test_signatures_of_every_kind_are_counted(pair: desk.Pair) -> None:
    assert counted(file(), effort.SIGNATURE) == 0
    assert counted(file([pair]), effort.SIGNATURE) == 1


def test_leaves_of_a_tree_are_counted() -> None:
    assert counted(file(output=[(b"\x06", b"\x02\xc0\x00" * 4)]), effort.LEAF) == 4


def test_the_operations_of_every_script_are_counted() -> None:
    assert counted(file(), effort.OPCODE) == OF_OUTPUTS
    for document in (
        file([(b"\x04", SCRIPT)]),
        file([(b"\x05", SCRIPT)]),
        file([(b"\x15\xc0" + KEY[1:], SCRIPT + b"\xc0")]),
        file([(b"\x07", SCRIPT)]),
        file([(b"\x08", b"\x02\x00" + desk.sized(SCRIPT))]),
        file([(b"\x08", b"\x02" + desk.sized(SCRIPT) + b"\x00")]),
        file(output=[(b"\x00", SCRIPT)]),
        file(output=[(b"\x01", SCRIPT)]),
    ):
        assert counted(document, effort.OPCODE) == 3 + OF_OUTPUTS


def test_the_operations_of_what_is_paid_to_are_counted_in_either_version() -> None:
    paid = [desk.output(1, NATIVE), desk.output(2, SCRIPT)]
    old = b"psbt\xff" + b"".join(map(desk.psbt_map, [[(b"\x00", desk.transaction(SPENT[:1], paid))], [], [], []]))
    header = [(b"\xfb", NUMBER_2), (b"\x02", NUMBER_2), (b"\x04", b"\x01"), (b"\x05", b"\x02")]
    spent = [(b"\x0e", SPENT[0][0]), (b"\x0f", bytes(4))]
    outputs = [[(b"\x03", bytes(8)), (b"\x04", script)] for script in (NATIVE, SCRIPT)]
    new = b"psbt\xff" + b"".join(map(desk.psbt_map, [header, spent, *outputs]))
    assert counted(old, effort.OPCODE) == counted(new, effort.OPCODE) == 2 + 3


def test_the_operations_of_what_locks_a_coin_are_counted_wherever_it_is_stated() -> None:
    witness = (b"\x01", desk.output(5, SCRIPT))
    made = (b"\x00", desk.transaction(SPENT[:1], [desk.output(5, SCRIPT), desk.output(6, bytes(50))]))
    for said, count in (([], 0), ([witness], 3), ([made], 3), ([made, witness], 6)):
        assert counted(file(said), effort.OPCODE) == count + OF_OUTPUTS


def test_earlier_transactions_are_counted_by_their_parts() -> None:
    assert counted(file([(b"\x00", previous(0))]), effort.PART) == 5
    document = file([(b"\x00", previous(7))])
    assert (counted(document, effort.PART), counted(document, effort.ITEM)) == (5, 7)


def test_items_of_a_final_witness_are_counted() -> None:
    assert counted(file([(b"\x08", b"\x06" + bytes(6))]), effort.ITEM) == 6


def test_what_old_signatures_hash_is_counted_whether_or_not_anybody_signs() -> None:
    every = 3 * OUTPUTS_SIZE + (2 + 1) * 41
    for script, hashed in ((NATIVE, 0), (OLD, every), (b"\xa9\x14" + bytes(20) + b"\x87", every)):
        stated = [(b"\x01", desk.output(5, script))]
        assert counted(file(stated, rest=stated), effort.HASHED_BYTE) == hashed
    assert counted(file(rest=[(b"\x01", desk.output(5, OLD))]), effort.HASHED_BYTE) == 2 * OUTPUTS_SIZE + 41


def test_a_coin_that_is_called_segwit_and_is_not_is_counted_as_old() -> None:
    made = desk.transaction(SPENT[:1], [desk.output(5, OLD)])
    said = [(b"\x00", made), (b"\x01", desk.output(5, NATIVE))]
    assert counted(file(said), effort.HASHED_BYTE) == OUTPUTS_SIZE + 2 * 41


def test_operations_are_counted_as_they_are_read() -> None:
    for script in (SCRIPT, b"", b"\x4c\x01a\x4d\x02\x00ab\x4e\x03\x00\x00\x00abc\x51", b"\x4b" + bytes(75) + b"\xac"):
        assert count_operations(script) == len(list(operations(script)))
    assert count_operations(b"\x51\x05a") == 2


def test_a_file_may_ask_for_so_much_and_not_for_one_operation_more() -> None:
    allowed = Effort.of_size(1_000)
    assert allowed.limit == effort.BASE + 1_000 * effort.PER_BYTE
    count = allowed.limit // effort.LEAF.price
    full = allowed.plus({effort.LEAF: count - 1}).plus({effort.LEAF: 1})
    assert full.points == count * effort.LEAF.price
    with pytest.raises(Unreadable, match=f"{count + 1} leaves") as refused:
        full.plus({effort.LEAF: 1})
    assert refused.value.code == "too-much-work"
    with pytest.raises(Unreadable, match="leaves"):  # names what most of it is, and not what came last
        full.plus({effort.MAP: 1})


def test_what_a_file_may_ask_for_grows_with_its_size_up_to_the_same_for_all() -> None:
    assert Effort.of_size(0).limit == effort.BASE
    assert Effort.of_size(1_000_000).limit == effort.BASE + 2_000_000_000
    assert Effort.of_size(10_000_000).limit == effort.MOST == 5_000_000_000


def test_a_file_over_its_effort_is_unreadable_and_one_operation_below_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = file([(b"\x02" + KEY, DER), (b"\x01", desk.output(5, OLD))], [(b"\x06", b"\x01\xc0\x00" * 2)])
    points = Psbt.parse(document).effort.points
    monkeypatch.setattr(effort, "MOST", points)
    assert Psbt.parse(document).effort.points == points
    monkeypatch.setattr(effort, "MOST", points - 1)
    with pytest.raises(Unreadable) as refused:
        Psbt.parse(document)
    assert refused.value.code == "too-much-work"


def test_what_follows_is_not_read_once_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = file(output=[(b"\x00", SCRIPT)])[:-2]
    with pytest.raises(Unreadable) as refused:
        Psbt.parse(broken)
    assert refused.value.code == "unreadable"
    monkeypatch.setattr(effort, "MOST", 2 * effort.MAP.price)
    with pytest.raises(Unreadable) as refused:
        Psbt.parse(broken)
    assert refused.value.code == "too-much-work"


def test_the_prices_are_the_documented_ones() -> None:
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    _before, table = page.split("| operation | points |\n|---|---|\n")
    rows = [row.strip("| ").split(" | ") for row in table.split("\n\n")[0].splitlines()]
    priced = [each for each in vars(effort).values() if isinstance(each, Operation)]
    assert {told: int(points.replace(",", "")) for told, points in rows} == {each.told: each.price for each in priced}
