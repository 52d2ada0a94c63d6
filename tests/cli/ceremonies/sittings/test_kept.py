"""A transcript's file grows line by line; what another program wrote into it meanwhile is an alarm, and stays there."""

from pathlib import Path

import pytest

from custody.ceremony.transcript.transcript import Transcript
from custody.cli.ceremonies.sittings.kept import TranscriptFile, encode
from custody.errors import Alarm, StorageFailed
from tests.ceremony.transcript.sittings import Sat, a_plan

LINES = Sat(a_plan()).everybody().step().step().transcript.lines


def some(count: int) -> Transcript:
    return Transcript(LINES[:count])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sitting.jsonl"


def test_it_is_begun_once_and_grows_by_a_line(path: Path) -> None:
    kept = TranscriptFile(str(path))
    assert not kept.exists
    kept.begin(some(1))
    assert kept.exists
    with pytest.raises(StorageFailed):
        kept.begin(some(1))
    for count in range(2, len(LINES) + 1):
        kept.write(some(count))
        assert kept.read() == some(count)
        assert path.read_bytes() == encode(some(count))


@pytest.mark.parametrize("how", ["a line more", "a line less", "a byte", "another order"])
def test_what_somebody_else_changed_is_an_alarm_and_is_not_written_over(how: str, path: Path) -> None:
    kept = TranscriptFile(str(path))
    kept.begin(some(4))
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    changed = {
        "a line more": encode(some(5)),
        "a line less": b"".join(lines[:-1]),
        "a byte": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "another order": b"".join([*lines[:2], lines[3], lines[2]]),
    }[how]
    path.write_bytes(changed)
    with pytest.raises(Alarm) as raised:
        kept.write(some(5))
    assert raised.value.code == "transcript-changed"
    assert path.read_bytes() == changed


def test_the_beginning_of_a_line_that_a_crash_left_is_written_over(path: Path) -> None:
    kept = TranscriptFile(str(path))
    kept.begin(some(3))
    path.write_bytes(path.read_bytes() + LINES[3].encode()[:40])
    assert kept.read().torn
    kept.write(some(4))
    assert path.read_bytes() == encode(some(4))
