"""The transcripts are what the commands say today, but for keys, words and times."""

from pathlib import Path

from tests.support.officers import quick_identities
from tests.transcripts.play import RECORD, masked, play


def test_the_life_of_a_treasury_is_as_its_transcript_tells(tmp_path: Path) -> None:
    with quick_identities():
        played = "".join(play(tmp_path))
    assert masked(played) == masked(RECORD.read_text())
