"""Every member of an object is taken once, is of its type and within its bounds; nothing is left over."""

from collections.abc import Callable
from typing import Any

import pytest

from custody.errors import Unreadable
from custody.governance.fields import NAME_LIMIT, StrictFields, distinct

Take = Callable[[StrictFields], Any]


def of(value: Any) -> StrictFields:
    return StrictFields({"it": value}, "a thing")


TAKERS: dict[str, tuple[Take, list[Any], list[Any]]] = {
    "text": (
        lambda fields: fields.text("it"),
        ["", "a", "x" * NAME_LIMIT],
        ["x" * (NAME_LIMIT + 1), None, 1, True, ["a"], {}],
    ),
    "number": (
        lambda fields: fields.number("it"),
        [0, 1, 2**53 - 1],
        [-1, 2**53, True, False, 1.0, "1", None, [1]],
    ),
    "number within bounds": (lambda fields: fields.number("it", 2, 4), [2, 3, 4], [1, 5]),
    "flag": (lambda fields: fields.flag("it"), [True, False], [0, 1, "true", None]),
    "hex": (
        lambda fields: fields.hex("it", 2).hex(),
        ["00ff", "abcd"],
        ["00f", "00fff", "00FF", "0x00", " 0ff", "00f\n", "zz00", "", None, 7, b"00ff", ["00ff"]],
    ),
    "hex or null": (
        lambda fields: None if (found := fields.hex_or_none("it", 2)) is None else found.hex(),
        ["00ff", None],
        ["", "00", False, 0, []],
    ),
    "a list of hex": (
        lambda fields: [each.hex() for each in fields.hexes("it", 1, 3)],
        [[], ["02", "01"], ["01", "02", "03"]],
        [["01", "01"], ["01", "02", "03", "04"], ["1"], [1], "01", {"01": 1}, None],
    ),
    "a set of hex": (
        lambda fields: [each.hex() for each in fields.ascending("it", 1, 3)],
        [[], ["01"], ["01", "02"]],
        [["02", "01"], ["01", "01"], ["01", "02", "03", "04"], ["001"]],
    ),
    "texts": (
        lambda fields: list(fields.texts("it", 2)),
        [[], ["b", "a"]],
        [["a", "a"], ["a", "b", "c"], [1], [None], "ab", ["x" * (NAME_LIMIT + 1)]],
    ),
    "items": (lambda fields: fields.items("it", 2), [[], [1, None]], [[1, 2, 3], "ab", {}, None]),
    "items without a bound": (lambda fields: fields.items("it"), [[1] * 1000], ["ab"]),
    "an object": (
        lambda fields: dict(fields.mapping("it", 1)),
        [{}, {"a": None}],
        [{"a": 1, "b": 2}, [], "a", None],
    ),
    "an object without a bound": (lambda fields: dict(fields.mapping("it")), [{str(n): n for n in range(99)}], [[]]),
    "an object by bytes": (
        lambda fields: {key.hex(): value for key, value in fields.by_bytes("it", 1).items()},
        [{}, {"0a": 1, "ff": None}],
        [{"0A": 1}, {"0": 1}, {"0a0a": 1}, {"": 1}, [], None],
    ),
}
"""What is taken -> how, what may stand there, and what may not."""


@pytest.mark.parametrize("what", TAKERS)
def test_a_member_of_its_type_is_taken_as_it_stands(what: str) -> None:
    take, right, _wrong = TAKERS[what]
    for value in right:
        fields = of(value)
        assert take(fields) == value
        fields.end()


@pytest.mark.parametrize("what", TAKERS)
def test_a_member_of_another_type_or_out_of_bounds_is_unreadable(what: str) -> None:
    take, _right, wrong = TAKERS[what]
    for value in wrong:
        with pytest.raises(Unreadable, match="a thing is not as this format has it"):
            take(of(value))
            pytest.fail(repr(value))


@pytest.mark.parametrize("what", TAKERS)
def test_a_member_that_is_missing_is_unreadable(what: str) -> None:
    with pytest.raises(Unreadable):
        TAKERS[what][0](StrictFields({"other": 1}, "a thing"))


@pytest.mark.parametrize("value", [None, 1, "it", [], [["it", 1]]])
def test_what_is_no_object_has_no_members(value: Any) -> None:
    with pytest.raises(Unreadable, match="a thing"):
        StrictFields(value, "a thing")


def test_what_nobody_took_is_refused_at_the_end() -> None:
    fields = StrictFields({"one": 1, "two": 2}, "a thing")
    assert fields.has("one") and fields.has("two") and not fields.has("three")
    fields.take("one")
    assert not fields.has("one")
    with pytest.raises(Unreadable):
        fields.end()
    fields.take("two")
    fields.end()


def test_a_member_is_taken_once_and_the_object_stays_as_it_was() -> None:
    value = {"it": 1}
    fields = StrictFields(value, "a thing")
    fields.take("it")
    with pytest.raises(Unreadable):
        fields.take("it")
    assert value == {"it": 1}


def test_distinct_is_that_no_value_stands_twice() -> None:
    assert distinct([]) and distinct([1, 2]) and distinct(iter("ab"))
    assert not distinct([1, 2, 1])


def test_a_name_has_two_hundred_characters() -> None:
    assert NAME_LIMIT == 200
