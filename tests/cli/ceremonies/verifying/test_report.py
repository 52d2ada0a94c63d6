"""`custody ceremony verify --report` writes what it comes to, ends as without it, and leaves nothing where it fails."""

import json
from pathlib import Path

import pypdfium2
import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.reported import report
from custody.ceremony.transcript.contents import Deviation
from custody.ceremony.transcript.signature import Says
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.transcript.sittings import Sat, a_plan
from tests.support.officers import Answer, custody

PLAN = a_plan(Threat.ACCIDENT)


@pytest.fixture
def still_open() -> Sat:
    return Sat(PLAN).everybody().add(Deviation("a noise \U00020bb7", "holder-1"))


def verify(folder: Path, sat: Sat, *options: str) -> Answer:
    (folder / "sitting.jsonl").write_bytes(sat.encode())
    return custody("ceremony", "verify", str(folder / "sitting.jsonl"), "--report", str(folder / "r.pdf"), *options)


def test_a_whole_one_is_drawn_with_its_true_words_and_the_exit_is_the_verdicts(tmp_path: Path) -> None:
    sat = Sat(PLAN).aloud().everybody().to_end()
    answer = verify(tmp_path, sat, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    with pypdfium2.PdfDocument(tmp_path / "r.pdf") as pdf:
        text = [page.get_textpage().get_text_bounded() for page in pdf]
    assert told["report"] == {"file": str(tmp_path / "r.pdf"), "pages": len(text), "warnings": []}
    assert all(word in text[0] for word in (*told["head"].split(), *told["told"].split(), *PLAN.words))
    assert "NOT WHOLE" not in "".join(text)


def test_what_is_open_is_drawn_too_with_a_signature_beside_it_and_is_the_same_file_again(
    still_open: Sat, tmp_path: Path
) -> None:
    saw = tmp_path / "saw.sig"
    saw.write_bytes(still_open.signature(Says.SAW, "holder-1").encode())
    answer = verify(tmp_path, still_open, str(saw))
    assert answer.code == 3
    assert f"Written: {tmp_path / 'r.pdf'}" in answer.out
    assert "line 3.text: the font has no U+20BB7" in answer.out
    first = (tmp_path / "r.pdf").read_bytes()
    with pypdfium2.PdfDocument(first) as pdf:
        assert all("NOT WHOLE: open" in page.get_textpage().get_text_bounded() for page in pdf)
        assert "all of it, lines 0 to 3" in pdf[2].get_textpage().get_text_bounded()
    assert verify(tmp_path, still_open, str(saw)).code == 8, "it is there"
    assert verify(tmp_path, still_open, str(saw), "--force").code == 3
    assert (tmp_path / "r.pdf").read_bytes() == first


def test_nothing_is_written_of_what_is_false_or_too_long_nor_to_standard_output(
    still_open: Sat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    false = tmp_path / "false.sig"
    other = Sat(PLAN).everybody().add(Deviation("another noise", "holder-1"))
    false.write_bytes(other.signature(Says.SAW, "holder-1").encode())
    assert verify(tmp_path, still_open, str(false)).code == 9
    on_paper = read(filled(wish(Threat.ACCIDENT)))
    (tmp_path / "plan.toml").write_text(filled(wish(Threat.ACCIDENT)))
    (tmp_path / "records").mkdir()
    monkeypatch.setattr(report, "MOST_PAGES", 3)
    long = verify(
        tmp_path,
        Sat(on_paper).aloud().everybody().on_paper(),
        *("--plan", str(tmp_path / "plan.toml"), "--records", str(tmp_path / "records")),
    )
    assert (long.code, "more than 3 pages" in long.err) == (4, True)
    assert list((tmp_path / "records").iterdir()) == []
    assert not (tmp_path / "r.pdf").exists()
    assert custody("ceremony", "verify", str(tmp_path / "sitting.jsonl"), "--report", "-").code == 2
