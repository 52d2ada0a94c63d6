"""`custody ceremony print` at the command line: a PDF of a plan that may be signed, and what it says no to."""

import json
from pathlib import Path

import pypdfium2
import pytest

from custody.printing import face
from tests.ceremony.plan.plans import filled, put, read, wish
from tests.support.officers import custody


def saved(tmp_path: Path, text: str) -> str:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_plan_becomes_a_pdf_and_the_result_says_what_is_on_it(tmp_path: Path) -> None:
    text, out = filled(wish()), tmp_path / "script.pdf"
    told = custody("ceremony", "print", saved(tmp_path, text), "-o", str(out), "--json")
    assert told.code == 0, told.err
    with pypdfium2.PdfDocument(out) as pdf:
        pages = len(pdf)
    plan = read(text)
    assert json.loads(told.out) == {
        "file": str(out),
        "pages": pages,
        "digest": plan.digest.hex(),
        "words": " ".join(plan.words),
        "warnings": [],
    }


def test_it_is_not_written_over_unless_that_is_said(tmp_path: Path) -> None:
    out = tmp_path / "script.pdf"
    out.write_bytes(b"mine")
    line = ("ceremony", "print", saved(tmp_path, filled(wish())), "-o", str(out))
    assert custody(*line).code == 8
    assert out.read_bytes() == b"mine"
    shown = custody(*line, "--force")
    assert shown.code == 0
    assert " ".join(read(filled(wish())).words) in shown.out
    assert out.read_bytes().startswith(b"%PDF-1.7\n")


def test_a_plan_that_may_not_be_signed_is_not_printed(tmp_path: Path) -> None:
    out = tmp_path / "script.pdf"
    plan = saved(tmp_path, put(filled(wish()), "needed = 3", "needed = 5"))
    told = custody("ceremony", "print", plan, "-o", str(out))
    assert told.code == 3
    assert f"custody ceremony plan {plan}" in told.err
    assert not out.exists()


def test_a_character_that_is_printed_as_its_number_is_a_warning(tmp_path: Path) -> None:
    text = put(filled(wish()), 'purpose = "', 'purpose = "\U00020bb7')
    line = ("ceremony", "print", saved(tmp_path, text), "-o", str(tmp_path / "a.pdf"))
    told = custody(*line, "--json")
    assert json.loads(told.out)["warnings"] == [
        "purpose: the font has no U+20BB7, so the number is printed; write the character beside it"
    ]


def test_a_damaged_font_prints_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "font.ttf"
    damaged.write_bytes(face.FILE.read_bytes()[:-1] + b"x")
    monkeypatch.setattr("custody.cli.ceremonies.printed.FILE", damaged)
    told = custody("ceremony", "print", saved(tmp_path, filled(wish())), "-o", str(tmp_path / "a.pdf"))
    assert told.code == 4
    assert "not the one that was released" in told.err
    assert not (tmp_path / "a.pdf").exists()


def test_standard_output_is_no_place_for_it(tmp_path: Path) -> None:
    assert custody("ceremony", "print", saved(tmp_path, filled(wish())), "-o", "-").code == 2
