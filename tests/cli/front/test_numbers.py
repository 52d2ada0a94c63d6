import click
import pytest

from custody.cli.front.numbers import NumberType, PairType


@pytest.mark.parametrize(
    "typed", ["", "+1", "-1", " 1", "1 ", "01", "1_0", "\uff10\uff14", "٣", "1.0", "0x1", "1e2", "11", "9" * 40]
)
def test_only_plain_digits_in_range_are_a_number(typed):
    with pytest.raises(click.BadParameter):
        NumberType(1, 10).convert(typed, None, None)


def test_a_plain_number_is_taken():
    assert [NumberType(0, 10).convert(typed, None, None) for typed in ("0", "7", "10")] == [0, 7, 10]


@pytest.mark.parametrize("typed", ["", "2", "2/", "/3", "2/3/4", "+2/3", "2 /3", "\uff12/3", "2:3", "2/17"])
def test_only_two_plain_numbers_are_a_pair(typed):
    with pytest.raises(click.BadParameter):
        PairType("/", "2/3", 16).convert(typed, None, None)


def test_a_pair_is_taken():
    assert PairType("/", "2/3", 16).convert("2/3", None, None) == (2, 3)
    assert PairType(":", "0:20", 2**31).convert("0:10000", None, None) == (0, 10000)
