"""The hunts themselves work: a short one runs in every check."""

from tests.hunts import psbt


def test_a_short_hunt_of_psbts_finds_nothing() -> None:
    tally = psbt.hunt((1_500, 2_026))
    assert tally.tried == 1_500
    assert tally.reviewed > 100
    assert tally.refused["Unreadable"] > 500
    assert tally.faults == []
