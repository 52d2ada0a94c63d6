"""The order of a series: whoever joins late sees each frame soon, and no steady loss hides one for ever."""

from itertools import islice

import pytest

from airgap.order import passes, slip


@pytest.mark.parametrize("length", [2, 3, 4, 10, 12, 27, 49, 50, 75, 96, 100, 151])
def test_from_wherever_one_looks_every_frame_comes_within_a_pass_and_the_slip(length: int) -> None:
    shown = list(islice(passes(length), 12 * length))
    most = length + slip(length)
    assert all(set(shown[at : at + most]) == set(range(length)) for at in range(10 * length - most))


@pytest.mark.parametrize("length", [2, 3, 4, 10, 12, 27, 49, 50, 75, 96, 100, 151])
@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_steady_loss_hides_nothing_for_longer_than_it_must(length: int, every: int) -> None:
    shown = list(islice(passes(length), 40 * length))
    for begin in range(every):
        assert set(shown[begin::every][: 2 * length + 2 * slip(length)]) == set(range(length))


def test_one_frame_stays() -> None:
    assert set(islice(passes(1), 5)) == {0}
