"""One key in CBOR (BCR-2020-007, BCR-2020-008): every field at the edge of what it may be, and a step beyond.

The fields are A's account of P2WPKH by embit; what is written is compared with the map as the BCR draws it.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from custody.chains.bitcoin.descriptor import KeyExpression
from custody.chains.bitcoin.exchange.programs import ur_keys
from custody.chains.bitcoin.exchange.programs.ur_keys import VERSION_1, VERSION_2, Tags, read_key, write_key
from custody.chains.cbor_values import Tagged, Value
from custody.chains.extended_key import ExtendedKey
from custody.errors import Unreadable
from tests.support import desk

LAST = 2**31 - 1
"""The highest number of a step (BIP-32)."""

PATH = "84h/1h/0h"
ACCOUNT = desk.root("A").derive(f"m/{PATH}").to_public()
MASTER = int.from_bytes(desk.root("A").my_fingerprint)
ORIGIN: dict[Value, Value] = {1: [84, True, 1, True, 0, True], 2: MASTER, 3: 3}
TEXT = desk.expressions(PATH)["A"].removesuffix("/<0;1>/*")
TAGS = {VERSION_1: (303, 304, 305, 306), VERSION_2: (40303, 40304, 40305, 40306)}
"""hdkey, keypath, coin-info and eckey of BCR-2020-006's registry, in both versions."""

NONE: Mapping[int, Any] = {}
VERSIONS = pytest.mark.parametrize("tags", TAGS)


Changes = Mapping[int, Any]
"""Fields with other values; one that is None is left out."""


def fields(changes: Changes = NONE, tags: Tags = VERSION_1) -> dict[Value, Value]:
    """The fields of A's account."""
    _hdkey, keypath, coin, _eckey = TAGS[tags]
    whole: dict[int, Any] = {
        3: ACCOUNT.sec(),
        4: ACCOUNT.chain_code,
        5: Tagged(coin, {2: 1}),
        6: Tagged(keypath, ORIGIN),
        8: int.from_bytes(ACCOUNT.fingerprint),
    }
    return {number: value for number, value in {**whole, **changes}.items() if value is not None}


def read(changes: Changes = NONE, tags: Tags = VERSION_1) -> str:
    return read_key(Tagged(TAGS[tags][0], fields(changes, tags)))


def origin(changes: Changes) -> Tagged:
    return Tagged(304, {number: value for number, value in {**ORIGIN, **changes}.items() if value is not None})


def children(*components: Any) -> str:
    """What is read below a key."""
    return read({7: Tagged(304, {1: list(components)})}).removeprefix(TEXT)


def extended(changes: Changes = NONE) -> ExtendedKey:
    key = KeyExpression.parse(read(changes)).extended
    assert key is not None
    return key


# --- what is there, and what must be ---


@VERSIONS
def test_a_key_is_read_and_written_with_its_own_tags(tags: Tags) -> None:
    assert read(tags=tags) == TEXT
    assert write_key(KeyExpression.parse(TEXT), tags, children=False) == Tagged(TAGS[tags][0], fields(tags=tags))


@VERSIONS
@pytest.mark.parametrize("aside", [-1, 1, -40000, 40000])
def test_a_tag_beside_the_right_one_is_refused(tags: Tags, aside: int) -> None:
    """A step aside, or the same thing's of the other version."""
    hdkey, keypath, coin, eckey = TAGS[tags]
    for wrong in (
        {5: Tagged(coin + aside, {2: 1})},
        {6: Tagged(keypath + aside, ORIGIN)},
        {7: Tagged(keypath + aside, {1: []})},
    ):
        with pytest.raises(Unreadable, match="a tag is missing, or belongs to something else"):
            read(wrong, tags)
    if abs(aside) == 1:
        for key in (Tagged(hdkey + aside, fields(tags=tags)), Tagged(eckey + aside, {3: ACCOUNT.sec()})):
            with pytest.raises(Unreadable, match="something else stands"):
                read_key(key)


@pytest.mark.parametrize("field", [5, 6, 7])
def test_a_field_without_its_tag_is_refused(field: int) -> None:
    with pytest.raises(Unreadable, match="a tag is missing"):
        read({field: {1: []}})


@pytest.mark.parametrize("field", [3, 4])
def test_a_key_without_its_point_or_its_chain_code_is_none(field: int) -> None:
    whole = fields()[field]
    assert isinstance(whole, bytes)
    for wrong in (None, whole[:-1], whole + b"\0", b"", whole.hex(), 7):
        with pytest.raises(Unreadable, match="no public key of 33 bytes, or no chain code of 32"):
            read({field: wrong})


@pytest.mark.parametrize("field", [5, 8])
def test_a_network_or_a_parent_may_be_left_out(field: int) -> None:
    assert read({field: None}).startswith(TEXT.partition("]")[0])


def test_fields_for_people_are_passed_over_and_unknown_ones_refused() -> None:
    assert read({9: "savings", 10: "in the cellar"}) == TEXT
    for number in (0, 11, 100):
        with pytest.raises(Unreadable, match="not known"):
            read({number: "x"})
    with pytest.raises(Unreadable, match="not known"):
        read_key(Tagged(303, {**fields(), "3": b""}))


@pytest.mark.parametrize("field", [1, 2])
def test_whatever_does_not_say_no_to_being_private_is_refused_unread(field: int) -> None:
    assert read({field: False}) == TEXT
    for said in (True, 0, 1, "", b"\x00"):
        with pytest.raises(Unreadable) as refusal:
            read({field: said})
        assert refusal.value.code == "private-key"


@VERSIONS
def test_a_plain_key_is_its_hex(tags: Tags) -> None:
    eckey = TAGS[tags][3]
    held = ACCOUNT.sec()
    nothing: list[dict[Value, Value]] = [{}, {1: 0}, {2: False}]
    for more in nothing:
        assert read_key(Tagged(eckey, {**more, 3: held})) == held.hex()
    assert write_key(KeyExpression.parse(held.hex()), tags) == Tagged(eckey, {3: held})
    malformed: list[Any] = [{}, {3: held.hex()}, {3: held, 4: 0}, {3: held, 0: 0}, {3: 7}]
    for wrong in malformed:
        with pytest.raises(Unreadable, match="plain public key"):
            read_key(Tagged(eckey, wrong))
    for said in (True, 0, None):
        with pytest.raises(Unreadable) as refusal:
            read_key(Tagged(eckey, {2: said, 3: held}))
        assert refusal.value.code == "private-key"


@pytest.mark.parametrize(
    "value", [7, b"", "text", [], {}, Tagged(1, {}), Tagged(303, 7), Tagged(303, []), Tagged(306, 7)]
)
def test_something_else_in_the_place_of_a_key_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable, match="something else stands"):
        read_key(value)


# --- where a key comes from ---


def test_a_key_names_its_master_or_takes_the_callers() -> None:
    tagged = Tagged(303, fields())
    assert read_key(tagged, fingerprint=1) == TEXT
    unsaid = Tagged(303, fields({6: origin({2: None})}))
    bare = TEXT.partition("]")[2]
    assert read_key(unsaid) == bare
    assert read_key(unsaid, fingerprint=0) == f"[00000000/{PATH}]{bare}"
    assert read_key(unsaid, fingerprint=1) == f"[00000001/{PATH}]{bare}"


@pytest.mark.parametrize("fingerprint", [0, 1, 2**32 - 1])
def test_a_fingerprint_has_four_bytes(fingerprint: int) -> None:
    assert read({6: origin({2: fingerprint})}).startswith(f"[{fingerprint:08x}/{PATH}]")
    assert extended({8: fingerprint}).parent_fingerprint == fingerprint.to_bytes(4)


@pytest.mark.parametrize("fingerprint", [-1, 2**32, True, b"\x00\x00\x00\x01", "1"])
def test_what_is_no_fingerprint_is_refused(fingerprint: Any) -> None:
    for changes in ({6: origin({2: fingerprint})}, {8: fingerprint}):
        with pytest.raises(Unreadable, match="out of bounds"):
            read(changes)


def test_a_depth_has_one_byte_and_is_the_paths_where_it_is_unsaid() -> None:
    assert extended().depth == 3
    assert extended({6: origin({3: None})}).depth == 3
    for depth in (1, 255):
        assert f"[{MASTER:08x}/{PATH}]" in read({6: origin({3: depth})})
    for wrong in (-1, 256, True, "3"):
        with pytest.raises(Unreadable, match="out of bounds"):
            read({6: origin({3: wrong})})


def test_a_path_has_at_most_64_steps() -> None:
    for count in (1, 63, 64):
        assert read({6: origin({1: [7, False] * count})}).startswith(f"[{MASTER:08x}{'/7' * count}]")
    for components in ([7, False] * 65, [7], [7, False, 7]):
        with pytest.raises(Unreadable, match="the origin of a key is malformed"):
            read({6: origin({1: components})})


@pytest.mark.parametrize("number", [0, 1, LAST])
def test_a_step_of_an_origin_is_below_2_31_hardened_or_not(number: int) -> None:
    assert f"/{number}h]" in read({6: origin({1: [number, True]})})
    assert f"/{number}]" in read({6: origin({1: [number, False]})})


@pytest.mark.parametrize("wrong", [(LAST + 1, True), (-1, True), (True, True), ("1", True), (1, 1), (1, 0), (1, "h")])
def test_what_is_no_step_of_an_origin_is_refused(wrong: tuple[Any, Any]) -> None:
    with pytest.raises(Unreadable, match=r"out of bounds|malformed"):
        read({6: origin({1: [*wrong, 1, True]})})


@pytest.mark.parametrize("wrong", [7, "84h", b"\x00\x00", {1: 2}])
def test_a_path_that_is_no_list_is_refused(wrong: Any) -> None:
    for tagged in ({6: origin({1: wrong})}, {7: Tagged(304, {1: wrong})}):
        with pytest.raises(Unreadable, match="no list"):
            read(tagged)


def test_an_origin_has_three_fields_and_no_other() -> None:
    for number in (0, 4):
        with pytest.raises(Unreadable, match="origin of a key has a field"):
            read({6: origin({number: 0})})
    for wrong in (7, [], Tagged(304, 7)):
        with pytest.raises(Unreadable):
            read({6: Tagged(304, wrong)})


def test_a_key_remembers_its_number_and_its_parent() -> None:
    key = extended({6: origin({1: [84, True, 1, True, 5, False]})})
    assert (key.child_number, key.parent_fingerprint) == (5, ACCOUNT.fingerprint)
    assert extended({8: None}).parent_fingerprint == bytes(4)
    first = {6: origin({1: [84, True], 3: 1}), 8: None}  # the parent of a first step is the master
    assert extended(first).parent_fingerprint == desk.root("A").my_fingerprint
    assert extended(first | {8: 7}).parent_fingerprint == (7).to_bytes(4)
    unsaid = KeyExpression.parse(read({6: origin({1: [84, True], 2: None, 3: 1}), 8: None})).extended
    assert unsaid is not None
    assert unsaid.parent_fingerprint == bytes(4)


def test_a_master_key_has_no_parent() -> None:
    for path in ({6: None}, {6: origin({1: [], 3: 0})}, {6: origin({1: None, 3: None})}):
        key = extended({**path, 8: None})
        assert (key.depth, key.child_number, key.parent_fingerprint) == (0, 0, bytes(4))
        with pytest.raises(Unreadable, match="master key and names a parent"):
            read({**path, 8: 1})
    key = extended({6: origin({1: [84, True], 3: 0}), 8: None})
    assert (key.depth, key.child_number) == (0, 0)


# --- what stands below it ---


def test_what_is_below_a_key_is_the_callers_only_where_it_is_unsaid() -> None:
    assert read_key(Tagged(303, fields()), below="/<0;1>/*") == f"{TEXT}/<0;1>/*"
    for said, text in (([], ""), ([0, False], "/0")):
        key = Tagged(303, fields({7: Tagged(304, {1: said})}))
        assert read_key(key, below="/<0;1>/*") == TEXT + text
    assert read_key(Tagged(303, fields({7: Tagged(304, {})})), below="/<0;1>/*") == TEXT


@pytest.mark.parametrize("number", [0, 1, LAST - 1, LAST])
def test_a_step_below_a_key_is_below_2_31(number: int) -> None:
    assert children(number, False) == f"/{number}"
    assert children([number, False, 7, False], [], False) == f"/<{number};7>/*"
    assert children([7, False, number, False], [], False) == f"/<7;{number}>/*"


@pytest.mark.parametrize("low", [0, 1, LAST - 1])
def test_a_range_of_two_is_a_pair(low: int) -> None:
    assert children([low, low + 1], False, [], False) == f"/<{low};{low + 1}>/*"


@pytest.mark.parametrize("number", [-1, LAST + 1, True, "0"])
def test_what_is_no_number_below_a_key_is_refused(number: Any) -> None:
    for components in (
        [number, False],
        [[number, False, 7, False]],
        [[7, False, number, False]],
        [[number, 0], False],
        [[0, number], False],
    ):
        with pytest.raises(Unreadable):
            children(*components)
    with pytest.raises(Unreadable, match="out of bounds"):
        children([LAST, LAST + 1], False)


@pytest.mark.parametrize(
    "step",
    [
        *([0], [0, 0], [0, 2], [1, 0], [0, 1, 2], [0, False, 1], [0, False, 1, False, 2, False]),
        *([0, True, 1, False], [0, False, 1, True], [0, 0, 1, 0]),
    ],
)
def test_other_branches_than_two_are_refused_as_that(step: list[Any]) -> None:
    with pytest.raises(Unreadable, match=r"other branches than two|hardened or malformed"):
        children(step, False)
    if len(step) == 4:
        with pytest.raises(Unreadable, match="other branches than two"):
            children(step)


@pytest.mark.parametrize("components", [[0], [0, True], [0, 0], [[]], [[], True], [[0, 1]], [0, False, []]])
def test_a_step_without_a_no_to_being_hardened_is_refused(components: list[Any]) -> None:
    with pytest.raises(Unreadable, match="hardened or malformed"):
        children(*components)


def test_at_most_64_steps_stand_below_a_key() -> None:
    assert children(*[7, False] * 64) == "/7" * 64
    with pytest.raises(Unreadable, match="too many"):
        children(*[7, False] * 65)
    with pytest.raises(Unreadable, match="too many"):
        children(*[[0, False, 1, False]] * 129)


# --- what is written ---


def written(text: str, *, below: bool = True) -> Any:
    return write_key(KeyExpression.parse(text), VERSION_1, children=below).content


def test_the_main_network_is_left_unsaid() -> None:
    main = ACCOUNT.to_base58(version=bytes.fromhex("0488b21e"))
    assert 5 not in written(main)
    assert written(ACCOUNT.to_base58())[5] == Tagged(305, {2: 1})


def test_an_origin_is_written_as_far_as_it_is_known() -> None:
    key = ACCOUNT.to_base58()
    assert written(TEXT)[6] == Tagged(304, ORIGIN)
    assert written(f"[00000000/{PATH}]{key}")[6] == Tagged(304, {1: ORIGIN[1], 3: 3})
    assert written(key)[6] == Tagged(304, {1: [0, True], 3: 3})  # its own number, in the place of the path
    master = written(desk.root("A").to_public().to_base58())
    assert master[6] == Tagged(304, {1: [], 3: 0})
    assert 8 not in master


@pytest.mark.parametrize(
    ("below", "components"),
    [
        ("", []),
        ("/*", [[], False]),
        ("/0/*", [0, False, [], False]),
        ("/<0;1>/*", [[0, False, 1, False], [], False]),
        (f"/7/<2;{LAST}>/*", [7, False, [2, False, LAST, False], [], False]),
    ],
)
def test_steps_below_are_written_as_numbers_and_pairs(below: str, components: list[Any]) -> None:
    content = written(TEXT + below)
    assert content[7] == Tagged(304, {1: components})
    assert ur_keys.read_key(Tagged(303, content)) == TEXT + below
    assert 7 not in written(TEXT + below, below=False)
