"""What lies in a bundle's folder, by its names alone: whatever is no bundle's is an alarm, shown as text."""

import pytest

from custody.errors import Alarm
from custody.release.arrival import expired, refuse_strange_entries
from custody.release.manifest import Manifest
from tests.release.bundles import FUTURE, ROOT_1


@pytest.mark.parametrize(
    "name", ["a\x1b[2J", ".hidden", "a/../b", "/etc/passwd", "a//b", "a b", "a\n", "é", "a/b/.c", ""]
)
def test_a_name_that_no_bundle_has_is_an_alarm_before_it_is_looked_for(name: str) -> None:
    with pytest.raises(Alarm, match="no name of a bundle's file") as alarm:
        refuse_strange_entries({"manifest": 3, name: 4})
    assert alarm.value.code == "foreign"
    assert alarm.value.message.isprintable() and alarm.value.message.isascii()


@pytest.mark.parametrize("name", ["pipe", "a\x1b[2J"])
def test_what_is_no_plain_file_is_an_alarm(name: str) -> None:
    with pytest.raises(Alarm, match="no plain file") as alarm:
        refuse_strange_entries({"manifest": 3, name: None})
    assert alarm.value.message.isprintable()


def test_names_that_a_bundle_has_are_let_through() -> None:
    refuse_strange_entries({"manifest": 3, "roots/1": 4, "wheels/a-1.0+x_2-py3-none-any.whl": 0})


@pytest.mark.parametrize(("today", "count"), [("2026-08-31", 0), ("2026-09-01", 0), ("2026-09-02", 1)])
def test_a_release_is_fresh_to_the_end_of_its_last_day(today: str, count: int) -> None:
    manifest = Manifest((1, 2, 0), "2026-03-01", "2026-09-01", ())
    assert ROOT_1.expires == FUTURE
    assert len(expired(manifest, ROOT_1, today)) == count
